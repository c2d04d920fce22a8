"""Keep the SLA policies and the business hours of a Freshdesk account, and set the deadlines of its tickets.

Promise: the answers have the shape that connectors and quotations of the reference describe; recordings of them
are not at hand. An account begins with one policy that counts around the clock. The timer stands still in the statuses
for which it is switched off, and a deadline moves by that time once the ticket has left them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slabot_sandbox.base.business_time import BusinessWeek
from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.errors import ActError
from slabot_sandbox.freshdesk.objects import PRIORITIES, RESOLVE_IN, RESPOND_IN
from slabot_sandbox.ids import Ids

DEFAULT_POLICY = "Default SLA Policy"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CONDITIONS = {
    "company_ids": "company_id",
    "group_ids": "group_id",
    "product_ids": "product_id",
    "sources": "source",
    "ticket_types": "type",
}
DEADLINES = (("fr_due_by", "respond_within"), ("due_by", "resolve_within"))


@dataclass(slots=True)
class ServiceLevels:
    """What an account promises itself.

    Attributes:
        policies: as the API shows them, the default one first.
        hours: business hours likewise, the default ones first; they have no holidays that the API would show.
        timer_off: the statuses in which no time counts.
        stopped_at: since when a ticket is in one of them.
    """

    ids: Ids
    made: str
    policies: list[Json] = field(default_factory=list)
    hours: list[Json] = field(default_factory=list)
    timer_off: set[int] = field(default_factory=set)
    stopped_at: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add_policy(DEFAULT_POLICY)
        self.add_hours("Default", "New Delhi", dict.fromkeys(WEEKDAYS[:5], ("09:00:00 am", "06:00:00 pm")))

    def add_policy(self, name: str, applicable_to: Mapping[str, Any] | None = None) -> Json:
        """A policy; the first is the default one, and the others are tried before it."""
        targets = {
            f"priority_{number}": {
                "respond_within": int(RESPOND_IN[number].total_seconds()),
                "resolve_within": int(RESOLVE_IN[number].total_seconds()),
                "next_respond_within": None,
                "business_hours": False,
                "escalation_enabled": True,
            }
            for number in sorted(RESPOND_IN, reverse=True)
        }
        policy: Json = {
            "id": str(self.ids.number()),  # quoted here, and nowhere else
            "name": name,
            "description": None,
            "active": True,
            "sla_target": targets,
            "applicable_to": dict(applicable_to or {}),
            "is_default": not self.policies,
            "position": len(self.policies) + 1,
            "created_at": self.made,
            "updated_at": self.made,
        }
        self.policies.append(policy)
        return policy

    def set_target(
        self, policy: str, priority: str, *, respond_within: int, resolve_within: int, business_hours: bool = True
    ) -> None:
        """What a policy gives for a priority, ``Urgent`` say, in seconds.

        Raises:
            ActError: the account has no such policy or priority.
        """
        found = next((each for each in self.policies if each["name"] == policy), None)
        if found is None or priority not in PRIORITIES:
            raise ActError(f'the account has no SLA policy "{policy}", or no priority "{priority}"')
        found["sla_target"][f"priority_{PRIORITIES[priority]}"] |= {
            "respond_within": respond_within,
            "resolve_within": resolve_within,
            "business_hours": business_hours,
        }

    def add_hours(self, name: str, zone: str, week: Mapping[str, Sequence[str]]) -> Json:
        """Business hours: of each weekday when it opens and closes, as ``09:00:00 am``; the first are the default."""
        hours: Json = {
            "id": str(self.ids.number()),
            "name": name,
            "description": None,
            "time_zone": zone,
            "is_default": not self.hours,
            "business_hours": {day: {"start_time": span[0], "end_time": span[1]} for day, span in week.items()},
            "created_at": self.made,
            "updated_at": self.made,
        }
        self.hours.append(hours)
        return hours

    # -- deadlines ------------------------------------------------------------------------------------------

    def set_deadlines(self, shown: Json, groups: Sequence[Json], *, only: Sequence[str] | None = None) -> None:
        """The deadlines of a ticket by its present priority, counted from its creation."""
        made = datetime.fromisoformat(shown["created_at"])
        target = self._target(shown)
        for name, key in DEADLINES:
            if only is None or name in only:
                amount = timedelta(seconds=target[key])
                counts = target["business_hours"]
                shown[name] = stamp(self._week(shown, groups).add(made, amount) if counts else made + amount)

    def timer(self, shown: Json, groups: Sequence[Json], former: int, at: datetime, *, answered: bool) -> None:
        """Stop the timer where a ticket enters a status without, and move its deadlines when it leaves the last.

        The deadline of an answer stays once there is one.
        """
        number, status = int(shown["id"]), int(shown["status"])
        if status in self.timer_off:
            self.stopped_at.setdefault(number, at)
        elif former in self.timer_off and (since := self.stopped_at.pop(number, None)) is not None:
            week = self._week(shown, groups)
            counts = self._target(shown)["business_hours"]
            for name in ("due_by",) if answered else ("due_by", "fr_due_by"):
                due = datetime.fromisoformat(shown[name])
                if due > since:
                    left = week.worked(since, due) if counts else due - since
                    shown[name] = stamp(week.add(at, left) if counts else at + left)

    def _target(self, shown: Json) -> Json:
        default, *others = self.policies
        fitting = next((each for each in others if each["active"] and _fits(each, shown)), default)
        found: Json = fitting["sla_target"][f"priority_{shown['priority']}"]
        return found

    def _week(self, shown: Json, groups: Sequence[Json]) -> BusinessWeek:
        group = next((one for one in groups if one["id"] == shown["group_id"]), {})
        named = str(group.get("business_hour_id") or "")
        hours = next((one for one in self.hours if one["id"] == named), self.hours[0])
        spans = {
            weekday: ((_seconds(day["start_time"]), _seconds(day["end_time"])),)
            for weekday, name in enumerate(WEEKDAYS)
            if (day := hours["business_hours"].get(name))
        }
        return BusinessWeek(zone=hours["time_zone"], spans=spans)


def _fits(policy: Json, shown: Json) -> bool:
    conditions = policy["applicable_to"]
    return all(shown[key] in conditions[name] for name, key in CONDITIONS.items() if conditions.get(name))


def _seconds(written: str) -> int:
    clock, half = written.split()
    hour, minute, second = (int(part) for part in clock.split(":"))
    return (hour % 12 + (12 if half == "pm" else 0)) * 3600 + minute * 60 + second
