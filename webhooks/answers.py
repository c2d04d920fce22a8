"""How is an answer over HTTP worded?

Promise: JSON with one sentence for people; no traceback, no secret, nothing of a customer's.
"""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Response


def words(status: int, text: str) -> Response:
    """A calm answer."""
    return Response(_body(text), status=status, mimetype="application/json")


@lru_cache(maxsize=64)  # nearly every answer is "stored"
def _body(text: str) -> str:
    return json.dumps({"message": text}, ensure_ascii=False) + "\n"
