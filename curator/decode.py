"""Rows of JSON, as `export` writes them or as another program would, become items. Everything in them is hostile until it is read here."""

import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from curator import text, urls
from curator.portable import portable
from curator.types import TLP, Credit, Dossier, Entity, Item, Note, Provenance, Retrieval, Tag, Version

_ID = re.compile(r"[0-9a-f]{16}")
_SHA = re.compile(r"[0-9a-f]{64}")
_ROLES = ("own", "derived", "syndicated", "unknown")
_TITLE, _TEXT, _NAME = 1_000, 200_000, 2_000  # characters
_MOST = 10_000  #: values of a list, such as topics, marks or versions; an archive of our own has no longer ones
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of what does not tell its time
#: Keys of a row that are judgements: what is there is kept, what is not is judged as in a poll.
JUDGEMENTS = frozenset(("topics", "entities", "copy_of", "story", "provenance"))


class RefusedError(ValueError):
    """A row that cannot become an item; says why."""


#: Keys of a row that hold what is kept beside an item; most rows have none of them.
_BESIDE = frozenset(("notes", "marks", "history", "raw", "retrieval", "story_title"))


@portable
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row, read: the item, and which judgements came with it. `item.id` is "" if the row had none that can be kept."""

    item: Item
    judged: frozenset[str] = field(default_factory=frozenset)
    dossier: Dossier | None = None  #: notes, marks, earlier versions and evidence, if the row has any


def row(given: Any, now: datetime, feed: str) -> Row:
    """The item of a JSON value; `feed` if it names none. Raises RefusedError for a row without title and URL, with values of a wrong kind, or
    with evidence that does not match its SHA-256."""
    if not isinstance(given, Mapping):
        raise RefusedError(f"a row must be an object, not {_kind(given)}")
    link = _address(given, "link")
    url = _url(given, link)
    title = tidy(_text(given, "title"))
    body = text.safe(_text(given, "text"))[:_TEXT]
    kept = _matching(given, "id", _ID) and (_address(given, "guid") or body)  # an archive's own: feeds do have entries without either
    if not (title or url or link or kept):
        raise RefusedError("a row needs a `title` or a `url`")
    published, seen = _time(given, "published"), _time(given, "seen") or now
    item = Item(
        id=_matching(given, "id", _ID), feed=tidy(_text(given, "feed"))[:_NAME] or feed, guid=_address(given, "guid"), url=url, link=link or url,
        outlet=_line(given, "outlet"), outlet_known=given.get("outlet_known") is True, title=title[:_TITLE],
        summary=tidy(_text(given, "summary"))[:_TITLE] or text.excerpt(body, 600), text=body, authors=_lines(given, "authors"),
        language=_line(given, "language"), published=published, seen=seen, date=_date(given, published, seen), date_raw=_line(given, "date_raw"),
        source=_line(given, "source"), source_url=_address(given, "source_url"), links=_count(given, "links", 0), tags=_tags(given),
        entities=_entities(given), credits=_credits(given), copy_of=_matching(given, "copy_of", _ID) or None, copy_why=_line(given, "copy_why") or "",
        story=_matching(given, "story", _ID), story_why=_line(given, "story_why") or "", provenance=_provenance(given),
        read=given.get("read") is True, starred=given.get("starred") is True, sha256=_matching(given, "sha256", _SHA),
        versions=max(1, _count(given, "versions", 1)), changed=_time(given, "changed"),
    )  # fmt: skip
    beside = None if _BESIDE.isdisjoint(given) else _dossier(given, item)
    return Row(item=item, judged=JUDGEMENTS & given.keys(), dossier=beside)


def _url(given: Mapping[str, Any], link: str | None) -> str | None:
    wish = _address(given, "url") if "url" in given else link
    return urls.canonical(wish) if wish else None


def _date(given: Mapping[str, Any], published: datetime | None, seen: datetime) -> datetime:
    return min(_time(given, "date") or published or seen, seen)


# ── values of one kind ──────────────────────────────────────────────────────────────────────────────────────────────


def _kind(value: Any) -> str:
    kinds = {bool: "a truth value", int: "a number", float: "a number", str: "text", type(None): "null"}
    return kinds.get(type(value), "an object" if isinstance(value, Mapping) else "a list")


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefusedError(f"`{key}` must be text, not {_kind(value)}")
    return str(value)


def _line(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is None:
        return None
    return tidy(value if type(value) is str else _text(given, key))[:_NAME] or None


def tidy(value: str) -> str:
    """`text.line`, quickly for what is plain already, as nearly everything is that an archive exported."""
    if value.isascii() and value.isprintable() and "  " not in value and value[:1] != " " and value[-1:] != " ":
        return value
    return text.line(value)


def _address(given: Mapping[str, Any], key: str) -> str | None:
    """An address or guid, on one line like all that a poll keeps, and whole where it is long."""
    return tidy(_text(given, key)[: 2 * _NAME]) or None


def _raw(given: Mapping[str, Any], key: str) -> str | None:
    """What a server said, kept as it is, but for what is no Unicode text."""
    value = _text(given, key)[: 2 * _NAME]
    return (value if value.isascii() else value.encode("utf-8", "replace").decode()) or None


def _matching(given: Mapping[str, Any], key: str, form: re.Pattern[str]) -> str:
    value = _text(given, key)
    return value.lower() if value and form.fullmatch(value.lower()) else ""


def _count(given: Mapping[str, Any], key: str, usual: int) -> int:
    value = given.get(key, usual)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else usual


def _time(given: Mapping[str, Any], key: str) -> datetime | None:
    value = _text(given, key)
    if not value:
        return None
    try:
        return _moment(value)
    except (ValueError, OverflowError):
        raise RefusedError(f"`{key}` must be a time such as 2026-11-22T06:00:00Z, not “{text.line(value)[:40]}”") from None


@lru_cache(maxsize=256)
def _moment(written: str) -> datetime:
    """Remembered, for a row tells one time under several names, and its neighbours were seen when it was."""
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _list(given: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = given.get(key)
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise RefusedError(f"`{key}` must be a list, not {_kind(value)}")
    return value[:_MOST]


def _lines(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    lines = (tidy(str(value))[:_NAME] for value in _list(given, key) if isinstance(value, str | int))
    return tuple(line for line in lines if line)


def _objects(given: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    values = _list(given, key)
    return [value for value in values if isinstance(value, Mapping)]


# ── judgements ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _tags(given: Mapping[str, Any]) -> tuple[Tag, ...]:
    named = [Tag(name=name, why="imported") for name in _lines(given, "topics")]
    rows = ((_line(one, "name"), one) for one in _objects(given, "topics"))
    told = [
        Tag(name=name, why=_line(one, "why") or "", by=_line(one, "by") or "rule", score=_number(one, "score", 1.0), version=_line(one, "version") or "")
        for name, one in rows if name
    ]  # fmt: skip
    return tuple({tag.name: tag for tag in (*named, *told)}.values())


def _number(given: Mapping[str, Any], key: str, usual: float) -> float:
    value = given.get(key, usual)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e9 else usual


def _entities(given: Mapping[str, Any]) -> tuple[Entity, ...]:
    rows = ((_line(one, "kind"), _line(one, "value"), _line(one, "why") or "") for one in _objects(given, "entities"))
    return tuple(Entity(kind=kind, value=value, why=why) for kind, value, why in rows if kind and value)


def _credits(given: Mapping[str, Any]) -> tuple[Credit, ...]:
    return tuple(
        Credit(
            outlet=_line(one, "outlet") or "", pattern=_line(one, "pattern") or "", words=_line(one, "words") or "", field=_line(one, "field") or "text",
            start=_count(one, "start", 0), lead=one.get("lead") is True, via=_lines(one, "via"), earlier=one.get("earlier") is True,
        )
        for one in _objects(given, "credits")
    )  # fmt: skip


def _provenance(given: Mapping[str, Any]) -> Provenance:
    value = given.get("provenance")
    if not isinstance(value, Mapping):
        return Provenance()
    role = _text(value, "role")
    return Provenance(
        role=role if role in _ROLES else "unknown", origin=_line(value, "origin"), background=_lines(value, "background"),
        evidence=_line(value, "evidence"), why=_line(value, "why") or "", denied_by=_line(value, "denied_by"),
    )  # fmt: skip


# ── what is kept beside an item ─────────────────────────────────────────────────────────────────────────────────────


def _dossier(given: Mapping[str, Any], item: Item) -> Dossier:
    past = [(number, one) for one in _objects(given, "history") if 0 < (number := _count(one, "number", 0)) < item.versions]
    states = {number: _version(one, item.id, number) for number, one in past}
    raws = dict([_raw_bytes(one, states[number].sha256) for number, one in past] + [_raw_bytes(given, item.sha256)])
    answers = {number: _retrieval(one, item.feed) for number, one in [*past, (item.versions, given)]}
    return Dossier(
        item=item,
        notes=tuple(_note(one, item) for one in _objects(given, "notes") if _text(one, "text").strip()),
        marks=tuple(_mark(one) for one in _objects(given, "marks") if _line(one, "what") and _time(one, "at")),
        earlier=tuple(states[number] for number in sorted(states)),
        story_title=tidy(_text(given, "story_title"))[:_TITLE],
        raws={sha: raw for sha, raw in raws.items() if raw is not None},
        retrievals={number: answer for number, answer in answers.items() if answer is not None},
    )


def _note(given: Mapping[str, Any], item: Item) -> Note:
    """A note; one whose label is not known may go nowhere, so it is the narrowest."""
    label = (_line(given, "tlp") or TLP[0]).upper().removeprefix("TLP:")
    words = _text(given, "text")[:_TEXT].encode("utf-8", "replace").decode()  # as it was written: else it would come again as another
    return Note(number=0, item=item.id, text=words, tlp=label if label in TLP else TLP[-1], at=_time(given, "at") or item.seen)


def _mark(given: Mapping[str, Any]) -> tuple[datetime, str, str]:
    return _time(given, "at") or _NEVER, _line(given, "what") or "", _line(given, "value") or ""


def _version(given: Mapping[str, Any], item: str, number: int) -> Version:
    return Version(
        item=item, number=number, seen=_time(given, "seen") or _NEVER, title=tidy(_text(given, "title"))[:_TITLE],
        text=text.safe(_text(given, "text"))[:_TEXT], sha256=_matching(given, "sha256", _SHA),
    )  # fmt: skip


def _raw_bytes(given: Mapping[str, Any], sha256: str) -> tuple[str, bytes | None]:
    """(SHA-256, the bytes that the feed sent), None if the row has none. Raises RefusedError if the one is not the other's."""
    written = _text(given, "raw")
    if not written:
        return sha256, None
    try:
        raw = b64decode(written, validate=True)
    except ValueError:
        raise RefusedError("`raw` must be base64") from None
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise RefusedError("`raw` does not match its `sha256`: the evidence was changed on the way")
    return sha256, raw


def _retrieval(given: Mapping[str, Any], feed: str) -> Retrieval | None:
    value = given.get("retrieval")
    if not isinstance(value, Mapping) or not (at := _time(value, "at")):
        return None
    return Retrieval(
        feed=_line(value, "feed") or feed, requested=_address(value, "requested") or "", final=_address(value, "final") or _address(value, "requested") or "",
        status=_count(value, "status", 0), etag=_raw(value, "etag"), last_modified=_raw(value, "last_modified"), at=at,
        body_sha=_matching(value, "body_sha256", _SHA), tool=_line(value, "tool") or "",
    )  # fmt: skip
