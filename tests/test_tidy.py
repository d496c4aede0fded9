"""Texts without what is not theirs: the title again, captions, related headlines, pleas. Ordinary prose always stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import shipped
from curator.tidy import GLUED, tidy

TITLE = "Harbour pilots refuse night shifts after near miss"
PROSE = "The pilots met on Tuesday. “We are tired,” one said. The port wants them back by Friday."


def test_the_title_at_the_start_goes_however_often_it_stands_there() -> None:
    assert tidy(TITLE, f"{TITLE}\n{PROSE}") == PROSE
    assert tidy(TITLE, f"{TITLE}\n\n{TITLE}\n\n{PROSE}") == PROSE
    assert tidy(TITLE, f"{TITLE} {PROSE}") == PROSE


def test_a_text_that_is_only_the_title_is_kept() -> None:
    assert tidy(TITLE, TITLE) == TITLE


def test_a_first_sentence_that_begins_like_the_title_is_kept() -> None:
    text = f"{TITLE} in the fog, the union said. {PROSE}"
    assert tidy(TITLE, text) == text


@pytest.mark.parametrize(
    "caption",
    [
        "A pilot boat on display at the maritime fair in Bergen on June 3, 2024.",
        "A pilot boat leaves the quay. Photo: AFP",
        "A pilot boat leaves the quay. Pic: PA",
        "A pilot boat leaves the quay. REUTERS/Jane Okafor",
        "Ein Lotsenboot am Kai. Foto: dpa",
    ],
)
def test_a_caption_glued_between_sentences_goes(caption: str) -> None:
    text = f"The pilots met on Tuesday.{caption}The port wants them back by Friday."
    assert tidy("x", text) == "The pilots met on Tuesday. The port wants them back by Friday."


@pytest.mark.parametrize(
    "line",
    [
        "Photo: AFP",
        "Pilots on the quay. (Photo by Jane Okafor/Getty Images)",
        "Foto: dpa",
        "Фото: ТАСС",
        "Read more: Why ports are short of pilots",
        "Lesen Sie auch: Warum Lotsen fehlen",
        "À lire aussi : pourquoi les pilotes manquent",
        "Lea también: Por qué faltan prácticos",
        "Читайте также: Почему не хватает лоцманов",
        "Читайте також: Чому бракує лоцманів",
        "Sign up for our morning newsletter",
        "Follow us on Telegram",
        "Share | Facebook | Twitter | WhatsApp",
        "Advertisement",
        "The post Harbour pilots refuse night shifts appeared first on Quay Weekly.",
    ],
)
def test_lines_that_are_not_the_article_go(line: str) -> None:
    text = f"The pilots met on Tuesday.\n{line}\nThe port wants them back by Friday."
    assert tidy(TITLE, text) == "The pilots met on Tuesday.\nThe port wants them back by Friday."


def test_a_headline_glued_to_the_end_of_a_paragraph_goes() -> None:
    text = "The port wants them back by Friday.Minister opens new lighthouse in the north\nTalks go on."
    assert tidy("x", text) == "The port wants them back by Friday.\nTalks go on."


def test_the_headline_of_another_item_goes() -> None:
    text = "The pilots met on Tuesday.\nMinister opens lighthouse\nTalks go on."
    assert tidy("x", text, known_titles=["Minister opens lighthouse"]) == "The pilots met on Tuesday.\nTalks go on."


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "He told CNN.CNN first reported last month that pilots were tired, according to two officials.".replace("CNN.CNN", "CNN. CNN"),
        "The U.S.Army is not a sentence, nor is Gazeta.Ru or Node.js, and J.R.R.Tolkien wrote books.",
        "A ferry ran aground off Luzon.\nThe Associated Press",
        "Die Preise steigen. (dpa)",
        "Insurers doubled the rates.\n[Reuters]",
        "See the ships come in: that is what children want.",
        "Read the minutes closely, and you will find that the pilots had warned of this for years, in letters, in meetings and in the log of "
        "every night shift since the new rota was brought in against their will by the port.",
        "Photographs: a history. The book has 300 pages and weighs more than the camera that took them did in its day, says the author.",
    ],
)
def test_ordinary_prose_is_not_touched(text: str) -> None:
    assert tidy(TITLE, text) == text


def test_sentences_that_hang_together_get_their_space() -> None:
    text = "An official told CNN.CNN first reported last month that pilots were tired, two people said."
    assert tidy("x", text) == "An official told CNN. CNN first reported last month that pilots were tired, two people said."


PIECES = st.lists(
    st.sampled_from(
        [
            "The pilots met on Tuesday.",
            "“We are tired,” one said.",
            "Photo: AFP",
            "A boat on display in Bergen on June 3, 2024.",
            "Read more: Ports",
            "Minister opens lighthouse",
            TITLE,
            "REUTERS/Jane Okafor",
            "Gazeta.Ru",
            "\n",
            "\n",
            " ",
        ]
    ),
    max_size=14,
).map("".join)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bei Hof ist ein Zug entgleist.\nMehr zum Thema\nBahnchef tritt zurück", "Bei Hof ist ein Zug entgleist."),
        ("Imagen del tren descarrilado. EFE/Antonio García\nUn tren ha descarrilado en Teruel.", "Un tren ha descarrilado en Teruel."),
        ("An engine lies on its side near Hull. (Danny Lawson/PA Wire)\nA freight train derailed.", "A freight train derailed."),
        ("Зійшов з рейок потяг. Читайте також: Укрзалізниця скасувала рейси\nРух відновлять.", "Зійшов з рейок потяг.\nРух відновлять."),
        ("Un train a déraillé. Lire aussi : La SNCF annonce une grève\nLe trafic reprendra.", "Un train a déraillé.\nLe trafic reprendra."),
    ],
)
def test_captions_and_pointers_go_in_other_languages_too(text: str, kept: str) -> None:
    assert tidy("Etwas ganz anderes", text) == kept


@pytest.mark.parametrize(
    "text", ["Ein Haus brannte ab, sagte die Feuerwehr. (mau/dpa)", "Read more: it helps. The library opens today, the mayor said."]
)
def test_an_agencys_tail_and_a_sentence_stay(text: str) -> None:
    assert tidy("Etwas ganz anderes", text) == text


@given(PIECES | st.text(max_size=200))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = tidy(TITLE, text)
    assert tidy(TITLE, once) == once


@given(PIECES | st.text(max_size=200))
def test_nothing_is_added_and_nothing_is_reordered(text: str) -> None:
    kept = iter("".join(text.split()))
    assert all(letter in kept for letter in "".join(tidy(TITLE, text).split()))


@given(st.text(min_size=1, max_size=300))
def test_a_text_is_never_emptied(text: str) -> None:
    assert bool(tidy(TITLE, text).strip()) == bool(text.strip())


def test_whatever_opens_a_credit_of_a_picture_holds_a_word_by_which_credits_are_looked_for() -> None:
    openings = [*shipped.toml("clutter.toml")["pictures"], "getty images", "reuters/", "ap photo/"]
    assert [opening for opening in openings if not any(word in opening for word in GLUED)] == []


def test_lines_that_go_are_told_in_lower_case_as_they_are_matched() -> None:
    assert [line for line in shipped.toml("clutter.toml")["lines"] if line != line.lower()] == []
