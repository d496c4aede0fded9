"""All that one batch changes, in one transaction: `apply`."""
# ruff: noqa: S608 — questions are put together of our own constants; values are always bound

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from curator.stores import _text_index as index
from curator.stores._base import batches, clock, seconds, stamp
from curator.stores._evidence import Evidence
from curator.stores._feeds import Feeds
from curator.stores._identity import Identity
from curator.stores._rows import (
    COLUMNS,
    SEALED,
    Numbers,
    address,
    credits_json,
    credits_of,
    entities_json,
    entities_of,
    entity_texts,
    judgement,
    packed,
    same_read,
    seal,
    tags_json,
    tags_of,
    texts,
    told,
    whole_characters,
)
from curator.stores._story_rows import StoryRows
from curator.types import Item, Link, Retrieval, Story, Tag, Update

_INSERT = f"INSERT INTO item ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
#: A changed item keeps its number, its id, when it was first seen, and what a person marked.
_FIXED = {"n", "id", "seen", "read", "starred"}
_CHANGED = [column for column in COLUMNS if column not in _FIXED]
_UPDATE = f"UPDATE item SET {', '.join(f'{column} = ?' for column in _CHANGED)} WHERE n = ?"


class _Old(NamedTuple):
    """An item as it was."""

    title: str
    text: str
    sha256: bytes | None
    seen: int
    changed: int | None
    versions: int
    retrieval: int | None
    date: int
    topics: str | None
    entities: str | None


_OLD = (
    "SELECT i.title, b.text, i.sha256, i.seen, i.changed, i.versions, i.retrieval, i.date, i.topics, i.entities "
    "FROM item i JOIN body b ON b.item = i.n WHERE i.n = ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What an update's rows refer to: numbers of items and stories, and the number and time of each feed's answer."""

    numbers: Mapping[str, int]
    stories: Mapping[str, int]
    retrievals: Mapping[str, tuple[int, int]]


class Applying(Feeds, Evidence, Identity, StoryRows):
    """`apply`, `retag`."""

    def apply(self, update: Update, *, apart: bool = True) -> None:
        """Everything of the update, or nothing. Items whose id is stored (or was pruned) are skipped: applying twice changes nothing.
        `apart`: see `transaction`; an update that is not must hold whole characters only."""
        try:
            self._apply(update, apart=apart)
        except UnicodeEncodeError:  # half a character, as JSON feeds can smuggle in: SQLite keeps only whole ones
            if not apart:
                raise
            self._apply(whole_characters(update), apart=apart)

    def _apply(self, update: Update, *, apart: bool) -> None:
        with self.remembered.rewriting(self.transaction(apart=apart)) as changed:
            con = self._con
            self.write_states(con, update.states)
            retrievals = self._retrievals(con, update.retrievals)
            self.write_evidence(con, update.raws)
            items = self._unknown(update.items)
            numbers = self._item_numbers(update, items)
            batch = _Batch(numbers=numbers, stories=self._story_numbers(con, update, items, numbers), retrievals=retrievals)
            self._insert(con, items, batch)
            self._change(con, update.changed, batch)
            self._judge(con, update, items, batch)
            changed.update(self.merge_stories(con, update.stories), _rewritten(update, numbers))
            keys = [(key, numbers[item]) for item, key in update.keys if item in numbers]
            self.write_keys(con, keys, {numbers[item.id] for item in items})

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _unknown(self, items: Sequence[Item]) -> list[Item]:
        """The items whose id is neither stored nor pruned; of two with one id the first."""
        ids = {item.id: item for item in reversed(items)}
        there = self.numbers_of(ids)
        there |= self.numbers_of(ids, "tombstone")
        return [item for item in items if item.id not in there and ids[item.id] is item]

    def _item_numbers(self, update: Update, items: list[Item]) -> dict[str, int]:
        """The numbers of all items the update speaks of; new ones get the next, in their order."""
        fresh = {item.id: n for n, item in enumerate(items, start=self.last_number() + 1)}
        named = _told_of(update) | {item for item, _ in update.keys} | {link.copy_of for link in update.links if link.copy_of}
        named |= {item.copy_of for item in (*items, *update.changed) if item.copy_of}
        return self.numbers_of(named - fresh.keys()) | fresh

    def _story_numbers(self, con: sqlite3.Connection, update: Update, items: Sequence[Item], fresh: Mapping[str, int]) -> dict[str, int]:
        """Write the update's stories, and a bare one for each that an item names but nobody tells of (an import of items alone).
        `fresh`: numbers of the new items."""
        titled = {(item.story, item.title): fresh[item.id] for item in reversed(items)}
        numbers = self.write_stories(con, update.stories, titled)
        named: dict[str, list[Item]] = {}
        for item in (*items, *update.changed):
            if item.story and item.story not in numbers:
                named.setdefault(item.story, []).append(item)
        numbers |= self.numbers_of(named, "story")
        bare = [_bare(id_, members) for id_, members in named.items() if id_ not in numbers]
        return numbers | self.write_stories(con, bare, titled)

    def _retrievals(self, con: sqlite3.Connection, retrievals: Iterable[Retrieval]) -> dict[str, tuple[int, int]]:
        """Write them; feed -> (number, time) of its last."""
        numbers = {}
        for r in retrievals:
            final = None if r.final == r.requested else r.final
            row = (self.number("feed", r.feed), seconds(r.at), r.requested, final, r.status, r.etag, r.last_modified, r.body_sha, r.tool)
            n = con.execute(
                "INSERT INTO retrieval (feed, at, requested, final, status, etag, last_modified, body_sha, tool) VALUES (?,?,?,?,?,?,?,?,?)",
                (*row[:7], bytes.fromhex(row[7]), row[8]),
            ).lastrowid
            numbers[r.feed] = (n or 0, seconds(r.at))
        return numbers

    # ── items ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _insert(self, con: sqlite3.Connection, items: list[Item], batch: _Batch) -> None:
        if not items:
            return
        known = self.wording_numbers(texts(items))
        placed = [(batch.numbers[item.id], item, self._refers(item, batch)) for item in items]
        con.executemany(_INSERT, [packed(item, n, to, known) for n, item, to in placed])
        con.executemany("INSERT INTO body (item, text) VALUES (?, ?)", [(batch.numbers[item.id], item.text) for item in items])
        self._index_judgements(con, [(batch.numbers[item.id], item) for item in items])
        index.put(con, ((batch.numbers[item.id], item.title, item.text) for item in items))
        self.remembered.keep({n: item for n, item, to in placed if same_read(item, to)})

    def _refers(self, item: Item, batch: _Batch) -> Numbers:
        retrieval = batch.retrievals.get(item.feed)
        return Numbers(
            feed=self.number("feed", item.feed),
            outlet=None if item.outlet is None else self.number("outlet", item.outlet),
            retrieval=None if retrieval is None else retrieval[0],
            copy_of=None if item.copy_of is None else batch.numbers.get(item.copy_of),
            story=batch.stories.get(item.story),
        )

    def _index_judgements(self, con: sqlite3.Connection, items: Iterable[tuple[int, Item]]) -> None:
        topics: set[tuple[int, int, int]] = set()
        entities: set[tuple[int, int, int]] = set()
        for n, item in items:
            date = seconds(item.date)
            topics.update((self.number("topic", tag.name), date, n) for tag in item.tags)
            entities.update((self.entity_number(entity.kind, entity.value), date, n) for entity in item.entities)
        con.executemany("INSERT OR IGNORE INTO item_topic (topic, date, item) VALUES (?, ?, ?)", sorted(topics))
        con.executemany("INSERT OR IGNORE INTO item_entity (entity, date, item) VALUES (?, ?, ?)", sorted(entities))

    def _unindex_judgements(self, con: sqlite3.Connection, n: int, date: int, topics: str | None, entities: str | None) -> None:
        old = [(self.number("topic", tag.name), date, n) for tag in tags_of(topics, self.said)]
        con.executemany("DELETE FROM item_topic WHERE topic = ? AND date = ? AND item = ?", old)
        gone = [(self.entity_number(kind, value), date, n) for kind, value, _ in entity_texts(entities, self.said)]
        con.executemany("DELETE FROM item_entity WHERE entity = ? AND date = ? AND item = ?", gone)

    # ── changed items ───────────────────────────────────────────────────────────────────────────────────────────────

    def _change(self, con: sqlite3.Connection, items: Iterable[Item], batch: _Batch) -> None:
        for item in items:
            n = batch.numbers.get(item.id)
            old = None if n is None else con.execute(_OLD, (n,)).fetchone()
            if n is not None and old is not None:
                self._rewrite(con, n, item, _Old(*old), batch)

    def _rewrite(self, con: sqlite3.Connection, n: int, item: Item, old: _Old, batch: _Batch) -> None:
        known = self.wording_numbers(texts([item]))
        row = dict(zip(COLUMNS, packed(item, n, self._refers(item, batch), known), strict=True))
        if (old.title, old.text, old.sha256) == (item.title, item.text, row["sha256"]):
            row |= {"versions": old.versions, "changed": old.changed, "retrieval": old.retrieval}
        else:
            before = (n, old.versions, old.changed or old.seen, old.title, old.text, old.sha256, old.retrieval)
            con.execute("INSERT OR IGNORE INTO version VALUES (?, ?, ?, ?, ?, ?, ?)", before)
            at = stamp(item.changed) or batch.retrievals.get(item.feed, (0, old.seen))[1]
            row |= {"versions": old.versions + 1, "changed": at}
        plain = row | {"link": address(item)[0]}
        row["seal"] = seal([plain[column] for column in SEALED], item.text)
        kept = self.with_hand_tags(con, n, item.tags, tags_of(old.topics, self.said))
        row["topics"] = tags_json(kept, known)
        con.execute(_UPDATE, (*(row[column] for column in _CHANGED), n))
        self._unindex_judgements(con, n, old.date, old.topics, old.entities)
        self._index_judgements(con, [(n, replace(item, tags=kept))])
        if old.title != item.title:
            con.execute("UPDATE story SET title = ? WHERE typeof(title) = 'integer' AND title = ?", (old.title, n))
        if (old.title, old.text) != (item.title, item.text):
            index.take(con, [(n, old.title, old.text)])
            con.execute("UPDATE body SET text = ? WHERE item = ?", (item.text, n))
            index.put(con, [(n, item.title, item.text)])

    def with_hand_tags(self, con: sqlite3.Connection, n: int, new: Iterable[Tag], old: Iterable[Tag]) -> tuple[Tag, ...]:
        """The new tags, with what a person said of this item: her own stay, those she took away do not come back."""
        said = dict(con.execute("SELECT t.name, l.sign FROM label l JOIN topic t ON t.n = l.topic WHERE l.item = ?", (n,)))
        hand = [tag for tag in old if tag.by == "hand" and said.get(tag.name, 1) > 0]
        names = {tag.name for tag in hand}
        return (*(tag for tag in new if tag.name not in names and said.get(tag.name, 1) > 0), *hand)

    def retag(self, items: Iterable[Item]) -> int:
        """Write the topics, entities and credits of these items where they differ from what is kept; how many did. What a person said of
        topics stays. In transactions of 500, so that a stopped run keeps what it did."""
        changed = 0
        for batch in batches(items):
            with self.transaction() as con:
                numbers = self.numbers_of(item.id for item in batch)
                changed += sum(self._retag(con, numbers[item.id], item) for item in batch if item.id in numbers)
        return changed

    def _retag(self, con: sqlite3.Connection, n: int, item: Item) -> bool:
        date, *old = con.execute("SELECT date, topics, entities, credits FROM item WHERE n = ?", (n,)).fetchone()
        before = tags_of(old[0], self.said)
        kept = self.with_hand_tags(con, n, item.tags, before)
        if (kept, item.entities, item.credits) == (before, entities_of(old[1], self.said), credits_of(old[2], self.said)):
            return False
        known = self.wording_numbers(told(kept, item.entities, item.credits))
        new = (tags_json(kept, known), entities_json(item.entities, known), credits_json(item.credits, known))
        con.execute("UPDATE item SET topics = ?, entities = ?, credits = ? WHERE n = ?", (*new, n))
        self._unindex_judgements(con, n, date, old[0], old[1])
        self._index_judgements(con, [(n, replace(item, tags=kept, date=clock(date)))])
        return True

    # ── judgements of items already kept ────────────────────────────────────────────────────────────────────────────

    def _judge(self, con: sqlite3.Connection, update: Update, items: Iterable[Item], batch: _Batch) -> None:
        self.write_links(con, update.links, batch.numbers)
        self.write_members(con, update.members, batch.numbers, batch.stories)
        known = self.wording_numbers(judged.why for _, judged in update.provenances)
        con.executemany(
            "UPDATE item SET role = ?, origin = ?, background = ?, evidence = ?, why = ?, denied_by = ? WHERE n = ?",
            [(*judgement(judged, known), batch.numbers[item]) for item, judged in update.provenances if item in batch.numbers],
        )

    def write_links(self, con: sqlite3.Connection, links: Iterable[Link], numbers: Mapping[str, int]) -> None:
        """Links replace earlier ones of the same item."""
        links = [link for link in links if link.item in numbers]
        known = self.wording_numbers(link.why for link in links)
        rows = [
            (numbers.get(link.copy_of) if link.copy_of else None, known.get(link.why, link.why or None), numbers[link.item])
            for link in links
        ]
        con.executemany("UPDATE item SET copy_of = ?, copy_why = ? WHERE n = ?", rows)

    def write_members(
        self, con: sqlite3.Connection, members: Iterable[tuple[str, str, str]], numbers: Mapping[str, int], stories: Mapping[str, int]
    ) -> None:
        """Put items into stories; a story that is not known is looked up."""
        members = [member for member in members if member[0] in numbers]
        stories = dict(stories) | self.numbers_of({story for _, story, _ in members} - stories.keys(), "story")
        known = self.wording_numbers(why for _, _, why in members)
        rows = [(stories[story], known.get(why, why or None), numbers[item]) for item, story, why in members if story in stories]
        con.executemany("UPDATE item SET story = ?, story_why = ? WHERE n = ?", rows)


def _told_of(update: Update) -> set[str]:
    """Ids of the items, new ones aside, of which an update says something."""
    named = {item.id for item in update.changed} | {link.item for link in update.links}
    return named | {item for item, _, _ in update.members} | {item for item, _ in update.provenances}


def _rewritten(update: Update, numbers: Mapping[str, int]) -> set[int]:
    """The rows of items already kept that an update changes; which rows its merged stories move, the database knows."""
    return {numbers[item] for item in _told_of(update) if item in numbers}


def _bare(id_: str, items: list[Item]) -> Story:
    dates = [item.date for item in items]
    return Story(id=id_, title=items[0].title, first=min(dates), last=max(dates))
