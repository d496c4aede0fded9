"""Markdown as a folder of notes: names that are safe everywhere, text that is only text, and no file written without need."""

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from archives import NOW, drone, make_item
from desk import CommandLine
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from curator import text
from curator.commands import _folder
from curator.commands._desk import Desk
from curator.errors import CuratorError
from curator.formats import _vault, markdown
from curator.types import Dossier, Entity, Item, Note, Provenance

CHARACTERS = st.characters(exclude_categories=("Cs",))
RENDER = MarkdownIt("commonmark")


def files(*items: Item) -> dict[str, str]:
    return dict(markdown.folder(Dossier(item=item) for item in items))


def front(note: str) -> dict[str, object]:
    """The facts at the head of a note: each value is JSON, which every YAML reader takes."""
    head = note.split("---\n")[1]
    return {line.partition(": ")[0]: json.loads(line.partition(": ")[2]) for line in head.splitlines()}


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "title",
    [
        "../../etc/passwd",
        "CON",
        "a/b\\c",
        "nul.txt",
        "\x00\x1b[2J",
        "x" * 5000,
        "ю" * 500,
        "",
        " . ",
        "\u202egpj.exe",
        ".hidden",
        "a\nb",
        '*?<>|:"#^[]',
    ],
)
def test_whatever_a_title_is_its_name_is_one_name_of_one_file(title: str, tmp_path: Path) -> None:
    (name,) = files(make_item(1, title=title))
    assert name == Path(name).name
    assert re.fullmatch(r"\d{4}-\d\d-\d\d [^/\\\\:*?\"<>|#^\[\]\x00-\x1f]*[0-9a-f]{16}\.md", name)
    (tmp_path / name).write_text("x", encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == [name]


@given(st.text(CHARACTERS, max_size=300))
def test_no_title_makes_a_name_that_is_too_long_or_that_a_terminal_obeys(title: str) -> None:
    name = _vault.name(make_item(1, title=title))
    assert len(name.encode()) <= 140
    assert "/" not in name
    assert all(char == " " or char.isprintable() or not char.isascii() for char in name)


def test_two_items_of_one_title_and_day_have_two_names() -> None:
    assert len(files(make_item(1, title="Fog", date=NOW), make_item(2, title="Fog", date=NOW))) == 2


# ── what stands in them ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_note_has_its_facts_its_text_who_reported_it_and_what_it_names() -> None:
    item = drone(make_item(1, provenance=Provenance(role="derived", origin="Harbour Wire", evidence="Harbour Wire reported")))
    item = make_item(1, tags=item.tags, provenance=item.provenance, entities=(Entity(kind="domain", value="evil.example", why=""),))
    notes = (Note(number=1, item=item.id, text="See [[others]]", tlp="AMBER", at=NOW),)
    note = dict(markdown.folder([Dossier(item=item, notes=notes)])).popitem()[1]
    assert front(note)["tags"] == ["military/drones-uav"]
    assert "# [Pilots report fog over berth 1](<https://harbour.example/1>)" in note
    assert "The harbour master closed berth 1 at dawn." in note
    assert "**Report:** derived, of Harbour Wire “Harbour Wire reported”" in note
    assert "evil\\[.\\]example (domain)" in note
    assert "> See \\[\\[others\\]\\]\n> 2026-11-20T06:00:00Z, TLP:AMBER" in note


@given(st.text(CHARACTERS, max_size=60))
def test_words_of_a_feed_are_text_and_nothing_else(words: str) -> None:
    shown = RENDER.render(_vault.marked(words))
    plain = text.line(words).strip()
    assert unescape(shown).strip() == (f"<p>{plain}</p>" if plain else "")


@pytest.mark.parametrize(
    "words",
    [
        "1. one",
        "- x",
        "+ x",
        "# x",
        "===",
        "a &lt;b&gt; &#60;",
        "![[embed]]",
        "<% tp.x %>",
        "==lit==",
        "%%hidden%%",
        "$x$",
        "a_b_c",
        "```",
        "~~~",
        "| a |",
    ],
)
def test_marks_of_markdown_and_of_note_programs_are_text(words: str) -> None:
    assert unescape(RENDER.render(_vault.marked(words))).strip() == f"<p>{words}</p>"


def test_numbers_and_names_can_be_searched_for_as_they_are() -> None:
    assert _vault.marked("CVE-2099-10420 hit T-72B3 (2.4 km).") == "CVE-2099-10420 hit T-72B3 (2.4 km)."


@pytest.mark.parametrize("title", ['"quotes" and \\', "a: b # c", "--- \n---", "<% tp.system.exec() %>", "{{date}}", "'", "[x]"])
def test_no_title_breaks_out_of_the_facts_or_begins_a_template(title: str) -> None:
    note = files(make_item(1, title=title)).popitem()[1]
    assert front(note)["title"] == text.line(title)
    head = note.split("---\n")[1]
    assert "<%" not in head
    assert "{{" not in head


# ── the folder ──────────────────────────────────────────────────────────────────────────────────────────────────────


def write(folder: Path, *items: Item) -> dict[str, int]:
    return dict(_folder.write(Desk(quiet=True), f"{folder}/", markdown.folder(Dossier(item=item) for item in items)))


def test_a_second_export_writes_only_what_changed(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    assert write(folder, make_item(1), make_item(2)) == {"written": 2}
    assert write(folder, make_item(1), make_item(2, starred=True), make_item(3)) == {"written": 2, "unchanged": 1}
    assert len(list(folder.iterdir())) == 3


def test_a_changed_headline_renames_the_note_and_the_readers_own_files_stay(tmp_path: Path) -> None:
    write(tmp_path, make_item(1))
    own = tmp_path / f"my thoughts on {make_item(1).id}.md"
    own.write_text("mine", encoding="utf-8")
    assert write(tmp_path, make_item(1, title="Fog lifts")) == {"written": 1, "renamed": 1}
    assert sorted(file.name for file in tmp_path.iterdir()) == [_vault.name(make_item(1, title="Fog lifts")), own.name]


def test_a_link_in_the_folder_leads_no_writing_out_of_it(tmp_path: Path) -> None:
    folder, outside = tmp_path / "notes", tmp_path / "outside.md"
    folder.mkdir()
    outside.write_text("precious", encoding="utf-8")
    (folder / _vault.name(make_item(1))).symlink_to(outside)
    write(folder, make_item(1))
    assert outside.read_text(encoding="utf-8") == "precious"
    assert not (folder / _vault.name(make_item(1))).is_symlink()


@pytest.mark.parametrize("name", ["../x.md", "a/b.md", "", ".", "..", ".hidden.md"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CuratorError, match="is no name for a file"):
        _folder.write(Desk(quiet=True), str(tmp_path), [(name, "x")])


def test_a_folder_that_cannot_be_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "no" / "such"):
        with pytest.raises(CuratorError, match=str(path)):
            _folder.write(Desk(quiet=True), str(path), [])


def test_an_archive_becomes_a_folder_of_notes_and_filters_hold(reading: CommandLine, tmp_path: Path) -> None:
    ran = reading("export", "-o", f"{tmp_path}/all/")
    count = len(list((tmp_path / "all").iterdir()))
    assert f"{count} written" in ran.err
    assert ran.out == ""
    reading("export", "--topic", "cyber/*", "-f", "markdown", "-o", f"{tmp_path}/some/")
    some = [front(file.read_text(encoding="utf-8")) for file in (tmp_path / "some").iterdir()]
    assert 0 < len(some) < count
    assert all(any(str(tag).startswith("cyber/") for tag in facts["tags"]) for facts in some)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("-f", "csv", "-o", "{}/"), "writes one file, not a folder"),
        (("-f", "csv", "--evidence"), "--evidence is for -f jsonl"),
        (("-f", "opml", "-o", "{}/"), "writes one file, not a folder"),
        (("--tlp", "PURPLE"), "PURPLE"),
    ],
)
def test_what_a_format_cannot_do_is_wrong_usage(reading: CommandLine, tmp_path: Path, args: tuple[str, ...], told: str) -> None:
    ran = reading("export", *(arg.format(tmp_path) for arg in args))
    assert ran.code == 2
    assert told in ran.err


def test_dates_of_a_note_are_those_of_the_item() -> None:
    item = make_item(1, published=NOW + timedelta(days=400), date=NOW)
    (name,) = files(item)
    assert name.startswith("2026-11-20 ")
