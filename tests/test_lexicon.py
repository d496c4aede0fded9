"""Names are found as an automaton of all of them would find them."""

from ahocorasick_rs import AhoCorasick, MatchKind
from hypothesis import given
from hypothesis import strategies as st

from curator.lexicon import Lexicon

NAMES = st.lists(st.text("abя ", min_size=1, max_size=10), unique=True, max_size=40)
TEXTS = st.text("abя ", max_size=80)


@given(NAMES, TEXTS)
def test_the_longest_name_counts_at_each_place_and_none_overlap(names: list[str], text: str) -> None:
    whole = AhoCorasick(names or ["\x00"], matchkind=MatchKind.LeftmostLongest)
    assert list(Lexicon(names).find(text)) == whole.find_matches_as_indexes(text)


def test_of_names_that_begin_alike_the_longest_is_found() -> None:
    names = ["The Gazette", "The Gazette of Arden", "The Gaz"]
    text = "The Gazette of Arden, The Gazette, The Gazebo"
    assert [names[number] for number, _, _ in Lexicon(names).find(text)] == ["The Gazette of Arden", "The Gazette", "The Gaz"]


def test_where_there_are_no_names_none_is_found() -> None:
    assert not list(Lexicon([]).find("a text"))
