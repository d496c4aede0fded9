"""What a feed says in one entry after another, and what therefore makes no story of two of them: the name of a show and of its hosts, the
date, "released", the product that all of a firm's posts are about.

Words are weighed by how rare they are in the language; within one feed a rare word can be an everyday one. So where all items of two
stories are of one feed, its habitual words are left out of their likeness.
"""

from collections import Counter
from collections.abc import Iterable
from math import fsum

from curator import vectors
from curator.vectors import Vector

SAMPLE = 30  #: newest items of a feed that are looked at
DAYS = 8  #: habits are looked at anew each time so many days have passed
FEEDS = 3  #: feeds of two stories up to which those that both are of may have brought them together by habit
_FEWEST = 8  #: of them, below which nothing is a habit yet
_SHARE, _LEAST = 0.25, 3  #: of them that must have a word, and how many at least


def words(sample: Iterable[Vector]) -> frozenset[str]:
    """The stems that many of these vectors of items of one feed have; none if there are too few of them."""
    held = [{vectors.word(term) for term in vector if " " not in term} for vector in sample]
    if len(held) < _FEWEST:
        return frozenset()
    least = max(_LEAST, _SHARE * len(held))
    return frozenset(stem for stem, count in Counter([stem for stems in held for stem in stems]).items() if count >= least)


def without(habitual: frozenset[str], one: Vector, other: Vector) -> float:
    """The dot product of two vectors, or sums of them, without terms all whose words are habitual."""
    shared = vectors.shared(*sorted((one, other), key=len))
    return fsum([weight for term, weight in shared.items() if not habitual.issuperset(vectors.word(term).split(" "))])
