"""How does a decided act travel through the outbox?

Promise: what is taken out is what was put in; a row carries the reason of its act, so that whoever reads it knows
why.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slabot.domain import parse_instant
from slabot.policy import Destination, DestinationError, DestinationKind, Mode, Policy, parse_destination
from slabot.rules import MAIN, Action, Decision, Kind
from slabot.store import Lane, OutboxKind, OutboxRow


def row_of(
    action: Action, *, helpdesk: str, ticket_id: str, policy: Policy, urgency: datetime, now: datetime
) -> OutboxRow:
    """The outbox row of an act that is due now."""
    match action.kind:
        case Kind.PAGE:
            kind, lane, channel = OutboxKind.PAGE, Lane.PAGE, _channel(action, policy)
        case Kind.NOTE:
            kind, lane, channel = OutboxKind.NOTE, Lane.UPDATE, _channel(action, policy)
        case _:
            kind, lane, channel = OutboxKind.WRITE, Lane.WRITE, None
    return OutboxRow(
        key=action.key,
        kind=kind,
        lane=lane,
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        channel=channel,
        body=body_of(action),
        urgency=urgency,
        not_before=now,
        created_at=now,
    )


def destination_of(channel: str | None) -> Destination:
    """Where a row goes; ``slack.channel`` may be a name without its #."""
    try:
        return parse_destination(channel or "")
    except DestinationError:
        return Destination(DestinationKind.CHANNEL, channel or "")


def body_of(action: Action) -> dict[str, Any]:
    """An act as JSON."""
    return {
        "kind": action.kind.value,
        "mode": action.mode.value,
        "at": action.at.isoformat(),
        "because": action.because,
        "facts": [list(fact) for fact in action.facts],
    }


def action_of(row: OutboxRow) -> Action:
    """The act of a row."""
    body = row.body
    return Action(
        kind=Kind(body["kind"]),
        mode=Mode(body["mode"]),
        at=parse_instant(body["at"]),
        key=row.key,
        because=body["because"],
        facts=tuple((name, value) for name, value in body["facts"]),
    )


def wanted(decision: Decision, key: str) -> Action | None:
    """The act of that key, if the decision still wants it now."""
    return next((action for action in decision.due_now if action.key == key), None)


def _channel(action: Action, policy: Policy) -> str | None:
    """Where it goes, in the policy's words; None for slack.channel where the policy names none."""
    to = action.fact("to")
    if to is not None and to != MAIN:
        return to
    return None if policy.slack is None else policy.slack.channel
