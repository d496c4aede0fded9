"""What curator runs on, and which known holes that has."""

import platform
import re
import sqlite3
import sys
from collections.abc import Iterator
from pyexpat import EXPAT_VERSION

from curator.stores._base import Base

_PYTHON = (3, 11)
_SQLITE_FIXED = (3, 51, 3)
_EXPAT_FIXED = (2, 6, 0)
_CURL_FIXED = (8, 4, 0)
_PACKAGES = ("feedparser", "pycurl", "sqlite-utils", "ada-url", "ahocorasick-rs", "jinja2", "click", "css-inline", "nh3")


class Doctor(Base):
    """`doctor`."""

    def doctor(self, libcurl: str = "") -> list[str]:
        """Lines for people: versions first, then what is known to be wrong with them and what to do. `libcurl`: its version, if it is known."""
        return [*_versions(libcurl), f"database: {self.path}, schema {self._schema()}", *_holes(libcurl)]

    def _schema(self) -> int:
        row = self.one("PRAGMA user_version")
        return int(row[0]) if row else 0


def _versions(libcurl: str) -> Iterator[str]:
    yield f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield f"SQLite {sqlite3.sqlite_version}, expat {_dotted(_numbers(EXPAT_VERSION))}" + (f", libcurl {libcurl}" if libcurl else "")
    yield ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)


def _holes(libcurl: str) -> Iterator[str]:
    """Each with its way out."""
    if sys.version_info < _PYTHON:
        yield f"Python below {_dotted(_PYTHON)} is not supported"
    if (3, 7, 0) <= sqlite3.sqlite_version_info < _SQLITE_FIXED:
        yield (
            f"SQLite {sqlite3.sqlite_version} can damage a WAL database that two connections write at once (3.7.0 to 3.51.2): "
            "curator writes under a lock, one at a time; do not let other programs write to its database while it runs"
        )
    if _numbers(EXPAT_VERSION) < _EXPAT_FIXED:
        yield (
            f"expat {_dotted(_numbers(EXPAT_VERSION))} takes quadratic time on large tokens (CVE-2023-52425, below 2.6.0): "
            "curator's parsers run under a limit of time; update Python or libexpat"
        )
    if libcurl and _numbers(libcurl) < _CURL_FIXED:
        yield f"libcurl {libcurl} can be overrun through a SOCKS5 proxy (CVE-2023-38545, below 8.4.0): update libcurl, or use no socks5h:// proxy"


def _version(package: str) -> str:
    from importlib import metadata  # noqa: PLC0415 - it brings the email package along, and only the doctor needs it

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
