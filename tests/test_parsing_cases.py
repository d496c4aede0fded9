"""The reliability checklist's cases of parsing (X), dates (T) and identity within a feed (D), each by its name."""

import gzip
import json
from datetime import UTC, datetime
from functools import partial

import pytest

from curator import clean, config, identity, text, urls
from curator.parse import Unreadable, parse
from curator.types import Known

URL = "https://example.org/feed"
FEED = config.Feed(name="f", url=URL)


class NoOutlets:
    """A book of outlets that knows none."""

    def by_host(self, host):
        return None

    def by_name(self, name):
        return None


def rss(*items, head="", version="2.0"):
    return f"<?xml version='1.0'?><rss version='{version}'><channel><title>T</title>{head}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"


def drafts(body, url=URL, headers=None):
    feed = parse(body.encode() if isinstance(body, str) else body, url, headers or {})
    return [clean.draft(entry, FEED, feed.title, feed.language, NoOutlets()) for entry in feed.entries]


class Store:
    """What a store remembers of one feed: enough to play polls."""

    def __init__(self):
        self.items, self.index, self.last, self.new, self.changed = {}, {}, {}, 0, 0

    def poll(self, body):
        found = drafts(body)
        unseen = [draft for draft in found if draft.sha256 not in self.last]
        standing = {self.last[draft.sha256] for draft in found if draft.sha256 in self.last}
        keys = [identity.keys(draft) for draft in unseen]
        known = {key: [self.items[id_] for id_ in self.index.get(key, ())] for k in keys for key in k.own}
        self.new = self.changed = 0
        ids = []
        for draft, key, match in zip(unseen, keys, identity.match(unseen, standing, known, keys), strict=True):
            id_ = match.id or (ids[match.repeats] if match.repeats is not None else f"i{len(self.items)}")
            ids.append(id_)
            self.new += match.id is None and match.repeats is None
            self.changed += match.changed
            if match.repeats is None:
                self.items[id_] = Known(
                    id=id_, feed="f", sha256=draft.sha256, title=draft.title, text_sha=identity.text_sha(draft.text), versions=1
                )
                for one in key.all:
                    self.index.setdefault(one, [])
                    if id_ not in self.index[one]:
                        self.index[one].append(id_)
        self.last = {draft.sha256: self.last.get(draft.sha256) or ids[unseen.index(draft)] for draft in found}
        return self.new, self.changed


# ── X: parsing ──────────────────────────────────────────────────────────────────────────────────────────────────────

TITLE = "“Größe” – naïve café"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "iso-8859-1", ""),
        ("utf-8", "utf-8", "iso-8859-1"),
        ("utf-8", "", ""),
        ("utf-8-sig", "iso-8859-1", "us-ascii"),
        ("cp1252", "windows-1252", ""),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "utf-8", ""),
        ("cp1252", "", "utf-8"),
        ("utf-16", "utf-16", ""),
        ("utf-16", "utf-8", "utf-8"),
    ],
)
def test_x1_wrong_charset(encoding, declared, header):
    label = f" encoding='{declared}'" if declared else ""
    body = f"<?xml version='1.0'{label}?><rss version='2.0'><channel><item><title>{TITLE}</title></item></channel></rss>".encode(encoding)
    assert [draft.title for draft in drafts(body, headers={"content-type": f"text/xml; charset={header}"} if header else {})] == [TITLE]


def test_x1_koi8_and_invalid_bytes():
    body = "<?xml version='1.0' encoding='koi8-r'?><rss><channel><item><title>Новости дня</title></item></channel></rss>".encode("koi8-r")
    assert drafts(body)[0].title == "Новости дня"
    body = rss("<title>äöü</title>", "<title>bad @ byte äöüäöü</title>").encode().replace(b"@", b"\xff")
    assert [draft.title for draft in drafts(body)] == ["äöü", "bad \ufffd byte äöüäöü"]


def test_x2_entities_reach_neither_files_nor_memory():
    bomb = (
        "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>"
        + "".join(f"<!ENTITY a{n} '{'&a' + (str(n - 1) if n > 1 else '') + ';'}" * 1 + "'>" for n in range(1, 9))
        + "]>"
    )
    found = drafts(bomb + "<rss version='2.0'><channel><item><title>x &a8;</title><guid>1</guid></item></channel></rss>")
    assert len(found) == 1
    assert len(found[0].title) < 1000
    external = "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'>%p;]><rss><channel><item><title>x&e;</title></item></channel></rss>"
    assert "root:" not in drafts(external)[0].title


def test_x3_truncated_keeps_the_whole_entries_and_says_so():
    body = rss(*(f"<title>{n}</title><guid>{n}</guid>" for n in range(6)))
    feed = parse(body[: len(body) * 2 // 3].encode(), URL)
    assert feed.partial
    assert 2 <= len(feed.entries) <= 4
    assert all(entry.guid == str(n) for n, entry in enumerate(feed.entries))
    assert not parse(body.encode()).partial


def test_x4_dirt_in_titles_and_before_the_document():
    items = [
        "<title>a\x00\x08b &#7;c</title>",
        "<title>AT&T &copy; x</title>",
        "<title><![CDATA[<b>CD</b> & ATA]]></title>",
        "<title>&lt;i&gt;html&lt;/i&gt;</title>",
        "<title>twice &amp;amp;amp; more</title>",
    ]
    assert [draft.title for draft in drafts("\n\n \n" + rss(*items))] == ["ab c", "AT&T © x", "CD & ATA", "html", "twice & more"]


FORMATS = {
    "rss091u": "<rss version='0.91'><channel><title>T</title><item><title>x</title><link>https://example.org/1</link></item></channel></rss>",
    "rss092": "<rss version='0.92'><channel><title>T</title><item><title>x</title><link>https://example.org/1</link></item></channel></rss>",
    "rss20": "<rss version='2.0'><channel><title>T</title><item><title>x</title><link>https://example.org/1</link></item></channel></rss>",
    "rss10": "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><title>T</title></channel><item><title>x</title><link>https://example.org/1</link></item></r:RDF>",
    "rss090": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>T</title></channel><item><title>x</title><link>https://example.org/1</link></item></rdf:RDF>",
    "atom10": "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><title>x</title><link href='https://example.org/1'/></entry></feed>",
    "atom03": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>T</title><entry><title>x</title><link rel='alternate' type='text/html' href='https://example.org/1'/></entry></feed>",
    "json11": json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "x", "url": "https://example.org/1"}]}
    ),
    "json1": json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "x", "url": "https://example.org/1"}]}),
}
ODD = {
    "a prefix for Atom": (
        "atom10",
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>x</a:title><a:link href='https://example.org/1'/></a:entry></a:feed>",
    ),
    "a prefix for RSS": (
        "rss10",
        "<?xml?xml version='1.0' ??><rss rss:version=2.0><rss:channel><rss:item><rss:title>x</rss:title><rss:link>https://example.org/1</rss:link></rss:item></rss:channel></rss>",
    ),
    "Atom without a namespace": ("atom", "<feed><entry><title>x</title><link href='https://example.org/1'/></entry></feed>"),
}


@pytest.mark.parametrize("form", FORMATS)
def test_x5_formats(form):
    assert parse(FORMATS[form].encode(), URL).format == form
    assert [(draft.title, draft.url) for draft in drafts(FORMATS[form])] == [("x", "https://example.org/1")]


@pytest.mark.parametrize("what", ODD)
def test_x5_odd_prefixes(what):
    form, body = ODD[what]
    assert parse(body.encode(), URL).format == form
    assert [(draft.title, draft.link) for draft in drafts(body)] == [("x", "https://example.org/1")]


def test_x6_relative_links():
    body = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://example.org/a/'><entry xml:base='b/'><id>1</id><link href='c'/></entry><entry><id>2</id><link href='/d'/></entry></feed>"
    assert [draft.link for draft in drafts(body, "https://moved.example/feed")] == ["https://example.org/a/b/c", "https://example.org/d"]
    assert [draft.link for draft in drafts(rss("<link>/x</link>", "<link>y</link>"), "https://moved.example/blog/feed")] == [
        "https://moved.example/x",
        "https://moved.example/blog/y",
    ]
    assert drafts(rss("<title>t</title><guid isPermaLink='false'>https://example.org/1</guid>"))[0].link is None


def test_x7_a_huge_title_is_cut_with_a_mark():
    (draft,) = drafts(rss(f"<title>{'t' * 1_000_000}</title><description>{'word ' * 100_000}</description>"))
    assert (len(draft.title), draft.title[-1]) == (1000, "…")
    assert clean.MAX_TEXT - 10 < len(draft.text) <= clean.MAX_TEXT
    assert draft.text.endswith("…")
    assert len(draft.summary) <= 600


@pytest.mark.parametrize(
    "body",
    [
        rss(),
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title></feed>",
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_x8_a_feed_without_entries_is_a_feed(body):
    assert parse(body.encode()).entries == ()


def test_x9_entries_with_next_to_nothing():
    found = drafts(
        rss(
            "<enclosure url='https://example.org/a.mp3' type='audio/mpeg'/>",
            "<description>Only &lt;b&gt;words&lt;/b&gt; here</description>",
            "",
        )
    )
    assert [draft.title for draft in found] == ["example.org/a.mp3", "Only words here", ""]
    assert [draft.link for draft in found] == [None, None, None]


@pytest.mark.parametrize("body", ["<opml><body/></opml>", "<urlset/>", "<html><body/></html>", "hello", ""])
def test_x10_no_feed(body):
    with pytest.raises(Unreadable) as caught:
        parse(body.encode())
    assert caught.value.kind == "not-a-feed"


def test_x11_nothing_that_runs_gets_through():
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;ok\x1b&#x1b;\u202e"
    (draft,) = drafts(rss(f"<title>{evil}</title><link>javascript:alert(1)</link><author>{evil}</author><description>{evil}</description>"))
    assert (draft.title, draft.text, draft.authors) == ("ok", "ok", ("ok",))
    assert (draft.link, draft.url) == (None, None)
    assert text.safe(draft.title) == draft.title


def test_x12_json_feed_under_any_type():
    assert [draft.title for draft in drafts(FORMATS["json11"], headers={"content-type": "application/json"})] == ["x"]
    assert [draft.title for draft in drafts(FORMATS["json11"], headers={"content-type": "text/xml"})] == ["x"]
    assert [draft.title for draft in drafts(FORMATS["rss20"], headers={"content-type": "application/json"})] == ["x"]


def test_gzip_that_the_transport_left_is_undone():
    assert [draft.title for draft in drafts(gzip.compress(FORMATS["rss20"].encode()))] == ["x"]


# ── T: dates ────────────────────────────────────────────────────────────────────────────────────────────────────────


def dated(written):
    return drafts(rss(f"<title>x</title><pubDate>{written}</pubDate>"))[0]


def test_t1_a_missing_date_is_none():
    assert drafts(rss("<title>x</title>"))[0].published is None


def test_t2_a_future_date_is_kept_as_written():
    draft = dated("Fri, 01 Jan 2100 00:00:00 GMT")
    assert draft.published == datetime(2100, 1, 1, tzinfo=UTC)
    assert draft.date_raw == "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("0000-00-00", None),
        ("rubbish", None),
        ("13 Sept 2019", datetime(2019, 9, 13, tzinfo=UTC)),
        ("13 septembre 2019", datetime(2019, 9, 13, tzinfo=UTC)),
        ("13 Sep 2019 24:00 CEST", datetime(2019, 9, 13, 22, tzinfo=UTC)),
    ],
)
def test_t3_odd_dates(written, expected):
    draft = dated(written)
    assert (draft.published, draft.date_raw) == (expected, written)


def test_t4_entries_of_one_moment_stay_apart():
    same = "<pubDate>Mon, 01 Jul 2024 12:00:00 GMT</pubDate>"
    assert Store().poll(rss(f"<title>a</title>{same}", f"<title>b</title>{same}")) == (2, 0)


def test_t6_updated_before_published_leaves_published():
    body = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><published>2024-07-02T00:00:00Z</published><updated>2024-07-01T00:00:00Z</updated></entry></feed>"
    assert drafts(body)[0].published == datetime(2024, 7, 2, tzinfo=UTC)


# ── D: identity ─────────────────────────────────────────────────────────────────────────────────────────────────────


def entry(n, guid=None, host="https://example.org", title=None, more=""):
    identifier = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<title>{title or f'Story number {n}'}</title><link>{host}/story/{n}</link>{identifier}<description>The words of story {n} are these and no others{more}</description>"


def test_d1_guids_that_change_at_every_fetch_bring_nothing_new():
    store = Store()
    assert store.poll(rss(*(entry(n, f"a{n}") for n in range(3)))) == (3, 0)
    for round_ in "bcd":
        assert store.poll(rss(*(entry(n, f"{round_}{n}") for n in range(3)))) == (0, 0)
    assert len(store.items) == 3


def test_d2_one_guid_on_all_entries_loses_none():
    store = Store()
    assert store.poll(rss(*(entry(n, "same") for n in range(3)))) == (3, 0)
    assert store.poll(rss(*(entry(n, "same") for n in range(3)))) == (0, 0)
    assert store.poll(rss(*(entry(n, "same") for n in range(1, 5)))) == (2, 0)


def test_d3_without_guid_the_link_and_without_link_the_words_tell():
    store = Store()
    bare = "<title>No address</title><description>But a few words that say which one this is, at least</description>"
    assert store.poll(rss(entry(1), entry(2), bare, "<description>only this</description>")) == (4, 0)
    assert store.poll(
        rss(entry(3), entry(1, more=" "), entry(2), bare + "<category>x</category>", "<description>only this</description>\n")
    ) == (1, 0)


def test_d4_an_edited_title_is_a_new_version_not_a_new_item():
    store = Store()
    store.poll(rss(entry(1, "g1")))
    assert store.poll(rss(entry(1, "g1", title="Story number 1 (corrected)"))) == (0, 1)
    assert len(store.items) == 1


@pytest.mark.parametrize(
    "link",
    [
        "http://www.example.org:80/a/?utm_source=x&id=1#top",
        "https://m.example.org/a?id=1&fbclid=2",
        "https://amp.example.org/a/amp?ref=x&id=1",
        "HTTPS://EXAMPLE.ORG/a?gclid=1&id=1",
    ],
)
def test_d5_one_page_has_one_address(link):
    assert urls.canonical(link) == "https://example.org/a?id=1"
    assert len({urls.canonical(f"https://example.org/{rest}") for rest in ("?id=1", "?id=2", "#!/route", "?page=1", "?page=2")}) == 5


@pytest.mark.parametrize("guid", [None, "https://old.example/story/{}", "tag:old.example,2024:{}"])
def test_d6_a_feed_that_moves_house_brings_nothing_new(guid):
    def feed(host):
        return rss(*(entry(n, guid and guid.format(n).replace("https://old.example", host), host) for n in range(4)))

    store = Store()
    assert store.poll(feed("https://old.example")) == (4, 0)
    assert store.poll(feed("http://old.example").replace("https://old.example", "http://old.example")) == (0, 0)
    assert store.poll(feed("https://new.example")) == (0, 0)


def test_d13_an_entry_that_leaves_and_returns_is_not_new():
    store = Store()
    store.poll(rss(entry(1, "g1"), entry(2, "g2")))
    store.poll(rss(entry(2, "g2")))
    assert store.poll(rss(entry(1, "g1"), entry(2, "g2"))) == (0, 0)


def test_d16_polling_twice_changes_nothing():
    store = Store()
    body = rss(*(entry(n, f"g{n}") for n in range(5)), entry(1), "<description>only this</description>")
    first, _ = store.poll(body)
    assert first == len(store.items)
    store.last = {}
    assert store.poll(body) == (0, 0)


def test_d17_composition_punycode_and_percent_case_make_no_difference():
    assert text.fold("e\u0301") == text.fold("é")
    assert (
        len(
            {
                *map(
                    urls.canonical,
                    [
                        "https://exämple.org/é",
                        "https://xn--exmple-cua.org/%c3%a9",
                        "https://XN--EXMPLE-CUA.org/e%CC%81",
                        "https://exa\u0308mple.org/e\u0301",
                    ],
                )
            }
        )
        == 1
    )


def test_h31_counters_and_dates_of_the_feed_are_no_news():
    counted = partial(
        "<title>x</title><guid>1</guid><description>The same words as at every poll before</description><comments>{}</comments>".format
    )
    store = Store()
    store.poll(rss(counted(1), head="<lastBuildDate>Mon, 01 Jul 2024 12:00:00 GMT</lastBuildDate>"))
    assert store.poll(rss(counted(2), head="<lastBuildDate>Tue, 02 Jul 2024 12:00:00 GMT</lastBuildDate>")) == (0, 0)
