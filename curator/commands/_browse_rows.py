"""A list of any length for `browse`: only the lines on the screen are ever drawn."""

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from curator.commands._browse_keys import STEPS


class Rows(ScrollView, can_focus=True):
    """Lines with a cursor. `line(number)` draws one; headings (`None` from `choose`) are stepped over."""

    BINDINGS: ClassVar[list[BindingType]] = [*STEPS, Binding("enter,l,right", "select", "Open", show=False)]

    class Moved(Message):
        """The cursor stands on another line."""

        def __init__(self, rows: "Rows") -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> "Rows":
            """The list it happened in."""
            return self.rows

    class Selected(Moved):
        """A line was chosen."""

    def __init__(
        self,
        line: Callable[[int, int], Text],
        *,
        skip: Callable[[int], bool] = lambda number: False,
        extend: Callable[[], int] | None = None,
        name_: str = "",
    ) -> None:
        super().__init__(id=name_)
        self._line, self._skip, self._extend = line, skip, extend
        self.count = 0
        self.cursor = 0

    def fill(self, count: int, cursor: int | None = None) -> None:
        """There are so many lines now; the cursor stays, or goes where it is told."""
        self.count = count
        self.virtual_size = Size(self.size.width, count)
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, count - 1))
        self._settle(1)
        self._follow()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The strip for one line of the screen."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if number >= self.count:
            return Strip.blank(width, self.rich_style)
        line, style = self._line(number, width), self.rich_style
        if number == self.cursor:  # one look over the whole line, whatever its colours
            line, style = (
                Text(line.plain),
                style + (Style(reverse=True, bold=True) if self.has_focus else Style(bgcolor="grey27", bold=True)),
            )
        return Strip(line.render(self.app.console, end="")).apply_style(style).adjust_cell_length(width, style)

    def action_step(self, step: int) -> None:
        """Up or down by lines."""
        self._go(self.cursor + step, step)

    def action_half_page(self, pages: int) -> None:
        """Up or down by half screens."""
        step = pages * max(1, self.size.height // 2)
        self._go(self.cursor + step, step)

    def action_edge(self, end: int) -> None:
        """To the first line or the last one, more of which may have to be loaded."""
        if end > 0 and self._extend is not None:
            self.fill(self._extend())
        self._go(self.count - 1 if end > 0 else 0, -end)

    def action_select(self) -> None:
        """Choose the line under the cursor."""
        if self.count:
            self.post_message(self.Selected(self))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor and chooses."""
        number = event.y + self.scroll_offset.y
        if number < self.count and not self._skip(number):
            self._go(number, 1)
            self.action_select()

    def _go(self, number: int, step: int) -> None:
        self.cursor = max(0, min(number, self.count - 1))
        self._settle(step)
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self))

    def _settle(self, step: int) -> None:
        """Step off a heading, on in the same direction, else back."""
        for way in (1 if step > 0 else -1, -1 if step > 0 else 1):
            number = self.cursor
            while 0 <= number < self.count and self._skip(number):
                number += way
            if 0 <= number < self.count:
                self.cursor = number
                return

    def _follow(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
