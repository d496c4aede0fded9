"""Mail servers as they are not in the book: whatever one says or does not say, `smtp` ends in time, tells why, and claims no delivery
the server did not confirm."""

import base64
import contextlib
import socket
import threading

import pytest
from mailservers import BadServer, ScriptedServer, read_line, saying

from curator import mail as letters
from curator import senders
from curator.config import Mail
from curator.errors import SendError

MESSAGE = b"From: curator@example.org\r\nTo: a@example.org\r\nMessage-ID: <curator.1@example.org>\r\n\r\nHello\r\n"
ABROAD = "To: a@example.org,\r\n Müller <müller@example.org>\r\nMessage-ID: <curator.1@example.org>\r\n\r\nHello\r\n".encode()


def send(port: int, *recipients: str, message: bytes = MESSAGE, **fields):
    settings = Mail(**{"host": "127.0.0.1", "port": port, "security": "none", "from_": "curator@example.org", "timeout": 5.0, **fields})
    return list(senders.get("smtp").send(message, recipients or ("a@example.org",), settings))


def failure(port: int, *recipients: str, **fields) -> SendError:
    with pytest.raises(SendError) as caught:
        send(port, *recipients, **fields)
    return caught.value


# ── answers that are none ───────────────────────────────────────────────────────────────────────────────────────────

STEPS = ["banner", "ehlo", "mail", "rcpt", "data", "body"]


def pouring(piece: bytes):
    """Sends the same again and again until the other side has enough."""

    def act(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(piece)

    return act


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("piece", [b"220-and more\r\n" * 100, b"x" * 10_000], ids=["lines", "one line"])
def test_an_answer_without_end_is_cut_off(step, piece):
    with BadServer(at=step, act=pouring(piece)) as server:
        assert "does not end" in str(failure(server.port))
    assert server.acknowledged == []


@pytest.mark.parametrize("step", STEPS)
def test_an_answer_that_comes_in_drops_has_no_longer_than_any_other(step):
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(0.02):
                connection.sendall(b"2")

    with BadServer(at=step, act=drip) as server:
        assert "does not answer" in str(failure(server.port, timeout=0.1))
        stop.set()


@pytest.mark.parametrize("step", STEPS)
def test_what_is_no_smtp_is_called_so_and_shown_without_what_could_steer_a_terminal(step):
    with BadServer(at=step, act=lambda connection: connection.sendall(b"\x1b[31m\x07\xe2\x80\xaeHTTP/1.1 400\x00\xff\r\n")) as server:
        said = str(failure(server.port))
    assert "does not speak SMTP: “HTTP/1.1 400" in said
    assert said.isprintable()


def test_a_yes_to_data_before_the_message_was_there_is_no_delivery():
    with ScriptedServer(DATA="250 taken") as server:
        assert "250 to DATA" in str(failure(server.port))


def test_a_yes_that_comes_before_the_message_is_no_delivery():
    with ScriptedServer(DATA="354 go on\r\n250 taken") as server:
        assert "before it is asked" in str(failure(server.port))


def test_a_server_that_answers_everything_twice_is_found_out():
    with ScriptedServer(RCPT="250 ok\r\n250 ok") as server:
        assert "250 to DATA" in str(failure(server.port))


def test_the_reason_a_server_gives_in_the_middle_of_the_message_is_told():
    def cut(connection: socket.socket, command: str) -> str:
        connection.sendall(b"354 go on\r\n")
        connection.recv(1_000)
        connection.sendall(b"552 too big for us\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1_000_000):
            pass
        raise StopIteration

    with ScriptedServer(DATA=cut) as server:
        assert "552 too big for us" in str(failure(server.port, message=MESSAGE * 10_000))


# ── hello ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_server_without_ehlo_is_greeted_the_old_way():
    with ScriptedServer(EHLO="502 what?") as server:
        send(server.port)
    assert [command[:4].upper() for command in server.commands] == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize(("answer", "permanent"), [("421 come back later", False), ("554 go away", True)])
def test_a_greeting_that_is_refused_is_told_in_the_servers_words(answer, permanent):
    with ScriptedServer(EHLO=answer, HELO=answer) as server:
        error = failure(server.port)
    assert answer in str(error)
    assert error.permanent is permanent


def test_tls_spoken_to_a_plain_port_gets_a_hint():
    with ScriptedServer() as server:
        assert 'security = "starttls"' in str(failure(server.port, security="tls"))


@pytest.mark.parametrize("after", [b"220 go\r\n", b"220 go\r\n250 injected\r\n", b"454 not now\r\n"])
def test_encryption_that_comes_to_nothing_sends_nothing(after):
    with ScriptedServer(("STARTTLS",), STAR=lambda connection, command: after.decode().rstrip()) as server:
        failure(server.port, security="starttls", timeout=0.3)
    assert [command[:4].upper() for command in server.commands][:2] == ["EHLO", "STAR"]
    assert not any("FROM" in command for command in server.commands)


# ── logging in ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("CURATOR_TEST_PASSWORD", "pässwörd £1")
    return {"username": "jörg", "password_env": "CURATOR_TEST_PASSWORD"}


def test_a_name_and_password_in_any_letters_log_in_by_plain(secret):
    with ScriptedServer(("AUTH LOGIN PLAIN",), AUTH="235 welcome") as server:
        send(server.port, **secret)
    assert base64.b64decode(server.commands[1].split()[2]).decode() == "\0jörg\0pässwörd £1"


def test_a_server_that_only_knows_login_is_logged_in_to(secret):
    said = []

    def login(connection: socket.socket, command: str) -> str:
        for question in (b"VXNlcm5hbWU6", b"UGFzc3dvcmQ6"):
            connection.sendall(b"334 " + question + b"\r\n")
            said.append(base64.b64decode(read_line(connection)).decode())
        return "235 welcome"

    with ScriptedServer(("AUTH LOGIN",), AUTH=login) as server:
        send(server.port, **secret)
    assert said == ["jörg", "pässwörd £1"]


def test_cram_md5_answers_the_challenge(secret):
    said = []

    def challenge(connection: socket.socket, command: str) -> str:
        connection.sendall(b"334 " + base64.b64encode(b"<1896.697170952@example>") + b"\r\n")
        said.append(base64.b64decode(read_line(connection)).decode())
        return "235 welcome"

    with ScriptedServer(("AUTH CRAM-MD5",), AUTH=challenge) as server:
        send(server.port, **secret)
    assert said == ["jörg 520105730b7f487733eedce330a6802e"]


def test_a_way_the_server_does_not_know_after_all_is_followed_by_the_next(secret):
    with ScriptedServer(("AUTH PLAIN LOGIN",), AUTH=lambda connection, command: "504 what?" if "PLAIN" in command else "235 ok") as server:
        send(server.port, **secret)
    assert [command.split()[1] for command in server.commands if command.startswith("AUTH")] == ["PLAIN", "LOGIN"]


@pytest.mark.parametrize(("answer", "permanent"), [("535 wrong", True), ("454 later", False)])
def test_a_wrong_password_is_tried_once_and_never_repeated_aloud(secret, answer, permanent):
    with ScriptedServer(("AUTH PLAIN LOGIN",), AUTH=lambda connection, command: f"{answer}: {command} pässwörd £1") as server:
        error = failure(server.port, **secret)
    assert (answer in str(error), error.permanent) == (True, permanent)
    assert "pässwörd" not in str(error)
    assert server.commands[1].split()[2] not in str(error)
    assert sum(command.startswith("AUTH") for command in server.commands) == 1


@pytest.mark.parametrize("offers", [(), ("AUTH XOAUTH2",)])
def test_a_server_that_offers_no_way_to_log_in_is_told(secret, offers):
    with ScriptedServer(offers) as server:
        assert "to log in" in str(failure(server.port, **secret))


# ── recipients ──────────────────────────────────────────────────────────────────────────────────────────────────────

EVERYBODY = tuple(f"reader{number}@example.org" for number in range(10))


def delivered(handovers) -> list[str]:
    return sorted(one for handover in handovers for one in handover.delivered)


def test_a_server_that_hangs_up_over_too_many_recipients_is_called_again_with_fewer():
    asked: dict[socket.socket, int] = {}

    def at_most_three(connection: socket.socket, command: str) -> str:
        asked[connection] = asked.get(connection, 0) + 1
        return "250 ok" if asked[connection] < 4 else "421 too many"

    with ScriptedServer(RCPT=at_most_three) as server:
        assert delivered(send(server.port, *EVERYBODY)) == sorted(EVERYBODY)
    assert len(server.acknowledged) == 4


def test_a_server_that_hangs_up_over_the_first_recipient_is_not_called_for_ever():
    with ScriptedServer(RCPT="421 going down") as server:
        assert "421 going down" in str(failure(server.port, *EVERYBODY))
    assert sum(command.startswith("ehlo") for command in server.commands) == 1


@pytest.mark.parametrize("code", ["452", "552"])
def test_one_recipient_too_many_for_a_transaction_gets_another(code):
    taken = []

    def at_most_three(connection: socket.socket, command: str) -> str:
        taken.append(command)
        return "250 ok" if len(taken) < 4 else f"{code} too many recipients"

    def go_on(connection: socket.socket, command: str) -> str:
        taken.clear()
        return "354 go on"

    with ScriptedServer(RCPT=at_most_three, DATA=go_on) as server:
        assert delivered(send(server.port, *EVERYBODY)) == sorted(EVERYBODY)


def test_refusals_of_everybody_are_told_one_by_one_whatever_the_server_does_then():
    with ScriptedServer(RCPT="550 no such user", RSET=lambda connection, command: connection.close() or "") as server:
        (handover,) = send(server.port, "a@example.org", "b@example.org")
    assert handover.refused == {"a@example.org": "550 no such user", "b@example.org": "550 no such user"}


@pytest.mark.parametrize("offer", ["SIZE", "SIZE 0", "SIZE huge", "SIZE 100000"])
def test_a_mail_within_the_size_is_announced_with_its_own(offer):
    with ScriptedServer((offer,)) as server:
        send(server.port)
    assert f"SIZE={len(MESSAGE)}" in server.commands[1]


def test_a_mail_larger_than_the_server_takes_is_told_with_both_sizes_before_it_is_sent():
    with ScriptedServer(("SIZE 20",)) as server:
        error = failure(server.port)
    assert f"at most 20 bytes, and this one has {len(MESSAGE)}" in str(error)
    assert error.permanent
    assert not any("FROM" in command for command in server.commands)


# ── letters beyond ASCII before the @ ───────────────────────────────────────────────────────────────────────────────


def test_a_server_with_smtputf8_gets_such_addresses_as_they_are():
    with ScriptedServer(("SMTPUTF8", "8BITMIME")) as server:
        (handover,) = send(server.port, "müller@example.org", "a@example.org", message=ABROAD)
    assert handover.delivered == ("müller@example.org", "a@example.org")
    assert server.commands[1].endswith("BODY=8BITMIME SMTPUTF8")
    assert "to:<müller@example.org>" in server.commands[2].lower()  # Python 3.13 writes the command in small letters
    assert server.letters == [ABROAD]


def test_smtputf8_is_asked_for_only_where_it_is_needed():
    with ScriptedServer(("SMTPUTF8", "8BITMIME")) as server:
        send(server.port)
    assert "SMTPUTF8" not in server.commands[1]


def test_without_it_they_are_refused_with_the_reason_and_the_others_get_a_mail_in_ascii():
    with ScriptedServer() as server:
        (handover,) = send(server.port, "müller@example.org", "a@example.org", message=ABROAD)
    assert handover.delivered == ("a@example.org",)
    assert "SMTPUTF8" in handover.refused["müller@example.org"]
    (letter,) = server.letters
    assert letter == letters.ascii_only(ABROAD)
    assert letter.isascii()
    assert b"<curator.1@example.org>" in letter


def test_without_it_a_sender_with_such_an_address_is_told():
    with ScriptedServer() as server:
        error = failure(server.port, from_="müller@example.org")
    assert "SMTPUTF8" in str(error)
    assert error.permanent


def test_a_no_of_two_digits_or_none_is_no_yes():
    with BadServer(at="body", act=saying("25 taken")) as server:
        failure(server.port)
