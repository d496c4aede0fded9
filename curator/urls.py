"""Addresses: one canonical form for the many spellings of one page, host, registrable domain, resolution of relative links.

`canonical` is for comparing and for clicking without being tracked: scheme https, host without www/m/amp, no tracking parameters
(`data/tracking.toml`), no fragment, no trailing slash. What a feed wrote is kept beside it as `link`. Parsing is ada-url's, the WHATWG
URL Standard as browsers implement it, so that odd spellings mean here what they mean when clicked. Nothing here asks a server.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import ModuleType
from urllib.parse import quote_from_bytes, unquote_to_bytes

from curator import shipped

_LONGEST = 4096  #: characters; longer ones are attacks or data, not addresses
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_PARTS = re.compile(r"(https?)://(?:[^/?#@]*@)?(\[[^\]/]*\]|[^/?#:]*)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S)


@dataclass(frozen=True, slots=True)
class _Rules:
    drop: frozenset[str]
    prefixes: tuple[str, ...]
    names_by_value: frozenset[str]
    values: frozenset[str]
    keep: dict[str, frozenset[str]]
    sites: dict[str, frozenset[str]]


@cache
def _rules() -> _Rules:
    data = shipped.toml("tracking.toml")

    def table(name: str) -> dict[str, frozenset[str]]:
        return {site: frozenset(param.lower() for param in params) for site, params in data[name].items()}

    def lower(name: str) -> frozenset[str]:
        return frozenset(word.lower() for word in data[name])

    return _Rules(lower("drop"), tuple(data["prefixes"]), lower("names_by_value"), lower("values"), table("keep"), table("sites"))


@cache
def _ada() -> ModuleType:
    import ada_url  # noqa: PLC0415  (20 ms: only once something is to be parsed)

    return ada_url


@cache
def _suffixes() -> frozenset[str]:
    """The rules of the Public Suffix List, as they are written there. The package's own reader takes eight times as long."""
    listed = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    rules = (line.split(" ", 1)[0].rstrip().lower() for line in listed.splitlines() if line and not line.startswith("//"))
    return frozenset(rules) - {""}


@cache
def _encoded_suffixes() -> frozenset[str]:
    """The same with those in other letters as host names have them ("xn--p1ai"), too: few hosts do, and encoding takes a while."""
    foreign = [rule for rule in _suffixes() if not rule.isascii()]
    return _suffixes().union("!" * rule.startswith("!") + rule.lstrip("!").encode("idna").decode() for rule in foreign)


def _registrable(host: str) -> str | None:
    """The shortest name under a public suffix, as publicsuffix.org says to look for it: an exception ("!www.ck"), then a wildcard
    ("*.ck", which makes "ck" itself a suffix, too), then the rule itself; the longest counts; under no rule the last label is the suffix."""
    labels, rules = host.split("."), _encoded_suffixes() if "xn--" in host else _suffixes()
    if "" in labels:
        return None
    suffix = 1
    for start in range(len(labels)):
        name, depth = ".".join(labels[start:]), len(labels) - start
        if "!" + name in rules:
            suffix = depth - 1
        elif "*." + name in rules:
            suffix = depth + 1 if start else depth
        elif name in rules:
            suffix = depth
        else:
            continue
        break
    return ".".join(labels[-suffix - 1 :]) if len(labels) > suffix else None


@lru_cache(maxsize=1024)
def normal(url: str) -> str | None:
    """The http(s) address as a browser would ask for it (WHATWG serialisation), or None if it is not one. `feed:` is read as http."""
    url = url.strip()
    if url[:5].lower() == "feed:":
        url = re.sub(r"\A//", "http://", url[5:])
    if not url or len(url) > _LONGEST:
        return None
    if url.startswith("//"):
        url = "https:" + url
    if url[:4].lower() != "http":
        return None
    try:
        href: str = _ada().normalize_url(url)
    except (ValueError, UnicodeError):
        return None
    return href if href.startswith(("https://", "http://")) else None


@lru_cache(maxsize=1024)
def canonical(url: str) -> str | None:
    """The one spelling of this page's address, or None if it is not http(s). Idempotent.

    http and https compare equal (as https) unless a port is written: then the scheme tells two servers apart and stays. Google's AMP
    viewer and cache lead to the page itself; other redirectors stay as they are, for only asking would tell where they lead.
    """
    href = normal(url)
    if href is None:
        return None
    for _ in range(4):
        unwrapped = _unwrapped(href)
        if unwrapped == href:
            break
        href = unwrapped
    found = _PARTS.fullmatch(href)
    if found is None:
        return None
    scheme, host, port, path, query, fragment = found.groups()
    host = _bare(host.rstrip("."))
    if not host:
        return None
    where = f"{scheme}://{host}:{port}" if port else f"https://{host}"
    asked = _query(query, host) if query else ""
    return where + _path(path) + (f"?{asked}" if asked else "") + _route(fragment)


_PHONE = frozenset(["www", "m", "mobile", "amp"])
_ADDRESS = re.compile(r"[\d.]+|\[.*")


def _bare(host: str) -> str:
    """Without the labels that name an edition of the same site: www, m, mobile, amp (also en.m.example.org)."""
    labels = host.split(".")
    if len(labels) < 3 or _ADDRESS.fullmatch(host) or _PHONE.isdisjoint(labels[:-2]):
        return host
    kept = [label for label in labels[:-2] if label not in _PHONE] + labels[-2:]
    if len(kept) == 2 and len(kept[1]) == 2 and domain(host) is not None and domain(".".join(kept)) is None:
        return host  # m.co.uk would be a site of that name
    return ".".join(kept)


_AMP_CACHE = re.compile(r"https?://[^/]+\.cdn\.ampproject\.org/(?:[a-z]{1,3}/)?(s/)?([^/?#]+\.[^/?#]+.*)", re.S)
_AMP_VIEWER = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?([^/?#]+\.[^/?#]+.*)", re.S)


def _unwrapped(href: str) -> str:
    if "amp" not in href:
        return href
    found = _AMP_CACHE.fullmatch(href) or _AMP_VIEWER.fullmatch(href)
    return (normal("https://" + found[2]) or href) if found else href


_SESSION = re.compile(r";jsessionid=[^/;]*", re.I)
_AMP_PATH = re.compile(r"(?<=.)/amp/*\Z|\A/amp(?=/.)|\.amp(?=\.html?\Z|\Z)")
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_HIGH = re.compile(r"(?:[A-Za-z](?=%[89A-F]))?(?:%[89A-F][0-9A-F])+")  # with the letter that a mark may belong to


def _path(path: str) -> str:
    if ";" in path:
        path = _SESSION.sub("", path)
    if "%" in path:
        path = _unescaped(path)
    before = None
    while before != path:
        before = path
        path = path.rstrip("/")
        if "amp" in path:
            path = _AMP_PATH.sub("", path)
    return path or "/"


def _unescaped(part: str) -> str:
    """Escapes in one spelling (RFC 3986, 6.2.2): upper case, none for unreserved characters, UTF-8 in NFC."""
    part = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), part)
    part = _ESCAPE.sub(lambda found: found[0].upper(), part)
    return _HIGH.sub(_composed, part)


def _composed(found: re.Match[str]) -> str:
    try:
        letters = unquote_to_bytes(found[0]).decode()
    except UnicodeDecodeError:
        return found[0]
    return quote_from_bytes(unicodedata.normalize("NFC", letters).encode())


def _query(query: str, host: str) -> str:
    """Without tracking, in the order of the names (stable for repeated ones)."""
    rules = _rules()
    keep, site = _of_site(rules.keep, host), _of_site(rules.sites, host)
    kept = []
    for part in query.replace("&amp;", "&").split("&"):
        name, _, value = part.partition("=")
        name = unquote_to_bytes(name).decode("utf-8", "replace").lower() if "%" in name else name.lower()
        if part and (name in keep or not _tracks(rules, site, name, value.lower())):
            kept.append((name, _unescaped(part) if "%" in part else part))
    return "&".join(part for _, part in sorted(kept, key=lambda pair: pair[0]))


def _tracks(rules: _Rules, site: frozenset[str], name: str, value: str) -> bool:
    if name in rules.drop or name in site or name.startswith(rules.prefixes):
        return True
    return name in rules.names_by_value and value in rules.values


def _of_site(table: dict[str, frozenset[str]], host: str) -> frozenset[str]:
    labels = host.split(".")
    for start in range(len(labels) - 1):
        found = table.get(".".join(labels[start:]))
        if found is not None:
            return found
    return frozenset()


def _route(fragment: str | None) -> str:
    """A fragment names a place on a page, unless a script reads it as the page's address: #!/route, #/route."""
    if fragment and (fragment.startswith("!") or (fragment.startswith("/") and len(fragment) > 1)):
        return "#" + fragment.partition(":~:")[0]
    return ""


#: An address whose host is spelled as a browser would spell it: lower case, no digits alone, no punycode.
_SPELLED = re.compile(r"https?://((?:(?!xn--)[a-z0-9-]+\.)+[a-z]{2,})(?=[/?#]|\Z)")


def host(url: str) -> str | None:
    """The host of an http(s) address, lower case, punycode, without www; None if there is none."""
    if len(url) <= _LONGEST and (spelled := _SPELLED.match(url)):  # most are, above all stored ones
        return spelled[1].removeprefix("www.")
    href = normal(url)
    found = _PARTS.match(href) if href else None
    if found is None or not found[2]:
        return None
    return found[2].rstrip(".").removeprefix("www.") or None


@lru_cache(maxsize=1024)
def domain(host: str) -> str | None:
    """The registrable domain ("bbc.co.uk" of "news.bbc.co.uk"), by the Public Suffix List as the package publicsuffixlist carries it
    (private suffixes count: each blog on a blog host is its own); an address in digits is its own; None for a bare suffix."""
    host = host.lower().rstrip(".")
    if _ADDRESS.fullmatch(host) or "." not in host:
        return host or None
    return _registrable(host)


def loose(url: str) -> str | None:
    """A page's address without scheme and host, by which it is known again after its feed moved house. None where nothing is left that
    could tell pages apart, or where it is no address."""
    page = canonical(url)
    if page is None:
        return None
    rest = page.partition("://")[2].partition("/")[2]
    return "/" + rest if rest else None


def resolve(base: str | None, link: str) -> str | None:
    """The absolute http(s) address that `link` means on the page `base`, else None (mailto:, javascript:, nonsense)."""
    link = link.strip()
    if not link or len(link) > _LONGEST:
        return None
    if _SCHEME.match(link) or not base:
        return normal(link)
    try:
        return normal(_ada().join_url(base, link))
    except (ValueError, UnicodeError):
        return None
