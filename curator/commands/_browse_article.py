"""The pane that shows an article, or the help: scrolled with the keys of the lists."""

import os
from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from curator.commands._browse_keys import STEPS
from curator.commands._desk import Desk
from curator.types import Item


class Pane(Desk):
    """A desk that writes for a pane: in colour, as wide as it is."""

    def __init__(self, desk: Desk, columns: int) -> None:
        super().__init__(desk.path)
        self.config, self._desk = desk.config, desk
        self.colour, self.linking, self.width = not os.environ.get("NO_COLOR"), False, columns

    @property
    def official(self) -> Callable[[Item], bool]:
        """The desk's own, which all panes share."""
        return self._desk.official


class Article(VerticalScroll, can_focus=True):
    """Lines as a terminal would show them, colours and all."""

    BINDINGS: ClassVar[list[BindingType]] = STEPS

    def __init__(self) -> None:
        super().__init__(id="reading")
        self._text = Static(markup=False)

    def compose(self) -> ComposeResult:
        """The text alone."""
        yield self._text

    @property
    def room(self) -> int:
        """Columns of a line."""
        return self.scrollable_content_region.width

    def put(self, lines: Iterable[str]) -> None:
        """Show these."""
        self._text.update(Text.from_ansi("\n".join(lines)))

    def action_step(self, step: int) -> None:
        """Up or down by a line."""
        self.scroll_relative(y=step, animate=False)

    def action_half_page(self, pages: int) -> None:
        """Up or down by half screens."""
        self.scroll_relative(y=pages * max(1, self.size.height // 2), animate=False)

    def action_edge(self, end: int) -> None:
        """To the beginning or the end."""
        (self.scroll_end if end > 0 else self.scroll_home)(animate=False)
