"""What is answered to a click in Slack?

Promise: within the three seconds that Slack waits; what the clicker should know is told to the clicker alone.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Mapping

from flask import Response

from slabot.paging import BadPayload, Click, NotOurs, SigningSecret, SlackError, SlackSender, parse_click
from slabot.runtime import Parts, click
from webhooks.answers import words


def answer(parts: Parts, secret: SigningSecret | None, headers: Mapping[str, str], body: bytes) -> Response:
    """Verify, do what was clicked, and answer."""
    if secret is None:
        return words(401, "no click is believed, because the policy names no slack.signing_secret_env")
    refused = secret.refusal(headers, body, parts.clock.now())
    if refused is not None:
        return words(401, refused.why)
    try:
        clicked = parse_click(body)
    except BadPayload as error:
        return words(400, str(error))
    if isinstance(clicked, NotOurs):
        return words(200, clicked.why)
    said = click(parts, clicked).text
    if said and parts.sender is not None:
        # Slack waits three seconds for this answer; telling the clicker is a call of its own.
        threading.Thread(target=_whisper, args=(parts.sender, clicked, said), daemon=True).start()
    return Response(json.dumps({}), mimetype="application/json")


def _whisper(sender: SlackSender, clicked: Click, said: str) -> None:
    with contextlib.suppress(SlackError):  # the page itself shows the truth; only the explanation is missing
        sender.whisper(clicked, said)
