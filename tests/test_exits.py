"""One hostile archive through every exit there is: each format, each command, mail, webhook, shell. Whatever feeds say in any of their fields,
what comes out is text, valid in its format, and does nothing to who reads it."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from email import message_from_bytes, policy
from html import escape
from pathlib import Path
from xml.sax.saxutils import quoteattr

import html5lib
import pytest
from desk import CommandLine, Ran, process
from markdown_it import MarkdownIt
from servers import Reply, Server

from curator import formats

EVIL = [
    "\x1b[31mred\x1b[0m \x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\ \x9b31m \x08\x7f",
    "\u202egnp.exe\u202c \u2066isolates\u2069 \u200f\u061c\u2028\u2029",
    '=HYPERLINK("https://evil.example","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "<script>alert(1)</script><img src=x onerror=alert(1)> <!channel> @everyone <https://evil.example|bank>",
    "]]></title></item><!-- --!> &lt;script&gt;alert(2)&lt;/script&gt; &#x202e;&#27;[2J",
    "[x](javascript:alert(1)) ![i](https://evil.example/t.png) <https://evil.example> `{{7*7}}`\n# head\n| a | b |",
    "Subject\r\nBcc: evil@example.org\r\n\r\nbody",
    "$(touch /tmp/owned); `id` 'quote' \"double\" \\ %s %n ${HOME} ,:;\ttab",
]
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")
ACTIVE = {"script", "img", "iframe", "object", "embed", "svg", "math", "form", "input", "base", "link", "video", "audio", "template"}
TODAY = "Sat, 01 Aug 2026 10:00:00 GMT"


def xml(text: str) -> str:
    """As a sloppy publisher writes it: escaped, what XML forbids as references, or left out."""
    return "".join(char if char in "\t\n\r" or char >= " " else f"&#{ord(char)};" if char == "\x7f" else "" for char in escape(text))


def rss(number: int, word: str, text: str = "") -> bytes:
    """A feed that says the same hostile words in all its fields."""
    bad = xml(EVIL[number])
    head = f"<title>{bad}</title><link>https://feed{number}.example/{bad}</link><language>{bad}</language><generator>{bad}</generator>"
    item = (
        f"<item><title>{bad} {word}</title><link>https://feed{number}.example/{word}?q={bad}</link><guid>{bad}{word}</guid><author>{bad}</author>"
        f"<description>{bad} Drones struck the {word} refinery, says <![CDATA[{EVIL[number].replace(']]>', '')}]]> {text} "
        f"CVE-2026-{number}0001 198.51.100.{number + 1} evil[.]example</description><category>{bad}</category>"
        f"<source url={quoteattr('https://evil.example/' + bad)}>{bad}</source><pubDate>{TODAY} {bad}</pubDate></item>"
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{item}</channel></rss>'.encode()


def hostile_json(number: int) -> bytes:
    """The same as JSON Feed, which can hold any character at all."""
    bad = EVIL[number]
    item = {
        "id": bad, "url": f"https://json{number}.example/{bad}", "external_url": bad, "title": f"{bad} pipeline", "content_html": bad,
        "summary": bad, "date_published": bad, "authors": [{"name": bad, "url": bad}], "tags": [bad], "language": bad,
        "attachments": [{"url": bad, "mime_type": bad}],
    }  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": bad, "home_page_url": bad, "language": bad, "items": [item]}
    return json.dumps(feed).encode()


def hostile_row(number: int) -> str:
    """The same as a row of another archive, with its judgements, notes, earlier version and evidence."""
    bad, id_, at = EVIL[number], f"{number:016x}", "2026-08-01T10:00:00Z"
    raw, sha = base64.b64encode(bad.encode()).decode(), hashlib.sha256(bad.encode()).hexdigest()
    answer = {
        "feed": bad,
        "requested": bad,
        "final": bad,
        "status": 200,
        "etag": bad,
        "last_modified": bad,
        "tool": bad,
        "at": at,
        "body_sha256": sha,
    }
    words = (
        "feed",
        "title",
        "text",
        "guid",
        "link",
        "source",
        "source_url",
        "outlet",
        "language",
        "date_raw",
        "copy_why",
        "story_why",
        "story_title",
    )
    row = {
        **dict.fromkeys(words, bad), "id": id_, "url": f"https://row{number}.example/{bad}", "seen": at, "authors": [bad], "story": f"f{id_[1:]}", "versions": 2,
        "topics": [{"name": bad, "why": bad, "by": bad, "version": bad}], "entities": [{"kind": bad, "value": bad, "why": bad}],
        "credits": [{"outlet": bad, "pattern": bad, "words": bad, "field": bad, "via": [bad]}],
        "provenance": {"role": "derived", "origin": bad, "evidence": bad, "why": bad, "background": [bad], "denied_by": bad},
        "sha256": sha, "raw": raw, "retrieval": answer, "notes": [{"text": bad, "at": at, "tlp": "CLEAR"}], "marks": [{"what": bad, "value": bad, "at": at}],
        "history": [{"number": 1, "title": bad, "text": f"{bad} before", "seen": at, "sha256": sha, "raw": raw, "retrieval": answer}],
    }  # fmt: skip
    return json.dumps(row) + "\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A feeds.toml whose feeds mean harm, polled twice, with an edit in between; some also answer with hostile problems."""
    folder = tmp_path_factory.mktemp("exits")
    with Server() as web:
        urls = {}
        for number in range(len(EVIL)):
            urls[f"rss{number}"] = web.put(f"/rss{number}", rss(number, "harbour"))
            urls[f"json{number}"] = web.put(f"/json{number}", hostile_json(number))
        web.pages["/status"] = Reply(raw=[b"HTTP/1.1 500 \x1b[31mBad\x9b \xe2\x80\xaegnp\r\nETag: \x1b[2J\r\nContent-Length: 0\r\n\r\n"])
        web.pages["/moved"] = Reply(status=302, headers={"Location": "gopher://\x1b[31m\x9bevil.example/"})
        web.pages["/page"] = Reply(body=b"<html><title>\x1b[31m\xe2\x80\xae</title>", headers={"Content-Type": "text/html\x1b[31m"})
        web.pages["/broken"] = Reply(body=b"<rss><channel><title>\xe2\x80\xae</title><item><title>x</tit\x1b[31mle \xff")
        urls |= {name: web.url(f"/{name}") for name in ("status", "moved", "page", "broken")}
        feeds = "".join(f'[feeds.{name}]\nurl = "{url}"\n' for name, url in urls.items())
        more = '[watch.all]\nquery = "refinery"\n[questions.q]\nquestion = "Who struck the refinery?"\nany = ["refinery"]\n[digest]\nper_section = 100\n'
        mail = f'[mail]\nsender = "folder"\npath = "{folder / "sent"}"\nto = ["desk@example.org"]\n'
        toml = folder / "feeds.toml"
        toml.write_text(f"[fetch]\nallow_private = true\n{feeds}{more}{mail}", encoding="utf-8")
        (folder / "rows.jsonl").write_text("".join(map(hostile_row, range(len(EVIL)))), encoding="utf-8")
        assert f"{len(EVIL)} new" in process("-c", str(toml), "import", str(folder / "rows.jsonl")).stderr
        assert process("-c", str(toml), "poll").returncode == 0
        for number in range(len(EVIL)):
            web.put(f"/rss{number}", rss(number, "harbour", "It burned until noon."))
        assert process("-c", str(toml), "poll", "--force").returncode == 0
        yield toml


@pytest.fixture
def run(desk: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, desk)


def calm(ran: Ran, *, codes: tuple[int, ...] = (0,)) -> str:
    """What a command wrote, once neither of its streams holds anything that could steer a terminal or hide what it says."""
    assert ran.code in codes, ran.err
    for stream in (ran.out, ran.err):
        found = CONTROLS.search(stream.replace("\r\n", "\n"))  # of tables and letters
        assert found is None, stream[max(0, found.start() - 80) : found.start() + 80]
    assert "Traceback" not in ran.err
    assert "curator's own" not in ran.err
    return ran.out


def passive(page: str) -> None:
    """A page does nothing: no element that loads or runs, no handler, every link leads to the web."""
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        assert element.tag not in ACTIVE, element.attrib
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("src", "srcset", "background", "action")
            if name == "href":
                assert re.match(r"https?://|#|mailto:|cid:", value), value


# ── formats ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_page(out: str) -> None:
    passive(out)


def a_table(out: str) -> None:
    rows = list(csv.reader(io.StringIO(out)))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?\Z)", cell)]


def one_value(out: str) -> None:
    json.loads(out)


def lines_of_values(out: str) -> None:
    for line in out.splitlines():
        json.loads(line)


def an_xml_document(out: str) -> None:
    for element in ET.fromstring(out).iter():
        if element.get("type") == "html":  # all else is text, whatever it looks like (RFC 4287, 3.1.1)
            passive(element.text or "")
        for name, value in element.attrib.items():
            assert name != "href" or re.match(r"https?://|urn:", value), value


def notes(out: str) -> None:
    """What Markdown makes of it has no picture, no raw HTML that does anything, and no link but to the web."""
    body = re.sub(r"\A---\n.*?\n---\n", "", out, flags=re.S)
    passive(MarkdownIt("commonmark", {"html": True}).enable("table").render(body))


def indicators(out: str) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9:./_@-]+", line) for line in out.splitlines())


def a_letter(out: str) -> None:
    letter = message_from_bytes(out.encode(), policy=policy.default)
    assert letter["Bcc"] is None
    assert letter["To"] == "desk@example.org"
    for part in letter.walk():
        if part.get_content_type() == "text/html":
            passive(part.get_content())
        if not part.is_multipart():
            assert not CONTROLS.search(part.get_content().replace("\r\n", "\n"))
    assert not any(CONTROLS.search(str(value)) for value in letter.values())


def plain_lines(out: str) -> None:
    assert out


SOUND = {
    "atom": an_xml_document, "csv": a_table, "eml": a_letter, "html": a_page, "ioc": indicators, "json": one_value, "jsonfeed": one_value,
    "jsonl": lines_of_values, "markdown": notes, "newsboat": plain_lines, "opml": an_xml_document, "stix": one_value, "text": plain_lines,
}  # fmt: skip


def writers(kind: str) -> list[str]:
    return [name for name in formats.names() if hasattr(formats.get(name), kind)]


def test_every_format_has_its_check() -> None:
    assert set(SOUND) == set(formats.names())


@pytest.mark.parametrize("form", sorted({*writers("items"), *writers("dossiers")}))
def test_an_export_is_sound_in_every_format(run: CommandLine, form: str) -> None:
    out = calm(run("export", "--all", "-f", form))
    assert out
    SOUND[form](out)


@pytest.mark.parametrize("form", writers("digest"))
def test_a_digest_is_sound_in_every_format(run: CommandLine, form: str) -> None:
    out = calm(run("digest", "-f", form))
    SOUND[form](out)


@pytest.mark.parametrize("form", writers("feeds"))
def test_a_list_of_feeds_is_sound_in_every_format(run: CommandLine, form: str) -> None:
    SOUND[form](calm(run("feeds", "export", "-f", form)))


def test_notes_in_a_folder_are_files_of_that_folder_and_sound(run: CommandLine, tmp_path: Path) -> None:
    calm(run("export", "--all", "-f", "markdown", "-o", f"{tmp_path}/notes/"))
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > len(EVIL)
    for file in files:
        assert file.parent == tmp_path / "notes"
        assert not CONTROLS.search(file.name)
        text = file.read_text(encoding="utf-8")
        assert not CONTROLS.search(text)
        notes(text)


def test_every_feed_that_could_be_read_is_in_the_archive(run: CommandLine) -> None:
    rows = json.loads(run("list", "--all", "--json").out)
    assert {row["feed"] for row in rows} >= {f"{kind}{number}" for kind in ("rss", "json") for number in range(len(EVIL))}


def test_what_was_exported_is_read_back_without_loss(
    run: CommandLine, desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = run("export", "--all", "--tlp", "RED", "--evidence", "-f", "jsonl").out
    (tmp_path / "all.jsonl").write_text(first, encoding="utf-8")
    (tmp_path / "feeds.toml").write_text(desk.read_text(encoding="utf-8"), encoding="utf-8")
    other = CommandLine(capsys, tmp_path / "feeds.toml")
    calm(other("import", str(tmp_path / "all.jsonl")))
    assert sorted(other("export", "--all", "--tlp", "RED", "--evidence", "-f", "jsonl").out.splitlines()) == sorted(first.splitlines())


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command",
    [
        "list --all", "list --all --best", "list --all -f text", "stories --all", "stories --all -f csv", "stories --all -f json", "search refinery", "search evil --json", "feeds",
        "feeds --json", "topics suggest", "topics suggest --topic military/drones-uav", "topics test --since 9999d", "db stats", "db verify", "db doctor",
        "digest", "digest --since 9999d", "digest --send --dry-run", "digest --json", "topics retag --dry-run", "db prune --older 1d --dry-run", "poll", "-v poll",
        "list --all --json", "list --watch all",
    ],
)  # fmt: skip
def test_no_command_lets_through_what_steers(run: CommandLine, command: str) -> None:
    calm(run(*command.split()))


@pytest.mark.parametrize("how", [(), ("--json",), ("--diff",), ("--cite",)])
def test_nothing_shown_of_an_item_or_story_steers(run: CommandLine, how: tuple[str, ...]) -> None:
    rows = json.loads(run("list", "--all", "--json").out)
    for id_ in {row["id"] for row in rows} | ({row["story"] for row in rows} if how != ("--diff",) else set()):
        calm(run("show", id_, *how))


def test_ids_of_several_are_told_without_steering(run: CommandLine) -> None:
    for first in "0123456789abcdef":
        calm(run("show", first), codes=(0, 1))


def test_what_people_write_steers_no_more_than_feeds_do(run: CommandLine) -> None:
    id_ = json.loads(run("list", "-n", "1", "--json").out)[0]["id"]
    for words in EVIL:
        calm(run("note", id_, "--", words), codes=(0, 2))
        calm(run("mute", "--until", "1d", "--", words), codes=(0, 2))
        calm(run("search", "--", words))
        calm(run("list", "--outlet", words), codes=(0, 2))
        calm(run("list", "--since", words), codes=(2,))
    calm(run("topics", "test", "--", " ".join(EVIL)))
    calm(run("topics", "test", id_))
    calm(run("mute", "list"))
    for number in range(1, len(EVIL) + 1):
        run("mute", "end", str(number))
    calm(run("show", id_))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_completes_holds_nothing_that_it_would_run(desk: Path, shell: str) -> None:
    words = {"COMP_WORDS": f"curator -c {desk} show ", "COMP_CWORD": "4" if shell != "fish" else ""}
    ran = process(_CURATOR_COMPLETE=f"{shell}_complete", **words)
    assert ran.returncode == 0
    assert not CONTROLS.search(ran.stdout)
    assert ran.stdout.count("\n") >= len(EVIL)


def test_a_check_of_feeds_tells_their_troubles_without_steering(tmp_path: Path, web: Server, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(len(EVIL)):
        web.put(f"/json{number}", hostile_json(number))
    web.pages["/status"] = Reply(raw=[b"HTTP/1.1 500 \x1b[31mBad\x9b\r\nContent-Length: 0\r\n\r\n"])
    feeds = "".join(f'[feeds."{path[1:]}"]\nurl = "{web.url(path)}"\n' for path in web.pages)
    (tmp_path / "feeds.toml").write_text(f"[fetch]\nallow_private = true\n{feeds}", encoding="utf-8")
    here = CommandLine(capsys, tmp_path / "feeds.toml")
    calm(here("feeds", "check"), codes=(1,))
    one_value(calm(here("feeds", "check", "--json"), codes=(1,)))


def test_feeds_of_a_hostile_page_or_list_are_taken_in_as_text(tmp_path: Path, web: Server, capsys: pytest.CaptureFixture[str]) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/json{n}?{escape(EVIL[n])}" title="{escape(EVIL[n])}">'
        for n in range(len(EVIL))
    )
    web.put("/page", f"<html><head>{links}</head></html>".encode(), content_type="text/html")
    for number in range(len(EVIL)):
        web.put(f"/json{number}", hostile_json(number))
    outlines = "".join(
        f'<outline type="rss" text="{xml(one)}" title="{xml(one)}" category="{xml(one)}" xmlUrl="https://opml{n}.example/{xml(one)}"/>'
        for n, one in enumerate(EVIL)
    )
    (tmp_path / "feeds.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>", encoding="utf-8")
    (tmp_path / "feeds.toml").write_text("[fetch]\nallow_private = true\n", encoding="utf-8")
    here = CommandLine(capsys, tmp_path / "feeds.toml")
    calm(here("feeds", "add", web.url("/page")), codes=(0, 1))
    calm(here("feeds", "import", "--dry-run", str(tmp_path / "feeds.opml")))
    calm(here("feeds", "import", str(tmp_path / "feeds.opml")))
    assert not CONTROLS.search((tmp_path / "feeds.toml").read_text(encoding="utf-8"))
    calm(here("feeds", "list"))


# ── what is sent ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mail_is_one_letter_with_our_headers_alone(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a copy: what is sent is told no more."""
    for file in desk.parent.glob("*.*"):
        shutil.copy(file, tmp_path)
    (tmp_path / "feeds.toml").write_text(desk.read_text(encoding="utf-8").replace(str(desk.parent), str(tmp_path)), encoding="utf-8")
    run = CommandLine(capsys, tmp_path / "feeds.toml")
    calm(run("digest", "--send"))
    (file,) = [one for one in (tmp_path / "sent").iterdir() if one.is_file()]
    a_letter(file.read_bytes().decode())
    calm(run("digest", "--list"))
    for form in ("text", "html", "json", "eml"):
        SOUND[form](calm(run("digest", "--show", "1", "-f", form)))
