"""Switch on the faults of a service.

Promise: a fault that was switched on hits exactly the calls that it names, for as many calls or as long as it was
told, and never silently: the journal names it on each call that it hit.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from slabot.clock import Clock
from slabot_sandbox.errors import SwitchError


class FaultKind(StrEnum):
    """The ways in which a service can fail."""

    DROP_BEFORE = "drop_before"  # the connection is closed and nothing was done
    DROP_AFTER = "drop_after"  # it was done, and the connection is closed without an answer
    DOWN = "down"  # as if nobody listened: closed without an answer, nothing done
    DELAY = "delay"  # the answer takes `seconds`, then all goes on as usual
    RATE_LIMIT = "rate_limit"  # 429 in the JSON shape, nothing done
    RATE_LIMIT_TEXT = "rate_limit_text"  # 429 as bare text (Zendesk knows both), nothing done
    UNAVAILABLE = "unavailable"  # 503 with Retry-After, nothing done
    ERROR = "server_error"  # 500, nothing done
    HTML = "html"  # 200 and a page for people, nothing done
    TRUNCATED = "truncated"  # it was done, and the JSON of the answer breaks off half-way


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault that is switched on.

    Attributes:
        service: `zendesk`, `slack`, `freshdesk`, `pagerduty`, `receiver`, `heartbeat`, `model` or `*`.
        method: HTTP method or `*`.
        path: shell pattern for the path without its query: `/api/v2/tickets/*`, `*chat.postMessage`.
        times: how many calls it hits still; None for any number.
        until: the instant at which it ends; None for never.
        seconds: how long a delay takes; what Retry-After says (with `until`: the time left, if not given).
    """

    number: int
    kind: FaultKind
    service: str = "*"
    method: str = "*"
    path: str = "*"
    times: int | None = None
    until: datetime | None = None
    seconds: float | None = None

    def hits(self, service: str, method: str, path: str, now: datetime) -> bool:
        """Does it hit this call now?"""
        return (
            (self.times is None or self.times > 0)
            and (self.until is None or now < self.until)
            and self.service in ("*", service)
            and self.method in ("*", method)
            and fnmatchcase(path, self.path)
        )

    def retry_after(self, now: datetime) -> int:
        """Whole seconds for a Retry-After header, at least one."""
        if self.seconds is not None:
            return max(1, int(self.seconds))
        if self.until is not None:
            return max(1, int(-((now - self.until) // timedelta(seconds=1))))
        return 1


class FaultBook:
    """The faults that are switched on, oldest first."""

    def __init__(self, clock: Clock) -> None:
        """Start with none; spans of time are the clock's."""
        self._clock = clock
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(
        self,
        kind: FaultKind | str,
        *,
        service: str = "*",
        method: str = "*",
        path: str = "*",
        times: int | None = None,
        until: datetime | None = None,
        lasting: timedelta | None = None,
        seconds: float | None = None,
    ) -> Fault:
        """Switch a fault on; it ends after `times` calls, at `until`, after `lasting`, or when cleared.

        Raises:
            SwitchError: there is no such kind, or a delay does not say how long.
        """
        try:
            kind = FaultKind(kind)
        except ValueError:
            known = ", ".join(FaultKind)
            raise SwitchError(f'there is no fault "{kind}"; choose one of: {known}') from None
        if kind is FaultKind.DELAY and seconds is None:
            raise SwitchError("a delay must say how long it takes; give it seconds")
        if lasting is not None:
            until = self._clock.now() + lasting
        with self._lock:
            fault = Fault(
                number=next(self._numbers),
                kind=kind,
                service=service,
                method=method,
                path=path,
                times=times,
                until=until,
                seconds=seconds,
            )
            self._faults.append(fault)
        return fault

    def clear(self, number: int | None = None) -> int:
        """Switch off the fault of this number, or all. Returns how many were on."""
        with self._lock:
            gone = [fault for fault in self._faults if number in (None, fault.number)]
            self._faults = [fault for fault in self._faults if fault not in gone]
        return len(gone)

    def on(self) -> tuple[Fault, ...]:
        """The faults that can still hit something."""
        now = self._clock.now()
        with self._lock:
            self._faults = [
                fault for fault in self._faults if fault.times != 0 and (fault.until is None or fault.until > now)
            ]
            return tuple(self._faults)

    def take(self, service: str, method: str, path: str) -> tuple[Fault, ...]:
        """The faults that hit this call, counted down by it: all delays, and the oldest of the others."""
        now, taken, struck = self._clock.now(), [], False
        with self._lock:
            for fault in self._faults:
                if not fault.hits(service, method, path, now) or (struck and fault.kind is not FaultKind.DELAY):
                    continue
                struck = struck or fault.kind is not FaultKind.DELAY
                if fault.times is not None:
                    fault.times -= 1
                taken.append(fault)
        return tuple(taken)


def fault_from_json(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `FaultBook.add` from a JSON object; `until` is ISO 8601, `lasting` is seconds.

    Raises:
        SwitchError: a key that a fault does not have, or no kind.
    """
    known = {"kind", "service", "method", "path", "times", "until", "lasting", "seconds"}
    if strange := sorted(set(wanted) - known):
        raise SwitchError(f"a fault has no {', '.join(strange)}; its keys are: {', '.join(sorted(known))}")
    if "kind" not in wanted:
        raise SwitchError(f"say which kind of fault: {', '.join(FaultKind)}")
    arguments = dict(wanted)
    if arguments.get("until") is not None:
        arguments["until"] = datetime.fromisoformat(str(arguments["until"]))
    if arguments.get("lasting") is not None:
        arguments["lasting"] = timedelta(seconds=float(arguments["lasting"]))
    return arguments
