"""Names of outlets in the forms in which texts write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import mentions, names


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Медуза", "Медузе"),
        ("Ведомости", "Ведомостям"),
        ("Известия", "Известиям"),
        ("Коммерсантъ", "Коммерсанту"),
        ("Новая газета", "Новой газете"),
        ("Интерфакс", "Интерфаксу"),
        ("Українська правда", "Українській правді"),
        ("Укрінформ", "Укрінформу"),
        ("Суспільне", "Суспільному"),
        ("Слідство.Інфо", "Слідства.Інфо"),
        ("Süddeutsche Zeitung", "Süddeutschen Zeitung"),
        ("Norddeutscher Rundfunk", "Norddeutschen Rundfunk"),
        ("Der Spiegel", "Spiegel"),
    ],
)
def test_a_name_is_known_in_its_cases(name: str, form: str) -> None:
    assert form in names.forms(name)


@pytest.mark.parametrize("name", ["ТАСС", "BBC", "УП", "CERT-UA"])
def test_abbreviations_are_not_declined(name: str) -> None:
    assert names.forms(name) == (name,)


@given(st.text(max_size=40))
def test_the_name_itself_is_always_among_its_forms(name: str) -> None:
    assert name in names.forms(name)
    assert len(names.forms(name)) <= 64


@pytest.mark.parametrize("cyrillic", [False, True])
def test_the_spellings_of_shipped_names_that_are_kept_are_those_the_rules_give(cyrillic: bool) -> None:
    kept = mentions.shipped_spellings(cyrillic=cyrillic)
    assert kept
    for (alias, body), spellings in kept.items():
        assert set(spellings) == names.spellings(alias, body=body)
