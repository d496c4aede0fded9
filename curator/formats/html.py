"""HTML: the mail's main part and a page that stands alone; styles inlined, nothing loaded from anywhere."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ..types import Digest, Item
from ._parts import page
from ._view import HEADLINE, clip, link

SUFFIX = ".html"
HELP = "a web page; what the mail shows"


def digest(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest as a page that stands alone, and as a mail shows it; under the size at which mail is cut off."""
    return page(digest, templates)


def items(items: Iterable[Item]) -> Iterator[str]:
    """A plain page with one article for each item."""
    yield '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><title>Items</title></head>\n<body>\n'
    for item in items:
        yield _article(item)
    yield "</body>\n</html>\n"


def _article(item: Item) -> str:
    language = f' lang="{escape(item.language)}"' if item.language else ""
    title = escape(clip(item.title, HEADLINE) or "(no headline)")
    url = link(item)
    head = f'<a href="{escape(url)}" rel="noreferrer noopener">{title}</a>' if url else title
    facts = " · ".join([clip(item.outlet or item.feed, 60), f"{item.date:%Y-%m-%d %H:%M} UTC", item.id, *(tag.name for tag in item.tags)])
    return (
        f'<article{language}>\n<h2 dir="auto">{head}</h2>\n<p dir="auto">{escape(clip(item.summary, 600))}</p>\n'
        f"<p><small>{escape(facts)}</small></p>\n</article>\n"
    )
