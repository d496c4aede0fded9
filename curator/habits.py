"""What a feed says in one entry after another, and what therefore makes no story of two of them: the name of a show and of its hosts, the
date, "released", the product that all of a firm's posts are about.

Words are weighed by how rare they are in the language; within one feed, and so within a trade, a rare word can be an everyday one
("agents" in the blogs of two makers of them). So words that are habitual to the feeds of both of two stories are left out of their likeness,
while they are of few feeds.

Within one feed there are two more. What two of its headlines begin or end with is as often a rubric as what they tell of ("Tide talk: …",
"… | Evening news"), and so is a short headline of which only the number changes. And a feed nearly all of whose headlines bear a number is
a list: of quakes, of releases, of episodes, of offers. Each of its entries is something else.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from itertools import chain
from math import ceil, fsum
from operator import itemgetter
from typing import NamedTuple

from curator import background, identifiers, vectors
from curator.recent import Recent
from curator.types import Item, Traits
from curator.vectors import Vector

SAMPLE = 30  #: newest items of a feed that are looked at
DAYS = 8  #: habits are looked at anew each time so many days have passed
FEEDS = 3  #: feeds of two stories up to which habit may have brought them together
SAID = 4_000_000  #: characters of stems that are worth remembering from one run to the next: those of some 5,000 to 10,000 items
_WINDOWS = 60  #: times in a run that the archive is asked for what one feed said before: its entries may be spread over thousands of years
_FEWEST = 8  #: of them, below which nothing is a habit yet
_SHARE, _LEAST = 0.25, 3  #: of them that must have a word, and how many at least
_FEWEST_NUMBERED = 6  #: below which a feed is no list yet
_NUMBERED = 0.7  #: of them that must have a number of their own in the headline
_SHORT = 5  #: words up to which a headline of which only the number changes is a rubric: a longer one may count victims
_BRIEF = 80  #: characters that it has at most
_DIGIT = re.compile(r"\d")
_ENDS = re.compile(r":\s|\s[|–—·»-]\s")
_HEADED = "^"  #: begins numbers that stand in a headline
_HEADED_NUMBER = re.compile(r"^\^[^\W\d_]*\d\w*$", re.MULTILINE)

When = tuple[datetime, datetime, str]  #: an item by its date, when it was first seen, and its id
#: the last stored items of a feed that are no copies, so many at most, of before a time
Newest = Callable[[str, int, datetime], Iterable[When]]


class Said(NamedTuple):
    """What an item says, for habits."""

    words: int  #: stands for its headline and text
    stems: str  #: each once, one a line


def size(said: Said) -> int:
    """Characters of its stems."""
    return len(said.stems)


class Habits:
    """What feeds are wont to say, for one run. `newest` and `items` ask the archive, `traits` are those of an item; `said` remembers what
    items say by id, and may do so for the runs after it."""

    def __init__(
        self,
        traits: Callable[[Item], Traits],
        *,
        newest: Newest | None = None,
        items: Callable[[Iterable[str]], Mapping[str, Item]] | None = None,
        said: Recent[str, Said] | None = None,
    ) -> None:
        self._traits, self._newest, self._items = traits, newest, items
        self._said = Recent[str, Said](SAID, size) if said is None else said
        self._voices: defaultdict[str, dict[str, Item]] = defaultdict(dict)  #: met in this run, by feed
        self._dated: dict[str, list[When]] = {}  #: the same, earliest first, as far as asked for
        self._copies: set[str] = set()  #: met in this run, too
        self._asked = Counter[str]()  #: feeds, each time the archive was
        self._known: dict[tuple[str, datetime], tuple[frozenset[str], bool]] = {}

    def meet(self, items: Iterable[Item], roots: Mapping[str, str]) -> None:
        """Items of the run, as they are now, and what each copies, itself if nothing: a copy tells of the habits of another feed."""
        for item in items:
            if roots.get(item.id, item.copy_of or item.id) == item.id:
                self._voices[item.feed][item.id] = item
            else:
                self._copies.add(item.id)

    def of(self, feed: str, day: float) -> frozenset[str]:
        """The stems that a feed had in one item after another up to this day, or a few days later."""
        return self._at(feed, day)[0]

    def numbers(self, feed: str, day: float) -> bool:
        """Does a feed give nearly every item a number of its own? Then it is a list, of which no two items tell of one thing."""
        return self._at(feed, day)[1]

    def _at(self, feed: str, day: float) -> tuple[frozenset[str], bool]:
        before = datetime.fromtimestamp(ceil((day + 1) / DAYS) * DAYS * 86_400, UTC)
        known = self._known.get((feed, before))
        if known is None:
            sample = self._sample(feed, before)
            said = words(sample)
            known = self._known[feed, before] = said, numbered(sample, said)
        return known

    def _sample(self, feed: str, before: datetime) -> list[list[str]]:
        """The stems of its last items of before a time, those of this run and those stored; if these are few, of the next ones of this run."""
        voices = self._voices.get(feed, {})
        self._asked[feed] += 1
        stored = self._newest(feed, SAMPLE, before) if self._newest is not None and self._asked[feed] <= _WINDOWS else ()
        lately = {when for when in stored if when[2] not in self._copies and when[2] not in voices}
        if feed not in self._dated:
            self._dated[feed] = sorted((item.date, item.seen, item.id) for item in voices.values())
        dated = self._dated[feed]
        at = bisect_left(dated, before, key=itemgetter(0))
        lately.update(dated[:at][-SAMPLE:])
        lately.update(dated[at : at + max(0, SAMPLE - len(lately))])  # the oldest that a feed shows have few before them
        chosen = [id_ for _, _, id_ in sorted(lately)[-SAMPLE:]]
        if len(chosen) < _FEWEST_NUMBERED:
            return []
        said = {id_: self._stems(voices[id_]) if id_ in voices else self._remembered(id_) for id_ in chosen}
        forgotten = [id_ for id_, known in said.items() if known is None]
        if forgotten and self._items is not None:
            said.update((id_, self._stems(item)) for id_, item in self._items(forgotten).items())
        return [known.split("\n") for known in said.values() if known is not None]

    def _remembered(self, id_: str) -> str | None:
        known = self._said.get(id_)
        return known and known.stems

    def _stems(self, item: Item) -> str:
        words = hash((item.title, item.text))
        known = self._said.get(item.id)
        if known is None or known.words != words:
            known = Said(words, "\n".join(stems(self._traits(item))))
            self._said.keep(item.id, known)
        return known.stems


def stems(traits: Traits) -> frozenset[str]:
    """Those of an item, whatever the field they stand in; no pairs. Numbers in the headline come a second time, marked as such."""
    said = {stem for stem in traits.terms.replace("^", "").replace("=", "").split("\n") if " " not in stem}
    said.update(_HEADED_NUMBER.findall(traits.terms))
    return frozenset(said)


def words(sample: Sequence[AbstractSet[str] | Sequence[str]]) -> frozenset[str]:
    """The stems that many of these items of one feed have, given the stems of each, each once; none if there are too few of them."""
    if len(sample) < _FEWEST:
        return frozenset()
    least = max(_LEAST, _SHARE * len(sample))
    return frozenset(stem for stem, count in Counter(chain.from_iterable(sample)).items() if count >= least)


def numbered(sample: Sequence[AbstractSet[str] | Sequence[str]], habitual: AbstractSet[str] = frozenset()) -> bool:
    """Have nearly all of these items of one feed a number in the headline that is none of the feed's habit, given their stems?"""
    own = sum([any(stem[:1] == _HEADED and stem not in habitual for stem in said) for said in sample])
    return len(sample) >= _FEWEST_NUMBERED and own >= _NUMBERED * len(sample)


def rubrics(title: str, authors: Iterable[str] = ()) -> set[str]:
    """What may be no more than a rubric in the headline of an item: its beginning, its end, or all but the numbers if it is short; and
    those who wrote it. What two items of one feed have in common of these tells of the feed."""
    found = set(authors)
    parts = [part.strip() for part in _ENDS.split(title) if part.strip()]
    if len(parts) > 1:
        found.update((f"{parts[0]} …", f"… {parts[-1]}"))
    if _DIGIT.search(title) and len(title) < _BRIEF:
        frame, filled = identifiers.form(title)
        if filled and len(frame.split()) <= _SHORT:
            found.add(frame)
    return found


def spoken(rubrics: Iterable[str]) -> frozenset[str]:
    """The stems of rubrics."""
    return frozenset([background.stem(word) for rubric in rubrics for word in background.words(rubric)])


def without(idle: frozenset[str], one: Vector, other: Vector) -> float:
    """The dot product of two vectors, or sums of them, without terms all whose words are idle: habitual, or those of rubrics."""
    shared = vectors.shared(*sorted((one, other), key=len))
    return fsum([weight for term, weight in shared.items() if not idle.issuperset(vectors.word(term).split(" "))])
