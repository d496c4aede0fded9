"""Taking old items away for good, so that they neither come back as new nor leave anything behind."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from curator.stores import _text_index as index
from curator.stores._base import Base, batches, inflated, seconds
from curator.stores._evidence import write_packs
from curator.stores._keeping import Keeping
from curator.stores._schema import compact
from curator.stores._shorthand import NAMED

_BATCH = 2_000  # items to a transaction
_WORTH = 0.2  # of the file or of the items: from so much free space on, or so many gone, it is worth the time to write anew

_KEPT = {
    "starred": "i.starred = 1",
    "noted": "EXISTS (SELECT 1 FROM note o WHERE o.item = i.n)",
    # in a digest that waits, or neither in one nor passed over
    "undigested": "EXISTS (SELECT 1 FROM json_each(?) p LEFT JOIN plan m ON m.name = p.value "
    "LEFT JOIN digest_item d ON d.plan = p.value AND d.item = i.n LEFT JOIN digest g ON g.n = d.digest "
    "WHERE CASE WHEN d.item IS NULL THEN i.n > coalesce(m.told_up_to, 0) ELSE g.sent IS NULL END)",
}

_REFERRED = "SELECT sha256 FROM item WHERE sha256 IS NOT NULL UNION ALL SELECT sha256 FROM version WHERE sha256 IS NOT NULL"
_LISTED = "SELECT value FROM json_each(?)"
_LEFT = f"SELECT pack, sha256, start, size FROM evidence WHERE pack IN ({_LISTED}) AND sha256 NOT IN (SELECT sha256 FROM unused) ORDER BY pack, start"


class Pruning(Keeping, Base):
    """`prune`."""

    def prune(self, older: datetime, now: datetime, *, dry_run: bool = False, undigested: bool = False) -> dict[str, int]:
        """Remove the items dated before `older`, but for those with a star, a note, or (unless `undigested`) still to come in a digest.

        Their identity keys stay, so that nothing pruned is new again. Counts: pruned, kept_starred, kept_noted, kept_undigested; bytes_freed, by which
        the file is smaller, and bytes_reusable, which stay in it for what comes.
        """
        keeps = {name: test for name, test in _KEPT.items() if name != "undigested" or not undigested}
        counts, numbers = self._sorted_out(seconds(older), keeps)
        counts |= {"bytes_freed": 0, "bytes_reusable": 0}
        if dry_run or not numbers:
            return counts
        before = self._size()
        with self.exclusive("curator db prune"):
            for batch in batches(numbers, _BATCH):
                with self.transaction() as con:
                    self._remove(con, batch, seconds(now))
            self._tidy(len(numbers))
        counts |= {
            "bytes_freed": max(0, before - self._size()),
            "bytes_reusable": self.reusable(),
        }
        return counts

    def _sorted_out(self, older: int, keeps: dict[str, str]) -> tuple[dict[str, int], list[int]]:
        sent = self.all(
            "SELECT DISTINCT plan FROM digest WHERE sent IS NOT NULL AND plan NOT LIKE 'alert:%'"
        )  # alerts tell a few items only
        plans = json.dumps([plan for (plan,) in sent] or ["main"])
        cases = " ".join(f"WHEN {test} THEN '{name}'" for name, test in keeps.items())
        values = (plans, older) if "undigested" in keeps else (older,)
        counts = {"pruned": 0} | {f"kept_{name}": 0 for name in keeps}
        numbers = []
        for n, kept in self.each(f"SELECT i.n, CASE {cases} END FROM item i WHERE i.date < ? ORDER BY i.n", values):
            counts[f"kept_{kept}" if kept else "pruned"] += 1
            if kept is None:
                numbers.append(n)
        return counts, numbers

    def _remove(self, con: sqlite3.Connection, numbers: Sequence[int], now: int) -> None:
        con.execute("CREATE TEMP TABLE IF NOT EXISTS going (n INTEGER PRIMARY KEY)")
        con.execute("DELETE FROM going")
        con.executemany("INSERT INTO going VALUES (?)", [(n,) for n in numbers])
        self._promote_copies(con)
        index.take(con, con.execute("SELECT i.n, i.title, b.text FROM item i JOIN body b ON b.item = i.n JOIN going USING (n)").fetchall())
        con.execute("INSERT OR IGNORE INTO tombstone (n, id, feed, pruned) SELECT n, id, feed, ? FROM item JOIN going USING (n)", (now,))
        self._remove_judgements(con)
        con.execute(
            "UPDATE story SET title = (SELECT i.title FROM item i WHERE i.n = story.title) "
            "WHERE typeof(title) = 'integer' AND title IN (SELECT n FROM going)"
        )
        stories = [story for (story,) in con.execute("SELECT DISTINCT story FROM item JOIN going USING (n) WHERE story IS NOT NULL")]
        for table, column in (
            ("body", "item"),
            ("version", "item"),
            ("label", "item"),
            ("mark", "item"),
            ("digest_item", "item"),
            ("item", "n"),
        ):
            con.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT n FROM going)")
        con.executemany(
            "DELETE FROM story WHERE n = ? AND NOT EXISTS (SELECT 1 FROM item i WHERE i.story = story.n)", [(n,) for n in stories]
        )

    def _promote_copies(self, con: sqlite3.Connection) -> None:
        """Copies that outlive what they copy: the earliest of them takes its place."""
        asked = "SELECT i.copy_of, min(i.n) FROM item i JOIN going g ON g.n = i.copy_of WHERE i.n NOT IN (SELECT n FROM going) GROUP BY i.copy_of"
        for gone, first in con.execute(asked).fetchall():
            con.execute("UPDATE item SET copy_of = NULL, copy_why = NULL WHERE n = ?", (first,))
            con.execute("UPDATE item SET copy_of = ? WHERE copy_of = ? AND n <> ?", (first, gone, first))

    def _remove_judgements(self, con: sqlite3.Connection) -> None:
        for kind, column in (("topic", "topics"), ("entity", "entities")):
            rows = con.execute(
                f"SELECT t.n, i.date, i.n FROM going JOIN item i USING (n) JOIN json_each(i.{column}) j JOIN {kind} t ON {NAMED[kind]}"
            ).fetchall()
            con.executemany(f"DELETE FROM item_{kind} WHERE {kind} = ? AND date = ? AND item = ?", rows)

    # ── what is left over ───────────────────────────────────────────────────────────────────────────────────────────

    def _tidy(self, pruned: int) -> None:
        """What served nothing but pruned items goes; the index and the file are written anew where that is worth the work."""
        with self.transaction() as con:
            con.execute(
                "DELETE FROM retrieval WHERE n NOT IN (SELECT retrieval FROM item WHERE retrieval IS NOT NULL "
                "UNION SELECT retrieval FROM version WHERE retrieval IS NOT NULL)"
            )
        self._drop_unused_evidence()
        (left,) = self.one("SELECT count(*) FROM item") or (0,)
        if pruned > _WORTH * (pruned + left):
            self.optimize()  # the index only notes which items are gone, and takes more room than before until it is merged
        with self.alone() as con:
            compact(con, _WORTH)

    def _drop_unused_evidence(self) -> None:
        """Remove what no item or version refers to any more; what stood in one pack with it is packed anew."""
        with self.transaction() as con:
            con.execute("CREATE TEMP TABLE IF NOT EXISTS unused (sha256 BLOB PRIMARY KEY, pack INTEGER NOT NULL) WITHOUT ROWID")
            con.execute("DELETE FROM unused")
            con.execute(f"INSERT INTO unused SELECT sha256, pack FROM evidence WHERE sha256 NOT IN ({_REFERRED})")
        for packs in batches([pack for (pack,) in self.all("SELECT DISTINCT pack FROM unused ORDER BY pack")]):
            with self.transaction() as con:
                self._repack(con, json.dumps(packs))

    def _repack(self, con: sqlite3.Connection, packs: str) -> None:
        """Write what is still used of some packs (a JSON list of numbers) as new ones, and remove the old."""
        left = con.execute(_LEFT, (packs,)).fetchall()
        con.execute(f"DELETE FROM evidence WHERE pack IN ({_LISTED})", (packs,))
        write_packs(con, _entries(con, left))
        con.execute(f"DELETE FROM evidence_pack WHERE n IN ({_LISTED})", (packs,))

    def _size(self) -> int:
        return self.pragma("page_count") * self.pragma("page_size")


def _entries(con: sqlite3.Connection, places: Iterable[tuple[int, bytes, int, int]]) -> Iterator[tuple[bytes, bytes]]:
    """(SHA-256, bytes) of entries of which (pack, SHA-256, start, size) is given, in the order of their packs."""
    for pack, several in groupby(places, key=itemgetter(0)):
        (packed,) = con.execute("SELECT bytes FROM evidence_pack WHERE n = ?", (pack,)).fetchone()
        whole = inflated(packed)
        for _, sha, start, size in several:
            yield sha, whole[start : start + size]
