"""The taggers: each file here is one. A member has `prepare(config) -> mark`, and `mark(draft) -> (tags, entities)`."""

from collections.abc import Callable
from importlib import import_module

from curator import shipped
from curator.config import Config
from curator.types import Draft, Entity, Tag

Mark = Callable[[Draft], tuple[tuple[Tag, ...], tuple[Entity, ...]]]

FIRST = {"feed": 0, "rule": 1, "model": 2}  #: whose word stands if several give one topic


def prepare(config: Config) -> Mark:
    """Compile every member once; what comes back marks one draft with the tags and entities of all.

    A topic is given once: what the feed carries stands before what a rule found. Raises `terms.TermError` for a broken rule.
    """
    marks: list[Mark] = [import_module(f"{__name__}.{name}").prepare(config) for name in shipped.members("taggers")]

    def mark(draft: Draft) -> tuple[tuple[Tag, ...], tuple[Entity, ...]]:
        tags: list[Tag] = []
        entities: list[Entity] = []
        for member in marks:
            more_tags, more_entities = member(draft)
            tags += more_tags
            entities += more_entities
        return _once(tags), tuple(entities)

    return mark


def _once(tags: list[Tag]) -> tuple[Tag, ...]:
    best: dict[str, Tag] = {}
    for tag in sorted(tags, key=lambda tag: FIRST.get(tag.by, len(FIRST))):
        best.setdefault(tag.name, tag)
    return tuple(best.values())
