"""Items into the archive: jsonl, JSON Feed, OPML.

Section: Keeping house
"""

import click

from curator.commands._shared import Desk, json_option, pass_desk


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@json_option
@pass_desk
def command(desk: Desk, file: str, as_json: bool) -> None:
    """Read items from FILE (- for stdin): lines of JSON as `curator export` writes them, or a JSON Feed; from OPML, or a
    list of addresses, feeds into feeds.toml.
    A row needs a title or a URL. Judgements in it are kept; rows without them go through the same stages as a poll.
    New items keep the notes, marks, earlier versions and evidence they come with; of known ones only the notes are added.
    Importing a file twice changes nothing.

    \b
    Examples:
      curator import archive.jsonl
      zcat old.jsonl.gz | curator import -
    """
    with desk.open() as archive, desk.progress("read") as progress:
        counts = archive.import_file(file, progress=progress, say=desk.warn)
    if as_json:
        desk.json(counts)
    else:
        desk.say(" · ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()))
