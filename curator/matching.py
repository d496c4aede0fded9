"""One pass over a text that finds any number of terms in it (Aho-Corasick, through ahocorasick_rs)."""

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from curator.terms import EXACT, Reading, Verify, compiled, parse

REGEX_SECONDS = 0.05  #: what one regular expression may take on one text
REGEX_TEXT = 8_000  #: characters of a text that regular expressions see

Span = tuple[int, int, int]  #: (number of the term, start, end) in `Reading.original`


Use = tuple[int, int, Verify | None, Verify | None, frozenset[str]]  #: number of the term, then as in `Pattern`, languages

_FOREIGN = re.compile("[\u0400-\u052f\u0590-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIMPLE = re.compile(r"(?:[a-z]{2}(?:,[a-z]{2})*:)?=?\*?[^\W_](?:[\w ’'-]*\w)?\*?")


class Matcher:
    """Finds any number of terms in a text in one pass (Aho-Corasick). Terms are known by their place in the sequence.

    Terms in scripts other than Latin, a third of all, are compiled when a text in such a script first comes.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        """Raises `TermError` for the first term that cannot be understood."""
        self._uses: list[list[Use]] = []
        self._regexes: list[tuple[int, Any, frozenset[str]]] = []
        later = [(number, source) for number, source in enumerate(sources) if _can_wait(source)]
        waiting = {number for number, _ in later}
        self._automaton = self._compiled([(number, source) for number, source in enumerate(sources) if number not in waiting])
        self._later, self._first_foreign = later, len(self._uses)
        self._foreign: Any = None

    def _compiled(self, sources: Sequence[tuple[int, str]]) -> Any:
        """The automaton for these terms; its patterns are the next in `_uses`."""
        uses: dict[str, list[Use]] = {}
        for number, source in sources:
            term = parse(source)
            if term.regex is not None:
                self._regexes.append((number, compiled(term), term.languages))
            for literal, ending, verify, cased in term.patterns:
                use = (number, ending, verify, cased, term.languages)
                if literal in uses:
                    uses[literal].append(use)
                else:
                    uses[literal] = [use]
        self._uses += uses.values()
        return _automaton(list(uses))

    def find(self, reading: Reading) -> list[Span]:
        """Every hit, by place; one term may stand there many times."""
        folded, original, language = reading.folded, reading.original, reading.language
        found: list[Span] = []
        uses = self._uses
        for place, start, end in self._places(folded):
            for number, ending, verify, cased, languages in uses[place]:
                if ending and folded[end] != " " and (ending == EXACT or not folded.startswith(("s ", "es "), end)):
                    continue
                stop = end
                if verify is not None and not (stop := verify(folded, start, end)):
                    continue
                if cased is not None and (not cased(original, start, end) or (reading.shouting and start < reading.title_end)):
                    continue
                if languages and language is not None and language not in languages:
                    continue
                found.append((number, start + 1 if folded[start] == " " else start, stop))
        if self._regexes:
            found += self._search(reading)
        return found

    def _places(self, folded: str) -> list[tuple[int, int, int]]:
        """(pattern, start, end) of each literal, by its end and then its start, as one automaton of all would give them."""
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        if not self._later or folded.isascii() or not _FOREIGN.search(folded):
            return found
        if self._foreign is None:
            self._foreign = self._compiled(self._later)
        more = self._foreign.find_matches_as_indexes(folded, overlapping=True)
        return sorted([*found, *((place + self._first_foreign, start, end) for place, start, end in more)], key=_BY_END) if more else found

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


_BY_END = itemgetter(2, 1)


def _can_wait(source: str) -> bool:
    """Is every spelling of this term sure to hold a letter of another script, and the term sure to be understood?"""
    return not source.isascii() and _FOREIGN.search(source) is not None and _SIMPLE.fullmatch(source) is not None


def _automaton(literals: list[str]) -> Any:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415 - not needed for a poll with nothing new

    return AhoCorasick(literals or ["\x00"], matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
