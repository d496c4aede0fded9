"""`curator poll`: asks the feeds that are due, reads what is new beside the network, stores it batch by batch.

::

    due ─▶ Fetcher ──▶ 304, same bytes: only the state ───────────────────┐
              │                                                            ▼
              └──────▶ Sandbox (child processes): Reader.read ─▶ Ingest ─▶ store.apply, one transaction a batch
"""

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple, Protocol

from curator import schedule
from curator.archive import Archive, lessons, seldom_collected
from curator.config import Config, Feed
from curator.errors import UsageError
from curator.types import Arrival, Document, FeedState, Job, Outcome, Problem, Report, Request, Response, Retrieval

Progress = Callable[[int, int, int], None]  #: feeds answered, feeds asked, new items
Clock = Callable[[], datetime]
Judge = Callable[[Sequence[Arrival], datetime, Callable[[], None]], Outcome]

_BATCH_ENTRIES = 250  #: new entries after which a batch is stored: more make better stories, and hold more of what they are compared with
_LITTLE_ENTRIES = 16  #: the same where there is little news, and of a poll's first batch: it is judged while the rest is read
_LITTLE_FEEDS = 40  #: documents still to be read, all of feeds that were read before, that little news is left in
_BATCH_BYTES = 8_000_000  #: bytes of entries after which it is stored, however few they are
_BATCH_FEEDS = 400  #: feeds after which a batch is stored
_BATCH_SECONDS = 10.0  #: after which it is stored all the same: a slow server does not keep back for long what others brought
_ID = 8  #: bytes of an item's id
_WAIT = 0.25  #: seconds to wait for sockets or readers before looking round


class Fetching(Protocol):
    """What polling asks of `fetch.Fetcher` while it handles an answer."""

    def drop(self, url: str) -> list[Request]: ...


class Readers(Protocol):
    """What polling asks of `sandbox.Sandbox` while it handles an answer."""

    def submit(self, job: Job, feed: str, size: int = 0) -> None: ...


class _Answer(NamedTuple):
    """What is kept of an answer while its body is read elsewhere: everything but the body."""

    response: Response
    sha: str  #: of the body


class _Arrived(NamedTuple):
    """A document that brings something, until it is stored."""

    answer: _Answer
    document: Document


@dataclass(slots=True)
class _Tally:
    """What has happened so far."""

    unchanged: int = 0
    failed: set[str] = field(default_factory=set)
    updated: int = 0
    copies: int = 0
    problems: list[Problem] = field(default_factory=list)
    new: bytearray = field(default_factory=bytearray)  #: ids of the new items, `_ID` bytes each: as strings they take ten times that
    changed: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.new) // _ID

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the new items, in the order in which they are kept."""
        return tuple([self.new[at : at + _ID].hex() for at in range(0, len(self.new), _ID)])


def chosen(config: Config, names: Sequence[str]) -> list[Feed]:
    """The feeds named, or all that are enabled. Raises `UsageError` for a name that is none."""
    unknown = [name for name in names if name not in config.feeds]
    if unknown:
        raise UsageError(f"no feed is called {unknown[0]}; `curator feeds` lists them")
    return [config.feeds[name] for name in names] if names else [feed for feed in config.feeds.values() if feed.enabled]


def poll(
    config: Config,
    store: Archive,
    *,
    clock: Clock,
    version: str,
    names: Sequence[str] = (),
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[Report, tuple[str, ...], tuple[str, ...]]:
    """Ask the feeds that are due (all, if `force`; those `names` name, due or not when forced) and keep what is new.

    Gives the report, the ids of the new items and those of the changed ones. With `dry_run` everything is asked and read, nothing stored.
    """
    start = time.monotonic()
    feeds = chosen(config, names)
    due = schedule.due(feeds, store.states(), clock(), force=force)
    tally = _Tally()
    if due:
        with store.exclusive("poll"), seldom_collected():
            states = store.states()  # another poll may have been at work until now
            due = schedule.due(feeds, states, clock(), force=force)
            run = _Run(config, store, states, clock=clock, version=version, dry_run=dry_run, progress=progress)
            if due:
                run.ask(due)
            tally = run.tally
    report = Report(
        feeds=len(feeds),
        polled=len(due),
        unchanged=tally.unchanged,
        failed=len(tally.failed),
        new=tally.count,
        updated=tally.updated,
        copies=tally.copies,
        seconds=time.monotonic() - start,
        problems=tuple(tally.problems),
    )
    return report, tally.ids, tuple(tally.changed)


class _Run:
    """One poll under way."""

    def __init__(
        self,
        config: Config,
        store: Archive,
        states: dict[str, FeedState],
        *,
        clock: Clock,
        version: str,
        dry_run: bool,
        progress: Progress | None,
    ) -> None:
        self.config, self.store, self.states, self.clock, self.version = config, store, states, clock, version
        self.dry_run, self.progress = dry_run, progress
        self.tally = _Tally()
        self.answers: dict[str, _Answer] = {}  # those whose bodies are being read
        self.plain: list[FeedState] = []  # states that change without a document
        self.arrivals: list[_Arrived] = []
        self.entries = self.bytes = 0
        self.kept_some = False  # has there been a batch?
        self.all_asked = False
        self.waiting_since = 0.0  # the first of the arrivals
        self.judge: Judge | None = None
        self.answered = 0
        self.meanwhile: Callable[[], None] = lambda: None  # what keeps the readers at work while a batch is judged

    def ask(self, due: Sequence[Feed]) -> None:
        from curator.fetch import Fetcher  # noqa: PLC0415 - pycurl costs start-up time
        from curator.sandbox import Sandbox  # noqa: PLC0415 - so do selectors and pickle, for which a poll with nothing due has no use

        taught = lessons(self.store)

        def setup() -> Callable[[Job], Document | Problem]:
            from curator.reading import Reader  # noqa: PLC0415 - feedparser and the rules are compiled in the child that needs them

            return Reader(self.config, taught).read

        settings = self.config.fetch
        fetching = Fetcher(settings, clock=self.clock, version=self.version)
        with fetching as fetcher, Sandbox(setup, settings) as sandbox:
            self.meanwhile = sandbox.pump
            for feed in due:
                fetcher.add(schedule.request(feed, self.states.get(feed.name), settings, os.environ.get))
            while fetcher.busy or sandbox.backlog or sandbox.answered:
                for response in fetcher.step(0.0 if sandbox.answered else _WAIT, watch=[sandbox.fileno()], held=sandbox.held):
                    self.receive(response, fetcher, sandbox)
                if sandbox.backlog and not fetcher.busy:
                    self._judge()  # made ready while the readers make themselves ready
                self.all_asked = not fetcher.busy
                for job, result in sandbox.each_ready():
                    self.digest(job, result)
                    if self.full:
                        self.keep()
                if self.arrivals and time.monotonic() - self.waiting_since >= _BATCH_SECONDS:
                    self.keep()
                if self.progress:
                    self.progress(self.answered, len(due), self.tally.count)
            self.keep()

    # ── one answer ──────────────────────────────────────────────────────────────────────────────────────────────

    def receive(self, response: Response, fetcher: Fetching, sandbox: Readers) -> None:
        """Settle an answer that needs no reading; hand the others to the readers."""
        feed, state = self.config.feeds[response.feed], self.states.get(response.feed)
        same = state is not None and state.url == feed.url
        if response.problem is not None:
            self.answered += 1
            self.settle(response, None, response.problem)
            if schedule.too_many(response):
                self.spare(response, fetcher)
            return
        sha = hashlib.sha256(response.body).hexdigest()
        if response.status == 304 or (same and state is not None and state.body_sha == sha):
            self.answered += 1
            self.tally.unchanged += 1
            self.settle(response, None, None)
        else:
            self.answers[response.feed] = _Answer(replace(response, body=b""), sha)
            job = Job(
                feed=feed,
                url=response.final_url,
                headers=response.headers,
                body=response.body,
                known=state.slices if state else b"",
                title=state.title if state else None,
                language=state.language if state else None,
                most=self.config.fetch.max_entries,
            )
            sandbox.submit(job, response.feed, len(response.body))

    def spare(self, response: Response, fetcher: Fetching) -> None:
        """A host that said "too many requests" is left alone: what waits for it is taken back and put off."""
        dropped = {request.feed for request in fetcher.drop(response.url)}
        self.answered += len(dropped)
        later = schedule.spread(self.states[response.feed], self.config.feeds.values(), self.states, self.clock())
        for state in later:
            self.states[state.name] = state
            self.plain.append(state)

    def digest(self, job: Job, result: Document | Problem) -> None:
        """What a reader made of a body."""
        self.answered += 1
        answer = self.answers.pop(job.feed.name)
        if isinstance(result, Problem):
            self.settle(answer.response, None, result, answer.sha)
        elif not result.drafts and not result.partial and self._nothing_new(answer.response, result):
            self.tally.unchanged += 1
            self.settle(answer.response, result, None, answer.sha)
        else:
            if not self.arrivals:
                self.waiting_since = time.monotonic()
            self.arrivals.append(_Arrived(answer, result))
            self.entries += len(result.drafts)
            self.bytes += sum(len(draft.raw) + len(draft.text) for draft in result.drafts)

    def _nothing_new(self, response: Response, document: Document) -> bool:
        """No entry was unseen, and every one that stood there still stands, so nothing of the archive is touched."""
        state = self.states.get(response.feed)
        return state is not None and document.slices == state.slices

    def settle(self, response: Response, document: Document | None, problem: Problem | None, sha: str | None = None) -> None:
        """An answer that brings no entries: only the feed's state changes."""
        state = self._after(response, document, problem, sha)
        self.plain.append(state)
        if problem is not None:
            self.tally.failed.add(response.feed)
            self.tally.problems.append(state.problem or problem)

    def _after(self, response: Response, document: Document | None, problem: Problem | None, sha: str | None) -> FeedState:
        feed, old = self.config.feeds[response.feed], self.states.get(response.feed)
        state = schedule.after(old, feed, response, document, problem, now=self.clock(), jitter=random.random, body_sha=sha)
        self.states[feed.name] = state = replace(state, seconds=response.seconds)
        return state

    # ── a batch ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def little_left(self) -> bool:
        """Are those that are still to be read few, and were all read before? Then most of their entries are known."""
        if not self.all_asked or len(self.answers) > _LITTLE_FEEDS:
            return False
        states = map(self.states.get, self.answers)
        return all(state is not None and state.slices for state in states)

    @property
    def full(self) -> bool:
        """Has enough come in to be stored?"""
        enough = _BATCH_ENTRIES if self.kept_some and not self.little_left else _LITTLE_ENTRIES
        return self.entries >= enough or self.bytes >= _BATCH_BYTES or len(self.arrivals) + len(self.plain) >= _BATCH_FEEDS

    def keep(self) -> None:
        """Judge and store what has come in since the last time; what is new is safe from here on."""
        arrivals, plain = self.arrivals, self.plain
        self.arrivals, self.plain, self.entries, self.bytes = [], [], 0, 0
        if not arrivals:
            if plain and not self.dry_run:
                self.store.save_states(plain)
            return
        self.kept_some = True
        before = {arrived.document.feed: self.states.get(arrived.document.feed) for arrived in arrivals}
        outcome = self._judge()([self._arrival(arrived, before) for arrived in arrivals], self.clock(), self.meanwhile)
        states = tuple(self._read(arrived, before, outcome) for arrived in arrivals)
        if not self.dry_run:
            self.store.apply(replace(outcome.update, states=(*plain, *states)))
        self.tally.new += bytes.fromhex("".join(chain.from_iterable(outcome.new.values())))
        self.tally.changed += [item.id for item in outcome.update.changed]
        self.tally.updated += outcome.changed
        self.tally.copies += outcome.copies

    def _judge(self) -> Judge:
        """What decides on a batch: one for the whole poll."""
        if self.judge is None:
            from curator.ingest import Ingest  # noqa: PLC0415 - a poll that brings nothing new does not pay for it

            ingest = Ingest(self.config, self.store)
            ingest.rehearse()
            self.judge = ingest.decide
        return self.judge

    def _arrival(self, arrived: _Arrived, before: Mapping[str, FeedState | None]) -> Arrival:
        document = arrived.document
        retrieval = _retrieval(arrived.answer, self.version) if document.drafts else None
        return Arrival(document=document, before=before[document.feed], retrieval=retrieval)

    def _read(self, arrived: _Arrived, before: Mapping[str, FeedState | None], outcome: Outcome) -> FeedState:
        """The state after a document was judged; tells what is odd about it although it was read."""
        (response, sha), document = arrived
        gap = schedule.gap(before[response.feed], document, response.feed in outcome.known_any)
        slices, standing = document.slices, outcome.standing[response.feed]
        if document.partial and (old := before[response.feed]) is not None:  # what stood beyond the cut stands on
            slices, standing = slices + old.slices, standing + old.standing
        state = replace(self._after(response, document, gap, sha), slices=slices, standing=standing, head_sha=document.head_sha)
        if gap is not None:
            state = replace(state, gap=response.at)
        self.states[response.feed] = state
        self.tally.problems += [problem for problem in (gap, *_oddities(response, document, self.config.fetch.max_entries)) if problem]
        return state


def _oddities(response: Response, document: Document, most: int) -> Iterator[Problem]:
    """Problems that a document brings although it was read: it was cut off, or has too many entries."""
    if document.partial:
        message = "the document was cut off; its whole entries were kept"
        yield Problem(feed=response.feed, kind="parse", message=message, since=response.at)
    if document.dropped:
        message = f"{document.dropped:,} entries beyond the first {most:,} were left out; `max_entries` in [fetch] raises the bound"
        yield Problem(feed=response.feed, kind="too-big", message=message, since=response.at)


def _retrieval(answer: _Answer, version: str) -> Retrieval:
    response = answer.response
    return Retrieval(
        feed=response.feed,
        requested=response.url,
        final=response.final_url,
        status=response.status,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        at=response.at,
        body_sha=answer.sha,
        tool=f"curator {version}",
    )
