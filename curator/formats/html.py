"""HTML: the mail's main part and a page that stands alone; styles inlined, nothing loaded from anywhere."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ..types import Digest, Item
from ._budget import fit
from ._template import render
from ._view import HEADLINE, clip, link

SUFFIX = ".html"
HELP = "a web page; what the mail shows"

LIMIT = 102_000  #: bytes; mail readers of the large services cut a message off at about this size


def digest(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest as a whole page of fewer than `LIMIT` bytes: the best stories first, the others counted."""
    import css_inline  # noqa: PLC0415 - a compiled library only this format needs

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, minify_css=True)

    def page(part: Digest) -> str:
        return _squeezed(inliner.inline(render("digest.html.j2", part, templates)))

    return fit(digest, page, LIMIT)


def _squeezed(page: str) -> str:
    # The inliner puts its style first; the encoding must be told within the first 1,024 bytes.
    charset = '<meta charset="utf-8">'
    page = page.replace(charset, "", 1).replace("<head>", f"<head>{charset}", 1)
    return "\n".join(line for line in page.split("\n") if line.strip()) + "\n"


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
