"""How is a request over HTTP read, and its answer worded?

Promise: JSON with one sentence for people; no traceback, no secret, nothing of a customer's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Response

from slabot.runtime.serving.requests import LARGEST_REQUEST
from slabot.store import StoreUnavailable


def words(status: int, text: str) -> Response:
    """A calm answer."""
    return Response(message(text), status=status, mimetype="application/json")


@lru_cache(maxsize=64)  # nearly every answer is "stored"
def message(text: str) -> bytes:
    """The body of a calm answer."""
    return (json.dumps({"message": text}, ensure_ascii=False) + "\n").encode()


def too_large() -> str:
    """To a body that nobody needs."""
    return f"the body is larger than {LARGEST_REQUEST // 1024} KB"


def unavailable(error: StoreUnavailable) -> str:
    """To what should come again."""
    return f"slabot cannot store this now ({error.fault.value}); send it again"


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """A request's headers by their names in small letters; Werkzeug's own mapping takes ten times as long."""
    sent = ((name, value) for name, value in environ.items() if name.startswith("HTTP_"))
    return {name[5:].replace("_", "-").lower(): value for name, value in sent}
