"""The list of feeds as OPML 2.0: what every other feed reader takes in, and `curator feeds import` without loss."""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from curator import text
from curator.config import AUTO, Config, Feed

SUFFIX = ".opml"
HELP = "the feeds, with topics, outlets and letters, for any feed reader"
NAMESPACE = "urn:curator:opml"  # of attributes that OPML does not have

_USUAL = Feed(name="", url="")


def feeds(config: Config) -> str:
    """The whole document; topics stand in `category`, what else curator knows in attributes of its own namespace."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:curator="{NAMESPACE}">',
        "<head><title>Feeds followed by curator</title></head>",
        "<body>",
        *(_outline(feed) for feed in config.feeds.values()),
        "</body>",
        "</opml>",
    ]
    return "\n".join(lines) + "\n"


def _outline(feed: Feed) -> str:
    return "<outline " + " ".join(f"{name}={quoteattr(text.line(value))}" for name, value in _attributes(feed)) + "/>"


def _attributes(feed: Feed) -> Iterator[tuple[str, str]]:
    yield "type", "rss"
    yield "text", feed.outlet or feed.name
    yield "title", feed.outlet or feed.name
    yield "xmlUrl", feed.url
    if feed.topics:
        yield "category", ",".join(f"/{topic}" for topic in feed.topics)
    yield "curator:name", feed.name
    for name in ("outlet", "role", "reliability", "language"):
        if getattr(feed, name) != getattr(_USUAL, name):
            yield f"curator:{name}", getattr(feed, name)
    if not feed.enabled:
        yield "curator:enabled", "false"
    if feed.every != _USUAL.every:
        yield "curator:every", "auto" if feed.every == AUTO else str(feed.every)
