"""What the stages ask of the archive, as protocols: a store that answers these can stand behind them."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from curator.types import FeedState, Item, Known, Lessons, Looked, Story, Update

MOST_LESSONS = 400  #: marks, the newest, that are learned from: learning takes up to a millisecond for each


class Memory(Protocol):
    """What `ingest` asks while it judges."""

    def known(self, feed: str, keys: Iterable[int]) -> Mapping[int, Sequence[Known]]: ...
    def same(self, keys: Iterable[int]) -> Mapping[int, Sequence[str]]: ...
    def candidates(
        self, words: Sequence[str], limit: int = 8, newest: int = 20_000, least: int = 1, looked: Looked | None = None
    ) -> Sequence[Item]: ...
    def items(self, ids: Iterable[str]) -> Mapping[str, Item]: ...
    def newest(self, feed: str, limit: int, before: datetime) -> Sequence[tuple[datetime, datetime, str]]: ...
    def copies(self, id_: str, most: int | None = None) -> Sequence[Item]: ...
    def story_items(self, story_ids: Iterable[str], *, texts: bool = False) -> Mapping[str, Sequence[Item]]: ...
    def story_sizes(self, story_ids: Iterable[str]) -> Mapping[str, int]: ...
    def stories_by_id(self, ids: Iterable[str]) -> Mapping[str, Story]: ...
    def corrections(self) -> Sequence[tuple[str, str, str]]: ...
    def labels(self) -> Sequence[tuple[str, str, int]]: ...
    def snapshot(self) -> AbstractContextManager[None]: ...


class Archive(Memory, Protocol):
    """What `polling` asks beyond that."""

    def states(self, names: Iterable[str] | None = None) -> dict[str, FeedState]: ...
    def save_states(self, states: Iterable[FeedState]) -> None: ...
    def apply(self, update: Update) -> None: ...
    def exclusive(self, purpose: str) -> AbstractContextManager[None]: ...


def lessons(memory: Memory) -> Lessons:
    """What people said of topics, the newest of it; where they said nothing, no item is read."""
    marks = tuple(memory.labels()[-MOST_LESSONS:])
    return Lessons(marks=marks, items=memory.items(dict.fromkeys(item for item, _, _ in marks)) if marks else {})


@contextmanager
def seldom_collected() -> Iterator[None]:
    """A batch is some hundred thousand objects that live until it is stored: to look them through for cycles again and again would
    take a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
