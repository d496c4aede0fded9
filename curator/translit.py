"""A name as it would be written in the other script, Latin or Cyrillic: the beginnings of words to look for, endings left open.

Transliteration is many to many (Kharkiv is Харьков and Харків, Зеленский is Zelensky, Zelenskyy and Selenskyj): what is given is a few
likely spellings after BGN/PCGN, ISO 9 and the Ukrainian national system, without the ending, which changes with the case.
"""

import re

_SHORTEST = 5  # letters: below that chance likenesses outweigh names
_LEAST = 4  # letters of a beginning

#: Latin to Cyrillic, longest first; where a letter has two readings the choice is made for the whole word.
_TO_CYRILLIC = (
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("tz", "ц"), ("ch", "ч"), ("sh", "ш"), ("ph", "ф"), ("ck", "к"),
    ("ya", "я"), ("ia", "ия"), ("yu", "ю"), ("iu", "ию"), ("yo", "йо"), ("ye", "е"), ("yi", "и"), ("iy", "и"), ("yy", "и"), ("x", "кс"),
    ("a", "а"), ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("j", "й"), ("k", "к"),
    ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"),
    ("w", "в"), ("y", "и"), ("z", "з"),
)  # fmt: skip
_TO_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ye", "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_OTHER_LATIN = (("g", "h"), ("i", "y"), ("y", "i"))
_LATIN_WORD = re.compile(r"[a-z]+")
_CYRILLIC_WORD = re.compile(r"[а-яёґєіїў]+")
_LATIN_ENDING = re.compile(r"(?:[aeiouyj]+)$")
_CYRILLIC_ENDING = re.compile(r"[аеёиіїйоуыьэюяє]+$")
_PIECES = re.compile("|".join(latin for latin, _ in _TO_CYRILLIC))


def beginnings(word: str) -> tuple[str, ...]:
    """How the word may begin in the other script, lower case; () for short words and other scripts."""
    folded = word.lower()
    if len(folded) < _SHORTEST:
        return ()
    if _LATIN_WORD.fullmatch(folded):
        return _kept(_cyrillic(_LATIN_ENDING.sub("", folded)))
    if _CYRILLIC_WORD.fullmatch(folded):
        return _kept(_latin(_CYRILLIC_ENDING.sub("", folded)))
    return ()


def latin(name: str) -> str:
    """A name in lower-case Latin letters, in which spellings of one Cyrillic name differ no more: i, y and j are one letter, h and kh."""
    letters = "".join(_TO_LATIN.get(letter, letter) for letter in name.lower())
    return re.sub(r"i+", "i", re.sub(r"[yj]", "i", letters.replace("kh", "h")))


def _cyrillic(stem: str) -> list[str]:
    readings = dict(_TO_CYRILLIC)
    plain = _PIECES.sub(lambda piece: readings[piece[0]], stem)
    ukrainian = re.sub(r"ск$", "ськ", plain.replace("и", "і"))
    return [plain, ukrainian, re.sub(r"ск$", "ськ", plain.replace("х", "г")), re.sub(r"(?<=[аеоу])и", "й", plain)]


def _latin(stem: str) -> list[str]:
    plain = "".join(_TO_LATIN[letter] for letter in stem)
    return [plain, *(plain.replace(usual, other) for usual, other in _OTHER_LATIN)]


def _kept(spellings: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spelling for spelling in spellings if len(spelling) >= _LEAST))
