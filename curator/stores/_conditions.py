"""What a query asks, as SQL: conditions on the columns of `item i`, and sets of items."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from curator.stores import _text_index as index
from curator.stores._base import seconds
from curator.stores._items import Items
from curator.stores._people import People
from curator.types import Query

SEARCH = "SELECT rowid FROM search WHERE search MATCH ?"
COSTLY = 400  # pages of the index, of 4 kB each: reading so many takes some 40 ms

#: Between two words, over all segments of the index: its table of contents has the first word of each page (pgno counts in twos).
_PAGES = """WITH RECURSIVE part (id) AS (
 SELECT min(segid) FROM search_idx UNION ALL SELECT (SELECT min(segid) FROM search_idx WHERE segid > part.id) FROM part WHERE part.id IS NOT NULL)
SELECT sum((SELECT pgno FROM search_idx WHERE segid = part.id AND term < ?2 ORDER BY term DESC LIMIT 1) / 2
 - ifnull((SELECT pgno FROM search_idx WHERE segid = part.id AND term <= ?1 ORDER BY term DESC LIMIT 1), 2) / 2)
FROM part WHERE id IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition met by a set of items: as a query for their numbers, and as a test of one `item i`."""

    numbers: str
    test: str
    values: tuple[Any, ...] = ()
    match: str = ""  #: the FTS5 expression, if it is one
    costly: bool = False  #: looking it up takes long, however few of its items are wanted


@dataclass(slots=True)
class Plan:
    """Conditions as SQL: on the columns of `item i`, and sets."""

    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    sets: list[Part] = field(default_factory=list)
    narrow: bool = False  #: whether the columns may leave few items
    match: str = ""  #: FTS5 expression, also one of the sets
    noted: list[int] = field(default_factory=list)  #: items with a note that it matches

    def also(self, condition: str, *values: Any) -> None:
        """One more condition on the columns."""
        self.where.append(condition)
        self.values += values

    def tests(self, *, without: Sequence[Part] = ()) -> tuple[str, list[Any]]:
        """All conditions but some sets, as one on `item i`, and its values."""
        left = [part for part in self.sets if part not in without]
        where = [*self.where, *(part.test for part in left)]
        return " AND ".join(where) or "1", [*self.values, *(value for part in left for value in part.values)]

    def words(self) -> list[Part]:
        """The sets that are `match`."""
        return [part for part in self.sets if self.match and part.match == self.match]

    def between(self, first: int, last: int) -> "Plan":
        """The same for items with numbers in this range: words are looked up there only."""
        narrowed = f"{SEARCH} AND rowid BETWEEN {first} AND {last}"
        sets = [
            replace(part, numbers=part.numbers.replace(SEARCH, narrowed), test=part.test.replace(SEARCH, narrowed)) for part in self.sets
        ]
        return replace(self, where=[test.replace(SEARCH, narrowed) for test in self.where], sets=sets)

    def others(self) -> "Plan":
        """All but the words."""
        words = self.words()
        return replace(self, sets=[part for part in self.sets if part not in words], match="", noted=[])


class Conditions(Items, People):
    """`plan`: the query as conditions; `understand`: its text as an FTS5 expression."""

    def understand(self, text: str) -> tuple[str, str]:
        """(FTS5 expression, notice): how a query is taken; the notice says so if its syntax was broken and it is read as plain words."""
        return index.understood(text, self.scratch)

    def plan(self, query: Query, now: datetime) -> Plan:
        """The query as conditions."""
        plan = Plan()
        self._columns(plan, query)
        self._sets(plan, query)
        if query.within is not None:
            self._text(plan, query.within)
        if query.text is not None:
            plan.match, plan.noted = self._text(plan, query.text)
        if not query.muted:
            self._mutes(plan, now)
        return plan

    def _columns(self, plan: Plan, query: Query) -> None:
        if query.since is not None:
            plan.also("i.date >= ?", seconds(query.since))
        if query.until is not None:
            plan.also("i.date <= ?", seconds(query.until))
        if query.feed is not None:
            plan.also("i.feed = ?", self.existing("feed", query.feed) or -1)
        if query.outlet is not None:
            plan.also(f"i.outlet IN ({self._outlets([query.outlet])})")
        if query.language is not None:
            plan.also("(i.language = ? OR i.language LIKE ?)", query.language, query.language + "-%")
        if query.unread:
            plan.also("i.read = 0")
        plan.narrow = bool(plan.where)
        if not query.copies:
            plan.also("i.copy_of IS NULL")

    def _outlets(self, names: Iterable[str]) -> str:
        """Their numbers, as SQL; case does not count."""
        wanted = {name.casefold() for name in names}
        return ", ".join(str(n) for n, name in self.all("SELECT n, name FROM outlet") if name.casefold() in wanted)

    def _sets(self, plan: Plan, query: Query) -> None:
        if query.starred:
            plan.sets.append(Part("SELECT n FROM item WHERE starred", "i.starred = 1"))
        for topics in (() if query.topic is None else (query.topic,), query.topics):
            if topics:
                plan.sets.append(_judged("topic", {n for topic in topics for n in self._topics(topic)}))
        for entities in (() if query.entity is None else (query.entity,), query.entities):
            if entities:
                plan.sets.append(_judged("entity", {n for entity in entities for n in self._entities(entity)}))
        if query.origins > 0:
            stories = "SELECT n FROM story WHERE origins_min >= ?"
            plan.sets.append(Part(f"SELECT n FROM item WHERE story IN ({stories})", f"i.story IN ({stories})", (query.origins,)))

    def _topics(self, pattern: str) -> list[int]:
        return [n for (n,) in self.all("SELECT n FROM topic WHERE name GLOB ?", (pattern,))]

    def _entities(self, value: str) -> list[int]:
        exact = self.all("SELECT n FROM entity WHERE value = ?", (value,))
        return [n for (n,) in exact or self.all("SELECT n FROM entity WHERE value = ? COLLATE NOCASE", (value,))]

    def _text(self, plan: Plan, text: str) -> tuple[str, list[int]]:
        """The FTS5 expression of a text that must match, and the items with a note that it matches."""
        match = self.understand(text)[0]
        if not match:
            plan.also("0")
            return "", []
        noted = self.items_noted(match)
        plan.sets.append(matching(match, noted, costly=self.pages_of_beginnings(match) > COSTLY))
        return match, noted

    def pages_of_beginnings(self, match: str) -> int:
        """Pages of the index that hold the rows of all words that begin as an expression asks (pre*): FTS5 reads them all before it
        gives the first row."""
        beginnings = [word.encode() for word in self.scratch.beginnings(match)]
        return sum((self.one(_PAGES, (b"0" + one, b"0" + one + b"\xff")) or (0,))[0] or 0 for one in beginnings)

    def _mutes(self, plan: Plan, now: datetime) -> None:
        mutes = self.mutes(now)
        terms = [mute.value for mute in mutes if mute.kind == "term"]
        outlets = [mute.value for mute in mutes if mute.kind == "outlet"]
        stories = [self.living(mute.value) for mute in mutes if mute.kind == "story"]
        if terms:
            plan.also(f"+i.n NOT IN ({SEARCH})", " OR ".join(index.quoted(term) for term in terms))
        if outlets:
            plan.also(f"ifnull(i.outlet, 0) NOT IN ({self._outlets(outlets)})")
        if stories:
            numbers = ", ".join(map(str, self.numbers_of(stories, "story").values()))
            plan.also(f"ifnull(i.story, 0) NOT IN ({numbers})")


def matching(match: str, noted: Sequence[int] = (), *, costly: bool = False) -> Part:
    """Items that an FTS5 expression matches, and these with a note."""
    asked, values = (f"{SEARCH} UNION SELECT value FROM json_each(?)", (match, json.dumps(noted))) if noted else (SEARCH, (match,))
    return Part(asked, f"+i.n IN ({asked})", values, match, costly)  # "+": looked up once, not for every item


def _judged(kind: str, wanted: Iterable[int]) -> Part:
    """Items with one of these topics or entities."""
    numbers = ", ".join(map(str, sorted(wanted)))
    test = f"EXISTS (SELECT 1 FROM item_{kind} j WHERE j.{kind} IN ({numbers}) AND j.date = i.date AND j.item = i.n)"
    return Part(f"SELECT item FROM item_{kind} WHERE {kind} IN ({numbers})", test)
