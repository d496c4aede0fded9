"""CPU seconds that tests may compare: of two lengths of one work in one run, with what the rest of the machine does kept out of them."""

import gc
import time
from collections.abc import Callable

TRIES = 5


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process for `work()`. Garbage is collected afterwards: that takes as long as the whole test process is big."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        before = time.process_time()
        work()
        return time.process_time() - before
    finally:
        if collecting:
            gc.enable()


def at_most(times: float, small: Callable[[], float], large: Callable[[], float], *, noticeable: float) -> bool:
    """Does `large()` take less than `times` as many seconds as `small()`, which is taken for `noticeable` seconds at least?

    Each is taken at its least of up to `TRIES` runs, ended early by a yes: a neighbour on the machine only ever makes a run longer, and
    what grows too fast does so in every run.
    """
    least_small = least_large = float("inf")
    for _ in range(TRIES):
        least_small, least_large = min(least_small, small()), min(least_large, large())
        if least_large < times * max(least_small, noticeable):
            return True
    return False
