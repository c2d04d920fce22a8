"""What does this answer of Zendesk mean?

Promise: every answer that is not a plain success becomes one of `adapters.errors`, before any client library
sees it. What is said of a write is never better than what is known: only an answer that shows that nothing was
done says so.

| answer                     | read                          | write                                          |
|----------------------------|-------------------------------|------------------------------------------------|
| 2xx                        | fine                          | fine                                           |
| 3xx                        | BadAnswer (never followed)    | BadAnswer                                      |
| 400, 422, other 4xx        | Refused                       | Refused, with field and reason                 |
| 401, 403                   | NotAllowed                    | NotAllowed                                     |
| 404, 410                   | Gone (a ticket), else BadAnswer | the same                                     |
| 408, 5xx                   | Unreachable                   | OutcomeUnknown                                 |
| 409                        | Conflict                      | Conflict                                       |
| 429 (JSON or bare text)    | RateLimited                   | RateLimited                                    |
| 503 with Retry-After       | Unreachable, until then       | Unreachable, until then                        |
"""

from __future__ import annotations

import email.utils
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from adapters.errors import (
    AdapterError,
    BadAnswer,
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from adapters.zendesk.fields import mapping, objects, text

RETRY_UNTOLD = timedelta(minutes=1)  # the window of Zendesk's limits; used where a 429 names no time
RETRY_MOST = timedelta(hours=1)  # nobody is made to wait longer by one header
QUOTE = 200  # characters of the helpdesk's own words that a message shows
_TICKET = re.compile(r"/tickets/(\d+)")
_CLOSED = "closed prevents ticket update"


def judge(response: requests.Response, *, endpoint: str, now: datetime) -> None:
    """Pass a success; raise what anything else means. The table in this module's head is the rule."""
    status = response.status_code
    if 200 <= status < 300:
        return
    raise _meaning(response, status, endpoint, is_read=endpoint.startswith("GET "), now=now)


def read_object(response: requests.Response, *, endpoint: str) -> dict[str, Any]:
    """The JSON object that the body is.

    Raises:
        BadAnswer: a page for people, broken JSON, or JSON that is no object.
    """
    try:
        value = json.loads(response.content)
    except (ValueError, RecursionError):
        raise BadAnswer(_what_instead(response), endpoint=endpoint) from None
    if not isinstance(value, dict):
        raise BadAnswer(f"JSON that is no object but {type(value).__name__}", endpoint=endpoint)
    return value


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The instant that Retry-After names, in seconds or as a date; None if it names none."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        wait = timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        try:
            named = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        wait = (named if named.tzinfo else named.replace(tzinfo=UTC)) - now
    return now + min(max(wait, timedelta(seconds=1)), RETRY_MOST)


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
        case 401:
            return NotAllowed(
                "the helpdesk does not accept this e-mail address with this token (401)",
                endpoint=endpoint,
                remedy="check both, and that token access is switched on in the Admin Center",
            )
        case 403:
            return NotAllowed(
                f"the account lacks the permission (403{_said(response)})",
                endpoint=endpoint,
                remedy="make the bot an admin, or give its role access to all tickets; docs/zendesk.md says why",
            )
        case 404 | 410 if (ticket := _TICKET.search(endpoint)) is not None:
            return Gone(ticket[1], endpoint=endpoint)
        case 404 | 410:
            return BadAnswer(
                f"there is nothing at this address ({status})",
                endpoint=endpoint,
                remedy="check the helpdesk's subdomain",
            )
        case 409:
            named = _TICKET.search(endpoint)
            return Conflict(named[1] if named else "?", endpoint=endpoint)
        case _ if status < 400:
            return BadAnswer(
                f"it points to {_host_of(response)} ({status}), and slabot follows no such pointer",
                endpoint=endpoint,
                remedy="write the helpdesk's own address (SUBDOMAIN.zendesk.com) in the policy file",
            )
        case _:
            field, reason = _objection(response)
            return Refused(field, reason, endpoint=endpoint)


def _objection(response: requests.Response) -> tuple[str, str]:
    """Which field is objected to and why. The details come by field, or all under `base`; accounts differ."""
    body = _body(response)
    reason = _shorten(text(body.get("description")) or _error(body) or f"status {response.status_code}")
    field = "base"
    for name, found in mapping(body.get("details")).items():
        for entry in objects(found):
            field, reason = str(name), _shorten(text(entry.get("description")) or reason)
            break
        else:
            continue
        break
    if _CLOSED in reason or _error(body) == "ClosedTicket":
        field = "status"
    return field, reason


def _said(response: requests.Response) -> str:
    body = _body(response)
    words = text(body.get("description")) or _error(body)
    return f": {_shorten(words)}" if words else ""


def _error(body: Mapping[str, Any]) -> str:
    """`error` is a word, or an object with title and message."""
    error = body.get("error")
    return text(mapping(error).get("message")) or text(mapping(error).get("title")) or text(error)


def _body(response: requests.Response) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(response.content))
    except (ValueError, RecursionError):
        return {}


def _what_instead(response: requests.Response) -> str:
    head = response.content[:QUOTE].lstrip().lower()
    if not head:
        return f"an empty body ({response.status_code})"
    if head.startswith(b"<"):
        return f"a page for people instead of JSON ({response.status_code})"
    return f"JSON that breaks off or is damaged, {len(response.content)} bytes of it ({response.status_code})"


def _host_of(response: requests.Response) -> str:
    try:
        return urlsplit(response.headers.get("Location", "")).hostname or "another address"
    except ValueError:
        return "another address"


def _shorten(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= QUOTE else words[: QUOTE - 1] + "…"
