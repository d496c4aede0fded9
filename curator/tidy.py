"""Takes out of an article's text what is not the article: its title again at the start, captions and credits of images, headlines of other
stories glued in without a space or a stop, "Read more", pleas to subscribe, rows of share buttons.

Removes whole lines and whole sentences, never words of one, and keeps what it is not sure of. Republished pages glue such pieces between
sentences ("…about the drones.A drone on display in Tehran on June 28, 2021. Photo: AFPThe officials …"), which would credit wrong outlets.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import ahocorasick_rs

from curator import shipped

_PARAGRAPH = 32  #: words from which a line is a paragraph, whatever it begins with
_CAPTION = 45  #: words a caption has at most
_ROUNDS = 4
_MOST_CREDITS = 40  #: taken out of one line: after each the line is read again

#: Literal words, one of which every credit of an image holds.
_PICTURED = ("photo", "pic:", "pic/", "picture", "image", "credit", "illustration", "video", "screenshot", "foto", "bild", "grafik", "crédit", "imagen", "crédito", "фото", "снимок", "видео", "иллюстрация", "світлина", "відео", "ілюстрація")  # fmt: skip
#: The same of credits that stand inside a paragraph.
GLUED = ("photo", "pic", "image", "credit", "illustration", "video", "screenshot", "foto", "bild", "grafik", "crédit", "imagen", "фото", "снимок", "видео", "иллюстрация", "світлина", "відео", "ілюстрація", "getty images", "reuters/")  # fmt: skip
_AGENCY_TAILS = ("/ap", "/afp", "/epa", "/dpa", "/pa", "| ap", "| afp", "| epa", "| dpa", "/ afp", "/ ap", "– ap", "— ap", "- afp", "(ap", "(afp", "(epa", "(dpa", "(reuters", "shutterstock", "alamy", "imago", "alliance", "istock", "maxar", "planet labs", "wikimedia", "unsplash", "handout", "courtesy", "efe/", "afp/", "epa/", "dpa/", "/efe", "/ efe", "| reuters", "/reuters", "archiv")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    line: re.Pattern[str]  #: for a line in lower case: without regard to case it would take twice as long, to make and to match
    credit: re.Pattern[str]
    credited: re.Pattern[str]
    caption: re.Pattern[str]
    reporting: re.Pattern[str]
    hint: re.Pattern[str]
    picture: ahocorasick_rs.AhoCorasick
    glued: ahocorasick_rs.AhoCorasick


@cache
def _words() -> _Words:
    data = shipped.toml("clutter.toml")
    agencies, pictures = "|".join(data["agencies"]), "|".join(data["pictures"])
    sources = rf"(?:{agencies})(?:\s?[/,]\s?(?:{agencies})){{0,3}}"  # no more: "Reuters/Name" may be read in two ways, a row of them in 2ⁿ
    return _Words(
        line=re.compile(rf"[\s\[(►▶→•*·»›>–—-]{{0,6}}(?:{'|'.join(data['lines'])})"),
        credit=re.compile(rf"(?<!\w)(?i:{pictures})(?i:\s(?:by|credit|courtesy of|via))?\s?[:/]\s?(?:[^.:\n]{{0,60}}?[ /])?(?i:{sources})(?=[A-ZА-ЯЁІЇЄ“«\"][\wа-яёіїє]|[\s.,)\]]|$)|(?<!\w)(?:(?:AFP/)?Getty Images|REUTERS/[\w’'-]+(?: [A-Z][\w’'-]+?)??|AP Photo/[\w’'-]+(?: [A-Z][\w’'-]+?)??|AFP via Getty Images)(?=[A-ZА-ЯЁ“«\"]\w|[.)\]]?\s*$)"),
        credited=re.compile(rf"(?:(?i:{pictures})\s?[:/].{{0,80}}|[(\[/|–—-]\s?(?i:{sources})[)\]]?|\((?i:{pictures})[^)]{{0,60}}\)|(?:©|\(c\)).{{0,60}}|(?i:{sources})\s?/\s?[A-ZÀ-ÞА-ЯІЇЄҐ][\w.’-]+(?: [A-ZÀ-ÞА-ЯІЇЄҐ][\w.’-]+){{1,2}}|REUTERS/[\w .’'-]{{3,40}}|AP Photo[\w /.’'-]{{0,40}}|Getty Images)[.)\s]*$"),
        caption=re.compile("|".join(data["captions"]), re.IGNORECASE),
        reporting=re.compile(data["reporting"], re.IGNORECASE),
        hint=re.compile(r"[A-ZА-ЯЁІЇЄҐÀ-Þ“«](?:(?<=[a-zа-яёіїє.!?”»\")].)|(?<=[A-Z])[A-Z]{2}[a-z])"),
        picture=ahocorasick_rs.AhoCorasick([*_PICTURED, "getty", "reuters/", "ap photo", "©", "(c)", *_AGENCY_TAILS]),
        glued=ahocorasick_rs.AhoCorasick(GLUED),
    )  # fmt: skip


def tidy(title: str, text: str, *, known_titles: Iterable[str] = ()) -> str:
    """The text without what does not belong to it. Whoever knows the titles of other items may give them: lines equal to one go."""
    if not text:
        return text
    others = {_bare(other) for other in known_titles}
    for _ in range(_ROUNDS):
        marked = _is_marked(text)
        lines = [kept for line in _unlinked(_untitled(title, text.split("\n"))) if (kept := _line(line, others, marked=marked)) is not None]
        now = "\n".join(lines).strip()
        if now == text or not now:
            break
        text = now
    return text


def _bare(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


# ── the title ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _untitled(title: str, lines: list[str]) -> list[str]:
    """Without the title where it opens the text, as a line of its own or in front of the first sentence."""
    bare = _bare(title)
    if len(bare.split()) < 3:
        return lines
    rest = list(lines)
    while len([line for line in rest if line.strip()]) > 1 and (_bare(rest[0]) == bare or not rest[0].strip()):
        rest.pop(0)
    if rest and rest[0].startswith(title) and len(rest[0]) > len(title) + 20:
        after = rest[0][len(title) :]
        if re.match(r"(?:\s*[.:–—-])?\s+[A-ZА-ЯЁІЇЄҐÀ-Þ“«\"(\d]", after) and title[-1:] not in ",;":
            rest[0] = after.lstrip(" .:–—-")
    return rest


def _unlinked(lines: list[str]) -> list[str]:
    """Without what stands under a heading like "Mehr zum Thema" at the end: nothing but headlines."""
    for at, line in enumerate(lines):
        heading = line.strip().rstrip(":")
        if 0 < at < len(lines) - 1 and 0 < heading.count(" ") < 5 and _words().line.match(heading.lower()):
            rest = [other.strip() for other in lines[at + 1 :] if other.strip()]
            if rest and all(1 < other.count(" ") < 22 and other[-1] not in '.!?…”"»)];:,“' for other in rest):
                return lines[:at]
    return lines


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_marked(text: str) -> bool:
    """Is there anything that hangs together without a space, or a word of pictures? Most texts hold neither."""
    words = _words()
    return words.hint.search(text) is not None or bool(words.picture.find_matches_as_indexes(text.lower()))


def _line(line: str, others: set[str], *, marked: bool) -> str | None:
    """The line as it stays; None: it goes."""
    stripped = line.strip()
    if not stripped:
        return line
    count = stripped.count(" ") + 1
    words = _words()
    if count < _PARAGRAPH and words.line.match(stripped.lower()):
        return None
    line = _TEASER.sub("", line) if ":" in line else line
    pictured = marked and bool(words.picture.find_matches_as_indexes(line.lower()))
    if pictured and count < _CAPTION and _caption_line(stripped, count):
        return None
    if others and count < _PARAGRAPH and _bare(stripped) in others:
        return None
    glued = marked and (words.hint.search(line) or (pictured and words.credit.search(line)))
    return _unglued(line, others) if glued else line


#: A pointer to another story at the end of a paragraph, which is no sentence.
_TEASER = re.compile(
    r"(?<=[.!?»”\"]) (?:read (?:more|also)|see also|lesen sie auch|mehr dazu|(?:à )?lire (?:aussi|également)|le[ea] también|читайте (?:также|ещё|еще|також|ще))"
    r"\s?:\s[^.!?\n]{8,140}$",
    re.IGNORECASE,
)


def _caption_line(line: str, count: int) -> bool:
    """A line that ends in the credit of a picture. One of few words must speak of a picture: "© Jiji" and "mau/dpa" credit the text."""
    words = _words()
    lower = line.lower()
    if "copyright" in lower or "all rights reserved" in lower:
        return False  # whose text it is
    if count < 5 and not any(word in lower for word in (*_PICTURED, "getty", "reuters/", "ap photo")):
        return False
    return bool(words.credited.search(line)) and not _goes_on(line) and not words.reporting.search(line)


def _goes_on(line: str) -> bool:
    """A line that ends in "(Reuters)" credits the text, not a picture; and after a credit glued into it the article may go on."""
    credit = _words().credit.search(line)
    if credit and len(line) - credit.end() > 15:
        return True
    wire = re.search(r"[(\[/]\s?[^()\[\]/]{2,30}[)\]/][.\s]*$", line)
    if re.search(r"\((?:[A-ZÀ-ÞА-ЯІЇЄҐ][\w.’-]+ ){1,3}?[A-ZÀ-ÞА-ЯІЇЄҐ][\w.’-]+\s?/[^()/]{2,30}\)[.\s]*$", line):
        return False  # a photographer's name before the agency
    return bool(wire) and not re.search(r"(?i)\b(?:photo|foto|image|bild|фото|getty)", line)


# ── inside a paragraph ──────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _joint() -> re.Pattern[str]:
    """The end of a sentence into which the next one is glued. It begins with one character of a few, for these are looked for fast."""
    joined = "|".join(shipped.toml("clutter.toml")["joined"])
    return re.compile(
        rf"[.!?”»](?:(?<=[\w”\"»)].)(?<![A-ZА-Я]\.)(?=[“«\"]?[A-ZА-ЯЁІЇЄҐÀ-Þ](?!(?i:\w{{0,9}}\b)(?<=\.)))|(?<=[A-Z]{{2}}\.)(?=[A-Z][\w’'-]+ [a-z]))(?!(?i:{joined})\b)"
    )


def _joints(text: str) -> list[int]:
    """Where sentences are glued together: behind the end of each."""
    return [joint.end() for joint in _joint().finditer(text) if _apart(text, joint.end())]


def _unglued(line: str, others: set[str]) -> str:
    """Pieces that hang together without a space: captions with credits go, headlines without a stop go, sentences get their space."""
    line = _without_credits(line) if _words().glued.find_matches_as_indexes(line.lower()) else line
    cuts = [0, *_joints(line), len(line)]
    pieces = [line[a:b] for a, b in pairwise(cuts)]
    kept = []
    for number, piece in enumerate(pieces):
        glued = number > 0
        if glued and _bare(piece) in others:
            continue
        if glued and number == len(pieces) - 1 and _headline(piece):
            continue
        kept.append(_without_caption(piece) if glued else piece)
    return " ".join(piece.strip() for piece in kept if piece.strip())


def _apart(line: str, at: int) -> bool:
    """Two sentences, not a name or an address with a dot in it: the word before is no initial, what follows goes on with a space."""
    before = re.search(r"[\w’'-]+[.!?”»\")]+$", line[max(0, at - 30) : at])
    after = re.match(r"[“«\"]?[\w’'-]+[\s,:]", line[at : at + 40])
    return bool(
        before
        and after
        and len(before[0]) > 3
        and "@" not in line[max(0, at - 40) : at].rsplit(" ", 1)[-1]
        and "/" not in line[max(0, at - 40) : at].rsplit(" ", 1)[-1]
    )


def _headline(piece: str) -> bool:
    """A last piece without a full stop: another story's headline. A text that was cut off ends in "…", or far from a headline's length."""
    count = piece.count(" ") + 1
    return 3 < count < 22 and piece.rstrip()[-1:] not in '.!?…”"»)];:,“' and not piece.rstrip().endswith("...")


def _without_caption(piece: str) -> str:
    """Drops the first sentence of a glued piece if it is a caption."""
    match = re.match(r"[^.!?]{10,400}?(?:\d{4}|\w{3,}|\))[.!?](?=\s|$)", piece)
    if match is None or match[0].count(" ") >= _CAPTION:
        return piece
    words = _words()
    return piece[match.end() :].lstrip() if words.caption.search(match[0]) and not words.reporting.search(match[0]) else piece


def _without_credits(line: str) -> str:
    """Credits of images inside a paragraph, with the caption before them: back to where it was glued in, or its one sentence."""
    words = _words()
    for _ in range(_MOST_CREDITS):
        match = words.credit.search(line)
        if match is None:
            break
        before, after = line[: match.start()], line[match.end() :].lstrip(" .)]")
        joints = _joints(before)
        if joints and before[joints[-1] :].count(" ") < _CAPTION and not words.reporting.search(before[joints[-1] :]):
            before = before[: joints[-1]]
        else:
            sentence = re.search(r"(?:(?<=[.!?”»])\s|^)[^.!?]{5,200}[.!?]?\s*[(\[]?$", before)
            if sentence and words.caption.search(sentence[0]) and not words.reporting.search(sentence[0]):
                before = before[: sentence.start()]
        headline = re.fullmatch(r"[^.!?…]{12,140}", after)
        rest = "" if headline and line[match.end() : match.end() + 1].isupper() and _headline(after) else after
        line = f"{before.rstrip(' ([')} {rest}".strip()
    return line
