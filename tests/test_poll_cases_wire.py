"""Whole polls against servers on the loopback: what servers say of their answers, and what the next polls make of it. Cases are named as
the checklist of feed readers' faults has them."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from polls import NOW, Desk, conditional, rss
from servers import Reply, Server, drip

from curator.config import Fetch

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def asked_again(desk: Desk, web: Server, step: timedelta, most: int = 60) -> timedelta:
    """How long after now the feed is asked once more, in whole steps."""
    before = len(web.asked)
    for number in range(1, most + 1):
        desk.poll(later=step)
        if len(web.asked) > before:
            return number * step
    raise AssertionError("it is not asked any more")


class TestValidators:
    def test_are_kept_from_the_first_poll_on_and_survive_a_304_without_them_h2_h5(self, web: Server, tmp_path: Path) -> None:
        body = rss("a", range(3))
        web.pages["/a"] = [Reply(body=body, headers={"ETag": '"1"'}), Reply(status=304), Reply(status=304)]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        for _ in range(3):
            desk.poll(later=HOUR)
        assert [asked.headers.get("if-none-match") for asked in web.asked] == [None, '"1"', '"1"']

    def test_of_a_304_replace_the_old_ones_h3(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = [
            Reply(body=rss("a", [1]), headers={"ETag": '"1"'}),
            Reply(status=304, headers={"ETag": '"2"'}),
            Reply(status=304),
        ]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        for _ in range(3):
            desk.poll(later=HOUR)
        assert web.asked[-1].headers["if-none-match"] == '"2"'

    def test_go_back_byte_for_byte_h4(self, web: Server, tmp_path: Path) -> None:
        etag, date = 'W/"a b;c=\\"d\\""', "Sunday, 01-Mar-26 09:00:00 GMT"
        web.put("/a", rss("a", [1]), ETag=etag, Last_Modified=date)
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        desk.poll(later=HOUR)
        assert (web.asked[-1].headers["if-none-match"], web.asked[-1].headers["if-modified-since"]) == (etag, date)


class TestRetryAfter:
    def test_of_a_429_holds_until_its_time_and_is_no_second_try_h7(self, web: Server, tmp_path: Path) -> None:
        web.put("/a", status=429, Retry_After="7200")
        desk = Desk(tmp_path, {"a": web.url("/a")}, every=900)
        assert desk.poll().failed == 1
        assert len(web.asked) == 1
        assert asked_again(desk, web, timedelta(minutes=30)) == 2 * HOUR

    @pytest.mark.parametrize(
        ("said", "least", "most"),
        [
            (format_datetime(NOW + 3 * HOUR, usegmt=True), 3 * HOUR, 4 * HOUR),
            (format_datetime(NOW - DAY, usegmt=True), HOUR, 4 * HOUR),
            ("-5", HOUR, 4 * HOUR),
            ("abc", HOUR, 4 * HOUR),
            ("1000000000000", 30 * DAY, 32 * DAY),
        ],
    )
    def test_that_is_a_date_or_nonsense_becomes_something_sane_h8(
        self, web: Server, tmp_path: Path, said: str, least: timedelta, most: timedelta
    ) -> None:
        web.put("/a", status=429, Retry_After=said, Date=format_datetime(NOW, usegmt=True))
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        assert least <= asked_again(desk, web, HOUR if most < DAY else DAY) <= most

    def test_of_a_503_counts_as_that_of_a_429_and_without_it_the_wait_grows_h9(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = [Reply(status=503, headers={"Retry-After": "18000"}), Reply(status=503)]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        assert asked_again(desk, web, HOUR) == 5 * HOUR
        assert asked_again(desk, web, timedelta(minutes=15)) > HOUR

    def test_is_not_needed_for_a_429_to_slow_a_poll_which_ends_with_the_first_good_answer_h10(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = [*[Reply(status=429)] * 3, Reply(body=rss("a", [1]))]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        waits = [asked_again(desk, web, timedelta(minutes=15)) for _ in range(4)]
        assert HOUR < waits[0] < waits[1] < waits[2]
        assert waits[3] == HOUR


class TestFailures:
    def test_never_make_a_feed_dead_for_good_and_are_told_h12(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = [*[Reply(status=500)] * 30, Reply(body=rss("a", [1]))]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        for _ in range(30):
            report = desk.poll(later=DAY + HOUR)
        assert (report.failed, report.problems[0].failures) == (1, 30)
        assert desk.poll(later=DAY + HOUR).new == 1

    def test_of_a_page_for_people_only_are_explained_h29(self, web: Server, tmp_path: Path) -> None:
        web.put("/a", b"<html>Just a moment", status=403, cf_mitigated="challenge")
        report = Desk(tmp_path, {"a": web.url("/a")}).poll()
        assert "challenge" in report.problems[0].message or "browser" in report.problems[0].message

    @pytest.mark.parametrize("kind", ["drips", "has no end of headers", "is silent"])
    def test_of_a_server_that_takes_for_ever_end_at_the_deadline_h19_h20(self, web: Server, tmp_path: Path, kind: str) -> None:
        pages = {"drips": drip(web, b"x"), "has no end of headers": Reply(raw=_headers(web)), "is silent": Reply(raw=_silence(web))}
        web.pages["/a"] = pages[kind]
        with Server("127.0.0.2") as other:
            desk = Desk(tmp_path, {"a": web.url("/a"), "b": other.put("/b", rss("b", [1]))}, Fetch(allow_private=True, timeout=0.5))
            report = desk.poll()
        assert (report.new, report.failed) == (1, 1)

    def test_of_a_body_shorter_than_announced_keep_no_validators_h20(self, web: Server, tmp_path: Path) -> None:
        body = rss("a", range(3))
        web.pages["/a"] = [Reply(body=body[:-90], length=len(body), headers={"ETag": '"1"'}), Reply(body=body)]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        assert desk.poll().failed == 1
        assert desk.poll(force=True).new + len(desk.items()) >= 3
        assert "if-none-match" not in web.asked[-1].headers


def _headers(web: Server) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while not web.closing.wait(0.001):
        yield b"X-More: yes\r\n"


def _silence(web: Server) -> Iterator[bytes]:
    web.closing.wait(30)
    yield b""


class TestMoving:
    @pytest.mark.parametrize(("status", "follows"), [(301, True), (308, True), (302, False), (307, False)])
    def test_counts_only_for_permanent_redirects_to_a_feed_h13_h14_h15(
        self, web: Server, tmp_path: Path, status: int, follows: bool
    ) -> None:
        web.put("/old", status=status, Location="/new")
        web.put("/new", rss("a", range(3)))
        desk = Desk(tmp_path, {"a": web.url("/old")})
        for _ in range(5):
            desk.poll(later=DAY)
        assert (web.asked[-2].path != "/old") == follows
        assert len(desk.items()) == 3

    def test_to_a_page_that_is_no_feed_is_never_believed_h14(self, web: Server, tmp_path: Path) -> None:
        web.put("/old", status=301, Location="/sorry")
        web.put("/sorry", b"<html><title>Be right back</title></html>")
        desk = Desk(tmp_path, {"a": web.url("/old")})
        for _ in range(4):
            desk.poll(later=3 * DAY)
        assert {asked.path for asked in web.asked[-2:]} == {"/old", "/sorry"}

    def test_in_a_circle_costs_few_questions_h16(self, web: Server, tmp_path: Path) -> None:
        web.put("/a", status=301, Location="/b")
        web.put("/b", status=301, Location="/a")
        report = Desk(tmp_path, {"a": web.url("/a")}).poll()
        assert report.failed == 1
        assert len(web.asked) <= 11


class TestBodies:
    def test_that_explode_are_a_problem_of_their_feed_h21(self, web: Server, tmp_path: Path) -> None:
        bomb = gzip.compress(b"<rss>" + b" " * 40_000_000)
        web.put("/a", bomb, Content_Encoding="gzip")
        web.put("/b", rss("b", [1]))
        report = Desk(tmp_path, {"a": web.url("/a"), "b": web.url("/b")}).poll()
        assert (report.new, report.problems[0].kind) == (1, "too-big")

    def test_are_believed_over_what_is_said_of_them_h22_h23(self, web: Server, tmp_path: Path) -> None:
        body = rss("a", range(2))
        urls = {
            "plain": web.put("/plain", body.replace(b"a-", b"p-"), Content_Encoding="gzip"),
            "packed": web.put("/packed", gzip.compress(body.replace(b"a-", b"q-"))),
            "html": web.put("/html", body.replace(b"a-", b"r-"), Content_Type="text/html"),
            "json": web.put("/json", body.replace(b"a-", b"s-"), Content_Type="application/json"),
        }
        assert Desk(tmp_path, urls).poll().new == 8

    def test_bring_no_cookie_back_and_the_question_names_the_tool_h24(self, web: Server, tmp_path: Path) -> None:
        web.put("/a", rss("a", [1]), Set_Cookie="me=1")
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        desk.poll(later=HOUR)
        headers = web.asked[-1].headers
        assert not {"cookie", "referer"} & headers.keys()
        assert headers["user-agent"].startswith("curator/")
        assert "gzip" in headers["accept-encoding"]
        assert "rss" in headers["accept"]


class TestClocks:
    def test_set_back_ask_each_feed_once_and_then_as_usual_h26(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = conditional(rss("a", [1]))
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        for _ in range(3):
            desk.poll(later=-DAY)
        assert len(web.asked) <= 4
        before = len(web.asked)
        desk.poll(later=timedelta(minutes=5))
        assert len(web.asked) == before

    def test_that_slept_for_a_week_ask_each_feed_once_h26(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = conditional(rss("a", [1]))
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        desk.poll(later=7 * DAY)
        desk.poll(later=timedelta(minutes=1))
        assert len(web.asked) == 2


class TestHints:
    def test_of_how_long_an_answer_holds_are_heeded_within_bounds_h32(self, web: Server, tmp_path: Path) -> None:
        said: list[tuple[dict[str, str], str, int]] = [
            ({"Cache-Control": "max-age=10800"}, "", 3),
            ({"Cache-Control": "max-age=86400"}, "", 6),
            ({"Cache-Control": "no-cache"}, "", 1),
            ({"Expires": "0"}, "", 1),
            ({}, "<ttl>5</ttl>", 1),
            ({}, "<ttl>100000</ttl>", 6),
        ]
        urls = {}
        for n, (headers, ttl, _) in enumerate(said):
            body = rss(f"f{n}", [1]).replace(b"<lastBuildDate>", ttl.encode() + b"<lastBuildDate>")
            urls[f"f{n}"] = web.put(f"/{n}", body, **{name.replace("-", "_"): value for name, value in headers.items()})
        desk = Desk(tmp_path, urls)
        desk.poll()
        first: dict[str, int] = {}
        for hour in range(1, 7):
            web.asked.clear()
            desk.poll(later=HOUR)
            for asked in web.asked:
                first.setdefault(asked.path, hour)
        assert first == {f"/{n}": hours for n, (_, _, hours) in enumerate(said)}

    def test_of_the_feed_itself_hold_while_only_its_build_date_changes_h32(self, web: Server, tmp_path: Path) -> None:
        night = "".join(f"<hour>{hour}</hour>" for hour in range(13, 17))  # it is noon
        asks = {"/ttl": "<ttl>180</ttl>", "/rest": f"<skipHours>{night}</skipHours>"}
        for path, said in asks.items():
            bodies = [rss(path[1:], [1], built=f"{n}").replace(b"<lastBuildDate>", said.encode() + b"<lastBuildDate>") for n in range(9)]
            web.pages[path] = [Reply(body=body) for body in bodies]
        desk = Desk(tmp_path, {path[1:]: web.url(path) for path in asks})
        desk.poll()
        for _ in range(12):
            desk.poll(later=HOUR)
        assert len(web.asked_for("/ttl")) == 1 + 4
        assert len(web.asked_for("/rest")) == 1 + 8
        with desk.open() as archive:
            assert {state.format for state in archive.store.states().values()} == {"rss20"}
