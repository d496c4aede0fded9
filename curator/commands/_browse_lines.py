"""What stands in a line of the lists of `browse`, cut to the columns there are. Pure."""

from datetime import datetime

from rich.style import Style
from rich.text import Text

from curator import when
from curator.commands import _rows
from curator.commands._browse_shelf import Row, Source
from curator.tables import cut, pad

_OUTLET = 14  #: columns of an outlet's name
_TITLE = 21  #: columns that a title needs to be told apart; where these are not left, the outlet goes


def source(one: Source, width: int) -> Text:
    """A list one can open, or the heading over some."""
    if one.query is None:
        return Text(pad(one.title, width), Style(dim=True, bold=True))
    return Text(pad(" " + _rows.one_line(one.title), width))


def story(row: Row, width: int, now: datetime) -> Text:
    """A story: its star or whether it is unread, its age, who tells it, how many more items it has, its title."""
    lead, more = row.lead, len(row.items) - 1
    sign = "★" if any(item.starred for item in row.items) else "●" if row.unread else " "
    line = Text(f"{sign} {when.ago(lead.date, now):>4} ", Style(color="yellow" if row.unread else None))
    if width >= line.cell_len + _OUTLET + 5 + _TITLE:
        line.append(pad(_rows.one_line(lead.outlet or lead.feed), _OUTLET), Style(color="green"))
        line.append(f"{f'+{more}':>4} " if more else "     ", Style(color="green"))
    elif more:
        line.append(f"+{more} ", Style(color="green"))
    title = cut(_rows.one_line(lead.title) or "(no title)", max(8, width - line.cell_len))
    return line.append(title, Style(bold=row.unread, dim=not row.unread))
