"""Run the account's own rules: close resolved tickets, escalate overdue ones.

Promise: both rules are off until they are switched on. One closes resolved tickets after some hours, as a rule that
races slabot's would; the other escalates tickets past their due time, which moves `updated_at` though nobody did
anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot_sandbox.freshdesk.account import Changed, FreshdeskAccount
from slabot_sandbox.freshdesk.changes import change, escalate
from slabot_sandbox.freshdesk.objects import CLOSED, CLOSURE, RESOLVED, Ticket
from slabot_sandbox.scheduler import Scheduler

SHIPPED_HOURS = 48  # "Automatically close resolved tickets after 48 hours"
HOUR = timedelta(hours=1)
ESCALATED_AFTER = timedelta(minutes=5)  # recorded: one to twelve minutes after the due time


@dataclass(slots=True)
class CloseRule:
    """The hourly rule that closes resolved tickets."""

    active: bool = False
    hours: int = SHIPPED_HOURS


class FreshdeskAutomations:
    """Closes and escalates tickets when it is time."""

    def __init__(self, account: FreshdeskAccount, scheduler: Scheduler) -> None:
        """Listen to the account from now on."""
        self.close = CloseRule()
        self.escalates = False
        self._account = account
        self._scheduler = scheduler
        account.listeners.append(self._heard)

    def set_close(self, *, active: bool = True, hours: int = SHIPPED_HOURS) -> None:
        """Switch the closing of resolved tickets on or off, for those that are resolved already too."""
        with self._account.lock:
            self.close = CloseRule(active=active, hours=hours)
            for ticket in self._account.visible():
                self._watch_close(ticket)

    def set_escalations(self, *, active: bool = True) -> None:
        """Switch the SLA's escalations on or off, for all tickets that are not overdue yet."""
        with self._account.lock:
            self.escalates = active
            for ticket in self._account.visible():
                self._watch_due(ticket)

    def _heard(self, changed: Changed) -> None:
        if changed.created or "status" in changed.changes or changed.special is not None:
            self._watch_close(changed.ticket)
        if changed.created or {"due_by", "priority", "status"} & changed.changes.keys():
            self._watch_due(changed.ticket)

    def _watch_close(self, ticket: Ticket) -> None:
        key, resolved = ("freshdesk close", ticket.id), ticket.stats["resolved_at"]
        self._scheduler.cancel(key)
        if self.close.active and ticket.status == RESOLVED and not ticket.gone and resolved is not None:
            due = datetime.fromisoformat(resolved) + timedelta(hours=self.close.hours)
            due = max(due, self._account.clock.now()).replace(minute=0, second=0, microsecond=0) + HOUR
            self._scheduler.at(due, lambda: self._close(ticket), key=key)

    def _close(self, ticket: Ticket) -> None:
        with self._account.lock:
            if ticket.status == RESOLVED and not ticket.gone:
                change(self._account, ticket, {"status": CLOSED}, actor=None, by="automation")

    def _watch_due(self, ticket: Ticket) -> None:
        key, due_by = ("freshdesk escalate", ticket.id), ticket.shown["due_by"]
        self._scheduler.cancel(key)
        if not self.escalates or ticket.gone or ticket.status in CLOSURE or due_by is None:
            return
        due = datetime.fromisoformat(due_by) + ESCALATED_AFTER
        if due > self._account.clock.now():
            self._scheduler.at(due, lambda: self._escalate(ticket), key=key)

    def _escalate(self, ticket: Ticket) -> None:
        with self._account.lock:
            if ticket.status not in CLOSURE and not ticket.gone and not ticket.shown["is_escalated"]:
                escalate(self._account, ticket, "is_escalated")
