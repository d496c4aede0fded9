"""Lists of feeds in, from other programs: OPML (ours, Miniflux, FreshRSS, Inoreader, Feedly …) and newsboat's `urls`."""

import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from curator import configedit, configvalues, repair, text, topics, urls
from curator.config import AUTO, Feed
from curator.errors import CuratorError

NAMESPACE = "urn:curator:opml"  #: of the attributes that only curator's own lists have
_MOST = 20_000  # feeds of one list
_DEEPEST = 30  # folders in folders whose names count
_DEFINES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.I)
_PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*>", re.I)
_NOT_FEEDS = ("HTML+XPATH", "XML+XPATH", "JSON")  # FreshRSS's scrapers
_ROLES = ("primary", "press", "aggregator")
_LETTERS = tuple("ABCDEF")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A feed as a list tells of it."""

    url: str
    title: str = ""
    feed: Feed
    name: str = ""


def read(data: bytes, have: Mapping[str, Feed], known_topics: Collection[str] | None = None) -> list[Feed]:
    """The feeds of a list, in its order, each address once, with names that neither `have` nor each other has.

    Topics are taken where they are known (`known_topics`; default: the shipped ones); folders and tags of other programs that are not are
    left out. Raises CuratorError for a file that is neither OPML nor a list of addresses.
    """
    known = frozenset(topics.names() if known_topics is None else known_topics)
    written = (
        repair.decode(data).replace("\0", "").lstrip("\ufeff \t\r\n")
    )  # no NUL: expat would see UTF-16 in them, and entities we do not
    found = _opml(written, known) if written.startswith("<") else _newsboat(written, known)
    feeds: list[Feed] = []
    taken = set(have)
    seen: set[str | None] = set()
    for one in found:
        if urls.canonical(one.url) in seen:
            continue
        seen.add(urls.canonical(one.url))
        name = one.name if one.name and one.name not in taken else configedit.new_name(one.title, one.url, taken)
        taken.add(name)
        feeds.append(replace(one.feed, name=name, url=one.url))
        if len(feeds) == _MOST:
            break
    return feeds


# ── OPML ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opml(written: str, known: Collection[str]) -> Iterator[_Found]:
    if _DEFINES.search(written):
        written = _PLAIN_DOCTYPE.sub("", written, count=1)  # a plain one is harmless, and some programs write it
        if _DEFINES.search(written):
            raise CuratorError("this OPML defines entities: it is not read, for they can blow up")
    try:
        root = ElementTree.fromstring(written)  # noqa: S314  # no entities, see above
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise CuratorError(f"this is not sound OPML: {error}") from None
    if root.tag.rpartition("}")[2].lower() in ("feed", "rss", "rdf"):
        raise CuratorError("this is a feed, not a list of feeds: `curator feeds add` polls it at its address")
    if root.tag.lower() != "opml":
        raise CuratorError(f"this is no OPML: its first element is <{text.line(root.tag)[:40]}>")
    yield from _outlines(root, known)


def _outlines(root: ElementTree.Element, known: Collection[str]) -> Iterator[_Found]:
    """Every outline that is a feed, with the names of the folders it stands in; a stack, for a list may be nested deeper than Python calls."""
    stack: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(root, ())]
    while stack:
        element, folders = stack.pop()
        given = {name.lower(): value for name, value in element.attrib.items()}
        address = _address(given.get("xmlurl", ""))
        title = text.line(given.get("title") or given.get("text") or "")
        if address and not given.get("type", "").upper().startswith(_NOT_FEEDS):
            yield _Found(url=address, title=title, name=_own(given, "name"), feed=_feed(given, folders, known))
        deeper = not address and element.tag.lower() == "outline" and len(folders) < _DEEPEST
        inner = (*folders, title) if deeper else folders
        stack.extend((child, inner) for child in reversed(element))


def _address(url: str) -> str:
    """An http(s) address as feeds.toml takes it, feed: addresses made one; "" for anything else."""
    url = re.sub(r"^feed:(//)?(?=https?:)", "", url.strip(), flags=re.I)
    try:
        return configvalues.url(re.sub(r"^feed://", "http://", url, flags=re.I))
    except configvalues.WrongError:
        return ""


def _own(given: Mapping[str, str], name: str) -> str:
    return text.line(given.get(f"{{{NAMESPACE}}}{name}", ""))


def _feed(given: Mapping[str, str], folders: tuple[str, ...], known: Collection[str]) -> Feed:
    """What the attributes say, without name and address."""
    categories = [part.strip().strip("/") for part in given.get("category", "").split(",")]
    role, letter, every = _own(given, "role"), _own(given, "reliability"), _own(given, "every")
    return Feed(
        name="",
        url="",
        outlet=_own(given, "outlet") or None,
        role=role if role in _ROLES else "press",
        reliability=letter if letter in _LETTERS else "F",
        topics=tuple(dict.fromkeys(topic for topic in (*categories, *folders) if topic in known)),
        language=_own(given, "language") or None,
        enabled=_own(given, "enabled") != "false",
        every=AUTO if every == "auto" else min(max(60, int(every)), 31 * 86_400) if re.fullmatch(r"[1-9]\d{1,7}", every) else 3600,
    )


# ── newsboat ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _newsboat(written: str, known: Collection[str]) -> Iterator[_Found]:
    """A line is an address, then tags; "~Title" names the feed, "!…" hides it (newsboat's manual, "The urls file")."""
    found = False
    for line in written.splitlines():
        address, *tags = _parts(line)
        if not _address(address):
            continue  # a comment, a saved query, a command
        found = True
        title = next((tag[1:] for tag in tags if tag.startswith("~")), "")
        yield _Found(
            url=_address(address),
            title=text.line(title),
            feed=Feed(name="", url="", topics=tuple(dict.fromkeys(tag for tag in tags if tag in known))),
        )
    if not found:
        raise CuratorError("there is no feed in this file: it is neither OPML nor a list of addresses, one a line")


def _parts(line: str) -> list[str]:
    try:
        parts = shlex.split(line, comments=True)
    except ValueError:  # a quotation mark that never ends
        parts = line.split()
    return parts or [""]
