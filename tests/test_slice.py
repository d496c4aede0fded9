"""A feed cut into its entries and joined again is the same feed; what cannot be cut safely is not cut."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import slice
from curator.parse import Unreadable, parse

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:base="https://example.org/blog/"><channel><title>T</title><link>https://example.org/</link>
<item><title>One &amp; only</title><guid>1</guid><description><![CDATA[<p>item</p> ]]></description></item>
<item
 a=">"><title>Two</title><link>two</link><dc:creator>Jo</dc:creator></item >
<language>de</language>
<item><title>Three</title><guid isPermaLink="false">3</guid></item>
</channel></rss>
"""
ATOM = b"""<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>T</a:title><a:id>f</a:id>
<a:entry><a:title>One</a:title><a:id>1</a:id><a:source><a:title>Elsewhere</a:title><a:id>s</a:id></a:source></a:entry>
<a:entry><a:title>Two</a:title><a:id>2</a:id><a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><item>x</item></div></a:content></a:entry>
</a:feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>T</title></channel>
<item rdf:about="https://example.org/1"><title>One</title></item><item rdf:about="https://example.org/2"><title>Two</title></item></rdf:RDF>"""
LATIN = '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><item><title>Größe</title></item><item><title>Maß</title></item></channel></rss>'.encode(
    "latin-1"
)
FEEDS = {"rss": RSS, "atom": ATOM, "rdf": RDF, "latin": LATIN}


def without_raw(entries):
    return [replace(entry, raw=b"") for entry in entries]


@pytest.mark.parametrize("name", FEEDS)
def test_joined_again_it_is_the_same_feed(name):
    body = FEEDS[name]
    pieces = slice.cut(body)
    whole = parse(body, "https://example.org/feed")
    again = parse(slice.join(pieces.head, pieces.entries, pieces.tail), "https://example.org/feed", {}, pieces.entries)
    assert without_raw(again.entries) == without_raw(whole.entries)
    assert (again.title, again.home, again.language) == (whole.title, whole.home, whole.language)
    assert tuple(entry.raw for entry in again.entries) == pieces.entries


@pytest.mark.parametrize("name", FEEDS)
def test_each_entry_alone_is_read_as_in_the_whole(name):
    body = FEEDS[name]
    pieces = slice.cut(body)
    for entry, expected in zip(pieces.entries, parse(body).entries, strict=True):
        assert without_raw(parse(slice.join(pieces.head, [entry], pieces.tail)).entries) == without_raw([expected])


def test_a_slice_is_the_entry_from_tag_to_tag():
    assert slice.cut(RSS).entries[1] == b'<item\n a=">"><title>Two</title><link>two</link><dc:creator>Jo</dc:creator></item >'


def test_what_the_feed_says_between_entries_stays_with_the_head():
    assert b"<language>de</language>" in slice.cut(RSS).head


def test_blank_lines_before_the_document_are_no_hindrance():
    assert slice.cut(b"\n\n  " + RSS) == slice.cut(RSS)


def test_a_feed_without_entries_is_all_head():
    body = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
    assert slice.cut(body) == slice.Slices(body, (), b"")


UNFIT = {
    "nothing": b"",
    "cut off": RSS[:400],
    "a bare ampersand": RSS.replace(b"&amp;", b"&"),
    "UTF-16": RSS.decode().encode("utf-16"),
    "a DOCTYPE": b"<!DOCTYPE rss><rss><channel><item><title>x</title></item></channel></rss>",
    "an unknown character set": b'<?xml version="1.0" encoding="x-none"?><rss><channel><item/></channel></rss>',
    "a character set of several bytes": b'<?xml version="1.0" encoding="gb2312"?><rss><channel><item><title>x</title></item></channel></rss>',
    "an empty entry": b"<rss><channel><item/></channel></rss>",
    "entries in two places": b"<rss><channel><item><title>x</title></item></channel><item><title>y</title></item></rss>",
    "no XML": b'{"items": []}',
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_must_be_read_whole_is_not_cut(what):
    assert slice.cut(UNFIT[what]) is None


@given(st.binary(max_size=300))
def test_cut_never_raises(body):
    slice.cut(body)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<&>\r", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=20)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=6), st.randoms(use_true_random=False))
def test_any_choice_of_entries_is_read_as_in_the_whole(rows, random):
    items = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>g{at}{guid}</guid></item>\n" for at, (title, guid) in enumerate(rows)
    )
    body = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()
    pieces = slice.cut(body)
    whole = parse(body).entries
    chosen = [at for at in range(len(rows)) if random.random() < 0.5]
    part = parse(slice.join(pieces.head, [pieces.entries[at] for at in chosen], pieces.tail)).entries
    assert part == tuple(whole[at] for at in chosen)


REAL = Path(__file__).parent.parent.parent / "shared" / "data" / "feeds"


@pytest.mark.skipif(not REAL.exists(), reason="the real feeds are not part of the project")
def test_real_feeds_cut_up_are_read_as_in_the_whole():
    rows = list(csv.DictReader((REAL / "index.csv").open(encoding="utf-8")))
    compared = 0
    for row in rows[::6]:
        body = (REAL / "real" / row["file"]).read_bytes()
        pieces = slice.cut(body)
        if pieces is None or not pieces.entries or len(body) > 300_000:
            continue
        try:
            whole = parse(body, "https://example.org/feed", {}, pieces.entries).entries
        except Unreadable:
            continue
        chosen = range(0, len(pieces.entries), 3)
        picked = [pieces.entries[at] for at in chosen]
        part = parse(slice.join(pieces.head, picked, pieces.tail), "https://example.org/feed", {}, picked).entries
        assert part == tuple(whole[at] for at in chosen), row["file"]
        compared += len(part)
    assert compared > 300
