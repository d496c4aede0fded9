"""What a feed says in one entry after another, and what therefore makes no story of two of them: the name of a show and of its hosts, the
date, "released", the product that all of a firm's posts are about.

Words are weighed by how rare they are in the language; within one feed, and so within a trade, a rare word can be an everyday one
("agents" in the blogs of two makers of them). So words that are habitual to the feeds of both of two stories are left out of their likeness,
while they are of few feeds.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from math import fsum

from curator import vectors
from curator.vectors import Vector

SAMPLE = 30  #: newest items of a feed that are looked at
DAYS = 8  #: habits are looked at anew each time so many days have passed
FEEDS = 3  #: feeds of two stories up to which habit may have brought them together
_FEWEST = 8  #: of them, below which nothing is a habit yet
_SHARE, _LEAST = 0.25, 3  #: of them that must have a word, and how many at least


def words(sample: Sequence[AbstractSet[str]]) -> frozenset[str]:
    """The stems that many of these items of one feed have, given the stems of each; none if there are too few of them."""
    if len(sample) < _FEWEST:
        return frozenset()
    least = max(_LEAST, _SHARE * len(sample))
    return frozenset(stem for stem, count in Counter(chain.from_iterable(sample)).items() if count >= least)


def without(habitual: frozenset[str], one: Vector, other: Vector) -> float:
    """The dot product of two vectors, or sums of them, without terms all whose words are habitual."""
    shared = vectors.shared(*sorted((one, other), key=len))
    return fsum([weight for term, weight in shared.items() if not habitual.issuperset(vectors.word(term).split(" "))])
