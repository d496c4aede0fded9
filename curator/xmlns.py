"""Namespaces of feeds: what a prefix means where it is declared, by the names under which feedparser knows the modules."""

import re

#: Elements of these are the format's own.
BASE = frozenset(["", "http://purl.org/rss/1.0/", "http://backend.userland.com/rss2", "http://www.w3.org/2005/atom"])
MODULES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2005/atom": "atom",
    "http://www.georss.org/georss": "georss",
}
UNKNOWN = "?"  #: what the meaning of a prefix begins with whose namespace is none of these; the namespace follows

#: prefix, as written -> name of its module, "" for the format itself, or `UNKNOWN` and its namespace
Prefixes = dict[str, str]

_DECLARED = re.compile(r"\sxmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _meaning(prefix: str, uri: str) -> str:
    if not prefix and uri.lower() in BASE:
        return ""
    return MODULES.get(uri.lower(), "media" if prefix == "media" else UNKNOWN + uri)


def declared(markup: str) -> Prefixes | None:
    """What start tags in this markup declare; None if one prefix means two things, or the format goes without one and is none of ours."""
    prefixes: Prefixes = {}
    for prefix, one, two in _DECLARED.findall(markup):
        known = _meaning(prefix, one or two)
        if prefixes.setdefault(prefix, known) != known or (not prefix and known):
            return None
    return prefixes


def inside(attributes: str, outside: Prefixes) -> Prefixes | None:
    """What prefixes mean within an element that has these attributes. None if a declaration among them gives a prefix another meaning than
    it has outside, a module another name than its own, or names a format, of which feedparser may take its version."""
    found: Prefixes = {}
    for prefix, one, two in _DECLARED.findall(attributes):
        uri = one or two
        known = _meaning(prefix, uri)
        new = uri.lower() not in BASE and (known == prefix or known[:1] == UNKNOWN) and (prefix not in outside or not prefix)
        if not new and outside.get(prefix) != known:
            return None
        found[prefix] = known
    return outside | found


def undeclared(attributes: str) -> str:
    """The attributes of a start tag without its declarations."""
    return _DECLARED.sub("", attributes)
