"""Read the policy's receivers of webhooks, and check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slabot.channels.settings import Secret, secret_text, web_receiver
from slabot.policy import OutgoingWebhook


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """A receiver.

    Attributes:
        url: https, or http on this machine; it may hold a secret, so it is shown nowhere.
        secret: what requests are signed with.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)


def receivers_of(policy: Mapping[str, OutgoingWebhook], secret: Secret) -> dict[str, WebhookSettings]:
    """The receivers of a policy whose variables are set, by name."""
    found = {}
    for name, webhook in policy.items():
        where = f"outgoing_webhooks.{name}"
        url = webhook.url or secret(webhook.url_env or "", f"{where}.url_env")
        key = secret(webhook.secret_env, f"{where}.secret_env")
        if url and key:
            found[name] = WebhookSettings(url=url, secret=key)
    return found


def checked(name: str, receiver: WebhookSettings) -> WebhookSettings:
    """The settings of a receiver.

    Raises:
        SettingError: an address that cannot be used.
        TokenError: a secret that cannot be one.
    """
    secret = secret_text(receiver.secret, f"the secret of the webhook {name}", "It is one word of your own.")
    return WebhookSettings(url=web_receiver(receiver.url, f"outgoing_webhooks.{name}.url"), secret=secret)
