"""Items as rows and back. What is said twice is kept once: see `packed` and `unpacked`."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC
from operator import itemgetter
from typing import Any
from zlib import crc32

from curator import text
from curator.stores._base import clock, decoded, dumps, loads, moment, seconds, stamp
from curator.stores._shorthand import LINK, filled, outline, spelled
from curator.types import Credit, Entity, Item, Provenance, Tag

SUMMARY = 600  # characters of a summary that is only the beginning of its text
BRIEF = 200  # characters of a text where only its beginning is asked for

#: Columns of `item`, in the order in which `packed` fills them.
COLUMNS = (
    "n", "id", "feed", "outlet", "outlet_known", "language", "published", "seen", "date", "changed", "read", "starred", "versions",
    "retrieval", "sha256", "title", "guid", "url", "link", "summary", "authors", "date_raw", "source", "source_url", "links",
    "topics", "entities", "credits", "copy_of", "copy_why", "story", "story_why",
    "role", "origin", "background", "evidence", "why", "denied_by", "seal",
)  # fmt: skip
#: Those that tell what the feed said, which no judgement and no mark changes: `seal` is of them and the text.
SEALED = (
    "id", "language", "published", "date", "changed", "versions", "sha256", "title", "guid", "url", "link", "summary", "authors", "date_raw",
    "source", "source_url", "links",
)  # fmt: skip

#: What `unpacked` reads; `{text}` is "b.text" or "NULL" (then a summary that is an excerpt stays empty).
SELECT = """SELECT i.n, i.id, f.name, o.name, i.outlet_known, i.language, i.published, i.seen, i.date, i.changed, i.read, i.starred,
 i.versions, i.sha256, i.title, i.guid, i.url, i.link, i.summary, i.authors, i.date_raw, i.source, i.source_url, i.links,
 i.topics, i.entities, i.credits, c.id, i.copy_why, s.id, i.story_why,
 i.role, i.origin, i.background, i.evidence, i.why, i.denied_by, {text}
 FROM item i JOIN feed f ON f.n = i.feed {join} LEFT JOIN outlet o ON o.n = i.outlet
 LEFT JOIN item c ON c.n = i.copy_of LEFT JOIN story s ON s.n = i.story"""
SELECT_TEXTS = SELECT.format(text="b.text", join="JOIN body b ON b.item = i.n")
SELECT_HEADS = SELECT.format(text="NULL", join="")
#: What stories are ranked by in lists: no text, and no judgement but on copies and provenance.
SELECT_OUTLINES = SELECT_HEADS.replace("i.topics, i.entities, i.credits", "NULL, NULL, NULL").replace("i.summary, i.authors", "'', NULL")
#: What stories are ranked and told apart by: the beginning of the text, and nothing that only a reader of the item wants.
SELECT_BRIEF = (
    SELECT.format(text=f"substr(b.text, 1, {BRIEF})", join="JOIN body b ON b.item = i.n")
    .replace("i.guid, i.url, i.link, i.summary, i.authors, i.date_raw", "'', i.url, i.link, '', NULL, NULL")
    .replace("i.credits", "NULL")
)

#: Whether the text of a state (`v`, a version; or `i`, the item as it is) is that of the article's page: its address is what was asked.
PAGE = f"EXISTS (SELECT 1 FROM retrieval r WHERE r.n = {{}}.retrieval AND r.requested IN (i.url, {LINK}))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The rows that an item's row refers to."""

    feed: int
    outlet: int | None
    retrieval: int | None
    copy_of: int | None
    story: int | None


_LINK, _HASH = COLUMNS.index("link"), SEALED.index("sha256")
_OF_SEALED = itemgetter(*(COLUMNS.index(column) for column in SEALED))


def seal(values: Iterable[Any], text: str) -> int:
    """The CRC-32 of the SEALED columns of a row, as they are stored, and of its text."""
    said = list(values)
    if isinstance(said[_HASH], bytes):
        said[_HASH] = said[_HASH].hex()
    return crc32("\x1f".join((*map(str, said), text)).encode())


def texts(items: Iterable[Item]) -> list[str | None]:
    """What the rows of items say and others may say as well: that of it which has a number is said by that (see `_shorthand`)."""
    said: list[str | None] = []
    for item in items:
        said += (outline(address(item)[0], item.url), item.copy_why, item.story_why, item.provenance.why)
        said += told(item.tags, item.entities, item.credits)
    return said


def told(tags: Iterable[Tag] = (), entities: Iterable[Entity] = (), credited: Iterable[Credit] = ()) -> list[str]:
    """The same of topics, entities and credits."""
    said: list[str] = []
    for tag in tags:
        said += (tag.name, tag.why, tag.version, tag.by)
    for entity in entities:
        said += (entity.kind, entity.value, entity.why)
    for credit in credited:
        said += (credit.outlet, credit.pattern, credit.words, credit.field)
    return said


def packed(item: Item, n: int, to: Numbers, known: Mapping[str, int]) -> list[Any]:
    """The row of an item; `known`: numbers of texts."""
    row = _plain(item, n, to, known)
    row.append(seal(_OF_SEALED(row), item.text))  # of the link itself, not of its number
    row[_LINK] = known.get(outline(row[_LINK], item.url) or "", row[_LINK])
    return row


def same_read(item: Item, to: Numbers) -> bool:
    """Is it certain that what will be read of an item's row is the item as it is? Parts of a second are not kept, nor what is not known."""
    whole = all(
        time is None or (time.microsecond == 0 and time.tzinfo is UTC) for time in (item.published, item.seen, item.date, item.changed)
    )
    known = (to.copy_of is None) == (item.copy_of is None) and (to.story is None) == (not item.story)
    return whole and known and item.link != "" and item.guid != ""


def _plain(item: Item, n: int, to: Numbers, known: Mapping[str, int]) -> list[Any]:
    """The row without its seal, the link written out."""
    link, guid = address(item)
    summary = None if item.summary == beginning(item.text) else item.summary
    return [
        n, item.id, to.feed, to.outlet, item.outlet_known, item.language, stamp(item.published), seconds(item.seen), seconds(item.date),
        stamp(item.changed), item.read, item.starred, item.versions, to.retrieval, bytes.fromhex(item.sha256) or None, item.title,
        guid, item.url, link, summary, dumps(item.authors), item.date_raw, item.source, item.source_url, item.links,
        tags_json(item.tags, known), entities_json(item.entities, known), credits_json(item.credits, known),
        to.copy_of, known.get(item.copy_why, item.copy_why or None), to.story, known.get(item.story_why, item.story_why or None),
        *judgement(item.provenance, known),
    ]  # fmt: skip


def judgement(judged: Provenance, known: Mapping[str, int]) -> tuple[Any, ...]:
    """role, origin, background, evidence, why, denied_by as stored; NULL = unknown, none."""
    if judged is _UNKNOWN:
        return (None,) * 6
    role = None if judged.role == "unknown" else judged.role
    return role, judged.origin, dumps(judged.background), judged.evidence, known.get(judged.why, judged.why or None), judged.denied_by


def beginning(body: str) -> str:
    """`text.excerpt` of a body; of a long one only the part is looked at that can show in it."""
    if len(body) > 2 * SUMMARY:
        part = body[: 2 * SUMMARY].rstrip()
        cut = text.excerpt(part, SUMMARY)
        if cut.endswith("…") and not part.endswith("…"):  # else it was not cut: most of the part is white space
            return cut
    return text.excerpt(body, SUMMARY)


def address(item: Item) -> tuple[str | None, str | None]:
    """(link, guid) as stored: NULL = the same as url, the same as link; empty = none."""
    link = None if item.link == item.url else item.link or ""
    guid = None if item.guid == item.link else item.guid or ""
    return link, guid


def unpacked(row: tuple[Any, ...], said: Mapping[int, str]) -> Item:
    """The item of a row of SELECT; `said`: texts by number."""
    (
        _n, id_, feed, outlet, outlet_known, language, published, seen, date, changed, read, starred, versions, sha256, title,
        guid, url, link, summary, authors, date_raw, source, source_url, links, topics, entities, credited, copy_of, copy_why,
        story, story_why, *judged, body,
    ) = row  # fmt: skip
    link = url if link is None else filled(said[link], url) if link.__class__ is int else link or None
    if summary is None:
        summary = beginning(body) if body else ""
    return Item(
        id=id_, feed=feed, outlet=outlet, outlet_known=bool(outlet_known), language=language, published=moment(published),
        seen=clock(seen), date=clock(date), changed=moment(changed), read=bool(read), starred=bool(starred), versions=versions,
        sha256=sha256.hex() if sha256 else "", title=title, guid=link if guid is None else guid or None, url=url, link=link,
        summary=summary, text=body or "", authors=loads(authors), date_raw=date_raw, source=source, source_url=source_url, links=links,
        tags=tags_of(topics, said), entities=entities_of(entities, said), credits=credits_of(credited, said), copy_of=copy_of,
        copy_why=spelled(copy_why, said),
        story=story or "", story_why=spelled(story_why, said), provenance=_provenance(judged, said),
    )  # fmt: skip


_UNKNOWN = Provenance()


def _provenance(judged: list[Any], said: Mapping[int, str]) -> Provenance:
    if judged == [None] * 6:
        return _UNKNOWN
    role, origin, background, evidence, why, denied_by = judged
    return Provenance(
        role=role or "unknown", origin=origin, background=loads(background), evidence=evidence, why=spelled(why, said), denied_by=denied_by
    )


def tags_json(tags: tuple[Tag, ...], known: Mapping[str, int]) -> str | None:
    """[[name, why, version, by, score], …], the ordinary end of each left out; numbers for the texts that are known."""
    return dumps([_numbered(_trimmed([tag.name, tag.why, tag.version, tag.by, tag.score], ["", "rule", 1.0]), 4, known) for tag in tags])


def tags_of(topics: str | None, said: Mapping[int, str]) -> tuple[Tag, ...]:
    """The way back."""
    if not topics:
        return ()
    rows = (row + ["", "rule", 1.0][len(row) - 2 :] for row in decoded(topics))
    return tuple(
        Tag(name=name, why=why, version=version, by=by, score=row[4]) for row in rows for name, why, version, by in [_spelled(row, 4, said)]
    )


def entities_json(entities: tuple[Entity, ...], known: Mapping[str, int]) -> str | None:
    """[[kind, value, why], …], the same way."""
    get = known.get
    return dumps([[get(one.kind, one.kind), get(one.value, one.value), get(one.why, one.why)] for one in entities])


def entities_of(entities: str | None, said: Mapping[int, str]) -> tuple[Entity, ...]:
    """The way back."""
    return tuple(Entity(kind=kind, value=value, why=why) for kind, value, why in entity_texts(entities, said))


def entity_texts(entities: str | None, said: Mapping[int, str]) -> list[list[str]]:
    """[kind, value, why] of each entity of a row."""
    return [_spelled(row, 3, said) for row in decoded(entities)] if entities else []


def credits_json(credited: tuple[Credit, ...], known: Mapping[str, int]) -> str | None:
    """[[outlet, pattern, words, field, start, lead, via, earlier], …], the same way."""
    rows = ([c.outlet, c.pattern, c.words, c.field, c.start, int(c.lead), list(c.via), int(c.earlier)] for c in credited)
    return dumps([_numbered(_trimmed(row, [0, [], 0]), 4, known) for row in rows])


def credits_of(credited: str | None, said: Mapping[int, str]) -> tuple[Credit, ...]:
    """The way back."""
    if not credited:
        return ()
    rows = (row + [0, [], 0][len(row) - 5 :] for row in decoded(credited))
    return tuple(
        Credit(
            outlet=outlet,
            pattern=pattern,
            words=words,
            field=field,
            start=row[4],
            lead=bool(row[5]),
            via=tuple(row[6]),
            earlier=bool(row[7]),
        )
        for row in rows
        for outlet, pattern, words, field in [_spelled(row, 4, said)]
    )


def _numbered(row: list[Any], texts: int, known: Mapping[str, int]) -> list[Any]:
    """A row of a list, with numbers for those of its first so many values that have one."""
    return [*map(known.get, row[:texts], row[:texts]), *row[texts:]]


def _spelled(row: list[Any], texts: int, said: Mapping[int, str]) -> list[str]:
    """The first so many values of such a row as texts."""
    return [said[value] if value.__class__ is int else value for value in row[:texts]]


def whole_characters(value: Any) -> Any:
    """A value, and all inside it, with a question mark for every half of a surrogate pair."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, tuple):
        return tuple(whole_characters(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: whole_characters(getattr(value, part.name)) for part in fields(value)})
    return value


def _trimmed(row: list[Any], usual: list[Any]) -> list[Any]:
    """The row without those of its last values that are the usual ones."""
    for value in reversed(usual):
        if row[-1] != value:
            break
        row.pop()
    return row
