"""One pass over a text that finds any number of terms in it (Aho-Corasick, through ahocorasick_rs)."""

from collections.abc import Iterator, Sequence
from typing import Any

from curator.terms import EXACT, Reading, Verify, compiled, parse

REGEX_SECONDS = 0.05  #: what one regular expression may take on one text
REGEX_TEXT = 8_000  #: characters of a text that regular expressions see

Span = tuple[int, int, int]  #: (number of the term, start, end) in `Reading.original`


class Matcher:
    """Finds any number of terms in a text in one pass (Aho-Corasick). Terms are known by their place in the sequence."""

    def __init__(self, sources: Sequence[str]) -> None:
        """Raises `TermError` for the first term that cannot be understood."""
        self._uses: list[list[tuple[int, int, Verify | None, Verify | None, frozenset[str]]]] = []
        self._regexes: list[tuple[int, Any, frozenset[str]]] = []
        literals: dict[str, int] = {}
        for number, source in enumerate(sources):
            term = parse(source)
            if term.regex is not None:
                self._regexes.append((number, compiled(term), term.languages))
            for pattern in term.patterns:
                place = literals.setdefault(pattern.literal, len(literals))
                if place == len(self._uses):
                    self._uses.append([])
                self._uses[place].append((number, pattern.ending, pattern.verify, pattern.cased, term.languages))
        self._automaton = _automaton(list(literals))

    def find(self, reading: Reading) -> list[Span]:
        """Every hit, by place; one term may stand there many times."""
        folded, original, language = reading.folded, reading.original, reading.language
        found: list[Span] = []
        uses = self._uses
        for place, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
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


def _automaton(literals: list[str]) -> Any:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415 - not needed for a poll with nothing new

    return AhoCorasick(literals or ["\x00"], matchkind=MatchKind.Standard, implementation=Implementation.NoncontiguousNFA)
