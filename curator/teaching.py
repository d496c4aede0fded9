"""What a person's marks in the store teach: labels, the model learned from them, and taggers that heed it. Pure: the store is handed in."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from curator import learning, taggers, topics
from curator.config import Config
from curator.taggers.topics import scores
from curator.types import Draft, Entity, Item, Lessons, Tag


class Marks(Protocol):
    """What is asked of a store."""

    def labels(self) -> list[tuple[str, str, int]]: ...
    def items(self, ids: Iterable[str]) -> Mapping[str, Item]: ...


def labels(store: Marks, config: Config) -> list[learning.Label]:
    """Everything people said of topics that are on, earliest first; no rule is compiled if they said nothing."""
    marks = store.labels()
    if not marks:
        return []
    return _labels(marks, store.items(dict.fromkeys(item for item, _, _ in marks)), config)


def _labels(marks: Sequence[tuple[str, str, int]], items: Mapping[str, Item], config: Config) -> list[learning.Label]:
    return learning.gather(marks, items, topics.active(config), scores(config))


def model(store: Marks, config: Config) -> learning.Model:
    """The model learned from all marks; one that changes nothing where there are none."""
    return learning.Model(labels(store, config))


def prepare(config: Config, lessons: Lessons) -> taggers.Mark:
    """The taggers, compiled, with what was learned having its say after the rules; without lessons the rules alone."""
    mark = taggers.prepare(config)
    if not lessons.marks:
        return mark
    learned, active = learning.Model(_labels(lessons.marks, lessons.items, config)), topics.active(config)
    version = f"{zlib.crc32(repr(lessons.marks).encode()):08x}"

    def taught(draft: Draft) -> tuple[tuple[Tag, ...], tuple[Entity, ...]]:
        tags, entities = mark(draft)
        return learned.apply(draft, tags, active, version), entities

    return taught
