"""What copies of an entry are found and told by, made of the entry alone: by whom reads it, beside the one that compares.

It is kept as a few strings, cheap to hand from process to process and to remember by the thousand; `verdicts.Reading` unfolds it.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from zlib import crc32

from curator import background, glance, identifiers, shingles
from curator.background import PARTICULAR, RARE, WORD, told
from curator.types import Draft, Fingerprint, Item

ASKED = 16  #: rare words the index is asked for
LEAD = 400  #: characters of a text whose rarest words are asked for first
_MANY = 12  #: words asked for, from which three must be there
LONGEST = 12_000  #: characters of a text that are compared
BITS = 2_048  #: of a set of rare words, see `folded`: so many that two unlike sets of a hundred hardly share any
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


def make(item: Draft | Item) -> Fingerprint:
    """The fingerprint of an entry that is to be judged."""
    return compared(item)._replace(asked=" ".join(asked(item)))


def compared(item: Draft | Item) -> Fingerprint:
    """The fingerprint of an entry that others are compared with: `asked` is left empty, which takes a third of the time."""
    text, heading = item.text[:LONGEST], headline(item.title)
    body = list(map(told, shingles.tokens(identifiers.article(text))))
    title = list(map(told, shingles.tokens(heading)))
    words = " ".join(map(WORD, body))
    rare = {*map(WORD, filter(RARE, title)), *map(WORD, filter(RARE, body)), *_rare_pairs(item.title, text)}
    marks = identifiers.marks(item.title, text)
    return Fingerprint(
        words=words,
        length=len(body),
        particular=bytes(map(PARTICULAR, body)),
        title=" ".join(map(WORD, title)),
        title_particular=bytes(map(PARTICULAR, title)),
        rare=" ".join(sorted(rare)),
        rare_count=len(rare),
        rare_bits=folded(rare),
        asked="",
        marks=(tuple(sorted(marks.title)), tuple(sorted(marks.whole)), marks.frame, marks.filled),
        digest=hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest() if len(body) >= glance.FEWEST else "",
        roundup=identifiers.gathers(item.title, item.text, item.links),
    )


def folded(words: Iterable[str]) -> int:
    """A set of words as a number of `BITS` bits, each word one of them; `glance.strange` says what for."""
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
    return [pair for pair in set(pairs) if RARE(told(pair))]


def asked(item: Draft | Item) -> list[str]:
    """The rarest words of the headline, of the lead, then of all: so that a teaser finds its article and an article its teaser."""
    text = item.text[:LONGEST]
    title = background.rarest(background.words(headline(item.title)), ASKED * 3 // 8)
    lead = background.rarest(background.words(text[:LEAD]), ASKED * 3 // 8)
    rest = background.rarest(background.words(text[LEAD:]), ASKED) if len(text) > LEAD else []
    return list(dict.fromkeys([*title, *lead, *rest]))[:ASKED]


def plausible(asked: Sequence[str], text: str) -> bool:
    """Is a stored text, in lower case, worth a closer look by an item that asked for these words? One rare word in common is chance; two are
    enough, three if there are many words on both sides."""
    return glance.holds(asked, text, min(len(asked), 3 if len(asked) >= _MANY and len(text) > LEAD else 2))
