"""Gives every entry of a feed the topics that feeds.toml says its feed always carries."""

from collections.abc import Callable

from curator.config import Config
from curator.types import Draft, Entity, Tag


def prepare(config: Config) -> Callable[[Draft], tuple[tuple[Tag, ...], tuple[Entity, ...]]]:
    """Look up each feed's topics once; what comes back tags one draft."""
    carried = {
        name: tuple(Tag(name=topic, why=f"every entry of the feed '{name}' carries it", by="feed") for topic in feed.topics)
        for name, feed in config.feeds.items()
        if feed.topics
    }
    return lambda draft: (carried.get(draft.feed, ()), ())
