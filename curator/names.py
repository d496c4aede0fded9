"""Names of outlets as texts write them: inflected forms (German adjectives, Russian and Ukrainian declension; suffix rules, not
dictionaries: a form too many costs nothing, for it stands in no text), and the characters that stand for a name in masked texts."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

PRESS, BOTH, BODY = "\ue000", "\ue001", "\ue002"  #: a medium · a medium or body · a body that speaks for itself


@dataclass(slots=True)
class Mention:
    """A name found in a text."""

    start: int
    end: int
    name: str  #: of the outlet, canonical
    mark: str  #: PRESS | BOTH | BODY
    ambiguous: bool = False  #: an ordinary word too, and nothing beside it says that it is a name
    listed: bool = True
    oblique: bool = False  #: an inflected form, as it stands where something is told to somebody
    short: bool = False  #: a masthead word that many share, "the Star": its text says whose


Guess = Callable[[str, int, int], Mention | None]  #: (text, begin, end of a word) → the name that nobody has listed beside it

#: What a name looks like in a text, as regular expressions with one group: in quotation marks; in capitals, one to four words.
QUOTED = r"[«„“\"‘'»]([^«»„“”\"\n]{2,40}?)[»“”\"’'«]"
CAPITALS = r"((?:(?:L|D|Al|El|La|Le)[-’' ])?[A-ZÀ-ÞĀ-Ž][\w.’'&-]*\w(?: (?:(?:de|du|des|of|del|la|le|y|et|and|&) )?[A-ZÀ-ÞĀ-Ž0-9](?:[\w.’'&-]*\w)?){0,3})"

#: Words in capitals that end, or begin, at a place.
CAPITALS_BEFORE = re.compile(r"(?:(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'&-]*|&|of|and|de|del|der|von|du|da|della|la|le|El|San) ){1,4}\Z")
CAPITALS_AFTER = re.compile(r"(?: [A-ZÀ-Þ][\w’'-]+){1,2}")

_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
#: They begin sentences, not names.
NOT_NAMES = {"a", "an", "the", "in", "on", "at", "by", "for", "from", "to", "and", "or", "but", "as", "if", "according", "told"} | _DAYS

_VOWELLESS = "бвгджзклмнпрстфхцчшщ"

#: (ending, endings it takes instead), the longest ending first; oblique cases of nouns and adjectives.
_RUSSIAN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ская", ("ской", "скую")),
    ("аша", ("ашей", "ашу")),
    ("овой", ("ового", "овому", "овым", "овом")),
    ("ный", ("ного", "ному", "ным", "ном")),
    ("ский", ("ского", "скому", "ским", "ском")),
    ("ая", ("ой", "ую")),
    ("яя", ("ей", "юю")),
    ("ые", ("ых", "ым", "ыми")),
    ("ие", ("их", "им", "ими", "ия", "ию", "ием", "ии")),
    ("ое", ("ого", "ому", "ым", "ом")),
    ("ия", ("ий", "иям", "иями", "иях", "ии", "ию", "ией")),
    ("сти", ("стей", "стям", "стями", "стях")),
    ("ии", ("ий", "иям", "иями", "иях")),
    ("ец", ("ца", "цу", "цем", "це")),
    ("ел", ("ла", "лу", "лом", "ле")),
    ("а", ("ы", "и", "е", "у", "ой")),
    ("я", ("и", "е", "ю", "ей")),
    ("и", ("ов", "ам", "ами", "ах", "ей", "ям")),
    ("ы", ("ов", "ам", "ами", "ах", "")),
    ("ь", ("я", "ю", "ем", "ём", "е", "и", "ью")),
    ("й", ("я", "ю", "ем", "е")),
    ("о", ("а", "у", "ом", "е")),
    ("е", ("я", "ю", "ем")),
    ("ъ", ("а", "у", "ом", "е")),
)
_UKRAINIAN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ська", ("ської", "ській", "ську", "ською")),
    ("ська", ("ської",)),
    ("ічна", ("ічної", "ічній", "ічну", "ічною")),
    ("не", ("ного", "ному", "ним")),
    ("ське", ("ського", "ському", "ським")),
    ("кий", ("кого", "кому", "ким")),
    ("ний", ("ного", "ному", "ним")),
    ("ві", ("вих", "вим", "вими")),
    ("ні", ("них", "ним", "ними")),
    ("ня", ("ні", "ню", "нею")),
    ("ія", ("ії", "ію", "ією")),
    ("да", ("ди", "ді", "ду", "дою")),
    ("а", ("и", "і", "у", "ою")),
    ("я", ("і", "ї", "ю", "ею", "єю")),
    ("и", ("", "ам", "ами", "ах", "ів", "ей", "ям")),
    ("і", ("ів", "ям", "ями", "ях", "ей")),
    ("о", ("а", "у", "ом", "і")),
    ("ь", ("я", "ю", "ем", "і")),
    ("р", ("ра", "ру", "ром", "рі")),
)
_CYRILLIC, _ANY_CYRILLIC = re.compile("[а-яіїєґё]"), re.compile("[а-яіїєґё]", re.IGNORECASE)
_WEAK = re.compile(r"\b(?:\w+(?:sche|eue|eine|reie)|Kleine|Allgemeine|Junge|Jüdische|Freie|Neue)\b(?= [A-ZÄÖÜ])|(?<=r )Allgemeine\b")
_STRONG = re.compile(r"\b(\w+sche)r\b(?= [A-ZÄÖÜ])")
_MOST = 100  #: forms of one name; longer combinations are left to the nominative


def bare(alias: str) -> str:
    """A name without what stands in brackets behind it."""
    return alias.partition(" (")[0] or alias


def spellings(alias: str, *, body: bool = False) -> set[str]:
    """Every way in which a text may write a name: its forms, without brackets or article, without accents, in capitals. `body`: the
    letters by which an authority goes are also written as a word, "Unicef"."""
    plain = bare(alias)
    short = plain[4:] if plain.startswith("The ") and " " in plain[4:] else plain
    inflected = {form for written in {alias, plain, short} for form in forms(written)}
    if body and alias.isupper() and alias.isascii() and len(alias) > 3:
        inflected.add(alias.capitalize())
    if " " not in alias and len(alias) > 6 and alias[:1].isupper() and re.search("[a-z][A-Z]", alias):
        inflected.add(alias.capitalize())  # "Cyberscoop"
    return {spelling for form in inflected for spelling in _written(form)}


_TO_THE_PLACE = re.compile(r"((?:La|El|Le|Les|Los|Las|Der|Die) [A-ZÀ-Þ][\w-]{2,}) (?:de|del|du|des|de la|der|von) [A-ZÀ-Þ]")
_GERMAN_PAPER = re.compile(r"((?:[\w-]+ )?(?:Allgemeine|\w{4,}ische)) Zeitung")


def shortened(name: str) -> tuple[str, ...]:
    """How those who know which one is meant call a paper: "La Voz" de Galicia, die "Mittelbayerische" Zeitung; several may be called so."""
    if found := _TO_THE_PLACE.match(name):
        return (found[1],)
    found = _GERMAN_PAPER.fullmatch(name)
    return (found[1], f"{found[1]}n") if found else ()


def is_short_for(short: str, name: str) -> bool:
    """A shortened name may mean that outlet."""
    folded, whole = short.casefold(), name.casefold()
    return whole.startswith((f"{folded} ", f"{folded.removesuffix('n')} ")) or (" " in whole and whole.endswith(folded.split()[-1]))


def _written(form: str) -> set[str]:
    found = {form}
    if not form.isascii() and not _ANY_CYRILLIC.search(form):
        found.add("".join(c for c in unicodedata.normalize("NFD", form) if not unicodedata.combining(c)))
    if len(form) > 4 and form[:1].isupper():
        found.add(form.upper())
    return found | {spelling.replace("'", "’") for spelling in found if "'" in spelling}


def forms(name: str) -> tuple[str, ...]:
    """The name and its likely inflected forms."""
    if name.isascii():
        return (name, *_german(name)) if " " in name else (name,)
    if _CYRILLIC.search(name):
        return _declined(name)
    return (name, *_german(name))


def _declined(name: str) -> tuple[str, ...]:
    rules = (
        [_UKRAINIAN]
        if re.search("[іїєґ]", name)
        else [_RUSSIAN]
        if re.search(r"[ыэъё]|(?:ая|яя|ие|ии)(?!\w)", name)
        else [_RUSSIAN, _UKRAINIAN]
    )
    parts = re.split(r"([ /.]|(?<=[а-яіїєґё])-(?=[А-ЯІЇЄҐ]))", name)
    options = [
        (part,) if number % 2 else (part, *dict.fromkeys(form for some in rules for form in _cases(part, some)))
        for number, part in enumerate(parts)
    ]
    count = 1
    for option in options:
        count *= len(option)
    if count > _MOST:
        return (name,)
    return tuple(dict.fromkeys("".join(chosen) for chosen in product(*options)))


def _cases(word: str, rules: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    if len(word) < 4 or word.isupper() or not re.search("[а-яіїєґё]$|ъ$", word):
        return []
    for ending, others in rules:
        if word.endswith(ending):
            return [word[: -len(ending)] + other for other in others]
    if word[-1] in _VOWELLESS:
        return [word + other for other in ("а", "у", "ом", "е", "і")]
    return []


def _german(name: str) -> list[str]:
    """Adjectives before the noun: "Süddeutsche Zeitung" → "Süddeutschen Zeitung"; and the article that changes: "Der", "Die" drop."""
    found = []
    weak = _WEAK.sub(lambda match: match[0] + "n", name)
    if weak != name:
        found += [weak, weak.replace("n ", "r ", 1)]
    masculine = _STRONG.sub(r"\1n", name)
    if masculine != name:
        found += [masculine, _STRONG.sub(r"\1", name)]
    bare = name[4:] if name.startswith(("Der ", "Die ", "Das ")) else name
    if bare != name and len(bare) > 3:
        found.append(bare)
    return found


def reach(pattern: re.Pattern[str], text: str, at: int, most: int) -> int:
    """Where what begins at `at` ends, after so many characters at most."""
    found = pattern.match(text, at, at + most)
    return found.end() if found else at
