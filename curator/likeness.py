"""How alike are items, and how alike must stories be to be one?

An item is a sparse vector (see `vectors`) of the words of its headline, its pairs of them, its text and its names, with weights from the
shipped background; the names of those who tell it are left out, and what goes by many names is there under its usual one, too. What
likeness is needed depends on how long the texts are, on how many days lie between, on how close-knit and how large the stories are, on what
speaks for it (one credits the outlet of the other) and on what speaks against it: other identifiers of one kind, another language, one word
alone.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Mapping, Set
from functools import cache, cached_property, lru_cache
from heapq import nlargest
from math import exp, fsum, inf, log2, sqrt
from typing import NamedTuple

from curator import background, identifiers, linkage, outlets, vectors
from curator.linkage import Cluster
from curator.types import Draft, Item, Traits

Mark = tuple[str, str]  #: an identifier: (kind, value)
COUNTS = 3_000  #: characters of a text that are read
_SHARES = {"title": 0.2, "pairs": 0.07, "body": 0.4, "names": 0.33}  #: of each field in the likeness of two items
_BODY = 250  #: words of a body that count
_HEADLINE, _FULL, _HALF = 0.04, 0.15, 42.0  #: likeness that headlines alone need, that full texts need; words of text on the way
_DAY = 0.06  #: how much more is needed for each day between: what is told of one event comes within days
_UNDATED = 5.0  #: days that may lie between where one has no date
_SOME = 15.0  #: words of text with which cohesion begins to count
_COHESION = 0.5  #: how much more likeness close-knit stories of full texts need; 0: none, 1: as much as is among their own members
_ALONE = 0.1  #: share of the needed likeness that must be left without the strongest word: one name in common is no story
_FEW = 3  #: members of the smaller story up to which that is asked
_SUBJECT = 8  #: members of the larger one from which it is not, if they are headlines: a name in so many is what is told of
_ALONE_HEADLINES = 0.3  #: the same share for headlines alone, for stories of any size, unless the word is what both tell of
_ALONE_ONE_FEED = 0.8  #: the same within one feed: what two of its entries share is most often the place it is in or the trade it is of
_NUMBERS = 0.3  #: of the needed likeness that must be left without numbers: two entries that have them in common count alike
_SUBJECTS = 2  #: words of a large story, those that hold it together most, that it may be said to tell of
_OUTLETS = 0.5  #: feeds for each headline of a story from which on a name in many of them is its subject: a feed has names in all it tells
_BARE = 5.0  #: words of text up to which an item is no more than its headline
_ONE_FEED = 1.4  #: times the likeness that is needed within one feed: an outlet tells a thing once, and its local names every day
CITED = 0.5  #: share of the likeness that is needed where one credits the outlet that tells the other
_CITED_DAYS = 3.0  #: days between them up to which that counts
_CITED_SIZE = 8  #: members of the larger story up to which that counts: somebody in a large one credits everybody
_UNKNOWN = 0.85  #: share of its headline of which the other item may say nothing
_STRANGER = 5.0  #: how steeply more likeness is needed beyond that: what a headline says is what an item is about
_ESTRANGED = exp(_STRANGER * (1 - _UNKNOWN))  #: the most that comes to, which most pairs have that are asked
_FORM = 0.45  #: likeness from which two items of one feed may be one form filled twice
_CLASH = 2.0  #: times the likeness that is needed where identifiers clash (two CVEs), if they are in the titles
_CLASH_TEXT = 1.4  #: the same where they clash in the texts
_GROWN, _LARGE = 0.3, 8.0  #: how much more likeness is needed each time the smaller of two stories is twice as large; from that size on
_GROWN_HEADLINES = 0.07  #: the same for headlines alone, from two on: among many pairs of them chance words add up
_FOREIGN = 0.45  #: likeness that texts in two languages need at least: what they share is chance or a name
_FOREIGN_HEADLINE = 0.12  #: the same for headlines alone, whose language is often mistaken

_MANY_NAMED = ("malware", "actor")  #: kinds of entities that go by many names: each who finds one gives it one
_TELLS = ("press", "wire", "aggregator")  #: kinds of outlets whose names say nothing of what is told

_STRONG = 16  #: words by which an item is found

_YEARS = frozenset(map(str, range(1950, 2050)))  #: of a dated entry they say when, not what
_NO_SOURCE = ("photo", "subject")  #: patterns of credits to which the news is not owed

_TOKEN = re.compile(r"[^\W_]+")
_REFERENCE = re.compile(r"#\d{2,5};")  #: what is left of a character reference that somebody spoilt: no number that is told of


class Sketch:
    """What is compared of an item: its traits, unfolded as far as they are asked for."""

    def __init__(self, traits: Traits) -> None:
        self._traits = traits
        self.words, self.headed, self.marks = traits.words, traits.headed, traits.marks

    @cached_property
    def vector(self) -> vectors.Vector:
        """See `vectors`."""
        terms = self._traits.terms
        return dict(zip(terms.split("\n"), array("d", self._traits.weights), strict=True)) if terms else {}

    @cached_property
    def strong(self) -> list[str]:
        """The words by which it is found, heaviest first."""
        return self._traits.strong.split()


def traits(item: Draft | Item) -> Traits:
    """What an entry is compared by, of the entry alone."""
    made, words = vector(item)
    headed, anywhere = marks(item)
    return Traits(
        terms="\n".join(made),
        weights=array("d", made.values()).tobytes(),
        words=words,
        strong=" ".join(vectors.strong(made, _STRONG)),
        headed=headed,
        marks=anywhere,
    )


def vector(item: Draft | Item) -> tuple[vectors.Vector, int]:
    """An item as a vector, and how many words of body it has, at most those that count."""
    title, text = _REFERENCE.sub(" ", item.title), _REFERENCE.sub(" ", item.text[:COUNTS])
    for name in _publishers(item):
        if name in title or name in text:
            alone = _as_word(name)
            title, text = alone.sub(" ", title), alone.sub(" ", text)
    head, body = _split(title), _split(text)[:_BODY]
    if item.published is not None:
        head, body = ([token for token in said if token not in _YEARS] for said in (head, body))
    if body == head:  # a text that only says the headline again is none
        body = []
    return vectors.make(_terms(head), _terms(body), _SHARES, _terms(_usual_names(item))), len(body)


def _usual_names(item: Draft | Item) -> list[str]:
    """The words of the usual names of what an item speaks of that goes by many."""
    return [word for entity in item.entities if entity.kind in _MANY_NAMED for word in _split(entity.value)]


def marks(item: Draft | Item) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Identifiers in the headline of an item, and anywhere in it, as (kind, value). Numbers of a series are left out: the third and the
    fourth day of a trial are one story."""
    found = identifiers.marks(item.title, item.text[:COUNTS])
    return _serious(found.title), _serious(found.whole)


def _serious(found: Set[Mark]) -> tuple[Mark, ...]:
    """In order, for an empty tuple takes no room, and an empty set much."""
    return tuple(sorted([mark for mark in found if mark[0] != "ISSUE"]))


class Voices(NamedTuple):
    """Outlets behind an item or a story."""

    tellers: set[str]  #: those that tell it, as far as known
    credits: set[str]  #: those it owes to others


def voices(item: Item) -> Voices:
    """Who tells an item, and whom else it credits as the source of it."""
    tellers = {item.outlet} if item.outlet and item.outlet_known else set()
    owed = [credit for credit in item.credits if credit.pattern not in _NO_SOURCE and not credit.earlier]
    named = {name for credit in owed for name in (credit.outlet, *credit.via)}
    return Voices(tellers, (named | {item.source or ""}) - tellers - {""})


def cites(one: "Voices | Cluster", other: "Voices | Cluster") -> bool:
    """Does one credit an outlet that tells the other?"""
    return not (one.credits.isdisjoint(other.tellers) and other.credits.isdisjoint(one.tellers))


def _publishers(item: Draft | Item) -> list[str]:
    """Names of press that stand in an item to say who tells it, longest first: they say nothing of what is told. Agencies, companies and
    the like are as often what is told of as who tells it."""
    names = {credit.outlet for credit in item.credits if _kind(credit.outlet) in _TELLS}
    names.update([name for name in (item.source, item.outlet if item.outlet_known else None) if name and _kind(name) in (*_TELLS, "")])
    if item.outlet and item.title.endswith(item.outlet):
        names.add(item.outlet)
    return sorted(names, key=lambda name: (-len(name), name))


@lru_cache(4096)
def _kind(name: str) -> str:
    """What the shipped list knows an outlet as; "" if it does not know it."""
    known = _book().by_name(name)
    return known.kind if known else ""


@cache
def _book() -> outlets.Outlets:
    return outlets.book()


@lru_cache(1024)
def _as_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _split(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    return [part for token in found for part in background.parts(token)] if background.unparted(text) else found


def _terms(tokens: list[str]) -> list[vectors.Term]:
    return list(map(background.TERM, map(background.told, tokens)))


@lru_cache(4096)
def threshold(words: float) -> float:
    """The mean likeness that makes one story of texts of so many words: short ones share fewer words, so less is asked of them."""
    return _HEADLINE + (_FULL - _HEADLINE) * (1 - exp(-words / _HALF))


def _full(cluster: Cluster) -> float:
    """How far a cluster is one of full texts: 0 for headlines alone, to 1."""
    return 1 - exp(-cluster.words / len(cluster.members) / _SOME)


def _cohesion(cluster: Cluster) -> float:
    """By how much a cluster raises the likeness that others need to be joined with it: 1 for a single text and for headlines."""
    size = len(cluster.members)
    if size == 1:
        return 1.0
    inside = ((cluster.square - size) / threshold(cluster.words / size) + size) / (size * size)
    return float(max(1.0, inside) ** (_COHESION * _full(cluster)))


def _grown(size: int, full: float) -> float:
    """By how much two stories, the smaller of this size, need more likeness than two single texts: a mean of many pairs is no accident,
    and neither is one that is low."""
    return 1 + full * _GROWN * log2(max(1.0, size / _LARGE)) + (1 - full) * _GROWN_HEADLINES * log2(size)


def _contradiction(one: Cluster, other: Cluster) -> float:
    """By how much two clusters need more likeness as they name other identifiers of one kind; without end within one feed, whose advisories
    are alike in all but these."""
    if not (one.marks and other.marks and _clash(one.marks, other.marks)):
        return 1.0
    if not one.feeds.isdisjoint(other.feeds):
        return inf
    return _CLASH if _clash(one.headed, other.headed) else _CLASH_TEXT


def one_feed(one: Cluster, other: Cluster) -> bool:
    """Are all items of both of one feed?"""
    return len(one.feeds) == 1 and one.feeds == other.feeds


def _refilled(one: Cluster, other: Cluster) -> bool:
    """Is the word that says most in each headline unknown to the other item?"""
    for mine, yours in ((one.total, other.total), (other.total, one.total)):
        most = max([(weight, term) for term, weight in mine.items() if term[0] == "^"], default=(0.0, ""))[1]
        if not most or most in yours or most[1:] in yours:
            return False
    return True


def _clash(one: set[tuple[str, str]], other: set[tuple[str, str]]) -> bool:
    """Is there a kind of identifier of which both have some, and none in common?"""
    common = {kind for kind, _ in one & other}
    return bool(({kind for kind, _ in one} & {kind for kind, _ in other}) - common)


def _cited(one: Cluster, other: Cluster) -> bool:
    """Does one of two stories, of about the same days and neither of them large, credit an outlet that tells the other?"""
    few, many = sorted((one.size, other.size))
    return cites(one, other) and few <= _FEW and many <= _CITED_SIZE and linkage.between(one, other) <= _CITED_DAYS


def _foreign(one: Cluster, other: Cluster) -> bool:
    """Are they told in other languages, as far as known?"""
    return bool(one.languages and other.languages) and one.languages.isdisjoint(other.languages)


def needed(one: Cluster, other: Cluster, like: float = inf) -> float | None:
    """The mean likeness of all pairs across two clusters at which they become one; infinite if what they name forbids it. None as soon as
    it is sure to be more than `like`, which they have: that ends the matter for most."""
    mine, yours = len(one.members), len(other.members)
    least = (threshold(one.words / mine) + threshold(other.words / yours)) / 2
    if like < least * CITED:  # neither what they name nor whom they credit can make up for that
        return None
    against = _contradiction(one, other)
    cited = against == 1 and _cited(one, other)
    least *= CITED if cited else against
    if like < least:  # all that follows only adds to it
        return None
    days = max(0.0 if one.dated and other.dated else _UNDATED, linkage.between(one, other))
    least *= (1 + _DAY * days) * (_ONE_FEED if one_feed(one, other) else 1.0)
    if mine > 1 or yours > 1:
        least *= sqrt(_cohesion(one) * _cohesion(other)) * _grown(min(mine, yours), min(_full(one), _full(other)))
    if cited or not _foreign(one, other):
        return least
    full = min(_full(one), _full(other))
    return max(least, full * _FOREIGN + (1 - full) * _FOREIGN_HEADLINE)


def sound(one: Cluster, other: Cluster, product: float, needed: float) -> bool:
    """Is enough left of the likeness without the word that adds most? A rare name alone stands in unrelated news, and a place or a fair
    where much happens chains one large story of headlines to the next. Is enough left without numbers, and do two items know most of what
    the other's headline says? And are two items of one feed more than one form, filled with other names?"""
    few, bare, same = min(one.size, other.size) <= _FEW, _bare(one) and _bare(other), one_feed(one, other)
    if not few and not bare:
        return True
    if few and same and linkage.likeness(one, other, product) >= _FORM and _refilled(one, other):
        return False
    pairs = one.size * other.size
    if pairs == 1 and product < needed * _ESTRANGED and product < needed * _estranged(one, other):
        return False
    adds = _adds(one, other)
    if product - fsum([much for said, much in adds.items() if said.replace(" ", "").isdigit()]) < _NUMBERS * needed * pairs:
        return False
    strongest, most = _strongest(adds)
    share = _ALONE_ONE_FEED if same else _ALONE_HEADLINES if bare else _ALONE
    if product - most >= share * needed * pairs:
        return True
    return _is_subject(strongest, one, other) if few else not strongest.isdisjoint(_subjects(one) & _subjects(other))


def _estranged(one: Cluster, other: Cluster) -> float:
    """By how much two items need more likeness as either knows next to nothing of what the headline of the other says, in one language."""
    if _foreign(one, other) or _cited(one, other):
        return 1.0
    return exp(_STRANGER * max(0.0, _strange(one.total, other.total) - _UNKNOWN, _strange(other.total, one.total) - _UNKNOWN))


def _strange(mine: vectors.Vector, yours: vectors.Vector) -> float:
    """Share of the weight of a headline that stands nowhere in another item, 0 to 1."""
    said = {term[1:]: weight for term, weight in mine.items() if term[0] == "^"}
    known = [weight for word, weight in said.items() if word in yours or f"^{word}" in yours or f"={word}" in yours]
    return 1 - fsum(known) / fsum(said.values()) if said else 1.0


def _adds(one: Cluster, other: Cluster) -> dict[str, float]:
    """How much each word, or two that stand together ("new york"), adds to the product of two clusters."""
    adds: defaultdict[str, float] = defaultdict(float)
    for term, weight in vectors.shared(*sorted((one.total, other.total), key=len)).items():
        adds[vectors.word(term)] += weight
    return adds


def _strongest(adds: Mapping[str, float]) -> tuple[frozenset[str], float]:
    """The word, or two, that adds most, and how much: two add what each of them does, too."""
    whole = {said: adds[said] + (sum([adds.get(word, 0.0) for word in said.split(" ")]) if " " in said else 0.0) for said in adds}
    said, most = max(whole.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0.0))
    return frozenset(said.split(" ")), most


def _bare(cluster: Cluster) -> bool:
    """Are its items no more than their headlines, or hardly more?"""
    return cluster.words < _BARE * cluster.size


def _subjects(cluster: Cluster) -> set[str]:
    """The words that add most to the likeness of its own members."""
    adds: defaultdict[str, float] = defaultdict(float)
    for term, weight in cluster.total.items():
        adds[vectors.word(term)] += weight * weight
    return set(nlargest(_SUBJECTS, adds, key=lambda word: (adds[word], word)))


def _is_subject(words: Set[str], one: Cluster, other: Cluster) -> bool:
    """Are these words what many headlines of many outlets tell of, and no number?"""
    large = one if one.size > other.size else other
    widely = large.size >= _SUBJECT and len(large.feeds) >= _OUTLETS * large.size
    return widely and _bare(large) and not any(word.isdigit() for word in words)
