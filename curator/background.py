"""How much a word says: words, their stems, and how many articles hold them, in several languages at once.

The table is fixed and shipped (`data/background.txt`, from wordfreq; `data/background_register.txt`, the words of security, conflict and
business news, by hand), so a text weighs the same whenever and in whatever company it is read: what is decided with it can be
recomputed, in any order, with the same result.
"""

import math
import re
from collections.abc import Callable
from functools import cache
from operator import itemgetter

from curator import shingles, shipped
from curator.vectors import Term

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile("[぀-ヿ㐀-䶿一-鿿가-힯฀-๿]")
_ARTICLES = 3_000.0  #: a word nobody knows counts as if it stood in one of so many articles
_SHORT_NUMBER = 0.003  #: share of articles that hold a given number of up to three digits
_RARE = 0.45  #: from this weight on, a word is a way to find what else speaks of the same
_TEMPERING = 0.6  #: exponent of a weight: below 1 common words count for more, and one rare word for less
_KEPT = 30_000  #: entries a memo may hold before it starts anew
_TOLD = 43_000  #: the same for what is told of words, which is asked for most: a dict of 43,691 takes twice the room

_SLAVIC_ENDINGS = (
    "иями ями ами ией иям ием иях ого его ому ему ыми ими ешь ать ять ить еть ала яла ила ела али яли или ели ться тся ых их ая яя ое ее ые ие "
    "ой ей ом ем ую юю ий ый ию ью ия ья ам ям ах ях ов ев иев ої ій ів ії ою ею єю ють ить ає ують а я о е и ы у ю ь й і ї є"
)
_SLAVIC = frozenset(_SLAVIC_ENDINGS.split())
_LONGEST_SLAVIC = max(map(len, _SLAVIC))
_ENGLISH = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""))
_LAST_ENGLISH = frozenset(ending[-1] for ending, _ in _ENGLISH)


def words(text: str) -> list[str]:
    """The words and numbers of a text in order, in lower case; a run of Chinese, Japanese, Korean or Thai becomes its pairs of characters."""
    found = _WORD.findall(text.lower())
    return [part for word in found for part in parts(word)] if unparted(text) else found


def unparted(text: str) -> bool:
    """Is something in it written in a script that does not part words?"""
    return not text.isascii() and _CJK.search(text) is not None


def parts(word: str) -> list[str]:
    """A run of characters of a script that does not part words as its overlapping pairs; any other word as it is."""
    if len(word) < 3 or not _CJK.search(word):
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)]


def stem(word: str) -> str:
    """A word of `words` without its ending. A light cut for English, Russian and Ukrainian; others stay as they are."""
    if len(word) < 4:
        return word
    if word.isascii():
        return word if word[0] <= "9" else _english(word)
    if "а" <= word[0] <= "ї":
        return _slavic(word)
    return word


def _english(word: str) -> str:
    """As the Harman S-stemmer, with -ing, -ed and -ly; a final e and a doubled consonant go, so that forms meet."""
    if len(word) == 4:
        return word[:-1] if word[-1] == "s" and word[-2] not in "us" else word
    for ending, instead in _ENGLISH if word[-1] in _LAST_ENGLISH else ():
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            if ending != "s" or word[-2] not in "us":
                word = word[: -len(ending)] + instead
            break
    if word[-1] == "e":
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word


def _slavic(word: str) -> str:
    for length in range(min(_LONGEST_SLAVIC, len(word) - 3), 0, -1):
        if word[-length:] in _SLAVIC:
            return word[:-length]
    return word


def _says(share: float) -> float:
    """How much a stem says that stands in this share of all articles: the logarithm of its rarity, to scale."""
    return max(0.0, min(1.0, -math.log(share + 1 / _ARTICLES) / math.log(_ARTICLES)))


_UNKNOWN = _says(0.0)


@cache
def _known() -> dict[str, float]:
    """Stem → how much it says."""
    known: dict[str, float] = {}
    for line in shipped.text("background.txt").splitlines():
        if line[0] != "#":
            level, *stems = line.split(" ")
            known.update(dict.fromkeys(stems, _says(10 ** (-int(level) / 10))))
    for line in shipped.text("background_register.txt").splitlines():
        if line[0] != "#":
            percent, *forms = line.split()
            says = _says(int(percent) / 100)
            for stemmed in map(stem, forms):
                known[stemmed] = min(known.get(stemmed, 1.0), says)
    return known


def idf(stemmed: str) -> float:
    """How much a stem says, from 0 (stands everywhere) to 1 (never heard of)."""
    says = _known().get(stemmed, _UNKNOWN)
    if stemmed.isdigit():
        return min(says, _says(_SHORT_NUMBER if len(stemmed) < 4 else _SHORT_NUMBER / 10))
    return says


def _weighed(word: str, stemmed: str) -> float:
    """The weight of a word in lower case, of which this is the stem."""
    return 0.5 if len(word) == 1 and _CJK.match(word) else idf(stemmed)


@cache
def _tempered(says: float) -> float:
    """What a word weighs in a vector, which says so much: there are some eighty such numbers, and each is kept once."""
    return math.pow(says, _TEMPERING)


class _Weights(dict[str, float]):
    """What words weigh, remembered; asking for one that is there costs no call of ours."""

    def __missing__(self, word: str) -> float:
        if len(self) > _KEPT:
            self.clear()
        found = self[word] = _weighed(word, stem(word))
        return found


#: `idf` of the stem of a word in lower case. A single character of a script that does not part words says a middling lot.
weight: Callable[[str], float] = _Weights().__getitem__


Told = tuple[str, float, bool, bool, Term]
WORD: Callable[[Told], str] = itemgetter(0)  #: in lower case
WEIGHT: Callable[[Told], float] = itemgetter(1)
PARTICULAR: Callable[[Told], bool] = itemgetter(2)  #: does it name something in particular, see `shingles.specific`
RARE: Callable[[Told], bool] = itemgetter(3)  #: does it lead to what else speaks of this
TERM: Callable[[Told], Term] = itemgetter(4)  #: what it is in a vector, its weight tempered


class _Told(dict[str, Told]):
    """What words tell, remembered once for all who ask, by the word in its own case."""

    def __missing__(self, token: str) -> Told:
        if len(self) > _TOLD:
            self.clear()
        word = token.lower()
        if word == token:  # one string for both, of hundreds of thousands
            word = token
        stemmed = stem(word)
        says = _weighed(word, stemmed)
        names = len(token) > 1 and (token[0].isupper() or token[0].isdigit())
        term = (stemmed, _tempered(says), names)
        found = self[token] = (word, says, shingles.specific(token, says), says >= _RARE and len(word) > 1, term)
        return found


#: What a word tells by itself, in its own case; nearly every one has been met before.
told: Callable[[str], Told] = _Told().__getitem__


def rarest(found: list[str], count: int) -> list[str]:
    """The `count` rarest of these words, each once, rarest first; equals in the order of the alphabet, so that the answer does not
    depend on theirs. Words that say next to nothing are left out."""
    weighed = [(-says, word) for word in set(found) if len(word) > 2 and (says := WEIGHT(told(word))) > 0.25]
    return [word for _, word in sorted(weighed)[:count]]
