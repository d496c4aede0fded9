"""Whole polls against servers on the loopback: what no single room can promise. Cases are named as the checklist of feed readers' faults
has them: H for the wire, S for the store."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import environment
from polls import Desk, children, conditional, rss
from servers import Asked, Reply, Server, drip

import curator
from curator import polling
from curator.config import Fetch
from curator.stores import sqlite
from curator.types import Query


class TestNothingNew:
    def test_a_304_starts_no_parser_and_writes_nothing_but_the_feeds_state_h1(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = conditional(rss("a", range(5)))
        desk = Desk(tmp_path, {"a": web.url("/a")})
        assert desk.poll().new == 5
        before, parsed = desk.rows(but=["feed"]), children()
        report = desk.poll(later=timedelta(hours=1))
        assert (report.polled, report.unchanged, report.new, report.problems) == (1, 1, 0, ())
        assert web.asked[-1].headers["if-none-match"] == '"1"'
        assert children() == parsed
        assert desk.rows(but=["feed"]) == before

    def test_the_same_bytes_under_a_new_etag_start_no_parser_either_h30(self, web: Server, tmp_path: Path) -> None:
        body = rss("a", range(5))
        web.pages["/a"] = [Reply(body=body, headers={"ETag": f'"{number}"'}) for number in range(3)]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        before, parsed = desk.rows(but=["feed"]), children()
        for number in (1, 2):
            assert desk.poll(later=timedelta(hours=1)).unchanged == 1
            assert web.asked[-1].headers["if-none-match"] == f'"{number - 1}"'
        assert children() == parsed
        assert desk.rows(but=["feed"]) == before

    def test_a_new_build_date_alone_updates_no_item_h31(self, web: Server, tmp_path: Path) -> None:
        web.pages["/a"] = [Reply(body=rss("a", range(5), built=f"Sun, 01 Mar 2026 1{hour}:00:00 GMT")) for hour in range(4)]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        desk.poll()
        for _ in range(3):
            report = desk.poll(later=timedelta(hours=1))
            assert (report.new, report.updated) == (0, 0)
        assert all(item.versions == 1 for item in desk.items())

    def test_nothing_due_asks_nobody(self, web: Server, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a": web.put("/a", rss("a", range(3)))})
        desk.poll()
        assert desk.poll(later=timedelta(minutes=5)).polled == 0
        assert len(web.asked) == 1


class TestValidatorsOfBadBodies:
    @pytest.mark.parametrize("bad", [b"", b"<!doctype html><html><body>Back soon</body></html>", rss("a", range(6))[:-600]])
    def test_are_not_kept_and_what_was_there_stays_h6(self, web: Server, tmp_path: Path, bad: bytes) -> None:
        good = rss("a", range(6))
        web.pages["/a"] = [Reply(body=good, headers={"ETag": '"1"'}), Reply(body=bad, headers={"ETag": '"bad"'}), Reply(body=good)]
        desk = Desk(tmp_path, {"a": web.url("/a")})
        assert desk.poll().new == 6
        assert desk.poll(later=timedelta(hours=1)).problems
        report = desk.poll(later=timedelta(days=1))
        assert "if-none-match" not in web.asked[-1].headers
        assert (report.new, report.problems, len(desk.items())) == (0, (), 6)


class TestOneBadFeed:
    def test_never_hurts_another_h28(self, web: Server, tmp_path: Path) -> None:
        many = b"".join(b"<category>c%d</category>" % n for n in range(60_000))
        bad = {
            "slow": drip(web, b"x", b"<?xml version='1.0'?><rss>"),
            "cut": Reply(body=rss("cut", [1]), length=10_000),
            "page": Reply(body=b"<html>no feed here</html>"),
            "empty": Reply(body=b""),
            "gone": Reply(status=410),
            "binary": Reply(body=bytes(range(256)) * 200),
            "costly": Reply(body=rss("costly", [1]).replace(b"</item>", many + b"</item>")),
        }
        urls = {}
        for name, reply in bad.items():
            web.pages[f"/{name}"] = reply
            urls[name] = web.url(f"/{name}")
        for number in range(10):
            urls[f"good{number}"] = web.put(f"/good{number}", rss(f"good{number}", range(5)))
        fetch = Fetch(allow_private=True, timeout=1.0, parse_seconds=1.0, per_host=20)
        desk = Desk(tmp_path, urls, fetch)
        report = desk.poll()
        kinds = {problem.feed: problem.kind for problem in report.problems}
        assert {kinds.pop("costly", "budget")} == {"budget"}  # or it was read within its budget
        assert kinds == {
            "slow": "timeout",
            "cut": "http",
            "page": "not-a-feed",
            "empty": "not-a-feed",
            "gone": "http",
            "binary": "not-a-feed",
        }
        assert sum(item.feed.startswith("good") for item in desk.items()) == 50
        assert desk.sound()


class TestManyFeeds:
    def test_of_one_host_are_not_hammered_and_of_sixty_hosts_are_asked_together_h25(self, tmp_path: Path) -> None:
        lock, load, peak, everyone = threading.Lock(), Counter[str](), Counter[str](), threading.Barrier(60)

        def crowded(asked: Asked) -> Reply:
            with lock:
                load["now"] += 1
                peak["now"] = max(peak["now"], load["now"])
            name = asked.path.strip("/")
            with lock:
                load["now"] -= 1
            return Reply(body=rss(name, [1]))

        def apart(asked: Asked) -> Reply:
            everyone.wait(5)  # nobody is answered before all of them are asked
            return Reply(body=rss(asked.headers["host"].partition(":")[0].replace(".", "x"), [1]))

        with Server() as one, Server("0.0.0.0") as many:
            many.pages["/"] = apart
            urls = {f"many{n}": many.url(host=f"127.0.7.{n + 1}") for n in range(60)}
            for number in range(60):
                one.pages[f"/one{number}"] = crowded
                urls[f"one{number}"] = one.url(f"/one{number}")
            report = Desk(tmp_path, urls, Fetch(allow_private=True, timeout=10, concurrency=64)).poll()
        assert not report.problems
        assert (report.polled, report.failed, report.new) == (120, 0, 120)
        assert peak["now"] <= 2

    def test_of_a_host_that_says_429_wait_together_and_those_of_a_503_do_not_h11(self, web: Server, tmp_path: Path) -> None:
        with Server("127.0.0.2") as other:
            urls = {f"a{n}": web.put(f"/a{n}", rss(f"a{n}", [1])) for n in range(6)}
            urls |= {f"b{n}": other.put(f"/b{n}", rss(f"b{n}", [1])) for n in range(3)}
            other.put("/b0", status=503, Retry_After="7200")
            web.put("/a0", status=429, Retry_After="7200")
            desk = Desk(tmp_path, urls, Fetch(allow_private=True, per_host=1))
            desk.poll()
            asked = len(web.asked)
            assert asked < 6
            assert {item.feed for item in desk.items()} >= {"b1", "b2"}
            desk.poll(later=timedelta(hours=1, minutes=55))
            assert len(web.asked) == asked  # the whole host is left alone
            assert len(other.asked_for("/b0")) == 1
            assert len(other.asked_for("/b1")) == 2
            web.put("/a0", rss("a0", [1]))
            desk.poll(later=timedelta(minutes=10))
            assert {item.feed for item in desk.items()} >= {f"a{n}" for n in range(6)}


class TestMoving:
    def test_a_feed_that_moved_is_asked_at_its_new_place_and_brings_nothing_twice_h13(self, web: Server, tmp_path: Path) -> None:
        web.put("/old", status=301, Location="/new")
        web.put("/new", rss("a", range(5)))
        desk = Desk(tmp_path, {"a": web.url("/old")})
        for _ in range(4):
            desk.poll(later=timedelta(days=1))
        assert [asked.path for asked in web.asked] == ["/old", "/new"] * 3 + ["/new"]
        assert len(desk.items()) == 5

    def test_a_feed_that_is_gone_is_asked_twice_and_then_only_by_force_h18(self, web: Server, tmp_path: Path) -> None:
        web.put("/a", status=410)
        desk = Desk(tmp_path, {"a": web.url("/a")})
        for _ in range(5):
            desk.poll(later=timedelta(days=2))
        assert len(web.asked) == 2
        desk.poll(force=True)
        assert len(web.asked) == 3


class TestTheStore:
    def test_survives_a_kill_at_any_moment_with_nothing_lost_or_doubled_s1(self, web: Server, tmp_path: Path) -> None:
        """The poll is killed while it asks, reads, and stores; the last one is left to finish."""
        urls = {f"f{n}": web.put(f"/f{n}", rss(f"f{n}", range(40))) for n in range(12)}
        desk = Desk(tmp_path, urls)
        command = [sys.executable, "-m", "curator", "-c", str(desk.toml()), "poll", "--force"]
        for patience in (0.4, 0.9, 1.4, 1.9):
            with subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                try:
                    process.wait(patience)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
            if desk.path.exists():
                assert desk.sound()
        assert subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False).returncode == 0
        assert desk.sound()
        assert Counter(item.feed for item in desk.items()) == dict.fromkeys(urls, 40)
        with desk.open() as archive:
            assert {hit.item.id for hit in archive.store.find(Query(text="officer", copies=True, limit=None), desk.now)} == {
                item.id for item in desk.items()
            }

    def test_lets_two_polls_at_once_do_no_harm_s2(self, web: Server, tmp_path: Path) -> None:
        """The second waits for the first, or leaves with one clear line."""
        begun, go_on = threading.Event(), threading.Event()

        def page(_asked: Asked) -> Reply:
            begun.set()
            go_on.wait(30)
            return Reply(body=rss("a", range(9)))

        web.pages["/a"] = page
        desk = Desk(tmp_path, {"a": web.url("/a")})
        command = [sys.executable, "-m", "curator", "-c", str(desk.toml()), "poll", "--force"]
        pipes: Any = {"env": environment(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, **pipes) as first:
            assert begun.wait(30)
            with subprocess.Popen(command, **pipes) as second:
                threading.Timer(1.0, go_on.set).start()
                told = second.communicate(timeout=60)[1]
            assert first.wait(30) == 0
        assert second.returncode == 0 or (second.returncode == 1 and len(told.strip().splitlines()) == 1)
        assert "Traceback" not in told
        assert len(desk.items()) == 9
        assert desk.sound()

    def test_that_runs_out_of_room_says_so_and_stays_sound_s3(self, web: Server, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a": web.put("/a", rss("a", range(3)))})
        desk.poll()
        before = desk.titles()
        web.put("/a", rss("a", range(600), extra="more words " * 30))
        most = desk.path.stat().st_size + 20_000
        command = [sys.executable, "-m", "curator", "-c", str(desk.toml()), "poll", "--force"]
        run = subprocess.run(
            command,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
        assert len([line for line in run.stderr.splitlines() if line.startswith("curator:")]) == 1
        assert desk.sound()
        assert desk.titles() == before
        assert desk.poll(force=True).new == 597

    @pytest.mark.parametrize(("command", "code"), [("list", 0), ("digest", 0), ("poll", 1)])
    def test_without_any_room_can_be_read_and_says_why_it_cannot_be_written_s3(
        self, web: Server, tmp_path: Path, command: str, code: int
    ) -> None:
        desk = Desk(tmp_path, {"a": web.put("/a", rss("a", range(3)))})
        desk.poll()
        run = subprocess.run(
            [sys.executable, "-m", "curator", "-c", str(desk.toml()), command, *(["--force"] if command == "poll" else [])],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        )
        assert run.returncode == code
        assert run.stderr.count("the disk is full, or broken: make room") == code
        assert "Traceback" not in run.stderr
        if command == "list":
            assert all(title in run.stdout for title in desk.titles())
        assert desk.sound()

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_that_cannot_be_written_says_so_s4(self, web: Server, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a": web.put("/a", rss("a", range(3)))})
        desk.poll()
        desk.toml()
        for file in tmp_path.iterdir():
            file.chmod(0o444)
        tmp_path.chmod(0o555)
        try:
            run = subprocess.run(
                [sys.executable, "-m", "curator", "-c", desk.config.path, "poll", "--force"],
                env=environment(), capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        finally:
            tmp_path.chmod(0o755)
        assert run.returncode == 1
        assert len(run.stderr.strip().splitlines()) == 1

    def test_held_by_another_program_is_a_clear_error_s4(self, web: Server, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a": web.put("/a", rss("a", range(3)))})
        desk.poll()
        holder = sqlite3.connect(desk.path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            with sqlite.connect(str(desk.path), busy_seconds=0.2) as store, pytest.raises(curator.StoreError):
                polling.poll(desk.config, store, clock=lambda: desk.now, version="1", force=True)
        finally:
            holder.close()
        assert desk.poll(force=True).failed == 0
