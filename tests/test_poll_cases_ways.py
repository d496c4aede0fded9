"""Whole polls over the ways to a feed that need more than its address: proxies, passwords, headers of its own, certificates."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from polls import OPEN, Desk, rss
from proxies import Proxy
from servers import Authority, Server

from curator.types import Report


@pytest.fixture
def secure(authority: Authority) -> Iterator[Server]:
    with Server(tls=authority.context("127.0.0.1", "feeds.example")) as server:
        server.put("/a", rss("a", range(3)), ETag='"1"')
        yield server


@pytest.fixture
def trusted(authority: Authority, tmp_path: Path) -> str:
    file = tmp_path / "authority.pem"
    file.write_bytes(authority.pem())
    return str(file)


def polled(folder: Path, url: str, fetch: dict[str, Any] | None = None, **feed: Any) -> tuple[Report, Desk]:
    """One feed, polled with these settings of [fetch] and of its own."""
    desk = Desk(folder, {"a": url}, replace(OPEN, **(fetch or {})))
    desk.config = replace(desk.config, feeds={"a": replace(desk.config.feeds["a"], **feed)})
    return desk.poll(), desk


class TestProxies:
    @pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
    def test_carry_a_plain_feed(self, web: Server, tmp_path: Path, scheme: str) -> None:
        with Proxy() as proxy:
            report, _ = polled(tmp_path, web.put("/a", rss("a", range(3))), {"proxy": proxy.url(scheme)})
        assert (report.new, report.problems) == (3, ())
        assert proxy.reached == [("GET" if scheme == "http" else "socks", "127.0.0.1", web.port)]

    @pytest.mark.parametrize("scheme", ["http", "socks5h"])
    def test_carry_a_feed_over_tls_whose_certificate_is_the_servers(
        self, secure: Server, trusted: str, tmp_path: Path, scheme: str
    ) -> None:
        with Proxy() as proxy:
            url = secure.url("/a", host="feeds.example")
            report, desk = polled(tmp_path, url, proxy=proxy.url(scheme), ca_file=trusted)
            assert (report.new, report.problems) == (3, ())
            assert polled(tmp_path / "other", url.replace("feeds.", "other."), proxy=proxy.url(scheme), ca_file=trusted)[0].problems
        assert proxy.reached[0][1:] == ("feeds.example", secure.port)
        with desk.open() as archive:
            assert archive.store.states()["a"].etag == '"1"'

    @pytest.mark.parametrize("scheme", ["http", "socks5h"])
    def test_are_told_their_password_and_the_feeds_server_is_not(self, web: Server, tmp_path: Path, scheme: str) -> None:
        url = web.put("/a", rss("a", range(3)))
        with Proxy(password="ann:secret") as proxy:
            report, _ = polled(tmp_path / "right", url, proxy=proxy.url(scheme, "ann:secret"))
            assert (report.new, report.problems) == (3, ())
            for user in ("ann:wrong", ""):
                report, _ = polled(tmp_path / f"wrong{user[:3]}", url, proxy=proxy.url(scheme, user))
                assert [problem.kind for problem in report.problems] in (["http"], ["connect"])
                assert "secret" not in report.problems[0].message
        assert all("proxy-authorization" not in asked.headers for asked in web.asked)

    def test_that_refuse_a_tunnel_are_a_problem_and_not_the_feeds_answer(self, secure: Server, tmp_path: Path) -> None:
        with Proxy(password="ann:secret") as proxy:
            report, _ = polled(tmp_path, secure.url("/a"), proxy=proxy.url("http"))
        assert len(report.problems) == 1
        assert report.problems[0].kind in ("http", "connect")
        assert secure.asked == []

    def test_that_are_gone_are_a_problem_of_the_feed_and_nothing_goes_round_them(self, web: Server, tmp_path: Path) -> None:
        with Proxy() as proxy:
            where = proxy.url("socks5h")
        report, _ = polled(tmp_path, web.put("/a", rss("a", [1])), proxy=where)
        assert [problem.kind for problem in report.problems] == ["connect"]
        assert web.asked == []

    def test_are_not_asked_for_what_is_private_unless_that_is_allowed(self, web: Server, tmp_path: Path) -> None:
        with Proxy() as proxy:
            for host in ("127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"):
                fetch = {"proxy": proxy.url("socks5h"), "allow_private": False}
                report, _ = polled(tmp_path / host.strip("[]").replace(":", "-"), f"http://{host}:{web.port}/a", fetch)
                assert [problem.kind for problem in report.problems] == ["forbidden"]
        assert proxy.reached == []


class TestWhatAServerWants:
    def test_a_password_comes_from_the_environment_and_stands_nowhere_else(
        self, web: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CURATOR_TEST_FEED", "pa:ss wörd")
        report, desk = polled(tmp_path, web.put("/a", rss("a", [1])), username="ann", password_env="CURATOR_TEST_FEED")
        assert report.new == 1
        assert base64.b64decode(web.asked[0].headers["authorization"].removeprefix("Basic ")).decode() == "ann:pa:ss wörd"
        assert "pa:ss" not in desk.path.read_bytes().decode("latin-1")

    def test_a_password_that_is_not_set_leaves_the_question_open_and_the_answer_says_what_to_do(self, web: Server, tmp_path: Path) -> None:
        web.put("/a", status=401)
        report, _ = polled(tmp_path, web.url("/a"), username="ann", password_env="CURATOR_NO_SUCH_VARIABLE")
        assert "password_env" in report.problems[0].message

    def test_headers_of_a_feeds_own_go_along_and_may_replace_curators(self, web: Server, tmp_path: Path) -> None:
        headers = {"X-Key": "k1", "Accept": "text/xml", "User-Agent": "Reader/1 (as agreed)"}
        polled(tmp_path, web.put("/a", rss("a", [1])), headers=headers)
        asked = web.asked[0]
        assert {name: asked.headers[name.lower()] for name in headers} == headers
        assert len(asked.lines) == len({line.partition(":")[0].lower() for line in asked.lines})

    def test_an_authority_of_its_own_is_trusted_for_that_feed_alone(self, secure: Server, trusted: str, tmp_path: Path) -> None:
        assert polled(tmp_path / "one", secure.url("/a"), ca_file=trusted)[0].new == 3
        assert [problem.kind for problem in polled(tmp_path / "two", secure.url("/a"))[0].problems] == ["tls"]

    def test_a_handshake_that_never_ends_ends_at_the_deadline(self, web: Server, tmp_path: Path) -> None:
        def half_hello(connection: Any) -> None:
            connection.sendall(b"\x16\x03\x03\x00\x7a\x02")  # a record of 122 bytes, of which one comes
            web.closing.wait(20)

        web.raw = half_hello
        report, _ = polled(tmp_path, web.url("/a").replace("http:", "https:"), {"timeout": 0.5})
        assert [problem.kind for problem in report.problems] == ["timeout"]


def test_entries_beyond_the_cap_are_left_out_and_told(web: Server, tmp_path: Path) -> None:
    report, desk = polled(tmp_path, web.put("/a", rss("a", range(30))), {"max_entries": 12})
    assert (report.new, [problem.kind for problem in report.problems]) == (12, ["too-big"])
    assert "18 entries" in report.problems[0].message
    assert len(desk.items()) == 12
