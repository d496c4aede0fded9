"""Named things are found under any of their names; identifiers by their form; what is only an ordinary word is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import entitybook, terms
from curator.config import Config, Watch
from curator.matching import read
from curator.taggers.entities import Finder, prepare
from curator.types import Draft, Entity


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


def values(finder: Finder, title: str, text: str = "") -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for entity in finder.find(read(title, text, None)):
        out.setdefault(entity.kind, set()).add(entity.value)
    return out


@pytest.mark.parametrize("name", ["Geran-2", "Герань-2", "shahed 136", "Shahed136", "شاهد-136"])
def test_a_thing_is_known_by_all_its_names(name: str, finder: Finder) -> None:
    assert ("weapon", "Shahed-136") in entitybook.canonical(name)
    assert "Shahed-136" in values(finder, f"A {name} fell")["weapon"]


def test_more_names_of_one() -> None:
    assert entitybook.canonical("Kiev") == entitybook.canonical("Київ") == (("place", "Kyiv"),)
    assert ("actor", "APT28") in entitybook.canonical("forest blizzard")
    assert {"Geran-2", "Shahed-136"} <= set(entitybook.aliases("герань-2"))
    assert entitybook.canonical("no such thing") == ()
    assert entitybook.aliases("no such thing") == ("no such thing",)


@pytest.mark.parametrize(
    ("title", "kind", "value"),
    [
        ("A Reaper drone was lost", "weapon", "MQ-9 Reaper"),
        ("Ukraine asks for the Gray Eagle, an armed drone", "weapon", "MQ-1C Gray Eagle"),
        ("Two Patriot batteries arrive", "weapon", "Patriot"),
        ("Орлан-10 сбит под Сумами", "weapon", "Orlan-10"),
        ("Hackers of Fancy Bear phish embassies", "actor", "APT28"),
        ("Conti gang leaks data", "malware", "Conti"),
        ("הפגיעה של חיזבאללה", "group", "Hezbollah"),
        ("真主党发射导弹", "group", "Hezbollah"),
        ("Мосада і ХАМАС: переговори", "group", "Hamas"),
        ("Iranian tanker", "place", "Iran"),
        ("Харків під обстрілом", "place", "Kharkiv"),
        ("في صنعاء", "place", "Sanaa"),
        ("UNC4841 is back", "actor", "UNC4841"),
    ],
)
def test_what_is_named_is_found(title: str, kind: str, value: str, finder: Finder) -> None:
    assert value in values(finder, title).get(kind, set())


@pytest.mark.parametrize(
    "title",
    [
        "The Grim Reaper comes to town",
        "A heron at the pond",
        "An article in The Lancet",
        "Patriots win again",
        "A pegasus statue",
        "the king's predator",
    ],
)
def test_ordinary_words_are_no_weapons(title: str, finder: Finder) -> None:
    assert not {"weapon", "malware"} & set(values(finder, title))


def test_a_sure_name_makes_the_doubtful_one_sure(finder: Finder) -> None:
    assert "MQ-9 Reaper" in values(finder, "MQ-9 lost", "x " * 500 + "The Reaper fell.")["weapon"]


def test_the_longest_name_wins(finder: Finder) -> None:
    assert values(finder, "A Shahed-136 fell")["weapon"] == {"Shahed-136"}


def test_places_in_a_dateline_are_not_named(finder: Finder) -> None:
    assert "place" not in values(finder, "Apples", "TEHRAN (Reuters) - Apples are cheap.")


def test_each_entity_says_where_it_stands(finder: Finder) -> None:
    assert finder.find(read("Shahed-136s over Odesa", "", "en"))[0] == Entity(
        kind="weapon", value="Shahed-136", why="title has 'Shahed-136s'"
    )


def test_identifiers_are_known_by_their_form_and_refanged(finder: Finder) -> None:
    text = (
        "The malware (technique T1059.001) exploits cve-2025-0001, calls 45.83.122.7 and hxxps://evil-host[.]top/x, mail drop[at]bad-mail.ru, "
        "sample 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08."
    )
    found = values(finder, "Report", text)
    assert found["cve"] == {"CVE-2025-0001"}
    assert found["attack"] == {"T1059.001"}
    assert found["ip"] == {"45.83.122.7"}
    assert found["domain"] == {"evil-host.top"}
    assert found["mail"] == {"drop@bad-mail.ru"}
    assert found["hash"] == {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}


@pytest.mark.parametrize(
    "text",
    ["Write to press@newspaper.example for tickets.", "Version 10.2.3.4 of the editor is out.", "The T1000 robot", "See www[.]github[.]com", "at 192.168.1.5, said the malware"],
)  # fmt: skip
def test_what_is_not_an_indicator_is_left_out(text: str, finder: Finder) -> None:
    assert not {"ip", "domain", "mail", "attack"} & set(values(finder, "News", text))


def test_people_see_addresses_that_cannot_be_clicked() -> None:
    assert entitybook.defang("https://evil.example/x") == "hxxps://evil[.]example/x"
    assert entitybook.defang("a@b.ru") == "a[@]b[.]ru"
    assert entitybook.shown("weapon", "St. Javelin") == "St. Javelin"
    assert entitybook.shown("ip", "1.2.3.4") == "1[.]2[.]3[.]4"


@given(st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,6}){1,3}", fullmatch=True))
def test_refanging_undoes_defanging(host: str) -> None:
    assert entitybook.refang(entitybook.defang(host)) == host
    assert entitybook.refang(entitybook.defang(f"https://{host}/p")) == f"https://{host}/p"


def test_names_that_a_watch_waits_for_become_entities() -> None:
    mark = prepare(Config(watches={"w": Watch(name="w", entities=("Project Zeppelin", "Kiev"))}))
    _, entities = mark(Draft(feed="f", title="Project Zeppelin starts in Kyiv"))
    assert [(one.kind, one.value) for one in entities] == [("name", "Project Zeppelin"), ("place", "Kyiv")]


def test_every_name_in_the_gazetteers_is_a_sound_term_and_every_thing_has_one() -> None:
    wrong = {name: told for one in entitybook.book() for name in (*one.names, *one.doubtful) if (told := terms.check(name))}
    assert wrong == {}
    assert all(one.names or one.doubtful for one in entitybook.book())
    assert all(entitybook.contexts()[one.group] for one in entitybook.book() if one.doubtful)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=100), st.text(max_size=500))
def test_no_text_is_too_odd(finder: Finder, title: str, text: str) -> None:
    found = finder.find(read(title, text, None))
    assert len({(one.kind, one.value) for one in found}) == len(found)
    assert all(one.why for one in found)


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("Jordan Henderson joins the club in London", {"London"}),
        ("Talks in Lebanon, Ohio about a school", set()),
        ("Georgia O'Keeffe and Paris Saint-Germain", set()),
        ("King visits Jordan River near Amman", {"Jordan", "Amman"}),
        ("Jordan Says It Shot Down Drones", {"Jordan"}),
        ("Sydney Sweeney flies to Paris", {"Paris"}),
    ],
)
def test_a_person_a_club_or_a_namesake_is_no_place(title: str, places: set[str], finder: Finder) -> None:
    assert values(finder, title).get("place", set()) == places


@pytest.mark.parametrize(
    ("name", "value"), [("Одеса", "Odesa"), ("Одесі", "Odesa"), ("Ракка", "Raqqa"), ("الحوثيون", "Houthis"), ("Хуситов", "Houthis")]
)
def test_a_thing_is_known_by_any_form_of_its_name_that_texts_are_searched_for(name: str, value: str) -> None:
    assert value in {found for _, found in entitybook.canonical(name)}


@pytest.mark.parametrize("name", ["x", "Од", "Zeppelinhausen", ""])
def test_what_nobody_is_called_means_nothing(name: str) -> None:
    assert entitybook.canonical(name) == ()
