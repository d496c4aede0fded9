"""Reading stories."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from curator.errors import NotFoundError
from curator.stores._base import batches, seconds
from curator.stores._find import FEW, Finding
from curator.stores._story_rows import READ, StoryRows
from curator.types import Query, Story

_IDS = "SELECT n, id FROM story WHERE n IN (SELECT value FROM json_each(?))"


class Stories(Finding, StoryRows):
    """`stories`, `story`, `stories_by_id`, `stories_by_number`, `story_of`."""

    def stories(self, query: Query, now: datetime) -> list[Story]:
        """Stories the query asks for: best first (order score), else newest first. A story is there if one of its items meets the query."""
        where = ["s.into_story IS NULL"]
        values: list[Any] = []
        if query.since is not None:
            where.append("s.last >= ?")
            values.append(seconds(query.since))
        if query.until is not None:
            where.append("s.first <= ?")
            values.append(seconds(query.until))
        if query.origins > 0:
            where.append("s.origins_min >= ?")
            values.append(query.origins)
        if self._asks_of_items(query, now):
            test, given = self._members(query, now)
            where.append(test)
            values += given
        order = "s.score DESC, s.last DESC" if query.order == "score" else "s.last DESC, s.score DESC"
        limit = -1 if query.limit is None else query.limit
        return self.read_stories(self.all(f"{READ} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ?", (*values, limit)))

    def _asks_of_items(self, query: Query, now: datetime) -> bool:
        asks = (query.text, query.within, query.topic, query.feed, query.outlet, query.entity, query.language)
        if any(value is not None for value in asks) or query.topics or query.entities or query.unread or query.starred:
            return True
        return not query.muted and bool(self.mutes(now))

    def _members(self, query: Query, now: datetime) -> tuple[str, list[Any]]:
        """A test of `story s`: few items meet the query, and it holds one of them; or many do, and each story is looked into."""
        plan = self.plan(query, now)
        looked = None if query.limit is None else self.looked_into(plan, query.limit)
        many = looked is None and len(plan.sets) == 1 and not plan.narrow and self.is_many(plan.sets[0])
        numbers = [n for n, _, _ in looked] if looked is not None else [] if many else self.found(plan, FEW + 1, "date")
        if many or len(numbers) > FEW:
            where, values = plan.tests()
            return f"EXISTS (SELECT 1 FROM item i WHERE i.story = s.n AND {where})", values
        stories: set[int] = set()
        for batch in batches(numbers):
            asked = "SELECT DISTINCT story FROM item WHERE story IS NOT NULL AND n IN (SELECT value FROM json_each(?))"
            stories.update(n for (n,) in self.all(asked, (json.dumps(batch),)))
        return "s.n IN (SELECT value FROM json_each(?))", [json.dumps(list(stories))]

    def story(self, id_: str) -> Story:
        """The story of this id; a merged one gives the one it is part of. NotFoundError if there is none."""
        found = self.stories_by_id([self.living(id_)])
        if not found:
            raise NotFoundError(f"no story has the id {id_}")
        return next(iter(found.values()))

    def stories_by_id(self, ids: Iterable[str]) -> dict[str, Story]:
        """Stories by id, merged ones as they are (`into` says where they lead); unknown ids are left out."""
        return {story.id: story for story in self._read("id", ids)}

    def stories_by_number(self, numbers: Iterable[int]) -> dict[int, Story]:
        """The same by row number."""
        numbers = list(numbers)
        ids = {id_: n for batch in batches(numbers) for n, id_ in self.all(_IDS, (json.dumps(batch),))}
        return {ids[story.id]: story for story in self._read("n", numbers)}

    def story_of(self, items: Iterable[str]) -> dict[str, str]:
        """Item id -> id of its story; items without one are left out."""
        found: dict[str, str] = {}
        for batch in batches(items):
            asked = "SELECT i.id, s.id FROM item i JOIN story s ON s.n = i.story WHERE i.id IN (SELECT value FROM json_each(?))"
            found.update(self.all(asked, (json.dumps(batch),)))
        return found

    def _read(self, column: str, values: Iterable[Any]) -> list[Story]:
        rows: list[tuple[Any, ...]] = []
        for batch in batches(values):
            rows += self.all(f"{READ} WHERE s.{column} IN (SELECT value FROM json_each(?))", (json.dumps(batch),))
        return self.read_stories(rows)
