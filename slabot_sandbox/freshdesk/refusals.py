"""How does Freshdesk say no?

Promise: each refusal has the status and the shape of a recording or of Freshdesk's documentation. Where neither tells
the words, the shape is theirs and the words are ours; those are marked below.

    Refused               an answer that is no success; raised by the stand-in, served by its application
"""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from slabot_sandbox.freshdesk.objects import Json
from slabot_sandbox.gate import PAGE_FOR_PEOPLE

RATE_LIMIT_TEXT = "You have exceeded the limit of requests per minute"  # ours: documented for the hour


class Refused(Exception):
    """Freshdesk refuses a request. Without a body the answer is empty."""

    def __init__(self, status: int, body: Json | None = None, headers: dict[str, str] | None = None) -> None:
        """Keep the answer."""
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer to send."""
        if self.body is None:
            return Response(b"", self.status, self.headers, content_type="application/json; charset=utf-8")
        return json_response(self.body, self.status, self.headers)


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(
        json.dumps(body, ensure_ascii=False), status, headers, content_type="application/json; charset=utf-8"
    )


def wrong(field: str, message: str, code: str = "invalid_value", **more: Any) -> Json:
    """One entry of the list of errors."""
    return {"field": field, "message": message, "code": code, **more}


def invalid(*errors: Json) -> Refused:
    """400: these fields may not take these values."""
    return Refused(400, {"description": "Validation failed", "errors": list(errors)})


def bad_json() -> Refused:
    """400: the body is no JSON object."""
    return Refused(400, {"code": "invalid_json", "message": "Request body has invalid json format"})


def not_authenticated() -> Refused:
    """401: no key, or a wrong one."""
    said = "You have to be logged in to perform this action."
    return Refused(401, {"code": "invalid_credentials", "message": said})


def access_denied() -> Refused:
    """403: the agent behind the key may not do this."""
    return Refused(403, {"code": "access_denied", "message": "You are not authorized to perform this action."})


def no_api() -> Refused:
    """403: the plan has no API; the words are ours."""
    said = "The API feature is not supported in your plan. Please upgrade your account to use it."
    return Refused(403, {"code": "require_feature", "message": said})


def not_found() -> Refused:
    """404: there is no such record. The body is empty."""
    return Refused(404)


def not_allowed(method: str, allowed: list[str]) -> Refused:
    """405: the path is there, but not for this method."""
    said = f"{method} method is not allowed. It should be one of these method(s): {', '.join(allowed)}"
    return Refused(405, {"code": "method_not_allowed", "message": said}, {"Allow": ", ".join(allowed)})


def duplicate(field: str, user: int) -> Refused:
    """409: a value that has to be unique is taken."""
    entry = wrong(field, "It should be a unique value", "duplicate_value", additional_info={"user_id": user})
    return Refused(409, {"description": "Validation failed", "errors": [entry]})


def unsupported_type(given: str) -> Refused:
    """415: the body is not declared as JSON; the words are ours."""
    said = f"Content-Type header is set to {given or 'nothing'}. It should be set to application/json"
    return Refused(415, {"code": "invalid_content_type", "message": said})


def rate_limited(retry_after: int, headers: dict[str, str] | None = None) -> Refused:
    """429 with Retry-After."""
    return Refused(429, {"message": RATE_LIMIT_TEXT}, {"Retry-After": str(retry_after), **(headers or {})})


class FreshdeskRefusals:
    """What the gate says for Freshdesk when a fault is switched on."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Response:
        """429 with Retry-After."""
        if text:
            headers = {"Retry-After": str(retry_after)}
            return Response(RATE_LIMIT_TEXT, 429, headers, content_type="text/plain; charset=utf-8")
        return rate_limited(retry_after).response()

    def unavailable(self, retry_after: int) -> Response:
        """503 with Retry-After: maintenance, said to people."""
        return Response(PAGE_FOR_PEOPLE, 503, {"Retry-After": str(retry_after)}, content_type="text/html")

    def broken(self) -> Response:
        """500: a page for people."""
        return Response(PAGE_FOR_PEOPLE, 500, content_type="text/html; charset=utf-8")
