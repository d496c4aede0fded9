"""What a publication says of its own work without naming itself: "told this newspaper", "two people briefed on the talks said", somebody's
sentence in quotation marks. Such a credit has the outlet ""; whose it is, the item's publisher tells.
"""

import re

from curator import creditwords
from curator.masked import lowered, spans
from curator.types import Credit

_CARRY = ("citing", "told", "work", "first", "reported", "according")
_CROWD = 60  #: words that may tell of own work that are looked at
_LEAD = 600  #: characters that are always lead; in longer texts, the first 30 %

_QUOTE = re.compile(r"[“\"«„]([^“”\"«»„\n]{6,400})[”\"»“]")
_SAID = re.compile(r"[“\"«„][^“”\"«»„\n]{1,600}[”\"»“]")  #: whoever speaks there, it is not the publication
_SPEECH = re.compile(
    r"\b(?:said|says|told|tells|recalled|recalls|added|adds|explained|explains|asked|shouted|joked|laughed|sagt\w*|erzähl\w*|erinner\w*|mein\w*|klag\w*|"
    r"dit|raconte\w*|explique\w*|confie\w*|soupire\w*|lâche\w*|témoigne\w*|se souvient|prévient|dijo|dice|cuenta|contó|recuerda|explica|lamenta|relata|resume|"
    r"говор\w+|рассказыва\w+|вспомина\w+|сказал\w*|рассказал\w*|каж\w+|розповіда\w+|згаду\w+|сказав|розпові\w+|поясню\w+)\b"
)


def nameless(body: str, language: str) -> list[Credit]:
    """The publication's own words in a body, one of each kind."""
    found: dict[str, Credit] = {}
    words = creditwords.phrases(language)
    lower = lowered(body)
    tried: set[int] = set()
    quoted = [match.span() for match in _SAID.finditer(body)]
    for _, at, _ in words.triggers.find_matches_as_indexes(lower)[:_CROWD]:
        if any(begin < at < end for begin, end in quoted):
            continue
        for begin in words.nameless.openings.finditer(lower, max(0, at - 90), at + 6):
            if begin.start() in tried:
                continue
            tried.add(begin.start())
            match = words.nameless.match(lower, begin.start())
            if match:
                kind = creditwords.kind(match)
                found.setdefault(kind, _own(kind, body[match.start() : match.end()], match.start(), body))
    for match in _QUOTE.finditer(body):
        if _whole(match) and _spoken(lower, match):
            found["quote"] = _own("quote", match[0], match.start(), body)
            break
    return list(found.values())


def _whole(quote: re.Match[str]) -> bool:
    """Somebody's sentence, not a few words picked from a statement, nor the name of a paper."""
    words = quote[1].split()
    spoken = (
        len(words) > 2
        or quote[1][-1:] in ",.!?"
        or (len(words) > 1 and quote.string[quote.end() : quote.end() + 3].lstrip()[:1] in (",", "—", "–"))
    )
    return quote[1].lstrip("¿¡… ")[:1].isupper() and spoken


def apart(nameless: list[Credit], named: list[Credit], body: str) -> list[Credit]:
    """Those that do not share their sentence with a named outlet: "people familiar with the talks told X" are X's people."""
    named = [credit for credit in named if credit.field == "text" and credit.pattern in _CARRY]
    if not nameless or not named:
        return nameless
    sentences = spans(body)

    def taken(credit: Credit) -> bool:
        here = next((span for span in sentences if span[0] <= credit.start < span[1]), (0, 0))
        kinds = {other.pattern for other in named if here[0] <= other.start < here[1]}
        return bool(kinds & {"told"} if credit.pattern == "quote" else kinds) and credit.pattern != "self"

    return [credit for credit in nameless if not taken(credit)]


def _own(kind: str, words: str, start: int, body: str) -> Credit:
    return Credit(outlet="", pattern=kind, words=words, field="text", start=start, lead=start < max(_LEAD, len(body) * 3 // 10))


_STATEMENT = re.compile(
    r"statement|\bnotice\b|in (?:a|an|its|the) (?:blog|filing|post\b)|spokes(?:man|woman|person|people)|press release|advisory|communiqu|news conference|press conference|mitteil|sprecher|pressekonferenz|"
    r"porte-parole|conférence de presse|comunicado|portavoz|rueda de prensa|пресс-|заявлени|брифинг|прес-|заяв[иі]|брифінг"
)


def _spoken(lower: str, match: re.Match[str]) -> bool:
    """Somebody says it, and not in a statement to everyone."""
    if _STATEMENT.search(lower, max(0, match.start() - 60), match.start()) or _STATEMENT.search(lower, match.end(), match.end() + 70):
        return False
    return bool(_SPEECH.search(lower, max(0, match.start() - 60), match.start()) or _SPEECH.search(lower, match.end(), match.end() + 90))
