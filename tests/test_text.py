"""Markup becomes plain, safe text; words, sentences and excerpts are what a reader would say they are."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stopwatch import at_most, seconds

from curator import text

ANY = st.text(st.characters(exclude_categories=()), max_size=200)
MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b",
            ">",
            "<",
            "&",
            "&amp;",
            "&lt;",
            ";",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            '"',
            "'",
            " a='",
            "word",
            " ",
            "\n",
            "\x1b[31m",
            "\u202e",
            "é",
            "<![CDATA[",
            "]]>",
            "&#0;",
            "&#x1b;",
            "&nbsp;",
        ]
    ),
    max_size=30,
).map("".join)

PLAIN = [
    ("<p>One</p><p>Two</p>", "One\nTwo"),
    ("a<br>b<br/>c", "a\nb\nc"),
    ("un<b>break</b>able", "unbreakable"),
    ("<td>a</td><td>b</td>", "a b"),
    ("<li>a</li><li>b</li>", "a\nb"),
    ("Fish &amp; chips &mdash; &#8220;ok&#8221;", "Fish & chips — “ok”"),
    ("AT&amp;amp;T", "AT&T"),
    ("&lt;p&gt;Twice&lt;/p&gt;&lt;p&gt;escaped&lt;/p&gt;", "Twice\nescaped"),
    ("The &lt;p&gt; element", "The <p> element"),
    ("<p>The &lt;p&gt;x&lt;/p&gt; element</p>", "The <p>x</p> element"),
    ("x<script>alert('</p>')</script>y", "xy"),
    ("x<style>p {color: red}</style>y", "xy"),
    ("x<script>never closed", "x"),
    ("x<!-- a > b -->y", "xy"),
    ("x<!-- never closed", "x"),
    ('<img alt="a > b" src=x>z', "z"),
    ("<iframe src='x'></iframe>after", "after"),
    ("<iframe src='x'/>after", "after"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ("cut off <a href='http://exa", "cut off"),
    ("first line\nof one paragraph\n\nsecond", "first line of one paragraph\nsecond"),
    ("<p>first line\nof one</p>\n<p>second</p>", "first line of one\nsecond"),
    ("<pre>a\nb</pre>", "a\nb"),
    ("a&nbsp;b\u00a0c", "a b c"),
    ("<![CDATA[inner]]>", "inner"),
    ("", ""),
]


@pytest.mark.parametrize(("markup", "expected"), PLAIN)
def test_markup_reads_as_a_browser_shows_it(markup, expected):
    assert text.plain(markup) == expected


@given(st.one_of(ANY, MARKUP))
def test_plain_never_raises_and_its_result_is_safe(s):
    found = text.plain(s)
    assert text.safe(found) == found
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", found)


@given(st.one_of(ANY, MARKUP))
def test_safe_is_idempotent_and_normalised(s):
    once = text.safe(s)
    assert text.safe(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\n" not in text.line(s)
    once.encode()


@given(st.text("\u200c\u200d\u0301\u0338\u212a\u1100\u1161\u034f\u2800 e=漢م\u1ea1a\u0323\ud800", max_size=12))
def test_safe_is_idempotent_whatever_joins_and_composes(s):
    once = text.safe(s)
    assert text.safe(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Krem\u200cl\u200din", "Kremlin"),
        ("ва\u200dгнер", "вагнер"),
        ("e\u200d\u0301lan", "\xe9lan"),
        ("Kre\u034fm\u115flin", "Kremlin"),
        ("two\u2800words\u3164here", "two words here"),
        ("\u3164\u3164", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚒❤️\u200d🔥", "👩\u200d🚒❤️\u200d🔥"),
    ],
)
def test_nothing_invisible_hides_a_word_and_what_shapes_a_script_stays(written, read):
    assert text.safe(written) == read


@given(st.one_of(ANY, MARKUP))
def test_a_title_is_one_safe_line(s):
    found = text.headline(s)
    assert "\n" not in found
    assert text.safe(found) == found


def test_terminal_escapes_and_direction_overrides_do_not_survive():
    assert text.safe("a\x1b[31mred\x1b[0m\x07 b\x1b]0;title\x07c\u202egnp\u2066.exe") == "ared bcgnp.exe"


def test_a_title_keeps_what_only_looks_like_a_tag():
    assert text.headline("Vec<T> and <b>Option</b> &amp; a < b") == "Vec<T> and Option & a < b"
    assert text.headline("<script>alert(1)</script>News") == "News"


@pytest.mark.parametrize(
    "unit",
    [
        "<a ",
        '<a "',
        '<a ">"',
        "<!--",
        "<script>",
        "<",
        "&lt;",
        "&",
        "<iframe ",
        "<b x='",
        "\n ",
        "</",
        "<pre>",
        "<![CDATA[",
        "\x1b[",
        "\x1b]",
        "a\n\n",
        "&amp;",
        "<svg>",
        "。",
        ". ",
    ],
)
def test_time_grows_with_length_only(unit):
    """Four times the length takes about four times as long, where what is quadratic takes sixteen times."""

    def read(n):
        s = unit * n
        text.plain(s)
        text.headline(s)
        text.sentences(s)
        text.words(s)
        text.excerpt(s, 300)

    assert at_most(9, lambda: seconds(lambda: read(4_000)), lambda: seconds(lambda: read(16_000)), noticeable=0.02)


WORDS = [
    ("The U.S. Navy's 2nd ship", ["the", "u", "s", "navy", "s", "2nd", "ship"]),
    ("Straße ﬁne ＡＢＣ", ["strasse", "fine", "abc"]),
    ("Президент України", ["президент", "україни"]),
    ("北京时间", ["北京", "京时", "时间"]),
    ("東", ["東"]),
    ("مُحَمَّد وصل", ["محمد", "وصل"]),
    ("שָׁלוֹם עולם", ["שלום", "עולם"]),
    ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
    ("서울 뉴스", ["서울", "뉴스"]),
    ("", []),
]


@pytest.mark.parametrize(("s", "expected"), WORDS)
def test_words_of_many_scripts(s, expected):
    assert text.words(s) == expected


@given(ANY)
def test_words_do_not_depend_on_composition_or_case_and_fold_is_idempotent(s):
    assert text.fold(text.fold(s)) == text.fold(s)
    assert text.words(unicodedata.normalize("NFD", s)) == text.words(unicodedata.normalize("NFC", s))


SENTENCES = [
    ("Gen. Smith met J. Doe. He left.", ["Gen. Smith met J. Doe.", "He left."]),
    ("It rose 2.5 per cent. Then it fell!", ["It rose 2.5 per cent.", "Then it fell!"]),
    ("“Go.” They went.", ["“Go.”", "They went."]),
    ("One\nTwo", ["One", "Two"]),
    ("今日は雨。明日は晴れ。", ["今日は雨。", "明日は晴れ。"]),
    ("هل وصل؟ نعم.", ["هل وصل؟", "نعم."]),
    ("Weber sagte: „Es besteht keine Gefahr.“ Rund 120 Leute kamen.", ["Weber sagte: „Es besteht keine Gefahr.“", "Rund 120 Leute kamen."]),
    ("В 5 ч. 30 мин. загорелся склад. Пожар шёл 3 ч. Он потушен.", ["В 5 ч. 30 мин. загорелся склад.", "Пожар шёл 3 ч.", "Он потушен."]),
    ("Без світла дім на вул. Сумській. Працюємо.", ["Без світла дім на вул. Сумській.", "Працюємо."]),
    ("Powiedział kpt. J. Nowak. Nie ma rannych.", ["Powiedział kpt. J. Nowak.", "Nie ma rannych."]),
    ("قال د. أحمد إن الطريق مفتوح. لم يصب أحد.", ["قال د. أحمد إن الطريق مفتوح.", "لم يصب أحد."]),
    ("Am 3. Mai, z.B. in Wien. Danach nicht.", ["Am 3. Mai, z.B. in Wien.", "Danach nicht."]),
]


@pytest.mark.parametrize(("s", "expected"), SENTENCES)
def test_sentences_end_where_a_reader_stops(s, expected):
    assert [s[a:b] for a, b in text.sentences(s)] == expected


@given(ANY)
def test_sentences_are_in_order_apart_and_hold_all_that_is_not_blank(s):
    spans = text.sentences(s)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join("".join(s[a:b] for a, b in spans).split()) == "".join(s.split())


@given(ANY, st.integers(0, 80))
def test_an_excerpt_is_short_enough_and_one_line(s, n):
    cut = text.excerpt(s, n)
    assert len(cut) <= n
    assert "\n" not in cut


def test_a_count_stands_with_its_noun():
    assert [text.plural(n, "item") for n in (0, 1, 2, 3000)] == ["0 items", "1 item", "2 items", "3,000 items"]
    assert [text.plural(n, "story", "more ") for n in (1, 2)] == ["1 more story", "2 more stories"]


def test_an_excerpt_is_cut_between_words_and_says_so():
    assert text.excerpt("hello world this is it", 12) == "hello world…"
    assert text.excerpt("hello world this is it", 14) == "hello world…"
    assert text.excerpt("short", 5) == "short"
    assert text.excerpt("x" * 50, 10) == "x" * 9 + "…"
