"""Cuts a feed's bytes into head, entries and tail, without reading what the entries say.

Each entry's bytes are hashed, so that only unseen ones are parsed, and they are the evidence that is kept. expat finds the places: it
tells the byte offset of every tag and proves that the document is well-formed.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers.expat import ExpatError, ParserCreate

_ENTRY = frozenset(["item", "entry"])
_NOT_ASCII = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|\x00|.\x00)", re.S)
_TOP = 3  #: deepest level at which entries of any format stand (rss/channel/item), counted from 1


@dataclass(frozen=True, slots=True)
class Slices:
    """A document cut up. `join(head, entries, tail)` has the same entries and the same feed."""

    head: bytes  #: all before the first entry, and what the feed says of itself between entries
    entries: tuple[bytes, ...]  #: each from "<" of its start tag to ">" of its end tag, in document order
    tail: bytes


class _Unfit(Exception):  # noqa: N818
    """The document is of a kind that cannot be cut safely."""


class _Cutter:
    """expat's handlers: notes where entries begin and end."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.spans: list[tuple[int, int]] = []
        self.depth = 0
        self.place: tuple[str, int] | None = None  # name and depth that all entries of the document share
        self.start = -1  # where the entry that is open began
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self.open
        self.parser.EndElementHandler = self.close
        self.parser.StartDoctypeDeclHandler = self.refuse

    def refuse(self, *_: object) -> None:
        raise _Unfit

    def open(self, name: str, _attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.start >= 0 or self.depth > _TOP or name.rpartition(":")[2].lower() not in _ENTRY:
            return
        here = (name, self.depth)
        if self.place is None and self.depth > 1:
            self.place = here
        if here != self.place:  # entries of two kinds: which of them are entries is feedparser's to say
            raise _Unfit
        self.start = self.parser.CurrentByteIndex

    def close(self, name: str) -> None:
        if self.start >= 0 and (name, self.depth) == self.place:
            at = self.parser.CurrentByteIndex
            tag = b"</" + name.encode()
            if not self.body.startswith(tag, at) or self.body[at + len(tag)] not in b"> \t\r\n":  # <item/>: its end is not told
                raise _Unfit
            self.spans.append((self.start, self.body.index(b">", at) + 1))
            self.start = -1
        self.depth -= 1


def cut(body: bytes) -> Slices | None:
    """The document in pieces, or None if it must be read whole: not well-formed, not ASCII-compatible (UTF-16 …), with a DOCTYPE, or
    with entries in more than one place. White space and a byte order mark before the document are no hindrance."""
    body = body.lstrip(b" \t\r\n") if body[:1].isspace() else body
    if not body or _NOT_ASCII.match(body):
        return None
    cutter = _Cutter(body)
    try:
        cutter.parser.Parse(body, True)
    except (ExpatError, _Unfit, ValueError, LookupError):  # the latter two: encodings that Python's expat does not do
        return None
    return _pieces(body, cutter.spans)


def _pieces(body: bytes, spans: list[tuple[int, int]]) -> Slices:
    if not spans:
        return Slices(body, (), b"")
    between = [body[end:start] for (_, end), (start, _) in pairwise(spans)]
    said = b"".join(gap for gap in between if not gap.isspace())
    return Slices(body[: spans[0][0]] + said, tuple(body[start:end] for start, end in spans), body[spans[-1][1] :])


def join(head: bytes, entries: tuple[bytes, ...] | list[bytes], tail: bytes) -> bytes:
    """A document of these entries alone."""
    return b"".join((head, *entries, tail))
