"""New items of a watch: told by `poll`, and sent at once where the watch says `alert = true`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from curator import listing
from curator.config import Config
from curator.types import Mailing, Query


class Finding(Protocol):
    """What is asked of a store."""

    def among(self, ids: Iterable[str], query: Query, now: datetime) -> set[str]: ...
    def pending(self, plan: str) -> Sequence[Mailing]: ...


def hits(store: Finding, config: Config, new: Sequence[str], now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Those of the new items that each watch finds, in their order; copies and muted ones are left out, and watches that find none."""
    found: dict[str, tuple[str, ...]] = {}
    for name in config.watches if new else ():
        ids = store.among(new, listing.asked(Query(limit=None), name, config), now)
        if ids:
            found[name] = tuple(id_ for id_ in new if id_ in ids)
    return found


def due(store: Finding, config: Config, found: Mapping[str, Sequence[str]]) -> bool:
    """Is there anything to send at once: a hit of a watch with an alert, or what could not be sent before?"""
    loud = [name for name, watch in config.watches.items() if watch.alert]
    return any(name in found or store.pending(f"alert:{name}") for name in loud)
