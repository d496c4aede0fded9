"""Which language a text is in, by its script, its frequent words and its own letters. Cheap, and silent where it cannot know.

The word lists are `data/languages.toml`. Where they leave a doubt and the extra `language` (py3langid) is installed, that decides.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from curator import shipped, text

_LONGEST = 1500  #: characters looked at
_FEWEST = 2  #: frequent words that must be found
_ENOUGH = 10  #: words of letters that a text must have to be judged by statistics: of names and numbers they make anything
_SPOKEN = re.compile(r"[^\W\d_]{3,}")
_DENSE = frozenset({"zh", "ja", "ko"})  #: a character says as much as two letters or more of other scripts
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.I)


@dataclass(frozen=True, slots=True)
class _Profiles:
    words: dict[str, tuple[tuple[str, float], ...]]  #: word -> (language, weight); a word of many languages weighs less
    letters: dict[str, tuple[str, ...]]
    scripts: tuple[tuple[str, re.Pattern[str]], ...]
    names: dict[str, str]


@cache
def _profiles() -> _Profiles:
    data = shipped.toml("languages.toml")
    owners: dict[str, list[str]] = {}
    for language, listed in data["words"].items():
        for word in set(text.words(listed)):
            owners.setdefault(word, []).append(language)
    letters: dict[str, list[str]] = {}
    for language, chars in data["letters"].items():
        for char in chars:
            letters.setdefault(char, []).append(language)
    ranges = [(language, "".join(_class(part) for part in parts)) for language, parts in data["scripts"].items()]
    return _Profiles(
        words={word: tuple((language, 1 / len(languages)) for language in languages) for word, languages in owners.items()},
        letters={char: tuple(languages) for char, languages in letters.items()},
        scripts=tuple((language, re.compile(f"[{chars}]")) for language, chars in ranges),
        names=data["names"],
    )


def _class(span: str) -> str:
    low, _, high = span.partition("-")
    return f"{chr(int(low, 16))}-{chr(int(high, 16))}"


def tag(written: str | None) -> str | None:
    """A language as feeds write it ("en-US", "EN_us", "English") as its primary BCP 47 subtag ("en"), None if it is none."""
    cleaned = (written or "").strip().lower()
    names = _profiles().names
    if cleaned in names:
        return names[cleaned]
    found = _TAG.fullmatch(cleaned)
    if found is None or found[1] in {"und", "mul", "zxx", "xx", "mis"}:
        return None
    return names.get(found[1], found[1])


def detect(s: str, beside: str | None = None) -> str | None:
    """The language most of `s` is written in, or None where that cannot be told (too short, names and numbers only). `beside` is what is
    written round about it, which decides where the frequent words leave a doubt."""
    s = s[:_LONGEST]
    plain = frequent(s)
    if plain or beside or len(_SPOKEN.findall(s)) < _ENOUGH:
        return plain or beside
    statistical = _statistical()
    return statistical(s) if statistical else None


def frequent(s: str) -> str | None:
    """The language that script and frequent words tell without a doubt."""
    s = s[:_LONGEST]
    if not s.isascii():
        by_script = _by_script(s)
        if by_script:
            return by_script
    scores = _scores(s)
    ranked = scores.most_common(2)
    if ranked and ranked[0][1] >= _FEWEST / 2 and (len(ranked) < 2 or ranked[0][1] > 1.15 * ranked[1][1]):
        return ranked[0][0]
    return None


def _by_script(s: str) -> str | None:
    letters = sum(map(str.isalpha, s))
    for language, pattern in _profiles().scripts:
        found = len(pattern.findall(s))
        if language == "ja" and found and 10 * found >= letters:  # kana among ideographs
            return language
        if found * (4 if language in _DENSE else 2) > letters:
            return language
    return None


def _scores(s: str) -> Counter[str]:
    profiles = _profiles()
    scores: Counter[str] = Counter()
    for word in text.words(s):
        for language, weight in profiles.words.get(word, ()):
            scores[language] += weight  # type: ignore[assignment]
    if not s.isascii():
        for char in set(s.lower()) & profiles.letters.keys():
            languages = profiles.letters[char]
            for language in languages:
                scores[language] += 1.5 / len(languages)  # type: ignore[assignment]
    return scores


@cache
def _statistical() -> Callable[[str], str | None] | None:
    try:
        from py3langid import classify  # noqa: PLC0415  (optional, and 250 ms with numpy)
    except ImportError:
        return None

    def decide(s: str) -> str | None:
        language, _ = classify(s)
        return str(language)

    return decide
