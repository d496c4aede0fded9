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
