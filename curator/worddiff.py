"""What changed between two states of a text, word by word. Pure.

Paragraphs are compared first, then the words inside those that changed: comparing all words of two long texts would take
quadratic time, and a reader wants to see the changed paragraphs alone.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

Piece = tuple[str, str]  #: ("=" | "-" | "+", text): the same, gone, come
_TOO_LONG = 2000  #: words of one pair of paragraphs; beyond it the whole paragraph is shown as gone and come


def paragraphs(before: str, after: str) -> list[list[Piece]]:
    """The changed paragraphs, each as pieces in reading order; empty if nothing changed but white space."""
    old, new = _parts(before), _parts(after)
    found: list[list[Piece]] = []
    for kind, a, b, c, d in (
        SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if len(old) + len(new) < 4000 else _whole(old, new)
    ):
        if kind == "equal":
            continue
        both = min(b - a, d - c)
        found += [_pieces(old[a + n], new[c + n]) for n in range(both)]
        found += [[("-", one)] for one in old[a + both : b]]
        found += [[("+", one)] for one in new[c + both : d]]
    return found


def _parts(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _whole(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    if old != new:
        yield "replace", 0, len(old), 0, len(new)


def _pieces(before: str, after: str) -> list[Piece]:
    old, new = re.findall(r"\S+", before), re.findall(r"\S+", after)
    if len(old) + len(new) > _TOO_LONG:
        return [("-", before), ("+", after)]
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("=", " ".join(old[a:b])))
            continue
        if b > a:
            found.append(("-", " ".join(old[a:b])))
        if d > c:
            found.append(("+", " ".join(new[c:d])))
    return found


def plain(pieces: list[Piece]) -> str:
    """Pieces in the notation of wdiff: [-gone-] {+come+}."""
    forms = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return " ".join(forms[kind].format(text) for kind, text in pieces)
