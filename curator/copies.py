"""Is this item a copy of one we have?

Each new item is compared with the few items that share its rarest words, those already stored and those of the same poll. Exact evidence
comes first (the same address, the same text); else a small logistic model over what two texts share decides, whose coefficients stand in
`data/copies.json`, each with its meaning. Identifiers that clash (two CVEs, two advisories, two issues of a series) and texts filled into
one form are never copies, however alike they look.

Whether two items are copies does not depend on their order, and a group is all that hangs together: so the same entries give the same
groups in whatever order their feeds are read. The first one kept stands for its group.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, fsum
from urllib.parse import urlsplit

from curator import background, identifiers, shingles, shipped
from curator.types import Item, Link

Lookup = Callable[[Sequence[str], int], Sequence[Item]]

_ASKED = 16  #: rare words the index is asked for
_NEAR = 12  #: items it answers with
_LEAD = 400  #: characters of a text whose rarest words are asked for first
_LONGEST = 12_000  #: characters of a text that are compared
_FEWEST = 8  #: words a text must have to be evidence
_BODY = 12  #: words a text must have to be compared for itself
_ALIKE = 0.3  #: share of the vocabulary below which two items need no closer look
_LEAST = 0.12  #: share of the shorter text's weight in common, below which it is no copy
_RARE = 0.45  #: from this weight on, a word is a way to find an item of the same poll
_CROWD = 250  #: items of one poll with a word, from which it is none any more
_TITLE_WEIGHT = 1.6  #: what a title must say to be evidence by itself
_ROUNDUP_LINKS = 5  #: links to other hosts from which an item is a round-up


@dataclass(frozen=True, slots=True)
class _Known:
    """An item looked at in this run."""

    item: Item
    body: shingles.Text  #: of the text alone
    title: shingles.Text  #: without the outlet's name at its end
    whole: shingles.Text  #: of both
    marks: identifiers.Marks
    digest: str  #: of the words of the text; "" if too few to be evidence
    roundup: bool


class Copies:
    """Finds the copies among items, given one by one in the order in which they are kept. One object serves one run.

    `lookup` gives stored items that hold the most of some words, `same` those with the same address or text, `group` the copies of a
    representative; `corrections` are (kind, item, other) as people gave them, of which "not-copy" is heeded.
    """

    def __init__(
        self,
        lookup: Lookup,
        *,
        same: Callable[[Item], Sequence[Item]] | None = None,
        group: Callable[[str], Sequence[Item]] | None = None,
        corrections: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        self._lookup, self._same, self._group = lookup, same, group
        self._apart: defaultdict[str, set[str]] = defaultdict(set)
        for kind, item, other in corrections:
            if kind == "not-copy":
                self._apart[item].add(other or "*")
        self._known: dict[str, _Known] = {}
        self._roots: dict[str, str] = {}
        self._groups: defaultdict[str, list[str]] = defaultdict(list)
        self._order: dict[str, int] = {}
        self._index: defaultdict[str, list[str]] = defaultdict(list)
        self._exact: defaultdict[str, list[str]] = defaultdict(list)
        self._found: dict[str, tuple[Item, ...]] = {}

    def judge(self, item: Item) -> tuple[Link, ...]:
        """The item's own link if it is a copy, and new links of earlier ones whose group it joins with another.

        Give an item again when its text has changed: it may cease to be a copy, which a link to None says.
        """
        mine, before = self._meet(item), item.copy_of
        near = self._candidates(mine)
        self._found[item.id] = tuple([known.item for known in near])
        verdicts = [(other, verdict) for other in near if (verdict := judge(mine, other, self._separated(item.id, other.item.id)))]
        self._enter(mine)
        if not verdicts:
            return (Link(item=item.id, copy_of=None, why="its text has changed"),) if before else ()
        return tuple(self._join(item, verdicts))

    def near(self, item: Item) -> tuple[Item, ...]:
        """The items that were looked at for an item already judged: those that share its rarest words."""
        return self._found.get(item.id, ())

    # ── candidates ──────────────────────────────────────────────────────────────────────────────────────────────

    def _candidates(self, mine: _Known) -> list[_Known]:
        """What shares the rarest words or the address, in the order it was kept; the item itself is not among them."""
        item = mine.item
        found = {other.id: self._meet(other) for other in self._lookup(_asked(item), _NEAR) if other.id != item.id}
        if self._same is not None:
            found.update({other.id: self._meet(other) for other in self._same(item) if other.id != item.id})
        for key in _exact_keys(mine):
            found.update({other: self._known[other] for other in self._exact.get(key, ()) if other != item.id})
        hits: Counter[str] = Counter()
        for word in _ways(mine):
            hits.update(self._index.get(word, ()))
        for other, _ in sorted(hits.items(), key=lambda hit: (-hit[1], hit[0]))[: 2 * _NEAR]:
            if other != item.id:
                found.setdefault(other, self._known[other])
        return sorted(found.values(), key=lambda known: self._rank(known.item.id))

    def _meet(self, item: Item) -> _Known:
        known = self._known.get(item.id)
        if known is None or known.item.text != item.text or known.item.title != item.title:
            known = self._known[item.id] = _prepare(item)
        if item.id not in self._order:
            self._order[item.id] = len(self._order)
            root = self._roots[item.id] = item.copy_of or item.id
            if root != item.id:
                self._groups[root].append(item.id)
        return known

    def _enter(self, mine: _Known) -> None:
        """From now on the item is found by those that come after it in this run."""
        for key in _exact_keys(mine):
            self._exact[key].append(mine.item.id)
        for word in _ways(mine):
            held = self._index[word]
            if len(held) < _CROWD:
                held.append(mine.item.id)

    # ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _rank(self, item: str) -> tuple[float, int, str]:
        """The order in which items were kept: by the time, within one poll by turn."""
        known = self._known.get(item)
        return (known.item.seen.timestamp() if known else 0.0, self._order.get(item, -1), item)

    def _separated(self, one: str, other: str) -> bool:
        """Did a person say that one of them is no copy of the other, or of any?"""
        apart = self._apart.get(one, set()) | self._apart.get(other, set())
        return bool(apart) and ("*" in apart or bool(apart & {one, other, self._roots.get(one), self._roots.get(other)}))

    def _join(self, item: Item, verdicts: list[tuple[_Known, "Verdict"]]) -> list[Link]:
        roots = sorted({self._roots[known.item.id] for known, _ in verdicts} | {self._roots[item.id]}, key=self._rank)
        first, moved = roots[0], roots[1:]
        _, best = max(verdicts, key=lambda pair: pair[1].score)
        links = [Link(item=item.id, copy_of=first, why=best.why, score=best.score)] if item.id != first else []
        for root in moved:
            for member in (root, *self._members(root)):
                if member not in (item.id, first):
                    links.append(
                        Link(item=member, copy_of=first, why=f"with “{item.title[:80]}” between them: {best.why}", score=best.score)
                    )
                self._roots[member] = first
                self._groups[first].append(member)
            self._groups.pop(root, None)
        return links

    def _members(self, root: str) -> list[str]:
        stored = [item.id for item in self._group(root)] if self._group is not None else []
        return sorted({*stored, *self._groups.get(root, ())}, key=self._rank)


# ── the verdict ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Verdict:
    """That two items are copies: how sure, 0.5 … 1, and what shows it."""

    score: float
    why: str


def judge(one: _Known, other: _Known, separated: bool = False) -> Verdict | None:
    """Are the two copies of one article? The order in which they are handed over plays no part."""
    if separated:
        return None
    return _same_address(one, other) or _compared(one, other)


def _compared(one: _Known, other: _Known) -> Verdict | None:
    if identifiers.clash(one.marks, other.marks):
        return None
    titles = _titles(one, other)
    if one.digest and one.digest == other.digest and (titles >= 0.5 or not identifiers.refilled(one.marks, other.marks)):
        return Verdict(1.0, f"the same text, word for word ({len(one.body.words)} words)")
    if min(len(one.body.words), len(other.body.words)) < _FEWEST:
        return _same_title(one, other)
    if shingles.alike(one.whole, other.whole) < _ALIKE:
        return None
    shared = features(one, other)
    if shared is None:
        return None
    score = probability(shared)
    if score < 0.5 or identifiers.refilled(one.marks, other.marks):
        return None
    return Verdict(score, _why(one, other, shared))


def _same_address(one: _Known, other: _Known) -> Verdict | None:
    """A feed whose items all lead to one page says nothing by its address."""
    url = one.item.url
    if not url or url != other.item.url or not _leads_somewhere(url):
        return None
    if one.item.feed == other.item.feed and _titles(one, other) < 0.5 and shingles.alike(one.whole, other.whole) < 0.5:
        return None
    return Verdict(1.0, f"the same address, {url[:120]}")


def _leads_somewhere(url: str) -> bool:
    parts = urlsplit(url)
    return len(parts.path.strip("/")) > 3 or bool(parts.query)


def _same_title(one: _Known, other: _Known) -> Verdict | None:
    if one.title.words == other.title.words and len(one.title.words) >= 3 and sum(one.title.weights) >= _TITLE_WEIGHT:
        return Verdict(0.9, f"the same headline, “{one.item.title[:100]}”, and no text to compare")
    return None


def _titles(one: _Known, other: _Known) -> float:
    """Share of the weight of the title that says less which stands in the other."""
    mine, yours = (dict(zip(known.title.words, known.title.weights, strict=True)) for known in (one, other))
    few, many = sorted((mine, yours), key=lambda words: (sum(words.values()), len(words)))
    total = sum(few.values())
    return fsum([weight for word, weight in few.items() if word in many]) / total if total else 0.0


def features(one: _Known, other: _Known) -> dict[str, float] | None:
    """What the model looks at, by the names that `data/copies.json` explains; None if the texts have nothing in common."""
    short = min(len(one.body.words), len(other.body.words)) < _BODY
    found = shingles.overlap(one.whole, other.whole, _LEAST) if short else shingles.overlap(one.body, other.body, _LEAST)
    if found is None:
        return None
    much, little = max(found.first, found.second), min(found.first, found.second)
    if (one.roundup or other.roundup) and little < 0.4:
        return None
    same = float(one.item.feed == other.item.feed)
    return {
        "contained": much, "mutual": little, "weight": min(1.0, shingles.scaled(found.weight) / 5), "lead": found.lead,
        "particulars": found.particulars, "clash": found.clash, "titles": _titles(one, other), "same feed": same, "template": same * (1 - little),
    }  # fmt: skip


def probability(shared: dict[str, float]) -> float:
    """The logistic model: 0 … 1."""
    model = shipped.parsed("copies.json")
    total = model["intercept"] + sum(model["coefficients"][name] * value for name, value in shared.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _why(one: _Known, other: _Known, shared: dict[str, float]) -> str:
    run = shingles.run(one.body, other.body) or shingles.run(one.whole, other.whole)
    words = run.split(" ")
    quote = " ".join(words[:12]) + (" …" if len(words) > 12 else "")
    title = f", {shared['titles']:.0%} of the headline" if shared["titles"] >= 0.5 else ""
    return f"{shared['contained']:.0%} of the shorter text stands in the longer{title}; {len(words)} words in a row: “{quote}”"


# ── making ready ────────────────────────────────────────────────────────────────────────────────────────────────────


def _prepare(item: Item) -> _Known:
    body = shingles.tokens(identifiers.article(item.text[:_LONGEST]))
    title = shingles.tokens(headline(item.title))
    ready = shingles.prepare(body, background.weight)
    words = " ".join(ready.words)
    return _Known(
        item,
        ready,
        shingles.prepare(title, background.weight),
        shingles.prepare([*title, *body], background.weight),
        identifiers.marks(item.title, item.text[:_LONGEST]),
        hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest() if len(body) >= _FEWEST else "",
        item.links >= _ROUNDUP_LINKS or identifiers.gathers(item.title),
    )


def headline(title: str) -> str:
    """A title without what marks an update at its beginning and without the outlet's name at its end."""
    for part in (" - ", " | ", " — ", " – ", " • ", " · ", " :: "):
        head, found, tail = title.rpartition(part)
        if found and len(tail.split()) <= 4 and len(head.split()) >= 4:
            title = head
            break
    begin, found, rest = title.partition(":")
    return rest.strip() if found and begin.strip().casefold() in _OPENERS and rest.strip() else title


_OPENERS = frozenset(
    "update updated updates report breaking exclusive live watch video corrected correction urgent analysis opinion".split()
)


def _exact_keys(mine: _Known) -> list[str]:
    keys = ["text " + mine.digest] if mine.digest else []
    if mine.item.url:
        keys.append("url " + mine.item.url)
    return [*keys, "title " + " ".join(mine.title.words)] if len(mine.title.words) >= 3 else keys


def _ways(mine: _Known) -> list[str]:
    """The words by which an item of the same poll is found."""
    return sorted([word for word in mine.whole.vocabulary if background.weight(word) >= _RARE and len(word) > 1])


def _asked(item: Item) -> list[str]:
    """The rarest words of the title and the lead, then of all: so that a teaser finds its article and an article its teaser."""
    lead = background.rarest(background.words(f"{item.title} {item.text[:_LEAD]}"), _ASKED // 2)
    rest = background.rarest(background.words(item.text[:_LONGEST]), _ASKED) if len(item.text) > _LEAD else []
    return list(dict.fromkeys([*lead, *rest]))[:_ASKED]
