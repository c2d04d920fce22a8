"""Are the account's business hours read as it has them, and is a refusal taken calmly?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from adapters.errors import BadAnswer, NotAllowed, SignInRefused
from adapters.figures import Lacking, Told
from adapters.zendesk.adapter import ZendeskAdapter
from adapters.zendesk.figures import of_events
from adapters.zendesk.schedules import SCHEDULES, ReadHours, read_schedules
from slabot.domain import Category, Figure, Measure, OwnHours
from slabot_sandbox import Sandbox

from ..conftest import Answer, Opens, Scripted

HOUR = 3600
WEEK = [(540 + day * 1440, 1020 + day * 1440) for day in range(1, 6)]  # Monday to Friday, 9 to 17
TOKYO = {  # as recorded
    "id": 250647,
    "name": "sandbox - test",
    "time_zone": "Tokyo",
    "created_at": "2016-12-04T09:10:24Z",
    "updated_at": "2016-12-04T09:10:31Z",
    "intervals": [{"start_time": 1980, "end_time": 2460}, {"start_time": 3420, "end_time": 3900}],
}
HOLIDAYS = f"business_hours/schedules/{TOKYO['id']}/holidays.json"


def read(answers: Mapping[str, Any]) -> ReadHours:
    return read_schedules(lambda path: answers[path])


def test_a_schedule_is_read_with_its_holidays() -> None:
    new_year = {"id": 1, "name": "New year", "start_date": "2026-12-31", "end_date": "2027-01-02"}
    found = read({SCHEDULES: {"schedules": [TOKYO]}, HOLIDAYS: {"holidays": [new_year]}})
    assert found == ReadHours(
        (
            OwnHours(
                name="sandbox - test",
                zone="Tokyo",
                week=((0, 9 * HOUR, 17 * HOUR), (1, 9 * HOUR, 17 * HOUR)),
                holidays=((date(2026, 12, 31), date(2027, 1, 2), "New year"),),
            ),
        )
    )


def test_minutes_count_from_sunday_and_are_cut_at_midnight() -> None:
    odd = {**TOKYO, "intervals": [{"start_time": 0, "end_time": 60}, {"start_time": 8700, "end_time": 10080}]}
    [hours] = read({SCHEDULES: {"schedules": [odd]}, HOLIDAYS: {"holidays": []}}).hours or ()
    assert hours.week == ((5, HOUR, 24 * HOUR), (6, 0, HOUR))  # Saturday 01:00 to 24:00, Sunday 00:00 to 01:00
    over = {**TOKYO, "intervals": [{"start_time": 1380, "end_time": 1500}]}
    [hours] = read({SCHEDULES: {"schedules": [over]}, HOLIDAYS: {"holidays": []}}).hours or ()
    assert hours.week == ((0, 0, HOUR), (6, 23 * HOUR, 24 * HOUR))


def test_what_cannot_be_read_of_a_schedule_is_left_out() -> None:
    odd = {**TOKYO, "intervals": [{"start_time": None}, {"start_time": 5, "end_time": 5}, "x"], "name": None}
    holidays = [{"start_date": "soon"}, {"start_date": "2026-01-02", "end_date": "2026-01-01"}]
    [hours] = read({SCHEDULES: {"schedules": [odd, {"id": None}]}, HOLIDAYS: {"holidays": holidays}}).hours or ()
    assert (hours.name, hours.week, hours.holidays) == ("schedule 250647", (), ())


@pytest.mark.parametrize("path", [SCHEDULES, HOLIDAYS])
def test_a_list_that_is_missing_is_no_empty_list(path: str) -> None:
    answers: dict[str, Any] = {SCHEDULES: {"schedules": [TOKYO]}, HOLIDAYS: {"holidays": []}}
    with pytest.raises(BadAnswer):
        read({**answers, path: {}})


def test_a_refused_sign_in_is_no_refused_schedule() -> None:
    def refuse(path: str) -> Any:
        raise SignInRefused("no", endpoint="GET x", remedy="mend it")

    with pytest.raises(SignInRefused):
        read_schedules(refuse)


def test_a_refusal_is_said_and_leaves_the_hours_unknown() -> None:
    def refuse(path: str) -> Any:
        raise NotAllowed("admins only", endpoint="GET x", remedy="make it an admin")

    found = read_schedules(refuse)
    assert found.hours is None
    assert "schedules cannot be read, so figures in business hours may stay unexplained" in found.lacking
    assert found.lacking.endswith(".")


def told(adapter: ZendeskAdapter, *numbers: int) -> tuple[list[Told], list[Lacking]]:
    since = datetime.fromisoformat("2026-01-01T00:00:00Z")
    found = list(adapter.figures([str(number) for number in numbers], since=since))
    return [each for each in found if isinstance(each, Told)], [each for each in found if isinstance(each, Lacking)]


def test_each_figure_comes_with_the_hours_of_the_account(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    number = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    sandbox.zendesk.account.add_schedule("Office", "Tokyo", WEEK)
    [ticket], lacking = told(acme, number)
    assert lacking == []
    assert {tuple(hours.name for hours in figure.hours or ()) for figure in ticket.figures} == {("Office",)}


def test_an_account_without_schedules_tells_that_it_has_none(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    number = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    [ticket], _ = told(acme, number)
    assert {figure.hours for figure in ticket.figures} == {()}


@pytest.mark.parametrize("answer", [Answer(403, {"error": "Forbidden"}), Answer(404, {"error": "InvalidEndpoint"})])
def test_an_account_that_shows_no_schedules_still_tells_its_figures(
    scripted: Scripted, opened: Opens, answer: Answer
) -> None:
    scripted.on("GET", "/business_hours/schedules.json", answer)
    scripted.on("GET", "/incremental/ticket_metric_events.json", Answer(body={"ticket_metric_events": []}))
    scripted.on("GET", "/tickets/7/metrics.json", Answer(body={"ticket_metric": {"solved_at": None}}))
    [ticket], [lacking] = told(opened(scripted.url), 7)
    assert ticket.figures == (Figure(measure=Measure.SOLVED),)
    assert "GET /api/v2/business_hours/schedules.json" in lacking.sentence


def event(metric: str, type: str, time: str, instance: int = 1, **more: Any) -> dict[str, Any]:
    return {"ticket_id": 1, "metric": metric, "instance_id": instance, "type": type, "time": time, **more}


def test_each_metric_tells_where_it_stands_still() -> None:
    sla = {"target": 60, "business_hours": False}
    metrics = ("requester_wait_time", "agent_work_time", "resolution_time")
    events: list[Mapping[str, Any]] = [
        each
        for metric in metrics
        for each in (
            event(metric, "activate", "2026-01-09T12:00:00Z"),
            event(metric, "apply_sla", "2026-01-09T12:00:00Z", sla=sla),
            event(metric, "breach", "2026-01-09T13:00:00Z"),
        )
    ]
    waiting, hold = Category.WAITING_ON_CUSTOMER, Category.WAITING_ON_THIRD_PARTY
    found = list(of_events(events))
    assert {figure.measure for figure in found} == {Measure.RESOLUTION_DUE}
    assert {figure.target for figure in found} == {timedelta(hours=1)}
    assert [set(figure.paused_in or ()) for figure in found] == [{waiting}, {waiting, hold}, set()]
    assert all(figure.paused_in is not None for figure in found)


def test_each_run_of_an_update_has_its_own_beginning() -> None:
    metric, sla = "pausable_update_time", {"target": 60, "business_hours": False}
    events: list[Mapping[str, Any]] = [
        event(metric, "activate", "2026-01-09T12:00:00Z"),
        event(metric, "apply_sla", "2026-01-09T12:00:00Z", sla=sla),
        event(metric, "fulfill", "2026-01-09T12:30:00Z"),
        event(metric, "activate", "2026-01-09T12:30:00Z", 2),
        event(metric, "apply_sla", "2026-01-09T12:30:00Z", 2, sla=sla),
        event(metric, "breach", "2026-01-09T13:30:00Z", 2),
    ]
    [found] = of_events(events)
    assert (found.measure, found.began_at) == (
        Measure.UPDATE_DUE,
        datetime.fromisoformat("2026-01-09T12:30:00+00:00"),
    )
