"""Credits: whom a text credits, in which words, in six languages. The cases in data/credits are read with their expected role too."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import config, creditwords, outlets, provenance, tidy
from curator.credits import prepare
from curator.types import Credit, Draft

BOOK = outlets.book()
FIND = prepare(BOOK)
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}-{number}")
    for path in sorted((Path(__file__).parent / "data" / "credits").glob("*.toml"))
    for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"], 1)
]


def read(text: str, language: str = "en", *, title: str = "", outlet: str | None = None) -> tuple[Credit, ...]:
    return FIND(Draft(feed="f", title=title, text=text, language=language, outlet=outlet, outlet_known=bool(outlet)))


@pytest.mark.parametrize(("language", "case"), CASES)
def test_role_and_origin_are_what_a_careful_reader_would_say(language: str, case: dict[str, str]) -> None:
    publisher = case.get("publisher") or None
    draft = Draft(
        feed="f",
        title=case.get("title", ""),
        text=tidy.tidy(case.get("title", ""), case["text"]),
        language=language,
        outlet=publisher,
        outlet_known=bool(publisher),
        source=case.get("source"),
    )
    judged = provenance.judge_item(replace(draft, credits=FIND(draft)), BOOK)
    assert judged.role == case["role"], judged
    if wanted := case.get("origin") or (publisher if case["role"] == "own" else None):
        assert judged.origin == wanted, judged


@pytest.mark.parametrize(("language", "case"), CASES)
def test_the_words_of_a_credit_stand_exactly_in_the_text(language: str, case: dict[str, str]) -> None:
    for credit in read(case["text"], language):
        assert credit.words in case["text"]
        assert case["text"].startswith(credit.words, credit.start)


def test_a_chain_names_its_end_and_what_lies_between() -> None:
    found = {credit.outlet: credit for credit in read("Nine never went through the audit, Reuters reported, citing Haaretz.")}
    assert found["Haaretz"].pattern == "citing"
    assert found["Haaretz"].via == ("Reuters",)
    assert found["Reuters"].via == ()


def test_a_credit_late_in_a_long_text_is_not_in_the_lead() -> None:
    text = "The market opened late. " * 60 + "Le Monde called it a farce."
    (credit,) = [credit for credit in read(text) if credit.outlet == "Le Monde"]
    assert not credit.lead


def test_what_was_reported_some_time_ago_is_marked() -> None:
    (credit,) = read("CNN first reported last month that a delegation had visited an airfield.")
    assert credit.earlier


@pytest.mark.parametrize("words", ["Photo: AFP", "Image: Reuters", "(Photo by AP)", "Foto: dpa", "Crédit : AFP", "Фото: ТАСС"])
def test_a_photo_credit_credits_no_text(words: str) -> None:
    found = read(f"A seal slept on the slipway for nine hours and then left. {words}")
    assert {credit.pattern for credit in found} <= {"photo", "subject"}


def test_an_outlet_that_is_the_news_is_a_subject() -> None:
    assert [credit.pattern for credit in read("Bloomberg will close its office in Riga, and CNN sues over a logo.")] == [
        "subject",
        "subject",
    ]


def test_an_abbreviation_spelled_out_otherwise_is_not_the_agency() -> None:
    assert read("The Andhra Pradesh (AP) assembly met. AP reported a shortfall in its budget.") == ()


def test_the_publishers_short_name_is_the_publishers() -> None:
    (credit,) = read("The mayor told the Star that he would resign.", outlet="Toronto Star")
    assert credit.outlet == "Toronto Star"


def test_a_masthead_nobody_owns_here_is_no_credit() -> None:
    assert read("He wished upon the Star and told the Sun about it.", outlet="Le Monde") == () or all(
        credit.outlet != "Toronto Star" for credit in read("He wished upon the Star.", outlet="Le Monde")
    )


def test_an_outlet_nobody_has_listed_is_found_where_credits_stand() -> None:
    assert read("The bridge is closed, the Daily Planet reported.")[0].outlet == "Daily Planet"


def test_the_users_outlets_are_found_by_their_aliases() -> None:
    find = prepare(outlets.book((config.Outlet(name="Example Wire", aliases=("EWA",), kind="wire"),)))
    (credit,) = find(Draft(feed="f", text="The bridge is closed, EWA reported.", language="en"))
    assert credit.outlet == "Example Wire"


def test_a_byline_that_is_an_agency_is_a_credit() -> None:
    (credit,) = FIND(Draft(feed="f", text="A bridge is closed.", authors=("Jane Doe, Associated Press",), language="en"))
    assert (credit.outlet, credit.pattern, credit.field) == ("AP", "byline", "author")


def test_every_language_has_every_kind_of_words() -> None:
    kinds = [set(creditwords.shipped.toml("credits.toml")[language]) for language in creditwords.LANGUAGES]
    assert all(kind == kinds[0] for kind in kinds)


def test_every_trigger_list_covers_its_patterns() -> None:
    """A phrase without a name is only looked for beside a trigger, so each case of the data must hold one."""
    for language, sample in {
        "en": "a person briefed on the talks said",
        "de": "aus Regierungskreisen",
        "ru": "сообщил источник в порту",
    }.items():
        assert [credit.pattern for credit in read(sample + ".", language)] == ["sources"]


SNIPPETS = st.lists(
    st.sampled_from(
        [
            "told CNN",
            "Reuters",
            "(AP) —",
            "citing",
            "the",
            "«Медузе»",
            "сообщил ТАСС",
            "laut",
            "dpa",
            "“We sang,” she said",
            ".",
            "\n",
            "Photo:",
            "X",
        ]
    ),
    max_size=40,
).map(" ".join)


@given(st.sampled_from([*creditwords.LANGUAGES, "it", None]), SNIPPETS | st.text(max_size=300))
def test_any_text_is_read_without_error_and_quotes_itself(language: str | None, text: str) -> None:
    draft = Draft(feed="f", title=text[:80], text=text, language=language)
    for credit in FIND(draft):
        body = {"title": draft.title, "text": draft.text}[credit.field]
        assert credit.words in body
    assert FIND(draft) == FIND(draft)


def test_a_phrase_does_not_reach_out_of_its_sentence() -> None:
    found = read('"Niemand hat uns gefragt", sagte die Chefin dem hr. Der „Spiegel“ hatte zuvor berichtet.', "de")
    assert {credit.outlet: credit.pattern for credit in found if credit.outlet}["HR"] == "told"


@pytest.mark.parametrize(
    ("text", "language", "agency"),
    [
        ("Bruxelles (Belga) Un ancien militaire aurait entraîné des gardes.", "fr", "Belga"),
        ("NEW DELHI, Mar 4 (PTI) The plant will shut its second furnace.", "en", "PTI"),
        ("(dpa/Reuters) Iran hat einen Tanker freigegeben.", "de", "dpa"),
        ("Augsburg (dpa/lby) - Beamte haben Räume durchsucht.", "de", "dpa"),
        ("КИЇВ. 3 березня. УНН. Міст закрито до травня.", "uk", "UNN"),
    ],
)
def test_a_dateline_needs_no_dash(text: str, language: str, agency: str) -> None:
    assert ("dateline", agency) in {(credit.pattern, credit.outlet) for credit in read(text, language)}


def test_a_name_in_brackets_inside_a_sentence_is_no_dateline() -> None:
    assert not any(credit.pattern == "dateline" for credit in read("Journalists of the agency (Reuters) met in Vienna.", "en"))


def test_the_source_under_a_text_is_an_agencys_text_or_a_papers_report() -> None:
    assert [credit.pattern for credit in read("Der Zoll fand Kokain in Kisten. Quelle: dpa", "de")] == ["tail"]
    assert [credit.pattern for credit in read("Підозра є політичною, каже митник. Джерело: Укрінформ", "uk")] == ["tail"]
    assert [credit.pattern for credit in read("La mairie ferme la piscine. Source : Le Soir", "fr")] == ["via"]


@pytest.mark.parametrize(
    "text",
    [
        "Asia-Plus, an independent news agency, reported that a turbine had failed.",
        "«Медуза» (издание признано в РФ нежелательной организацией) сообщает, что турбина отказала.",
        "Медуза* сообщает, что турбина отказала.",
    ],
)
def test_what_stands_between_a_name_and_its_verb_does_not_hide_it(text: str) -> None:
    assert [credit.pattern for credit in read(text, "ru" if "М" in text else "en")] == ["reported"]


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Мост закрыт, пишет издание «Волжский вестник».", "ru", "Волжский вестник"),
        ("El puente está cerrado, informó el diario El Norteño Libre.", "es", "El Norteño Libre"),
        ("Le pont est fermé, rapporte le quotidien belge Courrier des Flandres.", "fr", "Courrier des Flandres"),
        ("Die Brücke ist gesperrt, berichtet das Portal „Heidebote“.", "de", "Heidebote"),
    ],
)
def test_what_introduces_a_name_makes_it_an_outlets(text: str, language: str, name: str) -> None:
    assert name in {credit.outlet for credit in read(text, language) if credit.pattern == "reported"}


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("В Оше задержан чиновник, сообщает пресс-центр ГСБЭП.", "ru", "ГСБЭП"),
        (
            "Dos reporteros fueron detenidos, denunció el Sindicato de Marineros (SML) en su cuenta de X.",
            "es",
            "Sindicato de Marineros",
        ),
    ],
)
def test_a_body_nobody_has_listed_speaks_through_its_press_service_or_account(text: str, language: str, name: str) -> None:
    assert (name, "statement") in {(credit.outlet, credit.pattern) for credit in read(text, language)}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A journalist of Al Jazeera was killed in Gaza on Sunday.", "en"),
        ("Суд приговорил журналистку агентства БелаПАН к пяти годам.", "ru"),
        ("Un periodista de Proceso fue asesinado en Veracruz.", "es"),
    ],
)
def test_an_outlet_whose_people_are_harmed_is_the_news(text: str, language: str) -> None:
    assert {credit.pattern for credit in read(text, language)} <= {"subject"}


def test_a_publishers_own_name_is_no_namesakes() -> None:
    (credit,) = (c for c in read("« Je n'ai rien fait », a-t-il déclaré à RTL.", "fr", outlet="RTL") if c.pattern == "told")
    assert credit.outlet == "RTL"


def test_first_letters_in_brackets_are_the_name_before_them() -> None:
    (credit,) = read("Le décret a été rapporté par l'Agence nigérienne de presse (ANP).", "fr")
    assert (credit.outlet, credit.pattern) == ("Agence nigérienne de presse", "reported")


def test_a_time_that_a_comma_parts_from_the_credit_is_that_of_the_event() -> None:
    (credit,) = read("The province will be short of crews this summer, the CBC reports.")
    assert not credit.earlier


@pytest.mark.parametrize(
    ("language", "text", "outlet"),
    [
        ("en", "Yle on Tuesday published papers about the dredger. The broadcaster says its master had been told to slow down.", "Yle"),
        ("en", "Le Temps has a story about the pipe. According to the newspaper, divers knew.", "Le Temps"),
        ("de", "Der „Falter“ zeigt Fotos vom Rohr. Die Zeitung beruft sich auf Taucher.", "Falter"),
        ("fr", "Le Soir publie des photos du tuyau. Selon le quotidien, les plongeurs savaient.", "Le Soir"),
        ("es", "El Comercio muestra fotos del tubo. Según el diario, los buzos lo sabían.", "El Comercio"),
        ("ru", "«Фонтанка» показала снимки трубы. Издание ссылается на водолазов.", "Fontanka"),
        ("uk", "«Бабель» показав знімки труби. Видання посилається на водолазів.", "Babel"),
    ],
)
def test_the_newspaper_is_the_one_that_was_named_before(language: str, text: str, outlet: str) -> None:
    assert BOOK.canonical(outlet) in {credit.outlet for credit in read(text, language) if credit.pattern in ("reported", "work")}


def test_an_outlet_that_is_the_news_is_not_credited_with_what_it_says_of_itself() -> None:
    found = read("CNN will close its office. The network said forty people work there.", title="CNN to close an office")
    assert {credit.pattern for credit in found} == {"subject"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A former editor of The Guardian won the seat on Thursday.", "en"),
        ("Protesters threw eggs at the offices of the Daily Mail.", "en"),
        ("Der frühere Redakteur des Spiegel kandidiert in Kassel.", "de"),
        ("Ancien journaliste du Monde, il se présente à Nantes.", "fr"),
        ("El exdirector de El Mundo será candidato en Soria.", "es"),
        ("Бывший корреспондент «Известий» идёт в мэры.", "ru"),
        ("Колишній журналіст «Бабеля» балотується в мери.", "uk"),
    ],
)
def test_whose_people_and_houses_are_the_news_has_not_reported_it(text: str, language: str) -> None:
    assert {credit.pattern for credit in read(text, language)} == {"subject"}


def test_the_coast_guard_is_americas_only_where_something_american_is_named() -> None:
    irish = read("The trawler was freed after eleven hours, the Coast Guard said in a statement on Sunday.")
    assert {credit.outlet for credit in irish} == {"Coast Guard"}
    american = read("The trawler was freed off Florida after eleven hours, the Coast Guard said in a statement on Sunday.")
    assert {credit.outlet for credit in american} == {"US Coast Guard"}


def test_what_first_published_a_finding_does_not_own_the_text_that_tells_of_it() -> None:
    (credit,) = read("Three ministries bought it without a tender, an investigation first published by Le Monde has found.")
    assert credit.pattern in ("first", "work")
    (credit,) = read("Three ministries bought it without a tender. First published by Le Monde.")
    assert credit.pattern == "text"


def test_a_paper_called_by_its_first_words_is_the_publisher_of_that_name() -> None:
    (credit,) = read("«No nos dejaron entrar», explicó el comité a La Voz.", "es", outlet="La Voz de Galicia")
    assert credit.outlet == "La Voz de Galicia"
