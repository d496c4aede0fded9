"""What headlines say of what their items are about: the words that name it, by their beginnings, so that endings play no part."""

from collections.abc import Iterable
from math import fsum

from curator import shingles

_BEGINNING = 5  #: letters that two words must share to be taken for one


def words(title: str) -> list[str]:
    """Its words in lower case."""
    return shingles.tokens(title.lower())


def begun(said: Iterable[str]) -> set[str]:
    """The beginnings of words."""
    return {word[:_BEGINNING] for word in said}


def subjects(title: shingles.Text) -> list[str]:
    """Beginnings of the words of a headline that say what it is about."""
    return [word[:_BEGINNING] for word, weight in zip(title.words, title.weights, strict=True) if weight >= shingles.TELLING]


def share(one: shingles.Text, other: shingles.Text) -> float:
    """Share of the weight of the headline that says less which stands in the other."""
    mine, yours = (dict(zip(title.words, title.weights, strict=True)) for title in (one, other))
    few, many = sorted((mine, yours), key=lambda said: (fsum(said.values()), len(said)))
    total = fsum(few.values())
    return fsum([weight for word, weight in few.items() if word in many]) / total if total else 0.0
