"""What goes into the archive comes out again: updates, items, versions, evidence, identity."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archives import EVERYTHING, NOW, drone, fresh, item_id, make_item, make_story, make_update, raw_of, state
from hypothesis import given
from hypothesis import strategies as st

from curator import text
from curator.errors import NotFoundError
from curator.stores import _rows, sqlite
from curator.types import Credit, Entity, Item, Link, Problem, Provenance, Retrieval, Tag, Update


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(f"sqlite:{tmp_path}/curator.db") as opened:
        yield opened


def ids(store: sqlite.Store) -> list[str]:
    return [hit.item.id for hit in store.find(EVERYTHING, NOW)]


# ── items ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def full_item() -> Item:
    """An item that says something in every field."""
    return make_item(
        1, outlet_known=True, authors=("Ann Lee", "Bo Ek"), language="en", date_raw="Fri, 20 Nov 2026 05:00:00 GMT", source="Coast Wire",
        source_url="https://wire.example/", links=3, summary="Not the beginning of the text.",
        tags=(Tag(name="a/b", why="w", version="7"), Tag(name="c/d", why="feed", by="feed"), Tag(name="e/f", why="m", by="model", score=0.7)),
        entities=(Entity(kind="place", value="Köln", why="text has 'Köln'"),),
        credits=(Credit(outlet="CNN", pattern="told", words="told CNN", field="text", start=9, lead=True, via=("AP",)),
                 Credit(outlet="AP", pattern="photo", words="AP Photo", field="text", start=90)),
        copy_why="shares its text", story="00000000000000aa", story_why="alone", read=True, starred=True, versions=2,
        changed=NOW, provenance=Provenance(role="derived", origin="CNN", background=("AP",), evidence="told CNN", why="credits CNN", denied_by="X"),
    )  # fmt: skip


def test_an_item_comes_back_as_it_went_in(store: sqlite.Store) -> None:
    store.apply(make_update(full_item()))
    assert store.items([item_id(1)])[item_id(1)] == full_item()


def test_guid_link_and_url_are_told_apart_though_equal_ones_are_kept_once(store: sqlite.Store) -> None:
    cases = [
        (None, None, None),
        ("u", "u", "u"),
        (None, "u", "u"),
        ("g", None, None),
        ("u", "u", None),
        ("g", "l", "u"),
        ("u", "l", "u"),
        ("l", "l", "u"),
    ]
    for number, (guid, link, url) in enumerate(cases, start=1):
        item = make_item(number, guid=guid, link=link, url=url)
        store.apply(make_update(item))
        assert store.items([item.id])[item.id] == item


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60)
texts = st.one_of(st.none(), words.filter(bool))
moments = st.integers(-2_000_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(
    title=words, text=words, summary=words, guid=texts, link=texts, url=texts, authors=st.lists(words, max_size=2).map(tuple),
    seen=moments, published=st.one_of(st.none(), moments), language=texts, source=texts, date_raw=texts,
)  # fmt: skip
def test_whatever_a_feed_says_comes_back_unchanged(**said: object) -> None:
    item = make_item(1, **said, date=said["seen"])
    with fresh() as store:
        store.apply(make_update(item))
        assert store.items([item.id])[item.id] == item


def test_items_come_in_the_order_asked_and_unknown_ids_are_left_out(store: sqlite.Store) -> None:
    store.apply(make_update(*(make_item(n) for n in range(1, 6))))
    asked = [item_id(4), "no such id", item_id(2), item_id(5)]
    assert list(store.items(asked)) == [item_id(4), item_id(2), item_id(5)]


def test_without_texts_an_item_has_everything_but_its_text(store: sqlite.Store) -> None:
    store.apply(make_update(full_item()))
    assert store.items([item_id(1)], texts=False)[item_id(1)] == replace(full_item(), text="")


# ── updates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_applying_an_update_twice_changes_nothing(store: sqlite.Store, tmp_path: Path) -> None:
    update = make_update(drone(make_item(1)), make_item(2, copy_of=item_id(1)), states=(state(),), stories=(make_story(1),))
    store.apply(update)
    before = dump(tmp_path)
    store.apply(update)
    assert dump(tmp_path) == before


def dump(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "curator.db") as con:
        return [line for line in con.iterdump() if "search" not in line]


def test_of_two_items_with_one_id_in_an_update_the_first_is_kept(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(1, title="Another")))
    assert [item.title for item in store.items([item_id(1)]).values()] == [make_item(1).title]


def test_an_update_that_fails_leaves_nothing_behind(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    bad = make_update(make_item(2), states=(state("lighthouse"),), retrievals=(retrieval(body_sha="not hexadecimal"),))
    with pytest.raises(ValueError, match="hexadecimal"):
        store.apply(bad)
    assert ids(store) == [item_id(1)]
    assert store.states() == {}
    store.apply(make_update(make_item(2)))
    assert store.verify() == []


def test_a_changed_item_keeps_its_earlier_states_as_versions(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    later = NOW + timedelta(days=1)
    changed = make_item(1, title="Fog lifts", text="All berths open.", summary="All berths open.", sha256="ab" * 32, changed=later)
    store.apply(Update(changed=(changed,)))
    versions = store.versions(item_id(1))
    assert [(v.number, v.seen, v.title, v.sha256) for v in versions] == [
        (1, NOW, make_item(1).title, make_item(1).sha256),
        (2, later, "Fog lifts", "ab" * 32),
    ]
    assert versions[0].text == make_item(1).text
    assert store.items([item_id(1)])[item_id(1)] == replace(changed, versions=2)


def test_a_change_that_is_known_already_makes_no_version(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    changed = Update(changed=(make_item(1, title="Fog lifts", changed=NOW + timedelta(days=1)),))
    store.apply(changed)
    store.apply(changed)
    assert len(store.versions(item_id(1))) == 2


def test_the_time_of_a_change_is_that_of_the_answer_that_brought_it(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    at = NOW + timedelta(hours=5)
    store.apply(Update(changed=(make_item(1, title="Fog lifts"),), retrievals=(retrieval(at=at),)))
    assert store.versions(item_id(1))[1].seen == at


def test_a_change_leaves_the_marks_of_a_person(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    store.mark([item_id(1)], read=True, starred=True, at=NOW)
    store.apply(Update(changed=(make_item(1, title="Fog lifts"),)))
    item = store.items([item_id(1)])[item_id(1)]
    assert (item.read, item.starred) == (True, True)


def test_s8_search_follows_a_change(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    store.apply(Update(changed=(make_item(1, title="Storm warning", text="Gale force nine."),)))
    assert store.count(replace(EVERYTHING, text="gale"), NOW) == 1
    assert store.count(replace(EVERYTHING, text="mark1"), NOW) == 0
    assert store.verify() == []


def test_topics_and_entities_follow_a_change(store: sqlite.Store) -> None:
    store.apply(make_update(drone(make_item(1))))
    store.apply(Update(changed=(make_item(1, title="Fog", tags=(Tag(name="x/y", why="w"),), date=NOW),)))
    assert store.count(replace(EVERYTHING, topic="military/*"), NOW) == 0
    assert store.count(replace(EVERYTHING, topic="x/*"), NOW) == 1
    assert store.count(replace(EVERYTHING, entity="Shahed-136"), NOW) == 0
    assert store.verify() == []


def test_links_members_and_provenances_change_items_already_kept(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(2)))
    judged = Provenance(role="own", why="names no other")
    store.apply(
        Update(
            links=(Link(item=item_id(2), copy_of=item_id(1), why="same text"),),
            stories=(make_story(7),),
            members=((item_id(1), make_story(7).id, "first"), (item_id(2), make_story(7).id, "copy")),
            provenances=((item_id(1), judged),),
        )
    )
    items = store.items([item_id(1), item_id(2)])
    assert (items[item_id(2)].copy_of, items[item_id(2)].copy_why) == (item_id(1), "same text")
    assert items[item_id(1)].provenance == judged
    assert store.story(make_story(7).id).items == (item_id(2), item_id(1))
    store.apply(Update(links=(Link(item=item_id(2), copy_of=None),)))
    assert store.items([item_id(2)])[item_id(2)].copy_of is None


def test_an_item_may_be_a_copy_of_one_that_comes_later_in_the_same_update(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1, copy_of=item_id(2)), make_item(2)))
    assert store.items([item_id(1)])[item_id(1)].copy_of == item_id(2)
    assert [item.id for item in store.copies(item_id(2))] == [item_id(1)]


def test_half_characters_become_question_marks_instead_of_stopping_a_poll(store: sqlite.Store) -> None:
    broken = make_item(1, title="a\ud800b", guid="\udfff", tags=(Tag(name="x", why="\ud83d"),))
    store.apply(make_update(broken, make_item(2), states=(state(title="\ud800"),)))
    item = store.items([item_id(1)])[item_id(1)]
    assert (item.title, item.guid, item.tags[0].why) == ("a?b", "?", "?")
    assert store.states()["harbour"].title == "?"
    assert store.count(EVERYTHING, NOW) == 2
    assert store.verify() == []


def test_what_fails_inside_a_transaction_fails_alone(store: sqlite.Store) -> None:
    with store.transaction():
        store.apply(make_update(make_item(1)))
        with pytest.raises(ValueError, match="hexadecimal"):
            store.apply(make_update(make_item(2), retrievals=(retrieval(body_sha="no"),)))
    assert ids(store) == [item_id(1)]


# ── feeds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def full_state(name: str = "harbour") -> object:
    return state(
        name, moved_to="https://new.example/", moving_to="https://m.example/", moving_seen=2, moving_at=NOW, etag='W/"x"', last_modified="Fri",
        body_sha="ab", slices=b"12345678abcdefgh", standing=bytes.fromhex(item_id(1)) + bytes(8), head_sha="cd", succeeded=NOW, next_due=NOW,
        retry_after=NOW, failures=3, failing_since=NOW, problem=Problem(feed=name, kind="http", message="404 – gone?", since=NOW, failures=3),
        gone=1, interval=900, title="Häfen", home="https://harbour.example/", language="de", format="rss20", entries=2, gap=NOW, newest=NOW, rests=(0, 167),
    )  # fmt: skip


def test_the_state_of_a_feed_comes_back_as_it_went_in(store: sqlite.Store) -> None:
    store.save_states([full_state(), state("lighthouse")])  # type: ignore[list-item]
    assert store.states() == {"harbour": full_state(), "lighthouse": state("lighthouse")}
    assert store.states(["lighthouse", "nowhere"]) == {"lighthouse": state("lighthouse")}


def test_a_feed_that_only_gave_its_name_to_items_has_no_state(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1)))
    assert store.states() == {}


def test_which_item_stands_at_which_entry_is_remembered(store: sqlite.Store) -> None:
    store.save_states([full_state()])  # type: ignore[list-item]
    assert store.standing("harbour") == {b"12345678".hex(): item_id(1)}
    assert store.standing("nowhere") == {}


def test_saving_no_states_writes_nothing(store: sqlite.Store) -> None:
    version = store.one("PRAGMA data_version")
    store.save_states([])
    assert store.one("PRAGMA data_version") == version


def test_the_rhythm_of_a_feed_is_the_dates_of_its_newest_items(store: sqlite.Store) -> None:
    store.apply(make_update(*(make_item(n) for n in range(1, 6)), make_item(6, feed="lighthouse")))
    assert store.rhythm(["harbour"], n=2) == {"harbour": [NOW - timedelta(hours=1), NOW - timedelta(hours=2)]}
    assert set(store.rhythm()) == {"harbour", "lighthouse"}


# ── identity ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_items_are_known_by_their_keys_within_their_feed(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(2, feed="lighthouse"), keys=((item_id(1), 77), (item_id(2), 77), (item_id(1), -5))))
    (known,) = store.known("harbour", [77, 99])[77]
    assert (known.id, known.feed, known.title, known.versions) == (item_id(1), "harbour", make_item(1).title, 1)
    assert known.text_sha == hashlib.sha256(make_item(1).text.encode()).hexdigest()
    assert store.same([77]) == {77: [item_id(1), item_id(2)]}
    assert store.known("harbour", [-5])[-5][0].id == item_id(1)
    assert store.known("nowhere", [77]) == {}


def test_of_thousands_with_one_text_the_first_and_the_last_few_are_looked_at(store: sqlite.Store) -> None:
    numbers = range(1, 51)
    store.apply(make_update(*map(make_item, numbers), keys=tuple((item_id(number), 77) for number in numbers)))
    assert store.same([77, 78]) == {77: [item_id(number) for number in (*range(1, 17), *range(35, 51))]}


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=8, unique=True))
def test_any_64_bit_key_finds_its_item(keys: list[int]) -> None:
    with fresh() as store:
        store.apply(make_update(make_item(1), keys=tuple((item_id(1), key) for key in keys)))
        assert set(store.known("harbour", keys)) == set(keys)


def test_of_some_keys_the_store_tells_which_it_holds_for_any_feed(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(2, feed="lighthouse"), keys=((item_id(1), 77), (item_id(2), -5))))
    assert store.held([77, 99, -5, 77]) == {77, -5}
    assert store.held([]) == set()


def test_keys_gather_in_a_small_table_and_go_over_together_and_items_stay_known(store: sqlite.Store) -> None:
    place_before(store, 65_534)
    for number in (1, 2, 3):  # rows 65,534 to 65,536
        store.apply(make_update(make_item(number)))
    gathered = "SELECT key FROM identity_recent ORDER BY key"
    assert store.all(gathered) == [(3,)]
    assert store.all("SELECT key FROM identity ORDER BY key") == [(1,), (2,)]
    store.apply(Update(changed=(make_item(1, title="Fog lifts"),), keys=((item_id(1), 1), (item_id(1), 11), (item_id(3), 1))))
    assert store.all(gathered) == [(1,), (1,), (3,), (11,)]
    assert {key: [one.id for one in items] for key, items in store.known("harbour", [1, 2, 3, 11]).items()} == {
        1: [item_id(1), item_id(3)], 2: [item_id(2)], 3: [item_id(3)], 11: [item_id(1)],
    }  # fmt: skip
    assert store.held(range(20)) == {1, 2, 3, 11}
    assert store.verify() == []


def place_before(store: sqlite.Store, row: int) -> None:
    """The next item gets this row number: the one before it was pruned."""
    store.save_states([state()])
    with store.transaction() as con:
        con.execute("INSERT INTO tombstone (n, id, feed, pruned) VALUES (?, ?, 1, 0)", (row - 1, item_id(0)))


# ── evidence ────────────────────────────────────────────────────────────────────────────────────────────────────────


def retrieval(**given_: object) -> Retrieval:
    plain: dict[str, object] = {
        "feed": "harbour", "requested": "https://harbour.example/feed", "final": "https://harbour.example/feed.xml", "status": 200,
        "etag": '"7"', "last_modified": None, "at": NOW, "body_sha": "cd" * 32, "tool": "curator 1",
    }  # fmt: skip
    return Retrieval(**{**plain, **given_})  # type: ignore[arg-type]


def test_the_bytes_of_every_entry_are_kept_and_found_by_their_hash(store: sqlite.Store) -> None:
    store.apply(make_update(*(make_item(n) for n in range(1, 300))))
    assert all(store.raw(make_item(n).sha256) == raw_of(n) for n in (1, 2, 150, 299))


def test_big_entries_and_empty_ones_are_kept_like_others(store: sqlite.Store) -> None:
    raws = {hashlib.sha256(raw).hexdigest(): raw for raw in (b"", b"x" * 300_000, b"y")}
    store.apply(Update(raws=raws))
    assert {sha: store.raw(sha) for sha in raws} == raws


def test_bytes_are_kept_once_however_often_they_come(store: sqlite.Store) -> None:
    for number in (1, 2):
        store.apply(make_update(make_item(number, sha256=make_item(1).sha256), raws={make_item(1).sha256: raw_of(1)}))
    assert store.one("SELECT count(*), sum(size) FROM evidence") == (1, len(raw_of(1)))


def test_evidence_that_is_not_there_is_told_so(store: sqlite.Store) -> None:
    with pytest.raises(NotFoundError, match="without the feed's own bytes"):
        store.raw("ab" * 32)
    with pytest.raises(NotFoundError, match="no SHA-256"):
        store.raw("xyz")


def test_the_answer_that_brought_an_item_is_kept(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), make_item(2, feed="lighthouse"), retrievals=(retrieval(),)))
    assert store.retrieval(item_id(1)) == retrieval()
    assert store.retrieval(item_id(2)) is None


# ── ids ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_beginning_that_is_unique_leads_to_its_item_story_or_digest(store: sqlite.Store) -> None:
    store.apply(make_update(make_item(1), stories=(make_story(1),)))
    assert store.resolve(item_id(1)[:6].upper()) == ("item", item_id(1))
    assert store.resolve("00000") == ("story", make_story(1).id)


def test_a_beginning_of_several_ids_is_refused_with_the_candidates(store: sqlite.Store) -> None:
    store.apply(Update(stories=(make_story(1), make_story(2))))
    with pytest.raises(NotFoundError, match=r"story 0000000000000001 \(Fog, part 1\); story 0000000000000002"):
        store.resolve("000")


@pytest.mark.parametrize("prefix", ["", "  ", "zz", "f%", "ab'--", "0000000000000001f"])
def test_what_is_no_id_is_not_found(store: sqlite.Store, prefix: str) -> None:
    store.apply(Update(stories=(make_story(1),)))
    with pytest.raises(NotFoundError):
        store.resolve(prefix)


def test_a_whole_id_is_taken_though_a_longer_one_begins_with_it(store: sqlite.Store) -> None:
    store.apply(Update(stories=(make_story(1, id="ab"), make_story(2, id="abc"))))
    assert store.resolve("ab") == ("story", "ab")


@given(st.sets(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_every_shortened_id_leads_back(numbers: set[int]) -> None:
    stories = tuple(make_story(0, id=f"{number:016x}") for number in numbers)
    with fresh() as store:
        store.apply(Update(stories=stories))
        for id_, short in store.short([story.id for story in stories]).items():
            assert len(short) >= 4
            assert store.resolve(short) == ("story", id_)


@given(st.text(st.sampled_from("ab \n…."), max_size=3000), st.integers(0, 3000))
def test_a_summary_is_told_from_the_beginning_of_a_text_whatever_the_text(start: str, blanks: int) -> None:
    for body in (start, start + " " * blanks + start, "word " * 500 + start, ("ab" + " " * (blanks % 9)) * 400):
        assert _rows.beginning(body) == text.excerpt(body, 600)


def test_search_finds_the_same_after_the_index_was_made_one_piece(store: sqlite.Store) -> None:
    for number in range(1, 30):
        store.apply(make_update(make_item(number)))
    store.optimize()
    assert store.count(replace(EVERYTHING, text="harbour"), NOW) == 29
    assert store.verify() == []


def test_who_writes_much_at_once_leaves_the_settings_as_they_were() -> None:
    with fresh() as store:
        before = store.one("PRAGMA cache_size"), store.one("PRAGMA wal_autocheckpoint")
        with store.bulk():
            assert store.one("PRAGMA cache_size") != before[0]
            store.apply(make_update(make_item(1)))
        assert (store.one("PRAGMA cache_size"), store.one("PRAGMA wal_autocheckpoint")) == before
