"""In each story: who reported, who only repeats, and how many independent origins that makes.

An item is *own* (its publisher shows work of its own, or is the body that speaks), *derived* (re-told, resting on another it names),
*syndicated* (another's text) or *unknown*. First each item for itself, from its credits and its publisher's identity; then the story: copies
show whose text it is, chains are followed to their end, rings are flagged. What cannot be known widens the range of origins instead of
making up a number. Nobody's word is ever judged true or false: a denial is flagged, not weighed.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from curator import creditwords, text, translit
from curator.attribution import house, judge_item, sort, strong
from curator.config import Feed
from curator.lineage import Official, line, official, tree
from curator.outlets import Outlets, fold
from curator.types import Item, Provenance, Story

__all__ = ["Official", "judge", "judge_item", "line", "official", "retell", "tree"]

_SHINGLE = 5  #: words of a shingle
_SAME = 0.6  #: contained shingles that make a text another's
_LEAD = 600  #: characters in which a body must be named
_REUSED = ("(copy)", "(shared passages)")  #: what the reasons say that `copies` gives
_COMPARED = 200  #: texts, the last of a story, that one more is compared with
_SHORT = 8  #: shingles below which reuse says nothing


def judge(
    story: Story, items: Sequence[Item], outlets: Outlets, feeds: Mapping[str, Feed] | None = None, earlier: Sequence[Story] = ()
) -> tuple[Story, dict[str, Provenance]]:
    """The story with its origins, range, credibility, flags and related stories; and the provenance of every item of it.

    `items` are all items of the story, in any order; `feeds` gives roles and letters; `earlier` are stories it may refer to."""
    feeds = feeds or {}
    alone = {item.id: judge_item(item, outlets, feeds.get(item.feed)) for item in items}
    room = _Room(items, outlets, feeds, alone)
    room.bodies()
    room.copies()
    return _summed(story, room, earlier), {item.id: room.verdicts[item.id] for item in room.items}


def retell(story: Story, items: Sequence[Item], outlets: Outlets, feeds: Mapping[str, Feed] | None = None) -> Story:
    """The story as `judge` left it, told again from the provenance that it gave the items; earlier stories are not sought."""
    room = _Room(items, outlets, feeds or {}, {item.id: item.provenance for item in items})
    room.recall_joint()
    return _summed(story, room, ())


def _summed(story: Story, room: "_Room", earlier: Sequence[Story]) -> Story:
    """The story with what the verdicts of its items add up to."""
    rings = room.chains()
    found = room.count(rings)
    flags = [*(f"circular: {', '.join(sorted(map(room.named, ring)))}" for ring in rings), *room.denials()]
    return replace(
        story,
        origins=found.names,
        origins_min=len(found.names),
        origins_max=len(found.names) + found.more,
        credibility=_credibility(found.names, room, flags),
        flags=tuple(dict.fromkeys(flags)),
        related=_related(room, earlier),
    )


@dataclass(frozen=True, slots=True)
class _Count:
    names: tuple[str, ...]
    more: int  #: publishers whose items may be origins of their own


class _Room:
    """The working table of one story; each step refines `verdicts`."""

    def __init__(self, items: Sequence[Item], outlets: Outlets, feeds: Mapping[str, Feed], verdicts: dict[str, Provenance]) -> None:
        self.items = sorted(items, key=lambda item: (item.date, item.id))
        self.outlets = outlets
        self.feeds = feeds
        self.verdicts = verdicts
        self.shingles: dict[str, frozenset[int]] = {}
        self.publishers: dict[str, str] = {}  #: by item
        self.keys: dict[str | None, str] = {}  #: of names that were looked up
        self.houses = {item.outlet: house(item, outlets, self._role(item)) for item in self.items if item.outlet and item.outlet_known}
        self.joint: set[str] = set()  #: publishers that show own work in a text that stands elsewhere too: a joint report

    def bodies(self) -> None:
        """Items that rest on what a body of this story published itself, though they call it "the ministry" or by a name that only its own
        feed tells."""
        spoken = [item for item in self.items if self._role(item) == "primary" and item.outlet and self.verdicts[item.id].role == "own"]
        primary = _two_of_each(spoken)  # one that is not the item itself is enough
        for item in self.items:
            verdict = self.verdicts[item.id]
            unheld = "(statement)" in verdict.why and all(body.outlet != verdict.origin for body in primary)
            if not primary or verdict.role in ("syndicated", "own") or (verdict.role == "derived" and not unheld and not _denies(item)):
                continue
            pictured = {credit.outlet for credit in item.credits if credit.pattern == "photo"}
            named = (
                (body, words)
                for body in primary
                if body.id != item.id
                and self.outlets.canonical(body.outlet or "") not in pictured
                and (words := _names_body(item, body.outlet or "", self.outlets))
            )
            for body, words in islice(named, 1):
                why = f"rests on what {body.outlet} published"
                self.verdicts[item.id] = replace(verdict, role="derived", origin=body.outlet, evidence=words, why=why)

    def copies(self) -> None:
        """Text reuse inside the story: the copy is syndicated from whose text it is."""
        if len(self.items) < 2:
            return
        first: list[Item] = []  # one of each text
        at: dict[str, int] = {}  # where in it an item stands
        for item in self.items:
            near = first[-_COMPARED:]
            if item.copy_of in at and at[item.copy_of] < len(first) - _COMPARED:
                near.insert(0, first[at[item.copy_of]])
            same = [other for other in near if self._same(item, other)]
            for other in same:
                self._pair(item, other)
            if not same:
                at[item.id] = len(first)
                first.append(item)
            elif self.verdicts[item.id].role == "own":
                here = at[item.id] = at.pop(same[0].id)
                first[here] = item

    def _same(self, item: Item, other: Item) -> bool:
        if self._publisher(item) == self._publisher(other):
            return False
        linked = other.id == item.copy_of or item.id == other.copy_of
        return linked or _reused(self._shingled(item), self._shingled(other))

    def _shingled(self, item: Item) -> frozenset[int]:
        """Made only for texts that are compared with another publisher's."""
        if item.id not in self.shingles:
            self.shingles[item.id] = _shingles(item.text)
        return self.shingles[item.id]

    def _pair(self, item: Item, other: Item) -> None:
        source, copy = self._whose(item, other)
        first, mine = self.verdicts[source.id], self.verdicts[copy.id]
        if mine.role == "syndicated" and mine.origin:
            return
        if mine.role == "derived" and self._retold(copy, source):
            return
        if mine.role == "own":
            self.joint.add(self._publisher(copy))
        origin = first.origin or (source.outlet if source.outlet_known else None)
        why = f"text of {source.outlet or 'an earlier item'} {_REUSED[not copy.copy_of]}"
        evidence = mine.evidence if mine.role == "derived" and mine.origin == origin else None
        self.verdicts[copy.id] = replace(mine, role="syndicated", origin=origin, evidence=evidence, why=why)

    def recall_joint(self) -> None:
        """Fill `joint` where the verdicts are given: those of its items say that a text is reused, and alone they would be own."""
        for item in self.items:
            verdict = self.verdicts[item.id]
            reused = verdict.role == "syndicated" and any(sign in verdict.why for sign in _REUSED)
            if reused and judge_item(item, self.outlets, self.feeds.get(item.feed)).role == "own":
                self.joint.add(self._publisher(item))

    def _retold(self, item: Item, source: Item) -> bool:
        """Alike, but in words of its own, and it says whose report it is."""
        credited = self._key(self.verdicts[item.id].origin) == self._key(self.verdicts[source.id].origin or source.outlet)
        return credited and item.language == source.language and not _reused(self._shingled(item), self._shingled(source))

    def _whose(self, item: Item, other: Item) -> tuple[Item, Item]:
        """(source, copy): an own report before anything, the better shown first, else the known publisher, else the earlier."""
        mine, theirs = self.verdicts[item.id].role, self.verdicts[other.id].role
        if mine == theirs == "own":
            return (item, other) if self._strong(item) and not self._strong(other) else (other, item)
        if mine == "own" or theirs == "own":
            return (item, other) if mine == "own" else (other, item)
        if item.outlet_known != other.outlet_known:
            return (item, other) if item.outlet_known else (other, item)
        return other, item

    def _strong(self, item: Item) -> bool:
        return bool(strong(sort(item, self.outlets, self._role(item)))) or self._role(item) == "primary"

    def chains(self) -> list[frozenset[str]]:
        """Follow "Y, citing X" through the items of the story to the end; outlets that only cite one another are a ring."""
        leads: dict[str, str] = {}
        settled = {self._key(item.outlet) for item in self.items if self.verdicts[item.id].role == "own" and item.outlet}
        for item in self.items:
            verdict = self.verdicts[item.id]
            if verdict.role not in ("derived", "syndicated") or not verdict.origin:
                continue
            for mine in self._printed_by(item) - settled - {self._key(verdict.origin)}:
                leads.setdefault(mine, verdict.origin)
        rings = _rings(leads, self._key)
        inside = {name for ring in rings for name in ring}
        for item in self.items:
            verdict = self.verdicts[item.id]
            if verdict.role not in ("derived", "syndicated") or not verdict.origin or self._key(verdict.origin) in inside:
                continue
            end = _end(verdict.origin, leads, self._key)
            if self._key(end) != self._key(verdict.origin) and self._key(end) not in inside:
                self.verdicts[item.id] = replace(verdict, origin=end, why=f"{verdict.why}; {verdict.origin} has it from {end}")
        return rings

    def _printed_by(self, item: Item) -> set[str]:
        """The outlets under whose name an item stands: its publisher, and the feed's own where that is a portal."""
        feed = self.feeds.get(item.feed)
        names = [item.outlet if item.outlet_known else None, feed.outlet if feed else None]
        return {self._key(name) for name in names if name}

    def count(self, rings: Sequence[frozenset[str]]) -> _Count:
        """Independent origins: own and official reports, and those credited but not held."""
        ring = {name for names in rings for name in names}
        held_unknown = {self._key(item.outlet) for item in self.items if item.outlet_known and self.verdicts[item.id].role == "unknown"}
        own: dict[str, str] = {}
        for item in self.items:
            verdict = self.verdicts[item.id]
            if verdict.role == "own" and verdict.origin:
                own.setdefault(self._key(verdict.origin), verdict.origin)
        names = dict(own)
        for item in self.items:
            origin = self.verdicts[item.id].origin
            if origin and self._key(origin) not in ring and self._key(origin) not in held_unknown:
                names.setdefault(self._key(origin), origin)
        unknown = {self._publisher(item) for item in self.items if self.verdicts[item.id].role == "unknown"}
        doubtful = (unknown | self.joint) - set(names)
        pending = [names_ for names_ in rings if not names_ & set(own)]
        return _Count(tuple(names.values()), len(doubtful) + len(pending))

    def denials(self) -> list[str]:
        """Who denies what: flagged at the story, and at the items that rest on the denied report. Never weighed."""
        flags = []
        told: set[str] = set()  # what was denied already
        for item in self.items:
            by = next((credit.outlet for credit in item.credits if credit.pattern == "deny"), None)
            denied = {self._key(credit.outlet) for credit in item.credits if credit.pattern == "denied"}
            verdict = self.verdicts[item.id]
            denier = by or (verdict.origin if denied and (verdict.role == "derived" or self._role(item) == "primary") else None)
            if denier is None:
                continue
            flags.append(f"denied by {denier}")
            for other in self.items if denied - told else ():
                theirs = self.verdicts[other.id]
                if theirs.origin and self._key(theirs.origin) in denied and theirs.denied_by is None:
                    self.verdicts[other.id] = replace(theirs, denied_by=denier)
            told |= denied
        return list(dict.fromkeys(flags))

    def named(self, key: str) -> str:
        """The outlet of this story that a key stands for: readers know the Mirror, not its owner."""
        return next((item.outlet for item in self.items if item.outlet and self._key(item.outlet) == key), key)

    def _key(self, name: str | None) -> str:
        if name in self.houses:
            return self.houses[name]
        if name not in self.keys:
            self.keys[name] = self._looked_up(name)
        return self.keys[name]

    def _looked_up(self, name: str | None) -> str:
        if self.outlets.by_name(name):
            return self.outlets.group(name)
        return next((key for outlet, key in self.houses.items() if _one_masthead(name or "", outlet)), translit.latin(fold(name or "")))

    def _publisher(self, item: Item) -> str:
        known = self.publishers.get(item.id)
        if known is None:
            named = item.outlet if item.outlet_known else None
            known = self.publishers[item.id] = self._key(named) if named else _host(item) or item.outlet or item.feed
        return known

    def _role(self, item: Item) -> str:
        feed = self.feeds.get(item.feed)
        return feed.role if feed else "press"


def _one_masthead(name: str, outlet: str) -> bool:
    """ "La Región de Iquitos" is this story's La Región, "La Voz" its La Voz de Galicia."""
    shorter, longer = sorted((name, outlet), key=len)
    return " " in shorter and longer.startswith(f"{shorter} ")


def _host(item: Item) -> str:
    return (item.url or item.link or "").partition("//")[2].partition("/")[0].removeprefix("www.")


def _shingles(body: str) -> frozenset[int]:
    words = text.words(body)
    return frozenset(map(hash, zip(*(words[at:] for at in range(_SHINGLE)), strict=False)))


def _reused(some: frozenset[int], others: frozenset[int]) -> bool:
    least = min(len(some), len(others))
    return least >= _SHORT and len(some & others) >= _SAME * least


def _two_of_each(bodies: Sequence[Item]) -> list[Item]:
    """Of the items of each outlet the first two."""
    seen = Counter[str | None]()
    kept = []
    for body in bodies:
        seen[body.outlet] += 1
        if seen[body.outlet] <= 2:
            kept.append(body)
    return kept


def _denies(item: Item) -> bool:
    return any(credit.pattern in ("deny", "denied") for credit in item.credits)


def _names_body(item: Item, name: str, outlets: Outlets) -> str | None:
    """The words of title or lead that name a body: its name, an alias, the better part of its name; or, where bodies speak in the same
    sentence, its kind ("the police", "das Ministerium")."""
    known = outlets.by_name(name)
    fields = (item.title, item.text[:_LEAD])
    for alias in dict.fromkeys((name, *((known.name, *known.aliases) if known else ()))):
        bare = re.sub(r" \(.*\)$", "", alias)
        tokens = bare.split()
        for part in (bare, " ".join(tokens[:2]) if len(tokens) > 2 else bare):
            for body in fields:
                found = re.search(rf"(?<!\w){re.escape(part)}", body, re.IGNORECASE if len(part) > 4 else 0)
                if found and len(part) > 2:
                    return found[0]
    return _names_kind(name, fields, item.language)


def _names_kind(name: str, fields: Sequence[str], language: str | None) -> str | None:
    kinds = [pattern for pattern in creditwords.body_kinds().values() if pattern.search(f"{name.lower()} ")]
    for body in fields:
        speaks = creditwords.phrases(creditwords.language_of(body, language) or "en").official
        for begin, end in text.sentences(body):
            sentence = body[begin:end].lower()
            if any(pattern.search(sentence) for pattern in kinds) and speaks.search(sentence):
                return body[begin:end]
    return None


def _rings(leads: Mapping[str, str], key: object) -> list[frozenset[str]]:
    group = key if callable(key) else str
    rings: list[frozenset[str]] = []
    for start in leads:
        path: dict[str, int] = {}
        here = start
        while here in leads and here not in path:
            path[here] = len(path)
            here = group(leads[here])
        if here in path:
            ring = frozenset(list(path)[path[here] :])
            if ring not in rings:
                rings.append(ring)
    return rings


def _end(name: str, leads: Mapping[str, str], key: object) -> str:
    group = key if callable(key) else str
    passed = set()
    while group(name) in leads and group(name) not in passed:
        passed.add(group(name))
        name = leads[group(name)]
    return name


def _credibility(names: Sequence[str], room: _Room, flags: Sequence[str]) -> str:
    """Admiralty digit as software may say it: 6 no known origin, 3 one, 2 two or more, 1 if one of these is rated A or B and nobody
    denies it."""
    if not names:
        return "6"
    if len(names) == 1:
        return "3"
    rated = {room._key(item.outlet) for item in room.items if (feed := room.feeds.get(item.feed)) and feed.reliability in ("A", "B")}
    denied = any(flag.startswith("denied") for flag in flags)
    return "1" if not denied and any(room._key(name) in rated for name in names) else "2"


def _related(room: _Room, earlier: Sequence[Story]) -> tuple[str, ...]:
    """Earlier stories that an item refers to ("first reported last month by X"): X was an origin or outlet of it."""
    named = {
        room._key(credit.outlet)
        for item in room.items
        for credit in item.credits
        if credit.outlet and credit.pattern in ("first", "reported") and credit.earlier
    }
    return tuple(dict.fromkeys(story.id for story in earlier if named & {room._key(name) for name in (*story.origins, *story.outlets)}))
