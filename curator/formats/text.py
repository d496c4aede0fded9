"""Plain text of 80 columns: the terminal's digest and the mail's text part."""

from collections.abc import Iterable, Iterator, Mapping

from ..types import Digest, Item, Story
from ._parts import plain
from ._template import wrap
from ._view import HEADLINE, clip, link

SUFFIX = ".txt"
HELP = "plain text, 80 columns"


def digest(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest as plain text; what a terminal or a text mail reader shows."""
    return plain(digest, templates)


def items(items: Iterable[Item]) -> Iterator[str]:
    """A paragraph for each item: id and headline, summary, where and when, link."""
    for item in items:
        facts = [clip(item.outlet or item.feed, 60), f"{item.date:%Y-%m-%d %H:%M} UTC", *(tag.name for tag in item.tags)]
        lines = [
            wrap(clip(item.title, HEADLINE) or "(no headline)", 17, f"{item.id:<17}"),
            *([wrap(clip(item.summary, 600), 17)] if item.summary else []),
            wrap(" · ".join(facts), 17),
            *([wrap(url, 17)] if (url := link(item)) else []),
        ]
        yield "\n".join(lines) + "\n\n"


def stories(stories: Iterable[Story]) -> Iterator[str]:
    """A paragraph for each story: id and headline, who tells it and how many origins it has, why it stands where it stands."""
    for story in stories:
        facts = [_sources(story), f"{story.last:%Y-%m-%d %H:%M} UTC", *story.topics]
        lines = [wrap(clip(story.title, HEADLINE) or "(no headline)", 17, f"{story.id:<17}"), wrap(" · ".join(facts), 17)]
        yield "\n".join([*lines, *([wrap(clip("; ".join(story.why), 600), 17)] if story.why else [])]) + "\n\n"


def _sources(story: Story) -> str:
    low, high, count = story.origins_min, story.origins_max, len(story.outlets)
    origins = f"{low}" if low == high else f"{low}–{high}"
    return f"{count:,} {'outlet' if count == 1 else 'outlets'} · {origins} {'origin' if origins == '1' else 'origins'}"
