"""By which ways do pages leave besides Slack?

Promise: no secret stands in the file; an address that is not encrypted is accepted for this machine only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictInt, model_validator

from slabot.policy.base import Part
from slabot.policy.connections import Address, HostName, is_loopback
from slabot.policy.scalars import EnvironmentName, Text, refuse


class Encryption(StrEnum):
    """How the connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Mail(Part):
    """The mail server that takes pages by e-mail."""

    host: HostName
    port: Annotated[StrictInt, Field(ge=1, le=65535)] = 587
    from_: Text = Field(alias="from")
    username_env: EnvironmentName | None = None
    password_env: EnvironmentName | None = None
    tls: Encryption = Encryption.STARTTLS

    @model_validator(mode="after")
    def _protected(self) -> Mail:
        if self.tls is Encryption.NONE and not is_loopback(self.host):
            raise refuse(
                "bad-address",
                f'"{self.host}" would get pages unencrypted',
                "write tls: starttls or tls: tls; none is accepted for this machine only",
            )
        if (self.username_env is None) != (self.password_env is None):
            raise refuse("mail-login", "a login needs username_env and password_env, both", "give both, or neither")
        return self


class PagerDuty(Part):
    """A service of PagerDuty, by its integration key for Events API v2."""

    routing_key_env: EnvironmentName
    api_url: Address | None = None


class OutgoingWebhook(Part):
    """An address of yours that gets pages as signed JSON."""

    url: Address | None = None
    url_env: EnvironmentName | None = None
    secret_env: EnvironmentName

    @model_validator(mode="after")
    def _one_of_both(self) -> OutgoingWebhook:
        if (self.url is None) == (self.url_env is None):
            raise refuse("webhook-address", "a webhook needs url or url_env, one of them", "write url: https://…")
        return self


class HeartbeatSettings(Part):
    """An address that is asked for each minute as long as everything is in order; it tells people when that stops."""

    url_env: EnvironmentName
