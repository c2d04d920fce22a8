"""Write a page as an event of PagerDuty.

Source: https://developer.pagerduty.com/docs/send-alert-event (Events API v2)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, assert_never

from slabot.domain import utc
from slabot.messages import plain_text
from slabot.messages.message import PageMessage, TextMessage
from slabot.messages.styles import web_address
from slabot.messages.view import PageView

SUMMARY = 1024  # characters of an alert's title; PagerDuty's most
KEY = 255  # characters of a deduplication key; PagerDuty's most

# PagerDuty knows these four; severities of the policy with other names are errors.
SEVERITIES: Mapping[str, str] = {"critical": "critical", "high": "error", "medium": "warning", "low": "info"}

Json = dict[str, Any]


def trigger(message: PageMessage | TextMessage) -> Json:
    """The event that opens the alert of a message, but for the routing key."""
    event = {"event_action": "trigger", "dedup_key": deduplication_key(message.key), "client": "slabot"}
    match message:
        case PageMessage(view=view):
            address = web_address(view.url)
            links = [] if address is None else [{"href": address, "text": plain_text.OPEN_TICKET}]
            opens = {} if address is None else {"client_url": address}
            return {**event, **opens, "links": links, "payload": _page(message, view)}
        case TextMessage():
            payload = {
                "summary": plain_text.one_subject(message)[:SUMMARY],
                "source": "slabot",
                "severity": "error",
                "timestamp": utc(message.at).isoformat(),
                "custom_details": {"text": plain_text.plain_text(message)},
            }
            return {**event, "payload": payload}
        case _:
            assert_never(message)


def change(action: str, key: str) -> Json:
    """The event that acknowledges or resolves the alert of a page, but for the routing key."""
    return {"event_action": action, "dedup_key": deduplication_key(key)}


def deduplication_key(key: str) -> str:
    """The page's id, as PagerDuty takes it; one that is too long ends in its digest."""
    if len(key) <= KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY - len(digest) - 1]}/{digest}"


def _page(message: PageMessage, view: PageView) -> Json:
    return {
        "summary": plain_text.summary(message, SUMMARY),
        "source": f"{view.helpdesk}/{view.ticket}",
        "severity": SEVERITIES.get(view.severity, "error"),
        "timestamp": utc(view.at).isoformat(),
        "component": view.helpdesk,
        "group": view.clock,
        "class": view.rung or view.clock,
        "custom_details": plain_text.details(message),
    }
