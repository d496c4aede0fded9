"""Files entries under topics by rule, each with the words that did it."""

from collections.abc import Callable

from curator import topics
from curator.config import Config, Topic
from curator.taggers._rules import COUNTS, Finding, Rulebook, body
from curator.terms import read
from curator.types import Draft, Entity, Item, Tag


def prepare(config: Config) -> Callable[[Draft], tuple[tuple[Tag, ...], tuple[Entity, ...]]]:
    """Compile the active topics; what comes back tags one draft. Raises `terms.TermError` for a rule that is broken."""
    book, versions = Rulebook(topics.active(config)), _Versions()

    def mark(draft: Draft) -> tuple[tuple[Tag, ...], tuple[Entity, ...]]:
        reading = read(draft.title, body(draft), draft.language)
        tags = [
            _tag(topic, score, findings, versions)
            for topic, score, findings in book.apply(reading, everything=False)
            if score >= topic.threshold
        ]
        return tuple(tags), ()

    return mark


def explain(config: Config) -> Callable[[str, str, str | None], list[tuple[Topic, float, list[Finding]]]]:
    """Compile the active topics; what comes back takes title, text and language and tells, of each topic that has any hit, the
    score and every finding: what counted, was masked, stood in a list or a dateline, or lacked context."""
    book = Rulebook(topics.active(config))

    def told(title: str, text: str, language: str | None) -> list[tuple[Topic, float, list[Finding]]]:
        return list(book.apply(read(title, text, language)))

    return told


def scores(config: Config) -> Callable[[Draft | Item], dict[str, float]]:
    """Compile the active topics; what comes back gives the rule's score of each topic of which an entry has anything."""
    book = Rulebook(topics.active(config))

    def scored(entry: Draft | Item) -> dict[str, float]:
        return {topic.name: score for topic, score, _ in book.apply(read(entry.title, body(entry), entry.language), everything=False)}

    return scored


class _Versions:
    """Versions of topics, each worked out when the topic is first given."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, topic: Topic) -> str:
        if topic.name not in self._known:
            self._known[topic.name] = topics.version(topic)
        return self._known[topic.name]


def _tag(topic: Topic, score: float, findings: list[Finding], versions: _Versions) -> Tag:
    return Tag(name=topic.name, why=why(findings), by="rule", score=score, version=versions.of(topic))


def why(findings: list[Finding]) -> str:
    """The best evidence in words: "title has 'Shahed-136'"."""
    order = {"title": 0, "lead": 1, "text": 2}
    best = sorted((one for one in findings if one.verdict == COUNTS), key=lambda one: (order[one.field], one.role != "any", one.start))
    first = best[0]
    told = f"{first.field} has '{first.words}'" + (f" beside '{first.beside}'" if first.beside else "")
    if first.field == "text" and len(best) > 1:
        told += f" and '{best[1].words}'"
    return told
