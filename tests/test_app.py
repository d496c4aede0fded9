"""`Curator`, the front door: every method of it does what its name says. What needs a network stands in the tests of the rooms it leads to."""

import inspect
import json
import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from archives import make_mailing
from mailservers import Inbox, good_server
from pasts import ARTICLES, EVERYTHING, START, archive, items, titled

from curator.app import Curator, place, utc_now
from curator.config import Config, Mail, Plan, Watch
from curator.errors import NotFoundError, StoreError, UsageError
from curator.types import Query

ELSEWHERE = {
    "poll",
    "complete",
    "check",
    "look",
    "import_file",
    "dossiers",
    "correct",
    "uncorrect",
    "regroup",
    "retag",
}  #: tested with their rooms


def test_every_method_is_tried_here_or_with_its_room() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    methods = [name for name, _ in inspect.getmembers(Curator, inspect.isfunction) if not name.startswith("_")]
    assert [name for name in methods if name not in ELSEWHERE and f".{name}(" not in here] == []


# ── opening and closing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_archive_stands_beside_feeds_toml_unless_its_path_is_absolute() -> None:
    assert place(Config(path="/desk/feeds.toml")) == "/desk/curator.db"
    assert place(Config(path="/desk/feeds.toml", store="sqlite:data/a.db")) == "/desk/data/a.db"
    assert place(Config(path="/desk/feeds.toml", store="sqlite:/var/a.db")) == "/var/a.db"
    assert place(Config()) == "curator.db"


def test_an_unknown_kind_of_archive_is_told() -> None:
    with pytest.raises(UsageError, match=r"no store “papyrus”; write sqlite:PATH"):
        Curator(Config(store="papyrus:scroll"))


def test_an_archive_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError):
        Curator(Config(path=str(tmp_path / "feeds.toml"), store="sqlite:file/a.db"))


def test_closed_it_answers_no_more(past: Curator) -> None:
    past.close()
    with pytest.raises(Exception, match=r"[Cc]losed|open"):
        past.find(Query())


def test_the_present_is_in_utc_to_the_second() -> None:
    assert (utc_now().utcoffset(), utc_now().microsecond) == (timedelta(0), 0)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_find_gives_the_newest_without_copies_up_to_the_limit(past: Curator) -> None:
    hits = past.find(Query(limit=3))
    assert [hit.item.title for hit in hits] == [ARTICLES[n][0] for n in (8, 6, 5)]
    assert all(hit.item.copy_of is None for hit in past.find(Query(limit=None)))
    assert len(past.find(EVERYTHING)) == len(ARTICLES)


def test_find_tells_when_it_had_to_repair_a_query(past: Curator) -> None:
    assert len(past.find(Query(text='ferry "Aldona'))) == len(past.find(Query(text="ferry Aldona")))
    assert past.notice == ""
    past.find(Query(text='ferry "Aldona'))
    assert "plain words" in past.notice


def test_find_within_a_watch_finds_what_it_waits_for(tmp_path: Path) -> None:
    with archive(tmp_path, watches={"w": Watch(name="w", query="ferry OR dam")}) as past:
        assert len(past.find(EVERYTHING, watch="w")) == 6
        assert len(past.find(replace(EVERYTHING, text="villages"), watch="w")) == 2
        with pytest.raises(UsageError, match="no watch"):
            past.find(Query(), watch="x")


def test_ids_that_begin_so_come_with_their_titles_whatever_their_age(past: Curator) -> None:
    choir = past.stories(Query(text="choir"))[0]
    assert (choir.id, choir.title) in past.titles(choir.id[:6].upper())
    for id_, item in items(past).items():
        assert (id_, item.title) in past.titles(id_[:5])
    assert {id_ for id_, _ in past.titles("")} == set(items(past))
    assert past.titles("xyz") == []


def test_an_outlet_is_known_by_any_of_its_names_and_those_heard_of_are_told(past: Curator) -> None:
    known = past.outlets()
    assert known == sorted({item.outlet for item in items(past).values() if item.outlet})
    assert past.outlet(known[0].upper()) == known[0]
    assert past.outlet("Agence France-Presse") == "AFP"
    assert past.outlet("No Such Paper") == "No Such Paper"


def test_iterate_gives_whole_items_in_the_order_they_came(past: Curator) -> None:
    found = list(past.iterate(EVERYTHING))
    assert [item.seen for item in found] == sorted(item.seen for item in found)
    assert {item.text for item in found} == {text for _, text in ARTICLES}


def test_stories_are_ranked_with_reasons(past: Curator) -> None:
    found = past.stories(Query(order="score", limit=None))
    assert len(found) == 4
    assert [story.score for story in found] == sorted((story.score for story in found), reverse=True)
    assert all(story.why for story in found)
    assert [story.title for story in past.stories(Query(text="choir"))] == ["Choir of Lake school wins prize"]


def test_ids_may_be_shortened_to_what_is_theirs_alone(past: Curator) -> None:
    ids = list(items(past))
    for id_, short in past.short(ids).items():
        assert past.resolve(short) == ("item", id_)
        assert past.item(short).id == id_
    story = past.item(ids[0]).story
    assert past.resolve(story) == ("story", story)
    with pytest.raises(NotFoundError):
        past.resolve("ffffffffffffffff")


def test_an_id_of_the_wrong_kind_is_told_as_what_it_is(past: Curator) -> None:
    item = past.item(titled(past, "Choir"))
    with pytest.raises(NotFoundError, match=r"id of a story, not of an item"):
        past.item(item.story)
    with pytest.raises(NotFoundError, match=r"id of an item, not of a story"):
        past.story(item.id)


def test_items_gives_those_that_are_there(past: Curator) -> None:
    id_ = titled(past, "Choir")
    assert list(past.items([id_, "0" * 16])) == [id_]


def test_a_story_knows_its_items_and_a_merged_one_leads_on(past: Curator) -> None:
    ferry, choir = past.item(titled(past, "Ferry")), past.item(titled(past, "Choir"))
    assert len(past.story(ferry.story).items) == 3
    past.correct(choir.id, same_story=ferry.id)
    assert past.story(choir.story).items == past.story(ferry.story).items


def test_copies_are_those_of_the_item(past: Curator) -> None:
    copy = next(item for item in items(past).values() if item.copy_of)
    assert copy.id in [item.id for item in past.copies(str(copy.copy_of))]
    assert past.copies(copy.id) == []


def test_evidence_of_a_polled_item_can_be_had_and_cited(copied: Path) -> None:
    import curator  # noqa: PLC0415 - only here

    with curator.Curator(curator.load(str(copied))) as polled:
        item = next(item for item in polled.iterate(EVERYTHING) if item.versions > 1)
        versions = polled.versions(item.id)
        assert [version.number for version in versions] == list(range(1, item.versions + 1))
        assert item.title[:20].encode() in polled.raw(item.id)
        answer = polled.retrieval(item.id)
        assert answer is not None
        assert answer.feed == item.feed
        assert polled.states()[item.feed].succeeded is not None
        assert str(item.url) in polled.cite(item.id)


# ── what a person says ──────────────────────────────────────────────────────────────────────────────────────────────


def test_marks_count_the_items_that_changed_and_can_be_taken_back(past: Curator) -> None:
    ferry, choir = titled(past, "Ferry"), titled(past, "Choir")
    assert past.mark([ferry, choir], read=True, starred=True) == 2
    assert past.mark([ferry], read=True) == 0
    assert [hit.item.id for hit in past.find(Query(starred=True, unread=True))] == []
    assert past.mark([choir], read=False) == 1
    assert [hit.item.id for hit in past.find(Query(starred=True, unread=True))] == [choir]


def test_marking_a_story_marks_all_its_items(past: Curator) -> None:
    story = past.item(titled(past, "Orvany")).story
    assert past.mark([story], read=True) == 3


def test_topics_are_given_and_taken_by_hand(past: Curator) -> None:
    ferry = titled(past, "Ferry")
    past.mark([ferry], topics=["-sea", "+a/b"])
    assert [(tag.name, tag.by) for tag in past.item(ferry).tags] == [("a/b", "hand")]


def test_what_is_muted_is_left_out_until_it_is_ended(past: Curator) -> None:
    choir = past.item(titled(past, "Choir"))
    numbers = [past.mute("story", choir.story[:12]), past.mute("term", "dam"), past.mute("outlet", "Radio Selm")]
    assert {hit.item.outlet for hit in past.find(Query(limit=None))} == {"Tarn Courier"}
    assert [(mute.kind, mute.value) for mute in past.mutes()] == [("story", choir.story), ("term", "dam"), ("outlet", "Radio Selm")]
    for number in numbers:
        past.unmute(number)
    assert past.mutes() == []
    with pytest.raises(NotFoundError, match="no mute has the number"):
        past.unmute(numbers[0])


def test_a_mute_ends_by_itself(past: Curator) -> None:
    past.mute("term", "dam", until=past.clock() + timedelta(hours=1))
    with Curator(past.config, clock=lambda: past.clock() + timedelta(hours=2)) as later:
        assert (len(past.mutes()), later.mutes()) == (1, [])


def test_notes_are_kept_with_who_may_see_them(past: Curator) -> None:
    choir, ferry = titled(past, "Choir"), titled(past, "Ferry")
    past.note(choir, "heard them", tlp="AMBER")
    past.note(ferry[:14], "call the harbour")
    assert [(note.item, note.text, note.tlp, note.at) for note in past.notes()] == [
        (choir, "heard them", "AMBER", past.clock()),
        (ferry, "call the harbour", "CLEAR", past.clock()),
    ]
    assert [note.text for note in past.notes(ferry)] == ["call the harbour"]


# ── digests ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_looking_at_a_digest_ticks_nothing_off(past: Curator) -> None:
    first, second = past.digest(), past.digest()
    assert first.sections == second.sections
    assert past.digests() == []


def test_a_view_of_a_time_or_a_topic_holds_only_that(past: Curator) -> None:
    def told(**view: object) -> set[str]:
        return {one.story.title for section in past.digest(**view).sections for one in section.told}  # type: ignore[arg-type]

    assert len(told()) == 4
    assert told(topic="sea") == {past.story(past.item(titled(past, "Ferry")).story).title}
    assert told(since=START + timedelta(hours=8)) == {"Choir of Lake school wins prize"}


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json", "atom", "eml"])
def test_a_digest_is_rendered_in_every_format(past: Curator, form: str) -> None:
    page = past.render(past.digest(), form)
    assert "Orvany" in page
    if form == "json":
        assert json.loads(page)["title"] == "Morning reading"


def test_an_unknown_format_is_told(past: Curator) -> None:
    with pytest.raises(UsageError, match="no format “stone”"):
        past.render(past.digest(), "stone")


def test_a_digest_is_sent_once_and_written_down(tmp_path: Path) -> None:
    inbox, lines = Inbox(), list[str]()
    with good_server(inbox) as port:
        mail = Mail(to=("desk@example.org",), from_="c@example.org", host="127.0.0.1", port=port, security="none")
        with archive(tmp_path, mail=mail, plans={"main": Plan(title="Tidings")}) as past:
            (sent,) = past.send(say=lines.append)
            assert past.send() == ()
            assert [mailing.digest for mailing in past.digests("main")] == [sent.digest]
            assert past.digests("other") == []
    assert len(inbox.letters) == 1
    assert "Tidings" in str(message_from_bytes(inbox.letters[0][1])["Subject"])
    assert re.search("desk@example.org", lines[0])


def test_without_mail_sending_says_what_is_missing(past: Curator) -> None:
    with pytest.raises(UsageError, match=r"no \[mail\]"):
        past.send()


# ── keeping house ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_pruning_keeps_what_was_not_told_yet_and_a_dry_run_keeps_all(past: Curator) -> None:
    later = past.clock() + timedelta(days=1)
    assert past.prune(later)["pruned"] == 0
    past.store.write(make_mailing(1, *items(past), sent=past.clock()), "{}")
    past.mark([titled(past, "Choir")], starred=True)
    assert past.prune(later, dry_run=True)["pruned"] == len(ARTICLES) - 1
    assert len(items(past)) == len(ARTICLES)
    assert past.prune(later)["kept_starred"] == 1
    assert [item.title for item in items(past).values()] == ["Choir of Lake school wins prize"]


def test_a_backup_is_an_archive(past: Curator, tmp_path: Path) -> None:
    past.backup(str(tmp_path / "copy.db"))
    with Curator(replace(past.config, store="sqlite:copy.db"), clock=past.clock) as copy:
        assert items(copy) == items(past)
        assert copy.verify() == []


def test_verify_finds_what_was_tampered_with(past: Curator) -> None:
    assert past.verify() == []
    with past.store.transaction() as connection:
        connection.execute("DELETE FROM body WHERE item = 1")
    assert past.verify()


def test_stats_and_doctor_tell_what_there_is(past: Curator) -> None:
    assert past.stats()["items"] == len(ARTICLES)
    assert "libcurl" in "\n".join(past.doctor())
