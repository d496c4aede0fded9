"""Prints the accuracy table: `python benchmarks/accuracy.py FOLDER_OR_FILE… [--rounds 6]`.

Every *.jsonl found is served as feeds on loopback, one for each source, polled by the command `curator` in rounds as time would bring the
rows, exported, and scored. What a file is tells its rows: with `a`, `b` and `label`, pairs of articles of one story or not; with `cluster`
and a first label "original" among them, copies; with `cluster` alone, stories, once whole and once cut to 30 words.

Pairwise F1 counts pairs of items put together; B-cubed (Bagga and Baldwin, 1998) is the mean over items, so that one giant story does not
decide it.
"""

import argparse
import html
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Row = dict[str, Any]
UNSPEAKABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  #: characters that XML cannot hold

# ── playing rows ────────────────────────────────────────────────────────────────────────────────────────────────────


def feed_of(row: Row) -> str:
    """The feed that brings a row: its source, else one of twelve by chance."""
    source = str(row.get("source") or f"feed{int(sha256(str(row['id']).encode()).hexdigest(), 16) % 12}")
    return re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or "feed"


def element(tag: str, value: str) -> str:
    mark = ' isPermaLink="false"' if tag == "guid" else ""
    return f"<{tag}{mark}>{html.escape(UNSPEAKABLE.sub(' ', value))}</{tag}>"


def rss(name: str, rows: Iterable[Row]) -> bytes:
    items = []
    for row in rows:
        parts = {
            "title": row["title"],
            "description": row.get("text") or "",
            "link": row.get("url"),
            "guid": str(row["id"]),
            "dc:language": row.get("lang"),
        }
        if row.get("published"):
            parts["pubDate"] = format_datetime(datetime.fromisoformat(row["published"]))
        inside = "".join([element(tag, value) for tag, value in parts.items() if value])
        items.append(f"<item>{inside}</item>")
    head = (
        f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{name}</title><link>https://{name}.example/</link>'
    )
    return (head + "".join(items) + "</channel></rss>").encode()


def serve(pages: Mapping[str, bytes]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages[self.path.strip("/")]
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def curator(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "curator", "-c", str(folder / "feeds.toml"), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"curator {' '.join(words)} failed: {done.stderr[-500:]}")
    return done.stdout


def play(rows: list[Row], rounds: int, words: int | None = None) -> dict[str, Row]:
    """Row id → the item as curator exports it, after all rounds. Within a day the order is chance, between days it is time."""
    rows = [{**row, "text": " ".join((row.get("text") or "").split()[:words]) if words else row.get("text")} for row in rows]
    random.Random(7).shuffle(rows)
    rows.sort(key=lambda row: (row.get("published") or "")[:10])
    feeds: defaultdict[str, list[tuple[int, Row]]] = defaultdict(list)
    for at, row in enumerate(rows):
        feeds[feed_of(row)].append((at * rounds // len(rows), row))
    pages: dict[str, bytes] = {}
    server = serve(pages)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = server.server_address[1]
        lines = ["[fetch]", "allow_private = true", *[f'[feeds.{feed}]\nurl = "http://127.0.0.1:{port}/{feed}"' for feed in feeds]]
        (folder / "feeds.toml").write_text("\n".join(lines), encoding="utf-8")
        for now in range(rounds):
            pages.update({feed: rss(feed, [row for turn, row in mine if turn in (now, now - 1)]) for feed, mine in feeds.items()})
            curator(folder, "-q", "poll", "--force", "--json")
        items = [json.loads(line) for line in curator(folder, "export", "-f", "jsonl", "--all").splitlines()]
    server.shutdown()
    return {item["guid"]: item for item in items}


# ── scores ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def f1(hit: float, have: float, want: float) -> float:
    return 2 * hit / (have + want) if have + want else 1.0


def pairwise(gold: Mapping[str, str], got: Mapping[str, str]) -> float:
    def count(groups: Iterable[object]) -> int:
        return sum([n * (n - 1) // 2 for n in Counter(groups).values()])

    return f1(count([(gold[i], got[i]) for i in got]), count(got.values()), count([gold[i] for i in got]))


def b_cubed(gold: Mapping[str, str], got: Mapping[str, str]) -> float:
    both, theirs, mine = Counter([(gold[i], got[i]) for i in got]), Counter([gold[i] for i in got]), Counter(got.values())
    precision = sum([n * n / mine[one] for (_, one), n in both.items()]) / len(got)
    recall = sum([n * n / theirs[one] for (one, _), n in both.items()]) / len(got)
    return f1(precision * recall, precision, recall)


def recalls(rows: list[Row], got: Mapping[str, str]) -> dict[str, float]:
    """Of the items of each kind that have a partner, the share that stands with one of them."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        members[row["cluster"]].append(str(row["id"]))
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows:
        mine, others = str(row["id"]), [other for other in members[row["cluster"]] if other != str(row["id"])]
        if others and mine in got:
            found[row["labels"][0]].append(any(got.get(other) == got[mine] for other in others))
    return {kind: sum(hits) / len(hits) for kind, hits in found.items()}


def root(item: Row, by_id: Mapping[str, Row]) -> str:
    return str(item["copy_of"] if item.get("copy_of") in by_id else item["id"])


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def copies(name: str, rows: list[Row], rounds: int) -> str:
    items = play(rows, rounds)
    by_id = {item["id"]: item for item in items.values()}
    got = {guid: root(item, by_id) for guid, item in items.items()}
    gold = {str(row["id"]): row["cluster"] for row in rows}
    worst = min(recalls(rows, got).items(), key=lambda pair: pair[1])
    alone = Counter(gold.values())
    single = [i for i in got if alone[gold[i]] == 1]
    merged = sum([Counter(got.values())[got[i]] > 1 for i in single]) / max(1, len(single))
    return f"| copies | {name} | {len(got)} | {pairwise(gold, got):.3f} | {b_cubed(gold, got):.3f} | least recall {worst[1]:.2f} ({worst[0]}); of items without a copy {merged:.1%} merged |"


def stories(name: str, rows: list[Row], rounds: int, words: int | None = None) -> str:
    items = play(rows, rounds, words)
    got = {guid: item["story"] for guid, item in items.items()}
    gold = {str(row["id"]): row["cluster"] for row in rows}
    label = f"{name}, first {words} words" if words else name
    return f"| stories | {label} | {len(got)} | {pairwise(gold, got):.3f} | {b_cubed(gold, got):.3f} | {len(set(got.values()))} stories, {len(set(gold.values()))} in truth |"


def pairs(name: str, rows: list[Row], rounds: int) -> str:
    """Each pair is two articles of two feeds on a day of its own."""
    rows = [row for row in rows if row["label"] in (0, 1)]
    sides = []
    for number, row in enumerate(rows):
        day = f"2026-{number % 9 + 1:02}-{number // 9 % 28 + 1:02}T0{{}}:00:00+00:00"
        for side, hour in (("a", 1), ("b", 5)):
            sides.append(
                {
                    **row[side],
                    "id": f"{row['id']}-{side}",
                    "source": f"{side}{number % 10}",
                    "published": day.format(hour),
                    "lang": row.get("lang"),
                }
            )
    items = play(sides, rounds)
    same = [items[f"{row['id']}-a"]["story"] == items[f"{row['id']}-b"]["story"] for row in rows]
    hit = sum([row["label"] for row, one in zip(rows, same, strict=True) if one])
    right = sum([one == bool(row["label"]) for row, one in zip(rows, same, strict=True)]) / len(rows)
    return f"| same story or not | {name} | {len(rows)} pairs | {f1(hit, sum(same), sum([row['label'] for row in rows])):.3f} | | {right:.1%} right |"


def lines(path: Path, rounds: int) -> list[str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    name = path.parent.name if path.stem in ("dev", "test", "train") else path.stem
    if rows and "a" in rows[0] and "label" in rows[0]:
        return [pairs(name, rows, rounds)] if rows[0]["a"].get("text") else []
    if not rows or "cluster" not in rows[0]:
        return []
    if any((row.get("labels") or [""])[0] == "original" for row in rows):
        return [copies(name, rows, rounds)]
    whole = [stories(name, rows, rounds)]
    return [*whole, stories(name, rows, rounds, 30)] if any(len((row.get("text") or "").split()) > 60 for row in rows) else whole


def main(out: Callable[[str], None] = print) -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("where", nargs="+", type=Path)
    ask.add_argument("--rounds", type=int, default=6)
    given = ask.parse_args()
    out("| what | rows | items | pairwise F1 | B-cubed F1 | |\n| --- | --- | --: | --: | --: | --- |")
    for where in given.where:
        for path in sorted(where.rglob("*.jsonl")) if where.is_dir() else [where]:
            for line in lines(path, given.rounds):
                out(line)


if __name__ == "__main__":
    main()
