"""What a list shows: a question with its names made canonical, and stories ranked as of now. Pure; the archive is asked through `Shelf`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from curator import entitybook, outlets, rank
from curator.config import Config
from curator.errors import UsageError
from curator.types import Item, Query, Story

_DEPTH = 10  #: stories looked at for each one shown, when the best are asked for
_LEAST = 400  #: stories looked at, at least


class Shelf(Protocol):
    """What is asked of a store."""

    def stories(self, query: Query, now: datetime) -> Sequence[Story]: ...
    def story_items(self, story_ids: Iterable[str], *, texts: bool = False) -> Mapping[str, Sequence[Item]]: ...


def asked(query: Query, watch: str | None, config: Config) -> Query:
    """The question with outlet and entity by their canonical names, narrowed to what a watch asks for. Raises `UsageError`."""
    if query.outlet is not None:
        query = replace(query, outlet=outlets.of(config).canonical(query.outlet))
    if watch is not None:
        query = _watched(query, watch, config)
    if query.entity is not None:
        query = replace(query, entity=_entity(query.entity))
    return query


def _watched(query: Query, name: str, config: Config) -> Query:
    watch = config.watches.get(name)
    if watch is None:
        raise UsageError(f"no watch is called {name}; feeds.toml has " + (", ".join(config.watches) or "none"))
    texts = [text for text in (watch.query, query.text) if text]
    return replace(
        query,
        text=" AND ".join(f"({text})" for text in texts) if len(texts) > 1 else "".join(texts) or None,
        topic=query.topic or (watch.topics[0] if watch.topics else None),
        entity=query.entity or (watch.entities[0] if watch.entities else None),
    )


def _entity(written: str) -> str:
    found = entitybook.canonical(written)
    return found[0][1] if found else written


def stories(shelf: Shelf, config: Config, query: Query, now: datetime) -> list[Story]:
    """Stories that the query asks for, ranked as of now; the best first (order "score") or the newest."""
    deep = query.limit if query.limit is None or query.order != "score" else max(_LEAST, query.limit * _DEPTH)
    found = ranked(shelf, config, shelf.stories(replace(query, order="date", limit=deep), now), now)
    if query.order == "score":
        found.sort(key=lambda story: (-story.score, -story.last.timestamp(), story.id))
    return found[: query.limit]


def ranked(shelf: Shelf, config: Config, found: Sequence[Story], now: datetime) -> list[Story]:
    """Stories with their score as of now, in the order given."""
    items = shelf.story_items([story.id for story in found])
    return [rank.rank(story, items.get(story.id, ()), config, now) for story in found]
