"""One JSON object a line, complete: what `import` reads back without loss."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from curator import encode
from curator.formats._escapes import printable
from curator.types import Dossier, Item, Story

SUFFIX = ".jsonl"
HELP = "one JSON object a line; `curator import` reads it back without loss"
EVIDENCE = True  #: rows have a place for the bytes that feeds sent


def items(items: Iterable[Item]) -> Iterator[str]:
    """A line for each item."""
    return (_line(encode.whole(item)) for item in items)


def dossiers(dossiers: Iterable[Dossier]) -> Iterator[str]:
    """A line for each item, with its notes, marks, earlier versions, and the evidence if the dossiers hold it."""
    return (_line(encode.dossier(dossier)) for dossier in dossiers)


def stories(stories: Iterable[Story]) -> Iterator[str]:
    """A line for each story."""
    return (_line(encode.story(story)) for story in stories)


def _line(row: dict[str, Any]) -> str:
    return printable(json.dumps(row, ensure_ascii=False, separators=(",", ":"))) + "\n"
