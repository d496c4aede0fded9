"""Text laid out for a terminal: cells cut, padded and wrapped by the columns they fill, not by their number of characters. Pure.

Wide characters (CJK, emoji) count two columns and combining marks none, as `wcwidth` knows from Unicode; a cell that holds
right-to-left letters stands between two left-to-right marks, so that a terminal that reorders text keeps it in its place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MARK = "\u200e"  #: LEFT-TO-RIGHT MARK, no column wide
#: Latin, Greek, Cyrillic, Hebrew and Arabic letters, ordinary punctuation, currencies: one column each, and no need to load tables
_NARROW = re.compile(
    "[\x20-\x7e\xa0-\u02ff\u0370-\u0482\u048a-\u0587\u05d0-\u05ea\u0620-\u064a\u1e00-\u1ffe\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*"
)
_STACK = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Column:
    """How wide a column may be. `most` None: it takes what is left."""

    title: str
    least: int = 1
    most: int | None = None
    right: bool = False  #: numbers stand right
    since: int = 0  #: narrower terminals do without it


def calm(text: str) -> str:
    """At most four marks on one letter: no language needs more, and a tower of them covers the lines around it."""
    return text if text.isascii() else _STACK.sub(r"\1", text)


def width(text: str) -> int:
    """Columns that a text fills; it must be free of control characters."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    import wcwidth  # noqa: PLC0415 - its tables take 30 ms to load, and most lists need none

    found = int(wcwidth.wcswidth(text))
    return found if found >= 0 else sum(max(0, wcwidth.wcwidth(character)) for character in text)


def cut(text: str, columns: int) -> str:
    """At most so many columns of a text; "…" at the end if something went away."""
    if len(text) <= columns and width(text) <= columns:
        return text
    if columns <= 1:
        return "…"[:columns]
    kept = text[: columns - 1]  # no character fills less than nothing, few fill none: a good first guess
    if not _NARROW.fullmatch(kept):
        kept = _fitting(text, columns - 1)
    return kept.rstrip() + "…"


def _fitting(text: str, columns: int) -> str:
    """The longest beginning that fills at most so many columns, found by halving: a cell may hold thousands of characters."""
    low, high = 0, min(len(text), 4 * columns + 8)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle]) <= columns:
            low = middle
        else:
            high = middle - 1
    return text[:low]


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text cut or filled with spaces to exactly so many columns."""
    one = cut(text, columns)
    space = " " * (columns - width(one))
    one = f"{_MARK}{one}{_MARK}" if _RTL.search(one) else one
    return space + one if right else one + space


def widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], total: int, gap: int = 2) -> list[int]:
    """How wide to make each column so that a row fills at most `total` columns: as wide as its cells, within its limits, the rest
    to the one without a limit."""
    found = []
    for number, column in enumerate(columns):
        need = max((width(row[number]) for row in rows), default=0)
        found.append(max(column.least, min(need, need if column.most is None else column.most)))
    over = sum(found) + gap * (len(columns) - 1) - total
    for number, column in enumerate(columns):  # the greedy one gives first, then the others, from the last
        if column.most is None and over > 0:
            taken = min(over, max(0, found[number] - max(column.least, 16)))
            found[number] -= taken
            over -= taken
    for number in reversed(range(len(columns))):
        if over > 0:
            taken = min(over, max(0, found[number] - columns[number].least))
            found[number] -= taken
            over -= taken
    return found


def layout(columns: Sequence[Column], rows: Sequence[Sequence[str]], total: int) -> list[list[str]]:
    """Rows of padded cells; the last cell of a row is cut but not padded. Join them with two spaces."""
    sizes = widths(columns, rows, total)
    last = len(columns) - 1
    return [
        [
            pad(cell, size, right=column.right) if number != last or column.right else _last(cell, size)
            for number, (cell, size, column) in enumerate(zip(row, sizes, columns, strict=True))
        ]
        for row in rows
    ]


def _last(cell: str, size: int) -> str:
    one = cut(cell, size)
    return f"{_MARK}{one}{_MARK}" if _RTL.search(one) else one


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Paragraphs (parted by newlines) broken into lines of at most so many columns; a word longer than a line is broken."""
    lines: list[str] = []
    room = max(8, columns - width(indent))
    for paragraph in text.split("\n"):
        line = ""
        for word in _pieces(paragraph, room):
            joined = f"{line} {word}" if line else word
            if width(joined) > room:
                lines.append(indent + line)
                line = word
            else:
                line = joined
        lines.append(indent + line if line else "")
    return lines


def _pieces(paragraph: str, room: int) -> Iterable[str]:
    """Words, those longer than a line in pieces; scripts without spaces come out so as well."""
    for word in paragraph.split():
        rest = word
        while len(rest) > room // 2 and width(rest) > room:
            piece = _fitting(rest, room) or rest[:1]
            yield piece
            rest = rest[len(piece) :]
        yield rest
