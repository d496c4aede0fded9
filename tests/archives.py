"""Items, stories and updates made up for tests of the archive, and how to ask for them."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from curator.stores import sqlite
from curator.types import Credit, Entity, FeedState, Item, Mailing, Provenance, Query, Story, Tag, Update

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
EVERYTHING = Query(copies=True, muted=True, limit=None)


def item_id(number: int) -> str:
    """Ids that begin differently, as real ones do."""
    return hashlib.sha256(f"item {number}".encode()).hexdigest()[:16]


def make_item(number: int, **given: Any) -> Item:
    """The number-th item: one hour older than the one before; its text holds the word `mark<number>`."""
    raw = raw_of(number)
    plain: dict[str, Any] = {
        "id": item_id(number),
        "feed": "harbour",
        "outlet": "Harbour News",
        "guid": f"tag:harbour.example,{number}",
        "url": f"https://harbour.example/{number}",
        "link": f"https://www.harbour.example/{number}?utm_source=rss",
        "title": f"Pilots report fog over berth {number}",
        "text": f"The harbour master closed berth {number} at dawn. Code mark{number}.",
        "summary": f"The harbour master closed berth {number} at dawn. Code mark{number}.",
        "published": NOW - timedelta(hours=number),
        "seen": NOW,
        "date": NOW - timedelta(hours=number),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    return Item(**{**plain, **given})


def raw_of(number: int) -> bytes:
    """The bytes that the feed sent for it."""
    return f"<item><guid>{number}</guid><title>Pilots report fog over berth {number}</title></item>".encode()


def make_update(*items: Item, **given: Any) -> Update:
    """The items as new ones with their evidence and a key each (their number)."""
    numbers = {item_id(n): n for n in range(1, 400)}
    known = [item for item in items if item.id in numbers]
    return Update(
        **{
            "items": items,
            "raws": {item.sha256: raw_of(numbers[item.id]) for item in known},
            "keys": tuple((item.id, numbers[item.id]) for item in known),
            **given,
        }
    )


def make_story(number: int, **given: Any) -> Story:
    """The number-th story."""
    plain: dict[str, Any] = {"id": f"{number:016x}", "title": f"Fog, part {number}", "first": NOW - timedelta(days=1), "last": NOW}
    return Story(**{**plain, **given})


def reasoned(number: int) -> Item:
    """The number-th item with every judgement; most of its reasons are those of others too."""
    group = number % 3
    return make_item(
        number,
        link=(f"https://www.harbour.example/{number}", f"http://harbour.example/{number}/?from=rss", f"https://elsewhere.example/*{number}")[group],
        tags=(
            Tag(name="military/drones-uav", why="title has 'fog'", version="1a2b3c4d", score=0.1 + 0.2),
            Tag(name="sea", why=f"title has 'berth {number}'", version="1a2b3c4d"),
        )[: 1 + group],
        entities=(Entity(kind="place", value="Grebe Point", why="text has 'Grebe Point'"), Entity(kind="ship", value=f"Aldona {number}", why="text has 'Aldona'")),
        credits=(Credit(outlet="Pass Post", pattern="told", words="told the Pass Post", field="text", start=number, lead=True, via=("Tarn Courier",), earlier=True),),
        copy_of=item_id(number - 1) if group == 2 else None,
        copy_why="the same text, word for word" if group == 2 else "",
        story=f"{number // 3:016x}",
        story_why="the first of its story" if group == 0 else f"like “berth {number}”",
        provenance=Provenance(role="derived", origin="Pass Post", why="rests on Pass Post (told)", background=("Lake Gazette",)),
    )  # fmt: skip


def reasoned_story(number: int) -> Story:
    """The story of three of them."""
    return make_story(
        number, title=f"Pilots report fog over berth {3 * number}" if number % 2 else f"Fog, part {number}", outlets=("Harbour News",),
        origins=("Pass Post",), origins_min=1, origins_max=2, topics=("military/drones-uav",), score=0.1 + 0.2,
        why=("+1.0 topic military/drones-uav weighs 1", f"×0.50 newest report {number} h old"), flags=("denied by Tarn",),
    )  # fmt: skip


def make_mailing(number: int, *ids: str, plan: str = "main", **given: Any) -> Mailing:
    """The number-th digest, with these items."""
    plain: dict[str, Any] = {
        "digest": f"d{number:015x}",
        "plan": plan,
        "message_id": f"<{number}@curator.example>",
        "subject": f"Morning reading {number}",
        "composed": NOW + timedelta(days=number),
        "to": ("desk@example.org", "night@example.org"),
        "eml": b"From: curator\r\n\r\n\xff",
        "items": ids,
    }
    return Mailing(**{**plain, **given})


def state(name: str = "harbour", **given: Any) -> FeedState:
    """What is remembered of a feed."""
    return FeedState(**{"name": name, "url": f"https://{name}.example/feed", "checked": NOW, **given})


def drone(item: Item) -> Item:
    """The item with a topic and an entity."""
    return replace(
        item,
        tags=(Tag(name="military/drones-uav", why="title has 'drone'", version="1"),),
        entities=(Entity(kind="weapon", value="Shahed-136", why="text has 'Geran-2'"),),
    )


@cache
def _empty() -> bytes:
    """The file of a new archive."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite.connect(f"{folder}/curator.db").close()
        return Path(folder, "curator.db").read_bytes()


@contextmanager
def fresh() -> Iterator[sqlite.Store]:
    """A new archive that is gone afterwards (one for each example of a property)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "curator.db").write_bytes(_empty())
        with sqlite.connect(f"{folder}/curator.db") as store:
            yield store
