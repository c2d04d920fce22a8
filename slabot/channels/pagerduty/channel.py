"""Send pages to PagerDuty, each as an alert that is acknowledged and resolved with its clock.

Promise: as `slabot.channels.base` has it. The page's id is the deduplication key, so sending it again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slabot.channels import http
from slabot.channels.base import Abilities, MessageRef, Outcome, Sent, outcome_of
from slabot.channels.errors import SendError, SendPermanent
from slabot.channels.one_way import OneWayChannel
from slabot.channels.pagerduty.message import change, trigger
from slabot.channels.pagerduty.settings import PagerDutySettings, checked, services_of
from slabot.channels.refusals import REPORT, unknown_name
from slabot.channels.settings import Secret
from slabot.clock import Clock
from slabot.messages.message import PageMessage, QuestionMessage, TextMessage
from slabot.messages.view import AcknowledgedBy, ClaimedBy
from slabot.policy import Policy

BASE_URL = "https://events.pagerduty.com"
ENDPOINT = "/v2/enqueue"
ACCEPTED = 202

CHECK_KEY = (
    "Put the integration key of an Events API v2 integration (32 characters) into the variable that routing_key_env "
    "names, and restart slabot."
)
CHECK_API = "Check api_url in the policy, and whether a proxy stands in between."


def open_channel(policy: Policy, secret: Secret, clock: Clock) -> PagerDutyChannel | None:
    """The channel of a policy; None where it names no service whose variable is set.

    Raises:
        SettingError: an address that cannot be used.
        TokenError: an integration key that cannot be one.
    """
    services = services_of(policy.pagerduty, secret)
    return PagerDutyChannel(services, clock) if services else None


class PagerDutyChannel(OneWayChannel):
    """Alerts; the place to send to is the policy's name of a service. Safe to share between threads."""

    can = Abilities(update=True, each_page_stands_alone=True)

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
        self._services = {name: checked(name, service) for name, service in services.items()}

    def __repr__(self) -> str:
        """Without the keys."""
        return f"PagerDutyChannel({', '.join(self._services)})"

    def send(self, message: PageMessage | TextMessage, to: str) -> None:
        """Open the alert of a message, once.

        Raises:
            SendRetry: PagerDuty was not reached, or takes no more for now.
            SendPermanent: PagerDuty refuses the key or the event, or the policy names no such service.
            SendOutcomeUnknown: send it again as it is; the key makes a second one harmless.
        """
        self._enqueue(to, trigger(message))

    def update(self, place: MessageRef, message: PageMessage | QuestionMessage) -> Outcome:
        """Resolve the alert of a clock that stopped; acknowledge one that somebody is on.

        Harmless for an alert that is closed or was never there. That is why no severity is lowered here: it takes a
        trigger, which opens a new alert where the old one was resolved, and PagerDuty does not say which it did.
        """
        if isinstance(message, QuestionMessage):
            return Sent(place)  # it was sent as a text
        try:
            if message.view.ended:
                self._enqueue(place.address, change("resolve", place.ref))
            elif isinstance(message.view.state, AcknowledgedBy | ClaimedBy):
                self._enqueue(place.address, change("acknowledge", place.ref))
        except SendError as error:
            return outcome_of(error)
        return Sent(place)

    def ref_of(self, message: PageMessage | TextMessage, to: str) -> MessageRef | None:
        """The alert, by the key of its page."""
        return MessageRef(to, message.key) if isinstance(message, PageMessage) else None

    def _enqueue(self, to: str, event: Mapping[str, Any]) -> None:
        service = self._services.get(to)
        if service is None:
            why, remedy = unknown_name("PagerDuty service", to, "pagerduty")
            raise SendPermanent(why=why, remedy=remedy)
        body = json.dumps({"routing_key": service.routing_key, **event}, separators=(",", ":")).encode()
        url = (service.api_url or BASE_URL).rstrip("/") + ENDPOINT
        receiver = http.Receiver(name=f"PagerDuty ({to})", check=CHECK_API, same_key=True)
        http.post(url, body, {"Content-Type": "application/json"}, receiver, _refused, self._clock, accepted=_took)


def _took(answer: http.Answered) -> bool:
    """True if it says that the event was accepted, as the Events API v2 has it: 202, and a status of "success"."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return answer.status == ACCEPTED and isinstance(said, dict) and said.get("status") == "success"


def _refused(answer: http.Answered) -> tuple[str, str]:
    """Why, and the remedy; what PagerDuty says may quote the event, so it is not shown."""
    if answer.status not in (400, 401, 403):
        return "what answered is not PagerDuty", CHECK_API
    if b"routing_key" in answer.body or b"routing key" in answer.body.lower():
        return "the integration key is not valid", CHECK_KEY
    return "it does not accept the event", REPORT
