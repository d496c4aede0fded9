"""What a person's marks in the store teach: labels, and the model learned from them. Pure: the store is handed in."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from curator import learning, topics
from curator.config import Config
from curator.taggers.topics import scores
from curator.types import Item


class Marks(Protocol):
    """What is asked of a store."""

    def labels(self) -> list[tuple[str, str, int]]: ...
    def items(self, ids: Iterable[str]) -> Mapping[str, Item]: ...


def labels(store: Marks, config: Config) -> list[learning.Label]:
    """Everything people said of topics that are on, earliest first; no rule is compiled if they said nothing."""
    marks = store.labels()
    if not marks:
        return []
    items = store.items(dict.fromkeys(item for item, _, _ in marks))
    return learning.gather(marks, items, topics.active(config), scores(config))


def model(store: Marks, config: Config) -> learning.Model:
    """The model learned from all marks; one that changes nothing where there are none."""
    return learning.Model(labels(store, config))
