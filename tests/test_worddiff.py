"""What changed between two texts, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from curator import worddiff

TEXTS = st.lists(st.sampled_from(["one", "two", "three", "four,", "\n", "fünf", "шість"]), max_size=30).map(" ".join)


def test_a_changed_number_is_shown_in_its_paragraph_alone() -> None:
    before = "Twelve people were injured.\nThe road is closed."
    after = "Two people were injured.\nThe road is closed."
    assert [worddiff.plain(pieces) for pieces in worddiff.paragraphs(before, after)] == ["[-Twelve-] {+Two+} people were injured."]


def test_new_and_lost_paragraphs_are_shown_whole() -> None:
    assert [worddiff.plain(pieces) for pieces in worddiff.paragraphs("a\nb", "a")] == ["[-b-]"]
    assert [worddiff.plain(pieces) for pieces in worddiff.paragraphs("a", "a\nb")] == ["{+b+}"]


@given(TEXTS)
def test_a_text_never_differs_from_itself(text: str) -> None:
    assert worddiff.paragraphs(text, text) == []


@given(TEXTS, TEXTS)
def test_what_is_gone_and_what_has_come_always_stand_in_the_texts(before: str, after: str) -> None:
    for pieces in worddiff.paragraphs(before, after):
        for kind, text in pieces:
            assert all(word in before.split() for word in text.split()) or kind == "+"
            assert all(word in after.split() for word in text.split()) or kind == "-"


def test_very_long_paragraphs_are_shown_as_gone_and_come() -> None:
    before, after = "word " * 3000, "word " * 3000 + "end"
    assert [kind for kind, _ in worddiff.paragraphs(before, after)[0]] == ["-", "+"]


def test_very_many_paragraphs_do_not_take_quadratic_time() -> None:
    before = "\n".join(f"line {number}" for number in range(5000))
    assert worddiff.paragraphs(before, before + "\nmore")
