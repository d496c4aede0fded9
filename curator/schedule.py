"""When to ask which feed, with which validators, and what to remember of the answer. Pure: the clock and chance are arguments.

How long a feed is left alone after a good answer:

1. its rhythm: `every` of feeds.toml, or with `every = "auto"` half the typical distance between its entries, 15 minutes … a day;
2. hints, which only make that longer: HTTP's freshness (Cache-Control's max-age less Age, else Expires), or, where HTTP says nothing,
   the feed's own (ttl, sy:updatePeriod); up to 6 hours beside a fixed `every`, up to a day beside "auto"; and what then falls into
   the hours and days in which the feed asks to be left alone (skipHours, skipDays) waits for their end, within the same bounds;
3. `Retry-After` of a 429 or 503 is a word, not a hint: kept uncut up to 31 days, and only `--force` goes over it.

After a failure the wait doubles each time, from the usual distance up to a day, and never ends. Validators are remembered exactly as
given, and only those of documents that could be read whole.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from urllib.parse import urlsplit

from curator.config import AUTO, Feed, Fetch
from curator.hints import WEEK
from curator.types import Document, FeedState, Problem, Request, Response

MINUTE, HOUR, DAY = 60, 3600, 86400
SHORTEST, LONGEST = 15 * MINUTE, DAY  #: of an automatic interval
USUAL = HOUR  #: an automatic interval before anything is known of the feed
FIXED_HINT, AUTO_HINT = 6 * HOUR, DAY  #: how far hints may stretch a fixed, an automatic interval
RETRY_SHORTEST, RETRY_LONGEST = MINUTE, 31 * DAY
TOO_MANY = 6 * HOUR  #: how long the other feeds of a host wait after a 429 at most, without a word of the server
CONFIRMATIONS = 3  #: permanent redirects, a day apart, after which a feed has moved
APART = 20 * HOUR  #: what counts as a day apart: a daily poll is never on the second
GONE = 2  #: answers 410 in a row after which a feed is no longer asked
LOST = 3  #: failures in a row at a confirmed new address after which the old one is asked again
BURST = 10 * MINUTE  #: entries closer than this came out together
LONGEST_VALIDATOR = 2048  #: characters; a longer one is somebody's joke


# ── what to ask ─────────────────────────────────────────────────────────────────────────────────────────────────────


def due(feeds: Sequence[Feed], states: Mapping[str, FeedState], now: datetime, *, force: bool = False) -> list[Feed]:
    """The feeds to ask now, in their order. `force`: all that are enabled, whatever was agreed."""
    return [feed for feed in feeds if feed.enabled and (force or _is_due(feed, states.get(feed.name), now))]


def _is_due(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    if state is None or state.url != feed.url:
        return True
    if state.gone >= GONE:
        return False
    if state.retry_after and now < state.retry_after <= now + timedelta(seconds=RETRY_LONGEST):
        return False
    if state.next_due is None or (state.checked and state.checked > now):  # checked in the future: the clock was set back
        return True
    # A poll every hour on the hour is not to find a feed due at one second past, and so ask only every other time.
    slack = min(2 * MINUTE, 0.1 * (state.next_due - state.checked).total_seconds()) if state.checked else 0.0
    return now >= state.next_due - timedelta(seconds=slack)


def request(feed: Feed, state: FeedState | None, settings: Fetch, password: Callable[[str], str | None]) -> Request:
    """The question to a feed's server; validators only if they belong to this address. `password` reads an environment variable."""
    known = state if state is not None and state.url == feed.url else None
    return Request(
        feed=feed.name,
        url=(known.moved_to if known else None) or feed.url,
        etag=known.etag if known else None,
        last_modified=known.last_modified if known else None,
        headers=feed.headers,
        username=feed.username,
        password=password(feed.password_env) if feed.password_env else None,
        proxy=feed.proxy or settings.proxy,
        verify_tls=feed.verify_tls,
        ca_file=feed.ca_file,
    )


# ── what to remember ────────────────────────────────────────────────────────────────────────────────────────────────


def after(
    state: FeedState | None,
    feed: Feed,
    response: Response,
    document: Document | None,
    problem: Problem | None,
    *,
    now: datetime,
    jitter: Callable[[], float],
    body_sha: str | None = None,
) -> FeedState:
    """What is remembered of a feed after an answer.

    `document` is what was read of the body; None without a problem means that nothing has changed (304, or the same bytes again).
    `problem` is the fetch's or the reading's; a `gap` is no failure. `jitter()` is a number from 0 to 1, a new one each time.
    `body_sha` is the SHA-256 of the body, for a caller that has let go of the body itself.
    """
    old = state if state is not None and state.url == feed.url else FeedState(name=feed.name, url=feed.url)
    if problem is not None and problem.kind != "gap":
        return _failed(_read(old, response, document, body_sha) if document else old, feed, response, problem, now=now, chance=jitter())
    met = _read(old, response, document, body_sha) if document else _unchanged(old, response)
    return _answered(old, met, feed, response, document, gap=problem is not None, now=now)


def _answered(
    old: FeedState, met: FeedState, feed: Feed, response: Response, document: Document | None, *, gap: bool, now: datetime
) -> FeedState:
    """A good answer, news or none; `met` is what it says of the feed."""
    new = replace(
        _moved(met, response, now),
        checked=now,
        succeeded=now,
        retry_after=None,
        failures=0,
        failing_since=None,
        problem=None,
        gone=0,
    )
    fresh = _freshness(response, now)
    ttl = (document.ttl or 0) if document else 0
    if feed.every == AUTO:
        interval = max(rhythm(old, document, now, gap=gap), min(ttl if fresh is None else 0, AUTO_HINT))
        wait = max(interval, min(fresh or 0, AUTO_HINT))
    else:
        hint = fresh if fresh is not None else ttl if document else old.interval  # nothing new: what was said before still holds
        interval = min(hint, FIXED_HINT) if hint > feed.every else 0
        wait = max(interval, feed.every)
    latest = now + timedelta(seconds=max(wait, AUTO_HINT if feed.every == AUTO else FIXED_HINT))
    due = min(_awake(new.rests, now + timedelta(seconds=wait)), latest)
    return replace(new, newest=_newest(old, document, now), interval=interval, next_due=due)


def _awake(rests: Sequence[int], at: datetime) -> datetime:
    """The first moment from `at` on that is in none of these hours of the week."""
    asleep = frozenset(rests)
    begun = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for hours in range(WEEK):
        moment = begun + timedelta(hours=hours)
        if moment.weekday() * 24 + moment.hour not in asleep:
            return max(moment, at)
    return at  # it rests all the week: then it means nothing


def _unchanged(old: FeedState, response: Response) -> FeedState:
    """304, or the same bytes: validators that came are the new ones, those that did not come stay."""
    return replace(
        old,
        etag=_validator(response, "etag") or old.etag,
        last_modified=_validator(response, "last-modified") or old.last_modified,
    )


def _read(old: FeedState, response: Response, document: Document, body_sha: str | None) -> FeedState:
    """A document: what it says of the feed. One that was cut off leaves no validators, and what it does not show is not gone."""
    about = replace(
        old,
        title=document.title or old.title,
        home=document.home or old.home,
        language=document.language or old.language,
        format=document.format or old.format,
        rests=document.rests,
    )
    if document.partial:
        return replace(about, etag=None, last_modified=None, body_sha=None, slices=_joined(document.slices, old.slices))
    return replace(
        about,
        etag=_validator(response, "etag"),
        last_modified=_validator(response, "last-modified"),
        body_sha=body_sha or sha256(response.body).hexdigest(),
        slices=document.slices,
        head_sha=document.head_sha,
        entries=len(document.slices) // 8,
    )


def _joined(first: bytes, second: bytes) -> bytes:
    """Slice hashes of both, each once, in order."""
    return b"".join(dict.fromkeys(part[i : i + 8] for part in (first, second) for i in range(0, len(part), 8)))


def _validator(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value if value and len(value) <= LONGEST_VALIDATOR else None


def _newest(old: FeedState, document: Document | None, now: datetime) -> datetime | None:
    """Date of the newest entry ever seen; dates in the future are not believed."""
    dates = [draft.published for draft in document.drafts if draft.published and draft.published <= now] if document else []
    return max([*dates, *([old.newest] if old.newest else [])], default=None)


# ── moving house ────────────────────────────────────────────────────────────────────────────────────────────────────


def _moved(state: FeedState, response: Response, now: datetime) -> FeedState:
    """Count a permanent redirect that led to a feed; the third, each a day after the one before, makes it the feed's address."""
    target = response.permanent_url
    if target is None or target == response.url:
        return replace(state, moving_to=None, moving_seen=0, moving_at=None)
    if target != state.moving_to:
        return replace(state, moving_to=target, moving_seen=1, moving_at=now)
    if state.moving_at is not None and abs((now - state.moving_at).total_seconds()) < APART:
        return state
    if state.moving_seen + 1 < CONFIRMATIONS:
        return replace(state, moving_seen=state.moving_seen + 1, moving_at=now)
    return replace(state, moved_to=target, moving_to=None, moving_seen=0, moving_at=None)


# ── failing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _failed(old: FeedState, feed: Feed, response: Response, problem: Problem, *, now: datetime, chance: float) -> FeedState:
    """A failure: ask later, and later each time."""
    failures = old.failures + 1
    since = old.failing_since or now
    base = max(feed.every if feed.every != AUTO else old.interval or USUAL, SHORTEST)
    doublings = failures if response.status == 429 else failures - 1
    wait = min(base * 2 ** min(doublings, 12), DAY) * (1 - 0.2 * chance)
    asked = retry_after(response, now)
    gone = old.gone + 1 if response.status == 410 else old.gone if response.status == 0 else 0
    lost = old.moved_to is not None and (failures >= LOST or gone >= GONE)
    bad_body = response.problem is None  # it was delivered well, and could not be read: its validators are not to be trusted
    return replace(
        old,
        checked=now,
        next_due=max(now + timedelta(seconds=wait), asked or now),
        retry_after=asked,
        failures=failures,
        failing_since=since,
        problem=replace(problem, since=since, failures=failures),
        gone=0 if lost else gone,
        etag=None if bad_body or lost else old.etag,
        last_modified=None if bad_body or lost else old.last_modified,
        moved_to=None if lost else old.moved_to,
        moving_to=None if bad_body else old.moving_to,
        moving_seen=0 if bad_body else old.moving_seen,
        moving_at=None if bad_body else old.moving_at,
    )


def retry_after(response: Response, now: datetime) -> datetime | None:
    """Until when a 429 or 503 asks to be left alone (RFC 9110, 10.2.3: seconds or a date); None if it does not say, or says nonsense.

    At least a minute, at most 31 days.
    """
    if response.status not in (429, 503):
        return None
    value = response.headers.get("retry-after", "").strip()
    if number := re.fullmatch(r"([0-9]{1,20})(?:\.[0-9]*)?(?:\s*,.*)?", value):  # also "1.5", and two lines of it as one
        seconds = float(number[1])
    else:
        date = _http_date(value)
        seconds = (date - (_http_date(response.headers.get("date", "")) or now)).total_seconds() if date else -1.0
    if seconds <= 0:
        return None
    return now + timedelta(seconds=min(max(seconds, RETRY_SHORTEST), RETRY_LONGEST))


def too_many(response: Response) -> bool:
    """Did the feed's own server say 429 Too Many Requests? Then its other feeds are to wait too: see `spread`."""
    return response.status == 429 and _host(response.final_url) == _host(response.url)


def spread(state: FeedState, feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime) -> list[FeedState]:
    """After a 429: the states of the other feeds on the same host, put off as long as the one that got it; only those that change.

    With Retry-After that long, by the server's word; without it as long as the feed itself waits, at most 6 hours.
    """
    host = _host(state.moved_to or state.url)
    until = state.retry_after or min(state.next_due or now, now + timedelta(seconds=TOO_MANY))
    put_off = []
    for feed in feeds:
        known = states.get(feed.name)
        other = known if known and known.url == feed.url else FeedState(name=feed.name, url=feed.url)
        if other.name == state.name or _host(other.moved_to or other.url) != host or (other.next_due or now) >= until:
            continue
        word = max(until, other.retry_after or until) if state.retry_after else other.retry_after
        put_off.append(replace(other, next_due=until, retry_after=word))
    return put_off


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return url


# ── rhythm and hints ────────────────────────────────────────────────────────────────────────────────────────────────


def rhythm(state: FeedState, document: Document | None, now: datetime, *, gap: bool = False) -> int:
    """The automatic interval, in seconds: half the typical distance between entries, and a tenth of the silence since the newest.

    Moves by at most a factor of two at once, and not at all for a change below a quarter. A gap (entries missed) halves it.
    """
    present = state.interval or USUAL
    if gap:
        return _clamped(present / 2)
    newest = _newest(state, document, now)
    distances = _distances(state, document, now)
    if distances:
        say = 1.0 if not state.interval else len(distances) / (len(distances) + 3)  # one or two new entries are weak evidence
        wanted = present ** (1 - say) * (sorted(distances)[len(distances) // 2] / 2) ** say
    elif newest is None:
        wanted = present * (0.7 if document and document.drafts else 1.3)  # no dates: news make it shorter, their absence longer
    else:
        wanted = float(present)
    wanted = max(wanted, (now - newest).total_seconds() / 10 if newest else 0.0)
    if not state.interval:
        return _clamped(wanted)
    return _clamped(min(max(wanted, present / 2), present * 2) if abs(wanted - present) >= present / 4 else present)


def _distances(state: FeedState, document: Document | None, now: datetime) -> list[float]:
    """Seconds between the newest entries, those of one burst counted as one; entries no newer than what was known are edits."""
    dates = {draft.published for draft in document.drafts if draft.published and draft.published <= now} if document else set()
    if state.newest:
        dates = {date for date in dates if date > state.newest} | {state.newest}
    between = ((later - earlier).total_seconds() for earlier, later in pairwise(sorted(dates)[-30:]))
    return [seconds for seconds in between if seconds >= BURST]


def _clamped(seconds: float) -> int:
    return round(min(max(seconds, SHORTEST), LONGEST))


def _freshness(response: Response, now: datetime) -> int | None:
    """Seconds for which the answer is fresh by HTTP's rules (RFC 9111, 4.2); None or 0 if it does not say, or says not at all."""
    control = response.headers.get("cache-control", "").lower()
    if re.search(r"\bno-(cache|store)\b", control):
        return None
    if age := re.search(r'\bmax-age\s*=\s*"?(\d{1,12})', control):
        already = re.fullmatch(r"\d{1,12}", response.headers.get("age", "").strip())
        return max(0, int(age[1]) - (int(already[0]) if already else 0))
    expires = _http_date(response.headers["expires"]) if "expires" in response.headers else None
    if expires is None:
        return None
    return max(0, round((expires - (_http_date(response.headers.get("date", "")) or now)).total_seconds()))


def _http_date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  most polls meet no date, and need not wait for it

    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# ── gaps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def gap(state: FeedState | None, document: Document, known_any: bool) -> Problem | None:
    """None of a document's entries was known, though the feed had entries before: some may have been missed.

    `state` is that before this answer; `known_any` whether any entry of the document was known, by its bytes or by its identity.
    """
    if state is None or not state.entries or known_any or not document.slices:
        return None
    since = f" since {state.succeeded:%Y-%m-%d %H:%M} UTC" if state.succeeded else ""
    message = (
        f"none of its {len(document.slices) // 8} entries was known: some may have come and gone{since}; a shorter `every` would see them"
    )
    return Problem(feed=document.feed, kind="gap", message=message)
