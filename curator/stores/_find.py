"""From a Query to items: `find`, `iterate`, `count`.

Two ways lead to them. If one condition is met by few items (some words, a topic, an entity, a mark), those are fetched by number
and the rest is checked on them. Otherwise the index `item_by_date`, which covers most conditions, is walked from the newest on,
and the walk ends as soon as the page is full.
"""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from curator.stores import _text_index as index
from curator.stores._base import batches, seconds
from curator.stores._items import Items
from curator.stores._people import People
from curator.types import Hit, Item, Query

FEW = 5_000  # rows that are cheaper to fetch one by one than to find on a walk
_RANKED = 5_000  # matches, the newest, that are ranked by relevance
_TITLE, _TEXT = 6.0, 1.0  # weight of a hit in the title and in the text
_HALF = 30.0  # days after which a hit is worth half as much as one of today


@dataclass(frozen=True, slots=True)
class _Set:
    """A condition met by a set of items: as a query for their numbers, and as a test of one `item i`."""

    numbers: str
    test: str
    values: tuple[Any, ...] = ()


@dataclass(slots=True)
class Plan:
    """Conditions as SQL: on the columns of `item i`, and sets."""

    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    sets: list[_Set] = field(default_factory=list)
    match: str = ""  #: FTS5 expression, also one of the sets
    noted: list[int] = field(default_factory=list)  #: items with a note that it matches

    def also(self, condition: str, *values: Any) -> None:
        self.where.append(condition)
        self.values += values

    def tests(self, *, without: Sequence[_Set] = ()) -> tuple[str, list[Any]]:
        """All conditions but some sets, as one on `item i`, and its values."""
        left = [part for part in self.sets if part not in without]
        where = [*self.where, *(part.test for part in left)]
        return " AND ".join(where) or "1", [*self.values, *(value for part in left for value in part.values)]


class Finding(Items, People):
    """`find`, `iterate`, `count`, `among`, `understand`."""

    def understand(self, text: str) -> tuple[str, str]:
        """(FTS5 expression, notice): how a query is taken; the notice says so if its syntax was broken and it is read as plain words."""
        return index.understood(text, self.scratch)

    def find(self, query: Query, now: datetime, *, texts: bool = True) -> list[Hit]:
        """What the query asks for, best first, at most its limit. Without texts, `text` stays empty and there are no snippets."""
        plan = self.plan(query, now)
        if query.order == "relevance" and plan.match:
            scored = self._by_relevance(plan, query.limit, now)
        else:
            scored = [(n, 0.0) for n in self.found(plan, query.limit, query.order)]
        items = self.rows([n for n, _ in scored], texts=texts)
        snippets = self._snippets(plan.match, items) if plan.match and texts else {}
        return [Hit(item=items[n], snippet=snippets.get(n, ""), score=score) for n, score in scored if n in items]

    def iterate(self, query: Query, now: datetime) -> Iterator[Item]:
        """Every item the query asks for, complete, in the order in which they came in (what others refer to comes first)."""
        numbers = array("q", sorted(self.found(self.plan(query, now), query.limit, query.order)))
        for batch in batches(numbers):
            yield from self.rows(batch).values()

    def count(self, query: Query, now: datetime) -> int:
        """How many items the query asks for, whatever its limit."""
        return len(self.found(self.plan(query, now), None, "any"))

    def among(self, ids: Iterable[str], query: Query, now: datetime) -> set[str]:
        """Those of the items that the query finds, whatever its limit (a watch asks this of what is new)."""
        where, values = self.plan(query, now).tests()
        found: set[str] = set()
        for batch in batches(ids, FEW):
            asked = f"SELECT i.id FROM json_each(?) w CROSS JOIN item i ON i.id = w.value WHERE {where}"
            found.update(id_ for (id_,) in self.all(asked, (json.dumps(batch), *values)))
        return found

    # ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────

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
        if not query.copies:
            plan.also("i.copy_of IS NULL")

    def _outlets(self, names: Iterable[str]) -> str:
        """Their numbers, as SQL; case does not count."""
        wanted = {name.casefold() for name in names}
        return ", ".join(str(n) for n, name in self.all("SELECT n, name FROM outlet") if name.casefold() in wanted)

    def _sets(self, plan: Plan, query: Query) -> None:
        if query.starred:
            plan.sets.append(_Set("SELECT n FROM item WHERE starred", "i.starred = 1"))
        for topics in (() if query.topic is None else (query.topic,), query.topics):
            if topics:
                plan.sets.append(_judged("topic", {n for topic in topics for n in self._topics(topic)}))
        for entities in (() if query.entity is None else (query.entity,), query.entities):
            if entities:
                plan.sets.append(_judged("entity", {n for entity in entities for n in self._entities(entity)}))
        if query.origins > 0:
            stories = "SELECT n FROM story WHERE origins_min >= ?"
            plan.sets.append(_Set(f"SELECT n FROM item WHERE story IN ({stories})", f"i.story IN ({stories})", (query.origins,)))

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
        if not noted:
            plan.sets.append(_Set(_SEARCH, f"i.n IN ({_SEARCH})", (match,)))
        else:
            either = f"{_SEARCH} UNION SELECT value FROM json_each(?)"
            plan.sets.append(_Set(either, f"i.n IN ({either})", (match, json.dumps(noted))))
        return match, noted

    def _mutes(self, plan: Plan, now: datetime) -> None:
        mutes = self.mutes(now)
        terms = [mute.value for mute in mutes if mute.kind == "term"]
        outlets = [mute.value for mute in mutes if mute.kind == "outlet"]
        stories = [self.living(mute.value) for mute in mutes if mute.kind == "story"]
        if terms:
            plan.also(f"i.n NOT IN ({_SEARCH})", " OR ".join(index.quoted(term) for term in terms))
        if outlets:
            plan.also(f"ifnull(i.outlet, 0) NOT IN ({self._outlets(outlets)})")
        if stories:
            numbers = ", ".join(map(str, self.numbers_of(stories, "story").values()))
            plan.also(f"ifnull(i.story, 0) NOT IN ({numbers})")

    # ── the two ways ────────────────────────────────────────────────────────────────────────────────────────────────

    def found(self, plan: Plan, limit: int | None, order: str) -> list[int]:
        """Row numbers in the order asked for: date | score (of the story) | any."""
        few, used = self._few(plan.sets)
        where, values = plan.tests(without=used)
        most = -1 if limit is None else limit
        if few is not None:
            score = "(SELECT score FROM story s WHERE s.n = i.story) DESC, " if order == "score" else ""
            asked = (
                f"SELECT i.n FROM json_each(?) w CROSS JOIN item i ON i.n = w.value WHERE {where} "
                f"ORDER BY {score}i.date DESC, i.n DESC LIMIT ?"
            )
            values = [json.dumps(few), *values]
        elif order == "score":
            asked = (
                "SELECT i.n FROM story s INDEXED BY story_by_score CROSS JOIN item i ON i.story = s.n "
                f"WHERE {where} ORDER BY s.score DESC, i.date DESC, i.n DESC LIMIT ?"
            )
        else:
            sorting = "" if order == "any" else "ORDER BY i.date DESC"
            asked = f"SELECT i.n FROM item i INDEXED BY item_by_date WHERE {where} {sorting} LIMIT ?"
        return [n for (n,) in self.all(asked, (*values, most))]

    def _few(self, sets: Sequence[_Set]) -> tuple[list[int] | None, list[_Set]]:
        """The items of the smallest set, if they are few, and that set."""
        best: list[int] | None = None
        used: list[_Set] = []
        for part in sets:
            rows = self.all(f"SELECT * FROM ({part.numbers}) LIMIT {FEW + 1}", part.values)
            if len(rows) <= (FEW if best is None else len(best) - 1):
                best, used = list({n for (n,) in rows}), [part]
        return best, used

    def _by_relevance(self, plan: Plan, limit: int | None, now: datetime) -> list[tuple[int, float]]:
        """(row number, score): bm25, a hit in the title counting six times, halved for what is old. Notes that match come first."""
        words = [part for part in plan.sets if plan.match in part.values]
        few, _ = self._few([part for part in plan.sets if part not in words])
        rows = self._ranked(plan, words) if few is None else self._ranked_few(plan)
        best = min((bm25 for _, _, bm25 in rows), default=-1.0)
        ranked = {n: (date, bm25) for n, date, bm25 in rows} | {n: (date, best) for n, date in self._noted(plan, words)}
        today = seconds(now) / 86400
        scored = [(n, _recency(today - date / 86400) * -bm25) for n, (date, bm25) in ranked.items()]
        return sorted(scored, key=lambda pair: (-pair[1], -pair[0]))[:limit]

    def _ranked(self, plan: Plan, words: Sequence[_Set]) -> list[tuple[int, int, float]]:
        """The newest matches that meet the other conditions."""
        where, values = plan.tests(without=words)
        asked = (
            f"SELECT i.n, i.date, bm25(search, {_TITLE}, {_TEXT}) FROM search CROSS JOIN item i ON i.n = search.rowid "
            f"WHERE search MATCH ? AND {where} ORDER BY search.rowid DESC LIMIT {_RANKED}"
        )
        return [(n, date, bm25) for n, date, bm25 in self.all(asked, (plan.match, *values))]

    def _ranked_few(self, plan: Plan) -> list[tuple[int, int, float]]:
        """All matches, where another condition leaves few."""
        numbers = self.found(plan, None, "date")
        dates: dict[int, int] = {}
        for batch in batches(numbers):
            dates.update(self.all("SELECT n, date FROM item WHERE n IN (SELECT value FROM json_each(?))", (json.dumps(batch),)))
        first, last = min(dates, default=0), max(dates, default=0)
        asked = f"SELECT rowid, bm25(search, {_TITLE}, {_TEXT}) FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?"
        return [(n, dates[n], bm25) for n, bm25 in self.each(asked, (plan.match, first, last)) if n in dates]

    def _noted(self, plan: Plan, words: Sequence[_Set]) -> list[tuple[int, int]]:
        """Items found by what a person noted on them."""
        if not plan.noted:
            return []
        where, values = plan.tests(without=words)
        asked = f"SELECT i.n, i.date FROM json_each(?) w CROSS JOIN item i ON i.n = w.value WHERE {where}"
        return [(n, date) for n, date in self.all(asked, (json.dumps(plan.noted), *values))]

    def _snippets(self, match: str, items: dict[int, Item]) -> dict[int, str]:
        found: dict[int, str] = {}
        for batch in batches(items.items()):
            found |= self.scratch.snippets(match, [(n, item.title, item.text) for n, item in batch])
        return found


_SEARCH = "SELECT rowid FROM search WHERE search MATCH ?"


def _judged(kind: str, wanted: Iterable[int]) -> _Set:
    """Items with one of these topics or entities."""
    numbers = ", ".join(map(str, sorted(wanted)))
    test = f"EXISTS (SELECT 1 FROM item_{kind} j WHERE j.{kind} IN ({numbers}) AND j.date = i.date AND j.item = i.n)"
    return _Set(f"SELECT item FROM item_{kind} WHERE {kind} IN ({numbers})", test)


def _recency(days: float) -> float:
    """From 1 (today) down to a half (long ago)."""
    return 0.5 + 0.5 * math.pow(0.5, max(0.0, days) / _HALF)
