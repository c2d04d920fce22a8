"""Call the webhooks of automation rules, as Freshdesk does.

Promise: automation rules send what an administrator's simple webhook sends: labels and numbers as strings, an event
that is no JSON, no signature, nothing that tells one delivery from another; only a header with a secret, if the rule
has one. Failures are repeated after 5, 30 and 60 minutes, then given up. Rules fire on what the API writes too.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from slabot_sandbox.base.webhooks import Delivery, Webhooks
from slabot_sandbox.freshdesk.account import Changed, FreshdeskAccount
from slabot_sandbox.freshdesk.webhook_bodies import event_of, simple_body
from slabot_sandbox.journal import Did
from slabot_sandbox.scheduler import Scheduler

HEADER = "X-Webhook-Secret"  # by custom: the administrator writes it into the rule
TIMEOUT = 10  # seconds of real time that the receiver has; the real number is unknown
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(minutes=60))  # between attempts
DROPPED_AFTER = timedelta(hours=24)  # deferred deliveries are not kept longer
CREATED, UPDATED = "ticket is created", "ticket is updated"


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
class RuleDelivery(Delivery):
    """What one rule tells of one event."""

    rule: Rule
    event: str
    planned: datetime

    def facts(self) -> dict[str, str]:
        """The event."""
        return {"event": self.event}


class FreshdeskWebhooks(Webhooks[FreshdeskAccount, RuleDelivery]):
    """The rules of an account, and their deliveries."""

    def __init__(self, account: FreshdeskAccount, scheduler: Scheduler) -> None:
        """Listen to the account; there are no rules yet."""
        super().__init__(account, scheduler)
        self.rules: list[Rule] = []
        self._deferred_until: datetime | None = None

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

    def attempt(self, delivery: RuleDelivery) -> None:
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
        self.note(Did.WEBHOOK_SENT if status else Did.WEBHOOK_LOST, delivery, status=status, again=again)
        if again:
            self.send_in(PAUSES[delivery.attempts - 1], delivery)

    def _defer(self, delivery: RuleDelivery, now: datetime) -> None:
        limit = delivery.planned + DROPPED_AFTER
        if now >= limit:
            self.note(Did.WEBHOOK_LOST, delivery, reason="deferred for 24 hours and dropped")
        else:
            until = self._deferred_until or now
            self.send_in(min(until, limit) - now, delivery)

    def on_change(self, changed: Changed) -> None:
        """Plan what each active rule is to tell."""
        event = event_of(changed)
        if event is None:
            return
        on = CREATED if changed.created else UPDATED
        for rule in self.rules:
            if rule.active and rule.on == on:
                body = json.dumps(simple_body(self._account, changed, event), ensure_ascii=False).encode()
                now, number = self._clock.now(), changed.ticket.id
                self.dispatch(RuleDelivery(type=on, ticket=number, body=body, rule=rule, event=event, planned=now))
