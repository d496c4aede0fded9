"""What went wrong with a fetch, in words for people: HTTP statuses and libcurl's error codes to a kind of `Problem` and a message."""

import re
from collections.abc import Mapping

_INSECURE, _GARBLED, _BROKEN = "no secure connection", "the server's answer makes no sense", "the connection broke"
# libcurl's numbers, which never change (https://curl.se/libcurl/c/libcurl-errors.html)
_TRANSFER = {
    1: ("http", _GARBLED),  # HTTP/0.9, that is: no head at all
    3: ("forbidden", "not an address curator can ask"),
    5: ("dns", "the proxy is not known to the DNS"),
    6: ("dns", "the host is not known to the DNS"),
    7: ("connect", "no connection"),
    8: ("http", _GARBLED),
    16: ("http", _GARBLED),
    18: ("http", "the answer was cut off"),
    27: ("internal", "no memory left"),
    28: ("timeout", "it took too long"),
    52: ("connect", "the server closed the connection without a word"),
    55: ("connect", _BROKEN),
    56: ("connect", _BROKEN),
    61: ("http", "the answer is compressed in a way that cannot be undone"),
    63: ("too-big", "the answer is too big"),
    92: ("http", _GARBLED),
    95: ("http", _GARBLED),
    97: ("connect", "the proxy failed"),
    100: ("too-big", "the answer's head is too big"),
    **dict.fromkeys((35, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98, 101), ("tls", _INSECURE)),
}
_UNKNOWN = re.compile(r"Could not resolve (?:host|proxy): ([^\s]+)")
_CERTIFICATE = frozenset({60, 83, 90, 91})

_STATUS = {
    400: "the server did not understand the question (400 Bad Request)",
    401: "the server wants a user name and password (401): set `username` and `password_env` for this feed",
    402: "the server wants to be paid (402)",
    403: "the server refuses to answer curator (403 Forbidden)",
    404: "nothing is there (404 Not Found): it may have moved; `curator feeds add SITE` finds the feed of a site",
    406: "the server has no feed it would give curator (406 Not Acceptable)",
    407: "the proxy wants a user name and password (407)",
    410: "the feed is gone for good (410 Gone)",
    421: "the server is not responsible for this host (421)",
    429: "the server says curator asks too often (429 Too Many Requests)",
    451: "withheld for legal reasons (451)",
    500: "the server failed (500 Internal Server Error)",
    502: "the server behind the server failed (502 Bad Gateway)",
    503: "the server is not available now (503 Service Unavailable)",
    504: "the server behind the server did not answer in time (504 Gateway Timeout)",
}
_FAMILY = {
    1: "an answer without an end",
    2: "no feed in the answer",
    3: "a redirect that leads nowhere",
    4: "the server refuses",
    5: "the server failed",
}
_PLAIN_DATE = re.compile(r"[A-Za-z]{3}[A-Za-z0-9,: +-]{6,40}")


def of_status(status: int, headers: Mapping[str, str]) -> str | None:
    """What an HTTP status means, or None for an answer to be read (200, 203) and for 304. Header names in lower case."""
    if status in (200, 203, 304):
        return None
    if headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return f"a bot check stands before the feed (Cloudflare challenge, {status}): ask its publisher to let feed readers through"
    if status in (204, 205):
        return f"the server answered without a feed ({status})"
    if status == 206:
        return "the server sent only a part of the feed, unasked (206)"
    if status in (521, 522, 523, 524, 525, 526, 530):
        return f"the server behind Cloudflare failed ({status})"
    message = _STATUS.get(status) or f"{_FAMILY.get(status // 100, 'an unknown answer')} ({status})"
    return message + _asked_to_wait(headers) if status in (429, 503) else message


def _asked_to_wait(headers: Mapping[str, str]) -> str:
    """ "; asked to wait …", from Retry-After, if that is worth repeating."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) <= 9:
        return f"; asks to wait {duration(int(value))}"
    return f"; asks to wait until {value}" if _PLAIN_DATE.fullmatch(value) else ""


def of_transfer(code: int, detail: str) -> tuple[str, str]:
    """libcurl's error number and words → (kind of problem, message)."""
    kind, what = _TRANSFER.get(code, ("internal", f"libcurl error {code}"))
    if kind == "dns" and (name := _UNKNOWN.fullmatch(detail)):
        return kind, f"{visible(name[1])} is not known to the DNS"
    hint = "; `ca_file` names another authority, `verify_tls = false` accepts any certificate" if code in _CERTIFICATE else ""
    return kind, f"{what}: {visible(detail)}{hint}" if detail else f"{what}{hint}"


def visible(text: str, limit: int = 300) -> str:
    """Text that a server may have written, fit for a message: printable, on one line, not too long."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def duration(seconds: float) -> str:
    """Seconds for people: "90 s", "2 min", "3 h", "4 days"."""
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}"
    return f"{round(seconds, 1):g} s"


def size(count: int) -> str:
    """Bytes for people: "512 bytes", "12 kB", "10 MB"."""
    for unit, length in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= length:
            return f"{count / length:.3g} {unit}"
    return f"{count} bytes"
