"""How long composing the digest of many new entries takes: `python benchmarks/digest.py [ENTRIES]` (5,000).

Entries of made-up words in stories of two, six topics, three standing questions and a watch; a store on disk, the whole way from the
books to the message that would be sent. The bar is 1.5 seconds.
"""

import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from curator import delivery, edition, formats
from curator.config import Config, Mail, Plan, Question, Watch
from curator.stores import sqlite
from curator.types import Item, Provenance, Story, Tag, Update

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
TOPICS = ("trade/shipping", "cyber/malware", "military/drones-uav", "politics/elections", "state/iran", "conflict/ukraine-war")
CHANCE = random.Random(1)
WORDS = ["".join(CHANCE.choice("abcdefghilmnoprstuvw") for _ in range(CHANCE.randint(3, 10))) for _ in range(5_000)]


def prose(words: int) -> str:
    sentences = []
    for _ in range(words // 15):
        sentences.append(" ".join(CHANCE.choice(WORDS) for _ in range(15)).capitalize() + ".")
    return " ".join(sentences)


def entry(number: int) -> Item:
    story = sha256(f"story {number // 2}".encode()).hexdigest()[:16]
    return Item(
        id=sha256(str(number).encode()).hexdigest()[:16],
        feed=f"feed{number % 60}",
        outlet=f"Outlet {number % 60}",
        outlet_known=True,
        url=f"https://outlet{number % 60}.example/{number}",
        title=" ".join(CHANCE.choice(WORDS) for _ in range(9)).capitalize(),
        text=prose(120),
        seen=NOW - timedelta(hours=1),
        date=NOW - timedelta(hours=CHANCE.randint(1, 40)),
        language="en",
        tags=(Tag(name=CHANCE.choice(TOPICS), why="title has 'x'"),),
        story=story,
        provenance=Provenance(role=CHANCE.choice(("own", "derived", "unknown"))),
        sha256=sha256(str(number).encode()).hexdigest(),
    )


def story(members: list[Item]) -> Story:
    dates = [item.date for item in members]
    outlets = tuple(str(item.outlet) for item in members)
    topics = tuple(dict.fromkeys(tag.name for item in members for tag in item.tags))
    ids = tuple(item.id for item in members)
    return Story(id=members[0].story, title=members[0].title, items=ids, outlets=outlets, topics=topics, first=min(dates), last=max(dates))


def main(count: int) -> None:
    items = [entry(number) for number in range(count)]
    stories = [story(items[place : place + 2]) for place in range(0, count, 2)]
    plan = Plan(sections=("military/*", "cyber/*", "state/*", "conflict/*", "trade/*", "*"))
    questions = {name: Question(name=name, question="Is it?", topics=("state/*",), any=("abc*", "drone*")) for name in ("a", "b", "c")}
    with tempfile.TemporaryDirectory() as folder, sqlite.connect(str(Path(folder) / "curator.db")) as store:
        store.apply(Update(items=tuple(items), stories=tuple(stories), members=tuple((item.id, item.story, "") for item in items)))
        config = Config(plans={"main": plan}, mail=Mail(), questions=questions, watches={"w": Watch(name="w", query=f"{WORDS[0]}*")})
        began = time.perf_counter()
        digest = edition.compose(delivery.gather(store, config, plan, NOW), config)
        composed = time.perf_counter()
        digest = replace(digest, short=store.short(edition.shown(digest)))
        eml = formats.get("eml").wire(digest, None, plan, Mail())
        done = time.perf_counter()
    print(f"{count:,} new entries: composed {composed - began:.2f} s, rendered {done - composed:.2f} s,")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"together {done - began:.2f} s; a message of {len(eml):,} bytes; at most {most:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
