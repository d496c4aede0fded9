"""Where child processes come from, and how they live: a nursery forked early prepares once and forks workers on demand.

A poll's own process grows while it works; a child forked from it late would be born with all of that. The nursery stays as small as
it was, pays for the imports and the compiling of rules once for all workers, and a worker that was ended is replaced at once.

The kernel keeps each job's budget: a timer on CPU time whose signal nobody catches, one on the clock, a limit on the address space.
"""

import fcntl
import gc
import os
import pickle
import resource
import signal
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

from curator.config import Fetch

Setup = Callable[[], Callable[[Any], Any]]

PATIENCE = 12  #: a job may take so many times its CPU budget by the clock: it may have to share the CPU, but not stand still
PIPE = 1 << 20  #: bytes of a pipe's buffer, where the system lets us
LENGTH = 8  #: bytes before each message that say how long it is
STANDS_BACK = 5  #: niceness added: beside a parent that is busy a worker has a quarter of a core, beside one that waits all of it
LEAST_ROOM = 32_000_000  #: bytes of memory a job has in any case
#: A worker's first message is (BORN, its process id), later ones are (kind of problem or "", result or message); the second part is pickled.
BORN = "born"
_COLLECTED = (700, 10, 10)  # Python's own thresholds: what parsers leave behind is let go of early, however a poll's own process has it
_DEATH = struct.Struct("=iq")  # exit status, peak memory in bytes
_PID = struct.Struct("=q")
_SPAWN, _INQUEST = b"s", b"w"


class Death(NamedTuple):
    """How a worker ended."""

    status: int  #: exit status; negative: the signal that ended it
    peak: int  #: bytes of memory at its greatest


class Nursery:
    """The parent's handle on the nursery process. `setup()` runs there once; what it returns is each worker's work. `patience`: times its
    CPU budget that a job may take by the clock."""

    def __init__(self, setup: Setup, settings: Fetch, patience: float = PATIENCE) -> None:
        self._control, theirs = socket.socketpair()
        self._pid = os.fork()  # OSError: the system has no room for another process
        if self._pid == 0:
            _nurse(theirs.detach(), setup, settings, patience)
        theirs.close()

    def spawn(self) -> tuple[int, int]:
        """Ask for a worker → descriptors to write its jobs to and to read its answers from. If none comes, the latter just ends."""
        theirs_in, inbox = os.pipe()
        outbox, theirs_out = os.pipe()
        with suppress(OSError):
            socket.send_fds(self._control, [_SPAWN], [theirs_in, theirs_out])
        os.close(theirs_in)
        os.close(theirs_out)
        for fd in (inbox, outbox):
            os.set_blocking(fd, False)
            with suppress(OSError, AttributeError):
                fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE)
        return inbox, outbox

    def inquest(self, pid: int) -> Death | None:
        """How a worker that is ending ended; None if the nursery itself is gone."""
        try:
            self._control.sendall(_INQUEST + _PID.pack(pid))
            answer = _exactly(self._control.fileno(), _DEATH.size)
        except OSError:
            return None
        return Death(*_DEATH.unpack(answer)) if answer else None

    def close(self, *, at_once: bool) -> None:
        """End it; its workers end when their jobs do. `at_once`: without waiting for what it may be preparing."""
        if at_once:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._control.close()
        os.waitpid(self._pid, 0)


# ── in the nursery ──────────────────────────────────────────────────────────────────────────────────────────────────


def _nurse(control: int, setup: Setup, settings: Fetch, patience: float) -> NoReturn:
    """The nursery's whole life; like a worker's, it never returns into the parent's code or runs the parent's clean-up."""
    try:
        _leave_home(control)
        gc.disable()  # what is prepared is there to stay: nothing to look through
        work = _prepared(setup)
        gc.freeze()  # it also stays shared with the workers
        gc.set_threshold(*_COLLECTED)
        gc.enable()
        with socket.socket(fileno=control) as orders:
            _take_orders(orders, work, settings, patience)
        with suppress(ChildProcessError):
            while True:
                os.wait()  # so that what they used up is counted
    except BaseException:
        os._exit(70)  # EX_SOFTWARE
    os._exit(0)


def _take_orders(orders: socket.socket, work: Callable[[Any], Any], settings: Fetch, patience: float) -> None:
    """Fork workers and tell how they died, until the parent has no more orders, or is no more."""
    while True:
        order, fds, _, _ = socket.recv_fds(orders, 1, 2)
        if not order:
            return
        if order == _INQUEST:
            pid = _PID.unpack(_exactly(orders.fileno(), _PID.size) or b"")[0]
            orders.sendall(_DEATH.pack(*_death(pid)))
            continue
        with suppress(OSError):  # no room for another process: the pipes close, and tell
            if os.fork() == 0:
                _live(fds[0], fds[1], work, settings, patience)
        for fd in fds:
            os.close(fd)


def _death(pid: int) -> Death:
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:  # the child of another nursery, which is gone
        return Death(70, 0)
    return Death(os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024)


def _leave_home(*keep: int) -> None:
    """Let go of what belongs to the parent: its sockets and files, its handlers of signals."""
    start = 3
    for fd in sorted(keep):
        os.closerange(start, fd)
        start = fd + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to deal with
    for number in (signal.SIGTERM, signal.SIGPROF, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _prepared(setup: Setup) -> Callable[[Any], Any]:
    """`setup()`, or, if it fails, work that fails the same way for each job."""
    try:
        return setup()
    except Exception as error:
        failure = error

        def fail(_job: Any) -> Any:
            raise failure

        return fail


# ── in a worker ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _live(inbox: int, outbox: int, work: Callable[[Any], Any], settings: Fetch, patience: float) -> NoReturn:
    """A worker's whole life."""
    try:
        _leave_home(inbox, outbox)
        os.nice(STANDS_BACK)
        _say(outbox, (BORN, os.getpid()))
        ceiling = _limit_memory(settings.parse_memory)
        while (message := _next(inbox)) is not None:
            answer, tired = _try(work, message, settings, patience)
            _say(outbox, answer)
            if tired or _address_space() > ceiling:
                break
    except BaseException:
        os._exit(70)
    os._exit(0)


def _try(work: Callable[[Any], Any], message: bytes, settings: Fetch, patience: float) -> tuple[tuple[str, Any], bool]:
    """One job under its budget → (kind of problem or "", result or message), and whether this worker is used up."""
    signal.setitimer(signal.ITIMER_PROF, settings.parse_seconds)
    signal.setitimer(signal.ITIMER_REAL, settings.parse_seconds * patience)
    try:
        return ("", work(pickle.loads(message))), False  # noqa: S301  our own parent wrote it
    except MemoryError:
        return ("budget", too_much_memory(settings)), True
    except Exception as error:
        return ("internal", f"reading it failed: {type(error).__name__}: {str(error)[:200]}"), False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def too_much_memory(settings: Fetch) -> str:
    """What to say of a job that wanted more than it may have."""
    return f"reading it took more than {settings.parse_memory / 1e6:g} MB of memory (fetch.parse_memory)"


def _limit_memory(budget: int) -> int:
    """Keep this process from using more than `budget` bytes, what it was born with included; → the address space from which it
    should make room for a new one."""
    mapped, resident = _memory()
    room = max(budget - resident, LEAST_ROOM)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if mapped:
        limit = mapped + room if hard == resource.RLIM_INFINITY else min(mapped + room, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    return mapped + room // 2


def _memory() -> tuple[int, int]:
    """Bytes of address space and of memory in use; zeros where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            mapped, resident = (int(pages) * resource.getpagesize() for pages in statm.read().split()[:2])
    except OSError:
        return 0, 0
    return mapped, resident


def _address_space() -> int:
    return _memory()[0]


def _next(inbox: int) -> bytes | None:
    """The parent's next message; None when it has no more, or is no more."""
    head = _exactly(inbox, LENGTH)
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


def _say(outbox: int, what: tuple[str, Any]) -> None:
    kind, result = what
    packed = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    message = pickle.dumps((kind, packed), pickle.HIGHEST_PROTOCOL)  # the kind can be read without the rest, which may wait as it is
    for part in (len(message).to_bytes(LENGTH, "big"), message):
        view = memoryview(part)
        while view:
            view = view[os.write(outbox, view) :]
