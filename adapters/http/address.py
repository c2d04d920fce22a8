"""Where is the helpdesk, and may its secret be sent there?

Promise: an address that is taken is one host, over https; plain http is for this machine only.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.errors import BadSettings

API = "api/v2"


@dataclass(frozen=True, slots=True)
class AccountAddress:
    """Where the helpdesk is: nothing but this host gets credentials.

    Attributes:
        netloc: host, with the port if one is given.
        path: what stands before ``api/v2``, without slashes at its ends; usually empty.
    """

    scheme: str
    netloc: str
    path: str

    @classmethod
    def parse(cls, url: str, *, setting: str, example: str) -> AccountAddress:
        """Read an address; `example` is one that people can write theirs like.

        Raises:
            BadSettings: not http or https, no host, with credentials or a query, or plain http off this machine.
        """
        try:
            parts = urlsplit(url.strip())
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            parts, host = urlsplit(""), ""
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise BadSettings(setting, f'"{url}" is no address', remedy=f"write it like {example}")
        if parts.query or parts.fragment:
            raise BadSettings(setting, "there is a ? or # in the address", remedy="write nothing after the host")
        if parts.scheme == "http" and not _is_loopback(host):
            raise BadSettings(
                setting,
                f"http would send the token to {host} unprotected",
                remedy="write https; http is taken for this machine only",
            )
        return cls(parts.scheme, parts.netloc, parts.path.strip("/"))

    @property
    def is_loopback(self) -> bool:
        """True for this machine itself."""
        return _is_loopback(urlsplit(f"//{self.netloc}").hostname or "")

    @property
    def api(self) -> str:
        """The path before the endpoint's own, without slashes at its ends."""
        return f"{self.path}/{API}" if self.path else API

    @property
    def root(self) -> str:
        """The address without a slash at its end."""
        return f"{self.scheme}://{self.netloc}" + (f"/{self.path}" if self.path else "")

    def url(self, endpoint: str) -> str:
        """The full address of an endpoint: ``tickets/4711``."""
        return f"{self.scheme}://{self.netloc}/{self.api}/{endpoint}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
