"""Stand in for PagerDuty: the Events API v2.

Promise: events are checked as PagerDuty checks them, a trigger with the key of an
open alert opens no second one, acknowledging and resolving what is not open changes nothing and is accepted.

Source: https://developer.pagerduty.com/docs/send-alert-event
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.journal import Did

SERVICE = "pagerduty"
ROUTING_KEY = "0sandbox0routing0key0for0nobody0"  # known to everybody, good for nothing else
ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")
SUMMARY = 1024  # characters
KEY = 255  # characters of a deduplication key


@dataclass(slots=True)
class Alert:
    """An alert of one service.

    Attributes:
        status: ``triggered``, ``acknowledged`` or ``resolved``.
        triggers: how often it was triggered since it was opened.
    """

    key: str
    summary: str
    severity: str
    source: str
    details: dict[str, Any]
    status: str = "triggered"
    triggers: int = 1


@dataclass(slots=True)
class _Read:
    event: dict[str, Any]
    errors: list[str] = field(default_factory=list)

    def text(self, name: str, of: dict[str, Any], where: str, *, most: int | None = None) -> str:
        found = of.get(name)
        if not isinstance(found, str) or not found:
            self.errors.append(f"'{where}{name}' is missing or blank")
            return ""
        if most is not None and len(found) > most:
            self.errors.append(f"Length of '{where}{name}' is incorrect (should be at most {most} characters)")
        return found


class PagerDutyStandIn(StandIn):
    """PagerDuty on the loopback address.

    Attributes:
        url: what the policy calls `api_url`; once started.
        routing_keys: the integration keys that are good.
        alerts: by integration key and deduplication key.
    """

    service = SERVICE
    routing_key = ROUTING_KEY

    def __init__(self, shared: Shared) -> None:
        """No alert yet."""
        self.lock = threading.RLock()
        self.routing_keys = {ROUTING_KEY}
        self.alerts: dict[tuple[str, str], Alert] = {}
        self._journal = shared.journal
        self._unnamed = 0
        app = Flask("PagerDuty stand-in", static_folder=None)
        app.post("/v2/enqueue")(self._enqueue)
        self.inner = app

    def open(self) -> list[Alert]:
        """Alerts that are not resolved, in the order in which they were opened."""
        return [alert for alert in self.alerts.values() if alert.status != "resolved"]

    def alert(self, key: str, routing_key: str = ROUTING_KEY) -> Alert | None:
        """The alert of this deduplication key."""
        return self.alerts.get((routing_key, key))

    def _enqueue(self) -> Response:
        given = request.get_json(silent=True)
        if not isinstance(given, dict):
            return _invalid(["JSON cannot be parsed"])
        read = _Read(given)
        routing_key = read.text("routing_key", given, "")
        if routing_key and len(routing_key) != 32:
            read.errors.append("Length of 'routing_key' is incorrect (should be 32 characters)")
        elif routing_key and routing_key not in self.routing_keys:
            read.errors.append("'routing_key' is not valid")
        action = given.get("event_action")
        if action not in ACTIONS:
            read.errors.append("'event_action' is missing or invalid")
        key = given.get("dedup_key")
        if key is not None and (not isinstance(key, str) or len(key) > KEY):
            read.errors.append(f"Length of 'dedup_key' is incorrect (should be at most {KEY} characters)")
        if action == "trigger":
            return self._trigger(read, routing_key, key)
        if action in ACTIONS and not key:
            read.errors.append("'dedup_key' is missing or blank")
        if read.errors:
            return _invalid(read.errors)
        self._follow_up(str(action), routing_key, str(key))
        return _accepted(str(key))

    def _trigger(self, read: _Read, routing_key: str, key: object) -> Response:
        payload = read.event.get("payload")
        if not isinstance(payload, dict):
            return _invalid([*read.errors, "'payload' is missing or blank"])
        summary = read.text("summary", payload, "payload.", most=SUMMARY)
        source = read.text("source", payload, "payload.")
        severity = read.text("severity", payload, "payload.")
        if severity and severity not in SEVERITIES:
            read.errors.append(f"'payload.severity' is invalid (must be one of the following: {', '.join(SEVERITIES)})")
        if read.errors:
            return _invalid(read.errors)
        if not isinstance(key, str) or not key:
            self._unnamed += 1
            key = f"unnamed-{self._unnamed}"
        known = self.alerts.get((routing_key, key))
        if known is not None and known.status != "resolved":
            known.triggers += 1
            self._journal.effect(Did.ALERT_REPEATED, SERVICE, who=routing_key, key=key, summary=summary)
            return _accepted(key)
        details = payload.get("custom_details")
        alert = Alert(key, summary, severity, source, details if isinstance(details, dict) else {})
        self.alerts.pop((routing_key, key), None)
        self.alerts[routing_key, key] = alert
        self._journal.effect(
            Did.ALERT_TRIGGERED,
            SERVICE,
            who=routing_key,
            key=key,
            summary=summary,
            severity=severity,
            source=source,
            details=alert.details,
        )
        return _accepted(key)

    def _follow_up(self, action: str, routing_key: str, key: str) -> None:
        alert = self.alerts.get((routing_key, key))
        if alert is None or alert.status == "resolved":
            return
        alert.status = "acknowledged" if action == "acknowledge" else "resolved"
        kind = Did.ALERT_ACKNOWLEDGED if action == "acknowledge" else Did.ALERT_RESOLVED
        self._journal.effect(kind, SERVICE, who=routing_key, key=key)


def _accepted(key: str) -> Response:
    return json_response({"status": "success", "message": "Event processed", "dedup_key": key}, 202)


def _invalid(errors: list[str]) -> Response:
    return json_response({"status": "invalid event", "message": "Event object is invalid", "errors": errors}, 400)
