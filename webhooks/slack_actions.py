"""What is answered to a click in Slack, or to a dialog?

Promise: within the three seconds that Slack waits; what the clicker should know is told to the clicker alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from slabot.channels.slack.interactions import SigningSecret, form_payload
from slabot.runtime import Interactions, Parts
from webhooks import slack_requests


def answer(
    parts: Parts,
    interactions: Interactions,
    secret: SigningSecret | None,
    headers: Mapping[str, str],
    body: bytes,
) -> Response:
    """Verify, do what was asked for, and answer."""
    return slack_requests.answer(parts, secret, headers, body, lambda raw: interactions.interaction(form_payload(raw)))
