"""What is new since the last digest, each story once.

Section: Every day
"""

from datetime import datetime
from typing import Any

import click

from curator import edition, encode, mail
from curator import when as times
from curator.commands._shared import Desk, Moment, TopicName, form_for, format_option, json_option, output_option, pass_desk
from curator.config import Mail
from curator.errors import CuratorError, UsageError
from curator.text import line
from curator.types import Digest, Mailing


@click.command()
@format_option(kind="digest")
@output_option
@json_option
@click.option("--send", is_flag=True, help="Mail it, what could not be sent before first, and tick it off.")
@click.option("--waiting", is_flag=True, help="With --send: only what could not be sent before.")
@click.option("--done", is_flag=True, help="Show it and tick it off, without mail.")
@click.option("--dry-run", is_flag=True, help="With --send: show what would go out and to whom.")
@click.option("--since", type=Moment(), help="A view of the time since then: 24h, monday, 2026-11-22. Never ticks off.")
@click.option("--topic", type=TopicName(pattern=True), help="A view of one topic, or several: 'cyber/*'. Never ticks off.")
@click.option("--plan", "named", metavar="NAME", help="Which digest: main is [digest], others are [digests.NAME].")
@click.option("--list", "listing", is_flag=True, help="List the digests so far, newest first.")
@click.option("--show", "shown", metavar="N", help="Show a digest of the past: its id, or 1 for the newest.")
@click.option("--resend", metavar="N", help="Send a digest of the past once more.")
@pass_desk
def command(desk: Desk, /, form: str | None, output: str | None, as_json: bool, named: str | None, **asked: Any) -> None:
    """Show what is new since the last digest that was sent: each story once, best first, by the questions and topics of feeds.toml.

    Only --send and --done tick it off; what was ticked off does not come again unless it has news.

    \b
    Examples:
      curator digest
      curator digest --topic 'cyber/*' -f markdown -o cyber.md
      curator digest --send
      curator digest --list
      curator digest --show 1 -f html -o yesterday.html
    """
    from curator import delivery  # noqa: PLC0415 - loads templates, senders and the ranking

    _check(asked)
    form = "json" if as_json else form or form_for(output, "text", "digest")
    plan = named or "main"
    with desk.open() as archive:
        store, config = archive.store, desk.config
        if asked["listing"]:
            _list(desk, store.digests(named and delivery.plan_of(config, named).name), output, as_json=as_json)
        elif asked["shown"]:
            desk.write(_past(store, delivery.found(store, asked["shown"], named), form), output)
        elif asked["resend"]:
            _refusals(delivery.resend(store, config, asked["resend"], named, say=desk.say))
        elif asked["send"] and not asked["dry_run"]:
            _send(desk, delivery.send(store, config, plan, desk.now, only_waiting=asked["waiting"], say=lambda said: desk.say(line(said))))
        elif asked["done"]:
            delivery.done(
                store, config, plan, desk.now, show=lambda digest: _show(desk, delivery.render(store, config, digest, form), output, form)
            )
            desk.say("ticked off")
        else:
            unsent = not asked["dry_run"]
            digest = delivery.preview(store, config, plan, desk.now, since=asked["since"], topic=asked["topic"], unsent=unsent)
            if asked["dry_run"]:
                _rehearse(desk, store.pending(plan), digest, plan)
            _show(desk, delivery.render(store, config, digest, form), output, form)


def _check(asked: dict[str, Any]) -> None:
    acts = [name for name, given in (("--send", asked["send"]), ("--done", asked["done"]), ("--list", asked["listing"]),
                                     ("--show", asked["shown"]), ("--resend", asked["resend"])) if given]  # fmt: skip
    if asked["waiting"] and not asked["send"]:
        raise UsageError("--waiting belongs to --send")
    if len(acts) > 1:
        raise UsageError(f"{acts[0]} and {acts[1]} do not go together")
    if acts and (asked["since"] or asked["topic"]):
        raise UsageError(f"--since and --topic give a view that is never ticked off; {acts[0]} takes the whole digest")


def _show(desk: Desk, text: str, output: str | None, form: str) -> None:
    if form == "text" and not output:
        desk.page(text.rstrip("\n").split("\n"))
    else:
        desk.write(text, output)


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _send(desk: Desk, outcome: Any) -> None:
    if not outcome.sent and not outcome.waiting:
        desk.say("nothing new, no mail")
    _refusals(outcome)


def _refusals(outcome: Any) -> None:
    if outcome.refused:
        told = "; ".join(f"{line(who)} was refused: {why}" for who, why in outcome.refused.items())
        raise CuratorError(f"{told}. The others have it." + (" It is tried again the next time." if outcome.waiting else ""))


def _rehearse(desk: Desk, waiting: list[Mailing], digest: Digest, plan: str) -> None:
    """What would go out and to whom, on stderr; the digest itself goes to stdout."""
    config = desk.config
    for mailing in waiting:
        left = [one for one in mailing.to if one not in mailing.delivered]
        desk.warn(f"would first send again, to {', '.join(map(line, left))}: {line(mailing.subject)}")
    if config.mail is None:
        desk.warn("feeds.toml has no [mail]: nothing would go out")
        return
    if not (edition.has_news(digest) or config.plans[plan].heartbeat):
        desk.warn("nothing new: no mail of its own would go out")
        return
    desk.warn(f"would send through {config.mail.sender} to {_whom(config.mail, mail.recipients(config.plans[plan], config.mail))}:")
    desk.warn(f"  {mail.subject(digest)}")


def _whom(settings: Mail, to: tuple[str, ...]) -> str:
    """Who would get it: addresses, or where a sender that needs none brings it; of a webhook the host alone, for the rest is a secret."""
    from curator import senders, urls  # noqa: PLC0415 - loads what sends, which only a rehearsal asks about

    if to:
        return ", ".join(map(line, to))
    if getattr(senders.get(settings.sender), "NEEDS_RECIPIENTS", False):
        return "nobody: set `to` in [mail]"
    return line(urls.host(settings.url or "") or settings.path or settings.sender)


# ── the past ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _list(desk: Desk, mailings: list[Mailing], output: str | None, *, as_json: bool) -> None:
    if as_json:
        desk.json([_encoded(mailing) for mailing in mailings], output)
        return
    lines = []
    for number, mailing in enumerate(mailings, 1):
        state = "sent" if mailing.sent and mailing.delivered else "ticked off" if mailing.sent else "waiting to be sent"
        trouble = f": {line(mailing.error)}" if mailing.error else ""
        lines.append(f"{number:>3}  {mailing.digest[:8]}  {times.local(mailing.composed, desk.zone)}  {line(mailing.subject)}")
        lines.append(f"     {line(mailing.plan)}, {state}{trouble}")
    if output:
        desk.write((text + "\n" for text in lines), output)
    else:
        desk.page(lines)
    if not mailings:
        desk.say("no digest yet; `curator digest --send` or `--done` makes the first")


def _encoded(mailing: Mailing) -> dict[str, Any]:
    def when(at: datetime | None) -> str | None:
        return encode.when(at) if at else None

    return {
        "id": mailing.digest,
        "plan": mailing.plan,
        "subject": mailing.subject,
        "message_id": mailing.message_id,
        "composed": when(mailing.composed),
        "sent": when(mailing.sent),
        "to": list(mailing.to),
        "delivered": list(mailing.delivered),
        "error": mailing.error,
    }


def _past(store: Any, mailing: Mailing, form: str) -> str | bytes:
    """A digest as it was written down."""
    if form == "json":
        return str(store.digest_json(mailing.digest)) + "\n"
    if form == "eml":
        return mailing.eml
    if form not in ("text", "html"):
        raise UsageError(f"a digest of the past is kept as text, html, json and eml, not as {form}")
    return mail.page(mailing.eml, "plain" if form == "text" else "html")
