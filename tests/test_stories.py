"""Which items tell one story, that ids last, and that what a person put right stays right."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import config, identifiers, likeness, linkage, vectors
from curator.likeness import needed, sound, threshold, vector, voices
from curator.stories import Stories
from curator.types import Credit, Entity, Item, Link, Story, Tag

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)

FERRY = (
    (
        "Ferry Marlinda aground off Tersk",
        "The ferry Marlinda ran aground off the island of Tersk on Tuesday night, the coast guard said. Nobody was hurt when tugs took off the passengers.",
    ),
    (
        "Passengers of ferry Marlinda safe after night on Tersk shoals",
        "All passengers of the Marlinda were brought to Port Halden after the ferry struck the shoals of Tersk. The coast guard praised the tugs.",
    ),
    (
        "Rudder blamed for Marlinda accident",
        "Captain Ingrid Solvang said the rudder of the ferry Marlinda had failed before it ran onto the shoals off Tersk.",
    ),
)
GRAIN = (
    (
        "Wheat piles up in port of Varenka",
        "Silos in the port of Varenka are full of wheat because rail cars are missing, the harbour board reported. Director Pavel Hrubec blamed tolls.",
    ),
    (
        "Rail dispute fills Varenka silos",
        "A dispute over tolls between two rail companies leaves wheat lying in Varenka, where the silos are full, said Pavel Hrubec of the harbour board.",
    ),
)
TRAMS = (
    (
        "Tram drivers of Ostrel strike on Friday",
        "Trams in Ostrel will stand still on Friday, the union of drivers announced after talks with Mayor Leila Brandt failed.",
    ),
    (
        "Ostrel mayor calls tram strike out of proportion",
        "Mayor Leila Brandt of Ostrel promised buses for Friday, when the union of tram drivers wants to strike.",
    ),
)


def item(
    name: str,
    told: tuple[str, str],
    *,
    days: float = 0.0,
    story: str = "",
    copy_of: str | None = None,
    tags: Sequence[str] = (),
    links: int = 0,
    language: str | None = "en",
) -> Item:
    return Item(
        id=name, feed=f"feed-{name}", outlet=f"Outlet {name}", title=told[0], text=told[1], seen=NOW + timedelta(days=days), date=NOW + timedelta(days=days),
        story=story, copy_of=copy_of, tags=tuple(Tag(name=tag, why="") for tag in tags), links=links, language=language,
    )  # fmt: skip


class Desk:
    """Stories over polls: remembers items and their stories as a store would, and hands every item to every other as near."""

    def __init__(self, plan: config.Stories | None = None, corrections: Sequence[tuple[str, str, str]] = ()) -> None:
        self.plan, self.corrections = plan or config.Stories(), list(corrections)
        self.items: dict[str, Item] = {}
        self.stories: dict[str, Story] = {}

    def members(self, wanted: Iterable[str]) -> Mapping[str, Sequence[Item]]:
        return {story: [one for one in self.items.values() if one.story == story] for story in wanted}

    def poll(self, *new: Item, links: Mapping[str, Link] | None = None) -> tuple[Story, ...]:
        run = Stories(
            self.plan,
            self.members,
            items=lambda ids: {name: self.items[name] for name in ids if name in self.items},
            corrections=self.corrections,
        )
        for one in new:
            link = (links or {}).get(one.id)
            run.place(one, (link,) if link else (), tuple(self.items.values()))
        told, moved = run.changes()
        for one in new:
            link = (links or {}).get(one.id)
            self.items[one.id] = replace(one, copy_of=link.copy_of if link else one.copy_of)
        for name, story, why in moved:
            assert why
            self.items[name] = replace(self.items[name], story=story)
        for story_ in told:
            self.stories[story_.id] = story_
        self.check()
        return told

    def check(self) -> None:
        """Every item is in the story that it says it is in, and a story that went into another holds none."""
        for story in self.stories.values():
            held = {one.id for one in self.items.values() if one.story == story.id}
            assert held == (set(story.items) if story.into is None else set())
        assert all(one.story in self.stories for one in self.items.values())

    def of(self, name: str) -> str:
        return self.items[name].story

    def parts(self) -> set[frozenset[str]]:
        return {
            frozenset(one.id for one in self.items.values() if one.story == story) for story in {one.story for one in self.items.values()}
        }


def everything() -> list[Item]:
    told = [("f", FERRY), ("g", GRAIN), ("t", TRAMS)]
    return [item(f"{mark}{at}", one) for mark, all_ in told for at, one in enumerate(all_)]


EXPECTED = {frozenset({"f0", "f1", "f2"}), frozenset({"g0", "g1"}), frozenset({"t0", "t1"})}


def test_reports_of_one_event_are_one_story_and_others_are_not() -> None:
    desk = Desk()
    desk.poll(*everything())
    assert desk.parts() == EXPECTED


def test_a_story_says_what_it_holds() -> None:
    desk = Desk()
    told = desk.poll(
        item("a", FERRY[0], days=-1, tags=["sea/accident"]), item("b", FERRY[1], tags=["sea/accident", "rare"]), item("c", FERRY[2])
    )
    (story,) = told
    assert story.items == ("a", "b", "c")
    assert story.outlets == ("Outlet a", "Outlet b", "Outlet c")
    assert (story.first, story.last) == (NOW - timedelta(days=1), NOW)
    assert story.title in {title for title, _ in FERRY}
    assert story.topics[0] == "sea/accident"


def test_the_reason_names_the_nearest_report_and_words_in_common() -> None:
    run = Stories(config.Stories(), lambda ids: {})
    for at, told in enumerate(FERRY):
        run.place(item(f"f{at}", told))
    _, moved = run.changes()
    assert all("like “" in why and ("marlinda" in why or "tersk" in why) for _, _, why in moved)


def test_a_story_with_a_headline_that_was_changed_is_told_anew() -> None:
    desk = Desk()
    desk.poll(*everything())
    (told,) = desk.poll(replace(desk.items["f0"], title="Ferry Marlinda ran aground off Tersk, not Karlund"))
    assert told.title == "Ferry Marlinda ran aground off Tersk, not Karlund"


def test_what_comes_later_joins_the_story_and_the_id_stays() -> None:
    desk = Desk()
    desk.poll(item("f0", FERRY[0]), item("g0", GRAIN[0]))
    first = desk.of("f0")
    (told,) = desk.poll(item("f1", FERRY[1], days=1))
    assert told.id == first == desk.of("f1")
    assert told.items == ("f0", "f1")


def test_a_poll_with_nothing_like_it_changes_no_other_story() -> None:
    desk = Desk()
    desk.poll(*everything()[:5])
    told = desk.poll(item("t0", TRAMS[0]))
    assert [story.items for story in told] == [("t0",)]


def test_polling_one_by_one_gives_the_same_stories_as_all_at_once() -> None:
    desk = Desk()
    for one in everything():
        desk.poll(one)
    assert desk.parts() == EXPECTED


def test_two_stories_that_become_one_keep_the_older_id_and_the_other_leads_to_it() -> None:
    desk = Desk()
    desk.items = {"f0": item("f0", FERRY[0], days=-1, story="old"), "f1": item("f1", FERRY[1], story="young")}
    desk.stories = {name: Story(id=name, title="", items=(one,), first=NOW, last=NOW) for name, one in (("old", "f0"), ("young", "f1"))}
    told = {story.id: story for story in desk.poll(item("f2", FERRY[2], days=1))}
    assert told["old"].items == ("f0", "f1", "f2")
    assert told["young"].into == "old"


def test_a_copy_goes_where_its_article_is_and_does_not_count_as_a_voice() -> None:
    desk = Desk()
    desk.poll(item("f0", FERRY[0]))
    copy = item("c", ("Something else in the headline", FERRY[0][1]))
    (told,) = desk.poll(copy, links={"c": Link(item="c", copy_of="f0", why="")})
    assert told.items == ("c", "f0") or told.items == ("f0", "c")
    assert desk.of("c") == desk.of("f0")


def test_a_voice_speaks_with_the_fullest_of_its_copies() -> None:
    desk = Desk()
    (told,) = desk.poll(
        item("t", ("Ferry Marlinda … - Post", "")), item("f0", FERRY[0]), links={"f0": Link(item="f0", copy_of="t", why="")}
    )
    assert told.title == FERRY[0][0]


@pytest.mark.parametrize(
    ("days", "tags", "same"), [(7, (), True), (10, (), False), (10, ("cyber/ransomware",), True), (14, ("cyber/ransomware",), False)]
)
def test_a_story_without_news_closes_after_its_window(days: float, tags: Sequence[str], same: bool) -> None:
    desk = Desk()
    desk.poll(item("f0", FERRY[0], tags=tags))
    desk.poll(item("f1", FERRY[1], days=days, tags=tags))
    assert (desk.of("f0") == desk.of("f1")) is same


def test_the_windows_are_the_users_to_set() -> None:
    desk = Desk(config.Stories(window_days=20))
    desk.poll(item("f0", FERRY[0]))
    desk.poll(item("f1", FERRY[1], days=18))
    assert desk.of("f0") == desk.of("f1")


@pytest.mark.parametrize("kind", ["malware", "actor", "place"])
def test_two_reports_that_call_one_attacker_or_tool_by_other_names_are_one_story(kind: str) -> None:
    known = (Entity(kind=kind, value="Greywolf", why="as the list of names has it"),)
    told = (
        (
            "Clinics of Halden shut by Greywolf",
            "Computers in four clinics of Halden were locked on Monday night. Doctors wrote on paper, and the board said that Greywolf had come in "
            "through a forgotten account.",
        ),
        (
            "Dire Hound behind failure of hospitals, say investigators",
            "Dire Hound, which locks what it finds, came into the network of hospitals at Halden by an account that nobody used any more, "
            "investigators told us on Tuesday.",
        ),
    )
    for entities, one in (((), False), (known, kind != "place")):
        desk = Desk()
        desk.poll(*(replace(item(name, text), entities=entities) for name, text in zip("ab", told, strict=True)))
        assert (desk.of("a") == desk.of("b")) is one


def test_a_round_up_joins_no_two_stories() -> None:
    told = " ".join([FERRY[0][1], GRAIN[0][1], TRAMS[0][1]])
    desk = Desk()
    desk.poll(*everything(), item("r", ("The week in brief: ferry, wheat, trams", told), links=9))
    assert {part - {"r"} for part in desk.parts()} - {frozenset()} == EXPECTED


@pytest.mark.parametrize(
    "headline",
    [
        "Marlinda aground: what we know so far",
        "What we know about the ferry",
        "Ferry: here is what we know now",
        "Owner of the ferry leaves press briefing early",
    ],
)
def test_who_tells_what_is_known_or_said_of_one_event_gathers_no_others(headline: str) -> None:
    assert not identifiers.gathers(headline, "", 0)


@pytest.mark.parametrize(
    "headline", ["What we learned this week", "What we read on the beach", "The week in brief: ferry, wheat, trams", "Morning briefing"]
)
def test_who_tells_what_happened_in_a_week_or_a_night_gathers_others(headline: str) -> None:
    assert identifiers.gathers(headline, "", 0)


@pytest.mark.parametrize(("times", "one"), [(15, True), (1, False)])
def test_articles_that_link_to_their_sources_make_a_story_and_lists_of_links_do_not(times: int, one: bool) -> None:
    desk = Desk()
    desk.poll(*(item(name, (title, text * times), links=6) for name, (title, text) in zip("ab", FERRY, strict=False)))
    assert (desk.of("a") == desk.of("b")) is one


def test_a_large_story_does_not_swallow_its_neighbours() -> None:
    desk = Desk()
    many = [item(f"f{at}", (FERRY[at % 3][0], f"{FERRY[at % 3][1]} Report number {at} of the day.")) for at in range(45)]
    desk.poll(*many, *(one for one in everything() if one.id[0] != "f"))
    desk.poll(
        item(
            "x",
            (
                "New ferry line between Karlund and Osterby opens",
                "A ferry will sail twice a day between Karlund and Osterby from May, the two towns said.",
            ),
        )
    )
    assert len({desk.of(one.id) for one in many}) == 1
    assert desk.of("x") != desk.of("f0")
    assert desk.of("g0") == desk.of("g1") != desk.of("f0")


def test_a_story_too_large_to_be_loaded_whole_moves_as_a_whole() -> None:
    desk = Desk()
    many = [
        item(f"f{at:02}", (FERRY[at % 3][0], f"{FERRY[at % 3][1]} Report number {at} of the day."), story="young", days=at / 100)
        for at in range(90)
    ]
    old = item("old", FERRY[0], story="old", days=-1)
    desk.items = {one.id: one for one in (*many, old)}
    desk.stories = {
        "young": Story(id="young", title="", items=tuple(one.id for one in many), first=NOW, last=NOW),
        "old": Story(id="old", title="", items=("old",), first=NOW, last=NOW),
    }
    told = {story.id: story for story in desk.poll(item("new", FERRY[1], days=1))}
    assert told["young"].into == "old"
    assert len(told["old"].items) == 92


def test_a_copy_of_an_early_report_finds_its_story_however_many_reports_came_since() -> None:
    desk = Desk()
    many = [item(f"f{at:02}", (FERRY[0][0], f"{FERRY[0][1]} Report number {at} of the day."), days=at / 100) for at in range(90)]
    desk.poll(*many)
    desk.poll(item("copy", FERRY[0], days=1), links={"copy": Link(item="copy", copy_of="f00", why="")})
    assert desk.of("copy") == desk.of("f00")


@pytest.mark.parametrize("texts", [("Die Behörde fand Gift im Wasser der Stadt.", "The board got a gift of maps."), ("", "")])
def test_two_languages_are_not_joined_by_a_chance_word(texts: tuple[str, str]) -> None:
    desk = Desk()
    desk.poll(
        item("a", ("Die Gift im Wasser", texts[0]), language="de"),
        item("b", ("A gift for the water board", texts[1]), language="en"),
    )
    assert desk.of("a") != desk.of("b")


def test_a_headline_whose_language_was_mistaken_still_finds_its_story() -> None:
    desk = Desk()
    desk.poll(
        item("a", ("Ferry Marlinda aground off Tersk", "")), item("b", ("Marlinda ferry captain blames Tersk shoals", ""), language="nl")
    )
    assert desk.of("a") == desk.of("b")


def test_russian_and_ukrainian_stories_are_found_whatever_the_endings() -> None:
    desk = Desk()
    desk.poll(
        item(
            "a",
            ("Паром «Марлинда» сел на мель у Терска", "Паром сел на мель у острова Терск, пассажиров парома сняли буксиры."),
            language="ru",
        ),
        item("b", ("Пассажиры парома «Марлинда» спасены", "Буксиры сняли пассажиров с севшего на мель у Терска парома."), language="ru"),
        item(
            "c",
            ("Трамваи Острела бастуют в пятницу", "Профсоюз водителей трамваев объявил забастовку после переговоров с мэром."),
            language="ru",
        ),
    )
    assert desk.of("a") == desk.of("b") != desk.of("c")


def test_what_a_person_put_together_is_one_story_and_stays_one() -> None:
    desk = Desk()
    desk.poll(*everything())
    desk.corrections.append(("same-story", "t0", "g0"))
    desk.poll(desk.items["t0"])
    assert desk.of("t0") == desk.of("g0")
    desk.poll(item("t2", ("Tram strike in Ostrel goes on", TRAMS[1][1]), days=1))
    assert desk.of("t0") == desk.of("g0")


def test_what_a_person_took_out_of_a_story_stays_out() -> None:
    desk = Desk()
    desk.poll(*everything())
    story = desk.of("f2")
    desk.corrections.append(("not-story", "f2", story))
    desk.poll(desk.items["f2"])
    assert desk.of("f2") != desk.of("f0") == desk.of("f1") == story
    desk.poll(item("f3", ("Ferry Marlinda towed from Tersk shoals", FERRY[1][1]), days=1))
    assert desk.of("f2") != desk.of("f0")


def test_a_correction_that_names_another_item_needs_no_story_id() -> None:
    desk = Desk(corrections=[("not-story", "f2", "f0")])
    desk.poll(*everything())
    assert desk.of("f2") != desk.of("f0")


def test_placing_the_same_items_again_changes_nothing() -> None:
    desk = Desk()
    desk.poll(*everything())
    before = desk.parts()
    assert desk.poll(*desk.items.values()) == ()
    assert desk.parts() == before


UNRELATED = (
    ("Harbour museum of Zelmark opens a new wing", "A wing for ships was opened by the mayor, who told Kestrel Gazette that he was glad."),
    ("Chess champion loses title in five games", "The champion told Kestrel Gazette that his health had suffered."),
    ("Frost ruins cherry harvest", "Growers told Kestrel Gazette that nothing was left."),
)


@pytest.mark.parametrize("known", [True, False])
def test_the_name_of_the_outlet_ties_no_two_items(known: bool) -> None:
    desk = Desk()
    told = [(f"{title} - Kestrel Gazette", text if known else "") for title, text in UNRELATED]
    desk.poll(*[replace(item(f"i{at}", one), outlet="Kestrel Gazette", outlet_known=known) for at, one in enumerate(told)])
    assert len(desk.parts()) == 3


@pytest.mark.parametrize(("outlet", "says"), [("Reuters", False), ("Microsoft", True)])
def test_press_that_is_credited_says_nothing_of_what_is_told_and_companies_do(outlet: str, says: bool) -> None:
    one = item("a", ("Frost ruins cherry harvest", f"Growers told {outlet} that nothing was left."))
    credit = Credit(outlet=outlet, pattern="told", words=f"told {outlet}", field="text", start=8)
    made, _ = vector(replace(one, credits=(credit,)))
    assert (outlet.lower()[:7] in " ".join(made)) is says


def test_an_outlets_name_inside_a_word_stays() -> None:
    one = item("a", ("APT28 seen again", "The group APT28 was seen."))
    assert vector(replace(one, source="AP")) == vector(one)


def test_one_rare_name_in_common_is_no_story() -> None:
    desk = Desk()
    desk.poll(
        item("a", ("Opening of the Varenka bridge delayed", "Engineers found cracks in two pillars.")),
        item("b", ("Varenka choir wins prize", "The singers were awarded the silver medal in Halden.")),
    )
    assert desk.of("a") != desk.of("b")


THEFT = (
    (
        "Painting stolen from museum at night",
        "A painting of a lighthouse was stolen from the museum at night, the police said. The guards had noticed nothing.",
    ),
    (
        "Guards: alarm was off when thieves came",
        "The director said that the alarm had been switched off because of a fault. Police look for two men and the painting.",
    ),
)


@pytest.mark.parametrize(("days", "dated", "same"), [(0, True, True), (1, True, True), (5, True, False), (0, False, False)])
def test_what_has_little_in_common_is_one_story_only_if_it_came_within_days(days: float, dated: bool, same: bool) -> None:
    desk = Desk()
    first, second = item("a", THEFT[0]), item("b", THEFT[1], days=days)
    desk.poll(replace(first, published=first.date if dated else None), replace(second, published=second.date))
    assert (desk.of("a") == desk.of("b")) is same


def test_spoilt_character_references_are_no_numbers_in_common() -> None:
    spoilt = item("a", ("Frost #39;ruins #39; cherry harvest", "Growers say #8220;nothing #8221; is left."))
    assert vector(spoilt) == vector(item("a", ("Frost ruins cherry harvest", "Growers say nothing is left.")))


BLACKOUT = (
    "Brimgate down: shops close", "Shops close as Brimgate fails", "Brimgate failure: shops and trains stand still", "Trains late, shops shut: Brimgate",
    "Why Brimgate failed", "Brimgate failure goes on, trains late", "Shops count cost of Brimgate failure", "Trains run again after Brimgate failure",
    "Brimgate failure: shops open again", "Brimgate failure hits trains",
)  # fmt: skip


def test_the_name_that_many_headlines_share_is_what_they_tell_of() -> None:
    desk = Desk()
    desk.poll(*[item(f"b{at}", (title, "")) for at, title in enumerate(BLACKOUT)], item("x", ("Chief of Brimgate says sorry", "")))
    alone = Desk()
    alone.poll(item("b0", (BLACKOUT[0], "")), item("x", ("Chief of Brimgate says sorry", "")))
    assert desk.of("x") == desk.of("b0")
    assert alone.of("x") != alone.of("b0")


def headlines(key: int, counts: Mapping[str, int], size: int) -> linkage.Cluster:
    """A large story of so many headlines alone, so many of which hold each of the words."""
    made = cluster(
        key, {f"^{word}": float(count) for word, count in counts.items()}, words=0.0, feeds={f"feed-{key}-{at}" for at in range(size)}
    )
    made.members = [f"{key}-{at}" for at in range(size)]
    made.square = vectors.dot(made.total, made.total)
    return made


def test_a_place_in_two_headlines_of_one_feed_is_no_story() -> None:
    told = (("New Ostrel: judge delays trial of a baker", ""), ("Harbour of New Ostrel gets a billion", ""))
    desk = Desk()
    desk.poll(*[replace(item(f"n{at}", one), feed="herald") for at, one in enumerate(told)])
    assert desk.of("n0") != desk.of("n1")


def test_a_name_in_all_that_few_feeds_tell_is_not_what_they_tell_of() -> None:
    titles = [
        f"Brandt {what}"
        for what in ("opens fair", "opens bridge", "names judge", "sells boats", "meets bakers", "plants trees", "swims", "sings", "rests")
    ]
    few, many = Desk(), Desk()
    few.poll(*[replace(item(f"b{at}", (title, "")), feed=f"feed-{at % 2}") for at, title in enumerate(titles)])
    many.poll(*[item(f"b{at}", (title, "")) for at, title in enumerate(BLACKOUT)])
    assert max(map(len, few.parts())) < 4
    assert max(map(len, many.parts())) == len(BLACKOUT)


def test_a_fair_at_which_much_happens_chains_no_two_large_stories_of_headlines() -> None:
    speech = headlines(0, {"whistleblower": 30, "privacy": 25, "fair": 12}, 30)
    film = headlines(1, {"comedy": 30, "actor": 25, "fair": 12}, 30)
    assert not sound(speech, film, vectors.dot(speech.total, film.total), needed=0.05)


def test_large_stories_of_headlines_are_one_if_they_tell_of_one_name_or_share_more_than_that() -> None:
    launch = headlines(0, {"Brimgate": 30, "launch": 9}, 30)
    verdict = headlines(1, {"Brimgate": 28, "verdict": 12}, 30)
    crash = headlines(2, {"plane": 20, "search": 20, "sea": 20, "night": 18}, 30)
    missing = headlines(3, {"missing": 25, "jet": 20, "search": 19, "sea": 20}, 30)
    assert sound(launch, verdict, vectors.dot(launch.total, verdict.total), needed=0.05)
    assert sound(crash, missing, vectors.dot(crash.total, missing.total), needed=0.05)


def test_a_text_that_only_says_the_headline_again_is_none() -> None:
    title = "Crane of Varenka lifts again"
    assert vector(item("a", (title, title))) == vector(item("b", (title, "")))


def test_numbers_alone_make_no_story() -> None:
    told = (("Quillmark 4.17.3", "Faster gyrorotors, fewer leaks."), ("Brimgate 4.17.3", "Tide tables are back, with a new frame."))
    named = (("Quillmark 4.17.3", "Faster gyrorotors, fewer leaks."), ("Quillmark 4.17.3 is out", "Gyrorotors run faster in it."))
    apart, together = Desk(), Desk()
    apart.poll(*[item(f"r{at}", one) for at, one in enumerate(told)])
    together.poll(*[item(f"r{at}", one) for at, one in enumerate(named)])
    assert len(apart.parts()) == 2
    assert len(together.parts()) == 1


@pytest.mark.parametrize(
    ("headline", "more", "enough"),
    [
        ({"harvest": 0.4, "frost": 0.4}, {}, False),
        ({"harvest": 0.4, "ferry": 0.4}, {}, True),
        ({"harvest": 0.4, "frost": 0.4}, {"languages": {"uk"}}, True),
        ({"harvest": 0.4, "frost": 0.4}, {"credits": {"Reuters"}}, True),
    ],
    ids=["knows nothing of it", "knows half", "in another language", "credits it"],
)
def test_an_item_that_knows_nothing_of_what_the_headline_says_needs_more(
    headline: dict[str, float], more: dict[str, object], enough: bool
) -> None:
    shared = {"tersk": 0.3, "=tersk": 0.3, "shoal": 0.2, "tug": 0.2}
    report = cluster(0, {"^ferry": 0.5, **shared}, feeds={"f0"}, languages={"en"}, tellers={"Reuters"})
    other = cluster(
        1, {**{f"^{word}": weight for word, weight in headline.items()}, **shared}, feeds={"f1"}, **{"languages": {"en"}, **more}
    )
    product = vectors.dot(report.total, other.total)
    assert sound(report, other, product, needed=0.9 * product) is enough


def test_a_year_in_a_dated_entry_says_when_not_what() -> None:
    plain, dated = ("Fair of Ostrel opens", "Stalls open today."), ("Fair of Ostrel 2026 opens", "Stalls open today.")
    assert vector(replace(item("a", plain), published=NOW))[0] == vector(replace(item("b", dated), published=NOW))[0]
    assert "^2026" in vector(item("b", dated))[0]


def cluster(key: int, total: dict[str, float], **more: object) -> linkage.Cluster:
    values: dict[str, object] = {"first": 0.0, "last": 0.0, "window": 8.0, "words": 60.0, "languages": set(), "names": set()}
    return linkage.Cluster(key=key, total=total, members=[str(key)], ways=set(total), **{**values, **more})  # type: ignore[arg-type]


_TERMS = st.dictionaries(st.sampled_from(["^mast", "^rudder", "^tug", "mast", "=tug", "shoal"]), st.floats(0.01, 1), min_size=1)


@given(_TERMS, _TERMS)
def test_however_little_two_items_know_of_each_others_headlines_they_need_no_more_likeness_than_the_most(
    mine: dict[str, float], yours: dict[str, float]
) -> None:
    assert 1.0 <= likeness._estranged(cluster(0, mine), cluster(1, yours)) <= likeness._ESTRANGED


def test_the_longer_apart_the_more_likeness_is_needed_and_no_date_is_as_some_days() -> None:
    one = cluster(0, {"a": 1.0})
    same_day, days_later, undated = cluster(1, {"a": 1.0}), cluster(2, {"a": 1.0}, first=3.0, last=3.0), cluster(3, {"a": 1.0}, dated=False)
    assert needed(one, same_day) < needed(one, days_later) < needed(one, undated)


@pytest.mark.parametrize(
    ("day", "languages", "less"),
    [(0.0, {"en"}, True), (0.0, {"uk"}, True), (6.0, {"en"}, False)],
    ids=["same day", "translated", "long after"],
)
def test_a_report_that_credits_an_outlet_is_nearer_to_that_outlets_report(day: float, languages: set[str], less: bool) -> None:
    report = cluster(0, {"a": 1.0}, tellers={"Reuters"}, languages={"en"})
    plain = cluster(1, {"a": 1.0}, first=day, last=day, languages=languages, tellers={"BBC"})
    crediting = cluster(2, {"a": 1.0}, first=day, last=day, languages=languages, tellers={"BBC"}, credits={"Reuters"})
    assert (needed(report, crediting) < needed(report, plain)) is less


def test_what_names_other_flaws_is_not_nearer_for_a_credit() -> None:
    advisory = cluster(0, {"a": 1.0}, tellers={"CERT Valdora"}, feeds={"cert"}, marks={("CVE", "2099-1")}, headed={("CVE", "2099-1")})
    report = cluster(1, {"a": 1.0}, credits={"CERT Valdora"}, feeds={"times"}, marks={("CVE", "2099-2")})
    of_both = cluster(2, {"a": 1.0}, credits={"CERT Valdora"}, feeds={"times", "cert"}, marks={("CVE", "2099-2")})
    assert needed(advisory, report) > needed(cluster(3, {"a": 1.0}), cluster(4, {"a": 1.0}))
    assert needed(advisory, of_both) == inf


def test_within_one_feed_more_likeness_is_needed() -> None:
    one, same, other = (cluster(at, {"a": 1.0}, feeds={feed}) for at, feed in enumerate(("herald", "herald", "times")))
    assert needed(one, same) > needed(one, other)


def test_who_is_thanked_for_a_picture_or_spoken_of_is_not_whose_report_it_is() -> None:
    given = [
        Credit(outlet=name, pattern=pattern, words="", field="text", start=0)
        for name, pattern in (("AFP", "photo"), ("BBC", "subject"), ("Reuters", "citing"))
    ]
    told = replace(item("a", FERRY[0]), outlet="Kestrel Gazette", outlet_known=True, credits=tuple(given))
    assert voices(told) == ({"Kestrel Gazette"}, {"Reuters"})


ADVICE = "The vendor published a security update for {}. A remote attacker could exploit this vulnerability{} to execute arbitrary code. Users and administrators are encouraged to review the advisory and apply the necessary updates."


@pytest.mark.parametrize("numbers", [("", "", ""), (" CVE-2026-1001", " CVE-2026-2002", " CVE-2026-3003")])
def test_advisories_of_one_feed_that_differ_in_what_they_are_about_are_stories_of_their_own(numbers: Sequence[str]) -> None:
    desk = Desk()
    told = [
        (f"{vendor} Releases Security Update", ADVICE.format(vendor, number))
        for vendor, number in zip(("Adobe", "Mozilla", "Cisco"), numbers, strict=True)
    ]
    desk.poll(*[replace(item(f"i{at}", one, tags=["cyber/vulnerability"]), feed="cert") for at, one in enumerate(told)])
    assert len(desk.parts()) == 3


def test_reports_that_name_the_same_flaw_are_one_story_though_one_names_another_too() -> None:
    desk = Desk()
    desk.poll(
        item(
            "a",
            ("Attackers exploit Brimgate flaw CVE-2026-1111", "Attackers exploit CVE-2026-1111 in Brimgate gateways, Ostrel CERT said."),
        ),
        item(
            "b", ("Brimgate patches exploited gateway flaw", "Brimgate patched CVE-2026-1111, which Ostrel CERT saw exploited in gateways.")
        ),
        item("c", ("Brimgate gateway flaws CVE-2026-1111 and CVE-2026-1112 exploited", "Ostrel CERT sees Brimgate gateways attacked.")),
    )
    assert len(desk.parts()) == 1


def test_days_of_one_trial_are_one_story_whatever_their_number() -> None:
    desk = Desk()
    desk.poll(
        item(
            "a",
            (
                "Day 3 of the Solvang trial: captain heard",
                "Captain Ingrid Solvang told the court of Tersk about the rudder of the Marlinda.",
            ),
        ),
        item(
            "b",
            ("Day 4 of the Solvang trial: engineer heard", "An engineer told the court of Tersk that the rudder of the Marlinda was old."),
            days=1,
        ),
    )
    assert desk.of("a") == desk.of("b")


NEWS = [*FERRY, *GRAIN, *TRAMS, ("", ""), ("Morning news", "")]


Picked = Sequence[tuple[tuple[str, str], int]]


def told_otherwise(picked: Picked, chance: random.Random, polls: int) -> tuple[int, int]:
    """How many pairs of these items are judged otherwise if they come in another order over some polls, and how many there are."""
    items = [item(f"i{at}", (title, text and f"{text} Note {at}."), days=day / 4) for at, ((title, text), day) in enumerate(picked)]
    one, other = Desk(), Desk()
    one.poll(*items)
    turned = list(items)
    chance.shuffle(turned)
    for at in range(polls):
        if turned[at::polls]:
            other.poll(*turned[at::polls])
    pairs = [(a.id, b.id) for a in items for b in items if a.id < b.id]
    return sum((one.of(a) == one.of(b)) != (other.of(a) == other.of(b)) for a, b in pairs), len(pairs)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NEWS), st.integers(0, 3)), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
    st.integers(1, 4),
)
def test_order_and_number_of_polls_play_no_part(picked: list[tuple[tuple[str, str], int]], chance: random.Random, polls: int) -> None:
    """Measured: in 19,000 draws no pair was judged otherwise."""
    assert told_otherwise(picked, chance, polls)[0] == 0


EDGES = [*NEWS, *THEFT, *[(title, "") for title in BLACKOUT], ("Chief of Brimgate says sorry", ""), ("Marlinda captain heard in court of Tersk", ""),
         ("Ostrel trams: talks go on", "")]  # fmt: skip


def test_among_headlines_that_could_be_either_hardly_a_pair_hangs_on_the_order() -> None:
    """Measured bound: one pair in two hundred; over 13,000 draws it was one in a thousand."""
    chance = random.Random(3)
    differing = pairs = 0
    for _ in range(60):
        picked = [(chance.choice(EDGES), chance.randint(0, 3)) for _ in range(chance.randint(4, 14))]
        some, all_ = told_otherwise(picked, chance, chance.randint(1, 4))
        differing, pairs = differing + some, pairs + all_
    assert differing <= pairs / 200


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=120)), max_size=5))
def test_nothing_that_a_feed_sends_makes_it_fail(told: list[tuple[str, str]]) -> None:
    desk = Desk()
    desk.poll(*[item(f"i{at}", one) for at, one in enumerate(told)])
    desk.poll(*[item(f"j{at}", one) for at, one in enumerate(told)])


# ── what it is made of ──────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text(max_size=60), st.text(max_size=200))
def test_a_vector_has_length_one_or_says_nothing(title: str, text: str) -> None:
    made, words = vector(item("a", (title, text)))
    assert not made or abs(vectors.dot(made, made) - 1) < 1e-9
    assert words >= 0


def test_full_texts_need_more_likeness_than_headlines() -> None:
    assert threshold(0) < threshold(30) < threshold(200) < 0.25


def test_clusters_join_by_the_mean_of_all_pairs() -> None:
    joined = linkage.Linkage(lambda one, other, like: 0.5, vectors.dot)
    for key, total in enumerate([{"a": 1.0}, {"a": 0.8, "b": 0.6}, {"b": 1.0}]):
        joined.enter(cluster(key, total), compare=True)
    joined.settle()
    # a–ab .8 joins first; b is like the two by (0 + .6) / 2 = .3 and stays alone
    assert sorted(sorted(one.members) for one in joined.clusters.values()) == [["0", "1"], ["2"]]


def test_clusters_too_far_apart_are_compared_once_another_stands_between_them() -> None:
    def cluster(key: int, day: float) -> linkage.Cluster:
        return linkage.Cluster(
            key=key, total={"a": 1.0}, members=[str(key)], ways={"a"}, first=day, last=day, window=4, words=0, languages=set(), names=set()
        )

    joined = linkage.Linkage(lambda one, other, like: None if linkage.apart(one, other) else 0.5, vectors.dot)
    for key, day in enumerate((0.0, 6.0, 3.0)):
        joined.enter(cluster(key, day), compare=True)
    joined.settle()
    assert [(sorted(one.members), one.square) for one in joined.clusters.values()] == [(["0", "1", "2"], 9.0)]


def test_what_is_long_over_takes_no_place_from_what_may_be_joined() -> None:
    held = linkage.Linkage(lambda one, other, like: 0.5, vectors.dot)
    words = dict.fromkeys("abcd", 0.5)
    for key in range(40):
        held.enter(cluster(key, words, first=-100.0, last=-100.0), compare=False)
    held.enter(cluster(40, {"a": 1.0, "b": 1.0}), compare=False)
    assert held.near(cluster(41, words)) == [40]
