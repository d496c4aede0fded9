"""Where a text names outlets: one pass for all names in all their forms, and names of outlets nobody has listed.

A mention is only a name at a place; whether it is a credit is for `credits` to say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from curator import bodies, config, outlets, shipped, unlisted
from curator.lexicon import Lexicon
from curator.names import BODY, BOTH, PRESS, Guess, Mention, bare, shortened, spellings
from curator.unlisted import masthead, nouns, words

_MARKS = {"official": BODY, "ngo": BOTH, "blog": BOTH}


@dataclass(frozen=True, slots=True)
class _Name:
    outlet: str
    mark: str
    ambiguous: bool
    language: str | None
    contracted: bool = False  #: French "Le Monde" after its article has gone into "au", "du"


#: What a word of a text may mean: outlets that are so called, or that a name nobody has listed stands beside it.
_Meant = tuple[_Name, ...] | Guess

_IN_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CONTRACTION = re.compile(r"(?:\b(?:[Aa]u|[Dd]u|[Aa]ux|[Dd]es) |« ?|“|\")\Z")
_PLACES = frozenset({"Sahel", "Maghreb", "Congo", "Pays", "Continent"})  #: "du Sahel" is the region, not Le Sahel
_DOMAIN = re.compile(r"\.(?:ru|com|net|org|ua|de|fr|es|by|kz|info)\b", re.IGNORECASE)
_OPEN, _CLOSE = "\"'“„«‚‘‹»[(", "\"'”“»’›])"


class Finder:
    """Finds mentions in texts. Making one costs tens of milliseconds, using it some microseconds.

    Names in Cyrillic, which have most forms and stand in few texts, are added when such a text first comes.
    """

    def __init__(self, outlets: Iterable[config.Outlet]) -> None:
        self._outlets = list(outlets)
        self._written = frozenset(alias for outlet in self._outlets for alias in (outlet.name, *outlet.aliases))
        self._spelled: dict[str, tuple[_Name, ...]] = {}  # by spelling
        self._knows_cyrillic = False
        self.shortened: dict[str, list[str]] = {}  #: first words of mastheads → outlets that may be called so
        for outlet in self._outlets:
            for short in shortened(outlet.name):
                self.shortened.setdefault(short, []).append(outlet.name)
        self._learn(cyrillic=False)

    def _learn(self, *, cyrillic: bool) -> None:
        """Add the names in Cyrillic letters, or all others, to those looked for."""
        known = shipped_spellings(cyrillic=cyrillic)
        for outlet in self._outlets:
            mark = _MARKS.get(outlet.kind, PRESS)
            for alias in _aliases(outlet, cyrillic=cyrillic):
                _list(self._spelled, alias, _Name(outlet.name, mark, _doubtful(outlet, alias), outlet.language), known)
        meant: dict[str, _Meant] = {**self._spelled}
        for key, guess in (unlisted.guesses() | bodies.guesses()).items():
            for word in words()[key]:
                meant.setdefault(word, guess)
        for short in self.shortened:
            meant.setdefault(short, _shortened)
        self._meant = tuple(meant.values())  # what each pattern of the search stands for
        self._lexicon = Lexicon(meant)

    def find(self, text: str, language: str | None) -> list[Mention]:
        """All mentions, in order, none overlapping."""
        found: list[Mention] = []
        if not self._knows_cyrillic and not text.isascii() and _IN_CYRILLIC.search(text):
            self._knows_cyrillic = True
            self._learn(cyrillic=True)
        for number, start, end in self._lexicon.find(text):
            if not self._whole(text, start, end, number):
                continue
            mention = self._mention(text, start, end, self._meant[number], language)
            if mention and found and found[-1].short and mention.start <= found[-1].start:
                found.pop()  # "the Daily" was only the first word of "the Daily Planet"
            if (
                mention
                and mention.listed
                and found
                and not found[-1].listed
                and found[-1].start <= mention.start < found[-1].end <= mention.end + 2
                and not _only_its_end(text, mention, found[-1])
            ):
                found.pop()  # "the newspaper Haaretz": a known name before a guessed one
            if mention and found and text[found[-1].end : mention.start] == " (" and _same(text, found[-1], mention):
                found[-1].end = mention.end + text.startswith(")", mention.end)  # "the South China Morning Post (SCMP)"
            elif mention and (not found or mention.start >= found[-1].end):
                found.append(mention)
        return found

    def _whole(self, text: str, start: int, end: int, number: int) -> bool:
        """What was found is no part of a longer word; hints at names nobody has listed say themselves where they may stand."""
        if isinstance(self._meant[number], tuple):
            return _stands_alone(text, start, end)
        if text[start:end] in _beginnings():
            return not (start and text[start - 1].isalnum())
        return not (text[start].isalnum() and text[end - 1].isalnum()) or _stands_alone(text, start, end)

    def _mention(self, text: str, start: int, end: int, meant: _Meant, language: str | None) -> Mention | None:
        return self._listed(text, start, end, meant, language) if isinstance(meant, tuple) else meant(text, start, end)

    def _listed(self, text: str, start: int, end: int, names: tuple[_Name, ...], language: str | None) -> Mention | None:
        name = next((name for name in names if name.language == language), names[0])
        if text[start : end + 1] in ("Bild:", "BILD:") and text[max(0, start - 1) : start] in ("", "\n", " ", "("):
            return None  # German for "picture:", the credit of an image
        if text[start:end] == "Freitag" and not text[max(0, start - 4) : start].lower().startswith(("der ", "dem ", "des ")):
            return None  # the day, not the weekly
        if name.contracted and (not _CONTRACTION.search(text, max(0, start - 8), start) or text[start:end] in _PLACES):
            return None
        longer = _grown(text, start, end) if name.ambiguous or end - start < 14 else None
        if longer:
            return longer
        doubtful = name.ambiguous and not name.contracted and not _marked(text, start, end, language)
        short = text[start:end].removeprefix("The ") in nouns()
        oblique = text[start:end] not in self._written
        if domain := _DOMAIN.match(text, end):
            end = domain.end()  # "INTERFAX.RU"
        return Mention(start, end, name.outlet, name.mark, doubtful, oblique=oblique, short=short)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(words()["prefixes"])


def _list(listed: dict[str, tuple[_Name, ...]], alias: str, name: _Name, known: "_Spellings") -> None:
    """Add every spelling of an alias."""
    alone, body = (name,), name.mark == BODY
    for spelling in known.get((alias, body)) or spellings(alias, body=body):
        others = listed.get(spelling)
        listed[spelling] = tuple(sorted(others + alone, key=_is_contracted)) if others else alone
    if not name.contracted and (short := _after_article(alias, name.language)):
        _list(listed, short, replace(name, contracted=True), known)


_Spellings = Mapping[tuple[str, bool], tuple[str, ...]]  #: (alias, is it of a body) → its spellings


def _after_article(alias: str, language: str | None) -> str | None:
    """What is left of a French name when "au" or "du" has swallowed its article."""
    return alias.partition(" ")[2] if language == "fr" and alias.startswith(("Le ", "Les ")) else None


@cache
def shipped_spellings(*, cyrillic: bool) -> _Spellings:
    """How the names of the shipped outlets are written: those in Cyrillic letters, or all others."""
    files = ("data/outlets.json", "outlets.py", "names.py", "mentions.py")
    return shipped.made("names-cyrillic" if cyrillic else "names", files, lambda: dict(_all_spelled(cyrillic=cyrillic)))


def _all_spelled(*, cyrillic: bool) -> Iterator[tuple[tuple[str, bool], tuple[str, ...]]]:
    for outlet in outlets.shipped_outlets():
        body = _MARKS.get(outlet.kind) == BODY
        for alias in _aliases(outlet, cyrillic=cyrillic):
            for written in filter(None, (alias, _after_article(alias, outlet.language))):
                yield (written, body), tuple(sorted(spellings(written, body=body)))


def _aliases(outlet: config.Outlet, *, cyrillic: bool) -> list[str]:
    """The outlet's names in Cyrillic letters, or all others."""
    written = dict.fromkeys(name for name in (outlet.name, *outlet.aliases) if name.strip())
    return [name for name in written if cyrillic == (not name.isascii() and _IN_CYRILLIC.search(bare(name)) is not None)]


def _shortened(text: str, start: int, end: int) -> Mention | None:
    """The first words of a masthead; in German not before a noun, to which they would belong."""
    german = text[end - 1] in "en" and " " not in text[start:end]
    if german and re.match(r" [A-ZÄÖÜ]", text[end : end + 2]):
        return None
    return Mention(start, end, text[start:end], PRESS, listed=False, short=True)


def _is_contracted(name: _Name) -> bool:
    return name.contracted


def _only_its_end(text: str, known: Mention, guessed: Mention) -> bool:
    """A listed name of one word that ends a longer one: "el portal Pie de Página Sur" is not Sur."""
    return " " not in text[known.start : known.end] and text[guessed.start : known.start].count(" ") > 1


def _same(text: str, before: Mention, after: Mention) -> bool:
    """ "the South China Morning Post (SCMP)", and so every bracket that holds the first letters of the name before it."""
    if before.name == after.name:
        return True
    short = text[after.start : after.end]
    letters = "".join(word[0] for word in re.findall(r"[^\W\d_]+", text[before.start : before.end]) if word not in _SMALL)
    return short.isupper() and len(short) > 1 and short.casefold() == letters.casefold()


_SMALL = frozenset(
    [
        "de",
        "du",
        "des",
        "del",
        "la",
        "le",
        "les",
        "d",
        "l",
        "of",
        "the",
        "and",
        "für",
        "der",
        "die",
        "das",
        "et",
        "y",
        "e",
        "и",
        "по",
        "з",
        "та",
    ]
)


def _doubtful(outlet: config.Outlet, alias: str) -> bool:
    """An ambiguous outlet's longer or abbreviated aliases are mostly not: "Zeit Online", "NYT"."""
    return (
        outlet.ambiguous
        and not (" " in alias and not alias.startswith("The "))
        and not (alias.isupper() and len(alias) < 5 and alias.isascii())
    )


def _stands_alone(text: str, start: int, end: int) -> bool:
    if start and text[start - 1].isalnum():
        return False
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        return text[end] == "s" and not (end + 1 < len(text) and text[end + 1].isalnum())
    return not (text[end : end + 1] == "." and text[end + 1 : end + 2].islower() and text[start:end].islower())


def _marked(text: str, start: int, end: int, language: str | None) -> bool:
    """Something beside an ordinary word says that it is a name: quotation marks, capitals, an article and capital inside a sentence, a
    media noun."""
    before, after = text[max(0, start - 40) : start], text[end : end + 24]
    word = text[start:end]
    if before.strip() and before.rstrip()[-1:] in _OPEN and after.lstrip()[:1] in _CLOSE:
        return True
    if _nouns_before().search(before.lower()) or _nouns_after().match(after.lower()):
        return True
    if word.isupper() and len(word) > 2 and not before.isupper():
        return True
    if not word.isascii() and re.search("[а-яіїєґё]", word.lower()):
        return False
    if language == "de":
        return " " in word or word[:1].islower()
    opens = not before.strip() or before.rstrip()[-1:] in '.!?:\n“”"«»–—-'
    return word[:1].isupper() and (" " in word or not opens)


@cache
def _nouns_before() -> re.Pattern[str]:
    return re.compile(r"(?:^|[\s(“\"«„])(?:" + "|".join(words()["before"]) + r")[\s“\"«„‘'”]+\Z")


@cache
def _nouns_after() -> re.Pattern[str]:
    return re.compile(r"[\s”\"»“’']+(?:" + "|".join(words()["after"]) + r")\b")


def _grown(text: str, start: int, end: int) -> Mention | None:
    """A listed name that is only a part of another outlet's: "the Riverton Times", "Kabul Telegraph"."""
    if text[start:end] not in words()["mastheads"] or text.startswith("The ", start):
        return None
    longer = masthead(text, start, end)
    return None if longer and longer.short else longer
