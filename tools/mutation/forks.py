"""How is a piece of work done in a process of its own, several at a time?

Promise: whatever the work does, this process hears of it: it fails, it runs on without an end, or it takes all memory.
Time limits are of processor time: a busy machine makes nothing fail.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

MEMORY = 3 * 1024**3  # bytes that one child may take
STEP = 0.002  # seconds between two looks at the children

Tell: TypeAlias = Callable[[str], None]
"""Says which test failed, and ends the process."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one change: the test that failed, or None if all passed."""

    noticed_by: str | None


What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Job(Generic[What]):
    """What a child is to do: it calls `tell` with the test that failed, at once."""

    what: What
    work: Callable[[Tell], None]
    limit: float = 3600.0  # seconds of real time, many times what it should take; for a child that sleeps


def try_all(jobs: Iterator[Job[What]], at_once: int) -> Iterator[tuple[What, Verdict]]:
    """Try so many at a time; the verdicts come as they are found."""
    running: dict[int, tuple[Job[What], int, float]] = {}
    more = True
    while more or running:
        while more and len(running) < at_once:
            job = next(jobs, None)
            if job is None:
                more = False
                break
            pid, pipe = _fork(job)
            running[pid] = (job, pipe, time.monotonic() + job.limit)
        for pid, (job, pipe, until) in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended and time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                ended, status = os.waitpid(pid, 0)
            if ended:
                del running[pid]
                yield job.what, _verdict(status, pipe)
        time.sleep(STEP)


def _fork(job: Job[What]) -> tuple[int, int]:
    out, into = os.pipe()
    pid = os.fork()
    if pid:
        os.close(into)
        return pid, out
    code = 1
    try:
        os.close(out)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        def tell(test: str) -> None:
            os.write(into, test.encode())
            os._exit(1)

        job.work(tell)
        code = 0
    except BaseException as error:
        os.write(into, f"{type(error).__name__}: {error}"[:500].encode())
    finally:
        os._exit(code)


def _verdict(status: int, pipe: int) -> Verdict:
    with os.fdopen(pipe, "rb") as told:
        test = told.read().decode()
    if os.WIFSIGNALED(status):
        return Verdict(f"ran too long, or took too much memory (signal {os.WTERMSIG(status)})")
    return Verdict(test or "the end of the process") if os.WEXITSTATUS(status) else Verdict(None)
