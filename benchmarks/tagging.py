"""What filing costs: `python tagging.py`. Milliseconds of CPU an entry of 300 words, first sight, all shipped topics, six languages.

An entry is two labelled sentences of tests/data/topic_items.tsv in plain prose of its language, or (`dense`) nothing but such sentences.
The last columns add 5,000 terms of a user's own in fifty topics: words, phrases, wildcards, choices; twenty of them are ordinary words.
Every round changes every text, so that nothing is remembered; the best of the rounds counts.
"""

import random
import time
from dataclasses import replace
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path

from curator import taggers
from curator.config import Config, Topic
from curator.types import Draft

WORDS, ENTRIES, ROUNDS, OWN_TERMS, OWN_TOPICS = 300, 40, 5, 5_000, 50
ITEMS = Path(__file__).parents[1] / "tests" / "data" / "topic_items.tsv"
PROSE = {
    "en": "The hall had been swept in the morning and the chairs stood in rows. A woman from the second floor brought tea in paper cups and "
    "asked everybody to sign the list. Nobody knew how long it would last. “We have waited for eleven years,” said a man with a blue folder, "
    "“so another hour is nothing.” Outside it rained, buses went past, and somebody laughed on the stairs. The clerk read every name twice.",
    "de": "Der Saal war am Morgen gefegt worden, die Stühle standen in Reihen. Eine Frau aus dem zweiten Stock brachte Tee in Pappbechern und "
    "bat alle, sich in die Liste einzutragen. Niemand wusste, wie lange es dauern würde. „Wir haben elf Jahre gewartet“, sagte ein Mann mit "
    "blauer Mappe, „da macht eine Stunde nichts aus.“ Draußen regnete es, Busse fuhren vorbei, auf der Treppe lachte jemand laut.",
    "fr": "La salle avait été balayée le matin et les chaises étaient en rang. Une dame du deuxième étage apporta du thé dans des gobelets et "
    "demanda à chacun de signer la feuille. Personne ne savait combien de temps cela durerait. « Nous avons attendu onze ans », dit un homme "
    "au dossier bleu, « une heure de plus n’y change rien. » Dehors il pleuvait, des bus passaient, quelqu’un riait dans l’escalier.",
    "es": "La sala estaba barrida desde la mañana y las sillas formaban filas. Una señora del segundo piso trajo té en vasos de papel y pidió "
    "a todos que firmaran la hoja. Nadie sabía cuánto iba a durar. «Hemos esperado once años», dijo un hombre con una carpeta azul, «una hora "
    "más no importa». Fuera llovía, pasaban autobuses y alguien reía en la escalera. El empleado leyó cada nombre dos veces.",
    "ru": "Зал подмели ещё утром, стулья стояли рядами. Женщина со второго этажа принесла чай в бумажных стаканах и попросила всех расписаться "
    "в списке. Никто не знал, сколько это продлится. «Мы ждали одиннадцать лет, — сказал мужчина с синей папкой, — лишний час ничего не "
    "меняет». На улице шёл дождь, проезжали автобусы, на лестнице кто-то смеялся. Служащий читал каждое имя дважды.",
    "uk": "Залу підмели ще вранці, стільці стояли рядами. Жінка з другого поверху принесла чай у паперових склянках і попросила всіх "
    "розписатися у списку. Ніхто не знав, скільки це триватиме. «Ми чекали одинадцять років, — сказав чоловік із синьою текою, — зайва "
    "година нічого не змінить». Надворі дощило, проїжджали автобуси, на сходах хтось сміявся. Службовець читав кожне ім’я двічі.",
}


def entries(language: str, *, dense: bool) -> list[Draft]:
    """Entries of `WORDS` words each, all different."""
    rows = [line.split("\t") for line in ITEMS.read_text(encoding="utf-8").splitlines()]
    items = cycle([(row[3], row[4]) for row in rows if row[0] == language and len(row) == 5])
    plain = PROSE[language].split()
    made = []
    for _ in range(ENTRIES):
        title, text = next(items)
        words = text.split()
        while dense and len(words) < WORDS:
            words += " ".join(next(items)).split()
        made.append((title, [*words, *islice(cycle(plain), max(0, WORDS - len(words)))][:WORDS]))
    return [
        Draft(feed="one", guid=f"{language}-{number}", title=title, text=" ".join(words), language=language)
        for number, (title, words) in enumerate(made)
    ]


def own_topics() -> dict[str, Topic]:
    """Fifty topics of a hundred terms each, as users write them."""
    dice = random.Random(7)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "os", "ul")]
    ordinary = sorted({word.strip(".,“”«»()") for text in PROSE.values() for word in text.split() if len(word) > 5})

    def word() -> str:
        return "".join(dice.choices(syllables, k=dice.randint(2, 4)))

    def term(number: int) -> str:
        if number % 250 == 0:
            return dice.choice(ordinary)
        shapes = (word(), word(), word(), f"{word()} {word()}", f"{word()} {word()}", f"{word()}*", f"{{{word()},{word()}}} {word()}")
        return dice.choice(shapes)

    terms = [term(number) for number in range(OWN_TERMS)]
    return {f"own/{n}": Topic(name=f"own/{n}", any=tuple(terms[n::OWN_TOPICS])) for n in range(OWN_TOPICS)}


def milliseconds(mark: taggers.Mark, drafts: list[Draft]) -> float:
    """CPU an entry, the best of the rounds."""
    best = float("inf")
    for number in range(ROUNDS):
        fresh = [replace(draft, text=f"{draft.text} {number}") for draft in drafts]
        start = time.process_time()
        for draft in fresh:
            mark(draft)
        best = min(best, time.process_time() - start)
    return best / len(drafts) * 1000


def main() -> None:
    shipped = Config(builtin_topics=("*",))
    many = replace(shipped, topics=own_topics())
    marks = {
        "tags": import_module("curator.taggers.topics").prepare(shipped),
        "entities": import_module("curator.taggers.entities").prepare(shipped),
        "both": taggers.prepare(shipped),
        "+5,000": taggers.prepare(many),
    }
    print("language     ", *(f"{name:>9}" for name in marks), "    ratio")
    for dense in (False, True):
        for language in PROSE:
            drafts = entries(language, dense=dense)
            cost = {name: milliseconds(mark, drafts) for name, mark in marks.items()}
            name = f"{language} dense" if dense else language
            print(f"{name:13}", *(f"{one:9.3f}" for one in cost.values()), f"{cost['+5,000'] / cost['both']:9.2f}")


if __name__ == "__main__":
    main()
