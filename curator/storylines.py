"""What became of stories when their items were put together anew: which keeps its id, which leads on to another, which items moved.

A stored id goes to the cluster that holds most of the story; of several ids a cluster keeps the oldest, and the others lead to it.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime

from curator.linkage import Cluster
from curator.types import Item, Story


def when(item: Item) -> tuple[datetime, datetime, str]:
    """The order of items in a story: by date, then as they came."""
    return (item.date, item.seen, item.id)


def told(
    clusters: Iterable[Cluster],
    *,
    folded: Mapping[str, Sequence[str]],
    stored: Mapping[str, str],
    whole: Set[str],
    retitled: Set[str],
    items: Mapping[str, Item],
    title: Callable[[Sequence[str]], str],
    why: Callable[[str, Sequence[str]], str],
) -> tuple[tuple[Story, ...], tuple[tuple[str, str, str], ...]]:
    """What became of the stories: those that changed, whole, and (item, story, why) of each item that moved.

    `clusters` hold voices, of which `folded` says for which items each stands; `stored` is the story under which an item was, `whole` are
    the stories of which all items were met, `retitled` those told anew in any case, `items` are all that were met; `title` makes the headline of some voices, `why` says what ties a voice to the others.
    """
    clusters = sorted(clusters, key=lambda cluster: min(when(items[name]) for name in cluster.members))
    kept, into = _named(clusters, stored, items)
    inside = {item: key for key, cluster in kept.items() for voice in cluster.members for item in folded[voice]}
    for item, story in _left({item: story for item, story in stored.items() if story in whole}, inside, into).items():
        if item in items:
            inside[item] = story
    for voice, several in folded.items():  # a new copy of a voice that was not at hand goes where that one is
        for item in several:
            if item not in inside and voice in inside:
                inside[item] = inside[voice]
    holds: defaultdict[str, list[Item]] = defaultdict(list)
    for item, story in inside.items():
        holds[story].append(items[item])
    before = Counter([story for item, story in stored.items() if item in items])
    changed, moved = [], []
    for key, cluster in kept.items():
        news = [item.id for item in holds[key] if stored.get(item.id) != key]
        if news or before[key] != len(holds[key]) or key in retitled:
            changed.append(_story(key, title(cluster.members), sorted(holds[key], key=when), [items[name] for name in cluster.members]))
        voice_of = {item: voice for voice in cluster.members for item in folded[voice]}
        for item in news:
            moved.append((item, key, _reason(item, voice_of.get(item), cluster, items, why)))
    moved += _copies_of_what_is_not_at_hand(folded, inside, stored, items)
    gone = {story for story in {stored[item] for item in inside if item in stored} if story in whole and story not in kept}
    for story in sorted(gone):
        changed.append(_gone(story, stored, inside, items))
    return tuple(changed), tuple(moved)


def _left(stored: Mapping[str, str], inside: Mapping[str, str], into: Mapping[str, str]) -> dict[str, str]:
    """Where items go of which no voice was at hand: where their story went on, or most of it."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item, story in inside.items():
        if item in stored:
            votes[stored[item]][story] += 1
    gone = {story: min(to.items(), key=lambda pair: (-pair[1], pair[0]))[0] for story, to in votes.items()} | dict(into)
    return {item: gone[story] for item, story in stored.items() if item not in inside and story in gone}


def _copies_of_what_is_not_at_hand(
    folded: Mapping[str, Sequence[str]], inside: Mapping[str, str], stored: Mapping[str, str], items: Mapping[str, Item]
) -> list[tuple[str, str, str]]:
    """New copies of voices whose stories were left as they are: each goes where its voice is."""
    return [
        (item, stored[voice], f"a copy of “{items[voice].title[:80]}”")
        for voice, several in folded.items()
        if voice in stored and voice in items
        for item in several
        if item not in inside and item not in stored
    ]


def _reason(item: str, voice: str | None, cluster: Cluster, items: Mapping[str, Item], why: Callable[[str, Sequence[str]], str]) -> str:
    if voice is None:
        return "with the rest of its story"
    return why(voice, cluster.members) if voice == item else f"a copy of “{items[voice].title[:80]}”"


def _named(clusters: Sequence[Cluster], stored: Mapping[str, str], items: Mapping[str, Item]) -> tuple[dict[str, Cluster], dict[str, str]]:
    """Each cluster under the id of its story; and for each stored id, the id it goes on under. A stored id goes to the cluster that holds
    most of the story; of several ids a cluster keeps the oldest; one that has none gets a new one."""
    begun: dict[str, tuple[datetime, str]] = {}
    for item, story in stored.items():
        if item in items:
            begun[story] = min(begun.get(story, (items[item].date, story)), (items[item].date, story))
    votes = {(at, name): 0 for at, cluster in enumerate(clusters) for name in cluster.names}
    for at, cluster in enumerate(clusters):
        for member in cluster.members:
            if (at, stored.get(member, "")) in votes:
                votes[at, stored[member]] += 1
    won: dict[str, int] = {}
    for (at, name), _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        won.setdefault(name, at)
    kept: dict[str, Cluster] = {}
    into: dict[str, str] = {}
    used = set(stored.values())
    for at, cluster in enumerate(clusters):
        mine = sorted([name for name in cluster.names if won[name] == at], key=lambda name: begun[name])
        key = mine[0] if mine else _fresh_id(cluster.members, stored, used)
        used.add(key)
        kept[key] = cluster
        into.update(dict.fromkeys(mine, key))
    return kept, into


def _fresh_id(members: Sequence[str], stored: Mapping[str, str], used: Set[str]) -> str:
    """Made of the first item, so that the same entries give the same ids; of all members and where they were, if the first one may
    already have given its name to a story that is not at hand."""
    whence = sorted(f"{member} {stored[member]}" for member in members if member in stored)
    number = 0
    while (key := hashlib.sha256(" ".join(["story", members[0], *whence, str(number)]).encode()).hexdigest()[:16]) in used:
        number += 1
    return key


def _story(key: str, title: str, held: Sequence[Item], voices: Sequence[Item]) -> Story:
    topics = Counter([tag.name for item in voices for tag in item.tags])
    return Story(
        id=key,
        title=title,
        items=tuple([item.id for item in held]),
        outlets=tuple(dict.fromkeys([item.outlet for item in held if item.outlet])),
        first=held[0].date,
        last=max([item.date for item in held]),
        topics=tuple([name for name, count in sorted(topics.items(), key=lambda pair: (-pair[1], pair[0])) if 3 * count >= len(voices)]),
    )


def _gone(story: str, stored: Mapping[str, str], inside: Mapping[str, str], items: Mapping[str, Item]) -> Story:
    """A story all of whose items went elsewhere, leading to where most of them are."""
    mine = [item for item in inside if stored.get(item) == story]
    to = min(Counter([inside[item] for item in mine]).items(), key=lambda pair: (-pair[1], pair[0]))[0]
    dates = [items[item].date for item in mine]
    first = min(mine, key=lambda item: when(items[item]))
    return Story(id=story, title=items[first].title, first=min(dates), last=max(dates), into=to)
