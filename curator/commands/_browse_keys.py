"""The keys of `browse`, as in newsboat and vim where they have one for it, and the page that `?` shows."""

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("q", "close", "Close"),
    Binding("h,left", "left", "Back"),
    Binding("n", "unread(1)", "Next unread"),
    Binding("p", "unread(-1)", "Previous unread"),
    Binding("N", "read", "Read or not"),
    Binding("A", "read_all", "All read"),
    Binding("s", "star", "Star"),
    Binding("t", "tag", "Topic"),
    Binding("o", "browser", "Open"),
    Binding("d", "changes", "Changes"),
    Binding("C", "not_copy", "No copy"),
    Binding("S", "not_story", "Not this story"),
    Binding("right_square_bracket", "item(1)", "Next of the story"),
    Binding("left_square_bracket", "item(-1)", "Previous of the story"),
    Binding("slash", "search", "Search"),
    Binding("escape", "escape", "End"),
    Binding("u", "undo", "Undo"),
    Binding("r", "poll", "Poll"),
    Binding("question_mark", "help", "Help"),
    Binding("ctrl+l", "refresh", "Draw anew"),
]

#: In every pane, be it a list or a text
STEPS: list[BindingType] = [
    Binding("j,down", "step(1)", "Down", show=False),
    Binding("k,up", "step(-1)", "Up", show=False),
    Binding("ctrl+d,pagedown,space", "half_page(1)", "Page down", show=False),
    Binding("ctrl+u,pageup", "half_page(-1)", "Page up", show=False),
    Binding("g,home", "edge(-1)", "Top", show=False),
    Binding("G,end", "edge(1)", "End", show=False),
]

_HELP = """\
 j k ↓ ↑       down, up                     s   star, or none
 space ctrl+u  half a page down, up         N   read, or unread again
 g G           first, last                  A   mark this list read
 l → enter     open                         t   topic: +name or -name
 h ←           back, to the sources too     o   open in the web browser
 q             close; in the list, leave    d   what changed since first seen
 tab           next pane                    C   it is no copy
 n p           next, previous unread        S   it is not of this story
 ] [           next, previous of the story  u   undo the last change
 /             search as you type           r   poll the feeds
 esc           end of the search            ?   this help
                                            ^l  draw anew\
"""


def keys_told(columns: int) -> list[str]:
    """The help, in two columns of lines where they fit, else one under the other."""
    lines = _HELP.splitlines()
    if columns >= max(map(len, lines)):
        return lines
    second = lines[0].index("s   star")
    return [line[:second].rstrip() for line in lines if line[:second].strip()] + [f" {line[second:]}" for line in lines if line[second:]]
