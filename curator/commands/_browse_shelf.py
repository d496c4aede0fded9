"""What `browse` has in its hands: the list it shows, loaded page by page, and what was done to it, so that it can be undone.

Nothing here knows the screen. Items are folded into a row a story, under the newest of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import curator
from curator.config import Config
from curator.types import Item, Query

PAGE = 300  #: items loaded at once: a few screens, a few milliseconds
FAR = 10_000  #: items loaded to go to a place far down: half a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A line of the left pane: what it is called and what it asks for. Without a query it is a heading."""

    title: str
    query: Query | None = None
    watch: str | None = None


@dataclass(slots=True)
class Row:
    """A story in the list: its items here, newest first; the first one is shown."""

    items: list[Item] = field(default_factory=list)

    @property
    def lead(self) -> Item:
        """The newest item."""
        return self.items[0]

    @property
    def unread(self) -> bool:
        """Whether any of its items is unread."""
        return any(not item.read for item in self.items)


def sources(config: Config, topics: Mapping[str, str]) -> list[Source]:
    """The left pane: everything, what a person marked, watches, topics (name to title), feeds."""
    found = [
        Source(title="Unread", query=Query(unread=True)),
        Source(title="Everything", query=Query()),
        Source(title="Starred", query=Query(starred=True)),
    ]
    if config.watches:
        found += [Source(title="WATCHES"), *(Source(title=name, query=Query(), watch=name) for name in config.watches)]
    if topics:
        found += [Source(title="TOPICS"), *(Source(title=title, query=Query(topic=name)) for name, title in topics.items())]
    if config.feeds:
        found += [Source(title="FEEDS"), *(Source(title=name, query=Query(feed=name)) for name in config.feeds)]
    return found


class Shelf:
    """The list on show. `rows` grows as `more` is called; every change can be taken back with `undo`."""

    def __init__(self, archive: "curator.Curator") -> None:
        self.archive = archive
        self.rows: list[Row] = []
        self.notice = ""
        self._source = Source(title="", query=Query())
        self._words = ""
        self._seen: set[str] = set()
        self._by_story: dict[str, Row] = {}
        self._done = False
        self._undo: list[tuple[str, Callable[[], None]]] = []

    def show(self, source: Source, words: str = "") -> None:
        """Begin a list anew; `words` narrow it by full text, the last of them being perhaps the beginning of one."""
        self._source, self._words = source, words.strip() + ("*" if words[-1:].isalnum() else "")
        self.rows, self._seen, self._by_story, self._done, self.notice = [], set(), {}, False, ""
        self.more()

    def reach(self, date: datetime | None = None) -> None:
        """Load the list as far as that date, or its end; but no more than so many items at once."""
        most = len(self._seen) + FAR
        while not self._done and self.rows and len(self._seen) < most and (date is None or self.rows[-1].items[-1].date >= date):
            self.more(10 * PAGE)

    def place(self, item: str, date: datetime | None) -> int:
        """The number of the row that holds the item; if none does, of the first that is as old as it was."""
        if date is not None:
            self.reach(date)
        there = (n for n, row in enumerate(self.rows) if any(one.id == item for one in row.items))
        older = (n for n, row in enumerate(self.rows) if date is not None and row.lead.date <= date)
        return next(there, next(older, 0))

    def more(self, size: int = PAGE) -> bool:
        """Load the next page; False if there was nothing left."""
        query = self._source.query
        if self._done or query is None:
            return False
        oldest = min((row.items[-1].date for row in self.rows[-PAGE:]), default=None)
        while True:
            asked = replace(query, text=self._words or query.text, limit=size, until=oldest)
            found = [hit.item for hit in self.archive.find(asked, watch=self._source.watch)]
            fresh = [item for item in found if item.id not in self._seen]
            if fresh or len(found) < size:
                break
            size *= 4  # more items of one second than a page holds
        self.notice = self.archive.notice
        self._done = len(found) < size
        for item in fresh:
            self._seen.add(item.id)
            self._fold(item)
        return bool(fresh)

    @property
    def complete(self) -> bool:
        """Whether all of the list is loaded."""
        return self._done

    def _fold(self, item: Item) -> None:
        row = self._by_story.get(item.story) if item.story else None
        if row is None:
            row = Row()
            self.rows.append(row)
            if item.story:
                self._by_story[item.story] = row
        row.items.append(item)

    # ── what a person does ──

    def read(self, row: Row, read: bool = True) -> None:
        """Mark a row's items read or unread."""
        ids = [item.id for item in row.items if item.read != read]
        if ids:
            self._mark(row, ids, read=read)
            self._remember("read" if read else "unread", lambda: self._mark(row, ids, read=not read))

    def read_all(self) -> int:
        """Mark all that is loaded read; how many items that were."""
        pairs = [(row, [item.id for item in row.items if not item.read]) for row in self.rows if row.unread]

        def turn(read: bool) -> None:
            for row, ids in pairs:
                self._mark(row, ids, read=read)

        turn(True)
        if pairs:
            self._remember("all read", lambda: turn(False))
        return sum(len(ids) for _, ids in pairs)

    def star(self, row: Row) -> bool:
        """Turn the star of a row's first item; whether it has one now."""
        item, now = row.lead, not row.lead.starred
        self._mark(row, [item.id], starred=now)
        self._remember("star" if now else "no star", lambda: self._mark(row, [item.id], starred=not now))
        return now

    def tag(self, item: Item, signed: str) -> None:
        """Give ("+x") or take ("-x") a topic."""
        other = ("-" if signed[0] == "+" else "+") + signed[1:]

        def give(topic: str) -> None:
            self.archive.mark([item.id], topics=(topic,))

        give(signed)
        self._remember(signed, lambda: give(other))

    def not_copy(self, item: Item) -> None:
        """The item is no copy of what it was folded into."""
        self._corrected("not a copy", self.archive.correct(item.id, not_copy=True))

    def not_story(self, item: Item) -> None:
        """The item does not belong to its story."""
        self._corrected("not of this story", self.archive.correct(item.id, not_story=True))

    def _corrected(self, name: str, said: Sequence[tuple[str, str, str]]) -> None:
        self._remember(name, lambda: self.archive.uncorrect(said))

    def undo(self) -> str:
        """Take the last change back; what it was, or ""."""
        if not self._undo:
            return ""
        name, back = self._undo.pop()
        back()
        return name

    def _mark(self, row: Row, ids: Sequence[str], *, read: bool | None = None, starred: bool | None = None) -> None:
        self.archive.mark(ids, read=read, starred=starred)
        for number, item in enumerate(row.items):
            if item.id in ids:
                now = (item.read if read is None else read, item.starred if starred is None else starred)
                row.items[number] = replace(item, read=now[0], starred=now[1])

    def _remember(self, name: str, back: Callable[[], None]) -> None:
        self._undo.append((name, back))
