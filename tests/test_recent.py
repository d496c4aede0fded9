"""What was lately made is remembered, within bounds."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from curator.recent import OfItems, Recent
from curator.types import Item

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_what_was_kept_is_found_again_and_what_was_not_is_none():
    recent: Recent[str, int] = Recent(2)
    recent.keep("one", 1)
    assert (recent.get("one"), recent.get("two")) == (1, None)


def test_what_is_wanted_again_and_again_stays_while_other_things_go():
    recent: Recent[int, int] = Recent(3)
    for key in range(100):
        recent.keep(key, key)
        assert recent.get(0) == 0
    assert recent.get(1) is None


def test_heavy_things_make_room_sooner():
    recent: Recent[int, int] = Recent(10)
    for key in range(6):
        recent.keep(key, key, weight=5)
    assert len(recent) <= 4
    assert [recent.get(key) for key in (0, 4, 5)] == [None, 4, 5]


def test_what_is_forgotten_is_gone_and_takes_no_room():
    recent: Recent[str, int] = Recent(10)
    for key in ("one", "two", "one"):
        recent.keep(key, 1, weight=6)
        recent.forget(key)
        assert recent.get(key) is None
    recent.forget("never kept")
    recent.keep("three", 3, weight=9)
    assert (recent.get("three"), len(recent)) == (3, 1)


@given(st.integers(1, 6), st.lists(st.integers(0, 20)))
def test_the_last_things_kept_are_there_and_never_more_than_twice_as_many(most: int, keys: list[int]):
    recent: Recent[int, int] = Recent(most)
    for key in keys:
        recent.keep(key, key)
    last = list(dict.fromkeys(reversed(keys)))[:most]
    assert len(recent) <= 2 * most
    assert [recent.get(key) for key in last] == last


def test_what_was_made_of_an_item_is_made_anew_once_its_words_are_others():
    made = OfItems[Item, str](lambda item: item.title + item.text, most=10)
    first = Item(id="a", feed="f", title="One", text="word", seen=NOW, date=NOW)
    made.keep(first, "by another")
    assert made.of(replace(first, story="s")) == "by another"
    assert made.known(replace(first, text="words")) is None
    assert made.of(replace(first, text="words")) == "Onewords"
    assert made.known(replace(first, text="words")) == "Onewords"
