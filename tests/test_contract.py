"""What users and scripts rely on, as the command line gives it over the demo's day: every key and type of the JSON, exit codes, streams."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from desk import CommandLine, Ran

HEX = re.compile(r"[0-9a-f]{16}")
SHA = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
KINDS = ["dns", "connect", "tls", "timeout", "http", "redirect", "forbidden", "too-big", "not-a-feed", "parse", "budget", "gap", "internal"]

Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str)


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def like(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def one_of(*words: str) -> Check:
    return lambda value: value in words


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(one) for one in value)


def shaped(shape: Mapping[str, Check]) -> Check:
    """A check that an object has at least these keys, each with a value of its type; it fails with the key's name."""

    def check(value: Any) -> bool:
        assert isinstance(value, dict), value
        for key, right in shape.items():
            assert key in value, f"{key} is missing"
            assert right(value[key]), f"{key}: {value[key]!r}"
        return True

    return check


PROVENANCE = {
    "role": one_of("own", "derived", "syndicated", "unknown"),
    "origin": or_null(text),
    "background": each(text),
    "evidence": or_null(text),
    "why": text,
}
ITEM = {
    "id": like(HEX), "feed": text, "outlet": or_null(text), "guid": or_null(text), "url": or_null(text), "link": or_null(text),
    "title": text, "summary": text, "text": text, "authors": each(text), "language": or_null(text),
    "published": or_null(like(TIME)), "seen": like(TIME), "date": like(TIME),
    "topics": each(shaped({"name": text, "why": text})), "entities": each(shaped({"kind": text, "value": text, "why": text})),
    "copy_of": or_null(like(HEX)), "story": like(HEX), "provenance": shaped(PROVENANCE),
    "read": flag, "starred": flag, "sha256": like(SHA), "versions": whole,
}  # fmt: skip
STORY = {
    "id": like(HEX), "title": text, "items": each(like(HEX)), "outlets": each(text), "first": like(TIME), "last": like(TIME),
    "origins": each(text), "origins_min": whole, "origins_max": whole, "credibility": one_of("1", "2", "3", "6"),
    "topics": each(text), "score": number, "why": each(text),
}  # fmt: skip
PROBLEM = {"feed": text, "kind": one_of(*KINDS), "message": text, "since": like(TIME), "failures": whole}
POLL = {
    **dict.fromkeys(("feeds", "polled", "unchanged", "failed", "new", "updated", "copies"), whole),
    "seconds": number,
    "problems": each(shaped(PROBLEM)),
}
TOLD = {**STORY, "items": each(shaped({"id": like(HEX), "title": text, "outlet": text, "url": or_null(text), "role": text}))}
DIGEST = {
    "id": like(HEX), "title": text, "since": or_null(like(TIME)), "until": like(TIME), "tlp": text,
    "sections": each(shaped({"topic": text, "title": text, "stories": each(shaped(TOLD)), "more": whole})),
    "updates": each(shaped(TOLD)), "problems": each(shaped(PROBLEM)),
}  # fmt: skip


def value(ran: Ran) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


# ── JSON ──


@pytest.mark.parametrize("args", [["list", "--json"], ["list", "--all", "--json"], ["search", "cable", "--json"], ["list", "-f", "json"]])
def test_items_are_one_array_of_whole_items(reading: CommandLine, args: list[str]) -> None:
    found = value(reading(*args))
    assert found
    assert each(shaped(ITEM))(found)


def test_every_judgement_of_an_item_has_its_reason(reading: CommandLine) -> None:
    for item in value(reading("list", "--all", "--json")):
        assert all(given["why"] for given in item["topics"] + item["entities"]), item
        assert item["provenance"]["why"], item


def test_an_item_is_never_dated_later_than_it_was_seen(reading: CommandLine) -> None:
    assert all(item["date"] <= item["seen"] for item in value(reading("list", "--all", "--json")))


def test_a_copy_names_an_item_that_is_no_copy_itself(reading: CommandLine) -> None:
    items = {item["id"]: item for item in value(reading("list", "--all", "--json"))}
    copies = [item for item in items.values() if item["copy_of"]]
    assert copies
    assert all(items[copy["copy_of"]]["copy_of"] is None for copy in copies)


def test_an_export_writes_one_item_a_line_copies_only_with_all(reading: CommandLine) -> None:
    rows = {args: [json.loads(line) for line in reading("export", *args).out.splitlines()] for args in ((), ("--all",))}
    assert all(shaped(ITEM)(row) for found in rows.values() for row in found)
    assert not [row for row in rows[()] if row["copy_of"]]
    assert [row for row in rows["--all",] if row["copy_of"]]
    assert len(rows["--all",]) == len(value(reading("list", "--all", "--json")))


def test_show_gives_one_item_with_more(reading: CommandLine) -> None:
    first = value(reading("list", "--json"))[0]
    shown = value(reading("show", first["id"][:12], "--json"))
    assert shaped(ITEM)(shown)
    assert {key: shown[key] for key in ITEM} == first
    assert set(shown) > set(ITEM)


def test_show_gives_a_story_too(reading: CommandLine) -> None:
    first = value(reading("stories", "--json"))[0]
    shown = value(reading("show", first["id"], "--json"))
    assert shaped({**STORY, "items": each(shaped(ITEM))})(shown)
    assert [item["id"] for item in shown["items"]] == first["items"]


def test_stories_are_one_array_best_first(reading: CommandLine) -> None:
    found = value(reading("stories", "--all", "--json"))
    assert each(shaped(STORY))(found)
    assert [story["score"] for story in found] == sorted((story["score"] for story in found), reverse=True)
    assert all(story["why"] for story in found)
    assert all(story["origins_min"] <= story["origins_max"] for story in found)


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "text"])
def test_stories_are_written_in_formats_as_items_are(reading: CommandLine, form: str) -> None:
    found, ran = value(reading("stories", "--json")), reading("stories", "-f", form)
    assert (ran.code, ran.err) == (0, "")
    assert all(story["id"] in ran.out for story in found)


def test_a_file_name_whose_format_cannot_hold_what_there_is_is_wrong_usage(reading: CommandLine, tmp_path: Path) -> None:
    for args in (["list", "-o", "x.opml"], ["digest", "-o", "x.csv"], ["stories", "-o", "x.stix.opml"]):
        ran = reading(*args[:-1], str(tmp_path / args[-1]))
        assert (ran.code, ran.out) == (2, "")
        assert "cannot hold that" in ran.err
    assert reading("export", "-o", str(tmp_path / "feeds.opml")).code == 0
    assert list(tmp_path.iterdir()) == [tmp_path / "feeds.opml"]


def test_every_item_copies_included_stands_in_the_story_it_names(reading: CommandLine) -> None:
    stories = {story["id"]: story["items"] for story in value(reading("stories", "--all", "--json"))}
    items = value(reading("list", "--all", "--json"))
    assert all(item["id"] in stories[item["story"]] for item in items)
    assert sorted(item["id"] for item in items) == sorted(id_ for ids in stories.values() for id_ in ids)


def test_a_digest_is_one_value_of_sections_updates_and_problems(reading: CommandLine) -> None:
    found = value(reading("digest", "-f", "json"))
    assert shaped(DIGEST)(found)
    assert found["tlp"] == "CLEAR"
    assert [section for section in found["sections"] if section["stories"]]
    assert [problem["feed"] for problem in found["problems"]] == ["old-mill-radio"]


def test_a_digest_tells_each_story_once(reading: CommandLine) -> None:
    found = value(reading("digest", "-f", "json"))
    told = [story["id"] for section in found["sections"] for story in section["stories"]]
    assert len(told) == len(set(told))


def test_a_poll_is_one_value_of_counts_and_problems(writing: CommandLine) -> None:
    """The demo's server has gone home, so that every feed is refused its connection."""
    found = value(writing("poll", "--force", "--json"))
    assert shaped(POLL)(found)
    assert (found["polled"], found["failed"], found["new"]) == (found["feeds"], found["feeds"], 0)
    assert {problem["kind"] for problem in found["problems"]} == {"connect"}
    assert {problem["failures"] for problem in found["problems"]} == {1, 3}


# ── what commands do ──


COMMANDS = {
    "init": "", "poll": "--force --strict --json --dry-run", "digest": "-f -o --send --since --topic --dry-run --done",
    "list": "--topic --feed --since --unread --starred --all -n -f --json --watch --origins --copies",
    "search": "--topic --feed --since --unread --starred --all -n -f --json", "stories": "--topic --feed --since --unread --starred --all -n -f -o --json",
    "show": "--json --raw --diff --full", "open": "", "mark": "--read --unread --star --unstar --topic", "browse": "", "export": "-f -o --all --topic --feed --since",
    "import": "", "feeds list": "--json", "feeds check": "", "feeds add": "", "feeds import": "", "feeds export": "", "topics list": "", "topics test": "",
    "topics retag": "", "topics suggest": "", "db path": "", "db stats": "--json", "db verify": "", "db backup": "", "db prune": "--older",
    "mute": "--outlet --story --until", "note": "--tlp", "schedule": "", "demo": "",
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_options(reading: CommandLine, command: str) -> None:
    ran = reading(*command.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    given = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", ran.out))
    assert set(COMMANDS[command].split()) <= given


def test_help_and_version_go_to_stdout(reading: CommandLine) -> None:
    assert reading("--version").out.startswith("curator ")
    assert "poll" in reading("--help").out


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("list --feed nobody", 2), ("list --topic military/navel", 2), ("list -f jsnl", 2), ("list -n none", 2), ("list --since someday", 2),
        ("poll nobody", 2), ("digest --topic nothing/here", 2), ("digest -f pdf", 2), ("export -f pdf", 2), ("mark", 2), ("search", 2),
        ("frobnicate", 2), ("list --frobnicate", 2), ("db prune", 2), ("show zzzz", 1), ("show 0000000000000000", 1),
        ("mark ffffffffffffffff --read", 1), ("open 0000000000000000", 1), ("import nothing-of-that-name.jsonl", 1), ("init", 1),
        ("note 0000000000000000 text", 1), ("mute --story 0000000000000000", 1), ("mute end 99", 1), ("digest --send", 2),
    ],
)  # fmt: skip
def test_wrong_usage_is_2_and_failure_is_1_each_told_in_a_line(
    reading: CommandLine, args: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(reading.config.parent if reading.config else ".")
    ran = reading(*args.split())
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_file_is_2_with_every_mistake_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text('timezone = "Mars/Olympus"\n[feeds.x]\nurl = "http://x.example/"\nrole = "pres"\n', encoding="utf-8")
    ran = CommandLine(capsys, file)("list")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 2
    assert "press" in ran.err


def test_failed_feeds_are_3_only_when_strict(writing: CommandLine) -> None:
    assert writing("poll", "--force").code == 0
    assert writing("poll", "--force", "--strict").code == 3


def test_an_id_may_be_shortened_to_what_is_its_alone(reading: CommandLine) -> None:
    ids = [item["id"] for item in value(reading("list", "--all", "--json"))] + [
        story["id"] for story in value(reading("stories", "--all", "--json"))
    ]
    for id_ in ids[:5]:
        least = next(n for n in range(1, 17) if sum(other.startswith(id_[:n]) for other in set(ids)) == 1)
        assert value(reading("show", id_[: max(4, least)], "--json"))["id"] == id_


def test_marks_are_seen_in_lists(writing: CommandLine) -> None:
    first, second = (item["id"] for item in value(writing("list", "-n", "2", "--json")))
    assert writing("mark", first, "--read", "--star", "--topic", "+military/naval").code == 0
    assert value(writing("list", "--starred", "--json"))[0]["id"] == first
    assert first not in {item["id"] for item in value(writing("list", "--all", "--unread", "--json"))}
    assert "military/naval" in {tag["name"] for tag in value(writing("show", first, "--json"))["topics"]}
    assert writing("mark", first, "--unread", "--unstar", "--topic", "-military/naval").code == 0
    assert second in {item["id"] for item in value(writing("list", "--unread", "--json"))}
    assert value(writing("list", "--starred", "--json")) == []
    assert "military/naval" not in {tag["name"] for tag in value(writing("show", first, "--json"))["topics"]}


def test_a_digest_is_ticked_off_only_when_done(writing: CommandLine) -> None:
    def told(*args: str) -> set[str]:
        return {story["id"] for section in value(writing("digest", "-f", "json", *args))["sections"] for story in section["stories"]}

    first = told()
    assert first
    assert told("--since", "24h")
    assert writing("digest", "--dry-run").code == 0
    assert told() == first
    assert writing("digest", "--done").code == 0
    assert told() == set()
    assert told("--since", "48h")


def test_init_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    run = CommandLine(capsys)
    assert run("init").code == 0
    before = (tmp_path / "feeds.toml").read_bytes()
    assert run("init").code == 1
    assert (tmp_path / "feeds.toml").read_bytes() == before
    assert run("list").code == 0


def test_an_export_read_into_an_empty_archive_is_the_same_archive(
    reading: CommandLine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "all.jsonl"
    assert reading("export", "--all", "-o", str(out)).code == 0
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    other = CommandLine(capsys, tmp_path / "feeds.toml")
    assert other("import", str(out)).code == 0
    assert other("import", str(out)).code == 0
    assert value(other("list", "--all", "--json")) == value(reading("list", "--all", "--json"))


def test_a_row_needs_a_title_or_an_address_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")
    rows = [{"title": "A drone hit the refinery"}, {"url": "https://a.example/1"}, {"feed": "x"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run = CommandLine(capsys, tmp_path / "feeds.toml")
    assert run("import", str(tmp_path / "rows.jsonl")).code == 0
    found = value(run("list", "--all", "--json"))
    assert sorted((item["title"], item["url"]) for item in found) == [("", "https://a.example/1"), ("A drone hit the refinery", None)]
    assert each(shaped({**ITEM, "sha256": text}))(found)
