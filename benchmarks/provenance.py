"""How often is it right who reported?  Precision and recall per role, origins, and counts of origins, for any labelled folder.

    python benchmarks/provenance.py FOLDER [ALIASES.json] [--wrong]

FOLDER holds `items.jsonl` (id, story, outlet, host, feed_role, rss_source, url, title, text, published, language, gold {role, origin,
also, also_role}) and `stories.jsonl` (story, origins_min, origins_max). Items stand in their labelled stories, so this measures credits and
provenance alone, not the grouping. ALIASES.json ({name: [other names]}) says which names mean one outlet. Prints a Markdown table.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from curator import outlets, provenance, tidy
from curator.config import Config, Feed
from curator.credits import prepare
from curator.types import Item, Provenance, Story

ROLES = ("own", "derived", "syndicated", "unknown")
Row = dict[str, Any]


@dataclass
class Score:
    """What was counted."""

    hit: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)
    origins: int = 0
    origins_right: int = 0
    stories: int = 0
    counts_right: int = 0
    least_right: int = 0
    wrong: list[str] = field(default_factory=list)


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def names(path: Path | None) -> dict[str, str]:
    """Every other name → the name it stands for, folded."""
    known = json.loads(path.read_text(encoding="utf-8")) if path else {}
    return {outlets.fold(other): outlets.fold(name) for name, others in known.items() for other in (name, *others)}


def as_item(row: Row, book: outlets.Outlets) -> Item:
    at = datetime.fromisoformat(row["published"])
    source = (row.get("rss_source") or {}).get("name")
    found = book.by_host(row["host"])
    name = row["outlet"] or (found.name if found else None)
    return Item(
        id=row["id"],
        feed=row["outlet"] or row["host"],
        outlet=name or row["host"],
        outlet_known=name is not None,
        title=row["title"],
        text=tidy.tidy(row["title"], row["text"]),
        language=row["language"],
        url=row.get("url"),
        source=source,
        seen=at,
        date=at,
    )


def grade(score: Score, row: Row, got: Provenance, other: dict[str, str]) -> None:
    gold = row["gold"]

    def same(name: str | None) -> str:
        return other.get(outlets.fold(name or ""), outlets.fold(name or ""))

    role = got.role if got.role in gold.get("also_role", []) else gold["role"]
    right = same(got.origin) in {same(name) for name in (gold["origin"], *gold.get("also", []))}
    score.true[role] += 1
    score.said[got.role] += 1
    score.hit[role] += role == got.role
    if gold["role"] != "unknown":
        score.origins += 1
        score.origins_right += right or role == "unknown"
    if role != got.role or not (right or role == "unknown"):
        score.wrong.append(
            f"{row['id']}: {gold['role']} {gold['origin']} – read as {got.role} {got.origin} ({got.why}): {row['title'][:60]}"
        )


def cost_of(find: Callable[[Item], object], items: Iterable[Item]) -> float:
    """Seconds of CPU that finding credits takes per 100 words, when all that is compiled once has been."""
    items = list(items)
    words = sum(len(f"{item.title} {item.text}".split()) for item in items)
    begin = time.process_time()
    for item in items:
        find(item)
    return (time.process_time() - begin) * 100 / words


def run(folder: Path, aliases: Path | None) -> tuple[Score, float]:
    """The score of a labelled folder, and seconds of CPU per 100 words that finding credits takes."""
    rows, stories = lines(folder / "items.jsonl"), lines(folder / "stories.jsonl")
    feeds = {
        name: Feed(name=name, url="https://example.org/", outlet=row["outlet"], role=row.get("feed_role") or "press")
        for row in rows
        for name in [row["outlet"] or row["host"]]
    }
    book = outlets.of(Config(feeds=feeds))
    find, other, score = prepare(book), names(aliases), Score()
    items = {row["id"]: as_item(row, book) for row in rows}
    items = {key: replace(item, credits=find(item)) for key, item in items.items()}
    members: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        members[row["story"]].append(row)
    for gold in stories:
        mine = [items[row["id"]] for row in members[gold["story"]]]
        story, found = provenance.judge(Story(id=gold["story"], title="", first=mine[0].date, last=mine[-1].date), mine, book, feeds)
        score.stories += 1
        score.least_right += story.origins_min == gold["origins_min"]
        span, right = (story.origins_min, story.origins_max), (gold["origins_min"], gold["origins_max"])
        score.counts_right += span == right
        if span != right:
            score.wrong.append(f"{gold['story']}: origins {right} – counted {span}: {', '.join(story.origins)}")
        for row in members[gold["story"]]:
            grade(score, row, found[row["id"]], other)
    return score, cost_of(find, items.values())


def table(score: Score, seconds: float) -> str:
    out = ["| role | items | precision | recall | F1 |", "| --- | --: | --: | --: | --: |"]
    total = 0.0
    for role in ROLES:
        precision = score.hit[role] / score.said[role] if score.said[role] else 1.0
        recall = score.hit[role] / score.true[role] if score.true[role] else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        total += f1
        out.append(f"| {role} | {score.true[role]} | {precision:.2f} | {recall:.2f} | {f1:.2f} |")
    out += [
        f"\nmacro F1 {total / len(ROLES):.3f} · origin right {score.origins_right / score.origins:.3f} · "
        f"least number of origins right {score.least_right / score.stories:.3f} · both ends of the range right {score.counts_right / score.stories:.3f} "
        f"({score.stories} stories) · credits take {seconds * 1e6:.0f} µs of CPU per 100 words"
    ]
    return "\n".join(out)


if __name__ == "__main__":
    paths = [Path(given) for given in sys.argv[1:] if not given.startswith("-")]
    if not paths or not (paths[0] / "items.jsonl").exists():
        sys.exit(__doc__)
    result, cost = run(paths[0], paths[1] if len(paths) > 1 else None)
    print(table(result, cost))
    if "--wrong" in sys.argv:
        print(*result.wrong, sep="\n")
