"""One pass over a text that finds any number of terms in it (Aho-Corasick, through ahocorasick_rs)."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from curator.terms import EXACT, WHOLE, Term, Verify, compiled, fold, parse, tidy

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

#: A literal as it is met in a text: (number of its term; 1 if it begins with the space before the word; how it may end; what more must hold).
Met = tuple[int, int, int, Use | None]

_FOREIGN = re.compile("[\u0400-\u052f\u0590-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIMPLE = re.compile(r"(?:[a-z]{2}(?:,[a-z]{2})*:)?=?\*?[^\W_](?:[\w ’'-]*\w)?\*?")


class Spelled(NamedTuple):
    """What terms are looked for by, worked out before; a term that is not in it is worked out when it is met."""

    literals: dict[str, tuple[str, ...]]  #: term → the literals of its patterns, in their order; none = it can wait
    foreign: Callable[[], dict[str, tuple[str, ...]]]  #: the same of terms that can wait, asked for when a text needs them


def spelled(sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The literals of these terms, and none of those that can wait for a text in their script. Raises `TermError`."""
    terms = {source: None if _can_wait(source) else parse(source) for source in sources}
    return {source: _literals(term) if term else () for source, term in terms.items() if term is None or term.regex is None}


def spelled_foreign(sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The literals of those of these terms that can wait."""
    return {source: _literals(parse(source)) for source in sources if _can_wait(source)}


def _literals(term: Term) -> tuple[str, ...]:
    return tuple([pattern.literal for pattern in term.patterns])


class Matcher:
    """Finds any number of terms in a text in one pass (Aho-Corasick). Terms are known by their place in the sequence.

    Terms in scripts other than Latin, a third of all, are compiled when a text in such a script first comes.
    """

    def __init__(self, sources: Sequence[str], known: Spelled = Spelled({}, dict)) -> None:  # noqa: B008 - never changed
        """Raises `TermError` for the first term that cannot be understood."""
        now: list[tuple[int, str, tuple[str, ...]]] = []
        self._later: list[tuple[int, str]] = []
        self._regexes: list[tuple[int, Any, frozenset[str]]] = []
        for number, source in enumerate(sources):
            literals = known.literals.get(source)
            if literals:
                now.append((number, source, literals))
            elif literals is not None or _can_wait(source):
                self._later.append((number, source))
            else:
                term = parse(source)
                now.append((number, source, _literals(term)))
                if term.regex is not None:
                    self._regexes.append((number, compiled(term), term.languages))
        self._latin, self._known = _Literals(now), known
        self._foreign: _Literals | None = None

    def find(self, reading: Reading) -> list[Span]:
        """Every hit, by place; one term may stand there many times."""
        return sorted(((number, *place) for number, places in self.hits(reading).items() for place in places), key=_BY_END)

    def hits(self, reading: Reading) -> Hits:
        """The places of every term that stands there."""
        hits: dict[int, list[tuple[int, int]]] = {}
        self._latin.find(reading, hits)
        if self._later and not reading.folded.isascii() and _FOREIGN.search(reading.folded):
            self._others().find(reading, hits)
        for number, start, end in self._search(reading) if self._regexes else ():
            hits.setdefault(number, []).append((start, end))
        return hits

    def _others(self) -> "_Literals":
        """What terms in other scripts are looked for by."""
        if self._foreign is None:
            known = self._known.foreign()
            self._foreign = _Literals([(number, source, known.get(source) or _literals(parse(source))) for number, source in self._later])
        return self._foreign

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
    if ending == WHOLE:
        end -= 1
    elif ending and reading.folded[end] != " " and (ending == EXACT or not reading.folded.startswith(("s ", "es "), end)):
        return 0
    stop = end if verify is None else verify(reading.folded, start, end)
    if cased is not None and stop and (not cased(reading.original, start, end) or (reading.shouting and start < reading.title_end)):
        return 0
    return stop


_BY_END = itemgetter(2, 1)


class _Literals:
    """An automaton over the literals of some terms. What a term says besides is understood once one of them stands in a text."""

    def __init__(self, terms: Sequence[tuple[int, str, tuple[str, ...]]]) -> None:
        """`terms`: (number, source, literals)."""
        self._terms = [(number, source) for number, source, _ in terms]
        self._first = list(accumulate([len(literals) for _, _, literals in terms], initial=0))  # of all literals, by term
        self._understood: dict[int, Term] = {}
        self._met: list[Met | None] = [None] * self._first[-1]
        self._automaton = _automaton([literal for _, _, literals in terms for literal in literals])

    def find(self, reading: Reading, hits: dict[int, list[tuple[int, int]]]) -> None:
        """Add the places of every term that stands there."""
        folded, known = reading.folded, self._met
        for which, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            number, offset, ending, use = known[which] or self._meet(which)
            stop = end
            if use is not None:
                stop = _stands(use, reading, start, end)
                if not stop:
                    continue
            elif ending == WHOLE:
                stop = end - 1
            elif ending and folded[end] != " " and (ending == EXACT or not folded.startswith(("s ", "es "), end)):
                continue
            if number in hits:
                hits[number].append((start + offset, stop))
            else:
                hits[number] = [(start + offset, stop)]

    def _meet(self, which: int) -> Met:
        """Understand what a literal stands for; of most nobody ever asks."""
        place = bisect_right(self._first, which) - 1
        number, source = self._terms[place]
        term = self._understood.get(place) or self._understood.setdefault(place, parse(source))
        literal, ending, verify, cased = term.patterns[which - self._first[place]]
        use = (number, ending, verify, cased, term.languages) if verify or cased or term.languages else None
        self._met[which] = met = (number, int(literal[0] == " "), ending, use)
        return met


def _can_wait(source: str) -> bool:
    """Is every spelling of this term sure to hold a letter of another script, and the term sure to be understood?"""
    return not source.isascii() and _FOREIGN.search(source) is not None and _SIMPLE.fullmatch(source) is not None


def _automaton(literals: list[str]) -> Any:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415 - not needed for a poll with nothing new

    return AhoCorasick(literals or ["\x00"], matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
