"""What a person says: read and starred, topics by hand, corrections, notes, mutes. All of it also goes into an append-only history."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from curator.errors import NotFoundError
from curator.stores import _text_index as index
from curator.stores._base import clock, moment, seconds, stamp
from curator.stores._rows import tags_json, tags_of, told
from curator.stores._wordings import Wordings
from curator.types import Mute, Note, Tag


@dataclass(frozen=True, slots=True)
class _Where:
    n: int
    date: int
    topics: str | None


class People(Wordings):
    """`mark`, `tag`, `labels`, `correct`, `corrections`, `note`, `notes`, `mute`, `mutes`, `unmute`, `history`."""

    scratch: index.Scratch

    def mark(self, ids: Iterable[str], *, read: bool | None = None, starred: bool | None = None, at: datetime) -> int:
        """Set or take back read and starred; how many items changed. Unknown ids are left out."""
        changed: set[int] = set()
        with self.transaction() as con:
            numbers = list(self.numbers_of(ids).values())
            for what, value in (("read", read), ("starred", starred)):
                if value is not None:
                    changed |= self._set(con, numbers, what, value, at)
        return len(changed)

    def _set(self, con: sqlite3.Connection, numbers: list[int], what: str, value: bool, at: datetime) -> set[int]:
        changed = set()
        for n in numbers:
            done = con.execute(f"UPDATE item SET {what} = ? WHERE n = ? AND {what} <> ?", (value, n, value))
            if done.rowcount:
                changed.add(n)
                self._remember(con, n, what, str(int(value)), at)
        return changed

    def _remember(self, con: sqlite3.Connection, n: int, what: str, value: str, at: datetime) -> None:
        con.execute("INSERT INTO mark (at, item, what, value) VALUES (?, ?, ?, ?)", (seconds(at), n, what, value))

    # ── topics by hand ──────────────────────────────────────────────────────────────────────────────────────────────

    def tag(self, item: str, add: Iterable[str] = (), remove: Iterable[str] = (), *, at: datetime) -> None:
        """Give topics to an item, or take them away, for good: no later judgement undoes it. NotFoundError for an unknown item."""
        signs = dict.fromkeys(add, 1) | dict.fromkeys(remove, -1)
        with self.transaction() as con:
            row = self.one("SELECT n, date, topics FROM item WHERE id = ?", (item,))
            if row is None:
                raise NotFoundError(f"no item has the id {item}")
            where = _Where(*row)
            kept = [tag for tag in tags_of(where.topics, self.said) if tag.name not in signs]
            kept += [Tag(name=name, why="given by hand", by="hand") for name, sign in signs.items() if sign > 0]
            con.execute("UPDATE item SET topics = ? WHERE n = ?", (tags_json(tuple(kept), self.wording_numbers(told(kept))), where.n))
            for name, sign in signs.items():
                self._label(con, where, name, sign, at)

    def _label(self, con: sqlite3.Connection, where: _Where, name: str, sign: int, at: datetime) -> None:
        topic = self.number("topic", name)
        con.execute("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)", (where.n, topic, sign, seconds(at)))
        if sign > 0:
            con.execute("INSERT OR IGNORE INTO item_topic VALUES (?, ?, ?)", (topic, where.date, where.n))
        else:
            con.execute("DELETE FROM item_topic WHERE topic = ? AND date = ? AND item = ?", (topic, where.date, where.n))
        self._remember(con, where.n, "topic", f"{'+' if sign > 0 else '-'}{name}", at)

    def labels(self) -> list[tuple[str, str, int]]:
        """(item id, topic, +1 or -1) for every topic given or taken away by hand, earliest first."""
        asked = "SELECT i.id, t.name, l.sign FROM label l JOIN item i ON i.n = l.item JOIN topic t ON t.n = l.topic ORDER BY l.at, l.item, l.topic"
        return [(item, topic, sign) for item, topic, sign in self.all(asked)]

    # ── corrections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def correct(self, kind: str, item: str, other: str = "", *, at: datetime) -> None:
        """Remember a correction (not-copy | same-story | not-story …) of ids; it outlives every regroup. Saying it twice says it once."""
        with self.transaction() as con:
            con.execute("INSERT OR IGNORE INTO correction (at, kind, item, other) VALUES (?, ?, ?, ?)", (seconds(at), kind, item, other))
            n = self.numbers_of([item]).get(item)
            if n is not None:
                self._remember(con, n, kind, other, at)

    def uncorrect(self, kind: str, item: str, other: str = "") -> bool:
        """Forget a correction; whether there was one."""
        with self.transaction() as con:
            done = con.execute("DELETE FROM correction WHERE kind = ? AND item = ? AND other = ?", (kind, item, other))
        return done.rowcount > 0

    def corrections(self) -> list[tuple[str, str, str]]:
        """(kind, item id, other id) of every correction, earliest first."""
        return [(kind, item, other) for kind, item, other in self.all("SELECT kind, item, other FROM correction ORDER BY n")]

    def history(self, item: str) -> list[tuple[datetime, str, str]]:
        """(when, what, value) of all that was said of an item, earliest first."""
        rows = self.all("SELECT m.at, m.what, m.value FROM mark m JOIN item i ON i.n = m.item WHERE i.id = ? ORDER BY m.n", (item,))
        return [(clock(at), what, value) for at, what, value in rows]

    # ── notes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def note(self, item: str, text: str, tlp: str = "CLEAR", *, at: datetime) -> int:
        """Write a note on an item; its number. NotFoundError for an unknown item."""
        with self.transaction() as con:
            n = self.numbers_of([item]).get(item)
            if n is None:
                raise NotFoundError(f"no item has the id {item}")
            number = con.execute("INSERT INTO note (at, item, text, tlp) VALUES (?, ?, ?, ?)", (seconds(at), n, text, tlp)).lastrowid or 0
            con.execute("INSERT INTO note_search (rowid, text) VALUES (?, ?)", (number, text))
        return number

    def notes(self, items: Iterable[str] | None = None) -> list[Note]:
        """Every note, or those on some items, earliest first."""
        wanted = None if items is None else set(items)
        rows = self.all("SELECT o.n, i.id, o.text, o.tlp, o.at FROM note o JOIN item i ON i.n = o.item ORDER BY o.n")
        return [
            Note(number=n, item=item, text=text, tlp=tlp, at=clock(at))
            for n, item, text, tlp, at in rows
            if wanted is None or item in wanted
        ]

    def items_noted(self, match: str) -> list[int]:
        """Numbers of items with a note that an FTS5 expression matches; none if it asks for a title."""
        try:
            rows = self._con.execute(
                "SELECT DISTINCT item FROM note WHERE n IN (SELECT rowid FROM note_search WHERE note_search MATCH ?)", (match,)
            ).fetchall()
        except sqlite3.OperationalError:  # a column that notes have not
            return []
        return [n for (n,) in rows]

    # ── mutes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def mute(self, kind: str, value: str, until: datetime | None = None, *, at: datetime) -> int:
        """Keep a term, an outlet or a story out of lists and digests; the number of the mute."""
        with self.transaction() as con:
            done = con.execute("INSERT INTO mute (at, kind, value, until) VALUES (?, ?, ?, ?)", (seconds(at), kind, value, stamp(until)))
        return done.lastrowid or 0

    def mutes(self, now: datetime) -> list[Mute]:
        """Those in force, earliest first."""
        rows = self.all(
            "SELECT n, kind, value, at, until FROM mute WHERE ended IS NULL AND (until IS NULL OR until > ?) ORDER BY n", (seconds(now),)
        )
        return [Mute(number=n, kind=kind, value=value, at=clock(at), until=moment(until)) for n, kind, value, at, until in rows]

    def unmute(self, number: int, *, at: datetime) -> bool:
        """End a mute; whether there was one in force of that number."""
        with self.transaction() as con:
            done = con.execute("UPDATE mute SET ended = ? WHERE n = ? AND ended IS NULL", (seconds(at), number))
        return done.rowcount > 0
