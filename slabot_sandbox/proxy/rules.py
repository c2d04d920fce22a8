"""Say how calls to a peer misbehave, and which.

Promise: a rule that can be made makes sense; what does not is refused in words that name what would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from slabot_sandbox.errors import SwitchError
from slabot_sandbox.proxy.kinds import BEFORE_READING, HOW, SPOILS, Misbehaviour

DRIP_EVERY = 1.0  # seconds
SLOW = 5.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a rule looks at.

    Attributes:
        method: HTTP method, or the verb of a line of SMTP; `CONNECT` before anything was read.
        path: without its query; of SMTP, the whole line.
        body: as text; bytes that are none are replaced.
    """

    service: str
    method: str
    path: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to misbehave.

    Attributes:
        kind: what is done.
        how: which way of the kind (`HOW`); the usual one where it is left empty.
        service: `zendesk`, `slack`, `freshdesk`, `pagerduty`, `receiver`, `heartbeat`, another name that the proxy was
            given, or `*`.
        path, body: shell patterns.
        share: of the calls that fit, above 0 and up to 1; drawn from `seed`.
        times: how many calls it hits; None for any number.
        until, lasting: the instant at which it ends, or for how long it is in force; None for until it is cleared.
        seconds: real ones, between two bytes or until something is read; 0 for what is usual.
        megabytes: of an oversize answer; None for one without an end.
        status, retry_after, error: of the answer; `error` is the peer's own word in it.
        to: where a redirect leads; empty for what `how` says.
        done: True if the peer gets the request before its answer is lost; always so for what spoils a true answer.
        lets_go: True if what hangs or drips is closed when the rule is cleared; else it stays until the proxy stops.

    Raises:
        SwitchError: it makes no sense.
    """

    kind: Misbehaviour
    how: str = ""
    service: str = "*"
    method: str = "*"
    path: str = "*"
    body: str = "*"
    share: float = 1.0
    seed: int = 1
    times: int | None = None
    until: datetime | None = None
    lasting: timedelta | None = None
    seconds: float = 0.0
    megabytes: int | None = None
    status: int = 500
    retry_after: str | None = None
    error: str = ""
    to: str = ""
    done: bool = False
    lets_go: bool = False

    def __post_init__(self) -> None:
        """Refuse what means nothing, and fill in what is usual."""
        kind, ways = self.kind, HOW.get(self.kind, ())
        if self.how and self.how not in ways:
            known = f"choose one of: {', '.join(ways)}" if ways else "it has only one way"
            raise SwitchError(f'{kind} knows no "{self.how}"; {known}')
        if not 0 < self.share <= 1:
            raise SwitchError(f"share is a part of the calls, up to 100%, and not {self.share:.0%}")
        if not 200 <= self.status <= 599:
            raise SwitchError(f"{self.status} is no final status; give one from 200 to 599")
        if kind in BEFORE_READING and {self.method, self.path, self.body} != {"*"}:
            raise SwitchError(
                f"{kind} happens before anything is read, so it cannot go by method, path or body; leave them out, or "
                "choose hang"
            )
        usual = SLOW if kind is Misbehaviour.SLOW_CONNECT else DRIP_EVERY
        how = self.how or (ways[0] if ways else "")
        object.__setattr__(self, "how", how)
        object.__setattr__(self, "seconds", self.seconds or usual)
        object.__setattr__(self, "done", self.done or (kind, how) in SPOILS)

    def __str__(self) -> str:
        """In a line for people: `zendesk status 403, 30% of GET /api/v2/tickets/7*`."""
        share = "" if self.share == 1 else f"{self.share:.0%} of "
        calls = "all calls" if {self.method, self.path} == {"*"} else f"{self.method} {self.path}".removeprefix("* ")
        about = "" if self.body == "*" else f" about {self.body}"
        return f"{self.service} {self.name}, {share}{calls}{about}"

    @property
    def name(self) -> str:
        """Its kind and how, as the journal tells it: `drip headers`, `status 403`."""
        how = str(self.status) if self.kind is Misbehaviour.STATUS else self.how
        return f"{self.kind} {how}".rstrip()

    def fits(self, asked: Asked) -> bool:
        """True if it is about this call."""
        return (
            self.service in ("*", asked.service)
            and self.method in ("*", asked.method)
            and fnmatchcase(asked.path, self.path)
            and fnmatchcase(asked.body, self.body)
        )


Told = Callable[[Rule, Asked], object]
