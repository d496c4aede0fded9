"""Credits that are known by where they stand in a masked text: datelines, tails, bylines, lines of their own, the ends of headlines."""

import re
from dataclasses import dataclass

from curator.masked import Masked

_N = "[\ue000-\ue002]"
_SLOT = re.compile(_N)
_DATELINE = re.compile(
    rf"\A[^\n(/{_N[1:-1]}]{{0,70}}?[(/\[—–-]\s*(?:корр\.? )?({_N})(?: [^\n/.]{{3,40}}(?=/))?(?:/{_N}|/\w{{2,4}}|/[\w ]{{2,30}}(?=\))|, {_N})*\s*[)/\]]?\s*[.,:]*\s*[-—–:.]|\A({_N})\s*(?:[-–—]|/(?! ?\w{{2,20}}\.))\s|\A[^\n(/.]{{2,40}}, ({_N})\s*[-—–]\s"
)
#: "Bruxelles (Belga) Un ancien …", "NEW DELHI, Mar 4 (PTI) The …", "(dpa/Reuters) Iran hat …", "КИЇВ. 3 березня. УНН. …": no dash
_OPENING = re.compile(
    rf"\A([^\n(\[.!?]{{0,40}})[(\[]({_N})(?:[/,] ?(?:{_N}|\w{{2,4}}))*[)\]]\.?\s|\A(\w[\w -]{{1,24}}\. (?:\d{{1,2}} \w{{3,9}}\. )?)({_N})(?:\.| ?[-–—]) "
)
#: "Efe / San Sebastián. Un rorcual …", "San Sebastián / EFE. …"
_SIGNED = re.compile(rf"\A(?:({_N}) ?[/|] ?[^\n./|]{{2,30}}|[^\n./|{_N[1:-1]}]{{2,30}} [/|] ?({_N}))\. ")
_BRACKET = re.compile(rf"(?<=[”\"»“.!?] \()({_N})(?=\)[.,;]? )")
_SOURCE = re.compile(
    rf"(?:^|[\s(\[])(?:quellen?|sources?|fuentes?|источник|джерело)\s?[:–—] (?:[\w.]{{1,12}}[,/] ?|\w{{2,4}}/)?({_N})[)\].]*\s*\Z"
)
_TAIL = re.compile(
    rf"(?:(?<=[.!?”\"»][ \n])|(?<=\.\.\.)|(?<=…))(?:[-–—] ?|\w{{2,4}}/)?({_N})(?:/\w{{2,4}}){{0,2}}\.?(?:\s+[a-z]{{2,4}}(?:[/ ][a-z]{{2,4}}){{0,3}})?\s*\Z|(?<![\ue000-\ue002] )[(\[/]\s*(?:(?:red|redaktion|jw|\w{{2,3}})[,/;] ?)?({_N})(?:[/,;+& ]+(?:\w{{1,4}}[/,;+& ]+)?{_N})*(?:/\w{{2,4}})?(?:,? \d[\d. /]*)?\s*[)\]/][.\s]*\Z"
)
_LINE = re.compile(
    rf"(?:(?:redacción|redaction|rédaction|redaktion|agencias?) ?[/|] ?|(?:quelle|source|fuente)n?s?: (?:{_N}, )?[^\n{_N[1:-1]}]{{0,25}}?|\w{{2,4}}/|by |from |von |par |por |– |— |- |\(c\) |© |\[|source: |quelle: |fuente: |(?:writer|author|reporter|autor|auteur|автор): ?|джерело: |источник: )?({_N})"
    rf"(?:[ /,&+]{{1,3}}(?:avec |with |mit |con )?(?:{_N}|news|staff|newsroom|agencies|agenturen|agences|agencias|(?<=/)\w{{2,4}})){{0,4}}[.\]]?"
)
_HELP = (
    r"(?:additional reporting by|with(?: reporting| files| inputs?| material| agencies| information| contributions)?(?: from| by)?|avec"
    r"|mit(?: material| informationen| agenturmaterial)?(?: von| der)?|con(?: información| informaciones| datos)?(?: de| del)?(?: la agencia)?"
    r"|по материалам|с использованием материалов|за матеріалами|за участю)"
)
_WITH = re.compile(rf"(?:^|[\n (\[]){_HELP} (?:[^\n{_N[1:-1]}]{{0,20}} )?({_N})[^.!?]{{0,30}}[)\]]?[.\s]*$")
#: "Par la rédaction (avec Belga).", "Redaktion, mit dpa" before the text
_OPENING_HELP = re.compile(rf"\A[^\n.!?]{{0,50}}(?:[(\[] ?|, ){_HELP} ({_N})[^\n.!?(]{{0,20}}(?:[)\]][.\s]|\n)")
_HEAD = re.compile(
    rf"(?:\s[-–—|]\s*|\s-|[:|]\s|\()({_N})(?: (?:says|reports|reported|report|sources|exclusive))?(?:, [\w ]{{3,20}}(?=\)))?\)?\s*\Z|\A({_N})\s?[:|–—-]\s"
)
_COLON = re.compile(rf"\A({_N}):\s")
_BYLINE = re.compile(rf"\A(?:by|von|par|por) [^\n{_N[1:-1]}]{{0,60}}?({_N})[^\n]{{0,30}}(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that fits at a name."""

    kind: str
    mention: int
    start: int  #: in the masked text
    end: int


def placed(masked: Masked, field: str) -> list[Hit]:
    """Credits that are known by where they stand: datelines, tails, lines of their own, the ends of headlines."""
    if field == "title":
        return _at(masked, _HEAD, "headline")
    hits = (
        _at(masked, _COLON, "headline")
        or _at(masked, _DATELINE, "dateline")
        or _opening(masked)
        or _at(masked, _BYLINE, "byline")
        or _at(masked, _SIGNED, "byline")
    )
    hits += _tails(masked)
    hits += _brackets(masked)
    hits += _lines(masked) or (_at(masked, _SOURCE, "source", max(0, len(masked.text) - 60)) if ": " in masked.text[-60:] else [])
    return hits or _helped(masked)


def _opening(masked: Masked) -> list[Hit]:
    """A dateline without a dash: nothing but names of places and a date stands before the agency."""
    match = _OPENING.match(masked.text)
    if match is None:
        return []
    group = 2 if match[2] else 4
    before = masked.original[: masked.words(match.start(group - 1), match.end(group - 1))[1]]
    if any(word[0].islower() for word in before.split() if word not in _PARTICLES and not _MONTH.match(word.lower())):
        return []
    return [Hit("dateline", masked.places.index(match.start(group)), match.start(), match.end())]


_PARTICLES = frozenset({"de", "la", "del", "el", "am", "an", "der", "sur", "en"})
_MONTH = re.compile(r"jan|feb|fév|mar|mär|apr|abr|avr|ma[iy]|jun|jui|jul|aug|août|sep|o[ck]t|nov|de[cz]|déc|ene|ago|dic|[а-яіїєґ]")


def _brackets(masked: Masked) -> list[Hit]:
    """ "… the hard way" (Defense News): a name alone in brackets after a sentence."""
    if "(\ue000)" not in masked.text and "(\ue001)" not in masked.text:
        return []
    return [Hit("via", masked.places.index(found.start(1)), found.start(1), found.end(1)) for found in _BRACKET.finditer(masked.text)]


def _tails(masked: Masked) -> list[Hit]:
    """Every name in a last bracket: "(FRANCE 24 with AFP and Reuters)"."""
    match = _TAIL.search(masked.text, max(0, len(masked.text) - 200))
    if match is None:
        return []
    slots = [slot.start() for slot in _SLOT.finditer(masked.text, match.start(), match.end())]
    return [Hit("tail", number, match.start(), match.end()) for number, place in enumerate(masked.places) if place in slots]


def _helped(masked: Masked) -> list[Hit]:
    """A short last line or a last bracket, "(with AFP)"."""
    opening = _at(masked, _OPENING_HELP, "with")
    if opening:
        return opening
    begin = max(
        masked.text.rfind("\n"),
        masked.text.rfind(". ", 0, -4),
        masked.text.rfind("(", len(masked.text) - 60),
        masked.text.rfind("[", len(masked.text) - 60),
    )
    if begin < 0 or len(masked.text) - begin > 80:
        return []
    return _at(masked, _WITH, "with", begin)


def _lines(masked: Masked) -> list[Hit]:
    """Lines that hold nothing but the name: "The Associated Press"."""
    found, at = [], 0
    for row in masked.text.split("\n"):
        match = _LINE.fullmatch(row.strip()) if len(row) < 60 else None
        if match:
            place = at + len(row) - len(row.lstrip())
            slots = {slot.start() for slot in _SLOT.finditer(masked.text, place + match.start(1), place + match.end())}
            kind = "tail" if at else "byline"
            found += [Hit(kind, number, place, place + match.end()) for number, where in enumerate(masked.places) if where in slots]
        at += len(row) + 1
    return found


def _at(masked: Masked, pattern: re.Pattern[str], kind: str, start: int = 0) -> list[Hit]:
    match = pattern.match(masked.text) if pattern.pattern.startswith("\\A") else pattern.search(masked.text, start)
    if match is None:
        return []
    group = next(number for number in range(1, pattern.groups + 1) if match[number])
    return [Hit(kind, masked.places.index(match.start(group)), match.start(), match.end())]
