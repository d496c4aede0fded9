"""From a Query to items: `find`, `iterate`, `count`, `among`.

Two ways lead to them. If one condition is met by few items (some words, a topic, an entity, a mark), those are fetched by number
and the rest is checked on them. Otherwise the index `item_by_date`, which covers most conditions, is walked from the newest on,
and the walk ends as soon as the page is full. Beginnings of words (pre*) that very many items hold go a third way: the newest
items are looked into one by one, which takes as long in an archive of any size.
"""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from curator.stores import _text_index as index
from curator.stores._base import batches, seconds
from curator.stores._conditions import Conditions, Part, Plan, matching
from curator.types import Hit, Item, Query

FEW = 5_000  # rows that are cheaper to fetch one by one than to find on a walk
_MEETING = 20_000  # rows that are cheaper to pick out of all matches than to check on each of them
_RANKED = 3_000  # matches, the newest, that are ranked by relevance
_LOOKED = 500  # of the newest items that are looked into; twice as many as are wanted, if that is more
_LOOKED_CHARACTERS = 1_000_000  # of their texts, at most: some 100 ms
_WEIGHTS = (6.0, 1.0)  # of a hit in the title and in the text
_HALF = 30.0  # days after which a hit is worth half as much as one of today
_BM25 = f"bm25(search, {_WEIGHTS[0]}, {_WEIGHTS[1]})"

Ranked = list[tuple[int, int, float]]  # row number, date, bm25


class Finding(Conditions):
    """`find`, `iterate`, `count`, `among`, `ids`."""

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
        plan, found = self.plan(query, now), set[str]()
        for batch in batches(ids, FEW):
            numbers = self.numbers_of(batch).values()
            where, values = plan.between(min(numbers, default=0), max(numbers, default=0)).tests()
            asked = f"SELECT i.id FROM json_each(?) w CROSS JOIN item i ON i.id = w.value WHERE {where}"
            found.update(id_ for (id_,) in self.all(asked, (json.dumps(batch), *values)))
        return found

    def ids(self, query: Query, now: datetime) -> list[str]:
        """Ids of the items the query asks for, in the order asked for."""
        numbers = self.found(self.plan(query, now), query.limit, query.order)
        asked = "SELECT i.id FROM json_each(?) w CROSS JOIN item i ON i.n = w.value"
        return [id_ for batch in batches(numbers) for (id_,) in self.all(asked, (json.dumps(batch),))]

    # ── the ways ────────────────────────────────────────────────────────────────────────────────────────────────────

    def found(self, plan: Plan, limit: int | None, order: str) -> list[int]:
        """Row numbers in the order asked for: date | score (of the story) | any."""
        if order == "date" and limit is not None and (looked := self.looked_into(plan, limit)) is not None:
            return [n for n, _, _ in looked][:limit]
        few, used = self._few(plan.sets)
        where, values = plan.tests(without=used)
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
        return [n for (n,) in self.all(asked, (*values, -1 if limit is None else limit))]

    def _few(self, sets: Sequence[Part]) -> tuple[list[int] | None, list[Part]]:
        """The items of the smallest set, if they are few, and that set; one that is costly to look up is not tried."""
        best: list[int] | None = None
        used: list[Part] = []
        for part in sets:
            if part.costly:
                continue
            rows = self.all(f"SELECT * FROM ({part.numbers}) LIMIT {FEW + 1}", part.values)
            if len(rows) <= (FEW if best is None else len(best) - 1):
                best, used = list({n for (n,) in rows}), [part]
        return best, used

    def is_many(self, part: Part) -> bool:
        """Whether a set has more items than are fetched one by one."""
        return len(self.all(f"SELECT * FROM ({part.numbers}) LIMIT {FEW + 1}", part.values)) > FEW

    def looked_into(self, plan: Plan, limit: int) -> Ranked | None:
        """For words that are costly to look up: the matches among the newest items that meet the other conditions, newest first; None if
        too few of them match, so that there is no way but to look the words up."""
        if not any(part.costly for part in plan.words()):
            return None
        others = plan.others()
        if rest := index.without_beginnings(plan.match):
            others = replace(others, sets=[*others.sets, matching(rest)])
        most = max(_LOOKED, 2 * limit)
        numbers = self.found(others, most, "date")
        dates: dict[int, int] = {}
        texts: list[tuple[int, str, str]] = []
        room = _LOOKED_CHARACTERS
        asked = "SELECT i.n, i.date, i.title, b.text FROM json_each(?) w CROSS JOIN item i ON i.n = w.value JOIN body b ON b.item = i.n"
        for n, date, title, text in self.each(asked, (json.dumps(numbers),)):
            dates[n] = date
            texts.append((n, title, text))
            room -= len(title) + len(text)
            if room < 0:
                break
        found = self.scratch.matching(plan.match, texts, _WEIGHTS)
        if len(found) < limit and (len(texts) < len(numbers) or len(numbers) == most):
            return None
        found |= {n: min(found.values(), default=-1.0) for n in plan.noted if n in dates}
        return [(n, dates[n], found[n]) for n in dates if n in found]

    # ── by relevance ────────────────────────────────────────────────────────────────────────────────────────────────

    def _by_relevance(self, plan: Plan, limit: int | None, now: datetime) -> list[tuple[int, float]]:
        """(row number, score): bm25, a hit in the title counting six times, halved for what is old. Notes that match come first."""
        rows = None if limit is None else self.looked_into(plan, limit)
        if rows is None:
            numbers = self._meeting(plan)
            rows = self._ranked(plan) if numbers is None else self._ranked_among(plan.match, numbers)
        best = min((bm25 for _, _, bm25 in rows), default=-1.0)
        ranked = {n: (date, bm25) for n, date, bm25 in rows} | {n: (date, best) for n, date in self._noted(plan)}
        today = seconds(now) / 86400
        scored = [(n, _recency(today - date / 86400) * -bm25) for n, (date, bm25) in ranked.items()]
        return sorted(scored, key=lambda pair: (-pair[1], -pair[0]))[:limit]

    def _meeting(self, plan: Plan) -> list[int] | None:
        """Numbers of the items that meet all conditions but the words, if the words are frequent and those are few."""
        if not any(part.costly or self.is_many(part) for part in plan.words()):
            return None
        others = plan.others()
        few, _ = self._few(others.sets)
        if few is not None:
            return self.found(others, None, "any")
        if not others.narrow:
            return None
        where = " AND ".join(others.where)
        asked = f"SELECT i.n FROM item i INDEXED BY item_by_date WHERE {where} LIMIT {_MEETING + 1}"
        numbers = [n for (n,) in self.all(asked, others.values)]
        if len(numbers) > _MEETING:
            return None
        tests, values = others.tests()
        asked = f"SELECT i.n FROM json_each(?) w CROSS JOIN item i ON i.n = w.value WHERE {tests}"
        return [n for (n,) in self.all(asked, (json.dumps(numbers), *values))] if others.sets else numbers

    def _ranked(self, plan: Plan) -> Ranked:
        """The newest matches that meet the other conditions."""
        where, values = plan.tests(without=plan.words())
        asked = (
            f"SELECT i.n, i.date, {_BM25} FROM search CROSS JOIN item i ON i.n = search.rowid "
            f"WHERE search MATCH ? AND {where} ORDER BY search.rowid DESC LIMIT {_RANKED}"
        )
        return [(n, date, bm25) for n, date, bm25 in self.all(asked, (plan.match, *values))]

    def _ranked_among(self, match: str, numbers: Sequence[int]) -> Ranked:
        """All matches among some items."""
        if not numbers:
            return []
        wanted = json.dumps(numbers)
        dates = dict(self.all("SELECT n, date FROM item WHERE n IN (SELECT value FROM json_each(?))", (wanted,)))
        asked = (
            f"SELECT rowid, {_BM25} FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ? "
            "AND +rowid IN (SELECT value FROM json_each(?))"  # "+": a filter of the matches, not a search for each number
        )
        return [(n, dates[n], bm25) for n, bm25 in self.all(asked, (match, min(numbers), max(numbers), wanted)) if n in dates]

    def _noted(self, plan: Plan) -> list[tuple[int, int]]:
        """Items found by what a person noted on them."""
        if not plan.noted:
            return []
        where, values = plan.tests(without=plan.words())
        asked = f"SELECT i.n, i.date FROM json_each(?) w CROSS JOIN item i ON i.n = w.value WHERE {where}"
        return [(n, date) for n, date in self.all(asked, (json.dumps(plan.noted), *values))]

    def _snippets(self, match: str, items: dict[int, Item]) -> dict[int, str]:
        found: dict[int, str] = {}
        for batch in batches(items.items()):
            found |= self.scratch.snippets(match, [(n, item.title, item.text) for n, item in batch])
        return found


def _recency(days: float) -> float:
    """From 1 (today) down to a half (long ago)."""
    return 0.5 + 0.5 * math.pow(0.5, max(0.0, days) / _HALF)
