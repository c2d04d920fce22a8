"""Does slabot do its work?

Promise: ready means that the last write to the store was made, every helpdesk was read lately, nothing waits that
should have been sent, and the auditor found nothing; if not, the answer says which, and since when. Asking changes
nothing. The auditor writes each minute, so a store that can no longer be written is noticed without being asked.
"""

from __future__ import annotations

import json

from flask import Response

from slabot.domain import SlabotError
from slabot.runtime import Parts
from slabot.runtime.audit.condition import audit_trouble, troubles


def findings(parts: Parts) -> list[str]:
    """What is not in order, in words."""
    now = parts.now()
    if parts.store.failing is not None:
        return [parts.store.failing]
    try:
        found = parts.store.read(lambda conn: troubles(conn, parts, now))
        audited = parts.store.read(lambda conn: audit_trouble(conn, parts, now))
    except SlabotError as error:
        return [str(error)]
    return [*parts.company.findings(), *(trouble.text for trouble in found), *audited]


def ready(parts: Parts) -> Response:
    """200 if everything is in order, 503 and the reasons if not."""
    found = findings(parts)
    body = {"ready": not found, "findings": found}
    return Response(
        json.dumps(body, ensure_ascii=False) + "\n", status=503 if found else 200, mimetype="application/json"
    )
