"""Mends the bytes of feeds before they are parsed: compression, character set, junk before the document, bare ampersands, undeclared
prefixes, DOCTYPEs, documents that were cut off.

What is mended here, the strict parser reads; feedparser's loose one, which it would fall back to, turns "AT&T" into "AT&T;" and is
quadratic on several inputs. Every step takes time linear in the size of the document.
"""

import codecs
import html.entities
import re
import zlib
from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate, errors

MAX_BODY = 20_000_000  #: bytes after decompression

# ── bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def unpack(body: bytes, limit: int = MAX_BODY) -> bytes:
    """Undoes gzip that the transport did not undo, twice at most; what exceeds `limit` is cut off there."""
    for _ in range(2):
        if body[:3] != b"\x1f\x8b\x08":
            break
        try:
            body = zlib.decompressobj(31).decompress(body, limit)
        except zlib.error:
            break
    return body


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00", "utf-16-be"), (b"<\x00r\x00", "utf-16-le"), (b"<\x00f\x00", "utf-16-le"), (b"L\x6f\xa7\x94", "cp037"),
)  # fmt: skip
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.I)
#: What a label means on the web (WHATWG Encoding Standard) where Python's codec is narrower.
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_NO_TEXT = frozenset(["utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "undefined"])


def decode(body: bytes, content_type: str = "") -> str:
    """The document's characters: by byte order mark; else as UTF-8 if it is that; else by the label of the HTTP header or the XML
    declaration that fits; else UTF-8 or windows-1252, whichever spoils less. Never raises; wrong bytes become U+FFFD.

    Valid UTF-8 beats labels because text in another encoding is practically never valid UTF-8, while labels are often wrong.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").lstrip("\ufeff")
    labels = _labels(body, content_type)
    if b"\x1b" not in body or not any(label.startswith(("iso2022", "hz")) for label in labels):
        try:
            return body.decode()
        except UnicodeDecodeError:
            pass
    for label in labels:
        try:
            return body.decode(label)
        except (UnicodeError, ValueError):
            continue
    return _guessed(body)


def _labels(body: bytes, content_type: str) -> list[str]:
    header = _CHARSET.search(content_type)
    declared = _DECLARED.search(body[:1000])
    names = [header[1] if header else "", declared[1].decode("ascii") if declared else ""]
    labels = []
    for name in names:
        try:
            info = codecs.lookup(name) if name else None
        except (LookupError, ValueError):
            continue
        if info is not None and info._is_text_encoding and info.name not in _NO_TEXT:
            labels.append(_WIDER.get(info.name, info.name))
    return [label for label in labels if not label.startswith(("utf-16", "utf-32"))]


def _guessed(body: bytes) -> str:
    as_utf8 = body.decode("utf-8", "replace")
    spoiled = as_utf8.count("\ufffd")
    high = sum(map(len, re.findall(rb"[\xc2-\xf4][\x80-\xbf]", body)))
    return as_utf8 if high >= 4 * spoiled else body.decode("cp1252", "replace")


# ── characters ──────────────────────────────────────────────────────────────────────────────────────────────────────

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|feed|rdf|channel|opml|html|urlset|sitemapindex)(?=[\s>/])|<\?xml|<!doctype", re.I)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}>")
_COMMENT_OR_SPACE = re.compile(r"(?:\s+|<!--.*?-->|<\?(?!xml[\s?])[^>]*\?>)*", re.S)
_SIMPLE_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,40})\s+(?:\"([^\"&%<]{0,500})\"|'([^'&%<]{0,500})')\s*>")


def prepare(body: bytes, content_type: str = "") -> str:
    """The document as text that begins with its root element: decoded, without characters XML forbids, without XML declaration,
    DOCTYPE or whatever a broken server printed before them."""
    text = decode(body, content_type)
    if _ILLEGAL.search(text):
        text = _ILLEGAL.sub("", text)
    return _headless(text)


def _headless(text: str) -> str:
    text = text.lstrip(" \t\r\n\ufeff")
    entities: dict[str, str] = {}
    for _ in range(4):
        declaration = _DECLARATION.match(text)
        if declaration:
            text = text[declaration.end() :].lstrip()
        start = _COMMENT_OR_SPACE.match(text)
        text = text[start.end() :] if start else text
        if text[:9].lower() == "<!doctype":
            text, found = _undoctyped(text)
            entities |= found
        elif not text.startswith("<?xml"):
            break
    if not text.startswith("<") or not _ROOT.match(text):
        root = _ROOT.search(text)
        if root and root.start() and not text.startswith("{") and _junk(text[: root.start()]):
            return _headless(text[root.start() :])
    return _substituted(text, entities) if entities else text


def _junk(before: str) -> bool:
    """Whether this may stand before a document by mistake: words, a stray tag or two, but not another document."""
    return len(before) <= 20_000 and not before.lstrip().startswith(("<html", "<HTML", "%PDF"))


def _undoctyped(text: str) -> tuple[str, dict[str, str]]:
    """Without the DOCTYPE at its start; and the plain-text entities that it defines. All others, external ones above all, are void."""
    bracket, end = text.find("[", 0, 2000), text.find(">")
    if end < 0:
        return "", {}
    if 0 <= bracket < end:
        close = re.compile(r"\]\s*>").search(text, bracket)
        if close is None:
            return text[end + 1 :], {}
        found = _SIMPLE_ENTITY.findall(text, bracket, min(close.end(), bracket + 50_000))
        return text[close.end() :], {name: one or two for name, one, two in found[:200]}
    return text[end + 1 :], {}


def _substituted(text: str, entities: dict[str, str]) -> str:
    """Entities of the document's own put in, each as plain characters; at most 10,000 uses."""

    def value(found: re.Match[str]) -> str:
        own = entities.get(found[1])
        return found[0] if own is None else own

    return re.sub(r"&([A-Za-z_][\w.-]{0,40});", value, text, count=10_000)


# ── well-formed? ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Fault:
    """Where strict reading stops, and whether because the document does."""

    offset: int
    code: int
    ended: bool  #: the document was cut off


_ENDED = frozenset(
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        errors.XML_ERROR_PARTIAL_CHAR,
    )
)


def fault(document: bytes) -> Fault | None:
    """The first error that a strict, namespace-aware parser finds in this UTF-8 document; None if it is well-formed."""
    parser = ParserCreate("utf-8", namespace_separator=" ")
    try:
        parser.Parse(document, True)
    except ExpatError as error:
        return Fault(parser.ErrorByteIndex, error.code, error.code in _ENDED)
    except ValueError:
        return Fault(0, 0, False)
    return None


_CDATA = re.compile(r"(<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*))", re.S)  # what is never closed takes the rest: else quadratic
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(\d{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):|\s([A-Za-z_][\w.-]{0,40}):[\w.-]{1,60}\s*=\s*[\"']")
_STRAY = re.compile(r"<(?![A-Za-z_/!?])")
_ROOT_TAG = re.compile(r"<[A-Za-z_][^\s/>]*")
_UNQUOTED = re.compile(r"(\s[A-Za-z_][\w:.-]{0,40})=([^\s\"'<>=]{1,100})(?=[\s/]|\Z)")


def mend(text: str) -> str:
    """An ill-formed document with what can be said for sure put right: bare ampersands and "<", HTML's entities, undeclared prefixes,
    an unquoted attribute of the root."""
    pieces = _CDATA.split(text) if "<![CDATA[" in text or "<!--" in text else [text]
    for at in range(0, len(pieces), 2):
        piece = pieces[at]
        if "&" in piece:
            piece = _AMPERSAND.sub(_reference, piece)
        pieces[at] = _STRAY.sub("&lt;", piece)
    return _declared("".join(pieces))


def _reference(found: re.Match[str]) -> str:
    number, name = found[1], found[2]
    if number:
        point = int(number[1:], 16) if number[0] in "xX" else int(number)
        legal = point in (9, 10, 13) or 32 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0x10000 <= point < 0x110000
        return found[0] if legal else ""
    if name:
        known = html.entities.html5.get(name + ";")
        return "".join(f"&#{ord(char)};" for char in known) if known else f"&amp;{name};"
    return "&amp;" + found[0][1:]


_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/", "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "media": "http://search.yahoo.com/mrss/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/", "sy": "http://purl.org/rss/1.0/modules/syndication/", "wfw": "http://wellformedweb.org/CommentAPI/",
    "dcterms": "http://purl.org/dc/terms/", "rss": "http://purl.org/rss/1.0/", "xhtml": "http://www.w3.org/1999/xhtml", "georss": "http://www.georss.org/georss",
}  # fmt: skip


def _declared(text: str) -> str:
    """With a declaration for every prefix in use; prefixes whose meaning nobody knows get a name of their own."""
    root = _ROOT_TAG.match(text)
    if root is None:
        return text
    end = text.find(">", root.end())
    tag = _UNQUOTED.sub(r'\1="\2"', text[root.end() : end]) if end > 0 else ""
    used = {first or second for first, second in _PREFIX.findall(text)} - {"xml", "xmlns"}
    if len(used) > 100:  # each costs a search through the text, and no honest feed has so many
        return text
    missing = sorted(prefix for prefix in used if f"xmlns:{prefix}" not in text)
    extra = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix.lower(), "urn:undeclared:" + prefix)}"' for prefix in missing)
    return text[: root.end()] + extra + tag + text[max(end, root.end()) :]


_LAST_ENTRY = re.compile(r"</(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)\s*>", re.I)
_CLOSING = re.compile(r"</(?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|feed|rdf)\s*>", re.I)
_TAG = re.compile(r"<(/?)([A-Za-z_][^\s/<>]{0,80})[^<>]*?(/?)>")


def completed(text: str) -> str | None:
    """A document that was cut off, closed behind its last whole entry; None if it was not cut off. Without a whole entry it is closed
    before the first one that began."""
    if _CLOSING.search(text, max(0, len(text) - 2000)):
        return None
    ends = [found.end() for found in _LAST_ENTRY.finditer(text)]
    first = re.search(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)[\s>]", text, re.I)
    kept = text[: ends[-1]] if ends else text[: first.start()] if first else text[: text.rfind("<")]
    before = kept[: first.start()] if first else kept
    open_tags: list[str] = []
    for closing, name, empty in _TAG.findall(_CDATA.sub("", before)):
        if closing and name in open_tags:
            del open_tags[len(open_tags) - 1 - open_tags[::-1].index(name) :]
        elif not closing and not empty and len(open_tags) < 200:
            open_tags.append(name)
    return kept + "".join(f"</{name}>" for name in reversed(open_tags))
