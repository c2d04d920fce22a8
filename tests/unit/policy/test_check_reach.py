"""Does every rung tell somebody, where the file names no Slack?"""

from __future__ import annotations

import pytest

from slabot.policy import Policy, load_policy
from slabot.policy.check_reach import why_not_run
from tests.unit.policy.conftest import RIGHT, Check

SLACK = 'slack: {token_env: SLACK_BOT_TOKEN, channel: "#support-escalations"}\n'
WAYS = (
    "pagerduty: {main: {routing_key_env: KEY}}\n"
    "outgoing_webhooks: {pager: {url_env: URL, secret_env: SECRET}}\n"
    "email: {host: smtp.acme.example, from: pages@acme.example}\n"
)
RUNGS = "[{at: 50% used}, {at: breach}]"


def told(*, half: str, breach: str, more: str = WAYS) -> list[tuple[str, str]]:
    """The right policy without Slack, whose two rungs notify these."""
    return [(RUNGS, f"[{{at: 50% used, notify: {half}}}, {{at: breach, notify: {breach}}}]"), (SLACK, more)]


@pytest.mark.parametrize("to", ["pagerduty:main", "webhook:pager", "email:team@acme.example"])
def test_any_way_alone_is_enough(check: Check, to: str) -> None:
    policy, problems = check(*told(half=to, breach=to))
    assert policy is not None
    assert problems == ()
    assert policy.main_destination == to


def test_a_rung_that_tells_nobody_is_an_error_at_its_place_with_a_way_that_the_file_has(check: Check) -> None:
    policy, (problem,) = check((RUNGS, "[{at: 50% used, notify: pagerduty:main}, {at: breach}]"), (SLACK, WAYS))
    assert policy is None
    assert (problem.severity, problem.code) == ("error", "rung-tells-nobody")
    assert problem.path == "escalate[0].rungs[1].at"
    assert problem.fix == "add notify: [pagerduty:main], or add slack"


@pytest.mark.parametrize("to", ['"#incidents"', "user:maya@acme.example", "group:@leads", "assignee", "rota:primary"])
def test_whoever_is_told_through_slack_needs_it(check: Check, to: str) -> None:
    rota = "rotas: {primary: {time_zone: Europe/Berlin, people: [maya@acme.example]}}\n"
    policy, (problem,) = check(*told(half=f"[webhook:pager, {to}]", breach="webhook:pager", more=WAYS + rota))
    assert policy is None
    assert (problem.code, problem.path) == ("needs-slack", "escalate[0].rungs[0].notify[1]")
    assert "is told through Slack, and the file names no Slack" in problem.message


def test_a_fallback_into_slack_needs_it_too(check: Check) -> None:
    fallback = 'fallback: {to: ["#incidents", pagerduty:main]}\n'
    policy, (problem,) = check(*told(half="webhook:pager", breach="webhook:pager", more=WAYS + fallback))
    assert policy is None
    assert (problem.code, problem.path) == ("needs-slack", "fallback.to[0]")


def test_a_file_without_a_helpdesk_pages_nobody_and_is_right(check: Check) -> None:
    desks = RIGHT[RIGHT.index("helpdesks") : RIGHT.index("calendars")]
    policy, problems = check((desks, ""), (SLACK, ""))
    assert policy is not None
    assert [problem.code for problem in problems] == []


def test_the_ladder_that_is_proposed_tells_somebody(check: Check) -> None:
    for_low = ("- rungs", "- severity: low\n    rungs")
    _, (problem,) = check(*told(half="pagerduty:main", breach="pagerduty:main"), for_low)
    assert problem.code == "severity-without-ladder"
    assert "{at: breach, notify: [pagerduty:main]}" in problem.fix


def test_times_are_worked_out_by_a_file_that_cannot_be_run() -> None:
    policy: Policy = load_policy(RIGHT.replace(SLACK, ""))
    assert policy.main_destination is None
    assert [error.why.partition(":")[0] for error in why_not_run(policy)] == [
        "escalate[0].rungs[0].at",
        "escalate[0].rungs[1].at",
    ]


def test_people_are_told_by_whom_the_ladders_name_before_the_fallback(check: Check) -> None:
    fallback = "fallback: {to: [email:lead@acme.example]}\n"
    policy, _ = check(*told(half="pagerduty:main", breach="pagerduty:main", more=WAYS + fallback))
    assert policy is not None
    assert policy.main_destination == "pagerduty:main"


def test_a_ladder_of_an_agreement_has_to_tell_somebody_too(check: Check) -> None:
    ladder = "[{rungs: [{at: 50% used, notify: pagerduty:main}, {at: breach}, {at: 30m after, notify: assignee}]}]"
    more = f"{WAYS}agreements: [{{name: gold, escalate: {ladder}}}]\n"
    policy, problems = check(*told(half="pagerduty:main", breach="pagerduty:main", more=more))
    assert policy is None
    assert [(problem.code, problem.path) for problem in problems] == [
        ("rung-tells-nobody", "agreements[0].escalate[0].rungs[1].at"),
        ("needs-slack", "agreements[0].escalate[0].rungs[2].notify"),
    ]
