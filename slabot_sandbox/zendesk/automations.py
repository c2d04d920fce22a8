"""Run the account's own automation: close solved tickets.

Promise: a solved ticket is closed by the account's own automation (four days after, as shipped with every account,
read hourly; it can be changed or switched off) and in any case after 28 days, whatever slabot plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.scheduler import Scheduler
from slabot_sandbox.zendesk.account import Changed, ZendeskAccount
from slabot_sandbox.zendesk.changes import change
from slabot_sandbox.zendesk.objects import SYSTEM_AUTHOR, Ticket, via

SHIPPED_HOURS = 96  # "Close ticket 4 days after status is set to solved"
NATIVE = timedelta(days=28)
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class CloseAutomation:
    """The automation that closes solved tickets."""

    active: bool = True
    hours: int = SHIPPED_HOURS


class ZendeskAutomations:
    """Closes solved tickets when it is time."""

    def __init__(self, account: ZendeskAccount, scheduler: Scheduler) -> None:
        """Listen to the account from now on."""
        self.close = CloseAutomation()
        self._account = account
        self._scheduler = scheduler
        self._number = account.ids.number()
        self._made = account.clock.now()
        self._since: dict[int, datetime] = {}
        account.listeners.append(self._heard)

    def shown(self) -> list[Json]:
        """The list of automations, as the API shows it."""
        title = f"Close ticket {_days(self.close.hours)} after status is set to solved"
        return [
            {
                "url": f"{self._account.base}/api/v2/automations/{self._number}.json",
                "id": self._number,
                "title": title,
                "active": self.close.active,
                "updated_at": stamp(self._made),
                "created_at": stamp(self._made),
                "default": False,
                "actions": [{"field": "status", "value": "closed"}],
                "conditions": {
                    "all": [
                        {"field": "status", "operator": "is", "value": "solved"},
                        {"field": "SOLVED", "operator": "greater_than", "value": str(self.close.hours)},
                    ],
                    "any": [],
                },
                "position": 0,
                "raw_title": title,
            }
        ]

    def set_close(self, *, active: bool = True, hours: int = SHIPPED_HOURS) -> None:
        """Switch the close automation on or off, or change its hours, for tickets solved already too."""
        with self._account.lock:
            self.close = CloseAutomation(active=active, hours=hours)
            for number, since in tuple(self._since.items()):
                self.watch(self._account.tickets[number], since)

    def watch(self, ticket: Ticket, solved_at: datetime) -> None:
        """Close this ticket when its time comes. What should have happened in the past is left as it is."""
        self._since[ticket.id] = solved_at
        now = self._account.clock.now()
        for due in (self._automation_at(solved_at), solved_at + NATIVE):
            if due is not None and due > now:
                self._scheduler.at(due, lambda: self._look(ticket), key=("close", ticket.id))
                return

    def _heard(self, changed: Changed) -> None:
        ticket = changed.ticket
        if ticket.status != "solved":
            self._since.pop(ticket.id, None)
            self._scheduler.cancel(("close", ticket.id))
        elif "status" in changed.changes or changed.created:
            self.watch(ticket, self._account.clock.now())

    def _look(self, ticket: Ticket) -> None:
        with self._account.lock:
            since, now = self._since.get(ticket.id), self._account.clock.now()
            if since is None or ticket.status != "solved":
                return
            automation = self._automation_at(since)
            if now >= since + NATIVE or (automation is not None and now >= automation):
                native = automation is None or now < automation
                source = via("rule", rel="automation") if not native else via("system")
                if not native:
                    source["source"]["from"] = {"id": self._number, "title": self.shown()[0]["title"]}
                change(self._account, ticket, {"status": "closed"}, actor=SYSTEM_AUTHOR, source=source, by="automation")
            else:
                self.watch(ticket, since)

    def _automation_at(self, solved_at: datetime) -> datetime | None:
        """The first hourly run at which more hours than the condition says have passed."""
        if not self.close.active:
            return None
        passed = solved_at + timedelta(hours=self.close.hours)
        return passed.replace(minute=0, second=0, microsecond=0) + HOUR


def _days(hours: int) -> str:
    days, rest = divmod(hours, 24)
    return f"{hours} hours" if rest else f"{days} days"
