"""`db verify` finds what was changed behind curator's back: evidence, texts, versions, notes, lists; and nothing where all is sound."""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from archives import NOW, drone, fresh, item_id, make_item, make_update, raw_of
from desk import CommandLine
from hypothesis import given
from hypothesis import strategies as st

from curator.app import place
from curator.configfile import load
from curator.types import Retrieval

ANSWER = Retrieval(feed="harbour", requested="u", final="u", status=200, etag=None, last_modified=None, at=NOW, body_sha="ab", tool="t")


def harmed(writing: CommandLine, harm: str) -> CommandLine:
    """The command line over an archive in which another program has done this."""
    con = sqlite3.connect(place(load(writing.config)))
    con.executescript(harm)
    con.commit()
    con.close()
    return writing


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE body SET text = text || ' Forged.' WHERE item = 3", "texts are not what was indexed"),
        ("UPDATE item SET title = 'Forged headline' WHERE n = 3", "titles or texts are not what was indexed"),
        ("UPDATE body SET text = '' WHERE item = 3", "not what was indexed"),
        ("UPDATE item SET url = 'https://forged.example/' WHERE n = 3", "not as it was written: item "),
        ("UPDATE item SET date = date - 1 WHERE n = 3", "not as it was written"),
        ("UPDATE body SET text = text || '!' WHERE item = 3", "not as it was written"),
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'text TEXT NOT NULL', 'text TEXT') WHERE name = 'body'; "
            "PRAGMA writable_schema = RESET; UPDATE body SET text = NULL WHERE item = 3",
            "not as it was written: item ",
        ),
        (
            "INSERT INTO search (search, rowid, title, text) SELECT 'delete', n, title, text FROM item JOIN body ON item = n WHERE n = 3; "
            "INSERT INTO search (rowid, title, text) SELECT n, title, substr(text, instr(text, ' ') + 1) || ' ' || "
            "substr(text, 1, instr(text, ' ') - 1) FROM item JOIN body ON item = n WHERE n = 3",
            "the full-text index has words at other places than the texts",
        ),
        ("DELETE FROM version", "lack earlier versions"),
        ("UPDATE item SET versions = 7 WHERE n = 3", "lack earlier versions"),
        ("UPDATE version SET sha256 = randomblob(32)", "earlier versions that a poll brought have no evidence"),
        ("UPDATE item SET sha256 = randomblob(32) WHERE n = 3", "items that a poll brought have no evidence"),
        ("UPDATE evidence_pack SET bytes = substr(bytes, 1, 20)", "cannot be read"),
        ("DELETE FROM item_topic", "topics of items cannot be listed by"),
        ("DELETE FROM item_entity", "entities of items cannot be listed by"),
        ("UPDATE item SET story = 99999 WHERE n = 3", "refer to a story that is not there"),
        ("INSERT INTO note (at, item, text) VALUES (0, 99999, 'x')", "refer to a item that is not there"),
        ("DELETE FROM search_docsize WHERE id = 3", "are not in the full-text index"),
        ("DELETE FROM item WHERE n = 3", "rows of the full-text index have no item"),
    ],
)
def test_what_was_changed_behind_its_back_is_told(writing: CommandLine, harm: str, told: str) -> None:
    ran = harmed(writing, harm)("db", "verify")
    assert ran.code == 1
    assert told in ran.out
    assert "Traceback" not in ran.err


def test_the_item_with_another_text_than_was_indexed_is_named(writing: CommandLine) -> None:
    out = harmed(writing, "UPDATE body SET text = 'walrus' WHERE item = 3")("db", "verify").out
    (named,) = re.findall(r"in items ([0-9a-f]{16})", out)
    assert "walrus" in writing("show", named).out


def test_a_note_that_was_rewritten_is_told(writing: CommandLine) -> None:
    id_ = writing("list", "-f", "jsonl", "-n", "1").out.split('"id":"')[1][:16]
    writing("note", id_, "As she wrote it")
    assert writing("db", "verify").code == 0
    assert "index of notes" in harmed(writing, "UPDATE note SET text = 'Quite otherwise'")("db", "verify").out


def test_a_file_with_overwritten_pages_is_told_in_clear_lines_by_every_command(writing: CommandLine) -> None:
    path = Path(place(load(writing.config)))
    harmed(writing, "PRAGMA wal_checkpoint(TRUNCATE)")
    body = bytearray(path.read_bytes())
    body[4096 * 2 :] = b"\xff" * (len(body) - 4096 * 2)
    path.write_bytes(body)
    for command in (("db", "verify"), ("list",), ("export",), ("stories",)):
        ran = writing(*command)
        assert ran.code == 1, command
        assert "damaged" in ran.out + ran.err
        assert "Traceback" not in ran.err


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=5), st.data())
def test_whatever_is_written_changed_and_pruned_is_sound(texts: list[tuple[str, str]], data: st.DataObject) -> None:
    items = [drone(make_item(n, title=title, text=body)) for n, (title, body) in enumerate(texts, 1)]
    with fresh() as store:
        store.apply(make_update(*items, retrievals=(ANSWER,)))
        changed = [replace(item, title=data.draw(st.text(max_size=30)), sha256=make_item(9).sha256) for item in items[:2]]
        store.apply(make_update(changed=tuple(changed), raws={make_item(9).sha256: raw_of(9)}, retrievals=(ANSWER,)))
        assert store.verify() == []
        store.prune(make_item(2).date, NOW, undigested=True)
        assert store.verify() == []


def test_a_word_so_long_that_the_index_cuts_it_within_a_letter_is_sound() -> None:
    with fresh() as store:
        store.apply(make_update(make_item(1, title="a" + "ж" * 40_000), retrievals=(ANSWER,), raws={make_item(1).sha256: raw_of(1)}))
        assert store.verify() == []


WRITING = re.compile(r"\b(?:UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+(?:version|evidence|evidence_pack|mark|retrieval)\b", re.IGNORECASE)


def test_no_statement_rewrites_evidence_versions_or_history_but_in_pruning() -> None:
    """Append-only: what a feed sent, what stood there before and what a person did is never changed, only taken away for good with its item."""
    from curator import stores  # noqa: PLC0415 - only its place is asked

    files = sorted(Path(str(stores.__file__)).parent.glob("*.py"))
    found = {file.name for file in files if WRITING.search(file.read_text(encoding="utf-8"))}
    assert found <= {"_prune.py"}
    assert len(files) > 10


def test_the_database_itself_shows_that_nothing_of_it_is_rewritten() -> None:
    """The same asked of SQLite: with triggers that refuse it, all that ordinary work does still goes through."""
    item = make_item(1)
    with fresh() as store:
        with store.transaction() as con:
            for table in ("version", "evidence", "evidence_pack", "mark", "retrieval"):
                for what in ("UPDATE", "DELETE"):
                    con.execute(f"CREATE TRIGGER no_{what}_{table} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
        store.apply(make_update(item, retrievals=(ANSWER,)))
        for number in (2, 3):
            now = replace(item, title=f"Other {number}", sha256=make_item(number).sha256)
            store.apply(make_update(changed=(now,), raws={now.sha256: raw_of(number)}, retrievals=(ANSWER,)))
        store.mark([item.id], read=True, starred=True, at=NOW)
        store.mark([item.id], read=False, at=NOW)
        store.tag(item.id, ["a/b"], at=NOW)
        store.tag(item.id, remove=["a/b"], at=NOW)
        store.correct("not-copy", item.id, at=NOW)
        store.note(item.id, "n", at=NOW)
        store.keep(list(store.dossiers(store.items([item.id]).values(), evidence=True)))
        assert [version.number for version in store.versions(item_id(1))] == [1, 2, 3]
        assert store.verify() == []
