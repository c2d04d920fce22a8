"""What did people get by each way other than Slack, and how does a policy name it?

Promise: read from the stand-ins alone. A way is the same four questions, whatever it is: which settings it needs, whom
a rung notifies, which pages came by it, and what came about slabot itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slabot_sandbox import Sandbox
from tests.promises.scene import CHANNEL, key_of, said
from tests.unit.channels.post_office import PostOffice, office

ABOUT_SLABOT = "alert/"  # how the ids of what is said about slabot itself begin


class Way(ABC):
    """A way by which people are told; ``to`` is how a rung names it."""

    to: str

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What the policy says of it, and the secrets."""

    @abstractmethod
    def came(self) -> dict[str, str]:
        """What came by it, by the id that it carries; text for people."""

    def pages(self, ticket: int) -> list[str]:
        """The rungs of a ticket's pages, in order, with their repetition: ``50% used/0``."""
        mark = f"acme/{ticket}/page/first_response/critical/"
        return [
            key.removeprefix(mark).removesuffix(f"/{self.to}").removesuffix("/to")
            for key in self.came()
            if key.startswith(mark)
        ]

    def about_slabot(self) -> list[str]:
        """What was said about slabot itself."""
        return [text for key, text in self.came().items() if key.startswith(ABOUT_SLABOT)]


class SlackWay(Way):
    to = f"#{CHANNEL}"

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def settings(self) -> dict[str, Any]:
        return {}

    def came(self) -> dict[str, str]:
        posted = self._sandbox.journal.effects(service="slack", by="api")
        return {key_of(effect): said(effect) for effect in posted if effect.kind in ("message.posted", "reply.posted")}


class MailWay(Way):
    to = "email:team@acme.example"

    def __init__(self, post: PostOffice) -> None:
        self._post = post

    def settings(self) -> dict[str, Any]:
        return {"email": {"host": "127.0.0.1", "port": self._post.port, "from": "slabot@acme.example", "tls": "none"}}

    def came(self) -> dict[str, str]:
        return {str(each.mail["X-Slabot-Page"]).strip(): each.mail.get_content() for each in self._post.taken}


class PagerDutyWay(Way):
    to = "pagerduty:main"

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def settings(self) -> dict[str, Any]:
        return {
            "pagerduty": {"main": {"routing_key_env": "PAGERDUTY_KEY", "api_url": self._sandbox.pagerduty.url}},
        }

    def came(self) -> dict[str, str]:
        alerts = self._sandbox.pagerduty.alerts.values()
        return {alert.key: f"{alert.summary} {alert.details}" for alert in alerts}


class WebhookWay(Way):
    to = "webhook:pager"

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def settings(self) -> dict[str, Any]:
        url = f"{self._sandbox.receiver.url}/pager"
        return {"outgoing_webhooks": {"pager": {"url": url, "secret_env": "WEBHOOK_SECRET"}}}

    def came(self) -> dict[str, str]:
        return {str(page["id"]): f"{page['headline']} {page['text']}" for page in self._sandbox.receiver.pages}


OTHERS = ("email", "pagerduty", "webhook")


@contextmanager
def opened(name: str, sandbox: Sandbox) -> Iterator[Way]:
    """The way of that name."""
    ways: Mapping[str, type[SlackWay | PagerDutyWay | WebhookWay]] = {
        "slack": SlackWay,
        "pagerduty": PagerDutyWay,
        "webhook": WebhookWay,
    }
    if name in ways:
        yield ways[name](sandbox)
        return
    with office() as post:
        yield MailWay(post)
