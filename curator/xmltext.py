"""Text as it stands in XML, and what feedparser makes of it: references resolved, encodings put right, names apart from addresses."""

import re
from contextlib import suppress

_MAIL = re.compile(  # feedparser's, so that both see the same
    r"[a-zA-Z0-9_\-.+]+@(?:\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|(?:[a-zA-Z0-9\-]+\.)+)(?:[a-zA-Z]{2,4}|[0-9]{1,3})\]?(?:\?subject=\S+)?"
)
_ATTRIBUTE = re.compile(r"\s([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([0-9a-fA-F]+));")
_CHARS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_C1 = re.compile("[\x80-\x9f]")


def named(author: str) -> dict[str, str]:
    """ "jo@example.org (Jo)" as name and address."""
    mail = _MAIL.search(author)
    if mail is None:
        return {"name": author}
    name = author.replace(mail[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
    name = name.removeprefix("(").removesuffix(")").strip()
    return {"name": name, "email": mail[0]} if name else {"email": mail[0]}


def attributes(written: str) -> dict[str, str]:
    """What stands in a start tag behind its name."""
    return {name: unescaped((one or two).replace("\n", " ").replace("\t", " ")) for name, one, two in _ATTRIBUTE.findall(written)}


def lines(s: str) -> str:
    """Ends of lines as XML has them."""
    return s.replace("\r\n", "\n").replace("\r", "\n") if "\r" in s else s


def unescaped(s: str) -> str:
    """Text with its references resolved: XML's five names, and numbers."""
    s = lines(s)
    return _REFERENCE.sub(_character, s) if "&" in s else s


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _CHARS[found[1]]
    return chr(int(found[2]) if found[2] else int(found[3], 16))


def popped(s: str) -> str:
    """As feedparser stores text: stripped; UTF-8 that was once taken for Latin-1 put right; windows-1252 in C1's place, too."""
    s = s.strip()
    if s.isascii():
        return s
    with suppress(UnicodeError):
        s = s.encode("iso-8859-1").decode()
    return _C1.sub(_windows, s)


def _windows(found: re.Match[str]) -> str:
    try:
        return found[0].encode("iso-8859-1").decode("cp1252")
    except UnicodeError:
        return found[0]
