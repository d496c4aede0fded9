"""What the shipped terms are looked for by: worked out once, and kept as Python keeps its modules."""

from collections.abc import Iterable
from functools import cache

from curator import entitybook, shipped, topics
from curator.matching import Spelled, spelled, spelled_foreign

_HOW = ("matching.py", "terms.py", "taggers/_spelled.py")  #: code by which terms are understood


@cache
def of_topics() -> Spelled:
    """Of every term of every shipped topic."""
    return _spelled("topics", (topics.DATA, *topics.ENTITIES), "topics.py")


@cache
def of_entities() -> Spelled:
    """Of every name of the gazetteers, and the words that stand beside doubtful ones."""
    return _spelled("entities", (*entitybook.DATA, entitybook.NAMESAKES), "entitybook.py")


_SOURCES = {"topics": topics.sources, "entities": entitybook.sources}


def _spelled(which: str, data: Iterable[str], reads: str) -> Spelled:
    files = (*(f"data/{name}" for name in data), reads, *_HOW)

    sources = _SOURCES[which]
    now = shipped.made(f"{which}-terms", files, lambda: spelled(sources()))
    return Spelled(now, cache(lambda: shipped.made(f"{which}-terms-foreign", files, lambda: spelled_foreign(sources()))))
