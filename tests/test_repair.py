"""Bytes of feeds are mended before they are parsed: what was meant is read, and nothing takes more than linear time."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stopwatch import at_most, seconds

from curator import repair

BODY = "<rss version='2.0'><channel><item><title>Größe – naïve</title></item></channel></rss>"


def test_gzip_inside_the_body_is_undone_even_twice_and_only_up_to_the_cap():
    assert repair.unpack(gzip.compress(b"<rss/>")) == b"<rss/>"
    assert repair.unpack(gzip.compress(gzip.compress(b"<rss/>"))) == b"<rss/>"
    assert len(repair.unpack(gzip.compress(b"\0" * 100_000), limit=1000)) == 1000
    assert repair.unpack(b"\x1f\x8b\x08broken") == b"\x1f\x8b\x08broken"


DECODED = [
    (BODY.encode(), ""),
    (BODY.encode("utf-8-sig"), ""),
    (BODY.encode("utf-16"), ""),
    (BODY.encode("utf-16-le"), ""),
    (BODY.encode("utf-16-be"), "application/xml; charset=utf-16"),
    (BODY.encode("utf-32"), ""),
    (BODY.encode("cp1252"), ""),
    (BODY.encode("cp1252"), "text/xml; charset=iso-8859-1"),
    (BODY.encode("cp1252"), "text/xml; charset=utf-8"),
    (BODY.encode(), "text/xml; charset=iso-8859-1"),
    (BODY.encode(), "text/xml; charset=x-none"),
    (('<?xml version="1.0" encoding="windows-1252"?>' + BODY).encode("cp1252"), "application/xml"),
]


@pytest.mark.parametrize(("body", "kind"), DECODED)
def test_characters_are_right_whatever_label_they_came_under(body, kind):
    assert repair.decode(body, kind).endswith(BODY)


def test_other_alphabets_are_read_by_their_label():
    for words, encoding in [
        ("Привет", "koi8-r"),
        ("Привет", "windows-1251"),
        ("新闻", "gb2312"),
        ("ニュース", "shift_jis"),
        ("ニュース", "iso-2022-jp"),
        ("뉴스", "euc-kr"),
    ]:
        assert words in repair.decode(f'<?xml version="1.0" encoding="{encoding}"?><t>{words}</t>'.encode(encoding))


def test_a_wrong_byte_spoils_only_itself():
    assert repair.decode("äöü éèê – ".encode() * 5 + b"\xff!").endswith("\ufffd!")


@given(st.binary(max_size=300), st.text(max_size=30))
def test_prepare_never_raises_and_leaves_nothing_xml_forbids(body, kind):
    assert not repair._ILLEGAL.search(repair.prepare(body, kind))


HEADLESS = [
    "\n\n  <?xml version='1.0'?>\n<rss/>",
    "<?xml version='1.0'?><!-- made by --><?xml-stylesheet href='x'?><rss/>",
    "<!-- first --><?xml?xml version='1.0' ??><rss/>",
    "<!DOCTYPE rss PUBLIC 'x' 'y'><rss/>",
    "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'> <!ENTITY b '&a;'>]><rss/>",
    "Warning: include() failed in index.php<br />\n<?xml version='1.0'?><rss/>",
    "\x00<rss/>",
]


@pytest.mark.parametrize("text", HEADLESS)
def test_a_document_begins_with_its_root(text):
    assert repair.prepare(text.encode()) == "<rss/>"


def test_plain_entities_of_the_documents_own_are_put_in_and_all_others_are_void():
    text = repair.prepare(b'<!DOCTYPE rss [<!ENTITY co "Example Ltd"><!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&co; &x;</rss>')
    assert text == "<rss>Example Ltd &x;</rss>"
    assert repair.mend(text) == "<rss>Example Ltd &amp;x;</rss>"


MENDED = [
    ("<t>AT&T buys</t>", "<t>AT&amp;T buys</t>"),
    ("<t>a &amp; b &lt; &#65; &#x41;</t>", "<t>a &amp; b &lt; &#65; &#x41;</t>"),
    ("<t>a&nbsp;&eacute;&bogus;</t>", "<t>a&#160;&#233;&amp;bogus;</t>"),
    ("<t>&#0;&#xFFFF;x</t>", "<t>x</t>"),
    ("<t><![CDATA[AT&T]]> &</t>", "<t><![CDATA[AT&T]]> &amp;</t>"),
    ("<t>1 < 2</t>", "<t>1 &lt; 2</t>"),
    ("<rss version=2.0><a/></rss>", '<rss version="2.0"><a/></rss>'),
]


@pytest.mark.parametrize(("broken", "expected"), MENDED)
def test_what_is_surely_meant_is_put_right(broken, expected):
    assert repair.mend(broken) == expected
    assert repair.fault(expected.encode()) is None


def test_prefixes_nobody_declared_are_declared():
    text = repair.mend("<rss><dc:creator>Jo</dc:creator><x:y z:a='1'/></rss>")
    assert 'xmlns:dc="http://purl.org/dc/elements/1.1/"' in text
    assert repair.fault(text.encode()) is None


def test_a_document_cut_off_is_closed_behind_its_last_whole_entry():
    text = "<rss><channel><title>T</title><item><title>1</title></item><item><title>2</ti"
    assert repair.completed(text) == "<rss><channel><title>T</title><item><title>1</title></item></channel></rss>"
    assert repair.completed("<rss><channel><item><title>1") == "<rss><channel></channel></rss>"
    assert repair.completed("<feed><entry></entry></feed>") is None


def test_the_first_fault_says_whether_the_document_just_ends():
    assert repair.fault(b"<a/>") is None
    assert repair.fault(b"<a><b>").ended
    assert not repair.fault(b"<a>&</a>").ended


@given(st.text(max_size=200))
def test_mending_never_raises_and_changes_nothing_the_second_time(text):
    once = repair.mend(text)
    assert repair.mend(once) == once
    repair.completed(text)


@pytest.mark.parametrize(
    "unit", ["\n", "<!ENTITY ", "<!DOCTYPE [", "<!--", "&", "<a:b ", "<?xml ", "<![CDATA[", "<item>", "</", "<x:y>", " xmlns:a='b'"]
)
def test_time_grows_with_length_only(unit):
    def mend(n):
        body = (unit * n).encode()
        repair.completed(repair.mend(repair.prepare(b"<rss>" + body)))
        repair.prepare(body)

    assert at_most(9, lambda: seconds(lambda: mend(10_000)), lambda: seconds(lambda: mend(40_000)), noticeable=0.03)
