"""Does what the policy file says about a Freshdesk account reach its adapter?"""

from __future__ import annotations

from datetime import date

import pytest

from slabot.clock import SteppedClock
from slabot.composition.connections import connect
from slabot.domain import Category, Merged
from slabot.policy import check_policy, load_policy
from slabot.policy.connections import MERGED, Freshdesk
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from .conftest import ANA, BOB

POLICY = """\
version: 1
helpdesks:
  partners: {{kind: freshdesk, domain: partners.freshdesk.com, token_env: KEY, base_url: "{url}"{more}}}
calendars: {{always: {{always: true}}}}
severities: {{low: {{means: A question, respond_within: 2h, calendar: always}}}}
classify: {{otherwise: low}}
slack: {{token_env: SLACK_BOT_TOKEN, channel: "#support-escalations"}}
"""
TODAY = date(2026, 11, 24)
NOWHERE = "http://127.0.0.1:9"


def test_merge_words_and_what_open_means_reach_the_adapter(desk: FreshdeskStandIn, clock: SteppedClock) -> None:
    more = ', merge_words: ["Ce ticket est fermé"], open_with_assignee: pending'
    policy = load_policy(POLICY.format(url=desk.url, more=more))
    desk.account.set_merge_notes("Ce ticket est fermé ({id})", "Ticket {id}")
    own, other = (desk.people.create_ticket(ANA, "Help", "It is down") for _ in range(2))
    desk.people.merge(own, other, BOB)
    desk.people.agent_sets_assignee(other, BOB, BOB)
    connections = connect(policy, clock=clock, environment={"KEY": desk.token, "SLACK_BOT_TOKEN": "xoxb-x"})
    try:
        adapter = connections.adapters["partners"]
        assert any(isinstance(event, Merged) for event in adapter.fetch(str(own)).events)
        assert adapter.fetch(str(other)).status_now is Category.PENDING
    finally:
        connections.close()


def test_nothing_of_it_needs_to_be_said() -> None:
    helpdesk = load_policy(POLICY.format(url=NOWHERE, more="")).helpdesks["partners"]
    assert isinstance(helpdesk, Freshdesk)
    assert (helpdesk.merge_words, helpdesk.open_with_assignee) == (MERGED, None)


@pytest.mark.parametrize(
    ("value", "message", "fix"),
    [
        ("solved", "a ticket in Open is not Solved", "write pending, or leave it out"),
        ("waiting_on_customer", "a ticket in Open is not Waiting on Customer", "write pending, or leave it out"),
    ],
)
def test_open_is_always_in_supports_hands(value: str, message: str, fix: str) -> None:
    policy, problems = check_policy(
        POLICY.format(url=NOWHERE, more=f", open_with_assignee: {value}"), "config.yaml", TODAY
    )
    assert policy is None
    told = {(problem.path, problem.message, problem.fix) for problem in problems}
    assert ("helpdesks.partners.open_with_assignee", message, fix) in told


def test_zendesk_has_no_such_setting() -> None:
    for setting in ("merge_words: [x]", "open_with_assignee: pending"):
        text = POLICY.replace(
            "freshdesk, domain: partners.freshdesk.com", "zendesk, subdomain: acme, email: a@b.example"
        )
        policy, problems = check_policy(text.format(url=NOWHERE, more=f", {setting}"), "config.yaml", TODAY)
        assert policy is None
        assert [problem.code for problem in problems] == ["unknown-setting"]
