"""What is the Zendesk stand-in, as one thing?

Promise: one object with an address, credentials, people, switches and state. Usable over HTTP (`url`) and in-process
(`app` is a WSGI application).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slabot.clock import Clock
from slabot_sandbox.agenda import Agenda
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.gate import Gate
from slabot_sandbox.journal import Journal
from slabot_sandbox.zendesk import directory_routes, setup_routes, ticket_routes
from slabot_sandbox.zendesk.account import SERVICE, Account
from slabot_sandbox.zendesk.application import Parts, build, endpoint_of, without_suffix
from slabot_sandbox.zendesk.auth import Guard
from slabot_sandbox.zendesk.automations import Automations
from slabot_sandbox.zendesk.export import Exports
from slabot_sandbox.zendesk.limits import Limits, RateLimits
from slabot_sandbox.zendesk.oauth import OAuth
from slabot_sandbox.zendesk.people import People
from slabot_sandbox.zendesk.refusals import ZendeskRefusals
from slabot_sandbox.zendesk.updates import UpdateRules
from slabot_sandbox.zendesk.webhooks import Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BOT = "bot@acme.example"
TOKEN = "sandbox-zendesk-token"  # known to everybody, good for nothing else
CLIENT_ID = "slabot_sandbox"
CLIENT_SECRET = "sandbox-zendesk-client-secret"  # as well known as the token
SECRET = "sandbox-zendesk-webhook-secret"
PUBLIC = "https://acme.zendesk.example"  # the address that objects name as their own


class ZendeskStandIn:
    """A Zendesk account on the loopback address.

    Attributes:
        account: tickets, users, organisations.
        people: customers and agents, who act here.
        webhooks: subscriptions, and switches to lose, double, delay and reorder deliveries.
        exports: switches of the incremental exports.
        automations: the account's own closing of solved tickets.
        limits: rate limits and the generation of their headers.
        rules: how updates are judged.
        guard: tokens.
        oauth: OAuth clients, and switches of the token endpoint.
    """

    email = BOT
    token = TOKEN
    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    webhook_secret = SECRET

    def __init__(
        self, *, clock: Clock, journal: Journal, agenda: Agenda, seed: int = 1, limits: Limits | None = None
    ) -> None:
        """An empty account."""
        self.url = ""
        self.account = Account(clock, journal, seed=seed, base=PUBLIC, bot_email=BOT)
        self.oauth = OAuth(clock)
        self.oauth.add_client(CLIENT_ID, CLIENT_SECRET, BOT)
        self.guard = Guard(self.account, self.oauth, token=TOKEN)
        self.limits = RateLimits(clock, limits or Limits())
        self.exports = Exports(self.account)
        self.automations = Automations(self.account, agenda)
        self.webhooks = Webhooks(self.account, agenda)
        self.people = People(self.account)
        self.rules = UpdateRules()
        parts = Parts(
            account=self.account,
            guard=self.guard,
            limits=self.limits,
            exports=self.exports,
            webhooks=self.webhooks,
            automations=self.automations,
            people=self.people,
            rules=self.rules,
        )
        app, routes = build(parts)
        ticket_routes.add(routes, parts)
        directory_routes.add(routes, parts)
        setup_routes.add(routes, parts)
        self.inner = without_suffix(app)
        self.offered = tuple(sorted(routes.offered))

    def gate(self, *, clock: Clock, journal: Journal, faults: FaultBook, control: WSGIApplication) -> Gate:
        """The application that the world sees."""
        return Gate(
            self.inner,
            service=SERVICE,
            endpoint=endpoint_of,
            refusals=ZendeskRefusals(),
            clock=clock,
            journal=journal,
            faults=faults,
            lock=self.account.lock,
            control=control,
        )
