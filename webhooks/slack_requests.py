"""Is this request from Slack, and how is it answered?

Promise: the signature is checked on the raw bytes before anything looks into them: forged and stale requests are 401,
signed ones that say nothing 400.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from flask import Response

from slabot.channels.errors import BadPayload
from slabot.channels.slack.interactions import SigningSecret, asks_for_certificate
from slabot.runtime import Parts, SlackReply
from webhooks.answers import words


def answer(
    parts: Parts,
    secret: SigningSecret | None,
    headers: Mapping[str, str],
    body: bytes,
    act: Callable[[bytes], SlackReply],
) -> Response:
    """Verify a request, do what it asks for, and answer.

    Args:
        parts: of the runtime.
        secret: of the Slack app; None where the policy names none: then nobody is believed.
        headers: as received.
        body: as received.
        act: reads the body and does it; raises `BadPayload` for what is not Slack's.
    """
    if secret is None:
        return words(401, "nothing from Slack is believed here, because the policy names no slack.signing_secret_env")
    refused = secret.refusal(headers, body, parts.clock.now())
    if refused is not None:
        return words(401, refused.why)
    if asks_for_certificate(body):
        return Response(status=200)
    try:
        reply = act(body)
    except BadPayload as error:
        return words(400, str(error))
    # Slack takes an empty answer for "done, and nothing to show".
    if reply.body is None:
        return Response(status=200)
    return Response(json.dumps(dict(reply.body), ensure_ascii=False), mimetype="application/json")
