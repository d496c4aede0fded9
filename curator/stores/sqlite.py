"""The store in one SQLite file: `connect`.

The parts stand in the files beside it, whose names begin with `_`: what is remembered of feeds, how an update is applied, how items
are read and found, stories, what people say, the books of the digest, evidence, housekeeping.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from urllib.parse import quote

from curator.errors import StoreDamagedError, StoreError
from curator.stores import _schema
from curator.stores import _text_index as index
from curator.stores._apply import Applying
from curator.stores._digests import Digests
from curator.stores._doctor import Doctor
from curator.stores._dossiers import Dossiers
from curator.stores._keeping import Keeping
from curator.stores._lock import Lock
from curator.stores._prune import Pruning
from curator.stores._stories import Stories
from curator.stores._verify import Verifying

_CACHE_KIB = 8_192  # twice that makes a first poll 1 % quicker
_LOG_PAGES = 8_000  # 32 MB: pages that are written again and again, as those of random keys are, reach the database less often
_BULK_KIB, _BULK_PAGES = 65_536, 24_000  # the same for those who write much at once: an import of 20,000 rows writes half as much
_LOG_BYTES = 67_108_864  # of the write-ahead log that stay on disk once merged


class Store(Stories, Digests, Pruning, Keeping, Verifying, Doctor, Dossiers, Applying):
    """An open database; close it, or use it as a context manager."""

    def __init__(self, con: sqlite3.Connection, path: str, *, read_only: bool, busy_seconds: float) -> None:
        super().__init__(con, path, read_only=read_only, busy_seconds=busy_seconds)
        self.scratch = index.Scratch()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """For one who writes much in long transactions: more pages stay in memory, and the log is merged into the database less often."""
        _sizes(self._con, _BULK_KIB, _BULK_PAGES)
        try:
            yield
        finally:
            _sizes(self._con, _CACHE_KIB, _LOG_PAGES)

    def close(self) -> None:
        """Close the file and give back the locks."""
        self.scratch.close()
        super().close()


def connect(
    where: str, *, create: bool = True, read_only: bool = False, busy_seconds: float = 30.0, say: Callable[[str], None] = lambda _: None
) -> Store:
    """Open the database `where` ("sqlite:PATH" or a path), made if missing unless `create` is false.

    An older schema is migrated, a newer one refused (StoreTooNewError), like a damaged file (StoreDamagedError), another program's
    database or a place that cannot be read (StoreError). Writers wait `busy_seconds` for another one (StoreBusyError).
    `say` is told of a migration that takes long.
    """
    path = os.path.abspath(where.removeprefix("sqlite:"))
    if not os.path.exists(path) and (read_only or not create):
        raise StoreError(f"there is no database at {path} yet: `curator poll` makes one")
    read_only = read_only or (os.path.exists(path) and not os.access(path, os.W_OK))
    con = _open(path, read_only, busy_seconds)
    full = _finds_no_room(con, path)
    if full:
        con.close()
        read_only, con = True, _open(path, True, busy_seconds, as_it_stands=True)
    try:
        ready = _schema.ready(con, path)
        if not ready and read_only:
            raise StoreError(f"the database {path} is older than this curator, and cannot be written here: open it once where it can")
        if not read_only:
            _prepare(con, path, ready, busy_seconds, say)
        _sizes(con, _CACHE_KIB, _LOG_PAGES)
        con.execute("PRAGMA temp_store = memory")
        con.create_function("spaced", 1, index.spaced, deterministic=True)
    except BaseException as error:
        con.close()
        if isinstance(error, sqlite3.Error):
            raise _told(path, error) from error
        raise
    store = Store(con, path, read_only=read_only, busy_seconds=busy_seconds)
    if full:
        store.unwritable = f"cannot write to {path}: the disk is full, or broken: make room and try again"
    return store


def _finds_no_room(con: sqlite3.Connection, path: str) -> bool:
    """Is the disk so full that SQLite cannot make the small file in which readers and writers meet? Nobody can write then, and where no log
    was left behind, the database can be read as it stands."""
    try:
        con.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        return "disk" in str(error) and _bytes(path) > 0 and _bytes(path + "-wal") == 0
    return False


def _bytes(path: str) -> int:
    """How large a file is; 0 if it is not there (another process may have taken its log away this moment)."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _open(path: str, read_only: bool, busy_seconds: float, *, as_it_stands: bool = False) -> sqlite3.Connection:
    if not read_only:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make the folder of the database {path}: {error.strerror}") from None
    mode = "ro" if read_only else "rwc"
    if as_it_stands or (read_only and not os.access(os.path.dirname(path), os.W_OK) and not os.path.exists(path + "-wal")):
        mode = "ro&immutable=1"  # SQLite cannot make its -shm file there, and nobody can write either
    try:
        return sqlite3.connect(
            f"file:{quote(path)}?mode={mode}", uri=True, isolation_level=None, timeout=busy_seconds, cached_statements=256
        )
    except sqlite3.OperationalError as error:
        raise StoreError(_schema.unopened(path, error)) from None


def _prepare(con: sqlite3.Connection, path: str, ready: bool, busy_seconds: float, say: Callable[[str], None]) -> None:
    """Settings of a writer, and the schema if it is not the present one."""
    if not ready:
        lock = Lock(path + ".lock")
        lock.acquire("curator, making the database", busy_seconds)
        try:
            con.execute("PRAGMA journal_mode = WAL")
            _schema.bring_forward(con, path, say)
        finally:
            lock.release()
    con.execute("PRAGMA synchronous = NORMAL")
    con.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")


def _sizes(con: sqlite3.Connection, cache_kib: int, log_pages: int) -> None:
    con.execute(f"PRAGMA cache_size = -{cache_kib}")
    con.execute(f"PRAGMA wal_autocheckpoint = {log_pages}")


def _told(path: str, error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.OperationalError):
        return StoreError(_schema.unopened(path, error))
    return StoreDamagedError(_schema.damaged(path, str(error)))
