"""Documents served from the loopback, polled, and looked at as the archive keeps them. Cases are named as the checklist of feed readers'
faults has them: X for parsing, T for dates, D for identity."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from polls import NOW, Desk, rss
from servers import Server

from curator.types import Item

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(web: Server, tmp_path: Path) -> Desk:
    return Desk(tmp_path, {"a": web.url("/a")})


def channel(*items: str, version: str = "2.0") -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="{version}"><channel><title>News</title>{entries}</channel></rss>'.encode()


def polled(web: Server, desk: Desk, *bodies: bytes, **headers: str) -> list[Item]:
    """All items after each of these documents was polled once, an hour apart."""
    for body in bodies:
        web.put("/a", body, **headers)
        desk.poll(later=HOUR)
    return sorted(desk.items(), key=lambda item: item.title)


class TestDocuments:
    def test_in_any_encoding_are_read_as_meant_x1(self, web: Server, tmp_path: Path) -> None:
        """By the header, the byte order mark, or the document's own word, in this order."""
        german, russian = "Brücke gesperrt, sagt Müller", "Мост закрыт"
        kinds = [
            (german, "windows-1252", "windows-1252", "text/xml"),
            (russian, "koi8-r", "koi8-r", "text/xml"),
            (german, "utf-8", "iso-8859-1", "text/xml; charset=utf-8"),
            (german, "utf-16", "utf-16", "text/xml"),
            (german, "utf-8-sig", "us-ascii", "text/xml"),
        ]
        urls = {}
        for n, (title, encoding, declared, header) in enumerate(kinds):
            body = channel(f"<title>{title}</title><guid>1</guid>").decode().replace('"1.0"?', f'"1.0" encoding="{declared}"?')
            urls[f"f{n}"] = web.put(f"/{n}", body.encode(encoding), Content_Type=header)
        desk = Desk(tmp_path, urls)
        desk.poll()
        assert {item.feed: item.title for item in desk.items()} == {f"f{n}": title for n, (title, *_) in enumerate(kinds)}

    def test_with_entities_reach_neither_files_nor_memory_x2(self, web: Server, desk: Desk, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("the secret", encoding="utf-8")
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        doctype = f'<!DOCTYPE rss [<!ENTITY file SYSTEM "file://{secret}"><!ENTITY l0 "lol">{laughs}]>'
        body = channel("<title>t &file; &l9;</title><guid>1</guid>").replace(b"<rss", doctype.encode() + b"<rss", 1)
        items = polled(web, desk, body)
        assert all("the secret" not in f"{item.title} {item.text}" and len(item.title) < 10_000 for item in items)

    def test_cut_off_bring_their_whole_entries_and_say_so_x3(self, web: Server, desk: Desk) -> None:
        whole = rss("a", range(6))
        web.put("/a", whole[: len(whole) * 2 // 3])
        report = desk.poll()
        assert 2 <= report.new <= 4
        assert "cut off" in report.problems[0].message

    def test_with_dirt_in_and_before_them_are_read_x4(self, web: Server, desk: Desk) -> None:
        body = b"\n\n\n" + channel(
            "<title><![CDATA[A <b>bold</b> bridge]]> &amp;amp; Co\x0b</title><guid>1</guid><description>AT&T</description>"
        )
        (item,) = polled(web, desk, body)
        assert (item.title, item.text) == ("A bold bridge & Co", "AT&T")

    def test_of_every_format_are_read_under_any_type_x5_x12(self, web: Server, tmp_path: Path) -> None:
        bodies = [
            channel("<title>One</title><link>https://a.example/1</link>", version="0.91"),
            channel("<title>One</title><guid>1</guid>"),
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/>'
            b'<item rdf:about="https://a.example/1"><title>One</title></item></rdf:RDF>',
            b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>One</title></entry></feed>',
            b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id><title>One</title></entry></feed>',
            b'<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:entry><x:id>1</x:id><x:title>One</x:title></x:entry></x:feed>',
            json.dumps({"version": "https://jsonfeed.org/version/1", "title": "N", "items": [{"id": 1, "title": "One"}]}).encode(),
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": [{"id": "1", "title": "One"}]}).encode(),
        ]
        types = ["application/xml", "application/json"]
        urls = {f"f{n}-{t}": web.put(f"/{n}/{t}", body, Content_Type=types[t]) for n, body in enumerate(bodies) for t in (0, 1)}
        desk = Desk(tmp_path, urls)
        desk.poll()
        assert {item.feed: item.title for item in desk.items()} == dict.fromkeys(urls, "One")

    def test_with_relative_links_mean_the_place_they_came_from_x6(self, web: Server, desk: Desk) -> None:
        web.put("/new/feed", channel('<title>One</title><link>../1</link><guid isPermaLink="false">https://no.example/</guid>'))
        web.put("/a", status=302, Location="/new/feed")
        desk.poll()
        (item,) = desk.items()
        assert item.url == f"http://{web.host}:{web.port}/1".replace("http://", "http://")

    def test_that_are_huge_are_cut_with_a_mark_x7(self, web: Server, desk: Desk) -> None:
        (item,) = polled(
            web, desk, channel(f"<title>{'word ' * 200_000}</title><guid>1</guid><description>{'text ' * 500_000}</description>")
        )
        assert (len(item.title), len(item.text)) <= (1_000, 200_000)
        assert item.title[-1] == item.text[-1] == "…"

    def test_whose_entries_have_next_to_nothing_keep_them_all_x9(self, web: Server, desk: Desk) -> None:
        items = polled(
            web, desk, channel('<enclosure url="https://a.example/x.mp3"/>', "<description>Only words</description>", "<guid>7</guid>")
        )
        assert len(items) == 3
        assert {"Only words", "a.example/x.mp3"} <= {item.title for item in items}

    def test_that_are_no_feeds_are_told_to_be_none_x10(self, web: Server, tmp_path: Path) -> None:
        bodies = [b"<html><body>x", b'<opml version="2.0"><body/></opml>', b"<urlset/>", b"just words", b"\x00\x01\x02"]
        report = Desk(tmp_path, {f"f{n}": web.put(f"/{n}", body) for n, body in enumerate(bodies)}).poll()
        assert (report.new, [problem.kind for problem in report.problems]) == (0, ["not-a-feed"] * 5)

    def test_let_nothing_through_that_runs_x11(self, web: Server, desk: Desk) -> None:
        evil = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;A\u0085\u009b31m bridge"
        body = channel(
            f"<title>{evil}</title><link>javascript:alert(1)</link><author>{evil}</author><category>{evil}</category><guid>1</guid>"
        )
        (item,) = polled(web, desk, body)
        kept = repr((item.title, item.text, item.authors, item.tags))
        assert not any(bad in kept for bad in ("script", "onerror", "\\x9b", "\\x1b"))
        assert not (item.url or "").startswith("javascript")


class TestDates:
    def test_that_are_missing_are_the_time_of_first_sight_and_stay_t1(self, web: Server, desk: Desk) -> None:
        first, again = channel("<title>One</title><guid>1</guid>"), channel("<title>One</title><guid>1</guid><category>x</category>")
        (item,) = polled(web, desk, first, again)
        assert (item.published, item.date) == (None, NOW + HOUR)

    def test_that_are_odd_never_lose_an_entry_t3(self, web: Server, desk: Desk) -> None:
        odd = ["0000-00-00", "Sept 31st", "yesterday", "24:00", "Thu, 01 Jan 1970 00:00:00 GMT", "１２"]
        items = polled(web, desk, channel(*(f"<title>Number {n}</title><guid>{n}</guid><pubDate>{d}</pubDate>" for n, d in enumerate(odd))))
        assert len(items) == len(odd)
        assert all(item.date <= NOW + HOUR for item in items)

    def test_that_are_all_the_same_keep_the_entries_apart_t4(self, web: Server, desk: Desk) -> None:
        moment = "<pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate>"
        assert len(polled(web, desk, channel(*(f"<title>Number {n}</title><guid>{n}</guid>{moment}" for n in range(9))))) == 9

    def test_long_past_keep_no_late_entry_out_of_the_next_digest_t5(self, web: Server, desk: Desk) -> None:
        old = "<title>Old</title><guid>2</guid><pubDate>Mon, 01 Dec 2025 08:00:00 GMT</pubDate>"
        polled(web, desk, channel("<title>New</title><guid>1</guid>"))
        polled(web, desk, channel("<title>New</title><guid>1</guid>", old))
        (item,) = [item for item in desk.items() if item.title == "Old"]
        assert item.date == datetime(2025, 12, 1, 8, tzinfo=UTC)
        with desk.open() as archive:
            assert "Old" in archive.render(archive.digest())

    def test_of_an_update_before_the_publication_change_nothing_t6(self, web: Server, desk: Desk) -> None:
        body = (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>One</title>'
            b"<published>2026-02-02T00:00:00Z</published><updated>2026-01-01T00:00:00Z</updated></entry></feed>"
        )
        (item,) = polled(web, desk, body)
        assert item.published == datetime(2026, 2, 2, tzinfo=UTC)


class TestIdentity:
    words = "The ferry that lay in the harbour for nine long years has left for the breakers in the north"

    def test_without_guid_is_the_link_and_without_link_the_words_d3(self, web: Server, desk: Desk) -> None:
        entries = [
            "<title>By link</title><link>https://a.example/1</link>",
            f"<title>By words</title><description>{self.words}</description>",
        ]
        again = [entry + "<category>x</category>" for entry in entries]
        assert len(polled(web, desk, channel(*entries), channel(*again))) == 2

    def test_stays_when_only_the_tracking_in_a_link_changes_d5(self, web: Server, desk: Desk) -> None:
        links = ["http://www.a.example/1?utm_source=rss", "https://m.a.example:443/1/?fbclid=x#top"]
        bodies = [channel(f"<title>One</title><link>{link}</link><description>{self.words}</description>") for link in links]
        assert len(polled(web, desk, *bodies)) == 1
