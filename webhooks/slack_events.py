"""What is answered when Slack tells that something has happened?

Promise: at once, so that Slack does not tell it again; what is told again all the same is done once. What slabot did
not ask for is taken note of.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from slabot.channels.slack.events import parse_event
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
    """Verify and answer; Slack's question whether slabot listens here is answered too."""
    return slack_requests.answer(parts, secret, headers, body, lambda raw: interactions.handle_event(parse_event(raw)))
