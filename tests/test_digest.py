"""What a digest tells, where, and once: sections, news of stories told before, copies, changed headlines, quiet feeds."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from books import NOW, id_of, item, stories
from hypothesis import given
from hypothesis import strategies as st

from curator import digest as pieces
from curator import edition
from curator.config import Config, Feed, Plan, Question, Topic, Watch
from curator.edition import Batch, Material
from curator.types import Problem, Provenance

TOPICS = {
    name: Topic(name=name, title=name.split("/")[1].capitalize(), any=("x",))
    for name in ("trade/shipping", "cyber/malware", "politics/votes")
}


def config(**fields) -> Config:
    return Config(topics=TOPICS, **fields)


def compose(items, *, new=None, plan=Plan(), settings=None, muted=(), **fields):  # noqa: B008 (frozen)
    """The digest of these items; all of them are new unless `new` names which."""
    settings = settings or config()
    material = Material(
        plan=plan,
        until=NOW,
        batches=[Batch(stories=stories(items), items={one.id: one for one in items})],
        new=frozenset(id_of(name) for name in new) if new is not None else frozenset(one.id for one in items),
        muted=frozenset(id_of(name) for name in muted),
        **fields,
    )
    return edition.compose(material, settings)


def headlines(section) -> list[str]:
    return [told.lead.title.split(" in the harbour")[0] for told in section.told]


def outline(digest) -> dict[str, list[str]]:
    return {section.title: headlines(section) for section in digest.sections}


# ── sections ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sections_come_in_the_plans_order_and_a_story_stands_once():
    both = item("Both", tags=(*item("x").tags, *item("x", topic="cyber/malware").tags))
    items = [item("Ships"), item("Worm", topic="cyber/malware"), both, item("Other", topic="sports/golf")]
    digest = compose(items, plan=Plan(sections=("cyber/*", "trade/shipping", "*")))
    assert outline(digest) == {"Cyber": ["Both", "Worm"], "Shipping": ["Ships"], "Everything else": ["Other"]} or outline(digest) == {
        "Cyber": ["Worm", "Both"],
        "Shipping": ["Ships"],
        "Everything else": ["Other"],
    }


def test_a_digest_without_patterns_calls_its_section_news():
    assert list(outline(compose([item("Ships")]))) == ["News"]


def test_what_has_no_room_is_counted_and_ticked_off():
    items = [item(f"Ship {number}") for number in range(20)]
    digest = compose(items, plan=Plan(per_section=3))
    (section,) = digest.sections
    assert (len(section.told), section.more) == (3, 17)
    assert set(digest.items) == {one.id for one in items}


def test_what_no_section_takes_is_not_told_but_ticked_off_with_the_rest():
    digest = compose([item("Ships"), item("Worm", topic="cyber/malware")], plan=Plan(sections=("trade/*",)))
    assert outline(digest) == {"Trade": ["Ships"]}
    assert id_of("Worm") in digest.items


def test_the_best_stories_come_first():
    many = [item(f"Big {number}", "big", outlet=f"Outlet {number}") for number in range(5)]
    digest = compose([item("Small"), *many])
    assert headlines(digest.sections[0])[0].startswith("Big")


def test_why_it_stands_here_names_the_rule_and_the_rank():
    digest = compose([item("Ships")], plan=Plan(sections=("trade/*",)))
    why = digest.sections[0].told[0].why
    assert why.startswith("title has 'harbour'; score ")


def test_a_section_ends_with_its_sources():
    items = [
        item("Ships"),
        item("Again", "Ships", outlet="Valley Courier", role="derived", provenance=Provenance(role="derived", origin="Harbour Wire")),
    ]
    digest = compose(items, plan=Plan(sections=("trade/*",)))
    assert digest.sections[0].summary == "2 items, 2 publishers, 1 original reporter (Harbour Wire); 0 official; oldest 1 h"


def test_the_extract_is_of_the_articles():
    told = compose([item("Ships")]).sections[0].told[0]
    assert told.extract
    assert all(sentence.strip() in told.lead.text for sentence in told.extract.split(". ") if sentence)


def test_the_headline_is_the_reporters_own_not_the_aggregators():
    feeds = {"portal": Feed(name="portal", url="https://portal.example", role="aggregator")}
    items = [
        item("Portal", "s", outlet="Portal"),
        item("Own", "s", outlet="Valley Courier"),
        item("Retold", "s", outlet="Echo", role="derived"),
    ]
    digest = compose(items, settings=config(feeds=feeds))
    assert digest.sections[0].told[0].lead.outlet == "Valley Courier"


def test_the_author_leads_even_if_a_taken_over_copy_was_kept_first():
    items = [item("Taken over", "s", outlet="Gazette", role="syndicated"), item("Own", "s", outlet="Valley Courier", copy_of="Taken over")]
    (told,) = compose(items).sections[0].told
    assert told.lead.outlet == "Valley Courier"
    assert told.extract.startswith("Own was seen")


# ── questions and watches ───────────────────────────────────────────────────────────────────────────────────────────

ASKED = {
    "ships": Question(name="ships", question="Where do the ships go?", topics=("trade/shipping",)),
    "votes": Question(name="votes", question="Who counts the votes?", topics=("politics/votes",)),
}


def test_questions_come_first_and_say_when_nothing_is_new():
    digest = compose([item("Ships")], settings=config(questions=ASKED), plan=Plan(sections=("trade/*",)))
    assert outline(digest) == {"Where do the ships go?": ["Ships"], "Who counts the votes?": []}
    assert digest.sections[1].empty == "Nothing new."


def test_a_question_is_asked_until_its_day_in_the_readers_zone():
    def asked(until: date, zone: str) -> bool:
        settings = config(questions={"ships": replace(ASKED["ships"], until=until)}, timezone=zone)
        return any(section.topic == "question:ships" for section in compose([item("Ships")], settings=settings).sections)

    assert asked(date(2026, 11, 25), "UTC")
    assert not asked(date(2026, 11, 24), "UTC")
    assert asked(date(2026, 11, 24), "Pacific/Honolulu")  # 06:00 UTC is still yesterday there


def test_a_question_names_stories_that_bear_on_it_but_are_told_elsewhere():
    settings = config(questions={**ASKED, "again": Question(name="again", question="And the harbour?", topics=("trade/shipping",))})
    digest = compose([item("Ships")], settings=settings)
    last = digest.sections[2]
    assert (last.title, last.told) == ("And the harbour?", ())
    assert last.also == ((id_of("story Ships"), "Ships in the harbour of Marova", "Where do the ships go?"),)
    assert last.empty  # templates say it only if nothing is told elsewhere either


def test_a_plan_may_do_without_questions():
    digest = compose([item("Ships")], settings=config(questions=ASKED), plan=Plan(questions=False))
    assert [section.title for section in digest.sections] == ["News"]


def test_a_watch_tells_its_hits_or_where_they_are_told():
    settings = config(watches={"ships": Watch(name="ships", query="ship*"), "idle": Watch(name="idle", query="nothing")})
    hits = {"ships": frozenset({id_of("Ships"), id_of("Worm")})}
    digest = compose([item("Ships"), item("Worm", topic="cyber/malware")], settings=settings, hits=hits, plan=Plan(sections=("trade/*",)))
    assert outline(digest) == {"Trade": ["Ships"], "Watch: ships": ["Worm"]}
    assert digest.sections[1].also == ((id_of("story Ships"), "Ships in the harbour of Marova", "Trade"),)


def test_a_watch_with_a_query_and_topics_takes_what_both_find():
    settings = config(watches={"w": Watch(name="w", query="ship*", topics=("trade/shipping",))})
    items = [item("Ships"), item("Worm", topic="cyber/malware"), item("Other")]
    hits = {"w": frozenset({id_of("Ships"), id_of("Worm")})}
    digest = compose(items, settings=settings, hits=hits, plan=Plan(sections=()))
    assert outline(digest) == {"Watch: w": ["Ships"]}


# ── told before ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_m6_a_story_told_yesterday_is_an_update_if_there_is_news_of_it():
    old, new = item("Ships"), item("Own", "Ships", outlet="Valley Courier")
    digest = compose([old, new], new=["Own"])
    assert outline(digest) == {}
    (update,) = digest.updates
    assert (update.lead.outlet, update.news) == ("Valley Courier", "own reporting by Valley Courier; 2 independent origins instead of 1")


def test_m6_copies_and_repeats_of_a_story_told_before_are_counted_not_told():
    items = [item("Ships"), item("Copy", "Ships", outlet="B", copy_of="Ships"), item("Taken over", "Ships", outlet="C", role="syndicated")]
    digest = compose(items, new=["Copy", "Taken over"])
    assert (digest.sections, digest.updates, digest.repeats) == ((), (), 2)
    assert not edition.has_news(digest)
    assert set(digest.items) == {id_of("Copy"), id_of("Taken over")}


def test_a_new_story_in_several_outlets_is_told_once_with_all_of_them():
    items = [item("Ships"), item("Copy", "Ships", outlet="B", copy_of="Ships"), item("Retold", "Ships", outlet="C", role="derived")]
    (told,) = compose(items).sections[0].told
    assert [one.outlet for one in told.items] == ["Harbour Wire", "C", "B"] or [one.outlet for one in told.items] == [
        "C",
        "Harbour Wire",
        "B",
    ]


def test_a_story_ticked_off_untold_is_told_when_it_comes_to_matter():
    """Its first item was of a topic this plan has no section for, so no reader of the plan has seen it."""
    old = item("Rumour", "Ships", topic="sports/golf")
    digest = compose([old, item("Own", "Ships", outlet="Valley Courier")], new=["Own"], plan=Plan(sections=("trade/*",)))
    assert list(outline(digest)) == ["Trade"]
    assert digest.updates == ()


def test_developing_stories_have_a_bound_too_and_the_others_are_counted():
    items = [item(f"Old {n}", f"s{n}") for n in range(10)] + [item(f"New {n}", f"s{n}", outlet="B") for n in range(10)]
    digest = compose(items, new=[f"New {n}" for n in range(10)], plan=Plan(per_section=4))
    assert (len(digest.updates), digest.more_updates) == (4, 6)


def test_a_preview_of_a_time_tells_stories_told_before_as_well():
    digest = compose([item("Ships"), item("Own", "Ships", outlet="B")], new=["Own"], preview=True)
    assert [len(section.told) for section in digest.sections] == [1]
    assert digest.items == ()


# ── what else ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_muted_items_are_counted_and_ticked_off_but_not_told():
    digest = compose([item("Ships"), item("Noise")], muted=["Noise"])
    assert outline(digest) == {"News": ["Ships"]}
    assert digest.muted == 1
    assert id_of("Noise") in digest.items


def test_items_without_a_story_are_told_all_the_same():
    one = item("Ships")
    material = Material(plan=Plan(), until=NOW, batches=[Batch(items={one.id: one})], new=frozenset({one.id}))
    assert outline(edition.compose(material, config())) == {"News": ["Ships"]}


def test_changed_headlines_are_told_if_their_words_changed():
    real = replace(item("Ships"), title="Two hurt in depot fire")
    case = replace(item("Case"), title="TWO HURT, IN DEPOT FIRE!")
    digest = compose([], edits=((real, "Five hurt in depot fire"), (case, "Two hurt in depot fire")))
    assert [(one.id, before, now) for one, before, now in digest.corrections] == [
        (real.id, "Five hurt in depot fire", "Two hurt in depot fire")
    ]
    assert edition.has_news(digest)


def test_a_changed_headline_of_what_a_plan_ticked_off_untold_is_none_of_its_readers_concern():
    golf = replace(item("Golf", topic="sports/golf"), title="Two holes in one")
    assert compose([], edits=((golf, "A hole in one"),), plan=Plan(sections=("trade/*",))).corrections == ()


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("Five hurt", "Two hurt", True),
        ("Five hurt", "Five hurt - Valley Courier", False),
        ("Five hurt | Courier", "Five hurt", False),
        ("Five hurt", "Five hurt, police say", True),
        ("Five  HURT.", "five hurt", False),
        ("", "Five hurt", False),
        ("Порт открыт", "Порт закрыт", True),
    ],
)
def test_what_counts_as_a_changed_headline(before, now, changed):
    assert pieces.retitled(before, now) is changed


def test_m9_feeds_that_broke_are_told_and_make_no_mail_by_themselves():
    problem = Problem(feed="x", kind="dns", message="no such host")
    digest = compose([], problems=(problem,))
    assert digest.problems == (problem,)
    assert not edition.has_news(digest)


def days_ago(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("dates", "quiet"),
    [
        (days_ago(4, 5, 6, 7, 8), True),
        (days_ago(1, 2, 3, 4, 5), False),
        (days_ago(30, 31, 32, 33, 34), False),  # told long ago
        (days_ago(10, 17, 24, 31, 38), False),  # a weekly
        (days_ago(25, 32, 39, 46, 53), True),
        (days_ago(4, 5), False),  # too young to judge
        (days_ago(4, 4.01, 4.02, 4.03, 4.04), True),
        (days_ago(-365, 1, 2, 3, 4, 5), False),  # a date in the future is no sign of life
    ],
)
def test_a_feed_is_quiet_if_silent_for_three_times_its_longest_gap(dates, quiet):
    assert bool(pieces.silent({"x": dates}, NOW)) is quiet


def test_back_dated_and_future_dated_items_are_in_and_not_pinned():
    old = item("Old", date=NOW - timedelta(days=4000), published=NOW - timedelta(days=4000))
    future = item("Future", published=NOW + timedelta(days=30_000))  # its date is when it was seen
    digest = compose([old, future, *(item(f"Big {number}", "big", outlet=f"Outlet {number}") for number in range(5))])
    told = headlines(digest.sections[0])
    assert {"Old", "Future"} < set(told)
    assert told[0].startswith("Big")


def test_the_id_depends_on_plan_moment_and_items_alone():
    one = pieces.identify("main", NOW, ["a", "b"])
    assert one == pieces.identify("main", NOW, ["b", "a"])
    assert (
        len(
            {
                one,
                pieces.identify("other", NOW, ["a", "b"]),
                pieces.identify("main", NOW, ["a"]),
                pieces.identify("main", NOW + timedelta(seconds=1), ["a", "b"]),
            }
        )
        == 4
    )
    assert len(one) == 16


# ── laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

made = st.builds(
    lambda number, story, topic, role, copied, muted: (number, story, topic, role, copied, muted),
    st.integers(0, 30), st.integers(0, 6), st.sampled_from([*TOPICS, "sports/golf"]), st.sampled_from(["own", "derived", "syndicated", "unknown"]),
    st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(made, max_size=25, unique_by=lambda one: one[0]), st.sets(st.integers(0, 30)), st.integers(1, 3), st.randoms())
def test_every_new_item_is_told_counted_or_left_aside_exactly_once(rows, new, most, random):
    items = [
        item(f"n{number}", f"s{story}", outlet=f"Outlet {number}", topic=topic, role=role, copy_of=f"n{rows[0][0]}" if copied else "")
        for number, story, topic, role, copied, _ in rows
    ]
    fresh = [f"n{row[0]}" for row in rows if row[0] in new]
    muted = [f"n{row[0]}" for row in rows if row[5]]
    plan = Plan(sections=("trade/*", "cyber/*", "*"), per_section=most)
    digest = compose(items, new=fresh, plan=plan, muted=muted)
    told = [told.story.id for section in digest.sections for told in section.told] + [told.story.id for told in digest.updates]
    assert len(told) == len(set(told))
    assert all(len(section.told) <= most for section in digest.sections)
    assert sorted(digest.items) == sorted(id_of(name) for name in fresh)
    visible = {one.story for one in items if one.id in {id_of(name) for name in fresh} - {id_of(name) for name in muted}}
    counted = len(told) + digest.more_updates + sum(section.more for section in digest.sections)
    assert counted <= len(visible)
    assert counted == len(visible) or digest.repeats
    random.shuffle(items)
    assert compose(items, new=fresh, plan=plan, muted=muted).sections == digest.sections


@given(
    st.lists(made, max_size=25, unique_by=lambda one: one[0]),
    st.sets(st.integers(0, 30)),
    st.integers(1, 3),
    st.integers(1, 4),
    st.randoms(),
)
def test_in_whatever_batches_stories_come_the_digest_is_the_same(rows, new, most, size, random):
    items = [
        item(f"n{number}", f"s{story}", outlet=f"Outlet {number}", topic=topic, role=role) for number, story, topic, role, _, _ in rows
    ]
    plan = Plan(sections=("trade/*", "cyber/*"), per_section=most)
    settings = config(questions={"q": Question(name="q", question="Which votes?", topics=("politics/*", "trade/*"))})
    settings = replace(settings, watches={"w": Watch(name="w", topics=("cyber/*", "trade/*"))})
    fresh = frozenset(id_of(f"n{row[0]}") for row in rows if row[0] in new)
    every = list(stories(items))
    whole = Material(plan=plan, until=NOW, batches=[Batch(stories=tuple(every), items={one.id: one for one in items})], new=fresh)
    random.shuffle(every)
    parts = [every[start : start + size] for start in range(0, len(every), size)]
    batches = [Batch(stories=tuple(part), items={one.id: one for one in items if one.story in {s.id for s in part}}) for part in parts]
    assert edition.compose(replace(whole, batches=batches), settings) == edition.compose(whole, settings)
