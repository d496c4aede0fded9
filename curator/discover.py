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
_REFRESH = re.compile(r"<meta\s([^<>]{1,2000})>", re.I)
_REFRESHED = re.compile(r"\s*\d{1,4}(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]{1,2000})[\"']?\s*", re.I)
_SAYS_FEED = re.compile(r"(?:\s|<[^<>]{0,200}>){0,9}(?:RSS|Atom|XML|JSON)?[ -]?(?:Feed|RSS|Atom)(?:[ -]?Feed)?\s{0,9}(?:<|$)", re.I)
_LONGEST_TAG, _QUOTED_ENDS = 4000, 4
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
    the text that look like feeds, by their address, type or words."""
    page = _HIDDEN.sub(" ", page[:_MOST])
    tags = [(found[1].lower(), _attributes(_whole(page, found)), found.end()) for found in _TAG.finditer(page)]
    base = next((urls.resolve(url, attributes["href"]) for name, attributes, _ in tags if name == "base" and "href" in attributes), None)
    named: list[tuple[int, Found]] = []
    linked: list[tuple[int, Found]] = []
    for name, attributes, end in tags:
        target = urls.resolve(base or url, attributes.get("href", ""))
        if target and name == "link":
            rank = _rank(attributes, target)
            if rank is not None:
                named.append((rank, Found(url=target, title=text.headline(attributes.get("title", ""))[:200])))
        elif target and name == "a" and _leads_to_a_feed(attributes, target, page, end):
            linked.append((10 if _COMMENTS.search(target) else 5, Found(url=target, named=False)))
    ordered = [found for part in (named, linked) for _, found in sorted(part, key=lambda pair: pair[0])]
    return tuple({urls.canonical(found.url) or found.url: found for found in reversed(ordered)}.values())[::-1]


def forwarded(page: str, url: str) -> str | None:
    """Where a page sends its reader on by itself (<meta http-equiv="refresh">); None if it does not, or only to itself."""
    for found in _REFRESH.finditer(_HIDDEN.sub(" ", page[:_MOST])):
        attributes = _attributes(found[1])
        content = _REFRESHED.fullmatch(attributes.get("content", ""))
        if content and attributes.get("http-equiv", "").lower() == "refresh":
            target = urls.resolve(url, content[1])
            return target if target and urls.canonical(target) != urls.canonical(url) else None
    return None


def guesses(url: str) -> tuple[Found, ...]:
    """Where the feed of a site usually is: beside the page, then at the site's root."""
    places = [urls.resolve(url.rstrip("/") + "/" if not url.endswith(("html", "htm", "php")) else url, path) for path in _PATHS[:4]]
    places += [urls.resolve(url, "/" + path) for path in _PATHS]
    return tuple(Found(url=place, named=False) for place in dict.fromkeys(places) if place)


def _whole(page: str, tag: re.Match[str]) -> str:
    """What stands inside the tag; a ">" between quotes (title="News > World") does not end it."""
    end = tag.end(2)
    for _ in range(_QUOTED_ENDS):
        written = page[tag.start(2) : end]
        if written.count('"') % 2 == 0 and written.count("'") % 2 == 0:
            break
        following = page.find(">", end + 1, tag.start(2) + _LONGEST_TAG)
        if following < 0:
            break
        end = following
    return page[tag.start(2) : end]


def _leads_to_a_feed(attributes: dict[str, str], target: str, page: str, end: int) -> bool:
    """Does a link look like a feed's: by its type, by its address, or by its words, which begin at `end`?"""
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    address = target.partition("://")[2].partition("/")[2]
    return _TYPES.get(kind, 2) < 2 or _FEEDLIKE.search(address) is not None or _SAYS_FEED.match(page, end) is not None


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
