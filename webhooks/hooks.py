"""What is answered to a helpdesk's webhook?

Promise: 401 for what is not signed, 400 for what says nothing, 404 for a helpdesk that the policy does not name;
200 once it is stored, whether it came before or not.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from slabot.runtime import BadHook, BadSignature, Intake, UnknownHelpdesk
from webhooks.answers import words


def answer(intake: Intake, name: str, headers: Mapping[str, str], body: bytes) -> Response:
    """Take a delivery in and answer it."""
    try:
        fresh = intake.accept(name, headers, body)
    except UnknownHelpdesk:
        return words(404, "the policy names no such helpdesk; the address ends with the helpdesk's name in the file")
    except BadSignature as error:
        return words(401, str(error))
    except BadHook as error:
        return words(400, str(error))
    return words(200, "stored" if fresh else "it came before; nothing was done")
