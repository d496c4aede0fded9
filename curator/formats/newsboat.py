"""The list of feeds as newsboat's `urls` file: an address a line, its topics as tags, its outlet as title."""

from curator import text
from curator.config import Config, Feed

SUFFIX = ".urls"
HELP = "the feeds as newsboat's urls file"


def feeds(config: Config) -> str:
    """The whole file; feeds that are not polled stand in comments, for newsboat has no such thing (its manual, "The urls file")."""
    return "".join(_line(feed) for feed in config.feeds.values())


def _line(feed: Feed) -> str:
    words = [feed.url, *(_quoted(topic) for topic in feed.topics), _quoted(f"~{feed.outlet or feed.name}")]
    return ("" if feed.enabled else "# ") + " ".join(words) + "\n"


def _quoted(word: str) -> str:
    """In quotation marks; a backtick, which other files of newsboat run as a command, becomes an apostrophe."""
    safe = text.line(word).replace("\\", "\\\\").replace('"', '\\"').replace("`", "'")
    return f'"{safe}"'
