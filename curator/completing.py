"""Entries that are only a summary, completed from their articles' pages: fetched as guardedly as a feed, kept as a version with evidence."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from curator import fulltext, ingest
from curator.archive import Archive, lessons
from curator.config import Config
from curator.errors import CuratorError
from curator.fetch import Fetcher
from curator.reading import Reader
from curator.sandbox import Sandbox
from curator.types import Item, Problem, Request, Response, Retrieval, Update, Version

Clock = Callable[[], datetime]
Page = tuple[Item, Response, str]  #: an item, the answer of its page's server, the article's text in it

_WAIT = 0.25  #: seconds
_MOST = 50  #: pages asked for in one poll
_HELD = 16_000_000  #: bytes of pages after which they are stored
_MISSING = "reading web pages needs the extra: pip install 'curator[fulltext]'"


class Target(Archive, Protocol):
    """What is asked of a store."""

    def uncompleted(self, items: Iterable[str]) -> Mapping[str, tuple[Version, Retrieval]]: ...
    def transaction(self) -> AbstractContextManager[Any]: ...


def complete(store: Target, config: Config, item: Item, clock: Clock, version: str) -> Item:
    """The item with the text of its page, stored as a new version; as it was if the page has no more than it. Raises `CuratorError` if the
    extra is missing, the item has no address, or the page cannot be had."""
    if not fulltext.available():
        raise CuratorError(_MISSING)
    if not item.url:
        raise CuratorError("the item has no web address to be completed from")
    pages_ = list(pages(config, [item], clock, version))
    for _, _, found in pages_:
        if isinstance(found, Problem):
            raise CuratorError(f"{item.url}: {found.message}")
    read = [(item, response, text) for item, response, text in pages_ if isinstance(text, str)]
    keep(store, config, Reader(config, lessons(store)), read, now=clock(), version=version)
    return store.items([item.id])[item.id]


def fill(store: Target, config: Config, new: Sequence[str], changed: Sequence[str], *, clock: Clock, version: str) -> tuple[str, ...]:
    """Complete what a poll brought. Of the new items those whose feed says `fulltext = true`, the newest, so many as one poll may ask for;
    their pages are asked again, too, when an entry that had been completed changes. What was completed and changed, and has no longer
    page now, gets its page's text back. Gives a line for each page that could not be had: that is no fault of the feed."""
    told = _asked(store, config, (*new, *store.uncompleted(changed)), clock, version)
    gone = store.uncompleted(changed)
    if gone:
        restore(store, config, gone, now=clock())
    return told


def _asked(store: Target, config: Config, ids: Sequence[str], clock: Clock, version: str) -> tuple[str, ...]:
    wanting = {name for name, feed in config.feeds.items() if feed.fulltext}
    items = [item for item in store.items(ids).values() if item.feed in wanting and item.url and not item.copy_of] if wanting else []
    if not items:
        return ()
    if not fulltext.available():
        return (_MISSING,)
    latest = sorted(items, key=lambda item: (item.date, item.id), reverse=True)[:_MOST]
    told: list[str] = []
    found: list[Page] = []
    reader = Reader(config, lessons(store))
    for item, response, text in pages(config, latest, clock, version):
        if isinstance(text, Problem):
            told.append(f"{item.feed}: {item.url}: {text.message}")
            continue
        found.append((item, response, text))
        if sum(len(response.body) for _, response, _ in found) > _HELD:
            keep(store, config, reader, found, now=clock(), version=version)
            found.clear()
    keep(store, config, reader, found, now=clock(), version=version)
    if len(items) > len(latest):
        told.append(f"{len(items) - len(latest):,} older entries stay as their feeds gave them: one poll reads {_MOST} pages")
    return tuple(told)


def pages(config: Config, items: Sequence[Item], clock: Clock, version: str) -> Iterator[tuple[Item, Response, str | Problem]]:
    """Each item with the answer of its page's server and the article's text in it, or the problem."""
    by_id = {item.id: item for item in items}
    with Fetcher(config.fetch, clock=clock, version=version) as fetcher, Sandbox(lambda: _extract, config.fetch) as sandbox:
        for item in items:
            fetcher.add(Request(feed=item.id, url=item.link if (item.link or "").startswith("http") and item.link else item.url or ""))
        while fetcher.busy or sandbox.backlog:
            for response in fetcher.step(_WAIT, watch=[sandbox.fileno()], held=sandbox.held):
                if response.problem is not None:
                    yield by_id[response.feed], response, response.problem
                else:
                    sandbox.submit(response, response.feed, len(response.body))
            for response, found in sandbox.ready():
                yield by_id[response.feed], response, found


def _extract(response: Response) -> str:
    return fulltext.extract(response.body, response.final_url, response.headers)


def keep(store: Target, config: Config, reader: Reader, found: Sequence[Page], *, now: datetime, version: str) -> None:
    """Store the items whose page has more text than they have, each as a new version with its page as evidence, judged as in a poll."""
    longer = [(item, response, text) for item, response, text in found if len(text) > len(item.text)]
    if not longer:
        return
    with store.exclusive("reading pages"):
        answers = [_retrieval(item, response, version) for item, response, _ in longer]
        changed = [_completed(item, text, answer.body_sha, reader, now) for (item, _, text), answer in zip(longer, answers, strict=True)]
        _store(
            store, config, changed, answers, {one.body_sha: page.body for one, (_, page, _) in zip(answers, longer, strict=True)}, now=now
        )


def restore(store: Target, config: Config, gone: Mapping[str, tuple[Version, Retrieval]], *, now: datetime) -> None:
    """Give items the text of their page back, as a further version: what their feed says now is shorter, and stays beside."""
    reader = Reader(config, lessons(store))
    with store.exclusive("reading pages"):
        items = store.items(gone)
        changed = [_completed(item, gone[item.id][0].text, gone[item.id][0].sha256, reader, now) for item in items.values()]
        _store(store, config, changed, [gone[item.id][1] for item in changed], {}, now=now)


def _store(
    store: Target, config: Config, changed: Sequence[Item], answers: Sequence[Retrieval], raws: Mapping[str, bytes], *, now: datetime
) -> None:
    update = ingest.Ingest(config, store).judge((), changed, now=now)
    judged = {item.id: item for item in update.changed}
    with store.transaction():
        store.apply(replace(update, changed=()))
        for item, answer in zip(changed, answers, strict=True):  # one by one: each has an answer of its own
            page = {item.sha256: raws[item.sha256]} if item.sha256 in raws else {}
            store.apply(Update(changed=(judged[item.id],), raws=page, retrievals=(answer,)))


def _completed(item: Item, text: str, sha256: str, reader: Reader, now: datetime) -> Item:
    judged = reader.judge(replace(ingest.as_draft(item), text=text))
    found = {name: getattr(judged, name) for name in ("text", "tags", "entities", "credits")}
    return replace(item, **found, sha256=sha256, versions=item.versions + 1, changed=now)


def _retrieval(item: Item, response: Response, version: str) -> Retrieval:
    return Retrieval(
        feed=item.feed, requested=response.url, final=response.final_url, status=response.status, etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"), at=response.at, body_sha=hashlib.sha256(response.body).hexdigest(),
        tool=f"curator {version}",
    )  # fmt: skip
