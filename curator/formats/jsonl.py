"""One JSON object a line, complete: what `import` reads back without loss."""

import json
from collections.abc import Iterable, Iterator

from curator import encode
from curator.types import Item

SUFFIX = ".jsonl"
HELP = "one JSON object a line; `curator import` reads it back without loss"


def items(items: Iterable[Item]) -> Iterator[str]:
    """A line for each item."""
    for item in items:
        yield json.dumps(encode.whole(item), ensure_ascii=False, separators=(",", ":")) + "\n"
