"""A table for spreadsheets (RFC 4180, with a header). No cell begins like a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from curator import encode
from curator.types import Item, Story

SUFFIX = ".csv"
HELP = "a table for spreadsheets; no cell can be a formula"

_COLUMNS = (
    "id", "feed", "outlet", "title", "url", "link", "guid", "published", "seen", "date", "language", "authors", "topics", "entities",
    "role", "origin", "evidence", "copy_of", "story", "read", "starred", "summary", "text", "sha256", "versions",
)  # fmt: skip
_STORY_COLUMNS = (
    "id", "title", "outlets", "items", "first", "last", "origins", "origins_min", "origins_max", "credibility", "topics", "score", "why",
)  # fmt: skip
#: What a spreadsheet takes for the beginning of a formula, full-width forms included (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def items(items: Iterable[Item]) -> Iterator[str]:
    """A header, then a line for each item."""
    yield _line(_COLUMNS)
    for item in items:
        yield _line([_cell(value) for value in _values(item)])


def stories(stories: Iterable[Story]) -> Iterator[str]:
    """A header, then a line for each story; several values in one cell are parted by "; "."""
    yield _line(_STORY_COLUMNS)
    for story in stories:
        shown = encode.story(story)
        values = ("; ".join(value) if isinstance(value := shown[column], list) else value for column in _STORY_COLUMNS)
        yield _line([_cell(value) for value in values])


def _values(item: Item) -> list[object]:
    shown = encode.item(item)
    shown |= {
        "authors": "; ".join(item.authors),
        "topics": "; ".join(tag.name for tag in item.tags),
        "entities": "; ".join(f"{entity.kind}: {entity.value}" for entity in item.entities),
        "role": item.provenance.role,
        "origin": item.provenance.origin,
        "evidence": item.provenance.evidence,
        "read": int(item.read),
        "starred": int(item.starred),
    }
    return [shown[column] for column in _COLUMNS]


def _cell(value: object) -> str:
    cell = "" if value is None else str(value).replace("\0", "")
    return "'" + cell if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
