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
    def story_outlines(self, stories: Iterable[str]) -> Mapping[str, Sequence[Item]]: ...


def asked(query: Query, watch: str | None, config: Config) -> Query:
    """The question with outlet and entities by their canonical names, narrowed to what a watch asks for: its query, one of its topics and
    one of its entities, as far as it has them. Raises `UsageError` if there is no such watch."""
    if query.outlet is not None:
        query = replace(query, outlet=outlets.of(config).canonical(query.outlet))
    if watch is not None:
        query = _watched(query, watch, config)
    query = replace(query, entities=_values(query.entities))
    return query if query.entity is None else _named(query, query.entity)


def _watched(query: Query, name: str, config: Config) -> Query:
    watch = config.watches.get(name)
    if watch is None:
        raise UsageError(f"no watch is called {name}; feeds.toml has " + (", ".join(config.watches) or "none"))
    if query.text is None:
        query = replace(query, text=watch.query)
    return replace(query, within=watch.query if query.text != watch.query else None, topics=watch.topics, entities=watch.entities)


def _named(query: Query, entity: str) -> Query:
    """A name that stands for several things asks for any of them."""
    values = _values((entity,))
    if len(values) > 1 and not query.entities:
        return replace(query, entity=None, entities=values)
    return replace(query, entity=values[0])


def _values(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for name in names for value in entitybook.values(name)))


def stories(shelf: Shelf, config: Config, query: Query, now: datetime) -> list[Story]:
    """Stories that the query asks for, ranked as of now; the best first (order "score") or the newest."""
    deep = query.limit if query.limit is None or query.order != "score" else max(_LEAST, query.limit * _DEPTH)
    found = ranked(shelf, config, shelf.stories(replace(query, order="date", limit=deep), now), now)
    if query.order == "score":
        found.sort(key=lambda story: (-story.score, -story.last.timestamp(), story.id))
    return found[: query.limit]


def ranked(shelf: Shelf, config: Config, found: Sequence[Story], now: datetime) -> list[Story]:
    """Stories with their score as of now, in the order given."""
    items = shelf.story_outlines([story.id for story in found])
    return [rank.rank(story, items.get(story.id, ()), config, now) for story in found]
