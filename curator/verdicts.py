"""Are two items copies of one article, and what shows it?

Exact evidence comes first (the same address, the same text, the same headline where there is no text); else a small logistic model over
what two texts share decides, whose coefficients stand in `data/copies.json`, each with its meaning. Identifiers that clash (two CVEs, two
advisories, two issues of a series) and headlines of one form with other numbers or dates are never copies, however alike they look.
A verdict is symmetrical: it does not depend on which item came first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import exp, fsum
from urllib.parse import urlsplit

from curator import background, forms, glance, headlines, identifiers, shingles, shipped
from curator.types import Fingerprint, Item

_BODY = 12  #: words a text must have to be compared for itself, without the headline
_ALIKE = 0.3  #: share of the vocabulary below which two items need no closer look
_MOSTLY = 0.5  #: from which they have most of it in common
_BARELY = 0.6  #: up to which it may rather be from a third text
_WHOLE = 0.95  #: share of a text in another from which it is no form filled in otherwise there
_LEAST = 0.12  #: share of the shorter text's weight in common, below which it is no copy
_AGREED = 0.7  #: share of a text that must stand in another of the same feed and address
_SAME = 0.9  #: share of a headline from which it is the same
_NEARLY = 0.75  #: from which it is nearly the same, and one address decides
_PARTLY = 0.5  #: share of the longer of two headlines
_ARTICLE = 300  #: words of a text from which a feed does not write it under each of its entries
_LONG = 100  #: words of a text that is no notice
_PASSAGE = 30  #: words of a text that stands in another by no chance
_LED = 0.7  #: share of a lead, from which an article is told from its beginning
_CLASHING = 0.1  #: share of numbers and names that differ in one place, from which two texts may be one form
_FIGURES = 3  #: different numbers from which a text is one of figures
_NOTE = 60  #: words of a text up to which it may be what an outlet writes in place of one
_CUT = 0.85  #: share of one that stands in another from which it is that text, cut off in the middle of a word
_NAMED = 2  #: words a headline must have that say what it is about, for it to be looked for in the text
_TITLE_WEIGHT = 1.0  #: what a headline must say to be evidence by itself; twice that if it has three words or fewer


class Reading:
    """An item made ready to be compared: its fingerprint, unfolded as far as it is asked for. Most pairs are told apart by the outside."""

    def __init__(self, item: Item, fingerprint: Fingerprint) -> None:
        self.item, self.fingerprint = item, fingerprint
        self.length = fingerprint.length  #: words of its text
        self.heading = fingerprint.title  #: its title without the outlet's name at its end, in lower case
        self.digest = fingerprint.digest
        self.roundup = fingerprint.roundup

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the text, boilerplate left out, in lower case."""
        return tuple(self.fingerprint.words.split())

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        """Those of the headline, without the outlet's name at its end."""
        return tuple(self.heading.split())

    @cached_property
    def body(self) -> shingles.Text:
        """The text alone."""
        return shingles.Text(self.words, tuple(map(background.weight, self.words)), self.fingerprint.particular)

    @cached_property
    def title(self) -> shingles.Text:
        """The headline."""
        return shingles.Text(self.title_words, tuple(map(background.weight, self.title_words)), self.fingerprint.title_particular)

    @cached_property
    def whole(self) -> shingles.Text:
        """Headline and text as one."""
        return shingles.joined(self.title, self.body)

    @cached_property
    def runs(self) -> frozenset[int]:
        """Hashes of the runs of three words of the text: to see, before more is made of it, whether it shares any with another."""
        return shingles.hashed(self.words)

    @cached_property
    def whole_runs(self) -> frozenset[int]:
        """The same of headline and text as one."""
        return shingles.hashed(self.title_words + self.words)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of headline and text."""
        return frozenset(self.title_words + self.words)

    @cached_property
    def title_said(self) -> tuple[str, ...]:
        """The words of the whole title, in lower case."""
        return tuple(headlines.words(self.item.title))

    @cached_property
    def subjects(self) -> list[str]:
        """Beginnings of the words of the headline that say what it is about."""
        return headlines.subjects(self.title)

    @cached_property
    def told(self) -> set[str]:
        """Beginnings of the words of the text."""
        return headlines.begun(self.words)

    @cached_property
    def rare(self) -> frozenset[str]:
        """Those of them that lead to what else speaks of this."""
        return frozenset(self.fingerprint.rare.split())

    @cached_property
    def marks(self) -> identifiers.Marks:
        """Identifiers, and the form of the headline."""
        title, whole, frame, filled = self.fingerprint.marks
        return identifiers.Marks(frozenset(title), frozenset(whole), frame, filled)

    def fold(self) -> None:
        """Let go of what was unfolded, some ten times the fingerprint; it is there again when it is asked for."""
        for name in _UNFOLDED:
            self.__dict__.pop(name, None)


_UNFOLDED = tuple(name for name, kind in vars(Reading).items() if isinstance(kind, cached_property))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two items are to each other."""

    copies: bool
    score: float = 0.0  #: how sure, 0 … 1
    why: str = ""
    contained: float = 0.0  #: share of the one that stands in the other
    inside: bool = False  #: one stands somewhere inside the other, which begins with something else under another headline
    doubtful: bool = False  #: copies, but so short and so unlike in places that a third may show both to be one form filled in
    kin: bool = False  #: both are short and have most words in common: copies, or filled into one form
    far: bool = False  #: they have so little in common that it was told at a glance

    @property
    def loose(self) -> bool:
        """Copies, but it may rather be from a third."""
        return self.inside or (self.copies and self.contained < _BARELY)


_NO, _KIN, _FAR = Verdict(False), Verdict(False, kin=True), Verdict(False, far=True)


def judge(one: Reading, other: Reading) -> Verdict:
    """What the two are to each other; the order in which they are handed over plays no part."""
    far = one.digest != other.digest and min(one.length, other.length) >= glance.FEWEST and _far(one, other)
    here = _at_one_address(one, other)
    return _FAR if far and not here else _looked_into(one, other, far=far, here=here)  # of most, that is all there is to say


def not_far(one: Reading, near: Mapping[Reading, float]) -> list[Reading]:
    """Those of some items that `judge` may not call far from the one, given how many rare words each shares with it at most."""
    return [
        other for other, shared in near.items() if _at_one_address(one, other) or not glance.far(shared, one.fingerprint, other.fingerprint)
    ]


def _looked_into(one: Reading, other: Reading, *, far: bool, here: bool) -> Verdict:
    """The same of two that are not far from each other, or stand at one address."""
    house, short = one.item.feed == other.item.feed, min(one.length, other.length) < glance.FEWEST
    refilled = identifiers.refilled(one.marks, other.marks, 1 if house else 2)
    if here and not (house and refilled) and _same_address(one, other):
        return Verdict(True, 1.0, f"the same address, {str(one.item.url)[:120]}", 1.0)
    if far:
        return _NO
    if identifiers.clash(one.marks, other.marks) or (house and _house_text(one, other)):
        return _KIN if _kin(one, other) else _NO
    if short or _unspoken(one, other):
        titled = _same_title(one, other)
        return _KIN if not titled.copies and _kin(one, other) else titled
    if one.digest and one.digest == other.digest and not refilled:
        return Verdict(True, 1.0, f"the same text, word for word ({one.length} words)", 1.0)
    return _modelled(one, other, None if refilled else _features(one, other))


def _modelled(one: Reading, other: Reading, shared: dict[str, float] | None) -> Verdict:
    """What the model says of what they share."""
    kin = _kin(one, other)
    if shared is None or (kin and _other_figures(one, other)):
        return _KIN if kin else _NO
    plain = _mostly_one(one, other, shared) or _excerpt(one, other, shared)
    if probability(shared) < 0.5 and not plain:  # whatever they clash in only speaks against them, and takes longest to find
        return _KIN if kin else _NO
    clash = shingles.clash(*_texts(one, other))
    score = probability(shared | {"clash": clash})
    if plain and clash < _CLASHING:
        score = max(score, 0.5)
    if score < 0.5 or _of_a_series(one, other, shared["contained"]):
        return _KIN if kin else _NO
    inside = shared["lead"] < 0.5 and shared["titles"] < 0.5 and shared["mutual"] < 0.4
    return Verdict(True, score, _why(one, other, shared), shared["contained"], inside, kin and shared["contained"] < _WHOLE, kin)


def _mostly_one(one: Reading, other: Reading, shared: dict[str, float]) -> bool:
    """Are two articles of different feeds for the greater part one text, with its lead, its numbers and names? So an article stays that an
    outlet frames with reporting of its own, before and behind, for which the model has seen too few to know them from background."""
    if one.item.feed == other.item.feed or min(one.length, other.length) < _LONG or shared["mutual"] < 0.5:
        return False
    return max(shared["lead"], shared["opening"]) >= _LED and shared["particulars"] >= 0.5


def _excerpt(one: Reading, other: Reading, shared: dict[str, float]) -> bool:
    """Does a passage that is an item of one feed stand whole in an item of another? So does a part from far inside a long article, which
    the model, going by the lead, takes for background; what is repeated as background is but a part of the text that repeats it."""
    return one.item.feed != other.item.feed and min(one.length, other.length) >= _PASSAGE and shared["contained"] >= _WHOLE


def _other_figures(one: Reading, other: Reading) -> bool:
    """Have two notices hardly a number in common? Whoever copies a text keeps its figures, in whatever language; a form has new ones."""
    mine, yours = ({word for word in reading.body.vocabulary if word[0].isdigit()} for reading in (one, other))
    few = min(len(mine), len(yours))
    return few >= _FIGURES and min(one.length, other.length) < _LONG and len(mine & yours) < few / 3


def _kin(one: Reading, other: Reading) -> bool:
    return max(one.length, other.length) <= forms.LONGEST and _alike(one, other) >= _MOSTLY


def _alike(one: Reading, other: Reading) -> float:
    """Share of the smaller vocabulary that both have: quick, and never low for copies."""
    return _share(one.vocabulary, other.vocabulary)


def _share(mine: frozenset[str], yours: frozenset[str]) -> float:
    return len(mine & yours) / max(1, min(len(mine), len(yours)))


def _far(one: Reading, other: Reading) -> bool:
    """Have they so little in common that nothing more need be asked?"""
    mine, yours = one.fingerprint, other.fingerprint
    if glance.strange(mine, yours):
        return True
    return glance.tells(len(one.rare & other.rare), mine, yours) or _alike(one, other) < _ALIKE


def _at_one_address(one: Reading, other: Reading) -> bool:
    """Do both lead to the same page?"""
    return bool(one.item.url) and one.item.url == other.item.url


def _same_address(one: Reading, other: Reading) -> bool:
    """Does their one address say that they are one?

    In one feed hardly: changes, comments, posts of a live blog all lead to one page, and their headlines have one form; the texts must
    agree. In two feeds it does, unless headlines and texts both speak of something else.
    """
    if not _leads_somewhere(one.item.url or ""):
        return False
    fewest = min(one.length, other.length)
    if one.item.feed == other.item.feed:
        return _agree(one, other, _AGREED) if fewest >= glance.FEWEST else headlines.share(one.title, other.title) >= _SAME
    return fewest < _BODY or headlines.share(one.title, other.title) >= _NEARLY or _agree(one, other, _LEAST)


def _agree(one: Reading, other: Reading, share: float) -> bool:
    """Does so much of the one text stand in the other?"""
    found = shingles.overlap(one.body, other.body, share)
    return found is not None and max(found.first, found.second) >= share


def _house_text(one: Reading, other: Reading) -> bool:
    """Have two entries of one feed nothing in common but, it seems, what that feed writes under each?"""
    if _at_one_address(one, other) or min(one.length, other.length) >= _ARTICLE:
        return False
    mine, yours = frozenset(one.title_said), frozenset(other.title_said)
    if not mine or not yours:
        return False
    common = len(mine & yours)
    return common < _PARTLY * max(len(mine), len(yours)) and common < _SAME * min(len(mine), len(yours))


def _of_a_series(one: Reading, other: Reading, contained: float) -> bool:
    """Do the headlines each name something of their own? Two entries of one feed are then two of a series, and what they share is written
    under each; two short ones of any feeds, if their texts speak of it as well, are one form filled in for two things."""
    house, brief = one.item.feed == other.item.feed, max(one.length, other.length) <= _NOTE and contained < _CUT
    if not house and not brief:
        return False
    mine, yours = _own_names(one, other), _own_names(other, one)
    told = house or not (mine.isdisjoint(one.told) or yours.isdisjoint(other.told))
    return bool(mine and yours) and told


def _own_names(one: Reading, other: Reading) -> set[str]:
    """Beginnings of the words of a headline that say what it is about, of which the other, headline and text, knows nothing."""
    telling = [word for word in one.title_said if background.weight(word) >= shingles.TELLING]
    return headlines.begun(telling) - headlines.begun(chain(other.title_said, other.vocabulary))


def _unspoken(one: Reading, other: Reading) -> bool:
    """Do two short texts speak of nothing that their headlines name, which name different things? They are what outlets write in place of
    a text, in whatever language: log in to read, terms of use, a request to enable scripts."""
    if max(one.length, other.length) > _NOTE or min(len(one.subjects), len(other.subjects)) < _NAMED:
        return False
    if any(not told.isdisjoint(named) for told in (one.told, other.told) for named in (one.subjects, other.subjects)):
        return False
    return headlines.share(one.title, other.title) < _NEARLY  # asked last: most texts speak of their own headlines, which is known of each


def _leads_somewhere(url: str) -> bool:
    parts = urlsplit(url)
    return len(parts.path.strip("/")) > 3 or bool(parts.query)


def _same_title(one: Reading, other: Reading) -> Verdict:
    if one.title_words[:1] != other.title_words[:1]:
        return _NO  # whatever begins the other begins with the same word
    if one.item.feed == other.item.feed and one.title_said != other.title_said:
        return _NO  # in one feed, headlines that differ by a word at the end are two
    short, long = sorted((one.title, other.title), key=lambda title: (len(title.words), title.words))
    needed = _TITLE_WEIGHT if len(short.words) > 3 else 2 * _TITLE_WEIGHT
    at = len(short.words)
    ended = short.words == long.words or (at >= 5 and len(long.words) - at <= 4 and short.words == long.words[:at])
    if not ended or fsum(short.weights) < needed:
        return _NO
    return Verdict(True, 0.9, f"the same headline, “{one.item.title[:100]}”, and no text to compare", 1.0)


def features(one: Reading, other: Reading) -> dict[str, float] | None:
    """What the model looks at, by the names that `data/copies.json` explains; None if the texts have too little in common to be copies."""
    shared = _features(one, other)
    return None if shared is None else shared | {"clash": shingles.clash(*_texts(one, other))}


def _texts(one: Reading, other: Reading) -> tuple[shingles.Text, shingles.Text]:
    """What is compared of the two: their texts, or headlines and texts where one of the texts is short."""
    if min(one.length, other.length) < _BODY:
        return one.whole, other.whole
    return one.body, other.body


def _overlap(one: Reading, other: Reading) -> shingles.Overlap | None:
    """What they share, None if that is too little for copies. Of three pairs in four that come so far no shingles need be made, since they
    have no run of words in common, and of half of the rest none of the longer text, often ten times as long."""
    short, long = sorted((one, other), key=lambda reading: reading.length)
    mine, yours = (short.runs, long.runs) if short.length >= _BODY else (short.whole_runs, long.whole_runs)
    if mine.isdisjoint(yours) or shingles.too_little(*_texts(short, long), yours, _LEAST):
        return None
    return shingles.overlap(*_texts(one, other), _LEAST)


def _features(one: Reading, other: Reading) -> dict[str, float] | None:
    """All but the clash."""
    found = _overlap(one, other)
    if found is None:
        return None
    much, little = max(found.first, found.second), min(found.first, found.second)
    if (one.roundup or other.roundup) and little < 0.4:
        return None
    same = float(one.item.feed == other.item.feed)
    return {
        "contained": much,
        "thin": 2 * max(0.0, 0.5 - much),
        "entire": 5 * max(0.0, much - 0.8),
        "mutual": little,
        "weight": min(1.0, shingles.scaled(found.weight) / 5),
        "lead": found.lead,
        "opening": found.opening,
        "background": min(1.0, found.length / 100) * (1 - found.lead) * (1 - little),
        "words": found.words,
        "particulars": found.particulars,
        "titles": headlines.share(one.title, other.title),
        "same feed": same,
        "template": same * (1 - little),
    }


def probability(shared: dict[str, float]) -> float:
    """The logistic model: 0 … 1."""
    model = shipped.parsed("copies.json")
    total = model["intercept"] + sum([model["coefficients"].get(name, 0.0) * value for name, value in shared.items()])
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _why(one: Reading, other: Reading, shared: dict[str, float]) -> str:
    run = shingles.run(one.body, other.body) or shingles.run(one.whole, other.whole)
    words = run.split(" ")
    quote = " ".join(words[:12]) + (" …" if len(words) > 12 else "")
    title = f", {shared['titles']:.0%} of the headline" if shared["titles"] >= 0.5 else ""
    return f"{shared['contained']:.0%} of the shorter text stands in the longer{title}; {len(words)} words in a row: “{quote}”"
