"""Keeping house: pruned items never come back, copies of the file are sound, and what is not sound is told."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archives import EVERYTHING, NOW, drone, fresh, item_id, make_item, make_mailing, make_story, make_update, raw_of, state
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import NotFoundError, StoreError
from curator.stores import sqlite
from curator.types import Retrieval, Update

OLD = NOW - timedelta(days=200)
LIMIT = NOW - timedelta(days=180)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(str(tmp_path / "curator.db")) as opened:
        yield opened


def tell(store: sqlite.Store) -> None:
    """Everything has been in a digest that was sent."""
    number = len(store.digests()) + 1
    store.write(make_mailing(number, *store.undigested("main")))
    store.tick(make_mailing(number).digest, NOW)


def there(store: sqlite.Store) -> set[str]:
    return {item.id for item in store.iterate(EVERYTHING, NOW)}


# ── prune ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_s9_pruning_keeps_what_is_new_starred_noted_or_not_yet_told(store: sqlite.Store) -> None:
    store.apply(make_update(*(make_item(n, date=OLD) for n in range(1, 5)), make_item(5)))
    tell(store)
    store.apply(make_update(make_item(6, date=OLD)))
    store.mark([item_id(1)], starred=True, at=NOW)
    store.note(item_id(2), "keep", at=NOW)
    foreseen = store.prune(LIMIT, NOW, dry_run=True)
    assert there(store) == {item_id(n) for n in range(1, 7)}
    done = store.prune(LIMIT, NOW)
    assert there(store) == {item_id(n) for n in (1, 2, 5, 6)}
    assert {**foreseen, "bytes_freed": 0} == {**done, "bytes_freed": 0}
    assert (done["pruned"], done["kept_starred"], done["kept_noted"], done["kept_undigested"]) == (2, 1, 1, 1)
    assert store.prune(LIMIT, NOW, undigested=True)["pruned"] == 1
    assert store.verify() == []


def test_what_waits_in_an_unsent_digest_is_not_pruned(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, date=OLD)))
    store.write(make_mailing(1, item_id(1)))
    assert store.prune(LIMIT, NOW)["kept_undigested"] == 1
    store.tick(make_mailing(1).digest, NOW)
    assert store.prune(LIMIT, NOW)["pruned"] == 1


def test_an_item_waits_for_the_digest_of_every_plan_in_use(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    store.write(make_mailing(1, item_id(1), plan="weekly"))
    store.tick(make_mailing(1).digest, NOW)
    store.apply(make_update(make_item(2, date=OLD)))
    tell(store)
    assert store.prune(LIMIT, NOW)["kept_undigested"] == 1


def test_what_a_plan_passed_over_waits_for_it_no_more(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    store.write(make_mailing(1, item_id(1), plan="narrow"))
    store.tick(make_mailing(1).digest, NOW)
    store.apply(make_update(make_item(2, date=OLD)))
    assert store.prune(LIMIT, NOW, dry_run=True)["kept_undigested"] == 1
    store.pass_over("narrow", [item_id(2)])
    assert store.prune(LIMIT, NOW)["pruned"] == 1


def test_alerts_which_tell_but_a_few_items_keep_none(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, date=OLD), make_item(2)))
    store.write(make_mailing(1, item_id(2), plan="alert:drones"))
    store.tick(make_mailing(1).digest, NOW)
    store.write(make_mailing(2, item_id(1), item_id(2)))
    store.tick(make_mailing(2).digest, NOW)
    assert store.prune(LIMIT, NOW)["pruned"] == 1


def test_what_was_pruned_is_known_and_never_new_again(store: sqlite.Store) -> None:
    update = make_update(make_item(1, date=OLD), states=(state(slices=b"12345678", standing=bytes.fromhex(item_id(1))),))
    store.apply(update)
    tell(store)
    store.prune(LIMIT, NOW)
    (known,) = store.known("harbour", [1])[1]
    assert (known.id, known.pruned) == (item_id(1), True)
    assert store.same([1]) == {}
    assert store.standing("harbour") == {b"12345678".hex(): item_id(1)}
    store.apply(update)
    store.apply(Update(changed=(make_item(1, title="Changed after all"),)))
    assert there(store) == set()


def test_numbers_of_pruned_items_are_not_given_again(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, date=OLD)))
    tell(store)
    store.prune(LIMIT, NOW)
    store.apply(make_update(make_item(2)))
    assert [known.id for known in store.known("harbour", [1, 2])[2]] == [item_id(2)]
    assert store.undigested("main") == [item_id(2)]


def test_pruning_leaves_nothing_behind_but_keys(store: sqlite.Store) -> None:
    story = make_story(1)
    item = drone(make_item(1, date=OLD, story=story.id))
    store.apply(make_update(item, stories=(story,)))
    store.apply(Update(changed=(replace(item, title="New", sha256="ab" * 32),)))
    store.tag(item.id, ["x/y"], at=NOW)
    tell(store)
    store.prune(LIMIT, NOW)
    for table in (
        "item",
        "body",
        "version",
        "evidence",
        "evidence_pack",
        "item_topic",
        "item_entity",
        "label",
        "mark",
        "digest_item",
        "story",
    ):
        assert store.one(f"SELECT count(*) FROM {table}") == (0,), table
    assert store.count(replace(EVERYTHING, text="fog OR new"), NOW) == 0
    assert store.verify() == []


def test_evidence_that_a_killed_prune_left_over_goes_with_the_next(store: sqlite.Store) -> None:
    left_over = make_item(3).sha256
    store.apply(make_update(make_item(1, date=OLD), make_item(2)))
    store.apply(Update(raws={left_over: raw_of(3)}))
    tell(store)
    store.prune(LIMIT, NOW)
    for gone in (make_item(1).sha256, left_over):
        with pytest.raises(NotFoundError):
            store.raw(gone)
    assert store.raw(make_item(2).sha256) == raw_of(2)
    assert store.verify() == []


def test_pruning_much_makes_the_full_text_index_small_again(store: sqlite.Store) -> None:
    """To the index alone a removed item is one more note: it would grow."""
    words = [" ".join(f"fog{number}by{at}" for at in range(200)) for number in range(1, 120)]
    store.apply(make_update(*(make_item(n, text=text, date=OLD if n > 20 else NOW) for n, text in enumerate(words, start=1))))
    tell(store)
    before = index_bytes(store)
    told = store.prune(LIMIT, NOW)
    assert told["pruned"] == 99
    assert index_bytes(store) < before / 4
    assert told["bytes_freed"] > told["bytes_reusable"]
    assert store.verify() == []


def test_what_pruning_little_leaves_free_in_the_file_is_told(store: sqlite.Store) -> None:
    store.apply(
        make_update(make_item(1, text="fog and haze " * 2_000, date=OLD), *(make_item(n, text="fog " * 5_000) for n in range(2, 12)))
    )
    tell(store)
    told = store.prune(LIMIT, NOW)
    assert told["bytes_freed"] == 0
    assert store.stats()["bytes_reusable"] == told["bytes_reusable"] > 20_000


def index_bytes(store: sqlite.Store) -> int:
    return int((store.one("SELECT sum(length(block)) FROM search_data") or (0,))[0])


def test_evidence_that_shared_a_pack_with_pruned_entries_stays(store: sqlite.Store) -> None:
    store.apply(make_update(*(make_item(n, date=OLD if n % 2 else NOW) for n in range(1, 40))))
    tell(store)
    store.prune(LIMIT, NOW)
    assert store.raw(make_item(2).sha256) == raw_of(2)
    with pytest.raises(NotFoundError):
        store.raw(make_item(1).sha256)
    assert store.verify() == []


def test_the_earliest_copy_left_takes_the_place_of_a_pruned_item(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, date=OLD), *(make_item(n, copy_of=item_id(1), copy_why="same") for n in (2, 3))))
    tell(store)
    store.prune(LIMIT, NOW)
    items = store.items([item_id(2), item_id(3)])
    assert (items[item_id(2)].copy_of, items[item_id(3)].copy_of) == (None, item_id(2))
    assert store.verify() == []


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.sampled_from(("bring", "change", "prune"))), max_size=10))
def test_the_archive_is_sound_after_any_order_of_events(events: list[tuple[int, bool, str]]) -> None:
    with fresh() as store:
        for number, old, event in events:
            item = make_item(number, date=OLD if old else NOW, story=make_story(number % 3).id)
            if event == "bring":
                store.apply(make_update(drone(item), make_item(number + 1, date=OLD)))
            elif event == "change":
                store.apply(Update(changed=(replace(item, title=f"Changed {number}"),)))
            else:
                tell(store)
                store.prune(LIMIT, NOW)
        assert store.verify() == []


# ── backup ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_is_the_archive_as_it_was_at_that_moment(store: sqlite.Store, tmp_path: Path) -> None:
    store.apply(make_update(make_item(1)))
    copy = tmp_path / "copy.db"
    store.backup(str(copy))
    store.apply(make_update(make_item(2)))
    with sqlite.connect(str(copy)) as saved:
        assert there(saved) == {item_id(1)}
        assert saved.verify() == []
    assert [file.name for file in tmp_path.glob("copy.db.part*")] == []


def test_a_backup_can_be_made_while_another_process_holds_the_writers_lock(store: sqlite.Store, tmp_path: Path) -> None:
    store.apply(make_update(make_item(1)))
    with sqlite.connect(store.path) as reader, store.transaction() as con:
        con.execute("UPDATE item SET title = 'half-written'")
        reader.backup(str(tmp_path / "copy.db"))
    with sqlite.connect(str(tmp_path / "copy.db")) as saved:
        assert [item.title for item in saved.iterate(EVERYTHING, NOW)] == [make_item(1).title]


def test_a_new_backup_replaces_an_older_one_but_never_the_database_itself(store: sqlite.Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"an older one")
    store.backup(str(copy))
    assert copy.read_bytes().startswith(b"SQLite format 3")
    with pytest.raises(StoreError, match="the database itself"):
        store.backup(store.path)


def test_a_folder_is_no_place_for_a_backup_and_is_told_as_one(store: sqlite.Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder: name a file"):
        store.backup(str(tmp_path))


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(store: sqlite.Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot write the copy"):
        store.backup(str(tmp_path / "no folder" / "copy.db"))


# ── verify ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE evidence SET start = start + 1, size = size - 1 WHERE rowid_of_first", "does not match its bytes"),
        ("UPDATE evidence_pack SET bytes = x'00'", "cannot be read"),
        ("DELETE FROM evidence_pack", "lead to no pack"),
        ("DELETE FROM evidence", "have no evidence"),
        ("DELETE FROM body", "have no text row"),
        ("DELETE FROM feed", "refer to a feed that is not there"),
        ("UPDATE item SET date = date + 1", "out of step"),
        ("UPDATE item SET copy_of = n", "copies of a copy"),
        ("INSERT INTO search (search) VALUES ('delete-all')", "are not in the full-text index"),
    ],
)
def test_verify_tells_what_is_wrong(store: sqlite.Store, harm: str, told: str) -> None:
    answer = Retrieval(feed="harbour", requested="u", final="u", status=200, etag=None, last_modified=None, at=NOW, body_sha="ab", tool="t")
    store.apply(make_update(drone(make_item(1)), make_item(2), retrievals=(answer,)))
    with store.transaction() as con:
        con.execute(harm.replace(" WHERE rowid_of_first", " WHERE sha256 = (SELECT min(sha256) FROM evidence)"))
    assert any(told in line for line in store.verify())


def test_verify_tells_of_pages_that_were_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "curator.db"
    with sqlite.connect(str(path)) as store:
        store.apply(make_update(*(make_item(n, text="long " * 300) for n in range(1, 200))))
    body = bytearray(path.read_bytes())
    middle = len(body) // 2 // 4096 * 4096
    body[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(body)
    with sqlite.connect(str(path)) as store:
        assert store.verify() != []


def test_a_database_can_be_verified_without_writing_to_it(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    with sqlite.connect(store.path, read_only=True) as reader:
        assert reader.verify() == []


# ── stats and doctor ────────────────────────────────────────────────────────────────────────────────────────────────


def test_stats_tell_sizes_counts_growth_and_feeds_by_yield(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(2, copy_of=item_id(1)), make_item(3, feed="lighthouse"), states=(state(seconds=2.5),)))
    told = store.stats(NOW)
    assert (told["items"], told["copies"], told["evidence"]) == (3, 1, 3)
    assert told["text_bytes"] == sum(len((make_item(n).title + make_item(n).text).encode()) for n in (1, 2, 3))
    assert told["new_a_day"][f"{NOW:%Y-%m-%d}"] == 3
    assert told["feeds_by_yield"] == [{"feed": "harbour", "items": 2, "copies": 1}, {"feed": "lighthouse", "items": 1, "copies": 0}]
    assert told["feeds_slowest"] == [{"feed": "harbour", "seconds": 2.5}]


def test_stats_of_an_empty_archive_are_zeros(store: sqlite.Store) -> None:
    told = store.stats()
    assert (told["items"], told["oldest"], told["feeds_by_yield"]) == (0, None, [])


def test_the_doctor_names_versions_and_known_holes_of_this_machine(store: sqlite.Store) -> None:
    told = "\n".join(store.doctor("8.3.0"))
    assert "CVE-2023-38545" in told
    assert "CVE-2023-38545" not in "\n".join(store.doctor("8.20.1"))
    assert sqlite3.sqlite_version in told
    assert "expat" in told
    assert ("3.7.0 to 3.51.2" in told) == (sqlite3.sqlite_version_info < (3, 51, 3))
