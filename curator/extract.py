"""Two sentences that tell a story, taken from its articles as they stand: nothing is written, nothing is joined or shortened.

An extract in the sense of automatic summarisation (Luhn 1958; maximal marginal relevance, Carbonell & Goldstein 1998): the first
sentence is the one nearest to the top that says what the articles agree on, the second adds most to headline and first sentence. Only an
article's lead, or where every sentence is too long one of them, is cut, with "…".
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from . import text
from .types import Item

LONGEST = 340  #: characters of one sentence
TOGETHER = 520  #: characters of both
_LEAD = 800  #: characters of a first sentence that is worth cutting
_UNPARTED = 40  #: characters of a sentence of one or two words, in scripts that do not part words
_ARTICLES = 6  #: so many of a story are read
_READ = 4_000  #: characters of each
_SENTENCES = 12  #: sentences of each

#: Sentences that talk about the page, not the world.
_PAGE = re.compile(
    r"\b(?:subscri(?:be|ption)|newsletter|sign up|log ?in|cookies?|click here|read more|follow us|all rights reserved|advertisement|share this"
    r"|appeared first on|this article (?:was|is|has been)|terms of (?:use|service)|continue reading|free trial|download the app|listen to|watch:"
    r"|abonnieren|lesen sie|mehr zum thema|zum artikel|hier klicken|abonnez|lire aussi|lire la suite|inscrivez|en savoir plus"
    r"|suscr[ií]b|lea tambi[eé]n|leer m[aá]s|haga clic|todos los derechos"
    r"|подпис(?:ывайтесь|ыва[йт]|аться)|читайте|подробнее|перейти по ссылке|все права|підпис(?:уйтесь|атися)|читайте також|докладніше)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:photo|image|picture|file|video|credit|source|related|update[d]?|editor'?s note|foto|bild|quelle|crédit|fuente|фото|відео|видео)\b.{0,12}:",
    re.I,
)
_BYLINE = re.compile(r"^(?:by|von|par|por)\s+\S+(?:\s+\S+){0,5}$", re.IGNORECASE)
#: First words that lean on a sentence before.
_LEANS = frozenset(
    [
        "but",
        "and",
        "he",
        "she",
        "it",
        "they",
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "their",
        "however",
        "meanwhile",
        "also",
        "so",
        "then",
        "such",
        "there",
        "instead",
        "yet",
        "nor",
        "or",
        "because",
        "aber",
        "und",
        "er",
        "es",
        "sie",
        "diese",
        "dieser",
        "dieses",
        "doch",
        "dabei",
        "dazu",
        "damit",
        "zudem",
        "auch",
        "il",
        "elle",
        "ils",
        "elles",
        "mais",
        "ce",
        "cette",
        "ces",
        "cela",
        "cependant",
        "pero",
        "él",
        "ella",
        "ellos",
        "esto",
        "esta",
        "este",
        "estas",
        "estos",
        "además",
        "también",
        "он",
        "она",
        "оно",
        "они",
        "но",
        "это",
        "этот",
        "эта",
        "эти",
        "также",
        "однако",
        "при",
        "він",
        "вона",
        "воно",
        "вони",
        "але",
        "це",
        "цей",
        "ця",
        "ці",
        "також",
        "однак",
        "проте",
    ]
)
_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
#: "PARIS (Agency) - ", "KYIV, Nov 25 - ": who and where, said elsewhere in the digest
_DATELINE = re.compile(
    r"^(?:[^\W\d_](?:[^.!?()]|\.(?= \d)){1,60}\([^()]{2,40}\)\.?|[^\W\d_a-z][^\W\d_a-zа-яё .'’-]{2,30}(?:, [^-–—.!?]{2,25})?) ?[-–—] ?(?=[^\W\da-z_])"
)
#: Of a list: "• ", "- "
_BULLET = re.compile(r"^[-–—•*·▪►‣]\s+")
#: Scripts that put no blank between sentences
_WIDE = re.compile(r"[。！？｡][」』”’）]*$")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    article: int
    place: int
    text: str
    words: frozenset[str]
    base: float


def extract(items: Sequence[Item], headline: str, lead: str = "") -> str:
    """At most two sentences of the articles `items` (copies left out by the caller), "" if they hold none.

    `lead` is the id of the item the headline is from: its sentences come first, and only its language is used. Sentences of other
    articles must speak of the headline's matter in its words: what they add may not lead away from it.
    """
    articles = sorted(items, key=lambda item: item.id != lead)[:_ARTICLES]
    if not articles:
        return ""
    articles = [item for item in articles if item.language == articles[0].language]
    found = _sentences(articles, headline)
    if not found:
        return _cut(articles[0])
    first = max(found, key=lambda sentence: (sentence.base, -sentence.article, -sentence.place))
    second = _second(found, first, frozenset(text.words(headline)))
    if second is None:
        return first.text
    pair = sorted((first, second), key=lambda sentence: sentence.place) if first.article == second.article else [first, second]
    one, other = (sentence.text for sentence in pair)
    return one + other if _WIDE.search(one) else f"{one} {other}"


def _sentences(articles: Sequence[Item], headline: str) -> list[_Sentence]:
    bodies = [(item.text or item.summary)[:_READ] for item in articles]
    split = [[body[start:end] for start, end in text.sentences(body)[:_SENTENCES]] for body in bodies]
    shared = Counter(word for sentences in split for word in set(text.words(" ".join(sentences[:5]))) if _weighty(word))
    said = f" {' '.join(text.words(headline))} "
    title = frozenset(filter(_weighty, said.split()))
    found = []
    for article, sentences in enumerate(split):
        for place, whole in enumerate(sentences):
            sentence = _shortened(_BULLET.sub("", _DATELINE.sub("", whole) if place < 2 else whole), place)
            words = frozenset(filter(_weighty, text.words(sentence)))
            told = f" {' '.join(text.words(sentence))} " in said  # an entry without a title has its first words for one
            if _usable(sentence, words) and not told and (article == 0 or len(words & title) >= min(2, len(title))):
                base = _position(article, place) + _content(words, title, shared, len(split)) - _faults(sentence, words, title)
                found.append(_Sentence(article=article, place=place, text=sentence, words=words, base=base))
    return found


def _shortened(sentence: str, place: int) -> str:
    """The lead of an article, which may hold all of its news in one sentence, cut where it is too long; other sentences as they are."""
    return text.excerpt(sentence, LONGEST) if place == 0 and LONGEST < len(sentence) <= _LEAD else sentence


def _weighty(word: str) -> bool:
    return len(word) > 3 or not word.isascii() or word.isdigit()


def _usable(sentence: str, words: frozenset[str]) -> bool:
    if not 12 <= len(sentence) <= LONGEST or (len(words) < 3 and len(sentence) < _UNPARTED):
        return False
    if (
        "://" in sentence
        or "•" in sentence
        or "|" in sentence
        or _PAGE.search(sentence)
        or _LABEL.match(sentence)
        or _BYLINE.match(sentence)
    ):
        return False
    return not sentence[0].islower()


def _position(article: int, place: int) -> float:
    return (0.3 if article == 0 else 0.0) + 1.0 / (1.0 + 0.2 * place)


def _content(words: frozenset[str], title: frozenset[str], shared: Counter[str], articles: int) -> float:
    overlap = len(words & title) / max(1, min(len(title), 8))
    common = sum(shared[word] > 1 for word in words) / len(words) if articles > 1 else 0.0
    return 0.6 * min(1.0, overlap) + 0.4 * common


def _faults(sentence: str, words: frozenset[str], title: frozenset[str]) -> float:
    faults = 0.0
    if _leans(sentence):
        faults += 0.5
    if not _END.search(sentence):
        faults += 0.5
    if sentence.rstrip("\"'”’»").endswith(("?", "？")):
        faults += 0.4
    if sentence.count("“") != sentence.count("”") or sentence.count('"') % 2 or sentence.count("«") != sentence.count("»"):
        faults += 0.4
    if sentence[0] in "\"“«„'‘":
        faults += 0.3
    if len(sentence) < 45 and words and max(map(len, words)) < 20:
        faults += 0.3
    if _figures_only(sentence):
        faults += 0.5
    if words and len(words & title) / len(words) > 0.85:
        faults += 0.9  # the headline once more
    return faults


def _leans(sentence: str) -> bool:
    opening = text.words(sentence[:40])
    return bool(opening) and opening[0] in _LEANS


def _figures_only(sentence: str) -> bool:
    return len(_FIGURE.findall(sentence)) * 3 > len(sentence)


def _second(found: Sequence[_Sentence], first: _Sentence, headline: frozenset[str]) -> _Sentence | None:
    known = first.words | headline
    best, most = None, 0.55
    for sentence in found:
        if sentence is first or len(first.text) + len(sentence.text) + 1 > TOGETHER:
            continue
        novelty = len(sentence.words - known) / len(sentence.words)
        follows = sentence.article == first.article and sentence.place == first.place + 1
        near = sentence.article == first.article and 0 < sentence.place - first.place <= 3
        if novelty < 0.4 or not (follows or sentence.words & known):
            continue
        worth = 0.5 * sentence.base + 0.5 * novelty + (0.25 if near else 0.0)
        if follows and _leans(sentence.text):
            worth += 0.25  # what it leans on stands right before it
        if worth > most:
            best, most = sentence, worth
    return best


def _cut(item: Item) -> str:
    """Where no sentence will do: the longest paragraph of the beginning, cut; a text that only repeats the headline gives nothing."""
    body = (item.text or item.summary)[:_READ]
    longest = max(body.split("\n"), key=len, default="")
    if len(longest) <= LONGEST or _PAGE.search(longest[:LONGEST]):
        return ""
    return text.excerpt(longest, LONGEST)
