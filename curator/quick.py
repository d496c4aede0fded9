"""Reads ordinary entries without feedparser, some ten times faster, and says of all others that they are not ordinary.

An entry is ordinary if it is well-formed (its slice comes from `slice.cut`, so expat has proved that), holds only elements with plain text or
one CDATA section, each at most once where that matters, and only elements of RSS and Atom and of modules whose meaning is settled. What comes
out has the keys and values that feedparser gives such an entry; the tests compare the two. Anything else is None, and feedparser reads it.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

Found = dict[str, Any]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: What an `Entry` is made of, and what feedparser keeps besides: an element of such a name is none to pass over.
_KEYS = _set(
    "author author_detail authors comments content contributors created enclosures expired guidislink href id image language license "
    "link channel copyright copyright_detail date date_parsed description description_detail guid issued issued_parsed items modified "
    "modified_parsed tagline tagline_detail url links published publisher source subtitle summary summary_detail tags textinput title "
    "title_detail updated"
)
_MOST_TAGS = 500  #: each is compared with those before it

_BASE_NAMESPACES = frozenset(["", "http://purl.org/rss/1.0/", "http://backend.userland.com/rss2", "http://www.w3.org/2005/atom"])
_MODULES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2005/atom": "atom",
}
#: Elements that say nothing an `Entry` keeps.
_IGNORED = _set(
    "comments slash:comments slash:department slash:section wfw:comment wfw:commentrss feedburner:origlink "
    "feedburner:origenclosurelink media:thumbnail media:content thr:total rights dc:rights itunes:title itunes:duration "
    "itunes:explicit itunes:image itunes:episode itunes:season itunes:episodetype itunes:subtitle itunes:block"
)
_DECLARED = re.compile(r"\sxmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ROOT = re.compile(r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*<([\w.-]+:)?(rss|feed|RDF)(\s[^<>]*)?>", re.S)
_IS_ATOM = re.compile(r"\sxmlns=[\"']http://www\.w3\.org/2005/Atom[\"']")
_START = re.compile(r"<[\w.:-]+((?:\s[^<>]*)?)>\s*")
_ELEMENT = re.compile(
    r"<([\w.:-]+)(\s[^<>]*?)?(?:/>|>(?:\s*<!\[CDATA\[((?:[^\]]|\](?!\]>))*+)\]\]>\s*|([^<]*+))</\1\s*>)\s*|<(author|[\w.-]+:author)>\s*((?:<[\w.:-]+>[^<]*+</[\w.:-]+>\s*)*+)</\5>\s*"
)
_SCOPED = re.compile(r"\s(?:xmlns|xml:|base|lang)[\w.:-]*\s*=")  #: attributes that hold for what is inside, too
_ATTRIBUTE = re.compile(r"\s([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PERSON = re.compile(r"<(?:[\w.-]+:)?(name|email|uri)>([^<]*+)</")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([0-9a-fA-F]+));")
_CHARS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_PSEUDO_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_C1 = re.compile("[\x80-\x9f]")
_TYPES = {"text": "text/plain", "html": "text/html", "text/plain": "text/plain", "text/html": "text/html"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the head of a document says about how its entries are to be read."""

    atom: bool
    prefixes: dict[str, str]  #: as written -> as known here
    language: str | None


def setting(head: str, language: str | None) -> Setting | None:
    """How entries under this head are to be read, or None if they are not ordinary. `language`: of the HTTP header."""
    root = _ROOT.match(head)
    if root is None or "base=" in head:
        return None
    attributes = {name: one or two for name, one, two in _ATTRIBUTE.findall(root[3] or "")}
    tongue = attributes.get("xml:lang", attributes.get("lang", language))
    if len(re.findall(r"[\s:]lang\s*=", head)) > ("xml:lang" in attributes or "lang" in attributes) or tongue == "":
        return None
    prefixes: dict[str, str] = {}
    for prefix, one, two in _DECLARED.findall(head):
        uri = (one or two).lower()
        known = "" if not prefix and uri in _BASE_NAMESPACES else _MODULES.get(uri, "?")
        if prefixes.setdefault(prefix, known) != known or (not prefix and known):
            return None
    atom = root[2] == "feed"
    if (root[1] and root[2] != "RDF") or (atom and not _IS_ATOM.search(head)):
        return None
    return Setting(atom, prefixes, tongue.replace("_", "-") if tongue else None)


def read(entry: str, under: Setting, feedparser: Any) -> Found | None:
    """What feedparser finds in this entry (the keys that matter), or None if it is not ordinary."""
    start = _START.match(entry)
    if start is None:
        return None
    found: Found = {"links": [], "tags": [], "authors": []}
    about = _attributes(start[1])
    if about:
        if len(about) > 1 or "rdf:about" not in about:
            return None
        found["id"] = about["rdf:about"]
    reader = _Reader(found, under, feedparser)
    at = start.end()
    while entry[at : at + 2] != "</":
        element = _ELEMENT.match(entry, at)
        if element is None or not reader.take(element):
            return None
        at = element.end()
    return found


class _Reader:
    """Puts one element after another into `found`."""

    def __init__(self, found: Found, under: Setting, feedparser: Any) -> None:
        self.found = found
        self.under = under
        self.html = feedparser.looks_like_html
        self.handled = _handled(feedparser)
        self.seen: set[str] = set()

    def take(self, element: re.Match[str]) -> bool:
        if element[5]:
            return self.under.atom and ":" not in element[5] and self.person(element[6])
        name = self.name(element[1])
        if element[2] and _SCOPED.search(element[2]) and not (name == "content" and "xmlns" not in element[2]):
            return False
        if name in _IGNORED:
            return True
        if self.meaningless(name, element[1]):
            return True
        take = (_ATOM if self.under.atom else _RSS).get(name)
        if take is None or (name in self.seen and name not in _REPEATED and not (name == "link" and self.under.atom)):
            return False
        self.seen.add(name)
        value = element[3]
        text = _lines(value) if value is not None else _unescaped(element[4] or "")
        return take(self, _popped(text), _attributes(element[2]) if element[2] else {}) is not False

    def meaningless(self, name: str, written: str) -> bool:
        """Whether feedparser only keeps this element under its own name, where nobody looks."""
        if name.startswith("?:"):
            name = f"{written.rpartition(':')[0].lower()}:{name[2:]}"
        elif ":" in name:
            return False
        plain = name.replace(":", "_")
        return plain not in _KEYS and not self.handled(plain)

    def keywords(self, value: str, attributes: dict[str, str]) -> bool:
        for term in filter(None, map(str.strip, value.split(",")[:_MOST_TAGS])):
            tag = {"term": term, "scheme": "http://www.itunes.com/"}
            if tag not in self.found["tags"]:
                self.found["tags"].append(tag)
        return not attributes

    def name(self, written: str) -> str:
        prefix, colon, local = written.rpartition(":")
        if not colon:
            return local.lower()
        known = self.under.prefixes.get(prefix, "?")
        return f"{known}:{local.lower()}"

    # ── RSS ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def title(self, value: str, attributes: dict[str, str]) -> bool:
        if attributes:
            return False
        self.found["title"] = value
        self.found["title_detail"] = {"type": self.guessed(value), "language": self.under.language}
        return True

    def link(self, value: str, attributes: dict[str, str]) -> bool:
        if attributes or not _tame(value):
            return False
        value = _PSEUDO_REFERENCE.sub(r"&\1", value.replace("&amp;", "&"))
        self.found["link"] = value
        self.found["links"].append({"rel": "alternate", "href": value} if value else {"rel": "alternate"})
        return True

    def guid(self, value: str, attributes: dict[str, str]) -> bool:
        given = {name.lower(): said for name, said in attributes.items()}
        if given.keys() - {"ispermalink"}:
            return False
        self.found["id"] = value
        if given.get("ispermalink", "true") == "true":
            self.found["guidislink"] = "link" not in self.found
            self.found.setdefault("link", value)
        return True

    def description(self, value: str, attributes: dict[str, str]) -> bool:
        return self.said(value, "text/html") and not attributes

    def itunes_summary(self, value: str, attributes: dict[str, str]) -> bool:
        return self.said(value, self.guessed(value)) and not attributes

    def said(self, value: str, kind: str) -> bool:
        """A second description is content, unless there is content already."""
        if "summary" in self.found and "content" not in self.found:
            self.found["content"] = [{"value": value, "type": self.guessed(value)}]
        else:
            self.found["summary"] = value
            self.found["summary_detail"] = {"type": kind}
        return True

    def encoded(self, value: str, attributes: dict[str, str]) -> bool:
        self.found.setdefault("content", []).append({"value": value, "type": "text/html"})
        self.found.setdefault("summary", value)
        return not attributes

    def guessed(self, value: str) -> str:
        return "text/html" if ("<" in value or "&" in value) and self.html(value) else "text/plain"

    def author(self, value: str, attributes: dict[str, str]) -> bool:
        self.found["authors"].append({"name": value} if value else {})
        return not attributes and "@" not in value

    def category(self, value: str, attributes: dict[str, str]) -> bool:
        if attributes:
            self.found["tags"].append({"term": value, "scheme": attributes.get("domain")})
            return bool(value) and attributes.keys() == {"domain"}
        tag = {"term": value, "scheme": None}
        if value and len(self.found["tags"]) < _MOST_TAGS and tag not in self.found["tags"]:
            self.found["tags"].append(tag)
        return True

    def enclosure(self, value: str, attributes: dict[str, str]) -> bool:
        where = attributes.get("url") or attributes.get("href")
        if where:
            self.found["links"].append({"rel": "enclosure", "href": where})
        return not value and "uri" not in attributes

    def source(self, value: str, attributes: dict[str, str]) -> bool:
        self.found["source"] = {"title": value or None, "href": attributes.get("url")}
        return attributes.keys() <= {"url"}

    # ── Atom ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def person(self, inner: str) -> bool:
        parts = _PERSON.findall(inner)
        if len({part for part, _ in parts}) != len(parts) or len(parts) != inner.count("</"):
            return False
        self.found["authors"].append({part: _popped(_unescaped(value)) for part, value in parts})
        return True

    def atom_title(self, value: str, attributes: dict[str, str]) -> bool:
        return self.atom_text("title", value, attributes)

    def atom_summary(self, value: str, attributes: dict[str, str]) -> bool:
        return self.atom_text("summary", value, attributes)

    def atom_text(self, key: str, value: str, attributes: dict[str, str]) -> bool:
        kind = _TYPES.get(attributes.get("type", "text").lower())
        self.found[key] = value
        self.found[key + "_detail"] = {"type": kind, "language": self.under.language}
        return kind is not None and attributes.keys() <= {"type"}

    def atom_link(self, value: str, attributes: dict[str, str]) -> bool:
        href, rel, kind = attributes.get("href"), attributes.get("rel", "alternate").lower(), attributes.get("type", "text/html").lower()
        if value or not href or not _tame(href):
            return False
        self.found["links"].append({"rel": rel, "href": href})
        if rel == "alternate":
            self.found["link"] = href
        return rel != "alternate" or kind in {"text/html", "application/xhtml+xml", "html"}

    def atom_content(self, value: str, attributes: dict[str, str]) -> bool:
        kind = _TYPES.get(attributes.get("type", "text").lower())
        self.found["content"] = [{"value": value, "type": kind}]
        self.found.setdefault("summary", value)
        return kind is not None and attributes.keys() <= {"type", "xml:base", "xml:lang"}

    def atom_category(self, value: str, attributes: dict[str, str]) -> bool:
        tag = {"term": attributes.get("term"), "scheme": attributes.get("scheme"), "label": attributes.get("label")}
        if len(self.found["tags"]) < _MOST_TAGS and tag not in self.found["tags"]:
            self.found["tags"].append(tag)
        return not value and bool(tag["term"]) and "domain" not in attributes


def _kept(key: str) -> Callable[[_Reader, str, dict[str, str]], bool]:
    def take(reader: _Reader, value: str, attributes: dict[str, str]) -> bool:
        reader.found[key] = value
        return not attributes

    return take


_RSS = {
    "title": _Reader.title, "link": _Reader.link, "guid": _Reader.guid, "description": _Reader.description, "content:encoded": _Reader.encoded,
    "pubdate": _kept("published"), "dc:date": _kept("updated"), "author": _Reader.author, "dc:creator": _Reader.author,
    "itunes:author": _Reader.author, "itunes:summary": _Reader.itunes_summary, "dc:language": _kept("language"),
    "itunes:keywords": _Reader.keywords,
    "category": _Reader.category, "dc:subject": _Reader.category, "enclosure": _Reader.enclosure, "source": _Reader.source,
}  # fmt: skip
_ATOM = {
    "title": _Reader.atom_title, "link": _Reader.atom_link, "id": _Reader.guid, "published": _kept("published"), "updated": _kept("updated"),
    "summary": _Reader.atom_summary, "content": _Reader.atom_content, "category": _Reader.atom_category,
}  # fmt: skip
_REPEATED = frozenset(["category", "dc:subject", "enclosure", "dc:creator"])


@cache
def _handled(feedparser: Any) -> Callable[[str], bool]:
    """Whether feedparser does something of its own with an element; known by its methods."""
    names = {
        name.removeprefix("_start_").removeprefix("_end_").lower() for name in dir(feedparser) if name.startswith(("_start_", "_end_"))
    }
    return names.__contains__


def _attributes(written: str) -> dict[str, str]:
    return {name: _unescaped((one or two).replace("\n", " ").replace("\t", " ")) for name, one, two in _ATTRIBUTE.findall(written)}


def _lines(s: str) -> str:
    return s.replace("\r\n", "\n").replace("\r", "\n") if "\r" in s else s


def _unescaped(s: str) -> str:
    s = _lines(s)
    return _REFERENCE.sub(_character, s) if "&" in s else s


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _CHARS[found[1]]
    return chr(int(found[2]) if found[2] else int(found[3], 16))


def _popped(s: str) -> str:
    """As feedparser stores text: stripped; UTF-8 that was once taken for Latin-1 put right; windows-1252 in C1's place, too."""
    s = s.strip()
    if s.isascii():
        return s
    with suppress(UnicodeError):
        s = s.encode("iso-8859-1").decode()
    return _C1.sub(_windows, s)


def _windows(found: re.Match[str]) -> str:
    try:
        return found[0].encode("iso-8859-1").decode("cp1252")
    except UnicodeError:
        return found[0]


_TAME = re.compile(r"(?:https?://[\w.-]+(?::\d+)?(?:/[^\s?#]*)?(?:\?[^\s#]*)?(?:#\S*)?)?")


def _tame(url: str) -> bool:
    """An address in which there is nothing to put right."""
    return _TAME.fullmatch(url) is not None and url[-1:] not in {"?", "#"}
