"""Names of media that nobody has listed, by what stands beside them: «издание «Волжский вестник»», "the Riverton Gazette", "das
Branchenportal „Hafenblick“". Each guess takes a text and the place of a word of data/mediawords.toml and gives the name beside it, or None.
"""

import re
from functools import cache

from curator import shipped
from curator.names import BODY, BOTH, CAPITALS, CAPITALS_AFTER, CAPITALS_BEFORE, NOT_NAMES, PRESS, QUOTED, Guess, Mention, reach


@cache
def words() -> dict[str, list[str]]:
    """The lists of data/mediawords.toml."""
    return {key: value for key, value in shipped.toml("mediawords.toml").items() if isinstance(value, list)}


@cache
def nouns() -> frozenset[str]:
    """Words that names of media end in."""
    return frozenset(words()["nouns"])


_NUMBERS = frozenset({"Zwei", "Drei", "Vier", "Mehrere", "Two", "Three", "Four", "Several", "Many", "Other"})  #: "Drei Insider" are people


_ARTICLES = frozenset({"The", "der"})  #: what stands before one is another name: "schilderte Karla Jost der Morgenpost"


def masthead(text: str, start: int, end: int) -> Mention | None:
    """A name nobody has listed that ends in a word of mastheads ("the Daily Planet", "Riverton Gazette", "Passauer Nachrichten")."""
    if text[start:end][:1].islower():
        return None
    head = CAPITALS_BEFORE.search(text, max(0, start - 50), start)
    parts = head[0].split() if head else []
    while parts and (parts[0].lower() in NOT_NAMES or _ARTICLES & {*parts} or parts[0].endswith(("'s", "’s"))):
        parts.pop(0)
    if not parts or not parts[0][:1].isupper():
        if text[start:end] in ("Radio", "TV") and (name := CAPITALS_AFTER.match(text, end)):
            return Mention(start, name.end(), text[start : name.end()], PRESS, False, False)  # "Radio Con Vos"
        article = text[max(0, start - 4) : start].lower() in ("the ", "der ", "die ", "das ", "dem ")
        return Mention(start, end, text[start:end], PRESS, True, False, short=True) if article else None
    if parts[0] in _NUMBERS:
        return None
    begin = start - len(" ".join(parts)) - 1
    opens = not text[:begin].strip() or text[:begin].rstrip()[-1:] in ".!?\n"
    return Mention(begin, end, text[begin:end], PRESS, opens and len(parts) < 1, False)


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
    parts = found[0].split() if found else []
    while parts and (parts[0].lower() in NOT_NAMES or parts[0].endswith(("'s", "’s"))):
        parts.pop(0)
    if not parts:
        return None
    return Mention(at - len(" ".join(parts)), at, " ".join(parts), PRESS, False, False)


_DOMAIN = r"((?:[\w-]+\.)+(?:ru|ua|by|kz|uz|kg|tj|am|az|ge|md|lv|lt|ee|com|net|org|info|media|news|tv|de|fr|es|io|co)\b)"
_ADJECTIVE = (
    r"(?: (?!(?:qui|que|dont|pour|dans|avec|chez|sous|sans|cuyo|cuya|para|con|sobre|entre|desde|hasta|tras|said|says|told|that|which|with|from)\b)"
    r"[a-zà-ÿ-]{4,15}(?: ligne)?)?"
)
_INTRODUCED = re.compile(rf"[а-яіїєґ’']{{0,5}}{_ADJECTIVE},? (?:{QUOTED}|{_DOMAIN}|{CAPITALS}|([А-ЯІЇЄҐ][\w-]+))")
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
#: After these German nouns stands a name, never another noun: "die Nachrichtenagentur Kathpress".
_BEFORE_NAMES = frozenset(
    {"Nachrichtenagentur", "Nachrichtenportal", "Onlineportal", "Tageszeitung", "Wochenzeitung", "Fachmagazin", "Nachrichtenmagazin"}
    | {"Branchendienst", "Rechercheplattform", "Nachrichtenseite", "Unternehmen", "Netzbetreiber", "Reederei", "Konzern", "Hersteller"}
)
_WORD = re.compile(r"\w+")  #: the rest of a word


def _introduced(text: str, start: int, end: int) -> Mention | None:
    """A name nobody has listed after what it is: «издание «Волжский вестник»», "el diario El Norte", "the website Hromada". In German,
    where every noun is a capital, only between quotation marks or as an address."""
    found = _INTRODUCED.match(text, end)
    if found is None:
        finish = reach(_WORD, text, end, 12)
        return masthead(text, start + 1, finish) if text[start + 1 : finish] in nouns() else None  # "Passauer Zeitung"
    group = found.lastindex or 1
    name = found[group]
    german = text[start + 1].isupper() and text[start + 1 : end].isalpha() and text[start + 1 : end] not in _BEFORE_NAMES
    if name.lower() in _PLATFORMS or (group > 2 and german and not re.search(r"[A-Z]{2}|[a-z][A-Z]", name)):
        return None
    return Mention(found.start(group), found.end(group), name, PRESS, False, False)


def _company(text: str, start: int, end: int) -> Mention | None:
    """A company after what it is: "das Unternehmen Nordwind Energie", «компания «Севергаз»», "l'entreprise Verrier"."""
    found = _introduced(text, start, end)
    if found is None or found.name.lower() in _PLATFORMS:
        return None
    found.mark = BODY
    return found


def _matched(pattern: re.Pattern[str], text: str, at: int, mark: str) -> Mention | None:
    """The name that a pattern finds at a place, in its first group."""
    found = pattern.match(text, at)
    return Mention(found.start(1), found.end(1), found[1], mark, False, False) if found else None


_NAMED = re.compile(rf" (?:the |la |el |der |die |das |l[’'])?[“\"«„]?{CAPITALS}")


def _permitted(text: str, start: int, end: int) -> Mention | None:
    """With whose permission a text is printed."""
    return _matched(_NAMED, text, end, PRESS)


def _compound(text: str, start: int, end: int) -> Mention | None:
    """A name in quotation marks after a compound: "das Branchenportal „Hafenblick“"; the word found ends in the opening mark."""
    return _matched(_IN_MARKS, text, end - 1, PRESS)


_IN_MARKS = re.compile(QUOTED)


_JOURNAL = re.compile(r" [«„“\"»]([A-Z][\w &]{3,40})[»“”\"«]")


def _journal(text: str, start: int, end: int) -> Mention | None:
    """Where a study came out: "ihre Arbeit erschien in »Current Biology«"."""
    return _matched(_JOURNAL, text, end, PRESS)


def _quoter(text: str, start: int, end: int) -> Mention | None:
    """The same after a verb of reporting: «выяснил «Волжский вестник»»."""
    return _matched(_IN_MARKS, text, end - 1, BOTH)


_MARKS_BEFORE = re.compile(r"«([^«»\n]{2,40})\Z")


def _quoted_before(text: str, at: int, end: int) -> Mention | None:
    """… and before it: «Ростех» сообщил; the word found begins with the closing mark."""
    found = _MARKS_BEFORE.search(text, max(0, at - 44), at)
    return Mention(found.start(1), at, found[1], BOTH, False, False) if found else None


_HOST = re.compile(r"(?:(?<=\s)|(?<=[(«“\"„])|\A)((?:[\w-]+\.)*[\w-]{2,})\Z")


def _address(text: str, at: int, end: int) -> Mention | None:
    """A name that is an address: "Nord.media", «Якутия.Инфо»."""
    found = _HOST.search(text, max(0, at - 30), at)
    if found is None or text[end : end + 1].isalnum() or text[end : end + 1] in ("/", "@") or found[1].lower().startswith("www"):
        return None
    return Mention(found.start(1), end, text[found.start(1) : end], PRESS, False, False)


def guesses() -> dict[str, Guess]:
    """Lists of data/mediawords.toml → what finds a name of a medium (or company) beside one of their words."""
    return {
        "nouns": masthead,
        "verbs": _before_verb,
        "afternouns": _before_noun,
        "introductions": _introduced,
        "companies": _company,
        "permissions": _permitted,
        "compounds": _compound,
        "quoters": _quoter,
        "quoted": _quoted_before,
        "journals": _journal,
        "domains": _address,
    }
