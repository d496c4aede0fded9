"""A web page's feeds are found where it names them, and otherwise where sites keep them."""

from hypothesis import given
from hypothesis import strategies as st

from curator import discover

PAGE = """<!doctype html><html><head><title>Site</title>
<!-- <link rel="alternate" type="application/rss+xml" href="/old.xml"> -->
<link rel="stylesheet" type="text/css" href="feed.css">
<link rel="alternate" type="application/rss+xml" title="Comments on Site" href="/comments/feed/">
<link title='News &amp; views' href='/news.xml' type='application/rss+xml' rel='alternate'/>
<LINK REL=ALTERNATE TYPE=application/atom+xml HREF=https://feeds.example/atom>
<link rel="alternate" hreflang="de" href="/de/">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
<link rel="alternate" type="application/feed+json" href="feed.json">
</head><body><a href="/podcast/rss">Podcast</a> <a href="/about">About</a> <a href="javascript:feed()">x</a>
<script>document.write('<link rel="alternate" type="application/rss+xml" href="/script.xml">')</script></body></html>"""


def test_feeds_a_page_names_come_first_comments_last_then_links_that_look_like_feeds():
    found = discover.feeds(PAGE, "https://example.org/blog/")
    assert [feed.url for feed in found] == [
        "https://example.org/news.xml",
        "https://feeds.example/atom",
        "https://example.org/blog/feed.json",
        "https://example.org/comments/feed/",
        "https://example.org/podcast/rss",
    ]
    assert found[0].title == "News & views"
    assert [feed.named for feed in found] == [True, True, True, True, False]


def test_a_base_element_counts():
    page = '<base href="https://cdn.example/x/"><link rel="alternate" type="application/rss+xml" href="feed.xml">'
    assert discover.feeds(page, "https://example.org/")[0].url == "https://cdn.example/x/feed.xml"


def test_guesses_are_beside_the_page_and_at_the_root():
    places = [guess.url for guess in discover.guesses("https://example.org/blog")]
    assert "https://example.org/blog/feed/" in places
    assert "https://example.org/feed/" in places
    assert "https://example.org/atom.xml" in places
    assert len(set(places)) == len(places)
    assert not any(guess.named for guess in discover.guesses("https://example.org/blog"))


@given(st.text("<>linkrea='/\" \nhtps:.", max_size=150))
def test_no_page_makes_it_raise(page):
    discover.feeds(page, "https://example.org/")
    discover.guesses(page)


def urls_of(page: str) -> list[str]:
    return [found.url for found in discover.feeds(page, "https://example.org/blog/")]


def test_a_base_element_counts_wherever_it_stands():
    page = '<link rel="alternate" type="application/rss+xml" href="feed.xml"><base href="/x/">'
    assert urls_of(page) == ["https://example.org/x/feed.xml"]


def test_an_angle_bracket_between_quotes_does_not_end_a_tag():
    page = '<link title="News > World" rel="alternate" type="application/rss+xml" href="/world.xml"><p>x</p>'
    assert urls_of(page) == ["https://example.org/world.xml"]
    assert discover.feeds(page, "https://example.org/")[0].title == "News > World"


def test_links_in_the_text_are_known_by_address_type_or_words():
    page = """<a href="/latest.rss">all</a> <a href="/weekly" type="application/atom+xml">weekly</a> <a href="/list.php?id=3"><b>RSS feed</b></a>
    <a href="/about.php">About us</a> <a href="/feedback.php">Feedback</a> <a href="/atomic.php">Atomic age</a>"""
    assert urls_of(page) == ["https://example.org/latest.rss", "https://example.org/weekly", "https://example.org/list.php?id=3"]


def test_the_feed_scheme_means_http_or_https():
    page = '<a href="feed://example.org/rss">one</a><a href="feed:https://example.org/atom.xml">two</a>'
    assert urls_of(page) == ["http://example.org/rss", "https://example.org/atom.xml"]


def test_no_link_leads_to_what_is_not_the_web():
    page = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{link}">'
        for link in ("javascript:feed()", "file:///etc/feed.xml", "data:text/xml,x", "ftp://x/feed", "//[::1/rss", "http://user@:0/feed")
    )
    assert urls_of(page) == []


def test_a_page_that_sends_its_readers_on_says_where_to():
    at = "https://example.org/"
    assert discover.forwarded('<meta http-equiv="Refresh" content="0; URL=\'/blog/\'">', at) == "https://example.org/blog/"
    assert discover.forwarded('<meta content="5;url=https://new.example/" http-equiv=refresh>', at) == "https://new.example/"
    for nowhere in ('<meta http-equiv="refresh" content="300">', f'<meta http-equiv="refresh" content="300; {at}">', "<meta name=x>", ""):
        assert discover.forwarded(nowhere, at) is None
    assert discover.forwarded('<meta http-equiv="refresh" content="0;url=javascript:x">', at) is None
