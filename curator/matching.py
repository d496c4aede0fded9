"""One pass over a text that finds any number of terms in it (Aho-Corasick, through ahocorasick_rs)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from curator.terms import EXACT, PLURAL, Verify, compiled, fold, parse, tidy

LEAD = 600  #: characters of the text that count as its lead
MAX_TEXT = 40_000  #: characters of a text that are searched
REGEX_SECONDS = 0.05  #: what one regular expression may take on one text
REGEX_TEXT = 8_000  #: characters of a text that regular expressions see

Span = tuple[int, int, int]  #: (number of the term, start, end) in `Reading.original`
Hits = Mapping[int, list[tuple[int, int]]]  #: number of a term → (start, end) of each of its places


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A title and a text, made ready to be searched."""

    original: str  #: title and text, one behind the other
    folded: str  #: the same, folded; every character in its place
    title_end: int
    lead_end: int
    shouting: bool  #: the title is in capitals: case says nothing there
    language: str | None  #: two letters

    def field(self, start: int) -> str:
        """Where a place lies: title, lead or text."""
        if start < self.title_end:
            return "title"
        return "lead" if start < self.lead_end else "text"

    def words(self, start: int, end: int) -> str:
        """The words that stand there, whole."""
        if self.folded[end - 1] < "\u3000":
            end = self.folded.find(" ", end)
        return self.original[start:end].strip()


_FIRST_UNSPACED = "\u3040"  #: from here on lie the scripts of China, Japan and Korea
_LATIN_AFTER = re.compile("(?<=[\u3040-\uffff])(?=[A-Za-z])")
_LATIN_BEFORE = re.compile("([A-Za-z][A-Za-z0-9-]*)(?=[\u3040-\uffff])")


def _parted(text: str) -> str:
    """A text in such a script with its Latin words set apart: "组织APT41攻击" → "组织 APT41 攻击"."""
    return _LATIN_BEFORE.sub(r"\1 ", _LATIN_AFTER.sub(" ", text))


@lru_cache(maxsize=4)
def read(title: str, text: str, language: str | None = None) -> Reading:
    """A title and a text as `Reading`. Remembers the last few: several taggers ask for the same one in turn."""
    head = tidy(title)
    body = tidy(text[:MAX_TEXT])
    if max(head, default="") >= _FIRST_UNSPACED:
        head, body = _parted(head), _parted(body)
    original = f" {head} \n {body} ".replace("\n", " \n ")
    title_end = len(head) + 2
    capitals = sum(map(str.isupper, head))
    return Reading(
        original=original,
        folded=fold(original),
        title_end=title_end,
        lead_end=title_end + LEAD + 4,
        shouting=capitals > 5 and (letters := sum(map(str.isalpha, head))) > 7 and capitals > 0.7 * letters,
        language=language[:2].lower() if language else None,
    )


Use = tuple[int, int, Verify | None, Verify | None, frozenset[str]]  #: number of the term, then as in `Pattern`, languages

#: The terms a literal belongs to: (1 if it begins with the space before the word; terms that may end anywhere; terms that end here as whole
#: words; those of them that may also stand in the plural; terms of which more must hold).
Uses = tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[Use, ...]]

_FOREIGN = re.compile("[\u0400-\u052f\u0590-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIMPLE = re.compile(r"(?:[a-z]{2}(?:,[a-z]{2})*:)?=?\*?[^\W_](?:[\w ’'-]*\w)?\*?")


class Matcher:
    """Finds any number of terms in a text in one pass (Aho-Corasick). Terms are known by their place in the sequence.

    Terms in scripts other than Latin, a third of all, are compiled when a text in such a script first comes.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        """Raises `TermError` for the first term that cannot be understood."""
        self._uses: list[list[Use]] = []
        self._literals: list[str] = []
        self._sorted: dict[int, Uses] = {}  #: of literals that have been found
        self._regexes: list[tuple[int, Any, frozenset[str]]] = []
        later = [(number, source) for number, source in enumerate(sources) if _can_wait(source)]
        waiting = {number for number, _ in later}
        self._automaton = self._compiled([(number, source) for number, source in enumerate(sources) if number not in waiting])
        self._later, self._first_foreign = later, len(self._uses)
        self._foreign: Any = None

    def _compiled(self, sources: Sequence[tuple[int, str]]) -> Any:
        """The automaton for these terms; its patterns are the next in `_uses`."""
        found: dict[str, list[Use]] = {}
        for number, source in sources:
            term = parse(source)
            if term.regex is not None:
                self._regexes.append((number, compiled(term), term.languages))
            for literal, ending, verify, cased in term.patterns:
                use = (number, ending, verify, cased, term.languages)
                if literal in found:
                    found[literal].append(use)
                else:
                    found[literal] = [use]
        self._uses += found.values()
        literals = list(found)
        self._literals += literals
        return _automaton(literals)

    def find(self, reading: Reading) -> list[Span]:
        """Every hit, by place; one term may stand there many times."""
        return sorted(((number, *place) for number, places in self.hits(reading).items() for place in places), key=_BY_END)

    def hits(self, reading: Reading) -> Hits:
        """The places of every term that stands there."""
        folded = reading.folded
        hits: dict[int, list[tuple[int, int]]] = {}
        known = self._sorted
        for which, start, end in self._places(folded):
            uses = known.get(which) or known.setdefault(which, _sorted_out(self._literals[which][0] == " ", self._uses[which]))
            offset, free, whole, plural, rest = uses
            begin = start + offset
            place = (begin, end)
            for number in free:
                if number in hits:
                    hits[number].append(place)
                else:
                    hits[number] = [place]
            if whole:
                for number in whole if folded[end] == " " else plural if folded.startswith(("s ", "es "), end) else ():
                    if number in hits:
                        hits[number].append(place)
                    else:
                        hits[number] = [place]
            for use in rest:
                if stop := _stands(use, reading, start, end):
                    hits.setdefault(use[0], []).append((begin, stop))
        for number, start, end in self._search(reading) if self._regexes else ():
            hits.setdefault(number, []).append((start, end))
        return hits

    def _places(self, folded: str) -> list[tuple[int, int, int]]:
        """(literal, start, end) of each literal that stands there."""
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        if not self._later or folded.isascii() or not _FOREIGN.search(folded):
            return found
        if self._foreign is None:
            self._foreign = self._compiled(self._later)
        more = self._foreign.find_matches_as_indexes(folded, overlapping=True)
        return [*found, *((place + self._first_foreign, start, end) for place, start, end in more)]

    def _search(self, reading: Reading) -> Iterator[Span]:
        """Hits of regular expressions; one that runs out of its time finds nothing more in this text."""
        text = reading.original[:REGEX_TEXT]
        for number, pattern, languages in self._regexes:
            if languages and reading.language is not None and reading.language not in languages:
                continue
            try:
                for match in pattern.finditer(text, timeout=REGEX_SECONDS):
                    if match.end() > match.start():
                        yield (number, match.start(), match.end())
            except TimeoutError:
                continue


def _stands(use: Use, reading: Reading, start: int, end: int) -> int:
    """Where a term ends of which a literal was found: its rest, its capitals, the language must be right; 0 = it does not stand there."""
    _, ending, verify, cased, languages = use
    if languages and reading.language is not None and reading.language not in languages:
        return 0
    if ending and reading.folded[end] != " " and (ending == EXACT or not reading.folded.startswith(("s ", "es "), end)):
        return 0
    stop = end if verify is None else verify(reading.folded, start, end)
    if cased is not None and stop and (not cased(reading.original, start, end) or (reading.shouting and start < reading.title_end)):
        return 0
    return stop


_BY_END = itemgetter(2, 1)


def _sorted_out(offset: int, uses: list[Use]) -> Uses:
    """The uses of one literal, by what they need; of most literals nobody ever asks."""
    bare = [use for use in uses if use[2] is None and use[3] is None and not use[4]]
    return (
        offset,
        tuple([use[0] for use in bare if not use[1]]),
        tuple([use[0] for use in bare if use[1]]),
        tuple([use[0] for use in bare if use[1] == PLURAL]),
        tuple([use for use in uses if use not in bare]) if len(bare) < len(uses) else (),
    )


def _can_wait(source: str) -> bool:
    """Is every spelling of this term sure to hold a letter of another script, and the term sure to be understood?"""
    return not source.isascii() and _FOREIGN.search(source) is not None and _SIMPLE.fullmatch(source) is not None


def _automaton(literals: list[str]) -> Any:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415 - not needed for a poll with nothing new

    return AhoCorasick(literals or ["\x00"], matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
