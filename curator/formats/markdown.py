"""Markdown (CommonMark): for wikis, notes and chat."""

from collections.abc import Iterable, Iterator, Mapping

from ..types import Digest, Item
from ._template import escaped, render
from ._view import HEADLINE, clip, link

SUFFIX = ".md"
HELP = "Markdown, for notes and wikis"


def digest(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest in Markdown; nothing a feed wrote is markup in it."""
    return render("digest.md.j2", digest, templates).rstrip("\n") + "\n"


def items(items: Iterable[Item]) -> Iterator[str]:
    """A heading, the summary and a line of facts for each item."""
    for item in items:
        title = escaped(clip(item.title, HEADLINE) or "(no headline)")
        url = link(item)
        head = f"[{title}](<{url}>)" if url else title
        facts = [clip(item.outlet or item.feed, 60), f"{item.date:%Y-%m-%d %H:%M} UTC", *(tag.name for tag in item.tags)]
        summary = f"{escaped(clip(item.summary, 600))}\n\n" if item.summary else ""
        yield f"### {head}\n\n{summary}`{item.id}` · {escaped(' · '.join(facts))}\n\n"
