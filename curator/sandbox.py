"""Runs the reading of feeds in child processes that may be killed: a budget of time and memory, held from outside the parser.

Some small inputs keep a parser busy for minutes, and a thread cannot be stopped; a process can. The kernel keeps the budget: a
timer on the CPU time of each job whose signal nobody catches, and a limit on the address space. A child that exceeds it, or
crashes, costs its one job (a `Problem`) and is replaced; the jobs behind it are given to others.

This guards against inputs that cost too much, not against code: a child may do what the parent may.
"""

import fcntl
import gc
import os
import pickle
import resource
import selectors
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, NamedTuple, NoReturn, Self, TypeVar

from curator.config import Fetch
from curator.types import Problem

WORKERS = 2  #: at most; two gave ×1.9 on two cores
JOBS_AHEAD = 8  #: jobs given to a child beyond the one it works on, so that it never waits for a busy parent …
BYTES_AHEAD = 1_000_000  #: … but no more bytes than that
PATIENCE = 12  #: a job may take so many times its CPU budget by the clock: it may have to share the CPU, but not stand still
PIPE = 1 << 20  #: bytes of a pipe's buffer, where the system lets us
_READ = 1 << 18
_LENGTH = 8  #: bytes before each message that say how long it is

Job = TypeVar("Job")
Result = TypeVar("Result")


class _Task(NamedTuple, Generic[Job]):
    job: Job
    feed: str
    size: int


class _Worker(Generic[Job]):
    """A child process as its parent sees it."""

    def __init__(self, pid: int, inbox: int, outbox: int) -> None:
        self.pid, self.inbox, self.outbox = pid, inbox, outbox  # we write to inbox and read from outbox
        self.tasks: deque[_Task[Job]] = deque()  # given to it and not answered, in order
        self.unsent: deque[memoryview] = deque()
        self.received = bytearray()

    @property
    def room(self) -> bool:
        """May it be given another task?"""
        return not self.tasks or (len(self.tasks) <= JOBS_AHEAD and sum(task.size for task in self.tasks) < BYTES_AHEAD)


class Sandbox(Generic[Job, Result]):
    """Calls `work(job)` in child processes, where `work` is what `setup()` returns; `setup` runs once in each child.

    Children are forked when the first job comes, a second one only when jobs queue up. Jobs and results are pickled; answers come
    in any order. `settings` gives `parse_seconds` of CPU time for a job and `parse_memory`, bytes a whole child may use.
    """

    def __init__(self, setup: Callable[[], Callable[[Job], Result]], settings: Fetch, *, workers: int | None = None) -> None:
        self._setup, self._settings = setup, settings
        self._most = workers or max(1, min(WORKERS, os.cpu_count() or 1))
        self._queue: deque[_Task[Job]] = deque()
        self._workers: list[_Worker[Job]] = []
        self._answers: list[tuple[Job, Result | Problem]] = []
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
        for key, events in self._selector.select(0):
            worker = key.data
            if worker not in self._workers:
                continue
            if events & selectors.EVENT_WRITE:
                self._send(worker)
            if key.fd == worker.outbox:
                self._receive(worker)
        self._dispatch()
        answers, self._answers = self._answers, []
        return answers

    def fileno(self) -> int:
        """A file descriptor that can be read when `ready` has something to do."""
        return self._selector.fileno()

    def wait(self, timeout: float) -> None:
        """Wait until `ready` has something to do, at most `timeout` seconds."""
        if self.backlog and not self._answers:
            self._selector.select(timeout)

    def close(self) -> None:
        """End all children; jobs not answered are forgotten."""
        for worker in list(self._workers):
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
            self._bury(worker)
        self._queue.clear()
        self._answers.clear()
        self.backlog = self.held = 0
        self._selector.close()

    # ── the parent's side ───────────────────────────────────────────────────────────────────────────────────────────

    def _dispatch(self) -> None:
        """Give queued jobs to children, starting one if all have enough to do."""
        while self._queue:
            worker = min((w for w in self._workers if w.room), key=lambda w: len(w.tasks), default=None)
            if worker is None:
                if len(self._workers) >= self._most:
                    return
                worker = self._start()
                if worker is None:
                    return
            task = self._queue.popleft()
            worker.tasks.append(task)
            message = pickle.dumps(task.job, pickle.HIGHEST_PROTOCOL)
            worker.unsent += [memoryview(len(message).to_bytes(_LENGTH, "big")), memoryview(message)]
            self._send(worker)

    def _start(self) -> "_Worker[Job] | None":
        """Fork a child; if the system has no room for one and there is no other, the queue is answered with that problem."""
        theirs_in, inbox = os.pipe()
        outbox, theirs_out = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            for fd in (theirs_in, inbox, outbox, theirs_out):
                os.close(fd)
            while self._queue and not self._workers:
                self._answer(self._queue.popleft(), f"no process could be started to read it in: {error.strerror}")
            return None
        if pid == 0:
            _live(theirs_in, theirs_out, self._setup, self._settings)
        os.close(theirs_in)
        os.close(theirs_out)
        for fd in (inbox, outbox):
            os.set_blocking(fd, False)
            _widen(fd)
        worker = _Worker[Job](pid, inbox, outbox)
        self._workers.append(worker)
        self._selector.register(outbox, selectors.EVENT_READ, worker)
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
        while len(received) >= start + _LENGTH:
            end = start + _LENGTH + int.from_bytes(received[start : start + _LENGTH], "big")
            if len(received) < end:
                break
            with memoryview(received) as view, view[start + _LENGTH : end] as message:
                kind, result = pickle.loads(message)  # noqa: S301  our own child wrote it
            self._answer(worker.tasks.popleft(), result, kind)
            start = end
        del received[:start]

    def _answer(self, task: _Task[Job], result: Any, kind: str = "internal") -> None:
        """Keep an answer for `ready`; any `kind` but "" makes it a problem, whose message `result` is."""
        self.backlog -= 1
        self.held -= task.size
        self._answers.append((task.job, Problem(feed=task.feed, kind=kind, message=str(result)) if kind else result))

    def _inquest(self, worker: _Worker[Job]) -> None:
        """A child is gone: why, at whose expense, and who does the rest of its work."""
        status, usage = self._bury(worker)
        if worker.tasks and status != 0:  # 0: it left on its own, having answered all it had begun
            task = worker.tasks.popleft()
            self._answer(task, *_verdict(status, usage, self._settings))
        self._queue.extendleft(reversed(worker.tasks))

    def _bury(self, worker: _Worker[Job]) -> tuple[int, resource.struct_rusage]:
        """Close what leads to a child and take its exit status (negative: a signal) and what it used up."""
        self._workers.remove(worker)
        for fd in (worker.inbox, worker.outbox):
            if fd in self._selector.get_map():
                self._selector.unregister(fd)
            os.close(fd)
        _, status, usage = os.wait4(worker.pid, 0)
        return os.waitstatus_to_exitcode(status), usage


def _verdict(status: int, usage: resource.struct_rusage, settings: Fetch) -> tuple[str, str]:
    """How a child died → (message, kind of problem)."""
    seconds, memory = settings.parse_seconds, settings.parse_memory
    if -status in (signal.SIGPROF, signal.SIGXCPU):
        return f"reading it took more than {seconds:g} s of computing time (fetch.parse_seconds)", "budget"
    if -status == signal.SIGALRM:
        return f"reading it was not done after {seconds * PATIENCE:g} s", "budget"
    peak = usage.ru_maxrss * 1024
    if -status == signal.SIGKILL or (-status in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS) and peak > memory * 0.7):
        return _too_much_memory(settings), "budget"
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    return f"the process reading it {how}; this is a fault of curator or of a library", "internal"


def _too_much_memory(settings: Fetch) -> str:
    return f"reading it took more than {settings.parse_memory / 1e6:g} MB of memory (fetch.parse_memory)"


def _widen(fd: int) -> None:
    with suppress(OSError, AttributeError):
        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE)


# ── the child's side ────────────────────────────────────────────────────────────────────────────────────────────────


def _live(inbox: int, outbox: int, setup: Callable[[], Callable[[Any], Any]], settings: Fetch) -> NoReturn:
    """A child's whole life: never returns into the parent's code, never runs the parent's clean-up."""
    try:
        _leave_home(inbox, outbox)
        work = _prepared(setup)
        ceiling = _limit_memory(settings.parse_memory)
        while (message := _next(inbox)) is not None:
            kind, result, tired = _try(work, message, settings)
            tired = tired or (ceiling > 0 and _address_space() > ceiling)
            _say(outbox, pickle.dumps((kind, result), pickle.HIGHEST_PROTOCOL))
            if tired:
                break
    except BaseException:
        os._exit(70)  # EX_SOFTWARE; the parent makes a problem of it
    os._exit(0)


def _leave_home(inbox: int, outbox: int) -> None:
    """Let go of what belongs to the parent: its sockets and files, its handlers, its garbage."""
    low, high = sorted((inbox, outbox))
    os.closerange(3, low)
    os.closerange(low + 1, high)
    os.closerange(high + 1, os.sysconf("SC_OPEN_MAX"))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to deal with
    for number in (signal.SIGTERM, signal.SIGPROF, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()


def _prepared(setup: Callable[[], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """`setup()`, or, if it fails, work that fails the same way for each job."""
    try:
        return setup()
    except Exception as error:
        failure = error

        def fail(_job: Any) -> Any:
            raise failure

        return fail


def _try(work: Callable[[Any], Any], message: bytes, settings: Fetch) -> tuple[str, Any, bool]:
    """One job under its budget → (kind of problem or "", result or message, is this child used up?)."""
    signal.setitimer(signal.ITIMER_PROF, settings.parse_seconds)
    signal.setitimer(signal.ITIMER_REAL, settings.parse_seconds * PATIENCE)
    try:
        result = work(pickle.loads(message))  # noqa: S301  our own parent wrote it
    except MemoryError:
        return "budget", _too_much_memory(settings), True
    except Exception as error:
        return "internal", f"reading it failed: {type(error).__name__}: {str(error)[:200]}", False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "", result, False


def _limit_memory(budget: int) -> int:
    """Keep this process from using more than `budget` bytes; → the address space from which it should make room for a new one.

    What it has at birth is mostly shared with the parent, but counts. 0 where the system does not tell.
    """
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            mapped, resident = (int(pages) * resource.getpagesize() for pages in statm.read().split()[:2])
    except OSError:
        return 0
    room = max(budget - resident, 16_000_000)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = mapped + room if hard == resource.RLIM_INFINITY else min(mapped + room, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    return mapped + room // 2


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split(None, 1)[0]) * resource.getpagesize()


def _next(inbox: int) -> bytes | None:
    """The parent's next message; None when it has no more, or is no more."""
    head = _exactly(inbox, _LENGTH)
    return _exactly(inbox, int.from_bytes(head, "big")) if head else None


def _exactly(fd: int, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = os.read(fd, min(count, PIPE))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _say(outbox: int, message: bytes) -> None:
    for part in (len(message).to_bytes(_LENGTH, "big"), message):
        view = memoryview(part)
        while view:
            view = view[os.write(outbox, view) :]
