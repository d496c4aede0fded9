"""What two texts have in common, word sequence by word sequence.

A text is compared by its shingles (runs of three words; Broder, "On the resemblance and containment of documents", 1997), each weighted
by how much its words say. Containment, not resemblance, is what tells a copy among feeds: a teaser of 30 words resembles the article of
600 it was cut from by .05, and stands in it whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from math import fsum, log

_UNPARTED = "぀-ヿ㐀-䶿一-鿿가-힯฀-๿"  #: scripts in which a run of characters is no single word
_TOKEN = re.compile(rf"\d+(?:[.,:]\d+)*|[{_UNPARTED}]|[^\W_{_UNPARTED}]+")
_SIZE = 3  #: words of a shingle
_LEAST = 0.02  #: weight of a shingle of words that say nothing
_ROUNDED = 1e-6  #: more than any sum of weights is off by
_LEAD = 40  #: words of a lead
TELLING = 0.25  #: weight from which a word tells what a lead is about
_SPECIFIC_NAME, _SPECIFIC_WORD = 0.3, 0.8  #: from which weight a capitalised word, any word, names something in particular
_CONTEXT = 0.4  #: weight that the two words beside a slot must have to be a frame, not chance


class Text:
    """A text made ready to be compared. Its shingles are made when first asked for: most texts are told apart by their words."""

    __slots__ = ("_shingles", "_total", "particular", "vocabulary", "weights", "words")

    def __init__(self, words: tuple[str, ...], weights: tuple[float, ...], particular: bytes) -> None:
        self.words = words  #: in lower case
        self.weights = weights  #: of each word, 0 … 1
        self.particular = particular  #: of each word: 1 if it is a number, a name, or rare
        self.vocabulary = frozenset(words)
        self._shingles: dict[tuple[str, ...], float] | None = None
        self._total = 0.0

    @property
    def shingles(self) -> dict[tuple[str, ...], float]:
        """Run of words → weight."""
        if self._shingles is None:
            self._shingles = _shingled(self.words, self.weights)
            self._total = fsum(self._shingles.values())
        return self._shingles

    @property
    def total(self) -> float:
        """Weight of all shingles."""
        return self._total if self.shingles else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What two texts share; symmetrical: the order in which they are handed over plays no part, but for `first` and `second`."""

    first: float  #: share of the first text's weight that stands in the second
    second: float  #: the other way round
    weight: float  #: of the shingles in common
    lead: float  #: of what the lead of the longer text speaks of: the share that the shorter speaks of too
    opening: float  #: of what the lead of the shorter text speaks of: the share that the longer speaks of too
    length: int  #: words of the shorter text
    words: float  #: of the words of the text that says less, each once and by weight: the share that stands in the other
    particulars: float  #: of the numbers and names of the text that has fewer: the share that stands in the other
    shared: int = 0  #: shingles in common


def tokens(text: str) -> list[str]:
    """Words and numbers as they stand; "1,923.50" is one, and so is each character of Chinese."""
    return _TOKEN.findall(text)


def joined(one: Text, other: Text) -> Text:
    """Two texts as one."""
    return Text(one.words + other.words, one.weights + other.weights, one.particular + other.particular)


def _shingled(words: tuple[str, ...], weights: tuple[float, ...]) -> dict[tuple[str, ...], float]:
    if len(words) < _SIZE:
        return {words: fsum(weights) / len(words) + _LEAST} if words else {}
    runs = zip(words, words[1:], words[2:], strict=False)
    weighed = [(a + b + c) / 3 + _LEAST for a, b, c in zip(weights, weights[1:], weights[2:], strict=False)]
    return dict(zip(runs, weighed, strict=True))


def hashed(words: Sequence[str]) -> frozenset[int]:
    """The shingles of a text without their weights, each as a number that is the same for the same words in this process."""
    return frozenset(map(hash, zip(words, words[1:], words[2:], strict=False) if len(words) >= _SIZE else [tuple(words)]))


def too_little(short: Text, long: Text, runs: frozenset[int], least: float) -> bool:
    """Is it certain that `overlap` finds no more than `least` in common, given what is `hashed` of the longer text, of which no shingle is
    made? Whatever is in common has its hash there, so that it weighs no more than what is looked at, and the longer text no less than this."""
    common = fsum([weight for run, weight in short.shingles.items() if hash(run) in runs])
    return common <= least * min(short.total, _total_at_least(long, len(runs)))


def _total_at_least(text: Text, different: int) -> float:
    """What its shingles weigh together, of which at least so many are different. Each word stands in three of them but for those at either end;
    one that is there again counts once, and none weighs more than 1 and the least."""
    said, count = text.weights, len(text.words) - _SIZE + 1
    if count < 1:
        return 0.0
    all_of_them = fsum(said) - (2 * said[0] + said[1] + said[-2] + 2 * said[-1]) / 3 + count * _LEAST
    return all_of_them - (count - different) * (1 + _LEAST) - _ROUNDED


def specific(token: str, weight: float) -> bool:
    """Does a token that says so much name something in particular?"""
    return token[0].isdigit() or weight >= _SPECIFIC_WORD or (weight >= _SPECIFIC_NAME and token[0].isupper())


def overlap(one: Text, other: Text, least: float = 0.0) -> Overlap | None:
    """What the two share; None if neither stands in the other by more than `least` of its weight."""
    common = one.shingles.keys() & other.shingles.keys()
    weight = fsum([one.shingles[run] for run in common])
    if not common or weight <= least * min(one.total, other.total):
        return None
    short, long = sorted((one, other), key=lambda text: (len(text.words), text.total, text.words))
    return Overlap(
        first=min(1.0, weight / one.total) if one.total else 0.0,
        second=min(1.0, weight / other.total) if other.total else 0.0,
        weight=weight,
        lead=_lead(long, short),
        opening=_lead(short, long),
        length=len(short.words),
        words=_share(_once(one), _once(other)),
        particulars=_share(_named(one), _named(other)),
        shared=len(common),
    )


def run(one: Text, other: Text) -> str:
    """The longest run of words that both share, to be shown; "" if there is none."""
    best, start, at = (0, 0), 0, 0
    size = min(_SIZE, len(one.words))
    for at in range(len(one.words) - size + 1):
        if one.words[at : at + size] not in other.shingles:
            start = at + 1
        elif at - start + 1 > best[0]:
            best = (at - start + 1, start)
    return " ".join(one.words[best[1] : best[1] + best[0] + size - 1]) if best[0] else ""


def _lead(one: Text, other: Text) -> float:
    """By words, not by sequences: a reworded lead still speaks of the same."""
    lead = {word: weight for word, weight in zip(one.words[:_LEAD], one.weights, strict=False) if weight >= TELLING}
    total = fsum(lead.values())
    return fsum([weight for word, weight in lead.items() if word in other.vocabulary]) / total if total else 0.5


def _share(mine: dict[str, float], yours: dict[str, float]) -> float:
    """Of the words that weigh less together, the share by weight that is among the others; a half if there is nothing to say."""
    few, many = sorted((mine, yours), key=lambda words: (fsum(words.values()), len(words)))
    total = fsum(few.values())
    return fsum([weight for word, weight in few.items() if word in many]) / total if total else 0.5


def _once(text: Text) -> dict[str, float]:
    return dict(zip(text.words, text.weights, strict=True))


def _named(text: Text) -> dict[str, float]:
    return dict(compress(zip(text.words, text.weights, strict=True), text.particular))


def clash(one: Text, other: Text) -> float:
    """Of the numbers and names in words that both share: the share that differs in the same place. Texts filled into one form share their
    frame and differ in what was filled in."""
    differing = (_slots(one, other) + _slots(other, one)) / 2
    named = _named(other)
    agreeing = fsum([weight for word, weight in _named(one).items() if word in named])
    return differing / (differing + agreeing) if differing else 0.0


def _slots(one: Text, other: Text) -> float:
    """Weight of the particulars of `one` in whose place, after or before the same two words, `other` has another particular."""
    after, before = _frames(other)
    words, last, total = one.words, len(one.words), 0.0
    for at in compress(range(last), one.particular):
        if words[at] in other.vocabulary and _stands(words, other, at):
            continue
        left = after.get(words[at - 2 : at]) if at >= 2 and one.weights[at - 2] + one.weights[at - 1] >= _CONTEXT else None
        right = before.get(words[at + 1 : at + 3]) if at + 2 < last and one.weights[at + 1] + one.weights[at + 2] >= _CONTEXT else None
        if any(differ(words[at], there) for there in (left, right) if there):
            total += one.weights[at]
    return total


def _stands(words: tuple[str, ...], other: Text, at: int) -> bool:
    """Does the word stand in the other text among the same neighbours?"""
    runs = other.shingles
    return words[at : at + 3] in runs or (at > 0 and words[at - 1 : at + 2] in runs) or (at > 1 and words[at - 2 : at + 1] in runs)


def _frames(text: Text) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """Two words → the particular that follows them; → the one that they follow."""
    words = text.words
    places = list(compress(range(len(words)), text.particular))
    after = {words[at - 2 : at]: words[at] for at in places if at >= 2}
    before = {words[at + 1 : at + 3]: words[at] for at in places if at < len(words) - 2}
    return after, before


def differ(one: str, other: str) -> bool:
    """Are these two different things, not two spellings (a typing error, a plural) of one?"""
    if one == other:
        return False
    if any(char.isdigit() for char in one + other):
        return True
    pairs = [{word[at : at + 2] for at in range(len(word) - 1)} for word in (one, other)]
    return 2 * len(pairs[0] & pairs[1]) < 0.6 * (len(pairs[0]) + len(pairs[1]))


def scaled(weight: float) -> float:
    """The weight of what is shared on a scale that grows ever slower."""
    return log(1 + weight)
