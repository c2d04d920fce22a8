"""Show people by their names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slabot.channels.slack.examples import OPEN
from slabot.channels.slack.message import render
from slabot.channels.webhook.message import body_of
from slabot.messages.message import PageMessage
from slabot.messages.naming import agents_in, agents_of, named, named_decision, named_reason
from slabot.messages.plain_text import mail_body
from slabot.messages.view import AcknowledgedBy, ClaimedBy, Open, PageView, SnoozedUntil, State, Who
from slabot.rules import Kind
from tests.fixtures.policies import SEVERITY_ACTS, policy
from tests.fixtures.tickets import only, ticket

ID = "6130830004224"
BOB = Who(ID, agent_id=ID)
AT = OPEN.at


def everything(view: PageView) -> str:
    """All that people read of it, by any way."""
    dispatch = PageMessage(key="k", view=view)
    return f"{render(view)} {mail_body(dispatch)} {body_of(dispatch, AT)['text']}"


@pytest.mark.parametrize(
    "state",
    [Open(), Open((BOB, AT)), AcknowledgedBy(BOB, AT), ClaimedBy(BOB, AT), SnoozedUntil(BOB, AT)],
)
def test_an_id_is_never_read(state: State) -> None:
    view = replace(OPEN, assignee=BOB, state=state, because=(f'agent {ID} set the priority to "urgent" at noon',))
    assert agents_in(view) == {ID}
    assert "Bob Ross" in everything(named(view, {ID: "Bob Ross"}))
    for names in ({ID: "Bob Ross"}, {}):
        assert ID not in everything(named(view, names))
    assert "assigned to an agent" in everything(named(view, {}))


def test_people_of_slack_stay_as_slack_shows_them() -> None:
    view = replace(OPEN, state=ClaimedBy(Who(None, "U0PRIYA"), AT), because=("agent U0PRIYA chose high at noon",))
    assert agents_in(view) == frozenset()
    assert named(view, {"U0PRIYA": "Priya"}) == view


def test_a_machine_is_told_both() -> None:
    ticket = body_of(PageMessage(key="k", view=named(replace(OPEN, assignee=BOB), {ID: "Bob Ross"})), AT)["ticket"]
    assert (ticket["assignee"], ticket["assignee_id"]) == ("Bob Ross", ID)
    unknown = body_of(PageMessage(key="k", view=named(replace(OPEN, assignee=BOB), {})), AT)["ticket"]
    assert (unknown["assignee"], unknown["assignee_id"]) == (None, ID)


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        (f"agent {ID} chose high at noon: x", "Bob chose high at noon: x"),
        ("agent 7 chose high at noon", "an agent chose high at noon"),
        ("an agent chose high at noon", "an agent chose high at noon"),
        (
            f'rule "r": the customer says "agent {ID} chose high"',
            f'rule "r": the customer says "agent {ID} chose high"',
        ),
    ],
)
def test_only_our_own_words_are_changed(reason: str, read: str) -> None:
    assert named_reason(reason, {ID: "Bob"}) == read


def test_the_ledger_keeps_an_id_that_can_be_looked_up() -> None:
    assert named_reason("agent 7 chose high", {}, keep_id=True) == "agent 7 chose high"
    assert named_reason("agent 7 chose high", {"7": "Ann"}, keep_id=True) == "Ann chose high"


def test_an_explanation_names_the_agent_in_the_reason_and_in_the_action_that_quotes_it() -> None:
    story = ticket("Mon 12 Jan 09:00", subject=f"agent {ID} chose high")
    story = story.severity("Mon 12 Jan 09:00", "high", by_id=ID, reason=f"agent {ID} chose high")
    decision = story.decide("Mon 12 Jan 09:00", policy(SEVERITY_ACTS))
    assert agents_of(decision) == {ID}
    read = named_decision(decision, {ID: "Bob Ross"})
    (reason,) = read.severity.because
    assert reason.startswith("Bob Ross chose high at Mon 12 Jan 2026 09:00")
    assert reason.endswith(f"agent {ID} chose high")  # what Bob himself wrote is left as it is
    assert only(read, Kind.SET_SEVERITY).because.startswith("it is high (Bob Ross chose high at ")
    assert (read.clocks, read.next_look) == (decision.clocks, decision.next_look)


def test_an_explanation_keeps_the_number_of_whoever_has_no_known_name() -> None:
    decision = ticket("Mon 12 Jan 09:00").severity("Mon 12 Jan 09:00", "high", by_id=ID).decide("Mon 12 Jan 09:00")
    assert named_decision(decision, {"7": "Bob"}).severity.because == decision.severity.because
    assert f"agent {ID} chose high" in decision.severity.because[0]


def test_an_explanation_without_agents_is_left_as_it_is() -> None:
    decision = ticket("Mon 12 Jan 09:00", subject="agent 7 chose high").decide("Mon 12 Jan 09:00")
    assert agents_of(decision) == frozenset()
    assert named_decision(decision, {"7": "Bob"}).severity == decision.severity
