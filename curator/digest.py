"""Ranked stories become a digest: which section tells which story, what is news of one told before, what only repeats.

A story stands once: in the first section that takes it. What a section has no room for is counted, and counts as told.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from heapq import nsmallest
from itertools import pairwise

from . import text
from .config import Feed
from .types import Item, Section, Told

Order = tuple[float, float, str]

#: Best first: the reporter's own words before those of the ones who repeat them.
ROLES = ("own", "unknown", "derived", "syndicated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one section takes."""

    topic: str  #: topic name or pattern, "question:NAME", "watch:NAME"
    title: str
    takes: Callable[[Told], str]  #: why the story belongs here; "": it does not
    empty: str = ""  #: what to say when nothing is new; "": the section is left out then
    shared: bool = False  #: also names stories that belong here but are told elsewhere (questions and watches)


# ── one story ───────────────────────────────────────────────────────────────────────────────────────────────────────


def fold(items: Iterable[Item]) -> tuple[Item, ...]:
    """Representatives first, earliest first; copies behind them. A copy of something that is not here represents itself."""
    members = sorted(items, key=lambda item: (item.date, item.id))
    here = {item.id for item in members}
    return tuple(sorted(members, key=lambda item: item.copy_of in here))


def lead(items: Sequence[Item], feeds: Mapping[str, Feed]) -> Item:
    """The item to take headline and link from: the reporter's own, from the most reliable source, earliest first."""

    def worth(item: Item) -> tuple[object, ...]:
        feed = feeds.get(item.feed)
        role = ROLES.index(item.provenance.role) if item.provenance.role in ROLES else 1
        aggregated = feed is not None and feed.role == "aggregator"
        letter = feed.reliability if feed else "F"
        copied = item.copy_of is not None  # after the role: the first one kept of a text need not be its author's
        return (not item.title, aggregated, role, letter, copied, len(item.text) < 200, item.date, item.id)

    return min(items, key=worth)


def topic_why(told: Told, pattern: str) -> str:
    """Why the story is of a topic that `pattern` means; "": it is not."""
    of_story = told.story.topics
    for item in told.items:
        for tag in item.tags:
            if (not of_story or tag.name in of_story) and fnmatchcase(tag.name, pattern):
                return tag.why or f"it is of {tag.name}"
    return ""


def origins(items: Iterable[Item]) -> dict[str, None]:
    """Who these items' reporting comes from, as far as it is known, in order."""
    found: dict[str, None] = {}
    for item in items:
        role, origin = item.provenance.role, item.provenance.origin
        if role == "own" and item.outlet:
            found.setdefault(item.outlet)
        elif role in ("derived", "syndicated") and origin:
            found.setdefault(origin)
    return found


def fresh_reports(before: Sequence[Item], after: Sequence[Item]) -> list[Item]:
    """Those of the new items `after` that say something of their own: no copies of what was told, no syndicated text."""
    told = {item.id for item in before}
    return [item for item in after if item.copy_of is None and item.provenance.role != "syndicated" and item.id not in told]


def news(before: Sequence[Item], after: Sequence[Item]) -> str:
    """What changed since a story was told: who reports now, whose reports they are, how many origins; "": only repeats came."""
    reports = fresh_reports(before, after)
    if not reports:
        return ""
    told = _names(before)
    own = _names(item for item in reports if item.provenance.role == "own")
    others = [name for name in _names(reports) if name not in own]
    parts = [
        f"{words} {listing(names)}"
        for words, names in (
            ("own reporting by", own),
            ("now also", [name for name in others if name not in told]),
            ("more from", [name for name in others if name in told]),
        )
        if names
    ]
    earlier, now = origins(before), origins([*before, *after])
    if earlier and len(now) > len(earlier):
        parts.append(f"{text.plural(len(now), 'independent origin')} instead of {len(earlier)}")
    return "; ".join(parts) or text.plural(len(reports), "new report")


def _names(items: Iterable[Item]) -> list[str]:
    return list(dict.fromkeys(item.outlet or item.feed for item in items))


def listing(names: Sequence[str], most: int = 4) -> str:
    """Names as prose: "A", "A and B", "A, B, C and 3 more"."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


# ── all stories ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Stories with new items, by what a reader has been told of them."""

    fresh: tuple[Told, ...] = ()  #: never told
    developing: tuple[Told, ...] = ()  #: told, and with news
    repeats: int = 0  #: new items of told stories that only repeat
    aside: int = 0  #: new items of stories that no section takes


def sort_out(stories: Sequence[Told], new: frozenset[str], rules: Sequence[Rule], *, all_untold: bool = False) -> Sorted:
    """Part stories with new items into untold, developing and repeated ones; `all_untold`: none counts as told before.

    What was told is not looked up but worked out: a story was told if what stood in it before belongs into one of the sections. So
    stories that were merged or split since, and plans with few sections, come out right.
    """
    untold, developing, repeats, aside = [], [], 0, 0
    for told in stories:
        before = tuple(item for item in told.items if item.id not in new)
        after = tuple(item for item in told.items if item.id in new)
        if not any(rule.takes(told) for rule in rules):
            aside += len(after)
        elif all_untold or not before or not any(rule.takes(replace(told, items=before)) for rule in rules):
            untold.append(told)
        elif changed := news(before, after):
            developing.append(replace(told, news=changed))
        else:
            repeats += len(after)
    return Sorted(fresh=tuple(untold), developing=tuple(developing), repeats=repeats, aside=aside)


def worth(told: Told) -> Order:
    """To sort by: the best score, then the newest, then the id: the same stories always come in the same order."""
    return (-told.story.score, -told.story.last.timestamp(), told.story.id)


def place(told: Told, rules: Sequence[Rule]) -> tuple[int, Told] | None:
    """The number of the first rule that takes the story, and the story with the reason; None if none takes it."""
    for number, rule in enumerate(rules):
        if why := rule.takes(told):
            return number, replace(told, why=_why(why, told))
    return None


def _why(why: str, told: Told) -> str:
    """The rule's reason, the score, and the part that made most of it; the whole sum is in the story's own `why`."""
    best = max(filter(None, map(_part, told.story.why)), default=None)
    most = f", most of it for {best[1]}" if best and best[0] >= 0.5 and told.story.score >= 0.1 else ""
    return f"{why}; score {told.story.score:.1f}{most}"


def _part(why: str) -> tuple[float, str] | None:
    """A part of the rank's sum ("+1.6 3 independent origins"); None for its factors, and for what the rule's reason says already."""
    points, _, words = why.partition(" ")
    try:
        return (float(points), words) if not words.startswith(("topic ", "0 ")) else None
    except ValueError:
        return None


@dataclass(slots=True, kw_only=True)
class Tally:
    """A section as its stories come in, in any order: it keeps the best, and of the others what its summary says of them."""

    rule: Rule
    most: int  #: stories told in full; the others are counted
    best: list[Told] = field(default_factory=list)
    count: int = 0
    items: int = 0  #: new ones
    official: int = 0
    oldest: datetime | None = None
    publishers: set[str] = field(default_factory=set)
    reporters: dict[str, tuple[Order, int]] = field(
        default_factory=dict
    )  #: original reporters, and their place in the best story they have
    also: list[tuple[int, Order, tuple[str, str, str]]] = field(default_factory=list)

    def add(self, stories: Sequence[Told], new: frozenset[str], official: Callable[[Item], bool]) -> None:
        """Stories of this section; `new`: ids of the items that the summary counts."""
        self.count += len(stories)
        self.best = nsmallest(self.most, [*self.best, *stories], key=worth)
        for told in stories:
            for item in told.items:
                if item.id in new:
                    self.items += 1
                    self.official += official(item)
                    self.publishers.add(item.outlet or item.feed)
                    self.oldest = min(self.oldest or item.date, item.date)
            for number, reporter in enumerate(told.story.origins):
                found = (worth(told), number)
                self.reporters[reporter] = min(self.reporters.get(reporter, found), found)

    def elsewhere(self, told: Told, place: int, title: str, most: int = 8) -> None:
        """Note a story that belongs here too but is told at another place, the `place`-th; the first `most` are kept."""
        if self.rule.shared and title != self.rule.title and self.rule.takes(told):
            one = (place, worth(told), (told.story.id, told.lead.title, title))
            self.also = nsmallest(most, [*self.also, one])

    def section(self, until: datetime) -> Section:
        """What it came to."""
        return Section(
            topic=self.rule.topic,
            title=self.rule.title,
            told=tuple(self.best),
            more=self.count - len(self.best),
            summary=self._summary(until),
            empty="" if self.count else self.rule.empty,
            also=tuple(one for _, _, one in self.also),
        )

    def _summary(self, until: datetime) -> str:
        """The source summary (ICD 206): "7 items, 3 publishers, 1 original reporter (CNN); 0 official; oldest 2 d"."""
        if self.oldest is None:
            return ""
        counts = ((self.items, "item"), (len(self.publishers), "publisher"), (len(self.reporters), "original reporter"))
        first = ", ".join(text.plural(count, noun) for count, noun in counts)
        if self.reporters:
            first += f" ({listing(sorted(self.reporters, key=lambda name: self.reporters[name]))})"
        return f"{first}; {self.official} official; oldest {_age(until - self.oldest)}"


def _age(span: timedelta) -> str:
    hours = max(0, int(span.total_seconds() // 3600))
    if hours < 48:
        return f"{hours} h" if hours else "under 1 h"
    return f"{hours // 24} d" if hours < 24 * 730 else f"{hours // 8766} years"


def identify(plan: str, until: datetime, items: Iterable[str]) -> str:
    """The digest's id: 16 hex digits that depend on the plan, the moment and what it ticks off, on nothing else."""
    content = "\n".join([plan, until.isoformat(), *sorted(items)])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


# ── what else a reader should know ──────────────────────────────────────────────────────────────────────────────────


def retitled(before: str, now: str) -> bool:
    """Whether a headline changed in its words: case, punctuation and an outlet's name hung on are no change."""
    old, new = text.words(before), text.words(now)
    if not old or not new or old == new:
        return False
    longer, shorter = (before, now) if len(before) > len(now) else (now, before)
    rest = longer.removeprefix(shorter) if longer.startswith(shorter) else ""
    return not rest.lstrip().startswith(("- ", "– ", "— ", "| ", "· "))


def silent(rhythm: Mapping[str, Sequence[datetime]], now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Feeds that went quiet: no entry for three times their longest gap of late, two days at least; told for a week.

    `rhythm` holds dates of each feed's newest entries; feeds with fewer than five are not judged.
    """
    found = []
    for feed, dates in rhythm.items():
        known = sorted(at for at in dates if at <= now)
        if len(known) < 5:
            continue
        longest = max(later - earlier for earlier, later in pairwise(known))
        limit = max(timedelta(days=2), 3 * longest)
        if limit < now - known[-1] < limit + timedelta(days=7):
            found.append((feed, known[-1]))
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0])))
