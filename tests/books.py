"""A store with items and stories as a poll would leave them, for tests of composing and sending."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from curator.config import Config, Mail, Plan
from curator.stores import sqlite
from curator.types import Item, Provenance, Story, Tag, Update

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


def id_of(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:16]


def item(
    name: str,
    story: str = "",
    *,
    outlet: str = "Harbour Wire",
    topic: str = "trade/shipping",
    role: str = "own",
    copy_of: str = "",
    **fields,
) -> Item:
    """An item called `name` in the story called `story` (default: one of its own)."""
    given = {
        "id": id_of(name),
        "feed": outlet.lower().replace(" ", "-"),
        "outlet": outlet,
        "outlet_known": True,
        "guid": name,
        "url": f"https://{outlet.lower().replace(' ', '-')}.example/{id_of(name)}",
        "title": f"{name} in the harbour of Marova",
        "text": f"{name} was seen in the harbour of Marova on Tuesday, the harbour office said. It had been expected there for two weeks by traders.",
        "seen": NOW - timedelta(hours=1),
        "date": NOW - timedelta(hours=1),
        "language": "en",
        "tags": (Tag(name=topic, why="title has 'harbour'"),),
        "copy_of": id_of(copy_of) if copy_of else None,
        "story": id_of(f"story {story or name}"),
        "provenance": Provenance(role=role, origin=outlet if role == "own" else None),
        "sha256": sha256(name.encode()).hexdigest(),
    }
    return Item(**{**given, **fields})


def stories(items: Iterable[Item]) -> tuple[Story, ...]:
    """The stories these items make up."""
    groups: dict[str, list[Item]] = {}
    for one in sorted(items, key=lambda one: (one.date, one.id)):
        groups.setdefault(one.story, []).append(one)
    return tuple(
        Story(
            id=id_,
            title=members[0].title,
            items=tuple(one.id for one in members),
            outlets=tuple(dict.fromkeys(one.outlet or "" for one in members)),
            first=min(one.date for one in members),
            last=max(one.date for one in members),
            origins=tuple(dict.fromkeys(one.outlet or "" for one in members if one.provenance.role == "own")),
            origins_min=1,
            origins_max=1,
            topics=tuple(dict.fromkeys(tag.name for one in members for tag in one.tags)),
        )
        for id_, members in groups.items()
    )


def keep(store: sqlite.Store, *items: Item, before: Iterable[Item] = ()) -> None:
    """Store new items; `before`: items stored earlier that are in the same stories."""
    store.apply(Update(items=items, stories=stories([*before, *items]), members=tuple((one.id, one.story, "") for one in items)))


def retitle(store: sqlite.Store, one: Item, title: str, at: datetime) -> None:
    """A new version of a stored item."""
    store.apply(
        Update(changed=(replace(one, title=title, versions=one.versions + 1, changed=at, sha256=sha256(title.encode()).hexdigest()),))
    )


FEEDS_TOML = """
store = "sqlite:curator.db"
timezone = "Europe/Vienna"

[feeds.harbour-wire]
url = "https://harbour-wire.example/feed"
outlet = "Harbour Wire"

[digest]
title = "Morning reading"
sections = ["*"]

[mail]
sender = "smtp"
host = "127.0.0.1"
port = PORT
security = "none"
from = "curator@example.org"
to = ["desk@example.org"]
timeout = 5
"""


def feeds_toml(folder: Path, port: int, more: str = "") -> Path:
    path = folder / "feeds.toml"
    path.write_text(FEEDS_TOML.replace("PORT", str(port)) + more)
    return path


def config(folder: Path, port: int = 1, *, plans: Iterable[Plan] = (), to: tuple[str, ...] = ("desk@example.org",), **mail) -> Config:
    plans = tuple(plans) or (Plan(sections=("trade/*", "*")),)
    settings = Mail(
        **{"host": "127.0.0.1", "port": port, "security": "none", "from_": "curator@example.org", "to": to, "timeout": 5.0, **mail}
    )
    return Config(path=str(folder / "feeds.toml"), timezone="Europe/Vienna", plans={plan.name: plan for plan in plans}, mail=settings)
