"""What a list asks for, with its names made canonical, and what a watch adds to it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from archives import EVERYTHING, NOW, fresh, item_id, make_item, make_story, make_update
from hypothesis import given
from hypothesis import strategies as st

from curator import entitybook, listing, watching
from curator.config import Config, Outlet, Watch
from curator.errors import UsageError
from curator.types import Entity, Item, Query, Tag

OUTLETS = (Outlet(name="Harbour News", hosts=("harbour.example",), aliases=("HN",)),)


def config(**watch: object) -> Config:
    return Config(watches={"w": Watch(name="w", **watch)}, outlets=OUTLETS)  # type: ignore[arg-type]


def tagged(number: int, *topics: str, entities: tuple[str, ...] = (), **given: object) -> Item:
    return make_item(
        number,
        tags=tuple(Tag(name=name, why="title has it") for name in topics),
        entities=tuple(Entity(kind="weapon", value=value, why="text has it") for value in entities),
        **given,
    )


def found(items: list[Item], query: Query) -> set[int]:
    with fresh() as store:
        store.apply(make_update(*items))
        ids = {hit.item.id for hit in store.find(query, NOW)}
        assert ids == store.among([item.id for item in items], query, NOW)
        assert store.count(query, NOW) == len(ids)
    return {number for number, item in enumerate(items, 1) if item.id in ids}


def test_looking_many_items_up_among_the_matches_of_a_search_costs_each_of_them_a_few_steps() -> None:
    with fresh() as store:
        store.apply(make_update(*(make_item(number) for number in range(1, 400))))
        ids = [item_id(number) for number in range(1, 400)]
        steps = []
        store._con.set_progress_handler(lambda: steps.append(1), 1_000)
        assert store.among(ids, Query(text="harbour OR dawn", copies=True), NOW) == set(ids)
    assert len(steps) < 60


def test_an_outlet_may_be_asked_for_by_any_of_its_names() -> None:
    assert listing.asked(Query(outlet="HN"), None, config()).outlet == "Harbour News"


def test_a_thing_may_be_asked_for_by_any_of_its_names() -> None:
    assert listing.asked(Query(entity="Geran-2"), None, config()).entity == entitybook.canonical("Geran-2")[0][1]


def test_an_unknown_name_is_asked_for_as_it_stands_and_an_address_as_machines_write_it() -> None:
    assert listing.asked(Query(entity="Nobody in particular"), None, config()).entity == "Nobody in particular"
    assert listing.asked(Query(entity="evil[.]example"), None, config()).entity == "evil.example"


def test_a_name_of_several_things_asks_for_any_of_them() -> None:
    name = next(name for named in entitybook.book() for name in named.names if len({v for _, v in entitybook.canonical(name)}) > 1)
    query = listing.asked(Query(entity=name), None, config())
    assert query.entity is None
    assert set(query.entities) == {value for _, value in entitybook.canonical(name)}


def test_an_unknown_watch_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no watch is called x.* w"):
        listing.asked(Query(), "x", config())


def test_a_watch_of_several_topics_finds_what_has_any_of_them() -> None:
    items = [tagged(1, "military/naval"), tagged(2, "cyber/malware"), tagged(3, "trade/grain"), tagged(4)]
    assert found(items, listing.asked(Query(), "w", config(topics=("military/*", "trade/grain")))) == {1, 3}


def test_a_watch_of_several_things_finds_what_names_any_of_them_by_any_name() -> None:
    shahed = entitybook.canonical("Geran-2")[0][1]
    items = [tagged(1, entities=(shahed,)), tagged(2, entities=("Orlan-10",)), tagged(3, entities=("Kalibr",))]
    assert found(items, listing.asked(Query(), "w", config(entities=("Geran-2", "orlan-10")))) == {1, 2}


def test_query_topics_and_entities_of_a_watch_must_all_hold() -> None:
    items = [
        tagged(1, "a/b", entities=("Kalibr",)),
        tagged(2, "a/b"),
        tagged(3, entities=("Kalibr",)),
        tagged(4, "a/b", entities=("Kalibr",), title="Quite another thing", text="Without the word."),
    ]
    assert found(items, listing.asked(Query(), "w", config(query="berth", topics=("a/b",), entities=("Kalibr",)))) == {1}


def test_what_is_asked_of_a_watch_narrows_it() -> None:
    items = [tagged(1, "a/b", "c/d"), tagged(2, "a/b"), tagged(3, "c/d"), tagged(4, "a/b", "c/d", title="No such word", text="Here.")]
    w = config(query="berth OR quay", topics=("a/b",))
    assert found(items, listing.asked(Query(topic="c/d"), "w", w)) == {1}
    assert found(items, listing.asked(Query(text="mark2"), "w", w)) == {2}


def test_broken_syntax_of_a_search_leaves_the_watch_it_searches_as_it_is() -> None:
    items = [tagged(1), tagged(2), tagged(3, title="No such word", text="Only mark3 here.")]
    query = listing.asked(Query(text='"mark2'), "w", config(query="berth OR quay"))
    assert found(items, query) == {2}


def test_stories_are_found_by_several_topics_and_by_a_search_within_a_watch() -> None:
    items = [tagged(n, f"t/{n}", story=make_story(n).id) for n in (1, 2, 3)]
    with fresh() as store:
        store.apply(make_update(*items, stories=tuple(make_story(n) for n in (1, 2, 3))))
        some = store.stories(replace(EVERYTHING, topics=("t/1", "t/3")), NOW)
        within = store.stories(replace(EVERYTHING, within="mark2"), NOW)
    assert {story.id for story in some} == {make_story(1).id, make_story(3).id}
    assert [story.id for story in within] == [make_story(2).id]


names = st.sets(st.sampled_from(["a/1", "a/2", "b/1", "c"]), max_size=3)
values = st.sets(st.sampled_from(["Kalibr", "Orlan-10", "Nobody"]), max_size=2)


@given(st.lists(st.tuples(names, values), min_size=1, max_size=5), st.sampled_from([("a/*",), ("a/1", "c"), ("b/1", "a/2"), ()]), values)
def test_the_archive_and_the_digest_agree_on_what_a_watch_finds(
    marked: list[tuple[set[str], set[str]]], topics: tuple[str, ...], wanted: set[str]
) -> None:
    items = [tagged(n, *sorted(tags), entities=tuple(sorted(things))) for n, (tags, things) in enumerate(marked, 1)]
    if not topics and not wanted:
        return
    w = config(topics=topics, entities=tuple(sorted(wanted)))
    told = watching.watches(w)
    assert found(items, listing.asked(Query(limit=None), "w", w)) == {n for n, item in enumerate(items, 1) if "w" in told(item)}


def test_the_best_stories_come_first_or_the_newest_and_no_more_than_asked_for() -> None:
    stories = tuple(make_story(n, last=NOW - timedelta(hours=n)) for n in (1, 2, 3))
    items = [tagged(n, story=make_story(n).id, published=None, date=NOW - timedelta(hours=n)) for n in (1, 2, 3)]
    with fresh() as store:
        store.apply(make_update(*items, stories=stories))
        newest = listing.stories(store, config(), Query(limit=2, order="date"), NOW)
        best = listing.stories(store, config(), Query(limit=None, order="score"), NOW)
    assert [story.id for story in newest] == [stories[0].id, stories[1].id]
    assert [story.score for story in best] == sorted((story.score for story in best), reverse=True)
    assert all(story.why for story in best)
