"""Send a heartbeat, so that somebody outside learns when slabot has stopped or is not in order.

Promise: an address is requested as long as everything agrees; the service there raises the alarm when that stops. A
beat takes five seconds at most, never raises, and shows the address to nobody: it may hold a secret.
"""

from __future__ import annotations

from slabot.channels.http import NotAnswered, request
from slabot.channels.settings import web_receiver
from slabot.domain.sentences import clause

REMEDY = "Check the address in the variable that heartbeat.url_env names."


class Heartbeat:
    """One address that is requested."""

    def __init__(self, url: str) -> None:
        """Send nothing yet.

        Raises:
            SettingError: no web address, or one that is not encrypted and not this machine's.
        """
        self._url = web_receiver(url, "heartbeat.url_env")

    def __repr__(self) -> str:
        """Without the address."""
        return "Heartbeat(…)"

    def beat(self) -> str | None:
        """Send it once; None if it was received, else why not."""
        try:
            answer = request("GET", self._url)
        except NotAnswered as lost:
            return f"the heartbeat was not heard: {clause(lost.loss.value)}. {REMEDY}"
        if 200 <= answer.status < 300:
            return None
        return f"the heartbeat was not heard: HTTP {answer.status}. {REMEDY}"
