"""How is PagerDuty one channel among others?

Promise: as `slabot.channels.base` has it. Each page is an alert, and is acknowledged and resolved with its clock.
"""

from __future__ import annotations

from slabot.channels.base import Abilities, Outcome, PageMessage, Place, Sent, outcome
from slabot.channels.couriered import MessageChannel
from slabot.paging import AcknowledgedBy, ClaimedBy
from slabot.paging.couriers import PagerDutyCourier


class PagerDutyChannel(MessageChannel):
    """Alerts; the policy's name of a service is the place to send to."""

    can = Abilities(update=True, each_page_stands_alone=True)

    def __init__(self, courier: PagerDutyCourier) -> None:
        super().__init__(courier)
        self._pagerduty = courier

    def place_of(self, message: PageMessage, to: str) -> Place:
        """The alert, by the key of its page."""
        return Place(to, message.key)

    def update(self, place: Place, message: PageMessage) -> Outcome:
        """Resolve the alert of a clock that stopped; acknowledge one that somebody is on."""

        def change() -> Outcome:
            if message.view.ended:
                self._pagerduty.resolve(place.ref, place.address)
            elif isinstance(message.view.state, AcknowledgedBy | ClaimedBy):
                self._pagerduty.acknowledge(place.ref, place.address)
            return Sent(place)

        return outcome(change)
