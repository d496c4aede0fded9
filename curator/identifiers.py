"""What tells two look-alike posts apart before a word is compared: identifiers, numbers of a series, dates in a title; and the phrases
that are no part of any article."""

import re
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

_PATTERNS = {
    "CVE": r"CVE[-‑–_ ]?(\d{4}[-‑–]\d{4,7})",
    "GHSA": r"GHSA-((?:[0-9a-z]{4}-){2}[0-9a-z]{4})",
    "DSA": r"\b(?:DSA|DLA)[- ]?(\d{2,5}(?:-\d+)?)",
    "USN": r"\bUSN[- ]?(\d{2,5}(?:-\d+)?)",
    "RHSA": r"\b(?:RHSA|RHBA|ELSA|CESA|ALSA|RLSA)[- ](\d{4}[:-]\d{3,6})",
    "SUSE": r"\b(?:open)?SUSE-[SR]U-(\d{4}:\d{3,6})",
    "FEDORA": r"\bFEDORA-(\d{4}-[0-9a-f]{8,12})",
    "GLSA": r"\bGLSA[- ](\d{6}-\d{2})",
    "ALAS": r"\bALAS2?-(\d{4}-\d+)",
    "KB": r"\bKB[- ]?(\d{6,8})",
    "MS": r"\bMS(\d\d-\d{3})",
    "ICSA": r"\bICS[AM]A?[- ](\d\d-\d{3}-\d+[A-Z]?)",
    "ALERT": r"\b(?:AA|TA|MAR|AR)[- ]?(\d\d-\d{3}[A-Z])",
    "VU": r"\bVU#(\d{5,7})",
    "VENDOR": r"\b(?:VMSA|APSB|HPSB\w*|SVD|SA|ZDI|JVN\w*|JSA|NTAP|FG-IR|WSA|CTX|PAN-SA|cisco-sa|SSA|TALOS|EDB-ID:?|NCSC|ADV|WID-SEC)[- ]?(\d[\d.:-]{3,14})",
    "ISSUE": r"(?:\b(?:issue|edition|round|episode|ep|part|vol|volume|no|nr|number|week|day|chapter|season|bulletin|advisory|order|lot|case|ref|"
    r"ausgabe|folge|teil|woche|tag|partie|épisode|numéro|semaine|jour|episodio|parte|semana|выпуск|часть|день|серия|номер|неделя|випуск|частина)"
    r"\b[.:#№]?\s*|#\s?|№\s?)(\d{1,6})",
}
_IDENTIFIER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()), re.IGNORECASE)
_EVERYWHERE = frozenset(_PATTERNS) - {"ISSUE", "VENDOR"}  #: kinds that count wherever they stand; the others only in a title
#: one of these stands in every text with an identifier that counts wherever it stands; looking for them first spares most texts the rest
_HINTS = AhoCorasick(
    [
        "CVE",
        "cve",
        "GHSA",
        "DSA",
        "DLA-",
        "USN",
        "RHSA",
        "RHBA",
        "ELSA",
        "CESA",
        "ALSA",
        "RLSA",
        "SUSE-",
        "FEDORA-",
        "GLSA",
        "ALAS",
        "KB",
        "MS0",
        "MS1",
        "ICSA",
        "ICSMA",
        "AA1",
        "AA2",
        "TA0",
        "TA1",
        "TA2",
        "MAR-",
        "AR1",
        "AR2",
        "VU#",
    ]
)
_NUMBERED = 20  #: characters after a hint in which its number begins
_DIGIT = re.compile(r"\d")

_DATE_WORDS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun morning afternoon evening night midday noon overnight "
    "spring summer autumn fall winter one two three four five six seven eight nine ten eleven twelve first second third fourth "
    "januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря понедельник вторник среда четверг пятница суббота воскресенье "
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок вівторок середа четвер субота неділя"
)
_DATES = frozenset(_DATE_WORDS.split())
_TOKEN = re.compile(r"[^\W_]+")

#: what only sentences hold that ask to subscribe, name rights or lead on to the rest, in lower case
_BOILERPLATE = (
    "subscribe", "subscription", "subscriber", "sign up", "sign in to", "log in to", "please log in", "register now", "register free", "register for free",
    "register to", "newsletter", "all rights reserved", "copyright", "©", "use cookies", "use of cookies", "accept cookies", "enable javascript",
    "enable cookies", "enable notifications", "javascript is disabled", "continue reading", "read more", "read the full", "read the rest", "read the whole",
    "full story", "full article", "keep reading", "click here", "view original", "view the original", "appeared first on", "first appeared on",
    "originally published", "originally appeared", "follow us", "like us on", "share this", "advertisement", "sponsored content", "terms of use",
    "terms of service", "privacy policy", "premium content", "premium article", "members only", "already a member", "free trial", "unlock this",
    "unlock the", "unlimited access", "paywall", "may not be published", "may not be reproduced", "be reproduced without", "may not be redistributed",
    "be rewritten or redistributed", "email us", "contact us", "download our app", "download the app", "our app", "support our journalism",
    "support independent journalism", "become a member", "create an account", "create a free account", "this content is", "article is for",
    "story is for", "weiterlesen", "jetzt abonnieren", "jetzt anmelden", "jetzt registrieren", "alle rechte vorbehalten", "nur für abonnenten",
    "lire la suite", "abonnez", "réservé aux abonnés", "tous droits réservés", "leer más", "suscrib", "suscríb", "todos los derechos",
    "читать далее", "читать полностью", "читайте также", "подпишитесь", "подписывайтесь", "все права защищены", "читати далі", "читайте також",
    "підписуйтесь", "підпишіться", "probeabo", "digitalabo", "ein abo", "im abo", "abonnent", "nachdruck nur", "kostenlos weiterlesen",
    "abonné", "abonnement", "connectez-vous", "créez un compte", "suscriptor", "suscripción", "seguir leyendo", "inicie sesión", "inicia sesión",
    "abbonat", "abbonamento", "continua a leggere", "leggi tutto", "tutti i diritti", "assinante", "assine já", "continuar a ler", "continue a ler",
    "leia mais", "todos os direitos", "lees verder", "abonnee", "alle rechten", "czytaj dalej", "czytaj więcej", "prenumerat", "prawa zastrzeżone",
    "devamını oku", "abone ol", "hakları saklıdır", "подписчик", "подписку", "личный кабинет", "личном кабинете", "передплат", "阅读全文", "版权所有",
    "続きを読む", "会員限定", "اقرأ المزيد", "جميع الحقوق محفوظة",
)  # fmt: skip
_PHRASES = AhoCorasick(list(_BOILERPLATE))
_SENTENCE = re.compile(r"(?<=[.!?…»”\"])\s+|\n+")
_ASIDE = 45  #: words a sentence with such a phrase may have and still be no part of the article
_WHOLE = 120  #: words of a text that is an article however many such phrases it holds
_ROUNDUP_LINKS = 5  #: links to other hosts from which an item may be a round-up
_ROUNDUP_DENSE = 300  #: characters of text, some fifty words, for each of them from which it is an article that names its sources
_ROUNDUP = re.compile(
    r"\b(?:round-?up|newsletter|digest|(?<!press )(?<!media )briefing|week(?:ly)? (?:in|review|recap|update)|in brief|news (?:wrap|brief)s?|wrap-?up|what we (?:learned|read)|"
    r"top \d+ stories|links of the|this week in|morning (?:read|report|links)|daily (?:brief|report|update)|"
    r"wochenrückblick|presseschau|revue de presse|resumen de|дайджест|обзор (?:недели|прессы)|итоги (?:дня|недели)|огляд)\b",
    re.IGNORECASE,
)


class Marks(NamedTuple):
    """Identifiers of an item: (kind, value) in its title, and in title and text; its title without numbers and dates, and those; these two
    are words parted by blanks: thousands of them are remembered."""

    title: frozenset[tuple[str, str]]
    whole: frozenset[tuple[str, str]]
    frame: str
    filled: str


@lru_cache(512)  # copies and stories ask for the same
def marks(title: str, text: str) -> Marks:
    """The marks of an item."""
    named = _identifiers(title)
    whole = named | {mark for mark in _identifiers(text) if mark[0] in _EVERYWHERE} if _hinted(text) else named
    return Marks(named, whole, *form(title))


def form(title: str) -> tuple[str, str]:
    """The frame of a title, and what it is filled with: its words without the numbers and dates, and these."""
    words = _TOKEN.findall(title.lower())
    return " ".join([word for word in words if not _fills(word)]), " ".join([word for word in words if _fills(word)])


def _hinted(text: str) -> bool:
    """Does a number follow one of the hints? "12 KB" is no identifier."""
    return any(_DIGIT.search(text, end, end + _NUMBERED) for _, _, end in _HINTS.find_matches_as_indexes(text))


def _fills(word: str) -> bool:
    return word[0].isdigit() or word in _DATES


def _identifiers(text: str) -> frozenset[tuple[str, str]]:
    if not _DIGIT.search(text):
        return frozenset()
    return frozenset(
        (str(found.lastgroup), (found[found.lastindex + 1] if found.lastindex else found[0]).casefold())
        for found in _IDENTIFIER.finditer(text)
    )


def clash(one: Marks, other: Marks) -> str:
    """Why the two cannot be the same article; "" if nothing speaks against it."""
    for mine, yours in ((one.title, other.title), (one.whole, other.whole)):
        if not mine or not yours:
            continue
        for kind in sorted({kind for kind, _ in mine} & {kind for kind, _ in yours}):
            left, right = ({value for name, value in side if name == kind} for side in (mine, yours))
            if not left & right:
                return f"{kind} {min(left)} is not {kind} {min(right)}"
    return ""


def refilled(one: Marks, other: Marks, least: int = 2) -> bool:
    """Are the titles one frame of so many words at least, filled with other numbers or dates?"""
    same = one.frame == other.frame and one.filled != other.filled and bool(one.filled and other.filled)
    return same and len(one.frame.split()) >= least


def article(text: str) -> str:
    """The text without sentences that ask to subscribe, name rights, lead on to the rest: what is no part of any article."""
    if not _PHRASES.find_matches_as_indexes(text.lower()):
        return text
    kept = [
        sentence
        for sentence in _SENTENCE.split(text)
        if len(sentence.split()) > _ASIDE or not _PHRASES.find_matches_as_indexes(sentence.lower())
    ]
    count, left = len(text.split()), sum([len(sentence.split()) for sentence in kept])
    return text if count > _WHOLE and left < count / 4 else " ".join(kept)


def gathers(title: str, text: str, links: int) -> bool:
    """Does an item gather the news of others, as its title says, or its many links to other hosts with little text to each show?"""
    return (links >= _ROUNDUP_LINKS and len(text) < _ROUNDUP_DENSE * links) or bool(_ROUNDUP.search(title))
