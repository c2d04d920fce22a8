"""How does Zendesk say no?

Promise: each refusal has the status and the body of a recording or of Zendesk's own documentation. Where neither
tells the words, the shape is the recorded one and the words are ours; those are marked below.

    Refused               an answer that is no success; raised by the stand-in, served by its application
"""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from slabot_sandbox.gate import PAGE_FOR_PEOPLE
from slabot_sandbox.zendesk.objects import Json

RATE_LIMIT_TEXT = "Number of allowed API requests per minute exceeded"


class Refused(Exception):
    """Zendesk refuses a request."""

    def __init__(self, status: int, body: Json | str, headers: dict[str, str] | None = None) -> None:
        """Keep the answer."""
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer to send."""
        if isinstance(self.body, str):
            return Response(self.body, self.status, self.headers, content_type="text/plain; charset=utf-8")
        return json_response(self.body, self.status, self.headers)


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(
        json.dumps(body, ensure_ascii=False), status, headers, content_type="application/json; charset=utf-8"
    )


def not_authenticated() -> Refused:
    """401: no credentials, or wrong ones."""
    return Refused(401, {"error": "Couldn't authenticate you"})


def token_not_valid() -> Refused:
    """401: an OAuth token that has ended, was revoked, or never was. The words are OAuth's."""
    said = "The access token provided is expired, revoked, malformed or invalid for other reasons."
    return Refused(401, {"error": "invalid_token", "error_description": said})


def scope_missing(scope: str) -> Refused:
    """403: the OAuth token is not good for this. The words are ours."""
    said = f"You are missing the following required scopes: {scope}"
    return Refused(403, {"error": "Forbidden", "description": said})


def forbidden() -> Refused:
    """403: an agent asks for what only administrators may see."""
    return Refused(
        403,
        {
            "error": "Forbidden",
            "description": "You do not have access to this page. Please contact the account owner of this help "
            "desk for further help.",
        },
    )


def not_found() -> Refused:
    """404: there is no such record, or it is deleted."""
    return Refused(404, {"error": "RecordNotFound", "description": "Not found"})


def update_conflict() -> Refused:
    """409: `safe_update` found that the ticket changed since it was read."""
    return Refused(
        409,
        {
            "error": "UpdateConflict",
            "description": "Safe Update prevented the update due to outdated ticket data. Please fetch the latest "
            "ticket data and try again.",
        },
    )


def invalid(**details: str) -> Refused:
    """422: a field may not take this value; one sentence a field."""
    return Refused(
        422,
        {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {name: [{"description": said}] for name, said in details.items()},
        },
    )


def closed(shape: str = "status") -> Refused:
    """422: a closed ticket cannot be updated. The three recorded spellings: `status`, `base`, `coded`."""
    entry = {"description": "Status: closed prevents ticket update"}
    if shape == "coded":
        entry["error"] = "ClosedTicket"
    return Refused(
        422,
        {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {"base" if shape == "base" else "status": [entry]},
        },
    )


def bad_request(error: str, description: str, **more: Any) -> Refused:
    """400: the request itself is wrong."""
    return Refused(400, {"error": error, "description": description, **more})


def rate_limited(retry_after: int, *, text: bool = False, what: str = "API requests") -> Refused:
    """429, in one of its two shapes."""
    headers = {"Retry-After": str(retry_after)}
    if text:
        return Refused(429, RATE_LIMIT_TEXT, headers)
    said = f"Number of allowed {what} per minute exceeded"
    return Refused(429, {"error": "APIRateLimitExceeded", "description": said}, headers)


class ZendeskRefusals:
    """What the gate says for Zendesk when a fault is switched on."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Response:
        """429 with Retry-After."""
        return rate_limited(retry_after, text=text).response()

    def unavailable(self, retry_after: int) -> Response:
        """503 with Retry-After: maintenance, said to people."""
        return Response(PAGE_FOR_PEOPLE, 503, {"Retry-After": str(retry_after)}, content_type="text/html")

    def broken(self) -> Response:
        """500: a page for people."""
        return Response(PAGE_FOR_PEOPLE, 500, content_type="text/html; charset=utf-8")
