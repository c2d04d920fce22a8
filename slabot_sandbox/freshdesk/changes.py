"""Create and change tickets.

Promise: there is one way in which a ticket changes, whoever changes it: the fields, the stats, the conversation and
`updated_at` move together, the journal tells the effect once, and listeners hear of it. The stats have the quirks
of the real ones: what agents write on an outbound ticket does not count as an answer, a survey's answer counts as
one by the requester, and a private note or an escalation moves `updated_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.freshdesk.account import SERVICE, Changed, FreshdeskAccount
from slabot_sandbox.freshdesk.objects import (
    CLOSED,
    CLOSURE,
    OPEN,
    OUTBOUND,
    PENDING,
    RESOLVED,
    Kind,
    Source,
    Ticket,
    clean,
    conversation_object,
    plain,
    stats_object,
    ticket_object,
)
from slabot_sandbox.journal import Did

GONE = {"deleted": Did.TICKET_DELETED, "spam": Did.TICKET_SPAM, "restored": Did.TICKET_RESTORED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that is written into a ticket, as HTML."""

    body: str
    user: int
    kind: Kind
    source: Source = Source.REPLY
    to: tuple[str, ...] = ()
    automation: int | None = None
    sent_from: str | None = None
    cc: tuple[str, ...] = ()
    private: bool = False
    auto_response: bool = False


def create(
    account: FreshdeskAccount,
    *,
    requester: int,
    subject: str,
    body: str,
    priority: int,
    status: int,
    source: int,
    actor: int,
    number: int | None = None,
    at: datetime | None = None,
    fields: Mapping[str, Any] | None = None,
    history: bool = False,
) -> Ticket:
    """A new ticket; its first message is the description.

    With `history` it is loaded, not made now: nothing is journalled or told.

    Raises:
        ActError: the number is taken.
    """
    at = at or account.clock.now()
    user = account.user(requester) or {}
    shown = ticket_object(number=account.take_number(number), at=at, priority=priority) | {
        "subject": subject,
        "description": clean(body),
        "description_text": plain(clean(body)),
        "requester_id": requester,
        "company_id": user.get("company_id"),
        "status": status,
        "source": source,
        "custom_fields": {field.name: None for field in account.fields.values() if field.is_custom},
        **(fields or {}),
    }
    if not {"due_by", "fr_due_by"} & (fields or {}).keys():
        account.levels.set_deadlines(shown, account.groups)
    ticket = Ticket(shown=shown, stats=stats_object(at))
    _count_status(ticket.stats, OPEN, status, at)
    account.keep(ticket)
    if not history:
        who = account.email_of(actor)
        account.journal.effect(Did.TICKET_CREATED, SERVICE, who=who, ticket=ticket.id, subject=subject)
        account.tell(Changed(ticket=ticket, actor=actor, created=True))
    return ticket


def change(
    account: FreshdeskAccount,
    ticket: Ticket,
    wanted: Mapping[str, Any] | None = None,
    *,
    actor: int | None,
    line: Line | None = None,
    by: str = "people",
    at: datetime | None = None,
    history: bool = False,
    special: str | None = None,
) -> Json | None:
    """Set fields, write something, or both; returns what was written.

    With `history` it is loaded, not done now: nothing is journalled or told, and no rule adds anything.
    """
    at = at or account.clock.now()
    fields = dict(wanted or {})
    answered = line is not None and line.kind is Kind.CUSTOMER
    if answered and not history and account.quirks.reopen and ticket.status != OPEN:
        fields.setdefault("status", OPEN)
    changes = {
        name: (ticket.shown.get(name), value) for name, value in fields.items() if ticket.shown.get(name) != value
    }
    conversation = _write(account, ticket, line, at) if line is not None else None
    former_status = ticket.status
    ticket.shown.update({name: value for name, (_, value) in changes.items()})
    if "status" in changes:
        _count_status(ticket.stats, former_status, ticket.status, at, stay=account.quirks.stamps_stay)
        replied = ticket.stats["first_responded_at"] is not None
        account.levels.timer(ticket.shown, account.groups, former_status, at, answered=replied)
    if "priority" in changes:
        moved = [name for name in ("due_by", "fr_due_by") if name not in fields]
        account.levels.set_deadlines(ticket.shown, account.groups, only=moved)
    if conversation is not None:
        touch(ticket, at)
    elif changes and account.quirks.silent_changes > 0 and not history:
        account.quirks.silent_changes -= 1
    elif changes:
        touch(ticket, at)
    if not history:
        if conversation is not None:
            account.note_message(
                ticket,
                public=not conversation["private"],
                text=conversation["body_text"],
                author=conversation["user_id"],
                actor=actor,
                by=by,
                html=conversation["body"],
            )
        account.note_changes(ticket, changes, actor=actor, by=by)
        if changes or conversation is not None or special is not None:
            account.tell(
                Changed(
                    ticket=ticket,
                    actor=actor,
                    changes=changes,
                    conversation=conversation,
                    special=special,
                    by=by,
                )
            )
    return conversation


def put_away(account: FreshdeskAccount, ticket: Ticket, *, actor: int, how: str) -> None:
    """`deleted` and `spam` take a ticket out of every list, `restored` takes it back."""
    ticket.shown["deleted"] = how == "deleted"
    ticket.shown["spam"] = how == "spam"
    touch(ticket, account.clock.now())
    account.journal.effect(GONE[how], SERVICE, who=account.email_of(actor), ticket=ticket.id)
    account.tell(Changed(ticket=ticket, actor=actor, special=how))


def escalate(account: FreshdeskAccount, ticket: Ticket, flag: str) -> None:
    """The SLA escalates the ticket: one of its flags is set, and with it `updated_at`."""
    ticket.shown[flag] = True
    touch(ticket, account.clock.now())
    account.journal.effect(
        Did.TICKET_UPDATED, SERVICE, by="automation", who="SLA", ticket=ticket.id, changes={flag: [False, True]}
    )
    account.tell(Changed(ticket=ticket, actor=None, special="escalated", by="automation"))


def touch(ticket: Ticket, at: datetime) -> None:
    """The ticket changed at this instant."""
    ticket.shown["updated_at"] = stamp(at)


def _write(account: FreshdeskAccount, ticket: Ticket, line: Line, at: datetime) -> Json:
    conversation = conversation_object(
        number=account.ids.number(),
        ticket=ticket.id,
        user=line.user,
        body=clean(line.body),
        source=line.source,
        kind=line.kind,
        at=at,
        to=line.to,
        automation=line.automation,
        sent_from=line.sent_from,
        cc=line.cc,
        private=line.private,
        auto_response=line.auto_response,
    )
    if ticket.conversations is not None:
        ticket.conversations.append(conversation)
    stats = ticket.stats
    if line.kind in (Kind.CUSTOMER, Kind.FEEDBACK):
        stats["requester_responded_at"] = stamp(at)
    elif _is_answer(line) and ticket.shown["source"] != OUTBOUND:
        stats["agent_responded_at"] = stamp(at)
        stats["first_responded_at"] = stats["first_responded_at"] or stamp(at)
    return conversation


def _is_answer(line: Line) -> bool:
    return line.kind is Kind.PUBLIC and line.source is Source.REPLY and line.automation is None


def _count_status(stats: Json, former: int, status: int, at: datetime, *, stay: bool = False) -> None:
    """The stats that follow the status, as the real product keeps them."""
    now = stamp(at)
    stats["status_updated_at"] = now
    if former == PENDING or status == PENDING:
        stats["pending_since"] = now if status == PENDING else None
    if former in CLOSURE and status not in CLOSURE:
        stats.update({"reopened_at": now} if stay else {"reopened_at": now, "resolved_at": None, "closed_at": None})
    if status == RESOLVED:
        stats["resolved_at"] = now
    if status == CLOSED:
        stats.update(closed_at=now, resolved_at=(stats["resolved_at"] if former == RESOLVED else None) or now)
