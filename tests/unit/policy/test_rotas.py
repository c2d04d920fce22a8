"""Who is on call, at which instant exactly?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slabot.domain import InstantError
from slabot.policy import Rota
from tests.unit.policy.conftest import Check

SECOND = timedelta(seconds=1)
MAYA, RAJ, ANA = "maya@acme.example", "raj@acme.example", "U012AB3CD"


def rota(**settings: Any) -> Rota:
    return Rota.model_validate({"time_zone": "Europe/Berlin", "people": [MAYA, RAJ, ANA], **settings})


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold).astimezone(UTC)


def test_a_week_each_in_turn_from_the_hand_over_on() -> None:
    weekly = rota()  # Monday 09:00, and Maya's first week is the one of 5 January 2026
    assert weekly.on_call(berlin("2026-01-05 09:00")) == MAYA
    assert weekly.on_call(berlin("2026-01-12 09:00") - SECOND) == MAYA
    assert weekly.on_call(berlin("2026-01-12 09:00")) == RAJ
    assert weekly.on_call(berlin("2026-01-19 09:00")) == ANA
    assert weekly.on_call(berlin("2026-01-26 09:00")) == MAYA


def test_the_turns_go_back_before_the_first_week() -> None:
    assert rota().on_call(berlin("2026-01-05 09:00") - SECOND) == ANA
    assert rota().on_call(berlin("2025-12-29 09:00") - SECOND) == RAJ


@pytest.mark.parametrize("begins", ["2026-01-02", "2026-01-05", "2026-01-08"])
def test_begins_is_any_date_of_the_first_persons_week(begins: str) -> None:
    weekly = rota(begins=begins, hand_over="fri 17:00")  # Friday 2 January to Friday 9 January
    assert weekly.on_call(berlin("2026-01-02 17:00") - SECOND) == ANA
    assert weekly.on_call(berlin("2026-01-02 17:00")) == MAYA
    assert weekly.on_call(berlin("2026-01-09 17:00") - SECOND) == MAYA
    assert weekly.on_call(berlin("2026-01-09 17:00")) == RAJ


def test_the_hand_over_keeps_its_wall_time_when_the_clocks_change() -> None:
    weekly = rota(people=[MAYA, RAJ])
    before, after = berlin("2026-03-23 09:00"), berlin("2026-03-30 09:00")
    assert after - before == timedelta(days=7, hours=-1)
    assert weekly.on_call(after - SECOND) == weekly.on_call(before)
    assert weekly.on_call(after) != weekly.on_call(before)


def test_a_hand_over_at_a_wall_time_that_is_skipped_moves_forward() -> None:
    weekly = rota(people=[MAYA, RAJ], hand_over="sun 02:30")  # 29 March 2026: 02:00 becomes 03:00
    jumped = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30
    assert weekly.on_call(jumped - SECOND) != weekly.on_call(jumped)
    assert weekly.on_call(jumped - SECOND) == weekly.on_call(jumped - timedelta(days=6))


def test_a_hand_over_at_a_wall_time_that_comes_twice_is_at_the_first_and_nobody_takes_over_again() -> None:
    weekly = rota(people=[MAYA, RAJ], hand_over="sun 02:30")  # 25 October 2026: 03:00 becomes 02:00
    first, second = berlin("2026-10-25 02:30"), berlin("2026-10-25 02:00", fold=1)
    assert second - first == timedelta(minutes=30)
    assert weekly.on_call(first - SECOND) != weekly.on_call(first)
    assert weekly.on_call(second) == weekly.on_call(second + timedelta(minutes=29)) == weekly.on_call(first)


def test_an_override_holds_from_its_first_instant_to_before_its_last() -> None:
    weekly = rota(people=[MAYA, RAJ], overrides=[{"from": "2026-12-24", "to": "2026-12-27 09:00", "person": ANA}])
    assert weekly.on_call(berlin("2026-12-24 00:00") - SECOND) == MAYA
    assert weekly.on_call(berlin("2026-12-24 00:00")) == ANA
    assert weekly.on_call(berlin("2026-12-27 09:00") - SECOND) == ANA
    assert weekly.on_call(berlin("2026-12-27 09:00")) == MAYA


def test_of_overrides_that_overlap_the_later_one_of_the_file_holds() -> None:
    weekly = rota(
        overrides=[
            {"from": "2026-12-24", "to": "2026-12-27", "person": ANA},
            {"from": "2026-12-25", "to": "2026-12-26", "person": "nobody"},
        ]
    )
    assert weekly.on_call(berlin("2026-12-24 12:00")) == ANA
    assert weekly.on_call(berlin("2026-12-25 12:00")) is None
    assert weekly.on_call(berlin("2026-12-26 12:00")) == ANA


def test_an_override_in_the_hour_that_comes_twice_does_not_flicker() -> None:
    weekly = rota(people=[MAYA, RAJ], overrides=[{"from": "2026-10-25 02:30", "to": "2026-10-25 12:00", "person": ANA}])
    assert weekly.on_call(berlin("2026-10-25 02:29")) != ANA
    assert weekly.on_call(berlin("2026-10-25 02:30")) == ANA
    assert weekly.on_call(berlin("2026-10-25 02:15", fold=1)) == ANA


def test_nobody_may_have_a_week_of_their_own() -> None:
    weekly = rota(people=[MAYA, "nobody"])
    assert weekly.on_call(berlin("2026-01-12 09:00")) is None
    assert weekly.on_call(berlin("2026-01-19 09:00")) == MAYA


def test_a_rota_that_slack_keeps_is_not_answered_for() -> None:
    kept = Rota.model_validate({"group": "@support-oncall"})
    assert (kept.group, kept.on_call(berlin("2026-01-12 09:00"))) == ("@support-oncall", None)


def test_the_time_that_is_asked_about_needs_a_zone() -> None:
    with pytest.raises(InstantError):
        rota().on_call(datetime(2026, 1, 12, 9))


def test_changes_are_all_instants_at_which_the_answer_changes() -> None:
    weekly = rota(
        people=[MAYA, RAJ], overrides=[{"from": "2026-10-22 10:15", "to": "2026-10-25 02:30", "person": "nobody"}]
    )
    start, end = berlin("2026-10-15 00:00"), berlin("2026-11-15 00:00")
    changes, minute = set(weekly.changes(start, end)), timedelta(minutes=15)
    at = start
    while at + minute < end:
        if weekly.on_call(at) != weekly.on_call(at + minute):
            assert at + minute in changes
        at += minute
    assert all(start <= change < end for change in changes)


@pytest.mark.parametrize(
    ("setting", "code", "path", "message"),
    [
        ("people: []", "rota-of-whom", "rotas.primary", "a rota needs people or group"),
        ("people: [a@b.example], group: '@x'", "rota-of-whom", "rotas.primary", "a rota needs people or group"),
        ("people: [a@b.example], time_zone: null", "missing-time-zone", "rotas.primary", "this rota has no time zone"),
        ("people: [Maya]", "bad-person", "rotas.primary.people[0]", "'Maya' is no person"),
        ("people: ['@support']", "bad-person", "rotas.primary.people[0]", "'@support' is no person"),
        ("group: support-oncall", "bad-destination", "rotas.primary.group", "'support-oncall' is no user group"),
        ("people: [a@b.example], hand_over: monday 09:00", "bad-hand-over", "rotas.primary.hand_over", ""),
        ("people: [a@b.example], hand_over: mon 24:00", "bad-hand-over", "rotas.primary.hand_over", ""),
        ("people: [a@b.example], hand_over: mon 09:60", "bad-hand-over", "rotas.primary.hand_over", ""),
        ("people: [a@b.example], hand_over: xyz 09:00", "bad-hand-over", "rotas.primary.hand_over", ""),
        ("people: [a@b.example], hand_over: 9", "bad-hand-over", "rotas.primary.hand_over", ""),
        ("people: [a@b.example], begins: soon", "bad-date", "rotas.primary.begins", ""),
        ("people: [a@b.example], only_in: offices", "unknown-calendar", "rotas.primary.only_in", ""),
        (
            "people: [a@b.example], overrides: [{from: 2026-12-24T00:00Z, to: 2026-12-25, person: nobody}]",
            "bad-date",
            "rotas.primary.overrides[0].from",
            "'2026-12-24T00:00Z' is no date or wall time",
        ),
        (
            "people: [a@b.example], overrides: [{from: 2026-12-24, to: 2026-12-24, person: nobody}]",
            "bad-date",
            "rotas.primary.overrides[0].to",
            "this override ends before it begins",
        ),
        ("people: [a@b.example], overrides: [{from: 2026-12-24, person: nobody}]", "missing-setting", "", ""),
    ],
)
def test_a_rota_that_is_wrong_says_where_and_what(
    check: Check, setting: str, code: str, path: str, message: str
) -> None:
    zone = "" if "time_zone" in setting or "group: s" in setting else "time_zone: Europe/Berlin, "
    setting = setting.replace(", time_zone: null", "")
    policy, problems = check(("version: 1\n", f"version: 1\nrotas: {{primary: {{{zone}{setting}}}}}\n"))
    assert policy is None
    assert [problem.code for problem in problems] == [code]
    assert problems[0].path.startswith(path)
    assert problems[0].message.startswith(message)
