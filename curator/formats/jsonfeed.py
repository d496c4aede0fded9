"""JSON Feed 1.1 (jsonfeed.org): items as a feed that other readers subscribe to; what is curator's own stands in `_curator`."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from curator import encode
from curator.formats._escapes import printable
from curator.formats._view import link
from curator.types import Item

SUFFIX = ".jsonfeed"
HELP = "JSON Feed 1.1, for feed readers"


def items(items: Iterable[Item]) -> Iterator[str]:
    """One feed, an item a line; the same items give the same feed."""
    yield '{"version": "https://jsonfeed.org/version/1.1", "title": "curator", "items": ['
    between = "\n"
    for item in items:
        yield between + printable(json.dumps(_item(item), ensure_ascii=False))
        between = ",\n"
    yield "\n]}\n"


def _item(item: Item) -> dict[str, Any]:
    """An item as the format wants it; its text is plain. Only web addresses become `url`, for readers open it."""
    given = {
        "url": link(item),
        "title": item.title,
        "summary": item.summary,
        "date_published": encode.when(item.published) if item.published else None,
        "date_modified": encode.when(item.changed) if item.changed else None,
        "authors": [{"name": name} for name in item.authors or (item.outlet or item.feed,)],
        "tags": [tag.name for tag in item.tags],
        "language": item.language,
    }
    own: dict[str, Any] = {"id": item.id, "feed": item.feed, "outlet": item.outlet, "copy_of": item.copy_of, "story": item.story or None}
    own |= {"provenance": encode.provenance(item.provenance), "seen": encode.when(item.seen), "sha256": item.sha256 or None}
    return {
        "id": f"urn:curator:item:{item.id}",
        **{key: value for key, value in given.items() if value},
        "content_text": item.text or item.summary or item.title,
        "_curator": {key: value for key, value in own.items() if value},
    }
