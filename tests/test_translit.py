"""Names are found in the other script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.translit import beginnings


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("Zelensky", "Зеленский"), ("Zelenskyy", "Зеленський"), ("Zelenskiy", "Зеленского"), ("Prigozhin", "Пригожина"), ("Kharkiv", "Харків"),
        ("Shahed", "шахедов"), ("Shoigu", "Шойгу"), ("Kherson", "Херсон"), ("Lukashenko", "Лукашенко"), ("Gerasimov", "Герасимова"), ("Herasymov", "Герасимов"),
        ("Зеленський", "Zelenskyy"), ("Герасимов", "Gerasimov"), ("Харків", "Kharkiv"), ("Хмельницький", "Khmelnytskyi"), ("Шойгу", "Shoigu"),
    ],
)  # fmt: skip
def test_a_name_finds_its_spelling_in_the_other_script(word: str, written: str) -> None:
    plain = written.lower()
    assert any(plain.startswith(beginning) for beginning in beginnings(word)), beginnings(word)


@pytest.mark.parametrize("word", ["UAV", "Iran", "2026", "شاهد", "中国人民解放军", "Kölner", "мост", ""])
def test_short_words_and_other_scripts_are_left_alone(word: str) -> None:
    assert beginnings(word) == ()


@given(st.text())
def test_any_word_gives_few_beginnings_of_some_length(word: str) -> None:
    assert len(beginnings(word)) <= 4
    assert all(len(one) >= 4 and one.isalpha() for one in beginnings(word))
