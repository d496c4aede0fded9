"""Forms filled in anew are no copies, in whatever order they come; edited copies are no forms."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations
from sys import getrefcount

import pytest
from articles import FERRY, GRAIN, apart, item, nothing, together
from hypothesis import given
from hypothesis import strategies as st

from curator import forms, shingles
from curator.copies import Copies, read
from curator.types import Item, Link

NOTICE = (
    "Für unser Werk in {town} suchen wir zum {day}. September eine {trade} in Voll- oder Teilzeit. Wir bieten einen unbefristeten Vertrag, 30 Tage "
    "Urlaub und eine betriebliche Altersvorsorge. Bewerbungen richten Sie bitte an die Personalabteilung."
)
FILLINGS = (("Lindau", 12, "Köchin"), ("Lindau", 19, "Gärtnerin"), ("Zwettl", 27, "Schweißerin"), ("Krems", 4, "Lehrkraft"))


def notices(feeds: Sequence[str]) -> list[Item]:
    return [
        item(f"n{at}", f"{trade} in {town} gesucht", NOTICE.format(town=town, day=day, trade=trade), feed=feed)
        for at, ((town, day, trade), feed) in enumerate(zip(FILLINGS, feeds, strict=False))
    ]


def test_a_form_filled_in_three_times_is_three_articles_in_whatever_order_they_come() -> None:
    for order in permutations(notices(["one", "two", "one", "two"])):
        assert apart(*order)


@pytest.mark.parametrize(
    "form",
    [
        "سجلت أسعار الخضار في أسواق {town} اليوم المستويات التالية: الطماطم {} ليرة، البطاطا {} ليرة، الخيار {} ليرة للكيلوغرام الواحد.",
        "Dans le port de {town} on vendait ce matin la sole à {} euros le kilo, le bar à {} euros et la seiche à {}; les apports étaient moyens.",
    ],
)
def test_two_notices_with_other_figures_are_two_in_any_language_and_with_the_same_they_are_copies(form: str) -> None:
    one, other = form.format(12, 34, 56, town="Halden"), form.format(13, 38, 51, town="Varenka")
    assert apart(item("a", "Prices in Halden", one), item("b", "Prices in Varenka", other))
    assert together(item("a", "Prices in Halden", one), item("b", "What the market asks", one.replace("Halden", "Port Halden")))


def test_the_third_filling_takes_apart_what_looked_like_two_copies() -> None:
    first, second, third = (replace(notice, title="Wir stellen ein") for notice in notices(["one", "two", "three"]))
    copies = Copies(nothing)
    assert [link.copy_of for link in [*copies.judge(first), *copies.judge(second)]] == ["n0"], (
        "two alone may be an article and its edited copy"
    )
    assert Link(item="n1", copy_of=None, why=f"no copy once “{third.title}” is known") in copies.judge(third)


def test_once_a_form_is_known_two_of_it_that_differ_in_a_single_place_are_two() -> None:
    again = item("m", "Köchin in Lindau gesucht", NOTICE.format(town="Lindau", day=23, trade="Köchin"), feed="two")
    for order in permutations([*notices(["one", "two", "one"]), again]):
        assert apart(*order)


def test_copies_edited_in_different_places_are_no_form() -> None:
    short = FERRY[: FERRY.index("Oil booms")]
    edited = [short, short.replace("214", "219").replace("Solvang", "Haugen"), short.replace("Halden", "Moss").replace("1998", "1989")]
    assert together(*[item(f"e{at}", f"Ferry Marlinda aground off Tersk {'abc'[at]}", text) for at, text in enumerate(edited)])


@given(st.permutations([NOTICE.format(town=town, day=day, trade=trade) for town, day, trade in FILLINGS[1:]] + [FERRY, GRAIN]))
def test_whether_three_texts_are_one_form_does_not_depend_on_their_order(texts: list[str]) -> None:
    bodies = {text: read(item("x", "", text)).body for text in texts}
    for three in combinations(texts, 3):
        found = [forms.slots(forms.remembered(), *[bodies[text] for text in order]) for order in permutations(three)]
        assert all(map(bool, found)) == any(map(bool, found)) == all("suchen wir" in text for text in three)


def test_what_was_made_of_texts_goes_with_the_run_that_looked_at_them() -> None:
    """Else the texts of hundreds of items would be held from batch to batch, with all that is unfolded of them."""
    bodies = {other.id: read(other).body for other in notices(["one", "two", "one", "two"])}
    before = [getrefcount(text) for text in bodies.values()]
    told = forms.Forms(bodies.__getitem__)
    told.learn("n0", "n1", ["n2", "n3"])
    assert told.apart("n0", "n1")
    assert [getrefcount(text) for text in bodies.values()] > before
    del told
    assert [getrefcount(text) for text in bodies.values()] == before


def test_each_pair_is_held_against_few_thirds_and_each_once() -> None:
    """Else a feed of hundreds of fillings would cost as much as there are triples of them."""
    looked = 0

    def body(name: str) -> shingles.Text:
        nonlocal looked
        looked += 1
        return bodies[name]

    bodies = {f"n{number:03}": read(item(f"n{number}", "Notice", f"One and the same notice of {number}")).body for number in range(60)}
    told = forms.Forms(body)
    for one, other in combinations(bodies, 2):
        told.start()
        for _ in range(3):
            told.learn(one, other, bodies.keys())
    assert looked <= 3 * 3 * 16 * len(bodies) * (len(bodies) - 1) // 2
    told.start()
    looked = 0
    for one, other in combinations(bodies, 2):
        told.learn(one, other, bodies.keys())
    assert looked == 0
