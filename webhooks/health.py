"""Does slabot do its work?

Promise: ready means that the store can be written, every helpdesk was read lately, nothing waits that should have been
sent, and the auditor found nothing; if not, the answer says which of them, and since when.
"""

from __future__ import annotations

import json

from flask import Response

from slabot.domain import SlabotError
from slabot.runtime import Parts
from slabot.runtime.audit.condition import audit_trouble, troubles
from slabot.store import meta


def findings(parts: Parts) -> list[str]:
    """What is not in order, in words."""
    now = parts.now()
    try:
        parts.store.write(lambda conn: meta.put(conn, "ready_at", now.isoformat()))
        found = parts.store.read(lambda conn: troubles(conn, parts, now))
        audited = parts.store.read(lambda conn: audit_trouble(conn, parts, now))
    except SlabotError as error:
        return [str(error)]
    return [*(trouble.text for trouble in found), *audited]


def ready(parts: Parts) -> Response:
    """200 if everything is in order, 503 and the reasons if not."""
    found = findings(parts)
    body = {"ready": not found, "findings": found}
    return Response(
        json.dumps(body, ensure_ascii=False) + "\n", status=503 if found else 200, mimetype="application/json"
    )
