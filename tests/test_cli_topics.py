"""`curator topics`: what is on, why an entry has its topics, what a changed rule would do, and what is worth asking."""

import json
from pathlib import Path

import pytest
from desk import CommandLine


def added(config: Path, text: str) -> None:
    config.write_text(config.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_topics_are_listed_with_their_state(reading: CommandLine) -> None:
    rows = json.loads(reading("topics", "list", "--json").out)
    assert {row["name"] for row in rows} >= {"military/drones-uav", "cyber/ransomware"}
    assert all(set(row) == {"name", "title", "on", "own", "terms", "weight", "version"} for row in rows)
    assert "military/drones-uav" in reading("topics").out


def test_a_text_is_explained_term_by_term(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    added(copied, '\n[topics."t/zeppelin"]\nany = ["zeppelin"]\nweak = ["balloon"]\ncontext = ["army"]\nmask = ["zeppelin museum"]\n')
    run = CommandLine(capsys, copied)
    found = json.loads(run("topics", "test", "A zeppelin, a balloon and the zeppelin museum", "--json").out)
    (mine,) = [row for row in found if row["topic"] == "t/zeppelin"]
    assert mine["given"] is True
    assert [(one["words"], one["verdict"]) for one in mine["findings"]] == [
        ("zeppelin", "counts"),
        ("balloon", "sport or leisure"),
        ("zeppelin", "masked"),
    ]
    assert "t/zeppelin  given" in run("topics", "test", "A zeppelin over town").out
    assert "lacks context" in run("topics", "test", "A red balloon").out


def test_an_item_is_explained_by_its_id(reading: CommandLine) -> None:
    item = json.loads(reading("list", "--json", "--topic", "*", "-n", "1").out)[0]
    found = json.loads(reading("topics", "test", str(item["id"])[:10], "--json").out)
    assert {row["topic"] for row in found if row["given"]} >= {tag["name"] for tag in item["topics"] if "carries it" not in tag["why"]}


def test_a_changed_rule_is_tried_on_the_archive_before_it_is_applied(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys, copied)
    title = json.loads(run("list", "--json", "-n", "1").out)[0]["title"]
    word = max((part.strip(".,:'\"") for part in title.split()), key=len)
    added(copied, f'\n[topics."t/new"]\nany = ["{word}"]\n')
    tried = json.loads(run("topics", "test", "--since", "30d", "--json").out)
    assert tried["added"]["t/new"]
    assert json.loads(run("list", "--json", "--topic", "t/new", "--all").out) == []
    assert run("topics", "retag").code == 0
    assert {row["id"] for row in json.loads(run("list", "--json", "--topic", "t/new", "--all").out)} == set(tried["added"]["t/new"])
    assert json.loads(run("topics", "retag", "--json").out)["changed"] == 0, "a second run has nothing to do"


def test_what_a_person_took_away_stays_away(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys, copied)
    item = next(row for row in json.loads(run("list", "--json", "--all").out) if row["topics"])
    topic = item["topics"][0]["name"]
    assert run("mark", item["id"], "--topic", f"-{topic}").code == 0
    run("topics", "retag")
    after = next(row for row in json.loads(run("list", "--json", "--all").out) if row["id"] == item["id"])
    assert topic not in {tag["name"] for tag in after["topics"]}


def test_suggestions_ask_about_items_and_propose_words(reading: CommandLine) -> None:
    asked = json.loads(reading("topics", "suggest", "--json", "-n", "3").out)
    assert len(asked) <= 3
    assert all(0 <= one["score"] <= 1 for one in asked)
    assert json.loads(reading("topics", "suggest", "--topic", "military/naval", "--json").out) == []


@pytest.mark.parametrize(("args", "code"), [((), 2), (("ffffffffffff",), 1), (("--since", "whenever"), 2)])
def test_what_cannot_be_tested_is_told(reading: CommandLine, args: tuple[str, ...], code: int) -> None:
    ran = reading("topics", "test", *args)
    assert ran.code == code
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_a_question_fits_the_terminal_and_nothing_is_no_text(reading: CommandLine) -> None:
    lines = reading("topics", "suggest", "-n", "3").out.splitlines()
    assert lines
    assert all(len(line) <= 80 for line in lines)
    assert "say what to test" in reading("topics", "test", " ").err
