"""Rows of a file become items with their identity keys: decoded, and judged as a poll judges entries where they come without judgements.

Pure; runs in child processes beside the one that compares and stores.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from curator import clean, decode, identity, ingest, outlets, reading
from curator.archive import seldom_collected
from curator.config import Config, Feed
from curator.portable import portable
from curator.reading import Reader
from curator.types import Draft, Entry, Item, Keys, Lessons, Prepared

FEED = "import"  #: the feed of rows that name none
GROUPED = frozenset(("copy_of", "story"))  #: judgements without which an item is compared with others


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Some rows as they stand in a file; what a child process is given."""

    rows: tuple[tuple[str, Any], ...]  #: (where it stands, bytes of a line of JSON or a JSON value)
    now: datetime


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A row, read; or why it was refused."""

    where: str
    at: datetime  #: when, the same for all that are stored together
    refused: str = ""
    row: decode.Row | None = None
    keys: Keys | None = None
    prepared: Prepared | None = None  #: what it is compared by, if it comes without judgements on copies and stories
    named: bool = False  #: the file itself gives the item its id


def value(line: bytes) -> Any:
    """The JSON value of a line; what is none comes as its ValueError."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return ValueError("no JSON")


class Intake:
    """Reads rows under one configuration, and by what people taught."""

    def __init__(self, config: Config, lessons: Lessons) -> None:
        self._config, self._lessons = config, lessons
        self._outlets = outlets.of(config)

    @cached_property
    def _reader(self) -> Reader:
        """Made when the first row without judgements comes."""
        return Reader(self._config, self._lessons)

    def read(self, lines: Lines) -> list[Taken]:
        """The rows, in their order."""
        with seldom_collected():
            return list(self._read(lines))

    def _read(self, lines: Lines) -> Iterator[Taken]:
        for where, given in lines.rows:
            row = value(given) if isinstance(given, bytes) else given
            try:
                if isinstance(row, ValueError):
                    raise decode.RefusedError(str(row))
                yield self._taken(where, lines.now, decode.row(row, lines.now, FEED))
            except decode.RefusedError as error:
                yield Taken(where=where, at=lines.now, refused=f"{where}: {error}")

    def _taken(self, where: str, at: datetime, row: decode.Row) -> Taken:
        item, keys, prepared = row.item, None, None
        if not row.judged >= {"topics", "entities"}:
            item, keys = self._marked(row)
        if not row.judged >= GROUPED:
            prepared = reading.prepared(item)
        named = bool(item.id)
        item = item if named else replace(item, id=ingest.item_id(item))
        return Taken(where=where, at=at, row=replace(row, item=item), keys=keys or identity.keys(item), prepared=prepared, named=named)

    def _marked(self, row: decode.Row) -> tuple[Item, Keys | None]:
        """The item with the tags, entities and credits it came without, and its keys."""
        judged = self._reader.judge(self._attributed(ingest.as_draft(row.item)))
        found = {name: getattr(judged, name) for name in ("text", "summary", "credits", "outlet", "outlet_known", "language")}
        found |= {"tags": judged.tags} if "topics" not in row.judged else {}
        found |= {"entities": judged.entities} if "entities" not in row.judged else {}
        return replace(row.item, **found), judged.keys

    def _attributed(self, draft: Draft) -> Draft:
        """With publisher and language as a poll finds them; an outlet that only the row names is shown, but is no identity."""
        feed = self._config.feeds.get(draft.feed) or Feed(name=draft.feed, url="")
        entry = Entry(language=draft.language, source_name=draft.source, source_url=draft.source_url)
        language = clean.spoken(entry, feed, None, draft.title, draft.text)
        if draft.outlet_known:
            return replace(draft, language=language)
        name, known = clean.publisher(entry, draft.url or draft.link, feed, draft.outlet, self._outlets)
        return replace(draft, outlet=name, outlet_known=known, language=language)
