"""What was lately made, within bounds: for what is dear to make and likely to be wanted again soon."""

import marshal
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, Protocol, TypeVar

_HELD = 150  #: bytes that something packed takes beside what is packed, with its key and its place
_FORMAT = 2  #: of `marshal`: the last one that does not look for what stands in it twice

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """Remembers the things last wanted, `most` by weight at least and at most twice that: when one half is full, the other makes room.
    `weigh` says the weight of one, which does not change."""

    def __init__(self, most: int, weigh: Callable[[Made], int] = lambda _: 1) -> None:
        self._most, self._weigh, self._weight = most, weigh, 0
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
        if key in self._young:
            self._weight -= self._weigh(self._young[key])
        elif self._weight >= self._most:
            self._old, self._young, self._weight = self._young, {}, 0
        self._young[key] = made
        self._weight += self._weigh(made)

    def forget(self, key: Key) -> None:
        """It is remembered no more."""
        self._old.pop(key, None)
        if key in self._young:
            self._weight -= self._weigh(self._young.pop(key))

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._young.keys() | self._old.keys())


def packed(values: Iterable[Any]) -> bytes:
    """Values as one lump of bytes: it takes three fifths of their room, and what is let go of around it leaves no small gaps. They may be
    strings, numbers, bytes and tuples of such. Bytes are taken for what this process, or one it started, packed."""
    return marshal.dumps(tuple(values), _FORMAT)


class _Worded(Protocol):
    """What has an id and words, as an item has."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


Item = TypeVar("Item", bound=_Worded)
Values = TypeVar("Values", bound=tuple[Any, ...])


class OfItems(Generic[Item, Values]):
    """What is made of items, remembered within bounds: by id and words, since what was made of other words is worth nothing. It is kept
    packed; `form` makes of its values what it was. `most`: bytes at least, twice that at most."""

    def __init__(self, make: Callable[[Item], Values], form: Callable[[Iterable[Any]], Values], most: int = 0) -> None:
        self._make, self._form = make, form
        self._recent = Recent[int, bytes](most, _taken)

    def of(self, item: Item) -> Values:
        """Of this item, made if it is not remembered."""
        known = self.known(item)
        if known is None:
            known = self._make(item)
            self.keep(item, packed(known))
        return known

    def known(self, item: Item) -> Values | None:
        """Of this item, if it is remembered."""
        kept = self._recent.get(_words(item))
        return None if kept is None else self._form(marshal.loads(kept))  # noqa: S302 - our own

    def keep(self, item: Item, made: bytes) -> None:
        """From now on it is remembered, packed as it is."""
        self._recent.keep(_words(item), made)


def _words(item: _Worded) -> int:
    return hash((item.id, item.title, item.text))


def _taken(made: bytes) -> int:
    return _HELD + len(made)
