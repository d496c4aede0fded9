"""Lists of feeds: our own go out and come back without loss, those of other programs come in."""

from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import configedit, opml
from curator.config import AUTO, Config, Feed
from curator.errors import CuratorError
from curator.formats import opml as written

NESTED = b"""<?xml version="1.0" encoding="utf-8"?>
<opml version="1.1"><head><title>Subscriptions</title></head><body>
  <outline text="cyber/vulnerabilities"><outline type="rss" text="Harbour CERT" xmlUrl="https://cert.harbour.example/feed"/>
    <outline text="deeper"><outline title="B&#252;ro" text="x" XMLURL="feed://buero.example/rss" category="/news,military/naval"/></outline>
  </outline>
  <outline text="Just a link" htmlUrl="https://nowhere.example/"/>
  <outline type="rss" text="Again" xmlUrl="https://cert.harbour.example/feed#top"/>
  <outline type="HTML+XPath" text="Scraped" xmlUrl="https://scraped.example/"/>
  <outline type="rss" text="Not the web" xmlUrl="javascript:alert(1)"/>
</body></opml>"""

KNOWN = ("cyber/vulnerabilities", "military/naval")


def test_nested_folders_are_read_and_known_ones_become_topics() -> None:
    feeds = opml.read(NESTED, {}, KNOWN)
    assert [(feed.name, feed.url, feed.topics) for feed in feeds] == [
        ("harbour-cert", "https://cert.harbour.example/feed", ("cyber/vulnerabilities",)),
        (feeds[1].name, "http://buero.example/rss", ("military/naval", "cyber/vulnerabilities")),
    ]


def test_names_are_new_to_the_user_and_to_each_other() -> None:
    have = {"harbour-cert": Feed(name="harbour-cert", url="https://other.example/")}
    document = (
        b"<opml><body>" + b"".join(b'<outline text="Harbour CERT" xmlUrl="https://%d.example/"/>' % n for n in range(3)) + b"</body></opml>"
    )
    names = [feed.name for feed in opml.read(document, have, KNOWN)]
    assert len({*names, "harbour-cert"}) == 4


def test_only_the_shipped_topics_count_unless_others_are_named() -> None:
    document = b'<opml><body><outline text="a" xmlUrl="https://a.example/" category="my/own"/></body></opml>'
    assert opml.read(document, {})[0].topics == ()
    assert opml.read(document, {}, ["my/own"])[0].topics == ("my/own",)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<opml><body>", "not sound OPML"),
        (b"<opm/>", "no OPML: its first element is <opm>"),
        (b"<rss/>", "a feed, not a list of feeds"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "a feed, not a list of feeds"),
        (b"", "neither OPML nor a list"),
        (b"# only a comment\n", "neither OPML nor a list"),
        (b'<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml>&a;</opml>', "defines entities"),
    ],
)
def test_what_is_no_list_of_feeds_is_told_in_one_line(data: bytes, told: str) -> None:
    with pytest.raises(CuratorError, match=told):
        opml.read(data, {})


def test_a_plain_doctype_is_no_harm() -> None:
    assert opml.read(b'<!DOCTYPE opml><opml><body><outline text="a" xmlUrl="https://a.example/"/></body></opml>', {})[0].name == "a"


def test_a_list_nested_ten_thousand_deep_is_read() -> None:
    deep = b"<outline text='x'>" * 10_000 + b"<outline text='a' xmlUrl='https://a.example/'/>" + b"</outline>" * 10_000
    assert [feed.name for feed in opml.read(b"<opml><body>" + deep + b"</body></opml>", {})] == ["a"]


NEWSBOAT = b"""# my feeds
https://a.example/feed cyber/vulnerabilities "~Harbour, daily"
https://b.example/feed "two words" !hidden
"query:Unread:unread = \\"yes\\""
exec:~/bin/feed.sh
https://a.example/feed
https://c.example/feed "never closed
"""


def test_what_feeds_toml_would_not_take_is_left_out_and_not_the_whole_list() -> None:
    feeds = opml.read(
        b"""<opml version="2.0" xmlns:c="%s"><body><outline text="a" xmlUrl='http://a.example/"&#10;[feeds.x]'/><outline text="b" xmlUrl="http://:@/"/>
        <outline text="c" xmlUrl="https://c.example/{x}"/><outline text="d" xmlUrl="https://d.example/f" c:every="10"/>
        <outline text="e" xmlUrl="https://e.example/f" c:every="99999999"/></body></opml>"""
        % opml.NAMESPACE.encode(),
        {},
    )
    assert [(feed.name, feed.every) for feed in feeds] == [("d", 60), ("e", 31 * 86_400)]


@given(st.sets(st.integers(1, 40)))
def test_a_name_that_is_taken_gets_a_number_that_is_free(numbers: set[int]) -> None:
    taken = {"news" if number == 1 else f"news-{number}" for number in numbers}
    assert configedit.new_name("News", "https://a.example/", taken) not in taken


def test_feeds_of_one_name_are_numbered_one_after_another() -> None:
    taken: set[str] = set()
    for _ in range(2_000):
        taken.add(configedit.new_name("News", "https://a.example/", taken))
    assert taken == {"news", *(f"news-{number}" for number in range(2, 2_001))}


def test_newsboats_urls_file_is_read() -> None:
    feeds = opml.read(NEWSBOAT, {}, KNOWN)
    assert [(feed.name, feed.url, feed.topics) for feed in feeds] == [
        ("harbour-daily", "https://a.example/feed", ("cyber/vulnerabilities",)),
        ("b", "https://b.example/feed", ()),
        ("c", "https://c.example/feed", ()),
    ]


def config(*feeds: Feed) -> Config:
    return Config(feeds={feed.name: feed for feed in feeds})


def test_our_own_list_comes_back_without_loss() -> None:
    feeds = (
        Feed(name="a", url="https://a.example/?x=1&y=2", outlet='"A" & B', role="primary", reliability="B", topics=KNOWN, language="de", enabled=False, every=AUTO),
        Feed(name="Büro ü", url="https://b.example/", every=900),
        Feed(name="c", url="https://c.example/"),
    )  # fmt: skip
    assert opml.read(written.feeds(config(*feeds)).encode(), {}, KNOWN) == list(feeds)


def test_our_list_is_opml_2_with_what_other_readers_need() -> None:
    root = ElementTree.fromstring(written.feeds(config(Feed(name="a", url="https://a.example/", outlet="A"))))
    assert (root.tag, root.attrib["version"]) == ("opml", "2.0")
    assert root.find("head/title") is not None
    (outline,) = root.findall("body/outline")
    assert {name: outline.attrib[name] for name in ("type", "text", "xmlUrl")} == {
        "type": "rss",
        "text": "A",
        "xmlUrl": "https://a.example/",
    }


@given(st.lists(st.text(max_size=20), max_size=3, unique=True), st.one_of(st.none(), st.text(max_size=20)))
def test_any_name_and_outlet_give_sound_xml(names: list[str], outlet: str | None) -> None:
    feeds = [Feed(name=name, url=f"https://{number}.example/", outlet=outlet) for number, name in enumerate(names)]
    ElementTree.fromstring(written.feeds(config(*feeds)))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for document in (data, b"<opml><body>" + data + b"</body></opml>", b"https://a.example/ " + data):
        with suppress(CuratorError):
            opml.read(document, {}, KNOWN)


BOMB = '<!DOCTYPE o [<!ENTITY a "haha"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="https://a.example/"/></body></opml>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_lists_in_any_encoding_are_read_and_entities_refused_in_all(encoding: str) -> None:
    plain = '<opml><body><outline text="Harbour" xmlUrl="https://a.example/"/></body></opml>'
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert [feed.name for feed in opml.read((declared + plain).encode(encoding), {}, KNOWN)] == ["harbour"]
    for before in ("", "<!--" + "x" * 200_000 + "-->"):
        with pytest.raises(CuratorError, match="entities"):
            opml.read((before + BOMB).encode(encoding), {}, KNOWN)
