"""Nothing half-written, nothing written twice at once, and every database that cannot be used is refused with what to do."""

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from archives import EVERYTHING, NOW, item_id, make_item, make_update, state

from curator import shipped
from curator.errors import StoreBusyError, StoreDamagedError, StoreError, StoreTooNewError
from curator.stores import _schema, sqlite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "curator.db"


@pytest.fixture
def store(path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(str(path)) as opened:
        yield opened


HERE = Path(__file__).parent


def python(script: str, *given: str) -> subprocess.Popen[str]:
    """A process of its own that knows these tests' helpers and has said that it is ready."""
    command = [sys.executable, "-c", script, *given]
    env = {**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


# ── S1: killed ──────────────────────────────────────────────────────────────────────────────────────────────────────

KILLED_AT = """
import os, signal, sys
from archives import make_item, make_update, state
from curator.stores import sqlite
store = sqlite.connect(sys.argv[1])
store.apply(make_update(*(make_item(n) for n in range(1, 20)), states=(state(),)))
steps = int(sys.argv[2])
def count(statement):
    global steps
    steps -= 1
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
print("ready", flush=True)
store._con.set_trace_callback(count)
store.apply(make_update(*(make_item(n) for n in range(20, 60)), states=(state("lighthouse"),)))
store.close()
"""


@pytest.mark.parametrize("step", [1, 2, 5, 9, 60, 140, 190, 230, 100_000])
def test_s1_a_kill_at_any_step_leaves_a_sound_archive_with_all_of_an_update_or_nothing(path: Path, step: int) -> None:
    process = python(KILLED_AT, str(path), str(step))
    process.communicate()
    with sqlite.connect(str(path), busy_seconds=1) as store:
        kept = store.count(EVERYTHING, NOW)
        assert (kept, set(store.states())) in ((19, {"harbour"}), (59, {"harbour", "lighthouse"}))
        assert store.verify() == []
        store.apply(make_update(*(make_item(n) for n in range(20, 60)), states=(state("lighthouse"),)))
        assert store.count(EVERYTHING, NOW) == 59


# ── S2, S4: two at once ─────────────────────────────────────────────────────────────────────────────────────────────

HOLDER = """
import sys
from curator.stores import sqlite
with sqlite.connect(sys.argv[1]) as store, getattr(store, sys.argv[2])(*sys.argv[3:]):
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_s2_a_second_poll_hears_who_is_at_work_and_works_when_that_one_is_done(path: Path) -> None:
    process = python(HOLDER, str(path), "exclusive", "curator poll")
    with sqlite.connect(str(path), busy_seconds=0.1) as store:
        with (
            pytest.raises(StoreBusyError, match=rf"'curator poll' \(process {process.pid}\) since 20\d\d-"),
            store.exclusive("curator import"),
        ):
            pass
        store.apply(make_update(make_item(1)))  # but marks and the like go through
        process.communicate("\n")
        with store.exclusive("curator import"):
            pass


def test_s4_a_second_writer_waits_for_the_first(path: Path) -> None:
    process = python(HOLDER, str(path), "transaction")
    with sqlite.connect(str(path), busy_seconds=0.1) as store:
        with pytest.raises(StoreBusyError, match="another curator is at work"):
            store.apply(make_update(make_item(1)))
        assert store.count(EVERYTHING, NOW) == 0
        process.communicate("\n")
        store.apply(make_update(make_item(1)))
        assert store.count(EVERYTHING, NOW) == 1


def test_a_holder_that_was_killed_holds_nothing(path: Path) -> None:
    process = python(HOLDER, str(path), "exclusive", "curator poll")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with sqlite.connect(str(path), busy_seconds=0.1) as store, store.exclusive("curator poll"):
        pass


def test_two_stores_of_one_process_do_not_work_at_once_either(store: sqlite.Store, path: Path) -> None:
    second = sqlite.connect(str(path), busy_seconds=0)
    with (
        second as other,
        store.exclusive("curator poll"),
        pytest.raises(StoreBusyError, match="this process"),
        other.exclusive("curator poll"),
    ):
        pass


def test_the_lock_is_given_back_after_an_error(store: sqlite.Store) -> None:
    with pytest.raises(ZeroDivisionError), store.exclusive("curator poll"):
        raise ZeroDivisionError
    with store.exclusive("curator poll"), store.transaction():
        pass


def test_a_transaction_inside_another_is_part_of_it(store: sqlite.Store) -> None:
    with store.transaction():
        store.apply(make_update(make_item(1)))
        store.one("ROLLBACK")
        store.one("BEGIN")
    assert store.count(EVERYTHING, NOW) == 0


def test_reading_does_not_wait_for_a_writer(store: sqlite.Store, path: Path) -> None:
    store.apply(make_update(make_item(1)))
    with sqlite.connect(str(path), busy_seconds=0) as reader, store.transaction() as con:
        con.execute("DELETE FROM item")
        assert [item.id for item in reader.iterate(EVERYTHING, NOW)] == [item_id(1)]
        con.execute("ROLLBACK")
        con.execute("BEGIN")


# ── S3: a full disk ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_s3_a_full_disk_is_told_in_one_line_and_nothing_is_half_written(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    (pages,) = store.one("PRAGMA page_count") or (0,)
    store.one(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(StoreError, match="the disk may be full; nothing of this step was kept"):
        store.apply(make_update(*(make_item(n, text=f"{n} " * 5000) for n in range(2, 60))))
    assert store.verify() == []
    assert store.count(EVERYTHING, NOW) == 1
    store.one("PRAGMA max_page_count = 1000000")
    store.apply(make_update(make_item(2)))
    assert store.count(EVERYTHING, NOW) == 2


# ── S4: read-only ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_s4_a_database_opened_for_reading_can_be_read_and_says_why_it_cannot_be_written(store: sqlite.Store, path: Path) -> None:
    store.apply(make_update(make_item(1)))
    with sqlite.connect(str(path), read_only=True) as reader:
        assert reader.count(EVERYTHING, NOW) == 1
        for write in (lambda: reader.apply(make_update(make_item(2))), lambda: reader.mark([item_id(1)], read=True, at=NOW)):
            with pytest.raises(StoreError, match="reading only"):
                write()
        with pytest.raises(StoreError, match="reading only"), reader.exclusive("curator poll"):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_s4_a_file_and_folder_without_write_permission_can_be_read(path: Path) -> None:
    with sqlite.connect(str(path)) as store:
        store.apply(make_update(make_item(1)))
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with sqlite.connect(str(path)) as reader:
            assert reader.count(EVERYTHING, NOW) == 1
            with pytest.raises(StoreError):
                reader.apply(make_update(make_item(2)))
    finally:
        path.parent.chmod(0o755)


# ── databases that cannot be used ───────────────────────────────────────────────────────────────────────────────────


def test_a_missing_database_is_made_with_its_folder(tmp_path: Path) -> None:
    with sqlite.connect(f"sqlite:{tmp_path}/new/folder/curator.db") as store:
        assert store.count(EVERYTHING, NOW) == 0


@pytest.mark.parametrize("given", [{"create": False}, {"read_only": True}])
def test_a_missing_database_is_not_made_when_it_must_be_there(path: Path, given: dict[str, bool]) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        sqlite.connect(str(path), **given)
    assert not path.exists()


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.touch()
    sqlite.connect(str(path)).close()
    assert path.stat().st_size > 0


def test_a_file_that_is_no_database_is_refused_with_what_to_do(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 500)
    with pytest.raises(StoreDamagedError, match=r"curator db verify.*curator db backup.*\.recover"):
        sqlite.connect(str(path))
    assert path.read_bytes() == b"Dear diary, " * 500


@pytest.mark.parametrize("cut", [100, 4096, 20_000])
def test_a_truncated_database_is_refused_or_told_when_it_is_read(path: Path, cut: int) -> None:
    with sqlite.connect(str(path)) as store:
        store.apply(make_update(*(make_item(n) for n in range(1, 100))))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(StoreDamagedError):
        read_and_write(path)


def read_and_write(path: Path) -> None:
    with sqlite.connect(str(path)) as store:
        list(store.iterate(EVERYTHING, NOW))
        store.apply(make_update(make_item(200)))


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE item SET topics = '[['",
        "UPDATE item SET authors = x'ff'",
        "UPDATE item SET credits = '{'",
        "UPDATE story SET outlets = '[1'",
        "UPDATE feed SET problem = ''",
        "UPDATE item SET title = CAST(x'c328' AS TEXT)",
        "DROP TABLE story",
        "ALTER TABLE item DROP COLUMN denied_by",
    ],
)
def test_what_was_changed_where_sqlite_cannot_notice_it_is_told_as_damage(path: Path, spoilt: str) -> None:
    with sqlite.connect(str(path)) as store:
        store.apply(make_update(make_item(1, story="0" * 16), states=(state(),)))
    with sqlite3.connect(path) as con:
        for (view,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            con.execute(f"DROP VIEW {view}")
        con.execute(spoilt)
    with sqlite.connect(str(path)) as store, pytest.raises(StoreDamagedError, match="curator db verify"):
        everything(store)


def everything(store: sqlite.Store) -> tuple[object, ...]:
    """All of an archive, read."""
    return list(store.iterate(EVERYTHING, NOW)), store.stories_by_id(["0" * 16]), store.states()


def test_a_damaged_database_is_not_copied_as_a_backup(path: Path, tmp_path: Path) -> None:
    sqlite.connect(str(path)).close()
    schema = path.stat().st_size
    with sqlite.connect(str(path)) as store:
        store.apply(make_update(*(make_item(n) for n in range(1, 100))))
    whole = bytearray(path.read_bytes())
    for at in range(schema, len(whole), 0x3000):
        whole[at : at + 900] = bytes(900)
    path.write_bytes(bytes(whole))
    with sqlite.connect(str(path)) as store, pytest.raises(StoreDamagedError, match="is damaged"):
        store.backup(str(tmp_path / "copy.db"))
    assert not list(tmp_path.glob("copy*"))


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as con:
        con.execute("CREATE TABLE places (name TEXT)")
    with pytest.raises(StoreError, match="not one of curator"):
        sqlite.connect(str(path))


def test_a_database_of_a_newer_curator_is_refused(path: Path) -> None:
    sqlite.connect(str(path)).close()
    with sqlite3.connect(path) as con:
        con.execute(f"PRAGMA user_version = {_schema.VERSION + 1}")
    with pytest.raises(StoreTooNewError, match=r"newer curator.*update curator"):
        sqlite.connect(str(path))


def test_a_folder_in_the_place_of_the_database_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot open"):
        sqlite.connect(str(tmp_path))


# ── migrations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def bare(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


@pytest.mark.parametrize("version", range(1, _schema.VERSION + 1))
def test_s5_a_stored_database_of_every_released_schema_opens_with_all_its_items(path: Path, version: int) -> None:
    path.write_bytes(gzip.decompress((HERE / "data" / "stores" / f"schema-{version}.db.gz").read_bytes()))
    with sqlite.connect(str(path)) as store:
        assert store.one("PRAGMA user_version") == (_schema.VERSION,)
        assert {item.id for item in store.iterate(EVERYTHING, NOW)} == {item_id(1), item_id(2)}
        assert store.count(EVERYTHING, NOW) == 2
        assert store.held([1, 2, 3]) == {1, 2}
        store.apply(make_update(make_item(3)))
        assert store.held([1, 2, 3]) == {1, 2, 3}
        assert store.verify() == []


def test_an_older_database_that_may_only_be_read_says_where_to_open_it(path: Path) -> None:
    before = gzip.decompress((HERE / "data" / "stores" / "schema-1.db.gz").read_bytes())
    path.write_bytes(before)
    with pytest.raises(StoreError, match="older than this curator, and cannot be written here"):
        sqlite.connect(str(path), read_only=True)
    assert path.read_bytes() == before


def test_a_step_that_fails_leaves_the_database_at_the_one_before(path: Path) -> None:
    steps = {**_schema.scripts(), "next": "CREATE TABLE later (n);\nINSERT INTO nowhere VALUES (1);\n"}
    con = bare(path)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        _schema.migrate(con, steps)
    assert con.execute("PRAGMA user_version").fetchone() == (_schema.VERSION,)
    assert con.execute("SELECT count(*) FROM sqlite_master WHERE name = 'later'").fetchone() == (0,)
    con.close()
    sqlite.connect(str(path)).close()


def test_steps_that_a_database_has_are_not_run_again(path: Path) -> None:
    con = bare(path)
    _schema.migrate(con, _schema.scripts())
    _schema.migrate(con, {**_schema.scripts(), "next": "CREATE TABLE later (n);\n"})
    assert con.execute("PRAGMA user_version").fetchone() == (_schema.VERSION + 1,)
    con.close()
    with pytest.raises(StoreTooNewError):
        sqlite.connect(str(path))


def test_a_first_start_that_was_stopped_in_the_middle_is_finished_by_the_next(path: Path) -> None:
    con = bare(path)
    with pytest.raises(sqlite3.OperationalError):
        _schema.migrate(con, {"1": "CREATE TABLE feed (n);\nINSERT INTO nowhere VALUES (1);\n"})
    con.close()
    with sqlite.connect(str(path)) as store:
        store.apply(make_update(make_item(1)))


def loaded_by(path: Path) -> tuple[set[str], set[str]]:
    """What a process that opens the database asks to be loaded, and what it has at the end, when it has looked for numpy itself."""
    script = """if True:
        import sys
        asked = []
        sys.addaudithook(lambda event, args: asked.append(args[0]) if event == "import" else None)
        from curator.stores import sqlite
        sqlite.connect(sys.argv[1]).close()
        print(*asked)
        print(*sys.modules)
        from importlib.util import find_spec
        find_spec("numpy")  # raises what it raises of one that may not be found
    """
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True, env=env)
    asked, held = done.stdout.splitlines()
    return set(asked.split()), set(held.split())


def of_sqlite_utils(modules: set[str]) -> set[str]:
    """Its modules among these."""
    return {name for name in modules if name.partition(".")[0] == "sqlite_utils"}


def test_the_ordinary_start_does_not_load_sqlite_utils(path: Path) -> None:
    sqlite.connect(str(path)).close()
    assert not of_sqlite_utils(loaded_by(path)[0])


def test_to_make_a_database_loads_sqlite_utils_without_what_it_would_take_in_beside_it(path: Path) -> None:
    asked, held = loaded_by(path)
    assert of_sqlite_utils(asked)
    assert not {"numpy", "pandas"} & held


def test_a_program_that_makes_a_database_has_a_sqlite_utils_of_its_own(path: Path) -> None:
    """One that knows the types of numpy, if it has it; and one that it loaded before stays what it is."""
    assert not of_sqlite_utils(loaded_by(path)[1])
    import sqlite_utils  # noqa: PLC0415 - loaded when this test wants it to be

    sqlite.connect(str(path.with_name("another.db"))).close()
    assert sys.modules["sqlite_utils"] is sqlite_utils


# ── other programs ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_views_for_people_can_all_be_read(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(2)))
    views = [name for (name,) in store.all("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert {"items", "stories", "feeds", "topics", "entities", "versions", "digests"} <= set(views)
    for view in views:
        store.all(f"SELECT * FROM {view}")
    row = store.one("SELECT id, feed, guid, link, url, summary, date FROM items WHERE n = 1")
    item = make_item(1)
    assert row == (item.id, item.feed, item.guid, item.link, item.url, item.summary, f"{item.date:%Y-%m-%dT%H:%M:%SZ}")


def test_sqlite_utils_reads_the_database_as_it_is(store: sqlite.Store, path: Path) -> None:
    store.apply(make_update(make_item(1)))
    database = sqlite_utils.Database(str(path))
    assert next(iter(database["items"].rows))["id"] == item_id(1)
    database.close()


def test_the_metadata_for_datasette_speaks_of_tables_that_exist(store: sqlite.Store) -> None:
    told = shipped.parsed("datasette.json")
    names = {name for (name,) in store.all("SELECT name FROM sqlite_master")}
    assert set(told["databases"]["curator"]["tables"]) <= names
    for query in told["databases"]["curator"]["queries"].values():
        store.all(query["sql"].replace(":words", "'fog'").replace(":topic", "'x'").replace(":feed", "'x'"))
    assert json.dumps(told)
