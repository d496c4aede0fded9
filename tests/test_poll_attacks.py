"""One poll of feeds that all mean harm, beside one that does not: every answer is an item or a problem with a name, nothing of it reaches a
reader as anything but text, and the archive is sound."""

import csv
import gzip
import html
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from desk import process
from polls import Desk, rss
from servers import Reply, Server

GOOD = rss("harbour", range(5))


def feed(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    channel = f"<channel><title>Town news</title><link>https://town.example/</link>{''.join(items)}</channel>"
    return f'{head}<rss version="2.0">{channel}</rss>'.encode("utf-8", "surrogatepass")


def entry(
    title: str = "A plain title", text: str = "A few words.", *, link: str = "https://town.example/1", guid: str = "g", more: str = ""
) -> str:
    return f"<item><title>{title}</title><link>{link}</link><guid>{guid}</guid><description>{text}</description>{more}</item>"


def raw(*pieces: bytes) -> Reply:
    return Reply(raw=pieces)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
ANSWERS = {
    "chunks of nonsense": raw(OK, b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\nhello\r\n0\r\n\r\n"),
    "a chunk of less than nothing": raw(OK, b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"),
    "a chunk of more than there are numbers": raw(OK, b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
    "a cookie of a megabyte": raw(OK, b"Set-Cookie: a=", b"b" * 1_000_000, b"\r\n\r\n", GOOD),
    "two lengths": raw(OK, b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n", GOOD),
    "a length below zero": raw(OK, b"Content-Length: -1\r\n\r\n", GOOD),
    "hints without end": raw(*[b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"] * 20_000, OK, b"\r\n", GOOD),
    "packed twice": Reply(body=gzip.compress(gzip.compress(GOOD)), headers={"Content-Encoding": "gzip"}),
    "packed zeros that nobody announced": Reply(body=gzip.compress(bytes(100_000_000))),
    "an unknown packing": Reply(body=GOOD, headers={"Content-Encoding": "x-pack200"}),
    "a part": Reply(status=206, body=GOOD[:200], headers={"Content-Range": "bytes 0-199/99999"}),
    "nothing": Reply(status=204),
    "unchanged, at the first question": Reply(status=304),
    "no status": raw(b"HTTP/1.1 2OO OK\r\n\r\n", GOOD),
    "no HTTP": raw(GOOD),
    "to a file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    "to a data address": Reply(status=302, headers={"Location": "data:text/xml,<rss/>"}),
    "to another service": Reply(status=302, headers={"Location": "gopher://127.0.0.1:6379/_FLUSHALL"}),
    "to no port": Reply(status=302, headers={"Location": "http://127.0.0.1:0/"}),
    "to nowhere": Reply(status=302, headers={"Location": ""}),
    "to a long address": Reply(status=302, headers={"Location": "/" + "a" * 100_000}),
    "a charset that is a cipher": Reply(body=GOOD, headers={"Content-Type": "text/xml; charset=rot13"}),
    "a charset that unpacks": Reply(body=GOOD, headers={"Content-Type": "text/xml; charset=zlib_codec"}),
    "times out of bounds": Reply(
        body=GOOD, headers={"Cache-Control": "max-age=99999999999999999999999", "Expires": "Sun, 00 Jan 99999 99:99:99 XXX", "Age": "-9"}
    ),
}  # fmt: skip
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 8 if n else "aaaaaaaaaa"}">' for n in range(9))
BOMB = f'<!DOCTYPE rss [{ENTITIES}<!ENTITY x SYSTEM "file:///etc/hostname">]>'
MARKUP = [
    "<plaintext>x", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<template><script>alert(1)</script></template>", '<img srcset="javascript:alert(1) 1x">', "<base href=javascript:x><a href=y>z</a>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>', "<xmp><script>a</script></xmp>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;", "<meta http-equiv=refresh content=0;url=x>", "{{7*7}} {% raw %} ${7*7} <%= 7 %>",
    "[x](javascript:alert(1)) ![i](http://evil.example/t.png)", "=cmd|' /C calc'!A0", "@import", "-2+3", "\tTAB",
]  # fmt: skip
LINKS = ["javascript:alert(1)", "java&#9;script:x", "data:text/html,x", "//evil.example", "http://[::1", "http:javascript:x", "file:///etc/passwd",
         "http://x/&quot;onmouseover=alert(1)", "http://x/'&gt;&lt;script&gt;", "http://x/%0d%0aBcc:x", "http://127.0.0.1:0/"]  # fmt: skip
DATES = [
    "Mon, 00 Jan 0000 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "-1",
    "2026-11-24T10:00:00+99:99",
    "9" * 5000,
    "1e308",
    "2026-W60-9",
]
WRONG = {
    "infinity": "1e999", "no number": "NaN", "a long number": "9" * 5000, "null": "null", "true": "true", "lists": "[[]]", "objects": '{"a":{}}',
    "half a letter": '"\\ud800"', "NUL": '"a\\u0000b"', "nothing": '""',
}  # fmt: skip
DOCUMENTS = {
    "entities in UTF-16": (f'<?xml version="1.0" encoding="utf-16"?>{BOMB}' + feed(entry("&e8;", "&x;"), head="").decode()).encode("utf-16"),
    "entities in UTF-7": (f'<?xml version="1.0" encoding="utf-7"?>{BOMB}' + feed(entry("&e8;", "&x;"), head="").decode()).encode("utf-7"),
    "an encoding that is a path": feed(entry(), head='<?xml version="1.0" encoding="../../etc"?>'),
    "an encoding that unpacks": feed(entry(), head='<?xml version="1.0" encoding="bz2"?>'),
    "elements in elements": feed("<item><title>x</title>" + "<b>" * 100_000 + "</b>" * 100_000 + "</item>"),
    "halves of letters": feed(entry("&#xD800;&#xDFFF;x", "&#x110000;&#-1;&#0;&#99999999999999999999;\ud800")),
    "NULs": feed(entry("a\0b", "c\0d")),
    "a base that is a script": feed('<item xml:base="javascript:alert(1)//"><title>t</title><link>x</link></item>'),
    "a guid of a megabyte": feed(entry(guid="g" * 1_000_000)),
    "a word of a megabyte": feed(entry("a" + "ж" * 500_000)),
    "accents without end": feed(entry("e" + "\u0301" * 200_000, "a" + "\u0489" * 200_000)),
    "letters that unfold": feed(entry("\ufdfa" * 100_000)),
    "escapes of a terminal": feed(entry("&#x9b;31mred &#x9d;8;;http://evil.example&#x9c; \u202e\u2066\u200b&#x7f;&#x85;", "\x1b[2J\x08")),
    "headers of a mail": feed(entry("Subject&#13;&#10;Bcc: evil@example.org&#13;&#10;&#13;&#10;body")),
    "markup": feed(*(entry(html.escape(one), html.escape(html.escape(one)), guid=f"m{n}", more=f"<author>{html.escape(one)}</author>") for n, one in enumerate(MARKUP))),
    "markup unescaped": feed(*(f"<item><title><![CDATA[{one}]]></title><guid>c{n}</guid></item>" for n, one in enumerate(MARKUP))),
    "links": feed(*(entry(f"Link {n}", link=one, guid=f"l{n}") for n, one in enumerate(LINKS))),
    "dates": feed(*(entry(f"Date {n}", guid=f"d{n}", more=f"<pubDate>{one}</pubDate>") for n, one in enumerate(DATES))),
    "hours that never come": feed(f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(-5, 99))}</skipHours><ttl>-9e99</ttl>", entry()),
    "tags by the thousand": feed(entry(more="".join(f"<category>tag {n}</category>" for n in range(3_000)))),
    "JSON in JSON": b'{"version":"https://jsonfeed.org/version/1.1","title":"J","items":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "JSON with everything twice": b'{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[],"items":[{"id":"1","id":"2","title":"a"}]}',
    "JSON with markup": json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "</title><script>alert(1)</script>", "items": [
        {"id": str(n), "url": "javascript:alert(1)", "title": one, "content_html": one, "authors": [{"name": one, "url": "javascript:x"}], "tags": [one]}
        for n, one in enumerate(MARKUP)]}).encode(),
    **{f"JSON with {name} everywhere": (
        '{"version":"https://jsonfeed.org/version/1.1","title":%s,"language":%s,"items":[{"id":%s,"title":%s,"url":%s,"content_html":%s,'
        '"date_published":%s,"authors":%s,"tags":%s,"attachments":%s},{"id":"ok","title":"fine"}]}' % ((one,) * 10)).encode() for name, one in WRONG.items()},
}  # fmt: skip
ALL = {**ANSWERS, **{name: Reply(body=body) for name, body in DOCUMENTS.items()}}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")
DANGEROUS = re.compile(
    r"<(?:script|img|svg|iframe|plaintext|xmp|base|form|object|template|meta http-equiv=.?refresh)|href=[\"'](?!https?:|#|mailto:)", re.I
)


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """All of them polled, once."""
    folder = tmp_path_factory.mktemp("attacks")
    with ExitStack() as stack:
        hostile, kind = (stack.enter_context(Server(f"127.0.0.{n}")) for n in (1, 2))
        urls = {"good": kind.put("/good", GOOD)}
        for number, (name, reply) in enumerate(ALL.items()):
            hostile.pages[f"/{number}"] = reply
            urls[name] = hostile.url(f"/{number}")
        desk = Desk(folder, urls)
        yield SimpleNamespace(desk=desk, report=desk.poll(), items=desk.items(), toml=desk.toml())


def shown(polled: SimpleNamespace, *command: str) -> str:
    ran = process("-c", str(polled.toml), *command)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    return str(ran.stdout)


def test_the_good_feed_is_read_and_every_other_answer_is_items_or_a_problem_with_a_name(polled: SimpleNamespace) -> None:
    assert sum(item.feed == "good" for item in polled.items) == 5
    told = {problem.feed: problem.kind for problem in polled.report.problems}
    assert "internal" not in told.values()
    assert {*ALL, "good"} == set(told) | {item.feed for item in polled.items}


def test_nothing_was_read_that_is_not_the_webs(polled: SimpleNamespace) -> None:
    hostname = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else "no such host"
    assert not [item.id for item in polled.items if hostname and hostname in f"{item.title} {item.text}".split()]
    assert {(item.link or "http:").partition(":")[0] for item in polled.items} <= {"http", "https"}


def test_the_archive_is_sound(polled: SimpleNamespace) -> None:
    with sqlite3.connect(polled.desk.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert shown(polled, "db", "verify") == ""


def test_a_second_poll_brings_nothing_new(polled: SimpleNamespace) -> None:
    assert polled.desk.poll(force=True).new == 0


@pytest.mark.parametrize(
    "command", ["list --all", "stories --all", "feeds", "digest -f text", "export --all -f markdown", "export --all -f json"]
)
def test_no_control_character_reaches_a_reader(polled: SimpleNamespace, command: str) -> None:
    assert not CONTROLS.search(shown(polled, *command.split()))


@pytest.mark.parametrize("command", ["digest -f html", "export --all -f html", "export --all -f atom"])
def test_no_markup_of_a_feed_reaches_a_page(polled: SimpleNamespace, command: str) -> None:
    found = DANGEROUS.search(re.sub(r"<link href=\"urn:[^\"]*\"", "", shown(polled, *command.split())))
    assert found is None, found


def test_no_cell_of_a_table_is_a_formula(polled: SimpleNamespace) -> None:
    csv.field_size_limit(10_000_000)
    cells = [cell for row in csv.reader(io.StringIO(shown(polled, "export", "--all", "-f", "csv"))) for cell in row]
    assert len(cells) > len(polled.items)
    assert not [cell[:40] for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r") or re.match(r"-(?!\d)", cell)]
