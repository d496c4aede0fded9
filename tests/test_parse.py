"""Bytes become entries with what the feed said of them, in every format; feedparser's known defects are mended."""

import io
import pickle
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.parse import Unreadable, parse

URL = "https://example.org/blog/feed.xml"
RSS = b"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Site &amp; co</title><link>https://example.org/</link><language>de-AT</language>
<ttl>90</ttl><atom:link rel="hub" href="https://hub.example/"/>
<item><title>One</title><link>https://example.org/1?a=1&amp;b=2</link><guid isPermaLink="false">g1</guid>
<description>Short</description><content:encoded><![CDATA[<p>Long <b>text</b></p>]]></content:encoded>
<pubDate>Mon, 01 Jul 2024 12:00:00 +0200</pubDate><dc:creator>Jo Doe</dc:creator><category>war</category><category>sea</category>
<enclosure url="https://example.org/1.mp3" type="audio/mpeg" length="1"/><source url="https://wire.example/rss">Wire</source></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Site</title><link href="https://example.org/"/><id>f</id>
<entry xml:lang="fr"><title type="html">A &lt;b&gt;bold&lt;/b&gt; one</title><link rel="alternate" href="2024/one"/><link rel="enclosure" href="https://example.org/x.pdf"/>
<id>tag:example.org,2024:1</id><published>2024-07-01T12:00:00+02:00</published><updated>2024-07-02T00:00:00Z</updated>
<author><name>Jo</name><email>jo@example.org</email></author><author><name>Ann</name></author><category term="war"/>
<summary type="text">1 &lt; 2</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Body</p></div></content>
<source><title>Elsewhere</title><link href="https://elsewhere.example/"/><id>s</id><updated>2020-01-01T00:00:00Z</updated></source></entry></feed>"""


def items(inner, head=""):
    return parse(f"<rss version='2.0'><channel><title>T</title>{head}{inner}</channel></rss>".encode(), URL).entries


def test_rss_says_all_this():
    feed = parse(RSS, URL)
    assert (feed.format, feed.title, feed.home, feed.language, feed.ttl, feed.hub) == (
        "rss20",
        "Site & co",
        "https://example.org/",
        "de-AT",
        5400,
        "https://hub.example/",
    )
    (one,) = feed.entries
    assert (one.guid, one.link, one.title) == ("g1", "https://example.org/1?a=1&b=2", "One")
    assert (one.summary, one.content) == ("Short", "<p>Long <b>text</b></p>")
    assert (one.published, one.date_raw) == (datetime(2024, 7, 1, 10, tzinfo=UTC), "Mon, 01 Jul 2024 12:00:00 +0200")
    assert (one.authors, one.enclosures) == (("Jo Doe",), ("https://example.org/1.mp3",))
    assert (one.source_name, one.source_url) == ("Wire", "https://wire.example/rss")


def test_atom_says_all_this():
    feed = parse(ATOM, URL)
    (one,) = feed.entries
    assert (feed.format, feed.language) == ("atom10", "en")
    assert (one.guid, one.link, one.title) == (
        "tag:example.org,2024:1",
        "https://example.org/blog/2024/one",
        "A <b>bold</b> one",
    )
    assert (one.summary, one.content) == ("1 &lt; 2", "<p>Body</p>")
    assert (one.published, one.updated) == (datetime(2024, 7, 1, 10, tzinfo=UTC), datetime(2024, 7, 2, tzinfo=UTC))
    assert one.language == "fr"
    assert (one.authors, one.enclosures) == (("Jo", "Ann"), ("https://example.org/x.pdf",))
    assert one.source_name == "Elsewhere"


def test_a_guid_is_a_link_only_if_it_is_an_address():
    assert [
        entry.link
        for entry in items(
            "<item><guid>https://example.org/1</guid></item><item><guid>abc-1</guid></item><item><guid isPermaLink='false'>https://example.org/3</guid></item>"
        )
    ] == ["https://example.org/1", None, None]
    assert [entry.guid for entry in items("<item><guid>abc-1</guid></item>")] == ["abc-1"]


def test_the_guid_does_not_depend_on_where_the_feed_stands():
    body = b"<rss version='2.0' xml:base='https://old.example/'><channel><item><guid>abc-1</guid><link>x</link></item></channel></rss>"
    assert [(entry.guid, entry.link) for entry in parse(body, URL).entries] == [("abc-1", "https://old.example/x")]


def test_a_link_beside_the_guid_wins_in_either_order():
    assert {
        entry.link
        for entry in items(
            "<item><guid>https://example.org/g</guid><link>https://example.org/l</link></item><item><link>https://example.org/l</link><guid>https://example.org/g</guid></item>"
        )
    } == {"https://example.org/l"}


DATES = [
    ("Mon, 01 Jul 2024 12:00:00 BST", datetime(2024, 7, 1, 11, tzinfo=UTC)),
    ("2020/1/10 14:33:00", datetime(2020, 1, 10, 14, 33, tzinfo=UTC)),
    ("1708300800", datetime(2024, 2, 19, tzinfo=UTC)),
    ("2003-335", datetime(2003, 12, 1, tzinfo=UTC)),
    ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ("soon", None),
]


@pytest.mark.parametrize(("written", "expected"), DATES)
def test_dates_are_read_rightly_and_kept_as_written(written, expected):
    (entry,) = items(f"<item><title>x</title><pubDate>{written}</pubDate></item>")
    assert (entry.published, entry.date_raw) == (expected, written)


def test_updated_stands_in_for_a_missing_date_and_its_text_is_kept():
    body = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><updated>2024-07-02T00:00:00Z</updated></entry></feed>"
    (entry,) = parse(body).entries
    assert (entry.published, entry.updated, entry.date_raw) == (None, datetime(2024, 7, 2, tzinfo=UTC), "2024-07-02T00:00:00Z")


def test_a_summary_that_only_repeats_the_content_is_none():
    body = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><content type='html'>&lt;p&gt;x&lt;/p&gt;</content></entry></feed>"
    (entry,) = parse(body).entries
    assert (entry.summary, entry.content) == (None, "<p>x</p>")


def test_a_broken_document_is_read_like_a_sound_one():
    sound = items("<item><title>AT&amp;T buys</title><guid>1</guid></item>")
    broken = items("<item><title>AT&T buys</title><guid>1</guid></item>")
    assert sound == broken


def test_entries_are_never_merged():
    assert len(items("<item><guid>1</guid><title>a</title></item>" * 3)) == 3


def test_raw_is_the_slice_it_was_given():
    entry = b"<item><title>x</title></item>"
    body = b"<rss><channel>" + entry + b"</channel></rss>"
    assert parse(body, URL, {}, [entry]).entries[0].raw == entry
    assert parse(body, URL).entries[0].raw == entry
    assert parse(b"<!DOCTYPE rss>" + body, URL).entries[0].raw == entry


def test_raw_is_stable_where_the_document_cannot_be_cut():
    body = b"<rss><channel><item><title>x</title></item></channel><item><title>y</title></item></rss>"
    first, second = parse(body), parse(b"\n" + body)
    assert [entry.raw for entry in first.entries] == [entry.raw for entry in second.entries]
    assert all(entry.raw for entry in first.entries)


def test_a_body_that_is_the_name_of_a_file_is_not_opened():
    with pytest.raises(Unreadable, match="not a feed"):
        parse(__file__.encode())


def test_unreadable_crosses_between_processes():
    error = pickle.loads(pickle.dumps(Unreadable("not-a-feed", "because")))
    assert (error.kind, str(error)) == ("not-a-feed", "because")


NO_FEEDS = [
    (b"", "empty"),
    (b" \n ", "empty"),
    (b"<!DOCTYPE html><html><head></head><body><p>Hi</p></body></html>", "web page"),
    (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "web page"),
    (b"<?xml version='1.0'?><opml version='2.0'><body><outline xmlUrl='x'/></body></opml>", "OPML"),
    (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>x</loc></url></urlset>", "sitemap"),
    (b"<note><to>You</to></note>", "<note>"),
    (b"Not found.", "text"),
    (b"\x89PNG\r\n\x1a\n\x00\x01\xff\xfe" * 20, "not a feed"),
    (b'{"error": "nope"}', "JSON"),
    (b"%PDF-1.4 xyz", "not a feed"),
    (b"\x00" * 1000, "empty"),
]


@pytest.mark.parametrize(("body", "hint"), NO_FEEDS)
def test_what_is_no_feed_is_refused_with_a_hint(body, hint):
    with pytest.raises(Unreadable, match=hint) as caught:
        parse(body, URL)
    assert caught.value.kind == "not-a-feed"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    with suppress(Unreadable):
        parse(body, URL)


@given(st.data())
def test_a_damaged_feed_is_read_or_refused(data):
    body = bytearray(data.draw(st.sampled_from([RSS, ATOM])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        feed = parse(bytes(body), URL)
    except Unreadable:
        return
    assert all(isinstance(entry.raw, bytes) and entry.raw for entry in feed.entries)


def test_it_takes_bytes_not_files():
    assert not isinstance(RSS, io.IOBase)
    assert len(parse(RSS).entries) == 1


def test_an_author_of_a_million_letters_costs_next_to_nothing_and_is_cut():
    before = time.process_time()
    [entry] = parse(RSS.replace(b"<item>", b"<item><author>" + b"a." * 500_000 + b"@</author>")).entries
    assert entry.authors
    assert all(len(author) <= 1000 for author in entry.authors)
    assert time.process_time() - before < 5  # looked through from each letter it would be hours
