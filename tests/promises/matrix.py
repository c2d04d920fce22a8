"""Which faults, before which peer, in which scope? The table of all cells of a world that is half broken.

Promise: every fault stands before every peer in every scope that it can have there; a cell without a way is listed with
its reason, and there is at most one such in twenty.

Each cell is played by `tests.promises.half_broken`; ``tools/half_broken_world.py`` fills the table for the docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

from slabot_sandbox import Misbehaviour, Rule
from tests.promises.paced import PACE

TEN_DAYS = "864000"  # seconds
DATE = "Mon, 12 Jan 2026 09:10:00 GMT"  # ten minutes after the world begins
EVERY_BYTE = 4  # seconds between two drops: shorter than any silence that is borne; an answer takes an hour


class Peer(StrEnum):
    """Whom slabot speaks with."""

    ZENDESK = "zendesk"
    FRESHDESK = "freshdesk"
    OAUTH = "oauth"  # Zendesk's endpoint for tokens
    SLACK = "slack"
    EMAIL = "email"
    PAGERDUTY = "pagerduty"
    WEBHOOK = "webhook"

    @property
    def is_helpdesk(self) -> bool:
        """True where tickets come from."""
        return self in (Peer.ZENDESK, Peer.FRESHDESK, Peer.OAUTH)


class Scope(StrEnum):
    """How much of a peer is broken."""

    TICKETS = "some tickets"
    SWEEP = "the list of changes"
    HISTORY = "the histories"
    SENDING = "the call that sends"
    ALL = "all"


SCOPES: Mapping[Peer, tuple[Scope, ...]] = {
    Peer.ZENDESK: (Scope.TICKETS, Scope.SWEEP, Scope.HISTORY, Scope.ALL),
    Peer.FRESHDESK: (Scope.TICKETS, Scope.SWEEP, Scope.ALL),  # the history of a ticket comes with it
    Peer.OAUTH: (Scope.ALL,),
    Peer.SLACK: (Scope.TICKETS, Scope.SENDING, Scope.ALL),
    Peer.EMAIL: (Scope.TICKETS, Scope.SENDING, Scope.ALL),
    Peer.PAGERDUTY: (Scope.TICKETS, Scope.ALL),
    Peer.WEBHOOK: (Scope.TICKETS, Scope.ALL),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fault:
    """What goes wrong, wherever.

    Attributes:
        more: how, for the rule; seconds are those of the world's clock.
        is_bearable: slabot is to do everything all the same, and to say that all is well.
        of_mail: a mail server can do it as well.
    """

    name: str
    kind: Misbehaviour
    more: Mapping[str, Any] = field(default_factory=dict)
    is_bearable: bool = False
    of_mail: bool = True

    @property
    def is_of_connections(self) -> bool:
        """True for what happens before anybody knows what is asked."""
        return self.kind in (Misbehaviour.HANG_CONNECT, Misbehaviour.SLOW_CONNECT)


def _statuses() -> tuple[Fault, ...]:
    waits = {"a date": DATE, "-5": "-5", "ten days": TEN_DAYS, "words": "in a while"}
    told = [Fault(name=f"status {n}", kind=Misbehaviour.STATUS, more={"status": n}, of_mail=False) for n in PLAIN]
    told += [
        Fault(
            name=f"status 429, Retry-After {name}",
            kind=Misbehaviour.STATUS,
            more={"status": 429, "retry_after": text},
            of_mail=False,
        )
        for name, text in waits.items()
    ]
    told.append(
        Fault(
            name="status 500 for 30 %",
            kind=Misbehaviour.STATUS,
            more={"status": 500, "share": 0.3, "seed": 3},
            of_mail=False,
        )
    )
    mail = [Fault(name=f"reply {n}", kind=Misbehaviour.STATUS, more={"status": n}) for n in MAIL]
    return (*told, *mail)


PLAIN = (401, 403, 404, 429, 500, 503)
MAIL = (421, 451, 550)

FAULTS: tuple[Fault, ...] = (
    Fault(name="hang", kind=Misbehaviour.HANG),
    Fault(name="hang, after it was done", kind=Misbehaviour.HANG, more={"done": True}, of_mail=False),
    Fault(name="hang at the connection", kind=Misbehaviour.HANG_CONNECT),
    Fault(name="slow connection", kind=Misbehaviour.SLOW_CONNECT, more={"seconds": 1}, is_bearable=True),
    Fault(name="drip, headers", kind=Misbehaviour.DRIP, more={"how": "headers", "seconds": EVERY_BYTE}),
    Fault(name="drip, body", kind=Misbehaviour.DRIP, more={"how": "body", "seconds": EVERY_BYTE}, of_mail=False),
    *(Fault(name=f"reset, {how}", kind=Misbehaviour.RESET, more={"how": how}) for how in ("before", "middle")),
    *(
        Fault(name=f"oversize, {how}", kind=Misbehaviour.OVERSIZE, more={"how": how}, of_mail=how == "body")
        for how in ("body", "gzip", "headers")
    ),
    *(
        Fault(name=f"redirect, {how}", kind=Misbehaviour.REDIRECT, more={"how": how}, of_mail=how == "host")
        for how in ("host", "loop", "scheme")
    ),
    *(
        Fault(name=f"encoding, {how}", kind=Misbehaviour.ENCODING, more={"how": how}, of_mail=how == "utf8")
        for how in (
            "charset",
            "utf8",
            "gzip",
            "chunked",
            "longer",
            "shorter",
            "nested",
            "html",
            "empty",
            "list",
            "null",
        )
    ),
    *_statuses(),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault, before one peer, in one scope."""

    fault: Fault
    peer: Peer
    scope: Scope

    @property
    def name(self) -> str:
        """For people, and for pytest's -k."""
        return f"{self.peer} · {self.scope} · {self.fault.name}"

    @property
    def no_way(self) -> str | None:
        """Why nothing can be done about it; None if something can."""
        if self.peer is Peer.WEBHOOK and self.fault.name in WORD_OF_A_RECEIVER:
            return "a receiver that answers 2xx has said that it has the page; what its body says is nobody's contract"
        if (self.peer, self.scope, self.fault.name) == (Peer.FRESHDESK, Scope.SWEEP, "encoding, list"):
            return "an empty list is what Freshdesk answers where nothing has changed"
        return None

    @property
    def are_bad_tickets_gone(self) -> bool:
        """True where the helpdesk says of them that they do not exist, which is believed until they change."""
        return self.peer.is_helpdesk and self.scope is Scope.TICKETS and self.fault.name == "status 404"

    def rules(self, bad: tuple[int, ...], pace: float = PACE) -> list[Rule]:
        """How the proxy misbehaves; `bad` are the tickets that are hit, where only some are.

        Args:
            bad: the numbers of those tickets.
            pace: seconds of the world's clock in a real one; the proxy lives in real ones.
        """
        more = dict(self.fault.more)
        if "seconds" in more:
            more["seconds"] /= pace
        places = _where(self.peer, self.scope, bad)
        return [Rule(kind=self.fault.kind, service=SERVICES[self.peer], **more, **where) for where in places]


SERVICES: Mapping[Peer, str] = {
    Peer.ZENDESK: "zendesk",
    Peer.FRESHDESK: "freshdesk",
    Peer.OAUTH: "zendesk",
    Peer.SLACK: "slack",
    Peer.EMAIL: "email",
    Peer.PAGERDUTY: "pagerduty",
    Peer.WEBHOOK: "receiver",
}
WORD_OF_A_RECEIVER = frozenset(
    (
        *(f"encoding, {how}" for how in ("utf8", "nested", "html", "empty", "list", "null")),
        *("oversize, body", "oversize, gzip"),
    )
)


def _where(peer: Peer, scope: Scope, bad: tuple[int, ...]) -> list[dict[str, Any]]:
    match peer, scope:
        case Peer.ZENDESK | Peer.FRESHDESK, Scope.TICKETS:
            return [{"path": f"/api/v2/tickets/{ticket}{end}"} for ticket in bad for end in ("", "[./]*")]
        case Peer.EMAIL, Scope.TICKETS:
            return [{"path": f"*acme/{ticket}/*"} for ticket in bad]
        case _, Scope.TICKETS:
            return [{"body": f"*acme/{ticket}/*"} for ticket in bad]
        case Peer.ZENDESK, Scope.SWEEP:
            return [{"path": "/api/v2/incremental/*"}]
        case Peer.FRESHDESK, Scope.SWEEP:
            return [{"path": "/api/v2/tickets"}]
        case Peer.ZENDESK, Scope.HISTORY:
            return [{"path": "/api/v2/tickets/*/audits*"}]
        case Peer.SLACK, Scope.SENDING:
            return [{"path": "*chat.postMessage"}]
        case Peer.EMAIL, Scope.SENDING:
            return [{"method": "DATA"}]
        case Peer.OAUTH, _:
            return [{"path": "/oauth/tokens"}]
    return [{}]


def _exists(cell: Cell) -> bool:
    if cell.fault.is_of_connections and cell.scope is not Scope.ALL:
        return False
    if cell.fault.is_of_connections and cell.peer is Peer.OAUTH:
        return False  # it shares its connections with Zendesk
    if cell.peer is Peer.EMAIL:
        return cell.fault.of_mail
    return cell.fault.name not in {f"reply {n}" for n in MAIL}


ALL: tuple[Cell, ...] = tuple(
    cell
    for peer, scopes in SCOPES.items()
    for scope, fault in product(scopes, FAULTS)
    if _exists(cell := Cell(fault, peer, scope))
)
WITHOUT_A_WAY: tuple[Cell, ...] = tuple(cell for cell in ALL if cell.no_way is not None)
CELLS: tuple[Cell, ...] = tuple(cell for cell in ALL if cell.no_way is None)

QUICK = frozenset(
    {
        "zendesk · all · drip, headers",
        "freshdesk · some tickets · hang",
        "slack · some tickets · reset, middle",
        "email · all · hang at the connection",
    }
)
"""Cells for every run of the tests: a helpdesk and a channel, each broken in part and as a whole, by four different
faults. Each takes ten seconds, so all others are left to the long run.
"""
