"""What `list` and `search` have in common: find, then write as a table, a format or JSON."""

import curator
from curator.commands import _rows
from curator.commands._shared import Desk, Wanted, form_for, nearest
from curator.types import Query


def show(desk: Desk, wanted: Wanted, form: str | None, output: str | None, as_json: bool) -> None:
    """Items to the terminal, or in a format to stdout or a file."""
    if form or as_json or output:
        _write(desk, wanted, "json" if as_json else form or form_for(output, "text"), output)
        return
    with desk.open() as archive:
        hits = archive.find(wanted.query, watch=wanted.watch, texts=wanted.query.text is not None)
        notice, short = archive.notice, archive.short([hit.item.id for hit in hits])
        none = "" if hits else nothing(archive, wanted.query)
    if notice:
        desk.say(notice)
    desk.page(_rows.items(desk, hits, short))
    if not hits:
        desk.say(none)


def nothing(archive: "curator.Curator", query: Query) -> str:
    """What to say where there is nothing to list: that nothing fits, and whether the outlet is known at all; or, to a newcomer, how to get
    something."""
    if not archive.find(Query(limit=1, copies=True, muted=True)):
        return "nothing here yet; `curator poll` fetches news, `curator demo` plays a day of it"
    if query.outlet is not None and (name := archive.outlet(query.outlet)) not in (known := archive.outlets()):
        return f"nothing found; nothing has come from {name} yet{nearest(name, known)}"
    return "nothing found"


def _write(desk: Desk, wanted: Wanted, form: str, output: str | None) -> None:
    from curator import formats  # noqa: PLC0415 - some formats load a template engine

    with desk.open() as archive:
        if wanted.query.limit is None:
            found = archive.iterate(wanted.query, watch=wanted.watch)
        else:
            found = (hit.item for hit in archive.find(wanted.query, watch=wanted.watch, texts=True))
        desk.write(formats.get(form).items(found), output)
        if archive.notice:
            desk.say(archive.notice)
