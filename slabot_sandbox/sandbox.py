"""Start and stop all the stand-ins of one sandbox, on one clock.

Promise: on the wall clock a thread does what is due; on a stepped clock nothing happens by itself, and `deliver_due` is
for the driver's drain.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from slabot.clock import Clock, SteppedClock, SystemClock
from slabot_sandbox import control
from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.errors import SandboxError, SwitchError
from slabot_sandbox.freshdesk.limits import FreshdeskLimits
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn
from slabot_sandbox.heartbeat.standin import HeartbeatStandIn
from slabot_sandbox.journal import Did
from slabot_sandbox.loading import Accounts, LoadReport, load
from slabot_sandbox.middleware import CONTROL, Middleware
from slabot_sandbox.model.standin import ModelStandIn
from slabot_sandbox.pagerduty.standin import PagerDutyStandIn
from slabot_sandbox.proxy import Asked, FaultyProxy, InForce, Rule, RuleBook
from slabot_sandbox.server import LOOPBACK, Serving
from slabot_sandbox.slack.limits import SlackLimits
from slabot_sandbox.slack.standin import SlackStandIn
from slabot_sandbox.webhook.standin import WebhookStandIn
from slabot_sandbox.zendesk.limits import ZendeskLimits
from slabot_sandbox.zendesk.standin import ZendeskStandIn

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


SERVICES = ("zendesk", "slack", "freshdesk", "pagerduty", "receiver", "heartbeat", "model")


class Sandbox:
    """Stand-ins for Zendesk, Slack, Freshdesk and other receivers on the loopback address.

        with Sandbox(clock=SteppedClock(start)) as sandbox:
            ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
            ...
            assert sandbox.journal.effects(kind=Did.MESSAGE_POSTED)

    Attributes:
        zendesk, slack, freshdesk: the stand-ins; `.url` once started.
        pagerduty, receiver, heartbeat: whoever else is told; `.url` once started.
        model: a language model; `.url` once started.
        zendesk_app, slack_app, freshdesk_app, receivers_app: the same as WSGI applications, for use in-process.
        faults: what is switched on to go wrong.
        proxy: what stands before the stand-ins, if anything does; their `url` is the proxy's then.
        control_url: where it is driven over HTTP; never through the proxy.
        journal: every call and every effect.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        zendesk_port: int = 0,
        slack_port: int = 0,
        freshdesk_port: int = 0,
        receivers_port: int = 0,
        zendesk_limits: ZendeskLimits | None = None,
        slack_limits: SlackLimits | None = None,
        freshdesk_limits: FreshdeskLimits | None = None,
        proxied: bool = False,
    ) -> None:
        """Port 0 takes a free port. The same seed gives the same ids. `proxied` puts a proxy before every stand-in."""
        self._shared = shared = Shared(clock or SystemClock(), seed=seed)
        self.clock, self.journal, self.faults, self.scheduler = (
            shared.clock,
            shared.journal,
            shared.faults,
            shared.scheduler,
        )
        self.zendesk = ZendeskStandIn(shared, zendesk_limits)
        self.slack = SlackStandIn(shared, slack_limits)
        self.freshdesk = FreshdeskStandIn(shared, freshdesk_limits)
        self.pagerduty = PagerDutyStandIn(shared)
        self.receiver = WebhookStandIn(shared)
        self.heartbeat = HeartbeatStandIn(shared)
        self.model = ModelStandIn(shared)
        shared.control = control.build(self)
        self.zendesk_app = Middleware(self.zendesk, shared)
        self.slack_app = Middleware(self.slack, shared)
        self.freshdesk_app = Middleware(self.freshdesk, shared)
        # They share an address, each with a path below it.
        receivers: tuple[StandIn, ...] = (self.pagerduty, self.receiver, self.heartbeat, self.model)
        self.receivers_app: WSGIApplication = DispatcherMiddleware(
            shared.control, {f"/{one.service}": Middleware(one, shared) for one in receivers}
        )
        self._ports = (zendesk_port, slack_port, freshdesk_port, receivers_port)
        self._serving: list[Serving] = []
        self.proxy = FaultyProxy(RuleBook(self.clock), self._write_down) if proxied else None
        self.control_url = ""

    def start(self) -> Sandbox:
        """Listen from now on.

        Raises:
            SandboxError: a port is taken.
        """
        names = ("zendesk", "slack", "freshdesk", "receivers")
        apps: tuple[WSGIApplication, ...] = (self.zendesk_app, self.slack_app, self.freshdesk_app, self.receivers_app)
        ports = self._ports if self.proxy is None else (0, 0, 0, 0)
        for name, app, port in zip(names, apps, ports, strict=True):
            try:
                serving = Serving(app, port=port, name=name)
            except (OSError, OverflowError) as error:
                self.stop()
                raise SandboxError(
                    f"port {port} cannot be used for the {name} stand-in ({error}); "
                    "choose another one, or 0 for any free one"
                ) from None
            serving.start()
            self._serving.append(serving)
        self.zendesk.url, self.slack.url, self.freshdesk.url, receivers = (serving.url for serving in self._serving)
        self.pagerduty.url = f"{receivers}/{self.pagerduty.service}"
        self.receiver.url = f"{receivers}/{self.receiver.service}/pages"
        self.heartbeat.url = f"{receivers}/{self.heartbeat.service}/beat"
        self.model.url = f"{receivers}/{self.model.service}/v1"
        self.control_url = f"{self.zendesk.url}{CONTROL}"
        if self.proxy is not None:
            self._stand_before(self.proxy.start())
        self.slack.people.response_base = self.slack.url
        if not isinstance(self.clock, SteppedClock):
            self.scheduler.start()
        return self

    def _stand_before(self, proxy: FaultyProxy) -> None:
        """Let the proxy answer at the ports that were asked for, and at three more for the last of the receivers."""
        behind: tuple[StandIn, ...] = (self.zendesk, self.slack, self.freshdesk)
        behind += (self.pagerduty, self.receiver, self.heartbeat, self.model)
        first = self._ports[-1]
        ports = (*self._ports, *(first and first + more for more in (1, 2, 3)))
        for stand_in, port in zip(behind, ports, strict=True):
            parts = urlsplit(stand_in.url)
            try:
                taken = proxy.stand_before(stand_in.service, (LOOPBACK, parts.port or 0), port=port)
            except SandboxError:
                self.stop()
                raise
            stand_in.url = parts._replace(netloc=f"{LOOPBACK}:{taken}").geturl()

    def _write_down(self, rule: Rule, asked: Asked) -> None:
        facts = {"fault": rule.name, "method": asked.method, "path": asked.path}
        self.journal.effect(Did.PROXY_STRUCK, asked.service, by="proxy", **facts)

    def stop(self) -> None:
        """Stop listening; the journal stays readable."""
        self.scheduler.stop()
        if self.proxy is not None:
            self.proxy.stop()
        while self._serving:
            self._serving.pop().stop()
        self.model.close()
        for stand_in in (self.zendesk, self.slack, self.freshdesk):
            stand_in.close()

    def __enter__(self) -> Sandbox:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def deliver_due(self) -> bool:
        """Do what is due by now: webhooks, the account's automations. True if there was anything."""
        return self.scheduler.run_due()

    def misbehave(self, rule: Rule) -> InForce:
        """Let the proxy misbehave like this from now on.

        Raises:
            SwitchError: there is no proxy, or no such service.
        """
        if self.proxy is None:
            raise SwitchError("no proxy stands before the stand-ins; start the sandbox with --proxy")
        if rule.service not in ("*", *SERVICES):
            known = ", ".join(SERVICES)
            raise SwitchError(f'there is no service "{rule.service}"; choose one of: {known}, or * for all')
        return self.proxy.rules.add(rule)

    def connect(self, url: str, helpdesk: str = "acme", *, trigger: bool = False, freshdesk: str = "partners") -> None:
        """Tell the stand-ins where slabot listens: webhooks go to `/hooks/NAME`, Slack to `/slack/...`.

        Args:
            url: slabot's address.
            helpdesk: what slabot's configuration calls the Zendesk account.
            trigger: Zendesk's webhook is called by a trigger, instead of by events.
            freshdesk: what slabot's configuration calls the Freshdesk account.
        """
        base = url.rstrip("/")
        with self.zendesk.account.lock:
            self.zendesk.webhooks.subscribe(
                f"{base}/hooks/{helpdesk}", secret=self.zendesk.webhook_secret, trigger=trigger
            )
        with self.freshdesk.account.lock:
            self.freshdesk.webhooks.subscribe(f"{base}/hooks/{freshdesk}", secret=self.freshdesk.webhook_secret)
        self.slack.people.connect(base)

    def load(self, path: Path | str, *, freshdesk: bool = False) -> LoadReport:
        """Fill the accounts from a file or folder: see `slabot_sandbox.loading`.

        Ticket files go to Zendesk, or to Freshdesk if it says so; recordings go where they were recorded.
        """
        accounts = Accounts(self.zendesk.account, self.zendesk.automations, self.freshdesk.account)
        return load(Path(path), accounts, freshdesk=freshdesk)
