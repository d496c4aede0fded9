"""List topics, see why an entry has them, try changed rules on the archive, teach them.

Section: Setting up
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import click

from curator.commands import _rows
from curator.commands._group import Group
from curator.commands._shared import Desk, Moment, TopicName, json_option, pass_desk
from curator.config import Topic
from curator.errors import NotFoundError, UsageError
from curator.tables import Column, cut
from curator.text import excerpt
from curator.types import Item, Query

SAMPLE = 2_000  #: newest items among which `suggest` looks


@click.group(cls=Group, usual="list")
def command() -> None:
    """The topics that entries are filed under, and their rules.

    \b
    Examples:
      curator topics
      curator topics test "Drones hit a refinery in Novorossiysk"
      curator topics test --since 30d
      curator topics suggest
    """


@command.command("list")
@json_option
@pass_desk
def list_(desk: Desk, as_json: bool) -> None:
    """All topics that are on, and the shipped ones that are not."""
    from curator import topics  # noqa: PLC0415 - the shipped rules take a moment to read

    active = topics.active(desk.config)
    every = {**topics.builtin(), **active}
    rows = [(name, topic, name in active, name in desk.config.topics) for name, topic in every.items()]
    if as_json:
        keys = ("name", "title", "on", "own", "terms", "weight", "version")
        values = [(name, t.title, on, own, len(t.any) + len(t.weak), t.weight, topics.version(t)) for name, t, on, own in rows]
        desk.json([dict(zip(keys, row, strict=True)) for row in values])
        return
    columns = [Column("TOPIC", 8, 40), Column("STATE", 3, 6), Column("TITLE", 10)]
    cells = [[name, ("own" if own else "on") if on else "off", topic.title or name] for name, topic, on, own in rows]
    desk.page(_rows.lines(desk, columns, cells, [{"fg": "cyan"}]))


@command.command("test")
@click.argument("what", required=False, metavar="[TEXT|ID]")
@click.option("--since", type=Moment(), metavar="TIME", help="Try the rules of feeds.toml on the archive since then; nothing is changed.")
@click.option("--language", metavar="CODE", help="Language of TEXT, where terms depend on it.")
@json_option
@pass_desk
def test(desk: Desk, what: str | None, since: datetime | None, language: str | None, as_json: bool) -> None:
    """Why an entry has its topics: every term that was found, and whether it counted, was masked, or lacked context.

    With --since: what the rules as they now stand in feeds.toml would add and remove. `curator topics retag` then does it.
    """
    if since is not None:
        with desk.open() as archive, desk.progress("testing") as progress:
            found = archive.retag(since, dry_run=True, progress=progress)
        _told_changes(desk, found, as_json, "would change")
        return
    if what is None or not what.strip():
        raise UsageError("say what to test: a text, the id of an item, or --since 30d for the archive")
    title, text, language = _text_of(desk, what, language)
    from curator.taggers.topics import explain  # noqa: PLC0415 - compiles every rule

    judged = explain(desk.config)(title, text, language)
    if as_json:
        desk.json([_encoded(topic, score, findings) for topic, score, findings in judged])
        return
    desk.page(_explained(desk, judged))


def _text_of(desk: Desk, what: str, language: str | None) -> tuple[str, str, str | None]:
    """The title, text and language of the item with that id; a text that is no id is a title itself."""
    if " " not in what and len(what) <= 16:
        with desk.open() as archive:
            try:
                kind, found = archive.resolve(what)
                item = archive.item(found if kind == "item" else archive.story(found).items[0])
            except NotFoundError:
                if all(char in "0123456789abcdef" for char in what):
                    raise
            else:
                return item.title, item.text, language or item.language
    title, _, text = what.partition("\n")
    return title, text, language


def _explained(desk: Desk, judged: list[tuple[Topic, float, list[Any]]]) -> Iterator[str]:
    if not judged:
        yield "no term of any topic was found"
    for topic, score, findings in sorted(judged, key=lambda one: -one[1] / one[0].threshold):
        given = score >= topic.threshold
        verdict = "given" if given else "not given"
        yield desk.styled(f"{topic.name}", bold=given) + f"  {verdict}: {score:g} of {topic.threshold:g}"
        for one in findings:
            beside = (
                f" {'by' if one.verdict not in ('counts', 'lacks context') else 'beside'} '{_rows.one_line(one.beside)}'"
                if one.beside
                else ""
            )
            yield f"  {one.field:5} '{_rows.one_line(one.words)}'  {one.role} {excerpt(one.term, 50)}: {one.verdict}{beside}"


def _encoded(topic: Topic, score: float, findings: Iterable[Any]) -> dict[str, Any]:
    keys = ("term", "role", "words", "field", "verdict", "beside", "points")
    told = [{key: getattr(one, key) for key in keys} for one in findings]
    return {"topic": topic.name, "score": score, "threshold": topic.threshold, "given": score >= topic.threshold, "findings": told}


@command.command()
@click.option("--since", type=Moment(), metavar="TIME", help="Only items dated since then.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, change nothing.")
@json_option
@pass_desk
def retag(desk: Desk, since: datetime | None, dry_run: bool, as_json: bool) -> None:
    """File the archive anew by the rules as they now stand. What a person gave or took away stays."""
    with desk.open() as archive, desk.progress("retagging") as progress:
        found = archive.retag(since, dry_run=dry_run, progress=progress)
    _told_changes(desk, found, as_json, "would change" if dry_run else "changed")


def _told_changes(desk: Desk, found: dict[str, Any], as_json: bool, verb: str) -> None:
    if as_json:
        desk.json(found)
        return
    for name in sorted({*found["added"], *found["removed"]}):
        more, less = found["added"].get(name, ()), found["removed"].get(name, ())
        shown = " ".join([*(f"+{id_[:8]}" for id_ in more[:3]), *(f"-{id_[:8]}" for id_ in less[:3])])
        desk.out(f"{name:40} +{len(more)} -{len(less)}  {shown}")
    desk.say(f"{found['changed']:,} of {found['items']:,} items {verb}")


@command.command()
@click.option("-n", "most", default=10, show_default=True, type=click.IntRange(1, 100), help="How many items to ask about.")
@click.option("--topic", type=TopicName(), metavar="T", help="Words for the rule of this topic, from what was accepted.")
@json_option
@pass_desk
def suggest(desk: Desk, most: int, topic: str | None, as_json: bool) -> None:
    """The items whose topics are least certain: answering with `curator mark ID --topic +T` or `-T` teaches most.

    With --topic: words that stand in what you accepted and hardly elsewhere, to put into the topic's rule.
    """
    from curator import learning, teaching, topics  # noqa: PLC0415 - reads every label and the newest items

    active = topics.active(desk.config)
    with desk.open() as archive:
        labels = teaching.labels(archive.store, desk.config)
        if topic is not None:
            rule = active.get(topic)
            known = topics.expand((*rule.any, *rule.weak)) if rule else ()
            _told_terms(desk, topic, learning.terms(labels, topic, known, most), as_json)
            return
        items = {item.id: item for item, _ in zip(archive.iterate(Query(limit=SAMPLE)), range(SAMPLE), strict=False)}
        doubts = learning.suggest(items.values(), learning.Model(labels), active, most)
        short = archive.short([doubt.item for doubt in doubts])
    if as_json:
        desk.json([{"item": one.item, "topic": one.topic, "score": one.score, "words": list(one.words)} for one in doubts])
        return
    for one in doubts:
        desk.out(_question(desk, one.topic, one.score, short.get(one.item, one.item[:8]), items[one.item]))
    if not doubts:
        desk.say("nothing to ask: no item has a topic that rules or model are unsure about")


def _question(desk: Desk, topic: str, score: float, short: str, item: Item) -> str:
    title = cut(_rows.one_line(item.title), desk.width - 6)
    return f"{desk.styled(short, fg='cyan')}  {topic}? {score:.0%}\n      {title}\n      curator mark {short} --topic +{topic}   (or -)"


def _told_terms(desk: Desk, topic: str, found: list[tuple[str, int, int]], as_json: bool) -> None:
    if as_json:
        desk.json([{"term": word, "accepted": inside, "elsewhere": outside} for word, inside, outside in found])
        return
    for word, inside, outside in found:
        desk.out(f'"{word}"  in {inside} accepted, {outside} other')
    if not found:
        desk.say(f"too little was marked {topic} to propose words; it needs three items with a word in common")
