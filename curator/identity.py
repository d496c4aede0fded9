"""Which entry of a document is which stored item of its feed. Pure; time linear in the number of entries.

An entry is matched by its guid first; where the guid is shared by several, by guid and link. One that matches no guid is matched by
canonical URL, by guid or URL without scheme and host, or by title and text, but only to an item that does not stand in the same
document: so a feed that changes its guids, or moves house, brings nothing new, and two entries side by side stay two items.

The weaker keys are believed only where they can tell items apart, for a match made wrongly loses an entry: a URL that several items
share (a feed that links every entry to its home page) is none; a URL without host needs the same title or text (two sites of one
aggregator both have a /?p=123); title and text need some text, or the same date, to be more than a heading that comes back every day.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from curator import text, urls
from curator.types import Draft, Item, Keys, Known

_CANDIDATES = 200  #: stored items looked at under one key, the earliest; keeps a feed of identical entries from costing their square
ENOUGH_WORDS = 8  #: a text of fewer says too little to be known by


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one draft is. Exactly one of: new (`id` and `repeats` None), a stored item, a repetition inside its document."""

    id: str | None = None  #: the stored item
    changed: bool = False  #: title or text differ from what is stored: a new version
    repeats: int | None = None  #: position, among the drafts, of the entry that this one merely repeats
    why: str = ""  #: by what it was known: guid, guid and link, URL, …


def key(kind: str, *values: str) -> int:
    """The identity key of these values, a signed 64-bit integer (BLAKE2b), for one of the kinds guid, guid+link, url, loose, words, text."""
    joined = "\x1f".join((kind, *values)).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), signed=True)


def text_sha(body: str) -> str:
    """What `Known.text_sha` holds: SHA-256 of an item's text, in hexadecimal."""
    return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()


def keys(draft: Draft | Item) -> Keys:
    """The keys of a draft or item; they do not depend on the feed's name."""
    folded = text.words(draft.text)
    said = " ".join(folded)
    of_guid, of_url = (urls.loose(where) if where else None for where in (draft.guid, draft.url))
    guid = key("guid", draft.guid) if draft.guid else None
    url = key("url", draft.url) if draft.url else None
    loose = tuple(sorted(key("loose", where) for where in {of_guid, of_url} if where))
    words = _words(draft, said, enough=len(folded) >= ENOUGH_WORDS)
    telling = (*loose, guid if of_guid is None else None, url if of_url is None else None, words)
    return Keys(
        guid=guid,
        guid_link=key("guid+link", draft.guid, draft.link or "") if draft.guid else None,
        url=url,
        loose=loose,
        words=words,
        text=key("text", said) if len(folded) >= ENOUGH_WORDS else None,
        telling=tuple(key for key in telling if key is not None),
    )


def _words(draft: Draft | Item, said: str, *, enough: bool) -> int | None:
    """Title and text; where the text is short, the date, too. None if an entry with an address of its own has nothing but a title."""
    date = ""
    if not enough:
        date = draft.published.isoformat() if draft.published else ""
        if not date and (draft.url or draft.guid):
            return None
    title = text.fold(draft.title)
    return key("words", title, said, date) if title or said else None


# ── matching ────────────────────────────────────────────────────────────────────────────────────────────────────────


def match(
    drafts: Sequence[Draft | Item], standing: Collection[str], known: Mapping[int, Sequence[Known]], of: Sequence[Keys] | None = None
) -> list[Match]:
    """Which stored item each draft is, in order.

    `drafts`: the entries of one document whose bytes are not known; `standing`: ids of the items whose bytes stand in the document
    unchanged; `known`: the feed's stored items under each of the drafts' `own` keys; `of`: the drafts' keys, if already made.
    """
    of = of or [keys(draft) for draft in drafts]
    result = _repetitions(drafts)
    taken = set(standing)
    guids = Counter(k.guid for at, k in enumerate(of) if k.guid is not None and at not in result)
    places = Counter(k.url for at, k in enumerate(of) if k.url is not None and at not in result)
    for at, k in enumerate(of):
        if at not in result:
            found = _by_guid(k, guids, standing, taken, known)
            if found is not None:
                result[at] = _matched(drafts[at], *found, repeated=found[0].id in standing)
                taken.add(found[0].id)
    for at, k in enumerate(of):
        if at not in result:
            found = _otherwise(drafts[at], k, places, taken, known)
            result[at] = _matched(drafts[at], *found) if found else Match()
            if found:
                taken.add(found[0].id)
    return [result[at] for at in range(len(drafts))]


def _repetitions(drafts: Sequence[Draft | Item]) -> dict[int, Match]:
    """Entries that stand in the document twice: the same guid and link; without guid the same link and title (without link, too: text)."""
    first: dict[tuple[str | None, ...], int] = {}
    found: dict[int, Match] = {}
    for at, draft in enumerate(drafts):
        same = ("guid", draft.guid, draft.link) if draft.guid else ("link", draft.link, draft.title, None if draft.link else draft.text)
        earlier = first.setdefault(same, at)
        if earlier != at:
            found[at] = Match(repeats=earlier, why="the same entry stands in the document before")
    return found


def _by_guid(
    k: Keys, guids: Counter[int], standing: Collection[str], taken: Collection[str], known: Mapping[int, Sequence[Known]]
) -> tuple[Known, str] | None:
    """The stored item with this guid. The guid alone is enough only if it is one item's, here and in store."""
    if k.guid is None or k.guid_link is None:
        return None
    stored = known.get(k.guid, ())
    if len(stored) == 1 and guids[k.guid] == 1 and stored[0].id not in taken:
        return stored[0], "guid"
    both = known.get(k.guid_link, ())
    for item in both[:_CANDIDATES]:
        if item.id not in taken or item.id in standing:
            return item, "guid and link"
    return None


def _otherwise(
    draft: Draft | Item, k: Keys, places: Counter[int], taken: Collection[str], known: Mapping[int, Sequence[Known]]
) -> tuple[Known, str] | None:
    """A stored item, not standing in the document, with the same URL, the same place on another host, or the same words."""
    if k.url is not None and places[k.url] == 1:
        stored = known.get(k.url, ())
        alike = stored if len(stored) == 1 and _tells(draft) else [item for item in stored[:_CANDIDATES] if item.title == draft.title]
        free = [item for item in alike if item.id not in taken]
        if free and (len(alike) == len(stored) or len(free) == 1):
            return free[0], "canonical URL"
    said = text_sha(draft.text) if draft.text and any(loose in known for loose in k.loose) else ""
    for loose in k.loose:
        for item in known.get(loose, ())[:_CANDIDATES]:
            if item.id not in taken and (item.title == draft.title or (said and item.text_sha == said)):
                return item, "address without scheme and host"
    if k.words is not None:
        for item in known.get(k.words, ())[:_CANDIDATES]:
            if item.id not in taken:
                return item, "title and text"
    if k.guid is None and k.words is None and k.url is not None:  # nothing but an address that others in the document have, too
        said = text_sha(draft.text)
        for item in known.get(k.url, ())[:_CANDIDATES]:
            if item.id not in taken and item.title == draft.title and item.text_sha == said:
                return item, "canonical URL, and as few words"
    return None


def _tells(draft: Draft | Item) -> bool:
    """Whether the URL can be an article's: a site's root is every article's."""
    return draft.url is not None and urls.loose(draft.url) is not None


def _matched(draft: Draft | Item, item: Known, why: str, repeated: bool = False) -> Match:
    """`repeated`: the item's bytes stand in the document, too, so this is the same entry again and no news of it."""
    changed = not (repeated or item.pruned) and (draft.title != item.title or text_sha(draft.text) != item.text_sha)
    return Match(id=item.id, changed=changed, why=why)
