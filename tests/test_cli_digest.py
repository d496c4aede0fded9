"""`curator digest` and `curator schedule` as a person and as a script use them."""

import json
from pathlib import Path

import pytest
from books import NOW, feeds_toml, id_of, item, keep
from desk import CommandLine
from mailservers import Inbox, free_port, good_server

from curator.stores import sqlite


@pytest.fixture
def server():
    inbox = Inbox()
    with good_server(inbox) as port:
        inbox.port = port
        yield inbox


@pytest.fixture
def path(tmp_path: Path, server: Inbox) -> Path:
    """A feeds.toml beside an archive with two new stories, and a mail server that takes all."""
    with sqlite.connect(str(tmp_path / "curator.db")) as store:
        keep(store, item("Ships"), item("Worm"), item("Copy", "Ships", outlet="Echo", copy_of="Ships"))
    return feeds_toml(tmp_path, server.port)


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, path)


def test_it_shows_what_is_new_as_often_as_asked(run):
    for _ in range(2):
        done = run("digest")
        assert done.code == 0
        assert "Ships in the harbour" in done.out


def test_its_json_is_one_value_with_the_keys_of_the_contract(run):
    for words in (("digest", "--json"), ("digest", "-f", "json")):
        value = json.loads(run(*words).out)
        assert {"id", "title", "since", "until", "tlp", "sections", "updates", "problems"} <= value.keys()
        stories = value["sections"][0]["stories"]
        ships = next(story for story in stories if story["items"][0]["id"] == id_of("Ships"))
        assert [one["id"] for one in ships["items"]] == [id_of("Ships"), id_of("Copy")]


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json", "atom", "eml"])
def test_every_format_goes_into_a_file(run, form, tmp_path):
    done = run("digest", "-f", form, "-o", str(tmp_path / "out"))
    assert (done.code, done.out) == (0, "")
    assert "Ships in the harbour" in (tmp_path / "out").read_text().replace("=\n", "")


def test_the_format_follows_the_files_name(run, tmp_path):
    run("digest", "-o", str(tmp_path / "today.html"))
    assert (tmp_path / "today.html").read_text().startswith("<!DOCTYPE html>")


def test_the_page_of_the_mail_and_the_page_on_disk_are_the_same(run, server, tmp_path):
    run("digest", "-f", "html", "-o", str(tmp_path / "before.html"))
    assert run("digest", "--send").code == 0
    run("digest", "--show", "1", "-f", "html", "-o", str(tmp_path / "sent.html"))

    def stories(name: str) -> str:
        return (tmp_path / name).read_text().split("<section>")[1]

    assert stories("before.html").split("</section>")[0] == stories("sent.html").split("</section>")[0]


def test_send_ticks_off_and_a_second_send_has_nothing(run, server):
    done = run("digest", "--send")
    assert (done.code, len(server.letters)) == (0, 1)
    assert "sent to desk@example.org" in done.err
    again = run("digest", "--send")
    assert (again.code, len(server.letters)) == (0, 1)
    assert "nothing new" in again.err
    assert "Ships" not in run("digest").out


def test_done_shows_and_ticks_off(run, server):
    assert "Ships in the harbour" in run("digest", "--done").out
    assert "Ships in the harbour" not in run("digest").out
    assert run("digest", "--send").code == 0
    assert server.letters == []


def test_a_dry_run_tells_what_would_go_out_and_to_whom(run, server):
    done = run("digest", "--send", "--dry-run")
    assert done.code == 0
    assert "desk@example.org" in done.err
    assert "Morning reading" in done.err
    assert "Ships in the harbour" in done.out
    assert server.letters == []


def test_a_dry_run_names_the_host_of_a_webhook_and_the_folder_of_a_folder_not_addresses(run, path):
    head = path.read_text().split("[mail]")[0]
    path.write_text(head + '[mail]\nfrom = "desk@example.org"\nsender = "webhook"\nurl = "https://chat.example.org/hooks/s3cret"\n')
    told = run("digest", "--send", "--dry-run").err
    assert "would send through webhook to chat.example.org:" in told
    assert "s3cret" not in told
    path.write_text(head + '[mail]\nfrom = "desk@example.org"\nsender = "folder"\npath = "outgoing"\n')
    assert "would send through folder to outgoing:" in run("digest", "--send", "--dry-run").err


def test_a_mail_server_that_is_not_there_is_one_line_and_exit_1(run, path):
    path.write_text(path.read_text().replace(f"port = {path.read_text().split('port = ')[1].split()[0]}", f"port = {free_port()}"))
    done = run("digest", "--send")
    assert done.code == 1
    assert "refused" in done.err
    assert "nothing is lost" in done.err
    assert "Traceback" not in done.err
    rehearsed = run("digest", "--dry-run")
    assert "would first send again" in rehearsed.err
    assert "nothing new: no mail of its own would go out" in rehearsed.err
    assert "Ships in the harbour" not in rehearsed.out
    assert "Ships in the harbour" in run("digest").out
    assert "waiting to be sent" in run("digest", "--list").out


def test_a_refused_recipient_is_told_and_is_exit_1(run, server, path):
    path.write_text(path.read_text().replace('to = ["desk@example.org"]', 'to = ["desk@example.org", "gone@example.org"]'))
    server.answers["gone@example.org"] = "550 no such user"
    done = run("digest", "--send")
    assert done.code == 1
    assert "gone@example.org was refused: 550 no such user" in done.err
    assert server.got == ["desk@example.org"]


def test_the_past_can_be_listed_shown_and_sent_again(run, server):
    run("digest", "--send")
    (listed,) = json.loads(run("digest", "--list", "--json").out)
    assert listed["to"] == listed["delivered"] == ["desk@example.org"]
    assert "sent" in run("digest", "--list").out
    assert "Ships in the harbour" in run("digest", "--show", listed["id"][:8]).out
    assert json.loads(run("digest", "--show", "1", "--json").out)["id"] == listed["id"]
    assert run("digest", "--resend", "1").code == 0
    assert server.letters[0] == server.letters[1]


def test_numbers_of_the_past_count_in_the_plan_that_is_named_as_its_list_does(run, path):
    path.write_text(path.read_text() + '\n[digests.soc]\ntitle = "For the SOC"\n')
    for plan in ("soc", "main"):
        run("digest", "--done", "--plan", plan)
    assert [one["plan"] for one in json.loads(run("digest", "--list", "--json").out)] in (["main", "soc"], ["soc", "main"])
    for plan, title in (("soc", "For the SOC"), ("main", "Morning reading")):
        (listed,) = json.loads(run("digest", "--list", "--plan", plan, "--json").out)
        assert json.loads(run("digest", "--show", "1", "--plan", plan, "--json").out)["id"] == listed["id"]
        assert run("digest", "--show", "1", "--plan", plan).out.startswith(title)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--send", "--done"), 2, "do not go together"),
        (("--send", "--since", "24h"), 2, "view"),
        (("--done", "--topic", "cyber/*"), 2, "view"),
        (("--waiting",), 2, "--send"),
        (("--plan", "nothing"), 2, "no digest"),
        (("--show", "9"), 1, "number 9"),
        (("--show", "ffffffff"), 1, "ffffffff"),
        (("-f", "pdf"), 2, "pdf"),
    ],
)
def test_wrong_usage_is_told(run, words, code, said):
    done = run("digest", *words)
    assert done.code == code
    assert said in done.err
    assert done.out == ""


def test_a_view_of_a_time_tells_what_was_told_before(run):
    run("digest", "--done")
    assert "Ships in the harbour" in run("digest", "--since", "2026-11-24").out
    assert NOW.year == 2026


def test_schedule_prints_units_and_lines_that_name_this_feeds_toml(run, path):
    done = run("schedule")
    assert done.code == 0
    assert f"-c {path} -q digest --send" in done.out
    assert "OnCalendar=*-*-* 07:00:00 Europe/Vienna" in done.out
    assert "CRON_TZ=Europe/Vienna" in done.out
    assert run("schedule", "--cron").out.startswith("CRON_TZ")
    assert len(json.loads(run("schedule", "--json").out)["next"]["main"]) == 3


def test_schedule_writes_the_units_where_it_is_told_to(run, tmp_path):
    assert run("schedule", "--write", str(tmp_path / "units")).code == 0
    names = {file.name for file in (tmp_path / "units").iterdir()}
    assert names == {
        f"curator-{name}" for name in ("poll.service", "poll.timer", "digest.service", "digest--again.service", "digest.timer")
    }
