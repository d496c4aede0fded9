"""What makes written text safe to look at: helpers of the family, not a format."""

import re

_INVISIBLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def printable(value: str) -> str:
    """JSON text whose invisible and direction-changing characters are escapes: safe to look at, and the same value."""
    return value if value.isascii() and "\x7f" not in value else _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
