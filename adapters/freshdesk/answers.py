"""What does this answer of Freshdesk mean?

Promise: every answer that is not a plain success becomes one of `adapters.errors`. What is said of a write is never
better than what is known: only an answer that shows that nothing was done says so.

| answer                         | read                            | write                                        |
|--------------------------------|---------------------------------|----------------------------------------------|
| 2xx                            | fine                            | fine                                         |
| 3xx                            | BadAnswer (never followed)      | BadAnswer                                    |
| 400, 405, 409, 415, other 4xx  | Refused                         | Refused, with every field and reason         |
| 401                            | SignInRefused                   | SignInRefused                                |
| 403                            | NotAllowed                      | NotAllowed                                   |
| 404 (its body is empty), 410   | Gone (a ticket), else NoSuchPlace | the same                                   |
| 408, 5xx (pages for people)    | Unreachable                     | OutcomeUnknown                               |
| 429                            | RateLimited                     | RateLimited                                  |
| 503 with Retry-After           | Unreachable, until then         | Unreachable, until then                      |

409 is no conflict of versions here, which Freshdesk does not know: it says that a value must be unique.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import requests

from adapters.errors import (
    AdapterError,
    BadAnswer,
    Gone,
    NoSuchPlace,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SignInRefused,
    Unreachable,
)
from adapters.http.answers import body_of, host_of, retry_after, shorten
from adapters.http.fields import objects, text

RETRY_UNTOLD = timedelta(minutes=1)  # the window of Freshdesk's limits; used where a 429 names no time
NO_API = "require_feature"  # the code of a plan without this part of the API
_TICKET = re.compile(r"/tickets/(\d+)")


def judge(response: requests.Response, *, endpoint: str, now: datetime) -> None:
    """Pass a success; raise what anything else means. The table in this module's head is the rule."""
    status = response.status_code
    if 200 <= status < 300:
        return
    raise _meaning(response, status, endpoint, is_read=endpoint.startswith("GET "), now=now)


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
            return SignInRefused(
                "the helpdesk does not accept this API key (401)",
                endpoint=endpoint,
                remedy="copy the key from the profile page of slabot's own agent again, and check the domain",
            )
        case 403:
            return _forbidden(response, endpoint)
        case 404 | 410 if (ticket := _TICKET.search(endpoint)) is not None:
            return Gone(ticket[1], endpoint=endpoint)
        case 404 | 410:
            return NoSuchPlace(
                f"there is nothing at this address ({status})",
                endpoint=endpoint,
                remedy="check the helpdesk's domain",
            )
        case _ if status < 400:
            return BadAnswer(
                f"it points to {host_of(response)} ({status}), and slabot follows no such pointer",
                endpoint=endpoint,
                remedy="write the helpdesk's own address (ACCOUNT.freshdesk.com) in the policy file",
            )
        case _:
            field, reason = _objection(response)
            return Refused(field, reason, endpoint=endpoint)


def _forbidden(response: requests.Response, endpoint: str) -> NotAllowed:
    body = body_of(response)
    words = text(body.get("message"))
    if text(body.get("code")) == NO_API:
        return NotAllowed(
            f"the plan does not include it (403: {shorten(words)})",
            endpoint=endpoint,
            remedy="slabot needs a plan with the API, Growth or above; docs/freshdesk.md says what each plan allows",
        )
    return NotAllowed(
        f"the account lacks the permission (403{': ' + shorten(words) if words else ''})",
        endpoint=endpoint,
        remedy="make slabot's agent an administrator with the scope of all tickets; docs/freshdesk.md says why",
    )


def _objection(response: requests.Response) -> tuple[str, str]:
    """Every field that is objected to, and why; ``base`` where none is named."""
    body = body_of(response)
    found = {text(entry.get("field")) or "base": text(entry.get("message")) for entry in objects(body.get("errors"))}
    if found:
        reasons = [f"{field}: {words}" if len(found) > 1 else words for field, words in found.items()]
        return ", ".join(found), shorten("; ".join(reasons))
    words = text(body.get("message")) or text(body.get("description")) or f"status {response.status_code}"
    return "base", shorten(words)
