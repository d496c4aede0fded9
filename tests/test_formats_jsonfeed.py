"""Items as a JSON Feed that other readers take."""

import json
from dataclasses import replace
from typing import Any

from archives import drone, make_item
from hypothesis import given
from hypothesis import strategies as st

from curator import jsonfeed as reader
from curator.formats import jsonfeed
from curator.types import Item


def written(*items: Item) -> dict[str, Any]:
    return dict(json.loads("".join(jsonfeed.items(items))))


def test_it_is_json_feed_1_1_with_what_the_format_demands() -> None:
    feed = written(make_item(1), make_item(2))
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "curator")
    assert len({item["id"] for item in feed["items"]}) == 2
    assert all(isinstance(item["id"], str) and ("content_text" in item or "content_html" in item) for item in feed["items"])


def test_an_item_carries_its_facts_and_what_was_judged() -> None:
    (item,) = written(drone(make_item(1, authors=("Ann Lee",), language="en")))["items"]
    assert (item["url"], item["authors"], item["tags"], item["language"]) == (
        "https://harbour.example/1", [{"name": "Ann Lee"}], ["military/drones-uav"], "en",
    )  # fmt: skip
    assert item["_curator"]["provenance"]["role"] == "unknown"


def test_a_feed_of_nothing_is_a_feed() -> None:
    assert written()["items"] == []


def test_an_address_that_is_none_of_the_web_is_left_out() -> None:
    (item,) = written(make_item(1, url=None, link="javascript:alert(1)"))["items"]
    assert "url" not in item


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_whatever_a_title_holds_our_own_reader_reads_it_and_no_terminal_is_steered(title: str) -> None:
    text = "".join(jsonfeed.items([replace(make_item(1), title=title)]))
    assert len(reader.parse(text, None).entries) == 1
    assert all(char.isprintable() or char in "\n\xa0\xad" or char > "\x9f" for char in text)
