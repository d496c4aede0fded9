"""What was lately made, within bounds: for what is dear to make and likely to be wanted again soon."""

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

_STRING, _WIDE = 50, 2  #: bytes of a string beside its characters; of a character where one is not ASCII, as a rule

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

    def forget(self, key: Key) -> None:
        """It is remembered no more."""
        self._old.pop(key, None)
        if key in self._young:
            self._weight -= self._young.pop(key)[1]

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._young.keys() | self._old.keys())


def taken(text: str) -> int:
    """About how many bytes a string takes."""
    return _STRING + len(text) * (1 if text.isascii() else _WIDE)


class _Worded(Protocol):
    """What has an id and words, as an item has."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


Item = TypeVar("Item", bound=_Worded)


class OfItems(Generic[Item, Made]):
    """What is made of items, remembered within bounds: by id and words, since what was made of other words is worth nothing."""

    def __init__(self, make: Callable[[Item], Made], size: Callable[[Made], int] = lambda _: 1, most: int = 0) -> None:
        self._make, self._size = make, size
        self._recent = Recent[tuple[str, int], Made](most)

    def of(self, item: Item) -> Made:
        """Of this item, made if it is not remembered."""
        made = self.known(item)
        if made is None:
            made = self._make(item)
            self.keep(item, made)
        return made

    def known(self, item: Item) -> Made | None:
        """Of this item, if it is remembered."""
        return self._recent.get(_words(item))

    def keep(self, item: Item, made: Made) -> None:
        """From now on it is remembered."""
        self._recent.keep(_words(item), made, self._size(made))


def _words(item: _Worded) -> tuple[str, int]:
    return item.id, hash((item.title, item.text))
