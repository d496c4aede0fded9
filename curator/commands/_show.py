"""What `show` tells of an item or a story, as lines and as JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import curator
from curator import encode, provenance, when, worddiff
from curator.commands import _rows
from curator.commands._desk import Desk
from curator.entitybook import defang
from curator.tables import calm, cut, wrap
from curator.text import plural, safe
from curator.types import Item, Note, Retrieval, Story, Version

_COPIES = 30  #: copies of an item that are told one by one
_MOST = 100  #: columns of running text; longer lines tire the eye


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All there is to tell of an item."""

    item: Item
    story: Story | None
    copies: Sequence[Item]
    versions: Sequence[Version]
    notes: Sequence[Note]
    retrieval: Retrieval | None
    short: Mapping[str, str]


def gather(archive: "curator.Curator", id_: str) -> Sheet:
    """All there is to tell of an item. Raises NotFoundError."""
    item = archive.item(id_)
    copies = archive.copies(id_)
    story = archive.story(item.story) if item.story else None
    ids = [item.id, *(copy.id for copy in copies), *([story.id] if story else []), *([item.copy_of] if item.copy_of else [])]
    return Sheet(
        item=item,
        story=story,
        copies=copies,
        versions=archive.versions(id_),
        notes=archive.notes(id_),
        retrieval=archive.retrieval(id_),
        short=archive.short(ids),
    )


def encoded(sheet: Sheet) -> dict[str, Any]:
    """The item as the contract's JSON, with more: copies, the story, every version, notes, how it was had."""
    item = sheet.item
    return {
        **encode.item(item),
        "copy_why": item.copy_why,
        "story_why": item.story_why,
        "story_title": sheet.story.title if sheet.story else None,
        "copies": [
            {"id": one.id, "feed": one.feed, "outlet": one.outlet, "url": one.url, "title": one.title, "why": one.copy_why}
            for one in sheet.copies
        ],
        "credits": [
            {"outlet": one.outlet, "pattern": one.pattern, "words": one.words, "field": one.field, "lead": one.lead} for one in item.credits
        ],
        "history": [
            {"number": one.number, "seen": encode.when(one.seen), "title": one.title, "text": one.text, "sha256": one.sha256}
            for one in sheet.versions
        ],
        "notes": [{"text": one.text, "tlp": one.tlp, "at": encode.when(one.at)} for one in sheet.notes],
        "retrieval": _retrieval(sheet.retrieval),
    }


def _retrieval(one: Retrieval | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "requested": one.requested, "final": one.final, "status": one.status, "etag": one.etag, "last_modified": one.last_modified,
        "at": encode.when(one.at), "body_sha256": one.body_sha, "tool": one.tool,
    }  # fmt: skip


def item(desk: Desk, sheet: Sheet) -> Iterator[str]:
    """The item for people: what it is, what was judged of it and why, then its text."""
    one = sheet.item
    room = min(desk.width, _MOST)
    for line in wrap(_rows.one_line(one.title) or "(no title)", room):
        yield desk.styled(line, bold=True)
    for line in wrap(" · ".join(_heading(desk, one)), room):
        yield desk.styled(line, dim=True)
    if one.url or one.link:
        address = safe(one.url or one.link or "")
        yield desk.link(one.url, desk.styled(address, fg="blue", underline=True))
    yield ""
    yield from _fields(desk, _facts(desk, sheet), room)
    if one.text or one.summary:
        yield ""
        for paragraph in calm(safe(one.text or one.summary)).split("\n"):
            yield from wrap(paragraph, room)
            yield ""


def _heading(desk: Desk, one: Item) -> list[str]:
    parts = [cut(_rows.one_line(one.outlet or one.feed), 80), _rows.time(desk, one.date)]
    parts += [cut(_rows.one_line(", ".join(one.authors)), 200)] if one.authors else []
    parts += [one.language] if one.language else []
    parts += [name for name, yes in (("read", one.read), ("★ starred", one.starred)) if yes]
    return parts


Facts = list[tuple[str, list[str]]]


def _facts(desk: Desk, sheet: Sheet) -> Facts:
    one, source = sheet.item, sheet.item.provenance
    facts: Facts = [("report", [_role(one)])]
    if source.evidence:
        facts.append(("words", [f"“{_rows.one_line(source.evidence)}”"]))
    if source.background:
        facts.append(("also", ["credits in passing: " + _rows.one_line(", ".join(source.background))]))
    facts.append(("topics", [f"{tag.name}  {_by(tag.by)}{_rows.one_line(tag.why)}" for tag in one.tags] or ["none"]))
    facts += [(kind, ["; ".join(values)]) for kind, values in _entities(one).items()]
    if one.copy_of:
        facts.append(("copy of", [f"{_id(sheet, one.copy_of)}  {_rows.one_line(one.copy_why)}"]))
    facts.append(("copies", _copies(sheet)))
    if sheet.story:
        facts.append(("story", [f"{_id(sheet, sheet.story.id)}  {_rows.one_line(sheet.story.title)}", _rows.one_line(one.story_why)]))
    if len(sheet.versions) > 1:
        facts.append(("versions", [f"{len(sheet.versions)}, see `curator show {_id(sheet, one.id)} --diff`"]))
    facts += [("note", [f"{when.local(note.at, desk.zone)}  {_rows.one_line(note.text)} (TLP:{note.tlp})"]) for note in sheet.notes]
    facts.append(("kept", [f"{_id(sheet, one.id)} from feed {_rows.one_line(one.feed)}, first seen {_rows.time(desk, one.seen)}"]))
    return [(name, [value for value in values if value]) for name, values in facts if any(values)]


def _copies(sheet: Sheet) -> list[str]:
    """Where else it stood; the headline where it was another."""
    told = []
    for copy in sheet.copies[:_COPIES]:
        title = "" if copy.title == sheet.item.title else f": {_rows.one_line(copy.title)}"
        told.append(f"{_id(sheet, copy.id)}  {cut(_rows.one_line(copy.outlet or copy.feed), 60)}{title}")
    return told + ([f"and {len(sheet.copies) - _COPIES:,} more"] if len(sheet.copies) > _COPIES else [])


def _role(one: Item) -> str:
    source = one.provenance
    words = {"own": "own report", "derived": "rests on another's report", "syndicated": "another's report, carried whole"}
    if source.role == "derived" and source.origin and source.why and source.why.startswith(f"rests on {source.origin}"):
        return _rows.one_line(source.why)  # it says all of it
    whose = f" · {_rows.one_line(source.origin)}" if source.origin else ""
    why = f" ({_rows.one_line(source.why)})" if source.why else ""
    return f"{words.get(source.role, 'whose report it is cannot be told')}{whose}{why}"


def _by(by: str) -> str:
    return "" if by == "rule" else f"[{by}] "


def _entities(one: Item) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity in one.entities:
        value = defang(entity.value) if entity.kind in ("ip", "domain", "mail", "url") else entity.value
        found.setdefault(entity.kind, []).append(_rows.one_line(value))
    return found


def _id(sheet: Sheet, id_: str) -> str:
    return sheet.short.get(id_, id_[:8])


def _fields(desk: Desk, facts: Facts, room: int) -> Iterator[str]:
    """Names to the left, values wrapped to the right of them."""
    indent = " " * 10
    for name, values in facts:
        lines = [line for value in values for line in wrap(value, room, indent)]
        yield desk.styled(f"{name:<10}"[:10], fg="cyan") + lines[0][10:]
        yield from lines[1:]


# ── stories ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def story_encoded(story: Story, items: Iterable[Item]) -> dict[str, Any]:
    """The story as the contract's JSON, its items as objects."""
    return {
        **encode.story(story),
        "items": [encode.item(one) for one in items],
        "flags": list(story.flags),
        "related": list(story.related),
    }


def story(desk: Desk, archive: "curator.Curator", one: Story, items: Sequence[Item]) -> Iterator[str]:
    """The story for people: why it matters, then who reported what and who took it from whom."""
    short = archive.short([one.id, *one.related, *(item.id for item in items)])
    room = min(desk.width, _MOST)
    for part in wrap(_rows.one_line(one.title) or "(no title)", room):
        yield desk.styled(part, bold=True)
    span = f"{_rows.time(desk, one.first)} to {_rows.time(desk, one.last)}"
    yield desk.styled(f"{short.get(one.id, one.id[:8])} · {plural(len(items), 'item')} · {span}", dim=True)
    yield ""
    facts: Facts = [("topics", [", ".join(one.topics)]), ("why", [_rows.one_line(why) for why in one.why])]
    facts += [("flags", [_rows.one_line(flag) for flag in one.flags]), ("earlier", [short.get(id_, id_[:8]) for id_ in one.related])]
    yield from _fields(desk, [(name, kept) for name, values in facts if (kept := [value for value in values if value])], room)
    yield ""
    for row in provenance.tree(one, items, desk.config.feeds, desk.official, desk.zone):
        yield from _folded(re.sub(r"\b[0-9a-f]{16}\b", lambda found: short.get(found[0], found[0]), row), room)


def _folded(row: str, room: int) -> list[str]:
    """A line of a tree, wrapped under its own branch."""
    text = _rows.one_line(row)
    branch = row[: len(row) - len(row.lstrip(" │├└─•·"))]
    below = branch.replace("├─", "│ ").replace("└─", "  ")
    lines = wrap(text[len(_rows.one_line(branch)) :].strip() if branch.strip() else text, room, " " * len(branch))
    return [branch + lines[0][len(branch) :], *(below + line[len(branch) :] for line in lines[1:])]


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def versions(desk: Desk, found: Sequence[Version]) -> Iterator[str]:
    """What each version changed, word by word."""
    if len(found) < 2:
        yield "one version: nothing has changed since it was first seen"
        return
    for at, after in enumerate(found[1:], 1):
        before = compared(found[:at], after)
        words = ", completed from its page" if after.page else ""
        yield desk.styled(f"version {before.number} → {after.number}{words}, seen {_rows.time(desk, after.seen)}", bold=True)
        changed = worddiff.paragraphs(before.title, after.title) + worddiff.paragraphs(before.text, after.text)
        for pieces in changed:
            yield from wrap(_pieces(desk, pieces), min(desk.width, _MOST)) if not desk.colour else [_pieces(desk, pieces)]
        if not changed:
            yield "only what is not shown: markup, links or white space"
        yield ""


def compared(earlier: Sequence[Version], after: Version) -> Version:
    """The state that a later one is to be seen against: what the feed says against what it said before, a page against the page."""
    alike = [one for one in earlier if one.page == after.page]
    return (alike or earlier)[-1]


def _pieces(desk: Desk, pieces: list[worddiff.Piece]) -> str:
    clean = [(kind, _rows.one_line(text)) for kind, text in pieces]
    if not desk.colour:
        return worddiff.plain(clean)
    looks: Mapping[str, dict[str, Any]] = {"=": {}, "-": {"fg": "red", "strikethrough": True}, "+": {"fg": "green", "bold": True}}
    return " ".join(desk.styled(text, **looks[kind]) for kind, text in clean)
