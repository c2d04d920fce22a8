"""Ask Slack for the addresses of Socket Mode.

Promise: each address is asked for anew with the app's own token and is good for one connection. Nothing is sent to an
unencrypted address, unless it is on this machine and so is Slack's (a stand-in). The token is never shown.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from slabot.channels.errors import SlackPermanent, TokenError
from slabot.channels.settings import secret_text
from slabot.channels.slack.calls import SlackCalls
from slabot.channels.slack.client import open_client
from slabot.channels.slack.error_codes import CallEffect
from slabot.clock import Clock

METHOD = "apps.connections.open"
REMEDY = (
    "Put an app-level token (xapp-…) with the scope connections:write into the variable that slack.app_token_env "
    "names, turn on Socket Mode in the app's settings, and restart slabot."
)
_LOOKS = "It begins with xapp- and is one word; it is made under Basic Information, App-Level Tokens."


class SocketAddresses:
    """Asks Slack for addresses. Safe to share between threads."""

    def __init__(self, app_token: str, clock: Clock, *, base_url: str | None = None) -> None:
        """Take the app-level token.

        Args:
            app_token: xapp-…
            clock: the port of time.
            base_url: where Slack's methods are, if not at Slack.

        Raises:
            TokenError: what was given cannot be such a token.
        """
        name = "Slack's app-level token"
        token = secret_text(app_token, name, _LOOKS)
        if not token.startswith("xapp-"):
            raise TokenError(f"{name} does not begin with xapp-, so it is another kind of token.", _LOOKS)
        self._calls, self._token = SlackCalls(open_client(token, base_url=base_url), clock), token

    def __repr__(self) -> str:
        """Without the token."""
        return f"SocketAddresses({self._calls.client.base_url})"

    def new(self) -> str:
        """An address for one connection, ``wss://…``.

        Raises:
            SlackRetry: Slack cannot be asked now.
            SlackPermanent: the token is not good for this, or Socket Mode is off.
        """
        answer = self._calls.call(
            METHOD, CallEffect.READ, self._calls.client.apps_connections_open, app_token=self._token
        )
        address = answer.get("url")
        if not isinstance(address, str) or not self._may_connect_to(address):
            raise SlackPermanent(
                method=METHOD,
                code="odd_address",
                why="Slack names no address that slabot would connect to",
                remedy="Check slack.api_url in the policy.",
            )
        return address

    def _may_connect_to(self, address: str) -> bool:
        try:
            parts, ours = urlsplit(address), urlsplit(self._calls.client.base_url)
        except ValueError:
            return False
        if parts.scheme == "wss":
            return bool(parts.hostname)
        return parts.scheme == "ws" and is_this_machine(parts.hostname) and is_this_machine(ours.hostname)


def is_this_machine(host: str | None) -> bool:
    """True for a loopback address."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
