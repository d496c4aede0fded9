"""A digest as a mail message: the headers mail readers know it by, and nothing a feed could slip in."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from digests import HOSTILE, NOW, full, item, told
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import mail
from curator.config import Mail, Plan
from curator.errors import UsageError
from curator.types import Section

PARTS = {"text": "Morning reading\n" + "x" * 5000 + "\n", "html": "<html><body>" + "y" * 5000 + "</body></html>"}
MAIL = Mail(from_="curator@example.org", to=("desk@example.org", "Ana Ruiz <ana@example.org>"))


def letter(digest=None, plan=Plan(), settings=MAIL):  # noqa: B008 (frozen)
    return message_from_bytes(mail.wire(mail.message(digest or full(), PARTS, plan, settings)), policy=default)


def test_m8_it_is_text_and_html_of_one_message_with_the_headers_of_a_list():
    got = letter()
    assert got.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    assert got["Date"].datetime == NOW
    assert got["Message-ID"] == "<curator.5d41402abc4b2a76@example.org>"
    assert got["List-Id"] == '"Morning reading" <main.curator.example.org>'
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["To"] == "desk@example.org, Ana Ruiz <ana@example.org>"


def test_the_subject_has_date_and_top_headline_and_the_label_if_it_matters():
    assert letter()["Subject"] == "[TLP:AMBER] Morning reading 25 Nov: Five grain ships leave Marova harbour after two weeks"
    assert letter(full(tlp="CLEAR"))["Subject"].startswith("Morning reading 25 Nov: Five grain ships")


@pytest.mark.parametrize("between", [" - ", " – ", " | "])
def test_an_outlets_name_hung_on_a_headline_is_left_out(between):
    assert mail.headline(told(1, item(1, f"Harbour open{between}HARBOUR Wire", "Harbour Wire"))) == "Harbour open"
    assert mail.headline(told(1, item(1, f"Harbour open{between}for now", "Harbour Wire"))) == f"Harbour open{between}for now"


def test_the_date_in_the_subject_is_the_readers():
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert "26 Nov" in letter(full(until=late, timezone="Asia/Tokyo"))["Subject"]
    assert "25 Nov" in letter(full(until=late, timezone="America/New_York"))["Subject"]


def test_the_sender_is_called_what_the_digest_is_called_unless_it_has_a_name():
    assert letter()["From"] == "Morning reading <curator@example.org>"
    assert letter(settings=replace(MAIL, from_="Desk <curator@example.org>"))["From"] == "Desk <curator@example.org>"


def test_the_same_digest_is_the_same_message_byte_for_byte():
    first, second = (mail.wire(mail.message(full(), PARTS, Plan(), MAIL)) for _ in range(2))
    assert first == second


def test_plans_have_lists_and_recipients_of_their_own():
    got = letter(plan=Plan(name="cyber desk", title="Cyber", to=("cyber@example.org",)))
    assert got["List-Id"] == '"Cyber" <cyber-desk.curator.example.org>'
    assert got["To"] == "cyber@example.org"


def test_a_headline_cannot_add_a_header():
    digest = full(sections=(Section(topic="*", title="News", told=(HOSTILE,)),))
    got = letter(digest)
    assert got["Bcc"] is None
    assert len(got.get_all("Subject")) == 1
    assert "\u202e" not in got["Subject"]
    assert "\x1b" not in got["Subject"]


def test_a_headline_that_looks_like_an_encoded_word_stays_text():
    trick = "=?utf-8?q?News=0D=0ABcc:_x@example.org?="
    digest = full(title=trick, sections=(Section(topic="*", title="News", told=(told(1, item(1, trick, "Courier")),)),))
    wire = mail.wire(mail.message(digest, PARTS, Plan(), MAIL))
    assert b"\r\nBcc" not in wire
    assert "Bcc" not in letter(digest)
    assert "= ?utf-8?q?" in letter(digest)["Subject"]


@pytest.mark.parametrize(
    "headline", ["Гавань открыта снова после двух недель", "Häfen öffnen nächste Woche für größere Schiffe aus Übersee", "港口" * 40]
)
def test_a_subject_in_any_script_comes_out_as_it_went_in(headline):
    digest = full(tlp="CLEAR", sections=(Section(topic="*", title="News", told=(told(1, item(1, headline, "Courier")),)),))
    assert letter(digest)["Subject"] == mail.subject(digest)
    assert headline[:30] in letter(digest)["Subject"]


def test_an_address_cannot_add_a_header():
    with pytest.raises(UsageError):
        letter(settings=replace(MAIL, to=("a@example.org\r\nBcc: b@example.org",)))


@pytest.mark.parametrize("written", ["", "desk", "desk@", "@example.org", "a@b@c", "a@example.org, b@example.org", "<>", "a b@example.org"])
def test_what_is_no_address_is_refused(written):
    with pytest.raises(UsageError, match="not a mail address"):
        mail.address(written)


def test_an_international_domain_is_written_in_ascii():
    assert mail.address("desk@bücher.example").addr_spec == "desk@xn--bcher-kva.example"


def test_letters_beyond_ascii_before_the_at_stay_as_they_are():
    assert mail.address("Müller <müller@bücher.example>").addr_spec == "müller@xn--bcher-kva.example"


@pytest.mark.parametrize("written", ["mü ller@example.org", "mü,ller@example.org", "mü@ller@example.org", "mü\u202eller@example.org"])
def test_they_make_no_address_of_what_is_none(written):
    with pytest.raises(UsageError, match="not a mail address"):
        mail.address(written)


def test_such_an_address_stands_in_the_head_and_as_words_alone_for_a_server_that_cannot_take_it():
    plan = Plan(to=("a@example.org", "müller@example.org", "Ünal <ünal@example.org>"))
    wire = mail.wire(mail.message(full(), PARTS, plan, MAIL))
    assert "\r\n müller@example.org,\r\n".encode() in wire
    plain = mail.ascii_only(wire)
    assert plain.isascii()
    to = message_from_bytes(plain, policy=default)["To"]
    assert [one.addr_spec for one in to.addresses] == ["a@example.org"]
    assert [group.display_name for group in to.groups] == [None, "müller@example.org", "Ünal ünal@example.org"]
    assert plain.partition(b"\r\n\r\n")[2] == wire.partition(b"\r\n\r\n")[2]


def test_m14_no_line_is_longer_than_998_characters_and_all_is_seven_bit():
    wire = mail.wire(mail.message(full(), PARTS, Plan(), MAIL))
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert wire.isascii()
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_a_hundred_recipients_fold_into_short_lines():
    wire = mail.wire(mail.message(full(), PARTS, Plan(to=tuple(f"reader{number}@example.org" for number in range(100))), MAIL))
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert len(message_from_bytes(wire, policy=default)["To"].addresses) == 100


def test_a_digest_of_changed_headlines_alone_has_a_subject():
    assert letter(full(sections=(), updates=()))["Subject"].endswith("25 Nov: changed headlines")
    assert letter(full(sections=(), updates=(), corrections=()))["Subject"].endswith("25 Nov: nothing new")


def test_the_page_can_be_taken_out_of_the_message_again():
    assert mail.page(mail.wire(mail.message(full(), PARTS, Plan(), MAIL))).strip() == PARTS["html"]


def test_each_recipient_is_told_once():
    assert mail.recipients(Plan(to=("a@example.org", "a@example.org")), MAIL) == ("a@example.org",)
    assert mail.recipients(Plan(), MAIL) == MAIL.to


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300) | st.from_regex(r"(=\?utf-8\?[bq]\?[=0-9A-F]*\?= ?)+"), st.text(max_size=300), st.text(max_size=80))
def test_whatever_headline_title_and_plan_name_are_the_message_is_sound(headline, title, name):
    story = told(1, item(1, headline, "Courier"))
    digest = full(title=title, sections=(Section(topic="*", title=title, told=(story,)),))
    wire = mail.wire(mail.message(digest, PARTS, Plan(name=name, title=title), MAIL))
    got = message_from_bytes(wire, policy=default)
    assert set(got.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "List-Id",
        "Auto-Submitted",
        "X-Curator-Digest",
        "MIME-Version",
        "Content-Type",
    }
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert wire.isascii()
    assert got["From"].addresses[0].addr_spec == "curator@example.org"
