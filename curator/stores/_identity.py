"""What entries are recognised by: identity keys, each of an item.

Keys are hashes: new ones fall all over the table, a page of the disk for each once it has outgrown the memory, and that page would be
written for some twenty bytes. So new keys gather in `identity_recent`, which stays small, and go over to `identity` many at a time and
in their order. Look-ups ask both.
"""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Any

from curator.stores._base import Base, batches
from curator.stores._rows import PAGE
from curator.types import Known

_GATHERED = 65_536  #: items whose keys gather: more make the small table's pages many, fewer go over to the same pages more often
_ASKED = 5_000  #: keys looked up at once
_KEPT = 201  #: items of one feed with one key that are told: one more than `identity` looks at, so that it knows of more
_FEW = 16  #: items that have one key in common, the first and the last of which are looked at for copies


class Identity(Base):
    """`known`, `same`, `held`, and how keys are written."""

    def known(self, feed: str, keys: Iterable[int]) -> dict[int, list[Known]]:
        """The feed's stored items that have one of these identity keys, earliest first and no more than are looked at: thousands may have the
        address of one front page. Pruned ones say so."""
        number = self.existing("feed", feed)
        found: dict[int, list[Known]] = {}
        for batch in batches(sorted(set(keys))) if number is not None else ():
            for key, *row in self.all(_KNOWN, (json.dumps(batch), number, _KEPT)):
                found.setdefault(key, []).append(_known(row))
        return found

    def same(self, keys: Iterable[int]) -> dict[int, list[str]]:
        """Ids of stored items of any feed that have one of these keys, earliest first: of each key the first few and the last few, since
        thousands may have the address of one front page, or a request to log in for a text. Pruned ones are left out: nothing can be a
        copy of them."""
        found: dict[int, list[str]] = {}
        for batch in batches(sorted(set(keys))):
            for key, id_ in self.all(_SAME, (json.dumps(batch), _FEW)):
                found.setdefault(key, []).append(id_)
        return found

    def held(self, keys: Iterable[int]) -> set[int]:
        """Those of the keys that stored or pruned items of any feed have: the quickest way to learn that most have none."""
        return {key for batch in batches(sorted(set(keys)), _ASKED) for (key,) in self.all(_HELD, (json.dumps(batch),))}

    def write_keys(self, con: sqlite3.Connection, keys: Iterable[tuple[int, int]], new: Collection[int]) -> None:
        """Remember (key, row number of the item). `new`: the row numbers of the items that came with this update."""
        con.executemany("INSERT OR IGNORE INTO identity_recent (key, item) VALUES (?, ?)", sorted(keys))
        if new and min(new) // _GATHERED != (max(new) + 1) // _GATHERED:
            con.execute("INSERT OR IGNORE INTO identity (key, item) SELECT key, item FROM identity_recent ORDER BY key, item")
            con.execute("DELETE FROM identity_recent")


_EITHER = (
    "SELECT k.key, k.item FROM json_each(?1) wish CROSS JOIN identity k ON k.key = wish.value "
    "UNION SELECT k.key, k.item FROM json_each(?1) wish CROSS JOIN identity_recent k ON k.key = wish.value"
)
_HELD = f"SELECT DISTINCT key FROM ({_EITHER})"
#: What the feed said last of an item: its text, but of one completed from its page the text that stood before.
_SAID = (
    f"CASE WHEN i.versions > 1 AND {PAGE.format('i')} THEN coalesce((SELECT v.text FROM version v WHERE v.item = i.n "
    f"AND NOT {PAGE.format('v')} ORDER BY v.number DESC LIMIT 1), b.text) ELSE b.text END"
)
_KNOWN = (
    "WITH mine AS (SELECT k.key, k.item, coalesce(i.feed, t.feed) AS feed, row_number() OVER (PARTITION BY k.key ORDER BY k.item) AS place "
    f"FROM ({_EITHER}) k LEFT JOIN item i ON i.n = k.item LEFT JOIN tombstone t ON t.n = k.item "
    "WHERE coalesce(i.n, t.n) IS NOT NULL AND coalesce(i.feed, t.feed) = ?2) "
    f"SELECT k.key, coalesce(i.id, t.id), f.name, i.sha256, i.title, {_SAID}, i.versions "
    "FROM mine k LEFT JOIN item i ON i.n = k.item LEFT JOIN body b ON b.item = k.item "
    "LEFT JOIN tombstone t ON t.n = k.item JOIN feed f ON f.n = k.feed WHERE k.place <= ?3 ORDER BY k.key, k.item"
)
_SAME = (
    "SELECT key, id FROM (SELECT k.key, k.item, i.id, row_number() OVER (PARTITION BY k.key ORDER BY k.item) AS early, "
    f"row_number() OVER (PARTITION BY k.key ORDER BY k.item DESC) AS late FROM ({_EITHER}) k JOIN item i ON i.n = k.item) "
    "WHERE min(early, late) <= ?2 ORDER BY key, item"
)


def _known(row: list[Any]) -> Known:
    id_, feed, sha256, title, text, versions = row
    return Known(
        id=id_, feed=feed, sha256=sha256.hex() if sha256 else "", title=title or "",
        text_sha=hashlib.sha256((text or "").encode()).hexdigest(), versions=versions or 0, pruned=versions is None,
    )  # fmt: skip
