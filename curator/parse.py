"""Bytes to entries: RSS 0.9x/1.0/2.0 and Atom through feedparser, JSON Feed through `jsonfeed`; what is broken is mended first.

feedparser's parser classes are driven directly: the document arrives here already as UTF-8 and is fed in one piece (expat is quadratic on
long tokens in many pieces), guids are never resolved against a base, dates are read by `dates`, markup is neither sanitised nor resolved
(`clean` makes plain text of it). `feedparser.parse` is not called at all: given bytes, it first tries to open a file of that name.
"""

import calendar
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax import SAXException
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges, feature_namespaces

from curator import dates, hints, jsonfeed, quick, repair, urls
from curator.slice import Slices, cut, join
from curator.types import Entry


class Unreadable(Exception):  # noqa: N818  (it is what the document is)
    """No entries can be read. `kind` is a problem's: not-a-feed | parse; `str()` is a sentence for people."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        self.message = message
        super().__init__(message)

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.kind, self.message)  # it crosses from worker processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document, read."""

    format: str  #: "rss20", "atom10", "rss10", "json11" …; "rss", "atom" where the version is not told
    title: str | None = None  #: HTML or plain, as the feed gave it
    home: str | None = None  #: absolute
    language: str | None = None  #: as the feed gave it
    ttl: int | None = None  #: seconds the feed itself asks to wait, see `hints`
    rests: tuple[int, ...] = ()  #: hours of the week in which it asks to be left alone, see `hints`
    hub: str | None = None  #: WebSub hub
    entries: tuple[Entry, ...] = ()
    partial: bool = False  #: the document was cut off: these are the whole entries before the cut


def parse(body: bytes, url: str | None = None, headers: Mapping[str, str] | None = None, slices: Sequence[bytes] | None = None) -> Parsed:
    """The feed in `body`, found at `url` with these (lower-case) response headers. Raises `Unreadable`.

    `slices`: the entries that `body` was joined of (`slice.join`); each becomes `raw` of its entry. Without them, or if feedparser sees
    another number of entries, `raw` is the entry's slice of the mended document in UTF-8, and where that cannot be cut either, the
    parsed entry as JSON with sorted keys: the same bytes at every poll for the same entry.
    """
    headers = headers or {}
    body = repair.unpack(body)
    if not body.strip(b" \t\r\n\x00"):
        raise Unreadable("not-a-feed", "the server sent an empty document")
    text = repair.prepare(body, headers.get("content-type", ""))
    if jsonfeed.looks_like(text):
        return _json(text, url)
    root = _root(text)
    read = _read(text, url, headers.get("content-language"))
    if not read.found and not read.reader.version and root.lower() not in _FEED_ROOTS:
        raise Unreadable("not-a-feed", _what_else(root))
    raws = next((each for each in (slices, read.pieces) if each is not None and len(each) == len(read.found)), None)
    raws = raws if raws is not None else [_rendered(entry) for entry in read.found]
    entries = tuple(_entry(entry, raw, url) for entry, raw in zip(read.found, raws, strict=True))
    return _parsed(read.reader, root, url, entries, asked=hints.of(text), partial=read.partial)


# ── what kind of document ───────────────────────────────────────────────────────────────────────────────────────────

_FEED_ROOTS = frozenset(["rss", "feed", "rdf"])
_NO_FEEDS = {
    "html": "this is a web page, not a feed; `curator feeds add URL` finds the feed of a page",
    "opml": "this is an OPML list of feeds, not a feed; `curator feeds import FILE` takes it in",
    "urlset": "this is a sitemap, not a feed",
    "sitemapindex": "this is a sitemap, not a feed",
}
_FIRST_TAG = re.compile(r"<(?:!doctype\s+)?(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)", re.I)
_HTML_TAG = re.compile(r"<(?:html|head|body|meta|title|!doctype html)[\s>]", re.I)


def _root(text: str) -> str:
    """Local name of the root element; raises for what is certainly no feed."""
    found = _FIRST_TAG.search(text[:5000])
    if found is None or text[: found.start()].strip():
        kind = "text" if text.isprintable() or "\ufffd" not in text[:2000] else "binary data"
        page = _HTML_TAG.search(text[:5000])
        if page is not None:
            raise Unreadable("not-a-feed", _NO_FEEDS["html"])
        if found is None or text[: found.start()].strip().count("\n") > 20:
            raise Unreadable("not-a-feed", f"this is {kind}, not a feed")
    root = found[1]
    if root.lower() in _NO_FEEDS or (root.lower() in {"head", "body", "title", "meta"}):
        raise Unreadable("not-a-feed", _NO_FEEDS.get(root.lower(), _NO_FEEDS["html"]))
    return root


def _what_else(root: str) -> str:
    return f"this is XML, but no feed: its root is <{root[:40]}>"


def _json(text: str, url: str | None) -> Parsed:
    try:
        feed = jsonfeed.parse(text, url)
    except ValueError as error:
        raise Unreadable("not-a-feed", str(error)) from None
    entries = tuple(replace(entry, link=_resolved(url, entry.link)) for entry in feed.entries)
    home = urls.resolve(url, feed.home) if feed.home else None
    return Parsed(
        format=feed.format, title=feed.title, home=home, language=feed.language, hub=feed.hub, entries=entries, partial=feed.partial
    )


# ── through feedparser ──────────────────────────────────────────────────────────────────────────────────────────────

_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(frozen=True, slots=True)
class _Read:
    reader: Any  #: feedparser's state: what the feed says of itself
    found: Sequence[Any]  #: its entries, as feedparser gives them
    pieces: Sequence[bytes]  #: their slices, if there are as many
    partial: bool


def _read(text: str, url: str | None, language: str | None) -> _Read:
    """The document as feedparser reads it; strictly if it is, or can be made, well-formed."""
    document = _DECLARATION + text.encode("utf-8", "replace")
    pieces = cut(document)
    read = _quickly(pieces, url, language) if pieces else None
    if read is not None:
        return read
    reader = _strictly(document, url, language)
    if reader is not None:
        return _Read(reader, reader.entries, pieces.entries if pieces else (), False)
    mended = repair.mend(text)
    whole = repair.completed(mended)
    document = _DECLARATION + (whole or mended).encode("utf-8", "replace")
    reader = _strictly(document, url, language) or _loosely(whole or mended, url, language)
    pieces = cut(document)
    return _Read(reader, reader.entries, pieces.entries if pieces else (), whole is not None)


def _quickly(pieces: Slices, url: str | None, language: str | None) -> _Read | None:
    """Ordinary entries read by `quick`, the others and the feed itself by feedparser; None if that is not sure to be the same."""
    under = quick.setting(pieces.head.decode(), language) if pieces.entries else None
    if under is None:
        return None
    strict, _ = _readers()
    found = [quick.read(entry.decode(), under, strict) for entry in pieces.entries]
    others = [entry for entry, known in zip(pieces.entries, found, strict=True) if known is None]
    reader = _strictly(join(pieces.head, others, pieces.tail), url, language)
    if reader is None or len(reader.entries) != len(others):
        return None
    rest = iter(reader.entries)
    return _Read(reader, [next(rest) if known is None else known for known in found], pieces.entries, False)


class _Buffered(ExpatParser):
    """Python's SAX parser, giving text in large pieces: in its small ones (a call for each line and entity) it costs a third of all."""

    def reset(self) -> None:
        super().reset()
        expat = vars(self)["_parser"]
        expat.buffer_text = True
        expat.buffer_size = 1 << 16


_BASE = re.compile(rb"\bbase\s*=")
_LONGEST_AUTHOR = 1000  #: characters; feedparser looks for a mail address in it from every one of them


def _strictly(document: bytes, url: str | None, language: str | None) -> Any:
    strict, _ = _readers()
    # Without a base of its own the document is read without any, and `_resolved` does the rest: feedparser joins addresses at each tag.
    reader = strict(url or "" if _BASE.search(document) else "", language, "utf-8")
    sax = _Buffered()
    sax.setFeature(feature_namespaces, 1)
    sax.setFeature(feature_external_ges, 0)
    sax.setContentHandler(reader)
    sax.setErrorHandler(reader)
    try:
        sax.feed(document)
        sax.close()
    except SAXException:
        return None
    return reader


def _loosely(text: str, url: str | None, language: str | None) -> Any:
    _, loose = _readers()
    reader = loose(url or "", language, "utf-8", {})
    reader.feed(text)
    return reader


@cache
def _readers() -> tuple[Any, Any]:
    from feedparser import api  # noqa: PLC0415  (90 ms: only once there is something to parse)

    class Mended:
        """What feedparser does otherwise than curator needs it."""

        sanitize_html = False
        resolve_relative_uris = False
        can_be_relative_uri = api.StrictFeedParser.can_be_relative_uri - {"id"}  # a guid is a name, wherever the feed stands

        def _start_item(self: Any, attributes: Any) -> None:
            self.hasContent = 0  # else what the channel said decides how the first entry's descriptions are taken
            super()._start_item(attributes)  # type: ignore[misc]

        _start_entry = _start_item

        def _sync_author_detail(self: Any, key: str = "author") -> None:
            context = self._get_context()
            if len(str(context.get(key) or "")) > _LONGEST_AUTHOR:
                context[key] = str(context[key])[:_LONGEST_AUTHOR]
            super()._sync_author_detail(key)  # type: ignore[misc]

        def _end_published(self: Any) -> None:
            self.pop("published")

        def _end_updated(self: Any) -> None:
            self.pop("updated")

        def _end_created(self: Any) -> None:
            self.pop("created")

        _end_issued = _end_pubdate = _end_published
        _end_modified = _end_lastbuilddate = _end_updated

    class Strict(Mended, api.StrictFeedParser):  # type: ignore[misc]
        pass

    class Loose(Mended, api.LooseFeedParser):  # type: ignore[misc]
        pass

    return Strict, Loose


def _parsed(reader: Any, root: str, url: str | None, entries: tuple[Entry, ...], *, asked: hints.Hints, partial: bool) -> Parsed:
    feed = reader.feeddata
    links = [link for link in _get(feed, "links") or () if isinstance(link, dict)]
    home = _get(feed, "link")
    return Parsed(
        format=reader.version or {"feed": "atom", "rdf": "rss10"}.get(root.lower(), "rss"),
        title=_get(feed, "title"),
        home=urls.resolve(url, home) if home else None,
        language=_get(feed, "language") or (_get(feed, "title_detail") or {}).get("language"),
        ttl=asked.ttl,
        rests=asked.rests,
        hub=next((urls.resolve(url, link["href"]) for link in links if link.get("rel") == "hub" and link.get("href")), None),
        entries=entries,
        partial=partial,
    )


def _get(values: Any, key: str) -> Any:
    """Without feedparser's substitutions of one key for another."""
    return dict.get(values, key)


# ── entries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _entry(found: Any, raw: bytes, url: str | None) -> Entry:
    title = _get(found, "title_detail") or {}
    summary, content = _texts(found)
    published, updated, date_raw = _dates(found)
    source = _get(found, "source") or {}
    base = (_get(found, "summary_detail") or {}).get("base") or title.get("base") or url
    return Entry(
        raw=raw,
        guid=_get(found, "id") or None,
        link=_link(found, url),
        title=_get(found, "title") or None,
        summary=summary,
        content=content,
        authors=_authors(found),
        published=published,
        updated=updated,
        date_raw=date_raw,
        language=_get(found, "language") or title.get("language") or None,
        source_name=_get(source, "title") or None,
        source_url=_get(source, "href") or _get(source, "link") or None,
        enclosures=tuple(part["href"] for part in _get(found, "links") or () if part.get("rel") == "enclosure" and part.get("href")),
        base=base or None,
    )


def _link(found: Any, url: str | None) -> str | None:
    """The entry's own link; a guid only if it is an address and not said to be none (RSS 2.0: isPermaLink is true unless told)."""
    links = [link for link in _get(found, "links") or () if link.get("href")]
    link = _get(found, "link")
    if link and _get(found, "guidislink") and not any(part.get("rel") == "alternate" for part in links):
        link = link if urls.normal(link) and re.match(r"\s*https?:", link, re.I) else None
    if not link:
        link = next((part["href"] for part in links if part.get("rel") == "alternate"), None)
    return _resolved(url, link)


def _resolved(url: str | None, link: str | None) -> str | None:
    """Absolute if it can be; else as it stands (mailto:, tel: … are for `clean` to judge)."""
    link = link.strip() if link else None
    if not link or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", link):
        return link or None
    return urls.resolve(url, link) or link


_MARKUP_TYPES = frozenset(["text/html", "application/xhtml+xml", "html", "xhtml"])


def _texts(found: Any) -> tuple[str | None, str | None]:
    """(summary, content) as HTML: the longest of the contents; a summary that only repeats it is none."""
    contents = [_markup(part) for part in _get(found, "content") or () if _readable(part)]
    content = max(contents, key=len, default=None) or None
    summary = _get(found, "summary")
    detail = _get(found, "summary_detail") or {}
    if summary:
        summary = _markup({"value": summary, "type": detail.get("type")})
    if summary and content and len(summary) > 2 * len(content):
        summary, content = content, summary
    return (summary or None) if summary != content else None, content


def _readable(part: Any) -> bool:
    kind = (part.get("type") or "text/html").lower()
    return bool(part.get("value")) and (kind.startswith("text/") or kind in _MARKUP_TYPES or kind.endswith("xml"))


def _markup(part: Any) -> str:
    value: str = part["value"]
    if part.get("type") != "text/plain" or "</" in value:  # much "plain text" is markup all the same
        return value
    return html.escape(value, quote=False)


def _authors(found: Any) -> tuple[str, ...]:
    names = [author.get("name") or author.get("email") for author in _get(found, "authors") or () if author]
    if not any(names):
        names = [_get(found, "author")]
    return tuple(dict.fromkeys(name for name in names if name))


def _dates(found: Any) -> tuple[datetime | None, datetime | None, str | None]:
    """(published, updated, the text of the one that counts). `created` stands in for a missing `published`."""
    published_raw = _get(found, "published") or _get(found, "created")
    updated_raw = _get(found, "updated")
    published, updated = _moment(published_raw), _moment(updated_raw)
    return published, updated, (published_raw if published or not updated else None) or updated_raw or published_raw


def _moment(written: str | None) -> datetime | None:
    if not written:
        return None
    at = dates.parse(written)
    if at is None:
        from feedparser.datetimes import _parse_date  # noqa: PLC0415  (Korean, Greek, Hungarian, ordinal dates …)

        fields = _parse_date(written[:120]) if any(char.isdigit() for char in written) else None
        try:
            at = datetime.fromtimestamp(calendar.timegm(fields), UTC) if fields else None
        except (ValueError, TypeError, OverflowError, OSError):
            at = None
    return dates.plausible(at)


def _rendered(found: Any) -> bytes:
    return json.dumps(found, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":")).encode("utf-8", "replace")
