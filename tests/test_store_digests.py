"""The books of the digest: every item is told once, whatever happens to a mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archives import NOW, fresh, item_id, make_item, make_mailing, make_story, make_update
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import NotFoundError
from curator.stores import sqlite
from curator.types import Update


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(str(tmp_path / "curator.db")) as opened:
        yield opened


def bring(store: sqlite.Store, *numbers: int, **said: object) -> None:
    store.apply(make_update(*(make_item(n, **said) for n in numbers)))


def test_what_is_new_is_undigested_in_the_order_it_came_copies_and_back_dated_ones_included(store: sqlite.Store) -> None:
    bring(store, 2, 1)
    bring(store, 3, copy_of=item_id(1))
    bring(store, 4, date=NOW - timedelta(days=900))
    assert store.undigested("main") == [item_id(n) for n in (2, 1, 3, 4)]


def test_what_came_after_a_moment_is_left_for_later(store: sqlite.Store) -> None:
    bring(store, 1)
    bring(store, 2, seen=NOW + timedelta(hours=1))
    assert store.undigested("main", NOW) == [item_id(1)]
    store.write(make_mailing(1, item_id(1)))
    assert store.undigested("main") == [item_id(2)]


def test_what_is_written_down_belongs_to_that_digest_before_and_after_it_is_sent(store: sqlite.Store) -> None:
    bring(store, 1, 2, 3)
    store.write(make_mailing(1, item_id(1), item_id(3)), '{"id": "x"}')
    assert store.undigested("main") == [item_id(2)]
    assert store.pending("main") == [make_mailing(1, item_id(1), item_id(3))]
    store.tick(make_mailing(1).digest, NOW)
    assert store.undigested("main") == [item_id(2)]
    assert store.pending("main") == []
    assert store.mailing(make_mailing(1).digest).sent == NOW
    assert store.digest_json(make_mailing(1).digest) == '{"id": "x"}'


def test_each_plan_keeps_its_own_books(store: sqlite.Store) -> None:
    bring(store, 1)
    store.write(make_mailing(1, item_id(1)))
    assert store.undigested("weekly") == [item_id(1)]
    assert store.pending("weekly") == []
    assert store.since("weekly") is None
    assert store.since("main") == make_mailing(1).composed


def test_what_a_plan_passed_over_is_done_with_for_that_plan_alone(store: sqlite.Store) -> None:
    bring(store, 1, 2)
    store.pass_over("main", [item_id(2), item_id(1)])
    assert store.undigested("main") == []
    assert store.undigested("weekly") == [item_id(1), item_id(2)]
    assert store.digested([item_id(1), item_id(2)], "main") == set()
    bring(store, 3)
    assert store.undigested("main") == [item_id(3)]


def test_what_came_in_while_a_plan_looked_is_not_passed_over(store: sqlite.Store) -> None:
    bring(store, 1, 2, 3)
    store.pass_over("main", [item_id(1), item_id(3)])
    assert store.undigested("main") == [item_id(2), item_id(3)]
    store.pass_over("main", [])
    assert store.undigested("main") == [item_id(2), item_id(3)]


def test_all_that_is_read_in_a_snapshot_is_of_one_moment(store: sqlite.Store, tmp_path: Path) -> None:
    bring(store, 1)
    with sqlite.connect(str(tmp_path / "curator.db")) as other:
        with store.snapshot():
            before = store.undigested("main")
            bring(other, 2)
            assert store.undigested("main") == before == [item_id(1)]
        assert store.undigested("main") == [item_id(1), item_id(2)]


def test_a_brief_item_has_the_beginning_of_its_text_and_all_that_ranks_it(store: sqlite.Store) -> None:
    bring(store, 1, text="Ships " * 100)
    whole, brief = store.items([item_id(1)])[item_id(1)], store.brief([item_id(1)])[item_id(1)]
    assert brief.text == whole.text[:200]
    assert replace(brief, text="", summary="") == replace(
        whole, text="", summary="", guid=brief.guid, authors=(), date_raw=None, credits=(), link=brief.link
    )


def test_an_item_is_in_at_most_one_digest_of_a_plan(store: sqlite.Store) -> None:
    bring(store, 1, 2)
    store.write(make_mailing(1, item_id(1)))
    store.write(make_mailing(2, item_id(1), item_id(2)))
    assert store.mailing(make_mailing(2).digest).items == (item_id(2),)


def test_how_far_a_mail_got_is_remembered(store: sqlite.Store) -> None:
    store.write(make_mailing(1))
    digest = make_mailing(1).digest
    store.delivered(digest, ["desk@example.org"])
    store.failed(digest, "451 try later")
    store.delivered(digest, ["desk@example.org", "night@example.org"])
    (pending,) = store.pending("main")
    assert pending == replace(make_mailing(1), delivered=("desk@example.org", "night@example.org"), error="451 try later")
    store.tick(digest, NOW)
    assert store.mailing(digest).error is None


def test_a_digest_given_up_gives_its_items_back(store: sqlite.Store) -> None:
    bring(store, 1, 2)
    store.write(make_mailing(1, item_id(1), item_id(2)))
    store.drop(make_mailing(1).digest)
    assert store.undigested("main") == [item_id(1), item_id(2)]
    assert store.digests() == []


def test_digests_are_listed_newest_first(store: sqlite.Store) -> None:
    for number in (1, 2, 3):
        store.write(make_mailing(number, plan="weekly" if number == 2 else "main"))
    assert [one.digest for one in store.digests()] == [make_mailing(n).digest for n in (3, 2, 1)]
    assert [one.digest for one in store.digests("main", limit=1)] == [make_mailing(3).digest]
    assert store.resolve(make_mailing(2).digest) == ("digest", make_mailing(2).digest)


def test_an_unknown_digest_is_told_so(store: sqlite.Store) -> None:
    for act in (store.mailing, store.digest_json, store.drop, lambda id_: store.tick(id_, NOW), lambda id_: store.failed(id_, "x")):
        with pytest.raises(NotFoundError, match="no digest"):
            act("ff")


def test_which_stories_were_told_before_and_with_which_items(store: sqlite.Store) -> None:
    story = make_story(1).id
    bring(store, 1, 2, 3, story=story)
    store.write(make_mailing(1, item_id(3)))
    store.write(make_mailing(2, item_id(2)))
    assert store.told("main", [story, "unknown"]) == {story: (make_mailing(2).composed, (item_id(3), item_id(2)))}
    assert store.told("weekly", [story]) == {}
    assert store.digested([item_id(1), item_id(2)]) == {item_id(2)}
    assert store.digested([item_id(2)], "weekly") == set()


def test_headlines_that_changed_after_they_were_told(store: sqlite.Store) -> None:
    bring(store, 1, 2, 3)
    store.write(make_mailing(1, item_id(1), item_id(2)))
    days = [NOW + timedelta(days=n) for n in range(4)]
    for day, title in ((1, "Second"), (2, "Third")):
        store.apply(Update(changed=(make_item(1, title=title, changed=days[day]), make_item(3, title=title, changed=days[day]))))
    store.apply(Update(changed=(make_item(2, text="Only the text.", changed=days[2]),)))
    assert store.retitled("main", days[0], days[3]) == [(item_id(1), make_item(1).title, "Third")]
    assert store.retitled("main", days[1], days[3]) == [(item_id(1), "Second", "Third")]
    assert store.retitled("main", days[2], days[3]) == []
    assert [(item, before.number) for item, before in store.edits(days[1], days[3])] in (
        [(item_id(1), 2), (item_id(3), 2), (item_id(2), 1)],
        [(item_id(2), 1), (item_id(3), 2), (item_id(1), 2)],
        [(item_id(2), 1), (item_id(1), 2), (item_id(3), 2)],
        [(item_id(3), 2), (item_id(1), 2), (item_id(2), 1)],
    )


steps = st.lists(st.sampled_from(("bring", "write", "write half", "tick", "drop")), max_size=12)


@given(steps)
def test_whatever_the_order_of_events_each_item_is_told_exactly_once(events: list[str]) -> None:
    """At every moment an item is either undigested or in exactly one digest, and nothing else is."""
    brought = written = 0
    with fresh() as store:
        for event in events:
            if event == "bring":
                bring(store, brought + 1, brought + 2)
                brought += 2
            elif event.startswith("write"):
                waiting = store.undigested("main")
                written += 1
                store.write(make_mailing(written, *(waiting[::2] if event == "write half" else waiting)))
            elif store.pending("main"):
                digest = store.pending("main")[-1].digest
                store.tick(digest, NOW) if event == "tick" else store.drop(digest)
        told = [item for one in store.digests() for item in store.mailing(one.digest).items]
        assert sorted((*told, *store.undigested("main"))) == sorted(item_id(n) for n in range(1, brought + 1))
