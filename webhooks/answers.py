"""How is an answer over HTTP worded?

Promise: JSON with one sentence for people; no traceback, no secret, nothing of a customer's.
"""

from __future__ import annotations

import json

from flask import Response


def words(status: int, text: str) -> Response:
    """A calm answer."""
    return Response(
        json.dumps({"message": text}, ensure_ascii=False) + "\n", status=status, mimetype="application/json"
    )
