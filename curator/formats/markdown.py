"""Markdown (CommonMark): for wikis, notes and chat."""

from collections.abc import Iterable, Iterator, Mapping

from ..types import Digest, Dossier, Item
from ._template import escaped, render
from ._vault import name, note
from ._view import HEADLINE, clip, link

SUFFIX = ".md"
HELP = "Markdown, for notes and wikis; into FOLDER/ a note for each item"


def digest(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest in Markdown; nothing a feed wrote is markup in it."""
    return render("digest.md.j2", digest, templates).rstrip("\n") + "\n"


def items(items: Iterable[Item]) -> Iterator[str]:
    """A heading, the summary and a line of facts for each item."""
    return dossiers(Dossier(item=item) for item in items)


def dossiers(dossiers: Iterable[Dossier]) -> Iterator[str]:
    """The same, each with the notes on it."""
    for dossier in dossiers:
        item = dossier.item
        title = escaped(clip(item.title, HEADLINE) or "(no headline)")
        url = link(item)
        head = f"[{title}](<{url}>)" if url else title
        facts = [clip(item.outlet or item.feed, 60), f"{item.date:%Y-%m-%d %H:%M} UTC", *(tag.name for tag in item.tags)]
        summary = f"{escaped(clip(item.summary, 600))}\n\n" if item.summary else ""
        notes = "".join(f"> {escaped(clip(one.text, 2_000))} (TLP:{one.tlp})\n\n" for one in dossier.notes)
        yield f"### {head}\n\n{summary}`{item.id}` · {escaped(' · '.join(facts))}\n\n{notes}"


def folder(dossiers: Iterable[Dossier]) -> Iterator[tuple[str, str]]:
    """(file name, text) of a note for each item, whole, with its facts as front matter."""
    return ((name(dossier.item), note(dossier)) for dossier in dossiers)
