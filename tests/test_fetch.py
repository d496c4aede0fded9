"""The fetcher against real servers on the loopback: politeness, redirects, limits on how much at once. Hostile ones: test_fetch_hostile."""

import base64
import gzip
import os
import signal
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from servers import Asked, Reply, Server

from curator.config import Fetch
from curator.fetch import Fetcher, fetch
from curator.types import Request, Response

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour news</title></channel></rss>'
OPEN = Fetch(allow_private=True, timeout=5.0)


def clock() -> datetime:
    return NOW


def ask(url: str, settings: Fetch = OPEN, **request: object) -> Response:
    """One fetch, start to end."""
    [response] = fetch([Request(feed="f", url=url, **request)], settings, clock=clock, version="1.2")  # type: ignore[arg-type]
    return response


def told(response: Response) -> tuple[str, str]:
    """Kind and message of the problem, which there must be; then there is no body."""
    assert response.problem is not None
    assert response.body == b""
    assert response.problem.feed == response.feed
    return response.problem.kind, response.problem.message


class TestAnAnswer:
    def test_brings_status_headers_and_body_as_sent(self, web: Server) -> None:
        response = ask(web.put("/feed", FEED, ETag='W/"a,b"', Last_Modified="Sun, 01 Mar 2026 10:00:00 +0000"))
        assert (response.status, response.body, response.problem) == (200, FEED, None)
        assert response.headers["etag"] == 'W/"a,b"'
        assert response.headers["last-modified"] == "Sun, 01 Mar 2026 10:00:00 +0000"
        assert (response.url, response.final_url, response.permanent_url) == (web.url("/feed"), web.url("/feed"), None)
        assert response.at == NOW
        assert 0 < response.seconds < 5

    def test_of_a_feed_called_a_web_page_is_taken_as_it_is_h23(self, web: Server) -> None:
        assert ask(web.put("/feed", FEED, Content_Type="text/html")).body == FEED

    def test_that_nothing_has_changed_has_no_body_and_is_no_problem_h1(self, web: Server) -> None:
        web.put("/feed", status=304, ETag='"2"')
        response = ask(web.url("/feed"), etag='"1"')
        assert (response.status, response.body, response.problem, response.headers["etag"]) == (304, b"", None, '"2"')

    def test_that_nothing_has_changed_to_a_question_without_validators_is_a_problem(self, web: Server) -> None:
        web.put("/feed", status=304)
        assert told(ask(web.url("/feed")))[0] == "http"

    def test_with_two_lines_of_one_header_joins_them(self, web: Server) -> None:
        web.pages["/feed"] = Reply(raw=[b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\ncache-control: private\r\n\r\n" + FEED])
        response = ask(web.url("/feed"))
        assert (response.headers["cache-control"], response.body) == ("max-age=60, private", FEED)

    def test_without_length_ends_with_the_connection(self, web: Server) -> None:
        web.pages["/feed"] = Reply(body=FEED, length=-1)
        assert ask(web.url("/feed")).body == FEED

    def test_after_an_interim_answer_is_the_one_that_counts(self, web: Server) -> None:
        web.pages["/feed"] = Reply(raw=[b"HTTP/1.1 103 Early Hints\r\nETag: no\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"])
        response = ask(web.url("/feed"))
        assert (response.status, response.body, "etag" in response.headers) == (200, b"abc", False)

    def test_in_chunks_keeps_trailers_out_of_the_headers(self, web: Server) -> None:
        head = b"HTTP/1.1 200 OK\r\nETag: real\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n"
        web.pages["/feed"] = Reply(raw=[head + b"3\r\nabc\r\n0\r\nETag: late\r\n\r\n"])
        response = ask(web.url("/feed"))
        assert (response.body, response.headers["etag"], response.problem) == (b"abc", "real", None)


class TestPoliteness:
    def test_validators_go_back_byte_for_byte_h4(self, web: Server) -> None:
        etag, date = 'W/"x;y=\xe9 z"', "sun, 1 mar 2026 9:00:00 gmt"
        web.put("/feed", FEED)
        ask(web.url("/feed"), etag=etag, last_modified=date)
        headers = web.asked[0].headers
        assert (headers["if-none-match"], headers["if-modified-since"]) == (etag, date)

    def test_the_question_says_who_asks_and_for_what_and_nothing_else_h24(self, web: Server) -> None:
        ask(web.put("/feed", FEED))
        [asked] = web.asked
        assert asked.headers["user-agent"] == "curator/1.2"
        assert "application/rss+xml" in asked.headers["accept"]
        assert {"gzip", "deflate"} <= set(asked.headers["accept-encoding"].replace(" ", "").split(","))
        assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding"}

    def test_a_contact_is_named_if_there_is_one(self, web: Server) -> None:
        ask(web.put("/feed", FEED), Fetch(allow_private=True, contact="https://desk.example/bot"))
        assert web.asked[0].headers["user-agent"] == "curator/1.2 (+https://desk.example/bot)"

    def test_cookies_are_never_sent_back_h24(self, web: Server) -> None:
        web.put("/start", status=302, Location="/feed", Set_Cookie="id=1")
        web.put("/feed", FEED, Set_Cookie="id=2")
        requests = [Request(feed="f", url=web.url(path)) for path in ("/start", "/feed")]
        assert all(r.problem is None for r in fetch(requests, OPEN, clock=clock))
        assert not any("cookie" in asked.headers or "referer" in asked.headers for asked in web.asked)

    def test_a_feeds_own_headers_and_password_go_to_its_server(self, web: Server) -> None:
        ask(web.put("/feed", FEED), headers={"X-Key": "k", "Accept": "text/plain"}, username="ann", password="s:3")
        headers = web.asked[0].headers
        assert (headers["x-key"], headers["accept"], headers["authorization"]) == ("k", "text/plain", "Basic YW5uOnM6Mw==")

    def test_a_user_name_in_the_url_works_and_is_shown_nowhere(self, web: Server) -> None:
        web.put("/feed", status=500)
        response = ask(web.url("/feed").replace("//", "//ann:s3cret@"))
        assert web.asked[0].headers["authorization"].startswith("Basic ")
        assert "s3cret" not in response.final_url + str(response.problem)

    def test_names_passwords_and_contacts_may_hold_any_letter(self, web: Server) -> None:
        settings = replace(OPEN, contact="https://bücher.example/über-uns")
        for request in ({"username": "jörg", "password": "пароль\udcff\0"}, {"url": f"http://j%C3%B6rg:p%00w@127.0.0.1:{web.port}/feed"}):
            web.put("/feed", FEED)
            [response] = fetch([Request(**{"feed": "f", "url": web.url("/feed"), **request})], settings, clock=clock)  # type: ignore[arg-type]
            assert response.body == FEED
        secrets = [base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) for asked in web.asked]
        assert secrets == ["jörg:пароль".encode() + b"\xff", "jörg:pw".encode()]

    def test_a_header_value_cannot_become_two_lines(self, web: Server) -> None:
        ask(web.put("/feed", FEED), headers={"X-Key": "a\r\nX-Evil: b"}, etag="1\nX-Evil: c")
        assert "x-evil" not in web.asked[0].headers

    def test_each_feed_is_asked_once_with_no_second_try_h7(self, web: Server) -> None:
        web.put("/feed", status=429, Retry_After="7200")
        kind, message = told(ask(web.url("/feed")))
        assert (kind, len(web.asked)) == ("http", 1)
        assert "asks to wait 2 h" in message

    def test_the_environments_proxy_is_not_used(self, web: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        assert ask(web.put("/feed", FEED)).body == FEED


class TestRedirects:
    @pytest.mark.parametrize(("status", "moved"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
    def test_are_followed_and_only_permanent_ones_move_a_feed_h13_h14_h15(self, web: Server, status: int, moved: bool) -> None:
        web.put("/old", status=status, Location="/new")
        web.put("/new", FEED)
        response = ask(web.url("/old"))
        assert (response.body, response.status, response.final_url) == (FEED, 200, web.url("/new"))
        assert response.permanent_url == (web.url("/new") if moved else None)

    def test_count_as_permanent_only_up_to_the_first_that_is_not_h15(self, web: Server) -> None:
        web.put("/a", status=301, Location="/b")
        web.put("/b", status=308, Location="/c")
        web.put("/c", status=302, Location="/d")
        web.put("/d", status=301, Location="/e")
        web.put("/e", FEED)
        response = ask(web.url("/a"))
        assert (response.permanent_url, response.final_url) == (web.url("/c"), web.url("/e"))

    def test_in_a_circle_end_at_the_limit_h16(self, web: Server) -> None:
        web.put("/a", status=302, Location="/b")
        web.put("/b", status=302, Location="/a")
        kind, message = told(ask(web.url("/a"), Fetch(allow_private=True, max_redirects=4)))
        assert (kind, len(web.asked)) == ("redirect", 5)
        assert "more than 4 times" in message

    def test_without_a_location_are_an_error(self, web: Server) -> None:
        web.put("/a", status=301)
        assert told(ask(web.url("/a")))[0] == "http"

    @pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "javascript:1", "http://[broken"])
    def test_to_anything_but_the_web_are_refused_h17(self, web: Server, location: str) -> None:
        web.put("/a", status=302, Location=location)
        assert told(ask(web.url("/a")))[0] == "forbidden"
        assert len(web.asked) == 1

    def test_take_validators_but_neither_password_nor_own_headers_to_another_host(self, web: Server) -> None:
        with Server("127.0.0.2") as other:
            other.put("/feed", FEED)
            web.put("/a", status=301, Location="/b")
            web.put("/b", status=301, Location=other.url("/feed"))
            response = ask(web.url("/a"), headers={"X-Key": "k"}, username="ann", password="x", etag='"1"')
            assert response.body == FEED
            assert "authorization" in web.asked[1].headers
            assert "x-key" in web.asked[1].headers
            assert {"authorization", "x-key"}.isdisjoint(other.asked[0].headers)
            assert other.asked[0].headers["if-none-match"] == '"1"'

    def test_do_not_give_the_password_back_to_a_stranger_after_coming_home(self, web: Server) -> None:
        """Another port of the same machine is another server."""
        with Server() as other:
            other.put("/feed", FEED)
            web.put("/a", status=302, Location=other.url("/feed"))
            ask(web.url("/a"), username="ann", password="x")
            assert "authorization" not in other.asked[0].headers

    def test_to_places_with_spaces_and_letters_are_understood_as_browsers_do(self, web: Server) -> None:
        web.put("/a", status=302, Location="/b c/\xc3\xa9?q=\xc3\xa9#part")
        web.put("/b%20c/%C3%A9?q=%C3%A9", FEED)
        assert ask(web.url("/a")).body == FEED

    def test_with_a_long_page_are_not_read_to_the_end(self, web: Server) -> None:
        sent = Counter[str]()

        def page() -> Iterator[bytes]:
            while not web.closing.is_set():
                sent["bytes"] += 65536
                yield b"x" * 65536

        web.pages["/a"] = Reply(status=302, headers={"Location": "/feed"}, body=page())
        web.put("/feed", FEED)
        assert ask(web.url("/a")).body == FEED

    def test_wait_their_turn_at_the_next_server_and_arrive(self, web: Server) -> None:
        for number in range(12):
            web.put(f"/a{number}", status=301, Location=f"/b{number}")
            web.put(f"/b{number}", FEED + b"%d" % number)
        requests = [Request(feed=str(number), url=web.url(f"/a{number}")) for number in range(12)]
        answers = {r.feed: r.body for r in fetch(requests, Fetch(allow_private=True, per_host=1), clock=clock)}
        assert answers == {str(number): FEED + b"%d" % number for number in range(12)}


class TestStatuses:
    @pytest.mark.parametrize(
        ("status", "headers", "words"),
        [
            (404, {}, "curator feeds add"),
            (410, {}, "gone for good"),
            (401, {}, "password_env"),
            (403, {}, "refuses"),
            (403, {"cf-mitigated": "challenge"}, "Cloudflare"),
            (500, {}, "failed"),
            (503, {"Retry-After": "Sun, 01 Mar 2026 14:00:00 GMT"}, "asks to wait until Sun, 01 Mar 2026"),
            (206, {}, "part"),
            (204, {}, "without a feed"),
            (599, {}, "599"),
            (299, {}, "299"),
        ],
    )
    def test_that_are_failures_are_explained_h29(self, web: Server, status: int, headers: dict[str, str], words: str) -> None:
        web.pages["/feed"] = Reply(status=status, headers=headers, body=b"" if status == 204 else b"<html>no</html>")
        response = ask(web.url("/feed"))
        kind, message = told(response)
        assert (kind, response.status) == ("http", status)
        assert words in message

    def test_keep_their_headers_for_the_schedule(self, web: Server) -> None:
        web.put("/feed", status=503, Retry_After="120")
        assert ask(web.url("/feed")).headers["retry-after"] == "120"


class TestCompression:
    @pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
    def test_is_undone(self, web: Server, name: str, pack: object) -> None:
        assert ask(web.put("/feed", pack(FEED), Content_Encoding=name)).body == FEED  # type: ignore[operator]

    @pytest.mark.parametrize("name", ["gzip", "deflate", "br", "utf-8", "x-unknown"])
    def test_that_is_claimed_but_not_done_is_seen_through_h22(self, web: Server, name: str) -> None:
        response = ask(web.put("/feed", FEED, Content_Encoding=name))
        assert (response.body, response.problem) == (FEED, None)

    def test_that_is_done_but_not_claimed_is_seen_through_h22(self, web: Server) -> None:
        assert ask(web.put("/feed", gzip.compress(FEED))).body == FEED

    def test_that_is_done_twice_is_undone_twice_h22(self, web: Server) -> None:
        twice = gzip.compress(gzip.compress(FEED))
        assert ask(web.put("/feed", twice, Content_Encoding="gzip")).body == FEED

    @pytest.mark.parametrize("said", [{}, {"Content_Encoding": "gzip"}])
    def test_in_several_members_is_undone_to_the_last(self, web: Server, said: dict[str, str]) -> None:
        parts = [gzip.compress(FEED[at : at + 20]) for at in range(0, len(FEED), 20)]
        assert ask(web.put("/feed", b"".join(parts), **said)).body == FEED

    @pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
    @pytest.mark.parametrize("rest", [b"\0" * 512, b"<!-- served by seven -->"])
    def test_with_something_behind_it_is_undone(self, web: Server, name: str, pack: object, rest: bytes) -> None:
        assert ask(web.put("/feed", pack(FEED) + rest, Content_Encoding=name)).body == FEED  # type: ignore[operator]

    def test_that_breaks_off_is_an_error_and_not_half_a_feed(self, web: Server) -> None:
        assert told(ask(web.put("/feed", gzip.compress(FEED)[:-12])))[0] == "http"


class TestManyAtOnce:
    def test_one_host_sees_no_more_than_its_share_at_once_h25(self, web: Server) -> None:
        pair, lock, load, peak = threading.Barrier(2), threading.Lock(), Counter[str](), Counter[str]()

        def page(_asked: Asked) -> Reply:
            with lock:
                load["now"] += 1
                peak["now"] = max(peak["now"], load["now"])
            pair.wait(4)  # both of a pair are here: two at once there are
            with lock:
                load["now"] -= 1
            return Reply(body=FEED)

        requests = []
        for number in range(20):
            web.pages[f"/{number}"] = page
            requests.append(Request(feed=str(number), url=web.url(f"/{number}")))
        assert all(r.problem is None for r in fetch(requests, OPEN, clock=clock))
        assert peak["now"] == 2

    def test_sixty_hosts_are_asked_all_at_the_same_time_h25(self) -> None:
        everyone = threading.Barrier(60)

        def page(_asked: Asked) -> Reply:
            everyone.wait(5)  # nobody is answered before all have been asked
            return Reply(body=FEED)

        with Server("0.0.0.0") as web:
            web.pages["/feed"] = page
            urls = [web.url("/feed", host=f"127.0.3.{number}") for number in range(1, 61)]
            answers = list(fetch([Request(feed=url, url=url) for url in urls], OPEN, clock=clock))
        assert [r.problem for r in answers] == [None] * 60

    def test_a_crowded_host_does_not_hold_up_the_others(self) -> None:
        """Fifty feeds of a host that does not answer stand before one of a host that does."""
        with Server() as silent, Server("127.0.0.2") as web:
            silent.raw = lambda _connection: silent.closing.wait(20)
            requests = [Request(feed="slow", url=silent.url(f"/{number}")) for number in range(50)]
            requests.append(Request(feed="good", url=web.put("/feed", FEED)))
            answers = fetch(requests, Fetch(allow_private=True, concurrency=4, timeout=20), clock=clock)
            assert next(answers).feed == "good"
            answers.close()

    def test_a_deadline_counts_from_the_start_and_not_from_the_queue(self) -> None:
        """Six feeds of one host, one at a time, 0.2 s each: longer than one fetch's deadline, and none of them too late."""
        with Server() as web:

            def page(_asked: Asked) -> Reply:
                web.closing.wait(0.2)
                return Reply(body=FEED)

            web.pages["/feed"] = page
            requests = [Request(feed=str(number), url=web.url("/feed")) for number in range(6)]
            settings = Fetch(allow_private=True, per_host=1, timeout=0.8)
            assert [r.problem for r in fetch(requests, settings, clock=clock)] == [None] * 6

    def test_every_request_is_answered_exactly_once(self, web: Server) -> None:
        web.put("/feed", FEED)
        web.put("/gone", status=410)
        urls = [web.url("/feed"), web.url("/gone"), "ftp://nowhere/", "http://127.0.0.1:1/", web.url("/feed")] * 8
        answers = Counter(r.feed for r in fetch([Request(feed=str(n), url=u) for n, u in enumerate(urls)], OPEN, clock=clock))
        assert answers == Counter(str(n) for n in range(len(urls)))

    def test_stopping_ends_it_and_leaves_the_rest_unasked(self, web: Server) -> None:
        web.put("/feed", FEED)
        requests = [Request(feed=str(number), url=web.url("/feed")) for number in range(30)]
        answers: list[Response] = []
        for response in fetch(requests, Fetch(allow_private=True, per_host=1), clock=clock, stop=lambda: len(answers) >= 3):
            answers.append(response)
        assert 3 <= len(answers) < 30

    def test_closing_the_generator_closes_the_connections(self) -> None:
        ended = threading.Event()
        with Server() as web, Server("127.0.0.2") as other:

            def listen(connection: object) -> None:
                while connection.recv(4096):  # type: ignore[attr-defined]
                    pass
                ended.set()

            web.raw = listen
            requests = [Request(feed="a", url=web.url("/")), Request(feed="b", url=other.put("/feed", FEED))]
            answers = fetch(requests, OPEN, clock=clock)
            assert next(answers).feed == "b"
            answers.close()
            assert ended.wait(5)


class TestCtrlC:
    def test_ends_a_fetch_at_once_wherever_it_strikes(self, web: Server, capsys: pytest.CaptureFixture[str]) -> None:
        """Also inside of libcurl, which would print it and go on."""

        def strike(_asked: Asked) -> Reply:
            os.kill(os.getpid(), signal.SIGINT)
            return Reply(body=FEED)

        web.put("/feed", FEED)
        web.pages["/strike"] = strike
        paths = ["/feed"] * 7 + ["/strike"] + ["/feed"] * 30
        for _ in range(20):
            requests = [Request(feed=str(number), url=web.url(path)) for number, path in enumerate(paths)]
            with pytest.raises(KeyboardInterrupt):
                list(fetch(requests, OPEN, clock=clock))
        assert capsys.readouterr().err == ""


class TestSteps:
    def test_a_watched_descriptor_wakes_a_step(self, web: Server) -> None:
        web.raw = lambda _connection: web.closing.wait(20)
        ours, theirs = os.pipe()
        try:
            with Fetcher(OPEN, clock=clock) as fetcher:
                fetcher.add(Request(feed="f", url=web.url("/")))
                assert fetcher.step(0.05, watch=[ours]) == []
                os.write(theirs, b"!")
                assert fetcher.step(60, watch=[ours]) == []  # a minute, if nothing woke it
                assert fetcher.busy
        finally:
            os.close(ours)
            os.close(theirs)

    def test_a_fetcher_with_nothing_to_do_does_not_wait(self) -> None:
        with Fetcher(OPEN, clock=clock) as fetcher:
            assert fetcher.step(60) == []
            assert not fetcher.busy

    def test_time_spent_elsewhere_is_not_counted_against_a_server(self, web: Server) -> None:
        """The consumer is away for longer than the deadline while the answer is on its way."""
        asked, answer = threading.Event(), threading.Event()

        def page(_asked: Asked) -> Reply:
            asked.set()
            answer.wait(5)
            return Reply(body=FEED)

        web.pages["/feed"] = page
        with Fetcher(Fetch(allow_private=True, timeout=0.5), clock=clock) as fetcher:
            fetcher.add(Request(feed="f", url=web.url("/feed")))
            while not asked.is_set():
                assert fetcher.step(0.01) == []
            threading.Event().wait(0.7)
            answer.set()
            responses: list[Response] = []
            while fetcher.busy:
                responses += fetcher.step(0.1)
        assert [r.problem for r in responses] == [None]

    def test_what_waits_for_a_host_can_be_taken_back_h11(self, web: Server) -> None:
        """A host that says 429 is not asked for its other feeds."""
        web.put("/feed", status=429)
        with Fetcher(Fetch(allow_private=True, per_host=1), clock=clock) as fetcher:
            for number in range(9):
                fetcher.add(Request(feed=str(number), url=web.url("/feed")))
            taken: list[str] = []
            answers: list[Response] = []
            while fetcher.busy:
                for response in fetcher.step(1):
                    answers.append(response)
                    taken += [request.feed for request in fetcher.drop(response.url)]
        assert len(answers) + len(taken) == 9
        assert len(web.asked) == len(answers) <= 2
