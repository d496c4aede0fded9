"""`init`, `feeds`, `db`: setting up and keeping house."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import CommandLine
from servers import Server

from curator import configfile, demo, shipped

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Sea"><outline type="rss" text="Harbour Post" xmlUrl="https://harbourpost.example/rss"/></outline>
<outline type="rss" text="Meridian Wire" xmlUrl="https://meridian.example/feed"/></body></opml>"""


@pytest.fixture
def alone(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


def test_init_writes_the_shipped_file_and_says_what_comes_next(alone: CommandLine) -> None:
    ran = alone("init")
    assert (ran.code, ran.out) == (0, "")
    assert "86 feeds" in ran.err
    assert "curator poll" in ran.err
    assert Path("feeds.toml").read_text(encoding="utf-8") == shipped.text("feeds.toml")


def test_init_never_overwrites(alone: CommandLine) -> None:
    Path("feeds.toml").write_text("# mine\n", encoding="utf-8")
    ran = alone("init")
    assert ran.code == 1
    assert "is there already" in ran.err
    assert Path("feeds.toml").read_text(encoding="utf-8") == "# mine\n"


def test_init_writes_where_c_says_and_makes_the_folder(alone: CommandLine, tmp_path: Path) -> None:
    assert alone("-c", str(tmp_path / "new" / "mine.toml"), "init").code == 0
    assert configfile.load(str(tmp_path / "new" / "mine.toml")).feeds


def test_feeds_lists_every_feed_with_its_state(reading: CommandLine) -> None:
    ran = reading("feeds")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 12
    broken = next(line for line in ran.out.splitlines() if line.startswith("old-mill-radio"))
    assert "failed 2" in broken


def test_feeds_as_json_is_one_value_with_the_state_of_each(reading: CommandLine) -> None:
    rows = {row["name"]: row for row in json.loads(reading("feeds", "list", "--json").out)}
    assert rows["cert-valdora"]["topics"] == ["cyber/vulnerabilities"]
    assert rows["cert-valdora"]["succeeded"].endswith("Z")
    assert rows["old-mill-radio"]["problem"]["kind"] == "not-a-feed"


def test_feeds_check_asks_without_storing_and_exits_1_if_one_fails(alone: CommandLine, tmp_path: Path) -> None:
    with demo.stage(tmp_path, datetime.now(UTC)):
        assert alone("feeds", "check", "meridian-wire").code == 0
        ran = alone("feeds", "check", "--json")
    assert ran.code == 1
    rows = {row["feed"]: row for row in json.loads(ran.out)}
    assert rows["old-mill-radio"]["problem"]["kind"] == "not-a-feed"
    assert rows["meridian-wire"]["entries"] == 6
    assert json.loads(alone("list", "--all", "--json").out) == []


def test_feeds_check_tells_rhythm_silence_and_where_a_feed_has_moved(alone: CommandLine) -> None:
    days = [f"2024-05-{day:02} 12:00" for day in range(1, 9)]
    items = "".join(f"<item><title>News of {day}</title><pubDate>{day}</pubDate></item>" for day in days)
    with Server() as web:
        web.put("/old", status=301, Location="/new")
        web.put("/new", f"<rss version='2.0'><channel><title>Quay</title>{items}</channel></rss>".encode())
        Path("feeds.toml").write_text(f'[fetch]\nallow_private = true\n[feeds.quay]\nurl = "{web.url("/old")}"\n', encoding="utf-8")
        ran = alone("feeds", "check")
    assert ran.code == 0
    assert ran.out.split()[:3] == ["quay", "rss20", "8"]
    assert ran.out.split()[4] == "1d"
    assert "silent for" in ran.out
    assert f'url = "{web.url("/new")}"' in ran.err


def test_an_unknown_feed_is_wrong_usage_and_the_nearest_is_named(reading: CommandLine) -> None:
    ran = reading("poll", "meridan-wire")
    assert (ran.code, ran.out) == (2, "")
    assert 'did you mean "meridian-wire"?' in ran.err


def test_a_poll_without_any_feed_says_how_to_add_one(alone: CommandLine) -> None:
    Path("feeds.toml").write_text("# mine\n", encoding="utf-8")
    ran = alone("poll")
    assert ran.code == 0
    assert "curator feeds add" in ran.err


def test_feeds_add_puts_the_feed_at_the_end_of_the_file(alone: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "play").mkdir()
    with demo.stage(tmp_path / "play", datetime.now(UTC)) as stage:
        url = configfile.load(str(stage.path)).feeds["harbour-times"].url
        Path("feeds.toml").write_text("# mine\n[fetch]\nallow_private = true\n", encoding="utf-8")
        ran = alone("feeds", "add", url)
    assert ran.code == 0, ran.err
    text = Path("feeds.toml").read_text(encoding="utf-8")
    assert text.startswith("# mine\n[fetch]\nallow_private = true\n")
    assert configfile.parse(text).feeds["the-harbour-times"].url == url


def test_feeds_import_adds_what_is_not_there_yet(alone: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(OPML, encoding="utf-8")
    Path("feeds.toml").write_text('[feeds.meridian]\nurl = "http://meridian.example/feed/"\n', encoding="utf-8")
    assert alone("feeds", "import", "list.opml").code == 0
    feeds = configfile.load("feeds.toml").feeds
    assert [feed.url for feed in feeds.values()] == ["http://meridian.example/feed/", "https://harbourpost.example/rss"]
    assert alone("feeds", "import", "list.opml").err.startswith("added 0")


def test_feeds_export_is_opml_that_import_reads_back(reading: CommandLine, alone: CommandLine, tmp_path: Path) -> None:
    opml = reading("feeds", "export").out
    (tmp_path / "back.opml").write_text(opml, encoding="utf-8")
    Path("feeds.toml").write_text("", encoding="utf-8")
    assert alone("feeds", "import", "back.opml").code == 0
    assert len(configfile.load("feeds.toml").feeds) == 12


def test_db_path_says_where_the_archive_is(reading: CommandLine, played: Path) -> None:
    assert reading("db", "path").out == f"{played.parent / 'demo.db'}\n"


def test_db_verify_is_silent_on_stdout_and_0_when_all_is_sound(reading: CommandLine) -> None:
    ran = reading("db", "verify")
    assert (ran.code, ran.out) == (0, "")


def test_db_backup_is_an_archive_of_its_own(writing: CommandLine, copied: Path, tmp_path: Path) -> None:
    assert writing("db", "backup", str(tmp_path / "copy.db")).code == 0
    other = tmp_path / "other.toml"
    other.write_text('store = "sqlite:copy.db"', encoding="utf-8")
    assert len(writing("-c", str(other), "list", "--all").out) > 0


def test_db_stats_tells_sizes_and_is_json_for_programs(reading: CommandLine) -> None:
    assert reading("db", "stats").out.count("\n") > 3
    assert isinstance(json.loads(reading("db", "stats", "--json").out), dict)


def test_db_prune_needs_an_age_and_shows_first_what_would_go(writing: CommandLine) -> None:
    assert writing("db", "prune").code == 2
    before = writing("list", "--all", "--json").out
    assert writing("db", "prune", "--older", "1h", "--dry-run").code == 0
    assert writing("list", "--all", "--json").out == before


def test_db_regroup_leaves_every_item(writing: CommandLine) -> None:
    before = [row["id"] for row in json.loads(writing("list", "--all", "--json").out)]
    assert writing("db", "regroup").code == 0
    assert sorted(row["id"] for row in json.loads(writing("list", "--all", "--json").out)) == sorted(before)


def test_db_doctor_names_the_versions_in_use(reading: CommandLine) -> None:
    assert "SQLite" in reading("db", "doctor").out
