"""What was lately made, within bounds: for what is dear to make and likely to be wanted again soon."""

import marshal
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, Protocol, TypeVar

_LEFT = 0.9  #: of what may be remembered is left when room was made: to make it for each new thing would mean to seek the oldest each time
_HELD = 150  #: bytes that something packed takes beside what is packed, with its key and its place
_FORMAT = 2  #: of `marshal`: the last one that does not look for what stands in it twice

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """Remembers the things last wanted, `most` by weight: when they are more, those go that were not wanted for longest, a tenth at once.
    `weigh` says the weight of one, which does not change. The last one is there however heavy it is."""

    def __init__(self, most: int, weigh: Callable[[Made], int] = lambda _: 1) -> None:
        self._most, self._weigh, self._weight = most, weigh, 0
        self._known: dict[Key, Made] = {}  #: what was wanted last comes last

    def get(self, key: Key) -> Made | None:
        """What is remembered under the key, if it is."""
        known = self._known.pop(key, None)
        if known is not None:
            self._known[key] = known
        return known

    def keep(self, key: Key, made: Made) -> None:
        """From now on it is remembered."""
        self.forget(key)
        self._known[key] = made
        self._weight += self._weigh(made)
        if self._weight > self._most:
            self._make_room()

    def forget(self, key: Key) -> None:
        """It is remembered no more."""
        if key in self._known:
            self._weight -= self._weigh(self._known.pop(key))

    def _make_room(self) -> None:
        for key in [*self._known][:-1]:
            if self._weight <= _LEFT * self._most:
                break
            self.forget(key)

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._known)


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
    packed; `form` makes of its values what it was. `most`: bytes."""

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
