"""The tables of feeds.toml: parsed TOML in, `Config` and `Notes` out. Pure.

each table ▸ its record (`configvalues.arguments`) ▸ Config ▸ what must fit together: names, terms, addresses, senders
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from fnmatch import fnmatchcase
from typing import Any, TypeVar
from urllib.parse import unquote

from curator import configvalues as values
from curator import shipped
from curator.config import Config, Feed, Fetch, Mail, Outlet, Plan, Question, Stories, Topic, Watch
from curator.configvalues import Notes, Where, WrongError

Record = TypeVar("Record")

#: the keys and tables of the file's top level
TOP = (
    "store", "timezone", "builtin_topics", "fetch", "stories", "defaults", "feeds", "outlets", "topics",
    "watch", "questions", "digest", "digests", "mail",
)  # fmt: skip
_NEEDED = {"smtp": "to", "maildir": "path", "folder": "path", "command": "command", "webhook": "url"}  #: what a sender cannot do without


def read(top: Mapping[str, Any], path: str = "") -> tuple[Config, Notes]:
    """`Config` from the parsed file, and what was found wrong or odd; with mistakes noted the Config is not to be used."""
    notes = Notes()
    for key in top:
        if key not in TOP:
            notes.wrong((key,), "is not a key or table of feeds.toml" + (values.meant(key, TOP) or f"; those are: {', '.join(TOP)}"))
    mail = _one(Mail, top, "mail", notes) if "mail" in top else None
    config = Config(
        path=path,
        store=_single(top, "store", Config().store, notes),
        timezone=_single(top, "timezone", "UTC", notes),
        feeds=_feeds(top, notes),
        builtin_topics=_builtin(top, notes),
        topics=_named(Topic, top, "topics", notes),
        outlets=tuple(_named(Outlet, top, "outlets", notes).values()),
        watches=_named(Watch, top, "watch", notes),
        questions=_named(Question, top, "questions", notes),
        fetch=_one(Fetch, top, "fetch", notes),
        stories=_one(Stories, top, "stories", notes),
        plans=_plans(top, notes, mail),
        mail=mail,
    )
    _fit(config, notes)
    return config, notes


# ── tables to records ───────────────────────────────────────────────────────────────────────────────────────────────


def _one(record: type[Record], top: Mapping[str, Any], key: str, notes: Notes) -> Record:
    return record(**values.arguments(record, top.get(key, {}), (key,), notes))


def _single(top: Mapping[str, Any], key: str, default: str, notes: Notes) -> str:
    try:
        return values.text(top.get(key, default))
    except WrongError as wrong:
        notes.wrong((key,), f"is {values.shown(top[key])} but must be {wrong}")
        return default


def _builtin(top: Mapping[str, Any], notes: Notes) -> tuple[str, ...] | None:
    if "builtin_topics" not in top:
        return None
    try:
        return values.texts(top["builtin_topics"])
    except WrongError as wrong:
        notes.wrong(("builtin_topics",), f"is {values.shown(top['builtin_topics'])} but must be {wrong}")
        return None


def _named(record: type[Record], top: Mapping[str, Any], key: str, notes: Notes) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for name, one in values.table(top.get(key, {}), (key,), notes).items():
        given = values.arguments(record, one, (key, name), notes)
        if not _name_is_good(name, (key, name), notes):
            continue
        if record is Question and "question" not in given:
            if isinstance(one, dict) and "question" not in one:
                notes.wrong((key, name), 'needs a question: question = "Is …?"')
            continue
        found[name] = record(**{"name": name, **given})
    return found


def _name_is_good(name: str, where: Where, notes: Notes) -> bool:
    if name and name == name.strip() and name.isprintable() and len(name) <= 200 and not name.startswith("-") and "*" not in name:
        return True
    notes.wrong(where, "is no usable name: 1 to 200 printable characters, no *, no - at the start, no space at the ends")
    return False


def _feeds(top: Mapping[str, Any], notes: Notes) -> dict[str, Feed]:
    defaults = values.arguments(Feed, top.get("defaults", {}), ("defaults",), notes, without=frozenset({"url"}))
    feeds: dict[str, Feed] = {}
    for name, one in values.table(top.get("feeds", {}), ("feeds",), notes).items():
        where = ("feeds", name)
        if inner := _tables_in(one):
            notes.wrong(where, f'holds no feed but tables; a name with a dot needs quotes: [feeds."{name}.{inner[0]}"]')
            continue
        own = values.arguments(Feed, one, where, notes)
        if "url" not in own:
            if isinstance(one, dict) and "url" not in one:
                notes.wrong(where, 'needs an address: url = "https://…"')
            continue
        if _name_is_good(name, where, notes):
            feeds[name] = Feed(name=name, **(defaults | own))
    return feeds


def _tables_in(table: Any) -> list[str]:
    if not isinstance(table, dict) or "url" in table:
        return []
    return [key for key, value in table.items() if isinstance(value, dict) and "url" in value]


def _plans(top: Mapping[str, Any], notes: Notes, mail: Mail | None) -> dict[str, Plan]:
    plans = {"main": _one(Plan, top, "digest", notes)}
    if "main" in values.table(top.get("digests", {}), ("digests",), notes):
        notes.wrong(("digests", "main"), "is the name of the plan in [digest]; give this one another")
    plans |= {name: plan for name, plan in _named(Plan, top, "digests", notes).items() if name != "main"}
    to = mail.to if mail else ()
    return {name: plan if plan.to else replace(plan, to=to) for name, plan in plans.items()}


# ── what must fit together ──────────────────────────────────────────────────────────────────────────────────────────


def _fit(config: Config, notes: Notes) -> None:
    _check_world(config, notes)
    _check_topic_names(config, notes)
    _check_terms(config, notes)
    _check_searches(config, notes)
    _check_hosts(config, notes)
    _check_addresses(config, notes)
    if config.mail:
        _check_mail(config, config.mail, notes)


def _check_world(config: Config, notes: Notes) -> None:
    kind, colon, place = config.store.partition(":")
    stores = shipped.members("stores") if config.store != Config().store else ("sqlite",)
    if not colon or not place or kind not in stores:
        notes.wrong(("store",), f'is "{config.store}" but must be KIND:PLACE such as "sqlite:curator.db"; kinds: {", ".join(stores)}')
    if config.timezone != "UTC":
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - ten milliseconds that most need not wait

        try:
            ZoneInfo(config.timezone)
        except (ValueError, KeyError, OSError):
            hint = values.meant(config.timezone, _zones())
            notes.wrong(("timezone",), f'is "{config.timezone}" but must be a time zone such as "Europe/Vienna"{hint}')


def _zones() -> Iterable[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads a folder tree, wanted only to explain a mistake

    return sorted(available_timezones())


def shipped_topics() -> tuple[str, ...]:
    """Names of the shipped topics, read off the file's headings: parsing it whole would cost every command tens of milliseconds."""
    return tuple(re.findall(r'^\[topics\."([^"\n]+)"\]', shipped.text("topics.toml"), re.MULTILINE))


def _check_topic_names(config: Config, notes: Notes) -> None:
    used: list[tuple[Where, str]] = []
    used += [(("feeds", feed.name, "topics"), topic) for feed in config.feeds.values() for topic in feed.topics]
    used += [((*_plan_at(plan), "sections"), topic) for plan in config.plans.values() for topic in plan.sections]
    used += [(("watch", watch.name, "topics"), topic) for watch in config.watches.values() for topic in watch.topics]
    used += [(("questions", one.name, "topics"), topic) for one in config.questions.values() for topic in one.topics]
    used += [(("topics", one.name, "second_to"), topic) for one in config.topics.values() for topic in one.second_to]
    used += [(("topics", one.name, "mask_beside"), row[0]) for one in config.topics.values() for row in one.mask_beside if row]
    builtin = [(("builtin_topics",), topic) for topic in config.builtin_topics or ()]
    if not any(topic != "*" for _, topic in used + builtin):
        return
    ours = shipped_topics()
    names = {*ours, *config.topics}
    good = {topic for topic in {topic for _, topic in used} if _is_topic(topic, names)}
    for where, topic in used:
        if topic not in good:
            notes.wrong(where, f'names the topic "{topic}", which neither this file nor curator has{values.meant(topic, sorted(names))}')
    for where, topic in builtin:
        if not _is_topic(topic, set(ours)):
            notes.wrong(where, f'names "{topic}", which is no shipped topic{values.meant(topic, ours)}')


def _plan_at(plan: Plan) -> Where:
    return ("digest",) if plan.name == "main" else ("digests", plan.name)


def _is_topic(topic: str, names: set[str]) -> bool:
    return topic in names or ("*" in topic and (topic == "*" or any(fnmatchcase(name, topic) for name in names)))


def _check_terms(config: Config, notes: Notes) -> None:
    used: list[tuple[Where, str]] = []
    for topic in config.topics.values():
        for key, value in ((one.name, getattr(topic, one.name)) for one in fields(topic)):
            if isinstance(value, tuple):  # the lists of terms, and the groups of terms, of a rule
                used += [(("topics", topic.name, key), term) for each in value for term in ([each] if isinstance(each, str) else each)]
    used += [(("questions", one.name, "any"), term) for one in config.questions.values() for term in one.any]
    if used:
        from curator import terms, topics  # noqa: PLC0415 - the machinery of matching, needed only where the file has terms of its own

        for where, term in used:
            unknown = term.startswith("@") and term[1:] not in topics.words()
            if message := f'there is no shipped list "{term}"' if unknown else terms.check(term):
                notes.wrong(where, f"has a term that cannot be read: {message}")


def _check_searches(config: Config, notes: Notes) -> None:
    for watch in config.watches.values():
        if not (watch.query or watch.topics or watch.entities):
            notes.wrong(("watch", watch.name), "watches for nothing: give it a query, topics or entities")
    for question in config.questions.values():
        if not (question.topics or question.any or question.entities):
            notes.wrong(("questions", question.name), "nothing can answer it: give it topics, any or entities")


def _check_hosts(config: Config, notes: Notes) -> None:
    owner: dict[str, str] = {}
    for outlet in config.outlets:
        for host in outlet.hosts:
            if re.search(r"[/:\s@]", host) or "." not in host.strip("."):
                notes.wrong(("outlets", outlet.name, "hosts"), f'has "{host}" but must have host names alone: "example.org"')
            other = owner.setdefault(host.lower().removeprefix("www."), outlet.name)
            if other != outlet.name:
                notes.odd(("outlets", outlet.name, "hosts"), f'has "{host}", which [outlets."{other}"] has too; the first one counts')


def _check_mail(config: Config, mail: Mail, notes: Notes) -> None:
    senders = shipped.members("senders")
    if mail.sender not in senders:
        notes.wrong(("mail", "sender"), f'is "{mail.sender}" but must be one of {", ".join(senders)}{values.meant(mail.sender, senders)}')
    needed = _NEEDED.get(mail.sender)
    told = any(where[:2] == ("mail", needed) for where, _ in notes.mistakes)
    if needed and not told and not getattr(mail, needed) and not (needed == "to" and any(plan.to for plan in config.plans.values())):
        example = {"to": '["desk@example.org"]', "command": '["sendmail", "-t", "-i"]'}.get(needed, '"…"')
        notes.wrong(("mail",), f"needs {needed} = {example} to send by {mail.sender}")
    if mail.sender == "smtp" and mail.security == "none" and mail.username:
        notes.odd(("mail", "security"), 'is "none" with a username: the password would travel in the clear')


def _check_addresses(config: Config, notes: Notes) -> None:
    """Two feeds with one canonical address. The exact test is dear, so it is asked only where a rough key is the same."""
    rough: dict[str, list[Feed]] = defaultdict(list)
    for feed in config.feeds.values():
        if "@" in feed.url.split("/")[2]:
            notes.odd(("feeds", feed.name, "url"), "holds a name or password; username and password_env keep them out of the file")
        rough[_rough(feed.url)].append(feed)
    for feeds in rough.values():
        if len(feeds) > 1:
            _check_same(feeds, notes)


def _rough(url: str) -> str:
    """The same for any two addresses that might be one: the last two labels of the host, and the path's letters and digits."""
    host, _, rest = url.split("://", 1)[1].partition("/")
    name = re.sub(r":\d+$", "", host.rpartition("@")[2].lower().rstrip("."))
    path = re.split(r"[?#]", rest)[0]
    return ".".join(name.split(".")[-2:]) + "/" + re.sub(r"[^\w]|index|amp", "", unquote(path).lower())


def _check_same(feeds: list[Feed], notes: Notes) -> None:
    from curator import urls  # noqa: PLC0415 - loads ada, needed only where two addresses look alike

    first: dict[str, str] = {}
    for feed in feeds:
        canonical = urls.canonical(feed.url) or feed.url
        other = first.setdefault(canonical, feed.name)
        if other != feed.name:
            notes.odd(("feeds", feed.name, "url"), f"is the same feed as {values.dotted(('feeds', other))}; one of the two can go")
