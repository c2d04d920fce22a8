"""How does a page become an alert in PagerDuty?

Promise: an event is sent by one call. The page's id is its deduplication key, so sending it again changes nothing, and
an alert can be acknowledged or resolved by the id of its page.

Source: https://developer.pagerduty.com/docs/send-alert-event (Events API v2)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slabot.clock import Clock
from slabot.domain import utc
from slabot.paging.couriers import words
from slabot.paging.couriers.addresses import web_receiver
from slabot.paging.couriers.dispatch import Dispatch, Notice
from slabot.paging.couriers.posting import Answered, NotAnswered, request
from slabot.paging.errors import SendError, SendOutcomeUnknown, SendPermanent, SendRetry
from slabot.paging.markup import web_address
from slabot.paging.slack_calls import secret_text
from slabot.paging.slack_errors import WAIT, wait_of

BASE_URL = "https://events.pagerduty.com"
ENDPOINT = "/v2/enqueue"
SUMMARY = 1024  # characters of an alert's title; PagerDuty's most
KEY = 255  # characters of a deduplication key; PagerDuty's most

# PagerDuty knows these four; severities of the policy with other names are errors.
SEVERITIES: Mapping[str, str] = {"critical": "critical", "high": "error", "medium": "warning", "low": "info"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDutySettings:
    """A service of PagerDuty.

    Attributes:
        routing_key: of its Events API v2 integration.
        api_url: None for PagerDuty itself; its European region, say, or a stand-in.
    """

    routing_key: str = field(repr=False)
    api_url: str | None = None


class PagerDutyCourier:
    """Sends pages to PagerDuty. Safe to share between threads."""

    def __init__(self, services: Mapping[str, PagerDutySettings], clock: Clock) -> None:
        """Connect to nothing yet.

        Args:
            services: by the name that the policy gives them.
            clock: of the process.

        Raises:
            SettingError: an address that cannot be used.
            TokenError: an integration key that cannot be one.
        """
        self._clock = clock
        self._services = {name: _checked(name, service) for name, service in services.items()}

    def __repr__(self) -> str:
        """Without the keys."""
        return f"PagerDutyCourier({', '.join(self._services)})"

    def send(self, dispatch: Dispatch, to: str) -> None:
        """Trigger the alert of a page, once.

        Raises:
            SendRetry: PagerDuty was not reached, or takes no more for now.
            SendPermanent: PagerDuty refuses the key or the event, or the policy names no such service.
            SendOutcomeUnknown: send it again as it is; the key makes a second one harmless.
        """
        service = self._service(to)
        self._enqueue(service, to, _event(dispatch, service))

    def tell(self, notice: Notice, to: str) -> None:
        """Trigger an alert of plain words, once; errors as `send`."""
        service = self._service(to)
        event = {
            "routing_key": service.routing_key,
            "event_action": "trigger",
            "dedup_key": deduplication_key(notice.key),
            "client": "slabot",
            "payload": {
                "summary": words.one_subject(notice)[:SUMMARY],
                "source": "slabot",
                "severity": "error",
                "timestamp": utc(notice.at).isoformat(),
                "custom_details": {"text": words.plain_text(notice)},
            },
        }
        self._enqueue(service, to, event)

    def acknowledge(self, key: str, to: str) -> None:
        """Say that somebody is on it. Harmless for an alert that is closed or was never there.

        Args:
            key: the page's id.
            to: the service that got it.

        Raises:
            SendError: as `send`.
        """
        self._follow_up("acknowledge", key, to)

    def resolve(self, key: str, to: str) -> None:
        """Say that it is over. Harmless for an alert that is closed or was never there.

        Args:
            key: the page's id.
            to: the service that got it.

        Raises:
            SendError: as `send`.
        """
        self._follow_up("resolve", key, to)

    def _follow_up(self, action: str, key: str, to: str) -> None:
        service = self._service(to)
        self._enqueue(
            service,
            to,
            {"routing_key": service.routing_key, "event_action": action, "dedup_key": deduplication_key(key)},
        )

    def _service(self, to: str) -> PagerDutySettings:
        found = self._services.get(to)
        if found is None:
            why, remedy = words.unknown_name("PagerDuty service", to, "pagerduty")
            raise SendPermanent(why=why, remedy=remedy)
        return found

    def _enqueue(self, service: PagerDutySettings, to: str, event: Mapping[str, Any]) -> None:
        body = json.dumps(event, separators=(",", ":")).encode()
        url = (service.api_url or BASE_URL).rstrip("/") + ENDPOINT
        failed: SendError
        try:
            answer = request("POST", url, body=body, headers={"Content-Type": "application/json"})
        except NotAnswered as lost:
            failed = self._lost(lost, to)
        else:
            if 200 <= answer.status < 300:
                return
            failed = self._refused(answer, to)
        raise failed

    def _lost(self, lost: NotAnswered, to: str) -> SendError:
        why = f"PagerDuty ({to}): {lost.why}"
        if lost.untrusted:
            return SendPermanent(why=why, remedy=words.CHECK_API)
        if lost.sent:
            return SendOutcomeUnknown(words.in_doubt(why, same_key=True))
        until = utc(self._clock.now()) + WAIT
        return SendRetry(words.later(why, until), until=until)

    def _refused(self, answer: Answered, to: str) -> SendError:
        named = f"PagerDuty ({to})"
        if answer.status in (408, 429) or answer.status >= 500:
            until = utc(self._clock.now()) + wait_of(answer.headers.get("retry-after"))
            said = words.FAILED if answer.status >= 500 else words.NOT_NOW
            return SendRetry(words.later(f"{named}: {said} (HTTP {answer.status})", until), until=until)
        if answer.status in (400, 401, 403):
            why, remedy = words.pagerduty_refused(answer.body)
        else:
            why, remedy = "what answered is not PagerDuty", words.CHECK_API
        return SendPermanent(why=f"{named}: {why} (HTTP {answer.status})", remedy=remedy)


def deduplication_key(key: str) -> str:
    """The page's id, as PagerDuty takes it; one that is too long is told apart by its digest."""
    if len(key) <= KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY - len(digest) - 1]}/{digest}"


def _event(dispatch: Dispatch, service: PagerDutySettings) -> dict[str, Any]:
    view = dispatch.view
    address = web_address(view.url)
    opens = [] if address is None else [{"href": address, "text": words.OPEN_TICKET}]
    return {
        "routing_key": service.routing_key,
        "event_action": "trigger",
        "dedup_key": deduplication_key(dispatch.key),
        "client": "slabot",
        **({} if address is None else {"client_url": address}),
        "links": opens,
        "payload": {
            "summary": words.summary(dispatch, SUMMARY),
            "source": f"{view.helpdesk}/{view.ticket}",
            "severity": SEVERITIES.get(view.severity, "error"),
            "timestamp": utc(view.at).isoformat(),
            "component": view.helpdesk,
            "group": view.clock,
            "class": view.rung or view.clock,
            "custom_details": words.details(dispatch),
        },
    }


def _checked(name: str, service: PagerDutySettings) -> PagerDutySettings:
    if service.api_url is not None:
        web_receiver(service.api_url, f"pagerduty.{name}.api_url")
    key = secret_text(service.routing_key, f"the integration key of PagerDuty ({name})", "It has 32 characters.")
    return PagerDutySettings(routing_key=key, api_url=service.api_url)
