"""What is answered to a slash command?

Promise: within the three seconds that Slack waits, to the asker alone; what takes longer follows by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from slabot.channels.slack.commands import parse_command
from slabot.channels.slack.interactions import SigningSecret
from slabot.runtime import Interactions, Parts
from webhooks import slack_requests


def answer(
    parts: Parts,
    interactions: Interactions,
    secret: SigningSecret | None,
    headers: Mapping[str, str],
    body: bytes,
) -> Response:
    """Verify and answer."""
    return slack_requests.answer(parts, secret, headers, body, lambda raw: interactions.command(parse_command(raw)))
