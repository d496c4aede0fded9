"""What every part of the store stands on: the connection, its locks and transactions, names as numbers, errors for people."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from curator.errors import StoreBusyError, StoreDamagedError, StoreError
from curator.stores._lock import Lock
from curator.stores._remembered import Remembered
from curator.stores._schema import damaged

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once: several columns of each row are JSON
BATCH = 500  # rows asked for at once
_DAMAGED = ("malformed", "not a database", "corrupt", "no such table", "no such column", "Could not decode")  # in what SQLite says
_SPOILT = "a value in the database is not as curator wrote it ({}): look closer with `curator db verify`, and restore a copy made by `curator db backup`"


def stamp(moment: datetime | None) -> int | None:
    """An aware time as whole seconds since 1970."""
    return None if moment is None else (moment - EPOCH) // timedelta(seconds=1)


def seconds(moment: datetime) -> int:
    """The same for a time that is there."""
    return (moment - EPOCH) // timedelta(seconds=1)


def moment(stamp: int | None) -> datetime | None:
    """The way back."""
    return None if stamp is None else EPOCH + timedelta(seconds=stamp)


def clock(stamp: int) -> datetime:
    """The way back for a time that is there."""
    return EPOCH + timedelta(seconds=stamp)


def dumps(value: Sequence[Any] | Mapping[str, Any]) -> str | None:
    """Compact JSON; None for an empty list."""
    return _COMPACT.encode(value) if value else None


def loads(text: str | None) -> tuple[str, ...]:
    """A JSON list of strings, None for none."""
    return tuple(decoded(text)) if text else ()


def decoded(text: str | bytes) -> Any:
    """What JSON of a column says. StoreDamagedError if it is none: the bytes were changed where SQLite cannot notice it."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise StoreDamagedError(_SPOILT.format(error)) from None


def inflated(packed: bytes) -> bytes:
    """The bytes that zlib packed. StoreDamagedError if it did not pack these."""
    try:
        return zlib.decompress(packed)
    except (zlib.error, TypeError) as error:
        raise StoreDamagedError(_SPOILT.format(error)) from None


def batches(values: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """The values in lists of at most `size`."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class Base:
    """A connection and its manners. All reading goes through `all`, `one` and `each`, all writing through `transaction`."""

    def __init__(self, con: sqlite3.Connection, path: str, *, read_only: bool, busy_seconds: float) -> None:
        self.path = path  #: the database file
        self.read_only = read_only
        self.unwritable = f"the database {path} is open for reading only, or cannot be written by this user"  #: why, where it is
        self._con = con
        self._busy = busy_seconds
        self._work = Lock(path + ".work")  # one poll, import, retag or send at a time
        self._write = Lock(path + ".lock")  # one transaction at a time
        self._numbers: dict[str, dict[str, int]] = {}
        self.remembered = Remembered(con)

    def close(self) -> None:
        """Close the connection and give back the locks."""
        self._con.close()
        self._write.release()
        self._work.release()

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a question."""
        try:
            return self._con.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a question."""
        try:
            row: tuple[Any, ...] | None = self._con.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise self._told(error) from error
        return row

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a question one by one."""
        try:
            yield from self._con.execute(sql, values)
        except sqlite3.Error as error:
            raise self._told(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is as it was at its first question, whatever others write meanwhile. Not to write in."""
        if self._con.in_transaction:
            yield
            return
        self._con.execute("BEGIN")
        try:
            yield
        finally:
            if self._con.in_transaction:
                self._con.execute("COMMIT")

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def exclusive(self, purpose: str) -> Iterator[None]:
        """Be the only poll, import, retag or send on this database; others wait, then hear `purpose`. Marks may still be written."""
        self._refuse_if_read_only()
        self._work.acquire(purpose, self._busy)
        try:
            yield
        finally:
            self._work.release()

    @contextmanager
    def transaction(self, *, apart: bool = True) -> Iterator[sqlite3.Connection]:
        """All that is written inside, or nothing. Inside another one it is part of that, and can fail alone; if not `apart`, it must not:
        at every savepoint SQLite writes what has gathered of the full-text index."""
        if self._con.in_transaction:
            with self._savepoint() if apart else nullcontext():
                yield self._con
            return
        self._refuse_if_read_only()
        self._write.acquire("curator, writing", self._busy)
        try:
            self._con.execute("BEGIN IMMEDIATE")
            yield self._con
            self._con.execute("COMMIT")
        except BaseException as error:
            self._undo()
            if isinstance(error, sqlite3.Error):
                raise self._told(error) from error
            raise
        finally:
            self._write.release()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._con.execute("SAVEPOINT inner")
        try:
            yield
        except BaseException:
            self._forget()
            if self._con.in_transaction:  # a full disk may have ended the whole of it
                self._con.execute("ROLLBACK TO inner")
                self._con.execute("RELEASE inner")
            raise
        self._con.execute("RELEASE inner")

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The connection under the writers' lock, outside a transaction: for what SQLite does not do inside one."""
        self._write.acquire("curator, writing", self._busy)
        try:
            yield self._con
        except sqlite3.Error as error:
            raise self._told(error) from error
        finally:
            self._write.release()

    def _undo(self) -> None:
        self._forget()
        if self._con.in_transaction:
            self._con.execute("ROLLBACK")

    def _forget(self) -> None:
        """What was written is undone: numbers that were remembered may be those of rows that are not there now."""
        self._numbers.clear()
        self.remembered.clear()

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            raise StoreError(self.unwritable)

    def _told(self, error: sqlite3.Error) -> StoreError:
        """SQLite's error as one a person can act on."""
        text = str(error)
        if "disk is full" in text or "disk I/O error" in text:
            return StoreError(
                f"cannot write to {self.path} ({text}): the disk may be full; nothing of this step was kept, make room and try again"
            )
        if "readonly" in text:
            return StoreError(f"the database {self.path} cannot be written by this user, or stands on a read-only disk")
        if "locked" in text or "busy" in text:
            return StoreBusyError(f"the database {self.path} is held by another program; close it and try again")
        if any(sign in text for sign in _DAMAGED):
            return StoreDamagedError(damaged(self.path, text))
        return StoreError(f"the database {self.path} said: {text}")

    # ── names as numbers ────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, table: str, name: str) -> int:
        """The row number of a feed, outlet or topic, made if new. Inside a transaction."""
        known = self._numbers.setdefault(table, {})
        if name not in known:
            known[name] = self.existing(table, name) or self._made(table, name)
        return known[name]

    def names(self, table: str) -> list[str]:
        """All names of feeds, outlets or topics that are kept."""
        return [name for (name,) in self.all(f"SELECT name FROM {table} ORDER BY name")]

    def existing(self, table: str, name: str) -> int | None:
        """The row number of a feed, outlet or topic if there is one."""
        row = self.one(f"SELECT n FROM {table} WHERE name = ?", (name,))
        return None if row is None else row[0]

    def _made(self, table: str, name: str) -> int:
        return self._con.execute(f"INSERT INTO {table} (name) VALUES (?)", (name,)).lastrowid or 0

    def entity_number(self, kind: str, value: str) -> int:
        """The row number of an entity, made if new. Inside a transaction."""
        known = self._numbers.setdefault("entity", {})
        key = f"{kind}\0{value}"
        if key not in known:
            row = self.one("SELECT n FROM entity WHERE value = ? AND kind = ?", (value, kind))
            if row is None:
                made = self._con.execute("INSERT INTO entity (kind, value) VALUES (?, ?)", (kind, value)).lastrowid
                row = (made,)
            if len(known) > 100_000:  # values such as hashes and addresses have no end
                known.clear()
            known[key] = row[0]
        return known[key]

    def last_number(self) -> int:
        """The greatest row number that an item has, or had before it was pruned; 0 if there is none."""
        row = self.one("SELECT max(coalesce((SELECT max(n) FROM item), 0), coalesce((SELECT max(n) FROM tombstone), 0))")
        return row[0] if row else 0

    def numbers_of(self, ids: Iterable[str], table: str = "item") -> dict[str, int]:
        """Row numbers of items or stories by id; unknown ids are left out."""
        found: dict[str, int] = {}
        for batch in batches(sorted(set(ids))):  # neighbours stand on one page
            found.update(self.all(f"SELECT id, n FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(batch),)))
        return found
