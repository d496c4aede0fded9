"""What is read without feedparser is exactly what feedparser reads; whatever is not ordinary is left to it."""

import csv
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import quick
from curator.slice import cut

parse = import_module("curator.parse")
PARSER = parse._readers()[0]
URL = "https://example.org/blog/feed.xml"
RSS = (
    "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:slash='http://purl.org/rss/1.0/modules/slash/' "
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:atom='http://www.w3.org/2005/Atom' xmlns:x='urn:x'>"
    "<channel xmlns:y='urn:y'><title>T</title><description>D</description><itunes:summary>S</itunes:summary>{}</channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss' xmlns:gd='urn:gd' xmlns:x='urn:x' xml:lang='en_US'>"
    "<title>T</title>{}</feed>"
)

MEDIA = [
    "<media:description>of a film</media:description>",
    "<media:description></media:description>",
    "<media:description type='plain'>of a film</media:description>",
    "<media:title>a film</media:title>",
    "<media:credit scheme='urn:ebu'>Jo</media:credit>",
    "<media:copyright>Jo</media:copyright>",
    "<media:category>war</media:category>",
    "<media:keywords>a, b</media:keywords>",
    "<media:group>\n<media:title>a film</media:title>\n<media:content url='x'/><media:description>d &lt;b&gt;e&lt;/b&gt;</media:description></media:group>",
    "<media:group><media:community><media:starRating count='1'/><media:statistics views='2'/></media:community></media:group>",
    "<media:group><media:content url='x'/><title>inner</title></media:group>",
    "<media:content url='x' medium='image'><media:title type='html'>t</media:title><media:credit>c</media:credit></media:content>",
    "<media:content url='x'><media:description>one</media:description></media:content>",
    "<media:content url='x'><link>https://example.org/in</link></media:content>",
    "<media:group>text<media:content url='x'/></media:group>",
    "<x:box><x:part>1</x:part> <x:part a='b'/></x:box>",
    "<x:box><category>inner</category></x:box>",
    "<x:box><description>inner</description></x:box>",
    "<meta><name>n</name></meta>",
]
RSS_PARTS = [
    "<title>AT&amp;T &#8211; x</title>",
    "<title><![CDATA[A <b>bold</b> & plain one]]></title>",
    "<title>&lt;i&gt;x&lt;/i&gt; &amp;eacute;</title>",
    "<link>https://example.org/?a=1&amp;b=2&amp;copy;=3</link>",
    "<link>relative/one</link>",
    "<link></link>",
    "<guid>https://example.org/g</guid>",
    "<guid isPermaLink='false'>tag:1</guid>",
    "<guid isPermaLink='True'>https://example.org/h</guid>",
    "<description>&lt;p&gt;x&lt;/p&gt;\r\n two</description>",
    "<description/>",
    "<content:encoded><![CDATA[<p>long\rtext ]] &gt;</p>]]></content:encoded>",
    "<itunes:summary>short</itunes:summary>",
    "<itunes:author>Ann</itunes:author>",
    "<pubDate>Mon, 01 Jul 2024 12:00:00 BST</pubDate>",
    "<dc:date>2024-07-01</dc:date>",
    "<dc:creator>Jo</dc:creator>",
    "<author>jo@example.org (Jo)</author>",
    "<author>Jo</author>",
    "<category>war</category>",
    "<category domain='x'>war</category>",
    "<dc:subject>sea</dc:subject>",
    "<enclosure url='https://example.org/1.mp3' type='audio/mpeg' length='1'/>",
    "<source url='https://wire.example/rss'>Wire</source>",
    "<slash:comments>3</slash:comments>",
    "<dc:language>fr</dc:language>",
    "<x:y xmlns:x='urn:x'>z</x:y>",
    "<image><url>x</url><title>y</title></image>",
    "<description><b>inline</b></description>",
    "<title>Größe Ã¤ \x93x\x94</title>",
    "<!-- said -->",
    "<itunes:keywords>war, sea,,war</itunes:keywords>",
    "<usid>3</usid>",
    "<tags>a,b</tags>",
    "<y:creator>z</y:creator>",
    "<y:videoId a='b'>z</y:videoId>",
    "<date>2024-07-01</date>",
    "<url>https://example.org/u</url>",
    "<byline a='b'>z</byline>",
    "<body>z</body>",
    "<modified>2024-07-01</modified>",
    "<author>jo@example.org (Jo Doe)</author>",
    "<author>jo@example.org</author>",
    "<author>Jo &lt;jo@example.org&gt;</author>",
    "<dc:creator>@jo</dc:creator>",
    "<dc:creator>jo@example.org (Jo), ann@example.org</dc:creator>",
    "<dc:format>text/html</dc:format>",
    "<dc:identifier>7</dc:identifier>",
    "<dc:source>https://example.org/</dc:source>",
    "<slash:hit_parade>1,2</slash:hit_parade>",
    "<atom:updated>2024-07-03T12:00:00Z</atom:updated>",
    "<image>https://example.org/i.png</image>",
    "<post-id xmlns='com-wordpress:feed-additions:1'>7</post-id>",
    "<title xmlns='urn:x'>strange</title>",
    "<creator xmlns='http://purl.org/dc/elements/1.1/'>Jo</creator>",
    "<media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='x'/>",
    "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann</dc:creator>",
    "<m:title xmlns:m='http://search.yahoo.com/mrss/'>m</m:title>",
    "<x:y xmlns:x='urn:other'>z</x:y>",
    "<dc:creator xmlns:dc='urn:other'>nobody</dc:creator>",
    "<itunes:subtitle xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:z='urn:z'>s</itunes:subtitle>",
    "<v xmlns='http://www.w3.org/2005/Atom'>z</v>",
    "<atom:link rel='standout' href='https://example.org/out?a=1&amp;b=2'/>",
    "<atom:link href='https://example.org/as'/>",
    "<atom:link rel='enclosure' href='https://example.org/e.mp3'/>",
    "<link>/a/path?q=1&amp;r=2</link>",
    "<link>//example.org/a</link>",
    "<link>/a:b</link>",
    "<georss:point xmlns:georss='http://www.georss.org/georss'>45.2 -71.9</georss:point>",
    "<georss:featurename xmlns:georss='http://www.georss.org/georss'>Bay</georss:featurename>",
    *MEDIA,
]
ATOM_PARTS = [
    "<title>AT&amp;T</title>",
    "<title type='html'>&lt;b&gt;x&lt;/b&gt;</title>",
    "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>x</div></title>",
    "<id>tag:1</id>",
    "<id>https://example.org/g</id>",
    "<link href='https://example.org/1'/>",
    "<link rel='alternate' type='text/html' href='/2'/>",
    "<link rel='alternate' type='application/pdf' href='https://example.org/3'/>",
    "<link rel='enclosure' href='https://example.org/x.mp3'/>",
    "<link rel='self' href='https://example.org/s'/>",
    "<published>2024-07-01T12:00:00Z</published>",
    "<updated>2024-07-02T12:00:00Z</updated>",
    "<summary>a &lt; b</summary>",
    "<summary type='html'>&lt;p&gt;x&lt;/p&gt;</summary>",
    "<content type='html' xml:base='https://example.org/b/' xml:lang='de'>&lt;p&gt;y&lt;/p&gt;</content>",
    "<content>plain</content>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div></content>",
    "<author><name>Jo</name><email>jo@example.org</email></author>",
    "<author><name/></author>",
    "<category term='war' label='War'/>",
    "<source><title>Elsewhere</title></source>",
    "<rights>none</rights>",
    "<author><name>Jo</name><gd:image rel='x' width='16' src='//example.org/i'/></author>",
    "<author><name>Jo</name><link href='x'/></author>",
    "<link href='/a/path'/>",
    "<link rel='replies' href='//example.org/r' thr:count='2' xmlns:thr='http://purl.org/syndication/thread/1.0'/>",
    "<media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='x'/>",
    "<georss:featurename xmlns:georss='http://www.georss.org/georss'>Bay</georss:featurename>",
    "<post-id xmlns='com-wordpress:feed-additions:1'>7</post-id>",
    "<title xmlns='http://www.w3.org/2005/Atom'>again</title>",
    *MEDIA,
]
#: Start tags of entries.
ITEMS = ["item", "item xmlns:dc='http://purl.org/dc/elements/1.1/'", "item xmlns:x='urn:x' xmlns:q='urn:q'", "item xmlns='urn:strange'",
         "item xmlns:x='urn:other'", "item xmlns:atom='http://www.w3.org/2005/Atom'", "item xml:lang='fr'"]  # fmt: skip
ENTRIES = ["entry", "entry xmlns='http://www.w3.org/2005/Atom'", "entry xmlns:q='urn:q'", "entry xml:base='https://example.org/other/'"]
#: What stands in a head besides.
ABOVE = ["", "<site xmlns='com-wordpress:feed-additions:1'>12</site>", "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='https://example.org/f'/>",
         "<box xmlns='urn:x'><title>in it</title></box>"]  # fmt: skip
BASES = ["", " xml:base='https://example.org/based/'", " xml:base='/based/'", " base='https://example.org/based/'"]


def both(body):
    """The document read with and without the short cut."""
    quickly = parse.parse(body, URL)
    pieces = cut(b'<?xml version="1.0" encoding="utf-8"?>\n' + body)
    reader = parse._strictly(b'<?xml version="1.0" encoding="utf-8"?>\n' + body, URL, None)
    raws = pieces.entries if pieces else ()
    return quickly.entries, tuple(parse._entry(entry, raw, URL) for entry, raw in zip(reader.entries, raws, strict=True))


@pytest.mark.parametrize("part", RSS_PARTS)
def test_one_element_of_rss(part):
    quickly, slowly = both(RSS.format(f"<item>{part}</item><item>{part}<title>second</title></item>").encode())
    assert quickly == slowly


def entries_of(parts, starts):
    """Some entries, each a start tag and what stands in it."""
    inside = st.lists(st.sampled_from(parts), max_size=7).map("\n".join)
    return st.lists(st.tuples(st.sampled_from([starts[0], *starts]), inside), min_size=1, max_size=3)


def written(entries):
    return "".join(f"<{start}>{inner}</{start.partition(' ')[0]}>" for start, inner in entries)


@given(entries_of(RSS_PARTS, ITEMS), st.sampled_from(ABOVE), st.sampled_from(["", *BASES]))
def test_any_entries_of_rss(entries, above, base):
    document = RSS.replace("<rss", f"<rss{base}", 1).format(above + written(entries))
    quickly, slowly = both(document.encode())
    assert quickly == slowly


@given(entries_of(ATOM_PARTS, ENTRIES), st.sampled_from(ABOVE), st.sampled_from(["", *BASES]))
def test_any_entries_of_atom(entries, above, base):
    document = ATOM.replace("<feed", f"<feed{base}", 1).format(above + written(entries))
    quickly, slowly = both(document.encode())
    assert quickly == slowly


def test_films_and_pictures_are_read_without_feedparser_whatever_address_their_module_is_given():
    for uri in ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss", "https://search.yahoo.com/mrss/"):
        head = f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='{uri}'><title>T</title>"
        entry = (
            "<entry><title>x</title><media:group><media:title>y</media:title><media:description>z</media:description></media:group></entry>"
        )
        assert quick.read(entry, quick.setting(head, None), PARSER) is not None
        quickly, slowly = both(f"{head}{entry}</feed>".encode())
        assert quickly == slowly
        assert quickly[0].title == "x"


@pytest.mark.parametrize("above", ABOVE[:3])
@pytest.mark.parametrize("base", BASES[:2])
@pytest.mark.parametrize("part", [
    "<post-id xmlns='com-wordpress:feed-additions:1'>7</post-id>", "<media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='x'/>",
    "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann</dc:creator>", "<atom:link rel='standout' href='https://example.org/out'/>",
])  # fmt: skip
def test_what_publishing_programs_write_is_read_without_feedparser(part, base, above):
    head = RSS.replace("<rss", f"<rss{base}", 1).split("{}", maxsplit=1)[0] + above
    assert quick.read(f"<item xmlns:q='urn:q'><title>x</title>{part}</item>", quick.setting(head, None), PARSER) is not None


def test_ordinary_entries_are_read_without_feedparser():
    head = RSS.split("{}", maxsplit=1)[0]
    entry = "<item><title>x</title><link>https://example.org/</link><guid>1</guid><description>d</description><dc:creator>Jo</dc:creator></item>"
    assert quick.read(entry, quick.setting(head, None), PARSER) is not None


HEADS = [
    "<rss xml:base='/b/'><channel>",
    "<rss xml:base='https://example.org/'><channel><image xml:base='https://example.com/'/>",
    "<rss xmlns='urn:other'>",
    "<feed>",
    "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>",
    "<html>",
    "",
]


@pytest.mark.parametrize("head", HEADS)
def test_unusual_documents_are_left_to_feedparser(head):
    assert quick.setting(head, None) is None


@given(st.text("<>/='\"&;#![]CDAT item:xa", max_size=80))
def test_nothing_makes_it_raise(inner):
    quick.read(f"<item>{inner}</item>", quick.Setting(False, {}, None), PARSER)
    quick.setting(inner, None)


REAL = Path(__file__).parent.parent.parent / "shared" / "data" / "feeds"


@pytest.mark.skipif(not REAL.exists(), reason="the real feeds are not part of the project")
def test_real_feeds_are_read_as_feedparser_reads_them():
    compared = 0
    for row in list(csv.DictReader((REAL / "index.csv").open(encoding="utf-8")))[3::7]:
        body = (REAL / "real" / row["file"]).read_bytes()
        if len(body) > 300_000 or b"<?xml" in body[100:] or cut(body) is None or not cut(body).entries or body[:3] == b"\xef\xbb\xbf":
            continue
        text = parse.repair.prepare(body)
        quickly, slowly = both(text.encode())
        assert quickly == slowly, row["file"]
        compared += len(quickly)
    assert compared > 300


def test_a_head_that_repeats_a_declaration_a_hundred_thousand_times_is_read_as_any_other() -> None:
    full = f"<rss version='2.0'><channel><a x=\"{'xmlns ' * 100_000}\"><b/></a><title>T</title>"
    assert quick.setting(full, "en") == quick.setting("<rss version='2.0'><channel><title>T</title>", "en")
