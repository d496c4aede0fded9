"""Files entries under topics by rule, each with the words that did it."""

from collections.abc import Callable

from curator import topics
from curator.config import Config, Topic
from curator.matching import read
from curator.taggers._asides import body
from curator.taggers._judged import Finding, Judgement
from curator.taggers._rules import Rulebook
from curator.types import Draft, Entity, Item, Tag


def prepare(config: Config) -> Callable[[Draft], tuple[tuple[Tag, ...], tuple[Entity, ...]]]:
    """Compile the active topics; what comes back tags one draft. Raises `terms.TermError` for a rule that is broken."""
    book, versions = Rulebook(topics.active(config)), _Versions()

    def mark(draft: Draft) -> tuple[tuple[Tag, ...], tuple[Entity, ...]]:
        reading = read(draft.title, body(draft), draft.language)
        return tuple(_tag(one, versions) for one in book.judge(reading) if one.score >= one.topic.threshold), ()

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
        return {one.topic.name: one.score for one in book.judge(read(entry.title, body(entry), entry.language))}

    return scored


class _Versions:
    """Versions of topics, each worked out when the topic is first given."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, topic: Topic) -> str:
        if topic.name not in self._known:
            self._known[topic.name] = topics.version(topic)
        return self._known[topic.name]


def _tag(one: Judgement, versions: _Versions) -> Tag:
    return Tag(name=one.topic.name, why=one.why(), by="rule", score=one.score, version=versions.of(one.topic))
