"""The senders hand a message over, tell exactly whom it reached, and never give away a password."""

import base64
import contextlib
import datetime as dt
import json
import mailbox
import os
import socket
import ssl
import subprocess
import sys
import threading
from email import message_from_bytes
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.smtp import AuthResult
from mailservers import BadServer, Inbox, answer_then_hang_up, free_port, good_server, hang_up, saying

from curator import senders
from curator.config import Mail
from curator.errors import SendError, UsageError

MESSAGE = (
    b"From: Desk <curator@example.org>\r\nTo: a@example.org\r\nSubject: Morning reading\r\nMessage-ID: <curator.1234@example.org>\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n\r\nHello\r\n.a line that begins with a dot\r\n'
)


def mail(**fields) -> Mail:
    return Mail(**{"host": "127.0.0.1", "security": "none", "from_": "curator@example.org", "timeout": 5.0, **fields})


def sent(name: str, settings: Mail, *recipients: str):
    return list(senders.get(name).send(MESSAGE, recipients or ("a@example.org",), settings))


def smtp(settings: Mail, *recipients: str):
    return sent("smtp", settings, *recipients)


# ── smtp ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_arrives_as_it_was_written():
    inbox = Inbox()
    with good_server(inbox) as port:
        (handover,) = smtp(mail(port=port), "Desk <a@example.org>", "b@example.org")
    assert handover.delivered == ("Desk <a@example.org>", "b@example.org")
    assert inbox.letters == [(["a@example.org", "b@example.org"], MESSAGE)]


def test_a_hundred_recipients_go_out_on_one_connection_in_one_transaction():
    inbox = Inbox()
    everybody = [f"reader{number}@example.org" for number in range(100)]
    with good_server(inbox) as port:
        (handover,) = smtp(mail(port=port), *everybody)
    assert list(handover.delivered) == everybody
    assert (inbox.connections, len(inbox.letters)) == (1, 1)


def test_recipients_beyond_the_servers_limit_get_another_transaction_on_the_same_connection():
    inbox = Inbox(most=30)
    everybody = [f"reader{number}@example.org" for number in range(100)]
    with good_server(inbox) as port:
        handovers = smtp(mail(port=port), *everybody)
    assert sorted(inbox.got) == sorted(everybody)
    assert sorted(one for handover in handovers for one in handover.delivered) == sorted(everybody)
    assert not any(handover.refused for handover in handovers)
    assert inbox.connections == 1


def test_each_recipients_refusal_is_told_and_the_others_get_it():
    inbox = Inbox(answers={"gone@example.org": "550 no such user", "full@example.org": "450 mailbox busy"})
    with good_server(inbox) as port:
        (handover,) = smtp(mail(port=port), "a@example.org", "gone@example.org", "full@example.org")
    assert handover.delivered == ("a@example.org",)
    assert handover.refused == {"gone@example.org": "550 no such user", "full@example.org": "450 mailbox busy"}
    assert handover.permanent == {"gone@example.org"}


def test_one_address_written_in_two_ways_is_asked_for_once_and_reached_in_both():
    inbox = Inbox()
    with good_server(inbox) as port:
        (handover,) = smtp(mail(port=port), "a@example.org", "Ana <a@example.org>")
    assert handover.delivered == ("a@example.org", "Ana <a@example.org>")
    assert inbox.got == ["a@example.org"]


def test_a_server_that_takes_its_time_over_the_message_is_waited_for():
    go_on = threading.Event()

    def think(connection) -> None:
        go_on.wait(0.5)  # longer than one timeout
        connection.sendall(b"250 taken\r\n")

    with BadServer(at="body", act=think) as server:
        (handover,) = smtp(mail(port=server.port, timeout=0.3))
    assert handover.delivered == ("a@example.org",)


def test_a_server_that_wants_nobody_is_a_refusal_of_each_not_an_error():
    inbox = Inbox(answers={"gone@example.org": "550 no such user"})
    with good_server(inbox) as port:
        (handover,) = smtp(mail(port=port), "gone@example.org")
    assert (handover.delivered, list(handover.refused)) == ((), ["gone@example.org"])


@pytest.mark.parametrize(("answer", "permanent"), [("554 looks like spam", True), ("451 try later", False)])
def test_a_refusal_of_the_whole_message_is_an_error_with_the_servers_words(answer, permanent):
    with good_server(Inbox(data_answer=answer)) as port, pytest.raises(SendError, match=answer) as caught:
        smtp(mail(port=port))
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("step", ["banner", "ehlo", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("act", [hang_up, saying("421 going down"), saying("this is not SMTP")], ids=["hang-up", "421", "nonsense"])
def test_a_break_at_any_step_is_an_error_and_claims_no_delivery(step, act):
    with BadServer(at=step, act=act) as server:
        delivered = []
        with contextlib.suppress(SendError):
            delivered += [one for handover in smtp(mail(port=server.port)) for one in handover.delivered]
    assert delivered == []


def test_a_hang_up_after_the_servers_yes_is_a_delivery():
    with BadServer(at="body", act=answer_then_hang_up) as server:
        (handover,) = smtp(mail(port=server.port))
    assert handover.delivered == ("a@example.org",)


def test_a_server_that_never_answers_is_given_up():
    with BadServer(at="rcpt", act=lambda connection: connection.recv(1)) as server, pytest.raises(SendError, match="does not answer"):
        smtp(mail(port=server.port, timeout=0.3))


def test_a_server_that_drips_a_byte_now_and_then_is_given_up_too():
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not stop.wait(0.05):
            connection.sendall(b"2")

    with BadServer(at="ehlo", act=drip) as server:
        with pytest.raises(SendError):
            smtp(mail(port=server.port, timeout=0.1))
        stop.set()


def test_nobody_listening_is_an_error_that_says_where():
    with pytest.raises(SendError, match="refused") as caught:
        smtp(mail(port=free_port()))
    assert not caught.value.permanent


def test_starttls_is_insisted_on():
    inbox = Inbox()
    with good_server(inbox) as port, pytest.raises(SendError, match="STARTTLS"):
        smtp(mail(port=port, security="starttls"))
    assert not inbox.letters


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 by an authority of its own: (authority, certificate, key)."""
    folder = tmp_path_factory.mktemp("tls")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return str(folder / "cert.pem"), context


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_connection_is_made_with_the_authority_of_the_user(certificate, security):
    authority, context = certificate
    inbox = Inbox()
    options = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    with good_server(inbox, **options) as port:
        smtp(mail(port=port, security=security, ca_file=authority))
    assert inbox.got == ["a@example.org"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_refused(certificate, security):
    _, context = certificate
    inbox = Inbox()
    options = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    with good_server(inbox, **options) as port, pytest.raises(SendError, match="certificate") as caught:
        smtp(mail(port=port, security=security))
    assert not inbox.letters
    assert caught.value.permanent


def test_a_missing_authority_file_is_told():
    with good_server(Inbox()) as port, pytest.raises(SendError, match=r"ca_file /nowhere\.pem"):
        smtp(mail(port=port, security="tls", ca_file="/nowhere.pem"))


def authenticator(wanted: bytes):
    def check(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=data.password == wanted, handled=False)

    return check


@pytest.fixture
def environment():
    """Variables for one test; the ones it sets are gone after it."""
    before = dict(os.environ)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


def test_the_password_comes_from_the_environment(certificate, environment):
    environment["CURATOR_TEST_PASSWORD"] = "hunter2 is long"
    authority, context = certificate
    inbox = Inbox()
    with good_server(inbox, tls_context=context, authenticator=authenticator(b"hunter2 is long"), auth_required=True) as port:
        smtp(mail(port=port, security="starttls", ca_file=authority, username="desk", password_env="CURATOR_TEST_PASSWORD"))
    assert inbox.got == ["a@example.org"]


def test_a_wrong_password_is_told_without_the_password(certificate, environment):
    environment["CURATOR_TEST_PASSWORD"] = "hunter2 is long"
    authority, context = certificate
    server = good_server(Inbox(), tls_context=context, authenticator=authenticator(b"other"), auth_required=True)
    with server as port, pytest.raises(SendError) as caught:
        smtp(mail(port=port, security="starttls", ca_file=authority, username="desk", password_env="CURATOR_TEST_PASSWORD"))
    assert "535" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_server_that_repeats_the_password_cannot_make_us_say_it(environment):
    environment["CURATOR_TEST_PASSWORD"] = "hunter2 is long"
    coded = base64.b64encode(b"\0desk\0hunter2 is long").decode()
    with BadServer(at="mail", act=saying(f"550 you sent hunter2 is long and {coded}")) as server, pytest.raises(SendError) as caught:
        list(
            senders.get("smtp").send(MESSAGE, ["a@example.org"], mail(port=server.port, password_env="CURATOR_TEST_PASSWORD", username=""))
        )
    assert "hunter2" not in str(caught.value)


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(SendError, match="CURATOR_NO_SUCH_VARIABLE"):
        smtp(mail(port=1, username="desk", password_env="CURATOR_NO_SUCH_VARIABLE"))


def test_a_password_file_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "password"
    file.write_text("hunter2\n")
    file.chmod(0o644)
    with pytest.raises(SendError, match="chmod 600"):
        smtp(mail(port=1, username="desk", password_file=str(file)))


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_file_of_ones_own_is_used(tmp_path):
    file = tmp_path / "password"
    file.write_text("hunter2\n")
    file.chmod(0o600)
    inbox = Inbox()
    with good_server(inbox, authenticator=authenticator(b"hunter2"), auth_required=True, auth_require_tls=False) as port:
        smtp(mail(port=port, username="desk", password_file=str(file)))
    assert inbox.got == ["a@example.org"]


def test_an_address_that_is_none_is_wrong_usage():
    with good_server(Inbox()) as port, pytest.raises(UsageError, match="not a mail address"):
        smtp(mail(port=port), "desk at example.org")


# ── maildir, folder ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_maildir_gets_the_message_once_even_if_it_is_sent_again(tmp_path):
    settings = mail(path=str(tmp_path / "box"))
    sent("maildir", settings)
    (file,) = (tmp_path / "box" / "new").iterdir()
    assert file.read_bytes() == MESSAGE.replace(b"\r\n", b"\n")
    file.rename(tmp_path / "box" / "cur" / f"{file.name}:2,S")
    (again,) = sent("maildir", settings)
    assert again.delivered == ("a@example.org",)
    assert list((tmp_path / "box" / "new").iterdir()) == list((tmp_path / "box" / "tmp").iterdir()) == []


def test_a_maildir_is_readable_by_the_standard_library(tmp_path):
    sent("maildir", mail(path=str(tmp_path / "box")))
    (message,) = mailbox.Maildir(tmp_path / "box")
    assert message["Message-ID"] == "<curator.1234@example.org>"


def test_a_folder_gets_one_file_for_a_message_however_often_it_is_sent(tmp_path):
    settings = mail(path=str(tmp_path / "out"))
    for _ in range(2):
        sent("folder", settings)
    (file,) = (tmp_path / "out").iterdir()
    assert (file.suffix, file.read_bytes()) == (".eml", MESSAGE)


@pytest.mark.parametrize("name", ["folder", "maildir"])
def test_a_place_that_cannot_be_written_is_an_error(name, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SendError, match="file"):
        sent(name, mail(path=str(tmp_path / "file")))


@pytest.mark.parametrize(("name", "key"), [("folder", "path"), ("maildir", "path"), ("command", "command"), ("webhook", "url")])
def test_a_sender_without_its_setting_says_which(name, key):
    with pytest.raises(SendError, match=key):
        sent(name, mail())


# ── command ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_command_reads_the_message_from_its_input_in_local_line_ends(tmp_path):
    target = tmp_path / "got"
    code = f"import sys; open({str(target)!r}, 'wb').write(sys.stdin.buffer.read() + ' '.join(sys.argv[1:]).encode())"
    sent("command", mail(command=(sys.executable, "-c", code, "{to}")), "Desk <a@example.org>", "b@example.org")
    assert target.read_bytes() == MESSAGE.replace(b"\r\n", b"\n") + b"a@example.org b@example.org"


def test_a_command_that_fails_is_an_error_with_its_own_words():
    with pytest.raises(SendError, match="status 75: the queue is full") as caught:
        sent("command", mail(command=(sys.executable, "-c", "import sys; sys.stderr.write('the queue is full'); sys.exit(75)")))
    assert not caught.value.permanent


def test_a_command_that_hangs_is_killed():
    with pytest.raises(SendError, match="did not end"):
        sent("command", mail(command=(sys.executable, "-c", "import signal; signal.pause()"), timeout=0.3))


def test_a_command_that_is_not_there_is_an_error():
    with pytest.raises(SendError, match="no-such-command"):
        sent("command", mail(command=("no-such-command",)))


# ── webhook ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hook():
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    server.got, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_subject_and_text_as_json(hook):
    sent("webhook", mail(url=f"http://127.0.0.1:{hook.server_port}/hook", allow_private=True))
    ((path, body),) = hook.got
    value = json.loads(body)
    assert (path, value["subject"], value["message_id"]) == ("/hook", "Morning reading", "<curator.1234@example.org>")
    assert "Hello" in value["text"]


def test_a_headline_calls_nobody_in_a_chat_and_disguises_no_link(hook):
    letter = EmailMessage()
    letter["Subject"] = "<!channel> @here, @all: see"
    letter.set_content(
        "<https://evil.example|your bank> [bank](https://evil.example) ![x](https://evil.example/t.png) <@U1> me@allied.example a < b [1] [2]"
    )
    list(
        senders.get("webhook").send(
            letter.as_bytes(), ["a@example.org"], mail(url=f"http://127.0.0.1:{hook.server_port}/", allow_private=True)
        )
    )
    ((_, body),) = hook.got
    said = json.loads(body)["text"]
    for active in ("<!", "<@", "<h", "](", "@here", "@all:"):
        assert active not in said
    assert said.replace("\u2060", "").startswith(
        "<!channel> @here, @all: see\n\n<https://evil.example|your bank> [bank](https://evil.example)"
    )
    assert "me@allied.example a < b [1] [2]" in said


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (429, False), (404, True), (302, False)])
def test_only_a_yes_of_the_webhook_counts(hook, status, permanent):
    hook.status = status
    with pytest.raises(SendError, match=str(status)) as caught:
        sent("webhook", mail(url=f"http://127.0.0.1:{hook.server_port}/hook", allow_private=True))
    assert caught.value.permanent is permanent
    assert len(hook.got) == 1


def test_a_webhook_that_drips_its_answer_is_given_up():
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(0.02):
                connection.sendall(b"H")

    with BadServer(at="banner", act=drip) as server:
        with pytest.raises(SendError, match="does not answer"):
            sent("webhook", mail(url=f"http://127.0.0.1:{server.port}/", allow_private=True, timeout=0.2))
        stop.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::1]"])
def test_a_webhook_inside_the_own_network_is_refused_unless_allowed(hook, host):
    with pytest.raises(SendError, match="allow_private"):
        sent("webhook", mail(url=f"http://{host}:{hook.server_port}/hook"))
    assert hook.got == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "example.org", "http://"])
def test_a_webhook_is_http_or_https(url):
    with pytest.raises(SendError, match="http or https"):
        sent("webhook", mail(url=url))


# ── the family ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_senders_are_found_by_their_file():
    assert set(senders.names()) == {"smtp", "maildir", "folder", "command", "webhook"}
    assert all(senders.get(name).HELP for name in senders.names())


def test_an_unknown_sender_is_wrong_usage():
    with pytest.raises(UsageError, match="smtp"):
        senders.get("pigeon")


def test_messages_are_sent_whole_and_unchanged_by_every_file_sender(tmp_path):
    for name in ("folder", "maildir"):
        sent(name, mail(path=str(tmp_path / name)))
    for file in [*(tmp_path / "folder").iterdir(), *(tmp_path / "maildir" / "new").iterdir()]:
        assert message_from_bytes(file.read_bytes())["Subject"] == "Morning reading"
        assert dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC).year > 2000
