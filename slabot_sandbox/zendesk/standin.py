"""Stand in for Zendesk: an account with an address, credentials, people, switches and state."""

from __future__ import annotations

from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.zendesk import directory_routes, setup_routes, ticket_routes
from slabot_sandbox.zendesk.account import SERVICE, ZendeskAccount
from slabot_sandbox.zendesk.application import build, without_suffix
from slabot_sandbox.zendesk.auth import ZendeskGuard
from slabot_sandbox.zendesk.automations import ZendeskAutomations
from slabot_sandbox.zendesk.export import Exports
from slabot_sandbox.zendesk.limits import ZendeskLimits, ZendeskRateLimits
from slabot_sandbox.zendesk.oauth import OAuth
from slabot_sandbox.zendesk.people import ZendeskPeople
from slabot_sandbox.zendesk.refusals import ZendeskRefusals
from slabot_sandbox.zendesk.updates import UpdateRules
from slabot_sandbox.zendesk.webhooks import ZendeskWebhooks

BOT = "bot@acme.example"
TOKEN = "sandbox-zendesk-token"  # known to everybody, good for nothing else
CLIENT_ID = "slabot_sandbox"
CLIENT_SECRET = "sandbox-zendesk-client-secret"  # as well known as the token
SECRET = "sandbox-zendesk-webhook-secret"
PUBLIC = "https://acme.zendesk.example"  # the address that objects name as their own


class ZendeskStandIn(StandIn):
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

    service = SERVICE
    refusals = ZendeskRefusals()
    email = BOT
    token = TOKEN
    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    webhook_secret = SECRET

    def __init__(self, shared: Shared, limits: ZendeskLimits | None = None) -> None:
        """An empty account."""
        self.account = ZendeskAccount(shared, base=PUBLIC, bot_email=BOT)
        self.lock = self.account.lock
        self.oauth = OAuth(shared.clock)
        self.oauth.add_client(CLIENT_ID, CLIENT_SECRET, BOT)
        self.guard = ZendeskGuard(self.account, self.oauth, token=TOKEN)
        self.limits = ZendeskRateLimits(shared.clock, limits or ZendeskLimits())
        self.exports = Exports(self.account)
        self.automations = ZendeskAutomations(self.account, shared.scheduler)
        self.webhooks = ZendeskWebhooks(self.account, shared.scheduler)
        self.people = ZendeskPeople(self.account)
        self.rules = UpdateRules()
        routes = build(self)
        for module in (ticket_routes, directory_routes, setup_routes):
            module.add(routes, self)
        self.inner = without_suffix(routes.app)
        self.offered = tuple(sorted(routes.offered))

    def close(self) -> None:
        """Close the connections of webhooks."""
        self.webhooks.close()
