"""Items, stories and the books of a plan become a Digest: rank ▸ sort out ▸ arrange ▸ extract. Pure.

What is new comes from the books (which items stood in no digest of this plan yet), never from a window of time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from . import digest as pieces
from . import extract, provenance, rank, topics, watching
from .config import Config, Plan, Topic, Watch
from .digest import Rule, Tally
from .types import Digest, Item, Problem, Section, Story, Told

EVERYTHING = "*"
MOST_CORRECTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of the stories with a new item; new items without a story come in batches without stories."""

    stories: tuple[Story, ...] = ()
    items: Mapping[str, Item] = field(
        default_factory=dict
    )  #: all items of these stories, told and new; their texts may be cut, see `whole`


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a digest is made of, as the store has it."""

    plan: Plan
    since: datetime | None = None  #: when the plan's last digest was composed
    until: datetime  #: now
    batches: Iterable[Batch] = ()  #: asked for once, one after the other: however many stories there are, few are in memory
    whole: Callable[[Sequence[str]], Mapping[str, Item]] | None = None  #: items by id with their texts; None: the batches have them whole
    new: frozenset[str] = frozenset()  #: items that stood in no digest of this plan yet, copies and muted ones included
    muted: frozenset[str] = frozenset()  #: items a person muted
    hits: Mapping[str, frozenset[str]] = field(default_factory=dict)  #: those of the items that a watch's query finds
    edits: tuple[tuple[Item, str], ...] = ()  #: items told before, edited since, and their headline before
    problems: tuple[Problem, ...] = ()  #: feeds that fail, and gaps since the last digest
    rhythm: Mapping[str, Sequence[datetime]] = field(default_factory=dict)  #: dates of each feed's newest entries
    preview: bool = False  #: a view of a time or topic: every story counts as untold, nothing is ticked off


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every step of a composition looks at."""

    material: Material
    config: Config
    new: frozenset[str]  #: new and not muted
    official: provenance.Official
    weights: dict[str, Topic]  #: the topics that are on


@dataclass(slots=True, kw_only=True)
class _Board:
    """The digest as stories come in: its sections, what develops, what is counted."""

    rules: list[Rule]
    tallies: list[Tally]
    developing: Tally
    repeats: int = 0

    def add(self, told: Sequence[Told], desk: _Desk) -> None:
        """Some stories more."""
        parts = pieces.sort_out(told, desk.new, self.rules, all_untold=desk.material.preview)
        self.repeats += parts.repeats
        placed: dict[int, list[Told]] = {}
        for one in parts.fresh:
            if found := pieces.place(one, self.rules):
                placed.setdefault(found[0], []).append(found[1])
        for number, stories in placed.items():
            self.tallies[number].add(stories, desk.new, desk.official)
            self._elsewhere(stories, number, self.rules[number].title)
        developing = [_by_its_news(one, desk) for one in parts.developing]
        self.developing.add(developing, desk.new, desk.official)
        self._elsewhere(developing, len(self.rules), self.developing.rule.title)

    def _elsewhere(self, stories: Sequence[Told], place: int, title: str) -> None:
        for tally in self.tallies:
            for told in stories:
                tally.elsewhere(told, place, title)


def compose(material: Material, config: Config) -> Digest:
    """The digest of one plan. Its `items` are all that is new, so whatever it tells, counts or leaves out is ticked off with it."""
    plan, until = material.plan, material.until
    desk = _Desk(
        material=material,
        config=config,
        new=material.new - material.muted,
        official=provenance.official(config),
        weights=dict(topics.active(config)),
    )
    board = _filled(desk)
    sections = _whole([tally.section(until) for tally in board.tallies], desk)
    (developing,) = _whole([board.developing.section(until)], desk)
    corrections = _corrections(edit for edit in material.edits if _belongs(edit[0], board.rules))
    return Digest(
        id=pieces.identify(plan.name, until, material.new),
        plan=plan.name,
        title=plan.title,
        since=material.since,
        until=until,
        tlp=plan.tlp,
        timezone=config.timezone,
        sections=tuple(section for section in sections if section.told or section.empty or section.also),
        updates=developing.told,
        more_updates=developing.more,
        corrections=corrections[:MOST_CORRECTIONS],
        more_corrections=max(0, len(corrections) - MOST_CORRECTIONS),
        problems=material.problems,
        silent=pieces.silent(material.rhythm, until),
        muted=len(material.new & material.muted),
        repeats=board.repeats,
        items=() if material.preview else tuple(sorted(material.new)),
        preview=material.preview,
    )


def _filled(desk: _Desk) -> _Board:
    """All stories in their sections."""
    most = desk.material.plan.per_section
    found, forget = rules(desk.material, desk.config)
    developing = Rule(topic="", title="Developing", takes=lambda told: "")
    board = _Board(rules=found, tallies=[Tally(rule=rule, most=most) for rule in found], developing=Tally(rule=developing, most=most))
    placed: set[str] = set()
    for batch in desk.material.batches:
        board.add([_ranked(story, items, desk) for story, items in _with_items(batch, desk.material, placed)], desk)
        forget()
    return board


def _whole(sections: Sequence[Section], desk: _Desk) -> list[Section]:
    """The sections with extracts and source lines; what they tell is read whole for that."""
    ids = [item.id for section in sections for told in section.told for item in told.items]
    read = desk.material.whole
    whole = read(ids) if read and ids else {}
    return [replace(section, told=tuple(_finished(_with_texts(told, whole), desk) for told in section.told)) for section in sections]


def _with_texts(told: Told, whole: Mapping[str, Item]) -> Told:
    if not whole:
        return told
    return replace(told, items=tuple(whole.get(item.id, item) for item in told.items), lead=whole.get(told.lead.id, told.lead))


def has_news(digest: Digest) -> bool:
    """Whether there is anything to send a mail for."""
    return bool(digest.updates or digest.corrections or any(section.told or section.more for section in digest.sections))


def shown(digest: Digest) -> tuple[str, ...]:
    """Ids a reader can see in it: stories, developing ones, items with a changed headline; `Digest.short` should know them."""
    ids = [told.story.id for section in digest.sections for told in section.told]
    ids += [id_ for section in digest.sections for id_, _, _ in section.also]
    ids += [told.story.id for told in digest.updates]
    ids += [item.id for item, _, _ in digest.corrections]
    return tuple(dict.fromkeys(ids))


# ── the rules of the sections ───────────────────────────────────────────────────────────────────────────────────────


def rules(material: Material, config: Config) -> tuple[list[Rule], Callable[[], None]]:
    """What the sections take, in order: questions and the plan's patterns first, then the watches; and how to make them forget what they
    know of the items they saw."""
    plan, day = material.plan, material.until.astimezone(ZoneInfo(config.timezone)).date()
    asked = _Once(watching.questions(config))
    found = [
        Rule(topic=f"question:{name}", title=one.question, takes=_answers(asked, name), empty="Nothing new.", shared=True)
        for name, one in config.questions.items()
        if plan.questions and (one.until is None or day <= one.until)
    ]
    found += [Rule(topic=pattern, title=_title(pattern, plan, config), takes=_of_topic(pattern, plan)) for pattern in plan.sections]
    watched = _Once(watching.watches(config))
    watches = [
        Rule(
            topic=f"watch:{name}",
            title=f"Watch: {name}",
            takes=_watched(watch, watched, material.hits.get(name, frozenset())),
            shared=True,
        )
        for name, watch in config.watches.items()
        if plan.watches and (watch.query or watch.topics or watch.entities)
    ]

    def forget() -> None:
        asked.known.clear()
        watched.known.clear()

    return [*found, *watches], forget


def _answers(asked: Callable[[Item], Iterable[str]], name: str) -> Callable[[Told], str]:
    def takes(told: Told) -> str:
        for item in told.items:
            if name in asked(item):
                return "it bears on this question" + (f": “{item.title}”" if item.id != told.lead.id else "")
        return ""

    return takes


@dataclass(frozen=True, slots=True)
class _Once:
    """The same judgement, made once for each item: every question asks for it."""

    judge: Callable[[Item], Iterable[str]]
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def __call__(self, item: Item) -> frozenset[str]:
        if item.id not in self.known:
            self.known[item.id] = frozenset(self.judge(item))
        return self.known[item.id]


def _of_topic(pattern: str, plan: Plan) -> Callable[[Told], str]:
    if pattern == EVERYTHING:
        everything = "it fits none of the sections before" if len(plan.sections) > 1 else "it is new"
        return lambda told: everything
    return lambda told: pieces.topic_why(told, pattern)


def _watched(watch: Watch, watched: Callable[[Item], Iterable[str]], hits: frozenset[str]) -> Callable[[Told], str]:
    """A watch with a query and more takes what both find."""
    more = bool(watch.topics or watch.entities)

    def takes(told: Told) -> str:
        for item in told.items:
            if (not watch.query or item.id in hits) and (not more or watch.name in watched(item)):
                return f"the watch “{watch.name}” finds it"
        return ""

    return takes


def _title(pattern: str, plan: Plan, config: Config) -> str:
    if pattern == EVERYTHING:
        return "Everything else" if len(plan.sections) > 1 else "News"
    if "*" not in pattern:
        return topics.title(pattern, config)
    group = pattern.partition("*")[0].strip("/ ")
    return group.replace("/", ": ").replace("-", " ").capitalize() or pattern


# ── the stories ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _with_items(batch: Batch, material: Material, placed: set[str]) -> Iterable[tuple[Story, tuple[Item, ...]]]:
    """Stories with those of their items that are not muted, at least one of them new; an item without a story is one of its own.

    `placed`: items that stand in a story of this or an earlier batch; it grows."""
    for story in batch.stories:
        members = [batch.items[id_] for id_ in dict.fromkeys(story.items) if id_ in batch.items and id_ not in placed]
        placed.update(item.id for item in members)
        visible = [item for item in members if item.id not in material.muted]
        if any(item.id in material.new for item in visible):
            yield story, pieces.fold(visible)
    for id_, item in sorted(batch.items.items()):
        if id_ in material.new and id_ not in placed and id_ not in material.muted:
            placed.add(id_)
            yield _alone(item), (item,)


def _alone(item: Item) -> Story:
    return Story(
        id=item.story or item.id,
        title=item.title,
        items=(item.id,),
        outlets=(item.outlet,) if item.outlet else (),
        first=item.date,
        last=item.date,
        topics=tuple(tag.name for tag in item.tags),
    )


def _ranked(story: Story, items: tuple[Item, ...], desk: _Desk) -> Told:
    told = () if desk.material.preview else tuple(item.id for item in items if item.id not in desk.new)
    return Told(
        story=rank.rank(story, items, desk.config, desk.material.until, told, topics=desk.weights),
        items=items,
        lead=pieces.lead(items, desk.config.feeds),
    )


def _by_its_news(told: Told, desk: _Desk) -> Told:
    """A developing story is led by what is new of it."""
    return replace(told, lead=pieces.lead(_news_of(told, desk), desk.config.feeds))


def _news_of(told: Told, desk: _Desk) -> tuple[Item, ...]:
    return tuple(item for item in told.items if item.id in desk.new and item.copy_of is None) or told.items


def _finished(told: Told, desk: _Desk) -> Told:
    """With extract and source line; a developing story is told in the words of what is new of it."""
    items = _news_of(told, desk) if told.news else told.items
    texts = {item.copy_of or item.id: item for item in (*reversed(items), told.lead)}  # of each text one; the lead's own wording of it
    return replace(
        told,
        extract=extract.extract(list(texts.values()), told.lead.title or told.story.title, told.lead.id),
        sources=provenance.line(told.story, told.items, desk.config.feeds, desk.official),
    )


def _belongs(item: Item, rules: Sequence[Rule]) -> bool:
    """Whether the item alone has a place in one of the sections: a plan ticks off more than it tells."""
    alone = Told(story=_alone(item), items=(item,), lead=item)
    return any(rule.takes(alone) for rule in rules)


def _corrections(edits: Iterable[tuple[Item, str]]) -> tuple[tuple[Item, str, str], ...]:
    changed = [(item, before, item.title) for item, before in edits if pieces.retitled(before, item.title)]
    return tuple(sorted(changed, key=lambda change: (-change[0].date.timestamp(), change[0].id)))
