"""Terms: how a word or phrase is written in a rule, and what it means; `matching` finds thousands of them in one pass over a text.

Syntax (the whole of it is told in docs/topics.md)::

    air strike      whole words, case ignored, hyphen = space = nothing, plural allowed (Latin script), accents ignored
    Shahed*  *drohne*   any ending, any beginning            =EW       case matters, no plural
    CVE-#-#         # is a number                            {Russian,Chinese} hacker   one of these
    de,nl:Front     only in entries of these languages       /re/  =/re/   a regular expression, without and with case

Chinese, Japanese and Korean terms are found anywhere; Arabic and Hebrew ones also behind the particles those scripts write
together with the word ("and", "in", "the" …).

Texts are folded so that every character keeps its place; a hit therefore names the very words that stand there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from math import prod
from typing import Any, NamedTuple

MAX_ALTERNATIVES = 2_000  #: ways in which a term with {a,b} may begin
SPELLED_OUT = 30  #: a term that can be read in no more ways than this is looked for in each of them
TWO_WORD_WAYS = 40  #: a term whose first two words can be written in more ways than this is looked for by its first word


class TermError(ValueError):
    """A term cannot be understood; `str()` says why and what would be right."""


# ── texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u0591-\u05bd\u05bf\u05c1\u05c2\u200b-\u200f\u00ad\ufeff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_HEBREW = re.compile("[\u0590-\u05ff]")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_COMPACT = f"\u0590-\u06ff{_CJK}"  #: scripts whose words are not simply parted by spaces
_SAME = {
    "ё": "е",
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ۀ": "ه",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
}


def _fold_of(char: str) -> str:
    """What one lower-case character is folded to: itself, its base letter, or a space; always one character."""
    if char in _SAME:
        return _SAME[char]
    if not (char.isalnum() or char == "_"):
        return " " if not unicodedata.combining(char) else char
    base = unicodedata.normalize("NFD", char)[0]
    return base if "a" <= base <= "z" else char


_FOLDS = {
    chr(n): _fold_of(chr(n))
    for n in (*range(0x600), *range(0x600, 0x700), *range(0x1E00, 0x2100), *range(0x3000, 0x3020), *range(0xFF00, 0xFF10))
}
_FOLDS = {char: to for char, to in _FOLDS.items() if char != to}
_ODD = re.compile(f"[{re.escape(''.join(_FOLDS))}]")
_ASCII = str.maketrans({char: to for char, to in _FOLDS.items() if char < "\x80"})


def fold(text: str) -> str:
    """Lower case, accents off Latin letters, everything that is neither letter nor digit a space; as long as what came in."""
    if text.isascii():
        return text.lower().translate(_ASCII)
    low = text.replace("İ", "I").lower()
    for char in set(_ODD.findall(low)):
        low = low.replace(char, _FOLDS[char])
    return low


def tidy(text: str) -> str:
    """NFKC, without vowel points and invisible characters: the form in which texts are searched and terms written."""
    if text.isascii():
        return text
    if _MARKS.search(text):
        text = _MARKS.sub("", text)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


# ── terms ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ANY_END, EXACT, PLURAL, WHOLE = 0, 1, 2, 3  #: how the word a literal ends in may go on; WHOLE: the literal holds the space behind it
SHORT_WORD = 4  #: letters; a word of no more is looked for with the space behind it: " us" stands in every "used" and "user"

Verify = Callable[[str, int, int], int]  #: (text, start and end of the literal) → end of the term, 0 = it does not stand there


class Pattern(NamedTuple):
    """A literal that the automaton looks for, and what must hold where it is found."""

    literal: str  #: folded; begins with a space where a word must begin
    ending: int
    verify: Verify | None  #: on the folded text, from the start of the literal
    cased: Verify | None  #: on the original text, from the start of the literal


class Term(NamedTuple):
    """A term, understood."""

    source: str
    languages: frozenset[str] = frozenset()  #: only in these; empty = in all
    cased: bool = False
    patterns: tuple[Pattern, ...] = ()
    regex: str | None = None


_LANGUAGES = re.compile(r"([a-z]{2}(?:,[a-z]{2})*):(?=\S)")
_PLAIN = re.compile(r"(=?)([A-Za-z0-9]+(?:[ './-][A-Za-z0-9]+)*)(\*?)")
_STOP = re.compile(r"[*#]")
_GAPS = (" ", "s ", "", "  ")  #: what may part two words; in a long list of choices only the first two
_SHORT = re.compile(r" *[A-Za-z0-9]+(?: +[A-Za-z0-9]+)?(?:\*| *)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_SPECIAL = re.compile(r"[*#{}]")
_ARABIC_PARTICLES = frozenset(["", "و", "ب", "ل", "ف", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "ولل", "وب", "ول"])
_HEBREW_PARTICLES = frozenset(["", *"הובלמשכ", "וה", "שה", "מה", "בה", "לה", "וב", "ול", "ומ", "שב", "של", "שמ", "כש", "כשה"])


def parse(source: str) -> Term:
    """A term as it is written → `Term`. Raises `TermError`."""
    if plain := _PLAIN.fullmatch(source):
        return Term(
            source, cased=bool(plain[1]), patterns=_plainly(fold(plain[2]).split(" "), bool(plain[3]), source[1:] if plain[1] else "")
        )
    text, languages = source.strip(), frozenset[str]()
    if match := _LANGUAGES.match(text):
        text, languages = text[match.end() :], frozenset(match[1].split(","))
    cased = text.startswith("=")
    text = text.removeprefix("=")
    if text.startswith("/"):
        return Term(source=source, languages=languages, cased=cased, regex=_regex_body(source, text))
    if text.count("{") != text.count("}"):
        raise TermError(f"{source!r}: a brace stands alone; alternatives are written {{one,other}}")
    return Term(source=source, languages=languages, cased=cased, patterns=tuple(_patterns(source, tidy(" ".join(text.split())), cased)))


def check(source: str) -> str | None:
    """What is wrong with a term, for the person who wrote it; None = nothing."""
    try:
        term = parse(source)
        if term.regex is not None:
            compiled(term)
    except TermError as error:
        return str(error)
    return None


def _regex_body(source: str, text: str) -> str:
    if len(text) < 3 or not text.endswith("/"):
        raise TermError(f"{source!r}: a regular expression stands between two slashes, /like this/")
    return text[1:-1]


@cache
def _script(ranges: str) -> re.Pattern[str]:
    """A character of these; made when it is needed, for it takes milliseconds."""
    return re.compile(f"[{ranges}]")


def _patterns(source: str, text: str, cased: bool) -> Iterator[Pattern]:
    """The literals for a term: all of it where that is simple, else its beginning and an expression that verifies the rest."""
    if not any(char.isalnum() for char in text):
        raise TermError(f"{source!r} holds no word to look for")
    case = _Cased(text) if cased else None
    if "{" in text and not text.isascii() and _script(_COMPACT).search(text):
        for one in _alternatives(source, text):
            yield from _patterns(source, one.strip(), cased)
    elif _SPECIAL.search(text.strip("*")) or "{" in text:
        yield from _verified(source, text, case)
    elif not text.isascii() and _script(_CJK).search(text):
        words = fold(text.strip("*")).split()
        for literal in dict.fromkeys(("".join(words), " ".join(words))):  # as one, and with the hyphen of 东风-41
            yield Pattern(literal, ANY_END, None, case)
    else:
        yield from _literals(text, case)


def _alternatives(source: str, text: str) -> list[str]:
    """Every way to read {a,b} in a text; at most `MAX_ALTERNATIVES`."""
    done, todo = [], [text]
    while todo:
        one = todo.pop()
        match = _BRACES.search(one)
        if match is None:
            done.append(one)
            continue
        todo += [f"{one[: match.start()]}{choice}{one[match.end() :]}" for choice in match[1].split(",")]
        if len(todo) + len(done) > MAX_ALTERNATIVES:
            raise TermError(f"{source!r} begins in more than {MAX_ALTERNATIVES:,} ways; write fewer alternatives")
    return done


def _plainly(words: list[str], open_end: bool, cased: str) -> tuple[Pattern, ...]:
    """What `_literals` gives for ASCII words parted by single characters, which most terms are: some twenty thousand are read at the start."""
    case = _Cased(cased) if cased else None
    ending = ANY_END if open_end else EXACT if case else PLURAL
    return tuple([pattern for shape in _shapes(words, ending == PLURAL, False) for pattern in _whole(shape, ending, case)])


def _whole(shape: str, ending: int, case: "_Cased | None") -> tuple[Pattern, ...]:
    """What finds a phrase that begins as a word does."""
    if ending == EXACT:
        return (Pattern(f" {shape} ", WHOLE, None, case),)
    if ending == PLURAL and len(shape) <= SHORT_WORD:
        return tuple([Pattern(f" {shape}{plural} ", WHOLE, None, case) for plural in ("", "s", "es")])
    return (Pattern(f" {shape}", ending, None, case),)


def _literals(text: str, case: "_Cased | None") -> Iterator[Pattern]:
    """Literals of a phrase whose only star, if any, stands at its very beginning or end."""
    open_start, open_end = text.startswith("*"), text.endswith("*")
    words = fold(text.strip("*")).split()
    if open_end and not text[-2].isalnum():
        words[-1] += " "
    ending = ANY_END if open_end else PLURAL if case is None and words[-1].isascii() else EXACT
    start, verify = "" if open_start else " ", None
    if not open_start and not text.isascii() and (_ARABIC.match(text) or _HEBREW.match(text)):
        start, verify = "", _AFTER_ARABIC if _ARABIC.match(text) else _AFTER_HEBREW
        words[0] = words[0].removeprefix("ال") if len(words[0]) > 4 else words[0]
    for shape in _shapes(words, ending == PLURAL, ", " in text):
        if start:
            yield from _whole(shape, ending, case)
        else:
            yield Pattern(start + shape, ending, verify, case)


def _shapes(words: list[str], plural: bool, comma: bool) -> list[str]:
    """The ways in which a phrase may be written: parted by spaces or nothing, `frappe(s) aérienne(s)`, `battery`, `batteries`."""
    if comma:
        return ["  ".join(words)]
    if len(words) > 1 and len("".join(words)) == len(words) and "".join(words).isalpha():
        return [" ".join(words)]  # initials: "U.S." is not "us"
    shapes = [" ".join(words)]
    if len(words) == 2:
        shapes.append("".join(words))
    elif len(words) == 3:
        shapes += [f"{words[0]}{words[1]} {words[2]}", f"{words[0]} {words[1]}{words[2]}", "".join(words)]
    if plural:
        if 1 < len(words) < 4:
            shapes.append("s ".join(words))
        if len(words[-1]) > 3 and words[-1][-1] == "y":
            shapes += [f"{shape[:-1]}ies" for shape in shapes]
    return shapes


class _Behind:
    """Verifies that only a particle which the script writes together with a word ("and", "in", "the") stands before it."""

    def __init__(self, particles: frozenset[str]) -> None:
        self._particles = particles

    def __call__(self, text: str, start: int, end: int) -> int:
        return end if text[text.rfind(" ", max(0, start - 4), start) + 1 : start] in self._particles else 0


_AFTER_ARABIC, _AFTER_HEBREW = _Behind(_ARABIC_PARTICLES), _Behind(_HEBREW_PARTICLES)


def _verified(source: str, text: str, case: "_Cased | None") -> Iterator[Pattern]:
    """A phrase with choices, stars or numbers inside: what it comes to in one word or two is looked for as it is, anything longer by its
    beginning, with a bounded expression that verifies the rest."""
    spelled_out = case is None and _ways(text) <= SPELLED_OUT
    plural = text.isascii() and case is None
    end = "" if text.endswith("*") else r"(?:e?s)?(?!\w)" if plural else r"(?!\w)"
    start = "" if text.startswith("*") else " "
    verify = _Folded(text.strip("*"), start, end)
    anchors: set[str] = set()
    for phrase in _alternatives(source, text) if spelled_out else [text]:
        if _SHORT.fullmatch(phrase):
            yield from _plainly(phrase.lower().rstrip("*").split(), phrase[-1] == "*", "")
        elif not spelled_out:
            anchors |= _anchors(source, phrase.strip("*"))
        elif _SPECIAL.search(phrase.strip(" *")) or phrase.strip().count(" ") > 1 or len(fold(phrase).split()) > 2:
            anchors.update(_openings(source, phrase.lstrip("* "), _GAPS))
        else:
            yield from _literals(" ".join(phrase.split()), None)
    for anchor in sorted(anchors):
        yield Pattern(start + anchor, ANY_END, verify, case)


def _ways(text: str) -> int:
    """In how many ways the choices of a text can be read."""
    return prod(choice.count(",") + 1 for choice in _BRACES.findall(text))


def _anchors(source: str, text: str) -> set[str]:
    """Literal beginnings, one of which stands wherever the term stands: its first two words where these are few, else what the first
    choice gives."""
    first, both = _beginnings(text)
    ways = _ways(both)
    gaps = _GAPS if ways <= SPELLED_OUT else _GAPS[:2]
    anchors: set[str] = set()
    if ways <= TWO_WORD_WAYS or first == text:
        for one in _alternatives(source, both):
            anchors.update(_openings(source, one, gaps))
        return anchors
    for one in _alternatives(source, first):
        ends = (" ", "s ") if one[-1:].isalnum() else ("",)  # "UN" is not to be looked for in every "under" and "until"
        anchors.update(opening + end for opening in _openings(source, one, gaps) for end in ends)
    return anchors


def _openings(source: str, phrase: str, gaps: tuple[str, ...]) -> list[str]:
    """How a phrase without choices may begin: its first two words with what may part them, or its only one."""
    opening = _STOP.split(phrase.lstrip(), maxsplit=1)[0]
    words = fold(opening).split()
    if not words:
        raise TermError(f"{source!r} must begin with a letter: a star or # needs some letters before it")
    if len(words) == 1 and len(words[0]) <= SHORT_WORD and opening[-1].isalnum() and phrase.lstrip()[len(opening) :].startswith("#"):
        return [f"{words[0]}{digit}" for digit in "0123456789"]  # "TA#" is not to be looked for in every "take"
    return words if len(words) == 1 else [f"{words[0]}{gap}{words[1]}" for gap in gaps]


def _beginnings(text: str) -> tuple[str, str]:
    """The text up to the first, and up to the second, gap that stands outside of braces."""
    depth, gap = 0, -1
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if depth == 0 and not (char.isalnum() or char in "{}*#_"):
            if gap >= 0:
                return text[:gap], text[:place]
            gap = place
    return text if gap < 0 else text[:gap], text


def _expression(text: str, gap: str, letter: Callable[[str], str]) -> str:
    """A term as a regular expression: braces as choices, `*` as any ending, `#` as a number, `gap` for whatever parts words."""
    out, depth = [], 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char in "{}*#":
            out.append({"{": "(?:", "}": ")", "*": r"\w*", "#": r"\d+"}[char])
        elif char == "," and depth:
            out.append("|")
        elif char.isalnum() or char == "_" or unicodedata.combining(char):
            out.append(re.escape(letter(char)))
        elif not out or out[-1] != gap:
            out.append(gap)
    return "".join(out)


class _Folded:
    """Verifies a term on the folded text; compiled when it is first needed, for most never are."""

    __slots__ = ("_match", "_parts")

    def __init__(self, text: str, start: str, end: str) -> None:
        self._parts = (text, start, end)
        self._match: Callable[[str, int], re.Match[str] | None] | None = None

    def __call__(self, text: str, start: int, end: int) -> int:
        if self._match is None:
            body, head, tail = self._parts
            gap = "s? {0,2}" if body.isascii() else " {0,2}"
            self._match = re.compile(head + _expression(body, gap, fold) + tail).match
        match = self._match(text, start)
        return match.end() if match else 0


class _Cased:
    """Verifies on the original text that a term stands there with its capitals, behind one separating character."""

    __slots__ = ("_match", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._match: Callable[[str, int], re.Match[str] | None] | None = None

    def __call__(self, text: str, start: int, end: int) -> int:
        if self._match is None:
            head = "" if self._text.startswith("*") else r"[\W_]?"
            tail = "" if self._text.endswith("*") else r"(?!\w)"
            self._match = re.compile(head + _expression(self._text.strip("*"), r"[\W_]{0,2}", str) + tail).match
        match = self._match(text, start)
        return match.end() if match else 0


def compiled(term: Term) -> Any:
    """A regular expression of a rule, through the `regex` library: it can be given a time limit."""
    import regex  # noqa: PLC0415 - only rules with regular expressions pay for it

    try:
        return regex.compile(term.regex or "", 0 if term.cased else regex.IGNORECASE)
    except regex.error as error:
        raise TermError(f"{term.source!r} is not a regular expression: {error}") from error
