"""The fetcher against servers that are slow, broken, lying or dangerous: each ends in a problem of its own, in time and in bounds."""

import gzip
import os
import socket
import struct
import threading
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import Authority, Reply, Server, drip, endless

from curator.config import Fetch
from curator.fetch import MEMORY, Fetcher, fetch
from curator.guard import refusal
from curator.types import Request, Response

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour news</title></channel></rss>'
OPEN = Fetch(allow_private=True, timeout=5.0)
SHORT = Fetch(allow_private=True, timeout=0.4)
BROTLI_BOMB = bytes.fromhex("cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd7ffe6789e19f0088c32200dd2831")  # 40 MB of zeros


def clock() -> datetime:
    return NOW


def ask(url: str, settings: Fetch = OPEN, **request: object) -> Response:
    [response] = fetch([Request(feed="f", url=url, **request)], settings, clock=clock)  # type: ignore[arg-type]
    return response


def told(response: Response) -> tuple[str, str]:
    """Kind and message of the problem, which there must be; then there is no body."""
    assert response.problem is not None
    assert response.body == b""
    return response.problem.kind, response.problem.message


class TestTheDeadline:
    """A server has `timeout` seconds from the start, whatever it does with them (H19, H20)."""

    def test_ends_silence(self, web: Server) -> None:
        web.raw = lambda _connection: web.closing.wait(20)
        assert told(ask(web.url(), SHORT)) == ("timeout", "no answer within 0.4 s")

    def test_ends_a_feed_that_drips(self, web: Server) -> None:
        web.pages["/"] = drip(web, b"x", FEED)
        response = ask(web.url(), SHORT)
        assert told(response)[0] == "timeout"
        assert "had come" in told(response)[1]
        assert response.seconds >= 0.4

    def test_ends_a_head_that_drips(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=endless(web, b"X: y\r\n", b"HTTP/1.1 200 OK\r\n", pause=0.02))
        assert told(ask(web.url(), SHORT))[0] == "timeout"

    def test_ends_a_body_that_stands_still(self, web: Server) -> None:
        web.pages["/"] = drip(web, b"", FEED)
        assert told(ask(web.url(), SHORT))[0] == "timeout"

    def test_covers_all_redirects_together(self, web: Server) -> None:
        def page(_asked: object) -> Reply:
            web.closing.wait(0.15)
            return Reply(status=302, headers={"Location": "/"})

        web.pages["/"] = page
        assert told(ask(web.url(), SHORT))[0] == "timeout"
        assert len(web.asked) <= 4

    def test_hurts_nobody_else(self, web: Server) -> None:
        web.pages["/slow"] = drip(web, b"x")
        web.put("/good", FEED)
        requests = [Request(feed=name, url=web.url(f"/{name}")) for name in ("slow", "good")]
        assert [r.feed for r in fetch(requests, SHORT, clock=clock)] == ["good", "slow"]


class TestTheHead:
    """Header lines without end, too long, or no header at all (H20)."""

    def test_without_end_is_too_big(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=endless(web, b"X: " + b"y" * 1000 + b"\r\n", b"HTTP/1.1 200 OK\r\n"))
        assert told(ask(web.url()))[0] == "too-big"

    def test_of_interim_answers_without_end_is_too_big(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=endless(web, b"HTTP/1.1 102 Processing\r\n\r\n"))
        assert told(ask(web.url()))[0] == "too-big"

    def test_of_one_line_of_a_megabyte_is_too_big(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=[b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n" + FEED])
        assert told(ask(web.url()))[0] == "too-big"

    def test_of_a_thousand_lines_is_too_big(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=[b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n" + FEED])
        assert told(ask(web.url()))[0] == "too-big"

    @pytest.mark.parametrize(
        "nonsense", [b"hello\r\n\r\n", b"\0" * 100, b"HTTP/9.9 wat\r\n\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc OK\r\n\r\n"]
    )
    def test_that_is_none_is_an_error(self, web: Server, nonsense: bytes) -> None:
        web.pages["/"] = Reply(raw=[nonsense])
        assert told(ask(web.url()))[0] in ("http", "connect")


class TestTheBody:
    """Cut off, too big, or far bigger than it looks (H20, H21)."""

    def test_shorter_than_announced_is_cut_off_and_no_success_h20(self, web: Server) -> None:
        web.pages["/"] = Reply(body=FEED, length=len(FEED) + 10)
        kind, message = told(ask(web.url()))
        assert kind == "http"
        assert "cut off" in message

    def test_in_chunks_without_the_last_one_is_cut_off(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
        assert told(ask(web.url()))[0] in ("http", "connect")

    def test_longer_than_announced_ends_where_it_was_said_to(self, web: Server) -> None:
        web.pages["/"] = Reply(body=FEED + b"GET /evil", length=len(FEED))
        assert ask(web.url()).body == FEED

    def test_never_sent_is_a_broken_connection(self, web: Server) -> None:
        web.raw = lambda connection: connection.recv(100)
        assert told(ask(web.url()))[0] == "connect"

    def test_torn_off_by_a_reset_is_a_broken_connection(self, web: Server) -> None:
        def reset(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        web.raw = reset
        assert told(ask(web.url()))[0] in ("connect", "http")

    def test_without_end_stops_at_the_cap(self, web: Server) -> None:
        web.pages["/"] = Reply(body=endless(web, b"x" * 65536))
        kind, message = told(ask(web.url(), Fetch(allow_private=True, max_wire=300_000)))
        assert kind == "too-big"
        assert "max_wire" in message

    def test_announced_as_too_big_is_not_even_begun(self, web: Server) -> None:
        web.pages["/"] = Reply(body=b"x", length=10**12)
        assert told(ask(web.url()))[0] == "too-big"

    def test_announced_in_nonsense_is_an_error_or_read(self, web: Server) -> None:
        web.pages["/"] = Reply(raw=[b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + FEED])
        response = ask(web.url())
        assert response.problem or response.body == FEED

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", gzip.compress(bytes(40_000_000), 6)),
            ("deflate", zlib.compress(bytes(40_000_000), 6)),
            ("br", BROTLI_BOMB),
            ("", gzip.compress(bytes(40_000_000), 6)),
            ("gzip", gzip.compress(gzip.compress(bytes(40_000_000), 6))),
            ("gzip, gzip", gzip.compress(gzip.compress(bytes(40_000_000), 6))),
        ],
        ids=["gzip", "deflate", "br", "unsaid", "twice", "twice and said"],
    )
    def test_that_explodes_stops_at_the_cap_h21(self, web: Server, encoding: str, body: bytes) -> None:
        web.put("/", body, **({"Content_Encoding": encoding} if encoding else {}))
        tracemalloc.start()
        try:
            kind, message = told(ask(web.url(), Fetch(allow_private=True, max_body=2_000_000)))
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()
        assert kind == "too-big"
        assert "max_body" in message

    def test_packed_a_hundred_times_is_an_error(self, web: Server) -> None:
        body = FEED
        for _ in range(40):
            body = zlib.compress(body)
        assert ask(web.put("/", body, Content_Encoding=", ".join(["deflate"] * 40))).problem is not None

    def test_big_ones_all_at_once_stay_within_the_memory_set_aside(self) -> None:
        """Sixteen feeds of 15 MB each, all in flight together: some have to wait, and none is lost or late."""
        body = gzip.compress(bytes(15_000_000), 1)
        with Server("0.0.0.0") as web:
            web.put("/", body, Content_Encoding="gzip")
            requests = [Request(feed=str(n), url=web.url(host=f"127.0.4.{n + 1}")) for n in range(16)]
            tracemalloc.start()
            try:
                sizes = [(r.problem, len(r.body)) for r in fetch(requests, OPEN, clock=clock)]
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert sizes == [(None, 15_000_000)] * 16
        assert peak < MEMORY + 4 * 15_000_000

    def test_waits_while_the_consumer_holds_too_much(self, web: Server) -> None:
        web.put("/", FEED)
        with Fetcher(SHORT, clock=clock) as fetcher:
            fetcher.add(Request(feed="f", url=web.url()))
            assert fetcher.step(0.5, held=MEMORY + 1) == []  # longer than the deadline, which is not counted meanwhile
            assert web.asked == []
            responses: list[Response] = []
            while fetcher.busy:
                responses += fetcher.step(0.1)
        assert [r.body for r in responses] == [FEED]


class TestAddressesThatAreNotPublic:
    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "017700000001", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::]", "[fe80::1]",
         "169.254.169.254", "10.1.2.3", "192.168.1.1", "172.31.0.1", "100.100.100.200", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "224.0.0.1"],
    )  # fmt: skip
    def test_are_refused_in_every_spelling_h17(self, web: Server, host: str) -> None:
        kind, message = told(ask(web.url(host=host), Fetch(timeout=3)))
        assert kind == "forbidden"
        assert "allow_private" in message
        assert web.connections == 0

    def test_are_refused_after_a_redirect_too_h17(self, web: Server) -> None:
        """The first address is allowed here, the second is not: each hop's own socket is judged."""
        with Server("127.0.0.2") as inner:
            web.put("/", status=301, Location=inner.url("/secret"))

            def judge(address: str) -> str | None:
                return None if address == "127.0.0.1" else refusal(address)

            with Fetcher(Fetch(timeout=3), clock=clock, refusal=judge) as fetcher:
                fetcher.add(Request(feed="f", url=web.url()))
                responses: list[Response] = []
                while fetcher.busy:
                    responses += fetcher.step(0.1)
            assert told(responses[0])[0] == "forbidden"
            assert len(web.asked) == 1
            assert inner.connections == 0

    def test_behind_a_proxy_are_refused_by_what_the_url_says(self, web: Server) -> None:
        """No socket of ours tells where a proxy connects to; a name that leads inside is the proxy's to refuse."""
        web.pages["http://feeds.example/"] = Reply(status=302, headers={"Location": "http://127.0.0.1/secret"})
        for url in ("http://127.0.0.1/", "http://localhost/", "http://0x7f.1/", "http://[::1]/", "http://feeds.example/"):
            assert told(ask(url, Fetch(timeout=3), proxy=web.url("")))[0] == "forbidden"
        assert [asked.path for asked in web.asked] == ["http://feeds.example/"]

    @pytest.mark.parametrize(
        "url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "", "feed.xml", "http://", "http://a b/", "dict://x"]
    )
    def test_and_schemes_that_are_not_the_web_are_refused(self, url: str) -> None:
        assert told(ask(url))[0] == "forbidden"


class TestNoServer:
    def test_a_port_where_nobody_listens_is_no_connection(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            assert told(ask(f"http://127.0.0.1:{taken.getsockname()[1]}/"))[0] == "connect"

    def test_a_name_that_cannot_be_is_not_known_to_the_dns(self) -> None:
        assert told(ask(f"http://{'a' * 64}.example/"))[0] == "dns"


class TestTLS:
    def test_with_a_certificate_of_a_trusted_authority_works(self, authority: Authority, tmp_path: Path) -> None:
        trusted = tmp_path / "ca.pem"
        trusted.write_bytes(authority.pem())
        with Server(tls=authority.context("localhost", "127.0.0.1")) as web:
            assert ask(web.put("/", FEED), ca_file=str(trusted)).body == FEED

    @pytest.mark.parametrize("why", ["unknown", "expired", "other"])
    def test_with_a_bad_certificate_fails_for_that_feed_and_says_how_to_trust_it_h27(
        self, why: str, authority: Authority, tmp_path: Path
    ) -> None:
        trusted = tmp_path / "ca.pem"
        trusted.write_bytes((Authority() if why == "unknown" else authority).pem())
        if why == "expired":
            past = datetime.now(UTC) - timedelta(days=10)
            context = authority.context("127.0.0.1", not_before=past - timedelta(days=10), not_after=past)
        else:
            context = authority.context("elsewhere.example" if why == "other" else "127.0.0.1")
        with Server(tls=context) as web, Server("127.0.0.2") as good:
            requests = [
                Request(feed="bad", url=web.put("/", FEED), ca_file=str(trusted)),
                Request(feed="good", url=good.put("/", FEED)),
            ]
            answers = {r.feed: r for r in fetch(requests, OPEN, clock=clock)}
        kind, message = told(answers["bad"])
        assert kind == "tls"
        assert "verify_tls" in message
        assert answers["good"].body == FEED

    def test_without_checking_is_possible_feed_by_feed(self) -> None:
        with Server(tls=Authority().context("elsewhere.example")) as web:
            assert ask(web.put("/", FEED), verify_tls=False).body == FEED
            assert told(ask(web.url()))[0] == "tls"

    def test_with_an_authority_file_that_is_not_there_is_a_problem_of_that_feed(self) -> None:
        with Server(tls=Authority().context("127.0.0.1")) as web:
            assert told(ask(web.put("/", FEED), ca_file="/nowhere/ca.pem"))[0] == "tls"

    def test_with_a_server_that_does_not_speak_it_fails(self, web: Server) -> None:
        web.raw = lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        assert told(ask(web.url().replace("http:", "https:")))[0] in ("tls", "connect")

    def test_moving_a_feed_from_http_keeps_nothing_secret_from_another_port(
        self, authority: Authority, web: Server, tmp_path: Path
    ) -> None:
        """Only the move from port 80 to port 443 of the same host is a move to TLS."""
        trusted = tmp_path / "ca.pem"
        trusted.write_bytes(authority.pem())
        with Server(tls=authority.context("127.0.0.1")) as secure:
            secure.put("/", FEED)
            web.put("/", status=301, Location=secure.url())
            assert ask(web.url(), ca_file=str(trusted), username="ann", password="x").body == FEED
            assert "authorization" not in secure.asked[0].headers


class TestProxies:
    def test_an_http_proxy_is_asked_for_the_whole_url(self, web: Server) -> None:
        web.put("http://feeds.example/x", FEED)
        assert ask("http://feeds.example/x", Fetch(timeout=3, proxy=web.url(""))).body == FEED

    def test_a_feeds_own_proxy_comes_first(self, web: Server) -> None:
        web.put("http://feeds.example/x", FEED)
        assert ask("http://feeds.example/x", Fetch(timeout=3, proxy="http://127.0.0.1:1"), proxy=web.url("")).body == FEED

    def test_a_socks_proxy_is_given_the_name_so_that_it_looks_it_up_itself(self, web: Server) -> None:
        """Tor: a name asked of the local DNS would tell what is read."""
        names: list[bytes] = []

        def socks(connection: socket.socket) -> None:
            connection.recv(100)
            connection.sendall(b"\x05\x00")
            question = connection.recv(300)
            names.append(question[5 : 5 + question[4]])
            connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")

        web.raw = socks
        assert ask("http://hidden.onion/", Fetch(timeout=3), proxy=f"socks5h://127.0.0.1:{web.port}").body == b"abc"
        assert names == [b"hidden.onion"]

    def test_a_dead_proxy_is_no_connection(self) -> None:
        assert told(ask("http://feeds.example/", Fetch(timeout=3), proxy="http://127.0.0.1:1"))[0] == "connect"


class TestAnything:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        data=st.binary(max_size=300),
        head=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 301 x\r\nLocation: ", b"HTTP/1.0 200\r\n\r\n"]),
    )
    def test_at_all_that_a_server_sends_gives_one_answer_and_no_exception(self, data: bytes, head: bytes) -> None:
        with Server() as web:
            web.raw = lambda connection: (connection.recv(4096), connection.sendall(head + data))
            response = ask(web.url(), Fetch(allow_private=True, timeout=1.0, max_redirects=2))
        assert response.feed == "f"
        assert response.problem is None or response.body == b""


def test_no_descriptor_is_left_open_after_a_fetch(web: Server) -> None:
    web.put("/", FEED)
    web.pages["/slow"] = drip(web, b"x")
    ask(web.url())  # what is opened once for good is open now
    before = len(os.listdir("/proc/self/fd"))
    list(fetch([Request(feed="f", url=web.url(path)) for path in ("/", "/slow", "/none")], SHORT, clock=clock))
    settled = threading.Event()
    for _ in range(50):  # the server's own ends close in its threads
        if len(os.listdir("/proc/self/fd")) <= before:
            break
        settled.wait(0.02)
    assert len(os.listdir("/proc/self/fd")) <= before
