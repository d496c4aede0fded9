"""A digest as its templates see it: every text safe, short enough and ready to print; every link http or https.

Templates only lay out; what a feed wrote has been through here. Helpers of the family, not a format.
"""

import re
import shlex
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from .. import mail, text
from ..types import Digest, Item, Problem, Section, Told

HEADLINE = 220  #: characters
LINE = 300  #: characters of any other line that comes from outside
_LINK = 2_000
MOST_TAGS = 6
MOST_REPORTERS = 5
MOST_PROBLEMS = 12
MOST_CORRECTIONS = 12
_WORD = 45  #: letters of a word: the longest of the dictionary have as many
#: Longer ones, in scripts that part words by blanks: not Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese …
_ENDLESS = re.compile(rf"[^\W\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\U0003ffff]{{{_WORD + 1},}}…?")
_UNREACHED = ("dns", "connect", "timeout", "tls")  #: kinds of problem that a machine without a network has with every feed
_ALONE = 3  #: feeds that could not be reached are told one by one up to so many, in one line if there are more

#: Traffic Light Protocol 2.0 (FIRST, 2022): colour of the letters, always on black.
TLP_COLOURS = {"RED": "#FF2B2B", "AMBER": "#FFC000", "AMBER+STRICT": "#FFC000", "GREEN": "#33FF00", "CLEAR": "#FFFFFF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as it is printed."""

    id: str  #: short
    headline: str
    url: str  #: "" = none that may be linked
    language: str
    extract: str
    sources: str
    outlets: str  #: who reports it, as text
    reporters: tuple[tuple[str, str], ...]  #: the same as (name, link to its article or "")
    more_reporters: str  #: "and 3 more", "" = none
    topics: tuple[str, ...]
    why: str
    news: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section as it is printed."""

    title: str
    kind: str  #: question | watch | topic
    summary: str
    empty: str
    stories: tuple[StoryView, ...]
    also: tuple[tuple[str, str, str], ...]  #: short id, headline, place
    more: str  #: "and 4 more stories", "" = none
    command: str  #: what to type to see them


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A changed headline as it is printed."""

    id: str
    url: str
    outlet: str
    before: str
    after: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The digest as it is printed."""

    id: str
    title: str
    date: str
    tlp: str
    tlp_colour: str
    overview: str
    preheader: str
    sections: tuple[SectionView, ...]
    updates: tuple[StoryView, ...]
    more_updates: str
    corrections: tuple[ChangeView, ...]
    more_corrections: str
    watches: tuple[SectionView, ...]
    problems: tuple[tuple[str, str], ...]  #: feed, what is wrong
    more_problems: str
    silent: tuple[tuple[str, str], ...]  #: feed, date of its newest entry
    notes: tuple[str, ...]
    example: str  #: a short id, for "curator show …"
    preview: bool


def view(digest: Digest) -> View:
    """The whole digest, ready for a template."""
    zone = mail.zone(digest.timezone)
    watches = tuple(_section(section, digest, zone) for section in digest.sections if section.topic.startswith("watch:"))
    sections = tuple(_section(section, digest, zone) for section in digest.sections if not section.topic.startswith("watch:"))
    updates = tuple(_story(told, digest, zone) for told in digest.updates)
    stories = [story for section in (*sections, *watches) for story in section.stories] + list(updates)
    corrections = tuple(_change(*change, digest) for change in digest.corrections[:MOST_CORRECTIONS])
    unsaid = len(digest.corrections) - len(corrections) + digest.more_corrections
    problems = _problems(digest, zone)
    return View(
        id=digest.id,
        title=clip(digest.title, 100),
        date=long_date(digest.until, zone),
        tlp=digest.tlp,
        tlp_colour=TLP_COLOURS.get(digest.tlp, "#FFFFFF"),
        overview=overview(digest),
        preheader=text.excerpt("; ".join(story.headline for story in stories[1:5]) or overview(digest), 160),
        sections=sections,
        updates=updates,
        more_updates=_more(digest.more_updates, "developing story"),
        corrections=corrections,
        more_corrections=_more(unsaid, "changed headline"),
        watches=watches,
        problems=problems[:MOST_PROBLEMS],
        more_problems=_more(len(problems) - MOST_PROBLEMS, "feed"),
        silent=tuple((clip(feed, 80), short_date(at, zone, digest.until)) for feed, at in digest.silent[:MOST_PROBLEMS]),
        notes=_notes(digest),
        example=stories[0].id if stories else "",
        preview=digest.preview,
    )


def overview(digest: Digest) -> str:
    """How much there is, in a line: "14 stories · 3 developing · 2 changed headlines"."""
    stories = sum(len(section.told) + section.more for section in digest.sections)
    developing = len(digest.updates) + digest.more_updates
    changed = len(digest.corrections) + digest.more_corrections
    parts = [text.plural(stories, "new story")] if stories else []
    parts += [f"{developing:,} developing"] if developing else []
    parts += [text.plural(changed, "changed headline")] if changed else []
    parts += [f"{text.plural(len(digest.problems), 'feed')} with problems"] if digest.problems else []
    return " · ".join(parts) if stories or developing or changed else " · ".join(["nothing new", *parts])


def _section(section: Section, digest: Digest, zone: tzinfo) -> SectionView:
    kind, _, name = section.topic.partition(":")
    return SectionView(
        title=clip(section.title),
        kind=kind if name else "topic",
        summary=clip(section.summary),
        empty=clip(section.empty),
        stories=tuple(_story(told, digest, zone) for told in section.told),
        also=tuple((short(digest, id_), clip(headline, HEADLINE), clip(place, 100)) for id_, headline, place in section.also),
        more=_more(section.more, "story"),
        command=_command(section) if section.more else "",
    )


def _command(section: Section) -> str:
    kind, _, name = section.topic.partition(":")
    if name:
        return f"curator list --watch {shlex.quote(text.line(name))}" if kind == "watch" else ""
    return "curator stories" if section.topic == "*" else f"curator stories --topic {shlex.quote(text.line(section.topic))}"


def _story(told: Told, digest: Digest, zone: tzinfo) -> StoryView:
    reporters, unnamed = _reporters(told)
    more = f"and {unnamed} more" if unnamed else ""
    return StoryView(
        id=short(digest, told.story.id),
        headline=headline(told),
        url=link(told.lead),
        language=text.line(told.lead.language or ""),
        extract=clip(told.extract, 700),
        sources=clip(told.sources),
        outlets=", ".join(name for name, _ in reporters) + (f" {more}" if more else ""),
        reporters=reporters,
        more_reporters=more,
        topics=tuple(clip(topic, 60) for topic in told.story.topics[:MOST_TAGS]),
        why=clip(told.why),
        news=clip(told.news),
        when=short_date(max((item.date for item in told.items), default=told.story.last), zone, digest.until),
    )


def headline(told: Told) -> str:
    """The headline of the story's lead, a stand-in where there is none; nothing in it fills more than two lines of a phone unbroken."""
    return clip(_ENDLESS.sub(lambda word: word[0][:_WORD] + "…", mail.headline(told)), HEADLINE) or "(no headline)"


def _reporters(told: Told) -> tuple[tuple[tuple[str, str], ...], int]:
    """Outlets with the link to their article, each once, and how many are left out: the lead's first, then those with own reporting."""
    found: dict[str, str] = {}
    for item in sorted(told.items, key=lambda one: (one.id != told.lead.id, one.provenance.role != "own")):
        name = clip(item.outlet or item.feed, 60)
        found[name] = found.get(name) or link(item)
    most = MOST_REPORTERS if len(found) <= MOST_REPORTERS else MOST_REPORTERS - 1
    return tuple(found.items())[:most], max(0, len(found) - most)


def _change(item: Item, before: str, now: str, digest: Digest) -> ChangeView:
    return ChangeView(
        id=short(digest, item.id),
        url=link(item),
        outlet=clip(item.outlet or item.feed, 60),
        before=clip(before, HEADLINE),
        after=clip(now, HEADLINE),
        language=text.line(item.language or ""),
    )


def _problems(digest: Digest, zone: tzinfo) -> tuple[tuple[str, str], ...]:
    """(feed, what is wrong) of each; many that could not be reached, which is one trouble and not many, in one line before the others."""
    unreached = [problem for problem in digest.problems if problem.kind in _UNREACHED]
    together = len(unreached) > _ALONE
    alone = [problem for problem in digest.problems if not (together and problem.kind in _UNREACHED)]
    told = tuple((clip(problem.feed, 80), _problem(problem, digest, zone)) for problem in alone)
    return (_unreached(unreached, digest, zone), *told) if together else told


def _unreached(problems: list[Problem], digest: Digest, zone: tzinfo) -> tuple[str, str]:
    names = ", ".join(clip(problem.feed, 40) for problem in problems[:_ALONE])
    kinds = Counter(problem.kind for problem in problems).most_common()
    since = max((problem.since for problem in problems if problem.since), default=None)
    all_since = f" since {short_date(since, zone, digest.until)}" if since else ""
    how = ", ".join(f"{kind} {count:,}" for kind, count in kinds)
    return text.plural(
        len(problems), "feed"
    ), f"could not be reached{all_since} ({how}): {names} and {len(problems) - _ALONE:,} more; `curator feeds` lists them"


def _problem(problem: Problem, digest: Digest, zone: tzinfo) -> str:
    said = clip(problem.message or problem.kind)
    if problem.kind == "gap":
        return f"gap: {said}"
    since = f" since {short_date(problem.since, zone, digest.until)}" if problem.since else ""
    tries = f" ({problem.failures} times in a row{since})" if problem.failures > 1 else ""
    return said + tries


def _notes(digest: Digest) -> tuple[str, ...]:
    zone = mail.zone(digest.timezone)
    notes = [
        f"Refused by the mail server, {short_date(at, zone, digest.until)}: curator digest --show {id_[:8]}" for id_, at in digest.stuck
    ]
    if digest.repeats:
        notes.append(f"{text.plural(digest.repeats, 'new item')} only repeated stories told before.")
    if digest.muted:
        notes.append(f"{text.plural(digest.muted, 'item')} muted.")
    if len(digest.silent) > MOST_PROBLEMS:
        notes.append(f"{len(digest.silent) - MOST_PROBLEMS} more feeds went quiet.")
    return tuple(notes)


def _more(count: int, noun: str) -> str:
    return f"and {text.plural(count, noun, 'more ')}" if count > 0 else ""


# ── small things ────────────────────────────────────────────────────────────────────────────────────────────────────


def clip(s: str, most: int = LINE) -> str:
    """One safe line of at most `most` characters."""
    return text.excerpt(text.line(s[: 8 * most]), most)


def link(item: Item) -> str:
    """The item's address if it may be linked: http or https, with a host, of sane length; "" if not."""
    for url in (item.url, item.link):
        if url and len(url) <= _LINK and url == text.line(url) and not set(url) & set(" <>\"'`\\"):
            try:
                parts = urlsplit(url)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.hostname:
                return url
    return ""


def short(digest: Digest, id_: str) -> str:
    """The short form of an id, as the store found it unique; else enough of it to be so almost surely."""
    return digest.short.get(id_, id_[:10])


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def long_date(at: datetime, zone: tzinfo) -> str:
    """ "Wednesday 25 November 2026, 07:00 CET": the same whatever the locale."""
    here = at.astimezone(zone)
    return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {here.year}, {here:%H:%M} {here.tzname() or ''}".strip()


def short_date(at: datetime, zone: tzinfo, now: datetime) -> str:
    """ "25 Nov 07:00", or "25 Nov 2019" for what is half a year off: the same whatever the locale."""
    here = at.astimezone(zone)
    day = f"{here.day} {_MONTHS[here.month - 1][:3]}"
    return f"{day} {here:%H:%M}" if abs(now - at) < timedelta(days=180) else f"{day} {here.year}"
