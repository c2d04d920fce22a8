"""Refuse as Freshdesk does.

Promise: each refusal has the status and the shape of a recording or of Freshdesk's documentation. Where neither tells
the words, the shape is theirs and the words are ours; those are marked below.
"""

from __future__ import annotations

from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import HelpdeskRefusals, Refused, wait

RATE_LIMIT_TEXT = "You have exceeded the limit of requests per minute"  # ours: documented for the hour


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
    return Refused(429, {"message": RATE_LIMIT_TEXT}, wait(retry_after) | (headers or {}))


class FreshdeskRefusals(HelpdeskRefusals):
    """How Freshdesk refuses while a fault is switched on."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Refused:
        """429 with Retry-After."""
        return Refused(429, RATE_LIMIT_TEXT, wait(retry_after)) if text else rate_limited(retry_after)
