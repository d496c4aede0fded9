"""A text with its names of outlets masked: each with its article, noun and quotation marks is one character, so that patterns of credits
need not know them."""

import re
from bisect import bisect_right
from functools import cache, lru_cache

from curator import shipped
from curator.names import Mention
from curator.text import sentences


@cache
def _words() -> dict[str, list[str]]:
    return {key: value for key, value in shipped.toml("mediawords.toml").items() if isinstance(value, list)}


_ARTICLES = {
    "de": "der|die|das|dem|den|des|ein|eine|einem|einen|einer|eines",
    "fr": "le|la|les|un|une",
    "es": "el|la|los|las|un|una",
    "ru": "",
    "uk": "",
}
_ENGLISH = "the|an?|its|their|another"
_QUALIFIED = (
    r"(?:state|state-run|state-owned|public|local|national|regional|us|uk|u\.s\.|british|american|german|french|russian|ukrainian|"
    r"israeli|chinese|spanish|italian|online|daily|weekly|independent|[a-z]{3,}(?:an|ese|ish|eli|aqi|ani|ari|iti|ch|ek|ss))"
)


#: What stands between an article and the noun of a medium is no preposition, article or verb: "a study in the journal Nature".
_PLAIN = (
    r"(?!(?:in|of|by|to|from|for|with|on|at|the|as|and|that|told|said|von|der|in|im|mit|aus|bei|nach|de|du|dans|par|sur|pour|à|del|por|con|para|según|"
    r"selon|laut|a|en|que|qui|die|das|dem|den|des|le|la|les|el|los|las)\s)"
)


@cache
def _dress(language: str | None) -> re.Pattern[str]:
    """What a name wears before it: "the Israeli newspaper ", "le quotidien suisse ", a quotation mark."""
    article = _ARTICLES.get(language or "", _ENGLISH) or "(?!)"
    nouns = "|".join(_words()["before"])
    adjective = rf"(?: {_PLAIN}[a-zà-ÿ-]+){{0,2}}?" if language in ("fr", "es") else ""
    fresh = r"(?:neuen|aktuellen|heutigen|gestrigen|jüngsten) " if language == "de" else "(?!)"
    noun = rf"{fresh}|(?:(?:{article}) (?:{_PLAIN}[\w’'.-]+ ){{0,4}}?|(?:{_QUALIFIED} )*)(?:{nouns}){adjective}[,:]? "
    owner = (
        rf"(?:(?:hong kong|south korea|north korea|saudi arabia|sri lanka|new zealand|south africa|united states|[a-z]{{4,}})[’']s (?:{_QUALIFIED} )?(?:(?:{nouns}) )?|"
        if article == _ENGLISH
        else "(?:"
    )
    return re.compile(
        rf"(?:(?<![\w’'-]){owner}{noun}|(?:the|a) (?:local|regional|state|national) |(?:nos|leurs) confrères (?:de |du |d[’'])|(?:{article}) |l[’'])?(?:[“\"«„‘'‚]\s?)?)\Z"
    )


_WORD = re.compile(r"(?<![\w’'-])\S")


_LAST = ("'s", "’s")


@cache
def _last_words() -> frozenset[str]:
    """The words of English and German one of which stands before a name that wears any: articles, and what the nouns end in."""
    nouns = {noun.rpartition(" ")[2] for noun in _words()["before"]}
    return frozenset(
        {*nouns, *(noun.removesuffix("s?") + "s" for noun in nouns), *(noun.removesuffix("s?") for noun in nouns)}
    ) | frozenset(
        f"{_ARTICLES['de']}|the|a|an|its|their|another|state|state-run|state-owned|public|local|national|regional|us|uk|u.s.|british|american|german|french|russian|"
        "ukrainian|israeli|chinese|spanish|italian|online|daily|weekly|independent|neuen|aktuellen|heutigen|gestrigen|jüngsten".split("|")
    )


def _dressed(lower: str, first: int, start: int, language: str | None) -> int:
    """Where what a name wears before it begins; tried at beginnings of words alone, which is what most of the time went into."""
    dress = _dress(language)
    before = lower[max(0, start - 26) : start].rstrip(" ,:“\"«„‘'‚")
    if language in ("en", "de") and not before.endswith(_LAST) and before.rpartition(" ")[2].lstrip("(“\"«„‘'‚") not in _last_words():
        first = start - 2 if start > 1 else 0  # at most a quotation mark
    for word in _WORD.finditer(lower, first, start):
        if dress.match(lower, word.start(), start):
            return word.start()
    return start


@cache
def _undress() -> re.Pattern[str]:
    apposition = (  # "Asia-Plus, an independent news agency, quoted …"
        rf", (?:{_ENGLISH}|{'|'.join(article for article in _ARTICLES.values() if article)}) (?:[\w’'.-]+ ){{0,5}}?(?:{'|'.join(_words()['before'])})"
        rf"(?: (?:of|in|based|run|from|close|owned|for|für|aus|von|mit|de|du|en|del|con|basée?|proche|cercano)(?: [\w’'.-]+){{1,5}})?,(?= )"
    )
    label = (
        r"\*+|\s?\([^()\n]{0,90}(?:ино(?:странн\w+ )?агент|нежелательн|іноагент|foreign agent)[^()\n]{0,90}\)"  # as Russian law wants it
    )
    after = rf"(?: (?:{'|'.join(_words()['after'])})\b)"
    return re.compile(rf"[”\"»“’']?-(?:zeitung|magazin)\b|\s?»|[”\"»“’'](?!s\b)|{after}|{label}|{apposition}")


def lowered(text: str) -> str:
    """Lower case of the same length, so that places stay places."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


_AND = re.compile(r"(?: ?(?:and|und|et|y|и|та|й|і|sowie|&) |, (?:and|und|et|y) )(?:[\w-]+ ){0,3}")


@lru_cache(maxsize=2)
def spans(text: str) -> list[tuple[int, int]]:
    """(begin, end) of each sentence; title and body of the item in hand are remembered, so that one look serves all who ask."""
    return sentences(text)


class Masked:
    """A text in which every mention, with its article, noun and quotation marks, is one private-use character; lower case."""

    def __init__(self, text: str, mentions: list[Mention], language: str | None = None) -> None:
        lower = lowered(text)
        pieces: list[str] = []
        self.places: list[int] = []  #: of the mentions, in the masked text
        self._norm: list[int] = [0]
        self._orig: list[int] = [0]
        at = length = 0
        for mention in mentions:
            begin = _dressed(lower, max(at, mention.start - 70), mention.start, language)
            finish = mention.end
            while tail := _undress().match(lower, finish):
                finish = tail.end()
            if self.places and _AND.fullmatch(lower, at, begin):  # "the NDR and the WDR": one place for both
                self.places.append(self.places[-1])
                self._orig[-1] = at = finish
                continue
            pieces += [lower[at:begin], mention.mark]
            length += begin - at
            self.places.append(length)
            self._norm += [length, length + 1]
            self._orig += [begin, finish]
            length += 1
            at = finish
        pieces.append(lower[at:])
        self.text = "".join(pieces)
        self.original = text
        self.sentences = spans(text)  #: (begin, end) in the original

    def words(self, start: int, end: int) -> tuple[int, int, str]:
        """Where a span of the masked text stands in the original, and its exact words."""
        first, last = self._back(start), self._back(end)
        exact = self.original[first:last]
        first += len(exact) - len(exact.lstrip())
        return first, last, exact.strip()

    def span(self, at: int) -> tuple[int, int]:
        """Begin and end, in the masked text, of the sentence in which a place of the original stands."""
        here = bisect_right(self.sentences, (at, len(self.original))) - 1
        first, last = self.sentences[here] if here >= 0 else (0, len(self.original))
        return self._forth(first), self._forth(last)

    def _forth(self, at: int) -> int:
        step = bisect_right(self._orig, at) - 1
        return min(self._norm[step] + (at - self._orig[step]), self._norm[step + 1] if step + 1 < len(self._norm) else len(self.text))

    def _back(self, at: int) -> int:
        step = bisect_right(self._norm, at) - 1
        return self._orig[step] + (at - self._norm[step])
