"""Judgements made anew after a change of rules: `topics retag` and `db regroup`. Items, marks and digests sent are never touched.

`regroup` plays the past into an empty archive, oldest first, through the very stages that a poll goes through, and then writes what came
out differently. So the past comes out as if today's rules had always stood.
"""

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from curator import identity, ingest, taggers, teaching
from curator.archive import Archive, lessons
from curator.config import Config
from curator.stores import sqlite
from curator.types import Item, Link, Query, Story, Tag, Update

Progress = Callable[[int, int, int], None]

_BATCH = 1_000
_EVERYTHING = Query(copies=True, muted=True, limit=None)


class Past(Archive, Protocol):
    """What is asked of a store."""

    def iterate(self, query: Query, now: datetime) -> Iterator[Item]: ...
    def count(self, query: Query, now: datetime) -> int: ...
    def transaction(self) -> AbstractContextManager[Any]: ...
    def stories_by_id(self, ids: Iterable[str]) -> Mapping[str, Story]: ...


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists of a transaction's size."""
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


# ── topics and entities ─────────────────────────────────────────────────────────────────────────────────────────────


def retag(
    store: Past, config: Config, since: datetime | None, now: datetime, *, dry_run: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Topics and entities by today's rules for items dated since then. Gives the items looked at and changed, and for each topic the ids
    that get it (`added`) and lose it (`removed`); those of hand-set tags never change. With `dry_run` nothing is written."""
    mark = teaching.prepare(config, lessons(store))
    added: defaultdict[str, list[str]] = defaultdict(list)
    removed: defaultdict[str, list[str]] = defaultdict(list)
    query = replace(_EVERYTHING, since=since)
    total, done, changed = store.count(query, now), 0, 0
    for batch in batches(store.iterate(query, now)):
        news = [new for item in batch if (new := _remarked(item, mark)) != item]
        changed += len(news)
        before = {item.id: {tag.name for tag in item.tags} for item in batch}
        for item in news:
            names = {tag.name for tag in item.tags}
            for name in names - before[item.id]:
                added[name].append(item.id)
            for name in before[item.id] - names:
                removed[name].append(item.id)
        if news and not dry_run:
            store.apply(Update(changed=tuple(news)))
        done += len(batch)
        if progress:
            progress(done, total, changed)
    return {"items": done, "changed": changed, "added": dict(added), "removed": dict(removed)}


def _remarked(item: Item, mark: taggers.Mark) -> Item:
    tags, entities = mark(ingest.as_draft(item))
    hand = tuple(tag for tag in item.tags if tag.by == "hand")
    return replace(item, tags=_with(tags, hand), entities=entities)


def _with(tags: Sequence[Tag], hand: Sequence[Tag]) -> tuple[Tag, ...]:
    names = {tag.name for tag in hand}
    return (*(tag for tag in tags if tag.name not in names), *hand)


# ── copies, stories, provenance ─────────────────────────────────────────────────────────────────────────────────────


def around(store: Archive, config: Config, item: str, now: datetime) -> None:
    """Judge one item anew, after a person has put something right about it."""
    stored = store.items([item])
    update = ingest.Ingest(config, store).judge((), tuple(stored.values()), now=now)
    store.apply(update)


def regroup(store: Past, config: Config, since: datetime | None, now: datetime, *, progress: Progress | None = None) -> dict[str, Any]:
    """Copies, stories and provenance by today's rules for items that came since then (None: all). Gives counts of what changed.

    Old story ids keep resolving: a story goes on under the id that most of its items had, the others lead to it.
    """
    context = since - timedelta(days=_window(config)) if since else None
    query = replace(_EVERYTHING, since=context)
    total = store.count(query, now)
    with tempfile.TemporaryDirectory(prefix="curator-regroup-") as folder, sqlite.connect(str(Path(folder) / "past.db")) as past:
        for kind, item, other in store.corrections():
            past.correct(kind, item, other, at=now)
        done = 0
        for batch in batches(store.iterate(query, now)):
            _play(past, config, batch, since)
            done += len(batch)
            if progress:
                progress(done, total, 0)
        return _write(store, past, now, since)


def _window(config: Config) -> float:
    return max(config.stories.window_days, config.stories.security_days)


def _play(past: Any, config: Config, batch: Sequence[Item], since: datetime | None) -> None:
    """One batch of the past: what is older than `since` stands as it was judged, the rest is judged anew, as of when it came."""
    standing = [item for item in batch if since and item.seen < since]
    fresh = [_unjudged(item) for item in batch if not (since and item.seen < since)]
    keys = tuple((item.id, key) for item in batch for key in identity.keys(ingest.as_draft(item)).across)
    past.apply(Update(items=tuple(standing), keys=tuple(pair for pair in keys if pair[0] in {item.id for item in standing})))
    for moment in sorted({item.seen for item in fresh}):
        group = [item for item in fresh if item.seen == moment]
        update = ingest.Ingest(config, past).judge(group, now=moment)
        mine = {item.id for item in group}
        past.apply(replace(update, keys=tuple(pair for pair in keys if pair[0] in mine)))


def _unjudged(item: Item) -> Item:
    return replace(item, copy_of=None, copy_why="", story="", story_why="")


def _write(store: Past, past: Any, now: datetime, since: datetime | None) -> dict[str, Any]:
    """Carry over what came out differently, in one transaction."""
    names, into = _names(store, past, now)
    counts: Counter[str] = Counter()
    with store.transaction():
        for batch in batches(past.iterate(_EVERYTHING, now)):
            stored = store.items([item.id for item in batch])
            told = past.stories_by_id({item.story for item in batch})
            news = [replace(item, story=names.get(item.story, item.story)) for item in batch if not (since and item.seen < since)]
            changed = [item for item in news if item.id in stored and _differs(item, stored[item.id])]
            counts.update(items=len(news), changed=len(changed))
            counts["copies"] += sum(item.copy_of != stored[item.id].copy_of for item in changed)
            counts["moved"] += sum(item.story != stored[item.id].story for item in changed)
            living = [replace(story, id=names.get(story.id, story.id)) for story in told.values()]
            store.apply(
                Update(
                    stories=tuple(living),
                    links=tuple(Link(item=item.id, copy_of=item.copy_of, why=item.copy_why) for item in changed),
                    members=tuple((item.id, item.story, item.story_why) for item in changed),
                    provenances=tuple((item.id, item.provenance) for item in changed),
                )
            )
        ended = store.stories_by_id(into)
        store.apply(Update(stories=tuple(replace(story, into=into[id_], items=()) for id_, story in ended.items())))
        counts["merged"] = len(ended)
    return dict(counts)


def _differs(new: Item, old: Item) -> bool:
    return (new.copy_of, new.story, new.provenance) != (old.copy_of, old.story, old.provenance)


def _names(store: Past, past: Any, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """New story id -> the id it goes on under, that of the story it shares most items with; and for each old id that none goes on
    under, the story that holds most of its items now."""
    shared: Counter[tuple[str, str]] = Counter()
    for batch in batches(past.iterate(_EVERYTHING, now)):
        old = store.items([item.id for item in batch])
        shared.update((item.story, old[item.id].story) for item in batch if item.id in old and old[item.id].story)
    names: dict[str, str] = {}
    taken: set[str] = set()
    ordered = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))
    for (new, old_id), _ in ordered:
        if new not in names and old_id not in taken:
            names[new] = old_id
            taken.add(old_id)
    for (new, _), _ in ordered:
        names.setdefault(new, new if new not in taken else hashlib.sha256(f"again {new}".encode()).hexdigest()[:16])
    into: dict[str, str] = {}
    for (new, old_id), _ in ordered:
        if old_id not in taken and old_id not in names.values():
            into.setdefault(old_id, names[new])
    return names, into
