"""JSON Feed 1 and 1.1 are read, also where feeds stray from the letter."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import jsonfeed

FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Notes",
    "home_page_url": "https://example.org/",
    "language": "en",
    "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    "items": [
        {
            "id": "https://example.org/2",
            "url": "https://example.org/2",
            "title": "Two",
            "content_html": "<p>Body</p>",
            "summary": "A & B",
            "date_published": "2024-01-02T03:04:05+01:00",
            "date_modified": "2024-01-03T00:00:00Z",
            "authors": [{"name": "Jo"}, {"url": "https://ann.example/"}],
            "tags": ["x", "y"],
            "attachments": [{"url": "https://example.org/2.mp3", "mime_type": "audio/mpeg"}],
        },
        {"id": 1, "content_text": "1 < 2", "external_url": "https://other.example/"},
    ],
}


def test_everything_an_item_says_is_kept():
    feed = jsonfeed.parse(json.dumps(FEED), "https://example.org/feed.json")
    assert (feed.format, feed.title, feed.home, feed.language, feed.hub, feed.partial) == (
        "json11",
        "Notes",
        "https://example.org/",
        "en",
        "https://hub.example/",
        False,
    )
    two, one = feed.entries
    assert (two.guid, two.link, two.title, two.content, two.summary) == (
        "https://example.org/2",
        "https://example.org/2",
        "Two",
        "<p>Body</p>",
        "A &amp; B",
    )
    assert two.published == datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert two.date_raw == "2024-01-02T03:04:05+01:00"
    assert (two.authors, two.enclosures) == (("Jo", "https://ann.example/"), ("https://example.org/2.mp3",))
    assert (one.guid, one.link, one.content) == ("1", "https://other.example/", "1 &lt; 2")


def test_version_1_and_no_version_are_feeds_too():
    old = {"version": "https://jsonfeed.org/version/1", "title": "T", "items": [{"id": "1", "author": {"name": "Jo"}}]}
    feed = jsonfeed.parse("\ufeff " + json.dumps(old))
    assert feed.format == "json1"
    assert feed.entries[0].authors == ("Jo",)
    assert jsonfeed.parse('{"items": [{"id": 1, "url": "https://example.org/1"}]}').format == "json"
    assert jsonfeed.parse(json.dumps({**old, "items": []})).entries == ()


def test_the_same_item_has_the_same_bytes_whatever_the_order_of_its_members():
    one = jsonfeed.parse('{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "T"}]}')
    other = jsonfeed.parse('{"items": [{"title": "T", "id": "1"}], "version": "https://jsonfeed.org/version/1"}')
    assert one.entries[0].raw == other.entries[0].raw


def test_a_feed_cut_off_keeps_its_whole_items():
    written = json.dumps(FEED)
    cut = jsonfeed.parse(written[: written.index('"content_text"')])
    assert cut.partial
    assert [entry.title for entry in cut.entries] == ["Two"]
    assert cut.title == "Notes"


@pytest.mark.parametrize(
    "written", ['{"a": 1}', "[1, 2]", "{", '{"items": 3}', '{"items": [{"name": "x"}]}', "[" * 100_000, '{"items": [' * 5000]
)
def test_other_json_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match="JSON"):
        jsonfeed.parse(written)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "url", "title", "items", "authors", "tags", "attachments", "author", "date_published", "hubs", "version"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(value):
    with suppress(ValueError):
        jsonfeed.parse(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [value], "hubs": value, "title": value}))


def test_json_is_known_by_its_beginning():
    assert jsonfeed.looks_like('\ufeff\n {"version"')
    assert not jsonfeed.looks_like("<rss>")


def test_a_number_of_more_digits_than_python_reads_is_kept_as_it_stands():
    feed = jsonfeed.parse('{"items": [{"id": %s, "title": "a", "url": "x"}, {"id": 2, "title": "b"}]}' % ("7" * 6000)).entries
    assert [entry.guid for entry in feed] == ["7" * 6000, "2"]


def test_what_a_server_printed_behind_the_document_is_no_part_of_it():
    feed = jsonfeed.parse('{"items": [{"id": "1", "url": "x"}]}\n<!-- served in 3 ms -->')
    assert (len(feed.entries), feed.partial) == (1, False)
