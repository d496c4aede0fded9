"""Which items are copies of one article?

Each new item is compared with the few items that share its rarest words, those already stored and those of the same run; `verdicts` says
of each pair whether they are copies. A group is all that hangs together by such verdicts, but that a short text which stands in two
articles that are no copies of each other belongs to the one it is nearer to: a teaser does not tie its article to another that repeats
it as background. As verdicts are symmetrical, the same entries give the same groups in whatever order their feeds are read. The first one
kept stands for its group.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from math import inf

from curator import beside, fingerprints, forms, glance, identifiers, verdicts
from curator.connected import components
from curator.effort import Effort
from curator.recent import OfItems
from curator.types import Fingerprint, Item, Link
from curator.verdicts import Reading, Verdict

Lookup = Callable[[Sequence[str], int], Sequence[Item]]

_NEAR = 12  #: items that the index answers with
_LONGER = 1.5  #: times the length of a text from which another may be the article it was cut from, not a copy of its own length
_UNFOLDED = 100  #: items met until those that were met before them, some 30 kB each, are folded up
_OFTEN = 3  #: feeds that have told a text, from which on one more is not looked into
_GROUP = 16  #: items up to which a group is looked at pair by pair
_CROWD = 200  #: items from which on a group only grows: one more joins whoever stands for it, and the others stay as they are
_LEAST = 2  #: items that one is compared with whatever was spent on its feed


class Copies:
    """Finds the copies among items, given one by one in the order in which they are kept. One object serves one run.

    `lookup` gives stored items that hold the most of some words, `same` those with the same address or text, `group` a representative and
    its copies, so many at most; `corrections` are (kind, item, other) as people gave them, of which "not-copy" is heeded. `prints` are fingerprints that were
    made elsewhere or in earlier runs.
    """

    def __init__(
        self,
        lookup: Lookup,
        *,
        same: Callable[[Item], Sequence[Item]] | None = None,
        group: Callable[[str, int], Sequence[Item]] | None = None,
        corrections: Iterable[tuple[str, str, str]] = (),
        prints: OfItems[Item, Fingerprint] | None = None,
        effort: Effort | None = None,
    ) -> None:
        self._prints = prints or OfItems[Item, Fingerprint](fingerprints.compared, Fingerprint._make)
        self._lookup, self._same, self._group = lookup, same, group
        self._apart: defaultdict[str, set[str]] = defaultdict(set)
        for kind, item, other in corrections:
            if kind == "not-copy":
                self._apart[item].add(other or "*")
        known = self._known = dict[str, Reading]()
        self._verdicts: defaultdict[str, dict[str, Verdict]] = defaultdict(dict)  #: of both, under either
        self._effort, self._feed = effort or Effort(), ""
        self._roots: dict[str, str] = {}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._kin: defaultdict[str, set[str]] = defaultdict(set)  #: what may be filled into the same form
        self._forms = forms.Forms(lambda item: known[item].body)  # knows them, not us: what is done with goes at once
        self._stored_groups: dict[str, list[str]] = {}  #: as far as asked for
        self._order: dict[str, int] = {}
        self._run = beside.Run()
        self._found: dict[str, tuple[Item, ...]] = {}
        self._given: set[str] = set()
        self._lately: dict[Reading, None] = {}  #: met lately
        self._before: dict[Reading, None] = {}  #: and those met before them: what is in neither is folded
        self._texts: dict[str, str] = {}  #: of stored items that may yet turn out to be near, in lower case

    def judge(self, item: Item) -> tuple[Link, ...]:
        """The item's own link if it is a copy, and new links of earlier ones whose group it changes.

        Give an item again when its text has changed: it may cease to be a copy, which a link to None says.
        """
        mine = self._meet(item)
        self._given.add(item.id)
        self._feed = item.feed
        self._effort.enter(item.feed)
        same = self._exact_matches(mine)
        if (told := self._told_often(mine, same)) is not None:
            return (self._follow(mine, *told),)
        near = self._candidates(mine, same)
        if self._effort.spent(item.feed):
            return self._in_brief(mine, near)
        self._forms.start()
        self._fold_up((mine, *near))
        tied = [known.item.id for known in verdicts.not_far(mine, near) if self._verdict(item.id, known.item.id).copies]
        self._run.add(mine)
        if not tied:
            return (*self._leave(item.id), *self._doubted(item.id))
        links = self._regroup(item.id, tied, {self._roots[other] for other in (*tied, item.id)})
        return (*links, *self._doubted(item.id))

    def _in_brief(self, mine: Reading, near: Iterable[Reading]) -> tuple[Link, ...]:
        """The links of one more entry of a feed on which enough was spent: it is compared with the few it is likest, joins the group of
        one of them, and changes no other."""
        item = mine.item.id
        likest = sorted(near, key=lambda other: (-glance.most_common(mine.fingerprint, other.fingerprint), other.item.id))[:_LEAST]
        self._fold_up((mine, *likest))
        self._run.add(mine)
        found = [(verdict, known.item.id) for known in likest if (verdict := self._verdict(item, known.item.id)).copies]
        if not found:
            return self._leave(item)
        told, other = max(found, key=lambda pair: (pair[0].score, pair[1]))
        return (self._join(item, self._roots[other], told),) if self._stands_alone(item) else ()

    def _stands_alone(self, item: str) -> bool:
        """Is it sure that it stands for no other?"""
        return self._roots[item] != item or (self._is_new(item) and not self._groups.get(item))

    def _fold_up(self, met: Iterable[Reading]) -> None:
        """Keep unfolded only what was met lately: a batch, which a document of thousands of entries may be, compares with many more."""
        self._lately.update(dict.fromkeys(met))
        if len(self._lately) > _UNFOLDED:
            for reading in self._before.keys() - self._lately.keys():
                reading.fold()
            self._before, self._lately = self._lately, {}

    def near(self, item: Item) -> tuple[Item, ...]:
        """The items that were looked at for an item already judged: those that share its rarest words."""
        return self._found.get(item.id, ())

    def compared(self, item: Item) -> tuple[tuple[str, dict[str, float]], ...]:
        """What the model would look at for each item the given one would be compared with; for training. The item is then known."""
        mine = self._meet(item)
        near = self._candidates(mine, self._exact_matches(mine))
        pairs = [(other, verdicts.features(mine, other)) for other in near if not identifiers.clash(mine.marks, other.marks)]
        self._run.add(mine)
        return tuple([(other.item.id, shared) for other, shared in pairs if shared is not None])

    # ── candidates ──────────────────────────────────────────────────────────────────────────────────────────────

    def _exact_matches(self, mine: Reading) -> dict[str, Item]:
        """What has the address or the text of an item, or, of this run, its headline."""
        found = {other.id: other for other in self._same(mine.item)} if self._same is not None else {}
        found.update({other: self._known[other].item for other in self._run.same(mine)})
        found.pop(mine.item.id, None)
        return found

    def _told_often(self, mine: Reading, same: Mapping[str, Item]) -> tuple[str, Verdict] | None:
        """The representative of a group of which several feeds have told the text of an item, word for word, and what ties it to them: with
        that, all is said of one more. None if there is none, if anything else sets the item apart, or if it would stand for the group itself."""
        item = mine.item
        told = [other for other in same.values() if other.text == item.text and other.feed != item.feed]
        if len({other.feed for other in told}) < _OFTEN or not mine.digest or item.story or item.copy_of:
            return None
        roots = {self._roots.get(other.id, other.copy_of or other.id) for other in same.values()}
        first = same.get(min(roots))
        if len(roots) > 1 or first is None or _kept(item) < _kept(first):
            return None
        if self._apart and any(self._separated(item.id, other) for other in same):
            return None
        like = next((other for other in told if self._prints.known(other) is not None), told[0])
        self._recall(like)
        verdict = self._verdict(item.id, like.id)
        return (first.id, verdict) if verdict.copies else None

    def _follow(self, mine: Reading, first: str, told: Verdict) -> Link:
        """One more of a group; what is near to the item has been found for its like."""
        self._run.add(mine)
        return self._join(mine.item.id, first, told)

    def _join(self, item: str, first: str, told: Verdict) -> Link:
        """An item that stands for no other goes into a group."""
        self._groups.get(self._roots[item], set()).discard(item)
        self._roots[item] = first
        self._groups[first].add(item)
        return Link(item=item, copy_of=first, why=told.why, score=round(told.score, 4))

    def _candidates(self, mine: Reading, same: Mapping[str, Item]) -> dict[Reading, float]:
        """What shares the rarest words, the text or the address, each with how many rare words it shares at most, infinite where they were
        not counted; the item itself is not among them."""
        item = mine.item
        found, related = self._stored(mine)
        found.update({other.id: self._recall(other) for other in same.values()})
        counted = self._run.near(mine)
        for other in counted:
            found.setdefault(other, self._known[other])
        found.pop(item.id, None)
        self._found[item.id] = (*[known.item for known in found.values()], *[other for other in related if other.id not in found])
        return {known: counted.get(other, inf) for other, known in found.items()}

    def _stored(self, mine: Reading) -> tuple[dict[str, Reading], list[Item]]:
        """Of the stored items that share its rarest words: those that may be copies; those that only speak of the same."""
        asked = mine.fingerprint.asked.split() or fingerprints.asked(mine.item)
        found: dict[str, Reading] = {}
        related: list[Item] = []
        for other in self._lookup(asked, _NEAR):
            if other.id in self._known:
                found[other.id] = self._recall(other)
                continue
            text = self._lowered(other)
            if not fingerprints.plausible(asked, text):
                continue
            if self._hopeless(mine, other, text):
                related.append(other)
            else:
                found[other.id] = self._recall(other)
        return found, related

    def _hopeless(self, mine: Reading, other: Item, text: str) -> bool:
        """Is it certain that a stored item is no copy? `text` are its title and text in lower case."""
        known = self._prints.known(other)
        return glance.hopeless(mine.rare, text) if known is None else glance.strange(mine.fingerprint, known)

    def _lowered(self, other: Item) -> str:
        text = self._texts.get(other.id)
        if text is None:
            text = self._texts[other.id] = f"{other.title} {other.text[: fingerprints.LONGEST]}".lower()
        return text

    def _recall(self, stored: Item) -> Reading:
        """A stored item; one that this run judges anew is as it is now, not as it was stored."""
        return self._known[stored.id] if stored.id in self._given else self._meet(stored)

    def _meet(self, item: Item) -> Reading:
        known = self._known.get(item.id)
        if known is None or known.item.text != item.text or known.item.title != item.title:
            if known is not None:
                for other in self._verdicts.pop(item.id, {}):
                    self._verdicts[other].pop(item.id, None)
                for other in self._kin.pop(item.id, ()):
                    self._kin[other].discard(item.id)
                self._forms.forget()
            known = self._known[item.id] = Reading(item, self._prints.of(item))
        if item.id not in self._order:
            self._order[item.id] = len(self._order)
            root = self._roots[item.id] = item.copy_of or item.id
            if root != item.id:
                self._groups[root].add(item.id)
        return known

    # ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _verdict(self, one: str, other: str) -> Verdict:
        known = self._verdicts[one].get(other)
        if known is None:
            apart = self._apart and self._separated(one, other)
            known = Verdict(False) if apart else verdicts.judge(self._known[one], self._known[other])
            self._verdicts[one][other] = self._verdicts[other][one] = known
            if not known.far:
                self._effort.spend(self._feed, self._known[one].length + self._known[other].length)
            if known.kin:
                self._kin[one].add(other)
                self._kin[other].add(one)
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

    def _regroup(self, item: str, tied: Sequence[str], roots: set[str]) -> list[Link]:
        """Parts the members of all groups it touches anew; `tied` are those of which the item is a copy."""
        if crowds := [root for root in roots if root in self._known and self._is_crowd(root)]:
            return self._enter_crowd(item, tied, crowds)
        members = {item, *roots, *[member for root in roots for member in self._members(root)]} & self._known.keys()
        return self._relink(item, self._parted(item, tied, sorted(members, key=self._rank)))

    def _enter_crowd(self, item: str, tied: Sequence[str], crowds: Sequence[str]) -> list[Link]:
        """The item's link to who stands for the first of some large groups, all else as it is."""
        first = min(crowds, key=self._rank)
        found = [self._verdict(item, other) for other in tied if self._roots[other] == first]
        if not found or not self._stands_alone(item):
            return []
        return [self._join(item, first, max(found, key=lambda verdict: verdict.score))]

    def _is_crowd(self, root: str) -> bool:
        return len(self._groups.get(root, ())) >= _CROWD or len(self._kept_under(root)) >= _CROWD

    def _doubted(self, item: str) -> list[Link]:
        """Parts the groups of others to which the item is so near, though no copy, that it may show them to be one form filled in again."""
        links: list[Link] = []
        for root in sorted({self._roots[other] for other in self._kin[item]} - {self._roots[item]}):
            members = sorted({root, *self._members(root)} & self._known.keys(), key=self._rank)
            if len(members) <= _GROUP and self._refilled(combinations(members, 2)):
                links += self._relink(item, self._split(members))
        return links

    def _relink(self, item: str, groups: Sequence[Sequence[str]]) -> list[Link]:
        """Links the members whose representative is another than before the item came."""
        links: list[Link] = []
        for group in groups:
            first = group[0]
            for member in group:
                if self._roots[member] != (first if member != item else item):
                    links.append(self._link(member, first, item))
            for member in group:
                self._groups.get(self._roots[member], set()).discard(member)
                self._roots[member] = first
                self._groups[first].add(member)
            self._groups[first].discard(first)
            if item in group and first != item:
                links.append(self._link(item, first, item))
        return sorted(links, key=lambda link: link.item != item)

    def _link(self, member: str, first: str, item: str) -> Link:
        if member == first:
            return Link(item=member, copy_of=None, why=f"no copy once “{self._known[item].item.title[:80]}” is known")
        roots = {first, self._roots[member]}
        few = [other for root in roots if len(held := self._groups.get(root, ())) <= _GROUP for other in held]
        between = sorted({*roots, *few} & self._order.keys(), key=self._order.__getitem__)
        best = max(
            [self._verdict(member, other) for other in sorted({first, item, *between[:_GROUP]} - {member})],
            key=lambda verdict: verdict.score,
        )
        return Link(item=member, copy_of=first, why=best.why, score=round(best.score, 4))

    def _members(self, root: str) -> set[str]:
        return {item for item in self._kept_under(root) if self._roots[item] == root} | self._groups.get(root, set())

    def _kept_under(self, root: str) -> list[str]:
        """The group as it is stored; of a crowd no more than shows it to be one."""
        if root not in self._stored_groups:
            stored = self._group(root, _CROWD) if self._group is not None and not self._is_new(root) else ()
            self._stored_groups[root] = [self._recall(item).item.id for item in stored]
        return self._stored_groups[root]

    def _is_new(self, item: str) -> bool:
        """Is it none of the stored ones?"""
        known = self._known.get(item)
        return item in self._given and known is not None and not known.item.story

    def _parted(self, item: str, tied: Sequence[str], members: Sequence[str]) -> list[list[str]]:
        """The members as groups, each and all in the order they were kept."""
        if len(members) > _GROUP:
            return self._joined(item, tied, members)
        mine = [self._verdict(item, other) for other in members if other != item]
        if all(verdict.copies and not verdict.loose and not verdict.doubtful for verdict in mine):
            return [list(members)]
        return self._split(members)

    def _split(self, members: Sequence[str]) -> list[list[str]]:
        """What hangs together among them, looked at pair by pair."""
        ties = {pair for pair in combinations(members, 2) if self._verdict(*pair).copies}
        ties -= self._refilled(ties)
        ties -= {pair for pair in ties if self._verdict(*pair).loose and self._contested(pair, ties, members)}
        return components(members, ties)

    def _joined(self, item: str, tied: Sequence[str], members: Sequence[str]) -> list[list[str]]:
        """The groups as they are, but for the item, which joins those it is a copy in."""
        firsts: dict[str, str] = {}
        ties = {(firsts.setdefault(self._roots[member], member), member) for member in members if member != item}
        mine = {(item, other) for other in tied}
        ties |= mine - self._refilled(mine)
        return components(members, ties)

    def _refilled(self, ties: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those ties that are no more than two fillings of one form, as what is near shows."""
        doubtful = sorted(pair for pair in ties if self._verdict(*pair).doubtful)
        for pair in doubtful:
            self._forms.learn(*pair, self._kin[pair[0]] | self._kin[pair[1]])
        return {pair for pair in doubtful if self._forms.apart(*pair)}

    def _contested(self, pair: tuple[str, str], tied: set[tuple[str, str]], members: Sequence[str]) -> bool:
        """Does the text that stands inside the other, or in part, stand better in a third, which is no copy of that other?"""
        short, long = sorted(pair, key=lambda name: (self._known[name].length, name))
        here = self._verdict(short, long)
        least = 0 if here.inside else _LONGER * self._known[short].length
        for third in members:
            if third in pair or not ({(short, third), (third, short)} & tied) or self._known[third].length < least:
                continue
            there, between = self._verdict(short, third), self._verdict(long, third)
            if not between.copies and (not there.loose, there.score, third) > (False, here.score, long):
                return True
        return False

    def _rank(self, item: str) -> tuple[int, datetime, bool, bool, int, str]:
        """Which item stands for a group: the one kept first, to the second; of several the one that is dated first, so that it plays no
        part in which order the feeds of one poll answered; of those again a stored one, above all one that does so already; then as they
        came."""
        known = self._known[item].item
        return (*_kept(known), item in self._given, known.copy_of is not None, self._order[item], item)


def _kept(item: Item) -> tuple[int, datetime]:
    return int(item.seen.timestamp()), item.date


# ── making ready ────────────────────────────────────────────────────────────────────────────────────────────────────


def read(item: Item) -> Reading:
    """An item made ready to be compared."""
    return Reading(item, fingerprints.make(item))
