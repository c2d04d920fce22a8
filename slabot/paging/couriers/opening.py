"""Which couriers does a policy ask for, and where are their secrets?

Promise: a courier is made for what the policy names and for nothing else; secrets are asked for by name and handed on.
"""

from __future__ import annotations

from collections.abc import Callable

from slabot.clock import Clock
from slabot.paging.couriers.dispatch import Courier
from slabot.paging.couriers.mail import MailCourier, MailSettings
from slabot.paging.couriers.pagerduty import PagerDutyCourier, PagerDutySettings
from slabot.paging.couriers.webhook import WebhookCourier, WebhookSettings
from slabot.policy import DestinationKind, Mail, OutgoingWebhook, Policy

Secret = Callable[[str, str], str]


def open_couriers(policy: Policy, secret: Secret, clock: Clock) -> dict[DestinationKind, Courier]:
    """The couriers of a policy, by the kind of destination; a part whose secret is missing is left out.

    Args:
        policy: as it was read.
        secret: gives the value of an environment variable, or "" and notes that the setting's variable is not set.
        clock: of the process.

    Raises:
        SettingError: an address or login that cannot be used.
        TokenError: a secret that cannot be one.
    """
    opened: dict[DestinationKind, Courier] = {}
    if policy.email is not None:
        mail = _mail(policy.email, secret)
        if mail is not None:
            opened[DestinationKind.EMAIL] = MailCourier(mail, clock)
    keys = {
        name: (service, secret(service.routing_key_env, f"pagerduty.{name}.routing_key_env"))
        for name, service in policy.pagerduty.items()
    }
    services = {
        name: PagerDutySettings(routing_key=key, api_url=service.api_url)
        for name, (service, key) in keys.items()
        if key
    }
    if services:
        opened[DestinationKind.PAGERDUTY] = PagerDutyCourier(services, clock)
    receivers = {
        name: found
        for name, webhook in policy.outgoing_webhooks.items()
        if (found := _webhook(name, webhook, secret)) is not None
    }
    if receivers:
        opened[DestinationKind.WEBHOOK] = WebhookCourier(receivers, clock)
    return opened


def _mail(mail: Mail, secret: Secret) -> MailSettings | None:
    username = password = None
    if mail.username_env is not None and mail.password_env is not None:
        username = secret(mail.username_env, "email.username_env")
        password = secret(mail.password_env, "email.password_env")
        if not username or not password:
            return None
    return MailSettings(
        host=mail.host,
        port=mail.port,
        sender=mail.from_,
        encryption=mail.tls,
        username=username,
        password=password,
    )


def _webhook(name: str, webhook: OutgoingWebhook, secret: Secret) -> WebhookSettings | None:
    where = f"outgoing_webhooks.{name}"
    url = webhook.url or secret(webhook.url_env or "", f"{where}.url_env")
    key = secret(webhook.secret_env, f"{where}.secret_env")
    return WebhookSettings(url=url, secret=key) if url and key else None
