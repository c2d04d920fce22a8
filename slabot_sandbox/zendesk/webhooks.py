"""Call the webhooks of the account, as Zendesk does.

Promise: every change is told to each webhook that subscribed to it, signed as the real ones are, with one invocation
id on all attempts, and repeated only where the documentation says so: after a 409 up to three times, after a 429 or
503 that asks for less than a minute, after a time-out up to five times. Switches lose, double, delay or
reorder deliveries, because the real service does too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import requests

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.base.webhooks import Delivery, Webhooks
from slabot_sandbox.journal import Did
from slabot_sandbox.scheduler import Scheduler
from slabot_sandbox.signing import zendesk_signature
from slabot_sandbox.zendesk.account import Changed, ZendeskAccount
from slabot_sandbox.zendesk.webhook_bodies import EVENT_TYPES, TRIGGER_BODY, envelopes, trigger_body

TRIGGER = "conditional_ticket_events"  # the subscription of webhooks that triggers and automations call
TIMEOUT = 12  # seconds of real time that the receiver has
RETRY_PAUSE = timedelta(seconds=5)  # between attempts where the receiver names no time; the real pauses are unknown
MOST_409, MOST_TIMEOUTS = 3, 5  # repetitions
MOST_RETRY_AFTER = 60  # seconds; a receiver that asks for more is not asked again
MOST_ASKED = 5  # repetitions after a 429 or 503; the real number is unknown


@dataclass(slots=True, kw_only=True)
class Webhook:
    """A webhook that is set up in the account."""

    id: str
    name: str
    endpoint: str
    secret: str
    subscriptions: tuple[str, ...]
    template: str = TRIGGER_BODY  # what the trigger sends
    active: bool = True
    made_at: str = ""
    nanoseconds: str = ""
    invocations: list[Json] = field(default_factory=list)

    def shown(self, *, made_by: int) -> Json:
        """The webhook as the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "description": None,
            "status": "active" if self.active else "inactive",
            "subscriptions": list(self.subscriptions),
            "created_at": self.made_at,
            "created_by": str(made_by),
            "endpoint": self.endpoint,
            "http_method": "POST",
            "request_format": "json",
            "authentication": None,
        }


@dataclass(slots=True, kw_only=True)
class Invocation(Delivery):
    """A delivery to one webhook; all its attempts bear the same id."""

    webhook: Webhook
    id: str

    def facts(self) -> dict[str, str]:
        """Its id."""
        return {"invocation": self.id}


class ZendeskWebhooks(Webhooks[ZendeskAccount, Invocation]):
    """The webhooks of an account, and their deliveries."""

    def __init__(self, account: ZendeskAccount, scheduler: Scheduler) -> None:
        """Listen to the account; nobody has subscribed yet."""
        super().__init__(account, scheduler)
        self.all: dict[str, Webhook] = {}

    def subscribe(
        self,
        endpoint: str,
        *,
        secret: str | None = None,
        events: Iterable[str] | None = None,
        trigger: bool = False,
        template: str | None = None,
        name: str = "slabot",
    ) -> Webhook:
        """Set up a webhook for ticket events, or for a trigger that fires on every update."""
        account, now = self._account, self._account.clock.now()
        if trigger:
            subscriptions: tuple[str, ...] = (TRIGGER,)
        else:
            subscriptions = tuple(events) if events is not None else EVENT_TYPES
        webhook = Webhook(
            id=account.ids.ulid(now),
            name=name,
            endpoint=endpoint,
            secret=secret or account.ids.token(43),
            subscriptions=subscriptions,
            made_at=stamp(now),
            nanoseconds=f"{now:%Y-%m-%dT%H:%M:%S.%f}417Z",
        )
        if template is not None:
            webhook.template = template
        self.all[webhook.id] = webhook
        return webhook

    def on_change(self, changed: Changed) -> None:
        """Plan what each active webhook is to be told."""
        account = self._account
        active = [webhook for webhook in self.all.values() if webhook.active]
        if not active:
            return
        told = envelopes(account, changed)
        for webhook in active:
            if TRIGGER in webhook.subscriptions:
                if not changed.ticket.gone:
                    text = trigger_body(account, changed, webhook.template)
                    self._plan(webhook, TRIGGER, changed.ticket.id, text.encode())
                continue
            for envelope in told:
                if envelope["type"] in webhook.subscriptions:
                    body = json.dumps(envelope, ensure_ascii=False).encode()
                    self._plan(webhook, envelope["type"], changed.ticket.id, body)

    def _plan(self, webhook: Webhook, type: str, ticket: int, body: bytes) -> None:
        invocation = self._account.ids.ulid(self._account.clock.now())
        self.dispatch(Invocation(webhook=webhook, id=invocation, type=type, ticket=ticket, body=body))

    def attempt(self, delivery: Invocation) -> None:
        """Send it once, signed at this instant."""
        delivery.attempts += 1
        now = self._account.clock.now()
        timestamp = stamp(now)
        webhook = delivery.webhook
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": str(self._account.number),
            "X-Zendesk-Webhook-Id": webhook.id,
            "X-Zendesk-Webhook-Invocation-Id": delivery.id,
            "X-Zendesk-Webhook-Signature": zendesk_signature(webhook.secret, timestamp=timestamp, body=delivery.body),
            "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
        }
        status, retry_after, timed_out = 0, "", False
        try:
            answer = self._http.post(webhook.endpoint, data=delivery.body, headers=headers, timeout=TIMEOUT)
            status, retry_after = answer.status_code, answer.headers.get("Retry-After", "")
        except requests.Timeout:
            status, timed_out = 504, True
        except requests.RequestException:
            pass  # nobody listens: not repeated, the product's sweep has to find it
        self.note(Did.WEBHOOK_SENT if status else Did.WEBHOOK_LOST, delivery, status=status)
        webhook.invocations.append(
            {
                "id": delivery.id,
                "webhook_id": webhook.id,
                "latest_completed_at": timestamp,
                "status": "success" if 200 <= status < 300 else "failed",
                "status_code": status,
            }
        )
        pause = _pause(delivery.attempts, status, retry_after, timed_out=timed_out)
        if pause is not None:
            self.send_in(pause, delivery)


def _pause(attempts: int, status: int, retry_after: str, *, timed_out: bool) -> timedelta | None:
    """How long to wait before the next attempt; None for no next attempt."""
    if timed_out:
        return RETRY_PAUSE if attempts <= MOST_TIMEOUTS else None
    if status == 409:
        return RETRY_PAUSE if attempts <= MOST_409 else None
    if status in (429, 503) and retry_after.isdigit() and int(retry_after) < MOST_RETRY_AFTER:
        return timedelta(seconds=max(1, int(retry_after))) if attempts <= MOST_ASKED else None
    return None
