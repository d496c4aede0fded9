"""The bundled day of news, and the command that plays it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import CommandLine, process

import curator
from curator import configfile, demo, digest, shipped
from curator.parse import parse
from curator.types import Query

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_the_day_holds_what_it_is_for() -> None:
    feeds = configfile.parse(shipped.text("demo/head.toml"))
    assert feeds.questions
    text = shipped.text("demo/day.toml")
    assert "copy = " in text
    assert "later = " in text
    assert 'format = "broken"' in text


def test_every_outlet_and_address_of_the_day_is_made_up() -> None:
    hosts = re.findall(r'host = "([^"]+)"', shipped.text("demo/day.toml"))
    assert len(hosts) == 12
    assert all(host.endswith(".example") for host in hosts)
    assert not re.search(r"https?://(?![\w.-]*\.example)", shipped.text("demo/day.toml"))


@pytest.mark.parametrize("kind", ["rss", "rdf", "atom", "json"])
def test_each_format_is_read_back_entry_for_entry(tmp_path: Path, kind: str) -> None:
    stage = demo.Stage(tmp_path, NOW, "http://127.0.0.1:1")
    feed = next(feed for feed in stage._feeds if feed["format"] == kind)
    status, _, body = stage.answer("/" + feed["name"])
    read = parse(body, "http://127.0.0.1:1/", {})
    assert status == 200
    assert len(read.entries) == sum(entry.get("round", 1) == 1 for entry in feed["entries"])
    assert all(entry.title and entry.link and (entry.published or entry.updated) for entry in read.entries)


def test_the_second_round_brings_entries_and_a_silent_correction(tmp_path: Path) -> None:
    stage = demo.Stage(tmp_path, NOW, "http://127.0.0.1:1")
    assert b"Twelve injured" in stage.answer("/harbour-times")[2]
    stage.round = 2
    assert b"Two injured" in stage.answer("/harbour-times")[2]
    assert b"cs-update" in stage.answer("/civic-signal")[2]


def test_the_real_pipeline_finds_what_the_day_holds(played: Path) -> None:
    with curator.Curator(curator.load(str(played))) as archive:
        items = {item.id: item for item in archive.iterate(Query(limit=None, copies=True, muted=True))}
        by_guid = {(item.guid or "").rpartition(":")[2]: item for item in items.values()}
        copy, wire = by_guid["nch-cable"], by_guid["mw-cable"]
        assert items[copy.copy_of or copy.id].id == items[wire.copy_of or wire.id].id
        assert by_guid["ht-depot"].versions == 2
        assert by_guid["cs-engines"].provenance.role == "own"
        assert (by_guid["ht-drones"].provenance.role, by_guid["ht-drones"].provenance.origin) == ("derived", "Civic Signal")
        assert by_guid["ht-drones"].story == by_guid["cs-engines"].story
        assert archive.states()["old-mill-radio"].problem is not None


def test_a_story_has_one_headline_that_of_the_report_which_leads_it(played: Path) -> None:
    with curator.Curator(curator.load(str(played))) as archive:
        stories = archive.stories(Query(limit=None))
        for story in stories:
            items = list(archive.store.items(story.items).values())
            assert story.title == digest.lead(items, archive.config.feeds).title
        shown = [told for section in archive.digest().sections for told in section.told]
    assert shown
    assert all(told.story.title == told.lead.title for told in shown)


def test_the_demo_shows_digests_and_what_to_type_next_without_any_feeds_toml(tmp_path: Path) -> None:
    done = process("demo", TMPDIR=str(tmp_path), CURATOR_CONFIG=str(tmp_path / "none.toml"))
    assert done.returncode == 0, done.stderr
    assert "A day in the strait" in done.stdout
    assert "Two injured" in done.stdout
    assert "curator init" in done.stderr
    config = re.search(r"CURATOR_CONFIG=(\S+)", done.stderr)
    assert config
    assert process("-c", config[1], "stories").stdout.count("\n") == 20


def test_when_no_feed_can_be_reached_poll_says_so_in_a_line_and_points_to_the_demo(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "feeds.toml").write_text(
        '[fetch]\nallow_private = true\n[feeds.a]\nurl = "http://127.0.0.1:9/"\n[feeds.b]\nurl = "http://127.0.0.1:9/b"\n', encoding="utf-8"
    )
    run = CommandLine(capsys, tmp_path / "feeds.toml")
    ran = run("poll")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.count("\n") == 1
    assert "curator demo" in ran.err
    assert run("digest").code == 0
    assert run("poll", "--force", "--strict").code == 3


def test_poll_prints_the_new_hits_of_a_watch(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with demo.stage(tmp_path, datetime.now(UTC)):
        ran = CommandLine(capsys, tmp_path / "feeds.toml")("poll", "north-coast-herald", "frontier-post")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert len(lines) == 2
    assert all(re.match(r"greyledger: [0-9a-f]{4,}  (North Coast Herald|Frontier Post)  ", line) for line in lines)
