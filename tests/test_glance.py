"""What is told of two entries without a look at their words is what a full look would say."""

import random

from articles import FERRY, GRAIN, TRAMS, item
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import beside, glance, shingles, verdicts
from curator.copies import read
from curator.types import Item
from curator.verdicts import Reading

PIECES = [f"{sentence}." for text in (FERRY, GRAIN, TRAMS) for sentence in text.rstrip(".").split(". ")]
RARE = [f"{a}{b}{c}" for a in ("vask", "tren", "polm") for b in ("ara", "elo", "imu") for c in ("dirk", "huss", "nef")]


@st.composite
def entries(draw: st.DrawFn, most: int = 6) -> list[Item]:
    """Texts of the same few sentences and rare words, some of them at one address: between copies and strangers there is everything."""
    found = []
    for n in range(draw(st.integers(2, most))):
        text = draw(st.lists(st.sampled_from(PIECES + RARE), max_size=14))
        title = draw(st.lists(st.sampled_from(PIECES[:4] + RARE), max_size=2))
        where = draw(st.sampled_from([None, "https://x.example/harbour/1"]))
        found.append(item(f"i{n}", " ".join(title), " ".join(text), feed=draw(st.sampled_from("ab")), url=where))
    return found


class Beside:
    """Entries of one run, of which those near to another are asked for."""

    def __init__(self) -> None:
        self.run = beside.Run()
        self.known: dict[str, Reading] = {}

    def add(self, mine: Reading) -> None:
        self.run.add(mine)
        self.known[mine.item.id] = mine

    def near(self, mine: Reading) -> dict[Reading, float]:
        return {self.known[other]: shared for other, shared in self.run.near(mine).items()}


@settings(deadline=None)
@given(entries())
def test_whoever_is_left_out_for_too_few_rare_words_in_common_would_have_been_called_far(found: list[Item]) -> None:
    run = Beside()
    for mine in map(read, found):
        near = run.near(mine)
        looked_at = verdicts.not_far(mine, near)
        assert all(verdicts.judge(mine, other).far for other in near if other not in looked_at)
        assert all(len(mine.rare & other.rare) == shared for other, shared in near.items())
        run.add(mine)


def test_an_entry_far_from_what_is_near_is_left_out() -> None:
    run = Beside()
    run.add(read(item("a", "Ferry aground", f"{FERRY} {RARE[0]} {RARE[1]}")))
    mine = read(item("b", "Silos full", f"{GRAIN} {RARE[0]} {RARE[1]}"))
    assert list(run.near(mine).values()) == [2]
    assert verdicts.not_far(mine, run.near(mine)) == []


def test_of_entries_that_share_too_many_words_to_be_counted_none_is_left_out() -> None:
    run, chance = Beside(), random.Random(5)
    for n in range(400):
        run.add(read(item(f"i{n}", "Harbour notice", " ".join(chance.sample(RARE, 20)))))
    mine = read(item("mine", "Harbour notice", " ".join(RARE)))
    near = run.near(mine)
    assert near
    assert verdicts.not_far(mine, near) == list(near)


@settings(deadline=None)
@given(entries(2), st.floats(0, 1))
def test_two_texts_found_to_share_too_little_share_no_more_than_that_when_all_shingles_are_weighed(found: list[Item], least: float) -> None:
    short, long = sorted(map(read, found), key=lambda one: one.length)
    runs = shingles.hashed(long.words)
    if shingles.too_little(short.body, long.body, runs, least):
        assert shingles.overlap(short.body, long.body, least) is None


def test_of_a_long_text_that_shares_a_phrase_no_shingle_is_made() -> None:
    short = read(item("a", "Trams stand still", f"{TRAMS} Nobody was hurt."))
    long = read(item("b", "Ferry aground", " ".join([FERRY, GRAIN, FERRY[::-1]])))
    assert shingles.too_little(short.body, long.body, long.runs, 0.12)
    assert verdicts.features(short, long) is None
    assert long.body._shingles is None


def test_nothing_is_strange_that_has_hardly_any_rare_words() -> None:
    one, other = read(item("a", "Notice", "We are closed today.")), read(item("b", "Ferry aground", FERRY))
    assert not glance.strange(one.fingerprint, other.fingerprint)
    assert not glance.far(0, one.fingerprint, other.fingerprint)


@given(st.lists(st.sampled_from([*RARE[:6], "ara", "x"])), st.text("adirkvsx ", max_size=40), st.integers(1, 4))
def test_a_text_holds_so_many_words_if_counting_all_of_them_comes_to_as_many(words: list[str], text: str, needed: int) -> None:
    assert glance.holds(words, f"{text} {RARE[0]}", needed) == (sum(word in f"{text} {RARE[0]}" for word in words) >= needed)
