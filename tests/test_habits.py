"""What a feed says in one entry after another makes no story of two of them, nor do rubrics and numbers; what it seldom says still does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import config, habits, likeness, vectors
from curator.stories import Stories
from curator.types import Item

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
GUESTS = (
    "a beekeeper from Lund on winter losses", "two bakers about rye and patience", "the lighthouse painter of Tersk", "how to read a tide table",
    "an archivist and her ledgers", "glass blowers at the canal", "the last tram conductor", "mushrooms, maps and bad weather",
    "a choir that sings in tunnels", "why the bridge hums", "learning to mend nets", "the chess club of Ostrel",
)  # fmt: skip
SHOW = "With Marta Quillfeather and Jorun Bexley, recorded in the Halden studio. Music by the Varenka quartet."


def episode(at: int, feed: str = "show") -> Item:
    when = NOW + timedelta(hours=12 * at)
    return Item(
        id=f"{feed}{at}", feed=feed, title=f"Quillfeather Hour 2026: {GUESTS[at].title()}", text=f"{GUESTS[at].capitalize()}. {SHOW}", seen=when, date=when
    )  # fmt: skip


def partition(items: Sequence[Item], stored: Sequence[Item] = ()) -> set[frozenset[str]]:
    def newest(feed: str, limit: int, before: datetime) -> Sequence[habits.When]:
        return [(item.date, item.seen, item.id) for item in stored if item.feed == feed and item.date < before][-limit:]

    def by_id(ids: Iterable[str]) -> Mapping[str, Item]:
        return {item.id: item for item in stored if item.id in set(ids)}

    def members(_: Iterable[str]) -> Mapping[str, Sequence[Item]]:
        return {}

    run = Stories(config.Stories(), members, newest=newest, items=by_id)
    for item in items:
        run.place(item, (), items)
    return {frozenset(story.items) for story in run.changes()[0]}


def test_episodes_of_a_show_are_stories_of_their_own() -> None:
    episodes = [episode(at) for at in range(len(GUESTS))]
    assert partition(episodes) == {frozenset({item.id}) for item in episodes}


def test_habits_are_known_from_what_is_stored_when_little_is_new() -> None:
    stored, new = [episode(at) for at in range(10)], [episode(10), episode(11)]
    assert partition(new, stored) == {frozenset({item.id}) for item in new}


WORKS = (
    ("Turbines for the canal mills", "Engineers weighed the wheels by hand."), ("What we learned in the valley", "Snow came early and stayed."),
    ("A year with the ferry line", "Crews now plan their own shifts."), ("Hiring in Halden", "We look for people who like tide tables."),
    ("Notes on quiet gears", "Felt works better than rubber."), ("Our new workshop", "Its roof is made of old sails."),
    ("Reading list for winter", "Seven books about bridges."), ("Ask us anything", "Letters from readers, answered at length."),
)  # fmt: skip


def post(feed: str, at: int) -> Item:
    title, text = WORKS[at]
    when = NOW + timedelta(hours=at)
    return Item(
        id=f"{feed}{at}", feed=feed, title=f"{title} ({feed})", text=f"{text} Gyrorotors follow Quillmark at {feed}.", seen=when, date=when
    )


def test_what_two_blogs_of_one_trade_say_every_day_makes_no_story_of_them() -> None:
    new = [
        Item(id="x", feed="gearhouse", title="Quillmark: less noise from gyrorotors", text="", seen=NOW, date=NOW),
        Item(id="y", feed="millworks", title="School gets gyrorotors like Quillmark", text="", seen=NOW, date=NOW),
    ]
    stored = [post(feed, at) for feed in ("gearhouse", "millworks") for at in range(len(WORKS))]
    before = [replace(item, date=item.date - timedelta(days=1)) for item in stored]
    assert partition(new) == {frozenset({"x", "y"})}
    assert partition(new, before) == {frozenset({"x"}), frozenset({"y"})}
    elsewhere = [item for item in before if item.feed == "gearhouse"]
    assert partition(new, elsewhere) == {frozenset({"x", "y"})}


def test_two_reports_of_one_event_in_such_a_feed_are_one_story() -> None:
    first, again = (
        Item(id=name, feed="show", title=f"Quillfeather Hour 2026: {title}", text=f"{text} {SHOW}", seen=NOW, date=NOW)
        for name, title, text in (
            ("x", "Ferry Marlinda aground off Tersk", "The ferry Marlinda ran aground off Tersk at night; tugs from Port Halden took off 214 passengers."),
            ("y", "Tugs free the ferry Marlinda", "Tugs have freed the ferry Marlinda, aground off Tersk since the night; all 214 passengers are in Port Halden."),
        )
    )  # fmt: skip
    assert frozenset({"x", "y"}) in partition([*[episode(at) for at in range(len(GUESTS))], first, again])


def test_a_feed_of_few_entries_has_no_habits() -> None:
    assert habits.words([{"quill"}] * 7) == frozenset()
    assert habits.words([{"quill"}] * 8) == {"quill"}


VECTORS = st.dictionaries(
    st.sampled_from(["ferry", "^ferry", "=tersk", "tersk", "port halden", "^port", "halden"]), st.floats(0.01, 1.0), max_size=7
)


@given(VECTORS, VECTORS)
def test_what_is_left_without_habits_is_never_more_and_all_if_there_are_none(one: vectors.Vector, other: vectors.Vector) -> None:
    whole = vectors.dot(one, other)
    assert abs(habits.without(frozenset(), one, other) - whole) < 1e-9
    assert habits.without(frozenset({"ferry", "port", "halden"}), one, other) <= whole + 1e-9
    assert habits.without(frozenset({"ferry", "tersk", "port", "halden"}), one, other) == 0


PLACES = (
    "Tersk", "Port Halden", "Ostrel", "Varenka", "Quill Point, Brimgate shelf", "Lower Lund", "Quill Point, Brimgate shelf", "Morvane",
)  # fmt: skip


def quake(at: int, feed: str = "quakes") -> Item:
    when = NOW + timedelta(minutes=90 * at)
    title = f"M {at % 4 + 1}.{at} - {11 + 7 * at} km NE of {PLACES[at]}"
    return Item(
        id=f"{feed}{at}",
        feed=feed,
        title=title,
        text=f"Time {when:%H:%M:%S} UTC, depth {at + 3}.{at} km below {PLACES[at]}.",
        seen=when,
        date=when,
    )


def test_no_two_entries_of_a_list_of_quakes_are_one_story_however_alike() -> None:
    quakes = [quake(at) for at in range(len(PLACES))]
    assert partition(quakes) == {frozenset({item.id}) for item in quakes}


def test_another_outlets_report_still_joins_an_entry_of_a_list() -> None:
    told = "Quake rattles windows in Quill Point; M 1.4, 39 km NE of Quill Point, depth 7.4 km below the Brimgate shelf."
    report = Item(id="report", feed="herald", title="M 1.4 quake off Quill Point", text=told, seen=NOW, date=NOW + timedelta(hours=7))
    assert frozenset({"quakes4", "report"}) in partition([*[quake(at) for at in range(len(PLACES))], report])


def test_a_round_up_of_a_feed_that_numbers_its_entries_is_not_laid_to_the_one_before() -> None:
    shows = [replace(episode(at), title=f"Quillfeather Hour {400 + at}", links=9 if at == 7 else 0, text=SHOW) for at in range(8)]
    assert partition(shows) == {frozenset({item.id}) for item in shows}


def test_a_feed_is_a_list_if_nearly_all_its_headlines_have_a_number_of_their_own() -> None:
    assert habits.numbered([{"^12"}] * 3 + [{"^14"}] * 3)
    assert not habits.numbered([{"^12"}] * 5)  # too few to know
    assert not habits.numbered([{"^12"}] * 4 + [{"ferry"}] * 6)
    assert not habits.numbered([{"12", "ferry"}] * 9)  # the number stands in the text
    assert not habits.numbered([{"^2026"}] * 9, {"^2026"})  # all have the same


def test_numbers_of_a_headline_are_told_from_those_of_the_text() -> None:
    made = likeness.traits(Item(id="x", feed="f", title="Kestrel 2.14 is out", text="It mends 31 faults.", seen=NOW, date=NOW))
    assert {stem for stem in habits.stems(made) if stem[0] == "^"} == {"^2", "^14"}


def test_the_oldest_entries_of_a_list_are_known_by_the_later_ones() -> None:
    old = [replace(quake(at), date=NOW + timedelta(days=9 * at)) for at in range(len(PLACES))]
    known = habits.Habits(likeness.traits)
    known.meet(old, {})
    assert known.numbers("quakes", NOW.timestamp() / 86_400)


@pytest.mark.parametrize(
    ("one", "other", "rubrics"),
    [
        ("Tide talk: nets of Tersk", "Tide talk: why the bridge hums", {"Tide talk …"}),
        ("Nets of Tersk | Evening desk", "Why the bridge hums | Evening desk", {"… Evening desk"}),
        ("Best drawings, 17 March 2026", "Best drawings, 16 March 2026", {"best drawings"}),
        ("Ferry aground off Tersk", "Ferry freed", set()),
        ("Number of dead in the Tersk ferry fire rises to 14", "Number of dead in the Tersk ferry fire rises to 19", set()),
    ],
)
def test_what_two_headlines_begin_or_end_with_may_be_a_rubric(one: str, other: str, rubrics: set[str]) -> None:
    assert habits.rubrics(one) & habits.rubrics(other) == rubrics


def test_a_rubric_or_an_author_ties_no_two_entries_of_one_feed() -> None:
    told = (("the last net maker", "Nets are mended by hand."), ("a bridge that hums", "Wind plays on its cables."))
    plain = [
        Item(id=f"t{at}", feed="herald", title=f"Letters from Quillmark lighthouse, Morvane: {title}", text=text, seen=NOW, date=NOW)
        for at, (title, text) in enumerate(told)
    ]
    author = "Marta Quillfeather Bexley"
    signed = [
        replace(item, title=f"{told[at][0]} ({author})", text=f"{author}: {item.text}", authors=(author,)) for at, item in enumerate(plain)
    ]
    assert partition(plain) == {frozenset({"t0"}), frozenset({"t1"})}
    assert partition(signed) == {frozenset({"t0"}), frozenset({"t1"})}
    unsigned = [replace(item, authors=()) for item in signed]
    assert partition(unsigned) == {frozenset({"t0", "t1"})}


def test_a_rubric_says_nothing_against_two_entries_that_share_more() -> None:
    told = (
        ("Marlinda aground off Tersk", "The ferry Marlinda ran aground off Tersk at night; tugs from Port Halden took off 214 passengers."),
        ("Marlinda freed", "Tugs have freed the ferry Marlinda, aground off Tersk since the night; all 214 passengers are in Port Halden."),
    )
    entries = [
        Item(id=f"e{at}", feed="herald", title=f"Harbour news: {title}", text=text, seen=NOW, date=NOW)
        for at, (title, text) in enumerate(told)
    ]
    assert partition(entries) == {frozenset({"e0", "e1"})}
