"""One page has one canonical address, whatever spelling, edition or tracking a feed wrote; different pages keep different ones."""

import publicsuffixlist
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import urls

ONE = "https://example.org/news/story?id=1"
SAME = [
    "https://example.org/news/story?id=1",
    "http://example.org/news/story?id=1",
    "https://EXAMPLE.org/news/story?id=1",
    "HTTPS://example.org:443/news/story?id=1",
    "http://example.org:80/news/story?id=1",
    "https://www.example.org/news/story?id=1",
    "https://m.example.org/news/story?id=1",
    "https://amp.example.org/news/story?id=1",
    "https://example.org/news/story/?id=1",
    "https://example.org/news/story/amp/?id=1",
    "https://example.org/amp/news/story?id=1",
    "https://example.org/news/story?id=1&amp=1",
    "https://example.org/news/story?id=1#comments",
    "https://example.org/news/story?id=1#:~:text=word",
    "https://example.org/news/story?utm_source=rss&id=1&utm_medium=feed&utm_campaign=x",
    "https://example.org/news/story?id=1&fbclid=abc",
    "https://example.org/news/story?gclid=abc&id=1",
    "https://example.org/news/story?id=1&ref=front",
    "https://example.org/news/story?id=1&ref_src=twsrc",
    "https://example.org/news/story?id=1&UTM_Source=x",
    "https://example.org/news/story?id=1&source=rss",
    "https://example.org/news/story?id=1&",
    "https://example.org/news/./x/../story?id=1",
    "https://example.org/%6Eews/story?id=1",
    "https://example.org./news/story?id=1",
    "https://user:secret@example.org/news/story?id=1",
    "  https://example.org/news/story?id=1\n",
    "//example.org/news/story?id=1",
    "https://www.google.com/amp/s/www.example.org/news/story?id=1",
    "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/news/story?id=1",
]


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_page_have_one_canonical_address(url):
    assert urls.canonical(url) == ONE


DIFFERENT = [
    ("https://example.org/?id=1", "https://example.org/?id=2"),
    ("https://example.org/#!/a", "https://example.org/#!/b"),
    ("https://example.org/#/a", "https://example.org/#/b"),
    ("https://example.org/list?page=1", "https://example.org/list?page=2"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a", "https://example.com/a"),
    ("https://example.org/a?source=leak", "https://example.org/a?source=court"),
    ("https://github.com/o/r/blob/x?ref=main", "https://github.com/o/r/blob/x?ref=dev"),
    ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    ("https://www.gov.uk/a", "https://gov.uk.example/a"),
    ("https://example.org/music/amp/fender", "https://example.org/music/fender"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_pages_keep_different_addresses(one, other):
    assert urls.canonical(one) != urls.canonical(other)


EXACT = [
    ("http://exämple.org/ä", "https://xn--exmple-cua.org/%C3%A4"),
    ("https://xn--exmple-cua.org/%c3%a4", "https://xn--exmple-cua.org/%C3%A4"),
    ("https://example.org/e%CC%81", "https://example.org/%C3%A9"),
    ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org//", "https://example.org/"),
    ("https://example.org/s;jsessionid=0A1B?x=1", "https://example.org/s?x=1"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://en.m.example.org/wiki/X", "https://en.example.org/wiki/X"),
    ("https://m.co.uk/x", "https://m.co.uk/x"),
    ("feed://example.org/rss", "https://example.org/rss"),
    ("http://example.org:8080/x", "http://example.org:8080/x"),
    ("http://[::1]/x", "https://[::1]/x"),
]


@pytest.mark.parametrize(("url", "expected"), EXACT)
def test_canonical_spelling(url, expected):
    assert urls.canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mailto:a@example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "",
        "/news",
        "example",
        "http://",
        "https://exa mple.org/",
        "http://" + "a" * 5000,
    ],
)
def test_what_is_no_web_address_has_none(url):
    assert urls.canonical(url) is None


@given(
    st.one_of(
        st.text(max_size=80),
        st.text("htps:/.?#&=%aAmw0wexorg-2", max_size=60).map("https://example.org/".__add__),
        st.text(max_size=40).map("http://".__add__),
    )
)
def test_canonical_never_raises_and_is_idempotent(url):
    page = urls.canonical(url)
    assert page is None or urls.canonical(page) == page
    urls.loose(url)
    urls.resolve("https://example.org/a/", url)


def test_the_host_is_lower_case_punycode_without_www():
    assert urls.host("HTTP://WWW.Exämple.org:8080/x") == "xn--exmple-cua.org"
    assert urls.host("mailto:x@example.org") is None


DOMAINS = [
    ("news.bbc.co.uk", "bbc.co.uk"),
    ("bbc.co.uk", "bbc.co.uk"),
    ("a.b.example.org", "example.org"),
    ("me.github.io", "me.github.io"),
    ("co.uk", None),
    ("127.0.0.1", "127.0.0.1"),
    ("localhost", "localhost"),
]


@pytest.mark.parametrize(("host", "domain"), DOMAINS)
def test_the_registrable_domain(host, domain):
    assert urls.domain(host) == domain


def test_a_page_is_known_without_scheme_and_host():
    assert urls.loose("http://old.example/2024/story/") == urls.loose("https://new.example/2024/story") == "/2024/story"
    assert urls.loose("https://example.org/") is None
    assert urls.loose("tag:example.org,2024:1") is None


RESOLVED = [
    ("https://example.org/blog/feed.xml", "post.html", "https://example.org/blog/post.html"),
    ("https://example.org/blog/feed.xml", "/post", "https://example.org/post"),
    ("https://example.org/blog/", "//cdn.example/x", "https://cdn.example/x"),
    ("https://example.org/", "javascript:alert(1)", None),
    ("https://example.org/", "mailto:x@example.org", None),
    (None, "https://example.org/x", "https://example.org/x"),
    (None, "post.html", None),
]


@pytest.mark.parametrize(("base", "link", "expected"), RESOLVED)
def test_links_resolve_to_web_addresses_or_to_nothing(base, link, expected):
    assert urls.resolve(base, link) == expected


def test_registrable_domains_are_those_that_the_list_s_own_package_finds() -> None:
    theirs = publicsuffixlist.PublicSuffixList().privatesuffix
    wild = [rule.lstrip("!").removeprefix("*.") for rule in urls._suffixes() if rule.startswith(("!", "*"))]
    plain = sorted(rule for rule in urls._suffixes() if not rule.startswith(("!", "*")))[::50]
    for rule in (*wild, *plain, "食狮.公司.cn", "no-such-ending"):
        for host in (rule, f"a.{rule}", f"b.a.{rule}", f"c.b.a.{rule}", f"x{rule}", f"a..{rule}"):
            assert urls._registrable(host) == theirs(host), host
