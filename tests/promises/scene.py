"""slabot beside its stand-ins, on a clock that jumps: the stage on which each promise is shown.

Promise: real HTTP, the real adapters, a real store; nothing of slabot is replaced. It can be stopped and started
again on the same port and store, as a process would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
import yaml

from slabot.clock import SteppedClock
from slabot.composition import stepped_app
from slabot.policy import load_policy
from slabot.runtime import Parts
from slabot.store import LedgerEvent, ledger, outbox, tickets
from slabot.store.ledger import LedgerRow
from slabot.store.outbox import OutboxRow
from slabot.store.tickets import StoredTicket
from slabot_sandbox import Effect, Sandbox
from tests.fixtures.ports import free_port

CHANNEL = "support-escalations"
AGENT = "maya@acme.example"
PAGES = ("message.posted", "reply.posted")
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))

AGREEMENT: Mapping[str, Any] = {
    "version": 1,
    "calendars": {
        "around_the_clock": {"always": True},
        "support_week": {"time_zone": "Asia/Kolkata", "open": {"mon-fri": ["00:00-24:00"]}},
    },
    "severities": {
        "critical": {"means": "Unusable", "respond_within": "2h", "calendar": "around_the_clock", "priority": "urgent"},
        "medium": {"means": "Partial", "respond_within": "12h", "calendar": "support_week", "priority": "normal"},
    },
    "classify": {
        "rules": [{"name": "Unusable", "severity": "critical", "when": {"text": ["production down"]}}],
        "priorities": {"urgent": "critical", "normal": "medium"},
        "otherwise": "medium",
    },
    "escalate": [
        {"severity": "critical", "rungs": [{"at": "50% used"}, {"at": "75% used"}, {"at": "breach"}]},
        {"severity": "medium", "rungs": [{"at": "1h before"}, {"at": "breach"}]},
    ],
    "waiting": {"mode": "act", "calendar": "support_week"},
    "solved": {"mode": "act"},
    "limits": {"stop_above_percent": 100},
    "start_from": "2026-01-01",
}


def environment_of(sandbox: Sandbox) -> dict[str, str]:
    """The secrets, as slabot finds them."""
    return {
        "ZENDESK_CLIENT_ID": sandbox.zendesk.client_id,
        "ZENDESK_CLIENT_SECRET": sandbox.zendesk.client_secret,
        "ZENDESK_TOKEN": sandbox.zendesk.token,
        "ZENDESK_HOOK_SECRET": sandbox.zendesk.webhook_secret,
        "FRESHDESK_KEY": sandbox.freshdesk.token,
        "FRESHDESK_HOOK_SECRET": sandbox.freshdesk.webhook_secret,
        "SLACK_BOT_TOKEN": sandbox.slack.token,
        "SLACK_SIGNING_SECRET": sandbox.slack.signing_secret,
        "PAGERDUTY_KEY": sandbox.pagerduty.routing_key,
        "WEBHOOK_SECRET": sandbox.receiver.secret,
        "HEARTBEAT_URL": sandbox.heartbeat.url,
        "MODEL_KEY": sandbox.model.key,
    }


def policy_text(helpdesks: Mapping[str, Sandbox], slack: Sandbox, store_url: str, /, **changes: Any) -> str:
    """The agreement above, pointing at stand-ins; ``changes`` replace or (None) take away whole settings."""
    whole: dict[str, Any] = dict(AGREEMENT)
    whole["helpdesks"] = {
        name: {
            "kind": "zendesk",
            "subdomain": name,
            "auth": {"client_id_env": "ZENDESK_CLIENT_ID", "client_secret_env": "ZENDESK_CLIENT_SECRET"},
            "webhook_secret_env": "ZENDESK_HOOK_SECRET",
            "base_url": sandbox.zendesk.url,
        }
        for name, sandbox in helpdesks.items()
    }
    whole["slack"] = {
        "token_env": "SLACK_BOT_TOKEN",
        "signing_secret_env": "SLACK_SIGNING_SECRET",
        "channel": f"#{CHANNEL}",
        "api_url": slack.slack.api_url.rstrip("/"),
    }
    whole["store"] = {"url": store_url} if "@" not in store_url else {"url_env": "DATABASE_URL"}
    whole.update(changes)
    return yaml.safe_dump({name: value for name, value in whole.items() if value is not None}, sort_keys=False)


class Bot:
    """slabot in this process, on the stage's clock."""

    def __init__(
        self, text: str, environment: Mapping[str, str], clock: SteppedClock, port: int, sweep_every: timedelta
    ) -> None:
        policy = load_policy(text, "the test's policy")
        self.app = stepped_app(policy, text, clock=clock, environment=environment, port=port, sweep_every=sweep_every)
        self.app.start()
        self.driven, self.url = self.app.engine, self.app.url

    @property
    def parts(self) -> Parts:
        return self.app.parts

    def stop(self) -> None:
        self.app.stop()


@dataclass
class Scene:
    """The stand-ins, slabot, and the clock that moves them."""

    clock: SteppedClock
    sandbox: Sandbox
    store_url: str
    helpdesks: dict[str, Sandbox]
    changes: dict[str, Any] = field(default_factory=dict)
    bot: Bot | None = None
    port: int = field(default_factory=free_port)
    sweep_every: timedelta = timedelta(minutes=30)  # of the stage's time: a day at the usual pace is 1,440 sweeps

    def start(self, **changes: Any) -> Bot:
        """Start slabot, with these settings changed from now on; ``secrets`` are more environment variables."""
        self.changes |= changes
        settings = {name: value for name, value in self.changes.items() if name != "secrets"}
        text = policy_text(self.helpdesks, self.sandbox, self.store_url, **settings)
        self.bot = Bot(
            text,
            environment_of(self.sandbox) | {"DATABASE_URL": self.store_url, **self.changes.get("secrets", {})},
            self.clock,
            self.port,
            self.sweep_every,
        )
        for name, sandbox in self.helpdesks.items():
            if not sandbox.zendesk.webhooks.all:
                sandbox.connect(self.bot.url, name)
        return self.bot

    def stop(self) -> None:
        """Stop slabot; the stand-ins go on."""
        if self.bot is not None:
            self.bot.stop()
            self.bot = None

    def restart(self, **changes: Any) -> Bot:
        """Stop it and start it again on the same store."""
        self.stop()
        return self.start(**changes)

    @property
    def parts(self) -> Parts:
        assert self.bot is not None
        return self.bot.parts

    def run_until(self, instant: datetime) -> None:
        """Let time pass, jumping from one instant to the next."""
        every = list(dict.fromkeys((self.sandbox, *self.helpdesks.values())))

        def drain() -> bool:
            did = [sandbox.deliver_due() for sandbox in every]
            if self.bot is not None:
                self.clock.waiting("slabot", self.bot.driven.settle())
            else:
                self.clock.waiting("slabot", None)
            due = [sandbox.scheduler.next_instant() for sandbox in every]
            self.clock.waiting("the stand-ins", min((at for at in due if at is not None), default=None))
            return any(did) or any(instant is not None and instant <= self.clock.now() for instant in due)

        self.clock.run_until(instant, drain)

    def run_for(self, span: timedelta) -> None:
        self.run_until(self.clock.now() + span)

    # -- acts ---------------------------------------------------------------------------------------------------

    def ask(self, text: str = "production down", *, who: str = "ana@contoso.example", **more: Any) -> int:
        """A customer asks; the number of the ticket."""
        return self.sandbox.zendesk.people.create_ticket(who, "Help", text, **more)

    def answer(self, ticket: int, text: str = "We are on it.", status: str = "open") -> None:
        self.sandbox.zendesk.people.agent_replies(ticket, AGENT, text, status=status)

    def asks_back(self, ticket: int) -> None:
        self.answer(ticket, "Which version is it?", status="pending")

    def click(self, page: Effect, button: str = "acknowledge", who: str = AGENT) -> int | None:
        return self.sandbox.slack.people.click(page["channel"], page["ts"], f"slabot_{button}", who).status

    def post(self, path: str, body: bytes | str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """A request to slabot as anybody may send one."""
        with requests.Session() as session:
            session.trust_env = False
            return session.post(f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers, timeout=30)

    def get(self, path: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"http://127.0.0.1:{self.port}{path}", timeout=30)

    # -- evidence -----------------------------------------------------------------------------------------------

    def pages(self, ticket: int | None = None, helpdesk: str = "acme") -> list[Effect]:
        """Messages and replies, in order; of one ticket, if it is named."""
        mark = None if ticket is None else f"{helpdesk}/{ticket}/"
        return [
            effect
            for effect in self.sandbox.journal.effects(service="slack")
            if effect.kind in PAGES
            and not _key(effect).startswith("bundle/")
            and (mark is None or _key(effect).startswith(mark))
        ]

    def bundles(self) -> list[Effect]:
        """Messages that announce several pages."""
        effects = self.sandbox.journal.effects(service="slack")
        return [effect for effect in effects if effect.kind in PAGES and _key(effect).startswith("bundle/")]

    def comments(self, ticket: int) -> list[Effect]:
        """Public messages by slabot."""
        return list(self.sandbox.journal.effects(kind="comment.public", by="api", ticket=ticket))

    def writes(self, sandbox: Sandbox | None = None) -> list[Effect]:
        """Everything that slabot did to a helpdesk."""
        return list((sandbox or self.sandbox).journal.effects(service="zendesk", by="api"))

    def status(self, ticket: int) -> str:
        return str(self.sandbox.zendesk.account.tickets[ticket].status)

    def shown(self, ticket: int) -> str:
        """What the page says now."""
        texts = [
            str(effect["text"])
            for effect in self.sandbox.journal.effects(service="slack")
            if effect.kind in ("message.posted", "message.updated") and str(_key(effect)).startswith(f"acme/{ticket}/")
        ]
        return texts[-1] if texts else ""

    def told(self, ticket: int | str, event: LedgerEvent | None = None, helpdesk: str = "acme") -> list[str]:
        """What the ledger says of a ticket."""
        rows = self.parts.store.read(lambda conn: ledger.of_ticket(conn, helpdesk, str(ticket)))
        return [row.text for row in rows if event is None or row.event is event]

    def ledger(self) -> list[LedgerRow]:
        everything = datetime.fromtimestamp(0, self.clock.now().tzinfo)
        return self.parts.store.read(lambda conn: ledger.since(conn, everything))

    def stored(self, ticket: int | str, helpdesk: str = "acme") -> StoredTicket | None:
        return self.parts.store.read(lambda conn: tickets.load(conn, helpdesk, str(ticket)))

    def rows(self, ticket: int | str, helpdesk: str = "acme") -> list[OutboxRow]:
        """The outbox's rows about a ticket."""
        return self.parts.store.read(lambda conn: outbox.of_ticket(conn, helpdesk, str(ticket)))


def _key(effect: Effect) -> str:
    metadata = effect.facts.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("key", ""))


def key_of(page: Effect) -> str:
    """The key that a page carries."""
    return _key(page)


def said(page: Effect) -> str:
    """All that a page says, text and blocks."""
    return str(page["text"]) + json.dumps(page["blocks"], ensure_ascii=False)


def keys(pages: Sequence[Effect]) -> list[str]:
    return [_key(page) for page in pages]


Make = Callable[..., Scene]
