"""Post pages to receivers of the user's own.

Promise: as `slabot.channels.base` has it. One POST of JSON, signed with a secret that only the receiver knows: whoever
checks the signature knows that slabot sent exactly these bytes, and when.

The form is described in docs/channels.md, with an example of how to check a signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from slabot.channels import http
from slabot.channels.errors import SendPermanent
from slabot.channels.one_way import OneWayChannel
from slabot.channels.refusals import unknown_name
from slabot.channels.settings import Secret, header_text
from slabot.channels.webhook.message import body_of
from slabot.channels.webhook.settings import WebhookSettings, checked, receivers_of
from slabot.clock import Clock
from slabot.messages.message import PageMessage, TextMessage
from slabot.policy import Policy

CHECK_URL = "Check the address of the webhook, and whether a proxy stands in between."
MOVED = (
    "it sends slabot on to another address, and slabot does not follow",
    "Put the address where it ends into the policy.",
)
CHECK_SECRET = "Check that the receiver knows the secret that secret_env names, and that its clock is right."
ASK_RECEIVER = "Ask whoever runs the receiver why; its log has the page's id (X-Slabot-Page)."


def open_channel(policy: Policy, secret: Secret, clock: Clock) -> WebhookChannel | None:
    """The channel of a policy; None where it names no receiver whose variables are set.

    Raises:
        SettingError: an address that cannot be used.
        TokenError: a secret that cannot be one.
    """
    receivers = receivers_of(policy.outgoing_webhooks, secret)
    return WebhookChannel(receivers, clock) if receivers else None


class WebhookChannel(OneWayChannel):
    """Signed JSON; the place to send to is the policy's name of a receiver. Safe to share between threads."""

    def __init__(self, receivers: Mapping[str, WebhookSettings], clock: Clock) -> None:
        """Connect to nothing yet.

        Args:
            receivers: by the name that the policy gives them.
            clock: of the process.

        Raises:
            SettingError: an address that cannot be used.
            TokenError: a secret that cannot be one.
        """
        self._clock = clock
        self._receivers = {name: checked(name, receiver) for name, receiver in receivers.items()}

    def __repr__(self) -> str:
        """Without addresses and secrets."""
        return f"WebhookChannel({', '.join(self._receivers)})"

    def send(self, message: PageMessage | TextMessage, to: str) -> None:
        """Post it, once.

        Raises:
            SendRetry: the receiver was not reached, or takes it not now.
            SendPermanent: the receiver refuses it, or the policy names no such receiver.
            SendOutcomeUnknown: the receiver may have it; send it again as a repeat.
        """
        receiver, now = self._receivers.get(to), self._clock.now()
        if receiver is None:
            why, remedy = unknown_name("webhook", to, "outgoing_webhooks")
            raise SendPermanent(why=why, remedy=remedy)
        body = json.dumps(body_of(message, now), separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Slabot-Page": header_text(message.key),
            **signed(receiver.secret, body, now),
        }
        named = http.Receiver(name=f"the webhook {to}", check=CHECK_URL)
        http.post(receiver.url, body, headers, named, _refused, self._clock)


def signed(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers that prove who sent a body, and when.

    Args:
        secret: shared with the receiver.
        body: as it is sent.
        at: the present instant.
    """
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Slabot-Timestamp": timestamp, "X-Slabot-Signature": f"v1={digest}"}


def _refused(answer: http.Answered) -> tuple[str, str]:
    if answer.status < 400:
        return MOVED
    if answer.status in (401, 403):
        return "it does not accept the signature", CHECK_SECRET
    if answer.status in (404, 405, 410):
        return "nothing takes pages at that address", CHECK_URL
    return "it does not accept the page", ASK_RECEIVER
