"""The topics that are on: the shipped ones that were asked for, under the user's own.

The shipped rules stand in `data/topics.toml`; how they are matched is `taggers/topics.py`, how terms are written `terms.py`.
A term that begins with `@` names a shipped list of words (`[words]` there, or a group of `data/entities-*.toml`) and stands for all
of it, in a user's topic as in a shipped one.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from curator import shipped, terms
from curator.config import Config, Topic

DATA = "topics.toml"
ENTITIES = ("entities-weapons.toml", "entities-actors.toml")
LANGUAGE = re.compile(r"\(([a-z]{2})\) ")
CHOICE = re.compile(r"((?:[a-z]{2}(?:,[a-z]{2})*:)?=?)\{([^{},]+(?:,[^{},]+)*)\}")
ENGINE = "3"  #: changes when the same rule would give other tags than before


def active(config: Config) -> dict[str, Topic]:
    """The topics entries are filed under: shipped ones that are on, then the user's own, which replace those of the same name.

    Which shipped ones are on: those that match a pattern of `builtin_topics`; without that key those marked default, if the file
    defines no topic of its own, else none.
    """
    chosen = {name: topic for name, topic in builtin().items() if _is_on(topic, config)}
    return {**chosen, **config.topics}


def _is_on(topic: Topic, config: Config) -> bool:
    if config.builtin_topics is None:
        return topic.default and not config.topics
    return any(fnmatchcase(topic.name, pattern) for pattern in config.builtin_topics)


@cache
def builtin() -> Mapping[str, Topic]:
    """Every shipped topic by name, in the order of the file; treat it as frozen."""
    return {name: _topic(name, table) for name, table in shipped.toml(DATA)["topics"].items()}


def names() -> tuple[str, ...]:
    """The names of the shipped topics, in the order of the file."""
    return tuple(shipped.toml(DATA)["topics"])


def masks() -> tuple[str, ...]:
    """Terms blanked out for every topic."""
    return tuple(shipped.toml(DATA)["all"]["mask"])


def leisure() -> tuple[str, ...]:
    """Words of sport, stage and kitchen that silence weak terms."""
    return tuple(shipped.toml(DATA)["all"]["leisure"])


def grave() -> tuple[str, ...]:
    """Words of war, politics, money, crime and disaster, one of which must stand in an item for a name in its headline to say something."""
    return tuple(shipped.toml(DATA)["all"]["grave"])


def doubtful() -> tuple[str, ...]:
    """Strong terms that are ordinary words, too, or names of much else: each needs a grave word in the item."""
    return tuple(shipped.toml(DATA)["all"]["doubtful"])


def sources() -> Iterator[str]:
    """Every term of every shipped topic, lists expanded."""
    for topic in builtin().values():
        for part in parts(topic):
            yield from expand(part)
    yield from (*expand(masks()), *expand(leisure()), *expand(grave()), *expand(doubtful()))


def parts(topic: Topic) -> tuple[tuple[str, ...], ...]:
    """A topic's terms by what they are to it."""
    return (
        topic.any,
        topic.headline,
        topic.weak,
        topic.context,
        topic.mask,
        topic.quiet,
        *topic.pairs,
        *topic.near,
        *(row[1:] for row in topic.mask_beside),
    )


def title(name: str, config: Config) -> str:
    """What a person reads for a topic's name; the name itself if nobody gave it a title."""
    topic = config.topics.get(name) or builtin().get(name)
    return (topic.title if topic else "") or name


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """The shipped word lists by name, without the `@`: those of the topics' file and the groups of entities."""
    lists = {name: tuple(_cells(block)) for name, block in shipped.toml(DATA)["words"].items()}
    for file in ENTITIES:
        for group in shipped.toml(file)["group"]:
            cells = list(_cells(group["names"]))
            lists[group["name"]] = tuple(cell for cell in cells if not cell.startswith(("?", "!", "~")))
            lists[f"{group['name']}?"] = tuple(cell[1:] for cell in cells if cell.startswith("?"))
    return lists


def _cells(block: str) -> Iterator[str]:
    """The terms of a block: parted by | or new lines. The marks of entities stay on; see `entitybook`."""
    for line in block.strip().splitlines():
        language = LANGUAGE.match(line)
        for cell in line.removeprefix("+ ")[language.end() if language else 0 :].split("|"):
            if term := cell.strip():
                term = f"={term}" if is_acronym(term) else term
                yield f"{language[1]}:{term}" if language and term[2:3] != ":" else term


def is_acronym(name: str) -> bool:
    """A short name in capitals ("FSB", "ОПК"): it means something else in small letters, so its case matters."""
    return len(name) <= 6 and name.isupper() and name.isalpha()


def expand(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Terms with every `@list` replaced by what is in it (lists may name lists), and every `{choice,of terms}` by its terms, for others may
    name them, too. An unknown list raises KeyError with its name."""
    out: list[str] = []
    for term in sources:
        if term.startswith("@"):
            out += _expanded(term[1:])
        elif term.endswith("}") and (choice := CHOICE.fullmatch(term)):
            out += [f"{choice[1]}{one.strip()}" for one in choice[2].split(",")]
        else:
            out.append(term)
    return tuple(dict.fromkeys(out))


@cache
def _expanded(name: str) -> tuple[str, ...]:
    """A list of words, with the lists that it names."""
    return expand(words()[name])


def check(term: str) -> str | None:
    """What is wrong with a term of a rule, for the person who wrote it; None = nothing."""
    if not term.startswith("@"):
        return terms.check(term)
    if term[1:] in words():
        return None
    near = get_close_matches(term[1:], words(), n=1)
    return f"{term!r} names no shipped list of words{f'; did you mean {chr(64) + near[0]!r}?' if near else ''}"


def version(topic: Topic) -> str:
    """Eight hex digits that change when the rule, a list it names, or the way of matching changes."""
    expanded = [expand(part) for part in parts(topic)]
    company = (topic.second_to, [row[0] for row in topic.mask_beside])
    told = (ENGINE, topic.name, topic.lists, topic.grave, topic.threshold, expanded, company, masks(), leisure(), grave(), doubtful())
    return hashlib.blake2b(repr(told).encode(), digest_size=4).hexdigest()


def _topic(name: str, table: Mapping[str, Any]) -> Topic:
    """A shipped table as a record; TOML's lists become tuples."""
    flat: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    nested: dict[str, Any] = {key: tuple(tuple(row) for row in flat[key]) for key in ("pairs", "near", "mask_beside") if key in flat}
    return replace(Topic(name=name, grave=True), **(flat | nested))
