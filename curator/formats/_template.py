"""Jinja2 for the digest's templates: the user's before the shipped ones, in a sandbox, with escaping for HTML."""

import re
import traceback
from collections.abc import Iterator, Mapping
from unicodedata import east_asian_width

from .. import shipped
from ..errors import CuratorError
from ..types import Digest
from ._view import view

_VIEWS = re.compile(r"'curator\.formats\._view\.(\w*)View object'")
_UNIT = re.compile(r"(\d) ([a-z]{1,2}|stor(?:y|ies)|items?)\b")


def render(name: str, digest: Digest, templates: Mapping[str, str] | None = None) -> str:
    """The template `name` (`digest.html.j2` …) filled in with `view(digest)`; `templates` maps names to the texts that replace shipped ones.

    A broken template is a CuratorError that says where.
    """
    import jinja2  # noqa: PLC0415 - 40 ms, and only a digest needs it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - with it

    own = dict(templates or {})

    def load(wanted: str) -> str | None:
        return own[wanted] if wanted in own else _shipped(wanted)

    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(load),
        autoescape=name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["wrap"] = wrap
    environment.filters["md"] = escaped
    environment.filters["label"] = label
    try:
        return environment.get_template(name).render(digest=view(digest))
    except jinja2.TemplateSyntaxError as error:
        raise CuratorError(f"template {error.name or name}, line {error.lineno}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        raise CuratorError(f"template {name}{_line(error)}: there is no template “{error.name}”") from error
    except jinja2.TemplateError as error:
        said = _VIEWS.sub(lambda found: found[1].lower() or "digest", error.message or type(error).__name__)
        raise CuratorError(f"template {name}{_line(error)}: {said}") from error
    except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError, RecursionError) as error:
        raise CuratorError(f"template {name}{_line(error)}: {error}") from error


def _line(error: BaseException) -> str:
    """ ", line 7" of the template in which it happened, as far as it is known: Jinja2 puts templates into the traceback."""
    numbers = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == "<template>"]
    return f", line {numbers[-1]}" if numbers else ""


def _shipped(name: str) -> str | None:
    try:
        return shipped.text(f"templates/{name}")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        return None


def wrap(s: str, indent: int = 0, first: str | None = None, width: int = 80) -> str:
    """The text in lines of at most `width` columns, each indented by `indent`, the first one begun with `first` instead.

    A word longer than a line (a URL) keeps its line to itself. Columns are those of a terminal: East Asian wide characters take two,
    and a line may break between them.
    """
    blank = " " * indent
    line = blank if first is None else first
    start = used = columns(line)
    lines = []
    for gap, piece in _pieces(s):
        size = columns(piece)
        if used > start and used + gap + size > width:
            lines.append(line)
            line, start, used = blank, indent, indent
        glue = gap if used > start else 0
        line, used = line + " " * glue + piece, used + glue + size
    return "\n".join([*lines, line])


def _pieces(s: str) -> Iterator[tuple[int, str]]:
    """What may stand on a line of its own, and whether a blank goes before it. A number keeps its unit: "7 h"."""
    for glued in _UNIT.sub("\\1\u00a0\\2", s).split(" "):
        word = glued.replace("\u00a0", " ")
        if word.isascii() or not any(east_asian_width(char) in "WF" for char in word):
            yield 1, word
        else:
            yield from ((int(place == 0), char) for place, char in enumerate(word))


def label(id_: str, size: int = 8) -> str:
    """An id as the beginning of an indented text: filled up to `size` columns, two blanks at least."""
    return f"{id_:<{max(size, len(id_) + 2)}}"


def columns(s: str) -> int:
    """Columns the text takes on a terminal."""
    return len(s) if s.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in s)


_MARKDOWN = str.maketrans({char: "\\" + char for char in "\\`*_{}[]<>#+-!|~"})


def escaped(s: str) -> str:
    """Plain text for Markdown: nothing in it is markup."""
    return s.translate(_MARKDOWN).replace("&", "&amp;")
