"""The phrases of credits, sorted by the letters they begin with so that few are tried at a word."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import creditwords
from curator.creditwords import Branches, beginnings
from curator.names import BODY, BOTH, PRESS

SAMPLES = [
    r"(?:told|tells) (?:this|our) paper",
    r"(?<!d')(?:after|days after)\b",
    r"\bby \w+",
    r"(?:ex)?clusive",
    r"(?:a|the )?source",
    r"s+aid",
    r"(?:of)*fice",
    r"x{2,3}y",
    r"(?:©|\(c\)) \d+",
    r"[a-c]bc",
    r"(?:(?:an?|one) )?hour|.ay",
    f"(?<!by )[{PRESS}{BOTH}](?: also)? (?:said|writes)",
]


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        (r"(?:told|tells) us", {"told u", "tells "}),
        (r"(?:a|the )?source", {"asourc", "the so", "source"}),
        (r"(?<!d')(?:to|\w+)", {"to", ""}),
        (r"go+d", {"go"}),
        (r"\(c\)", {"(c)"}),
        (f"[{PRESS}{BODY}] says", {f"{PRESS} says", f"{BODY} says"}),
    ],
)
def test_a_pattern_tells_the_letters_it_begins_with(pattern: str, letters: set[str]) -> None:
    assert beginnings(pattern) == letters


@given(st.sampled_from(SAMPLES).flatmap(lambda pattern: st.tuples(st.just(pattern), st.from_regex(pattern))))
def test_every_match_begins_as_told(sample: tuple[str, str]) -> None:
    pattern, text = sample
    for match in re.finditer(pattern, text):
        assert text.startswith(tuple(beginnings(pattern)), match.start())


@given(st.lists(st.sampled_from(SAMPLES).flatmap(st.from_regex), max_size=4).map("".join))
def test_sorted_patterns_find_what_trying_each_in_turn_finds(text: str) -> None:
    named = [(f"p_{number}", pattern) for number, pattern in enumerate(SAMPLES)]
    branches, plain = Branches(named), re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in named))
    for at in range(len(text)):
        found, expected = branches.match(text, at), plain.match(text, at)
        assert (found and (found.span(), found.lastgroup)) == (expected and (expected.span(), expected.lastgroup))


@settings(max_examples=30)
@given(st.data())
def test_no_shipped_phrase_is_passed_over(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(creditwords.LANGUAGES))
    table = creditwords.shipped.toml("credits.toml")[language]
    pattern = data.draw(st.sampled_from([pattern for kind in creditwords.NAMELESS for pattern in table[kind]]))
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    assert creditwords.phrases(language).nameless.match(text, 0)
