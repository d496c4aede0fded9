"""Terms find what a person means by them, in every script, and say where it stands."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import terms
from curator.matching import Matcher, Spelled, read, spelled, spelled_foreign
from curator.taggers import _spelled
from curator.terms import parse


def found(term: str, title: str, text: str = "", language: str | None = None) -> list[str]:
    """The words a term is found in."""
    reading = read(title, text, language)
    return [reading.original[start:end] for _, start, end in Matcher([term]).find(reading)]


@pytest.mark.parametrize(
    "text", ["an air strike", "AIR STRIKES", "air-strike", "airstrikes hit", "air‑strikes", "(air strike)", "two Air–Strikes!"]
)
def test_hyphen_space_nothing_case_and_plural_are_one(text: str) -> None:
    assert found("air strike", text)


@pytest.mark.parametrize(
    ("term", "yes", "no"),
    [
        ("app", "an app, two apps", "apples apply"),
        ("bus", "bus buses", "business"),
        ("=US", "the US army", "use us USAF"),
        ("U.S.", "U.S. army", "uses"),
        ("=TA#", "TA505 again", "Tall TA"),
        ("{ban,cut}", "bans and cuts", "banana cutlery"),
    ],
)
def test_short_words_are_whole_at_the_end_of_a_text_and_before_punctuation_too(term: str, yes: str, no: str) -> None:
    assert found(term, yes)
    assert found(term, f"So: {yes}.")
    assert found(term, "News", yes)
    assert not found(term, no)
    assert not found(term, "News", no)


@pytest.mark.parametrize("text", ["repair strike", "air striker", "air, strike", "air. Strike", "air\nstrike", "chair-strike"])
def test_words_are_whole_and_phrases_do_not_cross_punctuation(text: str) -> None:
    assert not found("air strike", text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("frappe aérienne", "des frappes aeriennes"),
        ("battery", "two batteries"),
        ("David's Sling", "David’s Sling"),
        ("Shahed*", "Shahed-136s"),
        ("*drohne*", "die Aufklärungsdrohnen"),
        ("Северн* Коре*", "о Северной Корее"),
        ("CVE-#-#", "see CVE-2025-12345."),
        ("{Russian,Chinese} {hacker,agent}", "two Chinese agents"),
        ("=Storm-#", "Storm-1516 again"),
        ("S-300*", "the S-300PMU2"),
        ("елка", "ёлка"),
        ("155 mm", "155mm shells"),
        ("=Moscow, {Idaho,Maine}", "in Moscow, Idaho, on"),
        ("伊朗", "美国与伊朗会谈"),
        ("东风-41", "东风-41亮相"),
        ("APT41", "黑客组织APT41攻击网络"),
        ("북한", "북한은 미사일을"),
        ("الحوثي*", "والحوثيون يقولون"),
        ("إيران", "في ايران"),
        ("איראן", "באיראן"),
        ("צה״ל", 'כוחות צה"ל'),
    ],
)
def test_each_script_is_matched_as_it_is_written(term: str, text: str) -> None:
    assert found(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("=EW", "a new ew"),
        ("=WHO", "who said it"),
        ("=Play", "children play"),
        ("CVE-#-#", "CVE-abc"),
        ("Mali", "Malika"),
        ("עזה", "מעזהלי"),
        ("غزة", "مغزةل"),
    ],
)
def test_what_only_looks_alike_is_not_found(term: str, text: str) -> None:
    assert not found(term, text)


def test_case_says_nothing_in_a_title_of_capitals_but_still_does_in_the_text() -> None:
    assert not found("=WHO", "ROCKETS KILL TEN, WHO DID IT")
    assert found("=WHO", "ROCKETS KILL TEN, SAYS AGENCY", "The WHO said so.")


def test_a_language_prefix_holds_a_term_to_entries_of_that_language() -> None:
    assert found("de:Front", "An der Front", "", "de-AT")
    assert not found("de:Front", "On the front", "", "en")
    assert found("de,nl:Front", "An der Front", "", None), "where the language is unknown the term counts"


def test_fields_are_told_apart() -> None:
    reading = read("Title word", "Lead word " + "x " * 400 + "late word")
    assert [reading.field(start) for _, start, _ in Matcher(["word"]).find(reading)] == ["title", "lead", "text"]


def test_the_words_of_a_hit_are_told_whole_and_as_they_stand() -> None:
    reading = read("Die Kampfdrohnen kommen", "")
    ((_, start, end),) = Matcher(["*drohne*"]).find(reading)
    assert reading.words(start, end) == "drohnen"


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("", "no word"),
        ("*", "no word"),
        ("{a,b", "brace"),
        ("/ab", "two slashes"),
        ("/(/", "not a regular expression"),
        ("#abc", "begin with a letter"),
        ("{" + ",".join(f"w{n}" for n in range(60)) + "}{" + ",".join(f"w{n}" for n in range(60)) + "}", "2,000"),
    ],
)
def test_a_broken_term_is_told_in_words(term: str, said: str) -> None:
    assert said in (terms.check(term) or "")


def test_a_regular_expression_is_found_with_and_without_case() -> None:
    assert found(r"/\bgps\b/", "GPS off")
    assert not found(r"=/\bgps\b/", "GPS off")


def test_a_catastrophic_regular_expression_is_cut_short_and_hurts_no_other() -> None:
    reading = read("a" * 5_000 + "!", "")
    hits = Matcher([r"/(a+)+$/", "=/!/"]).find(reading)
    assert [number for number, _, _ in hits] == [1]


def test_many_terms_are_found_in_one_pass_each_by_its_number() -> None:
    matcher = Matcher([f"word{n}" for n in range(3_000)])
    assert [number for number, _, _ in matcher.find(read("word7 word2999", "word13"))] == [7, 2999, 13]


@given(st.text(max_size=300))
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(terms.fold(terms.tidy(text))) == len(terms.tidy(text))


@given(st.text(max_size=300))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = terms.fold(terms.tidy(text))
    assert terms.fold(once) == once


@given(st.text(max_size=30))
def test_any_text_is_a_term_or_a_told_mistake(source: str) -> None:
    if terms.check(source) is None:
        Matcher([source]).find(read("some title", "and text"))


@given(st.text(max_size=60), st.text(max_size=400))
def test_no_text_is_too_odd_to_be_searched(title: str, text: str) -> None:
    reading = read(title, text)
    for _, start, end in Matcher(["a", "*b*", "c*", "=D", "{e,f} {g,h}", "伊", "ب", "א"]).find(reading):
        assert 0 <= start < end <= len(reading.original)
        assert reading.field(start) in ("title", "lead", "text")


@given(st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=1, max_size=8, unique=True))
def test_the_order_of_terms_does_not_matter(words: list[str]) -> None:
    reading = read(" ".join(words), "")
    forward = {words[number] for number, _, _ in Matcher(words).find(reading)}
    backward = {words[::-1][number] for number, _, _ in Matcher(words[::-1]).find(reading)}
    assert forward == backward == set(words)


def test_terms_of_several_scripts_are_found_in_the_order_in_which_they_stand() -> None:
    reading = read("Дрон над Kyiv", "A drone, дрон, and 无人机 over Київ and Kyiv.", "uk")
    found = Matcher(["无人机", "drone", "дрон", "Kyiv", "uk:Київ", "de:дрон"]).find(reading)
    assert [reading.original[start:end].strip() for _, start, end in found] == ["Дрон", "Kyiv", "drone", "дрон", "无人机", "Київ", "Kyiv"]
    assert 5 not in {number for number, _, _ in found}, "a term of another language"


def test_a_term_that_cannot_be_understood_is_refused_at_once_in_any_script() -> None:
    with pytest.raises(terms.TermError):
        Matcher(["дрон", "{бпла"])


@pytest.mark.parametrize("which", [_spelled.of_topics, _spelled.of_entities])
def test_what_shipped_terms_are_looked_for_by_is_what_they_say(which: Callable[[], Spelled]) -> None:
    known = which()
    assert known.literals
    assert known.foreign()
    for source, literals in (known.literals | known.foreign()).items():
        assert literals == tuple(pattern.literal for pattern in parse(source).patterns), source


@given(
    st.lists(st.sampled_from(["air strike", "=EW", "{red,blue} team", "de:Front", "*drohne*", "battery", "дрон*", "无人机"]), unique=True)
)
def test_terms_are_found_alike_whether_they_were_worked_out_before_or_not(sources: list[str]) -> None:
    reading = read("Batteries and air-strikes", "The EW of a red team. Kampfdrohnen, дроны, 无人机 und die Front.", "de")
    known = Spelled(spelled(sources), lambda: spelled_foreign(sources))
    assert Matcher(sources, known).hits(reading) == Matcher(sources).hits(reading)
