"""Keeps a rendered digest below a size: the last stories lose their extract, then stand under "and N more"; the best stay."""

from collections.abc import Callable
from dataclasses import replace

from ..types import Digest, Section, Told


def fit(digest: Digest, render: Callable[[Digest], str], limit: int) -> str:
    """The largest rendering of the digest that has fewer than `limit` bytes in UTF-8.

    Renders about log2 of the number of stories times; once, if everything fits. Where not even the bare headings fit, these are given.
    """
    whole = render(digest)
    if len(whole.encode()) < limit:
        return whole
    order = _worst_first(digest)
    low, high = 0, 2 * len(order)  # steps: first every extract goes, worst story first, then the stories themselves
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
    return replace(
        digest,
        sections=tuple(_section(section, bare, gone) for section in digest.sections),
        updates=updates,
        more_updates=digest.more_updates + len(digest.updates) - len(updates),
    )


def _section(section: Section, bare: frozenset[str], gone: frozenset[str]) -> Section:
    told = _kept(section.told, bare, gone)
    return replace(section, told=told, more=section.more + len(section.told) - len(told))


def _kept(stories: tuple[Told, ...], bare: frozenset[str], gone: frozenset[str]) -> tuple[Told, ...]:
    left = (told for told in stories if told.story.id not in gone)
    return tuple(replace(told, extract="") if told.story.id in bare else told for told in left)
