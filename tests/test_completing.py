"""Entries completed from their articles' pages: on demand, and by polls of feeds that say so."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from feedtext import Written, rss
from servers import Reply, Server

from curator import completing, fulltext
from curator.app import Curator
from curator.commands import _show
from curator.config import Config, Feed, Fetch, Topic
from curator.errors import CuratorError
from curator.types import Item, Query, Report

SHORT = "The council has voted on the mill."
LONG = (
    "The council of Brell voted eleven to four on Monday evening to buy the old paper mill beside the weir and to turn it into a library. ",
    "Work on the turbines below the hall, which have stood still for thirty years, is to begin before the spring floods.",
    "Members who voted against said that the roof alone would cost more than the town earns in a year from its forest.",
)
PAGE = (
    "<!doctype html><html><head><title>Mill</title></head><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article>"
    "<h1>Council buys the mill</h1>" + "".join(f"<p>{part}</p>" for part in LONG) + "</article><footer>Imprint</footer></body></html>"
).encode()


class Desk:
    """A feed of summaries, and its articles' pages."""

    def __init__(self, folder: Path, web: Server) -> None:
        self.folder, self.web, self.now = folder, web, datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
        self.full = True
        self.more: dict[str, Feed] = {}

    def serve(self, *names: str, page: Reply | None = None) -> None:
        entries = [
            Written(guid=name, title=f"Council buys the mill {name}", link=self.web.url(f"/{name}"), text=f"{SHORT} {name}")
            for name in names
        ]
        self.web.pages["/feed"] = Reply(body=rss(*entries))
        for name in names:
            self.web.pages[f"/{name}"] = page or Reply(body=PAGE, headers={"Content-Type": "text/html; charset=utf-8", "ETag": f'"{name}"'})

    def open(self, **fetch: object) -> Curator:
        feeds = {"brell": Feed(name="brell", url=self.web.url("/feed"), fulltext=self.full)} | self.more
        topics = {"water": Topic(name="water", any=("turbines",))}
        settings = Config(
            path=str(self.folder / "feeds.toml"), feeds=feeds, topics=topics,
            fetch=replace(Fetch(allow_private=True), **fetch),  # type: ignore[arg-type]
        )  # fmt: skip
        return Curator(settings, clock=lambda: self.now)

    def poll(self) -> Report:
        self.now += timedelta(minutes=10)
        with self.open() as curator:
            return curator.poll(force=True)

    def items(self) -> list[Item]:
        with self.open() as curator:
            return list(curator.iterate(Query(copies=True, limit=None)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Server() as web:
        yield Desk(tmp_path, web)


def test_an_entry_is_completed_on_demand_with_its_page_as_evidence(desk: Desk) -> None:
    desk.full = False
    desk.serve("a")
    desk.poll()
    (before,) = desk.items()
    with desk.open() as curator:
        found = curator.complete(before.id)
        assert found == curator.item(before.id)
        assert [part.strip() in found.text for part in LONG] == [True] * 3
        assert (found.versions, found.summary, found.read) == (2, before.summary, False)
        assert [tag.name for tag in found.tags] == ["water"]
        assert curator.raw(found.id) == PAGE
        assert [version.text for version in curator.versions(found.id)] == [before.text, found.text]
        answer = curator.retrieval(found.id)
        assert answer is not None
        assert (answer.requested, answer.etag, answer.body_sha) == (desk.web.url("/a"), '"a"', sha256(PAGE).hexdigest())


def test_completing_twice_makes_one_version(desk: Desk) -> None:
    desk.full = False
    desk.serve("a")
    desk.poll()
    with desk.open() as curator:
        first = curator.complete(desk.items()[0].id)
        assert curator.complete(first.id) == first


def test_a_page_with_less_than_the_entry_changes_nothing(desk: Desk) -> None:
    desk.full = False
    desk.serve("a", page=Reply(body=b"<html><body><p>No.</p></body></html>", headers={"Content-Type": "text/html"}))
    desk.poll()
    (before,) = desk.items()
    with desk.open() as curator:
        assert curator.complete(before.id) == before


@pytest.mark.parametrize(
    ("page", "says"),
    [(Reply(status=404), "404"), (Reply(status=500), "500"), (Reply(status=302, headers={"Location": "ftp://x.example/"}), "ftp")],
)
def test_a_page_that_cannot_be_had_is_told_in_one_line(desk: Desk, page: Reply, says: str) -> None:
    desk.full = False
    desk.serve("a", page=page)
    desk.poll()
    (item,) = desk.items()
    with desk.open() as curator, pytest.raises(CuratorError, match=says) as caught:
        curator.complete(item.id)
    assert desk.web.url("/a") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert desk.items() == [item]


def test_pages_are_fetched_as_guardedly_as_feeds(desk: Desk) -> None:
    desk.full = False
    desk.serve("a")
    desk.poll()
    (item,) = desk.items()
    with desk.open(allow_private=False) as curator, pytest.raises(CuratorError, match=r"private|loopback"):
        curator.complete(item.id)
    with desk.open(max_wire=100) as curator, pytest.raises(CuratorError, match="bytes"):
        curator.complete(item.id)
    assert len(desk.web.asked_for("/a")) <= 1


def test_an_entry_without_an_address_cannot_be_completed(desk: Desk) -> None:
    desk.full = False
    desk.web.pages["/feed"] = Reply(body=rss(Written(guid="x", title="No link", text=SHORT)))
    desk.poll()
    with desk.open() as curator, pytest.raises(CuratorError, match="no web address"):
        curator.complete(desk.items()[0].id)


def test_feeds_that_say_so_are_completed_by_the_poll(desk: Desk) -> None:
    desk.serve("a", "b")
    report = desk.poll()
    assert (report.new, report.problems, report.unread) == (2, (), ())
    items = desk.items()
    assert all(LONG[2] in item.text and [tag.name for tag in item.tags] == ["water"] for item in items)
    with desk.open() as curator:
        assert {answer.etag for item in items if (answer := curator.retrieval(item.id))} == {'"a"', '"b"'}
    again = desk.poll()
    assert (again.new, again.updated) == (0, 0)
    assert desk.items() == items
    assert len(desk.web.asked_for("/a")) == 1


def test_other_feeds_are_not(desk: Desk) -> None:
    desk.full = False
    desk.serve("a")
    desk.poll()
    assert desk.web.asked_for("/a") == []


def test_a_page_that_fails_is_no_problem_of_the_feed_but_told(desk: Desk) -> None:
    desk.serve("a", "b")
    desk.web.pages["/a"] = Reply(status=403)
    report = desk.poll()
    assert (report.failed, report.problems) == (0, ())
    assert [desk.web.url("/a") in line and "403" in line for line in report.unread] == [True]
    assert sorted(item.versions for item in desk.items()) == [1, 2]


def test_what_is_completed_is_compared_with_others_by_its_whole_text(desk: Desk) -> None:
    desk.serve("a")
    desk.poll()
    other = Written(guid="z", title="Library to come to Brell", link=desk.web.url("/z"), text="Good news from the town hall this week.")
    desk.web.pages["/other"] = Reply(body=rss(other, title="Another paper"))
    desk.web.pages["/z"] = desk.web.pages["/a"]
    desk.more = {"other": Feed(name="other", url=desk.web.url("/other"), fulltext=True)}
    desk.poll()
    first, second = desk.items()
    assert (second.feed, second.copy_of) == ("other", first.id)
    assert first.story == second.story


def test_one_poll_asks_for_so_many_pages_and_no_more(desk: Desk) -> None:
    names = [f"n{n}" for n in range(completing._MOST + 2)]
    desk.serve(*names, page=Reply(status=404))
    report = desk.poll()
    asked = sum(len(desk.web.asked_for(f"/{name}")) for name in names)
    assert asked == completing._MOST
    assert report.unread[-1].startswith("2 older entries")


# ── without the extra ───────────────────────────────────────────────────────────────────────────────────────────────


class Absent:
    """An import system in which one package is not installed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        if name.partition(".")[0] == self.name:
            raise ModuleNotFoundError(f"No module named {name!r}")


@pytest.fixture
def without_the_extra() -> Iterator[None]:
    gone = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "trafilatura"}
    for name in gone:
        del sys.modules[name]
    absent = Absent("trafilatura")
    sys.meta_path.insert(0, absent)  # type: ignore[arg-type]
    yield
    sys.meta_path.remove(absent)  # type: ignore[arg-type]
    sys.modules.update(gone)


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_it_is_told_how_to_get_it(desk: Desk) -> None:
    desk.serve("a")
    report = desk.poll()
    assert (report.new, report.problems) == (1, ())
    assert ["curator[fulltext]" in line for line in report.unread] == [True]
    with desk.open() as curator, pytest.raises(CuratorError, match=r"pip install 'curator\[fulltext\]'"):
        curator.complete(desk.items()[0].id)
    with pytest.raises(CuratorError, match=r"curator\[fulltext\]"):
        fulltext.extract(PAGE, "https://x.example", {})


@pytest.mark.parametrize("page", [b"", b"\xff\xfe\x00", b"<html>" * 200, b"%PDF-1.7 \x00\x01", "<p>\u202eevil\x1b[31m</p>".encode()])
def test_whatever_a_page_is_its_text_is_plain(page: bytes) -> None:
    found = fulltext.extract(page, "https://x.example/a", {"content-type": "text/html"})
    assert found == "".join(char for char in found if char.isprintable() or char == "\n")
    assert fulltext.extract(page, "https://x.example/a", {"content-type": "application/pdf"}) == ""


# ── the feed changes an entry that was completed ────────────────────────────────────────────────────────────────────


def completed(desk: Desk) -> Item:
    """An entry whose text was asked of its page by hand; the feed itself has `fulltext` off."""
    desk.full = False
    desk.serve("a")
    desk.poll()
    with desk.open() as curator:
        return curator.complete(desk.items()[0].id)


def edit(desk: Desk, text: str, *, title: str = "Council buys the mill a", comments: int = 0) -> None:
    entry = Written(guid="a", title=title, link=desk.web.url("/a"), text=text)
    said = rss(entry).replace(b"</item>", f"<comments>{comments}</comments></item>".encode())
    desk.web.pages["/feed"] = Reply(body=said)


def test_what_changes_around_a_completed_entrys_words_changes_nothing(desk: Desk) -> None:
    before = completed(desk)
    edit(desk, f"{SHORT} a", comments=7)
    assert desk.poll().updated == 0
    assert desk.items() == [before]


def test_an_edit_of_a_completed_entry_is_a_version_and_the_pages_text_stays_what_is_shown(desk: Desk) -> None:
    full = completed(desk)
    edit(desk, "The council has not voted on the mill.", title="Council does not buy the mill")
    report = desk.poll()
    assert (report.new, report.updated) == (0, 1)
    with desk.open() as curator:
        (now,) = desk.items()
        assert (now.title, now.text, now.sha256, now.versions) == ("Council does not buy the mill", full.text, full.sha256, 4)
        assert [tag.name for tag in now.tags] == ["water"]
        states = curator.versions(now.id)
        assert [state.page for state in states] == [False, True, False, True]
        assert states[2].text == "The council has not voted on the mill."
        assert b"has not voted" in curator.store.raw(states[2].sha256)
        assert curator.raw(now.id) == PAGE
        assert curator.verify() == []
    shown = [(_show.compared(states[:at], states[at]).number, at + 1) for at in (1, 2, 3)]
    assert shown == [(1, 2), (1, 3), (2, 4)]  # --diff sees the feed's words against the feed's, the page against the page
    assert len(desk.web.asked_for("/a")) == 1  # without `fulltext` nobody asked for the page again
    assert desk.poll().updated == 0
    assert desk.items() == [now]


def test_an_edit_that_is_longer_than_the_page_was_is_shown(desk: Desk) -> None:
    full = completed(desk)
    edit(desk, " ".join(LONG) + " The mayor had asked for a second vote, which failed by the same margin.")
    desk.poll()
    (now,) = desk.items()
    assert "second vote" in now.text
    assert (now.versions, len(now.text) > len(full.text)) == (3, True)


def test_a_feed_with_fulltext_asks_for_the_page_again_when_its_entry_changes(desk: Desk) -> None:
    desk.serve("a")
    desk.poll()
    edit(desk, "The council has voted again.")
    later = PAGE.replace(b"eleven to four", b"nine to six")
    desk.web.pages["/a"] = Reply(body=later, headers={"Content-Type": "text/html; charset=utf-8"})
    desk.poll()
    (now,) = desk.items()
    assert "nine to six" in now.text
    with desk.open() as curator:
        assert curator.raw(now.id) == later
        assert [state.page for state in curator.versions(now.id)] == [False, True, False, True]
    desk.web.pages["/a"] = Reply(status=500)
    edit(desk, "The council has voted a third time.")
    report = desk.poll()
    assert [("500" in line) for line in report.unread] == [True]
    (kept,) = desk.items()
    assert (kept.text, kept.sha256, kept.versions) == (now.text, now.sha256, 6)
