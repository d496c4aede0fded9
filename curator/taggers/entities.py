"""Finds named things in entries: what the gazetteers know, and identifiers by their form (CVE, ATT&CK, hashes, addresses)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cache

from curator import entitybook, shipped
from curator.config import Config
from curator.matching import Matcher, Reading, Span, read
from curator.taggers import _indicators, _spelled
from curator.taggers._asides import asides, body
from curator.types import Draft, Entity, Tag

BESIDE = 300  #: characters within which a word of context makes a doubtful name sure
MOST = 60  #: entities kept of one entry; those nearest the title first

_SURE, _DOUBTFUL, _CONTEXT, _NAMESAKE = 0, 1, 2, 3
_NEXT = re.compile(r" ([A-Z][a-z’']+[A-Za-z]*)")
_PLAIN = re.compile(r"\b[a-z]{4,}")


def prepare(config: Config) -> Callable[[Draft], tuple[tuple[Tag, ...], tuple[Entity, ...]]]:
    """Compile the gazetteers and what the watches and questions of feeds.toml look for; what comes back finds entities in one draft."""
    finder = Finder(_wanted(config))
    return lambda draft: ((), tuple(finder.find(read(draft.title, body(draft), draft.language))))


def _wanted(config: Config) -> tuple[str, ...]:
    """Names people ask for that no gazetteer has: they become entities of kind "name"."""
    asked = [name for watch in config.watches.values() for name in watch.entities]
    asked += [name for question in config.questions.values() for name in question.entities]
    return tuple(name for name in dict.fromkeys(asked) if not entitybook.canonical(name) and re.search(r"\w", name))


Uses = list[tuple[int, int, str]]  #: (role, number of the thing or -1, group) of a term
Thing = tuple[str, str]  #: kind and canonical value

_FILES = (*(f"data/{name}" for name in (*entitybook.DATA, entitybook.NAMESAKES)), "entitybook.py", "taggers/entities.py")


@cache
def _gazetteers() -> tuple[list[Thing], dict[str, Uses]]:
    """All shipped things, and what each term of theirs is used for; worked out once."""
    return shipped.made("gazetteers", _FILES, _read_gazetteers)


def _read_gazetteers() -> tuple[list[Thing], dict[str, Uses]]:
    uses: dict[str, Uses] = {}
    things = entitybook.book()
    for number, thing in enumerate(things):
        for role, names in ((_SURE, thing.names), (_DOUBTFUL, thing.doubtful)):
            for name in names:
                uses.setdefault(name, []).append((role, number, thing.group))
    for group, context in entitybook.contexts().items():
        for term in context:
            uses.setdefault(term, []).append((_CONTEXT, -1, group))
    for term in entitybook.namesakes()["phrases"]:
        uses.setdefault(term, []).append((_NAMESAKE, -1, ""))
    return [(thing.kind, thing.value) for thing in things], uses


class Finder:
    """The gazetteers, ready to be applied."""

    def __init__(self, wanted: tuple[str, ...] = ()) -> None:
        """`wanted`: more names to look for, exactly as written."""
        things, uses = _gazetteers()
        self._things = [*things, *(("name", name) for name in wanted)]
        terms = {**uses}
        for number, name in enumerate(wanted, len(things)):
            terms[name] = [*terms.get(name, ()), (_SURE, number, "")]
        self._uses = list(terms.values())
        self._given, self._companions = (frozenset(entitybook.namesakes()[key]) for key in ("given", "companions"))
        self._matcher = Matcher(tuple(terms), _spelled.of_entities())

    def find(self, reading: Reading) -> list[Entity]:
        """Entities by place, each once: the first place where it is sure."""
        sure: list[tuple[int, int, int]] = []
        doubtful: list[tuple[int, int, int, str]] = []
        context: list[tuple[str, Sequence[tuple[int, int]]]] = []
        namesakes = list(asides(reading))
        for term, places in self._matcher.hits(reading).items():
            for role, thing, group in self._uses[term]:
                if role == _SURE:
                    sure += [(start, end, thing) for start, end in places]
                elif role == _DOUBTFUL:
                    doubtful += [(start, end, thing, group) for start, end in places]
                elif role == _NAMESAKE:
                    namesakes += places
                else:
                    context.append((group, places))
        certain = {thing for _, _, thing in sure}
        if doubtful:
            words = _by_group(context)
            sure += [
                (start, end, thing)
                for start, end, thing, group in doubtful
                if thing in certain or _beside(start, end, words.get(group, []))
            ]
        namesakes += [
            (start, end) for start, end, thing in sure if self._things[thing][0] == "place" and self._is_person(reading, start, end)
        ]
        return self._entities(reading, sure, namesakes)

    def _is_person(self, reading: Reading, start: int, end: int) -> bool:
        """Whether a place's name is the first name of somebody: "Jordan Henderson", not "Jordan River". Nobody can tell where every
        word begins with a capital."""
        if reading.words(start, end) not in self._given:
            return False
        after = _NEXT.match(reading.original, end)
        in_title = start < reading.title_end
        return (
            after is not None
            and after[1].removesuffix("’s").removesuffix("'s") not in self._companions
            and (not in_title or _PLAIN.search(reading.original, 0, reading.title_end) is not None)
        )

    def _entities(self, reading: Reading, sure: list[tuple[int, int, int]], namesakes: list[tuple[int, int]]) -> list[Entity]:
        found: dict[tuple[str, str], tuple[int, Entity]] = {}
        for start, end, number in _longest(sure, namesakes, self._things):
            kind, value = self._things[number]
            words = reading.words(start, end)
            value = words if value == entitybook.FOUND else value
            found.setdefault((kind, value), (start, Entity(kind=kind, value=value, why=f"{reading.field(start)} has '{words}'")))
        for start, entity in _indicators.find(reading):
            found.setdefault((entity.kind, entity.value), (start, entity))
        return [entity for _, entity in sorted(found.values(), key=lambda one: one[0])[:MOST]]


def _by_group(context: list[tuple[str, Sequence[tuple[int, int]]]]) -> dict[str, list[int]]:
    """Where words of context stand, in order, by the group whose doubtful names they make sure."""
    starts: dict[str, list[int]] = {}
    for group, places in context:
        starts.setdefault(group, []).extend(start for start, _ in places)
    return {group: sorted(found) for group, found in starts.items()}


def _beside(start: int, end: int, places: list[int]) -> bool:
    """Does one of the places, which are in order, lie within reach, and not on the name itself?"""
    first, last = bisect_right(places, start - BESIDE), bisect_left(places, end + BESIDE)
    return first < bisect_left(places, start) or bisect_left(places, end) < last


def _longest(hits: list[tuple[int, int, int]], aside: list[tuple[int, int]], things: list[Thing]) -> list[Span]:
    """Hits that do not lie inside a longer one of the same kind ("Shahed" in "Shahed-136"), nor, for places, in a dateline, a byline or a
    name; the longest first."""
    covered = _Spans(aside)
    kept: list[Span] = []
    outer: dict[str, tuple[int, int]] = {}  # of each kind the hit so far that reaches furthest
    for start, end, number in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        kind = things[number][0]
        if kind == "place" and start in covered:
            continue
        begin, stop = outer.get(kind, (0, 0))
        if end <= stop and end - start < stop - begin:
            continue
        if end > stop:
            outer[kind] = start, end
        kept.append((start, end, number))
    return sorted(kept, key=lambda hit: (hit[0] - hit[1], hit[0]))


class _Spans:
    """Places covered by any of these spans. An item may hold thousands of hits and of spans, so it is not to look through all for each."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []
        for start, stop in sorted(spans):
            if self._stops and start <= self._stops[-1]:
                self._stops[-1] = max(self._stops[-1], stop)
            else:
                self._starts.append(start)
                self._stops.append(stop)

    def __contains__(self, place: int) -> bool:
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._stops[at]
