"""What is remembered of feeds between two polls."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from curator.stores._base import Base, clock, decoded, moment, seconds, stamp
from curator.types import FeedState, Problem

_TIMES = ("moving_at", "checked", "succeeded", "next_due", "retry_after", "failing_since", "gap", "newest")
_PLAIN = (
    "url", "title", "home", "language", "format", "moved_to", "moving_to", "moving_seen", "etag", "last_modified", "body_sha", "head_sha",
    "failures", "gone", "interval", "seconds", "entries", "slices", "standing",
)  # fmt: skip
_COLUMNS = ("name", *_PLAIN, *_TIMES, "problem", "rests")
_RECENT = 200_000  # items looked at for the rhythm of feeds
_READ = f"SELECT {', '.join(_COLUMNS)} FROM feed"
_WRITE = (
    f"INSERT INTO feed ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (name) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in _COLUMNS[1:])}"
)


class Feeds(Base):
    """`states`, `save_states`, `standing`, `rhythm`."""

    def states(self, names: Iterable[str] | None = None) -> dict[str, FeedState]:
        """The state of every feed ever polled, or of those named; feeds never polled are left out."""
        if names is None:
            rows = self.all(_READ + " WHERE checked IS NOT NULL OR url <> ''")
        else:
            rows = self.all(_READ + " WHERE name IN (SELECT value FROM json_each(?))", (json.dumps(list(names)),))
        return {row[0]: _state(row) for row in rows}

    def save_states(self, states: Iterable[FeedState]) -> None:
        """Remember the states in one transaction; nothing to remember writes nothing."""
        states = tuple(states)
        if states:
            with self.transaction() as con:
                self.write_states(con, states)

    def write_states(self, con: sqlite3.Connection, states: Iterable[FeedState]) -> None:
        """The same inside a transaction."""
        con.executemany(_WRITE, [_row(state) for state in states])

    def standing(self, feed: str) -> dict[str, str]:
        """Which item stands at each entry of the feed's last document: slice hash (16 hex digits) -> item id."""
        row = self.one("SELECT slices, standing FROM feed WHERE name = ?", (feed,))
        if row is None or not row[0] or not row[1]:
            return {}
        slices, standing = row
        pairs = ((slices[at : at + 8], standing[at : at + 8]) for at in range(0, min(len(slices), len(standing)), 8))
        return {piece.hex(): item.hex() for piece, item in pairs if any(item)}

    def rhythm(self, names: Iterable[str] | None = None, n: int = 20) -> dict[str, list[datetime]]:
        """Dates of the newest `n` items of each feed (of those named), newest first, as far as the newest 200,000 items reach."""
        wanted = None if names is None else set(names)
        dates: dict[int, list[datetime]] = {number: [] for number, name in self._names() if wanted is None or name in wanted}
        for feed, date in self.each(f"SELECT feed, date FROM item ORDER BY date DESC LIMIT {_RECENT}"):
            kept = dates.get(feed)
            if kept is not None and len(kept) < n:
                kept.append(clock(date))
        return {name: dates[number] for number, name in self._names() if number in dates}

    def _names(self) -> list[tuple[int, str]]:
        return [(number, name) for number, name in self.all("SELECT n, name FROM feed")]


def _row(state: FeedState) -> tuple[Any, ...]:
    plain = [getattr(state, name) for name in _PLAIN]
    times = [stamp(getattr(state, name)) for name in _TIMES]
    return (state.name, *plain, *times, _problem_json(state.problem), json.dumps(state.rests) if state.rests else None)


def _state(row: tuple[Any, ...]) -> FeedState:
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in _TIMES:
        values[name] = moment(values[name])
    values["slices"] = values["slices"] or b""
    values["standing"] = values["standing"] or b""
    values["problem"] = _problem(values["name"], values["problem"])
    values["rests"] = tuple(decoded(values["rests"])) if values["rests"] else ()
    return FeedState(**values)


def _problem_json(problem: Problem | None) -> str | None:
    if problem is None:
        return None
    since = None if problem.since is None else seconds(problem.since)
    told = {"kind": problem.kind, "message": problem.message, "since": since, "failures": problem.failures}
    return json.dumps(told, ensure_ascii=False)


def _problem(feed: str, text: str | None) -> Problem | None:
    if text is None:
        return None
    told = decoded(text)
    return Problem(feed=feed, kind=told["kind"], message=told["message"], since=moment(told["since"]), failures=told["failures"])
