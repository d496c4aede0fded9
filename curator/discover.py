"""Which feeds a web page names, and where a site's feed usually is. Pure: asking for them is somebody else's work."""

import re
from dataclasses import dataclass

from curator import text, urls

_TYPES = {
    "application/rss+xml": 0, "application/atom+xml": 0, "application/feed+json": 0, "application/rdf+xml": 1, "application/x.atom+xml": 1,
    "application/x-atom+xml": 1, "application/json": 2, "text/xml": 2, "application/xml": 2, "text/rss+xml": 1,
}  # fmt: skip
_PATHS = (
    "feed/",
    "rss",
    "feed",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "rss/index.xml",
    "feeds/posts/default",
    "index.rdf",
    "?feed=rss2",
)
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,4000})>", re.I)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_HIDDEN = re.compile(r"<!--(?:.*?-->|.*)|<(script|style|template)(?=[\s>]).*?(?:</\1\s*>|\Z)", re.S | re.I)
_FEEDLIKE = re.compile(r"(?:^|[/._?=-])(?:rss|atom|feeds?|rdf)(?:2|[/._?=&-]|$)|\.(?:rss|atom|rdf)$", re.I)
_COMMENTS = re.compile(r"comments?(?:[/\s_.-]|$)|\breplies\b|kommentare|commentaires", re.I)
_MOST = 3_000_000  #: characters of a page looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that a page names, or a place where one may be."""

    url: str  #: absolute
    title: str = ""  #: plain text
    named: bool = True  #: the page says so (<link rel=alternate>); False: a guess worth asking for


def feeds(page: str, url: str) -> tuple[Found, ...]:
    """The feeds that this HTML page at `url` names, best first: those in <link rel="alternate"> (comment feeds last), then links in
    the text that look like feeds."""
    page = _HIDDEN.sub(" ", page[:_MOST])
    base = url
    named: list[tuple[int, Found]] = []
    linked: list[tuple[int, Found]] = []
    for tag in _TAG.finditer(page):
        attributes = _attributes(tag[2])
        target = urls.resolve(base, attributes.get("href", ""))
        kind = tag[1].lower()
        if kind == "base":
            base = target or base
        elif target and kind == "link":
            rank = _rank(attributes, target)
            if rank is not None:
                named.append((rank, Found(url=target, title=text.headline(attributes.get("title", ""))[:200])))
        elif target and _FEEDLIKE.search(target.partition("://")[2].partition("/")[2]):
            linked.append((10 if _COMMENTS.search(target) else 5, Found(url=target, named=False)))
    ordered = [found for _, found in sorted(named, key=lambda pair: pair[0])] + [
        found for _, found in sorted(linked, key=lambda pair: pair[0])
    ]
    return tuple({urls.canonical(found.url) or found.url: found for found in reversed(ordered)}.values())[::-1]


def guesses(url: str) -> tuple[Found, ...]:
    """Where the feed of a site usually is: beside the page, then at the site's root."""
    places = [urls.resolve(url.rstrip("/") + "/" if not url.endswith(("html", "htm", "php")) else url, path) for path in _PATHS[:4]]
    places += [urls.resolve(url, "/" + path) for path in _PATHS]
    return tuple(Found(url=place, named=False) for place in dict.fromkeys(places) if place)


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), text.unescape(double or single or bare).strip())
    return found


def _rank(attributes: dict[str, str], target: str) -> int | None:
    """How likely this <link> is the site's feed, 0 best; None if it is no feed."""
    rel = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    if "feed" in rel and "stylesheet" not in rel:
        rank = 0
    elif "alternate" in rel and "stylesheet" not in rel and kind in _TYPES:
        rank = _TYPES[kind]
        if rank == 2 and not (_FEEDLIKE.search(target) or kind == "application/json"):
            return None
        if kind == "application/json" and "wp-json" in target:
            return None
    else:
        return None
    return rank + 3 if _COMMENTS.search(attributes.get("title", "") + " " + target) else rank
