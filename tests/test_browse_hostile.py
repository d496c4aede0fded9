"""`browse` over what means harm, and on screens of any size: nothing steers the terminal, every line fits, whatever there is to show."""

import asyncio
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import hostile
import pytest
from desk import process
from hostile import CONTROLS
from screens import BigArchive, drive, on_a_screen, play, screen

from curator import tables
from curator.commands import _browse
from curator.commands._desk import Desk

SIZES = [(80, 24), (40, 12), (180, 50)]
#: What Textual itself says to a terminal: styles, the cursor, modes, and the shape of the mouse's pointer
TEXTUALS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\]22;default\x07|\x1b[=>78]")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.archive(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    """A copy: what is opened is read."""
    shutil.copytree(made.parent, tmp_path / "hostile")
    return tmp_path / "hostile" / "feeds.toml"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def fits(size: tuple[int, int]) -> Callable[[_browse.Browser], None]:
    """A look: nothing steers, no line is wider than the screen."""

    def look(app: _browse.Browser) -> None:
        lines = screen(app).split("\n")
        assert len(lines) == size[1]
        for line in lines:
            assert not CONTROLS.search(line)
            assert tables.width(line) <= size[0]

    return look


@pytest.mark.parametrize("size", SIZES)
def test_every_hostile_item_is_a_line_that_fits(archive: Path, size: tuple[int, int]) -> None:
    look = fits(size)
    drive(
        archive,
        size,
        look,
        ["G"],
        look,
        ["enter"],
        look,
        ["G"],
        look,
        ["h", "h"],
        look,
        ["slash", *"cl"],
        look,
        ["escape", "question_mark"],
        look,
    )


def test_every_hostile_item_is_an_article_that_fits(archive: Path) -> None:
    look = fits((40, 12))

    def all_read(app: _browse.Browser) -> None:
        assert not any(row.unread for row in app.shelf.rows)

    steps = [part for _ in hostile.TITLES[1:] for part in (["n"], look)]
    drive(archive, (40, 12), ["enter"], look, *steps, all_read)


def test_markup_of_the_toolkit_in_a_title_is_text(archive: Path) -> None:
    def listed(app: _browse.Browser) -> None:
        assert "[bold red]markup[/] [@click=ap…" in screen(app)

    def opened(app: _browse.Browser) -> None:
        shown = screen(app)
        assert "[bold red]markup[/] [@click=app.exit]click[/]" in shown
        assert "[link=https://evil.example]here[/link]" in shown

    drive(archive, (80, 24), ["slash", *"markup", "enter"], listed, ["enter"], opened)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_no_byte_of_a_feed_steers_the_terminal(archive: Path, size: tuple[int, int]) -> None:
    written, code = on_a_screen(archive, size, ("? help", "j"), ("? help", "jG"), ("? help", "l"), ("x.example", "q"), ("? help", "q"))
    assert code == 0
    rest = TEXTUALS.sub("", written).replace("\r", "")
    assert not CONTROLS.search(rest)
    assert "evil.example" not in "".join(re.findall(r"\x1b\][^\x07\x1b]*", written))


# ── how much there is ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_archive_is_told_and_every_key_is_harmless(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")

    def empty(app: _browse.Browser) -> None:
        assert "nothing here" in screen(app)

    drive(
        tmp_path / "feeds.toml",
        size,
        empty,
        ["j", "k", "G", "g", "enter", "s", "N", "A", "o", "d", "C", "S", "n", "p", "u", "t", "escape"],
        fits(size),
    )


def test_one_item_is_its_first_and_its_last(tmp_path: Path) -> None:
    def there(app: _browse.Browser) -> None:
        assert "Fog" in screen(app)
        assert app.stories.cursor == 0

    toml = hostile.archive(tmp_path, ["Fog over the harbour"])
    for size in SIZES:
        drive(toml, size, there, ["j", "G", "k", "g"], there, ["enter"], there, ["N"])


@pytest.mark.parametrize("size", SIZES)
def test_ten_thousand_items_have_an_end_that_can_be_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "feeds.toml").write_text("", encoding="utf-8")

    def last(app: _browse.Browser) -> None:
        assert "item 9998" in screen(app)

    app = _browse.Browser(Desk(str(tmp_path / "feeds.toml")), BigArchive(10_000))  # type: ignore[arg-type]
    asyncio.run(play(app, size, [["G"], last, fits(size)]))


# ── slim screens ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slim_screen_shows_titles_and_the_sources_when_one_goes_back_to_them(archive: Path) -> None:
    def stories(app: _browse.Browser) -> None:
        assert "markup" in screen(app)
        assert "Starred" not in screen(app)

    def sources(app: _browse.Browser) -> None:
        assert "Starred" in screen(app)
        assert "markup" not in screen(app)

    drive(archive, (40, 30), stories, ["h"], sources, ["j", "l"], stories, ["h"], sources, ["slash"], lambda app: None, ["escape"], stories)


def test_the_help_of_a_slim_screen_has_a_key_a_line(archive: Path) -> None:
    def told(app: _browse.Browser) -> None:
        lines = [line.split() for line in screen(app).splitlines()]
        assert ["s", "star,", "or", "none"] in lines
        assert ["q", "close;", "in", "the", "list,", "leave"] in lines

    drive(archive, (50, 40), ["question_mark"], told)


def test_without_a_terminal_nothing_of_it_is_loaded(archive: Path) -> None:
    assert process("-c", str(archive), "browse").returncode == 1
