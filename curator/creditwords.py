"""The words in which texts credit outlets, from data/credits.toml, compiled per language when a text of it first comes."""

import re
from dataclasses import dataclass
from functools import cache

from curator import shipped
from curator.names import BODY, BOTH, PRESS

LANGUAGES = ("en", "de", "fr", "es", "ru", "uk")

#: Kinds of words that need no name beside them: they say that the publication did the work itself.
NAMELESS = ("self", "sources", "medium", "scene")

_SLOTS = {"<P>": f"[{PRESS}{BOTH}]", "<B>": f"[{BOTH}{BODY}]", "<X>": f"[{PRESS}{BOTH}{BODY}]"}
_GROUP = re.compile(r"_\d+$")


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's patterns, each a single alternation whose group name tells the kind."""

    leading: re.Pattern[str]  #: begin with words, hold the name: tried at every word before a name
    trailing: re.Pattern[str]  #: begin with the name: tried at every name
    nameless: re.Pattern[str]
    earlier: re.Pattern[str]  #: says that what is credited was some time ago


@cache
def phrases(language: str) -> Phrases:
    """The compiled patterns of one of `LANGUAGES`."""
    table: dict[str, list[str]] = shipped.toml("credits.toml")[language]
    leading: list[str] = []
    trailing: list[str] = []
    for kind, patterns in table.items():
        if kind in NAMELESS or kind == "earlier":
            continue
        for number, pattern in enumerate(patterns):
            branch = f"(?P<{kind}_{number}>{_filled(pattern)})"
            (trailing if pattern.startswith("<") else leading).append(branch)
    nameless = [f"(?P<{kind}_{number}>{pattern})" for kind in NAMELESS for number, pattern in enumerate(table[kind])]
    return Phrases(
        leading=re.compile("|".join(leading)),
        trailing=re.compile("|".join(trailing)),
        nameless=re.compile(rf"(?<!\w)(?:{'|'.join(nameless)})", re.IGNORECASE),
        earlier=re.compile(rf"(?<!\w)(?:{'|'.join(table['earlier'])})(?!\w)", re.IGNORECASE),
    )


def kind(match: re.Match[str]) -> str:
    """Which kind of words matched."""
    return _GROUP.sub("", match.lastgroup or "")


def _filled(pattern: str) -> str:
    for slot, characters in _SLOTS.items():
        pattern = pattern.replace(slot, characters)
    return pattern


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
