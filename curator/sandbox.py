"""Runs the reading of feeds in child processes that may be killed: a budget of time and memory, held from outside the parser.

Some small inputs keep a parser busy for minutes, and a thread cannot be stopped; a process can. A child that exceeds its budget, or
crashes, costs its one job (a `Problem`) and is replaced; the jobs behind it are given to others. See `nursery` for the children.

This guards against inputs that cost too much, not against code: a child may do what the parent may.
"""

import math
import os
import pickle
import selectors
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, NamedTuple, Self, TypeVar

from curator.config import Fetch
from curator.nursery import BORN, LENGTH, PATIENCE, Death, Nursery, too_much_memory
from curator.types import Problem

WORKERS = 2  #: at most; to begin with one fewer than there are cores, since the parent has as much to do as all of them
MUCH = 0.5  #: seconds after which jobs that still queue up are many: what the parent leaves of the cores is then shared by one more
SLOW = 1.0  #: seconds after which a job counts as slow: then another worker goes on with the rest, however few cores there are
JOBS_AHEAD = 8  #: jobs given to a child beyond the one it works on, so that it never waits for a busy parent …
BYTES_AHEAD = 1_000_000  #: … but no more bytes than that
ANSWERS_AHEAD = 2_000_000  #: bytes of answers, as they came, that are taken in while nobody has time for them
_READ = 1 << 18

Job = TypeVar("Job")
Result = TypeVar("Result")


class _Task(NamedTuple, Generic[Job]):
    job: Job
    feed: str
    size: int


class _Worker(Generic[Job]):
    """A child process as its parent sees it."""

    def __init__(self, inbox: int, outbox: int) -> None:
        self.inbox, self.outbox = inbox, outbox  # we write to inbox and read from outbox
        self.pid = 0  # until it was born
        self.born = 0.0
        self.tasks: deque[_Task[Job]] = deque()  # given to it and not answered, in order
        self.unsent: deque[memoryview] = deque()
        self.received = bytearray()
        self.since = time.monotonic()  # when its last answer came, or the first task of several was given to it

    @property
    def room(self) -> bool:
        """May it be given another task?"""
        return not self.tasks or (len(self.tasks) <= JOBS_AHEAD and sum(task.size for task in self.tasks) < BYTES_AHEAD)


class Sandbox(Generic[Job, Result]):
    """Calls `work(job)` in child processes, where `work` is what `setup()` returns; `setup` runs once, in a child.

    Children are forked when the first job comes, a second worker only when jobs queue up and there is a core for it, or still queue up
    after a while, or the first is slow. They stand back for the parent where there are too few cores for all. Jobs and results are
    pickled; answers come in any order. `settings` gives `parse_seconds` of CPU time for a job and `parse_memory`, bytes a whole child
    may use; `workers` is how many there are to begin with: there may be one more, up to `WORKERS`, where each has been at one job for
    more than `slow` seconds, or at work for `much`. `patience`: times its CPU budget that a job may take by the clock.
    """

    def __init__(
        self,
        setup: Callable[[], Callable[[Job], Result]],
        settings: Fetch,
        *,
        workers: int | None = None,
        slow: float = SLOW,
        much: float = MUCH,
        patience: float = PATIENCE,
    ) -> None:
        self._setup, self._settings, self._patience = setup, settings, patience
        self._most, self._usual, self._slow = WORKERS, workers or max(1, min(WORKERS, _cores() - 1)), slow
        self._much = much if _cores() > 1 else math.inf  # without a core to share one more is of no use
        self._queue: deque[_Task[Job]] = deque()
        self._nursery: Nursery | None = None
        self._workers: list[_Worker[Job]] = []
        self._answers: deque[tuple[Job, bytes | Problem]] = deque()  # results still pickled
        self._unread = 0  # bytes that they came as
        self._selector = selectors.DefaultSelector()
        self.backlog = 0  #: jobs submitted and not yet answered by `ready`
        self.held = 0  #: sum of their sizes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def submit(self, job: Job, feed: str, size: int = 0) -> None:
        """Queue a job. `feed` names it in problems, `size` (bytes) is what keeping it costs."""
        self._queue.append(_Task(job, feed, size))
        self.backlog += 1
        self.held += size
        self._dispatch()

    def ready(self) -> list[tuple[Job, Result | Problem]]:
        """The answers that have come since the last call; never waits. A job that went wrong is answered by a `Problem`."""
        return list(self.each_ready())

    def each_ready(self) -> Iterator[tuple[Job, Result | Problem]]:
        """The same, one by one: each is unpacked when its turn comes, and takes a third of the room until then."""
        self._talk()
        answers, self._answers, self._unread = self._answers, deque(), 0
        return _unpacked(answers)

    @property
    def answered(self) -> bool:
        """Has `ready` something to give already?"""
        return bool(self._answers)

    def pump(self) -> None:
        """Keep the children at work: take their answers in and give them more to do, unless much waits for `ready` already. Never waits.
        For callers who are long busy with what `ready` gave them: a pipe holds no more than a few answers."""
        if self._unread < ANSWERS_AHEAD:
            self._talk()

    def _talk(self) -> None:
        for key, events in self._selector.select(0):
            worker = key.data
            if worker not in self._workers:
                continue
            if events & selectors.EVENT_WRITE:
                self._send(worker)
            if key.fd == worker.outbox:
                self._receive(worker)
        self._dispatch()

    def fileno(self) -> int:
        """A file descriptor that can be read when `ready` has something to do."""
        return self._selector.fileno()

    def wait(self, timeout: float) -> None:
        """Wait until `ready` has something to do, at most `timeout` seconds."""
        if self.backlog and not self._answers:
            self._selector.select(timeout)

    def close(self) -> None:
        """End all children; jobs not answered are forgotten."""
        unborn = any(not worker.pid for worker in self._workers)
        for worker in list(self._workers):
            if worker.pid and worker.tasks:
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)
            self._forget(worker)
        if self._nursery:
            self._nursery.close(at_once=unborn)
            self._nursery = None
        self._queue.clear()
        self._answers.clear()
        self.backlog = self.held = 0
        self._selector.close()

    # ── jobs out, answers in ────────────────────────────────────────────────────────────────────────────────────────

    def _dispatch(self) -> None:
        """Give queued jobs to children, starting one if all have enough to do."""
        while self._queue:
            worker = min((w for w in self._workers if w.room), key=lambda w: len(w.tasks), default=None)
            if worker is None:
                if len(self._workers) >= self._usual and not self._shorthanded():
                    return
                worker = self._start()
                if worker is None:
                    return
            task = self._queue.popleft()
            if not worker.tasks:
                worker.since = time.monotonic()
            worker.tasks.append(task)
            message = pickle.dumps(task.job, pickle.HIGHEST_PROTOCOL)
            worker.unsent += [memoryview(len(message).to_bytes(LENGTH, "big")), memoryview(message)]
            self._send(worker)

    def _shorthanded(self) -> bool:
        """Do those that are there not suffice: is each at one task for long, or has been at work for a while, with a core to share?"""
        if len(self._workers) >= self._most or not all(worker.pid for worker in self._workers):
            return False
        now = time.monotonic()
        return all(now - worker.since > self._slow for worker in self._workers) or all(
            now - worker.born > self._much for worker in self._workers
        )

    def _start(self) -> "_Worker[Job] | None":
        """A new child; if the system has no room for one and there is no other, the queue is answered with that problem."""
        try:
            self._nursery = self._nursery or Nursery(self._setup, self._settings, self._patience)
            worker = _Worker[Job](*self._nursery.spawn())
        except OSError as error:
            while self._queue and not self._workers:
                task = self._queue.popleft()
                self._answer(task, _problem(task, f"no process could be started to read it in: {error.strerror}"))
            return None
        self._workers.append(worker)
        self._selector.register(worker.outbox, selectors.EVENT_READ, worker)
        return worker

    def _send(self, worker: _Worker[Job]) -> None:
        """Write as much to a child as it takes now."""
        waiting = worker.inbox in self._selector.get_map()
        try:
            while worker.unsent:
                sent = os.write(worker.inbox, worker.unsent[0])
                worker.unsent[0] = worker.unsent[0][sent:]
                if not worker.unsent[0]:
                    worker.unsent.popleft()
        except BlockingIOError:
            if not waiting:
                self._selector.register(worker.inbox, selectors.EVENT_WRITE, worker)
            return
        except BrokenPipeError:  # it is dead, which the other pipe will tell
            worker.unsent.clear()
        if waiting:
            self._selector.unregister(worker.inbox)

    def _receive(self, worker: _Worker[Job]) -> None:
        """Read what a child has to say; bury it if it is dead."""
        try:
            while data := os.read(worker.outbox, _READ):
                worker.received += data
        except BlockingIOError:
            self._unpack(worker)
            return
        self._unpack(worker)
        self._inquest(worker)

    def _unpack(self, worker: _Worker[Job]) -> None:
        """Turn whole messages of a child into answers."""
        received = worker.received
        start = 0
        while len(received) >= start + LENGTH:
            end = start + LENGTH + int.from_bytes(received[start : start + LENGTH], "big")
            if len(received) < end:
                break
            with memoryview(received) as view, view[start + LENGTH : end] as message:
                kind, packed = pickle.loads(message)  # noqa: S301  our own child wrote it
            self._unread += end - start
            start = end
            if kind == BORN:
                worker.pid, worker.born = pickle.loads(packed), time.monotonic()  # noqa: S301
                worker.since = worker.born
            else:
                worker.since = time.monotonic()
                task = worker.tasks.popleft()
                self._answer(task, _problem(task, pickle.loads(packed), kind) if kind else packed)  # noqa: S301
        del received[:start]

    def _answer(self, task: _Task[Job], answer: bytes | Problem) -> None:
        """Keep an answer for `ready`: a pickled result, or a problem."""
        self.backlog -= 1
        self.held -= task.size
        self._answers.append((task.job, answer))

    def _inquest(self, worker: _Worker[Job]) -> None:
        """A child is gone: why, at whose expense, and who does the rest of its work."""
        self._forget(worker)
        death = self._nursery.inquest(worker.pid) if self._nursery and worker.pid else None
        if death is None and self._nursery:  # the nursery itself is gone, or could not bear
            self._nursery.close(at_once=True)
            self._nursery = None
        if worker.tasks and (death is None or death.status != 0):  # 0: it left on its own, having answered all it had begun
            task = worker.tasks.popleft()
            self._answer(task, _problem(task, *_verdict(death, self._settings, self._patience)))
        self._queue.extendleft(reversed(worker.tasks))

    def _forget(self, worker: _Worker[Job]) -> None:
        """Close what leads to a child."""
        self._workers.remove(worker)
        for fd in (worker.inbox, worker.outbox):
            if fd in self._selector.get_map():
                self._selector.unregister(fd)
            os.close(fd)


def _problem(task: _Task[Any], message: str, kind: str = "internal") -> Problem:
    return Problem(feed=task.feed, kind=kind, message=message)


def _unpacked(answers: deque[tuple[Any, bytes | Problem]]) -> Iterator[tuple[Any, Any]]:
    """Answers with their results, each let go of when the next is asked for."""
    while answers:
        job, answer = answers.popleft()
        yield job, answer if isinstance(answer, Problem) else pickle.loads(answer)  # noqa: S301  our own child wrote it


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _verdict(death: Death | None, settings: Fetch, patience: float) -> tuple[str, str]:
    """How a child died → (message, kind of problem)."""
    if death is None:
        return "the process to read it in could not be started, or was ended from outside", "internal"
    number, seconds = -death.status, settings.parse_seconds
    if number in (signal.SIGPROF, signal.SIGXCPU):
        return f"reading it took more than {seconds:g} s of computing time (fetch.parse_seconds)", "budget"
    if number == signal.SIGALRM:
        return f"reading it was not done after {seconds * patience:g} s", "budget"
    starved = number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS) and death.peak > settings.parse_memory * 0.9
    if starved or number == signal.SIGKILL:  # which the system sends when memory runs out
        return too_much_memory(settings), "budget"
    how = f"was ended by signal {number}" if number > 0 else f"ended with status {death.status}"
    return f"the process reading it {how}; this is a fault of curator or of a library", "internal"
