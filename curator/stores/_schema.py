"""The schema of the database and the way to it from every earlier one: one file `data/schema/N.sql` for each step.

`PRAGMA user_version` tells which step a database has reached, so that the ordinary start needs bare sqlite3 only;
sqlite-utils' migrations (60 ms to import) come in when there is something to create or to migrate.
"""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from curator import shipped
from curator.errors import StoreDamagedError, StoreError, StoreTooNewError
from curator.stores._shorthand import numbered, outline

APPLICATION = 0x43555241  # "CURA": what `file` and PRAGMA application_id say of our databases
STEPS = ("1", "2", "3", "4", "5", "6")
VERSION = len(STEPS)
_TOLD = 100_000_000  #: bytes of a database whose migration takes long enough to speak of it


def ready(con: sqlite3.Connection, path: str) -> bool:
    """Whether the database has the present schema; False: it is empty or older. Raises StoreError for anything else."""
    try:
        version = con.execute("PRAGMA user_version").fetchone()[0]
        application = con.execute("PRAGMA application_id").fetchone()[0]
        if application == 0 and version == 0 and con.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            return False
    except sqlite3.OperationalError as error:
        raise StoreError(unopened(path, error)) from None
    except sqlite3.DatabaseError as error:
        raise StoreDamagedError(damaged(path, str(error))) from None
    if version > VERSION and application == APPLICATION:
        raise StoreTooNewError(f"{path} was written by a newer curator (schema {version}, this one knows {VERSION}): update curator")
    if application != APPLICATION and not _half_made(con):
        raise StoreError(f"{path} is a database, but not one of curator: give another path as `store`")
    return bool(version == VERSION)


def _half_made(con: sqlite3.Connection) -> bool:
    """Whether a first start was stopped between making the list of migrations and running the first."""
    return con.execute("SELECT group_concat(name) FROM sqlite_master WHERE type = 'table'").fetchone()[0] in (None, "_sqlite_migrations")


def unopened(path: str, error: sqlite3.Error) -> str:
    """What to tell when SQLite cannot open a file. Even to read it wants to write a little beside it."""
    hint = ": the disk may be full, or broken" if "disk" in str(error) else ""
    if os.path.exists(path + "-wal") and not os.access(os.path.dirname(path), os.W_OK):
        hint = f": what was written last stands in {path}-wal and cannot be merged here; copy both files to where they can be written"
    return f"cannot open the database {path}: {error}{hint}"


def damaged(path: str, error: str) -> str:
    """What to tell and to advise when SQLite says that a file is not sound."""
    return (
        f"the database {path} is damaged ({error}). Look closer with `curator db verify`; restore a copy made by `curator db backup`, "
        f'or save what can be read with `sqlite3 "{path}" .recover | sqlite3 saved.db`'
    )


def scripts() -> dict[str, str]:
    """The steps, in order: name -> SQL."""
    return {step: shipped.text(f"schema/{step}.sql") for step in STEPS}


def bring_forward(con: sqlite3.Connection, path: str, say: Callable[[str], None]) -> None:
    """Make an empty database, or migrate an older one. Of a big one it is told, since that takes minutes for a million items."""
    size = _size(con)
    if size > _TOLD:
        say(f"{path} is written anew for this version of curator, once: {size / 1e6:,.0f} MB, one to four minutes for 2,000")
    migrate(con, scripts())
    with suppress(sqlite3.OperationalError):  # no room for that: what is free in the file is there for what comes
        compact(con)
    if size > _TOLD:
        say(f"done: {_size(con) / 1e6:,.0f} MB")


def compact(con: sqlite3.Connection, worth: float = 0.1) -> None:
    """Write the file anew if more than such a part of it is free. On disk that takes the room of two more copies meanwhile."""
    free, pages = (con.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    if free <= worth * pages:
        return
    (kept,) = con.execute("PRAGMA temp_store").fetchone()
    con.execute("PRAGMA temp_store = file")  # VACUUM makes a whole database there
    con.execute("VACUUM")
    con.execute(f"PRAGMA temp_store = {kept}")
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _size(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0])


def migrate(con: sqlite3.Connection, steps: Mapping[str, str]) -> None:
    """Bring an empty or older database to the schema after the last step; each step wholly or not at all."""
    sqlite_utils = _sqlite_utils()
    migrations = sqlite_utils.Migrations("curator")
    for number, (name, script) in enumerate(steps.items(), start=1):
        migrations(name=name)(_Step(number, name, script))
    migrations.apply(sqlite_utils.Database(con, execute_plugins=False))


@cache
def _sqlite_utils() -> Any:
    """sqlite-utils, without the packages whose types of values it would know as well if they are installed: numpy takes 0.1 s and 10 MB, pandas
    0.9 s, and our values are none of theirs. A program that we are a part of loads its own sqlite-utils, which knows them."""
    before = set(sys.modules)
    unwanted = [name for name in ("numpy", "pandas") if name not in before]
    sys.modules.update(dict.fromkeys(unwanted))  # type: ignore[arg-type]  # None: not to be found
    try:
        import sqlite_utils  # noqa: PLC0415 - 60 ms, needed once in the life of a database

        return sqlite_utils
    finally:
        ours = [name for name in sys.modules.keys() - before if name.split(".")[0] == "sqlite_utils"]
        for name in (*unwanted, *ours):
            sys.modules.pop(name, None)


class _Step:
    """One migration: the statements of its file, then its number."""

    def __init__(self, number: int, name: str, script: str) -> None:
        self.number, self.__name__, self.script = number, name, script

    def __call__(self, db: object) -> None:
        con = db.conn  # type: ignore[attr-defined]
        _teach(con)
        for statement in statements(self.script):
            con.execute(statement)
        con.execute(f"PRAGMA application_id = {APPLICATION}")
        con.execute(f"PRAGMA user_version = {self.number}")


def _teach(con: sqlite3.Connection) -> None:
    """The functions that steps ask for beside SQL's own."""
    known: dict[str, int] = {}

    def _numbered(given: bytes | None) -> str | None:
        if given and not known:
            known.update(con.execute("SELECT text, n FROM wording"))
        return numbered(_text(given), known)

    con.create_function("outline", 2, lambda link, url: outline(_text(link), _text(url)))
    con.create_function("numbered", 1, _numbered)


def _text(given: bytes | None) -> str | None:
    """Functions get bytes and have nothing to say of such as are no text: a damaged value must not stand in the way of a migration."""
    try:
        return given.decode() if given else None
    except UnicodeDecodeError:
        return None


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script one by one: `executescript` would commit, and a step must be one transaction."""
    buffer = ""
    for line in script.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            yield buffer.strip()
            buffer = ""
