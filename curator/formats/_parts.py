"""The two faces of a digest that several formats show: its page and its plain text. Helpers of the family, not a format."""

from collections.abc import Mapping

from ..types import Digest
from ._budget import fit
from ._template import render

LIMIT = 102_000  #: bytes; mail readers of the large services cut a message off at about this size


def page(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest as a whole HTML page of fewer than `LIMIT` bytes, styles inlined: the best stories first, the others counted."""
    import css_inline  # noqa: PLC0415 - a compiled library only this format needs

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, minify_css=True)
    return fit(digest, lambda part: _squeezed(inliner.inline(render("digest.html.j2", part, templates))), LIMIT)


def _squeezed(page: str) -> str:
    # The inliner puts its style first; the encoding must be told within the first 1,024 bytes.
    charset = '<meta charset="utf-8">'
    page = page.replace(charset, "", 1).replace("<head>", f"<head>{charset}", 1)
    return "\n".join(line for line in page.split("\n") if line.strip()) + "\n"


def plain(digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The digest as plain text of 80 columns."""
    lines = (line.rstrip() for line in render("digest.txt.j2", digest, templates).split("\n"))
    return "\n".join(lines).rstrip("\n") + "\n"
