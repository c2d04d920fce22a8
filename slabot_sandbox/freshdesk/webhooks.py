"""What does Freshdesk tell the product by webhook, and when?

Promise: automation rules send what an administrator's simple webhook sends: labels and numbers as strings, an event
that is no JSON, no signature, nothing that tells one delivery from another; only a header with a secret, if the rule
has one. Failures are repeated after 5, 30 and 60 minutes, then given up. Rules fire on what the API writes too.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from slabot_sandbox.agenda import Agenda
from slabot_sandbox.deliveries import Dispatch
from slabot_sandbox.freshdesk.account import SERVICE, Account, Changed
from slabot_sandbox.freshdesk.objects import PRIORITIES, Json, Source, requester_of
from slabot_sandbox.journal import Did

HEADER = "X-Webhook-Secret"  # by custom: the administrator writes it into the rule
TIMEOUT = 10  # seconds of real time that the receiver has; the real number is unknown
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(minutes=60))  # between attempts
DROPPED_AFTER = timedelta(hours=24)  # deferred deliveries are not kept longer
CREATED, UPDATED = "ticket is created", "ticket is updated"
WATCHED = ("status", "priority", "type", "group_id", "responder_id")  # fields that an update rule reacts to
EVENT_NAMES = {"type": "ticket_type"}  # names of the rules that are no names of the ticket
ACTIONS = {"deleted": "delete", "spam": "marked_spam", "restored": "restore", "merged": "merge"}  # ours


@dataclass(slots=True, kw_only=True)
class Rule:
    """An automation rule whose action is a webhook. One rule fires on creation or on updates, never on both."""

    name: str
    on: str
    endpoint: str
    secret: str | None
    header: str = HEADER
    active: bool = True


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One thing to tell, in as many attempts as it takes."""

    rule: Rule
    ticket: int
    event: str
    body: bytes
    planned: datetime
    attempts: int = 0


class Webhooks(Dispatch[Delivery]):
    """The rules of an account, and their deliveries."""

    def __init__(self, account: Account, agenda: Agenda) -> None:
        """Listen to the account; there are no rules yet."""
        super().__init__(account.clock, agenda)
        self.rules: list[Rule] = []
        self._account = account
        self._deferred_until: datetime | None = None
        account.listeners.append(self._heard)

    def subscribe(
        self,
        endpoint: str,
        *,
        secret: str | None = None,
        created: bool = True,
        updated: bool = True,
        header: str = HEADER,
        name: str = "slabot",
    ) -> list[Rule]:
        """Set up the two rules that it takes, or one of them."""
        made = [
            Rule(name=f"{name}: {on}", on=on, endpoint=endpoint, secret=secret, header=header)
            for on, wanted in ((CREATED, created), (UPDATED, updated))
            if wanted
        ]
        self.rules += made
        return made

    def defer(self, by: timedelta) -> None:
        """From now on for so long the account is over its limit: deliveries wait, and are dropped after 24 hours."""
        self._deferred_until = self._clock.now() + by

    def lost(self, delivery: Delivery) -> None:
        """Journal that it never left."""
        self._tell(Did.WEBHOOK_LOST, delivery, reason="switched off")

    def attempt(self, delivery: Delivery) -> None:
        """Send it once; if it failed, plan the next attempt."""
        now = self._clock.now()
        if self._deferred_until is not None and now < self._deferred_until:
            self._defer(delivery, now)
            return
        delivery.attempts += 1
        rule = delivery.rule
        headers = {"Content-Type": "application/json", "User-Agent": "Freshdesk"}  # the real agent's name is unknown
        if rule.secret is not None:
            headers[rule.header] = rule.secret
        status = 0
        # Nobody listens, or too slowly: repeated as any other failure.
        with contextlib.suppress(requests.RequestException):
            status = self._http.post(rule.endpoint, data=delivery.body, headers=headers, timeout=TIMEOUT).status_code
        again = not 200 <= status < 300 and delivery.attempts <= len(PAUSES)
        self._tell(Did.WEBHOOK_SENT if status else Did.WEBHOOK_LOST, delivery, status=status, again=again)
        if again:
            self.send_in(PAUSES[delivery.attempts - 1], delivery)

    def _defer(self, delivery: Delivery, now: datetime) -> None:
        limit = delivery.planned + DROPPED_AFTER
        if now >= limit:
            self._tell(Did.WEBHOOK_LOST, delivery, reason="deferred for 24 hours and dropped")
        else:
            until = self._deferred_until or now
            self.send_in(min(until, limit) - now, delivery)

    def _heard(self, changed: Changed) -> None:
        event = event_of(changed)
        if event is None:
            return
        on = CREATED if changed.created else UPDATED
        for rule in self.rules:
            if rule.active and rule.on == on:
                body = json.dumps(simple_body(self._account, changed, event), ensure_ascii=False).encode()
                now = self._clock.now()
                self.dispatch(Delivery(rule=rule, ticket=changed.ticket.id, event=event, body=body, planned=now))

    def _tell(self, kind: Did, delivery: Delivery, **facts: Any) -> None:
        self._account.journal.effect(
            kind,
            SERVICE,
            by="webhook",
            type=delivery.rule.on,
            ticket=delivery.ticket,
            event=delivery.event,
            attempt=delivery.attempts,
            **facts,
        )


def event_of(changed: Changed) -> str | None:
    """What the placeholder `triggered_event` says; None if no rule reacts to this change.

    An escalation, a tag, another due time: none of these is an event, so no webhook tells of them.
    """
    if changed.created:
        return "{ticket_action:created}"
    if changed.special in ACTIONS:
        return f"{{ticket_action:{ACTIONS[changed.special]}}}"
    parts = [
        f"{EVENT_NAMES.get(name, name)}:{{from:{_word(pair[0])},to:{_word(pair[1])}}}"
        for name, pair in changed.changes.items()
        if name in WATCHED
    ]
    line = changed.conversation
    if line is not None and line["source"] == Source.NOTE:
        parts.append(f"note_type:{'private' if line['private'] else 'public'}")
    elif line is not None and line["source"] == Source.SURVEY:
        parts.append("customer_feedback:given")  # ours
    elif line is not None:
        parts.append("reply_sent:sent")
    return f"{{{','.join(parts)}}}" if parts else None


def simple_body(account: Account, changed: Changed, event: str) -> Json:
    """What a webhook with simple content sends: every value a string, statuses and priorities by their labels."""
    shown = changed.ticket.shown
    labels = {number: label for label, number in PRIORITIES.items()}
    requester = requester_of(account.user(shown["requester_id"])) or {}
    return {
        "freshdesk_webhook": {
            "triggered_event": event,
            "ticket_id": str(shown["id"]),
            "ticket_url": f"http://{account.domain}/helpdesk/tickets/{shown['id']}",
            "ticket_type": shown["type"] or "",
            "ticket_subject": shown["subject"] or "",
            "ticket_description": shown["description"] or "",
            "ticket_status": account.statuses.get(shown["status"], ("", ""))[0],
            "ticket_priority": labels.get(shown["priority"], ""),
            "requester_name": requester.get("name") or "",
            "requester_email": requester.get("email") or "",
        }
    }


def _word(value: Any) -> str:
    return "" if value is None else str(value)
