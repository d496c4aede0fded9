"""A digest reaches its readers once: whatever the mail server does, and wherever the machine dies. M1 to M14 are named as in the
checklist of what goes wrong with digests elsewhere."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from books import NOW, config, feeds_toml, id_of, item, keep, retitle
from mailservers import BadServer, Inbox, answer_then_hang_up, free_port, good_server, hang_up, saying

from curator import delivery, outbox
from curator.config import Feed, Plan, Question, Watch
from curator.errors import CuratorError, NotFoundError, SendError, UsageError
from curator.stores import sqlite
from curator.types import FeedState, Problem

LATER = NOW + timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    with sqlite.connect(str(tmp_path / "curator.db")) as opened:
        yield opened


def subjects(inbox: Inbox) -> list[str]:
    return [message_from_bytes(letter, policy=default)["Subject"] for _, letter in inbox.letters]


def ids(letters: list[bytes]) -> list[str]:
    return [message_from_bytes(letter, policy=default)["Message-ID"] for letter in letters]


def body(letter: bytes) -> str:
    return message_from_bytes(letter, policy=default).get_body(("plain",)).get_content()


# ── the ordinary day ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_digest_goes_out_and_is_ticked_off(store, tmp_path):
    keep(store, item("Ships"), item("Worm"))
    inbox = Inbox()
    with good_server(inbox) as port:
        outcome = delivery.send(store, config(tmp_path, port), "main", NOW)
    assert inbox.got == ["desk@example.org"]
    assert outcome.digest.id == outcome.sent[0].digest
    assert "Ships in the harbour" in body(inbox.letters[0][1])
    assert store.undigested("main") == []


def test_m3_a_second_run_the_same_day_sends_nothing(store, tmp_path):
    keep(store, item("Ships"))
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        delivery.send(store, settings, "main", NOW)
        outcome = delivery.send(store, settings, "main", LATER)
    assert (len(inbox.letters), outcome.sent) == (1, ())


def test_m4_after_three_days_off_one_digest_tells_all_of_it(store, tmp_path):
    for day in range(3):
        keep(store, item(f"Day {day}", seen=NOW + timedelta(days=day), date=NOW + timedelta(days=day)))
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port), "main", NOW + timedelta(days=3))
    (letter,) = inbox.letters
    assert all(f"Day {day} in the harbour" in body(letter[1]) for day in range(3))


def test_m5_nothing_new_no_mail_unless_a_heartbeat_is_wanted(store, tmp_path):
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port), "main", NOW)
        assert inbox.letters == []
        delivery.send(store, config(tmp_path, port, plans=[Plan(heartbeat=True)]), "main", NOW)
    assert subjects(inbox) == ["Morning reading 25 Nov: nothing new"]


def test_two_heartbeats_of_one_second_are_two_mails(store, tmp_path):
    inbox = Inbox()
    with good_server(inbox) as port:
        for _ in range(2):
            delivery.send(store, config(tmp_path, port, plans=[Plan(heartbeat=True)]), "main", NOW)
    assert len(set(ids([letter for _, letter in inbox.letters]))) == 2


def test_a_clock_that_was_set_back_makes_no_second_digest_of_the_same_id(store, tmp_path):
    settings = config(tmp_path, sender="folder", path=str(tmp_path / "out"), plans=[Plan(heartbeat=True)])
    for at in (NOW, NOW + timedelta(seconds=1), NOW, NOW - timedelta(days=1)):
        delivery.send(store, settings, "main", at)
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_m6_a_story_told_yesterday_comes_again_only_with_news(store, tmp_path):
    ships = item("Ships")
    keep(store, ships)
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        delivery.send(store, settings, "main", NOW)
        keep(store, item("Copy", "Ships", outlet="Echo", copy_of="Ships", seen=LATER), before=[ships])
        delivery.send(store, settings, "main", LATER)
        assert len(inbox.letters) == 1
        keep(store, item("Own", "Ships", outlet="Valley Courier", seen=LATER), before=[ships])
        delivery.send(store, settings, "main", TOMORROW)
    assert len(inbox.letters) == 2
    assert "DEVELOPING" in body(inbox.letters[1][1])
    assert store.undigested("main") == []


def test_m7_what_is_counted_under_n_more_is_told_and_not_told_again(store, tmp_path):
    keep(store, *(item(f"Ship {number}") for number in range(60)))
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        delivery.send(store, settings, "main", NOW)
        delivery.send(store, settings, "main", TOMORROW)
    assert len(inbox.letters) == 1
    assert "and 52 more stories" in body(inbox.letters[0][1])


def test_what_a_narrow_plan_has_no_section_for_does_not_pile_up_in_its_books(store, tmp_path):
    plan = Plan(name="cyber", sections=("cyber/*",), questions=False)
    golf = item("Golf", "Breach", topic="sports/golf")
    keep(store, golf, item("Ships"))
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port, plans=[plan])
        delivery.send(store, settings, "cyber", NOW)
        assert (inbox.letters, store.undigested("cyber")) == ([], [])
        keep(store, item("Worm", "Breach", topic="cyber/malware", outlet="Valley Courier", seen=LATER), before=[golf])
        delivery.send(store, settings, "cyber", LATER)
    assert "Valley Courier" in body(inbox.letters[0][1])
    assert "DEVELOPING" not in body(inbox.letters[0][1])


def test_back_dated_items_are_in_the_next_digest_whatever_their_date(store, tmp_path):
    keep(store, item("Ships"))
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        delivery.send(store, settings, "main", NOW)
        keep(store, item("Late", seen=LATER, date=NOW - timedelta(days=900)))
        delivery.send(store, settings, "main", TOMORROW)
    assert "Late in the harbour" in body(inbox.letters[1][1])


def test_what_comes_in_with_a_clock_that_runs_ahead_is_told_too(store, tmp_path):
    keep(store, item("Ahead", seen=NOW + timedelta(days=3), date=NOW + timedelta(days=3)))
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port), "main", NOW)
    assert "Ahead in the harbour" in body(inbox.letters[0][1])


def test_a_headline_changed_after_it_was_told_is_told(store, tmp_path):
    ships = item("Ships", title="Five hurt in depot fire")
    keep(store, ships)
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        delivery.send(store, settings, "main", NOW)
        retitle(store, ships, "Two hurt in depot fire", LATER)
        delivery.send(store, settings, "main", TOMORROW)
        delivery.send(store, settings, "main", TOMORROW + timedelta(days=1))
    assert len(inbox.letters) == 2
    assert "was: Five hurt in depot fire" in body(inbox.letters[1][1])


def test_a_headline_that_changes_in_the_very_second_of_a_digest_is_told_by_the_next(store, tmp_path):
    ships = item("Ships", title="Five hurt in depot fire")
    keep(store, ships)
    delivery.done(store, config(tmp_path), "main", NOW)
    retitle(store, ships, "Two hurt in depot fire", NOW)
    after = delivery.preview(store, config(tmp_path), "main", TOMORROW)
    assert [(one.title, before) for one, before, _ in after.corrections] == [("Two hurt in depot fire", "Five hurt in depot fire")]


def test_a_muted_articles_changed_headline_is_not_told(store, tmp_path):
    ships = item("Ships")
    keep(store, ships)
    settings = config(tmp_path)
    delivery.done(store, settings, "main", NOW)
    store.mute("outlet", "Harbour Wire", at=NOW)
    retitle(store, ships, "Two ships sink in Marova", LATER)
    assert delivery.preview(store, settings, "main", TOMORROW).corrections == ()


def test_a_headline_that_had_changed_when_a_digest_told_it_is_no_news_in_the_next(store, tmp_path):
    ships = item("Ships", title="Five hurt in depot fire")
    keep(store, ships)
    retitle(store, ships, "Two hurt in depot fire", NOW)
    delivery.done(store, config(tmp_path), "main", NOW)
    assert delivery.preview(store, config(tmp_path), "main", TOMORROW).corrections == ()


def test_a_gap_noticed_in_the_very_second_of_a_digest_is_told_once_by_the_next(store, tmp_path):
    settings = replace(config(tmp_path), feeds={"gappy": Feed(name="gappy", url="https://x.example")})
    gappy = FeedState(name="gappy", url="https://x.example", checked=NOW, gap=NOW)
    keep(store, item("Ships"))
    delivery.done(store, settings, "main", NOW)
    store.save_states([gappy])
    assert [problem.kind for problem in delivery.preview(store, settings, "main", LATER).problems] == ["gap"]
    keep(store, item("Worm"))
    delivery.done(store, settings, "main", NOW)
    assert delivery.preview(store, settings, "main", LATER).problems == ()


def test_plans_keep_books_of_their_own(store, tmp_path):
    plans = [Plan(sections=("*",)), Plan(name="cyber", title="Cyber", sections=("cyber/*",), to=("soc@example.org",))]
    keep(store, item("Ships"), item("Worm", topic="cyber/malware"))
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port, plans=plans)
        delivery.send(store, settings, "main", NOW)
        delivery.send(store, settings, "cyber", NOW)
        delivery.send(store, settings, "cyber", LATER)
    assert [recipients for recipients, _ in inbox.letters] == [["desk@example.org"], ["soc@example.org"]]
    assert "Worm" in body(inbox.letters[1][1])
    assert "Ships" not in body(inbox.letters[1][1])
    with pytest.raises(UsageError, match="cyber"):
        delivery.send(store, settings, "cyber desk", NOW)


def test_a_hundred_recipients_get_it_on_one_connection(store, tmp_path):
    everybody = tuple(f"reader{number}@example.org" for number in range(100))
    keep(store, item("Ships"))
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port, to=everybody), "main", NOW)
    assert (sorted(inbox.got), inbox.connections) == (sorted(everybody), 1)


# ── servers that refuse, fail and hang up ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", ["banner", "ehlo", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("act", [hang_up, saying("451 later"), saying("554 no")], ids=["hang-up", "4xx", "5xx"])
def test_m1_a_failed_send_goes_out_first_the_next_time_unchanged(store, tmp_path, step, act):
    keep(store, item("Ships"))
    with BadServer(at=step, act=act, times=1) as server:
        settings = config(tmp_path, server.port)
        with pytest.raises(SendError, match="nothing is lost"):
            delivery.send(store, settings, "main", NOW)
        (waiting,) = store.pending("main")
        keep(store, item("News", seen=LATER))
        delivery.send(store, settings, "main", LATER)
    first, second = server.acknowledged
    assert first.replace(b"\r\n..", b"\r\n.") == waiting.eml
    assert ids([first]) == [waiting.message_id]
    assert "Ships in the harbour" in body(first)
    assert "News" not in body(first)
    assert "News in the harbour" in body(second)
    assert "Ships in the harbour" not in body(second)
    assert store.pending("main") == []


def test_while_a_digest_waits_nothing_newer_overtakes_it(store, tmp_path):
    keep(store, item("Ships"))
    settings = config(tmp_path, free_port())
    for day in range(3):
        with pytest.raises(SendError):
            delivery.send(store, settings, "main", NOW + timedelta(days=day))
        keep(store, item(f"Day {day}"))
    assert len(store.pending("main")) == 1
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port), "main", NOW + timedelta(days=3))
    assert [("Ships" in body(letter), "Day 2" in body(letter)) for _, letter in inbox.letters] == [(True, False), (False, True)]


def test_only_what_waits_is_sent_where_that_is_asked_for(store, tmp_path):
    keep(store, item("Ships"))
    with pytest.raises(SendError):
        delivery.send(store, config(tmp_path, free_port()), "main", NOW)
    keep(store, item("News"))
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port), "main", LATER, only_waiting=True)
    assert len(inbox.letters) == 1
    assert store.undigested("main") == [id_of("News")]


def test_m1_each_recipients_fate_is_its_own(store, tmp_path):
    keep(store, item("Ships"))
    inbox = Inbox(answers={"full@example.org": "450 mailbox full", "gone@example.org": "550 no such user"})
    to = ("desk@example.org", "full@example.org", "gone@example.org")
    with good_server(inbox) as port:
        settings = config(tmp_path, port, to=to)
        outcome = delivery.send(store, settings, "main", NOW)
        assert outcome.refused == {"full@example.org": "450 mailbox full", "gone@example.org": "550 no such user"}
        assert outcome.waiting == 1
        inbox.answers.clear()
        keep(store, item("News"))
        delivery.send(store, settings, "main", LATER)
    assert [recipients for recipients, _ in inbox.letters] == [["desk@example.org"], ["full@example.org", "gone@example.org"], list(to)]
    assert inbox.letters[0][1] == inbox.letters[1][1]
    assert store.pending("main") == []


def test_one_who_is_always_refused_holds_nobody_up_and_is_given_up_after_days(store, tmp_path):
    inbox = Inbox(answers={"gone@example.org": "550 no such user"})
    with good_server(inbox) as port:
        settings = config(tmp_path, port, to=("desk@example.org", "gone@example.org"))
        for day in range(8):
            keep(store, item(f"Day {day}"))
            delivery.send(store, settings, "main", NOW + timedelta(days=day))
    assert [recipients for recipients, _ in inbox.letters] == [["desk@example.org"]] * 8
    assert len(store.pending("main")) <= 6


def test_an_address_mended_in_feeds_toml_gets_what_waited_for_the_wrong_one(store, tmp_path):
    keep(store, item("Ships"))
    inbox = Inbox(answers={"dsek@example.org": "550 no such user"})
    with good_server(inbox) as port:
        with pytest.raises(SendError, match="dsek"):
            delivery.send(store, config(tmp_path, port, to=("dsek@example.org",)), "main", NOW)
        delivery.send(store, config(tmp_path, port), "main", LATER)
    assert inbox.got == ["desk@example.org"]


def test_an_address_taken_out_of_feeds_toml_is_waited_for_no_more(store, tmp_path):
    keep(store, item("Ships"))
    inbox = Inbox(answers={"gone@example.org": "550 no such user"})
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port, to=("desk@example.org", "gone@example.org")), "main", NOW)
        delivery.send(store, config(tmp_path, port), "main", LATER)
    assert store.pending("main") == []
    assert inbox.got == ["desk@example.org"]


def test_m2_a_hang_up_after_the_yes_is_no_repeat(store, tmp_path):
    keep(store, item("Ships"))
    with BadServer(at="body", act=answer_then_hang_up) as server:
        settings = config(tmp_path, server.port)
        delivery.send(store, settings, "main", NOW)
        delivery.send(store, settings, "main", LATER)
    assert len(server.letters) == 1


def test_m1_a_hang_up_before_the_yes_repeats_the_same_message_once(store, tmp_path):
    keep(store, item("Ships"))
    with BadServer(at="body", act=hang_up, times=1) as server:
        settings = config(tmp_path, server.port)
        with pytest.raises(SendError):
            delivery.send(store, settings, "main", NOW)
        delivery.send(store, settings, "main", LATER)
        delivery.send(store, settings, "main", TOMORROW)
    assert len(server.letters) == 2
    assert server.letters[0] == server.letters[1]


def test_a_mail_the_server_will_not_have_holds_up_nothing_for_more_than_a_day_and_is_named(store, tmp_path):
    keep(store, item("Spam"))
    inbox = Inbox(data_answer="554 looks like spam")
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        for at in (NOW, LATER):
            with pytest.raises(SendError, match="looks like spam"):
                delivery.send(store, settings, "main", at)
        assert len(store.digests()) == 1
    keep(store, item("Ships", seen=TOMORROW))
    refused = store.digests()[0]
    taken = Inbox(refuses=refused.message_id.encode())
    with good_server(taken) as port:
        settings = config(tmp_path, port)
        with pytest.raises(SendError, match="looks like spam"):
            delivery.send(store, settings, "main", TOMORROW)
        (letter,) = taken.letters
        assert f"Refused by the mail server, 25 Nov 07:00: curator digest --show {refused.digest[:8]}" in body(letter[1])
        assert [mailing.digest for mailing in store.pending("main")] == [refused.digest]
        taken.refuses = b""
        delivery.send(store, settings, "main", TOMORROW)
    assert ids([letter for _, letter in taken.letters])[1] == refused.message_id


def test_two_senders_at_once_send_one_mail(store, tmp_path):
    keep(store, item("Ships"))
    reached, go_on = threading.Event(), threading.Event()

    def wait(connection) -> None:
        reached.set()
        go_on.wait(5)
        connection.sendall(b"250 taken\r\n")

    with BadServer(at="body", act=wait, times=1) as server:
        settings = config(tmp_path, server.port)

        def elsewhere() -> None:
            with sqlite.connect(str(tmp_path / "curator.db")) as other:
                delivery.send(other, settings, "main", NOW)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        assert reached.wait(5)
        with pytest.raises(SendError, match="another curator"):
            delivery.send(store, settings, "main", NOW)
        go_on.set()
        thread.join(5)
        delivery.send(store, settings, "main", LATER)
    assert len(server.letters) == 1


def test_two_plans_of_the_same_hour_go_out_beside_each_other(store, tmp_path):
    """As timers start them: the second is not turned away because the first still talks to its server."""
    keep(store, item("Ships"))
    plans = [Plan(), Plan(name="für SOC / 2", title="For the SOC")]
    inbox = Inbox()
    with outbox.alone(store, "main"), good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port, plans=plans), "für SOC / 2", NOW)
        with pytest.raises(SendError, match="another curator"):
            delivery.send(store, config(tmp_path, port, plans=plans), "main", NOW)
    assert subjects(inbox)[0].startswith("For the SOC")


# ── kill -9 at every step ───────────────────────────────────────────────────────────────────────────────────────────

SCRIPT = Path(__file__).parent / "sending_child.py"
ALONE = {"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": "/usr/bin:/bin"}
STEPS = [f"{when} {step}" for step in ("pending", "undigested", "write", "delivered", "tick") for when in ("before", "after")]


def run_and_die(path: Path, step: str) -> int:
    words = [sys.executable, str(SCRIPT), str(path), NOW.isoformat(), step]
    done = subprocess.run(words, capture_output=True, check=False, timeout=60, env=ALONE)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as con:
        return con.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def told_exactly(letters: list[bytes], *names: str) -> bool:
    """Whether each name is told by messages of one Message-ID only."""
    return all(
        len({id_ for id_, letter in zip(ids(letters), letters, strict=True) if f"{name} in the harbour" in body(letter)}) == 1
        for name in names
    )


@pytest.mark.parametrize("step", STEPS)
def test_m2_killed_around_a_note_in_the_books_nothing_is_lost_and_at_most_one_repeats(tmp_path, step):
    inbox = Inbox()
    with good_server(inbox) as port:
        path = feeds_toml(tmp_path, port)
        with sqlite.connect(str(tmp_path / "curator.db")) as store:
            keep(store, item("Ships"), item("Copy", "Ships", outlet="Echo", copy_of="Ships"))
        assert run_and_die(path, step) == -signal.SIGKILL
        assert sound(tmp_path / "curator.db")
        with sqlite.connect(str(tmp_path / "curator.db")) as store:
            keep(store, item("News", seen=LATER))
            for hours in (1, 2):
                delivery.send(store, config(tmp_path, port), "main", NOW + timedelta(hours=hours))
            assert store.undigested("main") == []
            assert store.pending("main") == []
    letters = [letter for _, letter in inbox.letters]
    assert told_exactly(letters, "Ships", "News")
    assert len(letters) - len(set(letters)) <= 1
    assert len(set(ids(letters))) == len(set(letters))


@pytest.mark.parametrize("step", ["banner", "ehlo", "mail", "rcpt", "data", "body", "quit"])
def test_m2_killed_during_the_conversation_the_same_message_goes_out_next(tmp_path, step):
    children: list[subprocess.Popen] = []

    def kill(connection) -> None:
        if step == "body":
            connection.sendall(b"250 taken\r\n")  # the server has it, and we shall never know
        children[0].kill()
        children[0].wait()

    started = threading.Event()

    def act(connection) -> None:
        started.wait(10)
        kill(connection)

    with BadServer(at=step, act=act, times=1) as server:
        path = feeds_toml(tmp_path, server.port)
        with sqlite.connect(str(tmp_path / "curator.db")) as store:
            keep(store, item("Ships"))
        words = [sys.executable, str(SCRIPT), str(path), NOW.isoformat(), "never"]
        children.append(subprocess.Popen(words, env=ALONE))
        started.set()
        children[0].wait(30)
        assert sound(tmp_path / "curator.db")
        with sqlite.connect(str(tmp_path / "curator.db")) as store:
            keep(store, item("News", seen=LATER))
            for hours in (1, 2):
                delivery.send(store, config(tmp_path, server.port), "main", NOW + timedelta(hours=hours))
            assert store.pending("main") == []
    letters = server.letters
    assert told_exactly(letters, "Ships", "News")
    assert len(letters) - len(set(letters)) <= 1


# ── views and the past ──────────────────────────────────────────────────────────────────────────────────────────────


def test_looking_ticks_nothing_off(store, tmp_path):
    keep(store, item("Ships"))
    settings = config(tmp_path)
    for _ in range(2):
        digest = delivery.preview(store, settings, "main", NOW)
        assert [told.lead.id for section in digest.sections for told in section.told] == [id_of("Ships")]
    assert digest.preview
    assert store.undigested("main") == [id_of("Ships")]


def test_what_waits_to_be_sent_is_still_shown_as_new(store, tmp_path):
    keep(store, item("Ships"))
    with pytest.raises(SendError):
        delivery.send(store, config(tmp_path, free_port()), "main", NOW)
    digest = delivery.preview(store, config(tmp_path), "main", LATER)
    assert [told.lead.id for section in digest.sections for told in section.told] == [id_of("Ships")]


def test_a_view_of_a_time_shows_what_was_told_before_too(store, tmp_path):
    keep(store, item("Ships"), item("Old", date=NOW - timedelta(days=9)))
    settings = config(tmp_path)
    delivery.done(store, settings, "main", NOW)
    digest = delivery.preview(store, settings, "main", NOW, since=NOW - timedelta(days=1))
    assert [told.lead.id for section in digest.sections for told in section.told] == [id_of("Ships")]


def test_a_view_of_a_topic_has_that_section_alone(store, tmp_path):
    keep(store, item("Ships"), item("Worm", topic="cyber/malware"))
    digest = delivery.preview(store, config(tmp_path), "main", NOW, topic="cyber/*")
    assert [section.topic for section in digest.sections] == ["cyber/*"]


def test_done_shows_it_and_ticks_it_off_without_mail_what_waits_included(store, tmp_path):
    keep(store, item("Ships"))
    with pytest.raises(SendError):
        delivery.send(store, config(tmp_path, free_port()), "main", NOW)
    keep(store, item("News"))
    shown = []
    delivery.done(store, config(tmp_path), "main", LATER, show=shown.append)
    assert {told.lead.id for section in shown[0].sections for told in section.told} == {id_of("Ships"), id_of("News")}
    assert (store.undigested("main"), store.pending("main")) == ([], [])
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port), "main", TOMORROW)
    assert inbox.letters == []


def test_done_works_without_a_mail_section(store, tmp_path):
    keep(store, item("Ships"))
    settings = config(tmp_path)
    delivery.done(store, replace(settings, mail=None), "main", NOW)
    assert store.undigested("main") == []
    with pytest.raises(UsageError, match=r"\[mail\]"):
        delivery.send(store, replace(settings, mail=None), "main", NOW)


def test_if_showing_it_fails_it_is_not_ticked_off(store, tmp_path):
    keep(store, item("Ships"))

    def broken(digest) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        delivery.done(store, config(tmp_path), "main", NOW, show=broken)
    assert store.undigested("main") == [id_of("Ships")]


def test_a_digest_of_the_past_is_found_by_number_and_id_and_sent_again_unchanged(store, tmp_path):
    keep(store, item("Ships"))
    inbox = Inbox()
    with good_server(inbox) as port:
        settings = config(tmp_path, port)
        outcome = delivery.send(store, settings, "main", NOW)
        mailing = outcome.sent[0]
        assert delivery.found(store, "1").digest == delivery.found(store, mailing.digest[:8]).digest == mailing.digest
        delivery.resend(store, settings, "1")
    assert inbox.letters[0][1] == inbox.letters[1][1] == mailing.eml
    with pytest.raises(NotFoundError, match="number 7"):
        delivery.found(store, "7")
    with pytest.raises(NotFoundError):
        delivery.found(store, id_of("Ships"))


def test_the_books_keep_the_json_of_a_digest(store, tmp_path):
    keep(store, item("Ships"))
    delivery.done(store, config(tmp_path), "main", NOW)
    value = json.loads(store.digest_json(delivery.found(store, "1").digest))
    assert value["sections"][0]["stories"][0]["items"][0]["id"] == id_of("Ships")


def test_short_ids_in_a_digest_are_ones_the_store_understands(store, tmp_path):
    keep(store, *(item(f"Ship {number}") for number in range(400)))
    digest = delivery.preview(store, config(tmp_path), "main", NOW)
    assert digest.short
    for whole, brief in digest.short.items():
        assert len(brief) >= 4
        assert store.resolve(brief)[1] == whole


def test_watches_and_mutes_and_questions_come_from_the_store_and_feeds_toml(store, tmp_path):
    keep(store, item("Ships"), item("Worm", topic="cyber/malware"), item("Noise", topic="cyber/malware"))
    store.mute("term", "Noise", None, at=NOW)
    settings = replace(
        config(tmp_path, plans=[Plan(sections=("trade/*",))]),
        watches={"worms": Watch(name="worms", query="worm")},
        questions={"ships": Question(name="ships", question="Where do the ships go?", topics=("trade/shipping",))},
    )
    digest = delivery.preview(store, settings, "main", NOW)
    told = {section.title: [told.lead.id for told in section.told] for section in digest.sections}
    assert told == {"Where do the ships go?": [id_of("Ships")], "Watch: worms": [id_of("Worm")]}
    assert digest.muted == 1


def test_m9_feeds_that_fail_had_a_gap_or_went_quiet_are_told(store, tmp_path):
    quiet = (item(f"Old {day}", outlet="Quiet", seen=NOW - timedelta(days=day), date=NOW - timedelta(days=day)) for day in (4, 5, 6, 7, 8))
    keep(store, item("Ships"), *quiet)
    settings = replace(
        config(tmp_path), feeds={name: Feed(name=name, url="https://x.example") for name in ("broken", "gappy", "fine", "quiet")}
    )
    delivery.done(store, settings, "main", NOW - timedelta(hours=2))
    broken = Problem(feed="broken", kind="dns", message="no such host", since=NOW - timedelta(days=3), failures=9)
    store.save_states([
        FeedState(name="broken", url="https://x.example", checked=NOW, problem=broken),
        FeedState(name="gappy", url="https://x.example", checked=NOW, gap=NOW - timedelta(hours=1)),
        FeedState(name="fine", url="https://x.example", checked=NOW, gap=NOW - timedelta(hours=3)),  # told by the digest before
    ])  # fmt: skip
    digest = delivery.preview(store, settings, "main", NOW)
    assert [(problem.feed, problem.kind) for problem in digest.problems] == [("broken", "dns"), ("gappy", "gap")]
    assert [feed for feed, _ in digest.silent] == ["quiet"]


# ── alerts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def watching(tmp_path, port, **fields):
    watch = Watch(name="worms", query="worm", alert=True)
    return replace(config(tmp_path, port, **fields), watches={"worms": watch, "idle": Watch(name="idle", query="ships")})


def test_hits_of_a_watch_with_an_alert_go_out_at_once_and_once_and_are_in_the_digest_too(store, tmp_path):
    keep(store, item("Ships"), item("Worm"))
    inbox = Inbox()
    hits = {"worms": [id_of("Worm")], "idle": [id_of("Ships")]}
    with good_server(inbox) as port:
        settings = watching(tmp_path, port)
        for _ in range(2):
            assert delivery.alert(store, settings, hits, NOW) == ()
        delivery.send(store, settings, "main", LATER)
    assert subjects(inbox)[0] == "Watch: worms 25 Nov: Worm in the harbour of Marova"
    assert len(inbox.letters) == 2
    assert "Worm in the harbour" in body(inbox.letters[1][1])


def test_an_alert_that_could_not_be_sent_goes_out_the_next_time(store, tmp_path):
    keep(store, item("Worm"))
    (failure,) = delivery.alert(store, watching(tmp_path, free_port()), {"worms": [id_of("Worm")]}, NOW)
    assert failure.startswith("watch worms: mail server")
    inbox = Inbox()
    with good_server(inbox) as port:
        assert delivery.alert(store, watching(tmp_path, port), {}, LATER) == ()
        assert delivery.alert(store, watching(tmp_path, port), {}, TOMORROW) == ()
    assert len(inbox.letters) == 1


def test_without_mail_or_alert_nothing_goes_out(store, tmp_path):
    keep(store, item("Worm"))
    assert delivery.alert(store, replace(watching(tmp_path, 1), mail=None), {"worms": [id_of("Worm")]}, NOW) == ()
    assert delivery.alert(store, config(tmp_path, 1), {"worms": [id_of("Worm")]}, NOW) == ()


def test_templates_of_the_users_folder_are_used(store, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "digest.txt.j2").write_text("Mine: {{ digest.title }}\n")
    keep(store, item("Ships"))
    inbox = Inbox()
    with good_server(inbox) as port:
        delivery.send(store, config(tmp_path, port, plans=[Plan(templates="mine")]), "main", NOW)
    assert body(inbox.letters[0][1]).strip() == "Mine: Morning reading"


@pytest.mark.parametrize("there", [(), ("digest.html", "other.j2")])
def test_a_folder_of_templates_that_is_missing_or_holds_none_is_told(store, tmp_path, there):
    keep(store, item("Ships"))
    for name in there:
        (tmp_path / "mine").mkdir(exist_ok=True)
        (tmp_path / "mine" / name).write_text("x")
    settings = config(tmp_path, plans=[Plan(templates="mine")])
    with pytest.raises(CuratorError, match="mine"):
        delivery.render(store, settings, delivery.preview(store, settings, "main", NOW), "text")


def test_a_broken_template_is_told_and_nothing_is_written_down(store, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "digest.txt.j2").write_text("{% if %}")
    keep(store, item("Ships"))
    with pytest.raises(CuratorError, match=r"digest\.txt\.j2, line 1"):
        delivery.send(store, config(tmp_path, plans=[Plan(templates="mine")]), "main", NOW)
    assert store.undigested("main") == [id_of("Ships")]


def test_a_feed_of_digests_holds_the_earlier_ones(store, tmp_path):
    keep(store, item("Ships"))
    settings = config(tmp_path)
    delivery.done(store, settings, "main", NOW)
    keep(store, item("News"))
    digest = delivery.preview(store, settings, "main", LATER)
    feed = delivery.render(store, settings, digest, "atom")
    assert feed.count("<entry>") == 2
    assert "Ships in the harbour" in feed


def test_what_waits_needs_somebody_to_send_to_as_well(store, tmp_path):
    keep(store, item("Ships"))
    with pytest.raises(SendError):
        delivery.send(store, config(tmp_path, free_port()), "main", NOW)
    with pytest.raises(UsageError, match="nobody to send to"):
        delivery.send(store, config(tmp_path, free_port(), to=()), "main", LATER)


def test_sending_needs_somebody_to_send_to(store, tmp_path):
    keep(store, item("Ships"))
    with pytest.raises(UsageError, match="`to`"):
        delivery.send(store, config(tmp_path, to=()), "main", NOW)
    assert store.undigested("main") == [id_of("Ships")]


@pytest.mark.parametrize("sender", ["folder", "maildir"])
def test_files_need_no_recipient_and_a_kill_leaves_no_second_copy(store, tmp_path, sender):
    keep(store, item("Ships"))
    settings = config(tmp_path, to=(), sender=sender, path="out")
    delivery.send(store, settings, "main", NOW)
    delivery.resend(store, settings, "1")
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(files) == 1
