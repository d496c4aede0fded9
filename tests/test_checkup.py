"""How feeds are when they are asked now, and which feed an address has. Nothing of it is stored."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from feedtext import Written, rss
from servers import Reply, Server

from curator.app import Curator
from curator.config import Config, Feed, Fetch
from curator.errors import CuratorError, UsageError
from curator.types import Query

NOW = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html"}


def written(*hours_ago: float) -> bytes:
    """A feed with an entry so many hours before now."""
    dates = [format_datetime(NOW - timedelta(hours=hours)) for hours in hours_ago]
    return rss(*(Written(guid=f"g{n}", title=f"Entry {n}", date=date) for n, date in enumerate(dates)), title="The <b>Quay</b>")


@pytest.fixture
def archive(web: Server, tmp_path: Path) -> Iterator[Curator]:
    names = ("quay", "gone", "page", "empty", "off")
    feeds = {name: Feed(name=name, url=web.url(f"/{name}"), enabled=name != "off") for name in names}
    config = Config(path=str(tmp_path / "feeds.toml"), feeds=feeds, fetch=Fetch(allow_private=True, timeout=5))
    web.pages["/quay"] = Reply(body=written(1, 3, 5))
    web.pages["/page"] = Reply(body=b"<!doctype html><html><body>Hello</body></html>", headers=HTML)
    web.pages["/empty"] = Reply(body=rss())
    with Curator(config, clock=lambda: NOW) as opened:
        yield opened


# ── check ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_enabled_feed_is_told_in_its_order_with_what_it_holds_or_what_is_wrong(archive: Curator) -> None:
    quay, gone, page, empty = archive.check()
    assert [row["feed"] for row in (quay, gone, page, empty)] == ["quay", "gone", "page", "empty"]
    assert (quay["status"], quay["format"], quay["title"], quay["entries"]) == (200, "rss20", "The Quay", 3)
    assert (quay["newest"], quay["gap"], quay["silent"], quay["problem"]) == ("2026-05-04T06:00:00Z", 7200, None, None)
    assert (gone["status"], gone["entries"], gone["problem"]["kind"]) == (404, None, "http")
    assert page["problem"]["kind"] == "not-a-feed"
    assert (empty["entries"], empty["newest"], empty["gap"], empty["problem"]) == (0, None, None, None)


def test_only_the_feeds_named_are_asked_also_one_that_is_not_enabled(archive: Curator, web: Server) -> None:
    web.pages["/off"] = Reply(body=written(1))
    assert [row["feed"] for row in archive.check(["off", "quay"])] == ["off", "quay"]
    assert web.asked_for("/gone") == []
    with pytest.raises(UsageError, match="nosuch"):
        archive.check(["nosuch"])


def test_nothing_is_stored_and_the_next_poll_brings_everything(archive: Curator) -> None:
    archive.check()
    assert archive.states() == {}
    assert archive.find(Query()) == []
    assert archive.poll(["quay"], force=True).new == 3
    before = archive.states()
    archive.check()
    assert archive.states() == before


def test_a_feed_that_has_moved_says_where_to(archive: Curator, web: Server) -> None:
    web.pages["/gone"] = Reply(status=301, headers={"Location": web.url("/quay")})
    (row,) = archive.check(["gone"])
    assert (row["moved_to"], row["entries"]) == (web.url("/quay"), 3)


def test_a_feed_that_is_quiet_for_much_longer_than_usual_is_silent(archive: Curator, web: Server) -> None:
    web.pages["/quay"] = Reply(body=written(24 * 9, 24 * 10, 24 * 11))
    assert archive.check(["quay"])[0]["silent"] == 9 * 24 * 3600
    web.pages["/quay"] = Reply(body=written(24 * 2, 24 * 2 + 1, 24 * 2 + 2))  # four times its gap, but not for days
    assert archive.check(["quay"])[0]["silent"] is None


def test_dates_in_the_future_do_not_make_a_feed_fresh(archive: Curator, web: Server) -> None:
    web.pages["/quay"] = Reply(body=written(-50, 2))
    assert archive.check(["quay"])[0]["newest"] == "2026-05-04T05:00:00Z"


# ── the feed of an address ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_feeds_own_address_gives_the_feed(archive: Curator, web: Server) -> None:
    assert archive.look(web.url("/quay")) == [{"url": web.url("/quay"), "title": "The Quay", "entries": 3}]


def test_a_page_gives_the_feeds_it_names_that_are_feeds(archive: Curator, web: Server) -> None:
    web.pages["/"] = Reply(
        body=b"<html><head><link rel='alternate' type='application/rss+xml' href='/dead'>"
        b"<link rel='alternate' type='application/rss+xml' href='/quay'></head></html>",
        headers=HTML,
    )
    assert [row["url"] for row in archive.look(web.url("/"))] == [web.url("/quay")]


def test_a_site_that_names_none_is_asked_where_feeds_often_are(archive: Curator, web: Server) -> None:
    web.pages["/"] = Reply(body=b"<html><body>Welcome</body></html>", headers=HTML)
    web.pages["/feed"] = Reply(body=written(1))
    assert [row["url"] for row in archive.look(web.url("/"))] == [web.url("/feed")]
    assert len(web.asked) <= 8


def test_a_page_that_only_sends_its_readers_on_is_followed_once(archive: Curator, web: Server) -> None:
    web.put("/", b"<html><meta http-equiv='refresh' content='0; url=/home'></html>", Content_Type="text/html")
    web.put("/home", b"<html><link rel=alternate type=application/rss+xml href=/quay></html>", Content_Type="text/html")
    assert [row["url"] for row in archive.look(web.url("/"))] == [web.url("/quay")]
    web.put("/home", b"<html><meta http-equiv='refresh' content='0; url=/'></html>", Content_Type="text/html")
    assert archive.look(web.url("/")) == []


def test_a_page_in_any_character_set_is_understood(archive: Curator, web: Server) -> None:
    page = "<html><link rel=alternate type=application/rss+xml title='Übersicht' href='/quay'></html>"
    for body in (page.encode("utf-16"), page.encode("latin-1"), page.encode("utf-8-sig")):
        web.put("/", body, Content_Type="text/html")
        assert [row["url"] for row in archive.look(web.url("/"))] == [web.url("/quay")]


def test_the_feed_scheme_of_old_subscribe_buttons_is_understood(archive: Curator, web: Server) -> None:
    assert [row["url"] for row in archive.look("feed:" + web.url("/quay"))] == [web.url("/quay")]


def test_a_page_without_any_feed_gives_nothing(archive: Curator, web: Server) -> None:
    assert archive.look(web.url("/page")) == []


def test_an_address_without_a_scheme_is_tried_with_https_and_then_with_http(archive: Curator, web: Server) -> None:
    def no_tls(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) != b"\x16":  # what a TLS handshake begins with
            web._converse(connection)

    web.raw = no_tls
    assert [row["url"] for row in archive.look(f"127.0.0.1:{web.port}/quay")] == [web.url("/quay")]


def test_a_feed_that_moved_for_good_is_given_by_its_new_address(archive: Curator, web: Server) -> None:
    web.pages["/old"] = Reply(status=308, headers={"Location": "/quay"})
    assert [row["url"] for row in archive.look(web.url("/old"))] == [web.url("/quay")]


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/feed", "javascript:alert(1)", "http://", "http://127.0.0.1:1/feed", "", "http://[::1"]
)
def test_an_address_from_which_nothing_can_be_had_is_told_with_the_reason(archive: Curator, address: str) -> None:
    with pytest.raises(CuratorError) as caught:
        archive.look(address)
    assert str(caught.value).strip()
    assert "\n" not in str(caught.value)


def test_a_page_that_is_not_there_is_told_with_its_status(archive: Curator, web: Server) -> None:
    with pytest.raises(CuratorError, match="404"):
        archive.look(web.url("/nowhere"))


def test_private_addresses_are_refused_here_too(archive: Curator, web: Server, tmp_path: Path) -> None:
    with Curator(Config(path=str(tmp_path / "feeds.toml")), clock=lambda: NOW) as guarded, pytest.raises(CuratorError):
        guarded.look(web.url("/quay"))
    assert web.asked == []
