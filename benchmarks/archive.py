"""How the archive grows: time to take items in, to look into it, and its size, at 10,000, 100,000 and more items.

    python benchmarks/archive.py [--items 100000] [--words 100] [--keep FILE] [--figures FILE] [--json]

Items are made of chance words in natural proportions (Zipf), carry judgements as `import` would bring them, and go in by batches of
1,000. Every figure is a median of some runs inside one process; `benchmarks/` has other scripts for whole processes.
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from curator.stores import sqlite
from curator.text import excerpt
from curator.types import Credit, Entity, FeedState, Item, Provenance, Query, Story, Tag, Update

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FEEDS = [f"feed-{n}" for n in range(300)]
TOPICS = [f"{group}/{name}" for group in ("military", "cyber", "conflict", "state", "space") for name in ("a", "b", "c", "d", "e", "f")]
BATCH = 1_000
WORDS = [f"{a}{b}{c}" for a in ("ka", "lo", "mi", "ter", "son", "bra") for b in ("na", "ve", "ri", "gol", "pu") for c in range(2_000)]
WEIGHTS = [1 / (rank + 3) for rank in range(len(WORDS))]
CUMULATED = [sum(WEIGHTS[:1])]
for _weight in WEIGHTS[1:]:
    CUMULATED.append(CUMULATED[-1] + _weight)


def text(chance: random.Random, words: int) -> str:
    """A few sentences."""
    chosen = chance.choices(WORDS, cum_weights=CUMULATED, k=words)
    return ". ".join(" ".join(chosen[at : at + 20]).capitalize() for at in range(0, words, 20)) + "."


def item(chance: random.Random, number: int, total: int, words: int) -> Item:
    """The number-th of all items, over two years."""
    feed = FEEDS[int(len(FEEDS) * chance.random() ** 2)]
    seen = NOW - timedelta(days=730) * (1 - number / total)
    digest = hashlib.sha256(f"{number}".encode()).hexdigest()
    url = f"https://www.{feed}.example/2026/11/{digest[:6]}-{number}.html"
    body = text(chance, words)
    topics = chance.sample(TOPICS, chance.choice((0, 1, 1, 2)))
    return Item(
        id=digest[:16], feed=feed, outlet=feed.title(), outlet_known=True, guid=url, url=url, link=url, title=body.split(".", 1)[0][:80],
        summary=excerpt(body, 600), text=body, language="en", published=seen, seen=seen, date=seen, sha256=digest,
        tags=tuple(Tag(name=name, why=f"title has '{body[:8]}'", version="a1b2c3d4") for name in topics),
        entities=tuple(Entity(kind="place", value=f"Place {int(2000 * chance.random() ** 3)}", why=f"text has '{body[9:20]}'") for _ in range(2)),
        credits=(Credit(outlet="Reuters", pattern="told", words=body[:30], field="text", start=0, lead=True),) if number % 3 == 0 else (),
        story=f"{number // 3:016x}", story_why="shares words with the story",
        provenance=Provenance(role="own", why="names no other source"),
    )  # fmt: skip


def batches(total: int, words: int, first: int = 0) -> Iterator[Update]:
    """The items as updates."""
    chance = random.Random(f"{first}")
    for start in range(first, total, BATCH):
        items = tuple(item(chance, number, total, words) for number in range(start, min(total, start + BATCH)))
        keys = tuple((one.id, int.from_bytes(hashlib.blake2b(f"{kind}{one.url}".encode(), digest_size=8).digest(), signed=True))
                     for one in items for kind in range(6))  # fmt: skip
        stories = {one.story: one for one in items}
        yield Update(
            items=items, keys=keys,
            stories=tuple(Story(id=id_, title=one.title, first=one.date, last=one.date, outlets=(one.outlet or "",), origins_min=1, origins_max=2,
                                score=random.Random(id_).random()) for id_, one in stories.items()),
        )  # fmt: skip


def median(work: Callable[[], object], runs: int = 5) -> float:
    """Seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def looks(store: sqlite.Store, chance: random.Random) -> dict[str, float]:
    """Milliseconds of each way to look into the archive."""
    rare = [chance.choice(WORDS[2_000:20_000]) for _ in range(8)]
    questions = {
        "list": Query(),
        "list --topic military/*": Query(topic="military/*"),
        "list --feed (rare)": Query(feed=FEEDS[-1]),
        "list --topic --feed": Query(feed=FEEDS[-1], topic="cyber/a"),
        "list --outlet": Query(outlet=FEEDS[-2].title()),
        "list --entity": Query(entity="Place 7"),
        "list --unread --since": Query(unread=True, since=NOW - timedelta(days=7)),
        "list --origins 2": Query(origins=2),
        "list, by score": Query(order="score"),
        "search rare": Query(text=WORDS[5_000], order="relevance"),
        "search common": Query(text=WORDS[0], order="relevance"),
        "search common, by date": Query(text=WORDS[0]),
        "search two common": Query(text=f"{WORDS[3]} {WORDS[9]}", order="relevance"),
        "search prefix": Query(text=f"{WORDS[120]}*", order="relevance"),
        "search phrase": Query(text=f'"{WORDS[0]} {WORDS[1]}"', order="relevance"),
        "search common --topic": Query(text=WORDS[1], topic="space/*", order="relevance"),
    }
    told = {name: median(lambda query=query: store.find(query, NOW), 3) for name, query in questions.items()}  # type: ignore[misc]
    told["stories"] = median(lambda: store.stories(Query(order="score"), NOW), 3)
    told["stories --topic"] = median(lambda: store.stories(Query(order="score", topic="cyber/a", since=NOW - timedelta(days=30)), NOW), 3)
    told["candidates"] = median(lambda: store.candidates(rare), 20)
    told["undigested, none"] = median(lambda: store.undigested("main"), 3)
    return {name: round(1000 * seconds, 2) for name, seconds in told.items()}


def main() -> None:
    """Grow, look, tell."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--words", type=int, default=100)
    options.add_argument("--keep", help="where to leave the database")
    options.add_argument("--figures", help="a file for the curve, as million.py draws it")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or os.path.join(folder, "archive.db")
        figures = grow(path, given.items, given.words)
    if given.figures:
        points = [{name: point[name] for name in ("items", "cpu", "wall")} for point in figures["take in"]]
        with open(given.figures, "w", encoding="utf-8") as file:
            json.dump({"curve": points}, file, indent=1)
    print(json.dumps(figures, indent=None if given.json else 2))


def grow(path: str, total: int, words: int) -> dict[str, Any]:
    """Fill a database and measure it on the way: at every twentieth, wall and CPU seconds that the store took since the last."""
    figures: dict[str, Any] = {"items": total, "words": words}
    step = max(BATCH, total // 20 // BATCH * BATCH)
    curve, kept, spent, mark = [], 0, [0.0, 0.0], time.perf_counter()
    with sqlite.connect(path) as store:
        store.save_states(FeedState(name=name, url=f"https://{name}.example/", checked=NOW) for name in FEEDS)
        for at, update in enumerate(batches(total, words), start=1):
            start = time.perf_counter(), time.process_time()
            store.apply(update)
            spent = [spent[0] + time.perf_counter() - start[0], spent[1] + time.process_time() - start[1]]
            kept += sum(len(one.title.encode()) + len(one.text.encode()) for one in update.items)
            if at * BATCH % step == 0:
                wall, cpu = spent
                curve.append({"items": at * BATCH, "us an item": round(1e6 * cpu / step, 1), "wall": round(wall, 2), "cpu": round(cpu, 2)})
                spent = [0.0, 0.0]
        figures["whole run, s"] = round(time.perf_counter() - mark, 1)
        figures["take in"] = curve
        figures["look, ms"] = looks(store, random.Random(1))
    figures["bytes a byte of titles and texts"] = round(os.path.getsize(path) / kept, 2)
    return figures


if __name__ == "__main__":
    main()
