"""Search titles and texts.

Section: Reading
"""

from dataclasses import replace

import click

from curator.commands import _listing
from curator.commands._shared import Desk, Wanted, filters, format_option, json_option, output_option, pass_desk


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="QUERY")
@filters(order="relevance")
@click.option("--newest", is_flag=True, help="Newest first, not most fitting first.")
@format_option()
@output_option
@json_option
@pass_desk
def command(desk: Desk, words: tuple[str, ...], wanted: Wanted, newest: bool, form: str | None, output: str | None, as_json: bool) -> None:
    """Full-text search, most fitting first. The query is SQLite's: words, "a phrase", pre*, AND OR NOT, NEAR(a b), title:word.
    One that is no good query is read as plain words, and you are told.

    \b
    Examples:
      curator search drone refinery
      curator search '"air defence" AND kharkiv' --since 7d
      curator search 'title:sanction*' --outlet Reuters
    """
    order = "date" if newest else wanted.query.order
    wanted = replace(wanted, query=replace(wanted.query, text=" ".join(words), order=order))
    _listing.show(desk, wanted, form, output, as_json)
