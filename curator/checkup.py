"""How feeds are, asked now, and which feed an address has: `feeds check` and `feeds add`. Nothing is stored."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from curator import discover, encode, parse, repair, schedule, text
from curator.config import Config, Feed
from curator.errors import CuratorError
from curator.fetch import Fetcher
from curator.polling import chosen
from curator.sandbox import Sandbox
from curator.types import FeedState, Problem, Request, Response

_SILENT = 4  #: times its usual gap after which a feed counts as silent
_PATIENCE = timedelta(days=3)  #: … but not before
_WAIT = 0.25  #: seconds
_MOST_GUESSES = 6  #: addresses asked of a site whose page names no feed


class Remembering(Protocol):
    """What is asked of a store."""

    def states(self) -> Mapping[str, FeedState]: ...


def check(config: Config, store: Remembering, names: Sequence[str], clock: Callable[[], datetime], version: str) -> list[dict[str, Any]]:
    """Ask the feeds named (none: all that are enabled) once: a row for each, in their order, with status, format, entries, newest entry,
    usual gap and silence in seconds, the address it moved to, and the problem if there is one."""
    feeds = chosen(config, names)
    states = store.states()
    asked = [schedule.request(feed, None, config.fetch, os.environ.get) for feed in feeds]
    found = {response.feed: (response, result) for response, result in _read(config, asked, clock, version)}
    now = clock()
    return [_row(feed, states.get(feed.name), *found[feed.name], now) for feed in feeds if feed.name in found]


def _read(
    config: Config,
    requests: Sequence[Request],
    clock: Callable[[], datetime],
    version: str,
    work: Callable[[Response], Any] | None = None,
) -> Iterator[tuple[Response, Any]]:
    """Each answer, and what `work` makes of it in a child process; by default the feed it holds, or a Problem."""
    with Fetcher(config.fetch, clock=clock, version=version) as fetcher, Sandbox(lambda: work or _parsed, config.fetch) as sandbox:
        for request in requests:
            fetcher.add(request)
        while fetcher.busy or sandbox.backlog:
            for response in fetcher.step(_WAIT, watch=[sandbox.fileno()], held=sandbox.held):
                if response.problem is not None:
                    yield response, response.problem
                else:
                    sandbox.submit(response, response.feed, len(response.body))
            yield from sandbox.ready()


def _parsed(response: Response) -> parse.Parsed | Problem:
    try:
        return parse.parse(response.body, response.final_url, response.headers)
    except parse.Unreadable as error:
        return Problem(feed=response.feed, kind=error.kind, message=error.message)


def _row(feed: Feed, state: FeedState | None, response: Response, result: parse.Parsed | Problem, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"feed": feed.name, "url": feed.url, "status": response.status, "seconds": round(response.seconds, 3)}
    row["moved_to"] = response.permanent_url or (state.moved_to if state else None)
    if isinstance(result, Problem):
        return row | {"format": None, "title": None, "entries": None, "newest": None, "problem": encode.problem(result)}
    dates = sorted((at for entry in result.entries if (at := entry.published or entry.updated) and at <= now), reverse=True)
    gap = _usual_gap(dates)
    silent = dates and gap is not None and now - dates[0] > max(_SILENT * gap, _PATIENCE)
    return row | {
        "format": result.format,
        "title": text.headline(result.title or ""),
        "entries": len(result.entries),
        "newest": encode.when(dates[0]) if dates else None,
        "gap": round(gap.total_seconds()) if gap is not None else None,
        "silent": round((now - dates[0]).total_seconds()) if silent else None,
        "problem": None,
    }


def _usual_gap(dates: Sequence[datetime]) -> timedelta | None:
    """The median time between two entries, newest first."""
    gaps = sorted(later - earlier for later, earlier in pairwise(dates))
    return gaps[len(gaps) // 2] if gaps else None


# ── the feed of an address ──────────────────────────────────────────────────────────────────────────────────────────


def look(config: Config, url: str, clock: Callable[[], datetime], version: str) -> list[dict[str, Any]]:
    """The feed at `url`; or those that the page there names (or the one it sends its readers on to), else those found where feeds often
    are; best first, [] if there is none.

    Raises `CuratorError` if nothing can be had from there.
    """
    address, response, result = _first_answer(config, url, clock, version)
    if isinstance(result, _Page) and result.forwarded and not any(found.named for found in result.feeds):
        address, response, result = _first_answer(config, result.forwarded, clock, version)
    if isinstance(result, parse.Parsed):
        return [_found(response, result)]
    if isinstance(result, Problem) and result.kind != "http":  # a server that answers may still have a feed elsewhere
        raise CuratorError(f"{address}: {result.message}")
    named = result.feeds if isinstance(result, _Page) else ()
    wanted = [found.url for found in named if found.named] or [found.url for found in (*named, *discover.guesses(address))]
    wanted = list(dict.fromkeys(wanted))[:_MOST_GUESSES]
    requests = [Request(feed=place, url=place) for place in wanted]
    found = {response.feed: (response, result) for response, result in _read(config, requests, clock, version)}
    rows = [_found(answer, read) for place in wanted if place in found for answer, read in [found[place]] if isinstance(read, parse.Parsed)]
    if not rows and isinstance(result, Problem):
        raise CuratorError(f"{address}: {result.message}")
    return list({row["url"]: row for row in rows}.values())


def _first_answer(config: Config, url: str, clock: Callable[[], datetime], version: str) -> tuple[str, Response, Any]:
    """What stands at an address that a person typed: with https before it if no scheme is, or http if there is no https; "feed:" means
    one of these."""
    if url[:5].lower() == "feed:":
        url = url[5:].removeprefix("//")
    tries = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    for address in tries[:-1]:
        ((response, result),) = _read(config, [Request(feed=address, url=address)], clock, version, work=_understood)
        if not isinstance(result, Problem) or result.kind not in ("connect", "tls", "timeout"):
            return address, response, result
    ((response, result),) = _read(config, [Request(feed=tries[-1], url=tries[-1])], clock, version, work=_understood)
    return tries[-1], response, result


class _Page(NamedTuple):
    """What a web page says of feeds."""

    feeds: tuple[discover.Found, ...]
    forwarded: str | None  #: where it sends its readers on by itself


def _understood(response: Response) -> parse.Parsed | Problem | _Page:
    """The feed; or what its page names, if it is one."""
    result = _parsed(response)
    if isinstance(result, Problem) and result.kind == "not-a-feed":
        page = repair.decode(response.body, response.headers.get("content-type", ""))
        return _Page(discover.feeds(page, response.final_url), discover.forwarded(page, response.final_url))
    return result


def _found(response: Response, result: parse.Parsed) -> dict[str, Any]:
    return {"url": response.permanent_url or response.url, "title": text.headline(result.title or ""), "entries": len(result.entries)}
