"""An entry that is only a summary, completed from its article's page: fetched as guardedly as a feed, kept as a version with its evidence."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from curator import fulltext, ingest
from curator.config import Config
from curator.errors import CuratorError
from curator.fetch import Fetcher
from curator.reading import Reader
from curator.sandbox import Sandbox
from curator.types import Item, Problem, Request, Response, Retrieval, Update

_WAIT = 0.25  #: seconds


class Target(Protocol):
    """What is asked of a store."""

    def items(self, ids: Sequence[str]) -> Mapping[str, Item]: ...
    def apply(self, update: Update) -> None: ...
    def exclusive(self, purpose: str) -> AbstractContextManager[None]: ...


def complete(store: Target, config: Config, item: Item, clock: Callable[[], datetime], version: str) -> Item:
    """The item with the text of its page, stored as a new version; as it was if the page has no more than it. Raises `CuratorError` if the
    extra is missing, the item has no address, or the page cannot be had."""
    if not fulltext.available():
        raise CuratorError("reading web pages needs the extra: pip install 'curator[fulltext]'")
    if not item.url:
        raise CuratorError("the item has no web address to be completed from")
    _, response, found = next(pages(config, [item], clock, version))
    if isinstance(found, Problem):
        raise CuratorError(f"{item.url}: {found.message}")
    if len(found) <= len(item.text):
        return item
    with store.exclusive("curator show --full"):
        store.apply(update(config, item, response, found, now=clock(), version=version))
    return store.items([item.id])[item.id]


def pages(
    config: Config, items: Sequence[Item], clock: Callable[[], datetime], version: str
) -> Iterator[tuple[Item, Response, str | Problem]]:
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


def update(config: Config, item: Item, response: Response, text: str, *, now: datetime, version: str) -> Update:
    """The item's new version, with the page as its evidence."""
    sha = hashlib.sha256(response.body).hexdigest()
    judged = Reader(config).judge(replace(ingest.as_draft(item), text=text))
    changed = replace(item, text=judged.text, tags=judged.tags, entities=judged.entities, credits=judged.credits, sha256=sha, changed=now)
    retrieval = Retrieval(
        feed=item.feed, requested=response.url, final=response.final_url, status=response.status, etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"), at=response.at, body_sha=sha, tool=f"curator {version}",
    )  # fmt: skip
    return Update(changed=(changed,), raws={sha: response.body}, retrievals=(retrieval,))
