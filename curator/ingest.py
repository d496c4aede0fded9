"""What came in, judged: identity ▸ copies ▸ stories ▸ provenance, into one `Update`. Pure: the archive is asked through `Memory`.

::

    Arrival (feed, state, document)        Memory (what is stored)
        │                                     │
        ▼                                     ▼
    which entry is which item ─▶ new and changed items ─▶ whose copy ─▶ which story ─▶ whose report ─▶ Update
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from curator import identity, outlets, provenance
from curator.config import Config
from curator.copies import Copies
from curator.stories import Stories
from curator.types import Document, Draft, FeedState, Item, Known, Link, Provenance, Retrieval, Story, Update

_NOTHING = "0" * 16  #: stands for "no item" in `FeedState.standing`


class Memory(Protocol):
    """What is asked of the archive; `stores` provide it."""

    def known(self, feed: str, keys: Iterable[int]) -> Mapping[int, Sequence[Known]]: ...
    def same(self, keys: Iterable[int]) -> Mapping[int, Sequence[Known]]: ...
    def candidates(self, words: Sequence[str], limit: int = 8, newest: int = 20_000) -> Sequence[Item]: ...
    def items(self, ids: Iterable[str]) -> Mapping[str, Item]: ...
    def copies(self, id_: str) -> Sequence[Item]: ...
    def story_items(self, story_ids: Iterable[str], *, texts: bool = False) -> Mapping[str, Sequence[Item]]: ...
    def stories_by_id(self, ids: Iterable[str]) -> Mapping[str, Story]: ...
    def corrections(self) -> Sequence[tuple[str, str, str]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One document that was read. `state` is the feed's as it will be; `before` tells which items its known entries are."""

    state: FeedState
    document: Document
    before: FeedState | None = None
    retrieval: Retrieval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a batch comes to."""

    update: Update
    new: Mapping[str, tuple[str, ...]]  #: feed -> ids of its new items
    changed: int = 0
    copies: int = 0
    known_any: frozenset[str] = frozenset()  #: feeds of which at least one entry was known before


class Ingest:
    """Judges batches, one after another, each against the archive as it then is."""

    def __init__(self, config: Config, memory: Memory) -> None:
        self._config, self._memory = config, memory
        self._outlets = outlets.book(config.outlets)
        self._corrections = tuple(memory.corrections())

    def decide(self, arrivals: Sequence[Arrival], now: datetime) -> Outcome:
        """Everything that these documents change. Nothing is written here."""
        sorted_out = [_sort_out(arrival, self._memory, now) for arrival in arrivals]
        new = [item for one in sorted_out for item in one.new]
        changed = self._as_they_are_now([pair for one in sorted_out for pair in one.changed], now)
        judged = self.judge(new, changed)
        return Outcome(
            update=replace(
                judged,
                states=tuple(one.state for one in sorted_out),
                retrievals=tuple(a.retrieval for a in arrivals if a.retrieval is not None),
                raws={sha: raw for one in sorted_out for sha, raw in one.raws.items()},
                keys=tuple(key for one in sorted_out for key in one.keys),
            ),
            new={one.state.name: tuple(item.id for item in one.new) for one in sorted_out if one.new},
            changed=len(changed),
            copies=sum(item.copy_of is not None for item in judged.items),
            known_any=frozenset(one.state.name for one in sorted_out if one.known_any),
        )

    def judge(self, new: Sequence[Item], changed: Sequence[Item] = ()) -> Update:
        """Copies, stories and provenance of items, new ones in the order in which they are kept."""
        copies = Copies(self._candidates, same=self._same, group=self._memory.copies, corrections=self._corrections)
        stories = Stories(self._config.stories, self._candidates, self._memory.story_items, corrections=self._corrections)
        links: dict[str, Link] = {}
        for item in (*changed, *new):
            found = copies.judge(item)
            links.update({link.item: link for link in found})
            stories.place(item, found)
        told, members = stories.changes()
        return self._judged(new, changed, links, told, members)

    # ── the archive, as the stages ask it ───────────────────────────────────────────────────────────────────────

    def _candidates(self, words: Sequence[str], limit: int) -> Sequence[Item]:
        return self._memory.candidates(words, limit)

    def _same(self, item: Item) -> Sequence[Item]:
        found = self._memory.same(identity.keys(as_draft(item)).across)
        ids = {known.id for knowns in found.values() for known in knowns if not known.pruned}
        return tuple(self._memory.items(ids).values()) if ids else ()

    # ── items as they will be kept ──────────────────────────────────────────────────────────────────────────────

    def _as_they_are_now(self, pairs: Sequence[tuple[str, Draft]], now: datetime) -> list[Item]:
        stored = self._memory.items([id_ for id_, _ in pairs]) if pairs else {}
        return [_changed(stored[id_], draft, now) for id_, draft in pairs if id_ in stored]

    def _judged(
        self,
        new: Sequence[Item],
        changed: Sequence[Item],
        links: Mapping[str, Link],
        told: Sequence[Story],
        members: Sequence[tuple[str, str, str]],
    ) -> Update:
        mine = {item.id: item for item in (*changed, *new)}
        where = {item: (story, why) for item, story, why in members}
        for id_, item in mine.items():
            link, (story, story_why) = links.get(id_), where.get(id_, (item.story, item.story_why))
            copy_of, copy_why = (link.copy_of, link.why) if link else (item.copy_of, item.copy_why)
            mine[id_] = replace(item, copy_of=copy_of, copy_why=copy_why, story=story, story_why=story_why)
        stories, roles = self._provenance(told, mine, links, where)
        for id_ in mine.keys() & roles.keys():
            mine[id_] = replace(mine[id_], provenance=roles[id_])
        return Update(
            items=tuple(mine[item.id] for item in new),
            changed=tuple(mine[item.id] for item in changed),
            links=tuple(link for link in links.values() if link.item not in mine),
            stories=stories,
            members=tuple(member for member in members if member[0] not in mine),
            provenances=tuple((id_, judged) for id_, judged in roles.items() if id_ not in mine),
        )

    def _provenance(
        self, told: Sequence[Story], mine: Mapping[str, Item], links: Mapping[str, Link], where: Mapping[str, tuple[str, str]]
    ) -> tuple[tuple[Story, ...], dict[str, Provenance]]:
        """Who reported each of these stories, and what that makes of its items."""
        wanted = {id_ for story in told if story.into is None for id_ in story.items if id_ not in mine}
        stored = {id_: _moved(item, links, where) for id_, item in self._memory.items(wanted).items()} if wanted else {}
        stories, roles = [], {}
        for story in told:
            if story.into is None:
                items = [mine.get(id_) or stored[id_] for id_ in story.items if id_ in mine or id_ in stored]
                story, found = provenance.judge(story, items, self._outlets, self._config)
                roles.update(found)
            stories.append(story)
        return tuple(stories), roles


def _moved(item: Item, links: Mapping[str, Link], where: Mapping[str, tuple[str, str]]) -> Item:
    """A stored item with what this batch changes of its group and story."""
    if item.id in links:
        item = replace(item, copy_of=links[item.id].copy_of, copy_why=links[item.id].why)
    if item.id in where:
        item = replace(item, story=where[item.id][0], story_why=where[item.id][1])
    return item


# ── which entry is which item ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    state: FeedState
    new: tuple[Item, ...]
    changed: tuple[tuple[str, Draft], ...]
    keys: tuple[tuple[str, int], ...]
    raws: Mapping[str, bytes]
    known_any: bool


def _sort_out(arrival: Arrival, memory: Memory, now: datetime) -> _Sorted:
    document, name = arrival.document, arrival.state.name
    stands = _standing(arrival.before) if arrival.before else {}
    here = {mark: stands[mark] for mark in _marks(document.slices) if mark in stands}
    keys = [identity.keys(draft) for draft in document.drafts]
    known = memory.known(name, {key for k in keys for key in k.own}) if keys else {}
    matches = identity.match(document.drafts, set(here.values()), known, keys)
    ids, new, changed, remembered, raws = [], [], [], [], {}
    for draft, k, match in zip(document.drafts, keys, matches, strict=True):
        if match.repeats is not None:
            id_ = ids[match.repeats]
        elif match.id is not None:
            id_ = match.id
            if match.changed:
                changed.append((id_, draft))
                raws[draft.sha256] = draft.raw
        else:
            id_ = item_id(draft)
            new.append(kept(draft, id_, now))
            raws[draft.sha256] = draft.raw
        ids.append(id_)
        if match.repeats is None:
            remembered += [(id_, key) for key in k.all]
        here.setdefault(draft.sha256[:16], id_)
    standing = bytes.fromhex("".join(here.get(mark, _NOTHING) for mark in _marks(document.slices)))
    state = replace(arrival.state, slices=document.slices, standing=standing, head_sha=document.head_sha)
    return _Sorted(
        state=state, new=tuple(new), changed=tuple(changed), keys=tuple(remembered), raws=raws, known_any=len(new) < len(set(ids)) or bool(stands.keys() & set(_marks(document.slices)))
    )  # fmt: skip


def _marks(slices: bytes) -> list[str]:
    whole = slices.hex()
    return [whole[at : at + 16] for at in range(0, len(whole), 16)]


def _standing(state: FeedState) -> dict[str, str]:
    return {mark: id_ for mark, id_ in zip(_marks(state.slices), _marks(state.standing), strict=False) if id_ != _NOTHING}


def item_id(draft: Draft) -> str:
    """The id of a new item, 16 hex digits: of its feed, its identity there, and its bytes. The same entry always gets the same id."""
    who = "\x1f".join((draft.feed, draft.guid or "", draft.url or draft.link or "", draft.title if not draft.guid else "", draft.sha256))
    return hashlib.blake2b(who.encode("utf-8", "replace"), digest_size=8).hexdigest()


_OF_DRAFT = (
    "feed", "outlet", "outlet_known", "guid", "url", "link", "title", "summary", "text", "authors", "language", "published", "date_raw",
    "tags", "entities", "credits", "source", "source_url", "links", "sha256",
)  # fmt: skip


def kept(draft: Draft, id_: str, now: datetime) -> Item:
    """A draft as the new item that it becomes at this moment."""
    date = min(draft.published, now) if draft.published else now
    return Item(id=id_, seen=now, date=date, **{name: getattr(draft, name) for name in _OF_DRAFT})


def _changed(item: Item, draft: Draft, now: datetime) -> Item:
    """A stored item with what its entry says now; its id, first sight, story and marks stay."""
    values = {name: getattr(draft, name) for name in _OF_DRAFT if name != "published"}
    published = draft.published or item.published
    date = min(published, item.seen) if published else item.seen
    return replace(item, **values, published=published, date=date, versions=item.versions + 1, changed=now)


def as_draft(item: Item) -> Draft:
    """An item as the draft that it came from, without the bytes; for judging it anew."""
    return Draft(**{name: getattr(item, name) for name in _OF_DRAFT})


