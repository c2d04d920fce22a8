"""What becomes of a webhook between the helpdesk and the product?

Promise: every delivery leaves at its time unless a switch loses, doubles, delays or reorders it, because the real
services do that too; and what is lost stands in the journal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import requests

from slabot.clock import Clock
from slabot_sandbox.agenda import Agenda

Delivery = TypeVar("Delivery")


@dataclass(slots=True)
class HookSwitches:
    """What becomes of the next deliveries."""

    latency: timedelta = timedelta(0)  # of every delivery
    lose: int = 0  # so many of the next deliveries never leave
    double: int = 0  # so many are sent twice
    delay: tuple[int, timedelta] = (0, timedelta(0))  # so many leave so much later
    reorder: int = 0  # so many are held back and then sent in reverse order


class Dispatch(ABC, Generic[Delivery]):
    """Sends the deliveries of one helpdesk, through the switches."""

    def __init__(self, clock: Clock, agenda: Agenda) -> None:
        """Nothing is switched on."""
        self.switches = HookSwitches()
        self._clock = clock
        self._agenda = agenda
        self._held: list[Delivery] = []
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy has no business on the loopback address

    @abstractmethod
    def attempt(self, delivery: Delivery) -> None:
        """Send it once, journal it, and plan the next attempt if there is to be one."""

    @abstractmethod
    def lost(self, delivery: Delivery) -> None:
        """Journal that it never left."""

    def lose(self, deliveries: int = 1) -> None:
        """The next deliveries never leave."""
        self.switches.lose += deliveries

    def double(self, deliveries: int = 1) -> None:
        """The next deliveries are sent twice."""
        self.switches.double += deliveries

    def delay(self, by: timedelta, deliveries: int = 1) -> None:
        """The next deliveries leave later."""
        self.switches.delay = (deliveries, by)

    def reorder(self, deliveries: int = 2) -> None:
        """The next deliveries are held back until all have come together, then sent last first."""
        self.switches.reorder += deliveries

    def close(self) -> None:
        """Close the connections to receivers."""
        self._http.close()

    def dispatch(self, delivery: Delivery) -> None:
        """Plan the first attempt, as the switches say."""
        switches = self.switches
        if switches.lose > 0:
            switches.lose -= 1
            self.lost(delivery)
            return
        if switches.reorder > 0:
            switches.reorder -= 1
            self._held.append(delivery)
            if switches.reorder == 0:
                held, self._held = self._held, []
                for one in reversed(held):
                    self.send_in(switches.latency, one)
            return
        later = switches.latency
        if switches.delay[0] > 0:
            later += switches.delay[1]
            switches.delay = (switches.delay[0] - 1, switches.delay[1])
        self.send_in(later, delivery)
        if switches.double > 0:
            switches.double -= 1
            self.send_in(later, delivery)

    def send_in(self, later: timedelta, delivery: Delivery) -> None:
        """Plan an attempt so much later."""
        self._agenda.at(self._clock.now() + later, lambda: self.attempt(delivery))
