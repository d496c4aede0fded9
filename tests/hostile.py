"""An archive whose every title, text, outlet and author means harm to a terminal, and what must not reach one."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from desk import process

TITLES = [
    "plain",
    "\x1b[31mred\x1b[0m \x1b]0;owned\x07 bell\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\u202egnp.exe\u202c and \u2066isolates\u2069",
    '=HYPERLINK("https://evil.example")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "two\nlines\tand\ttabs\r\x0b\x0c\x85\u2028end",
    "x" * 10_000,
    "无人机" * 3_000,
    "👩‍👩‍👧‍👦🇺🇦👍🏽 e\u0301\u0301\u0301 Zalgo",
    "هجوم بطائرة مسيرة على المصفاة",
    "<script>alert(1)</script> &amp; <b>bold</b>",
    "[bold red]markup[/] [@click=app.exit]click[/] [link=https://evil.example]here[/link]",
    "\ud800 lone surrogate"[1:],
    "nul\x00byte \x9b31m c1",
    "",
]
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def archive(folder: Path, titles: Sequence[str] = TITLES) -> Path:
    """An item a title, with an address of its own at x.example; → its feeds.toml."""
    (folder / "feeds.toml").write_text("", encoding="utf-8")
    rows = [
        {"title": title, "text": title + " text", "url": f"https://x.example/{n}", "outlet": title[:300], "authors": [title[:50]]}
        for n, title in enumerate(titles)
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert process("-c", str(folder / "feeds.toml"), "import", str(folder / "rows.jsonl")).returncode == 0
    return folder / "feeds.toml"
