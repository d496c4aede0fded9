"""Feeds as tests write them: RSS of a few entries, with the parts that matter and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, kw_only=True)
class Written:
    """An entry as a test wants it in a feed."""

    title: str
    text: str = ""
    guid: str | None = None
    link: str | None = None
    date: str | None = None  #: RFC 5322


def rss(*entries: Written, title: str = "A feed", home: str = "https://feed.example/", extra: str = "") -> bytes:
    """RSS 2.0 of these entries."""
    return f"<rss version='2.0'><channel><title>{escape(title)}</title><link>{home}</link>{extra}{''.join(map(_item, entries))}</channel></rss>".encode()


def _item(entry: Written) -> str:
    parts = [("guid", entry.guid), ("title", entry.title), ("link", entry.link), ("pubDate", entry.date), ("description", entry.text)]
    return "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts if value) + "</item>"


def several(count: int, *, start: int = 0, host: str = "feed.example") -> Sequence[Written]:
    """Entries that have nothing in common but their form."""
    words = [
        "harvest",
        "bridge",
        "election",
        "tunnel",
        "orchestra",
        "glacier",
        "ferry",
        "museum",
        "reactor",
        "stadium",
        "archive",
        "desert",
    ]
    return [
        Written(
            guid=f"g{n}",
            link=f"https://{host}/{n}",
            title=f"The {words[n % 12]} of {words[(n * 5 + 3) % 12]} number {n}",
            text=f"What the {words[(n * 7) % 12]} keepers said about {words[(n + 4) % 12]} {n} surprised nobody in the {words[(n * 3 + 1) % 12]}.",
        )
        for n in range(start, start + count)
    ]
