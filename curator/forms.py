"""Which texts are one form, filled in again and again?

Two texts that differ in a place or a number may be an article and its edited copy. Where three agree but for words in the same places, and
each has other words there, nobody edited: a notice of a job, a warning, a list was filled in anew; and whatever differs in such a place is
another notice. That holds in every language, since it asks where texts differ and not what they say.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from math import fsum

from curator.shingles import TELLING, Text, differ

LONGEST = 200  #: words of a text up to which it is looked at; longer forms have so many slots that two of them tell
_FRAME = 0.3  #: what two words beside a slot must weigh, for their place to be no chance
_FEW, _MANY = 0.08, 0.15  #: share of the slots in what is filled in or agreed on, from which two slots, from which one tells a form
_THIRDS = 16  #: texts a pair is held against at most
_EACH = 6  #: of them, up to which each two are looked at together
_LOOKS = 48  #: thirds looked at for one item: many items of one form would else cost as much as there are triples of them
_REMEMBERED = 512  #: pairs of texts, and texts, of which is remembered where they differ, and what stands where

_Frame = tuple[str | None, ...]
_Telling = tuple[int, str, list[_Frame]]  #: a place that says something, its word and what stands around it
Fillings = Callable[[Text, Text], dict[int, str]]  #: places of the first text → the word that the second has there, see `_found`


class Forms:
    """In which places forms are filled in, as far as texts have shown it that were looked at by threes."""

    def __init__(self, body: Callable[[str], Text]) -> None:
        """`body(item)` is an item's text as it is now."""
        self._body = body
        self._fillings = remembered()
        self._tried: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._places: defaultdict[str, set[int]] = defaultdict(set)  #: of an item's text
        self._left = _LOOKS

    def start(self) -> None:
        """Another item is judged: so much may be looked at for it."""
        self._left = _LOOKS

    def forget(self) -> None:
        """A text has changed."""
        self._tried.clear()
        self._places.clear()

    def learn(self, one: str, other: str, thirds: Collection[str]) -> None:
        """Looks at the two beside each third, once, and at each of them beside two thirds, one of which is new."""
        tried = self._tried[(one, other) if one < other else (other, one)]
        new = sorted(set(thirds).difference((one, other), tried))[: max(0, min(self._left, _THIRDS - len(tried)))]
        tried.update(new)
        self._left -= len(new)
        for third in new:
            self._look(one, other, third)
        for third, another in _pairs(new, tried):
            self._look(one, third, another)
            self._look(other, third, another)

    def apart(self, one: str, other: str) -> bool:
        """Do the two differ in a place that is known to be filled in?"""
        return self._differ(one, other) or self._differ(other, one)

    def _differ(self, one: str, other: str) -> bool:
        places = self._places.get(one, set())
        return bool(places) and not places.isdisjoint(self._fillings(self._body(one), self._body(other)))

    def _look(self, *names: str) -> None:
        one, two, three = map(self._body, names)
        if max(len(text.words) for text in (one, two, three)) <= LONGEST:
            for name, texts in zip(names, ((one, two, three), (two, one, three), (three, one, two)), strict=True):
                self._places[name].update(slots(self._fillings, *texts))


def _pairs(new: Sequence[str], tried: Collection[str]) -> Iterable[tuple[str, str]]:
    """Pairs of thirds of which one is new: all of them while there are few, so that the order in which they came plays no part."""
    if len(tried) > _EACH:
        return pairwise(new)
    return [pair for pair in combinations(sorted(tried), 2) if not set(pair).isdisjoint(new)]


def slots(fillings: Fillings, one: Text, two: Text, three: Text) -> list[int]:
    """Places of `one` in which the two others have other words than it, and than each other, while they agree around them; none if that may
    be chance. The order of the two plays no part."""
    there = fillings(one, two)
    here = fillings(one, three) if there else {}
    found = [at for at in there.keys() & here.keys() if differ(there[at], here[at])]
    if not found:
        return []
    weight = fsum([one.weights[at] for at in found])
    both = two.vocabulary & three.vocabulary
    agreed = fsum([said for word, said in zip(one.words, one.weights, strict=True) if said >= TELLING and word in both])
    return found if weight >= (_FEW if len(found) > 1 else _MANY) * (weight + agreed) else []


def remembered() -> Fillings:
    """`_found` of two texts, remembered with what it is made of: each text is looked at beside many. Texts are told apart as objects, which
    one run makes once, so all of it goes with the run."""
    telling, frames = lru_cache(_REMEMBERED)(_telling), lru_cache(_REMEMBERED)(_frames)
    return lru_cache(_REMEMBERED)(lambda one, other: _found(one, other, telling(one), frames(other)))


def _found(one: Text, other: Text, telling: list[_Telling], frames: dict[_Frame, str]) -> dict[int, str]:
    """Places of `one` → the word that `other` has in that place, where both say something and neither knows the other's word."""
    found = {}
    for at, word, around in telling:
        if word in other.vocabulary:
            continue
        words = [frames[frame] for frame in around if frame in frames]
        fitting = [there for there in words if there not in one.vocabulary and differ(word, there)]
        if fitting:
            found[at] = fitting[0]
    return found


def _telling(text: Text) -> list[_Telling]:
    """Each place that says something, with its word and what stands around it."""
    return [(at, word, _around(text, at)) for at, word in enumerate(text.words) if text.weights[at] >= TELLING]


def _frames(text: Text) -> dict[_Frame, str]:
    """The words around each place → the word in it; of several the first."""
    frames: dict[_Frame, str] = {}
    for at, word in enumerate(text.words):
        for frame in _around(text, at):
            frames.setdefault(frame, word)
    return frames


def _around(text: Text, at: int) -> list[_Frame]:
    """What a place is known by: the word on either side, the two before it, the two after it; the latter if they say something."""
    words, weights, last = text.words, text.weights, len(text.words) - 1
    around: list[_Frame] = [(words[at - 1], None, words[at + 1])] if 0 < at < last else []
    if at > 1 and weights[at - 2] + weights[at - 1] >= _FRAME:
        around.append((words[at - 2], words[at - 1], None))
    if at < last - 1 and weights[at + 1] + weights[at + 2] >= _FRAME:
        around.append((None, words[at + 1], words[at + 2]))
    return around
