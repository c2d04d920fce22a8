"""Stand in for Freshdesk: an account with an address, credentials, people, switches and state."""

from __future__ import annotations

from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.freshdesk import directory_routes, ticket_routes
from slabot_sandbox.freshdesk.account import SERVICE, FreshdeskAccount
from slabot_sandbox.freshdesk.application import build
from slabot_sandbox.freshdesk.auth import FreshdeskGuard
from slabot_sandbox.freshdesk.automations import FreshdeskAutomations
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, FreshdeskRateLimits, Plan
from slabot_sandbox.freshdesk.people import FreshdeskPeople
from slabot_sandbox.freshdesk.refusals import FreshdeskRefusals
from slabot_sandbox.freshdesk.search import Search
from slabot_sandbox.freshdesk.webhooks import FreshdeskWebhooks

DOMAIN = "partners.freshdesk.example"  # the address that objects name as their own
BOT = "bot@partners.example"
TOKEN = "sandbox-freshdesk-key"  # known to everybody, good for nothing else
SECRET = "sandbox-freshdesk-webhook-secret"


class FreshdeskStandIn(StandIn):
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

    service = SERVICE
    refusals = FreshdeskRefusals()
    email = BOT
    domain = DOMAIN
    token = TOKEN
    webhook_secret = SECRET

    def __init__(self, shared: Shared, limits: FreshdeskLimits | None = None) -> None:
        """An empty account on the Enterprise plan, unless the limits say otherwise."""
        self.account = FreshdeskAccount(shared, domain=DOMAIN, bot_email=BOT)
        self.lock = self.account.lock
        self.guard = FreshdeskGuard(self.account, key=TOKEN, email=BOT)
        self.limits = FreshdeskRateLimits(shared.clock, limits or FreshdeskLimits.of(Plan.ENTERPRISE))
        self.search = Search(self.account)
        self.automations = FreshdeskAutomations(self.account, shared.scheduler)
        self.webhooks = FreshdeskWebhooks(self.account, shared.scheduler)
        self.people = FreshdeskPeople(self.account)
        routes = build(self)
        for module in (ticket_routes, directory_routes):
            module.add(routes, self)
        self.inner = routes.app
        self.offered = tuple(sorted(routes.offered))

    def close(self) -> None:
        """Close the connections of webhooks."""
        self.webhooks.close()
