"""Child processes with a budget: what goes wrong in one costs one job, and nothing waits for ever."""

import ctypes
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator import nursery
from curator.archive import seldom_collected
from curator.config import Fetch
from curator.sandbox import ANSWERS_AHEAD, Sandbox
from curator.types import Problem

SMALL = Fetch(parse_seconds=0.3, parse_memory=700_000_000)  # the tests' own process, which is the children's parent, is big
AMPLE = Fetch(parse_seconds=20)
PATIENT = 10_000  #: times the budget of computing time, by the clock: however busy the machine, only computing counts


opened: list[int] = []


def note(number: int) -> None:
    opened.append(number)


class Parcel:
    """Tells when it is unpacked."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return note, (self.number,)


def work(job: object) -> object:
    """Doubles a job, or does what its name says."""
    match job:
        case "spin":
            while True:
                pass
        case "spin in C":
            return sum(range(10**11))
        case "catch everything":
            while True:
                try:
                    while True:
                        pass
                except BaseException:  # a parser may do so, and must not get away with it
                    continue
        case "stand still":
            signal.pause()
        case "eat":
            hoard = []
            while True:
                hoard.append(bytearray(1_000_000))
        case "one big bite":
            return len(bytes(10**12))
        case "exit":
            os._exit(3)
        case "crash":
            ctypes.string_at(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise ValueError("no good")
        case "unpicklable":
            return lambda: None
        case "pid":
            return os.getpid()
        case "toil":
            return os.getpid() + 0 * sum(range(100_000))
        case "niceness":
            return os.nice(0)
        case bytes() | str():
            return job + job
    return job


def setup() -> Callable[[object], object]:
    return work


def run(jobs: Iterable[object], limits: Fetch = SMALL, workers: int | None = None) -> list[tuple[object, object]]:
    """All jobs through a sandbox."""
    answers: list[tuple[object, object]] = []
    with Sandbox(setup, limits, workers=workers, patience=PATIENT) as sandbox:
        for job in jobs:
            sandbox.submit(job, f"feed of {job!r}"[:40], 1)
        while sandbox.backlog:
            sandbox.wait(5)
            answers += sandbox.ready()
        assert sandbox.held == 0
    return answers


def told(job: object, limits: Fetch = SMALL) -> tuple[str, str]:
    """The problem that a job ends in, standing among jobs that must not be hurt."""
    good = [f"good {number}" for number in range(20)]
    answers = dict(run([*good[:10], job, *good[10:]], limits))
    assert all(answers[one] == one + one for one in good)
    problem = answers[job]
    assert isinstance(problem, Problem)
    assert problem.feed == f"feed of {job!r}"
    return problem.kind, problem.message


class TestBudgets:
    @pytest.mark.parametrize("job", ["spin", "spin in C", "catch everything"])
    def test_a_job_that_takes_too_much_time_is_ended_from_outside(self, job: str) -> None:
        kind, message = told(job)
        assert kind == "budget"
        assert "0.3 s of computing time" in message

    def test_a_job_that_stands_still_is_ended_by_the_clock(self) -> None:
        with Sandbox(setup, SMALL, patience=0.5) as sandbox:
            sandbox.submit("stand still", "f")
            while not (answers := sandbox.ready()):
                sandbox.wait(5)
        ((_, problem),) = answers
        assert isinstance(problem, Problem)
        assert (problem.kind, problem.message) == ("budget", "reading it was not done after 0.15 s")

    @pytest.mark.parametrize("job", ["eat", "one big bite"])
    def test_a_job_that_takes_too_much_memory_is_ended(self, job: str) -> None:
        kind, message = told(job, Fetch(parse_seconds=10, parse_memory=700_000_000))
        assert kind == "budget"
        assert "700 MB" in message

    def test_litter_that_holds_on_to_itself_is_cleared_away_however_seldom_the_parent_clears(self) -> None:
        def left(pieces: int) -> int:
            class Litter:
                left = 0

                def __init__(self) -> None:
                    self.myself, Litter.left = self, Litter.left + 1

                def __del__(self) -> None:
                    Litter.left -= 1

            for _ in range(pieces):
                Litter()
            return Litter.left

        with seldom_collected(), Sandbox(lambda: left, AMPLE) as sandbox:
            sandbox.submit(20_000, "f")
            while not (answers := sandbox.ready()):
                sandbox.wait(5)
        assert answers[0][1] < 2_000

    def test_the_time_of_one_job_is_not_charged_to_the_next(self) -> None:
        """Together they take longer than the budget of one, in one process."""

        def spend() -> Callable[[float], float]:
            def spender(seconds: float) -> float:
                end = time.process_time() + seconds
                while time.process_time() < end:
                    pass
                return seconds

            return spender

        with Sandbox(spend, Fetch(parse_seconds=0.4), workers=1, patience=PATIENT) as sandbox:
            for _ in range(6):
                sandbox.submit(0.15, "f")
            answers: list[object] = []
            while sandbox.backlog:
                sandbox.wait(5)
                answers += [answer for _, answer in sandbox.ready()]
        assert answers == [0.15] * 6

    def test_many_hostile_jobs_in_a_row_all_get_their_answer(self) -> None:
        jobs = [f"{number}" for number in range(30)]
        answers = run([job for number, job in enumerate(jobs) for job in ([job] if number % 5 else [job, "exit"])])
        assert sum(isinstance(answer, Problem) for _, answer in answers) == 6
        assert len(answers) == 36


class TestCrashes:
    @pytest.mark.parametrize("job", ["exit", "crash"])
    def test_a_child_that_dies_is_a_problem_of_its_job_alone(self, job: str) -> None:
        assert told(job)[0] == "internal"

    def test_a_child_killed_by_the_system_is_taken_to_have_used_too_much_memory(self) -> None:
        assert told("kill")[0] == "budget"

    @pytest.mark.parametrize("job", ["raise", "unpicklable"])
    def test_an_exception_is_a_problem_of_its_job_alone(self, job: str) -> None:
        kind, message = told(job)
        assert kind == "internal"
        assert "no good" in message or job == "unpicklable"

    def test_a_setup_that_fails_fails_each_job_with_its_reason(self) -> None:
        def broken() -> Callable[[str], str]:
            raise RuntimeError("rules are missing")

        with Sandbox(broken, SMALL) as sandbox:
            for job in "abc":
                sandbox.submit(job, job)
            answers: list[tuple[str, object]] = []
            while sandbox.backlog:
                sandbox.wait(5)
                answers += sandbox.ready()
        assert all(isinstance(answer, Problem) and "rules are missing" in answer.message for _, answer in answers)


class TestTraffic:
    def test_big_jobs_and_big_answers_flow_in_both_directions_at_once(self) -> None:
        jobs = [bytes([65 + number]) * 5_000_000 for number in range(12)]
        assert sorted(answer[:1] for _, answer in run(jobs, AMPLE) if isinstance(answer, bytes) and len(answer) == 10_000_000) == sorted(
            job[:1] for job in jobs
        )

    def test_a_parent_that_is_away_finds_the_answers_when_it_comes_back(self) -> None:
        """Nobody reads while the children fill their pipes; nothing is lost and nothing hangs."""
        with Sandbox(setup, AMPLE) as sandbox:
            for number in range(60):
                sandbox.submit(b"%03d" % number * 100_000, "f")
            time.sleep(0.3)
            answers: list[object] = []
            while sandbox.backlog:
                sandbox.wait(5)
                answers += sandbox.ready()
        assert len(answers) == 60

    def test_a_parent_that_is_busy_keeps_the_children_at_work_by_pumping_and_no_answer_is_lost(self) -> None:
        with Sandbox(setup, AMPLE) as sandbox, selectors.DefaultSelector() as selector:
            selector.register(sandbox.fileno(), selectors.EVENT_READ)
            for number in range(40):  # more than a child is given at once, and more than its pipe holds
                sandbox.submit(b"%02d" % number * (ANSWERS_AHEAD // 240), "f")  # answers: two thirds of what is taken in
            while sandbox.backlog:
                assert selector.select(5)
                sandbox.pump()
            assert sandbox.answered
            assert sorted(job[:2] for job, _ in sandbox.ready() if isinstance(job, bytes)) == sorted(
                b"%02d" % number for number in range(40)
            )
            assert not sandbox.answered

    def test_answers_taken_one_by_one_are_unpacked_one_by_one(self) -> None:
        """What waits takes the room of the bytes it came as, however much is made of them."""
        opened.clear()
        with Sandbox(lambda: Parcel, AMPLE) as sandbox, selectors.DefaultSelector() as selector:
            selector.register(sandbox.fileno(), selectors.EVENT_READ)
            for number in range(3):
                sandbox.submit(number, "f")
            while sandbox.backlog:
                assert selector.select(5)
                sandbox.pump()
            for taken, _ in enumerate(sandbox.each_ready(), 1):
                assert len(opened) == taken
            assert sorted(opened) == [0, 1, 2]

    def test_pumping_takes_in_no_more_than_a_bounded_lot(self) -> None:
        with Sandbox(setup, AMPLE) as sandbox, selectors.DefaultSelector() as selector:
            selector.register(sandbox.fileno(), selectors.EVENT_READ)
            for _ in range(100):
                sandbox.submit(b"x" * 300_000, "f")
            while sandbox.backlog == 100:
                assert selector.select(5)
                sandbox.pump()
            for _ in range(200):
                selector.select(0.001)
                sandbox.pump()
            assert sandbox.backlog > 50  # of 60 MB of answers

    def test_one_descriptor_tells_when_answers_are_there(self) -> None:
        with Sandbox(setup, SMALL) as sandbox, selectors.DefaultSelector() as selector:
            selector.register(sandbox.fileno(), selectors.EVENT_READ)
            sandbox.submit("a", "f")
            answers: list[object] = []
            while not answers:
                assert selector.select(5)
                answers = [*sandbox.ready()]
            assert answers == [("a", "aa")]

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.one_of(st.binary(max_size=5000), st.sampled_from(["exit", "raise", "crash"])), max_size=25), st.integers(1, 3))
    def test_every_job_is_answered_exactly_once_whatever_the_others_do(self, jobs: list[object], workers: int) -> None:
        answers = run(jobs, SMALL, workers)
        assert sorted(repr(job) for job, _ in answers) == sorted(map(repr, jobs))
        assert all(answer == job + job for job, answer in answers if isinstance(job, bytes))


class TestProcesses:
    def test_none_is_started_before_there_is_a_job(self) -> None:
        with Sandbox(setup, SMALL), pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    def test_a_few_jobs_are_the_work_of_one_and_many_of_two(self) -> None:
        assert len({pid for _, pid in run(["pid"] * 5, workers=2)}) == 1
        assert len({pid for _, pid in run(["pid", b"x" * 3_000_000] * 20, AMPLE, workers=2) if isinstance(pid, int)}) == 2

    def test_a_slow_job_does_not_keep_the_others_waiting_even_where_one_worker_is_enough(self) -> None:
        with Sandbox(setup, AMPLE, workers=1, slow=0.01) as sandbox:
            for job in ["spin", *["pid"] * 30]:
                sandbox.submit(job, "feed", 200_000)
            answered = 0
            while answered < 20:  # some lie behind the slow one, given to its worker before it was known to be slow
                sandbox.wait(0.05)
                answered += len(sandbox.ready())
            assert sandbox.backlog

    @pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="where there is one core, another worker would have none")
    def test_jobs_that_still_queue_up_after_a_while_are_shared_with_one_more(self) -> None:
        seen: set[object] = set()
        with Sandbox(setup, AMPLE, workers=1, much=0.01) as sandbox:
            for _ in range(1000):
                sandbox.submit("toil", "feed")
            while sandbox.backlog and len(seen) < 2:
                sandbox.wait(5)
                seen |= {pid for _, pid in sandbox.ready()}
        assert len(seen) == 2

    def test_they_stand_back_for_the_parent(self) -> None:
        [(_, answer)] = run(["niceness"])
        assert answer == min(19, os.nice(0) + nursery.STANDS_BACK)

    def test_they_hold_none_of_the_parents_descriptors(self) -> None:
        def look() -> Callable[[object], int]:
            def seen(_job: object) -> int:
                return sum(os.path.exists(f"/proc/self/fd/{fd}") for fd in range(3, 100))

            return seen

        with socket.create_server(("127.0.0.1", 0)), Sandbox(look, SMALL) as sandbox:
            sandbox.submit("look", "f")
            while sandbox.backlog:
                sandbox.wait(5)
                for _, answer in sandbox.ready():
                    assert answer == 2  # the two pipes that lead home

    def test_closing_ends_them_even_at_work(self) -> None:
        sandbox = Sandbox(setup, AMPLE)
        sandbox.submit("pid", "f")
        while not (answers := sandbox.ready()):
            sandbox.wait(5)
        sandbox.submit("spin", "f")
        sandbox.close()
        assert isinstance(answers[0][1], int)
        with pytest.raises(ProcessLookupError):
            os.kill(answers[0][1], 0)

    def test_that_were_ended_are_replaced_without_preparing_again(self) -> None:
        """What `setup` costs is paid once, and a child is never as big as its parent has become."""

        def prepare() -> Callable[[object], object]:
            begun = time.monotonic_ns()
            return lambda job: os._exit(1) if job == "exit" else begun

        with Sandbox(prepare, SMALL) as sandbox:
            for job in ("a", "exit", "b", "exit", "c"):
                sandbox.submit(job, "f")
            begun: set[object] = set()
            while sandbox.backlog:
                sandbox.wait(5)
                begun |= {answer for job, answer in sandbox.ready() if job != "exit"}
        assert len(begun) == 1

    def test_one_that_grew_makes_room_for_a_new_one(self) -> None:
        """Memory that a child keeps after a big job is given back by its end."""

        def keep() -> Callable[[object], int]:
            hoard = []

            def keeper(job: object) -> int:
                hoard.append(bytearray(b"x") * 50_000_000)
                return os.getpid()

            return keeper

        with Sandbox(keep, SMALL, workers=1) as sandbox:
            for _ in range(40):
                sandbox.submit("x", "f")
            answers: list[object] = []
            while sandbox.backlog:
                sandbox.wait(5)
                answers += [answer for _, answer in sandbox.ready()]
        assert all(isinstance(answer, int) for answer in answers)
        assert 5 < len(set(answers)) < 20
