"""slabot, all its peers, and a proxy before each of them, on a clock that runs faster than the wall's.

Promise: everything is real (store, HTTP, SMTP, threads) but the pace of the clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import requests

from slabot.composition import embedded_app
from slabot.policy import load_policy
from slabot.runtime import Embedded
from slabot.runtime.app import App
from slabot.store import tickets
from slabot_sandbox import Sandbox
from slabot_sandbox.proxy import Spoken
from tests.promises.desks import DESKS, FreshdeskDesk
from tests.promises.matrix import Peer
from tests.promises.paced import PacedClock, paced
from tests.promises.scene import CHANNEL, environment_of, policy_text
from tests.promises.ways import MailWay, PagerDutyWay, SlackWay, WebhookWay
from tests.promises.ways import Way as Heard
from tests.unit.channels.post_office import office

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)

TARGET = 4 * MINUTE  # to answer in
DUE = 30 * SECOND  # a page is due so long after a ticket was asked
FALLBACK = 30 * SECOND  # a page waits so long for its channel
STOPS_IN = 10.0  # real seconds
LOOKS = 2 * SECOND  # between two looks

FIRST_CHANNEL = {Peer.EMAIL: "email", Peer.PAGERDUTY: "pagerduty", Peer.WEBHOOK: "webhook"}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was asked."""

    desk: str
    number: int
    asked_at: datetime

    def __str__(self) -> str:
        return f"{self.desk}/{self.number}"


class World:
    """slabot, all its peers, and the proxy before each of them."""

    def __init__(self, peer: Peer, store_url: str, pace: float) -> None:
        self.clock = PacedClock(MONDAY, pace)
        self.arrived: dict[str, dict[str, datetime]] = {}  # by the way and the page's key, when it was first seen
        self.ready: list[tuple[datetime, bool, list[str]]] = []
        self.first_channel = FIRST_CHANNEL.get(peer, "slack")
        self._store_url, self._undo = store_url, ExitStack()
        self._stopping: threading.Thread | None = None
        self._looked = MONDAY

    def __enter__(self) -> Self:
        enter = self._undo.enter_context
        try:
            enter(paced(self.clock))
            self.sandbox = enter(Sandbox(clock=self.clock, proxied=True))
            assert self.sandbox.proxy is not None
            self.proxy = self.sandbox.proxy
            self.sandbox.slack.workspace.add_channel(CHANNEL)
            self.sandbox.slack.api.limits.posts = None
            post = enter(office())
            behind = ("127.0.0.1", post.port)
            self.mail_port = self.proxy.stand_before("email", behind, spoken=Spoken.MAIL)
            self.ways: dict[str, Heard] = {
                "slack": SlackWay(self.sandbox),
                "email": MailWay(post),
                "pagerduty": PagerDutyWay(self.sandbox),
                "webhook": WebhookWay(self.sandbox),
            }
            self.desks = {desk.name: desk(self.sandbox) for desk in DESKS.values()}
            self.app = self._started()
        except BaseException:
            self._undo.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopping = self.stop()
        self.proxy.stop()  # whatever hangs breaks off
        stopping.join(STOPS_IN)
        self._undo.close()

    def _started(self) -> App[Embedded]:
        sandbox, first = self.sandbox, self.ways[self.first_channel].to
        settings: dict[str, Any] = {}
        for way in self.ways.values():
            settings |= way.settings()
        settings["email"]["port"] = self.mail_port
        zendesk = {
            "kind": "zendesk",
            "subdomain": "acme",
            "auth": {"client_id_env": "ZENDESK_CLIENT_ID", "client_secret_env": "ZENDESK_CLIENT_SECRET"},
            "webhook_secret_env": "ZENDESK_HOOK_SECRET",
            "base_url": sandbox.zendesk.url,
        }
        other = self.ways["email" if self.first_channel == "slack" else "slack"].to
        severity = {"means": "x", "respond_within": f"{TARGET.seconds}s", "calendar": "around_the_clock"}
        text = policy_text(
            {},
            sandbox,
            self._store_url,
            helpdesks={"acme": zendesk, "partners": FreshdeskDesk(sandbox).settings},
            severities={"critical": severity},
            classify={"otherwise": "critical"},
            escalate=[
                {"severity": "critical", "rungs": [{"at": f"{(TARGET - DUE).seconds}s before", "notify": [first]}]}
            ],
            fallback={"after": f"{FALLBACK.seconds}s", "to": [other]},
            heartbeat={"url_env": "HEARTBEAT_URL"},
            **settings,
        )
        environment = environment_of(sandbox) | {"DATABASE_URL": self._store_url}
        app = embedded_app(load_policy(text, "the world"), text, clock=self.clock, environment=environment)
        app.start()
        sandbox.connect(app.url)
        return app

    # -- acts ---------------------------------------------------------------------------------------------------

    def ask(self, desk: str) -> Ticket:
        """A customer asks."""
        return Ticket(desk, self.desks[desk].ask(), self.clock.now())

    def stop(self) -> threading.Thread:
        """Stop slabot, once, in a thread of its own."""
        if self._stopping is None:
            self._stopping = threading.Thread(target=self.app.stop, name="stops slabot", daemon=True)
            self._stopping.start()
        return self._stopping

    def wait(self, until: datetime, done: Callable[[], bool] = lambda: False) -> bool:
        """Look around until then, or until it is done; True if it is."""
        while not (found := done()) and self.clock.now() < until:
            self.look()
            self.clock.elapse(LOOKS)
        self.look()
        return found or done()

    # -- evidence -----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Note what has arrived, and what `/readyz` says."""
        now = self.clock.now()
        for name, way in self.ways.items():
            seen = self.arrived.setdefault(name, {})
            for key in way.came():
                seen.setdefault(key, now)
        if now - self._looked >= 3 * LOOKS:
            self._looked = now
            self.ready.append((now, *self._readyz()))

    def _readyz(self) -> tuple[bool, list[str]]:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(f"{self.app.url}/readyz", timeout=2)
        except requests.RequestException as error:
            return False, [f"/readyz does not answer: {type(error).__name__}"]
        return answer.status_code == 200, list(answer.json()["findings"])

    def paged_at(self, ticket: Ticket, way: str | None = None) -> datetime | None:
        """When somebody was first paged about it, by one way or any."""
        found = [
            at
            for name, seen in self.arrived.items()
            if way in (None, name)
            for key, at in seen.items()
            if key.startswith(f"{ticket}/page/")
        ]
        return min(found, default=None)

    def is_known(self, ticket: Ticket) -> bool:
        """True once slabot has read it."""
        stored = self.app.parts.store.read(lambda conn: tickets.load(conn, ticket.desk, str(ticket.number)))
        return stored is not None

    def hits(self) -> int:
        """How many calls the proxy has hit."""
        return sum(rule.hits for rule in self.proxy.rules.on())

    def is_ready(self) -> bool:
        """True if `/readyz` says so."""
        return bool(self.ready) and self.ready[-1][1]

    def is_well(self) -> bool:
        """True if it is ready, and a heartbeat came after the last time when it was not."""
        if not self.is_ready():
            return False
        last_not = max((at for at, ready, _ in self.ready if not ready), default=MONDAY)
        beats = self.sandbox.heartbeat.beats
        return bool(beats) and beats[-1] > last_not
