"""How much looking the entries of each feed are worth, so that none can keep one poll busy for minutes.

Thousands of entries of one text, or of nearly one, could each be compared with dozens of others, and grow one group that is gone through
again for each. Feeds that fill in one form again and again, such as notices of jobs, do so honestly, and get by with half of what is free.
"""

from collections import Counter

_FREE = 2_000_000  #: words of texts compared, of the entries of one feed in a run: some two seconds
_EACH = 1_500  #: and for each of its entries
_PAIR = 200  #: words that a pair of texts of hardly any words counts for


class Effort:
    """What was spent in a run, by feed; `free` and `each`: words that a feed, and each of its entries, may cost."""

    def __init__(self, free: int = _FREE, each: int = _EACH) -> None:
        self._free, self._each = free, each
        self._words = Counter[str]()
        self._entries = Counter[str]()

    def enter(self, feed: str) -> None:
        """One more of its entries is looked into."""
        self._entries[feed] += 1

    def spend(self, feed: str, words: int) -> None:
        """For one of its entries, two texts of so many words together were compared."""
        self._words[feed] += _PAIR + words

    def spent(self, feed: str) -> bool:
        """Has so much been spent on its entries that the next ones get only the least?"""
        return self._words[feed] > self._free + self._each * self._entries[feed]
