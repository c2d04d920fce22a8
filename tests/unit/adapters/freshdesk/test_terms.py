"""What does the account promise itself, and for which of its tickets?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.errors import CallsKept
from adapters.figures import Lacking, Told
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.client import Listed
from adapters.freshdesk.terms import RESOLVE, RESPOND, AccountTerms, read_terms
from slabot.domain import Measure, Message, OwnHours
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn
from slabot_sandbox.freshdesk.updates import note

from ..conftest import Answer, Scripted
from .conftest import BOB, SINCE, Opens

HOUR = 3600
TARGET = {"business_hours": True, "escalation_enabled": True, "respond_within": 1800, "resolve_within": 7200}
DEFAULT: dict[str, Any] = {  # ids are quoted in this answer
    "id": "158000322059",
    "name": "Default policy",
    "active": True,
    "sla_target": {"priority_4": TARGET, "priority_1": {**TARGET, "respond_within": 3600, "business_hours": False}},
    "applicable_to": {},
    "is_default": True,
    "position": 1,
}
HOURS: dict[str, Any] = {
    "id": "158000272633",
    "name": "General working hours",
    "is_default": True,
    "time_zone": "Pacific Time (US & Canada)",
    "business_hours": {
        "monday": {"start_time": "08:00:00 am", "end_time": "05:00:00 pm"},
        "saturday": {"start_time": "12:00:00 am", "end_time": "11:59:59 pm"},
    },
}


class Account:
    """A client that answers from lists."""

    def __init__(self, policies: list[Any], hours: list[Any] | None = None, groups: list[Any] | None = None) -> None:
        self._policies, self._hours, self._groups = policies, [HOURS] if hours is None else hours, groups or []

    def sla_policies(self, page: int) -> Listed:
        return self._policies, False

    def business_hours(self, page: int) -> Listed:
        return self._hours, False

    def groups(self, page: int) -> Listed:
        return self._groups, False


def terms(*policies: Any, **more: Any) -> AccountTerms:
    account: Any = Account(list(policies), **more)
    return read_terms(account, lambda endpoint: None)


def test_targets_are_read_by_priority() -> None:
    found = terms(DEFAULT)
    assert [(each.priority, each.target, each.business_hours) for each in found.targets({}, RESPOND)] == [
        ("low", timedelta(hours=1), False),
        ("urgent", timedelta(minutes=30), True),
    ]
    assert {each.target for each in found.targets({}, RESOLVE)} == {timedelta(hours=2)}


def test_hours_are_read_as_the_day_writes_them() -> None:
    [hours] = terms(DEFAULT).hours_for({}) or ()
    assert hours == OwnHours(
        name="General working hours",
        zone="Pacific Time (US & Canada)",
        week=((0, 8 * HOUR, 17 * HOUR), (5, 0, 24 * HOUR)),  # noon is 12 pm, and the last second ends the day
    )


@pytest.mark.parametrize(
    ("conditions", "ticket", "fits"),
    [
        ({"sources": [1, 2]}, {"source": 2}, True),
        ({"sources": [1, 2]}, {"source": 3}, False),
        ({"group_ids": ["35000001"]}, {"group_id": 35000001}, True),
        ({"ticket_types": ["Incident"]}, {"type": "Incident"}, True),
        ({"ticket_types": ["Incident"]}, {"type": None}, False),
        ({"company_ids": [5], "product_ids": [7]}, {"company_id": 5, "product_id": 8}, False),
        ({"company_ids": [5], "product_ids": []}, {"company_id": 5}, True),
    ],
)
def test_the_first_policy_that_fits_counts(conditions: Any, ticket: Any, fits: bool) -> None:
    special = {
        **DEFAULT,
        "is_default": False,
        "position": 2,
        "applicable_to": conditions,
        "sla_target": {"priority_4": {**TARGET, "respond_within": 60}},
    }
    urgent = {each.priority: each.target for each in terms(DEFAULT, special).targets(ticket, RESPOND)}["urgent"]
    assert urgent == (timedelta(minutes=1) if fits else timedelta(minutes=30))


def test_a_policy_that_is_switched_off_promises_nothing() -> None:
    assert terms({**DEFAULT, "active": False}).targets({}, RESPOND) == ()


def test_a_group_may_keep_hours_of_its_own() -> None:
    night = {**HOURS, "id": 9, "name": "Night", "is_default": False}
    found = terms(DEFAULT, hours=[HOURS, night], groups=[{"id": 3, "business_hour_id": 9}, {"id": 4}])
    names = [[each.name for each in found.hours_for({"group_id": group}) or ()] for group in (3, 4, None)]
    assert names == [["Night"], ["General working hours"], ["General working hours"]]


def told(adapter: FreshdeskAdapter, *numbers: str) -> tuple[list[Told], list[Lacking]]:
    found = list(adapter.figures(numbers, since=SINCE))
    return [each for each in found if isinstance(each, Told)], [each for each in found if isinstance(each, Lacking)]


def test_the_deadlines_come_with_them(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    [ticket], lacking = told(partners, own)
    assert lacking == []
    due = {figure.measure: figure for figure in ticket.figures}
    assert {each.priority for each in due[Measure.FIRST_REPLY_DUE].by_priority} == {"low", "medium", "high", "urgent"}
    assert [each.name for each in due[Measure.RESOLUTION_DUE].hours or ()] == ["Default"]


def test_an_agent_who_is_no_administrator_gets_figures_and_is_told_what_is_missing(
    opened: Opens, desk: FreshdeskStandIn, own: str
) -> None:
    desk.account.add_agent("helper@partners.example")
    desk.guard.keys["helper-key"] = "helper@partners.example"
    [ticket], lacking = told(opened(desk.url, token="helper-key"), own)
    assert [each.sentence.partition(" cannot")[0] for each in lacking] == ["its SLA policies", "its business hours"]
    assert {figure.measure for figure in ticket.figures} >= {Measure.FIRST_REPLY_DUE, Measure.RESOLUTION_DUE}
    assert all(figure.by_priority == () and figure.hours is None for figure in ticket.figures)


def test_an_account_without_these_addresses_is_told_too(hostile: FreshdeskAdapter, book: Scripted) -> None:
    book.on("GET", "/tickets/7", Answer(body={"id": 7, "fr_due_by": "2026-01-09T18:00:00Z"}))
    [ticket], lacking = told(hostile, "7")
    assert len(lacking) == 3
    assert len(ticket.figures) == 1


def test_the_share_for_people_is_kept(hostile: FreshdeskAdapter, book: Scripted) -> None:
    used_up = {"X-RateLimit-Total": "100", "X-RateLimit-Remaining": "1"}
    book.on("GET", "/sla_policies", Answer(body=[], headers=used_up))
    with pytest.raises(CallsKept):
        told(hostile, "7")
    assert book.of("GET", "/business_hours") == []


def test_a_public_note_is_told_as_one(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    account = desk.account
    agent = account.add_agent(BOB)
    note(account, account.ticket(int(own)), {"body": "For all to read", "private": False}, actor=agent["id"])
    note(account, account.ticket(int(own)), {"body": "For us"}, actor=agent["id"])
    desk.people.agent_replies(int(own), BOB, "A reply")
    marks = [(each.public, each.as_note) for each in partners.fetch(own).events if isinstance(each, Message)]
    assert marks == [(True, False), (True, True), (False, False), (True, False)]
