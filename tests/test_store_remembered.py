"""Items that the archive remembers from one question to the next are always as they stand in it."""

from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from archives import NOW, fresh, item_id, make_item, make_story, make_update
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.stores import sqlite
from curator.types import Item, Link, Provenance, Update

MOST = 6  #: items in an archive


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(f"sqlite:{tmp_path}/curator.db") as opened:
        yield opened


def everything(store: sqlite.Store) -> dict[str, Item]:
    return store.items(map(item_id, range(1, MOST + 1)))


def afresh(store: sqlite.Store) -> dict[str, Item]:
    """The same, as one says who has never read it before."""
    with sqlite.connect(store.path) as other:
        return everything(other)


def filed(store: sqlite.Store) -> dict[str, Item]:
    """An archive whose items have all been read once."""
    items = [make_item(n, story=f"{n:016x}") for n in range(1, MOST + 1)]
    store.apply(make_update(*items, stories=tuple(make_story(n, items=(item_id(n),)) for n in range(1, MOST + 1))))
    return everything(store)


def rewording(n: int, to: int) -> Update:
    return make_update(
        changed=(make_item(n, title=f"Reworded {to}", text=f"Other words, {to} of them.", summary=f"Other words, {to} of them."),)
    )


def copying(n: int, to: int) -> Update:
    return make_update(links=(Link(item=item_id(n), copy_of=item_id(to) if to != n else None, why="alike"),))


def moving(n: int, to: int) -> Update:
    return make_update(members=((item_id(n), f"{to:016x}", "like another"),))


def judging(n: int, to: int) -> Update:
    return make_update(provenances=((item_id(n), Provenance(role="derived", origin=f"Outlet {to}", why="credits it")),))


def merging(n: int, to: int) -> Update:
    return make_update(stories=(make_story(n, into=f"{to:016x}"),)) if n != to else make_update()


def adding(n: int, to: int) -> Update:
    return make_update(make_item(MOST + n, story=f"{to:016x}"), stories=(make_story(to),))


numbers = st.integers(1, MOST)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((rewording, copying, moving, judging, merging, adding)), numbers, numbers, numbers), max_size=6))
def test_whatever_an_update_changes_is_read_anew(steps: list[tuple[Any, ...]]) -> None:
    with fresh() as store:
        filed(store)
        for change, one, other, read in steps:
            store.apply(change(one, other))
            store.items([item_id(read)])
        assert everything(store) == afresh(store)


@pytest.mark.parametrize(
    "odd",
    [
        {"published": NOW.replace(microsecond=5)},
        {"seen": NOW.replace(microsecond=999_999)},
        {"date": NOW.astimezone(timezone(timedelta(hours=5, seconds=1)))},
        {"link": ""},
        {"link": "", "url": None, "guid": ""},
        {"guid": ""},
        {"copy_of": "0123456789abcdef", "copy_why": "of one that is not here"},
        {"summary": ""},
        {"outlet": None, "language": "", "source": ""},
        {"story": "", "story_why": "none"},
    ],
)
def test_what_an_update_brings_is_read_as_it_was_kept(store: sqlite.Store, odd: dict[str, Any]) -> None:
    """Not as it came: parts of a second, say, are not kept."""
    store.apply(make_update(make_item(1, **odd), make_item(2)))
    assert everything(store) == afresh(store)
    assert repr(everything(store)) == repr(afresh(store))


def test_what_no_update_changed_is_not_read_again(store: sqlite.Store) -> None:
    before = filed(store)
    store.apply(judging(1, 2))
    after = everything(store)
    assert [name for name in after if after[name] is not before[name]] == [item_id(1)]


def test_items_that_are_stored_are_remembered_as_they_are_once_any_were_asked_for(store: sqlite.Store) -> None:
    """An import of a million asks for none."""
    first, second = make_item(1), make_item(2)
    store.apply(make_update(first))
    assert everything(store)[first.id] is not first
    store.apply(make_update(second))
    assert everything(store)[second.id] is second


def test_marks_and_topics_given_by_hand_are_seen_at_once(store: sqlite.Store) -> None:
    filed(store)
    store.mark([item_id(1)], starred=True, at=NOW)
    assert everything(store)[item_id(1)].starred
    store.tag(item_id(2), add=["sea"], at=NOW)
    assert [tag.name for tag in everything(store)[item_id(2)].tags] == ["sea"]


def test_what_another_process_writes_is_seen_at_once_and_though_an_update_of_ours_follows(store: sqlite.Store) -> None:
    filed(store)
    with sqlite.connect(store.path) as other:
        other.mark([item_id(1)], starred=True, at=NOW)
        assert everything(store)[item_id(1)].starred
        other.mark([item_id(2)], starred=True, at=NOW)
    store.apply(judging(3, 4))
    assert everything(store)[item_id(2)].starred


def test_an_update_that_comes_to_nothing_leaves_no_trace_of_itself(store: sqlite.Store) -> None:
    before = filed(store)

    def half_done() -> None:
        with store.transaction():
            store.apply(rewording(1, 2))
            assert everything(store)[item_id(1)].title == "Reworded 2"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    assert everything(store) == before


def test_not_more_than_a_few_megabytes_are_remembered(store: sqlite.Store) -> None:
    ids = [item_id(n) for n in range(1, 13)]
    store.apply(make_update(*[make_item(n, text="fog " * 500_000, summary="fog") for n in range(1, 13)]))
    first = [store.items([id_])[id_] for id_ in ids]
    again = [store.items([id_])[id_] for id_ in ids]
    assert again == first
    assert any(one is not other for one, other in zip(first, again, strict=True))
