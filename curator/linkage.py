"""Average linkage of sparse vectors that grows: clusters that stand already are joined by what is new, and nothing else is touched.

Likeness of two clusters is the mean likeness of all pairs across them (Sokal and Michener, 1958). As likeness is a dot product, that is
the product of the two sums over the two sizes; so a cluster is kept as its sum, however many members it has, and a large one is no likelier
to swallow its neighbours than a small one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import chain, islice
from typing import NamedTuple, Protocol

Vector = dict[str, float]
_CROWD = 400  #: clusters with a term, from which on the term leads to none any more
_NEAR = 16  #: clusters that one is compared with
_HITS = 4_000  #: clusters counted, each time a term leads to one, until those that share most are chosen; rarer terms come first
FULL = 500  #: members up to which clusters grow
_SHARED = 2  #: strong terms that two must share to be compared; one is enough for few words


@dataclass(slots=True)
class Cluster:
    """Vectors that belong together, as their sum."""

    key: int
    total: Vector
    members: list[str]
    ways: set[str]  #: strong terms of its vectors, by which it is found
    first: float  #: day of the earliest
    last: float  #: day of the latest
    window: float  #: days without news after which it is closed
    words: float  #: words of text, summed up
    languages: set[str]  #: as far as known
    names: set[str]  #: ids of the stored stories that went into it
    feeds: set[str] = field(default_factory=set)  #: its members are from
    headed: set[tuple[str, str]] = field(default_factory=set)  #: identifiers in its titles, as (kind, value)
    marks: set[tuple[str, str]] = field(default_factory=set)  #: and anywhere in it
    dated: bool = True  #: is the day of any of its members known, or only when it was first seen?
    tellers: set[str] = field(default_factory=set)  #: outlets of its members
    credits: set[str] = field(default_factory=set)  #: outlets that its members credit
    rubrics: set[str] = field(default_factory=set)  #: what its headlines begin or end with, and who wrote it, if that is so of all members
    square: float = 1.0  #: product of its sum with itself: likeness of all pairs of members, each with itself included

    @property
    def size(self) -> int:
        """Number of its members."""
        return len(self.members)


def likeness(one: Cluster, other: Cluster, product: float) -> float:
    """Mean likeness of all pairs across two clusters whose sums have this product."""
    return product / (len(one.members) * len(other.members) or 1)


class Span(Protocol):
    """Anything that has a beginning, an end and a window, in days."""

    @property
    def first(self) -> float: ...
    @property
    def last(self) -> float: ...
    @property
    def window(self) -> float: ...


class _Days(NamedTuple):
    """The span of two clusters taken together."""

    first: float
    last: float
    window: float


def apart(one: Span, other: Span) -> bool:
    """Do more days lie between the last news of the earlier and the first of the later than the window of either allows?"""
    gap = between(one, other)
    return gap > one.window and gap > other.window


def between(one: Span, other: Span) -> float:
    """Days between the last news of the earlier and the first of the later; 0 or less if they overlap."""
    return one.first - other.last if one.first > other.last else other.first - one.last


def merge(kept: Cluster, gone: Cluster, product: float) -> None:
    """Takes all of one cluster into another; `product` is that of their sums."""
    kept.square += gone.square + 2 * product
    get, total = kept.total.get, kept.total
    for term, weight in gone.total.items():
        total[term] = get(term, 0.0) + weight
    kept.members += gone.members
    kept.first, kept.last = min(kept.first, gone.first), max(kept.last, gone.last)
    kept.window, kept.words = max(kept.window, gone.window), kept.words + gone.words
    kept.ways |= gone.ways
    kept.languages |= gone.languages
    kept.names |= gone.names
    kept.feeds |= gone.feeds
    kept.headed |= gone.headed
    kept.marks |= gone.marks
    kept.dated |= gone.dated
    kept.tellers |= gone.tellers
    kept.credits |= gone.credits
    kept.rubrics &= gone.rubrics


class Linkage:
    """Clusters and what lies between them. `needed(one, other, like)` says which mean likeness two clusters must have to become one;
    None: never, or more than the `like` that they have. `sound(one, other, product, needed)` has a last look at two that have it, by the
    product of their sums. What two clusters share is worked out only where time allows them to become one: for most it does not."""

    def __init__(
        self,
        needed: Callable[[Cluster, Cluster, float], float | None],
        dot: Callable[[Vector, Vector], float],
        sound: Callable[[Cluster, Cluster, float, float], bool] = lambda *_: True,
    ) -> None:
        self.clusters: dict[int, Cluster] = {}
        self._needed, self._dot, self._sound = needed, dot, sound
        self._index: defaultdict[str, dict[int, int]] = defaultdict(dict)  #: term → keys, each 1
        self._between: defaultdict[int, dict[int, float | None]] = defaultdict(dict)  #: product of the sums; None: not asked for yet
        self._heap: list[tuple[float, int, int, int, int, float]] = []
        self._version: defaultdict[int, int] = defaultdict(int)

    def enter(self, cluster: Cluster, *, compare: bool) -> None:
        """Adds a cluster; with `compare` it is held against those that are there, else it waits for others to come."""
        near = self.near(cluster) if compare else []
        self.clusters[cluster.key] = cluster
        for term in cluster.ways:
            self._index[term][cluster.key] = 1
        for key in near:
            other = self.clusters[key]
            never = cluster.size + other.size > FULL or apart(cluster, other)
            self._note(cluster, other, None if never else self._dot(cluster.total, other.total))

    def near(self, cluster: Cluster) -> list[int]:
        """Clusters that share strong terms with this one, those that share most first; the cluster itself is not among them."""
        held = sorted([keys for term in cluster.ways if (keys := self._index.get(term)) and len(keys) <= _CROWD], key=len)
        least = min(_SHARED, len(cluster.ways) // 5)
        counts = Counter(islice(chain.from_iterable(held), _HITS))
        hits = [(-count, key) for key, count in counts.items() if count >= least and key != cluster.key]
        inside = (
            key for _, key in sorted(hits) if not apart(cluster, self.clusters[key])
        )  # what is long over takes no place from what is not
        return list(islice(inside, _NEAR))

    def settle(self) -> None:
        """Joins what is alike enough, the likest first, until nothing more is."""
        while self._heap:
            _, one, other, version, versions, needed = heappop(self._heap)
            if self._version[one] == version and self._version[other] == versions:
                kept, gone = self.clusters[one], self.clusters[other]
                if self._sound(kept, gone, self._product(kept, other), needed):
                    self.join(kept, gone)

    def join(self, kept: Cluster, gone: Cluster) -> None:
        """Makes two clusters one, whatever their likeness."""
        others = (self._between[kept.key].keys() | self._between[gone.key].keys()) - {kept.key, gone.key}
        between = self._product(kept, gone.key)
        both = _Days(min(kept.first, gone.first), max(kept.last, gone.last), max(kept.window, gone.window))
        room = FULL - kept.size - gone.size
        never = {key for key in others if self.clusters[key].size > room or apart(both, self.clusters[key])}
        products = {key: None if key in never else self._product(kept, key) + self._product(gone, key) for key in others}
        self.leave(gone)
        self._version[kept.key] += 1
        merge(kept, gone, between)
        for term in gone.ways:
            self._index[term][kept.key] = 1
        for key, product in products.items():
            self._note(kept, self.clusters[key], product)

    def leave(self, cluster: Cluster) -> None:
        """Takes a cluster out."""
        self._version[cluster.key] += 1
        for other in self._between.pop(cluster.key, {}):
            self._between[other].pop(cluster.key, None)
        for term in cluster.ways:
            self._index[term].pop(cluster.key, None)
        del self.clusters[cluster.key]

    def _product(self, cluster: Cluster, key: int) -> float:
        known = self._between[cluster.key].get(key)
        return self._dot(cluster.total, self.clusters[key].total) if known is None else known

    def _note(self, one: Cluster, other: Cluster, product: float | None) -> None:
        if other.key < one.key:
            one, other = other, one
        self._between[one.key][other.key] = self._between[other.key][one.key] = product
        if product is None:
            return
        like = likeness(one, other, product)
        needed = self._needed(one, other, like)
        if needed is not None and like >= needed:
            heappush(self._heap, (-like / needed, one.key, other.key, self._version[one.key], self._version[other.key], needed))
