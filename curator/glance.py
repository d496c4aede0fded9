"""What can be told of two entries without a look at their words: whether they have too few rare ones in common to be copies. Most pairs are
told apart so, at a hundredth of what it costs to unfold them."""

from collections.abc import Collection
from typing import Protocol

FEWEST = 8  #: words a text must have to be evidence
_TELLING = 0.3  #: share of the rare words of the one that has fewer, below which two are no copies
_SOME = 4  #: rare words that both must have for that
_SPARSE = 100  #: characters of a text in which there is one rare word at the very least: so in all but one of 400 texts of real feeds


class Outside(Protocol):
    """What is asked of a `types.Fingerprint`."""

    @property
    def length(self) -> int: ...
    @property
    def digest(self) -> str: ...
    @property
    def rare_count(self) -> int: ...
    @property
    def rare_bits(self) -> int: ...


def hopeless(rare: Collection[str], text: str) -> bool:
    """Is it certain that an item with this title and text, in lower case, is no copy of one with these rare words? Asked before it is made
    ready, which costs more."""
    least = min(len(rare), len(text) // _SPARSE)
    return least >= _SOME and not holds(rare, text, _TELLING * least)


def holds(words: Collection[str], text: str, needed: float) -> bool:
    """Does a text hold so many of these words, wherever they stand in it? No more are looked for than it takes to know."""
    held, left = 0, len(words)
    for word in words:
        held += word in text
        left -= 1
        if held >= needed:
            return True
        if held + left < needed:
            return False
    return False


def strange(one: Outside, other: Outside) -> bool:
    """Can it be told from the outside that two have too few rare words in common to be copies?"""
    return tells(most_common(one, other), one, other)


def tells(shared: float, one: Outside, other: Outside) -> bool:
    """Do so many rare words in common tell that two are no copies?"""
    least = min(one.rare_count, other.rare_count)
    return least >= _SOME and shared / least < _TELLING


def far(shared: float, one: Outside, other: Outside) -> bool:
    """Is it certain that `verdicts.judge` calls two entries at different addresses far, who have so many rare words in common at most? It asks
    the same of the number that they do have, which is no larger, so that the answer is no other."""
    return one.digest != other.digest and min(one.length, other.length) >= FEWEST and tells(shared, one, other)


def most_common(one: Outside, other: Outside) -> int:
    """How many rare words the two have in common at most. A word in common lights the same bit of both: they are no more than the common
    bits, and those words of the one that share their bit with another of its words."""
    doubled = min(one.rare_count - one.rare_bits.bit_count(), other.rare_count - other.rare_bits.bit_count())
    return (one.rare_bits & other.rare_bits).bit_count() + doubled
