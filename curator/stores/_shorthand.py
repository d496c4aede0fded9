"""Numbers for texts that many rows have in common: how a row says them, and how they are read again.

`nothing shows where it comes from` stands in nine rows of ten, and most links are `https://www.` and what the canonical address says. Such
texts are kept once, in the table `wording`. Where a row has one, it gives its number: a whole number instead of a text in a column, or
among the texts of a list of JSON. Every other text stands as it is.
"""

import json
from collections.abc import Mapping
from typing import Any

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
SHORTEST = 4  #: characters of a text that a number may stand for: it would take no less room than a shorter one …
LONGEST = 300  #: … and a longer one is rarely said again

#: The text of a value `{0}` that may be a number, in SQL.
SPELLED = "CASE typeof({0}) WHEN 'integer' THEN (SELECT w.text FROM wording w WHERE w.n = {0}) ELSE {0} END"
_PARTS = [SPELLED.format(f"json_extract(j.value, '$[{at}]')") for at in range(2)]
#: Which row `t` of the table `topic` or `entity` an element `j` of an item's list names.
NAMED = {"topic": f"t.name = {_PARTS[0]}", "entity": f"t.value = {_PARTS[1]} AND t.kind = {_PARTS[0]}"}
#: The link of an item `i` as it is stored, but for the number: see `outline`.
LINK = (
    "CASE typeof(i.link) WHEN 'integer' THEN (SELECT replace(w.text, '*', substr(i.url, instr(i.url, '://') + 3)) FROM wording w "
    "WHERE w.n = i.link) ELSE i.link END"
)


def outline(link: str | None, url: str | None) -> str | None:
    """How a link is written around its canonical address, a star for that without its scheme: `https://www.*/?from=rss`. None if the
    address does not stand in it."""
    bare = url.partition("://")[2] if url else ""
    if not link or not bare or bare not in link or "*" in link:
        return None
    before, _, after = link.partition(bare)
    return f"{before}*{after}"


def filled(outline: str, url: str) -> str:
    """The link of an outline and the address."""
    return outline.replace("*", url.partition("://")[2])


def spelled(value: str | int | None, said: Mapping[int, str]) -> str:
    """The text of a column; "" for none."""
    return said[value] if isinstance(value, int) else value or ""


def numbered(given: str | None, known: Mapping[str, int]) -> str | None:
    """A list of JSON with numbers for the texts that are known, also for those of lists in it. What is no such list stays as it is."""
    try:
        parts = json.loads(given or "[]")
    except ValueError:  # damaged: `db verify` will tell of it
        return given
    if not parts or not isinstance(parts, list):
        return given
    return _COMPACT.encode([[_short(one, known) for one in part] if isinstance(part, list) else _short(part, known) for part in parts])


def _short(value: Any, known: Mapping[str, int]) -> Any:
    return known.get(value, value) if isinstance(value, str) else value
