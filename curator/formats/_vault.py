"""Items as a folder of Markdown notes, one a file, as Obsidian, Logseq and the like keep them. Helpers of the family, not a format."""

import json
import re
import unicodedata
from collections.abc import Iterator

from curator import encode, text
from curator.entitybook import defang
from curator.formats._escapes import printable
from curator.formats._view import HEADLINE, clip, link
from curator.types import Dossier, Item, Note

_TITLE_BYTES = 100  #: of a title in a file name; with date, id and ending it stays below every file system's limit
#: What is a mark in CommonMark or in these programs (tags, comments, formulas, highlights), where it can be one: what is escaped without
#: need is not found by their search, which reads the file as it is.
_MARK = re.compile(r"[\\`*_\[\]<>#~$|]|%(?=%)|=(?==)|^[-+=]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")
_CHARACTER = re.compile(r"&(?=#?\w{1,40};)")


def name(item: Item) -> str:
    """The file name of an item: date, title, id. Only letters, digits, blanks and hyphens of the title are in it, so that it is one name in
    one folder on every system; it begins with a digit, so it is no reserved one."""
    kept = "".join(char if char == "-" or unicodedata.category(char)[0] in "LNM" else " " for char in text.line(item.title))
    title = " ".join(kept.encode()[:_TITLE_BYTES].decode("utf-8", "ignore").split())
    return " ".join(part for part in (f"{item.date:%Y-%m-%d}", title, item.id) if part) + ".md"


def note(dossier: Dossier) -> str:
    """The text of the file: facts as front matter, then headline, text, who reported it, what it names, and notes. What a feed wrote is
    text and nothing else."""
    item = dossier.item
    parts = [_front(item), f"# {_headline(item)}", *_text(item.text or item.summary), *_report(item), *_named(item), *_notes(dossier.notes)]
    return "\n\n".join(parts) + "\n"


def marked(words: str) -> str:
    """Words of a feed, safe on a line of Markdown and of what these programs add to it."""
    plain = _MARK.sub(r"\\\g<0>", _CHARACTER.sub("&amp;", text.line(words)))
    return _NUMBERED.sub(r"\1\\\2", plain)


def _front(item: Item) -> str:
    facts = {
        "id": item.id,
        "title": clip(item.title, HEADLINE),
        "outlet": item.outlet,
        "feed": item.feed,
        "url": link(item),
        "authors": list(item.authors),
        "language": item.language,
        "published": encode.when(item.published) if item.published else None,
        "date": encode.when(item.date),
        "tags": [tag.name for tag in item.tags],
        "role": item.provenance.role,
        "origin": item.provenance.origin,
        "story": item.story,
        "copy_of": item.copy_of,
        "starred": item.starred,
        "sha256": item.sha256,
    }
    lines = (f"{key}: {_yaml(value)}" for key, value in facts.items() if value)
    return "\n".join(("---", *lines, "---"))


def _yaml(value: object) -> str:
    """JSON is YAML; nothing in it begins a template tag, which plugins run."""
    return printable(json.dumps(value, ensure_ascii=False)).replace("<", "\\u003c").replace("{{", "{\\u007b")


def _headline(item: Item) -> str:
    title = marked(clip(item.title, HEADLINE)) or "(no headline)"
    url = link(item)
    return f"[{title}](<{url}>)" if url else title


def _text(words: str) -> Iterator[str]:
    return (marked(paragraph) for paragraph in words.split("\n") if paragraph.strip())


def _report(item: Item) -> Iterator[str]:
    judged = item.provenance
    if judged.origin or judged.evidence:
        words = f" “{marked(judged.evidence)}”" if judged.evidence else ""
        yield f"**Report:** {judged.role}, of {marked(judged.origin or item.outlet or item.feed)}{words}"


def _named(item: Item) -> Iterator[str]:
    values = [(one.kind, defang(one.value) if one.kind in ("ip", "domain", "mail", "url") else one.value) for one in item.entities]
    if values:
        yield "**Names:** " + ", ".join(f"{marked(value)} ({marked(kind)})" for kind, value in values)


def _notes(notes: tuple[Note, ...]) -> Iterator[str]:
    if notes:
        yield "## Notes"
    for one in notes:
        yield f"> {marked(one.text)}\n> {encode.when(one.at)}, TLP:{one.tlp}"
