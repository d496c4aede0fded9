"""Items as they stand in their rows, remembered from one question to the next: a poll asks for most of what it compares with again and again."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from sys import getsizeof

from curator.recent import Recent
from curator.types import Item

_MOST = 9_000_000  #: bytes remembered: some 2,600 items
_FRAME = 1_500  #: bytes that an item takes beside its text and summary


class Remembered:
    """Items by row number. All are forgotten as soon as anything was written, here or by another process, but for what is written within
    `rewriting`."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._items = Recent[int, Item](_MOST, _taken)
        self._wanted = False  #: was anything asked for yet? An import asks for nothing
        self._state: tuple[int, int] | None = None  #: of the database, when what is remembered was last known to be true

    def get(self, numbers: Iterable[int]) -> dict[int, Item]:
        """Those of these rows that are remembered, and as they were read."""
        self._check()
        self._wanted = True
        return {n: item for n in numbers if (item := self._items.get(n)) is not None}

    def keep(self, items: dict[int, Item]) -> None:
        """These were read just now, after `get` was asked, or are being written, within `rewriting`."""
        if not self._wanted:
            return
        for n, item in items.items():
            self._items.keep(n, item)

    @contextmanager
    def rewriting(self, transaction: AbstractContextManager[sqlite3.Connection]) -> Iterator[set[int]]:
        """A transaction after which all but the rows whose numbers are put into the set are as they were, new ones aside."""
        changed: set[int] = set()
        with transaction:
            self._check()
            yield changed
            for n in changed:
                self._items.forget(n)
        if self._state is not None:  # to commit is to write, too: the rest of the full-text index
            self._state = self._con.total_changes, self._state[1]

    def clear(self) -> None:
        """Nothing is remembered any more: what was read may never have come to be."""
        self._items = Recent[int, Item](_MOST, _taken)

    def _check(self) -> None:
        now = self._now()
        if now != self._state:
            self.clear()
            self._state = now

    def _now(self) -> tuple[int, int]:
        """Rows that this connection has written so far, and a number that changes whenever another connection has."""
        return self._con.total_changes, self._con.execute("PRAGMA data_version").fetchone()[0]


def _taken(item: Item) -> int:
    """About how many bytes it takes."""
    return _FRAME + getsizeof(item.text) + getsizeof(item.summary)
