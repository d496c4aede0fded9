"""Stories as rows and back."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from curator.stores._base import Base, clock, dumps, loads, seconds
from curator.types import Story

_COLUMNS = (
    "id", "title", "first", "last", "outlets", "origins", "origins_min", "origins_max", "credibility", "topics", "score", "why", "flags",
    "related", "into_story",
)  # fmt: skip
_WRITE = (
    f"INSERT INTO story ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in _COLUMNS[1:])}"
)
READ = f"SELECT s.n, {', '.join('s.' + column for column in _COLUMNS)} FROM story s"


class StoryRows(Base):
    """How stories are written and read by their numbers."""

    def write_stories(self, con: sqlite3.Connection, stories: Sequence[Story]) -> dict[str, int]:
        """Write stories whole, new or changed; their numbers by id."""
        con.executemany(_WRITE, [_row(story) for story in stories])
        return self.numbers_of([story.id for story in stories], "story") if stories else {}

    def merge_stories(self, con: sqlite3.Connection, stories: Iterable[Story]) -> None:
        """Whatever still stands in a merged story moves into the one it leads to."""
        con.executemany(
            "UPDATE item SET story = (SELECT n FROM story WHERE id = ?) WHERE story = (SELECT n FROM story WHERE id = ?)",
            [(story.into, story.id) for story in stories if story.into],
        )

    def sweep_stories(self) -> int:
        """Remove the stories that nothing stands in and that lead nowhere (after a regroup); how many."""
        with self.transaction() as con:
            done = con.execute("DELETE FROM story WHERE into_story IS NULL AND NOT EXISTS (SELECT 1 FROM item i WHERE i.story = story.n)")
        return done.rowcount

    def read_stories(self, rows: Sequence[tuple[Any, ...]]) -> list[Story]:
        """The stories of rows of READ, in their order, with their items' ids, earliest first."""
        members: dict[int, list[str]] = {row[0]: [] for row in rows}
        numbers = list(members)
        for at in range(0, len(numbers), 500):
            marks = ", ".join("?" * len(numbers[at : at + 500]))
            asked = f"SELECT story, id FROM item WHERE story IN ({marks}) ORDER BY date, n"
            for story, item in self.all(asked, numbers[at : at + 500]):
                members[story].append(item)
        return [_story(row, tuple(members[row[0]])) for row in rows]


def _row(story: Story) -> tuple[Any, ...]:
    return (
        story.id, story.title, seconds(story.first), seconds(story.last), dumps(story.outlets), dumps(story.origins), story.origins_min,
        story.origins_max, story.credibility, dumps(story.topics), story.score, dumps(story.why), dumps(story.flags), dumps(story.related),
        story.into,
    )  # fmt: skip


def _story(row: tuple[Any, ...], items: tuple[str, ...]) -> Story:
    _n, id_, title, first, last, outlets, origins, least, most, credibility, topics, score, why, flags, related, into = row
    return Story(
        id=id_, title=title, items=items, first=clock(first), last=clock(last), outlets=loads(outlets), origins=loads(origins),
        origins_min=least, origins_max=most, credibility=credibility, topics=loads(topics), score=score, why=loads(why),
        flags=loads(flags), related=loads(related), into=into,
    )  # fmt: skip
