"""The rules of topics, compiled once and applied to many texts; used by the tagger and by whoever asks why.

A hit in the title or the lead is worth 1; in the lead only 1/2 for a weak term, and for one of `near` in a topic with `lists = "skip"`
(places are named in passing); further down 1/2, or 1/3 in such a topic. A topic is given from its threshold on.
Weak terms count beside another weak or a context term, the first of a pair beside a partner; a `headline` term only in the title.
Blanked before anything counts: masks, datelines, bylines; and with `lists = "skip"` names inside enumerations. One of the topic's `quiet`
words in the title leaves only strong terms, and so does a word of sport or leisure there, or two up to the end of the lead. A topic that is
`grave`, as all shipped ones, asks for a grave word in the item (of war, politics, money, crime, disaster) before a headline counts, or a
strong term at play; so does a doubtful term of any topic. What topics take from each other in the end is told in `_company`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from operator import itemgetter

from curator import topics
from curator.config import Topic
from curator.matching import Hits, Matcher, Reading, Span
from curator.taggers import _company as company
from curator.taggers import _spelled
from curator.taggers._asides import asides, enumerations, has_result
from curator.taggers._judged import (
    ALONE,
    COUNTS,
    ITSELF,
    LEISURE,
    LISTED,
    MASKED,
    QUIET,
    SET_ASIDE,
    Candidate,
    Finding,
    Judgement,
    Place,
    Weighed,
    score,
)  # fmt: skip

BESIDE = 300  #: characters within which a supporting term stands beside a weak one; the title stands beside all
ANYWHERE = -1  #: as a reach: the whole item
NEAR = 100  #: characters within which the two of `near` stand, in one paragraph
MOST = 300  #: hits of one rule that are looked at, the first by place: each is held against the others, and after so many the score is full
WEAK_LEAD = 0.5  #: what a weak term is worth in the lead, where much is named in passing

Head = tuple[str, int, frozenset[int]]  #: role, characters within which a partner stands, partners


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
    heads: Mapping[int, tuple[Head, ...]]  #: first ones of `pairs` and `near`
    beside: tuple[tuple[str, frozenset[int]], ...]  #: a topic, and what it blanks here where it is given


_MASK, _LEISURE, _QUIET, _GRAVE, _DOUBTFUL = 1, 2, 4, 8, 16  #: what a term is besides, for any topic


class Rulebook:
    """All active topics, ready to be applied."""

    def __init__(self, active: Mapping[str, Topic]) -> None:
        """Raises `terms.TermError` or KeyError (an unknown @list)."""
        self._numbers: dict[str, int] = {}
        self._masks = self._set(topics.masks())
        leisure, grave, doubtful = self._set(topics.leisure()), self._set(topics.grave()), self._set(topics.doubtful())
        self._rules = [self._rule(topic) for topic in active.values()]
        self.sources = tuple(self._numbers)
        self._matcher = Matcher(self.sources, _spelled.of_topics())
        self._triggers = self._find_triggers()
        self._kinds = [0] * len(self.sources)
        for kind, terms in ((_MASK, self._masks), (_LEISURE, leisure), (_GRAVE, grave), (_DOUBTFUL, doubtful), *((_MASK, rule.mask) for rule in self._rules),
                            *((_QUIET, rule.quiet) for rule in self._rules)):  # fmt: skip
            for term in terms:
                self._kinds[term] |= kind

    def _set(self, terms: Iterable[str]) -> frozenset[int]:
        numbers, wanted = self._numbers, topics.expand(tuple(terms))
        numbers.update(zip([term for term in wanted if term not in numbers], count(len(numbers)), strict=False))
        return frozenset(map(numbers.__getitem__, wanted))

    def _rule(self, topic: Topic) -> _Rule:
        heads: dict[int, list[Head]] = {}
        for role, reach, pairs in (("pairs", ANYWHERE, topic.pairs), ("near", NEAR, topic.near)):
            for pair in pairs:
                partners = self._set(pair[1:])
                for head in self._set(pair[:1]):
                    heads.setdefault(head, []).append((role, reach, partners))
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
            beside=tuple((row[0], self._set(row[1:])) for row in topic.mask_beside),
        )

    def _find_triggers(self) -> list[tuple[int, ...]]:
        """For each term the rules that it can start."""
        triggers: list[list[int]] = [[] for _ in self.sources]
        for number, rule in enumerate(self._rules):
            for term in rule.any | rule.headline | rule.weak | rule.heads.keys():
                triggers[term].append(number)
        return [tuple(rules) for rules in triggers]

    def apply(self, reading: Reading) -> Iterator[tuple[Topic, float, list[Finding]]]:
        """Every topic of which something was found: its score and all findings, by place, also of terms that lack context. The caller
        compares the score with the threshold."""
        for one in self.judge(reading, everything=True):
            yield one.topic, one.score, one.findings()

    def judge(self, reading: Reading, *, everything: bool = False) -> Iterator[Judgement]:
        """Every topic of which something was found; without `everything` terms that lack context are left out."""
        hits = self._matcher.hits(reading)
        started: dict[int, list[int]] = {}
        special: list[int] = []
        kinds, triggers = self._kinds, self._triggers
        for term in hits:
            for number in triggers[term]:
                started.setdefault(number, []).append(term)
            if kinds[term]:
                special.append(term)
        if not started:
            return
        page = _Page(reading, hits, special, kinds, self._masks)
        judgements: list[Judgement] = []
        rules: list[_Rule] = []
        for number in sorted(started):
            rule = self._rules[number]
            masks = page.masks(rule)
            candidates = _candidates(rule, started[number], page, masks, everything)
            if candidates and (weighed := _weigh(rule, candidates, page, masks)):
                judgements.append(Judgement(rule.topic, score(weighed), weighed, reading, self.sources))
                rules.append(rule)
        yield from _in_company(rules, judgements, page) if len(judgements) > 1 else judgements


class _Page:
    """A reading with what was found in it, and what holds for all topics; datelines and enumerations are looked for only when asked."""

    def __init__(self, reading: Reading, hits: Hits, special: list[int], kinds: list[int], masks: frozenset[int]) -> None:
        self.reading = reading
        self.hits = hits
        self.kinds = kinds
        self.present = frozenset(hits)
        self.mask_terms = frozenset(term for term in special if kinds[term] & _MASK)  #: of some topic, or of all
        self.quiet_terms = frozenset(term for term in special if kinds[term] & _QUIET)
        leisure = [(term, *place) for term in special if kinds[term] & _LEISURE for place in hits[term]]
        early = {term for term, start, _ in leisure if start < reading.lead_end}
        #: it is of sport, stage or kitchen: weak terms and pairs mean something else
        self.at_play = len(early) > 1 or any(start < reading.title_end for _, start, _ in leisure) or has_result(reading)
        grave = [(term, *place) for term in special if kinds[term] & _GRAVE for place in hits[term]]
        #: what speaks of war, politics, money, crime or disaster, and is not a part of a word of leisure ("free" of "free kick")
        self.grave = [one for one in grave if not any(start <= one[1] < end for _, start, end in leisure)] if leisure else grave
        self._masks = [place for term in masks & self.mask_terms for place in hits[term][:MOST]] if self.mask_terms else []
        self._aside: Collection[tuple[int, int]] | None = None
        self._lists: Collection[tuple[int, int]] | None = None

    def places(self, terms: frozenset[int]) -> list[Span]:
        """Where terms of a set stand, the first `MOST`."""
        found = terms & self.present
        return _first([(term, *place) for term in found for place in self.hits[term]]) if found else []

    def masks(self, rule: _Rule) -> list[tuple[int, int]]:
        """What is blanked for one topic."""
        if not self.mask_terms:
            return self._masks
        return [span for term in rule.mask & self.mask_terms for span in self.hits[term][:MOST]] + self._masks

    def quiet(self, rule: _Rule) -> str:
        """The word of the title that says the item is of something else than this topic; "" if there is none."""
        for term in rule.quiet & self.quiet_terms:
            for start, end in self.hits[term]:
                if start < self.reading.title_end:
                    return self.reading.words(start, end)
        return ""

    def blanks(self, rule: _Rule, given: Collection[str]) -> list[tuple[str, int, int]]:
        """What topics that are given blank for another one: (the topic, start, end)."""
        return [
            (topic, start, end)
            for topic, terms in rule.beside if topic in given
            for _, start, end in self.places(terms)
        ]  # fmt: skip

    def grave_beside(self, term: int, start: int, end: int) -> Place:
        """Where the item speaks of something grave besides this hit."""
        return _support(self.reading, term, start, end, self.grave, ANYWHERE)

    def aside(self) -> Collection[tuple[int, int]]:
        if self._aside is None:
            self._aside = asides(self.reading)
        return self._aside

    def lists(self) -> Collection[tuple[int, int]]:
        if self._lists is None:
            self._lists = enumerations(self.reading.original)
        return self._lists


def _in_company(rules: list[_Rule], judgements: list[Judgement], page: _Page) -> Iterator[Judgement]:
    """The judgements once each has heeded the others; those that had counted only."""
    given, sure = company.given(judgements), company.sure(judgements)
    for rule, alone in zip(rules, judgements, strict=True):
        heeded = company.outweighed(alone, sure) if rule.topic.second_to else alone
        blanks = page.blanks(rule, given) if rule.beside else ()
        yield company.masked(heeded, blanks) if blanks else heeded


def _weigh(rule: _Rule, candidates: list[Candidate], page: _Page, masks: list[tuple[int, int]]) -> list[Weighed]:
    """What was found of one topic, and what counts of it: of hits that overlap the first, supported ones before others."""
    quiet, reading = page.quiet(rule) if page.quiet_terms else "", page.reading
    taken: list[tuple[int, int]] = []
    weighed: list[Weighed] = []
    candidates.sort()
    for hit in [one for one in candidates if one[-1]] + [one for one in candidates if not one[-1]]:
        start, shorter, _, role, term, beside = hit
        end = start - shorter
        if taken and (start < taken[-1][1] if beside else any(start < stop and begin < end for begin, stop in taken)):
            continue
        taken.append((start, end))
        verdict, by = _verdict(rule, page, masks, start, end)
        if verdict == COUNTS and page.at_play and (role != "any" or (rule.topic.grave and not page.grave_beside(term, start, end))):
            verdict = LEISURE
        elif verdict == COUNTS and page.kinds[term] & _DOUBTFUL and not page.grave_beside(term, start, end):
            verdict = ALONE
        elif verdict == COUNTS and role != "any":
            verdict = QUIET if quiet else COUNTS if beside else ALONE
            by = quiet if verdict == QUIET else by
        field = reading.field(start)
        weighed.append(Weighed(hit, field, verdict, by, _worth(rule, role, field) if verdict == COUNTS else 0.0))
    return sorted(weighed)


def _worth(rule: _Rule, role: str, field: str) -> float:
    """Points of one hit that counts; see the head of this file."""
    if field == "title":
        return 1.0
    if field == "lead":
        return WEAK_LEAD if role == "weak" or (role == "near" and rule.topic.lists == "skip") else 1.0
    return 1 / 3 if rule.topic.lists == "skip" else 0.5


def _candidates(rule: _Rule, found: list[int], page: _Page, masks: list[tuple[int, int]], everything: bool) -> list[Candidate]:
    """Every hit that could count for a rule; `found` are the terms that started it. Without `everything` only those that have what
    they need beside them."""
    reading = page.reading
    out: list[Candidate] = []
    weak: list[Span] = []
    supports: dict[frozenset[int], list[Span]] = {}
    for term in found:
        places = page.hits[term]
        if term in rule.any:
            out += [(start, start - end, False, "any", term, ITSELF) for start, end in places]
        if term in rule.headline:
            for start, end in places:
                if start < reading.title_end:
                    beside = page.grave_beside(term, start, end) if rule.topic.grave else ITSELF
                    if beside or everything:
                        out.append((start, start - end, False, "headline", term, beside))
        if term in rule.weak:
            weak += [(term, start, end) for start, end in places]
        for role, reach, partners in rule.heads.get(term, ()):
            support = supports.get(partners)
            if support is None:
                support = supports[partners] = _unmasked(page.places(partners), masks)
            if support:
                for start, end in places[:MOST]:
                    beside = _support(reading, term, start, end, support, reach)
                    if beside or everything:
                        out.append((start, start - end, False, role, term, beside))
    out += _weak_ones(rule, _first(weak), page, masks, everything) if weak else ()
    return out if len(out) <= MOST else sorted(out)[:MOST]


def _weak_ones(rule: _Rule, weak: list[Span], page: _Page, masks: list[tuple[int, int]], everything: bool) -> list[Candidate]:
    """Weak terms with what stands beside them."""
    context = sorted(_unmasked(page.places(rule.context), masks), key=itemgetter(1))  # what stands in the title supports all
    out: list[Candidate] = []
    for term, start, end in weak:
        beside = _support(page.reading, term, start, end, context, BESIDE)
        if not beside and len(weak) > 1:
            kin = rule.kin.get(term)
            others = [other for other in weak if kin is None or rule.kin.get(other[0]) != kin]
            beside = _support(page.reading, term, start, end, others, BESIDE)
        if beside or everything:
            out.append((start, start - end, True, "weak", term, beside))
    return out


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


def _support(reading: Reading, term: int, start: int, end: int, support: list[Span], reach: int) -> Place:  # noqa: PLR0917 - the hot loop
    """Where something stands beside a hit that is not the same word; empty if nothing does. A reach below 0 is the whole item."""
    folded, title_end = reading.folded, reading.title_end
    head = folded[start : start + 3]
    for other, begin, stop in support:
        if other == term or (begin < end and start < stop) or folded.startswith(head, begin):
            continue
        gap = begin - end if begin >= end else start - stop
        if 0 <= reach < gap and (reach == NEAR or (start >= title_end and begin >= title_end)):
            continue
        if reach == NEAR and "\n" in reading.original[min(end, stop) : max(start, begin)]:
            continue
        return begin, stop
    return ()


def _verdict(rule: _Rule, page: _Page, masks: list[tuple[int, int]], start: int, end: int) -> tuple[str, str]:
    """Whether a hit may count, and else the words that forbid it."""
    if mask := _is_masked(start, end, masks):
        return MASKED, page.reading.original[mask[0] : mask[1]].strip()
    for begin, stop in page.aside():
        if begin <= start < stop:
            return SET_ASIDE, page.reading.original[begin:stop].strip()
    if rule.topic.lists == "skip":
        for begin, stop in page.lists():
            if begin <= start < stop:
                return LISTED, page.reading.original[begin:stop].strip()
    return COUNTS, ""
