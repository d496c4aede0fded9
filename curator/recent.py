"""What was lately made, within bounds: for what is dear to make and likely to be wanted again soon."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """Remembers the things last wanted, `most` by weight at least and at most twice that: when one half is full, the other makes room."""

    def __init__(self, most: int) -> None:
        self._most, self._weight = most, 0
        self._young: dict[Key, tuple[Made, int]] = {}
        self._old: dict[Key, tuple[Made, int]] = {}

    def get(self, key: Key) -> Made | None:
        """What is remembered under the key, if it is."""
        known = self._young.get(key) or self._old.get(key)
        if known is None:
            return None
        self.keep(key, *known)
        return known[0]

    def keep(self, key: Key, made: Made, weight: int = 1) -> None:
        """From now on it is remembered."""
        if key in self._young:
            self._weight -= self._young[key][1]
        elif self._weight >= self._most:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young[key] = (made, weight)
        self._weight += weight

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._young.keys() | self._old.keys())
