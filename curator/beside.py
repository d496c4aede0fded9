"""What else of one run may be a copy of an item? The run's items by their rare words, texts, addresses and headlines, in memory: they are not
in the archive's index yet."""

from collections import Counter, defaultdict
from itertools import chain, islice
from math import inf
from typing import Protocol

from curator.types import Fingerprint, Item

_NEAR = 12  #: items of each kind that are answered with
_BRIEF = 24  #: rare words up to which an item may be a teaser
_MOST = 0.6  #: share of its rare words from which it may be one of an article
_RICH = 4  #: rare words from which on one in common is chance
_CROWD = 250  #: items with a word, from which on it is rare no more
_HITS = 6_000  #: items counted, each time a word of another leads to one; rarer words come first


class _Reading(Protocol):
    """What is asked of a `verdicts.Reading`."""

    item: Item
    fingerprint: Fingerprint
    digest: str
    heading: str

    @property
    def rare(self) -> frozenset[str]: ...


class Run:
    """The items of a run so far."""

    def __init__(self) -> None:
        self._holders: defaultdict[str, list[str]] = defaultdict(list)  #: rare word → items
        self._exact: defaultdict[str, list[str]] = defaultdict(list)  #: text, address or headline → items
        self._brief: dict[str, int] = {}  #: brief item → how many rare words it has
        self._poor: set[str] = set()  #: items of few rare words

    def add(self, mine: _Reading) -> None:
        """From now on the item is found by those that come after it."""
        rare, name = mine.fingerprint.rare_count, mine.item.id
        if rare <= _BRIEF:
            self._brief[name] = rare
        if rare < _RICH:
            self._poor.add(name)
        for key in _exact_keys(mine):
            self._exact[key].append(name)
        for word in mine.rare:
            holders = self._holders[word]
            if len(holders) < _CROWD:
                holders.append(name)

    def same(self, mine: _Reading) -> list[str]:
        """Items with the text, the address or the headline of this one, in the order in which they were added."""
        return [other for key in _exact_keys(mine) for other in self._exact.get(key, ())[:_NEAR]]

    def near(self, mine: _Reading) -> dict[str, float]:
        """Items that share the most rare words with this one, each with how many these are at most: infinite where not all were counted."""
        held = [self._holders[word] for word in mine.rare if word in self._holders]
        all_counted = sum(map(len, held)) <= _HITS and max(map(len, held), default=0) < _CROWD
        if not all_counted:
            held.sort(key=lambda items: (len(items), items))
        hits = Counter(islice(chain.from_iterable(held), _HITS))
        few = len(mine.rare) < _RICH  # two words must be shared, but by an item that has few; whichever of the two comes first
        shared = [(-count, other) for other, count in hits.items() if count > 1 or few or other in self._poor]
        chosen = [*sorted(shared)[: 2 * _NEAR], *self._held(mine, hits)]
        return {other: hits[other] if all_counted else inf for _, other in chosen}

    def _held(self, mine: _Reading, hits: Counter[str]) -> list[tuple[float, str]]:
        """Brief items most of whose rare words a long one shares, most first: among the many that share a few words with an article, its
        teasers would not come up."""
        if len(mine.rare) <= _BRIEF:
            return []
        brief = self._brief
        held = [(-n / brief[other], other) for other, n in hits.items() if other in brief and n >= max(2, _MOST * brief[other])]
        return sorted(held)[:_NEAR]


def _exact_keys(mine: _Reading) -> list[str]:
    keys = ["text " + mine.digest] if mine.digest else []
    if mine.item.url:
        keys.append("url " + mine.item.url)
    return [*keys, "title " + mine.heading] if mine.heading else keys
