"""Where are the services that slabot talks to, and which environment variables hold their secrets?

Promise: no secret stands in the file; an address that is not encrypted is accepted for this machine only.
"""

from __future__ import annotations

import ipaddress
import re
from enum import Enum
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from slabot.domain import Category
from slabot.policy.addresses import (
    LISTEN,
    channel_name,
    freshdesk_domain,
    host_in,
    listening,
    network,
    store_url,
    subdomain,
)
from slabot.policy.base import Part
from slabot.policy.languages import ENGLISH, LanguageName
from slabot.policy.scalars import Beginnings, CategoryName, EnvironmentName, Text, one_or_many, refuse
from slabot.policy.secrets import in_address

ZENDESK_STATUSES = {
    "new": Category.OPEN,
    "open": Category.PENDING,
    "pending": Category.WAITING_ON_CUSTOMER,
    "hold": Category.WAITING_ON_THIRD_PARTY,
    "solved": Category.SOLVED,
    "closed": Category.CLOSED,
}
FRESHDESK_STATUSES = {
    "2": Category.OPEN,
    "3": Category.PENDING,
    "4": Category.SOLVED,
    "5": Category.CLOSED,
    "Waiting on Customer": Category.WAITING_ON_CUSTOMER,
    "Waiting on Third Party": Category.WAITING_ON_THIRD_PARTY,
}


def _without_secret(value: str, variable: str) -> str:
    if found := in_address(value):
        raise refuse("secret-in-file", f"this address holds {found}", variable)
    return value


def _address(value: str) -> str:
    parts = urlsplit(
        _without_secret(value, "write the address alone, and name the secret's variable in a setting _env")
    )
    if parts.scheme == "https" and parts.hostname:
        return value.rstrip("/")
    if parts.scheme == "http" and parts.hostname and is_loopback(parts.hostname):
        return value.rstrip("/")
    raise refuse(
        "bad-address",
        f'"{value}" is no address that a token may be sent to',
        "use https://…; plain http is accepted for 127.0.0.1, ::1 and localhost only",
    )


def is_loopback(host: str) -> bool:
    """True if a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(value: str) -> str:
    if not value.replace("-", "").replace(".", "").isalnum() or not value.isascii():
        raise refuse(
            "bad-address",
            f'"{value}" is no host name',
            f"write the name alone: {host_in(value) or 'smtp.acme.example'}",
        )
    return value.lower()


Network = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(network)]
Address = Annotated[Text, AfterValidator(_address)]
HostName = Annotated[Text, AfterValidator(_host)]
SecretNames = Annotated[tuple[EnvironmentName, ...], BeforeValidator(one_or_many)]
"""Variables whose secrets are all taken: the current one, then the one that is being replaced."""


_SCOPE = re.compile(r"[a-z_]+(?::[a-z_]+)?")


def _scope(value: str) -> str:
    scopes = value.split()
    if not scopes or not all(_SCOPE.fullmatch(each) for each in scopes):
        raise refuse(
            "bad-scope", f'"{value}" is no list of scopes', 'write them with spaces between: scope: "read write"'
        )
    return " ".join(scopes)


class LateReply(Enum):
    """What a customer's reply does that comes after a ticket was closed."""

    NEW_TICKET = "new_ticket"
    """It becomes a ticket of its own, which follows the closed one."""
    SAME_TICKET = "same_ticket"
    """It opens the closed ticket again."""


class Auth(Part):
    """Sign-in by OAuth client credentials."""

    client_id_env: EnvironmentName
    client_secret_env: EnvironmentName
    scope: Annotated[Text, AfterValidator(_scope)] = "read write"


class Zendesk(Part):
    """A Zendesk account. `auth` wins where `email` and `token_env` are given as well."""

    late_reply: ClassVar[LateReply] = LateReply.NEW_TICKET

    kind: Literal["zendesk"]
    subdomain: Annotated[Text, AfterValidator(subdomain)]
    auth: Auth | None = None
    email: Text | None = None
    token_env: EnvironmentName | None = None
    webhook_secret_env: SecretNames = ()
    base_url: Address | None = None
    language: LanguageName = ENGLISH
    statuses: dict[str, CategoryName] = Field(default_factory=lambda: dict(ZENDESK_STATUSES))

    @property
    def url(self) -> str:
        """The account's address, without a slash at the end."""
        return self.base_url or f"https://{self.subdomain}.zendesk.com"


MERGED = ("This ticket is closed and merged into ticket",)
"""How the note begins that Freshdesk leaves on a merged ticket, in an account whose language is English."""


def _in_our_hands(value: Category) -> Category:
    if value not in (Category.OPEN, Category.PENDING):
        raise refuse("bad-value", f"a ticket in Open is not {value.words}", "write pending, or leave it out")
    return value


class Freshdesk(Part):
    """A Freshdesk account.

    Attributes:
        merge_words: how the note begins that Freshdesk leaves on a merged ticket, in the account's language.
        open_with_assignee: what the status Open stands for where an agent has the ticket; None for the same as without.
    """

    late_reply: ClassVar[LateReply] = LateReply.SAME_TICKET

    kind: Literal["freshdesk"]
    domain: Annotated[Text, AfterValidator(freshdesk_domain)]
    token_env: EnvironmentName
    webhook_secret_env: SecretNames = ()
    base_url: Address | None = None
    language: LanguageName = ENGLISH
    statuses: dict[str, CategoryName] = Field(default_factory=lambda: dict(FRESHDESK_STATUSES))
    merge_words: Annotated[Beginnings, Field(min_length=1)] = MERGED
    open_with_assignee: Annotated[CategoryName, AfterValidator(_in_our_hands)] | None = None

    @property
    def url(self) -> str:
        """The account's address, without a slash at the end."""
        return self.base_url or f"https://{self.domain}"


Helpdesk = Annotated[Zendesk | Freshdesk, Field(discriminator="kind")]


class Slack(Part):
    """The Slack workspace that is told."""

    token_env: EnvironmentName
    signing_secret_env: SecretNames = ()
    app_token_env: EnvironmentName | None = None
    channel: Annotated[Text, AfterValidator(channel_name)]
    api_url: Address | None = None


def _store_address(value: str) -> str:
    return _without_secret(value, "put it into a variable: url_env: DATABASE_URL")


class StoreSettings(Part):
    """Where slabot keeps its state."""

    url: Annotated[Text, AfterValidator(_store_address), AfterValidator(store_url)] | None = None
    url_env: EnvironmentName | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> StoreSettings:
        if (self.url is None) == (self.url_env is None):
            raise refuse(
                "store-address", "the store needs url or url_env, one of them", 'write url: "sqlite:///slabot.db"'
            )
        return self


class Web(Part):
    """Where slabot listens."""

    listen: Annotated[Text, BeforeValidator(listening)] = LISTEN
    public_url: Address | None = None
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(one_or_many)] = ()
