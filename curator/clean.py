"""An entry as the feed wrote it becomes a draft as curator keeps it: plain and safe text, canonical address, language, outlet.

Judgements (topics, entities, credits) come later; nothing of the markup goes on from here but what it says.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

from curator import config, language, text, urls
from curator.types import Draft, Entry

MAX_TITLE = 1_000  #: characters
MAX_SUMMARY = 600
MAX_TEXT = 200_000
_MAX_MARKUP = 2_000_000  #: characters of markup looked at
_MAX_GUID = 1_000
_MAX_AUTHORS = 20
_MADE_TITLE = 100  #: characters of a title made from the text


class Outlets(Protocol):
    """Who publishes what; `outlets.Outlets` is one."""

    def by_host(self, host: str | None) -> config.Outlet | None: ...
    def by_name(self, name: str | None) -> config.Outlet | None: ...


def draft(
    entry: Entry,
    feed: config.Feed,
    feed_title: str | None,
    feed_language: str | None,
    outlets: Outlets,
    *,
    beside: str | None = None,
) -> Draft:
    """The entry as a draft of `feed`, without tags, entities and credits. Title, summary and text are plain, safe and capped: what is
    cut ends in "…". Language: the entry's, else the feed's own, else feeds.toml's, else detected; `beside` is that of its neighbours."""
    summary, body = _texts(entry)
    link = urls.resolve(entry.base or feed.url, entry.link) if entry.link else None
    title = _capped(text.headline((entry.title or "")[:_MAX_MARKUP]), MAX_TITLE)
    outlet, known = publisher(entry, link, feed, feed_title, outlets)
    source = _source(entry, outlets)
    return Draft(
        feed=feed.name,
        guid=_guid(entry.guid),
        url=urls.canonical(link) if link else None,
        link=link and text.line(entry.link or "" if urls.normal(entry.link or "") else link),
        title=title or _made_title(body, link, entry),
        summary=summary,
        text=body,
        authors=_authors(entry.authors),
        language=spoken(entry, feed, feed_language, title, body, beside=beside),
        published=entry.published or entry.updated,
        date_raw=entry.date_raw and text.line(entry.date_raw)[:120],
        outlet=outlet,
        outlet_known=known,
        source=source,
        source_url=urls.resolve(entry.base or feed.url, entry.source_url) if entry.source_url else None,
        sha256=hashlib.sha256(entry.raw).hexdigest(),
        raw=entry.raw,
        links=_links_out(entry, link or feed.url),
    )


def _capped(s: str, most: int) -> str:
    return s if len(s) <= most else s[: most - 1].rstrip() + "…"


def _texts(entry: Entry) -> tuple[str, str]:
    """(summary, text): the text is the content, else the whole summary; the summary is the summary, else the text's beginning."""
    summary = text.plain(entry.summary[:_MAX_MARKUP]) if entry.summary else ""
    body = text.plain(entry.content[:_MAX_MARKUP]) if entry.content else ""
    body = _capped(body or summary, MAX_TEXT)
    return text.excerpt(summary or body, MAX_SUMMARY), body


def _guid(guid: str | None) -> str | None:
    """On one line; one too long to be kept is told by its hash."""
    cleaned = text.line(guid) if guid else ""
    if len(cleaned) > _MAX_GUID:
        cleaned = cleaned[: _MAX_GUID - 70] + "…" + hashlib.sha256(cleaned.encode("utf-8", "replace")).hexdigest()
    return cleaned or None


def _made_title(body: str, link: str | None, entry: Entry) -> str:
    """For an entry without one: its first words, else what it links to."""
    if body:
        return text.excerpt(body.partition("\n")[0], _MADE_TITLE)
    target = link or next(iter(entry.enclosures), "")
    return text.excerpt(text.line(target.partition("://")[2]), _MADE_TITLE)


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_MAIL_NAME = re.compile(r"\s*[^\s@()<>]+@[^\s@()<>]+\s*\((.+)\)\s*")
_NAME_MAIL = re.compile(r"\s*\"?([^<>\"]*[^<>\"\s])\"?\s*<[^<>@]*@[^<>]*>\s*")
_BY = re.compile(r"\A(?:by|von|par|por|di|от)\s+(?=\S)", re.I)


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names without mail addresses where there is a name, and without "By"."""
    found: dict[str, None] = {}
    for name in names[:_MAX_AUTHORS]:
        mail = _MAIL_NAME.fullmatch(name[:500]) or _NAME_MAIL.fullmatch(name[:500])
        cleaned = _BY.sub("", text.headline(mail[1] if mail else name[:500]))[:200]
        if cleaned:
            found[cleaned] = None
    return tuple(found)


# ── who publishes ───────────────────────────────────────────────────────────────────────────────────────────────────


def publisher(entry: Entry, link: str | None, feed: config.Feed, feed_title: str | None, outlets: Outlets) -> tuple[str | None, bool]:
    """(name, whether that is an identity): of the entry's own publisher. An aggregator's entries belong to whom they link to, or name as their source."""
    by_link = outlets.by_host(urls.host(link)) if link else None
    if feed.role == "aggregator":
        other = by_link if by_link is not None and by_link.kind != "aggregator" else _source_outlet(entry, outlets)
        if other is not None:
            return other.name, True
    if feed.outlet:
        known = outlets.by_name(feed.outlet)
        return (known.name if known else feed.outlet), True
    by_link = by_link or (outlets.by_host(urls.host(feed.url)) if not link else None)
    if by_link is not None:
        return by_link.name, True
    return (_capped(text.headline(feed_title), 200) if feed_title else None) or None, False


def _source_outlet(entry: Entry, outlets: Outlets) -> config.Outlet | None:
    found = outlets.by_name(text.headline(entry.source_name[:300])) if entry.source_name else None
    return found or (outlets.by_host(urls.host(entry.source_url)) if entry.source_url else None)


def _source(entry: Entry, outlets: Outlets) -> str | None:
    found = _source_outlet(entry, outlets)
    if found is not None:
        return found.name
    return text.headline(entry.source_name[:300]) or None if entry.source_name else None


# ── language, links ─────────────────────────────────────────────────────────────────────────────────────────────────


def spoken(entry: Entry, feed: config.Feed, feed_language: str | None, title: str, body: str, *, beside: str | None = None) -> str | None:
    """The language of an entry: its own, else the feed's, else that of feeds.toml, else detected."""
    for written in (entry.language, feed_language, feed.language):
        tag = language.tag(written) if written else None
        if tag:
            return tag
    return language.detect(f"{title}\n{body[:1500]}", beside)


def surroundings(entries: Sequence[Entry]) -> str | None:
    """The language of the beginnings of a document's first entries taken together, for those that do not tell theirs by themselves."""
    begun = [
        f"{text.headline((entry.title or '')[:200])} {text.plain((entry.summary or entry.content or '')[:400])[:150]}"
        for entry in entries[:10]
    ]
    return language.frequent("\n".join(begun))


_HREF = re.compile(r"<a\s[^<>]{0,500}?href\s*=\s*[\"']?https?://([^\s\"'<>/?#]{1,255})([^\s\"'<>]{0,500})", re.I)
_MOST_LINKS = 200


def _links_out(entry: Entry, own: str) -> int:
    """How many places on other sites the entry links to (200 at most are counted)."""
    markup = entry.content or entry.summary or ""
    if "href" not in markup and "HREF" not in markup:
        return 0
    own_host = urls.host(own)
    home = urls.domain(own_host) if own_host else None
    seen: dict[tuple[str, str], None] = {}
    for found in _HREF.finditer(markup, 0, _MAX_MARKUP):
        seen[found[1].lower(), found[2]] = None
        if len(seen) >= _MOST_LINKS:
            break
    return sum(urls.domain(host.rpartition("@")[2].partition(":")[0]) != home for host, _ in seen)
