"""Keeping house: copies of the file, how big it is."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from curator.errors import StoreDamagedError, StoreError
from curator.stores._base import Base, clock, seconds
from curator.stores._schema import damaged

_DAYS = 14  # of growth that are told
_FEEDS = 20  # told of each kind
_SAMPLE = 5_000  # texts that are measured
_MERGED = 4_000  # pages of the full-text index written in one step, some 16 MB


class Keeping(Base):
    """`backup`, `optimize`, `stats`."""

    def backup(self, path: str) -> None:
        """A sound copy of the database at `path` as it is at this moment, also while another process writes. It appears there whole, looked
        through, or not at all."""
        path = os.path.abspath(path)
        if os.path.exists(path) and os.path.samefile(path, self.path):
            raise StoreError(f"{path} is the database itself: name another file for the copy")
        if os.path.isdir(path):
            raise StoreError(f"{path} is a folder: name a file for the copy")
        part = path + ".part"
        try:
            target = sqlite3.connect(part)
            try:
                self._con.backup(target, pages=-1)  # in one step: another's writing cannot make it begin anew
                target.execute("PRAGMA journal_mode = DELETE")  # one file that can be carried away
                (said,) = target.execute("PRAGMA quick_check(1)").fetchone()
                if said != "ok":
                    raise StoreDamagedError(damaged(self.path, said))
            finally:
                target.close()
            os.replace(part, path)
        except (sqlite3.Error, OSError) as error:
            if "malformed" in str(error):
                raise StoreDamagedError(damaged(self.path, str(error))) from error
            raise StoreError(f"cannot write the copy {path}: {error}") from error
        finally:
            if os.path.exists(part):
                os.remove(part)

    def optimize(self) -> None:
        """Make the full-text index one piece, without what was removed from it: look-ups of many words take half the time after a big import.
        Some 15 seconds a million items, in steps between which others can write."""
        pages = -_MERGED  # the first step says that all of it is meant
        while self._merge(pages):
            pages = _MERGED

    def _merge(self, pages: int) -> bool:
        """Merge a part of the index; whether there was anything to do."""
        with self.transaction() as con:
            before = con.total_changes
            con.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (pages,))
            return con.total_changes - before > 1

    # ── stats ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def stats(self, now: datetime | None = None) -> dict[str, Any]:
        """Sizes, counts, growth of the last days, what each feed brings and how slowly it answers. Times as text, sizes in bytes."""
        newest = self.one("SELECT min(date), max(date), max(seen) FROM item") or (None, None, None)
        until = seconds(now) if now else newest[2] or 0
        return {
            "path": self.path,
            "bytes": os.path.getsize(self.path),
            "bytes_reusable": self.reusable(),
            "bytes_to_merge": os.path.getsize(self.path + "-wal") if os.path.exists(self.path + "-wal") else 0,
            "text_bytes": self._text_bytes(),
            "evidence_bytes": self._number("SELECT coalesce(sum(length(bytes)), 0) FROM evidence_pack"),
            **{name: self._number(asked) for name, asked in _COUNTS.items()},
            "oldest": _day(newest[0]),
            "newest": _day(newest[1]),
            "new_a_day": self._growth(until),
            "feeds_by_yield": self._yield(until - 30 * 86_400),
            "feeds_slowest": self._slowest(),
        }

    def reusable(self) -> int:
        """Bytes of the file that hold nothing, and will hold what comes next."""
        return self.pragma("freelist_count") * self.pragma("page_size")

    def pragma(self, name: str) -> int:
        """A number that SQLite tells of the file."""
        return self._number(f"PRAGMA {name}")

    def _text_bytes(self) -> int:
        """Of all titles and texts; in a big archive, where reading them all takes long, about: judged by a sample."""
        last = self._number("SELECT coalesce(max(item), 0) FROM body")
        step = max(1, last // _SAMPLE)
        asked = (
            "SELECT sum(length(CAST(i.title AS BLOB)) + length(CAST(b.text AS BLOB))), count(*) "
            "FROM body b JOIN item i ON i.n = b.item WHERE b.item IN (SELECT value FROM json_each(?))"
        )
        size, rows = self.one(asked, (json.dumps(list(range(1, last + 1, step))),)) or (0, 0)
        return round((size or 0) / rows * self._number("SELECT count(*) FROM body")) if rows else 0

    def _number(self, asked: str) -> int:
        row = self.one(asked)
        return int(row[0]) if row else 0

    def _growth(self, until: int) -> dict[str, int]:
        """Items first seen on each of the last days (UTC)."""
        last = clock(until).date()
        days = {str(last - timedelta(days=back)): 0 for back in range(_DAYS)}
        start = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp()) - (_DAYS - 1) * 86_400
        first = self._number(
            f"SELECT coalesce(min(n), 0) FROM (SELECT n, seen FROM item ORDER BY n DESC LIMIT 200000) WHERE seen >= {start}"
        )
        for day, count in self.all("SELECT date(seen, 'unixepoch') AS day, count(*) FROM item WHERE n >= ? GROUP BY day", (first,)):
            if day in days:
                days[day] = count
        return days

    def _yield(self, since: int) -> list[dict[str, Any]]:
        """What each feed brought in the last thirty days, most first."""
        rows = self.all(
            "SELECT f.name, count(*) AS items, sum(i.copy_of IS NOT NULL) FROM item i JOIN feed f ON f.n = i.feed "
            "WHERE i.date >= ? GROUP BY i.feed ORDER BY items DESC, f.name LIMIT ?",
            (since, _FEEDS),
        )
        return [{"feed": feed, "items": items, "copies": copies} for feed, items, copies in rows]

    def _slowest(self) -> list[dict[str, Any]]:
        rows = self.all("SELECT name, seconds FROM feed WHERE seconds > 0 ORDER BY seconds DESC, name LIMIT ?", (_FEEDS,))
        return [{"feed": feed, "seconds": round(spent, 2)} for feed, spent in rows]


_COUNTS = {
    "items": "SELECT count(*) FROM item",
    "copies": "SELECT count(*) FROM item WHERE copy_of IS NOT NULL",
    "stories": "SELECT count(*) FROM story WHERE into_story IS NULL",
    "old_versions": "SELECT count(*) FROM version",
    "evidence": "SELECT count(*) FROM evidence",
    "answers": "SELECT count(*) FROM retrieval",
    "pruned": "SELECT count(*) FROM tombstone",
    "feeds": "SELECT count(*) FROM feed",
    "digests": "SELECT count(*) FROM digest",
}


def _day(stamp: int | None) -> str | None:
    return None if stamp is None else clock(stamp).strftime("%Y-%m-%dT%H:%M:%SZ")
