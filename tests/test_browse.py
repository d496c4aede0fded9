"""`browse`: the list in pages, what is done to it and undone, and the screen driven as a person drives it."""

import asyncio
import webbrowser
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from desk import process
from rich.text import Text
from screens import BigArchive, drive, screen

import curator
from curator import configfile
from curator.commands import _browse
from curator.commands._browse_rows import Rows
from curator.commands._browse_shelf import FAR, PAGE, Shelf, Source, sources
from curator.commands._desk import Desk
from curator.types import Query


def shelf(archive: BigArchive) -> Shelf:
    made = Shelf(archive)  # type: ignore[arg-type]
    made.show(Source(title="all", query=Query()))
    return made


def test_the_list_is_loaded_page_by_page_and_holds_each_item_once() -> None:
    archive = BigArchive(20_000)
    made = shelf(archive)
    assert archive.asked == 1
    while made.more():
        pass
    ids = [item.id for row in made.rows for item in row.items]
    assert len(ids) == len(set(ids)) == 20_000
    assert len(made.rows) == 10_000


def test_many_items_of_one_second_are_all_loaded() -> None:
    made = shelf(BigArchive(3 * PAGE, step=timedelta(0)))
    while made.more():
        pass
    assert sum(len(row.items) for row in made.rows) == 3 * PAGE


def test_items_of_one_story_stand_in_one_row() -> None:
    assert {len(row.items) for row in shelf(BigArchive(100)).rows} == {2}


def test_each_mark_can_be_taken_back_the_last_one_first() -> None:
    archive = BigArchive(10)
    made = shelf(archive)
    row = made.rows[0]
    made.read(row)
    assert not row.unread
    assert made.star(row)
    assert made.undo() == "star"
    assert not row.lead.starred
    assert made.undo() == "read"
    assert row.unread
    assert made.undo() == ""


def test_all_read_is_taken_back_at_once() -> None:
    made = shelf(BigArchive(10))
    made.read(made.rows[1])
    assert made.read_all() == 8
    assert made.undo() == "all read"
    assert [row.unread for row in made.rows] == [True, False, True, True, True]


def test_the_left_pane_has_watches_topics_and_feeds_under_headings() -> None:
    config = configfile.parse('[feeds.a]\nurl = "https://a.example"\n[watch.w]\nquery = "x"\n')
    found = sources(config, {"military/naval": "Naval"})
    assert [one.title for one in found] == ["Unread", "Everything", "Starred", "WATCHES", "w", "TOPICS", "Naval", "FEEDS", "a"]
    assert [one.title for one in found if one.query is None] == ["WATCHES", "TOPICS", "FEEDS"]


def bar_says(words: str) -> Callable[[_browse.Browser], None]:
    """A look at the last line of the screen."""

    def look(app: _browse.Browser) -> None:
        assert words in screen(app).splitlines()[-1]

    return look


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_it_opens_with_what_is_unread_at_80_by_24(copied: Path) -> None:
    def look(app: _browse.Browser) -> None:
        shown = screen(app)
        assert "Unread" in shown
        assert "CERT Valdora" in shown
        assert "? help" in shown

    drive(copied, (80, 24), look)


def test_enter_opens_the_story_and_marks_it_read_and_u_takes_it_back(copied: Path) -> None:
    def opened(app: _browse.Browser) -> None:
        assert app.row is not None
        assert not app.row.unread
        assert "first seen" in screen(app)

    def back(app: _browse.Browser) -> None:
        assert app.shelf.rows[0].unread

    drive(copied, (80, 24), ["enter"], opened, ["q", "u"], back)


def test_a_wide_terminal_shows_three_panes_and_the_tree_of_who_reported(copied: Path) -> None:
    def look(app: _browse.Browser) -> None:
        shown = screen(app)
        assert "TOPICS" in shown
        assert "Lumen-2" in shown

    drive(copied, (180, 60), ["slash", *"lumen", "enter", "enter"], look)


def test_search_narrows_the_list_as_one_types_and_escape_ends_it(copied: Path) -> None:
    counts: list[int] = []

    def count(app: _browse.Browser) -> None:
        counts.append(len(app.shelf.rows))

    drive(copied, (100, 30), count, ["slash", *"tractors"], count, ["escape"], count)
    assert 0 < counts[1] < counts[0] == counts[2]


def test_what_is_typed_can_be_seen_and_stays_in_the_bar(copied: Path) -> None:
    def typing(app: _browse.Browser) -> None:
        lines = screen(app).splitlines()
        assert lines[-2].strip() == "tract"
        assert "Unread" in lines[-1]

    def done(app: _browse.Browser) -> None:
        assert "“tract”" in screen(app).splitlines()[-1]

    drive(copied, (80, 24), ["slash", *"tract"], typing, ["enter"], done)


def test_a_list_that_goes_on_says_so() -> None:
    made = shelf(BigArchive(20_000))
    assert not made.complete
    while made.more():
        pass
    assert made.complete


def test_a_broken_search_is_no_crash(copied: Path) -> None:
    drive(copied, (100, 30), ["slash", *'"(and"', "enter"], lambda app: None)


def test_u_takes_a_correction_back(copied: Path) -> None:
    stood: list[str] = []

    ids: list[str] = []

    def remember(app: _browse.Browser) -> None:
        ids.append(app.shelf.rows[0].lead.id)

    def story(_app: _browse.Browser) -> None:
        with curator.Curator(curator.load(str(copied))) as archive:
            stood.append(archive.item(ids[0]).story)

    drive(copied, (100, 30), ["slash", *"engines", "enter"], remember, story, ["enter", "S"], story, ["u"], story)
    assert stood[0] == stood[2] != stood[1]


def test_star_topic_and_correction_reach_the_archive(copied: Path) -> None:
    ids: list[str] = []

    def remember(app: _browse.Browser) -> None:
        ids.append(app.shelf.rows[0].lead.id)

    drive(copied, (100, 30), remember, ["s", "t", *"+space/satellites", "enter", "S"])
    with curator.Curator(curator.load(str(copied))) as archive:
        item = archive.item(ids[0])
    assert item.starred
    assert "space/satellites" in [tag.name for tag in item.tags]


def test_help_shows_every_key(copied: Path) -> None:
    drive(
        copied,
        (80, 24),
        ["question_mark"],
        lambda app: [screen(app).index(word) for word in ("star, or none", "poll the feeds", "undo")] and None,
    )


def test_help_goes_away_with_the_key_that_brought_it(copied: Path) -> None:
    def gone(app: _browse.Browser) -> None:
        assert "star, or none" not in screen(app)
        assert app.focused is app.stories

    drive(copied, (80, 24), ["question_mark", "question_mark"], gone)


def test_it_keeps_its_place(copied: Path) -> None:
    places: list[str] = []

    def here(app: _browse.Browser) -> None:
        places.append(app.shelf.rows[app.stories.cursor].lead.id)

    drive(copied, (80, 24), ["j", "j", "j"], here)
    drive(copied, (80, 24), here)
    assert places[0] == places[1]


def test_where_a_story_stood_that_is_read_and_gone_the_next_one_is_found(copied: Path) -> None:
    places: list[str] = []

    def next_one(app: _browse.Browser) -> None:
        places.append(app.shelf.rows[app.stories.cursor + 1].lead.id)

    def here(app: _browse.Browser) -> None:
        places.append(app.shelf.rows[app.stories.cursor].lead.id)

    drive(copied, (80, 24), ["j", "j", "j", "enter", "q"], next_one)
    drive(copied, (80, 24), here)
    assert places[0] == places[1]


def test_a_place_far_down_is_found_again() -> None:
    archive = BigArchive(100_000)
    made = shelf(archive)
    number = made.place(archive.item(8_001).id, archive.item(8_001).date)
    assert made.rows[number].items[1].id == archive.item(8_001).id
    assert archive.asked < 15


def test_the_end_of_a_list_is_reached_in_steps_that_do_not_keep_one_waiting() -> None:
    made = shelf(BigArchive(100_000))
    made.reach()
    assert FAR <= 2 * len(made.rows) < FAR + 20 * PAGE
    assert not made.complete
    for _ in range(9):
        made.reach()
    assert made.complete
    assert len(made.rows) == 50_000


def test_h_leads_to_the_sources_and_l_back_and_neither_leaves(copied: Path) -> None:
    def sources_have_it(app: _browse.Browser) -> None:
        assert app.focused is app.left

    def stories_have_it(app: _browse.Browser) -> None:
        assert app.focused is app.stories

    drive(copied, (80, 24), ["h"], sources_have_it, ["h"], sources_have_it, ["l"], stories_have_it, ["enter", "h"], stories_have_it)


def test_an_article_is_scrolled_with_the_keys_of_the_lists(copied: Path) -> None:
    at: list[float] = []

    def where(app: _browse.Browser) -> None:
        at.append(app.reading.scroll_y)

    drive(copied, (80, 12), ["enter"], where, ["j"], where, ["space"], where, ["k"], where, ["G"], where, ["g"], where)
    top, line, page, up, end, again = at
    assert (top, line, again) == (0, 1, 0)
    assert page > line + 3
    assert up == page - 1
    assert end > 5


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (180, 60)])
def test_the_lines_of_an_article_are_as_wide_as_their_room(copied: Path, size: tuple[int, int]) -> None:
    def look(app: _browse.Browser) -> None:
        rows = screen(app).splitlines()
        assert app.reading.room >= 36
        assert app.reading._text.size.width == app._room()
        assert not any(row.rstrip(" │").endswith("…") for row in rows[:2]) or size[0] > 80

    drive(copied, size, ["enter"], look)


def test_a_topic_is_completed_while_it_is_typed(copied: Path) -> None:
    drive(
        copied,
        (100, 30),
        ["t", *"+space/sat", "right", "enter"],
        bar_says("+space/satellites"),
    )


def test_a_topic_there_is_none_of_is_told_with_the_nearest(copied: Path) -> None:
    drive(
        copied,
        (100, 30),
        ["t", *"+space/satelite", "enter"],
        bar_says('"+space/satellites"'),
    )


def test_words_are_found_by_their_beginnings_while_they_are_typed_in_either_script(copied: Path) -> None:
    found: list[int] = []
    drive(copied, (100, 30), ["slash", *"tracto"], lambda app: found.append(len(app.shelf.rows)))
    assert found[0] > 0
    with curator.Curator(curator.load(str(copied))) as archive:
        assert "зеленс*" in archive.store.understand("zelens*")[0]


def test_nothing_to_show_is_said(copied: Path) -> None:
    drive(copied, (80, 24), ["slash", *"qqqq"], bar_says("nothing found"))


class TextBrowser(webbrowser.GenericBrowser):
    """Shows pages in the terminal, as lynx does."""

    def __init__(self) -> None:
        super().__init__("text-browser")
        self.shown: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.shown.append(url)
        return True


def test_o_opens_the_page_in_the_web_browser_and_marks_it_read(copied: Path) -> None:
    browser = TextBrowser()
    webbrowser.get()  # finds those there are, so that ours comes before them
    webbrowser.register("text-browser", None, browser, preferred=True)
    read: list[bool] = []
    try:
        drive(copied, (80, 24), ["o"], lambda app: read.append(not app.shelf.rows[0].unread))
    finally:
        webbrowser._tryorder.remove("text-browser")  # type: ignore[attr-defined]
    assert len(browser.shown) == 1
    assert browser.shown[0].startswith("https://")
    assert read == [True]


def test_a_poll_started_inside_tells_how_it_goes(copied: Path) -> None:
    """The demo's server is gone, so every feed fails; the reader stays."""
    said: list[str] = []

    async def play() -> None:
        desk = Desk(str(copied))
        with desk.open() as archive:
            app = _browse.Browser(desk, archive)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.press("r")
                await app.workers.wait_for_complete()
                await pilot.pause()
                said.append(str(app.bar.render()))

    asyncio.run(play())
    assert "no feed is due" in said[0] or "new" in said[0]


def test_only_what_is_on_the_screen_is_drawn() -> None:
    drawn: list[int] = []

    def line(number: int, width: int) -> Text:
        drawn.append(number)
        return Text(f"line {number}")

    class Big(_browse.App[None]):
        def compose(self) -> _browse.ComposeResult:
            yield Rows(line, name_="rows")

    async def play() -> None:
        app = Big()
        async with app.run_test(size=(60, 20)) as pilot:
            rows = app.query_one(Rows)
            rows.fill(100_000)
            rows.focus()
            await pilot.pause()
            await pilot.press("G", "k")
            await pilot.pause()
            assert rows.cursor == 99_998

    asyncio.run(play())
    assert len(set(drawn)) < 100


def test_without_a_terminal_it_says_what_to_use_instead(played: Path) -> None:
    done = process("-c", str(played), "browse")
    assert done.returncode == 1
    assert "needs a terminal" in done.stderr
