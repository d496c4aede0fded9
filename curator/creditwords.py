"""The words in which texts credit outlets, from data/credits.toml, compiled per language when a text of it first comes."""

import re
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from curator import shipped
from curator.names import BODY, BOTH, PRESS

LANGUAGES = ("en", "de", "fr", "es", "ru", "uk")

#: Kinds of words that need no name beside them: they say that the publication did the work itself.
#: Kinds, the more telling first: where two patterns fit one place, the first counts.
ORDER = (
    "photo", "contributed", "prompted", "denied", "text", "dateline", "tail", "with", "byline", "deny", "asked", "citing", "work", "told",
    "first", "via", "reported", "according", "statement", "headline", "through",
)  # fmt: skip

NAMELESS = ("self", "sources", "medium", "scene", "press")
_PLAIN = ("earlier", "triggers", "official")

_SLOTS = {"<P>": f"[{PRESS}{BOTH}]", "<B>": f"[{BOTH}{BODY}]", "<X>": f"[{PRESS}{BOTH}{BODY}]"}
_SLOT_MARKS = f"{PRESS}{BOTH}{BODY}"
_GROUP = re.compile(r"_\d+$")


class Branches:
    """Patterns sorted by the letter they may begin with, so that at each word only a few are tried. Compiled letter by letter."""

    def __init__(self, patterns: list[tuple[str, str]]) -> None:
        """`patterns`: (group name, pattern)."""
        self._sorted = [(name, pattern, initials(pattern)) for name, pattern in patterns]
        self._letters = frozenset().union(*(letters for _, _, letters in self._sorted if letters))
        self._compiled: dict[str, re.Pattern[str]] = {}

    def match(self, lower: str, at: int, end: int = 1 << 30) -> re.Match[str] | None:
        """The first pattern that matches at this place, reading no further than `end`."""
        letter = lower[at] if lower[at] in self._letters else ""  # one entry for all others, however many there are
        if letter not in self._compiled:
            fits = [(name, pattern) for name, pattern, letters in self._sorted if letters is None or letter in letters]
            chosen = [f"(?P<{name}>{_beginning(pattern, letter)})" for name, pattern in fits]
            self._compiled[letter] = re.compile("|".join(chosen) if chosen else r"(?!)")
        return self._compiled[letter].match(lower, at, end)


def _beginning(pattern: str, letter: str) -> str:
    """The pattern with only those alternatives of its first group that may begin with the letter: quicker to compile and to try."""
    if not pattern.startswith("(?:"):
        return pattern
    close = _closing(pattern)
    if pattern[close + 1 : close + 2] in ("?", "*", "+", "{"):
        return pattern
    kept = [part for part in _alternatives(pattern[3:close]) if (letters := initials(part)) is None or letter in letters]
    return f"(?:{'|'.join(_beginning(part, letter) for part in kept)}){pattern[close + 1 :]}"


def initials(pattern: str) -> frozenset[str] | None:
    """The letters a match of the pattern may begin with; None: any."""
    if pattern.startswith("(?:"):
        close = _closing(pattern)
        begins = [initials(alternative) for alternative in _alternatives(pattern[3:close])]
        return _or_else(begins, pattern[close + 1 :])
    if pattern.startswith("\\b"):
        return initials(pattern[2:])
    if not pattern or pattern[0] in "[(\\^.$" or pattern[0] in _SLOT_MARKS or len(_alternatives(pattern)) > 1:
        return None
    return _or_else([frozenset(pattern[0])], pattern[1:])


def _or_else(begins: list[frozenset[str] | None], rest: str) -> frozenset[str] | None:
    """Those of a group; and where the group may be left out, those of what follows."""
    options = [*begins, initials(rest[1:].lstrip("?"))] if rest[:1] in ("?", "*") and rest[:1] else begins
    known = [letters for letters in options if letters is not None]
    return frozenset().union(*known) if len(known) == len(options) else None


def _closing(pattern: str) -> int:
    depth = at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        elif pattern[at] == "(":
            depth += 1
        elif pattern[at] == ")":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise ValueError(pattern)


def _alternatives(pattern: str) -> list[str]:
    parts, begin, at = [], 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        elif pattern[at] == "(":
            at += _closing(pattern[at:])
        elif pattern[at] == "|":
            parts.append(pattern[begin:at])
            begin = at + 1
        at += 1
    return [*parts, pattern[begin:]]


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's patterns, each a single alternation whose group name tells the kind."""

    leading: "Branches"  #: begin with words, hold the name: tried at every word before a name
    trailing: re.Pattern[str]  #: begin with the name: tried at every name
    nameless: "Branches"  #: tried at the words round a trigger
    triggers: ahocorasick_rs.AhoCorasick
    official: re.Pattern[str]  #: words in which bodies speak
    earlier: re.Pattern[str]  #: says that what is credited was some time ago


@cache
def phrases(language: str) -> Phrases:
    """The compiled patterns of one of `LANGUAGES`."""
    table: dict[str, list[str]] = shipped.toml("credits.toml")[language]
    leading: list[tuple[str, str]] = []
    trailing: list[str] = []
    for kind in ORDER:
        for number, pattern in enumerate(table.get(kind, ())):
            branch = (f"{kind}_{number}", _filled(pattern))
            if re.match(r"(?:\(\?<[=!][^)]*\))?<[PBX]>", pattern):
                trailing.append(f"(?P<{branch[0]}>{branch[1]})")
            else:
                leading.append(branch)
    nameless = [(f"{kind}_{number}", pattern) for kind in NAMELESS for number, pattern in enumerate(table[kind])]
    return Phrases(
        leading=Branches(leading),
        trailing=re.compile("|".join(trailing)),
        nameless=Branches(nameless),
        triggers=ahocorasick_rs.AhoCorasick(table["triggers"]),
        official=re.compile("|".join(table["official"])),
        earlier=re.compile(rf"(?<!\w)(?:{'|'.join(table['earlier'])})(?!\w)", re.IGNORECASE),
    )


def kind(match: re.Match[str]) -> str:
    """Which kind of words matched."""
    return _GROUP.sub("", match.lastgroup or "")


def _filled(pattern: str) -> str:
    for slot, characters in _SLOTS.items():
        pattern = pattern.replace(slot, characters)
    return pattern


@cache
def body_kinds() -> dict[str, re.Pattern[str]]:
    """Kinds of bodies (police, ministry, court …) → what their names and titles hold, in six languages; for lower-case text."""
    table: dict[str, list[str]] = shipped.toml("mediawords.toml")["bodies"]
    return {kind: re.compile("|".join(rf"(?<!\w){stem}" if len(stem) < 6 else stem for stem in stems)) for kind, stems in table.items()}


_CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
_HINTS = {
    "de": re.compile(r"\b(?:der|die|und|das|nicht|wie|mit|von|ist|ein|eine|nach)\b"),
    "fr": re.compile(r"\b(?:le|la|les|des|et|une?|dans|est|selon|qui|par|du)\b"),
    "es": re.compile(r"\b(?:el|los|las|que|una?|del|con|según|por|y|se)\b"),
    "en": re.compile(r"\b(?:the|and|of|to|in|is|that|for|was|with|said)\b"),
}


def language_of(text: str, told: str | None) -> str | None:
    """The language whose patterns fit a text: what it is said to be unless its script says otherwise; None: none of ours."""
    told = (told or "").partition("-")[0].lower()
    head = text[:400]
    if _CYRILLIC.search(head) and len(_CYRILLIC.findall(head)) * 3 > len(head):
        ukrainian = len(re.findall("[іїєґ]", head)) > len(re.findall("[ыэъё]", head))
        return "uk" if ukrainian else "ru"
    if told in {"en", "de", "fr", "es"}:
        return told
    if told and told not in {"ru", "uk"}:
        return None
    counts = {language: len(hint.findall(head.lower())) for language, hint in _HINTS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else "en"
