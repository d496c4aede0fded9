"""What was found of a topic in an entry, and what became of it: the nouns of the rules."""

from dataclasses import dataclass
from typing import NamedTuple

from curator.config import Topic
from curator.matching import Reading

ENOUGH = 10.0  #: a score says no more above this

COUNTS, MASKED, LISTED, ALONE = "counts", "masked", "in a list", "lacks context"
SET_ASIDE, LEISURE, QUIET, OUTWEIGHED = "dateline or byline", "sport or leisure", "quieted by the title", "outweighed"

_FIELDS = {"title": 0, "lead": 1, "text": 2}  #: in the order in which they are told

Place = tuple[int, int] | tuple[()]  #: start and end; empty = nowhere
ITSELF = (-1, -1)  #: a strong term needs nothing beside it

#: (start, length as a negative number, is it weak, role, term, what stands beside it): a hit that could count for a topic. They sort by
#: place, the longest first. Without anything beside it a hit does not count.
Candidate = tuple[int, int, bool, str, int, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One term found in a text, and what became of it."""

    topic: str
    term: str  #: as the rule writes it
    role: str  #: any | headline | weak | pairs | near
    words: str  #: as they stand in the text
    field: str  #: title | lead | text
    start: int  #: in the reading
    end: int
    verdict: str  #: counts | masked | in a list | lacks context | dateline or byline | sport or leisure | quieted by the title | outweighed
    beside: str = ""  #: the words that support it, or the mask, or the topic that outweighs it
    points: float = 0.0


class Weighed(NamedTuple):
    """A candidate and what became of it."""

    candidate: Candidate
    field: str
    verdict: str
    by: str  #: the words, or the topic, that forbid it
    points: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found of one topic in one entry."""

    topic: Topic
    score: float
    weighed: list[Weighed]  #: by place
    _reading: Reading
    _sources: tuple[str, ...]

    def findings(self) -> list[Finding]:
        """All that was found, for people."""
        return [self._finding(one) for one in self.weighed]

    def _finding(self, one: Weighed) -> Finding:
        start, shorter, _, role, term, _ = one.candidate
        return Finding(
            topic=self.topic.name, term=self._sources[term], role=role, words=self._reading.words(start, start - shorter),
            field=one.field, start=start, end=start - shorter, verdict=one.verdict, beside=one.by or self._beside(one), points=one.points,
        )  # fmt: skip

    def _beside(self, one: Weighed) -> str:
        place = one.candidate[-1]
        return self._reading.words(*place) if place and place is not ITSELF else ""

    def why(self) -> str:
        """The best evidence in words: "title has 'Shahed-136'"."""
        best = sorted(
            (one for one in self.weighed if one.verdict == COUNTS),
            key=lambda one: (_FIELDS[one.field], one.candidate[3] != "any", one.candidate[0]),
        )
        words = [self._reading.words(one.candidate[0], one.candidate[0] - one.candidate[1]) for one in best[:2]]
        beside = self._beside(best[0])
        told = f"{best[0].field} has '{words[0]}'" + (f" beside '{beside}'" if beside else "")
        return f"{told} and '{words[1]}'" if best[0].field == "text" and len(best) > 1 else told


def score(weighed: list[Weighed]) -> float:
    """The sum of what counts, at most `ENOUGH`."""
    return min(ENOUGH, round(sum(one.points for one in weighed), 3))
