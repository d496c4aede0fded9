"""Rank: which stories matter most, each part told; what only repeats does not rise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from curator.config import Config, Feed, Topic
from curator.rank import HALF_LIFE, rank
from curator.types import Item, Provenance, Story

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
FEEDS = {
    name: Feed(name=name, url=f"https://{name}.example/", reliability=letter, role=role)
    for name, letter, role in (("good", "A", "press"), ("bad", "E", "press"), ("new", "F", "press"), ("body", "B", "primary"))
}
CONFIG = Config(feeds=FEEDS, topics={"heavy": Topic(name="heavy", weight=3.0), "light": Topic(name="light", weight=0.2)})


def item(number: int, role: str = "own", *, feed: str = "new", hours: float = 1, origin: str | None = None, **keys: object) -> Item:
    at = NOW - timedelta(hours=hours)
    who = origin or f"Outlet {number}"
    return replace(
        Item(id=f"{number:x}", feed=feed, outlet=f"Outlet {number}", seen=at, date=at, provenance=Provenance(role=role, origin=who)),
        **keys,  # type: ignore[arg-type]
    )


def story(low: int = 1, high: int | None = None, topics: tuple[str, ...] = ()) -> Story:
    return Story(id="s", title="t", first=NOW, last=NOW, origins_min=low, origins_max=high or low, topics=topics)


def score(one: Story, *items: Item, told: tuple[str, ...] = ()) -> float:
    return rank(one, items, CONFIG, NOW, told).score


def test_a_heavy_topic_pulls_a_story_up() -> None:
    assert score(story(topics=("heavy",)), item(1)) > score(story(topics=("other",)), item(1)) > score(story(topics=("light",)), item(1))


def test_independent_origins_count_and_repeats_do_not() -> None:
    one = score(story(1), item(1))
    assert score(story(2), item(1), item(2)) > one
    assert score(story(1), item(1), item(2, "derived"), item(3, "syndicated"), item(4, copy_of="1")) == one


def test_a_repeat_that_comes_later_does_not_make_a_story_fresh() -> None:
    old = item(1, hours=40)
    assert score(story(), old, item(2, "derived", hours=0)) == score(story(), old)
    assert score(story(), old, item(2, hours=0)) > score(story(), old)


def test_freshness_halves() -> None:
    now, later = score(story(), item(1, hours=0)), score(story(), item(1, hours=HALF_LIFE.total_seconds() / 3600))
    assert abs(later - now / 2) < 0.01


def test_a_repeat_does_not_lend_its_letter() -> None:
    assert score(story(), item(1, feed="good")) > score(story(), item(1, feed="bad"))
    assert score(story(), item(1, feed="bad"), item(2, "derived", feed="good")) == score(story(), item(1, feed="bad"))


def test_a_primary_source_counts() -> None:
    assert any("primary" in part for part in rank(story(), [item(1, feed="body")], CONFIG, NOW).why)


def test_what_was_told_falls_unless_it_has_news() -> None:
    told = item(1, origin="A")
    fresh = score(story(), told)
    only_repeats = score(story(), told, item(2, "derived", origin="A"), told=("1",))
    new_report = score(story(), told, item(2, origin="A"), told=("1",))
    new_origin = score(story(), told, item(2, origin="B"), told=("1",))
    assert only_repeats < new_report < new_origin
    assert only_repeats < fresh


def test_each_part_is_told() -> None:
    why = rank(story(2, 3, ("heavy", "other")), [item(1, feed="good"), item(2)], CONFIG, NOW, ("1",)).why
    told = " | ".join(why)
    for part in (
        "topic heavy weighs 3, 1 more",
        "2 independent origins, at most 3",
        "rated A",
        "2 outlets report within 6 h",
        "told before",
        "newest report 1 h old",
    ):
        assert part in told


@given(
    st.lists(st.tuples(st.sampled_from(["own", "derived", "syndicated", "unknown"]), st.integers(-5, 400)), max_size=6),
    st.integers(0, 5),
    st.sets(st.integers(0, 6)),
)
def test_a_score_is_never_negative_and_always_explained(rows: list[tuple[str, int]], low: int, told: set[int]) -> None:
    items = [item(number, role, hours=hours) for number, (role, hours) in enumerate(rows)]
    ranked = rank(story(low, low + 1), items, CONFIG, NOW, {f"{number:x}" for number in told})
    assert ranked.score >= 0
    assert ranked.why
    assert rank(story(low, low + 1), list(reversed(items)), CONFIG, NOW, {f"{number:x}" for number in told}).score == ranked.score
