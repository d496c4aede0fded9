"""Sets of row numbers, a bit for each up to the greatest: a million take 125 kB, where a set would take sixty megabytes."""

from collections.abc import Iterable, Iterator


class Bitset:
    """A set of numbers from 0 on, meant for numbers that lie close together."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._bytes = bytearray()
        self.update(numbers)

    def update(self, numbers: Iterable[int]) -> None:
        """Take these in, too."""
        for number in numbers:
            at = number >> 3
            if at >= len(self._bytes):
                self._bytes.extend(bytes(at + 1 - len(self._bytes)))
            self._bytes[at] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        at = number >> 3
        return at < len(self._bytes) and bool(self._bytes[at] >> (number & 7) & 1)

    def __iter__(self) -> Iterator[int]:
        """In their order."""
        return (at * 8 + bit for at, byte in enumerate(self._bytes) if byte for bit in range(8) if byte >> bit & 1)
