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
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Protocol

from curator import clean, credits, identity, ingest, outlets, teaching
from curator.archive import Archive, lessons, seldom_collected
from curator.config import Config, Feed
from curator.stores import sqlite
from curator.types import Credit, Draft, Entry, Item, Link, Query, Story, Tag, Update

Progress = Callable[[int, int, int], None]

_BATCH = 1_000  #: items read and written at a time
_MOMENT = 1_000  #: items that came at one moment and are judged together, at most
_EVERYTHING = Query(copies=True, muted=True, limit=None)


class Past(Archive, Protocol):
    """What is asked of a store."""

    def iterate(self, query: Query, now: datetime) -> Iterator[Item]: ...
    def count(self, query: Query, now: datetime) -> int: ...
    def transaction(self) -> AbstractContextManager[Any]: ...
    def stories_by_id(self, ids: Iterable[str]) -> Mapping[str, Story]: ...
    def living(self, story: str) -> str: ...
    def retag(self, items: Iterable[Item]) -> int: ...
    def sweep_stories(self) -> int: ...


def _batches(items: Iterable[Item], most: int = _BATCH) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, most)):
        yield batch


# ── topics and entities ─────────────────────────────────────────────────────────────────────────────────────────────


def retag(
    store: Past, config: Config, since: datetime | None, now: datetime, *, dry_run: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Topics and entities by today's rules, and by what people taught, for items dated since then. Gives the items looked at and changed,
    and for each topic the ids that get it (`added`) and lose it (`removed`). What a person gave or took away stays. With `dry_run`
    nothing is written."""
    if dry_run:
        return _retagged(store, config, replace(_EVERYTHING, since=since), now, write=False, progress=progress)
    with store.exclusive("retag"):
        return _retagged(store, config, replace(_EVERYTHING, since=since), now, write=True, progress=progress)


def _retagged(store: Past, config: Config, query: Query, now: datetime, *, write: bool, progress: Progress | None) -> dict[str, Any]:
    mark = teaching.prepare(config, lessons(store))
    said = {(item, topic): sign for item, topic, sign in store.labels()}
    total, done, changed = store.count(query, now), 0, 0
    added: defaultdict[str, list[str]] = defaultdict(list)
    removed: defaultdict[str, list[str]] = defaultdict(list)
    for batch in _batches(store.iterate(query, now)):
        news = []
        for item in batch:
            tags, entities = mark(ingest.as_draft(item))
            new = replace(item, tags=_kept(item, tags, said, config), entities=entities)
            if new != item:
                news.append(new)
                _compare(item, new, added, removed)
        changed += len(news)
        if write:
            store.retag(news)
        done += len(batch)
        if progress:
            progress(done, total, changed)
    return {"items": done, "changed": changed, "added": dict(added), "removed": dict(removed)}


def _kept(item: Item, tags: Sequence[Tag], said: Mapping[tuple[str, str], int], config: Config) -> tuple[Tag, ...]:
    """The new tags with what is no rule's to give or take: tags by hand, and those of a feed that is not followed any more."""
    stay = [tag for tag in item.tags if tag.by == "hand" or (tag.by == "feed" and item.feed not in config.feeds)]
    names = {tag.name for tag in stay}
    return (*(tag for tag in tags if tag.name not in names and said.get((item.id, tag.name), 1) > 0), *stay)


def _compare(old: Item, new: Item, added: defaultdict[str, list[str]], removed: defaultdict[str, list[str]]) -> None:
    before, after = {tag.name for tag in old.tags}, {tag.name for tag in new.tags}
    for name in sorted(after - before):
        added[name].append(old.id)
    for name in sorted(before - after):
        removed[name].append(old.id)


# ── one item, after a person's word ─────────────────────────────────────────────────────────────────────────────────


def around(store: Archive, config: Config, items: Sequence[str], now: datetime) -> None:
    """Judge items anew, with the whole of their stories, after a person has put something right about them."""
    stored = store.items(items)
    update = ingest.Ingest(config, store).judge((), tuple(stored.values()), now=now)
    store.apply(replace(update, changed=tuple(_parted(store, update.changed))))


def _parted(store: Archive, items: Iterable[Item]) -> list[Item]:
    """The items, with the person's word where that is why one is no copy."""
    parted = {item for kind, item, _ in store.corrections() if kind == "not-copy"}
    why = "a person said that it is no copy"
    return [replace(item, copy_why=why) if item.copy_of is None and item.id in parted else item for item in items]


# ── copies, stories, provenance ─────────────────────────────────────────────────────────────────────────────────────


def regroup(store: Past, config: Config, since: datetime | None, now: datetime, *, progress: Progress | None = None) -> dict[str, Any]:
    """Publishers, copies, stories and provenance by today's rules for items dated since then (None: all). Gives counts of what changed.

    What is older than that stands as it is, with the whole stories that newer items may join. Old story ids keep resolving: a story
    goes on under the id that most of its items had, the others lead to it.
    """
    with (
        store.exclusive("regroup"),
        tempfile.TemporaryDirectory(prefix="curator-regroup-") as folder,
        sqlite.connect(str(Path(folder) / "past.db")) as past,
        seldom_collected(),
    ):
        _correct(store, past, now)
        oldest = since - timedelta(days=_window(config)) if since else None
        query = replace(_EVERYTHING, since=oldest)
        total, done = store.count(query, now), 0
        credited, published = credits.prepare(outlets.of(config)), _publishers(store, config)
        judge = ingest.Ingest(config, past).judge
        for _, several in groupby(store.iterate(query, now), key=lambda item: item.seen):
            for group in _batches(several, _MOMENT):
                _stand(store, past, [item for item in group if since and item.date < since], since)
                fresh = [_unjudged(published(item), credited) for item in group if not (since and item.date < since)]
                if fresh:
                    update = judge(fresh, now=fresh[0].seen)
                    past.apply(replace(update, keys=_keys(fresh)))
                done += len(group)
                if progress:
                    progress(done, total, 0)
        return _write(store, past, now)


def _window(config: Config) -> float:
    return max(config.stories.window_days, config.stories.security_days)


def _correct(store: Past, past: Any, now: datetime) -> None:
    """What people put right, for the past that is played: there stories have other ids, so their items are told instead."""
    for kind, item, other in store.corrections():
        if kind == "not-story" and other:
            story = store.living(other)
            for mate in store.story_items([story]).get(story, ()):
                if mate.id != item:
                    past.correct(kind, item, mate.id, at=now)
        else:
            past.correct(kind, item, other, at=now)


def _stand(store: Past, past: Any, items: Sequence[Item], since: datetime | None) -> None:
    """What is older than `since` stands as it was judged, in whole stories."""
    ids = {item.story for item in items if item.story}
    whole = [item for several in store.story_items(ids, texts=True).values() for item in several if since and item.date < since]
    everyone = sorted({item.id: item for item in (*items, *whole)}.values(), key=lambda item: (item.copy_of is not None, item.seen))
    past.apply(Update(items=tuple(everyone), keys=_keys(everyone), stories=tuple(store.stories_by_id(ids).values())))


def _unjudged(item: Item, credited: Callable[[Draft], tuple[Credit, ...]]) -> Item:
    """An item as it was before it was compared with others, its credits by today's rules."""
    return replace(item, copy_of=None, copy_why="", story="", story_why="", credits=credited(ingest.as_draft(item)))


def _publishers(store: Past, config: Config) -> Callable[[Item], Item]:
    """Gives an item its publisher by today's feeds.toml. What a feed that is not followed any more said of its own stays."""
    book = outlets.of(config)
    titles = {name: state.title for name, state in store.states().items()}

    def published(item: Item) -> Item:
        entry = Entry(source_name=item.source, source_url=item.source_url)
        feed = config.feeds.get(item.feed) or Feed(name=item.feed, url="")
        name, known = clean.publisher(entry, item.url or item.link, feed, titles.get(item.feed) or item.outlet, book)
        if not known and not (item.outlet_known and item.feed in config.feeds):
            name, known = item.outlet, item.outlet_known
        named = book.by_name(item.source) if item.source else None
        return replace(item, outlet=name, outlet_known=known, source=named.name if named else item.source)

    return published


def _keys(items: Sequence[Item]) -> tuple[tuple[str, int], ...]:
    return tuple((item.id, key) for item in items for key in identity.keys(item).across)


# ── what came out differently ───────────────────────────────────────────────────────────────────────────────────────


def _write(store: Past, past: Any, now: datetime) -> dict[str, Any]:
    """Carry over what came out differently, in one transaction."""
    names, into = _names(store, past, now)
    counts: Counter[str] = Counter(items=0, changed=0, outlets=0, copies=0, moved=0, merged=0)
    with store.transaction():
        for batch in _batches(past.iterate(_EVERYTHING, now)):
            stored = store.items([item.id for item in batch])
            news = _parted(store, [replace(item, story=names.get(item.story, item.story)) for item in batch if item.id in stored])
            changed = [item for item in news if _judgements(item) != _judgements(stored[item.id])]
            counts["items"] += len(news)
            counts["changed"] += len(changed)
            counts["copies"] += sum(item.copy_of != stored[item.id].copy_of for item in changed)
            counts["moved"] += sum(item.story != stored[item.id].story for item in changed)
            elsewhere = [item for item in news if _publisher(item) != _publisher(stored[item.id])]
            counts["outlets"] += len(elsewhere)
            store.apply(Update(changed=tuple(_republished(stored[item.id], item) for item in elsewhere)))
            store.retag(replace(stored[item.id], credits=item.credits) for item in news)
            store.apply(replace(_carried(changed), stories=_told(store, past, {item.story for item in batch}, names)))
        ended = store.stories_by_id(into)
        store.apply(Update(stories=tuple(replace(story, into=into[id_], items=()) for id_, story in ended.items())))
        counts["merged"] = len(ended)
        store.sweep_stories()
    return dict(counts)


def _judgements(item: Item) -> tuple[Any, ...]:
    return (item.copy_of, item.copy_why, item.story, item.story_why, item.provenance)


def _publisher(item: Item) -> tuple[Any, ...]:
    return (item.outlet, item.outlet_known, item.source)


def _republished(stored: Item, item: Item) -> Item:
    return replace(stored, outlet=item.outlet, outlet_known=item.outlet_known, source=item.source)


def _carried(items: Sequence[Item]) -> Update:
    return Update(
        links=tuple(Link(item=item.id, copy_of=item.copy_of, why=item.copy_why) for item in items),
        members=tuple((item.id, item.story, item.story_why) for item in items),
        provenances=tuple((item.id, item.provenance) for item in items),
    )


def _told(store: Past, past: Any, ids: set[str], names: Mapping[str, str]) -> tuple[Story, ...]:
    """The stories as they are told now, under the names they go on under; those that are told so already are left out."""
    found = [
        replace(story, id=names.get(story.id, story.id), related=tuple(names.get(id_, id_) for id_ in story.related))
        for story in past.stories_by_id(ids).values()
    ]
    there = store.stories_by_id([story.id for story in found])
    return tuple(story for story in found if there.get(story.id) != story)


def _names(store: Past, past: Any, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """New story id -> the id it goes on under, that of the story it shares most items with; and for each old id that none goes on
    under, the story that holds most of its items now."""
    shared: Counter[tuple[str, str]] = Counter()
    for batch in _batches(past.iterate(_EVERYTHING, now)):
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
