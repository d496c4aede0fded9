"""Texts made to be slow to read: whatever a feed repeats, four times as much takes about four times as long, in every stage that reads it.

Told by the processor time of two lengths in one run, with room for a busy machine: what is quadratic takes sixteen times as long, and
what backtracks without bound never ends.
"""

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stopwatch import at_most, seconds

from curator import configfile, discover, identifiers, language, repair, text
from curator.reading import Reader
from curator.types import Draft

SHORT, LONG = 15_000, 60_000  #: characters
NOTICEABLE = 0.03  #: seconds; less is taken for that much
MOST = 9  #: times as long as the short one


@cache
def reader() -> Reader:
    """With every topic and the whole gazetteer."""
    return Reader(configfile.parse('builtin_topics = ["*"]\n[feeds.a]\nurl = "https://a.example/feed"\n', "feeds.toml"))


def judged(words: str) -> Draft:
    """Tidied, tagged, its credits found."""
    return reader().judge(Draft(feed="a", title="Officials reported a strike on the harbour", text=words, language="en"))


READINGS: dict[str, Callable[[str], object]] = {
    "judging it": judged,
    "taking its markup away": text.plain,
    "its sentences": text.sentences,
    "a title": text.headline,
    "its language": language.detect,
    "its identifiers": lambda words: identifiers.marks(words, words),
    "what is no part of the article": identifiers.article,
    "its feeds, as a page": lambda words: discover.feeds(words, "https://a.example/"),
    "mending it": repair.mend,
}


def grows_with_its_length(read: Callable[[str], object], unit: str) -> bool:
    short, long = ((unit * (size // len(unit) + 1))[:size] + "x" for size in (SHORT, LONG))
    read(short[:100])  # what is compiled on first use is no part of it
    return at_most(MOST, lambda: seconds(lambda: read(short)), lambda: seconds(lambda: read(long)), noticeable=NOTICEABLE)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("unit", [".", "?!", "<", "<a b='", "&#", "“", "A. ", "Aa Bb, ", " \n", "(a"])
def test_no_sign_repeated_makes_a_reading_slow(reading: str, unit: str) -> None:
    assert grows_with_its_length(READINGS[reading], unit)


@pytest.mark.parametrize(
    "unit",
    [
        "REUTERS/",
        "REUTERS/A ",
        "Photo: AP/AFP/",
        "a[.]",
        "US ",
        "KYIV — ",
        "T-90 ",
        "APT28 ",
        "drone strike ",
        "Reuters said ",
        "CVE-2024-",
    ],
)
def test_no_name_or_credit_repeated_makes_judging_slow(unit: str) -> None:
    assert grows_with_its_length(judged, unit)


PIECES = [
    ".",
    "-",
    "/",
    "[.]",
    "(",
    "“",
    "’",
    "@",
    " ",
    "\n",
    "A",
    "a",
    "7",
    "Reuters",
    "US",
    "said",
    "told",
    "according to",
    "Photo:",
    "AP",
    "http://",
    "CVE-",
    "T10",
]


@settings(max_examples=15)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
def test_nor_do_any_of_their_mixtures(unit: str) -> None:
    assert grows_with_its_length(judged, unit)


def test_references_to_numbers_of_any_length_are_one_unknown_character() -> None:
    assert text.plain("a &#" + "9" * 100_000 + "; b &#00000065;") == "a \ufffd b A"
