"""Where a text names outlets: one Aho-Corasick pass over all names in all their forms, and names of outlets nobody has listed.

A mention is only a name at a place; whether it is a credit is for `credits` to say.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

import ahocorasick_rs

from curator import config, shipped
from curator.names import BODY, BOTH, PRESS, Mention, bare, spellings

_MARKS = {"official": BODY, "ngo": BOTH, "blog": BOTH}


@dataclass(frozen=True, slots=True)
class _Name:
    outlet: str
    mark: str
    ambiguous: bool
    language: str | None
    contracted: bool = False  #: French "Le Monde" after its article has gone into "au", "du"


#: What a word of a text may mean: outlets that are so called, or that a name nobody has listed stands beside it, from (text, begin, end).
_Meant = tuple[_Name, ...] | Callable[[str, int, int], Mention | None]


@cache
def _words() -> dict[str, list[str]]:
    return {key: value for key, value in shipped.toml("mediawords.toml").items() if isinstance(value, list)}


@cache
def _nouns() -> frozenset[str]:
    return frozenset(_words()["nouns"])


_IN_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CONTRACTION = re.compile(r"(?:\b(?:[Aa]u|[Dd]u|[Aa]ux|[Dd]es) |« ?|“|\")\Z")
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
        self._learn(cyrillic=False)

    def _learn(self, *, cyrillic: bool) -> None:
        """Add the names in Cyrillic letters, or all others, to those looked for."""
        for outlet in self._outlets:
            mark = _MARKS.get(outlet.kind, PRESS)
            for alias in dict.fromkeys(written for written in (outlet.name, *outlet.aliases) if written.strip()):
                if cyrillic == (_IN_CYRILLIC.search(bare(alias)) is not None):
                    _list(self._spelled, alias, _Name(outlet.name, mark, _doubtful(outlet, alias), outlet.language))
        meant: dict[str, _Meant] = {**self._spelled}
        for key, guess in _guesses().items():
            for word in _words()[key]:
                meant.setdefault(word, guess)
        self._meant = tuple(meant.values())  # what each pattern of the search stands for
        self._search = ahocorasick_rs.AhoCorasick(meant, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False)

    def find(self, text: str, language: str | None) -> list[Mention]:
        """All mentions, in order, none overlapping."""
        found: list[Mention] = []
        if not self._knows_cyrillic and not text.isascii() and _IN_CYRILLIC.search(text):
            self._knows_cyrillic = True
            self._learn(cyrillic=True)
        for number, start, end in self._search.find_matches_as_indexes(text):
            if not (text[start] == " " or _stands_alone(text, start, end)):
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
            ):
                found.pop()  # "the newspaper Haaretz": a known name before a guessed one
            if mention and found and text[found[-1].end : mention.start] == " (" and _same(text, found[-1], mention):
                found[-1].end = mention.end + text.startswith(")", mention.end)  # "the South China Morning Post (SCMP)"
            elif mention and (not found or mention.start >= found[-1].end):
                found.append(mention)
        return found

    def _mention(self, text: str, start: int, end: int, meant: _Meant, language: str | None) -> Mention | None:
        return self._listed(text, start, end, meant, language) if isinstance(meant, tuple) else meant(text, start, end)

    def _listed(self, text: str, start: int, end: int, names: tuple[_Name, ...], language: str | None) -> Mention | None:
        name = next((name for name in names if name.language == language), names[0])
        if text[start : end + 1] in ("Bild:", "BILD:") and text[max(0, start - 1) : start] in ("", "\n", " ", "("):
            return None  # German for "picture:", the credit of an image
        if name.contracted and not _CONTRACTION.search(text, max(0, start - 8), start):
            return None
        longer = _grown(text, start, end) if name.ambiguous or end - start < 14 else None
        if longer:
            return longer
        doubtful = name.ambiguous and not name.contracted and not _marked(text, start, end, language)
        short = text[start:end].removeprefix("The ") in _nouns()
        oblique = text[start:end] not in self._written
        return Mention(start, end, name.outlet, name.mark, doubtful, oblique=oblique, short=short)


def _list(listed: dict[str, tuple[_Name, ...]], alias: str, name: _Name) -> None:
    """Add every spelling of an alias."""
    alone = (name,)
    for spelling in spellings(alias, body=name.mark == BODY):
        known = listed.get(spelling)
        listed[spelling] = tuple(sorted(known + alone, key=_is_contracted)) if known else alone
    if name.language == "fr" and not name.contracted and alias.startswith(("Le ", "Les ")):
        _list(listed, alias.partition(" ")[2], replace(name, contracted=True))


def _is_contracted(name: _Name) -> bool:
    return name.contracted


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
    if before[-1:] in _OPEN and before and after[:1] in _CLOSE:
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
    return re.compile(r"(?:^|[\s(“\"«„])(?:" + "|".join(_words()["before"]) + r")[\s“\"«„‘'”]+\Z")


@cache
def _nouns_after() -> re.Pattern[str]:
    return re.compile(r"[\s”\"»“’']+(?:" + "|".join(_words()["after"]) + r")\b")


_CAPITAL = re.compile(r"(?:(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'&-]*|&|of|and|de|del|der|von|du|da|della|la|le|El|San) ){1,4}\Z")
_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
_NOT_NAMES = {"a", "an", "the", "in", "on", "at", "by", "for", "from", "to", "and", "or", "but", "as", "if", "according", "told"} | _DAYS


def _unlisted(text: str, start: int, end: int) -> Mention | None:
    """A name nobody has listed that ends in a word of mastheads ("the Daily Planet", "Riverton Gazette", "Passauer Nachrichten")."""
    if text[start:end][:1].islower():
        return None
    head = _CAPITAL.search(text, max(0, start - 50), start)
    words = head[0].split() if head else []
    while words and (words[0].lower() in _NOT_NAMES or "The" in words):
        words.pop(0)
    if not words or not words[0][:1].isupper():
        if text[start:end] in ("Radio", "TV") and (name := _CAPITALISED.match(text, end)):
            return Mention(start, name.end(), text[start : name.end()], PRESS, False, False)  # "Radio Con Vos"
        article = text[max(0, start - 4) : start].lower() == "the "
        return Mention(start, end, text[start:end], PRESS, True, False, short=True) if article else None
    begin = start - len(" ".join(words)) - 1
    opens = not text[:begin].strip() or text[:begin].rstrip()[-1:] in ".!?\n"
    return Mention(begin, end, text[begin:end], PRESS, opens and len(words) < 1, False)


_NAME_BEFORE = re.compile(
    r"(?<=, )(?:(?:the |local |[a-z]+ )?(?:station |newspaper |daily |outlet |site |broadcaster )?)(?:the )?((?:[A-Z][\w.’'&-]*[\w’'] ){0,2}[A-Z][\w.’'&-]*\w)\Z"
)
_OFFICE = re.compile(
    r"Minist|Police|Agency|Department|Office|Service|Union|Bank|Inc|Corp|Court|Commission|Council|Authority|University|^(?:He|She|They|It|We|I|Who|Officials?)$"
)


def _before_verb(text: str, at: int, _: int) -> Mention | None:
    """A name nobody has listed where only an outlet's stands: "…, LiveLaw reported"."""
    found = _NAME_BEFORE.search(text, max(0, at - 50), at)
    if found is None or _OFFICE.search(found[1]):
        return None
    return Mention(found.start(1), at, found[1], PRESS, False, False)


_NAME_HERE = re.compile(r"(?:(?:al|el|an|ar|as|ash)-)?[A-ZÀ-Þ][\w’'&-]*(?: [A-ZÀ-Þ][\w’'&-]*){0,3}\Z")


def _before_noun(text: str, at: int, end: int) -> Mention | None:
    """A name nobody has listed before what it is: "al-Akhbar newspaper"; in "Israeli news site Ynet" it comes after."""
    if re.match(r" [A-ZÀ-Þ«“\"]", text[end : end + 2]):
        return _introduced(text, at, end)
    found = _NAME_HERE.search(text, max(0, at - 50), at)
    words = found[0].split() if found else []
    while words and words[0].lower() in _NOT_NAMES:
        words.pop(0)
    if not words:
        return None
    return Mention(at - len(" ".join(words)), at, " ".join(words), PRESS, False, False)


_QUOTED = r"[«„“\"‘']([^«»„“”\"\n]{2,40}?)[»“”\"’']"
_DOMAIN = r"((?:[\w-]+\.)+(?:ru|ua|by|kz|uz|kg|tj|am|az|ge|md|lv|lt|ee|com|net|org|info|media|news|tv|de|fr|es|io|co)\b)"
_CAPITALS = r"((?:(?:L|D|Al|El|La|Le)[-’' ])?[A-ZÀ-ÞĀ-Ž][\w.’'&-]*\w(?: (?:(?:de|du|des|of|del|la|le|y|et|and|&) )?[A-ZÀ-ÞĀ-Ž0-9](?:[\w.’'&-]*\w)?){0,3})"
_ADJECTIVE = (
    r"(?: (?:local|locale|digital|oficial|estatal|independiente|indépendante?|régional|régionale|spécialisée?|en ligne|belge|suisse|russe|turc|turque|grec|grecque|arabe|corse|tchèque|serbe|croate|slovaque|slovène|kurde|\w{3,12}"
    r"(?:ano|ana|eño|eña|és|esa|ino|ina|ense|ais|aise|ienn?e?|ois|oise|aine?|ande?|agnole?|ique)))?"
)
_INTRODUCED = re.compile(rf"[а-яіїєґ’']{{0,5}}{_ADJECTIVE},? (?:{_QUOTED}|{_DOMAIN}|{_CAPITALS}|([А-ЯІЇЄҐ][\w-]+))")
_PLATFORMS = {
    "internet",
    "web",
    "facebook",
    "x",
    "twitter",
    "telegram",
    "instagram",
    "youtube",
    "tiktok",
    "whatsapp",
    "vk",
    "linkedin",
    "reddit",
}
_WORD, _ENDING = re.compile(r"\w+"), re.compile("[а-яіїєґ]+")  #: the rest of a word; of a Cyrillic one
_GERMAN = re.compile(r"[a-zäöüß]\Z|[A-ZÄÖÜ][a-zäöüß]+\Z")


def _run(pattern: re.Pattern[str], text: str, at: int, most: int) -> int:
    """Where what begins at `at` ends, after so many characters at most."""
    found = pattern.match(text, at, at + most)
    return found.end() if found else at


def _introduced(text: str, start: int, end: int) -> Mention | None:
    """A name nobody has listed after what it is: «издание «Волжский вестник»», "el diario El Norte", "the website Hromada". In German,
    where every noun is a capital, only between quotation marks or as an address."""
    found = _INTRODUCED.match(text, end)
    if found is None:
        finish = _run(_WORD, text, end, 12)
        return _unlisted(text, start + 1, finish) if text[start + 1 : finish] in _nouns() else None  # "Passauer Zeitung"
    group = found.lastindex or 1
    name = found[group]
    german = text[start + 1].isupper() and text[start + 1 : end].isalpha()
    if name.lower() in _PLATFORMS or (group > 2 and german and not re.search(r"[A-Z]{2}|[a-z][A-Z]", name)):
        return None
    return Mention(found.start(group), found.end(group), name, PRESS, False, False)


_SPEAKER = re.compile(
    r"[а-яіїєґ]{0,4} ((?:[а-яіїєґ]{4,} )?[А-ЯІЇЄҐA-Z][\w’'ʼ-]*(?: (?:[а-яіїєґ]{4,} )?[А-ЯІЇЄҐ][\w’'ʼ-]*){0,2}(?: (?:област|обл)[а-яіїєґ]*)?)"
)


def _speaker(text: str, _: int, end: int) -> Mention | None:
    """A body nobody has listed, by its press service: «пресс-центр ГКНБ»."""
    found = _SPEAKER.match(text, end)
    return Mention(found.start(1), found.end(1), found[1], BODY, False, False) if found else None


_BODY_AFTER = re.compile(
    r"(?: maritime| régionale| nationale| générale| départementale)?(?:(?: (?:of|for|de|del|de la|de los|de las|des|du|für|para|la|los|las)(?: the)? | de l[’'])[A-ZÀ-Þ][\w’'-]*(?: (?:and|y|et|und|e) [A-ZÀ-Þ]\w*)?){0,3}"
)


def _unlisted_body(text: str, start: int, end: int) -> Mention | None:
    """An authority or institute nobody has listed: "the Consumer Product Safety Commission", "Instituto Geofísico"."""
    head = _CAPITAL.search(text, max(0, start - 60), start)
    words = head[0].split() if head else []
    while words and (words[0].lower() in _NOT_NAMES or not words[0][:1].isupper()):
        words.pop(0)
    begin = start - len(" ".join(words)) - 1 if words else start
    further = _CAPITALISED.match(text, end) if not words else None
    finish = further.end() if further else end
    after = _BODY_AFTER.match(text, finish)
    finish = after.end() if after else finish
    if begin == start and finish == end:
        return None
    short = _SHORT.match(text, finish)  # "Secretaría Nacional Antidrogas (Senad)"
    return Mention(begin, short.end() if short else finish, text[begin:finish], BODY, False, False)


_CAPITALISED = re.compile(r"(?: [A-ZÀ-Þ][\w’'-]+){1,2}")
_SHORT = re.compile(r" \([A-ZÀ-ÞА-ЯІЇЄҐ][\w-]{1,11}\)")
_AUTHORITY = re.compile(r"[а-яіїєґ]{0,5}((?: [а-яіїєґ]{4,}){0,2}(?: (?:(?:по|з|із) )?[А-ЯІЇЄҐ][\w-]*){0,3})")
_KIND_OF = re.compile(r"(?:[А-ЯІЇЄҐа-яіїєґ][а-яіїєґ-]+(?:ая|ой|ую|ий|ый|ое|ого|ому|ым|им|ной|на|ної|ній|ну|не|ний|ного) ){1,3}\Z")


def _authority(text: str, start: int, end: int) -> Mention | None:
    """The same in Cyrillic: «Центральная избирательная комиссия Грузии», «министерство энергетики Узбекистана»."""
    head, tail = _KIND_OF.search(text, max(0, start - 60), start + 1), _AUTHORITY.match(text, end)
    begin = head.start() if head and head[0][0].isupper() else start + 1
    finish = tail.end() if tail and re.search("[А-ЯІЇЄҐ]", tail[1]) else _run(_ENDING, text, end, 9)
    named = text[begin:finish]
    if not re.search("[А-ЯІЇЄҐ]", named[1:] if begin == start + 1 else named):
        return None
    short = _SHORT.match(text, finish)
    return Mention(begin, short.end() if short else finish, named, BODY, False, False)


def _grown(text: str, start: int, end: int) -> Mention | None:
    """A listed name that is only a part of another outlet's: "the Riverton Times", "Kabul Telegraph"."""
    if text[start:end] not in _words()["mastheads"] or text.startswith("The ", start):
        return None
    longer = _unlisted(text, start, end)
    return None if longer and longer.short else longer


def _guesses() -> dict[str, Callable[[str, int, int], Mention | None]]:
    """Lists of data/mediawords.toml → what finds a name nobody has listed beside one of their words, from (text, begin, end)."""
    return {
        "nouns": _unlisted,
        "bodynouns": _unlisted_body,
        "verbs": _before_verb,
        "afternouns": _before_noun,
        "introductions": _introduced,
        "speakers": _speaker,
        "authorities": _authority,
    }
