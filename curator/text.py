"""Text from feeds: markup to plain words, safe for terminals, mail headers and pages; words, sentences, excerpts.

Everything here takes any `str`, never raises on one, and needs time linear in its length: each pattern below either stops at the
next angle bracket, eats to the end of the text, or looks at a bounded number of characters.
"""

import html
import re
import unicodedata
from functools import cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# ── safe ────────────────────────────────────────────────────────────────────────────────────────────────────────────

#: Breaks the ordinary way: most text holds none of these, and is then only tidied.
_ODD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_LOOKS_BLANK = "\u2800\u3164\uffa0"  #: empty Braille cell, Hangul fillers: what posts without blanks are spaced with
#: Joiners shape Arabic, Indic scripts and emoji; inside a word in one of these scripts they only hide it from whoever looks for it.
_JOINERS = re.compile("(?<=[\x00-\u052f\u1e00-\u1fff])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\u052f\u1e00-\u1fff])")
_ESCAPES = re.compile(
    "\x1b(?:\\[[0-?]{0,64}[ -/]{0,16}[@-~]|\\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\\\)|[@-Z\\\\-_])|\x9b[0-?]{0,64}[ -/]{0,16}[@-~]"
)


def safe(s: str) -> str:
    """The text without terminal escapes, control characters, direction overrides and invisible characters; white space tidy, NFC.

    Runs of blanks become one blank, runs of line breaks one `\\n`, ends are stripped. Idempotent.
    """
    if not s.isascii():
        if _ODD.search(s):
            s = _cleaned(s)
        if not unicodedata.is_normalized("NFC", s):
            s = unicodedata.normalize("NFC", s)
        if "\u200c" in s or "\u200d" in s:
            s = unicodedata.normalize("NFC", _JOINERS.sub("", s))
    elif not s.isprintable() and _ODD.search(s):
        s = _cleaned(s)
    if "\n" not in s and "\r" not in s:
        return " ".join(s.split())
    rows = [" ".join(row.split()) for row in s.replace("\r", "\n").split("\n")]
    return "\n".join([row for row in rows if row])


def _cleaned(s: str) -> str:
    # A lone ESC that a removed control character would glue to "[" cannot form a sequence: every ESC goes, too.
    s = _ESCAPES.sub("", s) if "\x1b" in s or "\x9b" in s else s
    return _ODD.sub(_replacement, s)


def _replacement(found: re.Match[str]) -> str:
    char = found[0]
    if char in "\x85\u2028\u2029":
        return "\n"
    if char in _LOOKS_BLANK:
        return " "
    return "\ufffd" if "\ud800" <= char <= "\udfff" else ""


def line(s: str) -> str:
    """`safe` on one line: for titles, names, headers."""
    return safe(s).replace("\n", " ")


# ── markup to plain ─────────────────────────────────────────────────────────────────────────────────────────────────

_BLOCKS = _set(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre section summary table tbody tfoot "
    "thead title tr ul"
)
_SPACED = frozenset(["td", "th", "img", "button", "input", "select", "textarea", "audio", "video", "object", "embed"])

#: One step through markup. The order matters: hidden elements whole, ordinary tags, tags with brackets inside their attributes
#: (bounded, so that unclosed quotes cannot make it quadratic), anything else that a browser would take for a tag.
_MARKUP = re.compile(
    r"<!--(?:.*?-->|.*)"
    r"|<!\[CDATA\[|\]\]>"
    r"|<(script|style|iframe|noscript|template|svg|noembed|noframes)(?=[\s/>])[^<>]*+(?:(?<=/)>|>(?:.*?</\1\s*>|.*))"
    r"|</?([a-zA-Z][a-zA-Z0-9:._-]{0,40})(?:[\s/](?:[^<>\"']*+(?:\"[^\"<>]*+\"|'[^'<>]*+')?)*+)?>"
    r"|</?([a-zA-Z][a-zA-Z0-9:._-]{0,40})[\s/][^<>\"']*+(?:(?:\"[^\"]{0,500}+\"|'[^']{0,500}+')[^<>\"']*+){1,12}+>"
    r"|<[a-zA-Z/!?][^<>]*+(?:>|\Z)",
    re.S | re.I,
)
_PRE = re.compile(r"<pre(?=[\s>]).*?(?:</pre|\Z)", re.S | re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_NO_CHARACTER = re.compile(r"&#0*+[1-9]\d{7,};?")
#: Markup that shows itself as text was escaped once too often, if it is more than a single mention of a tag.
_ESCAPED = re.compile(
    r"</(?:p|a|b|i|em|strong|div|span|li|ul|h[1-6]|td|table|blockquote|font)>|<br ?/?>|<(?:a href|img )|\A\s*<(?:p|div)[ >]", re.I
)
_ROUNDS = 3


def plain(markup: str) -> str:
    """HTML, however broken or doubly escaped, as safe plain text; paragraphs parted by one `\\n`.

    Script, style, comments, frames and drawings are dropped; a comment or script that is never closed takes the rest with it, as it
    does in a browser. Text without any tag keeps its blank lines as paragraphs.
    """
    if "<" not in markup and "&" not in markup:
        return safe(_wrapped(markup))
    for _ in range(_ROUNDS):
        tagged = "<" in markup
        markup, tags = _stripped(markup) if tagged else (_wrapped(markup), 0)
        if "&" in markup:
            markup = unescape(markup)
        if not (_ENTITY.search(markup) or (not tags and _ESCAPED.search(markup))):
            break
        if tags:  # real markup was there: what is left are entities escaped twice, not tags
            markup = _ENTITY.sub(lambda found: html.unescape(found[0]), markup)
            break
    return safe(markup)


def unescape(markup: str) -> str:
    """HTML's references resolved, as browsers do it. A number of thousands of digits, on which the standard library fails, is what every
    number beyond Unicode is: U+FFFD."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", markup) if "&#" in markup else markup)


def _wrapped(s: str) -> str:
    """Hard-wrapped text: single line breaks are blanks, empty lines part paragraphs."""
    if "\n" not in s and "\r" not in s:
        return s
    parts = re.split(r"\n\s*?\n", s.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(" ".join(part.split()) for part in parts)


def _stripped(markup: str) -> tuple[str, int]:
    """Without tags, and how many there were."""
    if "<pre" in markup or "<PRE" in markup:
        markup = _PRE.sub(lambda found: found[0].replace("\n", "<br>"), markup)
    elif "\n\n" in markup and not _ESCAPED.search(markup):  # hardly any markup: the blank lines are the paragraphs
        markup = re.sub(r"\n\s*?\n", "<br>", markup)
    return _MARKUP.subn(_instead, " ".join(markup.split()))


def _instead(found: re.Match[str]) -> str:
    name = (found[2] or found[3] or "").lower()
    if name in _BLOCKS:
        return "\n"
    return " " if name in _SPACED else ""


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#: Vowel signs and other marks that belong to words but are no letters for `re`, by block; points of Hebrew and Arabic are dropped instead.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u0f71-\u0fbc\u102b-\u109d\u1712-\u17d3\u3099\u309a"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = f"[{_HAN}]+|(?:[^\\W_{_HAN}]|[{_MARKS}])+"
_UNPARTED = re.compile(f"[\\w{_MARKS}]+")  # the same where no ideograph is, in half the time
_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_IDEOGRAPH = f"[{_HAN}]"


def fold(s: str) -> str:
    """For comparing: NFKC and casefolded, points of Hebrew and Arabic away, white space to single blanks. Idempotent."""
    if s.isascii():
        return " ".join(s.lower().split())
    return " ".join(_folded(s).split())


def _folded(s: str) -> str:
    return _POINTS.sub("", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", s).casefold()))


def words(s: str) -> list[str]:
    """Folded words: runs of letters, marks and digits. Chinese and Japanese, which do not part words, give overlapping pairs of
    characters (a single character alone gives itself), the usual unit of their full-text search."""
    if s.isascii():
        return _ASCII_WORD.findall(s.lower())
    folded = _folded(s)
    if not _compiled(_IDEOGRAPH).search(folded):
        return _UNPARTED.findall(folded.replace("_", " "))
    return [part for word in _compiled(_WORD).findall(folded) for part in _pairs(word)]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Sets of many characters take milliseconds to compile: they are when they are needed."""
    return re.compile(pattern)


def _pairs(word: str) -> list[str]:
    if len(word) < 3 or not _compiled(_IDEOGRAPH).match(word):
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


# ── sentences and excerpts ──────────────────────────────────────────────────────────────────────────────────────────

# Only whole runs are tried, and each once: a text of nothing but full stops would else be looked through from every one of them. The one
# character in front is what is looked for fast.
_END = re.compile(
    r"[.!?…。！？｡؟۔।॥\n](?:(?<=[.!?…])(?<![.!?…].)[.!?…]*+[\"'”’»“‘«)\]]*+(?=\s|\Z)|(?<=[。！？｡])[。！？｡]*+[」』”’）]*|(?<=[؟۔।॥])[؟۔।॥]*|(?<=\n))"
)
_ABBREVIATIONS = _set(
    "adm al approx apr art aug ave bldg brig bros ca capt cf cmdr co col corp cpl dec dept dr e.g eds est etc ext feb fig fr ft gen "
    "gov hon i.e inc jan jr jul jun lt ltd maj mar messrs mr mrs ms mt no nos nov oct p para pp prof pvt rep rev sec sen sep sept sgt "
    "sr st ste supt u.k u.n u.s v vol vs a.m p.m abs bzw bspw d.h dgl evtl ggf mio mrd nr sog tel u.a usw vgl z.b zzgl av bd mme mlle "
    "av env sra srta ud uds ej núm pág sig dott ecc ing on г гг др им напр о обл п пр проф рис руб с см ст стр т тыс ул млн млрд тов"
    " ген зам им ім майк нач полк просп пос вул бул kpt mjr płk ppłk por prok hab inż np tzw doç av yrd د أ"
)
#: A figure may follow these in the same sentence: "в 5 ч. 30 мин."
_UNITS = _set("ч мин сек хв год godz óra str")
_ORDINAL = re.compile(
    r"\s+(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jahrhundert|Armee|Korps|Division|Brigade|Bataillon|Regiment)"
)
_LAST_WORD = re.compile(r"[^\s(\[\"'“”«»]{1,20}\Z")


def sentences(s: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in order, without the white space between. Abbreviations ("Gen.", "z.B."), initials ("J. Smith")
    and numbers ("2.5") do not end one; line breaks always do."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(s):
        if end[0] != "\n" and _goes_on(s, end):
            continue
        _add(spans, s, start, end.end())
        start = end.end()
    _add(spans, s, start, len(s))
    return spans


def _goes_on(s: str, end: re.Match[str]) -> bool:
    following = s[end.end() : end.end() + 2].lstrip()
    if following[:1].islower():
        return True
    if end[0] != ".":
        return False
    word = _LAST_WORD.search(s[max(0, end.start() - 24) : end.start()])
    if word is None:
        return False
    last = word[0]
    if last.isdecimal():
        return len(last) < 3 and _ORDINAL.match(s, end.end()) is not None
    if last.lower() in _UNITS:
        return following[:1].isdigit()
    return (len(last) == 1 and last.isalpha() and last.isupper()) or last.lower() in _ABBREVIATIONS


def _add(spans: list[tuple[int, int]], s: str, start: int, end: int) -> None:
    part = s[start:end]
    begin = start + len(part) - len(part.lstrip())
    finish = begin + len(part.strip())
    if finish > begin:
        spans.append((begin, finish))


_CUT_AT = re.compile(r"\s\S*\Z")


def excerpt(s: str, n: int) -> str:
    """At most n characters on one line, cut between words where there is a space not too far back, with "…" if cut."""
    flat = " ".join(s[: 8 * n + 200].split())
    if len(flat) <= n and len(s) <= 8 * n + 200:
        return flat
    if n < 1:
        return ""
    head = flat[: n - 1]
    at = _CUT_AT.search(head, max(0, len(head) - 60)) if flat[n - 1 : n].strip() else None
    if at and at.start() > 0:
        head = head[: at.start()]
    return head.rstrip(" ,;:–—-") + "…"


def plural(count: int, noun: str, before: str = "") -> str:
    """A count with its English noun: "1 item", "7 items", "2 stories", "3 more feeds" (`before` is "more ")."""
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {before}{noun if count == 1 else many}"


# ── titles ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_INLINE = "a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd mark q s samp script small span strike strong style sub sup tt u var wbr"
_KNOWN = "|".join(sorted(_BLOCKS | _SPACED | frozenset(_INLINE.split()) | {"iframe", "noscript", "svg", "template"}, key=len, reverse=True))
_LITERAL = re.compile(rf"<(?!/?(?:{_KNOWN})(?=[\s/>])|!--|!\[CDATA\[)", re.I)


def headline(markup: str) -> str:
    """A title, which may be HTML or plain text and rarely says which, as safe plain text on one line: HTML's elements are taken out,
    anything else in angle brackets ("Vec<T>", "a < b") stays."""
    if "<" in markup:
        markup = _LITERAL.sub("&lt;", markup)
    return plain(markup).replace("\n", " ")
