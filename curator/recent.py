"""What was lately made, within bounds: for what is dear to make and likely to be wanted again soon."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """Remembers at least the `most` things last wanted, and at most twice as many: when one half is full, the other makes room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._young: dict[Key, Made] = {}
        self._old: dict[Key, Made] = {}

    def get(self, key: Key) -> Made | None:
        """What is remembered under the key, if it is."""
        known = self._young.get(key)
        if known is None and (known := self._old.get(key)) is not None:
            self.keep(key, known)
        return known

    def keep(self, key: Key, made: Made) -> None:
        """From now on it is remembered."""
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = made

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._young.keys() | self._old.keys())
