"""Which items are copies of one article?

Each new item is compared with the few items that share its rarest words, those already stored and those of the same run; `verdicts` says
of each pair whether they are copies. A group is all that hangs together by such verdicts, but that a short text which stands in two
articles that are no copies of each other belongs to the one it is nearer to: a teaser does not tie its article to another that repeats
it as background. As verdicts are symmetrical, the same entries give the same groups in whatever order their feeds are read. The first one
kept stands for its group.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, combinations

from curator import background, identifiers, shingles, verdicts
from curator.recent import Recent
from curator.types import Item, Link
from curator.verdicts import Reading, Verdict

Lookup = Callable[[Sequence[str], int], Sequence[Item]]
Readings = Recent[tuple[str, int], Reading]  #: by id of the item and a hash of its words; their weight is their words

_ASKED = 16  #: rare words the index is asked for
_NEAR = 12  #: items it answers with
_LEAD = 400  #: characters of a text whose rarest words are asked for first
_MANY = 12  #: words asked for, from which three must be there
_LONGEST = 12_000  #: characters of a text that are compared
_FEWEST = 8  #: words a text must have for its digest to be evidence
_RARE = 0.45  #: from this weight on, a word is a way to find an item of the same run
_RICH = 4  #: rare words from which on one in common is chance
_CROWD = 250  #: items of one run with a word, from which on it is none any more
_REMEMBERED = 60_000  #: tokens whose weight is remembered
_GROUP = 16  #: items up to which a group is looked at pair by pair
_ROUNDUP_LINKS = 5  #: links to other hosts from which an item is a round-up
_ENDS = (" - ", " | ", " — ", " – ", " • ", " · ", " :: ", " » ", " « ")
_OPENERS = frozenset(
    (
        "update",
        "updated",
        "updates",
        "report",
        "breaking",
        "exclusive",
        "live",
        "watch",
        "video",
        "corrected",
        "correction",
        "urgent",
        "analysis",
        "opinion",
    )
)


class Copies:
    """Finds the copies among items, given one by one in the order in which they are kept. One object serves one run.

    `lookup` gives stored items that hold the most of some words, `same` those with the same address or text, `group` the copies of a
    representative; `corrections` are (kind, item, other) as people gave them, of which "not-copy" is heeded. `readings` are those of earlier
    runs, for items that are met again.
    """

    def __init__(
        self,
        lookup: Lookup,
        *,
        same: Callable[[Item], Sequence[Item]] | None = None,
        group: Callable[[str], Sequence[Item]] | None = None,
        corrections: Iterable[tuple[str, str, str]] = (),
        readings: Readings | None = None,
    ) -> None:
        self._before = readings
        self._lookup, self._same, self._group = lookup, same, group
        self._apart: defaultdict[str, set[str]] = defaultdict(set)
        for kind, item, other in corrections:
            if kind == "not-copy":
                self._apart[item].add(other or "*")
        self._known: dict[str, Reading] = {}
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._roots: dict[str, str] = {}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._order: dict[str, int] = {}
        self._index: defaultdict[str, list[str]] = defaultdict(list)
        self._exact: defaultdict[str, list[str]] = defaultdict(list)
        self._found: dict[str, tuple[Item, ...]] = {}
        self._given: set[str] = set()
        self._poor: set[str] = set()  #: items of few rare words
        self._texts: dict[str, str] = {}  #: of stored items that may yet turn out to be near, in lower case

    def judge(self, item: Item) -> tuple[Link, ...]:
        """The item's own link if it is a copy, and new links of earlier ones whose group it changes.

        Give an item again when its text has changed: it may cease to be a copy, which a link to None says.
        """
        mine = self._meet(item)
        self._given.add(item.id)
        near = self._candidates(mine)
        roots = {self._roots[known.item.id] for known in near if self._verdict(item.id, known.item.id).copies}
        self._enter(mine)
        if not roots:
            return self._leave(item.id)
        return tuple(self._regroup(item.id, roots | {self._roots[item.id]}))

    def near(self, item: Item) -> tuple[Item, ...]:
        """The items that were looked at for an item already judged: those that share its rarest words."""
        return self._found.get(item.id, ())

    def compared(self, item: Item) -> tuple[tuple[str, dict[str, float]], ...]:
        """What the model would look at for each item the given one would be compared with; for training. The item is then known."""
        mine = self._meet(item)
        pairs = [
            (other, verdicts.features(mine, other)) for other in self._candidates(mine) if not identifiers.clash(mine.marks, other.marks)
        ]
        self._enter(mine)
        return tuple([(other.item.id, shared) for other, shared in pairs if shared is not None])

    # ── candidates ──────────────────────────────────────────────────────────────────────────────────────────────

    def _candidates(self, mine: Reading) -> list[Reading]:
        """What shares the rarest words, the text or the address; the item itself is not among them."""
        item = mine.item
        found, beside = self._stored(mine)
        if self._same is not None:
            found.update({other.id: self._recall(other) for other in self._same(item)})
        for key in _exact_keys(mine):
            found.update({other: self._known[other] for other in self._exact.get(key, ())[:_NEAR]})
        hits = Counter(chain.from_iterable([self._index[word] for word in mine.rare if word in self._index]))
        few = len(mine.rare) < _RICH  # two words must be shared, but by an item that has few; whichever of the two comes first
        shared = [(-count, other) for other, count in hits.items() if count > 1 or few or other in self._poor]
        for _, other in sorted(shared)[: 2 * _NEAR]:
            found.setdefault(other, self._known[other])
        found.pop(item.id, None)
        self._found[item.id] = (*[known.item for known in found.values()], *[other for other in beside if other.id not in found])
        return list(found.values())

    def _stored(self, mine: Reading) -> tuple[dict[str, Reading], list[Item]]:
        """Of the stored items that share its rarest words: those that may be copies; those that only speak of the same."""
        asked = _asked(mine.item)
        found: dict[str, Reading] = {}
        beside: list[Item] = []
        for other in self._lookup(asked, _NEAR):
            text = "" if other.id in self._known else self._lowered(other)
            if text and not _plausible(asked, text):
                continue
            if text and verdicts.hopeless(mine, text):
                beside.append(other)
            else:
                found[other.id] = self._recall(other)
        return found, beside

    def _lowered(self, other: Item) -> str:
        text = self._texts.get(other.id)
        if text is None:
            text = self._texts[other.id] = f"{other.title} {other.text[:_LONGEST]}".lower()
        return text

    def _recall(self, stored: Item) -> Reading:
        """A stored item; one that this run judges anew is as it is now, not as it was stored."""
        return self._known[stored.id] if stored.id in self._given else self._meet(stored)

    def _meet(self, item: Item) -> Reading:
        known = self._known.get(item.id)
        if known is None or known.item.text != item.text or known.item.title != item.title:
            if known is not None:
                self._verdicts = {pair: verdict for pair, verdict in self._verdicts.items() if item.id not in pair}
            known = self._known[item.id] = self._read(item)
        if item.id not in self._order:
            self._order[item.id] = len(self._order)
            root = self._roots[item.id] = item.copy_of or item.id
            if root != item.id:
                self._groups[root].add(item.id)
        return known

    def _read(self, item: Item) -> Reading:
        if self._before is None:
            return read(item)
        key = (item.id, hash((item.title, item.text)))
        known = self._before.get(key)
        if known is not None:  # in the same words; what else is known of it may be other than before
            return replace(known, item=item)
        known = read(item)
        self._before.keep(key, known, len(known.body.words) + len(known.title.words))
        return known

    def _enter(self, mine: Reading) -> None:
        """From now on the item is found by those that come after it in this run."""
        if len(mine.rare) < _RICH:
            self._poor.add(mine.item.id)
        for key in _exact_keys(mine):
            self._exact[key].append(mine.item.id)
        for word in mine.rare:
            held = self._index[word]
            if len(held) < _CROWD:
                held.append(mine.item.id)

    # ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _verdict(self, one: str, other: str) -> Verdict:
        pair = (one, other) if one < other else (other, one)
        known = self._verdicts.get(pair)
        if known is None:
            apart = self._apart and self._separated(one, other)
            known = Verdict(False) if apart else verdicts.judge(self._known[one], self._known[other])
            self._verdicts[pair] = known
        return known

    def _separated(self, one: str, other: str) -> bool:
        """Did a person say that one of them is no copy of the other, or of any?"""
        return any(bool(self._apart.get(item, set()) & {"*", against}) for item, against in ((one, other), (other, one)))

    def _leave(self, item: str) -> tuple[Link, ...]:
        """Nothing is a copy of it any more: if it was one, it goes."""
        root = self._roots[item]
        if root == item:
            return ()
        self._groups[root].discard(item)
        self._roots[item] = item
        return (Link(item=item, copy_of=None, why="a person said so" if item in self._apart else "its text has changed"),)

    def _regroup(self, item: str, roots: set[str]) -> list[Link]:
        """Parts the members of all groups it touches anew, and links those whose representative is another than before."""
        members = sorted({item, *roots, *[member for root in roots for member in self._members(root)]} & self._known.keys(), key=self._rank)
        links: list[Link] = []
        for group in self._parted(item, members):
            first = group[0]
            for member in group:
                if self._roots[member] != (first if member != item else item):
                    links.append(self._link(member, first, item))
            for member in group:
                self._groups.get(self._roots[member], set()).discard(member)
                self._roots[member] = first
                self._groups[first].add(member)
            self._groups[first].discard(first)
        links += [self._link(item, self._roots[item], item)] if self._roots[item] != item else []
        return sorted(links, key=lambda link: link.item != item)

    def _link(self, member: str, first: str, item: str) -> Link:
        if member == first:
            return Link(item=member, copy_of=None, why=f"no copy once “{self._known[item].item.title[:80]}” is known")
        between = [other for other, root in self._roots.items() if other != member and root in (first, self._roots[member])]
        best = max(
            [self._verdict(member, other) for other in sorted({first, item, *between[:_GROUP]} - {member})],
            key=lambda verdict: verdict.score,
        )
        return Link(item=member, copy_of=first, why=best.why, score=round(best.score, 4))

    def _members(self, root: str) -> set[str]:
        stored = self._group(root) if self._group is not None else ()
        for item in stored:
            self._recall(item)
        return {item.id for item in stored if self._roots[item.id] == root} | self._groups.get(root, set())

    def _parted(self, item: str, members: Sequence[str]) -> list[list[str]]:
        """The members as groups, each and all in the order they were kept."""
        mine = [self._verdict(item, other) for other in members if other != item] if len(members) <= _GROUP else []
        if all(verdict.copies and not verdict.inside for verdict in mine):
            return [list(members)]
        tied = {pair for pair in combinations(members, 2) if self._verdict(*pair).copies}
        tied -= {pair for pair in tied if self._verdict(*pair).inside and self._contested(pair, tied, members)}
        return _components(members, tied)

    def _contested(self, pair: tuple[str, str], tied: set[tuple[str, str]], members: Sequence[str]) -> bool:
        """Does the text that stands inside the other stand better in a third, which is no copy of that other?"""
        short, long = sorted(pair, key=lambda name: (len(self._known[name].body.words), name))
        here = self._verdict(short, long)
        for third in members:
            if third in pair or not ({(short, third), (third, short)} & tied):
                continue
            there, between = self._verdict(short, third), self._verdict(long, third)
            if not between.copies and (not there.inside, there.score, third) > (False, here.score, long):
                return True
        return False

    def _rank(self, item: str) -> tuple[int, datetime, bool, int, str]:
        """Which item stands for a group: the one kept first, to the second; of several the one that is dated first, so that it plays no
        part in which order the feeds of one poll answered; of those again a stored one, then as they came."""
        known = self._known[item].item
        return (int(known.seen.timestamp()), known.date, item in self._given, self._order[item], item)


def _components(members: Sequence[str], tied: set[tuple[str, str]]) -> list[list[str]]:
    """The connected parts of a graph, each and all in the order of `members`."""
    part = {member: member for member in members}
    for one, other in sorted(tied):
        kept, gone = part[one], part[other]
        if kept != gone:
            part = {member: kept if at == gone else at for member, at in part.items()}
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for member in members:
        groups[part[member]].append(member)
    return list(groups.values())


# ── making ready ────────────────────────────────────────────────────────────────────────────────────────────────────


def read(item: Item) -> Reading:
    """An item made ready to be compared."""
    text = item.text[:_LONGEST]
    body = shingles.prepare(shingles.tokens(identifiers.article(text)), _weigh)
    title = shingles.prepare(shingles.tokens(headline(item.title)), _weigh)
    return Reading(
        item=item,
        body=body,
        title=title,
        vocabulary=title.vocabulary | body.vocabulary,
        rare=_rare(item, title, body),
        marks=identifiers.marks(item.title, text),
        digest=hashlib.blake2b(" ".join(body.words).encode("utf-8", "replace"), digest_size=12).hexdigest()
        if len(body.words) >= _FEWEST
        else "",
        roundup=item.links >= _ROUNDUP_LINKS or identifiers.gathers(item.title),
    )


class _Weighed(dict[str, tuple[str, float, bool]]):
    """What `shingles.prepare` wants to know of a token, remembered: nearly every token has been met before."""

    def __missing__(self, token: str) -> tuple[str, float, bool]:
        if len(self) > _REMEMBERED:
            self.clear()
        word = token.lower()
        weight = background.weight(word)
        known = self[token] = (word, weight, shingles.specific(token, weight))
        return known


_weigh = _Weighed().__getitem__


def headline(title: str) -> str:
    """A title without what marks an update at its beginning and without the outlet's name at its end."""
    for _ in range(3):
        for part in _ENDS:
            head, found, tail = title.rpartition(part)
            if found and len(tail.split()) <= 5 and len(head.split()) >= 3:
                title = head
                break
    begin, found, rest = title.partition(":")
    return rest.strip() if found and begin.strip().casefold() in _OPENERS and rest.strip() else title


def _plausible(asked: Sequence[str], text: str) -> bool:
    """One rare word in common is chance; two are worth a closer look, three if there are many words on both sides."""
    needed = min(len(asked), 3 if len(asked) >= _MANY and len(text) > _LEAD else 2)
    held = 0
    for word in asked:
        held += word in text
        if held >= needed:
            return True
    return False


def _exact_keys(mine: Reading) -> list[str]:
    keys = ["text " + mine.digest] if mine.digest else []
    if mine.item.url:
        keys.append("url " + mine.item.url)
    return [*keys, "title " + " ".join(mine.title.words)] if mine.title.words else keys


def _rare(item: Item, title: shingles.Text, body: shingles.Text) -> frozenset[str]:
    """The words by which an item of the same run is found."""
    known = zip(chain(title.words, body.words), chain(title.weights, body.weights), strict=True)
    rare = {word for word, weight in known if weight >= _RARE and len(word) > 1}
    if background.unparted(item.title) or background.unparted(item.text[:_LONGEST]):
        pairs = background.words(f"{item.title} {item.text[:_LONGEST]}")  # of scripts that do not part words
        rare.update([word for word in pairs if len(word) > 1 and background.weight(word) >= _RARE])
    return frozenset(rare)


def _asked(item: Item) -> list[str]:
    """The rarest words of the headline, of the lead, then of all: so that a teaser finds its article and an article its teaser."""
    title = background.rarest(background.words(headline(item.title)), _ASKED * 3 // 8)
    lead = background.rarest(background.words(item.text[:_LEAD]), _ASKED * 3 // 8)
    rest = background.rarest(background.words(item.text[_LEAD:_LONGEST]), _ASKED) if len(item.text) > _LEAD else []
    return list(dict.fromkeys([*title, *lead, *rest]))[:_ASKED]
