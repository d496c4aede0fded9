"""Which URLs curator asks, and which network addresses it refuses to connect to: everything that is not the public internet.

A feed may redirect, or its name may resolve, to a machine behind the reader's own firewall or to a cloud's metadata service
(server-side request forgery). The check is made on the address a socket is about to connect to, so neither a redirect, nor an odd
spelling, nor a name that resolves differently the second time gets around it.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote

# IANA's special-purpose registries (RFC 6890 and its successors), spelled out: what the standard library calls "global" has
# changed between patch releases of Python.
_IPV4 = (
    ("0.0.0.0/8", "means this host"),
    ("10.0.0.0/8", "is private"),
    ("100.64.0.0/10", "belongs to a provider's inner network"),
    ("127.0.0.0/8", "is loopback"),
    ("168.63.129.16/32", "is a cloud's metadata service"),
    ("169.254.0.0/16", "is link-local, where clouds keep their metadata service"),
    ("172.16.0.0/12", "is private"),
    ("192.0.0.0/24", "is reserved"),
    ("192.0.2.0/24", "is for documentation only"),
    ("192.88.99.0/24", "is a withdrawn relay address"),
    ("192.168.0.0/16", "is private"),
    ("198.18.0.0/15", "is for benchmarks only"),
    ("198.51.100.0/24", "is for documentation only"),
    ("203.0.113.0/24", "is for documentation only"),
    ("224.0.0.0/4", "is multicast"),
    ("240.0.0.0/4", "is reserved"),
)
_IPV6 = (
    ("::/128", "means this host"),
    ("::1/128", "is loopback"),
    ("64:ff9b:1::/48", "is a private translation prefix"),
    ("100::/64", "is a black hole"),
    ("2001::/23", "is reserved for protocols"),  # Teredo too: it hides an IPv4 address
    ("2001:db8::/32", "is for documentation only"),
    ("3fff::/20", "is for documentation only"),
    ("5f00::/16", "is for segment routing only"),
    ("fc00::/7", "is private"),
    ("fe80::/10", "is link-local"),
    ("fec0::/10", "is private"),
    ("ff00::/8", "is multicast"),
)
_NETWORKS4 = tuple((IPv4Network(network), why) for network, why in _IPV4)
_NETWORKS6 = tuple((IPv6Network(network), why) for network, why in _IPV6)
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


@lru_cache(maxsize=4096)
def refusal(address: str) -> str | None:
    """Why an IP address may not be connected to, as the end of a sentence ("is private"), or None if it is public.

    Addresses that carry an IPv4 address inside (mapped, compatible, NAT64, 6to4, ISATAP) are judged by that one. What is no IP
    address at all is refused too.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "is not an address"
    if isinstance(ip, IPv4Address):
        return next((why for network, why in _NETWORKS4 if ip in network), None)
    special = next((why for network, why in _NETWORKS6 if ip in network), None)
    inner = None if special else _inner(ip)
    if inner is None:
        return special
    why = refusal(str(inner))
    return f"leads to {inner}, which {why}" if why else None


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address carries, if it does."""
    number = int(ip)
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _NAT64 or ip in _COMPATIBLE or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None


# ── what may be asked at all ────────────────────────────────────────────────────────────────────────────────────────

LONGEST = 65_536  #: characters of an address; longer ones no server takes, and libcurl neither
_PORTS = {"http": 80, "https": 443}
# Deliberately narrower than what libcurl would take: where two parsers read one URL differently, the wrong host gets the password.
_URL = re.compile(
    r"(?P<scheme>https?)://(?:(?P<user>[\w.~!$&'()*+,;=%-]*)(?::(?P<password>[\w.~!$&'()*+,;=:%-]*))?@)?"
    r"(?P<host>\[[0-9a-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?(?P<rest>(?:[/?][!\"$-;=?-\[\]_a-z{|}~]*)?)(?:#.*)?",
    re.IGNORECASE | re.ASCII,
)


_QUAD = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_NUMBER_LAST = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$")  # such a host is an IPv4 address, in whatever spelling (WHATWG URL)


def local(host: str) -> str | None:
    """The same for a host as a URL names it, for when a proxy connects and no socket tells: addresses, and names of this machine."""
    host = host.strip("[]").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return "is this machine"
    return refusal(host) if ":" in host or _QUAD.fullmatch(host) else None


class Target(NamedTuple):
    """Where one question goes: a URL taken apart."""

    url: str  #: ASCII, without user name and fragment
    scheme: str
    host: str
    port: int
    username: str | None = None
    password: str | None = None

    def trusts(self, other: "Target") -> bool:
        """May what is secret between curator and this server be told to `other`? To the same server only, or to its move to TLS."""
        if self.host != other.host:
            return False
        moved_to_tls = (self.scheme, self.port, other.scheme, other.port) == ("http", 80, "https", 443)
        return moved_to_tls or (self.scheme, self.port) == (other.scheme, other.port)


def target(url: str) -> Target | None:
    """A URL as a person or a server wrote it → where it leads; None if it is not http or https, or makes no sense.

    As browsers do it (WHATWG URL): international names become punycode, spaces and letters beyond ASCII are percent-encoded, an
    address in an odd spelling (0x7f.1, 2130706433) gets its usual one.
    """
    url = url.strip()
    if len(url) > LONGEST:
        return None
    match = _URL.fullmatch(url)
    if match is None or (_NUMBER_LAST.search(match["host"].lower()) and not _QUAD.fullmatch(match["host"])):
        import ada_url  # noqa: PLC0415  only odd URLs need it, and it takes as long to import as 50 feeds to ask

        try:
            match = _URL.fullmatch(ada_url.URL(url).href)
        except ValueError:
            match = None
    if match is None:
        return None
    scheme, host, rest = match["scheme"].lower(), match["host"].lower(), match["rest"]
    port = int(match["port"] or _PORTS[scheme])
    if not 0 < port < 65536:
        return None
    where = host if port == _PORTS[scheme] else f"{host}:{port}"
    user, password = (unquote(part) if part is not None else None for part in (match["user"], match["password"]))
    return Target(f"{scheme}://{where}{rest or '/'}", scheme, host, port, user or None, password)
