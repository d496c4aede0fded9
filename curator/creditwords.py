"""The words in which texts credit outlets, from data/credits.toml, compiled per language when a text of it first comes."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain

import ahocorasick_rs

from curator import shipped
from curator.names import BODY, BOTH, PRESS

LANGUAGES = ("en", "de", "fr", "es", "ru", "uk")

#: Kinds of words that need no name beside them: they say that the publication did the work itself.
#: Kinds, the more telling first: where two patterns fit one place, the first counts.
ORDER = (
    "photo", "subject", "contributed", "prompted", "denied", "text", "dateline", "tail", "with", "byline", "deny", "asked", "citing", "work", "told",
    "first", "via", "reported", "according", "statement", "headline", "through",
)  # fmt: skip

NAMELESS = ("self", "sources", "medium", "scene", "press")
_PLAIN = ("earlier", "triggers", "official")

_SLOTS = {"<P>": f"[{PRESS}{BOTH}]", "<B>": f"[{BOTH}{BODY}]", "<X>": f"[{PRESS}{BOTH}{BODY}]"}
_SLOT_MARKS = f"{PRESS}{BOTH}{BODY}"
_GROUP = re.compile(r"_\d+$")
_DEPTH = 3  #: letters by which patterns are sorted
_LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!")

_Starts = set[tuple[str, bool]]  #: (first letters, whether a match may be these alone) of each way in which a match may begin


class Branches:
    """Patterns sorted by the letters they may begin with, so that at each word few are tried, and those that never are, never compiled."""

    def __init__(self, patterns: list[tuple[str, str]]) -> None:
        """`patterns`: (group name, pattern); the earlier ones are tried first."""
        self._patterns = [f"(?P<{name}>{pattern})" for name, pattern in patterns]
        self._begins = [tuple(beginnings(pattern)) for _, pattern in patterns]
        self._known = frozenset(letters[:size] for begins in self._begins for letters in begins for size in range(1, _DEPTH + 1))
        self._fitting: dict[str, list[re.Pattern[str]]] = {}  # by the known letters that stand there
        self.openings = re.compile(rf"(?<![\w{_SLOT_MARKS}])(?={'|'.join(_grouped(self._begins))})")  #: where a match may begin

    def match(self, lower: str, at: int, end: int = 1 << 30) -> re.Match[str] | None:
        """The first pattern that matches at this place, reading no further than `end`."""
        letters = lower[at : at + _DEPTH]
        while letters and letters not in self._known:
            letters = letters[:-1]
        if letters not in self._fitting:
            self._fitting[letters] = [
                _compiled(pattern) for pattern, begins in zip(self._patterns, self._begins, strict=True) if letters.startswith(begins)
            ]
        for pattern in self._fitting[letters]:
            if match := pattern.match(lower, at, end):
                return match
        return None


_compiled = cache(re.compile)


def _grouped(begins: Iterable[tuple[str, ...]]) -> list[str]:
    """Beginnings as alternatives of a regular expression, those of one letter together."""
    by_letter: dict[str, set[str]] = defaultdict(set)
    for letters in chain.from_iterable(begins):
        by_letter[letters[:1]].add(re.escape(letters[1:]))
    return [f"{re.escape(letter)}(?:{'|'.join(sorted(rest))})" for letter, rest in sorted(by_letter.items(), reverse=True)]


@cache
def beginnings(pattern: str) -> frozenset[str]:
    """The letters with which a match of the pattern may begin, up to `_DEPTH` of them; fewer: anything may follow."""
    return frozenset(letters for letters, _ in _starts(pattern, _DEPTH))


def _starts(pattern: str, most: int) -> _Starts:
    """How a match of any of a pattern's alternatives may begin, looked at up to `most` letters."""
    return {start for alternative in _alternatives(pattern) for start in _sequence(alternative, most)}


def _sequence(pattern: str, most: int) -> _Starts:
    """The same of a pattern that is no choice."""
    if not pattern or not most:
        return {("", not pattern)}
    if pattern.startswith("\\b"):
        return _sequence(pattern[2:], most)
    if pattern.startswith(_LOOKAROUND):
        return _sequence(pattern[_closing(pattern) + 1 :], most)
    first, rest = _first(pattern, most)
    if rest[:1] == "{":
        return {("", False)}
    if rest[:1] in ("*", "+"):
        first = {(letters, False) for letters, _ in first}
    behind = rest[1:].lstrip("?+") if rest[:1] in ("?", "*", "+") else rest
    found = _followed(first, behind, most)
    return found | _sequence(behind, most) if rest[:1] in ("?", "*") else found


def _followed(first: _Starts, rest: str, most: int) -> _Starts:
    """The starts of a sequence, of those of its first part."""
    found: _Starts = set()
    for letters, whole in first:
        further = _sequence(rest, most - len(letters)) if whole else {("", False)}
        found |= {(letters + more, end) for more, end in further}
    return found


def _first(pattern: str, most: int) -> tuple[_Starts, str]:
    """The starts of a pattern's first part, and the rest of it."""
    if pattern.startswith("(?:"):
        close = _closing(pattern)
        return _starts(pattern[3:close], most), pattern[close + 1 :]
    if pattern[0] == "\\" and not pattern[1].isalnum():
        return {(pattern[1], True)}, pattern[2:]
    if pattern[0] in "\\[(^.$":
        return {("", False)}, ""
    return {(pattern[0], True)}, pattern[1:]


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
    press_again: re.Pattern[str]  #: takes up an outlet named before ("the broadcaster says"); so the others:
    body_again: re.Pattern[str]
    company_again: re.Pattern[str]


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
        press_again=re.compile("|".join(table["press_again"])),
        body_again=re.compile("|".join(table["body_again"]), re.IGNORECASE),
        company_again=re.compile("|".join(table["company_again"]), re.IGNORECASE),
    )


def kind(match: re.Match[str]) -> str:
    """Which kind of words matched."""
    return _GROUP.sub("", match.lastgroup or "")


def _filled(pattern: str) -> str:
    for slot, characters in _SLOTS.items():
        pattern = pattern.replace(slot, characters)
    return pattern


@cache
def published() -> re.Pattern[str]:
    """What stands beside a name that nobody has listed when a body of that name has published, said or decided something."""
    return re.compile("|".join(shipped.toml("mediawords.toml")["published"]))


@cache
def shared() -> dict[str, re.Pattern[str]]:
    """Names that several countries' bodies share → what shows in a text that the listed one is meant."""
    return {name: re.compile(shown) for name, shown in shipped.toml("mediawords.toml")["shared"].items()}


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
        ukrainian, russian = len(re.findall("[іїєґʼ]", head)), len(re.findall("[ыэъё]", head))
        return "uk" if ukrainian > russian or (ukrainian == russian and told == "uk") else "ru"
    if told in {"en", "de", "fr", "es"}:
        return told
    if told and told not in {"ru", "uk"}:
        return None
    counts = {language: len(hint.findall(head.lower())) for language, hint in _HINTS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else "en"
