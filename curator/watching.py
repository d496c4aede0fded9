"""Does an item answer a standing question, or is it what a watch waits for? Compiled once, asked of each item.

The `query` of a watch is the store's (full-text search); here stand its topics and entities, all of which must hold.
"""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from curator import entitybook, topics
from curator.config import Config
from curator.matching import Matcher, read
from curator.types import Draft, Item

Entry = Draft | Item


def watches(config: Config) -> Callable[[Entry], tuple[str, ...]]:
    """What comes back names the watches an entry passes: every kind of condition given (topics, entities) must hold, one of its values is
    enough. A watch that has only a query is never named: ask the store. One with a query and more still needs the store's word too."""
    checks = [
        (watch.name, frozenset(watch.topics), _wanted(watch.entities))
        for watch in config.watches.values()
        if watch.topics or watch.entities
    ]
    return lambda entry: tuple(name for name, patterns, wanted in checks if _has_topic(entry, patterns) and _has_entity(entry, wanted))


def questions(config: Config) -> Callable[[Entry], tuple[str, ...]]:
    """What comes back names the questions an entry bears on: every kind of condition given (topics, terms, entities) must hold, one of
    its values is enough. Raises `terms.TermError` for a broken term. Whether a question is still asked (`until`) is the caller's to say."""
    asked = list(config.questions.values())
    sources = list(dict.fromkeys(term for question in asked for term in topics.expand(question.any)))
    matcher = Matcher(sources)
    number = {source: place for place, source in enumerate(sources)}
    checks = [
        (one.name, frozenset(one.topics), frozenset(number[term] for term in topics.expand(one.any)), _wanted(one.entities))
        for one in asked
    ]

    def bears(entry: Entry) -> tuple[str, ...]:
        found = {term for term, _, _ in matcher.find(read(entry.title, entry.text, entry.language))} if sources else set()
        return tuple(
            name
            for name, patterns, terms, wanted in checks
            if _has_topic(entry, patterns) and (not terms or not terms.isdisjoint(found)) and _has_entity(entry, wanted)
        )

    return bears


def _wanted(names: Iterable[str]) -> frozenset[str]:
    """Entities in any of their names → the values they have in an entry."""
    return frozenset(value.casefold() for name in names for value in entitybook.values(name))


def _has_topic(entry: Entry, patterns: frozenset[str]) -> bool:
    return not patterns or any(fnmatchcase(tag.name, pattern) for tag in entry.tags for pattern in patterns)


def _has_entity(entry: Entry, wanted: frozenset[str]) -> bool:
    return not wanted or any(entity.value.casefold() in wanted for entity in entry.entities)
