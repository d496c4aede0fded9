"""`curator import`: rows that an export wrote, JSON Feed, OPML. Rows that carry their judgements keep them, others go through every stage.

A file is taken in row by row and stored batch by batch; taking it in again changes nothing. A row that cannot be read is counted, and
told by its line, and stops nothing.
"""

import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

from curator import clean, decode, identity, ingest, jsonfeed, opml, outlets, provenance, rank, subscribing, topics
from curator.archive import Archive, lessons, seldom_collected
from curator.bitset import Bitset
from curator.config import Config, Feed
from curator.errors import CuratorError
from curator.intake import FEED, GROUPED, Intake, Lines, Taken, value
from curator.sandbox import Sandbox
from curator.types import Dossier, Item, Keys, Link, Problem, Story, Update

Progress = Callable[[int, int, int], None]
Say = Callable[[str], None]

_BATCH = 1_000  #: rows judged and stored together …
_QUICK = 500  #: … of those with their judgements fewer, so that the child that reads on never waits for long
_TOGETHER = 40  #: batches of rows with their judgements that are one transaction: pages that many rows touch are written once …
_HELD = 2.5  #: … within so many seconds, for others wait to write
_LINES = 250  #: rows given to a child process at a time, a part of a batch; a file of fewer is read here …
_SMALL = 1_000_000  #: … if it has no more bytes than this either: what a row costs is limited in a child only
_AHEAD = 12  #: such portions that are read before the first of them is stored
_WAIT = 0.25  #: seconds to wait for a child before looking round
_Thing = TypeVar("_Thing")
_TOLD = 5  #: refused rows told by their line
_OF_DRAFT = ("guid", "link", "url", "title", "text", "summary", "language", "date_raw", "source", "source_url", "links", "sha256", "outlet")


class Target(Archive, Protocol):
    """What is asked of a store."""

    def numbers_of(self, ids: Iterable[str], table: str = "item") -> dict[str, int]: ...
    def last_number(self) -> int: ...
    def stories_by_number(self, numbers: Iterable[int]) -> Mapping[int, Story]: ...
    def held(self, keys: Iterable[int]) -> set[int]: ...
    def keep(self, dossiers: Iterable[Dossier]) -> None: ...
    def bulk(self) -> AbstractContextManager[None]: ...
    def apply(self, update: Update, *, apart: bool = True) -> None: ...
    def transaction(self, *, apart: bool = True) -> AbstractContextManager[Any]: ...


def take_in(
    store: Target,
    config: Config,
    path: str,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    *,
    say: Say | None = None,
) -> Mapping[str, int]:
    """Take the file in; gives counts: read, new, known, refused, and of OPML the feeds added. `say` hears why the first rows that are
    refused are. Raises `CuratorError` if the file cannot be read."""
    try:
        with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as stream:
            return _taken(store, config, stream, clock, (progress, say))
    except OSError as error:
        raise CuratorError(f"{path}: {error.strerror or error}") from error


def _taken(
    store: Target, config: Config, stream: IO[bytes], clock: Callable[[], datetime], heard: tuple[Progress | None, Say | None]
) -> Mapping[str, int]:
    progress, say = heard
    at, first = _first_line(stream)
    if first.lstrip(b"\xef\xbb\xbf \t").startswith((b"<", b"http://", b"https://")):  # OPML, or addresses one a line
        feeds = opml.read(first + stream.read(), config.feeds, {*topics.names(), *config.topics})
        return {"feeds_added": len(subscribing.add(config, feeds))}
    with store.exclusive("import"), store.bulk(), seldom_collected():  # from here on nobody else adds items
        readers = _Readers(store, config, clock)
        run = _Import(store, config, clock, readers.pump)
        for _ in run.take_all(readers.read(_rows(at, first, stream))):
            if progress:
                progress(run.counts["read"], 0, run.counts["new"])
        run.finish()
    if run.counts["read"] and run.counts["refused"] == run.counts["read"]:
        raise CuratorError("nothing in it can be read as items: " + "; ".join(run.refused))
    if say:
        for told in run.refused:
            say(f"refused, {told}")
    return {name: run.counts[name] for name in ("read", "new", "known", "refused")}


# ── rows of a file ──────────────────────────────────────────────────────────────────────────────────────────────────


def _first_line(stream: IO[bytes]) -> tuple[int, bytes]:
    """The first line that is not empty, and its number."""
    return next(((number, line) for number, line in enumerate(stream, 1) if line.strip()), (1, b""))


def _rows(at: int, first: bytes, stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """(where it stands, the bytes of its line or its value) of each row. `at`: the number of the first line."""
    begun = value(first)
    if isinstance(begun, dict) and not _whole(begun):  # a row a line
        return _lines(at, chain([first], stream))
    second = next(iter(stream), b"") if isinstance(begun, ValueError) else b""
    if not first.startswith(b"[") and isinstance(value(second), dict):  # a row a line, of which the first is broken
        return _lines(at, chain([first, second], stream))
    rest = second + stream.read() if second else b""
    whole = value(first + rest) if rest.strip() else begun
    if isinstance(whole, list):
        return ((f"row {number}", row) for number, row in enumerate(whole, 1))
    if isinstance(whole, dict) and _whole(whole):
        return ((f"item {number}", row) for number, row in enumerate(_feed_rows(whole), 1))
    if isinstance(whole, dict):
        return iter([(f"line {at}", whole)])
    return _lines(at, (first + rest).splitlines())


def _lines(at: int, lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    return ((f"line {number}", line) for number, line in enumerate(lines, at) if line.strip())


def _whole(value: dict[str, Any]) -> bool:
    """Is it a JSON Feed, not a row of one?"""
    return "jsonfeed.org" in str(value.get("version", "")) or isinstance(value.get("items"), list)


def _feed_rows(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The items of a JSON Feed, cleaned as a poll cleans them."""
    try:
        feed = jsonfeed.parse(json.dumps(document), None)
    except ValueError as error:
        raise CuratorError(str(error)) from None
    book = outlets.book()
    for entry in feed.entries:
        draft = clean.draft(entry, Feed(name=FEED, url=feed.home or ""), feed.title, feed.language, book)
        row = {name: getattr(draft, name) for name in _OF_DRAFT}
        yield row | {"authors": list(draft.authors), "published": draft.published.isoformat() if draft.published else None}


def _tells_more(dossier: Dossier) -> bool:
    """Whether there is anything to keep in it beside the item and its story's title."""
    return bool(dossier.notes or dossier.marks or dossier.earlier or dossier.raws)


def _batches(things: Iterator[_Thing], size: int) -> Iterator[list[_Thing]]:
    while batch := list(islice(things, size)):
        yield batch


def _some(taken: Iterator[Taken]) -> list[Taken]:
    """The next rows to be stored together; nothing at the end."""
    first = list(islice(taken, 1))
    quick = first and first[0].row is not None and first[0].row.judged >= GROUPED
    return first + list(islice(taken, (_QUICK if quick else _BATCH) - 1))


# ── reading them beside the storing ─────────────────────────────────────────────────────────────────────────────────


def _bytes(rows: Iterable[tuple[str, Any]]) -> int:
    """How many bytes rows have, as far as they are still lines."""
    return sum(len(row) for _, row in rows if isinstance(row, bytes))


class _Readers:
    """Reads rows, in a child process while others are stored; a few are not worth one."""

    def __init__(self, store: Target, config: Config, clock: Callable[[], datetime]) -> None:
        self._config, self._clock = config, clock
        self._taught = lessons(store)
        self._here = Intake(config, self._taught)
        self._sandbox: Sandbox[Lines, list[Taken]] | None = None
        self._answers: dict[int, list[Taken] | Problem] = {}

    def read(self, rows: Iterator[tuple[str, Any]]) -> Iterator[Taken]:
        """The rows in their order."""
        portions = _batches(rows, _LINES)
        first = next(portions, [])
        if len(first) < _LINES and _bytes(first) < _SMALL:
            yield from self._here.read(Lines(rows=tuple(first), now=self._clock()))
            return
        config, taught = self._config, self._taught
        with Sandbox[Lines, list[Taken]](lambda: Intake(config, taught).read, config.fetch) as sandbox:
            self._sandbox = sandbox
            yield from self._beside(sandbox, chain([first], portions))
            self._sandbox = None  # all is read, while the last of it is still to be stored

    def pump(self) -> None:
        """Keep the child at work, for one who is long busy with what it read."""
        if self._sandbox:
            self._sandbox.pump()

    def _beside(self, sandbox: Sandbox[Lines, list[Taken]], portions: Iterable[list[tuple[str, Any]]]) -> Iterator[Taken]:
        waiting: deque[Lines] = deque()
        now = self._clock()
        for number, portion in enumerate(portions):
            now = now if number * _LINES % _BATCH else self._clock()
            waiting.append(self._give(sandbox, Lines(rows=tuple(portion), now=now)))
            if len(waiting) >= _AHEAD:
                yield from self._answer(sandbox, waiting.popleft())
        for lines in waiting:
            yield from self._answer(sandbox, lines)

    def _give(self, sandbox: Sandbox[Lines, list[Taken]], lines: Lines) -> Lines:
        """From now on they are being read."""
        sandbox.submit(lines, FEED, _bytes(lines.rows))
        return lines

    def _answer(self, sandbox: Sandbox[Lines, list[Taken]], lines: Lines) -> list[Taken]:
        """The rows, once they are read. Rows that cost a child its life are read one by one, to find the one to refuse."""
        while id(lines) not in self._answers:
            sandbox.wait(_WAIT)
            self._answers.update((id(job), result) for job, result in sandbox.ready())
        found = self._answers.pop(id(lines))
        if not isinstance(found, Problem):
            return found
        if found.kind != "budget":
            return self._here.read(lines)
        if len(lines.rows) == 1:
            where = lines.rows[0][0]
            return [Taken(where=where, at=lines.now, refused=f"{where}: {found.message}")]
        return [taken for row in lines.rows for taken in self._answer(sandbox, self._give(sandbox, replace(lines, rows=(row,))))]


# ── judging and storing ─────────────────────────────────────────────────────────────────────────────────────────────


class _Import:
    """One file on its way in."""

    def __init__(self, store: Target, config: Config, clock: Callable[[], datetime], pump: Callable[[], None] = lambda: None) -> None:
        self.store, self.config, self.clock, self.pump = store, config, clock, pump
        self.outlets = outlets.of(config)
        self.counts: Counter[str] = Counter()
        self.refused: list[str] = []
        self.before = store.last_number()  # what has a greater one came with this file
        self.spread = Bitset()  # numbers of stories that are not told of as a whole yet
        self.unjudged = Bitset()  # of those of which an item came without its provenance
        self.titled = Bitset()  # of those of which a row tells the title: it is kept with them
        self.late: list[Link] = []  # copies of items that had not come yet

    @cached_property
    def ingest(self) -> ingest.Ingest:
        """What judges rows that come without."""
        return ingest.Ingest(self.config, self.store)

    def take_all(self, taken: Iterator[Taken]) -> Iterator[None]:
        """Store what is new of them; yields after every transaction."""
        while batch := _some(taken):
            until = time.monotonic() + _HELD
            with self.store.transaction():
                quick = self.take(batch)
                for _ in range(_TOGETHER - 1):
                    if not quick or time.monotonic() > until or not (batch := _some(taken)):
                        break
                    quick = self.take(batch)
            yield

    def take(self, batch: Sequence[Taken]) -> bool:
        """Store what is new of a batch, with all that belongs to it, or nothing. Did all of it come with its judgements?"""
        rows = [(one.row, one.keys) for one in batch if one.row is not None and one.keys is not None]
        self.refused += [one.refused for one in batch if one.refused][: _TOLD - len(self.refused)]
        fresh = self._fresh(rows, {one.row.item.id for one in batch if one.row is not None and one.named})
        self.pump()
        self.counts.update(read=len(batch), new=len(fresh), known=len(rows) - len(fresh), refused=len(batch) - len(rows))
        keys = tuple((row.item.id, key) for row, k in fresh for key in k.all)
        kept = [row for row, _ in fresh if row.judged >= GROUPED]
        bare = [row.item for row, _ in fresh if not row.judged >= GROUPED]
        with self.store.transaction(apart=False):
            if kept:
                self._keep(kept, keys)
            if bare:
                self.ingest.remember((one.row.item, one.prepared) for one in batch if one.row is not None)
                update = self.ingest.judge(bare, now=batch[0].at, keys={row.item.id: k for row, k in fresh})
                self.store.apply(replace(update, keys=keys), apart=False)
            self._keep_beside([row for row, _ in rows], {row.item.id for row, _ in fresh})
        return not bare

    def _keep(self, kept: Sequence[decode.Row], keys: tuple[tuple[str, int], ...]) -> None:
        """Store items that come with their judgements. A story that is here already is told of as a whole in the end."""
        items = tuple(row.item for row in kept)
        titles = {row.item.story: row.dossier.story_title for row in kept if row.dossier and row.dossier.story_title}
        unjudged = {row.item.story for row in kept if "provenance" not in row.judged}
        there = self.store.numbers_of({item.story for item in items if item.story}, "story")
        late = self._late(items)
        told = tuple(self._stories(items, there, titles, unjudged))
        self.pump()
        self.store.apply(Update(items=items, keys=keys, stories=told), apart=False)
        self.pump()
        numbers = there | (self.store.numbers_of(titles.keys() | unjudged | late, "story") if titles or unjudged or late else {})
        self.titled.update(numbers[id_] for id_ in titles if id_ in numbers)
        self.unjudged.update(numbers[id_] for id_ in unjudged if id_ in numbers)
        self.spread.update([*there.values(), *(numbers[id_] for id_ in late if id_ in numbers)])

    def _late(self, items: Sequence[Item]) -> set[str]:
        """Remember the copies of what has not come yet, for what they copy may stand further down in the file; the stories they are in."""
        copies = [item for item in items if item.copy_of]
        here = {item.id for item in items} | set(self.store.numbers_of({item.copy_of for item in copies if item.copy_of}))
        late = [item for item in copies if item.copy_of not in here]
        self.late += [Link(item=item.id, copy_of=item.copy_of, why=item.copy_why) for item in late]
        return {item.story for item in late if item.story}

    def _keep_beside(self, rows: Sequence[decode.Row], fresh: Collection[str]) -> None:
        """Notes, marks, earlier versions and evidence of the new items; of those that were known only the notes, for their marks are the
        reader's own."""
        beside = [replace(row.dossier, item=row.item) for row in rows if row.dossier and _tells_more(row.dossier)]
        notes = [Dossier(item=one.item, notes=one.notes) for one in beside if one.notes and one.item.id not in fresh]
        if beside:
            self.store.keep([*(one for one in beside if one.item.id in fresh), *notes])

    def _fresh(self, rows: Sequence[tuple[decode.Row, Keys]], named: Collection[str]) -> list[tuple[decode.Row, Keys]]:
        """The rows that are neither stored nor stand in the file before, with their identity keys.

        Rows to which the file gives ids of their own (`named`) are items of their own, however alike they are: one archive held them all.
        """
        there = self.store.numbers_of([row.item.id for row, _ in rows]).keys()
        feeds: dict[str, list[tuple[decode.Row, Keys]]] = {}
        for row, k in rows:
            if row.item.id not in there:
                feeds.setdefault(row.item.feed, []).append((row, k))
        fresh: dict[str, tuple[decode.Row, Keys]] = {}
        held = self.store.held(key for several in feeds.values() for _, k in several for key in k.telling)
        for feed, mine in sorted(feeds.items()):
            keys = {key for _, k in mine if not held.isdisjoint(k.telling) for key in k.own}
            known = self.store.known(feed, keys) if keys else {}
            matches = identity.match([row.item for row, _ in mine], (), known, [k for _, k in mine])
            for (row, k), match in zip(mine, matches, strict=True):
                apart = row.item.id in named and (match.id is None or self._came(match.id))
                if apart or (match.id is None and match.repeats is None):
                    fresh.setdefault(row.item.id, (row, k))
        return [(row, k) for row, k in rows if row.item.id in fresh and fresh[row.item.id][0] is row]

    def _came(self, item: str) -> bool:
        """Did this stored item come with this file?"""
        return self.store.numbers_of([item]).get(item, 0) > self.before

    def _stories(
        self, items: Sequence[Item], there: Mapping[str, int], titles: Mapping[str, str], unjudged: Collection[str]
    ) -> Iterator[Story]:
        """The stories of items that came with one, as far as this batch knows them; of those that are `there` only what is to be kept."""
        groups: dict[str, list[Item]] = {}
        for item in items:
            if item.story and (item.story not in there or item.story in titles):
                groups.setdefault(item.story, []).append(item)
        for id_, members in groups.items():
            bare = ingest.as_story(id_, members)
            bare = replace(bare, title=titles[id_]) if id_ in titles else bare
            yield bare if id_ in there else self._told(bare, members, judged=id_ not in unjudged)

    def _told(self, bare: Story, members: Sequence[Item], *, judged: bool) -> Story:
        """The story with its origins and its rank; `judged`: its items have their provenance."""
        if judged:
            story = provenance.retell(bare, members, self.outlets, self.config.feeds)
        else:
            story, _ = provenance.judge(bare, members, self.outlets, self.config.feeds)
        return rank.rank(story, members, self.config, self.clock())

    def finish(self) -> None:
        """Stories whose items did not come together are told of as a whole, wherever their items stood in the file."""
        there = self.store.numbers_of({link.copy_of for link in self.late if link.copy_of}) if self.late else {}
        self.store.apply(Update(links=tuple(link for link in self.late if link.copy_of in there)))
        for numbers in _batches(iter(self.spread), _BATCH):
            self.store.apply(Update(stories=tuple(self._whole(numbers))))

    def _whole(self, numbers: Iterable[int]) -> Iterator[Story]:
        """Stories of the archive, told of by all their items. The title that a row told stays."""
        stories = self.store.stories_by_number(numbers)
        members = self.store.story_items([story.id for story in stories.values()], texts=True)
        for number, story in stories.items():
            if items := members[story.id]:
                bare = ingest.as_story(story.id, items)
                bare = replace(bare, title=story.title) if number in self.titled else bare
                yield self._told(bare, items, judged=number not in self.unjudged)
