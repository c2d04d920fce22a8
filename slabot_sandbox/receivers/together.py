"""How do the receivers share one address?

Promise: each has a path of its own below it, and its own faults and entries in the journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from slabot.clock import Clock
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.journal import Journal
from slabot_sandbox.receivers import heartbeat, pagerduty, webhooks
from slabot_sandbox.receivers.answers import gated
from slabot_sandbox.receivers.heartbeat import HeartbeatStandIn
from slabot_sandbox.receivers.pagerduty import PagerDutyStandIn
from slabot_sandbox.receivers.webhooks import ReceiverStandIn

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Receivers:
    """PagerDuty, a receiver of webhooks and a heartbeat, at one address.

    Attributes:
        app: all of them, as one WSGI application.
    """

    def __init__(self, *, clock: Clock, journal: Journal, faults: FaultBook, control: WSGIApplication) -> None:
        """Nothing was told to anybody yet."""
        self.pagerduty = PagerDutyStandIn(journal)
        self.receiver = ReceiverStandIn(clock, journal)
        self.heartbeat = HeartbeatStandIn(clock, journal)
        mounted: dict[str, WSGIApplication] = {
            module.PATH: gated(
                stand_in.inner,
                service=module.SERVICE,
                endpoint=module.endpoint_of,
                clock=clock,
                journal=journal,
                faults=faults,
                control=control,
            )
            for module, stand_in in (
                (pagerduty, self.pagerduty),
                (webhooks, self.receiver),
                (heartbeat, self.heartbeat),
            )
        }
        self.app: WSGIApplication = DispatcherMiddleware(control, mounted)

    def listen_at(self, url: str) -> None:
        """Say where all of them are."""
        self.pagerduty.url = f"{url}{pagerduty.PATH}"
        self.receiver.url = f"{url}{webhooks.PATH}/pages"
        self.heartbeat.url = f"{url}{heartbeat.PATH}/beat"
