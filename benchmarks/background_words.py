"""Distils word frequencies of many languages into curator/data/background.txt: `python benchmarks/background_words.py`.

Needs `wordfreq` (Robyn Speer, https://github.com/rspeer/wordfreq; code Apache-2.0, data CC BY-SA 4.0), which curator itself does not.
Words are cut to the stems that `background.stem` makes, the frequencies of one stem's forms added up, and of several languages the
highest taken: what is common anywhere says little anywhere.
"""

import math
from collections import Counter, defaultdict
from pathlib import Path

from wordfreq import get_frequency_dict

from curator import background

DATA = Path(__file__).resolve().parent.parent / "curator" / "data" / "background.txt"
#: language: how many of its commonest words are read
LANGUAGES = {
    "en": 28_000,
    "de": 6_000,
    "fr": 6_000,
    "es": 6_000,
    "ru": 9_000,
    "uk": 6_000,
    "it": 4_000,
    "pt": 4_000,
    "nl": 4_000,
    "pl": 4_000,
    "tr": 2_000,
    "ar": 2_000,
}
WORDS_A_TEXT = 300  #: length of the article for which a word's share of all words becomes its share of articles
LEAST = 3e-4  #: rarer stems are not written down: they count like unknown ones

HEAD = """# How often a stem stands in an article, in many languages: "n stem stem …" = in 10 ** (-n / 10) of all articles of 300 words.
# Made by benchmarks/background_words.py from wordfreq 3 by Robyn Speer (https://github.com/rspeer/wordfreq), whose data is under
# CC BY-SA 4.0 and rests on Wikipedia, SUBTLEX, OpenSubtitles, ParaCrawl, Google Books Ngrams and others named there; so is this file.
"""


def shares() -> dict[str, float]:
    """Stem → its share of all words, the highest of any language."""
    best: dict[str, float] = {}
    for language, count in LANGUAGES.items():
        stems: Counter[str] = Counter()
        known = get_frequency_dict(language, "best")
        for word, share in sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))[:count]:
            for part in background.words(word):
                stems[background.stem(part)] += share
        for stem, share in stems.items():
            best[stem] = max(best.get(stem, 0.0), share)
    return best


def main() -> None:
    levels: defaultdict[int, list[str]] = defaultdict(list)
    for stem, share in shares().items():
        articles = 1 - math.exp(-WORDS_A_TEXT * share)
        if articles >= LEAST and not stem.isdigit():
            levels[round(-10 * math.log10(articles))].append(stem)
    lines = [" ".join([str(level), *sorted(levels[level])]) for level in sorted(levels)]
    DATA.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(sum(map(len, levels.values())), "stems,", DATA.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
