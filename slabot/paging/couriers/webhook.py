"""How does a page reach a receiver of the user's own?

Promise: one POST of JSON, signed with a secret that only the receiver knows. Whoever checks the signature knows that
slabot sent exactly these bytes, and when. The body's form is versioned: names are added, never changed.

The form is described in docs/couriers.md, with an example of how to check a signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from slabot.clock import Clock
from slabot.domain import utc
from slabot.paging.couriers import words
from slabot.paging.couriers.addresses import header_text, web_receiver
from slabot.paging.couriers.body import Json, body_of, notice_body
from slabot.paging.couriers.dispatch import Dispatch, Notice
from slabot.paging.couriers.posting import Answered, NotAnswered, request
from slabot.paging.errors import SendError, SendOutcomeUnknown, SendPermanent, SendRetry
from slabot.paging.slack_calls import secret_text
from slabot.paging.slack_errors import WAIT, wait_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """A receiver.

    Attributes:
        url: https, or http on this machine; it may hold a secret, so it is shown nowhere.
        secret: what requests are signed with.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)


class WebhookCourier:
    """Posts pages to receivers. Safe to share between threads."""

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
        self._receivers = {name: _checked(name, receiver) for name, receiver in receivers.items()}

    def __repr__(self) -> str:
        """Without addresses and secrets."""
        return f"WebhookCourier({', '.join(self._receivers)})"

    def send(self, dispatch: Dispatch, to: str) -> None:
        """Post a page, once.

        Raises:
            SendRetry: the receiver was not reached, or takes it not now.
            SendPermanent: the receiver refuses it, or the policy names no such receiver.
            SendOutcomeUnknown: the receiver may have it; send it again as a repeat.
        """
        now = self._clock.now()
        self._post(to, dispatch.key, body_of(dispatch, now), now)

    def tell(self, notice: Notice, to: str) -> None:
        """Post plain words, once; errors as `send`."""
        now = self._clock.now()
        self._post(to, notice.key, notice_body(notice, now), now)

    def _post(self, to: str, key: str, said: Json, now: datetime) -> None:
        receiver = self._receivers.get(to)
        if receiver is None:
            why, remedy = words.unknown_name("webhook", to, "outgoing_webhooks")
            raise SendPermanent(why=why, remedy=remedy)
        body = json.dumps(said, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Slabot-Page": header_text(key),
            **signed(receiver.secret, body, now),
        }
        failed: SendError
        try:
            answer = request("POST", receiver.url, body=body, headers=headers)
        except NotAnswered as lost:
            failed = self._lost(lost, to)
        else:
            if 200 <= answer.status < 300:
                return
            failed = self._refused(answer, to)
        raise failed

    def _lost(self, lost: NotAnswered, to: str) -> SendError:
        why = f"the webhook {to}: {lost.why}"
        if lost.untrusted:
            return SendPermanent(why=why, remedy=words.CHECK_URL)
        if lost.sent:
            return SendOutcomeUnknown(words.in_doubt(why))
        until = utc(self._clock.now()) + WAIT
        return SendRetry(words.later(why, until), until=until)

    def _refused(self, answer: Answered, to: str) -> SendError:
        named = f"the webhook {to}"
        if answer.status in (408, 429) or answer.status >= 500:
            until = utc(self._clock.now()) + wait_of(answer.headers.get("retry-after"))
            said = words.FAILED if answer.status >= 500 else words.NOT_NOW
            return SendRetry(words.later(f"{named}: {said} (HTTP {answer.status})", until), until=until)
        if answer.status < 400:
            why, remedy = words.MOVED
        elif answer.status in (401, 403):
            why, remedy = "it does not accept the signature", words.CHECK_SECRET
        elif answer.status in (404, 405, 410):
            why, remedy = "nothing takes pages at that address", words.CHECK_URL
        else:
            why, remedy = "it does not accept the page", words.ASK_RECEIVER
        return SendPermanent(why=f"{named}: {why} (HTTP {answer.status})", remedy=remedy)


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


def _checked(name: str, receiver: WebhookSettings) -> WebhookSettings:
    secret = secret_text(receiver.secret, f"the secret of the webhook {name}", "It is one word of your own.")
    return WebhookSettings(url=web_receiver(receiver.url, f"outgoing_webhooks.{name}.url"), secret=secret)
