"""What was lately made is remembered, within bounds."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from curator.recent import OfItems, Recent, packed
from curator.types import Item

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Made(NamedTuple):
    words: str
    length: int


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
    recent: Recent[int, str] = Recent(10, len)
    for key in range(6):
        recent.keep(key, f"heavy{key}")
    assert len(recent) == 1
    assert [recent.get(key) for key in (0, 4, 5)] == [None, None, "heavy5"]


def test_what_is_forgotten_is_gone_and_takes_no_room():
    recent: Recent[str, str] = Recent(10, len)
    for key in ("one", "two", "one"):
        recent.keep(key, "weighty")
        recent.forget(key)
        assert recent.get(key) is None
    recent.forget("never kept")
    recent.keep("three", "the last")
    assert (recent.get("three"), len(recent)) == ("the last", 1)


@given(st.integers(1, 6), st.lists(st.integers(0, 20)))
def test_the_last_things_kept_are_there_and_never_more_than_there_may_be(most: int, keys: list[int]):
    recent: Recent[int, int] = Recent(most)
    for key in keys:
        recent.keep(key, key)
    last = list(dict.fromkeys(reversed(keys)))[: max(1, most * 9 // 10)]
    assert len(recent) <= most
    assert [recent.get(key) for key in last] == last


def test_what_was_made_of_an_item_is_made_anew_once_its_words_are_others():
    made = OfItems[Item, Made](lambda item: Made(item.title + item.text, len(item.text)), Made._make, most=10)
    first = Item(id="a", feed="f", title="One", text="word", seen=NOW, date=NOW)
    made.keep(first, packed(Made("by another", 0)))
    assert made.of(replace(first, story="s")) == Made("by another", 0)
    assert made.known(replace(first, text="words")) is None
    assert made.of(replace(first, text="words")) == Made("Onewords", 5)
    assert made.known(replace(first, text="words")) == Made("Onewords", 5)


VALUES = st.recursive(
    st.one_of(
        st.text(), st.characters(categories=["Cs"]), st.binary(), st.integers(), st.floats(allow_nan=False), st.booleans(), st.none()
    ),
    lambda inner: st.lists(inner).map(tuple),
)


@given(st.lists(VALUES).map(tuple))
def test_what_is_packed_is_unpacked_as_it_was(values: tuple[object, ...]):
    made = OfItems[Item, tuple[object, ...]](lambda _: (), tuple, most=10)
    item = Item(id="a", feed="f", title="One", text="word", seen=NOW, date=NOW)
    made.keep(item, packed(values))
    assert made.known(item) == values


def test_what_is_packed_takes_its_bytes_and_little_more():
    made = OfItems[Item, tuple[str]](lambda item: (item.text,), tuple, most=20_000)
    items = [Item(id=str(n), feed="f", title="One", text=f"{n:010}" * 100, seen=NOW, date=NOW) for n in range(60)]
    for item in items:
        made.of(item)
    assert 15 <= sum(made.known(item) is not None for item in items) <= 20
