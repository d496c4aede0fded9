"""Whose report is an item, judged from the item alone: its credits, seen from its publisher's identity.

*own*: the publisher shows work of its own, or is the body that speaks; *derived*: re-told, resting on another it names; *syndicated*:
another's text; *unknown*: nothing shows it. A publisher without an identity (outlet in feeds.toml, or a known host) is never own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from curator import urls
from curator.config import Feed
from curator.outlets import BODIES, Outlets
from curator.types import Credit, Draft, Item, Provenance

_TEXT = ("dateline", "tail", "byline", "text")  #: the text is that outlet's
_WORK = ("told", "work")  #: work of that outlet, whoever prints it
_REPORT = ("citing", "told", "work", "first", "reported", "according", "headline", "via", "through")
_WHEREVER = ("first", "citing", "via")  #: carry an item even late in it
_FOOT = 40  #: characters at the end of a text in which its publisher's name is a signature
_NAMELESS = ("sources", "medium", "scene")


@dataclass(slots=True)
class _Sorted:
    """The credits of one item, seen from its publisher."""

    mine: list[Credit] = field(default_factory=list)
    others: list[Credit] = field(default_factory=list)
    nameless: list[Credit] = field(default_factory=list)


def judge_item(item: Item | Draft, outlets: Outlets, feed: Feed | None = None) -> Provenance:
    """Role and origin of an item as it stands alone. Without an identity (outlet in feeds.toml, or a known host) it is never own."""
    role = feed.role if feed else "press"
    seen = sort(item, outlets, role)
    source = _elsewhere(item, outlets, role)
    if source:
        return _from_source(item, seen, source)
    if role == "primary" and item.outlet_known and item.outlet:
        return Provenance(role="own", origin=item.outlet, why=f"published by {item.outlet} itself")
    verdict = (
        _text_of_another(item, seen, outlets) or _own_work(item, seen) or _borrowed(item, seen, outlets) or _weak_own(item, seen, outlets)
    )
    verdict = verdict or Provenance(why="nothing shows where it comes from")
    return replace(verdict, background=_background(verdict, seen))


def sort(item: Item | Draft, outlets: Outlets, role: str = "press") -> _Sorted:
    """The credits of an item: the publisher's own, those of others, those without a name."""
    seen = _Sorted()
    mine = house(item, outlets, role) if item.outlet and item.outlet_known else None
    for credit in item.credits:
        if not credit.outlet:
            seen.nameless.append(credit)
        elif mine is not None and (credit.outlet == item.outlet or outlets.group(credit.outlet) == mine):
            seen.mine.append(credit)
        else:
            seen.others.append(credit)
    return seen


def house(item: Item | Draft, outlets: Outlets, role: str) -> str:
    """Whose newsroom an item with a known publisher comes from; the links of an aggregator lead to other people's."""
    host = urls.host(item.url or item.link or "")
    return outlets.group(item.outlet) if role == "aggregator" else outlets.house(item.outlet, host)


def _elsewhere(item: Item | Draft, outlets: Outlets, role: str) -> str | None:
    """The outlet whose text the feed itself says it is, if that is not the publisher. On an aggregator's feed it never is."""
    if not item.source:
        return None
    source = outlets.canonical(item.source)
    aggregated = role == "aggregator" or outlets.kind(item.outlet) == "aggregator"
    same = item.outlet and item.outlet_known and outlets.group(item.outlet) == outlets.group(source)
    return source if aggregated or not same else None


def _from_source(item: Item | Draft, seen: _Sorted, source: str) -> Provenance:
    others = [credit for credit in seen.others if credit.outlet != source]
    carried = _best(
        [credit for credit in others if credit.lead and credit.pattern in _REPORT and credit.pattern not in ("headline", "via")]
    )
    wire = _best([credit for credit in others if credit.pattern in _TEXT])
    found = carried or wire
    if found:
        return Provenance(
            role="syndicated",
            origin=found.outlet,
            evidence=found.words,
            why=f"{source}'s text, by the feed's source; it rests on {found.outlet}",
        )
    return Provenance(role="syndicated", origin=source, why=f"the feed names {source} as the source of the text")


def _text_of_another(item: Item | Draft, seen: _Sorted, outlets: Outlets) -> Provenance | None:
    found = _best([credit for credit in seen.others if credit.pattern in _TEXT], _TEXT)
    if found is None and not strong(seen):
        found = _best([credit for credit in seen.others if credit.pattern == "with"])
    if found is None and not item.outlet_known:
        return _dense(seen)
    if found is None or (strong(seen) and found.pattern not in ("text", "dateline")):
        return None
    deeper = _best(
        [
            credit
            for credit in seen.others
            if credit.lead and credit.outlet != found.outlet and credit.pattern in _REPORT and credit.pattern != "through"
        ]
    )
    if deeper and found.pattern == "with":
        return None  # "Der Spiegel berichtet … (mit dpa)": re-told with an agency's help
    if deeper and found.pattern in ("dateline", "tail", "byline") and not _told_to(seen.others, found.outlet):
        return Provenance(
            role="syndicated", origin=deeper.outlet, evidence=deeper.words, why=f"text of {found.outlet}, which rests on {deeper.outlet}"
        )
    return Provenance(
        role="syndicated", origin=found.outlet, evidence=found.words, why=f"the text names {found.outlet} as its own ({found.pattern})"
    )


def _told_to(found: Iterable[Credit], outlet: str) -> bool:
    return any(credit.outlet == outlet and credit.pattern in _WORK for credit in found)


def _dense(seen: _Sorted) -> Provenance | None:
    """Two or more self-credits of one outlet in a text of nobody known: it is that outlet's text."""
    counts: dict[str, list[Credit]] = defaultdict(list)
    for credit in seen.others:
        if credit.pattern in (*_WORK, "asked"):
            counts[credit.outlet].append(credit)
    for outlet, found in counts.items():
        if len(found) > 1 and any(credit.pattern in _WORK for credit in found):
            best = next(credit for credit in found if credit.pattern in _WORK)
            return Provenance(
                role="syndicated",
                origin=outlet,
                evidence=best.words,
                why=f"{len(found)} phrases that only {outlet} writes of itself, and no known publisher",
            )
    return None


def strong(seen: _Sorted) -> Credit | None:
    """The publisher shows its own work under its own name, or as "this newspaper"."""
    named = [credit for credit in seen.mine if credit.pattern in _WORK]
    return _best(named, _WORK) or next((credit for credit in seen.nameless if credit.pattern == "self"), None)


def _own_work(item: Item | Draft, seen: _Sorted) -> Provenance | None:
    found = strong(seen) or _at_work(item, seen)
    if not item.outlet_known or not item.outlet or found is None:
        return None
    return Provenance(role="own", origin=item.outlet, evidence=found.words, why=f"{item.outlet} shows its own work ({found.pattern})")


def _at_work(item: Item | Draft, seen: _Sorted) -> Credit | None:
    """The publisher's name inside a sentence of its own, where nobody else's report is told: "walked CyberScoop through the night"."""
    if any(credit.field == "title" for credit in seen.mine) or any(credit.lead and credit.pattern in _REPORT for credit in seen.others):
        return None
    signed = len(item.text) - _FOOT
    bare = [credit for credit in seen.mine if credit.field == "text" and credit.pattern == "subject" and credit.lead]
    return next((credit for credit in bare if 0 < credit.start < signed and item.text[credit.start - 2] not in ".!?\n"), None)


def _topic(credit: Credit, seen: _Sorted) -> bool:
    """ "Télam: dos años del cierre" over a text that names Télam and credits it with nothing: the outlet is the news."""
    beside = {other.pattern for other in seen.others if other.outlet == credit.outlet and other.field == "text" and other.lead}
    return credit.pattern == "headline" and credit.start == 0 and beside == {"subject"}


def _borrowed(item: Item | Draft, seen: _Sorted, outlets: Outlets) -> Provenance | None:
    lead = [
        credit for credit in seen.others if credit.lead and credit.pattern in _REPORT and not credit.earlier and not _topic(credit, seen)
    ]
    carrying = _best(lead) or _best([credit for credit in seen.others if credit.pattern in _WHEREVER and not credit.earlier])
    weak = [credit for credit in seen.nameless if credit.pattern in _NAMELESS]
    if carrying and weak and item.outlet_known and min(c.start for c in weak) < carrying.start and carrying.field == "text":
        carrying = None
    if carrying is None:
        carrying = _repeated(seen)
    denial = _best([credit for credit in seen.others if credit.lead and credit.pattern == "deny"], ("deny",))
    if denial and carrying and carrying.pattern not in ("citing", "headline"):
        carrying = denial  # who denies a report does not rest on it
    if carrying is None and not weak and not (item.outlet_known and any(credit.pattern == "quote" for credit in seen.nameless)):
        said = [
            credit for credit in seen.others if credit.lead and credit.pattern in ("statement", "deny") and _is_body(credit.outlet, outlets)
        ]
        carrying = _best(said, ("deny", "statement"))
    if carrying is None:
        return None
    through = f", through {' and '.join(carrying.via)}" if carrying.via else ""
    return Provenance(
        role="derived", origin=carrying.outlet, evidence=carrying.words, why=f"rests on {carrying.outlet} ({carrying.pattern}){through}"
    )


def _is_body(name: str, outlets: Outlets) -> bool:
    return outlets.by_name(name) is None or outlets.kind(name) in BODIES


def _repeated(seen: _Sorted) -> Credit | None:
    counts: dict[str, list[Credit]] = defaultdict(list)
    for credit in seen.others:
        if credit.pattern in _REPORT:
            counts[credit.outlet].append(credit)
    return next((found[0] for found in counts.values() if len(found) > 1), None)


def _weak_own(item: Item | Draft, seen: _Sorted, outlets: Outlets) -> Provenance | None:
    if not item.outlet_known or not item.outlet or outlets.kind(item.outlet) == "aggregator":
        return None
    found = next((credit for credit in seen.nameless if credit.pattern in (*_NAMELESS, "quote")), None)
    if found:
        return Provenance(
            role="own",
            origin=item.outlet,
            evidence=found.words,
            why=f"{item.outlet} has it from people, papers or its own eyes ({found.pattern})",
        )
    wired = any(credit.pattern == "dateline" for credit in seen.mine)
    there = next((credit for credit in seen.nameless if credit.pattern == "press"), None)
    if wired and there:
        return Provenance(role="own", origin=item.outlet, evidence=there.words, why=f"{item.outlet} files from where it was said")
    return _named_itself(item, seen, outlets)


def _named_itself(item: Item | Draft, seen: _Sorted, outlets: Outlets) -> Provenance | None:
    """The publisher stands in its own text as who reported, or as the news."""
    patterns = ("first", "reported", "according", "citing", "asked", "denied")
    named = next((credit for credit in seen.mine if credit.pattern in patterns), None)
    if named:
        return Provenance(role="own", origin=item.outlet, evidence=named.words, why=f"{item.outlet} names itself ({named.pattern})")
    bare = [credit for credit in seen.mine if credit.pattern == "subject"]
    signed = len(item.text) - _FOOT  # what stands after it is the house's own sign
    inside = next((credit for credit in bare if credit.field == "text" and credit.lead and credit.start < signed), None)
    if inside and not seen.others and not any(credit.field == "title" for credit in bare) and outlets.kind(item.outlet) not in BODIES:
        return Provenance(role="own", origin=item.outlet, evidence=inside.words, why=f"{item.outlet} speaks of itself")
    if any(credit.field == "title" and credit.start < 5 for credit in bare):
        return Provenance(role="own", origin=item.outlet, evidence=None, why=f"{item.outlet} about itself")
    return None


def _best(found: Sequence[Credit], order: Sequence[str] = _REPORT) -> Credit | None:
    """The credit that tells most: the end of a chain before others, then by pattern, then by place."""
    ranks = {pattern: rank for rank, pattern in enumerate(order)}
    if not found:
        return None
    chained = {name for credit in found for name in credit.via}
    ends = [credit for credit in found if credit.outlet not in chained] or list(found)
    return min(ends, key=lambda credit: (not credit.via, credit.field == "text", ranks.get(credit.pattern, 99) > 3, credit.start))


def _background(verdict: Provenance, seen: _Sorted) -> tuple[str, ...]:
    named = [credit.outlet for credit in seen.others if credit.pattern in (*_REPORT, *_TEXT, "contributed", "with", "statement")]
    return tuple(name for name in dict.fromkeys(named) if name != verdict.origin)
