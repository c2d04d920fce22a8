"""Refuse as Zendesk does.

Promise: each refusal has the status and the body of a recording or of Zendesk's own documentation. Where neither
tells the words, the shape is the recorded one and the words are ours; those are marked below.
"""

from __future__ import annotations

from typing import Any

from slabot_sandbox.base.refusals import HelpdeskRefusals, Refused, wait

RATE_LIMIT_TEXT = "Number of allowed API requests per minute exceeded"


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
    headers = wait(retry_after)
    if text:
        return Refused(429, RATE_LIMIT_TEXT, headers)
    said = f"Number of allowed {what} per minute exceeded"
    return Refused(429, {"error": "APIRateLimitExceeded", "description": said}, headers)


class ZendeskRefusals(HelpdeskRefusals):
    """How Zendesk refuses while a fault is switched on."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Refused:
        """429 with Retry-After."""
        return rate_limited(retry_after, text=text)
