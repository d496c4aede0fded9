"""New items of a watch: told by `poll`, and sent at once where the watch says `alert = true`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from curator import listing
from curator.config import Config, Watch
from curator.types import Hit, Query


class Finding(Protocol):
    """What is asked of a store."""

    def find(self, query: Query, now: datetime, *, texts: bool = True) -> Sequence[Hit]: ...


def hits(store: Finding, config: Config, new: Sequence[str], now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Those of the new items that each watch finds, copies left out; watches that find none are left out, too."""
    fresh, found = set(new), {}
    for watch in config.watches.values():
        ids = tuple(hit.item.id for hit in store.find(_question(watch, config, len(fresh)), now, texts=False) if hit.item.id in fresh)
        if ids:
            found[watch.name] = ids
    return found


def _question(watch: Watch, config: Config, most: int) -> Query:
    return listing.asked(Query(limit=None), watch.name, config)
