"""Keeps a rendered digest below a size: the last stories lose their extract, then stand under "and N more"; the best stay.

Where even that is too much, sections no longer name what is told elsewhere, and then the last sections are counted.
"""

from collections.abc import Callable
from dataclasses import replace

from ..types import Digest, Section, Told


def fit(digest: Digest, render: Callable[[Digest], str], limit: int) -> str:
    """The largest rendering of the digest that has fewer than `limit` bytes in UTF-8.

    Renders about log2 of the number of stories times; once, if everything fits.
    """
    whole = render(digest)
    if len(whole.encode()) < limit:
        return whole
    order = _worst_first(digest)
    # steps: first every extract goes, worst story first, then the stories themselves, then mentions, then sections, the last one first
    low, high = 0, 2 * len(order) + sum(len(section.also) for section in digest.sections) + len(digest.sections)
    best = render(_after(digest, order, high))
    while low + 1 < high:
        middle = (low + high) // 2
        tried = render(_after(digest, order, middle))
        if len(tried.encode()) < limit:
            high, best = middle, tried
        else:
            low = middle
    return best


def _worst_first(digest: Digest) -> list[str]:
    """Ids of the stories told, the ones to give up first in front: the last of the longest sections, then the lowest score."""
    places = [(place, told.story.score, told.story.id) for section in digest.sections for place, told in enumerate(section.told)]
    places += [(place, told.story.score, told.story.id) for place, told in enumerate(digest.updates)]
    return [id_ for _, _, id_ in sorted(places, key=lambda entry: (-entry[0], entry[1], entry[2]))]


def _after(digest: Digest, order: list[str], steps: int) -> Digest:
    bare = frozenset(order[:steps])
    gone = frozenset(order[: max(0, steps - len(order))])
    updates = _kept(digest.updates, bare, gone)
    sections = tuple(_section(section, bare, gone) for section in digest.sections)
    return replace(
        digest,
        sections=_fewer(sections, max(0, steps - 2 * len(order))),
        updates=updates,
        more_updates=digest.more_updates + len(digest.updates) - len(updates),
    )


def _section(section: Section, bare: frozenset[str], gone: frozenset[str]) -> Section:
    told = _kept(section.told, bare, gone)
    return replace(section, told=told, more=section.more + len(section.told) - len(told))


def _fewer(sections: tuple[Section, ...], steps: int) -> tuple[Section, ...]:
    """So many mentions fewer, the last ones first, then so many sections."""
    left = []
    for section in reversed(sections):
        cut = min(steps, len(section.also))
        steps -= cut
        left.append(_without_mentions(section, cut) if cut else section)
    kept = tuple(reversed(left))[: len(sections) - steps]
    if not steps:
        return kept
    return (
        *kept,
        Section(
            topic="",
            title=f"{steps:,} more sections",
            empty="There was no room for them on this page; the text of the digest has them all.",
        ),
    )


def _without_mentions(section: Section, count: int) -> Section:
    return replace(section, also=section.also[: len(section.also) - count], more=section.more + count, empty="")


def _kept(stories: tuple[Told, ...], bare: frozenset[str], gone: frozenset[str]) -> tuple[Told, ...]:
    left = (told for told in stories if told.story.id not in gone)
    return tuple(replace(told, extract="") if told.story.id in bare else told for told in left)
