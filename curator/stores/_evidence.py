"""The bytes that feeds sent, kept once each by their SHA-256.

Entries of one batch are compressed together: neighbours share their markup, which makes a third less of them than one by one,
in half the time. A pack holds some 64 KB, so that reading one entry stays cheap.
"""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from curator.errors import NotFoundError, StoreDamagedError
from curator.stores._base import Base, batches, clock
from curator.types import Retrieval

_PACK = 64_000  # bytes before compression
_LEVEL = 3  # of zlib: 6 saves another 7 % and takes twice the time


class Evidence(Base):
    """`raw`, `retrieval`, and how evidence is written."""

    def raw(self, sha256: str) -> bytes:
        """The entry's bytes as the feed sent them. NotFoundError if they were not kept (imported without them, or pruned)."""
        try:
            digest = bytes.fromhex(sha256)
        except ValueError:
            raise NotFoundError(f"“{sha256}” is no SHA-256 in hexadecimal digits") from None
        row = self.one("SELECT p.bytes, e.start, e.size FROM evidence e JOIN evidence_pack p ON p.n = e.pack WHERE e.sha256 = ?", (digest,))
        if row is None:
            raise NotFoundError(f"no evidence is kept for {sha256[:16] or 'this item'}: it came without the feed's own bytes")
        pack, start, size = row
        try:
            return zlib.decompress(pack)[start : start + size]
        except zlib.error as error:
            raise StoreDamagedError(
                f"the evidence {sha256[:16]} in {self.path} cannot be read ({error}); see `curator db verify`"
            ) from None

    def retrieval(self, item: str) -> Retrieval | None:
        """The server's answer that brought the item as it is now; None for imported ones."""
        row = self.one(
            "SELECT f.name, r.requested, coalesce(r.final, r.requested), r.status, r.etag, r.last_modified, r.at, r.body_sha, r.tool "
            "FROM item i JOIN retrieval r ON r.n = i.retrieval JOIN feed f ON f.n = r.feed WHERE i.id = ?",
            (item,),
        )
        return None if row is None else answer(row)

    def write_evidence(self, con: sqlite3.Connection, raws: Mapping[str, bytes]) -> None:
        """Keep what is not kept yet, in packs."""
        digests = {bytes.fromhex(sha): raw for sha, raw in raws.items() if sha}
        for batch in batches(list(digests)):
            marks = ", ".join("?" * len(batch))
            for (there,) in con.execute(f"SELECT sha256 FROM evidence WHERE sha256 IN ({marks})", batch):
                del digests[there]
        write_packs(con, digests.items())


def answer(row: Sequence[Any]) -> Retrieval:
    """The answer of a row: feed, requested, final, status, etag, last_modified, at, body_sha, tool."""
    feed, requested, final, status, etag, last_modified, at, body_sha, tool = row
    return Retrieval(
        feed=feed, requested=requested, final=final, status=status, etag=etag, last_modified=last_modified, at=clock(at),
        body_sha=body_sha.hex() if body_sha else "", tool=tool,
    )  # fmt: skip


def write_packs(con: sqlite3.Connection, entries: Iterable[tuple[bytes, bytes]]) -> None:
    """Store some (SHA-256, bytes), none of which is stored, in packs."""
    for pack in _packs(entries):
        _write_pack(con, pack)


def _packs(entries: Iterable[tuple[bytes, bytes]]) -> Iterator[list[tuple[bytes, bytes]]]:
    pack: list[tuple[bytes, bytes]] = []
    size = 0
    for digest, raw in entries:
        pack.append((digest, raw))
        size += len(raw)
        if size >= _PACK:
            yield pack
            pack, size = [], 0
    if pack:
        yield pack


def _write_pack(con: sqlite3.Connection, pack: list[tuple[bytes, bytes]]) -> None:
    whole = b"".join(raw for _, raw in pack)
    n = con.execute("INSERT INTO evidence_pack (size, bytes) VALUES (?, ?)", (len(whole), zlib.compress(whole, _LEVEL))).lastrowid
    rows, start = [], 0
    for digest, raw in pack:
        rows.append((digest, n, start, len(raw)))
        start += len(raw)
    con.executemany("INSERT INTO evidence (sha256, pack, start, size) VALUES (?, ?, ?, ?)", sorted(rows))
