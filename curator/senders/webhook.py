"""To an address of your own by HTTP: `url` in [mail]. Posts JSON with `subject`, `text`, `html` and `message_id`.

`text` alone is what the incoming webhooks of chat services show, each with a markup of its own; what would call everybody of a channel, name a
link otherwise than it leads, or load a picture does not do so there. Only answers 2xx count as taken; redirects are not followed, and the
address that is really connected to must be public, unless `allow_private` says otherwise.
"""

import contextlib
import json
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.policy import default
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from .. import guard
from ..config import Mail
from ..errors import SendError
from ..types import Handover
from ._secret import hushed

#: Where the markup of Slack, Mattermost, Rocket.Chat and Teams begins: a word joiner behind it, and it is plain text that looks the same.
_CHAT_MARKUP = re.compile(r"<(?=[!@#]|https?:|mailto:)|@(?=(?:channel|here|all|everyone)\b)|\](?=[(\[])", re.IGNORECASE)

HELP = "to a web address, as JSON"


def send(message: bytes, recipients: Sequence[str], mail: Mail) -> Iterator[Handover]:
    """POST the message."""
    target = guard.target(mail.url or "")
    if target is None:
        raise SendError("the sender “webhook” needs `url` in [mail]: an http or https address", permanent=True)
    try:
        status, reason = _post(target, _body(message), mail)
    except TimeoutError:
        raise SendError(f"the webhook at {target.host} does not answer") from None
    except (HTTPException, OSError, ValueError) as error:
        raise SendError(f"the webhook at {target.host} cannot be reached: {hushed(str(error) or type(error).__name__, None)}") from None
    if not 200 <= status < 300:
        permanent = 400 <= status < 500 and status not in (408, 425, 429)
        said = f"the webhook at {target.host} answered {status} {hushed(reason, None)}".rstrip()
        raise SendError(said, permanent=permanent, content=status in (400, 413, 422))
    yield Handover(delivered=tuple(recipients))


def _post(target: guard.Target, body: bytes, mail: Mail) -> tuple[int, str]:
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    connection = kind(target.host, target.port, timeout=mail.timeout)
    with contextlib.closing(connection):
        plain = _connected(target, mail)
        connection.sock = _encrypted(plain, target, mail) if target.scheme == "https" else plain
        path = target.url.split("/", 3)[3]
        with _in_time(connection.sock, mail.timeout):
            connection.request("POST", f"/{path}", body, {"Content-Type": "application/json", "User-Agent": "curator"})
            answer = connection.getresponse()
        return answer.status, answer.reason


@contextlib.contextmanager
def _in_time(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Cut the connection after that time, whatever drips in: a socket's own timeout begins anew with each byte. Raises TimeoutError."""
    late = threading.Event()
    line = socket.socket(fileno=os.dup(sock.fileno()))

    def cut() -> None:
        late.set()
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    except (HTTPException, OSError):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        watch.join()
        line.close()


def _connected(target: guard.Target, mail: Mail) -> socket.socket:
    """A connection to the first address of the host that may be spoken to and answers."""
    failure: OSError = OSError("it has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(target.host.strip("[]"), target.port, type=socket.SOCK_STREAM):
        why = None if mail.allow_private else guard.refusal(str(address[0]))
        if why:
            failure = OSError(f"{address[0]} {why}; allow_private in [mail] lets it pass")
            continue
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(mail.timeout)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _encrypted(plain: socket.socket, target: guard.Target, mail: Mail) -> socket.socket:
    try:
        return ssl.create_default_context(cafile=mail.ca_file).wrap_socket(plain, server_hostname=target.host.strip("[]"))
    except BaseException:
        plain.close()
        raise


def _body(message: bytes) -> bytes:
    letter = message_from_bytes(message, policy=default)
    parts = {kind: letter.get_body(preferencelist=(kind,)) for kind in ("plain", "html")}
    content = {kind: str(part.get_content()) if part else "" for kind, part in parts.items()}
    value = {
        "subject": str(letter["Subject"] or ""),
        "message_id": str(letter["Message-ID"] or ""),
        "text": _CHAT_MARKUP.sub("\\g<0>\u2060", f"{letter['Subject']}\n\n{content['plain']}"),
        "html": content["html"],
    }
    return json.dumps(value, ensure_ascii=False).encode()
