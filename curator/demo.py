"""A bundled day of made-up news, served from loopback: what `curator demo` polls, twice.

The texts stand in data/demo/day.toml. `stage` writes a feeds.toml into a folder, serves the feeds of it, and can turn to the second
round, in which entries come, change and are corrected. Everything after that is the real pipeline.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from curator import configedit, shipped
from curator.config import Feed

_TYPES = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as one round shows it."""

    id: str
    url: str
    title: str
    text: str
    at: datetime
    author: str | None = None
    source: tuple[str, str] | None = None  #: name and address of the feed that an aggregator had it from


class Stage:
    """The served day; `round` says which part of it is on show."""

    def __init__(self, folder: Path, now: datetime, base: str) -> None:
        self.path = folder / "feeds.toml"
        self.round = 1
        self._now = now
        self._feeds = tomllib.loads(shipped.text("demo/day.toml"))["feed"]
        self.path.write_text(settings(self._feeds, base), encoding="utf-8")

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path of the server."""
        name = path.strip("/")
        feed = next((one for one in self._feeds if one["name"] == name), None)
        if feed is None:
            return 404, "text/plain", b"no such feed"
        if feed["format"] == "broken":
            return (
                200,
                "text/html",
                b"<!doctype html><title>Old Mill Radio</title><h1>We are moving house</h1><p>Our feed will be back.</p>",
            )
        return 200, _TYPES[feed["format"]], document(feed, entries(feed, self._feeds, self.round, self._now)).encode()


@contextmanager
def stage(folder: Path, now: datetime) -> Iterator[Stage]:
    """Serve the day on a loopback port while the context lasts; feeds.toml and all else goes into `folder`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    served = Stage(folder, now, f"http://127.0.0.1:{server.server_address[1]}")
    server.stage = served  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, kind, body = self.server.stage.answer(self.path)  # type: ignore[attr-defined]
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the terminal belongs to the demo."""


# ── what is served ──────────────────────────────────────────────────────────────────────────────────────────────────


def settings(feeds: Sequence[Mapping[str, Any]], base: str) -> str:
    """The feeds.toml of the demo."""
    head = shipped.text("demo/head.toml")
    tables = [
        configedit.table(
            Feed(
                name=feed["name"],
                url=f"{base}/{feed['name']}",
                outlet=feed.get("outlet"),
                role=feed["role"],
                reliability=feed["reliability"],
                topics=tuple(feed.get("topics", ())),
            )
        )
        for feed in feeds
    ]
    outlets = [
        f'[outlets."{feed["outlet"]}"]\nhosts = ["{feed["host"]}"]\naliases = ["The {feed["outlet"]}"]\nkind = "{feed["kind"]}"\n'
        for feed in feeds
        if "outlet" in feed
    ]
    return "\n".join([head, *tables, *outlets])


def entries(feed: Mapping[str, Any], feeds: Sequence[Mapping[str, Any]], number: int, now: datetime) -> list[Entry]:
    """A feed's entries as round `number` shows them, newest first."""
    everything = {entry["id"]: entry for one in feeds for entry in one["entries"]}
    homes = {one["name"]: (one.get("outlet", one["title"]), f"https://{one['host']}/") for one in feeds}
    found = []
    for entry in feed["entries"]:
        if entry.get("round", 1) > number:
            continue
        shown = entry | (entry.get("later", {}) if number > 1 else {})
        text = shown.get("text") or everything[entry["copy"]]["text"]
        found.append(
            Entry(
                id=entry["id"],
                url=f"https://{feed['host']}/{entry['id']}?utm_source=feed",
                title=shown["title"],
                text=text.strip(),
                at=(now - timedelta(hours=entry["ago"])).astimezone(UTC).replace(microsecond=0),
                author=entry.get("author"),
                source=homes[entry["source"]] if "source" in entry else None,
            )
        )
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def document(feed: Mapping[str, Any], shown: Sequence[Entry]) -> str:
    """The feed's document in its format."""
    return {"rss": _rss, "rdf": _rdf, "atom": _atom, "json": _json}[feed["format"]](feed, shown)


def _markup(entry: Entry) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in entry.text.split("\n"))


def _rss(feed: Mapping[str, Any], shown: Sequence[Entry]) -> str:
    items = "".join(
        f"<item><guid isPermaLink='false'>{entry.id}</guid><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>"
        f"<pubDate>{format_datetime(entry.at)}</pubDate><description>{escape(_markup(entry))}</description>{_source(entry)}</item>"
        for entry in shown
    )
    head = f"<title>{escape(feed['title'])}</title><link>https://{feed['host']}/</link><description/><language>en</language>"
    return f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>"


def _source(entry: Entry) -> str:
    return f"<source url='{escape(entry.source[1])}'>{escape(entry.source[0])}</source>" if entry.source else ""


def _rdf(feed: Mapping[str, Any], shown: Sequence[Entry]) -> str:
    order = "".join(f"<rdf:li rdf:resource='{escape(entry.url)}'/>" for entry in shown)
    items = "".join(
        f"<item rdf:about='{escape(entry.url)}'><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>"
        f"<description>{escape(_markup(entry))}</description><dc:date>{entry.at.isoformat()}</dc:date><dc:language>en</dc:language></item>"
        for entry in shown
    )
    channel = f"<channel rdf:about='https://{feed['host']}/'><title>{escape(feed['title'])}</title><link>https://{feed['host']}/</link><description/>"
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        f"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{channel}<items><rdf:Seq>{order}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    )


def _atom(feed: Mapping[str, Any], shown: Sequence[Entry]) -> str:
    items = "".join(
        f"<entry><id>tag:{feed['host']},2026:{entry.id}</id><title>{escape(entry.title)}</title><link href='{escape(entry.url)}'/>"
        f"<updated>{entry.at.isoformat()}</updated><published>{entry.at.isoformat()}</published>"
        + (f"<author><name>{escape(entry.author)}</name></author>" if entry.author else "")
        + f"<content type='html'>{escape(_markup(entry))}</content></entry>"
        for entry in shown
    )
    newest = shown[0].at.isoformat() if shown else ""
    head = f"<id>https://{feed['host']}/</id><title>{escape(feed['title'])}</title><updated>{newest}</updated><link href='https://{feed['host']}/'/>"
    return f"<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'>{head}{items}</feed>"


def _json(feed: Mapping[str, Any], shown: Sequence[Entry]) -> str:
    items = [
        {"id": entry.id, "url": entry.url, "title": entry.title, "content_html": _markup(entry), "date_published": entry.at.isoformat()}
        | ({"authors": [{"name": entry.author}]} if entry.author else {})
        for entry in shown
    ]
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "home_page_url": f"https://{feed['host']}/",
        "language": "en",
    }
    return json.dumps(head | {"items": items}, ensure_ascii=False)
