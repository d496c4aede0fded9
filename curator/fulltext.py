"""The article's text out of its web page, through trafilatura (extra `fulltext`). Pure but for the import; runs in a child process."""

from collections.abc import Mapping

from curator import text
from curator.errors import CuratorError


def available() -> bool:
    """Is the extra installed?"""
    try:
        import trafilatura  # noqa: PLC0415, F401 - optional extra
    except ImportError:
        return False
    return True


def extract(page: bytes, url: str, headers: Mapping[str, str]) -> str:
    """The article's plain text, paragraphs parted by one newline; "" if none is found. Raises `CuratorError` without the extra."""
    try:
        import trafilatura  # noqa: PLC0415 - optional extra, and slow to import
    except ImportError:
        raise CuratorError("reading web pages needs the extra: pip install 'curator[fulltext]'") from None
    if "html" not in headers.get("content-type", "html"):
        return ""
    found = trafilatura.extract(page, url=url, include_comments=False, include_tables=False, favor_precision=True)
    return text.safe(found or "")
