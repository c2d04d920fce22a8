"""Does everybody who is to be told exist, and is somebody on call when it counts?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.unit.policy.conftest import Check

Warned = Callable[..., list[tuple[str, str, str]]]
FIRST, LADDER = "version: 1\n", "{at: 50% used}"
MAYA = "{time_zone: Europe/Berlin, people: [maya@acme.example]}"


def told(to: str, *settings: str) -> list[tuple[str, str]]:
    """The policy whose first rung tells these, with further settings."""
    return [(LADDER, f"{{at: 50% used, notify: {to}}}"), (FIRST, FIRST + "".join(f"{line}\n" for line in settings))]


@pytest.mark.parametrize(
    ("to", "settings", "code", "message", "fix"),
    [
        ("rota:primry", f"rotas: {{primary: {MAYA}}}", "unknown-rota", '"rota:primry" names nothing under rotas',
         'use one of primary; did you mean "primary"?'),
        ("rota:primary", "", "unknown-rota", '"rota:primary" names nothing under rotas', "add it under rotas"),
        ("pagerduty:main", "", "unknown-way", '"pagerduty:main" names nothing under pagerduty',
         "add it under pagerduty"),
        ("webhook:pager", "outgoing_webhooks: {other: {url_env: URL, secret_env: SECRET}}", "unknown-way",
         '"webhook:pager" names nothing under outgoing_webhooks', "use one of other"),
        ("email:a@b.example", "", "unknown-way",
         '"email:a@b.example" asks for an e-mail, and the file names no mail server',
         "add email: {host: smtp.acme.example, from: pages@acme.example}"),
    ],
)  # fmt: skip
def test_a_destination_that_the_file_does_not_have_is_an_error_at_its_place(
    check: Check, to: str, settings: str, code: str, message: str, fix: str
) -> None:
    policy, (problem,) = check(*told(f"[assignee, {to}]", settings))
    assert policy is None
    assert (problem.code, problem.path) == (code, "escalate[0].rungs[0].notify[1]")
    assert (problem.message, problem.fix) == (message, fix)
    assert problem.source_line[problem.source_column - 1 :].startswith(to)


def test_destinations_are_looked_at_wherever_they_stand(check: Check) -> None:
    wrong = ["permissions: [{do: claim, who: rota:a, ask: x}]", "fallback: {to: [assignee, pagerduty:b]}"]
    policy, problems = check(*told("rota:c", *wrong))
    assert policy is None
    assert {problem.path for problem in problems} == {
        "permissions[0].who",
        "fallback.to[1]",
        "escalate[0].rungs[0].notify",
    }


def test_what_the_file_has_is_right(check: Check) -> None:
    ways = [
        f"rotas: {{primary: {MAYA}}}",
        "pagerduty: {main: {routing_key_env: KEY}}",
        "outgoing_webhooks: {pager: {url_env: URL, secret_env: SECRET}}",
        "email: {host: smtp.acme.example, from: a@b.example}",
    ]
    to = "[rota:primary, pagerduty:main, webhook:pager, email:a@b.example, '#x', user:U012AB, group:@x, assignee]"
    policy, problems = check(*told(to, *ways))
    assert policy is not None
    assert problems == ()


def gaps(warned: Warned, rota: str, to: str = "rota:primary", today: date = date(2026, 11, 24)) -> list[str]:
    """The messages about gaps of this rota, whose people are told at the first rung."""
    found = warned(*told(to, f"rotas: {{primary: {{time_zone: Europe/Berlin, {rota}}}}}"), today=today)
    assert {(code, path) for code, path, _ in found} <= {("rota-has-gaps", "rotas.primary")}
    return [message for _, _, message in found]


def test_a_rota_of_people_has_no_gap(warned: Warned) -> None:
    assert gaps(warned, "people: [maya@acme.example, raj@acme.example]") == []


def test_a_gap_is_named_with_its_first_instant(warned: Warned) -> None:
    (message,) = gaps(warned, 'people: [maya@acme.example], overrides: [{from: "2026-12-24 09:17", to: "2026-12-24 09:23", person: nobody}]')  # noqa: E501  # fmt: skip
    assert message == (
        "nobody is on call in primary on Thu 24 Dec 2026 09:17, and it is told about pages that count around the clock"
    )


def test_a_gap_of_today_is_named_with_the_beginning_of_today(warned: Warned) -> None:
    (message,) = gaps(warned, "people: [nobody]")
    assert "on Tue 24 Nov 2026 01:00" in message  # midnight UTC


@pytest.mark.parametrize(
    ("rota", "when"),
    [
        ("people: [maya@acme.example, nobody]", "Mon 30 Nov 2026 09:00"),
        ("people: [maya@acme.example], only_in: office", "Tue 24 Nov 2026 01:00"),
        ('people: [nobody], overrides: [{from: "2026-11-01", to: "2026-12-05 10:00", person: U012AB}]',
         "Sat 05 Dec 2026 10:00"),
    ],
)  # fmt: skip
def test_weeks_of_nobody_closed_calendars_and_the_ends_of_overrides_are_gaps(
    warned: Warned, rota: str, when: str
) -> None:
    (message,) = gaps(warned, rota)
    assert f"on {when}, " in message


def test_a_gap_that_comes_after_a_year_or_went_by_is_none(warned: Warned) -> None:
    rota = 'people: [maya@acme.example], overrides: [{from: "2026-12-24", to: "2026-12-25", person: nobody}]'
    assert gaps(warned, rota, today=date(2025, 12, 1)) == []
    assert gaps(warned, rota, today=date(2026, 12, 25)) == []
    assert len(gaps(warned, rota, today=date(2026, 12, 24))) == 1


@pytest.mark.parametrize(
    ("to", "doubtful"),
    [
        ("[rota:primary, '#leads']", True),
        ("[rota:primary, user:U012AB]", False),
        ("[group:@leads, rota:primary]", False),
        ("[rota:primary, rota:second]", False),
    ],
)
def test_a_second_destination_beside_it_fills_the_gap(warned: Warned, to: str, doubtful: bool) -> None:
    rotas = "rotas: {primary: {time_zone: UTC, people: [nobody]}, second: {group: '@oncall'}}"
    assert [code for code, _, _ in warned(*told(to, rotas))] == (["rota-has-gaps"] if doubtful else [])


def test_a_rota_that_slack_keeps_is_taken_for_full(warned: Warned) -> None:
    assert warned(*told("rota:oncall", "rotas: {oncall: {group: '@oncall'}}")) == []


def test_only_clocks_that_count_around_the_clock_need_somebody_at_all_times(warned: Warned) -> None:
    gap = "rotas: {primary: {time_zone: UTC, people: [nobody]}}"
    office = ("- rungs: [", "- severity: critical\n    rungs: [{at: breach}]\n  - rungs: [")
    high = ("- rungs: [{at: 50% used, notify: rota:primary}", "- severity: critical\n    rungs: [{at: breach}]\n  "
            "- severity: [high, low]\n    rungs: [{at: 50% used, notify: rota:primary}")  # fmt: skip
    assert [code for code, _, _ in warned(*told("rota:primary", gap), office)] == ["rota-has-gaps"]
    assert warned(*told("rota:primary", gap), high) == []
    own = (FIRST, f"{FIRST}clocks: [{{name: fix, kind: resolution, within: 4h, calendar: around_the_clock}}]\n")
    with_fix = ("severity: [high, low]", "severity: [high, low]\n    clock: [first_response, fix]")
    assert [code for code, _, _ in warned(*told("rota:primary", gap), high, own, with_fix)] == ["rota-has-gaps"]


NIGHTS = 'calendars:\n  nights: {time_zone: Europe/Berlin, open: {mon-sun: ["20:00-08:00"]}}'


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("quiet_hours: {calendar: nights, severities: [low, critical]}", "quiet_hours.severities[1]"),
        ("quiet_hours: [{calendar: nights, severities: critical}]", "quiet_hours[0].severities"),
    ],
)
def test_quiet_for_what_counts_around_the_clock_is_a_doubt(check: Check, written: str, path: str) -> None:
    policy, (problem,) = check(("calendars:", NIGHTS), (FIRST, f"{FIRST}{written}\n"))
    assert policy is not None
    assert (problem.code, problem.path, problem.line) == ("quiet-critical", path, 2)
    assert problem.source_line[problem.source_column - 1 :].startswith("critical")
    assert problem.message == ("critical counts around the clock, and its pages would wait while nights is open")


def test_quiet_for_what_has_hours_is_no_doubt(warned: Warned) -> None:
    assert warned(("calendars:", NIGHTS), (FIRST, f"{FIRST}quiet_hours: {{calendar: nights, severities: low}}\n")) == []


@pytest.mark.parametrize(
    "calendar",
    [
        "{always: true}",
        '{time_zone: Europe/Berlin, open: {mon-sun: ["00:00-24:00"]}}',
        '{time_zone: Europe/Berlin, open: {mon-sun: ["00:00-24:00"]}, years: "2001-2002"}',
    ],
)
def test_quiet_that_never_ends_is_an_error(check: Check, calendar: str) -> None:
    policy, (problem,) = check(
        ("calendars:", f"calendars:\n  silence: {calendar}"),
        (FIRST, f"{FIRST}quiet_hours: {{calendar: silence, severities: low}}\n"),
    )
    assert policy is None
    assert (problem.code, problem.path) == ("quiet-never-ends", "quiet_hours.calendar")
    assert problem.message.startswith("silence stays open for weeks on end")
