"""Stories as rows and back."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from zlib import crc32

from curator.errors import StoreError
from curator.stores._base import clock, decoded, dumps, loads, seconds
from curator.stores._shorthand import spelled
from curator.stores._wordings import Wordings
from curator.types import Story

_COLUMNS = (
    "id", "title", "first", "last", "outlets", "origins", "origins_min", "origins_max", "credibility", "topics", "score", "why", "flags",
    "related", "into_story", "seal",
)  # fmt: skip
_WRITE = (
    f"INSERT INTO story ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in _COLUMNS[2:])}, "
    # the number of an item whose title it still has stays
    "title = CASE WHEN typeof(excluded.title) = 'text' AND typeof(story.title) = 'integer' "
    "AND (SELECT i.title FROM item i WHERE i.n = story.title) = excluded.title THEN story.title ELSE excluded.title END"
)
#: The title of a story `s`: that of the item whose number stands for it, or a text.
TITLE = "CASE typeof(s.title) WHEN 'integer' THEN coalesce((SELECT i.title FROM item i WHERE i.n = s.title), '') ELSE s.title END"
READ = f"SELECT s.n, s.id, {TITLE}, {', '.join('s.' + column for column in _COLUMNS[2:])} FROM story s"


class StoryRows(Wordings):
    """How stories are written and read by their numbers."""

    def write_stories(self, con: sqlite3.Connection, stories: Sequence[Story], titled: Mapping[tuple[str, str], int]) -> dict[str, int]:
        """Write stories whole, new or changed; their numbers by id. `titled`: numbers of items by their story and title."""
        known = self.wording_numbers(chain.from_iterable(chain(story.outlets, story.origins, story.topics, story.why) for story in stories))
        con.executemany(_WRITE, [_row(story, titled.get((story.id, story.title)), known) for story in stories])
        return self.numbers_of([story.id for story in stories], "story") if stories else {}

    def broken_stories(self) -> Iterator[str]:
        """Ids of the stories that are not as they were written."""
        for row in self.each(READ):
            try:
                sound = row[-1] in (None, _seal(_story(row, (), self.said)))
            except (StoreError, TypeError, ValueError, OverflowError):  # what it says cannot be read at all
                sound = False
            if not sound:
                yield str(row[1])

    def merge_stories(self, con: sqlite3.Connection, stories: Iterable[Story]) -> list[int]:
        """Whatever still stands in a merged story moves into the one it leads to; which rows did."""
        merged = [(story.into, story.id) for story in stories if story.into]
        asked = "SELECT n FROM item WHERE story = (SELECT n FROM story WHERE id = ?)"
        moved = [n for _, gone in merged for (n,) in con.execute(asked, (gone,))]
        if moved:
            move = "UPDATE item SET story = (SELECT n FROM story WHERE id = ?) WHERE story = (SELECT n FROM story WHERE id = ?)"
            con.executemany(move, merged)
        return moved

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
        return [_story(row, tuple(members[row[0]]), self.said) for row in rows]


def _row(story: Story, titled: int | None, known: Mapping[str, int]) -> tuple[Any, ...]:
    outlets, origins, topics, why = (
        dumps([*map(known.get, texts, texts)]) for texts in (story.outlets, story.origins, story.topics, story.why)
    )
    return (
        story.id, story.title if titled is None else titled, seconds(story.first), seconds(story.last), outlets, origins, story.origins_min,
        story.origins_max, story.credibility, topics, story.score, why, dumps(story.flags), dumps(story.related), story.into,
        _seal(story),
    )  # fmt: skip


def _seal(story: Story) -> int:
    """The CRC-32 of all that its row says, numbers spelled out."""
    return crc32(
        repr((
            story.id, story.title, seconds(story.first), seconds(story.last), story.outlets, story.origins, story.origins_min, story.origins_max,
            story.credibility, story.topics, float(story.score), story.why, story.flags, story.related, story.into,
        )).encode()
    )  # fmt: skip


def _texts(given: str | None, said: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(spelled(one, said) for one in decoded(given)) if given else ()


def _story(row: tuple[Any, ...], items: tuple[str, ...], said: Mapping[int, str]) -> Story:
    _n, id_, title, first, last, outlets, origins, least, most, credibility, topics, score, why, flags, related, into, _ = row
    return Story(
        id=id_, title=title, items=items, first=clock(first), last=clock(last), outlets=_texts(outlets, said), origins=_texts(origins, said),
        origins_min=least, origins_max=most, credibility=credibility, topics=_texts(topics, said), score=score, why=_texts(why, said),
        flags=loads(flags), related=loads(related), into=into,
    )  # fmt: skip
