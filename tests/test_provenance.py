"""Who reported, who only repeats, how many independent origins: a story's items judged together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import config, outlets, provenance
from curator.credits import prepare
from curator.types import Item, Story

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
BOOK = outlets.book((config.Outlet(name="Larch Labs", kind="official"),))
FIND = prepare(BOOK)
LONG = (
    "The harbour of Port Sable was closed on Monday after a dredger struck a pipe that no chart showed. Divers found a crack of two metres, and "
    "the ferry company sent its passengers by bus. Fishermen said the pipe had been known to them since the seventies. A crane will lift it at "
    "low tide on Thursday if the wind allows."
)


def item(number: int, outlet: str | None, text: str, *, hours: float = 0, feed: str = "", **keys: object) -> Item:
    at = NOON + timedelta(hours=hours or number)
    made = Item(
        id=f"{number:016x}",
        feed=feed or outlet or f"site{number}",
        outlet=outlet or f"Site {number}",
        outlet_known=outlet is not None,
        url=f"https://host{number}.example/a",
        text=text,
        language="en",
        seen=at,
        date=at,
    )
    made = replace(made, **keys)  # type: ignore[arg-type]
    return replace(made, credits=FIND(made))


def judge(
    *items: Item, feeds: dict[str, config.Feed] | None = None, earlier: Sequence[Story] = ()
) -> tuple[Story, list[provenance.Provenance]]:
    names = tuple(dict.fromkeys(one.outlet or one.feed for one in items))
    story = Story(id="s1", title="t", items=tuple(one.id for one in items), outlets=names, first=items[0].date, last=items[-1].date)
    judged, found = provenance.judge(story, items, BOOK, feeds, earlier)
    return judged, [found[one.id] for one in items]


def feed(name: str, **keys: object) -> config.Feed:
    return config.Feed(name=name, url=f"https://{name}.example/feed", **keys)  # type: ignore[arg-type]


OWN = "The pipe was known since 1974, a diver told Reuters at the quay."
REPEAT = "The pipe was known for decades, Reuters reported."


def test_ten_outlets_that_repeat_one_report_are_one_origin() -> None:
    items = [item(1, "Reuters", OWN), *(item(n, name, REPEAT) for n, name in enumerate(("CNN", "Dawn", "Le Monde", "Yle", "NPR"), 2))]
    story, found = judge(*items)
    assert (story.origins, story.origins_min, story.origins_max) == (("Reuters",), 1, 1)
    assert [one.role for one in found] == ["own", *["derived"] * 5]
    assert story.credibility == "3"


def test_an_origin_that_is_credited_but_not_among_the_items_counts() -> None:
    story, found = judge(item(1, "CNN", REPEAT))
    assert (story.origins, story.origins_min) == (("Reuters",), 1)
    assert found[0].evidence == "Reuters reported"


def test_two_reports_of_their_own_are_two_origins() -> None:
    story, _ = judge(
        item(1, "Reuters", OWN), item(2, "AP", "A fisherman told The Associated Press that he had drawn the pipe on a napkin.")
    )
    assert story.origins == ("Reuters", "AP")
    assert story.credibility == "2"


def test_outlets_of_one_group_are_one_origin() -> None:
    story, _ = judge(
        item(1, "Defense News", "A pilot told Defense News so."), item(2, "Military Times", "A sailor told Military Times so.")
    )
    assert story.origins_min == 1


def test_what_cannot_be_known_widens_the_range_and_never_the_least() -> None:
    story, found = judge(item(1, "Reuters", OWN), item(2, "Sky News", "A harbour is closed."), item(3, None, "A pipe has cracked."))
    assert (story.origins_min, story.origins_max) == (1, 3)
    assert [one.role for one in found] == ["own", "unknown", "unknown"]


def test_a_story_of_unknown_items_has_no_known_origin() -> None:
    story, _ = judge(item(1, "Sky News", "A harbour is closed."))
    assert (story.origins, story.origins_min, story.origins_max, story.credibility) == ((), 0, 1, "6")


def test_a_publisher_without_identity_is_never_own() -> None:
    _, found = judge(item(1, None, "We visited the quay. “I drew it on a napkin,” a fisherman told us."))
    assert found[0].role == "unknown"


def test_a_copy_without_any_credit_is_known_by_its_text() -> None:
    items = item(1, "Reuters", f"{LONG} A diver told Reuters so."), item(2, None, LONG, title="Pipe!"), item(3, "Dawn", LONG)
    story, found = judge(*items)
    assert [(one.role, one.origin) for one in found] == [("own", "Reuters"), ("syndicated", "Reuters"), ("syndicated", "Reuters")]
    assert (story.origins_min, story.origins_max) == (1, 1)


def test_a_copy_of_a_retelling_rests_on_what_that_rests_on() -> None:
    _, found = judge(item(1, "Sky News", f"{LONG} That is what Haaretz reported."), item(2, None, LONG))
    assert (found[1].role, found[1].origin) == ("syndicated", "Haaretz")


def test_self_credits_in_a_text_of_nobody_known_show_whose_it_is() -> None:
    text = f"{LONG} A diver told CNN so. CNN has reached out to the port for comment."
    _, found = judge(item(1, None, text))
    assert (found[0].role, found[0].origin) == ("syndicated", "CNN")


def test_a_chain_is_followed_through_the_items_of_the_story() -> None:
    items = (
        item(1, "Reuters", "The audit was waived, Haaretz reported."),
        item(2, "TechCrunch", "The audit was waived, according to Reuters."),
    )
    story, found = judge(*items)
    assert [one.origin for one in found] == ["Haaretz", "Haaretz"]
    assert story.origins == ("Haaretz",)


def test_outlets_that_only_cite_one_another_are_a_flagged_ring() -> None:
    ring = (
        item(1, "Xinhua", "A depot is planned, the Bangkok Post reported."),
        item(2, "Bangkok Post", "A depot is planned, Xinhua reported."),
    )
    story, _ = judge(*ring)
    assert (story.origins_min, story.origins_max) == (0, 1)
    assert story.flags == ("circular: Bangkok Post, Xinhua",)
    assert story.credibility == "6"


def test_an_own_report_breaks_the_ring() -> None:
    story, _ = judge(
        item(1, "Xinhua", "A depot is planned, the Bangkok Post reported."),
        item(2, "Bangkok Post", "A depot is planned, Xinhua reported."),
        item(3, "Bangkok Post", "The depot's surveyor told the Bangkok Post where it will stand."),
    )
    assert story.origins == ("Bangkok Post",)


def test_the_source_of_an_aggregators_entry_is_whose_text_it_is() -> None:
    feeds = {"news": feed("news", role="aggregator")}
    _, found = judge(item(1, "CNN", "A harbour is closed.", feed="news", source="CNN"), feeds=feeds)
    assert (found[0].role, found[0].origin) == ("syndicated", "CNN")


def test_a_body_is_the_origin_of_its_own_statement_and_of_what_rests_on_it() -> None:
    feeds = {"labs": feed("labs", role="primary"), "police": feed("police", role="primary")}
    items = (
        item(1, "Larch Labs", "We found a flaw in our pump.", feed="labs"),
        item(2, "The Register", "Larch Labs says its pump has a flaw."),
        item(3, "Ars Technica", "A pump has a flaw, and Larch Labs has fixed it."),
    )
    story, found = judge(*items, feeds=feeds)
    assert [(one.role, one.origin) for one in found] == [("own", "Larch Labs"), ("derived", "Larch Labs"), ("derived", "Larch Labs")]
    assert story.origins == ("Larch Labs",)


def test_a_body_is_recognised_by_its_kind_in_another_language() -> None:
    feeds = {"polizei": feed("polizei", role="primary", outlet="Polizei Oldenburg")}
    items = (
        item(1, "Polizei Oldenburg", "Unbekannte haben ein Boot gestohlen.", feed="polizei", language="de"),
        item(2, "NDR", "Ein Boot wurde gestohlen, wie die Polizei mitteilte.", language="de"),
    )
    _, found = judge(*items, feeds=feeds)
    assert (found[1].role, found[1].origin) == ("derived", "Polizei Oldenburg")


def test_a_denial_is_flagged_and_not_weighed() -> None:
    items = (
        item(1, "Axios", "The envoy will fly to Oslo, two officials told Axios."),
        item(2, "AP", "The White House denied a report by Axios on the trip."),
    )
    story, found = judge(*items, feeds={"Axios": feed("Axios", reliability="A"), "AP": feed("AP", reliability="A")})
    assert "denied by White House" in story.flags
    assert found[0].denied_by == "White House"
    assert found[0].role == "own"
    assert story.credibility == "2"


def test_credibility_one_needs_two_origins_and_a_letter_of_a_or_b() -> None:
    items = item(1, "Reuters", OWN), item(2, "AP", "A fisherman told AP that he had drawn the pipe on a napkin.")
    assert judge(*items, feeds={"Reuters": feed("Reuters", reliability="B")})[0].credibility == "1"
    assert judge(*items, feeds={"Reuters": feed("Reuters", reliability="C")})[0].credibility == "2"
    assert judge(items[0], feeds={"Reuters": feed("Reuters", reliability="A")})[0].credibility == "3"


def test_a_report_about_an_earlier_story_links_it_and_adds_no_origin() -> None:
    before = Story(id="old", title="x", outlets=("CNN",), origins=("CNN",), first=NOON - timedelta(30), last=NOON - timedelta(29))
    other = replace(before, id="other", outlets=("Yle",), origins=("Yle",))
    text = "A diver told Reuters so. CNN first reported last month that the pipe leaked."
    story, _ = judge(item(1, "Reuters", text), earlier=(before, other))
    assert story.related == ("old",)
    assert story.origins == ("Reuters",)


def nobody(_: Item) -> bool:
    """None of them speaks officially."""
    return False


def test_the_line_tells_outlets_origins_roles_official_source_and_rating() -> None:
    items = [item(1, "CNN", "A diver told CNN."), item(2, None, "A diver told CNN."), item(3, "Dawn", "CNN reported it.")]
    story, found = judge(*items)
    judged = [replace(one, provenance=of) for one, of in zip(items, found, strict=True)]
    feeds = {"CNN": feed("CNN", reliability="C")}
    assert provenance.line(story, judged, feeds, nobody) == "3 outlets · 1 origin: CNN (2 derived) · no official source · C3"


def test_an_official_source_is_an_official_outlet_whatever_part_its_feed_plays() -> None:
    """As the summary of a section counts them: an investigator speaks of what it found itself, too, and is no authority."""
    settings = config.Config(
        outlets=(config.Outlet(name="Port Authority", kind="official"), config.Outlet(name="Ferry Watch", kind="ngo")),
        feeds={"watch": feed("watch", outlet="Ferry Watch", role="primary"), "port": feed("port", outlet="Port Authority")},
    )
    official = provenance.official(settings)
    for outlet, name, told in (("Ferry Watch", "watch", True), ("Port Authority", "port", False)):
        found = [item(1, outlet, "The pipe was known since 1974.", feed=name)]
        story, _ = judge(*found)
        assert ("no official source" in provenance.line(story, found, settings.feeds, official)) is told


def test_the_tree_shows_who_took_it_from_whom_with_times_words_and_letters() -> None:
    items = [item(1, "Reuters", OWN, title="Pipe known"), item(2, "CNN", REPEAT, title="Old pipe"), item(3, "Yle", "A pipe.", title="Pipe")]
    story, found = judge(*items)
    judged = [replace(one, provenance=of) for one, of in zip(items, found, strict=True)]
    lines = provenance.tree(story, judged, {"Reuters": feed("Reuters", reliability="B")}, nobody)
    assert lines[1] == "Reuters"
    assert lines[2].startswith("├─ 2026-03-03 13:00  own         Reuters [B]  Pipe known")
    assert "“told Reuters”" in lines[3]
    assert any("“Reuters reported”" in row for row in lines)
    assert "origin unknown" in lines


TEXTS = st.sampled_from(
    [
        OWN,
        REPEAT,
        LONG,
        "A pipe.",
        "CNN reported it.",
        "A diver told CNN.",
        "Xinhua, citing Reuters, said so.",
        "The White House denied it.",
        "",
    ]
)
NAMES = st.sampled_from(["Reuters", "CNN", "Xinhua", "Dawn", None])


@given(st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_the_order_in_which_items_are_handed_in_changes_nothing(rows: list[tuple[str | None, str]], chance: object) -> None:
    items = [item(number, outlet, text) for number, (outlet, text) in enumerate(rows, 1)]
    story, found = provenance.judge(Story(id="s", title="t", first=NOON, last=NOON), items, BOOK)
    mixed = list(items)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    again, other = provenance.judge(Story(id="s", title="t", first=NOON, last=NOON), mixed, BOOK)
    assert (story, found) == (again, other)


@given(st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=7))
def test_ranges_and_roles_keep_their_laws(rows: list[tuple[str | None, str]]) -> None:
    items = [item(number, outlet, text) for number, (outlet, text) in enumerate(rows, 1)]
    story, found = provenance.judge(Story(id="s", title="t", first=NOON, last=NOON), items, BOOK)
    assert story.origins_min == len(story.origins) <= story.origins_max
    assert len(set(story.origins)) == len(story.origins)
    assert story.credibility in {"1", "2", "3", "6"}
    for one in items:
        verdict = found[one.id]
        assert verdict.why
        assert (verdict.role == "unknown") == (verdict.origin is None) or verdict.role == "syndicated"
        assert verdict.role != "own" or (one.outlet_known and verdict.origin == one.outlet)
        assert verdict.evidence is None or verdict.evidence in f"{one.title} {one.text}"


@given(st.lists(st.tuples(NAMES, TEXTS), min_size=1, max_size=7))
def test_a_story_is_told_again_from_what_its_items_were_judged_to_be(rows: list[tuple[str | None, str]]) -> None:
    items = [item(number, outlet, text) for number, (outlet, text) in enumerate(rows, 1)]
    bare = Story(id="s", title="t", first=NOON, last=NOON)
    story, found = provenance.judge(bare, items, BOOK)
    assert provenance.retell(bare, [replace(one, provenance=found[one.id]) for one in items], BOOK) == story


@pytest.mark.parametrize("count", [200])
def test_a_story_of_many_copies_is_judged_quickly_enough_to_finish(count: int) -> None:
    items = [item(number, None, LONG) for number in range(1, count)]
    story, found = judge(*items)
    assert len(found) == count - 1
    assert story.origins_min == 0


def test_a_copy_of_a_portals_copy_rests_on_the_wire() -> None:
    feeds = {"msn": feed("msn", role="aggregator", outlet="MSN"), "mix": feed("mix", role="aggregator")}
    items = (
        item(1, "Reuters", "A jet was grounded.", feed="msn", source="Reuters"),
        item(2, None, "A jet was grounded again.", feed="mix", source="MSN"),
    )
    story, found = judge(*items, feeds=feeds)
    assert [one.origin for one in found] == ["Reuters", "Reuters"]
    assert story.origins == ("Reuters",)


def test_a_name_of_any_length_is_shown_cut() -> None:
    found, _ = judge(
        item(1, "Gazette " * 40, "The pipe was old."), item(2, "Yle", "The pipe was old, according to the Port Sable Gazette.")
    )
    rows = provenance.tree(found, [item(1, "Gazette " * 40, "The pipe was old.")], {}, nobody)
    assert all(len(row) < 300 for row in rows)


def test_a_name_nobody_knows_is_the_outlet_of_the_host_it_publishes_at() -> None:
    told = item(1, "APAnews Sahel", "Bakers told APA News that the flour was gone.", url="https://apanews.net/a")
    repeated = item(2, "Dawn", "The flour is gone, APA News reported.")
    found, (mine, theirs) = judge(told, repeated)
    assert mine.role == "own"
    assert theirs.role == "derived"
    assert (found.origins_min, found.origins_max) == (1, 1)


def test_a_masthead_cut_short_or_with_its_town_is_one_origin() -> None:
    own = item(1, "La Marea", "«Eran veinte», contó el barquero a este diario en el muelle.", language="es")
    borrowed = item(2, "Infobae", "«Eran veinte», dijo el barquero al diario La Marea de Puerto Sal.", language="es")
    found, _ = judge(own, borrowed)
    assert (found.origins_min, found.origins_max) == (1, 1)


def test_one_person_in_two_scripts_is_one_origin() -> None:
    latin = item(1, "Dawn", "The depot is safe, Governor Vadym Horovenko wrote on Telegram.")
    cyrillic = item(2, "Суспільне", "Склад цілий, написав у Telegram Вадим Горовенко.", language="uk")
    found, (first, second) = judge(latin, cyrillic)
    assert first.role == second.role == "derived"
    assert found.origins_min <= 2


def test_who_denies_a_report_does_not_rest_on_it() -> None:
    _, (found,) = judge(
        item(1, "Dawn", "The health ministry denied a report by Le Monde that the clinic will close, the Ministry of Health said.")
    )
    assert found.origin != "Le Monde"


def test_a_body_that_denies_a_report_in_its_own_statement_is_flagged() -> None:
    feeds = {"Larch Labs": feed("larch", role="primary", outlet="Larch Labs")}
    paper = item(1, "Reuters", OWN)
    body = item(2, "Larch Labs", "Larch Labs denies a report by Reuters that the pipe was known.", feed="Larch Labs")
    found, (reported, _) = judge(paper, body, feeds=feeds)
    assert "denied by Larch Labs" in found.flags
    assert reported.denied_by == "Larch Labs"


def test_a_retelling_that_says_whose_report_it_is_stays_one_though_it_reads_alike() -> None:
    own = item(1, "Reuters", OWN)
    retold = item(2, "Dawn", "A diver said the pipe had been known for fifty years, Reuters reported.", copy_of=own.id)
    _, (_, verdict) = judge(own, retold)
    assert (verdict.role, verdict.origin) == ("derived", "Reuters")
