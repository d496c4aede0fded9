"""An entry becomes a draft: plain safe text, canonical address, language and outlet found in the promised order."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import clean, config, text
from curator.types import Entry

WIRE = config.Outlet(name="Example Wire", hosts=("wire.example",), aliases=("EW",), kind="wire")
NEWS = config.Outlet(name="Example News", hosts=("news.example",), kind="press")
GATHER = config.Outlet(name="Gatherer", hosts=("gather.example",), kind="aggregator")


class Book:
    """Three outlets, found by exact host and name."""

    def by_host(self, host):
        return next((outlet for outlet in (WIRE, NEWS, GATHER) if host in outlet.hosts), None)

    def by_name(self, name):
        return next((outlet for outlet in (WIRE, NEWS, GATHER) if name == outlet.name or name in outlet.aliases), None)


FEED = config.Feed(name="f", url="https://site.example/feed")


def draft(feed=FEED, language=None, **entry):
    return clean.draft(Entry(**entry), feed, "Feed title", language, Book())


def test_the_text_is_the_content_and_the_summary_the_summary():
    found = draft(summary="<p>Short</p>", content="<p>Long</p><p>text</p>")
    assert (found.summary, found.text) == ("Short", "Long\ntext")


def test_without_content_the_text_is_the_whole_summary_and_the_summary_its_beginning():
    words = "word " * 400
    found = draft(summary=f"<p>{words}</p>")
    assert found.text == words.strip()
    assert len(found.summary) <= 600
    assert found.summary.endswith("…")


def test_a_missing_title_is_made_from_the_first_words_else_from_the_link():
    assert draft(summary="<p>First paragraph here.</p><p>Second</p>").title == "First paragraph here."
    assert draft(link="https://site.example/a").title == "site.example/a"
    assert draft(enclosures=("https://site.example/a.mp3",)).title == "site.example/a.mp3"
    assert draft().title == ""


def test_the_link_is_kept_and_the_url_is_canonical():
    found = draft(link="http://www.site.example/a?utm_source=x#c")
    assert (found.link, found.url) == ("http://www.site.example/a?utm_source=x#c", "https://site.example/a")
    assert draft(link="/a", base="https://site.example/blog/").link == "https://site.example/a"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "file:///etc/passwd", "http://", "\x1b[31m"]
)
def test_links_that_are_no_web_addresses_are_dropped(link):
    found = draft(link=link, base="https://site.example/")
    assert found.url is None or found.url.startswith("https://site.example/")
    assert found.link is None or found.link.startswith("https://site.example/")


OUTLETS = [
    ({}, {"link": "https://wire.example/1"}, ("Example Wire", True)),
    ({}, {"link": "https://site.example/1"}, ("Feed title", False)),
    ({"outlet": "EW"}, {"link": "https://news.example/1"}, ("Example Wire", True)),
    ({"outlet": "My own"}, {"link": "https://news.example/1"}, ("My own", True)),
    ({"role": "aggregator", "outlet": "Gatherer"}, {"link": "https://news.example/1"}, ("Example News", True)),
    ({"role": "aggregator"}, {"link": "https://gather.example/x", "source_name": "EW"}, ("Example Wire", True)),
    ({"role": "aggregator"}, {"link": "https://gather.example/x", "source_url": "https://news.example/rss"}, ("Example News", True)),
    ({"role": "aggregator", "outlet": "Gatherer"}, {"link": "https://other.example/x"}, ("Gatherer", True)),
    ({"url": "https://wire.example/feed"}, {"title": "no link"}, ("Example Wire", True)),
]


@pytest.mark.parametrize(("settings", "entry", "expected"), OUTLETS)
def test_the_outlet_is_found_in_this_order(settings, entry, expected):
    feed = config.Feed(**{"name": "f", "url": "https://site.example/feed", **settings})
    entry.setdefault("title", "t")
    found = clean.draft(Entry(**entry), feed, "Feed title", None, Book())
    assert (found.outlet, found.outlet_known) == expected


def test_the_source_is_named_as_curator_knows_it():
    assert draft(source_name="EW").source == "Example Wire"
    assert draft(source_name="Somebody <b>else</b>").source == "Somebody else"
    assert draft(source_url="https://news.example/").source == "Example News"
    assert draft().source is None


GERMAN = "<p>Der Minister sagte am Freitag, dass er nicht mit dem Vorschlag einverstanden ist.</p>"


def test_the_language_is_the_entrys_else_the_feeds_else_the_files_else_detected():
    feed = config.Feed(name="f", url="https://site.example/feed", language="it")
    assert draft(feed, language="fr", summary=GERMAN).language == "fr"
    assert clean.draft(Entry(language="es-MX", summary=GERMAN), feed, None, "fr", Book()).language == "es"
    assert draft(feed, summary=GERMAN).language == "it"
    assert draft(summary=GERMAN).language == "de"
    assert draft(language="none at all", summary=GERMAN).language == "de"


def test_authors_are_names():
    given_ = ("jo@site.example (Jo Doe)", "Ann Lee <ann@site.example>", "By Max Mustermann", "<b>Jo Doe</b>", "x@site.example", "")
    assert draft(authors=given_).authors == ("Jo Doe", "Ann Lee", "Max Mustermann", "x@site.example")


def test_the_date_is_published_else_updated():
    early, late = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)
    assert draft(published=early, updated=late, date_raw="raw").published == early
    assert draft(updated=late).published == late
    assert draft(published=early, date_raw=" 1 Jan\n2024").date_raw == "1 Jan 2024"


def test_links_to_other_sites_are_counted():
    markup = "".join(
        f'<a href="{url}">x</a>'
        for url in (
            "https://a.example/1",
            "https://a.example/2",
            "https://www.site.example/x",
            "https://b.example/",
            "https://a.example/1",
            "/own",
        )
    )
    assert draft(link="https://site.example/1", content=markup).links == 3


def test_the_evidence_is_kept_with_its_hash():
    found = draft(raw=b"<item/>")
    assert (found.raw, found.sha256) == (b"<item/>", hashlib.sha256(b"<item/>").hexdigest())


def test_a_guid_too_long_is_told_by_its_hash():
    one, other = (draft(guid="g" * 5000 + end).guid for end in "ab")
    assert one != other
    assert len(one) <= 1000


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_whatever_an_entry_says_the_draft_is_safe(title, content, link, author):
    found = draft(link=link, content=content, authors=(author,), guid=title, summary=title)
    for said in (found.title, found.summary, *found.authors):
        assert text.line(said) == said
    assert text.safe(found.text) == found.text
    assert found.link is None or found.link.startswith(("http", "HTTP", "//", "feed"))
