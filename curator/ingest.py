"""What came in, judged: identity ▸ copies ▸ stories ▸ provenance, into one `Update`. Pure: the archive is asked through `Memory`.

::

    Arrival (feed, state, document)        Memory (what is stored)
        │                                     │
        ▼                                     ▼
    which entry is which item ─▶ new and changed items ─▶ whose copy ─▶ which story ─▶ whose report ─▶ Update
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from curator import background, digest, fingerprints, habits, identity, likeness, outlets, provenance, rank
from curator.archive import Memory
from curator.config import Config
from curator.copies import Copies
from curator.recent import OfItems, Recent
from curator.stories import Stories
from curator.types import (
    Arrival,
    Draft,
    FeedState,
    Fingerprint,
    Item,
    Keys,
    Link,
    Looked,
    Outcome,
    Prepared,
    Provenance,
    Story,
    Traits,
    Update,
)

_LEAST = 2  #: rare words that a stored item must share to be looked at: one is chance
_PRINTS = 16_500_000  #: bytes of what items are compared by, for copies, that outlive a batch: 9,000 items
_TRAITS = 13_000_000  #: the same for stories, 11,000 items; with two thirds of both a first poll of 300 feeds took 6 % more
_MEANWHILE = 16  #: items after which the caller may see to something else
_NOTHING = "0" * 16  #: stands for "no item" in `FeedState.standing`


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdicts:
    """What copies and stories say of a batch."""

    new: Sequence[Item]
    changed: Sequence[Item]
    links: Mapping[str, Link]
    stories: Sequence[Story]
    members: Sequence[tuple[str, str, str]]
    where: Mapping[str, tuple[str, str]]  #: item -> (story, why)
    closed: AbstractSet[str]  #: stories that are left as they are
    met: Mapping[str, Item]  #: all that were looked at, stored ones as they are stored
    referring: Mapping[str, Sequence[Item]]  #: items that speak of a report of some time ago -> the items near to them


class Ingest:
    """Judges batches, one after another, each against the archive as it then is."""

    def __init__(self, config: Config, memory: Memory) -> None:
        self._config, self._memory = config, memory
        self._outlets = outlets.of(config)
        self._corrections = tuple(memory.corrections())
        self._prints = OfItems[Item, Fingerprint](fingerprints.compared, Fingerprint._make, _PRINTS)
        self._traits = OfItems[Item, Traits](likeness.traits, Traits._make, _TRAITS)
        self._said = Recent[str, habits.Said](habits.SAID, habits.size)

    def rehearse(self) -> None:
        """Load what the first batch would load (25 ms), for a caller who has the time before there is one."""
        background.weight("")
        self._outlets.by_name("nobody's")

    def decide(self, arrivals: Sequence[Arrival], now: datetime, meanwhile: Callable[[], None] = lambda: None) -> Outcome:
        """Everything that these documents change. Nothing is written here. `meanwhile` is called again and again: it takes a while."""
        sorted_out = [_sort_out(arrival, self._memory, now) for arrival in arrivals]
        new = [item for one in sorted_out for item in one.new]
        changed = self._as_they_are_now([pair for one in sorted_out for pair in one.changed], now)
        self.remember(zip(new, [draft.prepared for one in sorted_out for draft in one.drafts], strict=True))
        made = {id_: keys for one in sorted_out for id_, keys in one.made.items()}
        judged = self.judge(new, changed, now=now, keys=made, meanwhile=meanwhile)
        return Outcome(
            update=replace(
                judged,
                retrievals=tuple(a.retrieval for a in arrivals if a.retrieval is not None),
                raws={sha: raw for one in sorted_out for sha, raw in one.raws.items()},
                keys=tuple((id_, key) for one in sorted_out for id_, k in one.made.items() for key in k.all),
            ),
            new={one.feed: tuple(item.id for item in one.new) for one in sorted_out if one.new},
            standing={one.feed: one.standing for one in sorted_out},
            changed=len(changed),
            copies=sum(item.copy_of is not None for item in judged.items),
            known_any=frozenset(one.feed for one in sorted_out if one.known_any),
        )

    def remember(self, prepared: Iterable[tuple[Item, Prepared | None]]) -> None:
        """Items with what they are compared by, as far as it is made: it is not made again."""
        for item, made in prepared:
            if made is not None:
                self._prints.keep(item, made.fingerprint)
                self._traits.keep(item, made.traits)

    def judge(
        self,
        new: Sequence[Item],
        changed: Sequence[Item] = (),
        *,
        now: datetime,
        keys: Mapping[str, Keys] | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Update:
        """Copies, stories and provenance of items, new ones in the order in which they are kept; `keys` as far as already made."""
        with self._memory.snapshot():  # to look into the archive anew for each question would take longer
            return self._judged(self._compared(new, changed, keys or {}, meanwhile), now)

    def _compared(self, new: Sequence[Item], changed: Sequence[Item], keys: Mapping[str, Keys], meanwhile: Callable[[], None]) -> _Verdicts:
        """What copies and stories say of them."""
        copies, stories = self._stages(self._same((*changed, *new), keys))
        links: dict[str, Link] = {}
        referring: dict[str, Sequence[Item]] = {}
        for number, item in enumerate((*changed, *new)):
            if number % _MEANWHILE == 0:
                meanwhile()
            found = copies.judge(item)
            links.update({link.item: link for link in found})
            stories.place(item, found, copies.near(item))
            if any(credit.earlier for credit in item.credits):
                referring[item.id] = copies.near(item)
        told, members = stories.changes()
        return _Verdicts(
            new=new,
            changed=changed,
            links=links,
            stories=told,
            members=members,
            where={item: (story, why) for item, story, why in members},
            closed=stories.closed,
            met=stories.met,
            referring=referring,
        )

    def _stages(self, same: Callable[[Item], Sequence[Item]]) -> tuple[Copies, Stories]:
        """What judges one batch, with all that is remembered of earlier ones."""
        copies = Copies(self._lookup(), same=same, group=self._group, corrections=self._corrections, prints=self._prints)
        stories = Stories(
            self._config.stories,
            self._members,
            items=self._memory.items,
            corrections=self._corrections,
            traits=self._traits,
            newest=self._memory.newest,
            said=self._said,
            sizes=self._memory.story_sizes,
        )
        return copies, stories

    # ── the archive, as the stages ask it ───────────────────────────────────────────────────────────────────────

    def _lookup(self) -> Callable[[Sequence[str], int], Sequence[Item]]:
        """Which stored items hold the most of some words, while nothing is written."""
        looked = Looked()

        def lookup(words: Sequence[str], limit: int) -> Sequence[Item]:
            least = 3 if len(words) >= 12 else min(_LEAST, len(words) // _LEAST)
            return self._memory.candidates(words, limit, least=least, looked=looked)

        return lookup

    def _group(self, root: str, most: int) -> Sequence[Item]:
        """A stored item and its copies, so many at most."""
        return (*self._memory.items([root]).values(), *self._memory.copies(root, most))

    def _members(self, stories: Iterable[str]) -> Mapping[str, Sequence[Item]]:
        return self._memory.story_items(stories, texts=True)

    def _same(self, items: Sequence[Item], keys: Mapping[str, Keys]) -> Callable[[Item], Sequence[Item]]:
        """Which stored items have an item's address or text: all are asked for at once, since hardly any has one."""
        across = {item.id: (keys.get(item.id) or identity.keys(item)).across for item in items}
        found = self._memory.same({key for several in across.values() for key in several})
        held: dict[str, Item] = {}

        def same(item: Item) -> Sequence[Item]:
            ids = dict.fromkeys([id_ for key in across.get(item.id, ()) for id_ in found.get(key, ())])
            if unheld := ids.keys() - held.keys():
                held.update(self._memory.items(unheld))
            return [held[id_] for id_ in ids if id_ in held]

        return same

    # ── items as they will be kept ──────────────────────────────────────────────────────────────────────────────

    def _as_they_are_now(self, pairs: Sequence[tuple[str, Draft]], now: datetime) -> list[Item]:
        stored = self._memory.items([id_ for id_, _ in pairs]) if pairs else {}
        return [_changed(stored[id_], draft, now) for id_, draft in pairs if id_ in stored]

    def _judged(self, found: _Verdicts, now: datetime) -> Update:
        mine = {item.id: _moved(item, found.links, found.where) for item in (*found.changed, *found.new)}
        stories, roles = self._provenance(found, mine, now)
        for id_ in mine.keys() & roles.keys():
            mine[id_] = replace(mine[id_], provenance=roles[id_])
        return Update(
            items=tuple(mine[item.id] for item in found.new),
            changed=tuple(mine[item.id] for item in found.changed),
            links=tuple(link for link in found.links.values() if link.item not in mine),
            stories=stories,
            members=tuple(member for member in found.members if member[0] not in mine),
            provenances=tuple((id_, judged) for id_, judged in roles.items() if id_ not in mine),
        )

    def _provenance(self, found: _Verdicts, mine: Mapping[str, Item], now: datetime) -> tuple[tuple[Story, ...], dict[str, Provenance]]:
        """Who reported each of these stories, what that makes of its items, and how much it matters."""
        living = [story for story in found.stories if story.into is None]
        wanted = {id_ for story in living for id_ in story.items if id_ not in mine}
        stored = {id_: found.met[id_] for id_ in wanted & found.met.keys()}
        if unmet := wanted - stored.keys():
            stored |= self._memory.items(unmet)
        everyone = {**{id_: _moved(item, found.links, found.where) for id_, item in stored.items()}, **mine}
        stories, roles = [story for story in found.stories if story.into is not None], {}
        for story in living:
            items = [everyone[id_] for id_ in story.items if id_ in everyone]
            judged, of_items = provenance.judge(story, items, self._outlets, self._config.feeds, self._earlier(story, found))
            roles.update({id_: role for id_, role in of_items.items() if role != everyone[id_].provenance})
            headed = replace(judged, title=self._headline(items, of_items) or judged.title)
            stories.append(rank.rank(headed, items, self._config, now))
        return tuple(stories), roles | self._beside_what_they_copy([item for item in mine.values() if item.story in found.closed])

    def _beside_what_they_copy(self, items: Sequence[Item]) -> dict[str, Provenance]:
        """Whose reports these are, whose stories are too large to be judged as a whole."""
        groups: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        for item in items:
            groups[item.copy_of or item.id][item.id] = item
        stored = self._memory.items(groups) if groups else {}
        roles: dict[str, Provenance] = {}
        for root, mine in groups.items():
            held = [*([stored[root]] if root in stored and root not in mine else []), *mine.values()]
            _, judged = provenance.judge(as_story(root, held), held, self._outlets, self._config.feeds)
            roles.update({id_: role for id_, role in judged.items() if id_ in mine})
        return roles

    def _headline(self, items: Sequence[Item], roles: Mapping[str, Provenance]) -> str:
        """That of the report which leads the story, in every list and in the digest."""
        if len(items) == 1:
            return items[0].title
        judged = [
            item if roles.get(item.id, item.provenance) == item.provenance else replace(item, provenance=roles[item.id]) for item in items
        ]
        return digest.lead(judged, self._config.feeds).title

    def _earlier(self, story: Story, found: _Verdicts) -> Sequence[Story]:
        """Stories that one may refer to ("first reported last month"): stored ones with an item near to one of its own, over before it began."""
        near = {other.story for id_ in story.items for other in found.referring.get(id_, ()) if other.story and other.date < story.first}
        if not near - {story.id}:
            return ()
        return [
            other for other in self._memory.stories_by_id(near - {story.id}).values() if other.into is None and other.last < story.first
        ]


def _moved(item: Item, links: Mapping[str, Link], where: Mapping[str, tuple[str, str]]) -> Item:
    """An item with what this batch says of its group and story."""
    link, place = links.get(item.id), where.get(item.id)
    if link is None and place is None:
        return item
    copy_of, copy_why = (link.copy_of, link.why) if link else (item.copy_of, item.copy_why)
    story, story_why = place or (item.story, item.story_why)
    return replace(item, copy_of=copy_of, copy_why=copy_why, story=story, story_why=story_why)


# ── which entry is which item ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    feed: str
    standing: bytes
    new: tuple[Item, ...]
    drafts: tuple[Draft, ...]  #: of the new items
    changed: tuple[tuple[str, Draft], ...]
    made: Mapping[str, Keys]  #: of each item that was matched or is new
    raws: Mapping[str, bytes]
    known_any: bool


def _sort_out(arrival: Arrival, memory: Memory, now: datetime) -> _Sorted:
    document, name = arrival.document, arrival.document.feed
    stands = _standing(arrival.before) if arrival.before else {}
    here = {mark: stands[mark] for mark in _marks(document.slices) if mark in stands}
    keys = [draft.keys or identity.keys(draft) for draft in document.drafts]
    known = memory.known(name, {key for k in keys for key in k.own}) if keys else {}
    matches = identity.match(document.drafts, set(here.values()), known, keys)
    ids: list[str] = []
    new: list[Item] = []
    drafts: list[Draft] = []
    changed: list[tuple[str, Draft]] = []
    made: dict[str, Keys] = {}
    raws: dict[str, bytes] = {}
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
            drafts.append(draft)
            raws[draft.sha256] = draft.raw
        ids.append(id_)
        if match.repeats is None:
            made[id_] = k
        here.setdefault(draft.sha256[:16], id_)
    standing = bytes.fromhex("".join(here.get(mark, _NOTHING) for mark in _marks(document.slices)))
    return _Sorted(
        feed=name,
        standing=standing,
        new=tuple(new),
        drafts=tuple(drafts),
        changed=tuple(changed),
        made=made,
        raws=raws,
        known_any=len(new) < len(set(ids)) or not stands.keys().isdisjoint(_marks(document.slices)),
    )


def _marks(slices: bytes) -> list[str]:
    whole = slices.hex()
    return [whole[at : at + 16] for at in range(0, len(whole), 16)]


def _standing(state: FeedState) -> dict[str, str]:
    return {mark: id_ for mark, id_ in zip(_marks(state.slices), _marks(state.standing), strict=False) if id_ != _NOTHING}


def item_id(draft: Draft | Item) -> str:
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


def as_story(id_: str, members: Sequence[Item]) -> Story:
    """A story of these items as their dates, outlets and topics make it; its title is the first one's that is no copy."""
    held = sorted(members, key=lambda item: (item.date, item.seen, item.id))
    voices = [item for item in held if item.copy_of is None] or held
    topics = Counter(tag.name for item in voices for tag in item.tags)
    return Story(
        id=id_,
        title=voices[0].title,
        items=tuple(item.id for item in held),
        outlets=tuple(dict.fromkeys(item.outlet for item in held if item.outlet)),
        first=held[0].date,
        last=max(item.date for item in held),
        topics=tuple(name for name, count in sorted(topics.items(), key=lambda pair: (-pair[1], pair[0])) if 3 * count >= len(voices)),
    )


def as_draft(item: Item) -> Draft:
    """An item as the draft that it came from, without the bytes; for judging it anew."""
    return Draft(**{name: getattr(item, name) for name in _OF_DRAFT})
