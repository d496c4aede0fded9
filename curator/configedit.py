"""Feeds added to the text of a feeds.toml: text in, text out, nothing of what stands there touched. Pure.

New tables go to the end of the file, so comments, order and layout stay as the person wrote them.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping

from curator import when
from curator.config import AUTO, Feed

_BASE = Feed(name="", url="")
_ORDER = ("url", "outlet", "role", "reliability", "topics", "language", "every", "fulltext", "enabled")


def added(source: str, feeds: Iterable[Feed]) -> str:
    """The text of feeds.toml with a table for each feed at its end."""
    tables = [table(feed) for feed in feeds]
    if not tables:
        return source
    head = source.rstrip("\n")
    return (head + "\n\n" if head else "") + "\n".join(tables)


def table(feed: Feed) -> str:
    """A feed as its table, with the keys that differ from curator's defaults."""
    lines = [f"[feeds.{key(feed.name)}]"]
    lines += [f"{name} = {value(getattr(feed, name), name)}" for name in _ORDER if getattr(feed, name) != getattr(_BASE, name)]
    return "\n".join(lines) + "\n"


def value(one: object, name: str = "") -> str:
    """A value as TOML writes it."""
    if isinstance(one, bool):
        return "true" if one else "false"
    if name == "every":
        return '"auto"' if one == AUTO else f'"{when.words(float(one))}"'  # type: ignore[arg-type]
    if isinstance(one, tuple):
        return "[" + ", ".join(value(part) for part in one) + "]"
    return text(str(one))


def text(one: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own, but for DEL."""
    return json.dumps(one, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    """A key of TOML, in quotes where it must be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else text(name)


def new_name(title: str, url: str, taken: Collection[str] | Mapping[str, object]) -> str:
    """A short name for a feed, from its title, else its host; a number behind it if it is taken."""
    host = re.sub(r"^\w+://(?:[^@/]*@)?(?:www\.|feeds?\.|rss\.)?", "", url).split("/")[0].split(":")[0].rpartition(".")[0]
    base = _slug(title) or _slug(host) or "feed"
    if base not in taken:
        return base
    used, free = 1, 2
    while f"{base}-{free}" in taken:
        used, free = free, 2 * free
    while free - used > 1:  # by halves: a list may have thousands of feeds of one name
        between = (used + free) // 2
        used, free = (between, free) if f"{base}-{between}" in taken else (used, between)
    return f"{base}-{free}"


def _slug(words: str) -> str:
    short = re.split(r"\s[-–—|:·]\s|[|:·]", words)[0]
    found = re.findall(r"[a-z0-9]+", short.lower())
    slug = ""
    for word in found:
        if slug and len(slug) + len(word) > 30:
            break
        slug = f"{slug}-{word}" if slug else word[:30]
    return slug
