"""The schema of the database and the way to it from every earlier one: one file `data/schema/N.sql` for each step.

`PRAGMA user_version` tells which step a database has reached, so that the ordinary start needs bare sqlite3 only;
sqlite-utils' migrations (130 ms to import) come in when there is something to create or to migrate.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping

from curator import shipped
from curator.errors import StoreDamagedError, StoreError, StoreTooNewError

APPLICATION = 0x43555241  # "CURA": what `file` and PRAGMA application_id say of our databases
STEPS = ("1", "2", "3", "4", "5")
VERSION = len(STEPS)


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


def migrate(con: sqlite3.Connection, steps: Mapping[str, str]) -> None:
    """Bring an empty or older database to the schema after the last step; each step wholly or not at all."""
    import sqlite_utils  # noqa: PLC0415 - 130 ms, needed once in the life of a database

    migrations = sqlite_utils.Migrations("curator")
    for number, (name, script) in enumerate(steps.items(), start=1):
        migrations(name=name)(_Step(number, name, script))
    migrations.apply(sqlite_utils.Database(con, execute_plugins=False))


class _Step:
    """One migration: the statements of its file, then its number."""

    def __init__(self, number: int, name: str, script: str) -> None:
        self.number, self.__name__, self.script = number, name, script

    def __call__(self, db: object) -> None:
        con = db.conn  # type: ignore[attr-defined]
        for statement in statements(self.script):
            con.execute(statement)
        con.execute(f"PRAGMA application_id = {APPLICATION}")
        con.execute(f"PRAGMA user_version = {self.number}")


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script one by one: `executescript` would commit, and a step must be one transaction."""
    buffer = ""
    for line in script.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            yield buffer.strip()
            buffer = ""
