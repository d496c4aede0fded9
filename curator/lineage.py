"""The provenance of a story, for people: one line for a digest, a tree of who took it from whom for `show`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo

from curator import outlets, text
from curator.config import Config, Feed
from curator.types import Item, Story

_NAME = 60  #: characters of an outlet's name that are shown; feeds and texts may give any
_WORDS = 240  #: characters of a credit's words, or of a reason


Official = Callable[[Item], bool]


def official(settings: Config) -> Official:
    """Tells whether an item is published by an authority, ministry, court, international organisation …, by the book of a feeds.toml."""
    book = outlets.of(settings)
    return lambda item: book.is_official(item.outlet)


def line(story: Story, items: Sequence[Item], feeds: Mapping[str, Feed], official: Official) -> str:
    """ "3 outlets · 1 origin: CNN (2 derived, 1 syndicated) · no official source · C3"."""
    parts = [text.plural(len(story.outlets), "outlet"), _origins(story, items)]
    if not any(map(official, items)):
        parts.append("no official source")
    parts += list(story.flags)
    parts.append(f"{_letter(story, items, feeds)}{story.credibility}")
    return " · ".join(parts)


def _origins(story: Story, items: Sequence[Item]) -> str:
    low, high = story.origins_min, story.origins_max
    span = str(low) if low == high else f"{low}–{high}"
    names = (
        f": {', '.join(text.excerpt(name, _NAME) for name in story.origins[:4])}{' …' if len(story.origins) > 4 else ''}"
        if story.origins
        else ""
    )
    counts = [
        f"{number} {role}"
        for role in ("derived", "syndicated", "unknown")
        if (number := sum(item.provenance.role == role for item in items))
    ]
    return f"{span} origin{'' if span == '1' else 's'}{names}" + (f" ({', '.join(counts)})" if counts else "")


def _letter(story: Story, items: Sequence[Item], feeds: Mapping[str, Feed]) -> str:
    """The best letter among the feeds of the origins; without these, of all."""
    origins = {name.casefold() for name in story.origins}
    of_origins = [feeds[item.feed].reliability for item in items if item.feed in feeds and (item.outlet or "").casefold() in origins]
    letters = of_origins or [feeds[item.feed].reliability for item in items if item.feed in feeds]
    return min(letters, default="F")


def tree(story: Story, items: Sequence[Item], feeds: Mapping[str, Feed], official: Official, zone: tzinfo = UTC) -> list[str]:
    """Who reported first, who took it from whom, with times, words and letters: lines of text for `show STORY`."""
    ordered = sorted(items, key=lambda item: (item.date, item.id))
    branches: dict[str, list[Item]] = defaultdict(list)
    for item in ordered:
        branches[item.provenance.origin or ""].append(item)
    lines = [line(story, items, feeds, official)]
    for origin in [*[name for name in branches if name], *[name for name in branches if not name]]:
        lines.append(text.excerpt(origin, _NAME) + _absence(origin, branches[origin], ordered) if origin else "origin unknown")
        for number, item in enumerate(branches[origin]):
            last = number == len(branches[origin]) - 1
            lines += _branch(item, feeds, zone, last)
    return lines


def _absence(origin: str, branch: Sequence[Item], items: Sequence[Item]) -> str:
    """What is missing where the story holds no report of the origin's own."""
    if any(item.provenance.role == "own" for item in branch):
        return ""
    cited = any(item.outlet == origin for item in items)
    return "  (its items here only cite others)" if cited else "  (not among the items)"


def _branch(item: Item, feeds: Mapping[str, Feed], zone: tzinfo, last: bool) -> list[str]:
    letter = feeds[item.feed].reliability if item.feed in feeds else "F"
    stem, rest = ("└─", "  ") if last else ("├─", "│ ")
    outlet = text.excerpt(item.outlet or item.feed, _NAME)
    lines = [
        f"{stem} {item.date.astimezone(zone):%Y-%m-%d %H:%M}  {item.provenance.role:<10}  {outlet} [{letter}]  {item.title}  {item.id}"
    ]
    if item.provenance.evidence:
        lines.append(f"{rest}   “{text.excerpt(item.provenance.evidence, _WORDS)}”")
    if item.provenance.why:
        lines.append(f"{rest}   {text.excerpt(item.provenance.why, _WORDS)}")
    return lines
