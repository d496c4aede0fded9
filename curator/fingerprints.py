"""What copies of an entry are found and told by, made of the entry alone: by whom reads it, beside the one that compares.

It is kept as a few strings, cheap to hand from process to process and to remember by the thousand; `verdicts.Reading` unfolds it.
"""

import hashlib
from collections.abc import Collection, Iterable
from operator import itemgetter
from zlib import crc32

from curator import background, identifiers, shingles
from curator.types import Draft, Fingerprint, Item

ASKED = 16  #: rare words the index is asked for
LEAD = 400  #: characters of a text whose rarest words are asked for first
LONGEST = 12_000  #: characters of a text that are compared
FEWEST = 8  #: words a text must have for its digest to be evidence
BITS = 2_048  #: of a set of rare words, see `folded`: so many that two unlike sets of a hundred hardly share any
_RARE = 0.45  #: from this weight on, a word is a way to find an item of the same run
_REMEMBERED = 30_000  #: tokens of which is remembered what they say
_ENDS = (" - ", " | ", " — ", " – ", " • ", " · ", " :: ", " » ", " « ")
_OPENERS = frozenset(
    (
        "update",
        "updated",
        "updates",
        "report",
        "breaking",
        "exclusive",
        "live",
        "watch",
        "video",
        "corrected",
        "correction",
        "urgent",
        "analysis",
        "opinion",
    )
)
_WORD, _PARTICULAR, _IS_RARE = itemgetter(0), itemgetter(1), itemgetter(2)
_Known = tuple[str, bool, bool]


class _Tokens(dict[str, _Known]):
    """Token in its own case → (word in lower case, is it a number, a name, or rare, does it lead to what else speaks of this), remembered:
    nearly every token has been met before."""

    def __missing__(self, token: str) -> _Known:
        if len(self) > _REMEMBERED:
            self.clear()
        word = token.lower()
        weight = background.weight(word)
        known = self[token] = (word, shingles.specific(token, weight), weight >= _RARE and len(word) > 1)
        return known


_known = _Tokens().__getitem__


def make(item: Draft | Item) -> Fingerprint:
    """The fingerprint of an entry that is to be judged."""
    return compared(item)._replace(asked=" ".join(asked(item)))


def compared(item: Draft | Item) -> Fingerprint:
    """The fingerprint of an entry that others are compared with: `asked` is left empty, which takes a third of the time."""
    text, heading = item.text[:LONGEST], headline(item.title)
    body = list(map(_known, shingles.tokens(identifiers.article(text))))
    title = list(map(_known, shingles.tokens(heading)))
    words = " ".join(map(_WORD, body))
    rare = {*map(_WORD, filter(_IS_RARE, title)), *map(_WORD, filter(_IS_RARE, body)), *_rare_pairs(item.title, text)}
    marks = identifiers.marks(item.title, text)
    return Fingerprint(
        words=words,
        length=len(body),
        particular=bytes(map(_PARTICULAR, body)),
        title=" ".join(map(_WORD, title)),
        title_particular=bytes(map(_PARTICULAR, title)),
        rare=" ".join(sorted(rare)),
        rare_count=len(rare),
        rare_bits=folded(rare),
        asked="",
        marks=(marks.title, marks.whole, marks.frame, marks.filled),
        digest=hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest() if len(body) >= FEWEST else "",
        roundup=identifiers.gathers(item.title, item.links),
    )


def size(made: Fingerprint) -> int:
    """About how many bytes it takes."""
    return len(made.words) + len(made.particular) + len(made.rare) + BITS // 8


def folded(words: Iterable[str]) -> int:
    """A set of words as a number of `BITS` bits, each word one of them; `verdicts.strange` says what for."""
    bits = bytearray(BITS // 8)
    for word in words:
        place = crc32(word.encode("utf-8", "replace")) % BITS
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def headline(title: str) -> str:
    """A title without what marks an update at its beginning and without the outlet's name at its end."""
    for _ in range(3):
        for part in _ENDS:
            head, found, tail = title.rpartition(part)
            if found and len(tail.split()) <= 5 and len(head.split()) >= 3:
                title = head
                break
    begin, found, rest = title.partition(":")
    return rest.strip() if found and begin.strip().casefold() in _OPENERS and rest.strip() else title


def _rare_pairs(title: str, text: str) -> Collection[str]:
    """The rare pairs of characters of scripts that do not part words, by which an item of the same run is found."""
    if not (background.unparted(title) or background.unparted(text)):
        return ()
    pairs = background.words(f"{title} {text}")
    return [word for word in set(pairs) if len(word) > 1 and background.weight(word) >= _RARE]


def asked(item: Draft | Item) -> list[str]:
    """The rarest words of the headline, of the lead, then of all: so that a teaser finds its article and an article its teaser."""
    text = item.text[:LONGEST]
    title = background.rarest(background.words(headline(item.title)), ASKED * 3 // 8)
    lead = background.rarest(background.words(text[:LEAD]), ASKED * 3 // 8)
    rest = background.rarest(background.words(text[LEAD:]), ASKED) if len(text) > LEAD else []
    return list(dict.fromkeys([*title, *lead, *rest]))[:ASKED]
