"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser does not read. Lenient where feeds err: numeric ids,
byte order marks, a missing version, a single `author` in version 1.1, a document that was cut off."""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from curator import dates
from curator.types import Entry

_FORMATS = {"1": "json1", "1.0": "json1", "1.1": "json11"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFeed:
    """A JSON Feed, read."""

    format: str  #: json1 | json11 | json
    title: str | None
    home: str | None
    language: str | None
    hub: str | None
    entries: tuple[Entry, ...]
    partial: bool  #: cut off: the whole items before the cut


def looks_like(text: str) -> bool:
    """Whether the document is JSON rather than XML, judged by its beginning, whatever its media type says."""
    return text[:64].lstrip("\ufeff \t\r\n").startswith(("{", "["))


def parse(text: str, base: str | None = None) -> JsonFeed:
    """The feed in this JSON text; `base` is its address. Raises ValueError with a sentence for people if it is none."""
    document, partial = _loaded(text.lstrip("\ufeff \t\r\n"))
    items = document.get("items") if isinstance(document, dict) else None
    version = str(document.get("version") or "") if isinstance(document, dict) else ""
    if not isinstance(items, list) or not ("jsonfeed" in version or _like_items(items)):
        raise ValueError("this is JSON, but no JSON Feed: it has no list of items")
    return JsonFeed(
        format=_FORMATS.get(version.rstrip("/").rpartition("/")[2], "json"),
        title=_string(document.get("title")),
        home=_string(document.get("home_page_url")),
        language=_string(document.get("language")),
        hub=next((_string(hub.get("url")) for hub in _dicts(document.get("hubs"))), None),
        entries=tuple(_entry(item, base) for item in _dicts(items)),
        partial=partial,
    )


def _integer(written: str) -> int | str:
    """A number, or one of so many digits that Python refuses to read it, as it stands."""
    return int(written) if len(written) < _MANY_DIGITS else written


_MANY_DIGITS = 4000
_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)


def _loaded(text: str) -> tuple[Any, bool]:
    """The document, and whether it was cut off."""
    try:
        return _DECODER.raw_decode(text)[0], False  # what a server printed behind it is not of it
    except RecursionError:
        raise ValueError("this JSON is nested too deeply to be a feed") from None
    except ValueError as error:
        document = _rescued(text)
        if document is None:
            raise ValueError(f"this looks like JSON, but is not well-formed: {error}") from None
        return document, True


def _rescued(text: str) -> dict[str, Any] | None:
    """What stands before the items of a feed that was cut off, and its whole items."""
    at = text.find('"items"')
    at = text.find("[", at) if at >= 0 else -1
    if at < 0:
        return None
    try:
        feed = _DECODER.decode(text[:at].rstrip().rstrip(":").rstrip().removesuffix('"items"').rstrip().rstrip(",") + "}")
        items = list(_whole(text, at + 1))
    except (ValueError, RecursionError):
        return None
    return {**feed, "items": items} if items and isinstance(feed, dict) else None


def _whole(text: str, at: int) -> Iterator[Any]:
    while True:
        while at < len(text) and text[at] in ", \t\r\n":
            at += 1
        try:
            item, at = _DECODER.raw_decode(text, at)
        except ValueError:
            return
        yield item


def _like_items(items: list[Any]) -> bool:
    return any({"content_html", "content_text", "url", "date_published"} & item.keys() for item in _dicts(items))


def _entry(item: dict[str, Any], base: str | None) -> Entry:
    text = _string(item.get("content_text"))
    content = _string(item.get("content_html")) or (_as_html(text) if text else None)
    summary = _string(item.get("summary"))
    published, updated = _string(item.get("date_published")), _string(item.get("date_modified"))
    return Entry(
        raw=json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace"),
        guid=_string(item.get("id")),
        link=_string(item.get("url")) or _string(item.get("external_url")),
        title=_string(item.get("title")),
        summary=_as_html(summary) if summary else None,
        content=content,
        authors=tuple(name for name in map(_author, [*_dicts(item.get("authors")), *_dicts([item.get("author")])]) if name),
        published=dates.plausible(dates.parse(published)) if published else None,
        updated=dates.plausible(dates.parse(updated)) if updated else None,
        date_raw=published or updated,
        language=_string(item.get("language")),
        enclosures=tuple(url for url in (_string(part.get("url")) for part in _dicts(item.get("attachments"))) if url),
        base=base,
    )


def _author(author: dict[str, Any]) -> str | None:
    return _string(author.get("name")) or _string(author.get("url"))


def _as_html(text: str) -> str:
    return html.escape(text, quote=False)


def _string(value: Any) -> str | None:
    """Strings as they are, numbers as written (ids often are), nothing else."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [part for part in _list(value) if isinstance(part, dict)]
