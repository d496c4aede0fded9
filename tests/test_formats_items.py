"""Items as jsonl and csv: lossless for curator, harmless for spreadsheets."""

import csv as std_csv
import io
import json

import pytest
from archives import drone, make_item
from hypothesis import given
from hypothesis import strategies as st

from curator import encode
from curator.formats import csv, jsonl
from curator.types import Item


def table(*items: Item) -> list[dict[str, str]]:
    return list(std_csv.DictReader(io.StringIO("".join(csv.items(items)), newline="")))


def test_jsonl_is_one_object_a_line_however_many_lines_a_text_has() -> None:
    items = [make_item(1, text="one\ntwo\u2028three"), make_item(2)]
    written = "".join(jsonl.items(items))
    assert [json.loads(line) for line in written.split("\n")[:-1]] == [encode.whole(item) for item in items]


def test_lists_are_joined_in_one_cell() -> None:
    (row,) = table(drone(make_item(1, authors=("Ann Lee", "Bo Ek"))))
    assert row["authors"] == "Ann Lee; Bo Ek"
    assert row["topics"] == "military/drones-uav"
    assert row["entities"] == "weapon: Shahed-136"
    assert (row["role"], row["read"], row["copy_of"]) == ("unknown", "0", "")


def test_a_table_of_nothing_still_has_its_header() -> None:
    assert next(iter(csv.items([]))).startswith("id,feed,outlet,title")


@pytest.mark.parametrize("cell", ['=HYPERLINK("https://evil.example")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    (row,) = table(make_item(1, title=cell))
    assert row["title"] == "'" + cell


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_every_title_survives_the_table(title: str) -> None:
    (row,) = table(make_item(1, title=title))
    assert row["title"].removeprefix("'") == title.replace("\0", "").removeprefix("'")
    assert not row["title"].strip().startswith(("=", "+", "-", "@"))
