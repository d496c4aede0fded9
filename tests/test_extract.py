"""An extract is two sentences of the articles as they stand: the one that tells the story, and the one that adds most to it."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import text
from curator.extract import LONGEST, TOGETHER, extract
from curator.types import Item

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)

HEADLINE = "Grain ships leave Marova harbour after two weeks"
ARTICLE = (
    "Five grain ships left the harbour of Marova on Tuesday, two weeks after mines had closed the channel. "
    "They carry 140,000 tonnes of wheat for ports in North Africa, the harbour office said. "
    "Sign up for our newsletter. It was a grey morning. What will happen to the other forty ships?"
)


def item(body: str, number: int = 1, **fields) -> Item:
    return Item(
        **{"id": f"{number:016x}", "feed": "courier", "title": HEADLINE, "text": body, "seen": NOW, "date": NOW, "language": "en", **fields}
    )


def test_the_lead_sentence_and_the_one_that_adds_figures_are_taken():
    assert extract([item(ARTICLE)], HEADLINE) == (
        "Five grain ships left the harbour of Marova on Tuesday, two weeks after mines had closed the channel. "
        "They carry 140,000 tonnes of wheat for ports in North Africa, the harbour office said."
    )


def test_sentences_about_the_page_are_never_taken():
    junk = ["Subscribe to our newsletter for more stories like this one.", "Lesen Sie auch unseren Bericht über die Minen im Hafen von Marova.",
            "Подписывайтесь на наш канал, чтобы узнавать новости порта первыми.", "Click here to read more about grain ships in the harbour.",
            "The post Grain ships leave Marova harbour appeared first on The Valley Courier.", "Photo: Five grain ships in the harbour of Marova."]  # fmt: skip
    for sentence in junk:
        assert extract([item(sentence)], HEADLINE) == "", sentence


def test_the_headline_is_not_said_twice():
    body = f"{HEADLINE}.\nMine sweepers had cleared the channel on Monday night, the harbour office said. The next convoy is planned for Friday."
    found = extract([item(body)], HEADLINE)
    assert not found.startswith(HEADLINE)
    assert "Mine sweepers" in found


def test_a_sentence_that_leans_on_another_does_not_stand_alone():
    body = "He refused to say more about it to reporters. Captain Ilar Venn steered the first ship through the cleared channel of Marova."
    assert extract([item(body)], HEADLINE).startswith("Captain Ilar Venn")


def test_a_question_does_not_tell_a_story():
    body = "Can the ships leave the harbour of Marova at last? The harbour office of Marova opened the channel on Tuesday morning."
    assert extract([item(body)], HEADLINE).startswith("The harbour office")


def test_the_article_the_headline_is_from_comes_first():
    other = item("Bread prices in the capital fell by a tenth on Wednesday, traders said. Bakers were glad of the grain ships.", 2)
    assert extract([other, item(ARTICLE)], HEADLINE, f"{1:016x}").startswith("Five grain ships")


def test_another_article_adds_only_what_speaks_of_the_headlines_matter():
    short = item("Five grain ships left the harbour of Marova on Tuesday.")
    astray = item("Child poverty has doubled in the country since the great storm, a study of the university shows.", 2)
    adding = item("The ships from Marova carry 140,000 tonnes of grain for ports in North Africa, traders said.", 3)
    assert "Child poverty" not in extract([short, astray], HEADLINE, short.id)
    assert "140,000 tonnes" in extract([short, astray, adding], HEADLINE, short.id)


def test_only_one_language_is_spoken():
    other = item("Пять кораблей с зерном вышли из гавани Маровы во вторник, сообщили в управлении порта.", 2, language="ru")
    assert "Пять" not in extract([item("Five grain ships left the harbour of Marova on Tuesday."), other], HEADLINE, f"{1:016x}")


def test_an_extract_in_russian_and_in_chinese_is_made_of_whole_sentences():
    russian = "Пять кораблей с зерном вышли из гавани Маровы во вторник. Они везут 140 тысяч тонн пшеницы, сообщило управление порта."
    assert extract([item(russian, language="ru")], "Корабли покинули гавань Маровы") == russian
    chinese = "五艘运粮船周二驶离马罗瓦港，此前航道因水雷关闭了两周。港务局称，这些船载有十四万吨小麦。"
    assert extract([item(chinese, language="zh")], "运粮船驶离马罗瓦港") == chinese  # whose sentences no blank parts


@pytest.mark.parametrize(
    "line",
    [
        "MAROVA (Harbour Wire) - ",
        "Marova (dpa) – ",
        "MAROVA, Nov 25 — ",
        "МАРОВА - ",
        "PORT SELWYN (AP) — ",
        "MAROVA, Nov. 24 (Wire) — ",
        "Marova, 24 nov (EFE).- ",
    ],
)
def test_datelines_are_left_out(line):
    assert extract([item(line + ARTICLE)], HEADLINE).startswith("Five grain ships left")


@pytest.mark.parametrize(
    "begin", ["NATO - the alliance of the west -", "The (small) harbour - a village really -", "Ships (five) - all of them Marovan -"]
)
def test_what_only_looks_like_a_dateline_stays(begin):
    sentence = f"{begin} left the harbour of Marova on Tuesday after two weeks of waiting."
    assert extract([item(sentence)], HEADLINE) == sentence


def test_the_summary_serves_where_there_is_no_text():
    assert extract([item("", summary=ARTICLE)], HEADLINE).startswith("Five grain ships")


def test_nothing_gives_nothing():
    assert extract([], HEADLINE) == ""
    assert extract([item("")], HEADLINE) == ""
    assert extract([item(HEADLINE)], HEADLINE) == "" or extract([item(HEADLINE)], HEADLINE) == HEADLINE


def test_a_text_without_any_end_is_cut_and_says_so():
    found = extract([item("Grain " * 400)], HEADLINE)
    assert found.endswith("…")
    assert len(found) <= LONGEST


def test_a_lead_that_holds_all_the_news_in_one_sentence_is_cut_rather_than_left_out():
    lead = "The chief of the harbour of Marova resigned on Tuesday after a meeting " + "that lasted for hours and " * 15 + "ended at dawn."
    found = extract([item(f"{lead} Shares fell 8 per cent in Marova.")], HEADLINE)
    assert found.startswith("The chief of the harbour of Marova resigned on Tuesday")
    assert "…" in found


def test_an_entry_whose_headline_was_taken_from_its_text_does_not_say_it_again():
    body = "Five grain ships left the harbour of Marova on Tuesday. They carry 140,000 tonnes of wheat, the harbour office said."
    assert extract([item(body)], "Five grain ships left the harbour of Marova on Tuesday.").startswith("They carry")
    assert extract([item(body)], body) == ""


def test_a_script_that_parts_neither_words_nor_sentences_is_told_too():
    thai = "เรือห้าลำออกจากท่าเมื่อวันอังคาร หลังจากปิดมาสองสัปดาห์"
    assert extract([item(thai, language="th")], "เรือออกจากท่า") == thai


def test_a_list_is_told_without_its_bullets():
    body = "Short.\n• Five grain ships left the harbour of Marova on Tuesday after two weeks of waiting."
    assert extract([item(body)], HEADLINE).startswith("Five grain ships left")


def test_both_sentences_stay_short_enough_to_read_on_a_phone():
    long = "The harbour office of Marova said " + "that the channel is open and " * 9 + "safe."
    assert len(extract([item(f"{long} {long.replace('office', 'master')}")], HEADLINE)) <= TOGETHER


words = st.text(alphabet="abc xyzé.!?\"'“”АБв 港口。\n0123456789", max_size=400)


@given(st.lists(words, max_size=4), words)
def test_every_word_of_it_stands_in_an_article(bodies, headline):
    items = [item(text.safe(body), number) for number, body in enumerate(bodies, 1)]
    found = extract(items, headline)
    assert extract(items, headline) == found
    flat = [" ".join((one.text or one.summary).split()) for one in items]
    for part in filter(None, [found.removesuffix("…").rstrip()]):
        assert all(any(word.removesuffix("…") in body for body in flat) for word in re.split(r"\s|(?<=。)", part))
