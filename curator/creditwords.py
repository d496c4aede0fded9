"""The words in which texts credit outlets, from data/credits.toml, compiled per language when a text of it first comes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import chain, pairwise

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
_SLOT = re.compile(rf"\[([{_SLOT_MARKS}]+)\]")
_AT_A_NAME = re.compile(rf"(?:\(\?<[=!][^)]*\))?\[[{_SLOT_MARKS}]")  #: how a pattern begins that is tried at names, not at words
_GROUP = re.compile(r"_\d+$")
_DEPTH = 6  #: letters by which patterns are sorted
_OPENING = 3  #: letters by which places are told where one of them may begin
_LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!")

_Starts = set[tuple[str, bool]]  #: (first letters, whether a match may be these alone) of each way in which a match may begin


class Branches:
    """Patterns sorted by the letters they may begin with, so that at each word few are tried, and those that never are, never compiled."""

    def __init__(self, patterns: list[tuple[str, str]]) -> None:
        """`patterns`: (group name, pattern); the earlier ones are tried first."""
        self._patterns = [f"(?P<{name}>{pattern})" for name, pattern in patterns]
        known = _beginnings()
        self._begins = [known.get(pattern) or tuple(beginnings(pattern)) for _, pattern in patterns]
        self._known = frozenset(letters[:size] for begins in self._begins for letters in begins for size in range(1, _DEPTH + 1))
        self._fitting: dict[str, list[re.Pattern[str]]] = {}  # by the known letters that stand there

    @cached_property
    def openings(self) -> re.Pattern[str]:
        """Where a match may begin."""
        return re.compile(rf"(?<![\w{_SLOT_MARKS}])(?={'|'.join(_grouped(self._begins))})")

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
        by_letter[letters[:1]].add(re.escape(letters[1:_OPENING]))
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
    if slot := _SLOT.match(pattern):
        return {(mark, True) for mark in slot[1]}, pattern[slot.end() :]
    if pattern[0] in "\\[(^.$":
        return {("", False)}, ""
    return {(pattern[0], True)}, pattern[1:]


def _structure(pattern: str) -> Iterator[tuple[int, str, int]]:
    """(place, character, how many groups are open behind it) of what is neither escaped nor in a set."""
    depth = at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        else:
            depth += {"(": 1, ")": -1}.get(pattern[at], 0)
            yield at, pattern[at], depth
        at += 1


def _closing(pattern: str) -> int:
    """Where the group that the pattern begins with ends."""
    for at, character, depth in _structure(pattern):
        if character == ")" and depth == 0:
            return at
    raise ValueError(pattern)


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars that are inside no group."""
    bars = [at for at, character, depth in _structure(pattern) if character == "|" and depth == 0]
    return [pattern[begin + 1 : end] for begin, end in pairwise([-1, *bars, len(pattern)])]


class Phrases:
    """One language's patterns; the name of a match's group tells the kind. Each is compiled when it is first asked for."""

    def __init__(self, language: str) -> None:
        self._table: dict[str, list[str]] = shipped.toml("credits.toml")[language]

    @cached_property
    def leading(self) -> Branches:
        """Begin with words, hold the name: tried at every word before a name."""
        return Branches([one for one in _named(self._table, ORDER) if not _AT_A_NAME.match(one[1])])

    @cached_property
    def trailing(self) -> Branches:
        """Begin with the name: tried at every name."""
        return Branches([one for one in _named(self._table, ORDER) if _AT_A_NAME.match(one[1])])

    @cached_property
    def nameless(self) -> Branches:
        """Tried at the words round a trigger."""
        return Branches(list(_named(self._table, NAMELESS)))

    @cached_property
    def triggers(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(self._table["triggers"])

    @cached_property
    def official(self) -> re.Pattern[str]:
        """Words in which bodies speak."""
        return re.compile("|".join(self._table["official"]))

    @cached_property
    def earlier(self) -> re.Pattern[str]:
        """Says that what is credited was some time ago."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(self._table['earlier'])})(?!\w)", re.IGNORECASE)

    @cached_property
    def press_again(self) -> re.Pattern[str]:
        """Takes up an outlet named before ("the broadcaster says"); so the others."""
        return re.compile("|".join(self._table["press_again"]))

    @cached_property
    def body_again(self) -> re.Pattern[str]:
        return re.compile("|".join(self._table["body_again"]), re.IGNORECASE)

    @cached_property
    def company_again(self) -> re.Pattern[str]:
        return re.compile("|".join(self._table["company_again"]), re.IGNORECASE)


def _named(table: Mapping[str, list[str]], kinds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(group name, pattern) of these kinds of a language."""
    return ((f"{kind}_{number}", _filled(pattern)) for kind in kinds for number, pattern in enumerate(table.get(kind, ())))


@cache
def phrases(language: str) -> Phrases:
    """The patterns of one of `LANGUAGES`."""
    return Phrases(language)


@cache
def _beginnings() -> Mapping[str, tuple[str, ...]]:
    """`beginnings` of every shipped pattern, worked out once."""

    def make() -> dict[str, tuple[str, ...]]:
        tables: dict[str, dict[str, list[str]]] = shipped.toml("credits.toml")
        named = (one for language in LANGUAGES for one in _named(tables[language], (*ORDER, *NAMELESS)))
        return {pattern: tuple(sorted(beginnings(pattern))) for _, pattern in named}

    return shipped.made("credit-beginnings", ("data/credits.toml", "creditwords.py", "names.py"), make)


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
