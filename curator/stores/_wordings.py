"""The table `wording`: texts that many rows have in common, each once; `_shorthand.py` tells how rows refer to them."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import filterfalse
from typing import Any

from curator.errors import StoreDamagedError
from curator.stores._base import Base, batches
from curator.stores._shorthand import LONGEST, SHORTEST

_OFTEN = 3  #: times that one update says a text for it to get a number: said twice, it would take more room in `wording` than it saves
_KNOWN = 50_000  #: texts remembered, either way
_FREQUENT = 2_000  #: numbers whose texts a writer has at hand from the beginning: one or two milliseconds
_BLOCK = 256  #: numbers looked up together; what is frequent has a low one


class Wordings(Base):
    """`wording_numbers` for writing, `said` for reading."""

    def __init__(self, con: sqlite3.Connection, path: str, **given: Any) -> None:
        super().__init__(con, path, **given)
        self.said = _Said(self._block)  #: the text of each number; StoreDamagedError for one that stands for nothing

    def wording_numbers(self, texts: Iterable[str | None]) -> Mapping[str, int]:
        """Numbers of those of the texts that have one, or get one because they are said so often here (and of others). In a transaction.

        What is seldom said here is not looked up, for most of it nobody else says; but the first numbers, those of what is frequent, are at hand.
        """
        known = self._numbers.setdefault("wording", {})
        if not known or len(known) > _KNOWN:
            known.clear()
            known.update(self.all("SELECT text, n FROM wording WHERE n <= ?", (_FREQUENT,)))
        times = Counter(filterfalse(known.__contains__, texts))
        often = [text for text in times if times[text] >= _OFTEN and text and SHORTEST <= len(text) <= LONGEST and "\0" not in text]
        for batch in batches(often):
            known.update(self.all(f"SELECT text, n FROM wording WHERE text IN ({', '.join('?' * len(batch))})", batch))
        for text in sorted(often, key=times.__getitem__, reverse=True):  # small numbers take less room
            if text not in known:
                known[text] = self._con.execute("INSERT INTO wording (text) VALUES (?)", (text,)).lastrowid or 0
        return known

    def _block(self, number: int) -> dict[int, str]:
        first = number - number % _BLOCK
        return dict(self.all("SELECT n, text FROM wording WHERE n BETWEEN ? AND ?", (first, first + _BLOCK - 1)))

    def _forget(self) -> None:
        super()._forget()
        self.said.clear()


class _Said(dict[int, str]):
    """Texts by number, looked up when they are first asked for."""

    def __init__(self, block: Callable[[int], dict[int, str]]) -> None:
        super().__init__()
        self._block = block

    def __missing__(self, number: int) -> str:
        if len(self) > _KNOWN:
            self.clear()
        self.update(self._block(number))
        if number not in self:
            raise StoreDamagedError(
                f"the database says something by a number that stands for nothing ({number}): look closer with `curator db verify`"
            )
        return self[number]
