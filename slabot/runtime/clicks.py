"""What does a click on a page do?

Promise: a click changes what it says and nothing else. One that comes too late harms nothing, and is told why. The
same click arriving twice is one click.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from slabot.domain import Acknowledged, AnyEvent, Claimed
from slabot.paging import AcknowledgedBy, ClaimedBy, Click, state_of
from slabot.paging.blocks import Button
from slabot.rules import ClockState, Decision, decide
from slabot.rules.words import when
from slabot.runtime.claims import owe_assignment
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.refresh import clock_of
from slabot.store import LedgerEvent, StoredTicket, ledger, tickets


@dataclass(frozen=True, slots=True)
class Answer:
    """What the clicker alone reads; empty where the page itself shows it."""

    text: str = ""


def click(parts: Parts, clicked: Click) -> Answer:
    """Do what a click asks for.

    Raises:
        StoreUnavailable: nothing was done.
    """
    if clicked.action is Button.OPEN_TICKET or clicked.key is None:
        return Answer()
    helpdesk, ticket_id, label = _parts_of(clicked.key)
    return parts.write(lambda conn: _click(conn, parts, clicked, helpdesk, ticket_id, label))


def _parts_of(key: str) -> tuple[str, str, str]:
    helpdesk, _, rest = key.partition("/")
    ticket_id, _, label = rest.partition("/")
    return helpdesk, ticket_id, label


def _click(conn: Connection, parts: Parts, clicked: Click, helpdesk: str, ticket_id: str, label: str) -> Answer:
    now, zone = parts.now(), parts.policy.display_zone
    tickets.lock(conn, helpdesk, ticket_id)
    stored = tickets.load(conn, helpdesk, ticket_id)
    if stored is None:
        return Answer("slabot knows no such ticket any more; nothing was changed.")
    decision = decide(stored.ticket, stored.timeline, parts.policy, now)
    clock = clock_of(decision, label)
    if clock is None or not clock.running:
        stopped = "" if clock is None or clock.stopped_at is None else f" at {when(clock.stopped_at, zone)}"
        why = f"this page is older than the ticket's state: the clock stopped{stopped}"
        words = f"a click of {clicked.user_id} changed nothing: {why}"
        ledger.write(conn, now, LedgerEvent.PAGE_CLICK_REFUSED, words, helpdesk, ticket_id, clicked.id)
        return Answer(f"{why[0].upper()}{why[1:]}. Nothing was changed.")
    taken = _taken(stored, decision, clock, clicked, zone)
    if taken is not None:
        return taken
    act: AnyEvent
    match clicked.action:
        case Button.ACKNOWLEDGE:
            act = Acknowledged(at=now, by_id=clicked.user_id, id=clicked.id, clock=label)
            event, words = LedgerEvent.PAGE_ACKNOWLEDGED, f"{clicked.user_name} acknowledged the page"
        case _:
            act = Claimed(at=now, by_id=clicked.user_id, id=clicked.id, clock=label)
            event, words = LedgerEvent.PAGE_CLAIMED, f"{clicked.user_name} claimed the ticket"
    if not tickets.add_act(conn, helpdesk, ticket_id, act):
        return Answer()
    if isinstance(act, Claimed):
        owe_assignment(
            conn,
            helpdesk=helpdesk,
            ticket_id=ticket_id,
            clock=label,
            click_id=clicked.id,
            user_id=clicked.user_id,
            now=now,
        )
    ledger.write(conn, now, event, words, helpdesk, ticket_id, clicked.id)
    evaluate(conn, parts, helpdesk, ticket_id, now=now)
    brings_work(conn)
    return Answer()


def _taken(
    stored: StoredTicket, decision: Decision, clock: ClockState, clicked: Click, zone: ZoneInfo
) -> Answer | None:
    """What to tell somebody who comes second; None where the click is the first of its kind."""
    match state_of(stored.timeline, decision, clock), clicked.action:
        case ClaimedBy(who=who, at=at), _:
            did = "claimed"
        case AcknowledgedBy(who=who, at=at), Button.ACKNOWLEDGE:
            did = "acknowledged"
        case _:
            return None
    if who.slack_id == clicked.user_id:
        return Answer()
    person = f"<@{who.slack_id}>" if who.slack_id else who.name or "somebody"
    return Answer(f"{person} {did} it at {when(at, zone)}, before your click. Nothing was changed.")
