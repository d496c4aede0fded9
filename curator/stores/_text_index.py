"""The full-text index: what goes in, and how a person's query is made safe for it.

FTS5's unicode61 tokenizer takes a run of Chinese or Japanese as one word. So each such character is set apart by a zero-width
space before indexing, and words to find are set apart the same way: they become phrases of single characters.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from curator import translit

APART = "\u200b"
_IDEOGRAPHS = "[\u0e00-\u0eff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
_PLAIN_WORD = re.compile(r"\w+\*?")
_BEGINNING = re.compile(r'(\w+)"?\s*\*')
_PHRASE_OR_WORD = re.compile(r'(?:"[^"]*"|\w+)\*?')
_WORDS_AND_PHRASES = re.compile(r'\s*(?:(?:"[^"]*"|\w+)\*?(?:\s+|$))+')
_QUOTES = str.maketrans("«»", "“”")
_OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR"))
_LONGEST = 4_000  # characters of a query that are read
_TOKENIZER = "porter unicode61 remove_diacritics 2"


@cache
def _ideograph() -> re.Pattern[str]:
    return re.compile(_IDEOGRAPHS)  # takes two milliseconds, which most texts do without


def spaced(text: str) -> str:
    """The text as it is indexed."""
    if text.isascii() or not _ideograph().search(text):
        return text
    return _ideograph().sub(lambda found: f"{APART}{found[0]}{APART}", text)


def quoted(word: str) -> str:
    """One word, or phrase, as an FTS5 string."""
    return '"' + spaced(word).replace('"', '""') + '"'


def take(con: sqlite3.Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """Remove items (number, title and text as they were indexed)."""
    con.executemany("INSERT INTO search (search, rowid, title, text) VALUES ('delete', ?, spaced(?), spaced(?))", rows)


def put(con: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index items (number, title, text) that are not in it. Their texts are at hand: to read them back from the tables takes longer."""
    con.executemany("INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)", ((n, spaced(a), spaced(b)) for n, a, b in rows))


def make(con: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """An index of these items (number, title, text) in a database that is empty, its words as the table `words` (fts5vocab, row), and every
    place at which one stands as `places` (fts5vocab, instance)."""
    con.execute("PRAGMA journal_mode = OFF")
    con.execute("PRAGMA synchronous = OFF")
    con.execute(f"CREATE VIRTUAL TABLE search USING fts5 (title, text, content='', tokenize=\"{_TOKENIZER}\")")
    con.execute("CREATE VIRTUAL TABLE words USING fts5vocab (search, row)")
    con.execute("CREATE VIRTUAL TABLE places USING fts5vocab (search, instance)")
    con.execute("BEGIN")
    con.executemany("INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)", ((n, spaced(a), spaced(b)) for n, a, b in rows))
    con.execute("COMMIT")


def without_beginnings(expression: str) -> str:
    """What an expression of words and phrases asks for beside beginnings of words (pre*); "" if nothing, or if it is no such expression."""
    if not _WORDS_AND_PHRASES.fullmatch(expression):
        return ""
    parts = [part for part in _PHRASE_OR_WORD.findall(expression) if part != "AND"]
    return "" if not _OPERATORS.isdisjoint(parts) else " ".join(part for part in parts if not part.endswith("*"))


class Scratch:
    """A small index in memory: tells whether an expression is sound, and marks what it matches in a text."""

    def __init__(self) -> None:
        self._con = sqlite3.connect(":memory:", isolation_level=None)
        self._con.execute(f'CREATE VIRTUAL TABLE scratch USING fts5 (title, text, tokenize="{_TOKENIZER}")')
        self._con.execute("CREATE VIRTUAL TABLE words USING fts5vocab (scratch, instance)")

    def close(self) -> None:
        """Give the memory back."""
        self._con.close()

    def sound(self, expression: str) -> str:
        """ "" if FTS5 understands the expression, else what it says of it."""
        try:
            self._con.execute("SELECT rowid FROM scratch WHERE scratch MATCH ?", (expression,)).fetchone()
        except sqlite3.Error as error:
            return str(error)
        return ""

    def beginnings(self, expression: str) -> list[str]:
        """The beginnings of words that an expression asks for (pre*), as they stand in the index."""
        found = [word for word in _BEGINNING.findall(expression) if word not in _OPERATORS]
        return [
            term for _, term in self._asked("SELECT doc, term FROM words ORDER BY doc", (), [(n, word, "") for n, word in enumerate(found)])
        ]

    def matching(self, expression: str, texts: Iterable[tuple[int, str, str]], weights: tuple[float, float]) -> dict[int, float]:
        """Those of some (number, title, text) that match, each with its bm25 among them; `weights` of a hit in the title and in the text."""
        asked = "SELECT rowid, bm25(scratch, ?, ?) FROM scratch WHERE scratch MATCH ?"
        return dict(self._asked(asked, (*weights, expression), texts))

    def snippets(self, expression: str, texts: Iterable[tuple[int, str, str]], words: int = 24) -> dict[int, str]:
        """For each (number, title, text) the place that matches, hits between « and »; the text's own « and » become “ and ”."""
        texts = ((n, title.translate(_QUOTES), text.translate(_QUOTES)) for n, title, text in texts)
        asked = "SELECT rowid, snippet(scratch, -1, '«', '»', '…', ?) FROM scratch WHERE scratch MATCH ?"
        rows = self._asked(asked, (words, expression), texts)
        return {n: " ".join(found.replace(f"»{APART}{APART}«", "").replace(APART, "").split()) for n, found in rows}

    def _asked(self, question: str, values: Sequence[Any], texts: Iterable[tuple[int, str, str]]) -> list[tuple[Any, ...]]:
        """What the index says while it holds these texts."""
        self._con.execute("BEGIN")
        try:
            self._con.executemany(
                "INSERT INTO scratch (rowid, title, text) VALUES (?, ?, ?)", ((n, spaced(a), spaced(b)) for n, a, b in texts)
            )
            return self._con.execute(question, values).fetchall()
        finally:
            self._con.execute("ROLLBACK")


def understood(text: str, scratch: Scratch) -> tuple[str, str]:
    """(expression, notice): the query as FTS5 takes it; a broken one as its plain words, and what to tell about that.

    An expression of nothing but signs is "" and matches nothing.
    """
    wish = " ".join(text[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode().split())
    if not wish:
        return "", ""
    expression = _in_both_scripts(wish) or _set_apart(wish)
    wrong = scratch.sound(expression)
    if not wrong:
        return expression, ""
    words = _PLAIN_WORD.findall(wish)
    words = [word for word in words if word not in _OPERATORS] or words
    if not words:
        return "", f"nothing to search for in “{wish}”"
    plain = " ".join(_quoted_beginning(word) for word in words)
    return plain, f"read as plain words: {' '.join(words)} (search syntax: {_reason(wrong)})"


def _in_both_scripts(wish: str) -> str:
    """Nothing but plain words, or beginnings of words: each also as it would be written in the other script (Zelensky, Зеленский); else ""."""
    words = wish.split()
    if not all(word.removesuffix("*").isalnum() for word in words) or not _OPERATORS.isdisjoint(words):
        return ""
    spellings = [(_quoted_beginning(word), translit.beginnings(word.removesuffix("*"))) for word in words]
    if not any(others for _, others in spellings):
        return ""
    return " AND ".join(f"({' OR '.join([word, *(f'{other}*' for other in others)])})" for word, others in spellings)


def _quoted_beginning(word: str) -> str:
    bare = word.removesuffix("*")
    return quoted(bare) + word[len(bare) :]


def _set_apart(wish: str) -> str:
    """Bare runs of ideographs become phrases of characters; FTS5 syntax around them stays."""
    if wish.isascii() or not _ideograph().search(wish):
        return wish
    parts = re.split(r'("(?:[^"]|"")*")', wish)
    return "".join(part if part.startswith('"') and spaced(part) == part else _phrases(part) for part in parts)


def _phrases(part: str) -> str:
    if part.startswith('"'):
        return spaced(part)
    return re.sub(r"\w+", lambda word: quoted(word[0]) if _ideograph().search(word[0]) else word[0], part)


def _reason(wrong: str) -> str:
    if "no such column" in wrong:
        return "a word before a colon or a hyphen must be title or text"
    if "unterminated" in wrong:
        return "a quotation mark is missing"
    return wrong.removeprefix("fts5: ")
