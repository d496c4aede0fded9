"""Digests leave: compose → write down → send → tick off. An outbox.

What is written down goes out whatever happens: a send that failed or was killed comes first the next time, the same bytes under the
same Message-ID, and only when the server has taken it does a new digest follow. Only a break between the server's answer and our note
of it can make a message go out twice, and then mail readers see one Message-ID.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from . import edition, formats, mail, senders
from .config import Config, Mail, Plan
from .edition import Batch, Material
from .errors import CuratorError, NotFoundError, SendError, UsageError
from .outbox import HOLDS_UP, Outbox, Outcome, Say, alone, recipients
from .stores.sqlite import Store
from .types import Digest, Item, Mailing, Problem, Query

_SECOND = timedelta(seconds=1)
_TEMPLATES = frozenset({"digest.html.j2", "digest.txt.j2", "digest.md.j2"})
_BATCH = 250  #: stories in memory at a time

# ── composing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_of(config: Config, name: str = "main") -> Plan:
    """The plan of that name; UsageError if feeds.toml has none."""
    if name not in config.plans:
        raise UsageError(f"feeds.toml has no digest “{name}”; it has: {', '.join(config.plans)}")
    return config.plans[name]


def compose(store: Store, config: Config, plan: Plan, now: datetime, *, unsent: bool = False) -> Digest:
    """The digest of all that stood in none of the plan's yet; `unsent`: also of what is written down but not sent."""
    at = now.replace(microsecond=0)
    while store.composed(plan.name, at):  # two digests of one second could share an id; clocks may be set back
        at += timedelta(seconds=1)
    with store.snapshot():
        return _with_short_ids(store, edition.compose(gather(store, config, plan, at, unsent=unsent), config))


def preview(
    store: Store,
    config: Config,
    name: str,
    now: datetime,
    *,
    since: datetime | None = None,
    topic: str | None = None,
    unsent: bool = True,
) -> Digest:
    """What is new in the plan of that name, as a view that is never ticked off.

    With `since`: all of that time, told before or not. With `topic`: that topic or pattern alone. Without `unsent`: nothing that is
    written down and waits to be sent, so that it is what the next mail of its own would hold.
    """
    plan = plan_of(config, name)
    if topic:
        plan = replace(plan, sections=(topic,), questions=False, watches=False)
    if since is None:
        return replace(compose(store, config, plan, now, unsent=unsent), preview=True, items=())
    with store.snapshot():
        found = frozenset(store.ids(Query(since=since, copies=True, muted=True, limit=None, order="any"), now))
        material = _material(store, config, plan, now, found)
        return _with_short_ids(store, edition.compose(replace(material, since=since, preview=True, edits=()), config))


def gather(store: Store, config: Config, plan: Plan, now: datetime, *, unsent: bool = False) -> Material:
    """All that a digest of the plan is made of, as the store has it now; `unsent`: with what is written down but not sent."""
    new = frozenset(store.undigested(plan.name))
    if unsent:
        new |= {id_ for mailing in store.pending(plan.name) for id_ in mailing.items}
    return _material(store, config, plan, now, new)


def _material(store: Store, config: Config, plan: Plan, now: datetime, new: frozenset[str]) -> Material:
    since = store.since(plan.name)
    of = store.story_of(new)
    stories = list(dict.fromkeys(of.values()))
    asked = [watch.query for watch in config.watches.values() if watch.query] if plan.watches else []
    edits = _edits(store, plan, since, now, new)
    members = new.union(store.members(stories), (item.id for item, _ in edits)) if asked else new
    whole = any(question.any for question in config.questions.values()) and plan.questions  # their terms are looked for in the text
    return Material(
        plan=plan,
        since=since,
        until=now,
        batches=_batches(store, stories, [id_ for id_ in new if id_ not in of], texts=whole),
        whole=store.items,
        new=new,
        muted=_muted(store, new, now),
        hits={name: _matching(store, members, watch.query, now) for name, watch in config.watches.items() if watch.query in asked},
        edits=edits,
        problems=_problems(store, config, plan, since),
        rhythm=store.rhythm(_enabled(config)),
    )


def _batches(store: Store, stories: Sequence[str], alone: Sequence[str], *, texts: bool) -> Iterator[Batch]:
    """The stories of these ids, then the items without a story, some at a time. Items are brief unless their texts are asked for."""
    for start in range(0, len(stories), _BATCH):
        some = stories[start : start + _BATCH]
        read = store.stories_by_id(some)
        items = store.story_items(some, texts=texts, brief=not texts)
        yield Batch(stories=tuple(read.values()), items={item.id: item for story in items.values() for item in story})
    for start in range(0, len(alone), _BATCH):
        some = alone[start : start + _BATCH]
        yield Batch(items=store.items(some) if texts else store.brief(some))


def _muted(store: Store, new: frozenset[str], now: datetime) -> frozenset[str]:
    return new - store.among(new, Query(copies=True, limit=None), now) if store.mutes(now) else frozenset()


def _matching(store: Store, ids: frozenset[str], query: str, now: datetime) -> frozenset[str]:
    return frozenset(store.among(ids, Query(text=query, copies=True, muted=True, limit=None), now))


def _edits(store: Store, plan: Plan, since: datetime | None, now: datetime, new: frozenset[str]) -> tuple[tuple[Item, str], ...]:
    """Items that an earlier digest ticked off, edited since, with their headline before; muted ones are left out.

    The archive counts whole seconds: what changed in the second of the last digest counts, unless that digest had it.
    """
    if since is None:
        return ()
    before = {id_: version.title for id_, version in store.edits(since - _SECOND, now) if id_ not in new}
    items = store.items(sorted(store.digested(before, plan.name)))
    muted = _muted(store, frozenset(items), now)
    items = {id_: item for id_, item in items.items() if id_ not in muted}
    had = _titles(_last(store, plan)) if any(item.changed == since for item in items.values()) else frozenset()
    return tuple((item, before[id_]) for id_, item in items.items() if item.changed != since or (id_, item.title) not in had)


def _problems(store: Store, config: Config, plan: Plan, since: datetime | None) -> tuple[Problem, ...]:
    """Feeds that fail now, and those of which entries may have been missed since the last digest, its own second included."""
    states = [state for _, state in sorted(store.states(_enabled(config)).items())]
    failing = [state.problem for state in states if state.problem is not None]
    missed = "none of its entries was known: some may have come and gone before; a shorter `every` would see them"
    gaps = [
        Problem(feed=state.name, kind="gap", message=missed, since=state.gap)
        for state in states
        if state.gap and (since is None or state.gap >= since)
    ]
    told = (
        {one["feed"] for one in _last(store, plan)["problems"] if one["kind"] == "gap"} if any(one.since == since for one in gaps) else ()
    )
    return (*failing, *(gap for gap in gaps if gap.since != since or gap.feed not in told))


def _last(store: Store, plan: Plan) -> dict[str, Any]:
    """The plan's newest digest, as it was written down."""
    digest: dict[str, Any] = json.loads(store.digest_json(store.digests(plan.name, limit=1)[0].digest))
    return digest


def _titles(value: object) -> frozenset[tuple[str, str]]:
    """(id, title) of all that a written digest names, wherever in it."""
    if isinstance(value, dict):
        mine = {(value["id"], value[key]) for key in ("title", "now") if "id" in value and key in value}
        return frozenset(mine).union(*map(_titles, value.values()))
    return frozenset().union(*map(_titles, value)) if isinstance(value, list) else frozenset()


def _enabled(config: Config) -> list[str]:
    return [name for name, feed in config.feeds.items() if feed.enabled]


def _with_short_ids(store: Store, digest: Digest) -> Digest:
    return replace(digest, short=store.short(edition.shown(digest)))


def templates(config: Config, plan: Plan) -> dict[str, str]:
    """The user's own templates, by file name (`digest.html.j2` …), from the folder the plan names."""
    if not plan.templates:
        return {}
    folder = _beside(config, plan.templates)
    try:
        found = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir()) if file.suffix == ".j2"}
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CuratorError(f"templates in {folder} cannot be read: {why}") from error
    if not found.keys() & _TEMPLATES:
        raise CuratorError(f"templates: {folder} holds none of {', '.join(sorted(_TEMPLATES))}")
    return found


def _beside(config: Config, path: str) -> Path:
    """A path of feeds.toml: relative ones count from the file's folder."""
    return Path(config.path).parent / Path(path).expanduser()


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def send(store: Store, config: Config, name: str, now: datetime, *, only_waiting: bool = False, say: Say = lambda line: None) -> Outcome:
    """Send what waits, then, unless `only_waiting`, what is new.

    Nothing new: no mail, unless the plan has a heartbeat. Raises SendError if no recipient took a message; it waits then, and nothing
    newer goes out before it, but for one that the server refuses for its content.
    """
    plan, settings = plan_of(config, name), _settings(config)
    outbox = Outbox(store=store, plan=plan, settings=settings, now=now, say=say)
    with alone(store, plan.name):
        results, stuck = _waiting(outbox)
        if not only_waiting:
            results += _new(outbox, config, stuck)
    if stuck:
        raise stuck[0][1]
    return _together(results)


def _waiting(outbox: Outbox) -> tuple[list[Outcome], list[tuple[Mailing, SendError]]]:
    """Send what waits. Second answer: what the server will not have for what stands in it; it holds up nothing newer for more than a day."""
    results: list[Outcome] = []
    stuck: list[tuple[Mailing, SendError]] = []
    for mailing in outbox.store.pending(outbox.plan.name):
        _check_recipients(outbox.plan, outbox.settings)
        try:
            results.append(outbox.onward(mailing))
        except SendError as error:
            if not error.content or outbox.now - mailing.composed < HOLDS_UP:
                raise
            stuck.append((mailing, error))
    return results, stuck


def _new(outbox: Outbox, config: Config, stuck: Sequence[tuple[Mailing, SendError]]) -> list[Outcome]:
    """Send what is new, if there is anything. It names what is stuck, so that a reader who only sees the mail knows."""
    store, plan, settings = outbox.store, outbox.plan, outbox.settings
    digest = compose(store, config, plan, outbox.now)
    if not (edition.has_news(digest) or plan.heartbeat):
        store.pass_over(plan.name, digest.items)
        return []
    _check_recipients(plan, settings)
    digest = replace(digest, stuck=tuple((mailing.digest, mailing.composed) for mailing, _ in stuck))
    mailing = _mailing(config, plan, settings, digest)
    store.write(mailing, _as_json(digest))
    return [replace(outbox.onward(mailing), digest=digest)]


def _together(results: Sequence[Outcome]) -> Outcome:
    return Outcome(
        sent=tuple(mailing for one in results for mailing in one.sent),
        digest=next((one.digest for one in results if one.digest), None),
        refused={who: why for one in results for who, why in one.refused.items()},
        waiting=sum(one.waiting for one in results),
    )


def alert(
    store: Store, config: Config, hits: Mapping[str, Sequence[str]], now: datetime, *, say: Say = lambda line: None
) -> tuple[str, ...]:
    """Send new hits of the watches with `alert = true` at once, a mail for each watch; the digest tells them all the same.

    `hits`: ids of new items by watch. Each watch keeps books of its own ("alert:NAME"): what could not be sent goes out with the next
    poll, and nothing twice. Gives a line for each watch whose mail could not be sent.
    """
    names = [name for name, watch in config.watches.items() if watch.alert] if config.mail else []
    if not names:
        return ()
    failures, settings = [], _settings(config)
    with alone(store, "alert:", wait=True):
        for name in names:
            plan = Plan(name=f"alert:{name}", title=f"Watch: {name}", questions=False, watches=False, tlp=config.plans["main"].tlp)
            outbox = Outbox(store=store, plan=plan, settings=settings, now=now, say=say)
            try:
                for mailing in [*store.pending(plan.name), *_alerts(store, config, outbox, frozenset(hits.get(name, ())))]:
                    outbox.onward(mailing)
            except SendError as error:
                failures.append(f"watch {name}: {error}")
    return tuple(failures)


def _alerts(store: Store, config: Config, outbox: Outbox, found: frozenset[str]) -> Iterator[Mailing]:
    """The new hits of one watch, written down; none if there are none."""
    new = found - store.digested(found, outbox.plan.name)
    if not new:
        return
    with store.snapshot():
        material = _material(store, config, outbox.plan, outbox.now.replace(microsecond=0), new)
        digest = edition.compose(replace(material, preview=True, edits=(), problems=(), rhythm={}), config)
    if edition.has_news(digest):  # not all of it muted
        digest = _with_short_ids(store, replace(digest, preview=False, items=tuple(sorted(new))))
        mailing = _mailing(config, outbox.plan, outbox.settings, digest)
        store.write(mailing, _as_json(digest))
        yield mailing


def done(store: Store, config: Config, name: str, now: datetime, *, show: Callable[[Digest], None] = lambda digest: None) -> Digest:
    """Tick everything off without sending: what waits, and what is new. `show` gets the digest of both before it is ticked off."""
    plan = plan_of(config, name)
    with alone(store, plan.name):
        waiting = store.pending(plan.name)
        digest = compose(store, config, plan, now, unsent=True)
        show(digest)
        held = {item for mailing in waiting for item in mailing.items}
        items = tuple(item for item in digest.items if item not in held)
        if items or edition.has_news(digest):
            settings = replace(config.mail or Mail(), to=())
            mailing = _mailing(config, replace(plan, to=()), settings, digest)
            store.write(replace(mailing, items=items, sent=now), _as_json(digest))
        for mailing in waiting:
            store.tick(mailing.digest, now)
        return digest


def resend(store: Store, config: Config, id_: str, plan: str | None = None, *, say: Say = lambda line: None) -> Outcome:
    """Send a digest of the past once more, the same bytes, to the plan's recipients of today."""
    settings = _settings(config)
    refused: dict[str, str] = {}
    mailing = found(store, id_, plan)
    with alone(store, mailing.plan):
        to = recipients(config.plans.get(mailing.plan, Plan(name=mailing.plan)), settings)
        for handover in senders.get(settings.sender).send(mailing.eml, to, settings):
            refused |= handover.refused
            for one in handover.delivered:
                say(f"{mailing.subject}: sent again to {one}")
    return Outcome(sent=(mailing,), refused=refused)


def found(store: Store, id_: str, plan: str | None = None) -> Mailing:
    """The digest with that id or beginning of one, or that number (1 is the newest, of the plan if one is named); NotFoundError if none."""
    if id_.isdigit() and len(id_) < 4:
        listed = store.digests(plan, limit=int(id_))
        if not 0 < int(id_) <= len(listed):
            raise NotFoundError(f"there are {len(listed)} digests, none with the number {id_}")
        return store.mailing(listed[-1].digest)
    kind, full = store.resolve(id_)
    if kind != "digest":
        raise NotFoundError(f"{id_} is the id of no digest but of {'an item' if kind == 'item' else 'a story'}")
    return store.mailing(full)


def render(store: Store, config: Config, digest: Digest, form: str) -> str:
    """The digest in a format, with the user's templates; as mail to the plan's recipients; as a feed with the digests before it."""
    plan = config.plans.get(digest.plan, Plan(name=digest.plan))
    own, member = templates(config, plan), formats.get(form)
    if form == "eml":
        return str(member.digest(digest, own, plan, config.mail or Mail()))
    if form == "atom":
        sent = (one for one in store.digests(plan.name, limit=20) if one.sent and one.digest != digest.id)
        return str(member.digest(digest, own, [member.entry(one.digest, plan.title, one.composed, mail.page(one.eml)) for one in sent]))
    return str(member.digest(digest, own))


def _settings(config: Config) -> Mail:
    """[mail], its paths counted from the folder of feeds.toml."""
    found = config.mail
    if found is None:
        raise UsageError("feeds.toml has no [mail]: it says from and to whom digests go, and through which server")
    return replace(
        found,
        path=found.path and str(_beside(config, found.path)),
        password_file=found.password_file and str(_beside(config, found.password_file)),
        ca_file=found.ca_file and str(_beside(config, found.ca_file)),
        allow_private=found.allow_private or config.fetch.allow_private,
    )


def _check_recipients(plan: Plan, settings: Mail) -> None:
    if getattr(senders.get(settings.sender), "NEEDS_RECIPIENTS", False) and not mail.recipients(plan, settings):
        raise UsageError("nobody to send to: set `to` in [mail] or in the digest's own table")


def _mailing(config: Config, plan: Plan, settings: Mail, digest: Digest) -> Mailing:
    """The digest as it goes into the outbox: from there it goes out as it is."""
    return Mailing(
        digest=digest.id,
        plan=plan.name,
        message_id=mail.message_id(digest, settings),
        subject=mail.subject(digest),
        composed=digest.until,
        to=recipients(plan, settings),
        eml=formats.get("eml").wire(digest, templates(config, plan), plan, settings),
        items=digest.items,
    )


def _as_json(digest: Digest) -> str:
    return json.dumps(formats.get("json").encoded(digest), ensure_ascii=False)
