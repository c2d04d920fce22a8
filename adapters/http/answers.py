"""What is in this answer, whatever it means?

Promise: a page for people, broken JSON and a missing body are told apart in words, and nothing of them gets further.
"""

from __future__ import annotations

import email.utils
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from adapters.errors import BadAnswer
from adapters.http.fields import mapping

RETRY_MOST = timedelta(minutes=10)  # a Retry-After beyond this is not believed
QUOTE = 200  # characters of the helpdesk's own words that a message shows


def read_json(response: requests.Response, *, endpoint: str) -> Any:
    """The JSON that the body is.

    Raises:
        BadAnswer: a page for people, or broken JSON.
    """
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise BadAnswer(_what_instead(response), endpoint=endpoint) from None


def read_object(response: requests.Response, *, endpoint: str) -> dict[str, Any]:
    """The JSON object that the body is.

    Raises:
        BadAnswer: a page for people, broken JSON, or JSON that is no object.
    """
    value = read_json(response, endpoint=endpoint)
    if not isinstance(value, dict):
        raise BadAnswer(f"JSON that is no object but {type(value).__name__}", endpoint=endpoint)
    return value


def body_of(response: requests.Response) -> Mapping[str, Any]:
    """The JSON object of an answer that went wrong; an empty one for anything else."""
    try:
        return mapping(json.loads(response.content))
    except (ValueError, RecursionError):
        return {}


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The instant that Retry-After names, in seconds or as a date; None if it names none, or one beyond belief."""
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
    return None if wait > RETRY_MOST else now + max(wait, timedelta(seconds=1))


def _what_instead(response: requests.Response) -> str:
    head = response.content[:QUOTE].lstrip().lower()
    if not head:
        return f"an empty body ({response.status_code})"
    if head.startswith(b"<"):
        return f"a page for people instead of JSON ({response.status_code})"
    return f"JSON that breaks off or is damaged, {len(response.content)} bytes of it ({response.status_code})"


def host_of(response: requests.Response) -> str:
    """The host that a redirect points to, in words."""
    try:
        return urlsplit(response.headers.get("Location", "")).hostname or "another address"
    except ValueError:
        return "another address"


def shorten(words: str) -> str:
    """Words of the helpdesk on one line, cut to `QUOTE`."""
    words = " ".join(words.split())
    return words if len(words) <= QUOTE else words[: QUOTE - 1] + "…"
