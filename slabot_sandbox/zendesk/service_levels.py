"""Keep the SLA policy and the schedules of a Zendesk account.

Promise: schedules as recorded and documented, with minutes from Sunday 00:00 in a zone that Ruby on Rails names, and
holidays of whole days. An account begins without a schedule, so that its business hours are all hours; the first one
that is added is that of every ticket.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slabot_sandbox.base.business_time import BusinessWeek, dates
from slabot_sandbox.base.objects import Json
from slabot_sandbox.ids import Ids

REPLY = "reply_time"
METRICS = {  # what a policy calls it: what events call it
    "first_reply_time": REPLY,
    "requester_wait_time": "requester_wait_time",
    "agent_work_time": "agent_work_time",
    "total_resolution_time": "resolution_time",
    "periodic_update_time": "periodic_update_time",
    "pausable_update_time": "pausable_update_time",
}
REPLY_TARGETS = {"urgent": 120, "high": 360, "normal": 720, "low": 2880}  # minutes to the first reply
DAY = 24 * 60  # minutes
POLICY = {"id": 1, "title": "Everybody", "description": None}


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised.

    Attributes:
        business: True for business hours, False for calendar hours.
    """

    minutes: int
    business: bool

    @property
    def shown(self) -> Json:
        """As metric events show it."""
        return {
            "target": self.minutes,
            "target_in_seconds": self.minutes * 60,
            "business_hours": self.business,
            "policy": POLICY,
        }


@dataclass(slots=True)
class ServiceLevels:
    """What an account promises itself.

    Attributes:
        targets: by the metric, as the policy calls it, and the priority.
        schedules: as the API shows them.
        holidays: of each, by its id.
    """

    ids: Ids
    made: str
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    schedules: list[Json] = field(default_factory=list)
    holidays: dict[int, list[Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for priority, minutes in REPLY_TARGETS.items():
            self.targets["first_reply_time", priority] = Target(minutes, business=priority != "urgent")

    def add_schedule(
        self,
        name: str,
        zone: str,
        intervals: Sequence[Sequence[int]],
        holidays: Sequence[Mapping[str, str]] = (),
    ) -> Json:
        """A schedule, of minutes from Sunday 00:00, and its holidays: `name`, `start_date`, `end_date`."""
        number = self.ids.number()
        schedule: Json = {
            "id": number,
            "name": name,
            "time_zone": zone,
            "intervals": [{"start_time": opens, "end_time": closes} for opens, closes in intervals],
            "created_at": self.made,
            "updated_at": self.made,
        }
        self.schedules.append(schedule)
        self.holidays[number] = [{"id": self.ids.number(), **holiday} for holiday in holidays]
        return schedule

    def target(self, metric: str, priority: str) -> Target | None:
        """The target of a metric, as events call it, under a priority."""
        named = next((name for name, called in METRICS.items() if called == metric), metric)
        return self.targets.get((named, priority))

    def minutes(self, start: datetime, end: datetime) -> int:
        """Business minutes; real ones where the account has no schedule."""
        return int(self.worked(start, end, business=True).total_seconds()) // 60

    def worked(self, start: datetime, end: datetime, *, business: bool) -> timedelta:
        """How much counts between two instants."""
        week = self._week()
        return week.worked(start, end) if business and week is not None else end - start

    def after(self, start: datetime, amount: timedelta, *, business: bool) -> datetime:
        """When so much has counted."""
        week = self._week()
        return week.add(start, amount) if business and week is not None else start + amount

    def _week(self) -> BusinessWeek | None:
        if not self.schedules:
            return None
        schedule = self.schedules[0]
        spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for interval in schedule["intervals"]:
            day, opens = divmod(interval["start_time"], DAY)
            spans[(day - 1) % 7].append((opens * 60, (interval["end_time"] - day * DAY) * 60))
        closed = {day for one in self.holidays[schedule["id"]] for day in dates(one["start_date"], one["end_date"])}
        return BusinessWeek(
            zone=schedule["time_zone"],
            spans={weekday: tuple(sorted(each)) for weekday, each in spans.items()},
            closed=frozenset(closed),
        )
