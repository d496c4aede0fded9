"""The book of named things: gazetteers of weapons, groups, agencies, actors, malware, persons and places, with their other names.

The data stand in `data/entities-*.toml` and `data/places.toml`; the notation is told at the head of entities-weapons.toml.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from curator import shipped

DATA = ("entities-weapons.toml", "entities-actors.toml", "places.toml")
NAMESAKES = "namesakes.toml"
SHORTEST_STEM = 3  #: letters that must agree where a name is known by its beginning
FOUND = "~"  #: stands for the canonical name where the words found are the name: "UNC4841"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One thing with all its names, as terms (see `terms.py`)."""

    kind: str  #: weapon | group | agency | company | actor | malware | person | place
    value: str  #: its canonical name
    names: tuple[str, ...]  #: terms that mean it wherever they stand
    doubtful: tuple[str, ...] = ()  #: terms that mean it only beside a word of its group's context, or beside a sure name
    group: str = ""


@cache
def book() -> tuple[Named, ...]:
    """Every named thing curator ships."""
    return tuple(named for file in DATA for group in shipped.toml(file)["group"] for named in _group(group))


@cache
def contexts() -> Mapping[str, tuple[str, ...]]:
    """For each group the terms that make its doubtful names sure."""
    return {group["name"]: tuple(group.get("context", ())) for file in DATA for group in shipped.toml(file)["group"]}


@cache
def namesakes() -> Mapping[str, tuple[str, ...]]:
    """What is called like a place and is none: `given` (first names), `companions` of places, `phrases` (terms)."""
    return {key: tuple(value) for key, value in shipped.toml(NAMESAKES).items()}


def sources() -> Iterator[str]:
    """Every term that stands for a named thing, supports one, or is called like one."""
    for named in book():
        yield from (*named.names, *named.doubtful)
    for context in contexts().values():
        yield from context
    yield from namesakes()["phrases"]


def _group(group: Mapping[str, str]) -> Iterator[Named]:
    for line in group["names"].strip().splitlines():
        cells = [cell.strip() for cell in line.removeprefix("+ ").split("|") if cell.strip()]
        for names in ([cell] for cell in cells) if line.startswith("+ ") else (cells,):
            sure = tuple(_term(name) for name in names if name[0] not in "?!~")
            doubtful = tuple(name[1:] for name in names if name[0] == "?")
            yield Named(kind=group["kind"], value=plain(names[0]), names=sure, doubtful=doubtful, group=group["name"])


def _term(name: str) -> str:
    """A short name in capitals is matched in capitals only."""
    return f"={name}" if len(name) <= 6 and name.isupper() and name.isalpha() else name


def plain(name: str) -> str:
    """A name as people read it, without the marks of its notation."""
    return name.lstrip("?!=").rstrip("*")


@cache
def _by_alias() -> Mapping[str, tuple[tuple[str, str], ...]]:
    out: dict[str, dict[tuple[str, str], None]] = {}
    for named in book():
        for name in (named.value, *named.names, *named.doubtful):
            for form in _forms(plain(name)):
                out.setdefault(_key(form), {})[named.kind, named.value] = None
    return {key: tuple(values) for key, values in out.items()}


@cache
def _by_stem() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Things by names that may end in any way ("Одес*"), without the star."""
    out: dict[str, dict[tuple[str, str], None]] = {}
    for named in book():
        for name in (*named.names, *named.doubtful):
            if name.endswith("*") and "{" not in name:
                out.setdefault(_key(plain(name)), {})[named.kind, named.value] = None
    return {key: tuple(values) for key, values in out.items()}


def _forms(name: str) -> list[str]:
    """A name with choices, "Ракк{а,и}", as the names it stands for."""
    parts = re.split(r"\{([^{}]*)\}", name)
    return ["".join(chosen) for chosen in product(*(part.split(",") if number % 2 else [part] for number, part in enumerate(parts)))]


def _key(name: str) -> str:
    """Names that differ only in case, accents, hyphens and spaces are one."""
    base = unicodedata.normalize("NFKD", name.casefold()).replace("ё", "е")
    return "".join(char for char in base if char.isalnum())


def canonical(name: str) -> tuple[tuple[str, str], ...]:
    """What a name means: (kind, canonical value) of each thing it may stand for; none known: nothing. "Geran-2" → Shahed-136."""
    key = _key(name)
    if not key:
        return ()
    if key in _by_alias():
        return _by_alias()[key]
    stems = _by_stem()
    return next((stems[key[:end]] for end in range(len(key), SHORTEST_STEM - 1, -1) if key[:end] in stems), ())


def aliases(value: str) -> tuple[str, ...]:
    """All names of a thing, canonical first, as people read them; of an unknown one its own name."""
    known = canonical(value)
    names: dict[str, None] = {canon: None for _, canon in known}
    for named in book():
        if (named.kind, named.value) in known:
            names.update(dict.fromkeys(plain(name) for name in (*named.names, *named.doubtful) if "{" not in name))
    return tuple(names) or (value,)


def values(name: str) -> tuple[str, ...]:
    """The values an entity may have in the store if a person asks for it by this name: canonical ones, else the name itself, refanged."""
    return tuple(value for _, value in canonical(name)) or (refang(name),)


# ── addresses that must not be clicked ──────────────────────────────────────────────────────────────────────────────

_DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?", re.IGNORECASE)
_AT = re.compile(r"\s?[\[({]\s?(?:@|at)\s?[\])}]\s?", re.IGNORECASE)
_SCHEME = re.compile(r"\bh(?:xx|tt|XX)p(s?)(?:\[:\]|:|\[://\])(?=//)|\bhxxp(s?)\[://\]", re.IGNORECASE)


def refang(text: str) -> str:
    """Addresses as machines write them: "hxxps://evil[.]example" → "https://evil.example"."""
    text = _SCHEME.sub(lambda match: f"http{match[1] or match[2] or ''}:" + ("//" if "[://]" in match[0] else ""), text)
    return _AT.sub("@", _DOT.sub(".", text))


def defang(value: str) -> str:
    """An address as people may be shown it: no program makes a link of "evil[.]example"."""
    scheme, parted, rest = value.partition("://")
    if not parted:
        scheme, rest = "", value
    rest = rest.replace("@", "[@]").replace(".", "[.]")
    return (f"{scheme.replace('http', 'hxxp')}://" if scheme else "") + rest


def shown(kind: str, value: str) -> str:
    """An entity's value for people's eyes: addresses defanged, all else as it is."""
    return defang(value) if kind in ("ip", "domain", "mail", "url") else value
