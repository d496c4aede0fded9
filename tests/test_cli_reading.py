"""`list`, `search`, `stories`, `show`, `open`, `mark`, `note`, `mute`, `export`, `import`: what analysts live in."""

import csv
import io
import json
import os
import re
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from desk import CommandLine, on_a_terminal, process

from curator import tables

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\]8;;[^\x1b]*\x1b\\|\u200e")


def items(run: CommandLine, *args: str) -> list[dict[str, object]]:
    ran = run("list", "--json", *args)
    assert ran.code == 0, ran.err
    return list(json.loads(ran.out))


def one(run: CommandLine, guid: str) -> dict[str, object]:
    found = [row for row in items(run, "--all") if str(row["guid"]).endswith(guid)]
    assert found, guid
    return found[0]


# ── lists ──


def test_list_shows_twenty_and_all_shows_everything(reading: CommandLine) -> None:
    assert len(reading("list").out.splitlines()) == 20
    assert len(items(reading, "--all")) == 54
    assert len(items(reading, "-n", "3")) == 3


def test_list_is_newest_first_and_folds_copies(reading: CommandLine) -> None:
    found = items(reading, "-n", "100")
    assert [row["date"] for row in found] == sorted((row["date"] for row in found), reverse=True)
    assert all(row["copy_of"] is None for row in found)
    assert any(row["copy_of"] for row in items(reading, "--copies", "-n", "100"))


def test_filters_combine(reading: CommandLine) -> None:
    found = items(reading, "--topic", "cyber/*", "--feed", "cert-valdora", "--since", "20h")
    assert {row["feed"] for row in found} == {"cert-valdora"}
    assert 0 < len(found) < 5
    assert items(reading, "--outlet", "The Civic Signal", "-n", "50") == items(reading, "--outlet", "civic signal", "-n", "50")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--topic", "military/navel"], 'did you mean "military/naval"?'),
        (["--topic", "nothing/*"], 'no topic "nothing/*"; `curator topics` lists them'),
        (["--feed", "civic"], 'did you mean "civic-signal"?'),
        (["--since", "whenever"], "is no time"),
        (["--watch", "x"], "no [watch.x]"),
        (["-f", "jsnl"], "jsonl"),
        (["--origins", "many"], "is no number"),
        (["-n", "0"], "-n"),
    ],
)
def test_an_unknown_value_is_wrong_usage_and_the_nearest_is_named(reading: CommandLine, args: list[str], words: str) -> None:
    ran = reading("list", *args)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_nothing_found_is_said_on_stderr_and_is_no_failure(reading: CommandLine) -> None:
    ran = reading("list", "--starred")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing found\n")
    assert reading("list", "--starred", "--json").out.strip() == "[]"


def test_list_writes_any_format_and_takes_it_from_the_files_ending(reading: CommandLine, tmp_path: Path) -> None:
    lines = reading("list", "-f", "jsonl").out.splitlines()
    assert len(lines) == 20
    assert all(json.loads(line)["id"] for line in lines)
    assert reading("list", "-o", str(tmp_path / "x.csv")).out == ""
    assert len(list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8"))))) == 21


@pytest.mark.parametrize("name", ["x.pdf", "x.XLSX", "x.jsonl.gz"])
@pytest.mark.parametrize("command", ["list", "export", "digest", "stories"])
def test_an_ending_that_promises_what_is_not_written_is_refused(reading: CommandLine, tmp_path: Path, command: str, name: str) -> None:
    ran = reading(command, "-o", str(tmp_path / name))
    assert ran.code == 2
    assert "choose with -f" in ran.err
    assert list(tmp_path.iterdir()) == []
    assert reading(command, "-o", str(tmp_path / "x.log")).code == 0


def test_a_file_that_cannot_be_written_is_a_line_and_leaves_nothing_behind(reading: CommandLine, tmp_path: Path) -> None:
    ran = reading("list", "--json", "-o", str(tmp_path / "none" / "x.json"))
    assert ran.code == 1
    assert "no such folder" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("command", [["list", "--all"], ["stories", "--all"], ["search", "cable"], ["feeds"]])
def test_tables_fit_the_terminal(played: Path, columns: int, command: list[str]) -> None:
    shown = on_a_terminal("-c", str(played), *command, columns=columns, PAGER="cat")
    lines = [ESCAPES.sub("", line) for line in shown.splitlines()]
    assert len(lines) > 3
    assert max(tables.width(line) for line in lines) <= columns


@pytest.mark.parametrize(("command", "least"), [("list", 25), ("stories", 17)])
def test_a_slim_terminal_has_room_for_titles(played: Path, command: str, least: int) -> None:
    lines = [ESCAPES.sub("", line) for line in on_a_terminal("-c", str(played), command, columns=40, PAGER="cat").splitlines()]
    assert "OUTLET" not in lines[0]
    assert lines[0].index("TITLE") <= 40 - least


def test_titles_are_hyperlinks_where_the_terminal_has_them(played: Path) -> None:
    assert "\x1b]8;;https://" in on_a_terminal("-c", str(played), "list", PAGER="cat", VTE_VERSION="7000")
    assert "\x1b]8;;" not in on_a_terminal("-c", str(played), "list", PAGER="cat")


def test_search_marks_what_matched_and_ranks_by_fit(reading: CommandLine) -> None:
    ran = reading("search", "garden", "tractors")
    assert ran.code == 0
    assert "«" in ran.out


def test_a_broken_query_is_read_as_plain_words_and_that_is_said(reading: CommandLine) -> None:
    ran = reading("search", '"tractors AND (')
    assert ran.code == 0
    assert ran.out
    assert "plain words" in ran.err


def test_stories_are_told_once_best_first_with_outlets_and_origins(reading: CommandLine) -> None:
    found = json.loads(reading("stories", "--all", "--json").out)
    assert [story["score"] for story in found] == sorted((story["score"] for story in found), reverse=True)
    cable = max(found, key=lambda story: len(story["items"]))
    assert len(cable["outlets"]) >= 4
    assert len(reading("stories").out.splitlines()) == 20


# ── one thing ──


def test_show_tells_text_tags_and_why_and_whose_report_it_is(reading: CommandLine) -> None:
    shown = reading("show", str(one(reading, "ht-drones")["id"])).out
    assert "Engines for Kestria" in shown
    assert "Civic Signal" in shown
    assert "https://harbourtimes.example/ht-drones" in shown
    assert "utm_source" not in shown


def test_show_tells_once_whose_report_an_item_rests_on(reading: CommandLine) -> None:
    found = next(row for row in items(reading, "-n", "100") if row["provenance"]["why"].startswith("rests on "))
    report = next(line for line in reading("show", found["id"]).out.splitlines() if line.startswith("report "))
    assert report.split(maxsplit=1)[1].startswith("rests on ")
    assert report.count(found["provenance"]["origin"]) == 1


def test_show_json_is_the_item_with_more(reading: CommandLine) -> None:
    id_ = str(one(reading, "ht-depot")["id"])
    shown = json.loads(reading("show", id_, "--json").out)
    assert shown["versions"] == 2
    assert [state["number"] for state in shown["history"]] == [1, 2]
    assert shown["retrieval"]["status"] == 200
    assert {"copies", "credits", "notes"} <= shown.keys()


def test_show_diff_tells_a_silent_correction_word_by_word(reading: CommandLine) -> None:
    shown = reading("show", str(one(reading, "ht-depot")["id"]), "--diff").out
    assert "[-Twelve-] {+Two+}" in shown


def test_show_raw_gives_the_bytes_as_the_feed_sent_them(reading: CommandLine, played: Path) -> None:
    item = one(reading, "ht-depot")
    raw = process("-c", str(played), "show", str(item["id"]), "--raw").stdout
    assert raw.startswith("<item>")
    assert "ht-depot" in raw


def test_show_of_a_story_is_the_tree_of_who_reported_what(reading: CommandLine) -> None:
    story = str(one(reading, "mw-cable")["story"])
    shown = reading("show", story).out
    assert "Meridian Wire" in shown
    assert "origin" in shown
    assert "“told Meridian Wire”" in shown
    assert json.loads(reading("show", story, "--json").out)["items"][0]["title"]


def test_an_id_may_be_shortened_and_an_unknown_one_is_exit_1(reading: CommandLine) -> None:
    id_ = str(items(reading, "-n", "1")[0]["id"])
    assert reading("show", id_[:12]).out == reading("show", id_).out
    ran = reading("show", "ffffffffffffffff")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_show_fits_the_terminal(played: Path, reading: CommandLine) -> None:
    for id_ in (str(one(reading, "sw-ais")["id"]), str(one(reading, "mw-cable")["story"])):
        shown = on_a_terminal("-c", str(played), "show", id_, PAGER="cat")
        assert max(tables.width(ESCAPES.sub("", line)) for line in shown.splitlines()) <= 80


# ── marks ──


def test_marks_are_kept(writing: CommandLine) -> None:
    id_ = str(items(writing, "-n", "1")[0]["id"])
    assert writing("mark", id_, "--read", "--star").err == "marked 1 item\n"
    assert [row["id"] for row in items(writing, "--starred")] == [id_]
    assert id_ not in [row["id"] for row in items(writing, "--unread", "--all")]
    writing("mark", id_, "--unread", "--unstar")
    assert items(writing, "--starred") == []


def test_a_topic_given_by_hand_stays_and_says_by_whom(writing: CommandLine) -> None:
    id_ = str(items(writing, "-n", "1")[0]["id"])
    assert writing("mark", id_, "--topic", "+space/satellites").code == 0
    assert "space/satellites" in [tag["name"] for tag in json.loads(writing("show", id_, "--json").out)["topics"]]
    assert "[hand]" in writing("show", id_).out
    assert writing("mark", id_, "--topic", "space/satellites").code == 2
    assert writing("mark", id_).code == 2


def test_a_copy_that_is_none_is_set_apart_for_good(writing: CommandLine) -> None:
    copy = next(row for row in items(writing, "--all") if row["copy_of"])
    for again in ("mark", "regroup"):
        ran = writing("mark", str(copy["id"]), "--not-copy") if again == "mark" else writing("db", "regroup")
        assert ran.code == 0, ran.err
        assert json.loads(writing("show", str(copy["id"]), "--json").out)["copy_of"] is None


def test_a_note_is_shown_with_its_label(writing: CommandLine) -> None:
    id_ = str(items(writing, "-n", "1")[0]["id"])
    assert writing("note", id_, "seen before", "--tlp", "amber").code == 0
    assert "seen before (TLP:AMBER)" in writing("show", id_).out


def test_what_is_muted_stands_in_no_list_until_it_ends(writing: CommandLine) -> None:
    assert writing("mute", "tractors", "--until", "14d").code == 0
    assert writing("search", "tractors").out == "" or "muted" in writing("search", "tractors").err
    assert "tractors" in writing("mute", "list").out
    number = json.loads(writing("mute", "list", "--json").out)[0]["number"]
    assert writing("mute", "end", str(number)).code == 0
    assert json.loads(writing("mute", "list", "--json").out) == []
    assert writing("mute").code == 2


def test_open_starts_the_browser_and_marks_read(writing: CommandLine, copied: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n', encoding="utf-8")
    os.chmod(browser, browser.stat().st_mode | stat.S_IXUSR)
    item = one(writing, "ht-vpn")
    assert process("-c", str(copied), "open", str(item["id"]), BROWSER=f"{browser} %s").returncode == 0
    assert (tmp_path / "opened").read_text(encoding="utf-8").strip() == item["url"]
    assert one(writing, "ht-vpn")["read"]


# ── the way out and in ──


def test_an_export_is_imported_again_without_loss_and_twice_changes_nothing(
    reading: CommandLine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert reading("export", "--all", "-o", str(tmp_path / "all.jsonl")).code == 0
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    other = CommandLine(capsys, tmp_path / "feeds.toml")
    first = json.loads(other("import", "--json", str(tmp_path / "all.jsonl")).out)
    assert first["new"] == 54
    again = json.loads(other("import", "--json", str(tmp_path / "all.jsonl")).out)
    assert again["new"] == 0
    rows = {json.loads(line)["id"]: json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()}
    back = {row["id"]: row for row in items(other, "--all")}
    assert {id_: [tag["name"] for tag in row["topics"]] for id_, row in back.items()} == {  # type: ignore[attr-defined]
        id_: [tag["name"] for tag in row["topics"]] for id_, row in rows.items()
    }
    for key in ("title", "text", "url", "published", "copy_of", "story", "provenance", "outlet"):
        assert {id_: row[key] for id_, row in back.items()} == {id_: row[key] for id_, row in rows.items()}, key


def test_export_writes_without_a_limit_and_without_copies_unless_all_is_asked_for(reading: CommandLine) -> None:
    assert 20 < len(reading("export", "-f", "jsonl").out.splitlines()) < 54
    assert len(reading("export", "--all", "-f", "jsonl").out.splitlines()) == 54


def test_export_of_feeds_is_opml(reading: CommandLine) -> None:
    assert "<opml" in reading("export", "-f", "opml").out


# ── what a person sees ──


def test_a_pipe_gets_titles_whole_and_no_heading(reading: CommandLine, played: Path) -> None:
    titles = [str(row["title"]) for row in items(reading)]
    assert all(title in line for title, line in zip(titles, reading("list").out.splitlines(), strict=True))
    assert "TITLE" not in reading("list").out


def test_a_terminal_without_colour_has_its_heading_too(played: Path) -> None:
    shown = on_a_terminal("-c", str(played), "list", PAGER="cat", NO_COLOR="1")
    assert shown.split()[:4] == ["ID", "AGE", "OUTLET", "TITLE"]
    assert "\x1b" not in shown


def test_a_feed_that_fails_can_be_read_of_in_80_columns(played: Path) -> None:
    shown = on_a_terminal("-c", str(played), "feeds", PAGER="cat", NO_COLOR="1")
    assert "old-mill-radio" in shown
    assert "failed 2 ×: this is a web" in shown


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    run = CommandLine(capsys, tmp_path / "feeds.toml")
    for command in (["list"], ["stories"], ["search", "drone"]):
        ran = run(*command)
        assert (ran.code, ran.out) == (0, "")
        assert "curator poll" in ran.err


def test_statistics_are_for_people_and_their_days_are_of_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    run = CommandLine(capsys, tmp_path / "feeds.toml")
    ran = run("db", "stats")
    assert "19" + "70" not in ran.out
    assert re.search(r"^bytes: [\d.]+ KB$", ran.out, re.MULTILINE)
    assert "oldest: none" in ran.out
    assert isinstance(json.loads(run("db", "stats", "--json").out)["bytes"], int)


def test_a_branch_of_a_storys_tree_goes_on_beside_its_wrapped_lines(played: Path, reading: CommandLine) -> None:
    story = json.loads(reading("search", "cable", "--json").out)[0]["story"]
    lines = reading("show", story).out.splitlines()
    for line, following in pairwise(lines):
        if line.startswith("├─") and not following.startswith(("├", "└")):
            assert following.startswith("│"), following


def test_a_hit_in_the_title_alone_is_marked_there_and_not_told_twice(played: Path) -> None:
    shown = on_a_terminal("-c", str(played), "search", "title:garden", "-n", "1", PAGER="cat", columns=200)
    assert "\x1b[1;33mgarden" in shown.lower()
    assert len(re.findall("garden", re.sub("\x1b.*?m", "", shown), re.IGNORECASE)) == 1


def test_what_cannot_be_meant_is_refused_and_what_would_be_right_is_said(writing: CommandLine) -> None:
    for args, words in [
        (["mute", "end", "soon"], "takes a number"),
        (["mute", "fog", "--until", "2001-01-01"], "is past"),
        (["note", writing("list", "-n", "1").out.split()[0], "  "], "is empty"),
        (["list", "--topic", "milit"], '"military/*"'),
    ]:
        ran = writing(*args)
        assert (ran.code, ran.out) == (2, ""), args
        assert words in ran.err
    assert "nothing is muted" in writing("mute", "list").err


def test_an_outlet_is_muted_by_any_of_its_names_and_an_unknown_one_is_said_to_be(writing: CommandLine) -> None:
    outlet = json.loads(writing("list", "-n", "1", "--json").out)[0]["outlet"]
    assert f"muted outlet {outlet};" in writing("mute", "--outlet", outlet.upper()).err
    assert not [one for one in json.loads(writing("list", "--json").out) if one["outlet"] == outlet]
    ran = writing("mute", "--outlet", outlet[:-1])
    assert f'nothing has come from {outlet[:-1]} yet; did you mean "{outlet}"?' in ran.err
    assert "did you mean" in writing("list", "--outlet", outlet[:-1]).err
