"""What the topics of one entry take from each other.

An entry about a war names the state that wages it, one about a warship the tanker that it escorts. So a topic that is `second_to` others
needs more than a single hit below the title where one of those is sure; and of `mask_beside` the terms say nothing where the topic
they stand behind is given: "Moscow says" in an entry on the war of that state. Both go by what the topics have of their own, so that the
order of the topics does not matter.
"""

from collections.abc import Iterable
from dataclasses import replace

from curator.taggers._judged import COUNTS, OUTWEIGHED, Judgement, Weighed, score

SURE = 2.0  #: a score from which a topic is more than named in passing


def given(judgements: Iterable[Judgement]) -> frozenset[str]:
    """The topics whose score is enough."""
    return frozenset(one.topic.name for one in judgements if one.score >= one.topic.threshold)


def sure(judgements: Iterable[Judgement]) -> frozenset[str]:
    """Those of them that stand in the title, or more than once in the entry."""
    return frozenset(one.topic.name for one in judgements if one.score >= one.topic.threshold and not _in_passing(one))


def _in_passing(one: Judgement) -> bool:
    """Does all that counts for it stand below the title, and come to a hit or so?"""
    return one.score < SURE and all(hit.field != "title" for hit in one.weighed if hit.verdict == COUNTS)


def masked(one: Judgement, blanks: Iterable[tuple[str, int, int]]) -> Judgement:
    """A judgement without the hits that lie in what another topic blanks: (the topic, start, end)."""
    weighed = [_blanked(hit, blanks) if hit.verdict == COUNTS else hit for hit in one.weighed]
    return replace(one, weighed=weighed, score=score(weighed))


def _blanked(hit: Weighed, blanks: Iterable[tuple[str, int, int]]) -> Weighed:
    start, shorter = hit.candidate[:2]
    for topic, begin, stop in blanks:
        if start < stop and begin < start - shorter:
            return hit._replace(verdict=OUTWEIGHED, by=topic, points=0.0)
    return hit


def outweighed(one: Judgement, sure_topics: frozenset[str]) -> Judgement:
    """A judgement that counts nothing if it is in passing beside a sure topic that it is second to."""
    first = next((name for name in one.topic.second_to if name in sure_topics), None)
    if first is None or not _in_passing(one):
        return one
    weighed = [hit._replace(verdict=OUTWEIGHED, by=first, points=0.0) if hit.verdict == COUNTS else hit for hit in one.weighed]
    return replace(one, weighed=weighed, score=0.0)
