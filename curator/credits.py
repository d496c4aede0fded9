"""Whom does this text credit, in which words?

One pass finds names of outlets; only round them patterns are tried (data/credits.toml, six languages). A credit says nothing yet about the
role of the item: "told CNN" is own work in a text of CNN's and a borrowed one everywhere else; `provenance` decides. A credit whose outlet
is "" is the publication's own: "told this newspaper", "two people briefed on the talks said".

Patterns of a credit: dateline, tail, byline, with, text (the text is its own) · told, work, asked (what it did itself) · reported, according,
citing, first, via, headline (it reported) · statement, deny (a body's word) · contributed, photo, subject (never carry a text) · self, sources,
medium, scene, quote (nameless).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from curator import creditwords
from curator.anaphora import nobody_listed, press_release, taken_up
from curator.masked import Masked
from curator.mentions import Finder
from curator.nameless import apart, nameless
from curator.names import BODY, PRESS, Mention, forms, is_short_for
from curator.outlets import Outlets, fold
from curator.placed import Hit, placed
from curator.types import Credit, Draft, Item

_CARRY = ("citing", "told", "work", "first", "reported", "according")
_MOST = 20_000  #: characters of a text that are read
_CROWD = 60  #: names in a text, or words that may tell of own work, that are looked at
_REACH = 16  #: words before a name in which a phrase may begin
_LEAD = 600  #: characters that are always lead; in longer texts, the first 30 %

#: Credits that carry a report of the outlet's, the more telling first.
CHAIN = ("citing", "told", "work", "first", "reported", "according", "headline", "via")

_BEGIN = re.compile(r"(?<![\w\ue000-\ue002])\w|(?<!\S)[©(]")
_SLOT = re.compile("[\ue000-\ue002]")


def prepare(outlets: Outlets) -> Callable[[Draft | Item], tuple[Credit, ...]]:
    """Compile the names once; the function given back finds the credits of a draft (or item), in the order of the text."""
    finder = Finder(outlets)

    def find(draft: Draft | Item) -> tuple[Credit, ...]:
        language = creditwords.language_of(f"{draft.title} {draft.text}", draft.language)
        read = _Reader(language, finder, outlets, draft.outlet if draft.outlet_known else None)
        body = draft.text[:_MOST]
        titled = read.named(draft.title, "title")
        about = frozenset(credit.outlet for credit in titled if credit.pattern == "subject")
        found = [*_authors(draft, outlets), *titled, *read.named(body, "text", about)]
        found += press_release(body)
        if not any(credit.pattern in (*_CARRY, "statement", "deny", "text", "dateline") for credit in found):
            found += nobody_listed(draft.title, body, language)
        return (*found, *apart(nameless(body, language or "en"), found, body))

    return find


# ── with a name ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Reader:
    language: str | None
    finder: Finder
    outlets: Outlets
    publisher: str | None

    def named(self, body: str, field: str, about: frozenset[str] = frozenset()) -> list[Credit]:
        """The credits of one field that name an outlet. `about`: outlets that the title says are the news themselves."""
        mentions = self._whose(body, self.finder.find(body, self.language)[:_CROWD])
        mentions = _with_nickname(body, mentions, self.publisher)
        mentions = [_shared(mention, body) for mention in mentions if not _stands_for_another(mention, body, self.outlets)]
        if not mentions:
            return taken_up(body, (), (), self.language, about)
        masked = Masked(body, mentions, self.language)
        hits = [*self._sourced(placed(masked, field), mentions), *_phrased(masked, mentions, self.language)]
        found = _credits(masked, mentions, hits, field, self.language)
        return [*found, *taken_up(body, mentions, found, self.language, about)] if field == "text" else found

    def _whose(self, body: str, mentions: list[Mention]) -> list[Mention]:
        """Short mastheads get their owner: "the Star" is the publisher's own if that is the Toronto Star, else that of a longer name in
        the same text; a word nobody owns is no name."""
        named = [self.publisher or "", *(other.name for other in mentions if not other.short)]
        kept = []
        for mention in mentions:
            owner = self._owner(mention.name, named) if mention.short else None
            if self.publisher and mention.name != self.publisher and _names_publisher(body, mention, self.publisher):
                kept.append(replace(mention, name=self.publisher, ambiguous=False, listed=True))  # "RTL" in RTL is no other RTL
            elif mention.ambiguous and mention.name == self.publisher:
                kept.append(replace(mention, ambiguous=False))  # who writes "Time" in Time means Time
            elif owner:
                kept.append(replace(mention, name=owner, ambiguous=False, listed=True))
            elif not mention.listed and (known := self.outlets.by_name(mention.name)):
                kept.append(replace(mention, name=known.name, listed=True, ambiguous=False))
            elif mention.listed or not mention.short or " " in mention.name:
                kept.append(mention)
        return kept

    def _owner(self, short: str, named: Sequence[str]) -> str | None:
        """Who is meant by a shortened name: the publisher or a longer name of the same text, else the one outlet that may be called so."""
        if near := next((name for name in named if is_short_for(short, name)), None):
            return near
        known = self.finder.shortened.get(short, [])
        return known[0] if len(known) == 1 else None

    def _sourced(self, hits: list[Hit], mentions: list[Mention]) -> list[Hit]:
        """ "Source: dpa" under a text says that it is the agency's; "Source: Le Soir", that it rests on the paper."""
        kinds = {True: "tail", False: "via"}
        return [
            replace(hit, kind=kinds[self.outlets.kind(mentions[hit.mention].name) == "wire"]) if hit.kind == "source" else hit
            for hit in hits
        ]


_NICKNAME = re.compile(r"[«“„\"] ?([A-ZÀ-Þ][\w-]{3,}) ?[»”“\"]")


def _with_nickname(body: str, mentions: list[Mention], publisher: str | None) -> list[Mention]:
    """Also where the publisher goes by one word of its name: "le bec du « Canard »" in Le Canard enchaîné."""
    if not publisher or " " not in publisher:
        return mentions
    parts = frozenset(publisher.split())
    extra = [Mention(found.start(1), found.end(1), publisher, PRESS) for found in _NICKNAME.finditer(body) if found[1] in parts]
    extra = [mine for mine in extra if not any(other.start < mine.end and mine.start < other.end for other in mentions)]
    return sorted((*mentions, *extra), key=lambda mention: mention.start) if extra else mentions


def _names_publisher(body: str, mention: Mention, publisher: str) -> bool:
    """The publisher as its own text writes it: in full, abbreviated (APA in APAnews), declined («Нашей Нивы»)."""
    words = body[mention.start : mention.end]
    if publisher.casefold() in (words.casefold(), words.casefold().rpartition(".")[0]) or (
        words.isupper() and len(words) > 2 and publisher.startswith(words)
    ):
        return True
    return not mention.listed and not words.isascii() and words in forms(publisher)


_BARE = frozenset({"AFP"})  #: never "the AFP" in English: with the article it is the Australian Federal Police


def _stands_for_another(mention: Mention, body: str, outlets: Outlets) -> bool:
    """A short name whose letters are spelled out in the text as something else: AFP, the Australian Federal Police."""
    short = body[mention.start : mention.end]
    if len(short) > 4 or not short.isupper() or not short.isascii() or len(short) < 2:
        return False
    if (
        short in _BARE
        and re.search(r"\bthe $", body[max(0, mention.start - 4) : mention.start].lower())
        and not re.match(" news| agency", body[mention.end :])
    ):
        return True
    first, *others = (rf"{letter}[^\W\d_A-Z]+" for letter in short)
    opening = rf"{first[0]}(?<!\w\w){first[1:]}"  # that begins a word; said behind the letter, which is looked for faster than the place
    letters = r"(?: (?:of|for|and|the|de|des|du|della|für|und))?[ -]".join((opening, *others))
    return any(outlets.canonical(full[0]) != mention.name for full in re.finditer(rf"{letters}\b", body))


def _shared(mention: Mention, body: str) -> Mention:
    """ "The Coast Guard" of a text that says nothing of the United States is nobody's on the list."""
    words = body[mention.start : mention.end].removeprefix("The ")
    shown = creditwords.shared().get(words)
    return replace(mention, name=words, listed=False) if shown and not shown.search(body) else mention


def _phrased(masked: Masked, mentions: list[Mention], language: str | None) -> list[Hit]:
    """Phrases round the names; none reaches out of its sentence."""
    words = creditwords.phrases(language or "en")
    hits: list[Hit] = []
    tried: set[int] = set()
    for number, place in enumerate(masked.places):
        first, last = masked.span(mentions[number].start)
        starts = [found.start() for found in _BEGIN.finditer(masked.text, max(first, place - 130), place)][-_REACH:]
        for start in starts:
            if start in tried:
                continue
            tried.add(start)
            match = words.leading.match(masked.text, start, last)
            if match:
                hits.append(_hit(masked, match))
        after = words.trailing.match(masked.text, place, last)
        if after:
            kind = creditwords.kind(after)
            told_to = kind == "reported" and mentions[number].oblique and language in ("ru", "uk")
            hits.append(Hit("told" if told_to else kind, number, place, after.end()))
    return hits


def _hit(masked: Masked, match: re.Match[str]) -> Hit:
    slots = [found.start() for found in _SLOT.finditer(masked.text, match.start(), match.end())]
    return Hit(creditwords.kind(match), masked.places.index(slots[-1]), match.start(), match.end())


def _credits(masked: Masked, mentions: list[Mention], hits: list[Hit], field: str, language: str | None) -> list[Credit]:
    """One credit a mention: its most telling hit; a chain inside a sentence names its end and what lies between."""
    chosen: dict[int, Hit] = {}
    hits = [
        hit
        for hit in hits
        if mentions[hit.mention].listed
        or mentions[hit.mention].mark != BODY
        or creditwords.published().search(masked.text, max(0, hit.start - 60), hit.end + 60)
    ]
    for one in sorted(hits, key=lambda hit: (_RANK.get(hit.kind, 99), -(hit.end - hit.start))):
        if _allowed(one, mentions[one.mention]):
            chosen.setdefault(one.mention, _unsaid(one, masked))
    found = []
    earlier = creditwords.phrases(language or "en").earlier
    _pair(chosen, masked)
    whole = {number: _exact(*masked.words(hit.start, hit.end)) for number, hit in chosen.items()}
    limit = max(_LEAD, len(masked.original) * 3 // 10)
    for number, mention in enumerate(mentions):
        if (hit := chosen.get(number)) is None:
            if not mention.ambiguous and mention.listed:
                name = masked.original[mention.start : mention.end]
                found.append(
                    Credit(outlet=mention.name, pattern="subject", words=name, field=field, start=mention.start, lead=mention.start < limit)
                )
            continue
        start, words = whole[number]
        here = next((span for span in masked.sentences if span[0] <= mention.start < span[1]), (0, 0))
        via = _between(number, here, chosen, mentions) if hit.kind in CHAIN else ()
        old = hit.kind in CHAIN and _some_time_ago(masked.original, here, start, start + len(words), earlier)
        lead = field == "title" or start < limit
        found.append(Credit(outlet=mention.name, pattern=hit.kind, words=words, field=field, start=start, lead=lead, via=via, earlier=old))
    return found


_RANK = {kind: rank for rank, kind in enumerate(creditwords.ORDER)}


def _allowed(hit: Hit, mention: Mention) -> bool:
    if mention.ambiguous:
        return hit.kind in {"told", "according", "citing", "first", "via", "dateline"}
    if mention.mark != PRESS and hit.kind in {"tail", "byline", "dateline", "with"}:
        return False
    if mention.listed:
        return True
    if mention.mark == BODY:
        return hit.kind in {"statement", "deny"}
    return hit.kind not in {"photo", "statement", "headline", "with", "asked", "tail", "byline", "dateline"}


_DATED = re.compile(r"(?:in|im|en|в|у) |.*\d", re.IGNORECASE)


def _some_time_ago(body: str, here: tuple[int, int], start: int, end: int, earlier: re.Pattern[str]) -> bool:
    """Words of an earlier time close by. Before the credit a month or year is that of the event, and so is what a comma parts from it
    inside the sentence: "three hundred short this summer, the CBC reports"."""
    after = earlier.search(body, start, min(here[1], end + 16))
    before = earlier.search(body, max(here[0], start - 30), start)
    if before and (_DATED.match(before[0]) or (before.start() > here[0] + 3 and "," in body[before.end() : start + 1])):
        before = None
    return bool(after or before)


def _pair(chosen: dict[int, Hit], masked: Masked) -> None:
    """Names joined by "and" share their words."""
    for number in range(1, len(masked.places)):
        if masked.places[number] == masked.places[number - 1] and number - 1 in chosen and number not in chosen:
            chosen[number] = replace(chosen[number - 1], mention=number)


_NEGATED = re.compile(
    r"(?:\bnot(?: yet)?(?: be)?|n['’]t(?: be)?|\bunable to(?: be)?|\b(?:declined|refused|failed) to(?: be)?|\bnicht|\bn['’]a (?:pas|pu)|\bno (?:pudo|pudieron|ha podido|quiso)"
    r"|\bне (?:удалось|смог\w*|стал\w*))(?: (?:immediately|independently|sofort|unabhängig|comment))*(?: (?:be|ser|être))? ?\Z"
)


_STAFF_HERE = re.compile(
    r"journal|report|corresp|photogr|crew|editor|camera|redakt|korresp|period|corresponsal|équipe|equipo|team|fot[óo]gr|журнал|корресп|кореспонд|фотогр|редакт|репорт"
)
#: What is done to an outlet's people makes it the news: "a journalist of Al Jazeera was killed".
_HARMED = re.compile(
    r"(?:journalist|reporter|correspondent|photographer|crew|editor|cameram[ae]n|team)s? (?:[\w\ue000-\ue002’'-]+ ){0,6}?(?:was |were |has been |have been |is being )?(?:killed|attacked|harassed|threatened|assaulted|shot|arrested|detained|wounded|injured|jailed|sentenced|expelled|fired|released|freed|charged|abducted|beaten)"
    r"|(?:journalist|reporter|korrespondent|redakteur|team)\w* (?:[\w\ue000-\ue002-]+ ){0,8}?(?:angegriffen|attackiert|bedrängt|bedroht|gestürzt|zusammengeschlagen|getötet|verhaftet|festgenommen|verletzt|verurteilt|ausgewiesen|freigelassen|entlassen)"
    r"|(?:journaliste|reporter|correspondant|photographe|équipe)\w* (?:[\w\ue000-\ue002’'-]+ ){0,6}?(?:bousculée?s?|agressée?s?|prise?s? à partie|molestée?s?|menacée?s?|tuée?s?|arrêtée?s?|blessée?s?|condamnée?s?|expulsée?s?|libérée?s?|interpellée?s?)\b"
    r"|(?:periodista|reporter[oa]|corresponsal|fotógraf[oa]|equipo)s? (?:[\w\ue000-\ue002-]+ ){0,6}?(?:agredid|golpead|amenazad|retenid|asesinad|detenid|herid|condenad|expulsad|liberad|secuestrad)[oa]"
    r"|(?:журналист|корреспондент|фотограф|редактор|репорт[её]р)\w* (?:[\w\ue000-\ue002«»-]+ ){0,8}?(?:избил|приговор|арест|задерж|уби(?:т|ли)|ранен|погиб|осу[жд]|осудил|обвин|оштраф|уволи|освобо|изби|объяв)"
    r"|(?:приговор|арест|задержа|уби|ранил|осуди|обвин|оштраф|уволи|освобо|изби)\w* (?:[\w-]+ ){0,4}?(?:журналист|корреспондент|фотограф|редактор|репорт[её]р)"
    r"|(?:журналіст|кореспондент|фотограф|редактор|репортер)\w* (?:[\w\ue000-\ue002«»-]+ ){0,8}?(?:арешт|затрим|вби|поран|загину|засуд|звинувач|оштраф|звільн|поби)"
    r"|(?:арешт|затрим|вби|поран|засуд|звинувач|оштраф|звільн|поби)\w* (?:[\w-]+ ){0,4}?(?:журналіст|кореспондент|фотограф|редактор|репортер)"
)


def _unsaid(hit: Hit, masked: Masked) -> Hit:
    """ "Could not be verified by X", "declined to comment to X" show who asked, not that X has it."""
    if (
        hit.kind == "work"
        and _STAFF_HERE.search(masked.text, hit.start, hit.end)
        and _HARMED.search(masked.text, *masked.span(masked.words(hit.start, hit.end)[0]))
    ):
        return replace(hit, kind="subject")
    if hit.kind in ("told", "work") and _NEGATED.search(masked.text, max(0, hit.start - 40), hit.start):
        return replace(hit, kind="asked")
    return hit


def _exact(start: int, _: int, words: str) -> tuple[int, str]:
    """Where the words of a credit begin, and they, without what only closes the sentence or quotation before them."""
    trimmed = words.strip(" ,;:\n").lstrip('.)]”"» ') if len(words) > 3 else words
    return start + words.find(trimmed), trimmed


def _between(number: int, here: tuple[int, int], chosen: dict[int, Hit], mentions: list[Mention]) -> tuple[str, ...]:
    """The outlets that hand on, in the same sentence, what this one reported; () unless this one is the last of the chain."""
    links = (*CHAIN, "through", "statement")
    beside = [other for other in chosen if other != number and here[0] <= mentions[other].start < here[1] and chosen[other].kind in links]
    mine = _strength(chosen[number].kind)
    handed = [mentions[other].name for other in beside if _strength(chosen[other].kind) > mine]
    return tuple(dict.fromkeys(name for name in handed if name != mentions[number].name))


def _strength(kind: str) -> int:
    return {
        "citing": 0,
        "told": 1,
        "work": 1,
        "first": 2,
        "statement": 2,
        "reported": 4,
        "according": 4,
        "headline": 5,
        "via": 5,
        "through": 6,
    }.get(kind, 9)


# ── authors ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_AND = re.compile(r"\s*(?:[,/|;&+]| and | und | et | y | with | mit | avec | con )\s*", re.IGNORECASE)
_STAFF = re.compile(r"\b(?:staff|newsroom|news desk|redaktion|online|staff writers?|reporters?)\b", re.IGNORECASE)


def _authors(draft: Draft | Item, outlets: Outlets) -> Iterable[Credit]:
    """Bylines that are outlets: "AFP", "Reuters staff", "dpa/lnw", "By Jane Doe, Associated Press"."""
    for author in draft.authors:
        for part in _AND.split(re.sub(r"^(?:by|von|par|por)\s+", "", author.strip(), flags=re.IGNORECASE)):
            known = outlets.by_name(part) or outlets.by_name(_STAFF.sub("", part).strip())
            if known and (fold(part) != fold(draft.outlet or "")):
                yield Credit(outlet=known.name, pattern="byline", words=author, field="author", start=0, lead=True)
