"""What does this answer of Zendesk mean?

Promise: every answer that is not a plain success becomes one of `adapters.errors`, before any client library
sees it. What is said of a write is never better than what is known: only an answer that shows that nothing was
done says so.

| answer                     | read                          | write                                          |
|----------------------------|-------------------------------|------------------------------------------------|
| 2xx                        | fine                          | fine                                           |
| 3xx                        | BadAnswer (never followed)    | BadAnswer                                      |
| 400, 422, other 4xx        | Refused                       | Refused, with field and reason                 |
| 401                        | SignInRefused                 | SignInRefused                                  |
| 403                        | NotAllowed                    | NotAllowed                                     |
| 403 that speaks of scopes  | ScopeTooNarrow                | ScopeTooNarrow                                 |
| 404, 410                   | Gone (a ticket), else NoSuchPlace | the same                                   |
| 408, 5xx                   | Unreachable                   | OutcomeUnknown                                 |
| 409                        | Conflict                      | Conflict                                       |
| 429 (JSON or bare text)    | RateLimited                   | RateLimited                                    |
| 503 with Retry-After       | Unreachable, until then       | Unreachable, until then                        |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import requests

from adapters.errors import (
    AdapterError,
    BadAnswer,
    Conflict,
    Gone,
    NoSuchPlace,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ScopeTooNarrow,
    SignInRefused,
    Unreachable,
)
from adapters.http.answers import body_of, host_of, read_object, retry_after, shorten
from adapters.zendesk.fields import mapping, objects, text

__all__ = ["judge", "read_object", "retry_after"]

RETRY_UNTOLD = timedelta(minutes=1)  # the window of Zendesk's limits; used where a 429 names no time
_TICKET = re.compile(r"/tickets/(\d+)")
_CLOSED = "closed prevents ticket update"


def judge(response: requests.Response, *, endpoint: str, now: datetime, by_oauth: bool = False) -> None:
    """Pass a success; raise what anything else means. The table in this module's head is the rule."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in (401, 403):
        raise _refusal(response, status, endpoint, by_oauth=by_oauth)
    raise _meaning(response, status, endpoint, is_read=endpoint.startswith("GET "), now=now)


def _refusal(response: requests.Response, status: int, endpoint: str, *, by_oauth: bool) -> NotAllowed:
    said = f"{status}{_said(response)}"
    if status == 401 and by_oauth:
        return SignInRefused(
            "the helpdesk does not accept the OAuth token that it gave a moment ago (401)",
            endpoint=endpoint,
            remedy="see in the Admin Center whether the OAuth client is being revoked, and whether the agent who made "
            "it is suspended; slabot asks for another token by itself",
        )
    if status == 401:
        return SignInRefused(
            "the helpdesk does not accept this e-mail address with this token (401)",
            endpoint=endpoint,
            remedy="check both, and that token access is switched on in the Admin Center; Zendesk ends all API tokens "
            "on 2027-04-30, and docs/zendesk.md says how to sign in by OAuth",
        )
    if by_oauth and "scope" in said.casefold():
        return ScopeTooNarrow(scope_of(endpoint), endpoint=endpoint, said=said)
    remedy = "make the bot an admin, or give its role access to all tickets; docs/zendesk.md says why"
    if by_oauth:
        remedy += f'. If it is one, its token may lack a scope: this call needs the global "{scope_of(endpoint)}"'
    return NotAllowed(f"the account lacks the permission ({said})", endpoint=endpoint, remedy=remedy)


def scope_of(endpoint: str) -> str:
    """The global scope that a call needs; narrower ones do not open the audits, by Zendesk's documentation."""
    return "read" if endpoint.startswith("GET ") else "write"


def _meaning(response: requests.Response, status: int, endpoint: str, *, is_read: bool, now: datetime) -> AdapterError:
    until = retry_after(response.headers, now)
    match status:
        case 429:
            return RateLimited(until or now + RETRY_UNTOLD, endpoint=endpoint)
        case 503 if until is not None:
            return Unreachable("it is down for the moment (503)", endpoint=endpoint, until=until)
        case _ if status == 408 or status >= 500:
            if is_read:
                return Unreachable(f"it answered with an error of its own ({status})", endpoint=endpoint)
            return OutcomeUnknown(f"it answered with an error of its own ({status})", endpoint=endpoint)
        case 404 | 410 if (ticket := _TICKET.search(endpoint)) is not None:
            return Gone(ticket[1], endpoint=endpoint)
        case 404 | 410:
            return NoSuchPlace(
                f"there is nothing at this address ({status})",
                endpoint=endpoint,
                remedy="check the helpdesk's subdomain",
            )
        case 409:
            named = _TICKET.search(endpoint)
            return Conflict(named[1] if named else "?", endpoint=endpoint)
        case _ if status < 400:
            return BadAnswer(
                f"it points to {host_of(response)} ({status}), and slabot follows no such pointer",
                endpoint=endpoint,
                remedy="write the helpdesk's own address (SUBDOMAIN.zendesk.com) in the policy file",
            )
        case _:
            field, reason = _objection(response)
            return Refused(field, reason, endpoint=endpoint)


def _objection(response: requests.Response) -> tuple[str, str]:
    """Which field is objected to and why. The details come by field, or all under `base`; accounts differ."""
    body = body_of(response)
    reason = shorten(text(body.get("description")) or _error(body) or f"status {response.status_code}")
    field = "base"
    for name, found in mapping(body.get("details")).items():
        for entry in objects(found):
            field, reason = str(name), shorten(text(entry.get("description")) or reason)
            break
        else:
            continue
        break
    if _CLOSED in reason or _error(body) == "ClosedTicket":
        field = "status"
    return field, reason


def _said(response: requests.Response) -> str:
    body = body_of(response)
    words = text(body.get("description")) or _error(body)
    return f": {shorten(words)}" if words else ""


def _error(body: Mapping[str, Any]) -> str:
    """`error` is a word, or an object with title and message."""
    error = body.get("error")
    return text(mapping(error).get("message")) or text(mapping(error).get("title")) or text(error)
