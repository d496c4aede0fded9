"""New hits of watches: told by a poll, and sent at once where the watch says so."""

import email
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archives import NOW, drone, fresh, item_id, make_item, make_update
from feedtext import Written, rss
from mailservers import Inbox, free_port, good_server
from servers import Reply, Server

from curator import alerts
from curator.app import Curator
from curator.config import Config, Feed, Fetch, Mail, Watch
from curator.types import Item, Report

WATCHES = {"fog": Watch(name="fog", query="fog OR mist"), "drones": Watch(name="drones", topics=("military/*",), entities=("Geran-2",))}


def hits(items: Sequence[Item], new: Sequence[int], watches: dict[str, Watch] | None = None, muted: str = "") -> dict[str, tuple[str, ...]]:
    with fresh() as store:
        store.apply(make_update(*items))
        if muted:
            store.mute("term", muted, at=NOW)
        return dict(alerts.hits(store, Config(watches=WATCHES if watches is None else watches), [item_id(n) for n in new], NOW))


def test_each_watch_is_told_its_new_items_in_their_order() -> None:
    items = [make_item(1), make_item(2), drone(make_item(3, title="No weather", text="None at all."))]
    assert hits(items, (3, 2, 1)) == {"fog": (item_id(2), item_id(1)), "drones": (item_id(3),)}


def test_what_is_not_new_is_no_hit() -> None:
    assert hits([make_item(1), make_item(2)], (2,)) == {"fog": (item_id(2),)}
    assert hits([make_item(1)], ()) == {}


def test_copies_and_what_is_muted_are_left_out() -> None:
    items = [make_item(1), make_item(2, copy_of=item_id(1)), make_item(3)]
    assert hits(items, (1, 2, 3), muted="mark3") == {"fog": (item_id(1),)}


def test_all_conditions_of_a_watch_must_hold() -> None:
    both = {"w": replace(WATCHES["drones"], name="w", query="mark1")}
    assert hits([drone(make_item(1)), drone(make_item(2)), make_item(3)], (1, 2, 3), both) == {"w": (item_id(1),)}


# ── through a poll ──────────────────────────────────────────────────────────────────────────────────────────────────


class Desk:
    """A feed about the harbour, a watch with an alert, and where its mail goes."""

    def __init__(self, folder: Path, web: Server) -> None:
        self.folder, self.web = folder, web
        self.now = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
        self.mail: Mail | None = None
        self.watches = {"pilots": Watch(name="pilots", query="pilot*", alert=True), "quiet": Watch(name="quiet", query="harbour")}
        self.say("Nothing yet", "The harbour sleeps.")

    def say(self, *headlines: str) -> None:
        pairs = zip(headlines[::2], headlines[1::2], strict=True)
        entries = [Written(title=title, text=text, guid=title, link=f"https://h.example/{len(title)}") for title, text in pairs]
        self.web.pages["/feed"] = Reply(body=rss(*entries))

    def config(self) -> Config:
        feed = Feed(name="harbour", url=self.web.url("/feed"), outlet="Harbour News")
        return Config(
            path=str(self.folder / "feeds.toml"),
            feeds={"harbour": feed},
            fetch=Fetch(allow_private=True),
            builtin_topics=(),
            watches=self.watches,
            mail=self.mail,
        )

    def poll(self, *, dry_run: bool = False) -> Report:
        self.now += timedelta(minutes=30)
        with Curator(self.config(), clock=lambda: self.now) as curator:
            return curator.poll(force=True, dry_run=dry_run)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Server() as web:
        yield Desk(tmp_path, web)


STRIKE = ("Pilots strike at dawn", "All pilots of the harbour stay ashore.")


def smtp(port: int) -> Mail:
    return Mail(to=("desk@example.org",), from_="c@example.org", host="127.0.0.1", port=port, security="none", timeout=5)


def test_a_hit_is_mailed_at_once_and_never_again(desk: Desk) -> None:
    inbox = Inbox()
    with good_server(inbox) as port:
        desk.mail = smtp(port)
        assert desk.poll().hits.keys() == {"quiet"}
        assert inbox.letters == []
        desk.say(*STRIKE)
        report = desk.poll()
        assert (set(report.hits), report.unsent) == ({"pilots", "quiet"}, ())
        desk.say(STRIKE[0], "All pilots of the harbour stay ashore until noon.")
        desk.poll()
    (letter,) = inbox.letters
    message = email.message_from_bytes(letter[1])
    assert letter[0] == ["desk@example.org"]
    assert "pilots" in message["Subject"]


def test_an_alert_that_fails_is_told_and_goes_out_with_the_next_poll_though_nothing_is_new(desk: Desk) -> None:
    desk.mail = smtp(free_port())
    desk.say(*STRIKE)
    report = desk.poll()
    assert (report.new, report.failed, len(report.unsent)) == (1, 0, 1)
    assert report.unsent[0].startswith("watch pilots: ")
    inbox = Inbox()
    with good_server(inbox) as port:
        desk.mail = smtp(port)
        assert desk.poll().unsent == ()
        desk.poll()
    assert len(inbox.letters) == 1


def test_an_alert_goes_to_a_webhook_too(desk: Desk) -> None:
    desk.web.pages["/hook"] = Reply(status=200)
    desk.mail = Mail(sender="webhook", url=desk.web.url("/hook"))
    desk.say(*STRIKE)
    assert desk.poll().unsent == ()
    desk.poll()
    assert [asked.method for asked in desk.web.asked_for("/hook")] == ["POST"]


def test_without_mail_it_is_told_that_alerts_go_nowhere(desk: Desk) -> None:
    desk.say(*STRIKE)
    report = desk.poll()
    assert report.new == 1
    assert "no [mail]" in report.unsent[0]
    assert desk.poll().unsent == ()


def test_a_watch_without_alert_sends_nothing(desk: Desk) -> None:
    desk.watches = {"pilots": Watch(name="pilots", query="pilot*")}
    desk.say(*STRIKE)
    report = desk.poll()
    assert (set(report.hits), report.unsent) == ({"pilots"}, ())


def test_a_dry_run_sends_nothing_and_spoils_no_later_alert(desk: Desk) -> None:
    inbox = Inbox()
    with good_server(inbox) as port:
        desk.mail = smtp(port)
        desk.say(*STRIKE)
        assert desk.poll(dry_run=True).hits == {}
        assert inbox.letters == []
        desk.poll()
        assert len(inbox.letters) == 1


def test_a_recipient_that_is_none_does_not_break_the_poll(desk: Desk) -> None:
    inbox = Inbox()
    with good_server(inbox) as port:
        desk.mail = replace(smtp(port), to=("not an address",))
        desk.say(*STRIKE)
        report = desk.poll()
    assert report.new == 1
    assert report.unsent
    assert inbox.letters == []
