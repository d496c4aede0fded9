"""Polling, from the server's answer to what is kept."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from feedtext import Written, rss, several
from servers import Asked, Reply, Server

from curator import polling
from curator.app import Curator
from curator.config import Config, Feed, Fetch
from curator.errors import UsageError
from curator.types import FeedState, Item, Query, Report, Update

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
EVERYTHING = Query(copies=True, limit=None)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """A configuration, an archive and a web of their own."""

    def __init__(self, folder: Path, web: Server) -> None:
        self.folder, self.web, self.clock = folder, web, Clock()
        self.feeds: dict[str, Feed] = {}

    def serve(self, name: str, body: bytes, **keys: object) -> None:
        self.web.pages[f"/{name}"] = Reply(body=body, headers={"Content-Type": "application/rss+xml"})
        self.feeds.setdefault(name, replace(Feed(name=name, url=self.web.url(f"/{name}")), **keys))  # type: ignore[arg-type]

    @contextmanager
    def open(self) -> Iterator[Curator]:
        config = Config(path=str(self.folder / "feeds.toml"), feeds=self.feeds, fetch=Fetch(allow_private=True))
        with Curator(config, clock=self.clock) as curator:
            yield curator

    def poll(self, *names: str, dry_run: bool = False) -> Report:
        self.clock.now += timedelta(minutes=1)
        with self.open() as curator:
            return curator.poll(names, force=True, dry_run=dry_run)

    def items(self) -> list[Item]:
        with self.open() as curator:
            return list(curator.iterate(EVERYTHING))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Server() as web:
        yield Desk(tmp_path, web)


def test_a_poll_keeps_every_entry_and_a_second_one_changes_nothing(desk: Desk) -> None:
    desk.serve("a", rss(*several(5)))
    first, before = desk.poll(), desk.items()
    second = desk.poll()
    assert (first.new, second.new, second.unchanged) == (5, 0, 1)
    assert desk.items() == before


def test_an_edited_entry_is_a_new_version_of_its_item_d4(desk: Desk) -> None:
    one, *rest = several(3)
    desk.serve("a", rss(one, *rest))
    desk.poll()
    desk.serve("a", rss(replace(one, title="Quite another headline"), *rest))
    report = desk.poll()
    changed = next(item for item in desk.items() if item.guid == one.guid)
    assert (report.new, report.updated) == (0, 1)
    assert (changed.title, changed.versions) == ("Quite another headline", 2)
    with desk.open() as curator:
        assert [version.title for version in curator.versions(changed.id)] == [one.title, "Quite another headline"]


def test_the_bytes_of_an_entry_are_kept_as_the_feed_sent_them(desk: Desk) -> None:
    body = rss(*several(1))
    desk.serve("a", body)
    desk.poll()
    with desk.open() as curator:
        raw = curator.raw(desk.items()[0].id)
    assert raw.startswith(b"<item>")
    assert raw in body


def test_a_feed_whose_guids_change_on_every_fetch_brings_nothing_new_d1(desk: Desk) -> None:
    entries = several(4)
    for turn in range(3):
        desk.serve("a", rss(*(replace(entry, guid=f"{entry.guid}-{turn}") for entry in entries)))
        desk.poll()
    assert len(desk.items()) == 4


def test_a_feed_that_moves_to_another_host_brings_nothing_new_d6(desk: Desk) -> None:
    entries = [replace(entry, guid=None) for entry in several(4)]
    desk.serve("a", rss(*entries))
    desk.poll()
    desk.serve(
        "a", rss(*(replace(entry, link=(entry.link or "").replace("https://feed.example", "http://new.example")) for entry in entries))
    )
    assert desk.poll().new == 0


def test_one_guid_on_all_entries_keeps_them_all_d2(desk: Desk) -> None:
    desk.serve("a", rss(*(replace(entry, guid="same") for entry in several(6))))
    desk.poll()
    assert len(desk.items()) == 6


def test_the_same_article_in_two_feeds_is_one_story_and_a_copy(desk: Desk) -> None:
    article = Written(
        title="Dam opened after forty years",
        text="Engineers opened the Karvel dam on Monday after forty years of delays and two lawsuits.",
        link="https://paper.example/dam",
    )
    desk.serve("a", rss(replace(article, guid="1")))
    desk.serve("b", rss(replace(article, guid="x", link="https://paper.example/dam?utm_source=b")))
    report = desk.poll()
    one, two = desk.items()
    assert report.copies == 1
    assert two.copy_of == one.id
    assert one.story == two.story
    assert two.copy_why


def test_one_broken_feed_never_hurts_another(desk: Desk) -> None:
    desk.serve("bad", b"<html><body>no feed here</body></html>")
    desk.serve("good", rss(*several(3)))
    report = desk.poll()
    assert (report.new, report.failed) == (3, 1)
    assert [(problem.feed, problem.kind) for problem in report.problems] == [("bad", "not-a-feed")]


def test_a_dry_run_counts_and_keeps_nothing(desk: Desk) -> None:
    desk.serve("a", rss(*several(3)))
    assert desk.poll(dry_run=True).new == 3
    assert desk.items() == []
    assert desk.poll().new == 3


def test_a_document_none_of_whose_entries_is_known_is_a_gap(desk: Desk) -> None:
    desk.serve("a", rss(*several(3)))
    desk.poll()
    desk.serve("a", rss(*several(3, start=40)))
    report = desk.poll()
    assert [(problem.kind, report.failed) for problem in report.problems] == [("gap", 0)]
    with desk.open() as curator:
        assert curator.states()["a"].gap is not None


def test_an_emptied_feed_deletes_nothing_x8(desk: Desk) -> None:
    desk.serve("a", rss(*several(3)))
    desk.poll()
    desk.serve("a", rss())
    report = desk.poll()
    assert report.problems == ()
    assert len(desk.items()) == 3


def test_an_entry_that_leaves_a_feed_and_comes_back_is_not_new(desk: Desk) -> None:
    entries = several(4)
    for shown in (entries, entries[2:], entries):
        desk.serve("a", rss(*shown))
        desk.poll()
    assert len(desk.items()) == 4


def test_only_what_is_due_is_asked(desk: Desk) -> None:
    desk.serve("a", rss(*several(1)))
    desk.poll()
    with desk.open() as curator:
        assert curator.poll().polled == 0
        desk.clock.now += timedelta(hours=2)
        assert curator.poll().polled == 1


def test_an_unknown_feed_is_wrong_usage(desk: Desk) -> None:
    with desk.open() as curator, pytest.raises(UsageError, match="nonesuch"):
        curator.poll(["nonesuch"])


def test_dates_are_never_later_than_first_seen_t2(desk: Desk) -> None:
    desk.serve(
        "a", rss(Written(title="From the future", guid="f", date="Sat, 01 Jan 2100 00:00:00 GMT"), Written(title="No date", guid="n"))
    )
    desk.poll()
    for item in desk.items():
        assert item.date == item.seen
        assert item.published in (None, datetime(2100, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("order", [lambda names: names, lambda names: list(reversed(names))])
def test_the_groups_of_copies_do_not_depend_on_the_order_of_feeds(desk: Desk, order: Callable[[list[str]], list[str]]) -> None:
    article = (
        "The ferry Aurelia ran aground near Skagen at dawn; all 214 passengers were brought ashore by the coast guard within two hours."
    )
    for name in ("a", "b", "c"):
        desk.serve(
            name,
            rss(
                Written(title="Ferry runs aground near Skagen", guid=name, text=article, link=f"https://{name}.example/x"),
                *several(3, start=ord(name), host=f"{name}.example"),
            ),
        )
    for name in order(["a", "b", "c"]):
        desk.poll(name)
    roots = {item.copy_of or item.id for item in desk.items() if "Skagen" in item.title}
    assert len(roots) == 1


def test_a_report_about_an_earlier_story_links_the_two_and_adds_no_source(desk: Desk) -> None:
    desk.serve("times", rss(Written(title="Delegation visited Velmar airfield twice, satellite images show", guid="1", link="https://times.example/1", date="Tue, 20 Oct 2026 08:00:00 GMT",
        text="A Korvan delegation visited Velmar airfield twice in June to look at armed drones, satellite images obtained exclusively by Harbour Times show.")), outlet="Harbour Times")  # fmt: skip
    desk.poll()
    desk.serve("wire", rss(Written(title="Korvan crews train on armed drones at Velmar airfield", guid="2", link="https://wire.example/2", date="Sat, 21 Nov 2026 08:00:00 GMT",
        text="Korvan crews have begun to train on armed drones at Velmar airfield, two officials told Meridian Wire. Harbour Times first reported last month that a Korvan delegation had visited the airfield.")), outlet="Meridian Wire")  # fmt: skip
    desk.poll()
    old, new = desk.items()
    with desk.open() as curator:
        story = curator.story(new.story)
    assert old.story != new.story
    assert story.related == (old.story,)
    assert story.origins == ("Meridian Wire",)


def test_a_slow_server_does_not_keep_back_what_others_brought(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow one answers only when it sees the others' entries in the archive; so whatever ends the poll now, they are safe."""
    monkeypatch.setattr(polling, "_BATCH_SECONDS", 0.5)  # ten else
    seen = threading.Event()

    def slow(_asked: Asked) -> Reply:
        with desk.open() as archive:
            deadline = time.monotonic() + 15
            while not seen.is_set() and time.monotonic() < deadline:
                if archive.find(EVERYTHING):
                    seen.set()
                seen.wait(0.05)
        return Reply(body=rss(*several(1)), headers={"Content-Type": "application/rss+xml"})

    desk.serve("fast", rss(*several(5)))
    desk.serve("slow", b"")
    desk.web.pages["/slow"] = slow
    desk.poll()
    assert seen.is_set()


class AnotherIsFirst:
    """An archive at which another poll was at work: it has asked every feed by the time this one may begin."""

    def __init__(self, store: Any, feeds: dict[str, Feed]) -> None:
        self.store, self.feeds = store, feeds

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def exclusive(self, purpose: str) -> Iterator[None]:
        with self.store.exclusive(purpose):
            later = NOW + timedelta(hours=1)
            self.store.save_states([FeedState(name=name, url=feed.url, checked=NOW, next_due=later) for name, feed in self.feeds.items()])
            yield


def test_a_poll_that_waited_for_another_asks_nobody_twice(desk: Desk) -> None:
    desk.serve("a", rss(*several(5)))
    with desk.open() as archive:
        report, new, _ = polling.poll(archive.config, AnotherIsFirst(archive.store, desk.feeds), clock=desk.clock, version="0")
    assert (report.polled, report.new, new) == (0, 0, ())
    assert desk.web.asked == []


def test_the_first_that_is_read_is_kept_before_much_is(desk: Desk) -> None:
    """The first batch is small, so that its judging begins while the rest is read."""
    for name in ("a", "b", "c"):
        desk.serve(name, rss(*(replace(entry, guid=f"{name}-{entry.guid}") for entry in several(20))))
    assert batches(desk) == [20, 40]


def test_the_news_of_a_few_feeds_read_before_is_judged_while_the_rest_of_it_is_read(desk: Desk) -> None:
    names = [f"f{number}" for number in range(6)]
    for round_, count in enumerate((1, 20)):
        for name in names:
            desk.serve(name, rss(*(replace(entry, guid=f"{name}-{round_}-{entry.guid}") for entry in several(count, start=100 * round_))))
        kept = batches(desk)
    assert sum(kept) == 120
    assert len(kept) > 2


def batches(desk: Desk) -> list[int]:
    """The new items of each batch of a poll."""
    kept: list[int] = []
    with desk.open() as archive:
        apply = archive.store.apply

        def counted(update: Update) -> None:
            kept.append(len(update.items))
            apply(update)

        archive.store.apply = counted
        polling.poll(archive.config, archive.store, clock=desk.clock, version="0", force=True)
    return kept


def test_what_is_read_while_a_batch_is_judged_is_kept_too(desk: Desk) -> None:
    """Whoever judges lets the readers go on; the last of them may be done before it is."""
    for number in range(12):
        desk.serve(f"f{number}", rss(*(replace(entry, guid=f"{number}-{entry.guid}") for entry in several(10, start=number))))
    assert desk.poll().new == 120
