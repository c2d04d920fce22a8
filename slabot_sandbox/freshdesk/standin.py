"""What is the Freshdesk stand-in, as one thing?

Promise: one object with an address, credentials, people, switches and state. Usable over HTTP (`url`) and in-process
(`inner` is a WSGI application).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slabot.clock import Clock
from slabot_sandbox.agenda import Agenda
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.freshdesk import directory_routes, ticket_routes
from slabot_sandbox.freshdesk.account import SERVICE, Account
from slabot_sandbox.freshdesk.application import Parts, build, endpoint_of
from slabot_sandbox.freshdesk.auth import Guard
from slabot_sandbox.freshdesk.automations import Automations
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, Plan, RateLimits
from slabot_sandbox.freshdesk.people import People
from slabot_sandbox.freshdesk.refusals import FreshdeskRefusals
from slabot_sandbox.freshdesk.search import Search
from slabot_sandbox.freshdesk.webhooks import Webhooks
from slabot_sandbox.gate import Gate
from slabot_sandbox.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DOMAIN = "partners.freshdesk.example"  # the address that objects name as their own
BOT = "bot@partners.example"
TOKEN = "sandbox-freshdesk-key"  # known to everybody, good for nothing else
SECRET = "sandbox-freshdesk-webhook-secret"


class FreshdeskStandIn:
    """A Freshdesk account on the loopback address.

    Attributes:
        account: tickets, agents, contacts, statuses, fields.
        people: customers and agents, who act here.
        webhooks: automation rules, and switches to lose, double, delay, reorder and defer deliveries.
        automations: rules that close and escalate, off at first.
        search: the index; its lag can be set.
        limits: the limits of the account's plan.
        guard: API keys.
    """

    email = BOT
    domain = DOMAIN
    token = TOKEN
    webhook_secret = SECRET

    def __init__(
        self, *, clock: Clock, journal: Journal, agenda: Agenda, seed: int = 1, limits: FreshdeskLimits | None = None
    ) -> None:
        """An empty account on the Enterprise plan, unless the limits say otherwise."""
        self.url = ""
        self.account = Account(clock, journal, seed=seed, domain=DOMAIN, bot_email=BOT)
        self.guard = Guard(self.account, key=TOKEN, email=BOT)
        self.limits = RateLimits(clock, limits or FreshdeskLimits.of(Plan.ENTERPRISE))
        self.search = Search(self.account)
        self.automations = Automations(self.account, agenda)
        self.webhooks = Webhooks(self.account, agenda)
        self.people = People(self.account)
        parts = Parts(account=self.account, guard=self.guard, limits=self.limits, search=self.search)
        self.inner, routes = build(parts)
        ticket_routes.add(routes, parts)
        directory_routes.add(routes, parts)
        self.offered = tuple(sorted(routes.offered))

    def gate(self, *, clock: Clock, journal: Journal, faults: FaultBook, control: WSGIApplication) -> Gate:
        """The application that the world sees."""
        return Gate(
            self.inner,
            service=SERVICE,
            endpoint=endpoint_of,
            refusals=FreshdeskRefusals(),
            clock=clock,
            journal=journal,
            faults=faults,
            lock=self.account.lock,
            control=control,
        )
