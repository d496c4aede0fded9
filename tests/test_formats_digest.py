"""Every format of a digest says the same, safely: golden files, hostile text, size, and the rules of HTML, Atom and mail."""

import json
import os
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import feedparser
import html5lib
import markdown_it
import pytest
from digests import HARBOUR, HOSTILE, NOW, full, item, many, told
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import formats, shipped
from curator.errors import CuratorError, UsageError
from curator.formats._template import columns
from curator.formats._view import TLP_COLOURS
from curator.types import Digest, Problem, Section

GOLDEN = Path(__file__).parent / "golden"
NAMES = formats.names("digest")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def rendered(name: str, digest: Digest | None = None) -> str:
    return formats.get(name).digest(digest or full())


def page(digest: Digest | None = None):
    """The HTML as a strict parser reads it; a breach of HTML's syntax is an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(rendered("html", digest))


@pytest.mark.parametrize("name", NAMES)
def test_m11_each_format_gives_what_its_golden_file_holds(name):
    """After a wanted change: UPDATE_GOLDEN=1 pytest tests/test_formats_digest.py, and look at the difference."""
    file = GOLDEN / f"digest{formats.get(name).SUFFIX}"
    now = rendered(name).encode()
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(now)
    assert now == file.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_no_control_or_direction_character_comes_through(name):
    assert not CONTROL.search(rendered(name).replace("\r\n", "\n"))


@pytest.mark.parametrize("name", ["text", "html", "markdown", "json"])
def test_each_format_tells_the_same_things(name):
    out = re.sub(r"\s+", " ", rendered(name))
    for needed in ("Morning reading", "Five grain ships leave Marova harbour", "140,000 tonnes", "Harbour Wire", "AMBER", "trade/shipping", "Nothing new.",
                   "五艘运粮船", "خمس سفن", "Minister resigns", "2 independent origins instead of 1", "Two hurt in depot fire", "Five hurt in depot fire",
                   "brokenfeed", "no answer within 20 s", "quietfeed"):  # fmt: skip
        assert needed in out or needed in out.replace("\\", ""), needed


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_short_ids_can_be_typed_from_it(name):
    assert "curator show 3f2a" in rendered(name)
    assert "3f2aaaaaaa" not in rendered(name)


# ── html ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_html_is_valid():
    assert page().tag == "html"


def test_m12_links_are_the_articles_own_and_only_http():
    links = [node.get("href") for node in page().iter("a")]
    assert HARBOUR.lead.url in links
    assert links
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert not any("evil.example" in link or "tracker" in link for link in links)


def test_m13_nothing_is_loaded_from_anywhere():
    root = page()
    tags = {node.tag for node in root.iter() if isinstance(node.tag, str)}
    assert not tags & {"img", "script", "link", "iframe", "object", "embed", "video", "audio", "source", "form", "base", "svg"}
    assert not any(name in node.attrib for node in root.iter() for name in ("src", "srcset", "background", "poster", "ping"))
    out = rendered("html")
    assert "@import" not in out
    assert "url(" not in out
    assert "<script" not in out


def test_a_screen_reader_finds_headings_language_and_main_part():
    root = page()
    assert root.get("lang") == "en"
    levels = [node.tag for node in root.iter() if node.tag in ("h1", "h2", "h3", "h4")]
    assert levels.count("h1") == 1
    assert all(int(later[1]) - int(earlier[1]) <= 1 for earlier, later in pairwise(levels))
    assert any(node.get("role") == "main" for node in root.iter())
    spoken = {node.get("lang") for node in root.iter("h3")}
    assert {"en", "zh", "ar"} <= spoken
    assert all(node.get("dir") == "auto" for node in root.iter("h3"))


def test_it_is_laid_out_for_a_phone_and_for_the_dark():
    out = rendered("html")
    assert "width=device-width" in out
    assert "prefers-color-scheme: dark" in out
    assert 'name="color-scheme" content="light dark"' in out
    assert not re.search(r"(?<!max-)width:\s*\d{3,}px", out)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3: from 1 (the same) to 21 (black on white)."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_colour_of_letters_stands_out_from_its_page(dark):
    styles = re.search(r"<style>(.*?)</style>", shipped.text("templates/digest.html.j2"), re.DOTALL)[1]
    styles = styles.split("@media (prefers-color-scheme: dark)")[dark].partition("@media")[0]
    page = re.search(r"\.page \{[^}]*background: (#\w{6})", styles)[1]
    letters = {
        rule: colour for rule, colour in re.findall(r"^(.*?) \{[^}]*[; ]color: (#\w{6})", styles, re.MULTILINE) if rule != ".preheader"
    }
    assert len(letters) >= 5
    assert {rule: round(contrast(colour, page), 1) for rule, colour in letters.items() if contrast(colour, page) < 4.5} == {}


def test_each_tlp_colour_stands_out_from_black():
    assert all(contrast(colour, "#000000") >= 4.5 for colour in TLP_COLOURS.values())


def test_styles_stand_in_the_elements_for_readers_that_drop_the_head():
    heads = list(page().iter("h3"))
    assert heads
    assert all("font" in node.get("style", "") for node in heads)


def test_the_preheader_is_text_that_a_reader_does_not_see_twice():
    hidden = next(node for node in page().iter("div") if node.get("class") == "preheader")
    assert "display:none" in hidden.get("style").replace(" ", "")
    assert hidden.text


def test_each_tlp_label_has_its_colour():
    for label, colour in {"RED": "#FF2B2B", "AMBER": "#FFC000", "AMBER+STRICT": "#FFC000", "GREEN": "#33FF00", "CLEAR": "#FFFFFF"}.items():
        out = rendered("html", full(tlp=label))
        assert f"TLP:{label}<" in out
        assert colour in out


def test_m7_html_stays_below_the_size_at_which_mail_is_cut_off_and_keeps_the_best():
    digest = many(2000, per_section=400)
    out = rendered("html", digest)
    assert 60_000 < len(out.encode()) < 102_000
    assert "Story 0:" in out
    assert "Story 1999:" not in out


def test_what_is_dropped_for_size_is_counted():
    digest = many(1000, per_section=1000)
    out = rendered("html", digest)
    shown = len(re.findall("Story \\d+:", out)) - len(re.findall("Story \\d+:", out.split("</div>")[0]))
    counted = sum(int(number.replace(",", "")) for number in re.findall(r"and ([\d,]+) more stor", out))
    assert shown + counted == 1000


def test_extracts_go_before_stories_do():
    digest = many(120, per_section=1000)
    out = rendered("html", digest)
    assert len(out.encode()) < 102_000
    assert len(set(re.findall("Story (\\d+):", out))) == 120
    assert 0 < out.count("Five grain ships left") < 3 * 120


def questions(count: int, **fields) -> tuple[Section, ...]:
    return tuple(Section(**{"topic": f"question:{number}", "title": f"{number} " + "Who? " * 50, **fields}) for number in range(count))


def test_mentions_go_after_the_stories_and_what_they_were_is_counted():
    also = tuple((f"{number:016x}", "Headline " * 24, "Place") for number in range(8))
    out = rendered("html", full(sections=questions(100, also=also, empty="Nothing new.")))
    assert 95_000 < len(out.encode()) < 102_000
    assert "Headline" in out
    assert "and 8 more stories" in out
    assert "Nothing new" not in out


def test_however_many_sections_there_are_the_last_are_counted_and_the_text_has_them_all():
    many = full(sections=questions(1_000, empty="Nothing new."))
    out = rendered("html", many)
    assert 95_000 < len(out.encode()) < 102_000
    left = int(re.search(r"(\d+) more sections", out)[1])
    assert left + out.count("Nothing new.") == 1_000
    assert rendered("text", many).count("Nothing new.") == 1_000


def test_a_thousand_broken_feeds_do_not_fill_the_mail():
    problems = tuple(Problem(feed=f"feed{number}", kind="http", message="no such page " * 50) for number in range(1000))
    out = rendered("html", full(problems=problems))
    assert "and 988 more feeds" in out
    assert len(out.encode()) < 102_000


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_feeds_that_could_not_be_reached_are_one_line_however_many(form: str):
    """A machine that had no network has one trouble, not one for each feed."""
    kinds = ["dns"] * 80 + ["timeout"] * 6
    away = tuple(Problem(feed=f"feed{number}", kind=kind, message="no answer", since=NOW) for number, kind in enumerate(kinds))
    out = " ".join(rendered(form, full(problems=(*away, Problem(feed="odd", kind="http", message="the feed is not there")))).split())
    assert "could not be reached" in out
    assert "dns 80, timeout 6" in out
    assert "feed0, feed1, feed2 and 83 more" in out
    assert "feed3" not in out
    assert "the feed is not there" in out


def test_few_feeds_that_could_not_be_reached_are_told_one_by_one():
    out = rendered("text", full(problems=tuple(Problem(feed=f"feed{number}", kind="dns", message="unknown") for number in range(3))))
    assert all(f"feed{number}: unknown" in out for number in range(3))


def test_a_headline_without_blanks_does_not_fill_a_phone_but_scripts_without_blanks_are_whole():
    chinese = "五艘运粮船周二驶离马罗瓦港此前航道因水雷关闭了两周港务局称货物为十四万吨小麦五艘运粮船周二驶离马罗瓦港此前航道"
    long, whole = told(1, item(1, f"Ships {'W' * 900}…", "Courier")), told(2, item(2, chinese, "港口日报"))
    out = rendered("markdown", full(sections=(Section(topic="*", title="News", told=(long, whole)),)))
    assert f"[Ships {'W' * 45}…]" in out
    assert chinese in out


def test_the_command_for_more_can_be_typed_whatever_a_watch_is_called():
    out = rendered("markdown", full(sections=(Section(topic="watch:my 'own' watch", title="Watch", told=(HARBOUR,), more=3),)))
    assert """`curator list --watch 'my '"'"'own'"'"' watch'`""" in out


# ── text, markdown ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_text_keeps_to_80_columns():
    for line in rendered("text").split("\n"):
        assert columns(line) <= 80 or "://" in line, line


def test_a_long_address_stays_in_one_piece():
    url = "https://courier.example/" + "a" * 200
    story = told(1, item(1, "Title", "Courier", url=url))
    assert url in rendered("text", full(sections=(Section(topic="*", title="News", told=(story,)),)))


def test_markdown_from_a_feed_stays_text():
    html = markdown_it.MarkdownIt().render(rendered("markdown"))
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="http://evil.example"' not in html
    assert "<em>not bold" not in html
    assert f'href="{HARBOUR.lead.url}"' in html


# ── json, atom, eml ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_json_has_the_keys_scripts_rely_on():
    value = json.loads(rendered("json"))
    assert {"id", "title", "since", "until", "tlp", "sections", "updates", "problems"} <= value.keys()
    assert (value["until"], value["tlp"]) == ("2026-11-25T06:00:00Z", "AMBER")
    section = value["sections"][0]
    assert {"topic", "title", "stories", "more"} <= section.keys()
    story = section["stories"][0]
    assert {
        "id",
        "title",
        "items",
        "outlets",
        "first",
        "last",
        "origins",
        "origins_min",
        "origins_max",
        "credibility",
        "topics",
        "score",
        "why",
    } <= story.keys()
    assert set(story["items"][0]) == {"id", "title", "url", "outlet", "role"}
    assert value["updates"][0]["news"]


def test_atom_is_a_feed_of_digests_that_feedparser_reads():
    read = feedparser.parse(rendered("atom").encode())
    assert not read.bozo
    assert read.version == "atom10"
    (entry,) = read.entries
    assert entry.id == "urn:curator:digest:5d41402abc4b2a76"
    assert "Five grain ships" in entry.content[0].value


def test_atom_lists_earlier_digests_too():
    atom = formats.get("atom")
    older = atom.entry("00ff", "Morning reading", NOW, "<p>old</p>")
    root = ET.fromstring(atom.digest(full(), None, [older]))
    assert [node.text for node in root.iter("{http://www.w3.org/2005/Atom}id")][1:] == [
        "urn:curator:digest:5d41402abc4b2a76",
        "urn:curator:digest:00ff",
    ]


@pytest.mark.parametrize("name", ["text", "html", "markdown", "atom", "json"])
def test_items_are_listed_safely(name):
    out = "".join(formats.get(name).items([*HARBOUR.items, *HOSTILE.items]))
    assert "Five grain ships" in out
    assert not CONTROL.search(out)
    if name in ("html", "atom"):
        assert "<script" not in out
        assert 'href="javascript' not in out
    if name == "atom":
        ET.fromstring(out)
    assert "".join(formats.get(name).items([])) is not None


# ── templates of the user ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_template_of_the_user_replaces_the_shipped_one():
    mine = {"digest.txt.j2": "{{ digest.title }}: {{ digest.sections|length }} sections\n"}
    assert formats.get("text").digest(full(), mine) == "Morning reading: 5 sections\n"
    assert formats.get("html").digest(full(), mine) == rendered("html")


def test_a_template_of_the_user_is_escaped_like_the_shipped_one():
    mine = {
        "digest.html.j2": "<html><body>{% for s in digest.sections %}{% for t in s.stories %}{{ t.headline }}{% endfor %}{% endfor %}</body></html>"
    }
    assert "&lt;script&gt;" in formats.get("html").digest(full(), mine)


@pytest.mark.parametrize(
    "template", ["{% if %}", "{{ digest.no_such_thing }}", "{{ ''.__class__.__mro__ }}", "{{ 1/0 }}", "{% include 'missing.j2' %}"]
)
def test_a_broken_template_is_told_with_its_name(template):
    with pytest.raises(CuratorError, match=r"digest\.txt\.j2|missing\.j2"):
        formats.get("text").digest(full(), {"digest.txt.j2": template})


# ── laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

anything = st.text(max_size=200)


@settings(max_examples=12, deadline=None)
@given(anything, anything, anything, anything)
def test_whatever_a_feed_writes_html_stays_valid_and_text_stays_clean(title, outlet, extract, url):
    story = told(1, item(1, title, outlet or "x", url=url, language=outlet or None), extract=extract, sources=extract, why=title)
    digest = full(title=title, sections=(Section(topic="question:x", title=title, told=(story,), also=((story.story.id, title, outlet),)),),
                  problems=(Problem(feed=outlet, kind="http", message=extract),), updates=(replace(story, news=title),), short={})  # fmt: skip
    page(digest)
    assert not CONTROL.search(rendered("text", digest))
    ET.fromstring(rendered("atom", digest))
    json.loads(rendered("json", digest))
    rendered("eml", digest).encode("ascii")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("\n{{ digest.nothing }}", "line 2: digest has no attribute 'nothing'"),
        ("{% for s in digest.sections %}\n{{ s.nothing }}{% endfor %}", "line 2: section has no attribute 'nothing'"),
        ("\n\n{% include 'other' %}", "line 3: there is no template “other”"),
        ("{{ 1 / 0 }}", "line 1: division by zero"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_line(template, said):
    with pytest.raises(CuratorError, match=r"template digest\.txt\.j2, line") as caught:
        formats.get("text").digest(full(), {"digest.txt.j2": template})
    assert said in str(caught.value)


def test_formats_are_found_by_their_file():
    assert {"text", "html", "markdown", "json", "atom", "eml"} <= set(NAMES)
    with pytest.raises(UsageError, match="html"):
        formats.get("pdf")
