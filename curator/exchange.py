"""`curator import`: rows that an export wrote, JSON Feed, OPML. Rows that carry their judgements keep them, others go through every stage.

A file is taken in row by row and stored batch by batch; taking it in again changes nothing. A row that cannot be read is counted, and
told by its line, and stops nothing.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Protocol

from curator import clean, decode, identity, ingest, jsonfeed, opml, outlets, provenance, rank, subscribing, topics
from curator.archive import Archive, lessons
from curator.config import Config, Feed
from curator.errors import CuratorError
from curator.reading import Reader
from curator.types import Dossier, Draft, Entry, Item, Keys, Link, Story, Update

Progress = Callable[[int, int, int], None]
Say = Callable[[str], None]

_BATCH = 1_000  #: rows to a transaction
_FEED = "import"  #: the feed of rows that name none
_TOLD = 5  #: refused rows told by their line
_GROUPED = frozenset(("copy_of", "story"))
_OF_DRAFT = ("guid", "link", "url", "title", "text", "summary", "language", "date_raw", "source", "source_url", "links", "sha256", "outlet")


class Target(Archive, Protocol):
    """What is asked of a store."""

    def stories_of(self, items: Iterable[str]) -> Sequence[Story]: ...
    def numbers_of(self, ids: Iterable[str]) -> Mapping[str, int]: ...
    def keep(self, dossiers: Iterable[Dossier]) -> None: ...
    def transaction(self) -> AbstractContextManager[Any]: ...


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
    if first.lstrip(b"\xef\xbb\xbf \t").startswith(b"<"):
        feeds = opml.read(first + stream.read(), config.feeds, {*topics.names(), *config.topics})
        return {"feeds_added": len(subscribing.add(config, feeds))}
    run = _Import(store, config, clock)
    with store.exclusive("import"):
        for batch in _batches(_rows(at, first, stream)):
            run.take(batch)
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
    """(where it stands, value) of each row; a value that is no JSON comes as its ValueError. `at`: the number of the first line."""
    value = _value(first)
    if isinstance(value, dict) and not _whole(value):  # a row a line
        return _lines(at, chain([first], stream))
    rest = stream.read() if isinstance(value, ValueError) else b""
    whole = _value(first + rest) if rest.strip() else value
    if isinstance(whole, list):
        return ((f"row {number}", row) for number, row in enumerate(whole, 1))
    if isinstance(whole, dict) and _whole(whole):
        return ((f"item {number}", row) for number, row in enumerate(_feed_rows(whole), 1))
    if isinstance(whole, dict):
        return iter([(f"line {at}", whole)])
    return _lines(at, (first + rest).splitlines())


def _lines(at: int, lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    return ((f"line {number}", _value(line)) for number, line in enumerate(lines, at) if line.strip())


def _value(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return ValueError("no JSON")


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
        draft = clean.draft(entry, Feed(name=_FEED, url=feed.home or ""), feed.title, feed.language, book)
        row = {name: getattr(draft, name) for name in _OF_DRAFT}
        yield row | {"authors": list(draft.authors), "published": draft.published.isoformat() if draft.published else None}


def _batches(rows: Iterator[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


# ── judging and storing ─────────────────────────────────────────────────────────────────────────────────────────────


class _Import:
    """One file on its way in."""

    def __init__(self, store: Target, config: Config, clock: Callable[[], datetime]) -> None:
        self.store, self.config, self.clock = store, config, clock
        self.outlets = outlets.of(config)
        self.counts: Counter[str] = Counter()
        self.refused: list[str] = []
        self.members: Counter[str] = Counter()  # story -> items of it that came
        self.titles: dict[str, str] = {}  # story -> its title, where a row tells it
        self.late: list[Link] = []  # copies of items that had not come yet
        self.named: set[str] = set()  # ids that the file gives
        self.came: set[str] = set()  # ids of what is new

    @cached_property
    def reader(self) -> Reader:
        """Made when the first row without judgements comes."""
        return Reader(self.config, lessons(self.store))

    @cached_property
    def ingest(self) -> ingest.Ingest:
        """What judges rows that come without."""
        return ingest.Ingest(self.config, self.store)

    def take(self, batch: Sequence[tuple[str, Any]]) -> None:
        """Store what is new of a batch."""
        now = self.clock()
        rows = [row for row in (self._read(where, value, now) for where, value in batch) if row is not None]
        fresh = self._fresh(rows)
        self.counts.update(read=len(batch), new=len(fresh), known=len(rows) - len(fresh))
        keys = tuple((row.item.id, key) for row, k in fresh for key in k.all)
        kept = [row.item for row, _ in fresh if row.judged >= _GROUPED]
        bare = [row.item for row, _ in fresh if not row.judged >= _GROUPED]
        with self.store.transaction():  # a batch comes with all that belongs to it, or not at all
            if kept:
                self.members.update(item.story for item in kept if item.story)
                self._wait_for_originals(kept)
                self.titles.update({row.item.story: row.dossier.story_title for row, _ in fresh if row.dossier and row.dossier.story_title})
                self.store.apply(Update(items=tuple(kept), keys=keys, stories=tuple(self._stories(kept))))
            if bare:
                update = self.ingest.judge(bare, now=now, keys={row.item.id: k for row, k in fresh})
                self.store.apply(replace(update, keys=keys))
            self._keep_beside(rows, {row.item.id for row, _ in fresh})

    def _wait_for_originals(self, kept: Sequence[Item]) -> None:
        """Remember the copies of what has not come yet: what they copy may stand further down in the file."""
        copies = [item for item in kept if item.copy_of]
        here = {item.id for item in kept} | set(self.store.numbers_of({item.copy_of for item in copies if item.copy_of}))
        self.late += [Link(item=item.id, copy_of=item.copy_of, why=item.copy_why) for item in copies if item.copy_of not in here]

    def _keep_beside(self, rows: Sequence[decode.Row], fresh: Collection[str]) -> None:
        """Notes, marks, earlier versions and evidence of the new items; of those that were known only the notes, for their marks are the
        reader's own."""
        beside = [replace(row.dossier, item=row.item) for row in rows if row.dossier]
        notes = [Dossier(item=one.item, notes=one.notes) for one in beside if one.notes and one.item.id not in fresh]
        if beside:
            self.store.keep([*(one for one in beside if one.item.id in fresh), *notes])

    def _read(self, where: str, value: Any, now: datetime) -> decode.Row | None:
        try:
            if isinstance(value, ValueError):
                raise decode.RefusedError(str(value))
            row = decode.row(value, now, _FEED)
        except decode.RefusedError as error:
            self.counts["refused"] += 1
            if len(self.refused) < _TOLD:
                self.refused.append(f"{where}: {error}")
            return None
        if row.item.id:
            self.named.add(row.item.id)
        item = row.item if row.judged >= {"topics", "entities"} else self._marked(row)
        return replace(row, item=item if item.id else replace(item, id=ingest.item_id(ingest.as_draft(item))))

    def _marked(self, row: decode.Row) -> Item:
        """The item with the tags, entities and credits it came without."""
        judged = self.reader.judge(self._attributed(ingest.as_draft(row.item)))
        found = {name: getattr(judged, name) for name in ("text", "summary", "credits", "outlet", "outlet_known", "language")}
        found |= {"tags": judged.tags} if "topics" not in row.judged else {}
        found |= {"entities": judged.entities} if "entities" not in row.judged else {}
        return replace(row.item, **found)

    def _attributed(self, draft: Draft) -> Draft:
        """With publisher and language as a poll finds them; an outlet that only the row names is shown, but is no identity."""
        feed = self.config.feeds.get(draft.feed) or Feed(name=draft.feed, url="")
        entry = Entry(language=draft.language, source_name=draft.source, source_url=draft.source_url)
        language = clean.spoken(entry, feed, None, draft.title, draft.text)
        if draft.outlet_known:
            return replace(draft, language=language)
        name, known = clean.publisher(entry, draft.url or draft.link, feed, draft.outlet, self.outlets)
        return replace(draft, outlet=name, outlet_known=known, language=language)

    def _fresh(self, rows: Sequence[decode.Row]) -> list[tuple[decode.Row, Keys]]:
        """The rows that are neither stored nor stand in the file before, with their identity keys.

        Rows to which the file gives ids of their own are items of their own, however alike they are: one archive held them all.
        """
        there = self.store.numbers_of([row.item.id for row in rows]).keys()
        drafts = [(row, ingest.as_draft(row.item)) for row in rows if row.item.id not in there]
        keyed = [(row, draft, identity.keys(draft)) for row, draft in drafts]
        fresh: dict[str, tuple[decode.Row, Keys]] = {}
        for feed in sorted({row.item.feed for row, _, _ in keyed}):
            mine = [one for one in keyed if one[0].item.feed == feed]
            known = self.store.known(feed, {key for _, _, k in mine for key in k.own})
            matches = identity.match([draft for _, draft, _ in mine], (), known, [k for _, _, k in mine])
            for (row, _, k), match in zip(mine, matches, strict=True):
                apart = row.item.id in self.named and (match.id is None or match.id in self.came)
                if apart or (match.id is None and match.repeats is None):
                    fresh.setdefault(row.item.id, (row, k))
        self.came |= fresh.keys()
        return [fresh[row.item.id] for row, _, _ in keyed if fresh.get(row.item.id, (None,))[0] is row]

    def _stories(self, items: Sequence[Item]) -> Iterator[Story]:
        """The stories of items that came with one, as far as this batch knows them; those of several are told as a whole at the end."""
        groups: dict[str, list[Item]] = {}
        for item in items:
            if item.story:
                groups.setdefault(item.story, []).append(item)
        for id_, members in groups.items():
            yield self._judged(id_, members) if len(members) == 1 else ingest.as_story(id_, members)

    def _judged(self, id_: str, members: Sequence[Item]) -> Story:
        bare = ingest.as_story(id_, members)
        story, _ = provenance.judge(replace(bare, title=self.titles.get(id_, bare.title)), members, self.outlets, self.config.feeds)
        return rank.rank(story, members, self.config, self.clock())

    def finish(self) -> None:
        """Stories of several items are told of as a whole, wherever their items stood in the file."""
        there = self.store.numbers_of({link.copy_of for link in self.late if link.copy_of}) if self.late else {}
        self.store.apply(Update(links=tuple(link for link in self.late if link.copy_of in there)))
        several = [id_ for id_, count in self.members.items() if count > 1]
        for at in range(0, len(several), _BATCH):
            members = self.store.story_items(several[at : at + _BATCH], texts=True)
            self.store.apply(Update(stories=tuple(self._judged(id_, items) for id_, items in members.items())))
