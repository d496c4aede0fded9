"""Feeds of made-up articles on the loopback, one address a feed, for the benchmarks of polling.

    python benchmarks/feedfarm.py [--feeds 300] [--entries 28] [--words 150] [--port 18770]

The words come from the shipped table of frequent words, in natural proportions; some articles stand in several feeds, whole or as
teasers, as wire copy does. Control, on 127.0.0.1: /feeds (the addresses, one a line), /news?share=0.1 (two new entries in that share of
the feeds), /set?latency=100 (milliseconds before an answer), /set?validators=0, /asked (requests since the last time, by status).
"""

import argparse
import asyncio
import gc
import gzip
import random
from collections import Counter
from collections.abc import Sequence
from email.utils import formatdate
from functools import cache
from itertools import accumulate
from urllib.parse import parse_qsl

from curator import shipped

EPOCH = 1_790_000_000  #: what is dated here is dated from this moment on, so that every run sees the same bytes
SHARED = 0.2  #: share of articles that another feed has brought
NEWS = 2  #: new entries of a feed that has news


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words, and their summed up weights: the n-th is 1/n as frequent as the first (Zipf)."""
    lines = [line for line in shipped.text("background.txt").splitlines() if not line.startswith("#")]
    words = [word for line in lines for word in line.split(" ")[1:] if word.isascii() and len(word) > 1]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def prose(chance: random.Random, count: int) -> str:
    """Sentences of `count` words, with names and numbers among them."""
    words, weights = vocabulary()
    chosen = [chance.choice((word, word, word, word.capitalize())) for word in chance.choices(words, cum_weights=weights, k=count)]
    chosen[chance.randrange(count)] = str(chance.randrange(2_000))
    return " ".join(f"{' '.join(chosen[at : at + 18]).capitalize()}." for at in range(0, count, 18))


class Articles:
    """Articles as (title, paragraphs); some come again."""

    def __init__(self, seed: int, words: int) -> None:
        self._chance, self._words = random.Random(seed), words
        self._told: list[tuple[str, list[str]]] = []

    def next(self) -> tuple[str, list[str]]:
        """A new one, or one told before: whole, or its first paragraph."""
        chance = self._chance
        if self._told and chance.random() < SHARED:
            title, paragraphs = chance.choice(self._told[-2_000:])
            return (title, paragraphs) if chance.random() < 0.7 else (title, paragraphs[:1])
        length = max(20, int(chance.lognormvariate(0, 0.7) * self._words))
        article = prose(chance, 9).rstrip("."), [prose(chance, min(60, length - at)) for at in range(0, length, 60)]
        self._told.append(article)
        return article


class Feed:
    """One feed: its entries, and its bytes."""

    def __init__(self, number: int, articles: Articles, entries: int) -> None:
        self.number, self.host, self.version = number, f"127.0.{1 + number // 250}.{1 + number % 250}", 0
        self.entries = [self._entry(articles, at) for at in range(entries)]
        self._publish()

    def news(self, articles: Articles) -> None:
        self.version += 1
        self.entries = [self._entry(articles, 1_000 * self.version + at) for at in range(NEWS)] + self.entries
        self._publish()

    def _entry(self, articles: Articles, at: int) -> str:
        title, paragraphs = articles.next()
        link = f"https://www.site{self.number}.example/2026/{at}-{abs(hash(title)) % 1000}.html"
        text = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in paragraphs)
        return (
            f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{self.number}-{at}</guid>"
            f"<pubDate>{formatdate(EPOCH + 3600 * self.version - 60 * at)}</pubDate><description>{text}</description></item>\n"
        )

    def _publish(self) -> None:
        head = f"<rss version='2.0'><channel><title>Feed {self.number}</title><link>https://www.site{self.number}.example/</link><language>en</language>\n"
        self.plain = f"{head}{''.join(self.entries)}</channel></rss>".encode()
        self.packed = gzip.compress(self.plain, 6, mtime=0)
        self.etag = f'"{self.number}-{self.version}"'.encode()


class Farm:
    """All feeds, and how they answer."""

    def __init__(self, feeds: int, entries: int, words: int, port: int) -> None:
        self.articles = Articles(1, words)
        self.feeds = [Feed(number, self.articles, entries) for number in range(feeds)]
        self.port, self.latency, self.validators, self.rounds = port, 0.0, True, 0
        self.asked: Counter[str] = Counter()

    def addresses(self) -> list[str]:
        return [f"http://{feed.host}:{self.port}/{feed.number}" for feed in self.feeds]

    def answer(self, path: str, head: bytes) -> bytes:
        feed = self.feeds[int(path[1:])]
        named = b"ETag: " + feed.etag + b"\r\n" if self.validators else b""
        if self.validators and b"if-none-match: " + feed.etag in head:
            self.asked["304"] += 1
            return b"HTTP/1.1 304 Not Modified\r\n" + named + b"\r\n"
        self.asked["200"] += 1
        body, packed = (feed.packed, b"Content-Encoding: gzip\r\n") if b"gzip" in head else (feed.plain, b"")
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n%b%b\r\n%b" % (len(body), named, packed, body)

    def control(self, path: str) -> str:
        verb, _, query = path[1:].partition("?")
        wish = dict(parse_qsl(query))
        if verb == "feeds":
            return "\n".join(self.addresses())
        if verb == "news":
            self.rounds += 1
            for feed in random.Random(self.rounds).sample(self.feeds, round(float(wish.get("share", "0.1")) * len(self.feeds))):
                feed.news(self.articles)
        if verb == "set":
            self.latency = float(wish.get("latency", self.latency * 1_000)) / 1_000
            self.validators = wish.get("validators", str(int(self.validators))) == "1"
        told = "\n".join(f"{status} {count}" for status, count in sorted(self.asked.items()))
        self.asked.clear()
        return told


class Conversation(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, farm: Farm) -> None:
        self.farm, self.received = farm, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.control = transport, transport.get_extra_info("sockname")[0] == "127.0.0.1"

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head, self.received = self.received[:end], self.received[end + 4 :]
            path = head.split(b" ", 2)[1].decode()
            if self.control:
                told = self.farm.control(path).encode()
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told))
                continue
            answer = self.farm.answer(path, head.lower())
            if self.farm.latency:
                delay = self.farm.latency * (0.5 + random.Random(path).random())
                asyncio.get_running_loop().call_later(delay, self.transport.write, answer)
            else:
                self.transport.write(answer)


async def serve(farm: Farm) -> None:
    """Serve until ended; says "ready" once it does."""
    loop = asyncio.get_running_loop()
    hosts = ["127.0.0.1", *(feed.host for feed in farm.feeds)]
    servers = [await loop.create_server(lambda: Conversation(farm), host, farm.port, backlog=512) for host in hosts]
    gc.freeze()
    print("ready", len(servers), flush=True)
    await asyncio.Event().wait()


def main(given: Sequence[str] | None = None) -> None:
    """Serve a farm as the command line says."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("feeds", 300), ("entries", 28), ("words", 150), ("port", 18_770)):
        options.add_argument(f"--{name}", type=int, default=value)
    wish = options.parse_args(given)
    asyncio.run(serve(Farm(wish.feeds, wish.entries, wish.words, wish.port)))


if __name__ == "__main__":
    main()
