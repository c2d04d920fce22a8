"""Zendesk, as the suite knows it: the stand-in over HTTP, with all of its fault switches."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from adapters.base import Adapter, OAuthClient
from adapters.registry import open_adapter
from adapters.zendesk import export
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import FaultKind, Sandbox, ZendeskLimits
from tests.conformance.house import NAME, SECRET, Delivery, House, State
from tests.conformance.mailbox import Mailbox

ANA, BOB = "ana@customer.example", "bob@acme.example"


class ZendeskHouse(House):
    """One account on the stand-in."""

    kind: ClassVar[str] = "zendesk"
    withheld: ClassVar[timedelta] = timedelta(minutes=1, seconds=1)
    statuses: ClassVar[Mapping[str, Category]] = {
        "new": Category.OPEN,
        "open": Category.PENDING,
        "pending": Category.WAITING_ON_CUSTOMER,
        "hold": Category.WAITING_ON_THIRD_PARTY,
        "solved": Category.SOLVED,
        "closed": Category.CLOSED,
    }

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__(clock)
        limits = ZendeskLimits(account=None, incremental=None, ticket_updates=None, per_ticket_updates=None)
        self.sandbox = Sandbox(clock=clock, zendesk_limits=limits).start()
        self._desk = self.sandbox.zendesk
        self._opened: list[Adapter] = []

    def open(self, *, url: str | None = None, **changed: Any) -> Adapter:
        settings: dict[str, Any] = {
            "name": NAME,
            "url": url or self.address,
            "oauth": OAuthClient(client_id=self._desk.client_id, client_secret=self._desk.client_secret),
            "statuses": self.statuses,
            "clock": self.clock,
            "webhook_secrets": [SECRET],
        }
        adapter = open_adapter(self.kind, **(settings | changed))
        self._opened.append(adapter)
        return adapter

    def agent(self) -> str:
        return str(self._desk.account.add_agent(BOB)["id"])

    @contextmanager
    def pages_of(self, size: int) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(export, "PER_PAGE", size)
            yield

    def create(self, subject: str = "Help", text: str = "It is down") -> str:
        return str(self._desk.people.create_ticket(ANA, subject, text))

    def customer_writes(self, ticket_id: str, text: str) -> None:
        self._desk.people.customer_replies(int(ticket_id), text)

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        self._desk.people.agent_replies(int(ticket_id), BOB, text, public=public, take=False)

    def delete(self, ticket_id: str) -> None:
        self._desk.people.delete(int(ticket_id), BOB)

    def state(self, ticket_id: str) -> State:
        ticket = self._desk.account.ticket(int(ticket_id))
        comments = ticket.comments or []
        assignee = ticket.shown["assignee_id"]
        return State(
            status=self.statuses[ticket.status],
            priority=ticket.shown["priority"],
            assignee=None if assignee is None else str(assignee),
            public=tuple(comment["body"] for comment in comments if comment["public"]),
            notes=tuple(comment["body"] for comment in comments if not comment["public"]),
        )

    def calls(self) -> int:
        return len(self.sandbox.journal.calls(service="zendesk"))

    def writes(self) -> int:
        return len(self.sandbox.journal.calls(method="PUT"))

    def disturb(self, kind: FaultKind, *, writes: bool, times: int | None = None) -> None:
        self.sandbox.faults.add(kind, service="zendesk", method="PUT" if writes else "GET", times=times, seconds=5)

    def calm(self) -> None:
        self.sandbox.faults.clear()

    def expire_cursors(self) -> bool:
        self._desk.exports.switches.cursors_expire = 0
        return True

    def deliveries(self) -> tuple[str, list[Delivery]]:
        with Mailbox() as mailbox:
            self._desk.webhooks.subscribe(f"{mailbox.url}/hooks/{NAME}", secret=SECRET)
            own = self.create()
            self.sandbox.deliver_due()
        return own, mailbox.got

    def signed(self, body: bytes) -> Delivery:
        stamp = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = hmac.new(SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()
        return {
            "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
            "X-Zendesk-Webhook-Invocation-Id": "01J0000000000000000000000",
        }, body

    @property
    def address(self) -> str:
        return self._desk.url

    def rows(self, answer: Any) -> list[Any] | None:
        found = answer.get("tickets") if isinstance(answer, dict) else None
        return found if isinstance(found, list) else None

    def close(self) -> None:
        for adapter in self._opened:
            adapter.close()
        self.sandbox.stop()


class ZendeskByTokenHouse(ZendeskHouse):
    """The same account, signed in to by an API token."""

    def open(self, *, url: str | None = None, **changed: Any) -> Adapter:
        by_token = {"oauth": None, "email": self._desk.email, "token": self._desk.token}
        return super().open(url=url, **(by_token | changed))
