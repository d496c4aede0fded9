"""An item as a sparse vector in which stories are told apart: title, pairs of words of the title, body, names and numbers.

Each field is weighted by how much its words say, brought to length 1, and given its share; so the dot product of two vectors is the
weighted mean of the likeness of their fields (after Miranda et al., "Multilingual clustering of streaming news", 2018).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from math import fsum, log, sqrt

Vector = dict[str, float]
Term = tuple[str, float, bool]  #: of a word: (stem, how much it says from 0 to 1, is it a name or a number)

_LEAST = 0.12  #: weight of a word that is left out
_PAIR = 0.3  #: mean weight of a pair of words that is left out


def make(title: Sequence[Term], body: Sequence[Term], shares: Mapping[str, float], aliases: Sequence[Term] = ()) -> Vector:
    """The vector of the words of a title and a body, of length 1, or empty if they say nothing. `shares` are those of the fields
    "title", "pairs", "body" and "names"; an empty field leaves its share to the others. `aliases` are words of other names of what is
    named; those that are not said count as names, too."""
    rest = [known for known in body if known[1] > _LEAST]
    telling = [known for known in title if known[1] > _LEAST]
    named = [known for known in chain(telling, rest) if known[2]]
    if aliases:
        said = {stem for stem, _, _ in chain(telling, rest)}
        named += [known for known in aliases if known[1] > _LEAST and known[0] not in said]
    fields = {"title": _field("^", telling), "pairs": _pairs(title), "body": _field("", rest), "names": _field("=", named)}
    parts = [(shares[name], weights) for name, weights in fields.items() if weights and shares.get(name)]
    whole = sum([share for share, _ in parts])
    made: Vector = {}
    for share, weights in parts:
        scale = sqrt(share / whole / sum([weight * weight for weight in weights.values()]))
        made.update({term: weight * scale for term, weight in weights.items()})
    return made


def _field(mark: str, known: Sequence[Term]) -> Vector:
    weights = {stem: weight for stem, weight, _ in known}
    if len(weights) == len(known):
        return {mark + stem: weight for stem, weight in weights.items()} if mark else weights
    counts = Counter([stem for stem, _, _ in known])
    return {mark + stem: weights[stem] * (1 + log(count)) if count > 1 else weights[stem] for stem, count in counts.items()}


def _pairs(known: Sequence[Term]) -> Vector:
    return {f"{one[0]} {other[0]}": (one[1] + other[1]) / 2 for one, other in pairwise(known) if one[1] + other[1] > 2 * _PAIR}


def word(term: str) -> str:
    """The stem, or two, that a term of a vector stands for."""
    return term.lstrip("^=")


def dot(one: Vector, other: Vector) -> float:
    """Dot product. The sum is exact before it is rounded, so the order of terms plays no part."""
    return fsum([one[term] * other[term] for term in one.keys() & other.keys()])


def shared(one: Vector, other: Vector) -> Vector:
    """What each term adds to the dot product of two vectors, in the order of the first."""
    return {term: weight * other[term] for term, weight in one.items() if term in other}


def add(total: Vector, vector: Vector, sign: float = 1.0) -> None:
    """Adds a vector to a sum, in place; with `sign` -1 takes it out."""
    get = total.get
    for term, weight in vector.items():
        total[term] = get(term, 0.0) + sign * weight


def strong(vector: Vector, count: int = 16) -> list[str]:
    """The stems of the heaviest words, by which a vector is found."""
    heaviest = sorted([(-weight, term) for term, weight in vector.items() if term[0] != "=" and " " not in term])
    return list(dict.fromkeys([term.lstrip("^") for _, term in heaviest]))[:count]
