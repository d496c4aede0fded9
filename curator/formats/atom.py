"""Atom 1.0 (RFC 4287): digests or items as a feed of their own."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from .. import text
from ..types import Digest, Item
from ._parts import page
from ._view import link, overview

SUFFIX = ".atom"
HELP = "an Atom feed: of digests, or of items"

_TOGETHER = 200  #: entries packed together while the date above them is not known: a big archive does not fit into memory
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'


def digest(digest: Digest, templates: Mapping[str, str] | None = None, earlier: Sequence[str] = ()) -> str:
    """A feed of digests: this one, its page as content, before the `entry`s of earlier ones."""
    entries = [entry(digest.id, digest.title, digest.until, page(digest, templates), overview(digest)), *earlier]
    return f"{_head(f'urn:curator:digests:{digest.plan}', digest.title, digest.until)}{''.join(entries)}</feed>\n"


def entry(id_: str, title: str, at: datetime, html: str, summary: str = "") -> str:
    """One digest as an entry of a feed of digests."""
    return (
        f"<entry><id>urn:curator:digest:{escape(id_)}</id><title>{_text(f'{title}, {at.astimezone(UTC):%Y-%m-%d}')}</title>"
        f"<updated>{_when(at)}</updated><summary>{_text(summary)}</summary>"
        f'<content type="html">{_text_lines(html)}</content></entry>\n'
    )


def items(items: Iterable[Item]) -> Iterator[str]:
    """A feed of items; its `updated` is the newest item's, so the same items give the same feed."""
    newest, packed, waiting = datetime(1970, 1, 1, tzinfo=UTC), list[bytes](), iter(items)
    while several := list(islice(waiting, _TOGETHER)):
        newest = max(newest, *(item.seen for item in several))
        packed.append(zlib.compress("".join(_item(item) for item in several).encode(), level=1))
    yield _head("urn:curator:items", "curator", newest)
    for entries in packed:
        yield zlib.decompress(entries).decode()
    yield "</feed>\n"


def _head(id_: str, title: str, at: datetime) -> str:
    return (
        f"{_HEAD}<id>{escape(text.line(id_))}</id><title>{_text(title)}</title><updated>{_when(at)}</updated>"
        "<author><name>curator</name></author><generator>curator</generator>\n"
    )


def _item(item: Item) -> str:
    url = link(item)
    language = f" xml:lang={quoteattr(item.language)}" if item.language else ""
    parts = [
        f"<entry{language}><id>urn:curator:item:{escape(item.id)}</id><title>{_text(item.title) or '(no headline)'}</title>",
        f"<link href={quoteattr(url)}/>" if url else "",
        f"<updated>{_when(item.changed or item.seen)}</updated>",
        f"<published>{_when(item.published)}</published>" if item.published else "",
        "".join(f"<author><name>{_text(name)}</name></author>" for name in item.authors or (item.outlet or item.feed,)),
        "".join(f"<category term={quoteattr(text.line(tag.name))}/>" for tag in item.tags),
        f"<summary>{_text(item.summary)}</summary>" if item.summary else "",
        f"<content>{_text_lines(item.text)}</content>" if item.text else "",
    ]
    return "".join(parts) + "</entry>\n"


def _text(s: str) -> str:
    return escape(text.line(s))


def _text_lines(s: str) -> str:
    return escape("\n".join(text.line(line) for line in s.split("\n")))


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
