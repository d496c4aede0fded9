"""The full-screen reader: three panes over `Shelf`, and the keys.

Wide terminals show sources, stories and the article side by side; narrow ones (under 110 columns) the article in place of the others;
slim ones (under 60) one at a time.
"""

import gc
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static
from textual.worker import get_current_worker

import curator
from curator import topics
from curator.commands import _browse_lines, _browse_place, _browse_poll, _browse_web, _rows, _show
from curator.commands._browse_article import Article, Pane
from curator.commands._browse_keys import KEYS, keys_told
from curator.commands._browse_rows import Rows
from curator.commands._browse_shelf import Row, Shelf, Source, sources
from curator.commands._desk import Desk
from curator.commands._shared import nearest
from curator.errors import CuratorError
from curator.types import Item

NARROW = 110  #: columns below which the article takes the whole screen
SLIM = 60  #: columns below which the stories do, too, until somebody goes back to the sources


class Browser(App[None]):
    """See the module; `desk` has the config, `archive` the items."""

    CSS = """
    #sources { width: 26; border-right: solid $surface-lighten-2; }
    #stories { width: 2fr; border-right: solid $surface-lighten-2; }
    #reading { width: 3fr; padding: 0 1; scrollbar-gutter: stable; scrollbar-size: 1 1; }
    #foot { dock: bottom; height: auto; }
    #search { display: none; height: 1; border: none; padding: 0 1; }
    #search.shown { display: block; }
    #status { height: 1; background: $surface-lighten-1; padding: 0 1; }
    .narrow #sources { width: 22; }
    .narrow #reading { display: none; }
    .narrow.open #sources, .narrow.open #stories { display: none; }
    .narrow.open #reading { display: block; width: 1fr; }
    .slim #sources, .slim.choosing #stories { display: none; }
    .slim.choosing #sources { display: block; width: 1fr; }
    #sources, #stories { scrollbar-size: 1 1; overflow-x: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    ENABLE_COMMAND_PALETTE = False
    TITLE = "curator"

    def __init__(self, desk: Desk, archive: "curator.Curator") -> None:
        super().__init__()
        self.desk, self.archive, self.shelf = desk, archive, Shelf(archive)
        names = {name: topic.title or name for name, topic in topics.active(desk.config).items()}
        self.source_list: list[Source] = sources(desk.config, names)
        self.source = self.source_list[0]
        self.left = Rows(
            lambda number, width: _browse_lines.source(self.source_list[number], width),
            skip=lambda number: self.source_list[number].query is None,
            name_="sources",
        )
        self.stories = Rows(
            lambda number, width: _browse_lines.story(self.shelf.rows[number], width, self.desk.now), extend=self._end, name_="stories"
        )
        self.reading = Article()
        self.line = Input(id="search", compact=True)
        self.bar = Static(id="status", markup=False)
        self.row: Row | None = None  #: the open story
        self.number = 0  #: which of its items is on show
        self.polling = ""
        self._asking = ""  #: what the input line is for

    def compose(self) -> ComposeResult:
        """The panes."""
        with Horizontal():
            yield self.left
            yield self.stories
            yield self.reading
        with Vertical(id="foot"):
            yield self.line
            yield self.bar

    def on_mount(self) -> None:
        """Show where it was left."""
        place = _browse_place.kept(self.desk.config.path)
        number = next((n for n, one in enumerate(self.source_list) if one.title == place.get("source") and one.query), 0)
        self.source = self.source_list[number]
        self.left.fill(len(self.source_list), number)
        self._show_source(place.get("item", ""), _browse_place.moment(place))
        self._go_to(self.stories)
        gc.freeze()  # as in `_end`

    def on_resize(self, event: Resize) -> None:
        """Side by side, or one at a time."""
        self.screen.set_class(event.size.width < NARROW, "narrow")
        self.screen.set_class(event.size.width < SLIM, "slim")
        self.call_after_refresh(self._draw_article)

    def on_unmount(self) -> None:
        """Keep the place."""
        row = self._here()
        place = {"source": self.source.title} | ({"item": row.lead.id, "date": row.lead.date.isoformat()} if row else {})
        _browse_place.keep(self.desk.config.path, place)

    # ── the list ──

    def _show_source(self, item: str = "", date: datetime | None = None) -> None:
        """The list of the source, with the cursor where that item stands; if it is gone, where it stood."""
        self.shelf.show(self.source, self.line.value if self._asking == "search" else "")
        self.stories.fill(len(self.shelf.rows), self.shelf.place(item, date) if item else 0)
        self._status(self.shelf.notice)

    def _end(self) -> int:
        self.shelf.reach()
        gc.freeze()  # what is loaded stays: going through it all again now and then would halt a key for a tenth of a second
        return len(self.shelf.rows)

    def _here(self) -> Row | None:
        rows = self.shelf.rows
        return rows[self.stories.cursor] if rows else None

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another source: its list. Near the end of the list: the next page."""
        if event.rows.id == "sources":
            self.source = self.source_list[event.rows.cursor]
            self._show_source()
        elif event.rows.cursor >= len(self.shelf.rows) - event.rows.size.height and self.shelf.more():
            gc.freeze()  # as in `_end`
            event.rows.fill(len(self.shelf.rows))
        self._status()

    def on_rows_selected(self, event: Rows.Selected) -> None:
        """A source: over to its list. A story: open it."""
        if event.rows.id == "sources":
            self.source = self.source_list[event.rows.cursor]
            self._show_source()
            self._go_to(self.stories)
        elif row := self._here():
            self._open(row)

    # ── the article ──

    def _open(self, row: Row, number: int = 0) -> None:
        self.row, self.number = row, number
        self.shelf.read(row)
        self.screen.add_class("open")
        self.reading.focus()
        self.reading.scroll_home(animate=False)
        self.call_after_refresh(self._draw_article)
        self.stories.refresh()
        self._status()

    def _article(self, width: int) -> list[str]:
        assert self.row is not None
        pane = Pane(self.desk, width)
        item = self.row.items[self.number]
        lines = list(_show.item(pane, _show.gather(self.archive, item.id)))
        story = self.archive.story(item.story) if item.story else None
        if story and len(story.items) > 1:
            lines += ["", "─" * width, *_show.story(pane, self.archive, story, list(self.archive.items(story.items).values()))]
        return lines

    def _room(self) -> int:
        """Columns of the article; a narrow screen is its alone, but the layout may not know that yet."""
        return max(24, self.size.width - 3 if self.screen.has_class("narrow") else self.reading.room)

    def _draw_article(self) -> None:
        if self.row is not None:
            width = self._room()
            self.reading.put(self._article(width))

    def action_item(self, step: int) -> None:
        """The next or previous item of the open story."""
        if self.row and 0 <= self.number + step < len(self.row.items):
            self._open(self.row, self.number + step)

    def action_changes(self) -> None:
        """What changed between the versions of the item on show."""
        if item := self._item():
            self._open(self._current() or Row(items=[item]), self.number)
            width = self._room()
            lines = list(_show.versions(Pane(self.desk, width), self.archive.versions(item.id)))
            self.call_after_refresh(self.reading.put, lines)

    # ── marks ──

    def _current(self) -> Row | None:
        return self.row if self.screen.has_class("open") and self.row else self._here()

    def _item(self) -> Item | None:
        row = self._current()
        return row.items[self.number if row is self.row and self.number < len(row.items) else 0] if row else None

    def action_unread(self, step: int) -> None:
        """On to the next unread story, open if one is open."""
        rows = self.shelf.rows
        number = self.stories.cursor + step
        while 0 <= number < len(rows) and not rows[number].unread:
            number += step
            if number >= len(rows) and not self.shelf.more():
                break
        if 0 <= number < len(rows):
            self.stories.fill(len(rows), number)
            if self.screen.has_class("open"):
                self._open(rows[number])
        else:
            self._status("no unread story that way")

    def action_read(self) -> None:
        """Read, or unread again."""
        if row := self._current():
            self.shelf.read(row, row.unread)
            self._again("")

    def action_read_all(self) -> None:
        """All that is loaded of the list."""
        self._again(f"{self.shelf.read_all():,} marked read; u takes it back")

    def action_star(self) -> None:
        """A star, or none."""
        if row := self._current():
            self._again("starred" if self.shelf.star(row) else "no star")

    def action_undo(self) -> None:
        """Take the last change back."""
        name = self.shelf.undo()
        self._again(f"taken back: {name}" if name else "nothing to take back")

    def action_not_copy(self) -> None:
        """A correction, which outlives every regroup."""
        if item := self._item():
            self.shelf.not_copy(item)
            self._again("kept apart from what it was a copy of")

    def action_not_story(self) -> None:
        """A correction, which outlives every regroup."""
        if item := self._item():
            self.shelf.not_story(item)
            self._show_source()
            self._again("taken out of its story")

    def action_browser(self) -> None:
        """The item's page, in the web browser."""
        item = self._item()
        if item and item.url and (row := self._current()):
            self.shelf.read(row)
            self._again("" if _browse_web.show(self, item.url) else f"no web browser here: {item.url}")

    def _again(self, said: str) -> None:
        self.stories.refresh()
        if self.screen.has_class("open"):
            self._draw_article()
        self._status(said)

    # ── the input line: search, topics ──

    def action_search(self) -> None:
        """Search as you type."""
        self._ask("search", 'search: words, "a phrase", pre*, title:word')

    def action_tag(self) -> None:
        """Give or take a topic."""
        if self._item():
            names = sorted({*topics.names(), *self.desk.config.topics})
            self._ask("tag", "+topic or -topic (→ completes)", [sign + name for sign in "+-" for name in names])

    def _ask(self, what: str, hint: str, known: Sequence[str] = ()) -> None:
        self._asking, self.line.placeholder, self.line.value = what, hint, ""
        self.line.suggester = SuggestFromList(known) if known else None
        self.line.add_class("shown")
        self.screen.remove_class("choosing")
        self.line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows the words."""
        if self._asking == "search" and event.input.has_class("shown"):
            self._show_source()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The words stand: back to the list. A topic: given or taken."""
        item = self._item()
        if self._asking == "tag" and item:
            self._tag(item, event.value.strip())
        event.input.remove_class("shown")
        (self.reading if self.screen.has_class("open") else self.stories).focus()

    def _tag(self, item: Item, signed: str) -> None:
        names = {*topics.names(), *self.desk.config.topics}
        if signed[:1] not in ("+", "-") or signed[1:] not in names:
            self._status(f"no topic {signed}{nearest(signed, {sign + name for sign in '+-' for name in names})}")
            return
        self.shelf.tag(item, signed)
        self._again(signed)

    # ── round about ──

    def action_escape(self) -> None:
        """End the search, or close what is open."""
        line = self.line
        if line.has_class("shown") or (self._asking == "search" and line.value):
            line.remove_class("shown")
            self._asking, line.value = "", ""
            self._show_source()
            self._go_to(self.stories)
        elif self.screen.has_class("open"):
            self.action_close()

    def action_left(self) -> None:
        """From the article to the list, from the list to the sources."""
        if self.screen.has_class("open"):
            self.action_close()
        else:
            self._go_to(self.left)

    def _go_to(self, rows: Rows) -> None:
        """Into a list, which a slim screen shows alone."""
        self.screen.set_class(rows is self.left, "choosing")
        rows.focus()

    def action_close(self) -> None:
        """From the article to the list, from a search to the whole list, from there out."""
        if self.screen.has_class("open"):
            self.screen.remove_class("open")
            self.row = None
            self.reading.put([])
            self._go_to(self.stories)
        elif self._asking == "search" and self.line.value:
            self.action_escape()
        else:
            self.exit()

    def action_help(self) -> None:
        """All keys; once more, and they are gone."""
        if self.screen.has_class("open") and self.row is None:
            self.action_close()
            return
        self.screen.add_class("open")
        self.row = None
        self.reading.focus()
        self.reading.put(keys_told(self._room()))

    def action_refresh(self) -> None:
        """Draw anew."""
        self.refresh(layout=True)

    def action_poll(self) -> None:
        """Poll the feeds that are due, while reading goes on."""
        if not self.polling:
            self.polling = "polling"
            self.run_worker(self._poll, thread=True, exclusive=True)
            self._status()

    def _poll(self) -> None:
        worker = get_current_worker()
        try:
            for kind, said in _browse_poll.poll(self.desk.config.path):
                if not worker.is_cancelled:
                    self.call_from_thread(self._polled, kind, said)
        except CuratorError as error:
            self.call_from_thread(self._polled, "failed", str(error))

    def _polled(self, kind: str, said: str) -> None:
        if kind == "progress":
            self.polling = f"polling · {said}"
            self._status()
            return
        self.polling = ""
        row = self._here()
        self._show_source(*((row.lead.id, row.lead.date) if row else ()))
        self._status(said)

    def _status(self, said: str = "") -> None:
        rows = self.shelf.rows
        words = f"“{self.line.value}”" if self._asking == "search" and self.line.value else ""
        more = "" if self.shelf.complete else "+"
        empty = "nothing found" if words else "nothing here; r polls the feeds"
        place = f"{self.stories.cursor + 1 if rows else 0:,} of {len(rows):,}{more} · {sum(row.unread for row in rows[:2000]):,}{more or '+' * (len(rows) > 2000)} unread"
        parts = [self.source.title, _rows.one_line(words), place if rows else empty, self.polling, _rows.one_line(said), "? help"]
        self.bar.update(" · ".join(part for part in parts if part))
