"""Items and stories as rows of a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from curator import when
from curator.commands._desk import Desk
from curator.tables import Column, calm, cut, layout, width
from curator.text import line as _line
from curator.types import Hit, Story

GAP = "  "
SLIM, WIDE = 60, 120  #: columns of a terminal from which there is room for more than what matters most, and for everything


def lines(
    desk: Desk, columns: Sequence[Column], rows: Sequence[Sequence[str]], styles: Sequence[Mapping[str, object]] = ()
) -> Iterator[str]:
    """A table that fits the terminal, of the columns it has room for; with a heading where a person looks at it."""
    shown = [number for number, column in enumerate(columns) if desk.width >= column.since]
    titles = [column.title for column in columns]
    cells = layout([columns[number] for number in shown], [[row[number] for number in shown] for row in (titles, *rows)], desk.table_width)
    looks = [styles[number] if number < len(styles) else {} for number in shown]
    if desk.watched:
        yield desk.styled(GAP.join(cells[0]).rstrip(), dim=True)
    for row in cells[1:]:
        styled = [desk.styled(cell, **look) if look else cell for cell, look in zip(row, looks, strict=True)]
        yield GAP.join(styled).rstrip()


def one_line(text: str | None) -> str:
    """What came from a feed, safe and on one line."""
    return calm(_line(text or ""))


def items(desk: Desk, hits: Sequence[Hit], short: Mapping[str, str]) -> Iterator[str]:
    """A line an item; under it the words that matched, where there was a search."""
    columns = [
        Column("ID", 4, 16), Column("AGE", 3, 6, right=True), Column("OUTLET", 6, 24 if desk.width >= WIDE else 16, since=SLIM),
        Column("TOPICS", 6, desk.width // 5, since=WIDE), Column("TITLE", 10),
    ]  # fmt: skip
    rows = [_item(hit, desk, short) for hit in hits]
    table = lines(desk, columns, rows, [{"fg": "cyan"}, {"dim": True}, {"fg": "green"}, {"dim": True}])
    if desk.watched:
        yield next(table)
    for hit, line in zip(hits, table, strict=True):
        yield _headline(desk, hit, line)
        if hit.snippet and not (desk.colour and _title_marked(hit)):
            yield "      " + _marked(desk, hit.snippet)


def _item(hit: Hit, desk: Desk, short: Mapping[str, str]) -> list[str]:
    item, title = hit.item, (desk.colour and _title_marked(hit)) or one_line(hit.item.title)
    sign = ("★ " if item.starred else "") + ("= " if item.copy_of else "")
    cells = [short.get(item.id, item.id[:8]), when.ago(item.date, desk.now), one_line(item.outlet or item.feed)]
    return [*cells, topics(tag.name for tag in item.tags), sign + (title or "(no title)")]


def _title_marked(hit: Hit) -> str:
    """The whole title with its hits marked, if that is what the snippet is; else ""."""
    return one_line(hit.snippet) if hit.snippet.replace("«", "").replace("»", "") == hit.item.title else ""


def _headline(desk: Desk, hit: Hit, line: str) -> str:
    """Unread titles stand out; the title is a hyperlink where the terminal has them."""
    head, gap, title = line.rpartition(GAP)
    look = "" if hit.item.read or not desk.colour else "\x1b[1m"
    if desk.colour and _title_marked(hit):
        title = _coloured(title, look)
    return head + gap + desk.link(hit.item.url, f"{look}{title}\x1b[0m" if look else title)


def topics(names: Iterable[str]) -> str:
    """Topics in little room: the last part of each name."""
    return ", ".join(dict.fromkeys(name.rpartition("/")[2] for name in names))


def _marked(desk: Desk, snippet: str) -> str:
    """The words that matched, moved into view, and marked."""
    room, text = desk.width - 6, one_line(snippet)
    if (hit := text.find("«")) > room // 2 and width(text) > room:
        text = "…" + text[text.find(" ", hit - room // 2) + 1 :]
    text = cut(text, room)
    return _coloured(text) if desk.colour else text


def _coloured(text: str, look: str = "") -> str:
    """What is marked, in colour; the rest in its look."""
    return text.replace("«", "\x1b[1;33m").replace("»", "\x1b[0m" + look) + "\x1b[0m"


def stories(desk: Desk, found: Sequence[Story], short: Mapping[str, str]) -> Iterator[str]:
    """A line a story, best first."""
    columns = [
        Column("ID", 4, 16), Column("LAST", 3, 6, right=True), Column("OUTLETS", 1, 7, right=True, since=SLIM),
        Column("ORIGINS", 1, 7, right=True), Column("CRED", 1, 4, since=SLIM), Column("TOPICS", 6, desk.width // 5, since=WIDE),
        Column("TITLE", 10),
    ]  # fmt: skip
    yield from lines(desk, columns, [_story(story, desk, short) for story in found], [{"fg": "cyan"}, {"dim": True}])


def _story(story: Story, desk: Desk, short: Mapping[str, str]) -> list[str]:
    cells = [short.get(story.id, story.id[:8]), when.ago(story.last, desk.now), str(len(story.outlets)), origins(story), story.credibility]
    return [*cells, topics(story.topics), one_line(story.title) or "(no title)"]


def origins(story: Story) -> str:
    """How many independent origins: "2", or "1-3" where it cannot be told."""
    low, high = story.origins_min, story.origins_max
    return str(low) if low == high else f"{low}-{high}"


def time(desk: Desk, at: datetime | None) -> str:
    """A time for people, with how long ago it was."""
    return f"{when.local(at, desk.zone)} ({when.ago(at, desk.now)})" if at else "unknown"
