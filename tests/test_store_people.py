"""What a person says of items stays said: marks, topics by hand, corrections, notes, mutes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archives import EVERYTHING, NOW, drone, item_id, make_item, make_story, make_update

from curator.errors import NotFoundError
from curator.stores import sqlite
from curator.types import Entity, Mute, Note, Query, Tag, Update


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite.Store]:
    with sqlite.connect(str(tmp_path / "curator.db")) as opened:
        opened.apply(make_update(drone(make_item(1)), make_item(2, outlet="Beacon"), make_item(3)))
        yield opened


def topics(store: sqlite.Store, number: int = 1) -> dict[str, str]:
    return {tag.name: tag.by for tag in store.items([item_id(number)])[item_id(number)].tags}


def listed(store: sqlite.Store, **asked: object) -> set[int]:
    return {n for n in (1, 2, 3) if item_id(n) in {hit.item.id for hit in store.find(Query(**asked), NOW)}}  # type: ignore[arg-type]


def test_marks_count_what_they_changed_and_can_be_taken_back(store: sqlite.Store) -> None:
    both = [item_id(1), item_id(2), "unknown"]
    assert store.mark(both, read=True, at=NOW) == 2
    assert store.mark(both, read=True, starred=True, at=NOW) == 2
    assert store.mark(both, read=True, at=NOW) == 0
    assert listed(store, unread=True) == {3}
    assert store.mark([item_id(1)], read=False, starred=False, at=NOW) == 1
    assert listed(store, starred=True) == {2}


def test_what_was_said_of_an_item_is_remembered_in_order(store: sqlite.Store) -> None:
    store.mark([item_id(1)], starred=True, at=NOW)
    store.tag(item_id(1), add=["x/y"], remove=["military/drones-uav"], at=NOW)
    store.mark([item_id(1)], starred=False, at=NOW + timedelta(hours=1))
    assert [(what, value) for _, what, value in store.history(item_id(1))] == [
        ("starred", "1"), ("topic", "+x/y"), ("topic", "-military/drones-uav"), ("starred", "0"),
    ]  # fmt: skip


def test_topics_by_hand_outlive_every_later_judgement(store: sqlite.Store) -> None:
    store.tag(item_id(1), add=["x/y"], remove=["military/drones-uav"], at=NOW)
    assert topics(store) == {"x/y": "hand"}
    store.retag([drone(make_item(1))])
    assert topics(store) == {"x/y": "hand"}
    store.apply(Update(changed=(drone(make_item(1, title="New")),)))
    assert topics(store) == {"x/y": "hand"}
    assert listed(store, topic="military/*") == set()
    assert listed(store, topic="x/y") == {1}
    assert store.labels() == [(item_id(1), "military/drones-uav", -1), (item_id(1), "x/y", 1)] or len(store.labels()) == 2


def test_a_topic_taken_away_can_be_given_again(store: sqlite.Store) -> None:
    store.tag(item_id(1), remove=["military/drones-uav"], at=NOW)
    store.tag(item_id(1), add=["military/drones-uav"], at=NOW)
    assert topics(store) == {"military/drones-uav": "hand"}
    assert store.verify() == []


def test_retagging_writes_only_what_differs(store: sqlite.Store) -> None:
    items = [
        drone(make_item(1)),
        replace(make_item(2), tags=(Tag(name="x/y", why="w"),), entities=(Entity(kind="place", value="Rome", why="w"),)),
    ]
    assert store.retag(items) == 1
    assert store.retag(items) == 0
    assert listed(store, topic="x/*") == listed(store, entity="Rome") == {2}
    assert store.retag([make_item(2)]) == 1
    assert listed(store, topic="x/*") == listed(store, entity="Rome") == set()


def test_corrections_are_said_once_and_can_be_taken_back(store: sqlite.Store) -> None:
    for _ in range(2):
        store.correct("not-copy", item_id(1), item_id(2), at=NOW)
    store.correct("not-story", item_id(1), at=NOW)
    assert store.corrections() == [("not-copy", item_id(1), item_id(2)), ("not-story", item_id(1), "")]
    assert store.uncorrect("not-copy", item_id(1), item_id(2))
    assert not store.uncorrect("not-copy", item_id(1), item_id(2))
    assert store.corrections() == [("not-story", item_id(1), "")]


def test_notes_are_kept_and_searched(store: sqlite.Store) -> None:
    number = store.note(item_id(3), "Ask the pilots' guild", "AMBER", at=NOW)
    assert store.notes() == [Note(number=number, item=item_id(3), text="Ask the pilots' guild", tlp="AMBER", at=NOW)]
    assert store.notes([item_id(1)]) == []
    assert listed(store, text="guild") == {3}
    assert listed(store, text="guilds", order="relevance") == {3}
    assert listed(store, text="title:guild") == set()


def test_an_unknown_item_can_carry_neither_note_nor_topic(store: sqlite.Store) -> None:
    with pytest.raises(NotFoundError):
        store.note("ff", "x", at=NOW)
    with pytest.raises(NotFoundError):
        store.tag("ff", ["x/y"], at=NOW)


def test_muted_items_stand_in_no_list_but_can_be_asked_for(store: sqlite.Store) -> None:
    store.apply(Update(stories=(make_story(1),), members=((item_id(3), make_story(1).id, ""),)))
    store.mute("term", "berth 1", at=NOW)
    assert listed(store) == {2, 3}
    store.mute("outlet", "beacon", at=NOW)
    assert listed(store) == {3}
    assert [story.id for story in store.stories(Query(), NOW)] == [make_story(1).id]
    store.mute("story", make_story(1).id, at=NOW)
    assert listed(store) == set()
    assert store.stories(Query(), NOW) == []
    assert listed(store, muted=True) == {1, 2, 3}
    assert store.among([item_id(1), item_id(2)], EVERYTHING, NOW) == {item_id(1), item_id(2)}
    assert store.among([item_id(1), item_id(2)], replace(EVERYTHING, muted=False), NOW) == set()


def test_muting_a_story_mutes_the_one_it_is_merged_into(store: sqlite.Store) -> None:
    store.apply(Update(stories=(make_story(1), make_story(2)), members=((item_id(3), make_story(2).id, ""),)))
    store.mute("story", make_story(2).id, at=NOW)
    store.apply(Update(stories=(make_story(2, into=make_story(1).id),)))
    assert listed(store) == {1, 2}


def test_a_mute_ends_by_its_time_or_by_its_number(store: sqlite.Store) -> None:
    first = store.mute("term", "fog", NOW + timedelta(days=1), at=NOW)
    second = store.mute("term", "berth", at=NOW)
    assert store.mutes(NOW)[0] == Mute(number=first, kind="term", value="fog", at=NOW, until=NOW + timedelta(days=1))
    assert [mute.number for mute in store.mutes(NOW + timedelta(days=1))] == [second]
    assert store.unmute(second, at=NOW)
    assert not store.unmute(second, at=NOW)
    assert not store.unmute(99, at=NOW)
    assert [mute.number for mute in store.mutes(NOW)] == [first]
