"""Opening a page from inside the full-screen reader."""

import webbrowser
from contextlib import nullcontext

from textual.app import App, SuspendNotSupported


def show(app: App[None], url: str) -> bool:
    """Open the page; whether a web browser could be started. One that runs in the terminal has it to itself until it ends."""
    try:
        with app.suspend() if _takes_the_terminal() else nullcontext():
            return webbrowser.open(url)
    except SuspendNotSupported:
        return webbrowser.open(url)


def _takes_the_terminal() -> bool:
    """Whether the browser is one of text (lynx, w3m), or some program named in $BROWSER without a "&"."""
    try:
        return type(webbrowser.get()) is webbrowser.GenericBrowser
    except webbrowser.Error:
        return False
