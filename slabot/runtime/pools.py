"""Threads that can be told to begin nothing more while work is still handed to them.

Promise: what is handed in after that is cancelled, as what waited then is. So whoever claimed it is called back, and
puts it back, instead of leaving it as if it were on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class EndingPool(ThreadPoolExecutor):
    """A pool of threads that ends from outside, at a stop or with a lease."""

    def __init__(self, threads: int, name: str) -> None:
        super().__init__(threads, thread_name_prefix=name)
        self._door = Lock()  # nobody ends it between the look whether it takes work and the handing in
        self._takes = True

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand in work; cancelled at once where nothing more is begun."""
        with self._door:
            if self._takes:
                return super().submit(fn, *args, **kwargs)
        cancelled: Future[T] = Future()
        cancelled.cancel()
        cancelled.set_running_or_notify_cancel()
        return cancelled

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Begin nothing more; see `ThreadPoolExecutor.shutdown`."""
        with self._door:
            self._takes = False
        super().shutdown(wait, cancel_futures=cancel_futures)
