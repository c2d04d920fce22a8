"""Read the policy's PagerDuty services, and check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slabot.channels.settings import Secret, secret_text, web_receiver
from slabot.policy import PagerDuty


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDutySettings:
    """A service of PagerDuty.

    Attributes:
        routing_key: of its Events API v2 integration.
        api_url: None for PagerDuty itself; its European region, say, or a stand-in.
    """

    routing_key: str = field(repr=False)
    api_url: str | None = None


def services_of(policy: Mapping[str, PagerDuty], secret: Secret) -> dict[str, PagerDutySettings]:
    """The services of a policy whose key is set, by name."""
    keys = {
        name: secret(service.routing_key_env, f"pagerduty.{name}.routing_key_env") for name, service in policy.items()
    }
    return {
        name: PagerDutySettings(routing_key=keys[name], api_url=service.api_url)
        for name, service in policy.items()
        if keys[name]
    }


def checked(name: str, service: PagerDutySettings) -> PagerDutySettings:
    """The settings of a service.

    Raises:
        SettingError: an address that cannot be used.
        TokenError: an integration key that cannot be one.
    """
    if service.api_url is not None:
        web_receiver(service.api_url, f"pagerduty.{name}.api_url")
    key = secret_text(service.routing_key, f"the integration key of PagerDuty ({name})", "It has 32 characters.")
    return PagerDutySettings(routing_key=key, api_url=service.api_url)
