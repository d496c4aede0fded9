"""A text's language is known from its script, its small words and its own letters; where it cannot be known, nothing is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator import language

TEXTS = {
    "en": "The minister said on Friday that the convoy had not yet reached the border",
    "de": "Der Minister sagte am Freitag, dass der Konvoi die Grenze noch nicht erreicht habe",
    "fr": "Le ministre a déclaré vendredi que le convoi n'avait pas encore atteint la frontière",
    "es": "El ministro dijo el viernes que el convoy todavía no ha llegado a la frontera",
    "pt": "O ministro disse na sexta-feira que o comboio ainda não chegou à fronteira",
    "it": "Il ministro ha detto venerdì che il convoglio non è ancora arrivato al confine",
    "nl": "De minister zei vrijdag dat het konvooi de grens nog niet had bereikt",
    "pl": "Minister powiedział w piątek, że konwój nie dotarł jeszcze do granicy",
    "cs": "Ministr v pátek řekl, že konvoj ještě nedorazil na hranice a že je to problém",
    "sv": "Ministern sade på fredagen att konvojen ännu inte har nått gränsen",
    "fi": "Ministeri sanoi perjantaina, että saattue ei ole vielä saapunut rajalle",
    "hu": "A miniszter pénteken azt mondta, hogy a konvoj még nem érte el a határt",
    "ro": "Ministrul a declarat vineri că nu există încă un convoi care să ajungă la frontieră și că este o problemă",
    "tr": "Bakan cuma günü konvoyun henüz sınıra ulaşmadığını söyledi ve bunun bir sorun olduğunu belirtti",
    "ru": "Министр заявил в пятницу, что колонна ещё не дошла до границы",
    "uk": "Міністр заявив у п'ятницю, що колона ще не дійшла до кордону",
    "bg": "Министърът каза в петък, че конвоят още не е стигнал до границата",
    "sr": "Министар је рекао у петак да конвој још није стигао до границе",
    "el": "Ο υπουργός δήλωσε την Παρασκευή ότι η φάλαγγα δεν έφτασε στα σύνορα",
    "ar": "قال الوزير يوم الجمعة إن القافلة لم تصل بعد إلى الحدود",
    "fa": "وزیر روز جمعه گفت که کاروان هنوز به مرز نرسیده است",
    "he": "השר אמר ביום שישי כי השיירה עדיין לא הגיעה אל הגבול",
    "hi": "मंत्री ने शुक्रवार को कहा कि काफिला अभी सीमा पर नहीं पहुंचा है",
    "zh": "部长星期五表示车队尚未抵达边境",
    "ja": "大臣は金曜日、車列はまだ国境に到着していないと述べた",
    "ko": "장관은 금요일 호송대가 아직 국경에 도착하지 않았다고 말했다",
    "th": "รัฐมนตรีกล่าวเมื่อวันศุกร์ว่าขบวนรถยังไม่ถึงชายแดน",
    "vi": "Bộ trưởng cho biết hôm thứ Sáu rằng đoàn xe vẫn chưa đến được biên giới",
}


@pytest.mark.parametrize("expected", TEXTS)
def test_one_sentence_tells_the_language(expected):
    assert language.detect(TEXTS[expected]) == expected


@pytest.mark.parametrize("s", ["", "   ", "Boeing 737", "CVE-2024-12345", "1234 5678"])
def test_names_and_numbers_tell_none(s):
    assert language.detect(s) is None


@given(st.text(st.characters(exclude_categories=()), max_size=79))
def test_detect_never_raises(s):
    found = language.detect(s)
    assert found is None or language.tag(found) == found


TAGS = [
    ("en", "en"),
    ("en-US", "en"),
    ("EN_us", "en"),
    (" de-AT ", "de"),
    ("English", "en"),
    ("zh-Hans-CN", "zh"),
    ("iw", "he"),
    ("nb-NO", "no"),
    ("", None),
    (None, None),
    ("und", None),
    ("x", None),
    ("en us", None),
    ("<b>", None),
]


@pytest.mark.parametrize(("written", "expected"), TAGS)
def test_tags_are_reduced_to_the_language(written, expected):
    assert language.tag(written) == expected


def test_what_is_written_round_about_decides_where_a_text_leaves_a_doubt() -> None:
    assert language.detect("Rel4tion projects/funbot", "en") == "en"
    assert language.detect("Der Minister hat am Montag nicht mit der Presse gesprochen und das ist auch so", "en") == "de"


def test_names_and_numbers_are_in_no_language() -> None:
    assert language.detect("M 2.1 - 27km SE of Campo, CA 2018-11-19 21:42:38 UTC 2018-11-19 13:42:38 -08:00 Depth 8.40 km") is None


def test_chinese_among_lines_of_code_is_chinese() -> None:
    assert language.detect("如何用程序做联合拟合 for (int i = 0; i < n; ++i) 首先这里就是应用的例子 然后再看结果怎么样") == "zh"
