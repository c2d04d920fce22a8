"""Deliver a helpdesk's webhooks to the product.

Promise: every delivery leaves at its time unless a switch loses, doubles, delays or reorders it, because the real
services do that too; and what is lost stands in the journal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

import requests

from slabot_sandbox.base.account import HelpdeskAccount
from slabot_sandbox.journal import Did
from slabot_sandbox.scheduler import Scheduler


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One request to a receiver, in as many attempts as it takes; `type` is the event, for the journal."""

    type: str
    ticket: int
    body: bytes
    attempts: int = 0

    def facts(self) -> dict[str, str]:
        """Further facts for the journal."""
        return {}


A = TypeVar("A", bound=HelpdeskAccount[Any, Any])
D = TypeVar("D", bound=Delivery)


@dataclass(slots=True)
class HookSwitches:
    """Switches that lose, double, delay or reorder the next deliveries."""

    latency: timedelta = timedelta(0)  # of every delivery
    lose: int = 0  # so many of the next deliveries never leave
    double: int = 0  # so many are sent twice
    delay: tuple[int, timedelta] = (0, timedelta(0))  # so many leave so much later
    reorder: int = 0  # so many are held back and then sent in reverse order


class Webhooks(ABC, Generic[A, D]):
    """The webhooks of one account, and the switches that lose, double, delay and reorder their deliveries."""

    def __init__(self, account: A, scheduler: Scheduler) -> None:
        """Listen to the account; nobody has subscribed yet, and nothing is switched on."""
        self.switches = HookSwitches()
        self._account = account
        self._clock = account.clock
        self._scheduler = scheduler
        self._held: list[D] = []
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy has no business on the loopback address
        account.listeners.append(self.on_change)

    @abstractmethod
    def on_change(self, changed: Any) -> None:
        """Dispatch a delivery to whoever subscribed to this change."""

    @abstractmethod
    def attempt(self, delivery: D) -> None:
        """Send it once, journal it, and plan the next attempt if there is to be one."""

    def note(self, kind: Did, delivery: D, **facts: Any) -> None:
        """Journal what became of a delivery."""
        told: dict[str, Any] = {
            "type": delivery.type,
            "ticket": delivery.ticket,
            "attempt": delivery.attempts,
            **delivery.facts(),
        }
        self._account.journal.effect(kind, self._account.service, by="webhook", **told, **facts)

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

    def dispatch(self, delivery: D) -> None:
        """Plan the first attempt, as the switches say."""
        switches = self.switches
        if switches.lose > 0:
            switches.lose -= 1
            self.note(Did.WEBHOOK_LOST, delivery, reason="switched off")
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

    def send_in(self, later: timedelta, delivery: D) -> None:
        """Plan an attempt so much later."""
        self._scheduler.at(self._clock.now() + later, lambda: self.attempt(delivery))
