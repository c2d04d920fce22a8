"""What is known when a campaign is over: what the stand-ins saw, what the ledger says, and what was broken when.

Promise: pages and writes come from the stand-ins' journal, tickets from the helpdesk as it tells them at the end. Of
slabot's own memory there is only the ledger, which is compared with these and never believed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.base import Adapter
from adapters.errors import Gone
from slabot.domain import TicketRecord, Timeline
from slabot.store import LedgerEvent, OutboxState, Store, ledger
from slabot.store.schema import outbox as outbox_rows
from slabot_sandbox import Effect, Journal
from tests.campaign.golden import Golden
from tests.campaign.policy import HELPDESK

PAGE = f"{HELPDESK}/{{ticket}}/page/"  # how the key of a page begins
POSTS = ("message.posted", "reply.posted")
REPEAT = "sent again"  # how a page that may be a repeat says so
TOGETHER = timedelta(seconds=2)  # deliveries of one change leave within this time
SENT = (LedgerEvent.PAGE_SENT, LedgerEvent.PAGE_REPEATED)


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page that the stand-in for Slack has; `marked` if it says that it may be a repeat."""

    ticket: str
    key: str
    at: datetime
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SeenWrite:
    """What slabot did to a ticket in the helpdesk.

    Attributes:
        what: ``solved``, ``priority high``, ``public comment``, ``internal note``.
        key: that a comment carries; empty for anything else.
    """

    ticket: str
    what: str
    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that was broken on purpose.

    Attributes:
        name: what was done, in words.
        since, until: while it lasted; the same instant for a kill.
        hinders: nobody can expect a page or a write while it lasts.
        ahead: by so much slabot's clock was ahead meanwhile; negative where it was behind.
        stops: a process was stopped and went on later, perhaps in the middle of a call.
        grace: so long after its end what it hindered may still wait, because slabot tries again only then.
    """

    name: str
    since: datetime
    until: datetime
    hinders: bool = True
    ahead: timedelta = timedelta()
    stops: bool = False
    grace: timedelta = timedelta()

    def __str__(self) -> str:
        lasted = (self.until - self.since).total_seconds()
        return f"{self.since:%H:%M:%S} {self.name}" + (f" for {lasted:.1f} s" if lasted else "")


@dataclass(frozen=True, slots=True)
class SentRow:
    """The ledger's word that a page was sent."""

    ticket: str
    key: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Evidence:
    """All that the checker looks at.

    Attributes:
        tickets: as the helpdesk tells them at the end, by number; without those that it does not show any more.
        created: when each was created, as the helpdesk said.
        golden: those of them whose pages and writes were worked out by hand.
        unheard: when the helpdesk told nobody of a change because no web listened, by ticket.
        sent_rows: of the ledger.
        unsettled: what still waits in the outbox although its time has come, in words.
        ended: until when slabot was watched.
    """

    pages: Sequence[SeenPage]
    writes: Sequence[SeenWrite]
    tickets: Mapping[str, TicketRecord]
    created: Mapping[str, datetime]
    golden: Mapping[str, Golden]
    sent_rows: Sequence[SentRow]
    ended: datetime
    faults: Sequence[Fault] = ()
    unheard: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    unsettled: Sequence[str] = ()


def pages_of(journal: Journal) -> list[SeenPage]:
    """Every page that was posted, in order."""
    found = []
    for effect in journal.effects(service="slack", by="api"):
        if str(effect.kind) not in POSTS:
            continue
        metadata = effect.facts.get("metadata") or {}
        key = str(metadata.get("event_payload", {}).get("key", ""))
        helpdesk, _, rest = key.partition("/")
        ticket = rest.partition("/")[0]
        if helpdesk == HELPDESK and key.startswith(PAGE.format(ticket=ticket)):
            found.append(SeenPage(ticket, key, effect.at, REPEAT in _whole(effect)))
    return found


def _whole(effect: Effect) -> str:
    return (str(effect["text"]) + json.dumps(effect["blocks"], ensure_ascii=False)).lower()


def writes_of(journal: Journal) -> list[SeenWrite]:
    """Everything that slabot did to tickets, in order."""
    found = []
    for effect in journal.effects(service="zendesk", by="api"):
        for what in _what(effect):
            key = str((effect.facts.get("marker") or {}).get("slabot", ""))
            found.append(SeenWrite(str(effect["ticket"]), what, effect.at, key))
    return found


def _what(effect: Effect) -> Iterable[str]:
    kind = str(effect.kind)
    if kind == "ticket.updated":
        changes: Mapping[str, Sequence[object]] = effect["changes"]
        return [str(to) if name == "status" else f"{name} {to}" for name, (_, to) in changes.items()]
    return {"comment.public": ["public comment"], "comment.private": ["internal note"]}.get(kind, [kind])


def unheard_of(journal: Journal) -> dict[str, list[datetime]]:
    """Changes of which no delivery arrived, by ticket: the next sweep finds them."""
    arrived: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    lost: list[tuple[str, str, datetime]] = []
    for effect in journal.effects(service="zendesk", by="webhook"):
        ticket, kind = str(effect["ticket"]), str(effect["type"])
        if str(effect.kind) == "webhook.sent" and 200 <= int(effect["status"]) < 300:
            arrived[ticket, kind].append(effect.at)
        elif str(effect.kind) == "webhook.lost":
            lost.append((ticket, kind, effect.at))
    unheard: dict[str, list[datetime]] = defaultdict(list)
    for ticket, kind, at in lost:
        if not any(abs(other - at) <= TOGETHER for other in arrived[ticket, kind]):
            unheard[ticket].append(at)
    return unheard


def tickets_of(adapter: Adapter, numbers: Iterable[str]) -> dict[str, TicketRecord]:
    """Each ticket with its history, as the helpdesk tells it now; without what it does not show any more."""
    found = {}
    for number in numbers:
        try:
            snapshot = adapter.fetch(number)
        except Gone:
            continue
        found[number] = TicketRecord(snapshot.ticket, Timeline.of(snapshot.events))
    return found


def sent_rows_of(store: Store) -> list[SentRow]:
    """What the ledger says of pages that were sent."""
    rows = store.read(lambda conn: ledger.latest(conn, SENT, 1_000_000))
    return [SentRow(row.ticket_id or "", row.key or "", row.at) for row in rows]


def unsettled_of(store: Store, now: datetime) -> list[str]:
    """What is still to be sent although its time has come, or on its way."""
    query = outbox_rows.select().where(outbox_rows.c.not_before <= now)
    rows = store.read(lambda conn: conn.execute(query).all())
    return [f"{row.key}: {row.state} {row.words or ''}" for row in rows if not OutboxState(row.state).settled]
