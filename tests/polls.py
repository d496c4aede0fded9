"""Whole polls for tests: feeds whose entries are numbered, and a desk with a clock that polls them from servers on the loopback."""

import resource
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from servers import Asked, Reply

import curator
from curator.config import Config, Feed, Fetch
from curator.types import Item, Query, Report

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = Fetch(allow_private=True, timeout=5.0)
PLACES = ["harbour", "bridge", "station", "market", "school", "theatre", "library", "hospital", "airport", "stadium", "castle", "garden"]
DEEDS = ["opens", "closes", "burns", "floods", "moves", "grows", "wins", "loses", "strikes", "returns"]


def rss(name: str, numbers: Sequence[int], built: str = "", extra: str = "") -> bytes:
    """A feed whose entries are numbered; each number has words of its own."""
    items = "".join(
        f"<item><guid>{name}-{n}</guid><title>{_headline(name, n)}</title><link>https://{name}.example/{n}</link>"
        f"<description>{_headline(name, n)} in the town of {name}, said officer {n * 7919}; {extra}.</description></item>"
        for n in numbers
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News of {name}</title><link>https://{name}.example/</link>'
        f"<lastBuildDate>{built}</lastBuildDate>{items}</channel></rss>"
    ).encode()


def _headline(name: str, number: int) -> str:
    return f"{PLACES[number % 12].title()} {DEEDS[number // 12 % 10]} on street {number} of {name}"


class Desk:
    """A configuration and its archive, with a clock that a test sets."""

    def __init__(self, folder: Path, urls: dict[str, str], fetch: Fetch = OPEN, every: int = 3600) -> None:
        self.path = folder / "curator.db"
        self.now = NOW
        feeds = {name: Feed(name=name, url=url, every=every) for name, url in urls.items()}
        self.config = Config(path=str(folder / "feeds.toml"), feeds=feeds, fetch=fetch)

    def open(self) -> curator.Curator:
        return curator.Curator(self.config, clock=lambda: self.now)

    def poll(self, *, force: bool = False, later: timedelta = timedelta(0)) -> Report:
        self.now += later
        with self.open() as archive:
            return archive.poll(force=force)

    def items(self) -> list[Item]:
        with self.open() as archive:
            return list(archive.store.iterate(Query(copies=True, limit=None), self.now))

    def titles(self, feed: str | None = None) -> Counter[str]:
        return Counter(item.title for item in self.items() if feed in (None, item.feed))

    def rows(self, *, but: Sequence[str] = ()) -> dict[str, list[Any]]:
        """All that the database holds, table by table."""
        with sqlite3.connect(self.path) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if name not in but]
            return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}

    def sound(self) -> bool:
        with sqlite3.connect(self.path) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def toml(self) -> Path:
        """The same configuration as a file, for curator as a process of its own."""
        file = Path(self.config.path)
        feeds = "".join(f'[feeds."{feed.name}"]\nurl = "{feed.url}"\n' for feed in self.config.feeds.values())
        file.write_text(f"[fetch]\nallow_private = true\n{feeds}", encoding="utf-8")
        return file


def conditional(body: bytes, etag: str = '"1"') -> Any:
    """A page that honours its validator."""

    def page(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(body=body, headers={"ETag": etag})

    return page


def children() -> int:
    """A number that grows with every child process that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
