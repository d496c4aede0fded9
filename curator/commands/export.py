"""Items out of the archive, in many formats.

Section: Keeping house
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import click

import curator
from curator.commands import _folder
from curator.commands._desk import Progress
from curator.commands._shared import Desk, Wanted, filters, form_for, format_option, output_option, pass_desk
from curator.errors import UsageError
from curator.types import TLP, Dossier

Row = TypeVar("Row")


@click.command()
@filters(limit=None)
@format_option(kind="items feeds")
@output_option
@click.option(
    "--tlp", type=click.Choice(TLP, case_sensitive=False), default=TLP[0], help="Notes up to this label go along; CLEAR if not given."
)
@click.option("--evidence", is_flag=True, help="With jsonl: the bytes that feeds sent, too, and the answers that brought them.")
@pass_desk
def command(desk: Desk, wanted: Wanted, form: str | None, output: str | None, tlp: str, evidence: bool) -> None:
    """Write items in any of the formats, all that the filters leave; --all includes copies and what is muted.
    Without -f the ending of FILE tells the format, else it is jsonl, which `curator import` reads back without loss.
    Into a folder (-o FOLDER/) Markdown writes a note for each item; once more, and only what changed is written.

    \b
    Examples:
      curator export --all --tlp RED --evidence -o archive.jsonl
      curator export --topic 'cyber/*' --since 7d -f csv
      curator export --starred -f markdown -o notes/
      curator export -f opml -o feeds.opml
    """
    from curator import formats  # noqa: PLC0415 - some formats load a template engine

    into_folder = output is not None and (output.endswith("/") or Path(output).is_dir())
    name = form or ("markdown" if into_folder else form_for(output, "jsonl", "items feeds"))
    member = formats.get(name)
    _refuse_what_it_cannot(name, member, into_folder, evidence)
    if not hasattr(member, "items"):
        desk.write(member.feeds(desk.config), output)
        return
    with desk.open() as archive, desk.progress("written") as progress:
        if into_folder:
            files = member.folder(_counted(archive.dossiers(wanted.query, watch=wanted.watch, tlp=tlp.upper()), progress))
            told = _folder.write(desk, str(output), files)
            desk.say(" · ".join(f"{count:,} {what}" for what, count in told.items()) or "nothing to write")
        else:
            desk.write(_written(archive, member, wanted, (tlp.upper(), evidence), progress), output)
        if archive.notice:
            desk.say(archive.notice)


def _refuse_what_it_cannot(name: str, member: ModuleType, into_folder: bool, evidence: bool) -> None:
    if into_folder and not hasattr(member, "folder"):
        raise UsageError(f"-f {name} writes one file, not a folder: name the file; a folder is for -f markdown")
    if evidence and not getattr(member, "EVIDENCE", False):
        raise UsageError(f"--evidence is for -f jsonl; {name} has no place for it")


def _written(archive: "curator.Curator", member: ModuleType, wanted: Wanted, more: tuple[str, bool], progress: Progress) -> Iterable[str]:
    """The items as the format writes them: with their notes and the rest where it has a place for these."""
    chunks: Iterable[str]
    if hasattr(member, "dossiers"):
        rows: Iterator[Dossier] = archive.dossiers(wanted.query, watch=wanted.watch, tlp=more[0], evidence=more[1])
        chunks = member.dossiers(_counted(rows, progress))
    else:
        chunks = member.items(_counted(archive.iterate(wanted.query, watch=wanted.watch), progress))
    return chunks


def _counted(found: Iterable[Row], progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(found, 1):
        if number % 500 == 0:
            progress(number)
        yield row
