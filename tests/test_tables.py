"""Cells, columns and lines, counted as a terminal shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import tables
from curator.tables import Column, calm

PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("plain", 5), ("naïve – “quoted”", 16), ("Герань-2", 8), ("新华社", 6), ("한국", 4), ("e\u0301", 1), ("👍", 2), ("وكالة", 5)],
)
def test_width_counts_columns_not_characters(text: str, columns: int) -> None:
    assert tables.width(text) == columns


def test_a_cut_text_says_so() -> None:
    assert tables.cut("a long headline", 8) == "a long…"
    assert tables.cut("无人机袭击", 7) == "无人机…"
    assert tables.cut("short", 8) == "short"


@given(PRINTABLE, st.integers(0, 40))
def test_a_padded_cell_never_has_another_width(text: str, columns: int) -> None:
    assert tables.width(tables.pad(text, columns).replace("\u200e", "")) == columns


@given(PRINTABLE, st.integers(1, 40))
def test_cutting_twice_is_cutting_once(text: str, columns: int) -> None:
    once = tables.cut(text, columns)
    assert tables.cut(once, columns) == once


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE, PRINTABLE), max_size=8), st.integers(40, 200))
def test_a_row_never_runs_over_the_terminal(rows: list[tuple[str, str, str]], total: int) -> None:
    columns = [Column("ID", 4, 10), Column("OUTLET", 4, 16), Column("TITLE", 8)]
    for row in tables.layout(columns, rows, total):
        assert tables.width("  ".join(row).replace("\u200e", "")) <= total


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    rows = [["3f2a", "Example Wire", "A"], ["81cc", "新华社", "B"], ["77e0", "وكالة الأنباء", "C"]]
    laid = tables.layout([Column("ID", 4), Column("OUTLET", 4, 14), Column("TITLE", 4)], rows, 80)
    starts = {tables.width("  ".join(row[:2]).replace("\u200e", "")) for row in laid}
    assert len(starts) == 1


def test_right_to_left_text_is_held_in_its_cell() -> None:
    assert tables.pad("وكالة", 8).startswith("\u200e")


def test_numbers_stand_right() -> None:
    assert [row[0] for row in tables.layout([Column("N", 1, right=True), Column("T", 1)], [["7", "x"], ["123", "y"]], 40)] == ["  7", "123"]


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co"], include_characters="\n "), max_size=200),
    st.integers(20, 60),
)
def test_wrapped_lines_fit_and_lose_no_word(text: str, columns: int) -> None:
    lines = tables.wrap(text, columns, "  ")
    assert all(tables.width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_paragraphs_stay_apart_when_wrapped() -> None:
    assert tables.wrap("one two\nthree", 40) == ["one two", "three"]


def test_a_tower_of_marks_on_a_letter_is_taken_down_to_four_and_no_language_minds() -> None:
    assert calm("e" + "\u0301" * 40 + "x") == "e" + "\u0301" * 4 + "x"
    for ordinary in ("plain", "Việt Nam", "क्षत्रिय", "בְּרֵאשִׁית", "ที่นี่", "👩‍👩‍👧‍👦", "ẫ"):
        assert calm(ordinary) == ordinary
