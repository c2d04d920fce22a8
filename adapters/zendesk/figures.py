"""What does Zendesk say about how tickets fared?

Promise: metric events to the second, metric sets to the whole minute, both as Zendesk has them; nothing is worked out
here. The pages of the events are asked for by their time: the address of the next one in an answer is not followed.

Source: Ticket Metrics and Ticket Metric Events in Zendesk's OpenAPI description. The target of a deadline stands in its
`apply_sla` event, so the list of SLA policies, which shows today's alone, is not asked for. Where a metric stands still
is documented: see "Pause events" in the reference of metric event types.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.base import Clock, RateBudget
from adapters.errors import BadAnswer, CallsKept, Gone
from adapters.figures import Lacking, Told
from adapters.http.answers import read_object
from adapters.http.fields import Raw, ident, instant_or_none, mapping, objects, text
from adapters.zendesk.client import Client
from adapters.zendesk.export import WITHHELD
from adapters.zendesk.schedules import read_schedules
from slabot.domain import Category, Figure, Measure

EVENTS = "incremental/ticket_metric_events.json"
PAGES = 10_000  # of events; ten million of them
REPLY = "reply_time"
FIRST = 1  # the instance of a metric that is a ticket's first

_WITH_CUSTOMER = frozenset({Category.WAITING_ON_CUSTOMER})
_NEVER: frozenset[Category] = frozenset()
RESOLUTIONS = {
    "requester_wait_time": _WITH_CUSTOMER,
    "agent_work_time": _WITH_CUSTOMER | {Category.WAITING_ON_THIRD_PARTY},
    "resolution_time": _NEVER,
}
"""The metrics that a solve fulfils, and where each stands still: in Pending, in Pending and On-hold, nowhere."""
UPDATES = {"periodic_update_time": _NEVER, "pausable_update_time": _WITH_CUSTOMER}
"""The metrics that each public comment of an agent's fulfils and begins again, and where each stands still."""

_LENGTHS = (
    (Measure.FIRST_REPLY_MINUTES, "reply_time_in_minutes", "calendar"),
    (Measure.FIRST_REPLY_BUSINESS_MINUTES, "reply_time_in_minutes", "business"),
    (Measure.FIRST_RESOLUTION_MINUTES, "first_resolution_time_in_minutes", "calendar"),
    (Measure.FULL_RESOLUTION_MINUTES, "full_resolution_time_in_minutes", "calendar"),
    (Measure.REQUESTER_WAIT_MINUTES, "requester_wait_time_in_minutes", "calendar"),
    (Measure.REQUESTER_WAIT_BUSINESS_MINUTES, "requester_wait_time_in_minutes", "business"),
    (Measure.AGENT_WAIT_MINUTES, "agent_wait_time_in_minutes", "calendar"),
    (Measure.ON_HOLD_MINUTES, "on_hold_time_in_minutes", "calendar"),
)


def read(
    client: Callable[[], Client], clock: Clock, budget: RateBudget, ticket_ids: Collection[str], *, since: datetime
) -> Iterator[Told | Lacking]:
    """The figures of these tickets; see `adapters.figures`."""
    hours = read_schedules(lambda path: _get(client, clock, budget, path, {}))
    if hours.lacking:
        yield Lacking(hours.lacking)
    wanted = set(ticket_ids)
    events: defaultdict[str, list[Raw]] = defaultdict(list)
    for event in _events(client, clock, budget, since):
        number = ident(event.get("ticket_id"))
        if number in wanted and _is_meant(event):
            events[number].append(event)
    for number in ticket_ids:
        path = f"tickets/{number}/metrics.json"
        try:
            answer = _get(client, clock, budget, path, {})
        except Gone:
            continue
        metrics = answer.get("ticket_metric")
        if isinstance(metrics, list):  # as in the description's example
            metrics = metrics[0] if metrics else {}
        raw = mapping(metrics)
        figures = (*of_events(events[number]), *of_metrics(raw))
        told = tuple(replace(figure, hours=hours.hours) for figure in figures)
        yield Told(number, told, instant_or_none(raw, "updated_at"))


def _is_meant(event: Raw) -> bool:
    metric = event.get("metric")
    return metric in UPDATES or (event.get("instance_id") == FIRST and (metric == REPLY or metric in RESOLUTIONS))


def of_metrics(raw: Raw) -> Iterator[Figure]:
    """What a metric set says."""
    for measure, name, kind in _LENGTHS:
        lengths = raw.get(name)
        if isinstance(lengths, dict) and kind in lengths:
            minutes = lengths[kind]
            known = isinstance(minutes, int) and not isinstance(minutes, bool)
            yield Figure(measure=measure, minutes=minutes if known else None)
    if "solved_at" in raw:
        yield Figure(measure=Measure.SOLVED, at=instant_or_none(raw, "solved_at"))


def of_events(events: list[Raw]) -> Iterator[Figure]:
    """What the metric events of a ticket say."""
    runs: defaultdict[tuple[str, int], list[Raw]] = defaultdict(list)
    for event in sorted(events, key=lambda event: str(event.get("time"))):
        metric, instance = text(event.get("metric")), event.get("instance_id")
        runs[metric, instance if isinstance(instance, int) else 0].append(event)
    for (metric, _), run in runs.items():
        yield from _of_run(metric, run)


def _of_run(metric: str, events: list[Raw]) -> Iterator[Figure]:
    """One run of a metric: when it was fulfilled and, where it was breached, by which target it was late."""
    target: timedelta | None = None
    business, began = False, None
    for event in events:
        at = instant_or_none(event, "time")
        match event.get("type"):
            case "activate":
                began = began or at
            case "fulfill" if at is not None and metric == REPLY:
                yield Figure(measure=Measure.FIRST_REPLY, at=at)
            case "apply_sla":
                target, business = _target(mapping(event.get("sla")))
            case "breach" if at is not None and event.get("deleted") is not True:
                yield _deadline(metric, at, target, began, business=business)
            case _:
                pass


def _deadline(metric: str, at: datetime, target: timedelta | None, began: datetime | None, *, business: bool) -> Figure:
    if metric in UPDATES:
        measure, paused, begins = Measure.UPDATE_DUE, UPDATES[metric], began
    elif metric in RESOLUTIONS:
        measure, paused, begins = Measure.RESOLUTION_DUE, RESOLUTIONS[metric], None
    else:
        measure, paused, begins = Measure.FIRST_REPLY_DUE, None, None
    return Figure(measure=measure, at=at, target=target, business_hours=business, paused_in=paused, began_at=begins)


def _target(sla: Raw) -> tuple[timedelta | None, bool]:
    """How long is given, and whether it counts in business hours."""
    seconds, minutes = sla.get("target_in_seconds"), sla.get("target")
    business = sla.get("business_hours") is True
    if isinstance(seconds, int):
        return timedelta(seconds=seconds), business
    return (timedelta(minutes=minutes), business) if isinstance(minutes, int) else (None, business)


def _events(client: Callable[[], Client], clock: Clock, budget: RateBudget, since: datetime) -> Iterator[Raw]:
    newest = int((clock.now() - WITHHELD - timedelta(seconds=1)).timestamp())
    start, seen = min(int(since.timestamp()), newest), set[object]()
    for _ in range(PAGES):
        page = _get(client, clock, budget, EVENTS, {"start_time": str(max(0, start))})
        listed = page.get("ticket_metric_events")
        if not isinstance(listed, list):
            raise BadAnswer("no list of ticket metric events in it", endpoint=f"GET /api/v2/{EVENTS}")
        fresh = [event for event in objects(listed) if event.get("id") not in seen]
        seen.update(event.get("id") for event in fresh)
        yield from fresh
        end = page.get("end_time")
        if page.get("end_of_stream") is True or not fresh or not isinstance(end, int) or end <= start:
            return
        start = end


def _get(
    client: Callable[[], Client], clock: Clock, budget: RateBudget, path: str, query: dict[str, str]
) -> dict[str, object]:
    endpoint = f"GET /api/v2/{path}"
    if (until := budget.closed_until(clock.now())) is not None:
        raise CallsKept(until, endpoint=endpoint)
    mine = client()
    return read_object(mine.session.get(mine.address.url(path), params=query), endpoint=endpoint)
