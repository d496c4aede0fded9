"""The rules of topics, compiled once and applied to many texts; used by the tagger and by whoever asks why.

A hit in the title or the lead is worth 1; in the lead only 1/2 for a weak term, and for one of `near` in a topic with `lists = "skip"`
(places are named in passing); further down 1/2, or 1/3 in such a topic. A topic is given from its threshold on.
Weak terms count beside another weak or a context term, the first of a pair beside a partner; a `headline` term only in the title.
Blanked before anything counts: masks, datelines, bylines; and with `lists = "skip"` names inside enumerations. A word of sport or
leisure in the title, or one of the topic's `quiet` words, leaves only strong terms: the item is of something else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from curator import topics
from curator.config import Topic
from curator.matching import Matcher, Span
from curator.terms import Reading
from curator.types import Draft, Item

BESIDE = 300  #: characters within which a supporting term stands beside a weak one; the title stands beside all
NEAR = 100  #: characters within which the two of `near` stand, in one paragraph
MOST = 300  #: hits of one rule that are looked at, the first by place: each is held against the others, and after so many the score is full
WEAK_LEAD = 0.5  #: what a weak term is worth in the lead, where much is named in passing
ENOUGH = 10.0  #: a score says no more above this

COUNTS, MASKED, LISTED, ALONE = "counts", "masked", "in a list", "lacks context"
SET_ASIDE, LEISURE, QUIET = "dateline or byline", "sport or leisure", "quieted by the title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One term found in a text, and what became of it."""

    topic: str
    term: str  #: as the rule writes it
    role: str  #: any | weak | pairs | near
    words: str  #: as they stand in the text
    field: str  #: title | lead | text
    start: int  #: in the reading
    end: int
    verdict: str  #: counts | masked | in a list | lacks context | dateline or byline | sport or leisure | quieted by the title
    beside: str = ""  #: the words that support it, or the mask
    points: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A topic with its terms as numbers."""

    topic: Topic
    any: frozenset[int]
    headline: frozenset[int]
    weak: frozenset[int]
    kin: Mapping[int, str]  #: weak terms of one @list name one thing, and do not support each other
    context: frozenset[int]
    mask: frozenset[int]
    quiet: frozenset[int]
    heads: Mapping[int, tuple[tuple[str, frozenset[int]], ...]]  #: first ones of `pairs` and `near` → role, partners


Hits = Mapping[int, list[tuple[int, int]]]  #: term → places


_ITSELF = "·"  #: a strong term needs nothing beside it

Candidate = tuple[str, int, int, int, str]  #: role, term, start, end, the words beside it ("" = none, so it does not count)


class Rulebook:
    """All active topics, ready to be applied."""

    def __init__(self, active: Mapping[str, Topic]) -> None:
        """Raises `terms.TermError` or KeyError (an unknown @list)."""
        self._numbers: dict[str, int] = {}
        self._masks = self._set(topics.masks())
        self._leisure = self._set(topics.leisure())
        self._rules = [self._rule(topic) for topic in active.values()]
        self.sources = tuple(self._numbers)
        self._matcher = Matcher(self.sources)
        self._triggers = self._find_triggers()
        self._all_masks = self._masks.union(*(rule.mask for rule in self._rules))

    def _set(self, terms: Iterable[str]) -> frozenset[int]:
        numbers = self._numbers
        return frozenset(numbers.setdefault(term, len(numbers)) for term in topics.expand(tuple(terms)))

    def _rule(self, topic: Topic) -> _Rule:
        heads: dict[int, list[tuple[str, frozenset[int]]]] = {}
        for role, pairs in (("pairs", topic.pairs), ("near", topic.near)):
            for pair in pairs:
                partners = self._set(pair[1:])
                for head in self._set(pair[:1]):
                    heads.setdefault(head, []).append((role, partners))
        return _Rule(
            topic=topic,
            any=self._set(topic.any),
            headline=self._set(topic.headline),
            weak=self._set(topic.weak),
            kin={number: part for part in topic.weak if part[0] == "@" for number in self._set((part,))},
            context=self._set(topic.context),
            mask=self._set(topic.mask),
            quiet=self._set(topic.quiet),
            heads={head: tuple(rows) for head, rows in heads.items()},
        )

    def _find_triggers(self) -> list[tuple[int, ...]]:
        """For each term the rules that it can start."""
        triggers: list[list[int]] = [[] for _ in self.sources]
        for number, rule in enumerate(self._rules):
            for term in rule.any | rule.headline | rule.weak | rule.heads.keys():
                triggers[term].append(number)
        return [tuple(rules) for rules in triggers]

    def apply(self, reading: Reading, *, everything: bool = True) -> Iterator[tuple[Topic, float, list[Finding]]]:
        """Every topic of which something was found: its score and all findings, by place; without `everything` terms that lack
        context are left out. The caller compares the score with the threshold."""
        hits: dict[int, list[tuple[int, int]]] = {}
        started: dict[int, list[int]] = {}
        for term, start, end in self._matcher.find(reading):
            if term in hits:
                hits[term].append((start, end))
                continue
            hits[term] = [(start, end)]
            for number in self._triggers[term]:
                started.setdefault(number, []).append(term)
        if not started:
            return
        leisure = _places(self._leisure, hits)
        at_play = len({term for term, _, _ in leisure}) > 1 or any(start < reading.title_end for _, start, _ in leisure)
        masks = self._all_masks.intersection(hits)
        page = _Page(reading, at_play, masks, _places(self._masks & masks, hits))
        for number in sorted(started):
            candidates = _candidates(self._rules[number], started[number], hits, page)
            findings = _weigh(
                self._rules[number], candidates if everything else [one for one in candidates if one[4]], hits, page, self.sources
            )
            if findings:
                yield self._rules[number].topic, score(findings), findings


class _Page:
    """A reading with what is blanked on it for all topics; enumerations are looked for only when asked."""

    def __init__(self, reading: Reading, at_play: bool, mask_terms: frozenset[int], masks: list[Span]) -> None:
        self.reading = reading
        self.mask_terms = mask_terms  #: terms found that are a mask of some topic, or of all
        self.at_play = at_play  #: it is of sport, stage or kitchen: weak terms and pairs mean something else
        self._masks = [(start, end) for _, start, end in _first(masks)]
        self.aside = asides(reading)
        self._lists: list[tuple[int, int]] | None = None

    def masks(self, rule: _Rule, hits: Hits) -> list[tuple[int, int]]:
        """What is blanked for one topic."""
        if not self.mask_terms:
            return []
        return [span for term in rule.mask & self.mask_terms for span in hits[term][:MOST]] + self._masks

    def lists(self) -> list[tuple[int, int]]:
        if self._lists is None:
            self._lists = enumerations(self.reading.original)
        return self._lists


def _weigh(rule: _Rule, candidates: list[Candidate], hits: Hits, page: _Page, sources: tuple[str, ...]) -> list[Finding]:
    """What was found of one topic, and what counts of it."""
    masks, quiet = page.masks(rule, hits), _quiet(rule, hits, page.reading)
    taken: list[tuple[int, int]] = []
    findings: list[Finding] = []
    for role, term, start, end, beside in sorted(candidates, key=lambda one: (not one[4], one[2], -one[3], one[0] == "weak")):
        if any(start < stop and begin < end for begin, stop in taken):
            continue
        taken.append((start, end))
        verdict, by = _verdict(rule, page, masks, start, end)
        if verdict == COUNTS and role != "any":
            verdict = LEISURE if page.at_play else QUIET if quiet else COUNTS if beside else ALONE
            by = quiet if verdict == QUIET else by
        findings.append(_finding(rule, page.reading, role, sources[term], (start, end), verdict, by or beside))
    return sorted(findings, key=lambda finding: finding.start)


def _quiet(rule: _Rule, hits: Hits, reading: Reading) -> str:
    """The word of the title that says the item is of something else; "" if there is none."""
    for term in rule.quiet.intersection(hits):
        for start, end in hits[term]:
            if start < reading.title_end:
                return reading.words(start, end)
    return ""


def _finding(  # noqa: PLR0917 - called in one place, once for each hit
    rule: _Rule, reading: Reading, role: str, term: str, span: tuple[int, int], verdict: str, beside: str
) -> Finding:
    field = reading.field(span[0])
    points = _worth(rule, role, field) if verdict == COUNTS else 0.0
    return Finding(
        topic=rule.topic.name, term=term, role=role, words=reading.words(*span), field=field, start=span[0], end=span[1],
        verdict=verdict, beside="" if beside == _ITSELF else beside, points=points,
    )  # fmt: skip


def _worth(rule: _Rule, role: str, field: str) -> float:
    """Points of one hit that counts; see the head of this file."""
    if field == "title":
        return 1.0
    if field == "lead":
        return WEAK_LEAD if role == "weak" or (role == "near" and rule.topic.lists == "skip") else 1.0
    return 1 / 3 if rule.topic.lists == "skip" else 0.5


def _candidates(rule: _Rule, found: list[int], hits: Hits, page: _Page) -> list[Candidate]:
    """Every hit that could count for a rule; `found` are the terms that started it."""
    reading, masks, out = page.reading, page.masks(rule, hits), []
    weak: list[Span] = []
    for term in found:
        places = hits[term]
        if term in rule.any:
            out += [("any", term, start, end, _ITSELF) for start, end in places]
        if term in rule.headline:
            out += [("headline", term, start, end, _ITSELF) for start, end in places if start < reading.title_end]
        if term in rule.weak:
            weak += [(term, start, end) for start, end in places]
        for role, partners in rule.heads.get(term, ()):
            support = _unmasked(_first(_places(partners, hits)), masks)
            reach = NEAR if role == "near" else -1
            firsts = places[:MOST] if support else []
            out += [(role, term, start, end, _support(reading, (term, start, end), support, reach)) for start, end in firsts]
    context = _unmasked(_first(_places(rule.context, hits)), masks) if weak else []
    weak = _first(weak)
    for term, start, end in weak:
        kin = rule.kin.get(term)
        others = [other for other in weak if kin is None or rule.kin.get(other[0]) != kin]
        out.append(("weak", term, start, end, _support(reading, (term, start, end), context + others, BESIDE)))
    return out if len(out) <= MOST else sorted(out, key=itemgetter(2))[:MOST]


def _places(terms: frozenset[int], hits: Hits) -> list[Span]:
    """Where terms of a set stand."""
    return [(term, *place) for term in terms.intersection(hits) for place in hits[term]]


def _first(places: list[Span]) -> list[Span]:
    """The first `MOST` of them by place."""
    return places if len(places) <= MOST else sorted(places, key=itemgetter(1))[:MOST]


def _unmasked(places: list[Span], masks: list[tuple[int, int]]) -> list[Span]:
    """The places that no mask covers."""
    return [one for one in places if not _is_masked(one[1], one[2], masks)] if masks else places


def _is_masked(start: int, end: int, masks: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The mask that blanks a place, if any; a longer term around a mask is more exact than the mask, and stays."""
    for begin, stop in masks:
        if start < stop and begin < end and not (start <= begin and stop <= end and (stop - begin) < (end - start)):
            return begin, stop
    return None


def _support(reading: Reading, hit: Span, support: list[Span], reach: int) -> str:
    """The words that stand beside a hit and are not the same ones; "" if there are none. A reach below 0 is the whole item."""
    term, start, end = hit
    for other, begin, stop in support:
        if other == term or (begin < end and start < stop):
            continue
        if reading.folded[begin : begin + 3] == reading.folded[start : start + 3]:
            continue
        gap = begin - end if begin >= end else start - stop
        if reach == NEAR:
            if gap > reach or "\n" in reading.original[min(end, stop) : max(start, begin)]:
                continue
        elif 0 <= reach < gap and min(start, begin) >= reading.title_end:
            continue
        return reading.words(begin, stop)
    return ""


def _verdict(rule: _Rule, page: _Page, masks: list[tuple[int, int]], start: int, end: int) -> tuple[str, str]:
    """Whether a hit may count, and else the words that forbid it."""
    if mask := _is_masked(start, end, masks):
        return MASKED, page.reading.original[mask[0] : mask[1]].strip()
    for begin, stop in page.aside:
        if begin <= start < stop:
            return SET_ASIDE, page.reading.original[begin:stop].strip()
    if rule.topic.lists == "skip":
        for begin, stop in page.lists():
            if begin <= start < stop:
                return LISTED, page.reading.original[begin:stop].strip()
    return COUNTS, ""


def score(findings: list[Finding]) -> float:
    """The sum of what counts, at most `ENOUGH`."""
    return min(ENOUGH, round(sum(finding.points for finding in findings), 3))


def body(entry: Draft | Item) -> str:
    """What is searched of an entry beside its title: the text, and the summary where that says something else."""
    text, summary = entry.text, entry.summary.rstrip("… ")
    return text if not summary or summary[:80] in text else f"{summary}\n{text}"


# ── places where names mean nothing ─────────────────────────────────────────────────────────────────────────────────

_CAPITAL = "A-ZÀ-ÝА-ЯЄІЇҐ"
_NAME = rf"[{_CAPITAL}][\w’']*(?:[ -](?:of |and )?[{_CAPITAL}][\w’']*){{0,3}}"
_ARTICLE = r"(?:(?:the|la|les|el|los|die|der) )?"
_AND = r"(?:and|or|und|oder|sowie|et|ou|y|e|o|и|или|та|і|й|або|&)"
_LIST = re.compile(rf"{_ARTICLE}{_NAME}(?:,? {_AND} {_ARTICLE}{_NAME}|, {_ARTICLE}{_NAME}){{1,30}}")
_COMMA = re.compile(rf", {_ARTICLE}[{_CAPITAL}]")
_LAST_NAME = re.compile(rf"(?:^|[\s(])((?:[{_CAPITAL}][\w’']*[ -]?){{1,4}})$")


def enumerations(text: str) -> list[tuple[int, int]]:
    """Spans of three or more capitalised names in a row: "Pakistan, Iran and Thailand"."""
    spans: list[tuple[int, int]] = []
    for comma in _COMMA.finditer(text):
        if spans and comma.start() < spans[-1][1]:
            continue
        before = _LAST_NAME.search(text, max(0, comma.start() - 60), comma.start())
        if before is None:
            continue
        match = _LIST.match(text, before.start(1))
        if match and match.end() > comma.end() and (match[0].count(", ") > 1 or re.search(rf"{_AND} {_ARTICLE}[{_CAPITAL}]", match[0])):
            spans.append(match.span())
    return spans


_DASH = r"\s*[-–—]+\s"
_CITY = r"[A-ZÀ-ÝА-ЯЄІЇҐ][\w’'-]*(?:[ /-][A-ZÀ-ÝА-ЯЄІЇҐ]?[\w’'.-]*){0,3}"
_DATELINE = re.compile(
    rf"\s*(?:{_CITY}(?:, {_CITY})?(?:,? \d{{1,2}}\.? \w+\.?|,? \w+\.? \d{{1,2}})?(?:,? \d{{4}})?(?: \([\w /.-]{{2,20}}\)(?:{_DASH}|\.-|\.|:)|\.?{_DASH}|\. ?/\w+/\.?)"
    r"|[A-Z]{2,}[A-Z /]*(?:, [A-Z][\w. ]+)?(?: \([A-Za-z /]+\))?" + _DASH + r"|[A-ZА-ЯІЇЄ]{3,}[A-ZА-ЯІЇЄ -]*, \d{1,2} \w+[.,:]? )"
)
_BYLINE = re.compile(
    r"\b(?:(?:Additional )?[Rr]eporting|Writing|Editing|Edited|Compiled) by [A-ZÀ-Ý][^.;\n]{0,120}"
    r"|(?<=\n )By [A-Z][\w.’'-]+ [A-Z][\w.’'-]+(?: in [A-Z][^.;\n]{0,60})?"
)


@lru_cache(maxsize=4)  # topics and entities ask for those of the same entry, one after the other
def asides(reading: Reading) -> list[tuple[int, int]]:
    """Spans of the dateline at the head of the text and of bylines: the places named there are where the reporter sits."""
    text, start = reading.original, reading.title_end
    spans = [match.span() for match in _BYLINE.finditer(text)] if "ing by " in text or "\n By " in text or "dited by " in text else []
    line = _DATELINE.match(text, start + 1, start + 90)
    return [*spans, line.span()] if line and line.end() - start < 80 else spans
