"""Everything from a feed is hostile: what reaches the terminal, a file or a spreadsheet is text and nothing else."""

import csv
import io
import json
import re
from pathlib import Path

import hostile
import pytest
from desk import CommandLine, on_a_terminal
from hostile import CONTROLS, TITLES

from curator import tables

OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;(https?://[!-~]*)?\x1b\\|\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.archive(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def run(archive: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, archive)


def ids(run: CommandLine) -> list[str]:
    return [row["id"] for row in json.loads(run("list", "--all", "--json").out)]


def test_every_row_is_kept_and_json_is_one_value(run: CommandLine) -> None:
    assert len(ids(run)) == len(TITLES)


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize("command", ["list", "stories"])
def test_lists_fit_and_hold_no_controls(archive: Path, command: str, columns: int) -> None:
    shown = on_a_terminal("-c", str(archive), command, "--all", columns=columns, PAGER="cat", VTE_VERSION="7000")
    plain = OURS.sub("", shown)
    assert not CONTROLS.search(plain)
    assert len(plain.splitlines()) > (len(TITLES) if command == "list" else 1)
    for line in plain.splitlines():
        assert tables.width(line.replace("\u200e", "")) <= columns


def test_show_holds_no_controls_and_fits(run: CommandLine, archive: Path) -> None:
    for id_ in ids(run):
        out = run("show", id_).out
        assert not CONTROLS.search(out)
        assert all(tables.width(line.replace("\u200e", "")) <= 80 for line in out.splitlines() if not line.startswith("https://"))


def test_no_link_leads_where_a_title_wants_it_to(archive: Path) -> None:
    shown = on_a_terminal("-c", str(archive), "list", "--all", PAGER="cat", VTE_VERSION="7000")
    assert set(re.findall(r"\x1b\]8;;(https?://[^/\x1b]+)", shown)) == {"https://x.example"}


def test_no_cell_of_a_csv_is_a_formula(run: CommandLine) -> None:
    rows = list(csv.reader(io.StringIO(run("export", "--all", "-f", "csv").out)))
    assert len(rows) == len(TITLES) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r") or re.match(r"-(?!\d)", cell)]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "atom", "jsonl", "json"])
def test_no_format_lets_controls_or_markup_through(run: CommandLine, form: str) -> None:
    out = run("export", "--all", "-f", form).out
    assert not CONTROLS.search(out)
    if form in ("html", "atom"):
        assert "<script" not in out


def test_a_search_with_anything_in_it_ends_well(run: CommandLine) -> None:
    for words in ('"', "(", "AND", "title:", "x" * 5000, "\x1b[31m", "'; DROP TABLE item; --", "*", "^", "NEAR(", "无人机", "-"):
        ran = run("search", "--", words)
        assert ran.code == 0, (words, ran.err)
        assert not CONTROLS.search(ran.out + ran.err)


def test_an_id_with_anything_in_it_is_a_line(run: CommandLine) -> None:
    for id_ in ("", "%", "' OR 1=1", "\x1b[31m", "x" * 5000):
        ran = run("show", "--", id_)
        assert ran.code in (1, 2)
        assert ran.err.count("\n") == 1
        assert not CONTROLS.search(ran.err)


def test_a_number_of_any_size_is_a_number(run: CommandLine) -> None:
    assert len(json.loads(run("list", "--copies", "--json", "-n", "9" * 30).out)) == len(ids(run))
    assert run("search", "text", "-n", "9" * 30).code == 0
