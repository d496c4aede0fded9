"""The past judged anew: what regrouping and retagging change, and what they leave alone."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pasts import ARTICLES, EVERYTHING, OUTLETS, START, came, config, entry, items, partition, titled

from curator.app import Curator
from curator.config import Outlet, Stories, Topic
from curator.types import Link, Provenance, Query, Update


def shuffled(opened: Curator) -> None:
    """Every judgement put wrong: no copies, one story of everything."""
    everyone = list(items(opened).values())
    story = replace(opened.store.story(everyone[0].story), title="Everything")
    opened.store.apply(
        Update(
            links=tuple(Link(item=item.id, copy_of=None) for item in everyone),
            members=tuple((item.id, story.id, "put here by a test") for item in everyone),
            stories=(story,),
            provenances=tuple((item.id, Provenance(role="own", why="by a test")) for item in everyone),
        )
    )


# ── regroup ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_regrouping_by_the_rules_that_stood_changes_nothing(past: Curator) -> None:
    before, stories = items(past), past.store.stories_by_id({item.story for item in items(past).values()})
    found = past.regroup()
    assert (found["changed"], found["moved"], found["merged"]) == (0, 0, 0)
    assert items(past) == before
    assert past.store.stories_by_id(stories) == stories


def test_regrouping_a_polled_archive_moves_nothing_and_a_second_time_changes_nothing(copied: Path) -> None:
    import curator  # noqa: PLC0415 - only here

    with Curator(curator.load(str(copied))) as opened:
        groups, copies = partition(opened), {item.id: item.copy_of for item in items(opened).values()}
        opened.regroup()
        once = items(opened)
        assert partition(opened) == groups
        assert {item.id: item.copy_of for item in once.values()} == copies
        assert opened.regroup()["changed"] == 0
        assert items(opened) == once


def test_what_was_judged_wrong_is_judged_as_a_poll_would_have(past: Curator) -> None:
    before = items(past)
    groups = partition(past)
    shuffled(past)
    assert partition(past) != groups
    assert past.regroup()["moved"] > 0
    assert partition(past) == groups
    after = items(past)
    assert {id_: (item.copy_of, item.provenance) for id_, item in after.items()} == {
        id_: (item.copy_of, item.provenance) for id_, item in before.items()
    }


def test_items_marks_notes_and_digests_are_not_touched(past: Curator) -> None:
    first = titled(past, "Ferry")
    past.mark([first], read=True, starred=True, topics=["+a/b"])
    past.note(first, "seen from the pier")
    before, notes, undigested = items(past), past.notes(), past.store.undigested("main")
    shuffled(past)
    past.regroup()
    judged = {"copy_of": None, "copy_why": "", "story": "", "story_why": "", "provenance": Provenance()}
    assert {id_: replace(item, **judged) for id_, item in items(past).items()} == {
        id_: replace(item, **judged) for id_, item in before.items()
    }
    assert (past.notes(), past.store.undigested("main")) == (notes, undigested)


def test_old_ids_keep_leading_to_their_stories(past: Curator) -> None:
    for days in (0.001, 8.0):  # first the stories fall apart, then they grow together
        held = {story.id: set(story.items) for story in past.store.stories(EVERYTHING, past.clock())}
        with Curator(replace(past.config, stories=Stories(window_days=days, security_days=days)), clock=past.clock) as other:
            assert other.regroup()["moved"] > 0
            assert all(held[id_] & set(other.story(id_).items) for id_ in held)


def test_changed_rules_are_heeded(past: Curator) -> None:
    with Curator(replace(past.config, stories=Stories(window_days=0.001)), clock=past.clock) as strict:
        assert strict.regroup()["moved"] > 0
        assert len(partition(strict)) > 4
    past.regroup()
    assert len(partition(past)) == 4


def test_publishers_are_those_of_todays_feeds_and_outlets(past: Curator) -> None:
    before = items(past)
    feeds = {name: replace(feed, outlet=None) for name, feed in past.config.feeds.items() if name != "Lake Gazette"}
    outlets = (
        Outlet(name="Courier of the Tarn", hosts=("tarn-courier.example",), aliases=("Tarn Courier",)),
        Outlet(name="Pass Post", hosts=("elsewhere.example",)),
    )
    with Curator(replace(past.config, feeds=feeds, outlets=outlets), clock=past.clock) as later:
        found = later.regroup()
        now = items(later)
        by_feed = {item.feed: (item.outlet, item.outlet_known) for item in now.values()}
        assert by_feed == {
            "Tarn Courier": ("Courier of the Tarn", True),  # by its host
            "Pass Post": ("Pass Post", False),  # no host and no feeds.toml vouches for it now
            "Radio Selm": ("Radio Selm", False),
            "Lake Gazette": ("Lake Gazette", True),  # not followed any more: what was said of it stays
        }
        assert found["outlets"] == sum(item.feed != "Lake Gazette" for item in now.values())
        assert {id_: (item.title, item.text, item.versions, item.changed, item.seen) for id_, item in now.items()} == {
            id_: (item.title, item.text, item.versions, item.changed, item.seen) for id_, item in before.items()
        }
        assert later.verify() == []
        assert later.regroup()["outlets"] == 0
        assert {outlet for story in later.stories(Query(limit=None)) for outlet in story.outlets} >= {"Courier of the Tarn"}
    assert past.regroup()["outlets"] == found["outlets"]
    assert items(past) == before


def test_with_a_time_what_is_older_stands_as_it_is(past: Curator) -> None:
    shuffled(past)
    since = START + timedelta(hours=6)
    old = {id_: (item.copy_of, item.copy_why) for id_, item in items(past).items() if item.date < since}
    past.regroup(since)
    after = items(past)
    assert {id_: (after[id_].copy_of, after[id_].copy_why) for id_ in old} == old
    assert all(item.story == next(iter(after.values())).story for item in after.values() if item.date < since)
    assert past.regroup(since)["changed"] == 0


def test_with_a_time_older_stories_stay_whole(past: Curator) -> None:
    ids = {item.story for item in items(past).values()}
    before = past.store.stories_by_id(ids)
    past.regroup(START + timedelta(hours=7))
    assert past.store.stories_by_id(ids) == before


def test_progress_is_told_up_to_the_last_item(past: Curator) -> None:
    told: list[tuple[int, int, int]] = []
    past.regroup(progress=lambda *now: told.append(now))
    assert told[-1][:2] == (len(ARTICLES), len(ARTICLES))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


entries = st.lists(
    st.tuples(st.integers(0, len(ARTICLES) - 1), st.integers(0, len(OUTLETS) - 1), st.integers(0, 2)), min_size=1, max_size=9
)


@given(entries)
@settings(max_examples=12)
def test_however_entries_came_regrouping_moves_none_of_them(arrived: list[tuple[int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Curator(config(Path(folder)), clock=lambda: START + timedelta(days=1)) as opened:
        for poll in range(3):
            came(
                opened.store, opened.config, [entry(a, o, hours=a) for a, o, p in arrived if p == poll], START + timedelta(hours=12 + poll)
            )
        before = items(opened)
        assert opened.regroup()["changed"] == 0
        assert items(opened) == before


# ── what people put right ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_said_to_be_no_copy_is_none_at_once_and_after_a_regroup(past: Curator) -> None:
    copy = next(item for item in items(past).values() if item.copy_of and item.title.startswith("Ferry"))
    past.correct(copy.id, not_copy=True)
    assert past.item(copy.id).copy_of is None
    assert "person" in past.item(copy.id).copy_why
    assert past.item(copy.id).story == copy.story
    past.regroup()
    assert past.item(copy.id).copy_of is None
    assert "person" in past.item(copy.id).copy_why


def test_what_is_said_to_be_one_story_is_one_at_once_and_after_a_regroup(past: Curator) -> None:
    ferry, choir = titled(past, "Ferry"), titled(past, "Choir")
    mates = set(past.story(past.item(ferry).story).items)
    past.correct(choir, same_story=past.item(ferry).story)
    for _ in range(2):
        assert set(past.story(past.item(choir).story).items) == mates | {choir}
        past.regroup()


def test_two_whole_stories_become_one_and_both_ids_lead_to_it(past: Curator) -> None:
    ferry, dam = past.item(titled(past, "Ferry")), past.item(titled(past, "Orvany"))
    everyone = {*past.story(ferry.story).items, *past.story(dam.story).items}
    past.correct(ferry.id, same_story=dam.id)
    for _ in range(2):
        assert set(past.story(ferry.story).items) == everyone == set(past.story(dam.story).items)
        past.regroup()


def test_what_is_said_not_to_belong_leaves_its_story_at_once_and_after_a_regroup(past: Curator) -> None:
    trains = past.item(titled(past, "Valley trains"))
    rest = set(past.story(trains.story).items) - {trains.id}
    past.correct(trains.id, not_story=True)
    for _ in range(2):
        assert set(past.story(past.item(trains.id).story).items) == {trains.id}
        assert set(past.story(trains.story).items) == rest
        past.regroup()


def test_a_copy_that_leaves_its_story_is_no_copy_any_more(past: Curator) -> None:
    copy = next(item for item in items(past).values() if item.copy_of and item.title.startswith("Ferry"))
    past.correct(copy.id, not_story=True)
    for _ in range(2):
        now = past.item(copy.id)
        assert (now.copy_of, past.story(now.story).items) == (None, (copy.id,))
        past.regroup()


def test_a_correction_taken_back_leaves_everything_as_it_was(past: Curator) -> None:
    copy = next(item for item in items(past).values() if item.copy_of and item.title.startswith("Ferry"))
    groups, copies = partition(past), {item.id: item.copy_of for item in items(past).values()}
    for said in (
        past.correct(copy.id, not_copy=True),
        past.correct(copy.id, not_story=True),
        past.correct(titled(past, "Choir"), same_story=copy.id),
    ):
        assert said
        past.uncorrect(said)
    assert partition(past) == groups
    assert {item.id: item.copy_of for item in items(past).values()} == copies


def test_what_was_said_before_is_not_taken_back_with_what_is_said_again(past: Curator) -> None:
    copy = next(item for item in items(past).values() if item.copy_of and item.title.startswith("Ferry"))
    past.correct(copy.id, not_copy=True)
    past.uncorrect(past.correct(copy.id, not_copy=True))
    assert past.item(copy.id).copy_of is None


def test_a_later_poll_does_not_undo_a_persons_word(past: Curator) -> None:
    trains = past.item(titled(past, "Valley trains"))
    past.correct(trains.id, not_story=True)
    came(past.store, past.config, [entry(3, 2, hours=30), entry(4, 3, hours=31)], START + timedelta(hours=36))
    assert past.item(trains.id).story != past.item(titled(past, "Orvany")).story


# ── retag ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def under(opened: Curator, **topics: Topic) -> Curator:
    """The same archive under other rules."""
    return Curator(replace(opened.config, topics={topic.name: topic for topic in topics.values()}), clock=opened.clock)


def tags(opened: Curator, id_: str) -> dict[str, str]:
    return {tag.name: tag.by for tag in opened.item(id_).tags}


def test_retagging_by_the_rules_that_stood_changes_nothing(past: Curator) -> None:
    before = items(past)
    assert past.retag() == {"items": len(ARTICLES), "changed": 0, "added": {}, "removed": {}}
    assert items(past) == before


def test_a_new_rule_files_the_past_and_a_dropped_one_takes_its_topic_back(past: Curator) -> None:
    with under(past, dam=Topic(name="dam", any=("dam",))) as other:
        foreseen = other.retag(dry_run=True)
        assert "sea" in tags(other, titled(other, "Ferry"))
        assert other.retag() == foreseen
        assert (len(foreseen["added"]["dam"]), len(foreseen["removed"]["sea"])) == (3, 3)
        assert tags(other, titled(other, "Ferry")) == {}
        assert tags(other, titled(other, "Orvany")) == {"dam": "rule"}
        assert {hit.item.id for hit in other.find(replace(EVERYTHING, topic="dam"))} == set(foreseen["added"]["dam"])
        assert other.retag()["changed"] == 0


def test_only_items_since_then_are_filed_anew(past: Curator) -> None:
    with under(past, dam=Topic(name="dam", any=("dam",))) as other:
        assert len(other.retag(START + timedelta(hours=4))["added"]["dam"]) == 2


def test_topics_given_or_taken_by_hand_stay_and_are_not_told_as_changes(past: Curator) -> None:
    ferry, dam = titled(past, "Ferry"), titled(past, "Orvany")
    past.mark([ferry], topics=["-sea"])
    past.mark([dam], topics=["+sea"])
    found = past.retag(dry_run=True)
    assert (found["changed"], found["added"], found["removed"]) == (0, {}, {})
    past.retag()
    assert tags(past, ferry) == {}
    assert tags(past, dam) == {"sea": "hand"}


def test_the_topics_of_a_feed_that_is_followed_no_longer_stay(past: Curator) -> None:
    feeds = {name: replace(feed, topics=("region/tarn",)) for name, feed in past.config.feeds.items()}
    with Curator(replace(past.config, feeds=feeds), clock=past.clock) as carrying:
        carrying.retag()
    with Curator(replace(past.config, feeds={}), clock=past.clock) as without:
        without.retag()
        assert tags(without, titled(without, "Choir")) == {"region/tarn": "feed"}
    past.retag()
    assert tags(past, titled(past, "Choir")) == {}


def test_what_people_marked_is_learned_from(past: Curator) -> None:
    choir = entry(8, 0)
    songs = [
        replace(choir, guid=f"s{n}", url=f"https://a.example/{n}", sha256=f"{n:064x}", title=f"Choir sings winter song {n}")
        for n in range(75)
    ]
    dams = [replace(entry(3, 0), guid=f"d{n}", url=f"https://b.example/{n}", sha256=f"{n + 99:064x}", title=f"Dam {n}") for n in range(75)]
    at = START + timedelta(hours=30)
    ids, others = came(past.store, past.config, songs, at), came(past.store, past.config, dams, at)
    with under(past, art=Topic(name="art", any=("no such word",), threshold=1.0)) as other:
        assert other.retag()["added"] == {}
        other.mark(ids[1:], topics=["+art"])
        other.mark(others[1:], topics=["-art"])
        found = other.retag()
        assert ids[0] in found["added"]["art"]
        assert others[0] not in found["added"]["art"]
        why = next(tag for tag in other.item(ids[0]).tags if tag.name == "art")
        assert (why.by, "your marks" in why.why) == ("model", True)
        assert other.retag()["changed"] == 0
