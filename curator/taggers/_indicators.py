"""Identifiers known by their form: CVE and ATT&CK numbers, hashes, IP addresses, domains, mail addresses. Used by the entities tagger.

A domain or address counts only where the text itself marks it as one not to be clicked ("evil[.]example", "hxxp://…"), or speaks of
malware, phishing or a command server near it; else every newsletter would be an indicator of compromise.
"""

import ipaddress
import re
from collections.abc import Iterator

from curator.entitybook import refang
from curator.matching import Reading
from curator.types import Entity

_FANGS = (("[", "[.]"), ("(", "(.)"), ("{", "{.}"), ("]", "dot]"), ("(", "dot)"), ("x", "xxp"), ("X", "XXp"))
#: One of the second stands in every address that is not to be clicked; a single character is found much faster than several.
_SAMPLED_HEX = re.compile(r"[0-9a-fA-F]{8}")  #: in every fourth character of a text that holds a hash of 32 or more
_QUAD = re.compile(r"\.\d{1,3}\.\d")
_FOLDED_CVE = re.compile(r"cve \d{4} \d{4,7}")
_CVE = re.compile(r"\bCVE[-‑–\u2010](\d{4})[-‑–\u2010](\d{4,7})\b", re.IGNORECASE)
_ATTACK = re.compile(r"\bT(1\d{3})(?:\.(\d{3}))?\b")
_ATTACK_NEAR = re.compile(r"ATT&CK|MITRE|[Tt]echnique|TTP|malware|phishing|adversar|intrusion|threat actor|backdoor|ransomware")
_HASH = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32})(?![0-9a-zA-Z])")
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}(?:\.|\[\.\]|\(\.\)|\[dot\])){3}\d{1,3}(?![\w]|\.\d)")
_FANGED_DOMAIN = re.compile(  # 63 characters a label (RFC 1035, 2.3.4), and so few labels that a long row of them costs no more than a short one
    r"(?<![\w-])(?:[\w-]{1,63}+(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\))){0,16}[\w-]{1,63}+(?:\[\.\]|\(\.\)|\{\.\}|\s?\[dot\]\s?|\s?\(dot\)\s?)[a-zA-Z][\w-]{1,23}(?:(?:\.|\[\.\])[a-zA-Z]{2,18})*"
)
_HXXP = re.compile(r"\bhxxps?(?:\[:\]|:|\[://\])(?://)?([^\s/\"'<>]{4,120})", re.IGNORECASE)
_MAIL = re.compile(r"\b[\w.+-]{1,64}(?:@|\s?\[(?:@|at)\]\s?|\s?\(at\)\s?)(?:[\w-]+(?:\.|\[\.\]|\[dot\]))+[a-zA-Z]{2,18}\b")
_HOSTILE = re.compile(
    r"malware|phishing|command[- ]and[- ]control|\bC2\b|\bC&C\b|\bIOCs?\b|[Ii]ndicators? of|malicious|backdoor|ransom|botnet|attacker|threat actor|stealer|trojan|Schadsoftware|вредонос|шкідлив"
)
_HOSTILE_REACH = 200  #: characters within which such a word makes an address an indicator

_HOSTS = """google.com youtube.com youtu.be facebook.com twitter.com x.com t.co t.me telegram.org whatsapp.com instagram.com linkedin.com
    github.com githubusercontent.com gitlab.com microsoft.com apple.com amazon.com amazonaws.com cloudfront.net cloudflare.com akamai.net
    akamaihd.net fastly.net wordpress.com wp.com blogspot.com medium.com substack.com wikipedia.org archive.org reuters.com apnews.com
    bbc.co.uk bbc.com cnn.com nytimes.com theguardian.com washingtonpost.com dw.com lemonde.fr elpais.com spiegel.de tass.ru
    virustotal.com mitre.org nist.gov cisa.gov cve.org first.org example.com example.org example.net gmail.com outlook.com"""
ORDINARY = frozenset(_HOSTS.split())  #: hosts of publishers, platforms and content networks: not indicators


def find(reading: Reading) -> Iterator[tuple[int, Entity]]:
    """(place, entity) of each identifier; values refanged. Each form is looked for only where something cheap hints at it."""
    text = reading.original
    for hint in _FOLDED_CVE.finditer(reading.folded):
        if match := _CVE.match(text, hint.start()):
            yield _entity(reading, match, "cve", f"CVE-{match[1]}-{match[2]}")
    if "T1" in text and _ATTACK_NEAR.search(text):
        for match in _ATTACK.finditer(text):
            yield _entity(reading, match, "attack", match[0])
    if _SAMPLED_HEX.search(text[::4]):
        for match in _HASH.finditer(text):
            if not match[0].isdigit() and len(set(match[0])) > 6:
                yield _entity(reading, match, "hash", match[0].lower())
    yield from _addresses(reading, text, _is_fanged(text))


def _is_fanged(text: str) -> bool:
    for hint, fang in _FANGS:  # noqa: SIM110 - faster than any(), and asked of every entry
        if hint in text and fang in text:
            return True
    return False


def _entity(reading: Reading, match: re.Match[str], kind: str, value: str) -> tuple[int, Entity]:
    return match.start(), Entity(kind=kind, value=value, why=f"{reading.field(match.start())} has '{match[0].strip()}'")


def _addresses(reading: Reading, text: str, fanged: bool) -> Iterator[tuple[int, Entity]]:
    taken: list[tuple[int, int]] = []
    if fanged or _QUAD.search(text):
        for match in _IP.finditer(text):
            value = refang(match[0])
            if _is_public(value) and (value != match[0] or _is_hostile(text, match)):
                taken.append(match.span())
                yield _entity(reading, match, "ip", value)
    if "@" in text or ("[" in text and "[at]" in text) or ("(" in text and "(at)" in text):
        for match in _MAIL.finditer(text):
            value = refang(match[0]).lower()
            if value != match[0].lower() or _is_hostile(text, match):
                taken.append(match.span())
                yield _entity(reading, match, "mail", value)
    if fanged:
        yield from _domains(reading, text, taken)


def _domains(reading: Reading, text: str, taken: list[tuple[int, int]]) -> Iterator[tuple[int, Entity]]:
    for pattern in (_FANGED_DOMAIN, _HXXP):
        for match in pattern.finditer(text):
            value = refang(match[match.lastindex or 0]).lower().strip(".").partition(":")[0]
            inside = any(begin <= match.start() < stop for begin, stop in taken)
            if not inside and not _is_ordinary(value) and not re.fullmatch(r"[\d.]+", value) and re.search(r"\.[a-z]{2,18}$", value):
                yield _entity(reading, match, "domain", value)


def _is_public(value: str) -> bool:
    try:
        return ipaddress.ip_address(value).is_global
    except ValueError:
        return False


def _is_hostile(text: str, match: re.Match[str]) -> bool:
    return _HOSTILE.search(text, max(0, match.start() - _HOSTILE_REACH), match.end() + _HOSTILE_REACH) is not None


def _is_ordinary(host: str) -> bool:
    return host in ORDINARY or any(host.endswith(f".{known}") for known in ORDINARY)
