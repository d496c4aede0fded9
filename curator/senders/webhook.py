"""To an address of your own by HTTP: `url` in [mail]. Posts JSON with `subject`, `text`, `html` and `message_id`.

`text` alone is what the incoming webhooks of chat services show. Only answers 2xx count as taken; redirects are not followed.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.policy import default
from typing import Any

from ..config import Mail
from ..errors import SendError
from ..types import Handover
from ._secret import hushed

HELP = "to a web address, as JSON"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """POST the message."""
    if not (mail.url or "").startswith(("http://", "https://")):
        raise SendError("the sender “webhook” needs `url` in [mail]: an http or https address", permanent=True)
    request = urllib.request.Request(  # noqa: S310 (the scheme was checked above)
        str(mail.url),
        data=_body(message),
        headers={"Content-Type": "application/json", "User-Agent": "curator"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=mail.timeout) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        permanent = 400 <= error.code < 500 and error.code not in (408, 425, 429)
        raise SendError(f"the webhook answered {error.code} {hushed(str(error.reason), None)}", permanent=permanent) from None
    except (OSError, ValueError) as error:
        raise SendError(f"the webhook cannot be reached: {hushed(str(getattr(error, 'reason', error)), None)}") from None
    yield Handover(delivered=tuple(recipients))


def _body(message: bytes) -> bytes:
    letter = message_from_bytes(message, policy=default)
    parts = {kind: letter.get_body(preferencelist=(kind,)) for kind in ("plain", "html")}
    content = {kind: str(part.get_content()) if part else "" for kind, part in parts.items()}
    value = {
        "subject": str(letter["Subject"] or ""),
        "message_id": str(letter["Message-ID"] or ""),
        "text": f"{letter['Subject']}\n\n{content['plain']}",
        "html": content["html"],
    }
    return json.dumps(value, ensure_ascii=False).encode()
