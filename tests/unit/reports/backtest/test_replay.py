"""What does a replay keep of a ticket, and what does it drop?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from slabot.domain import (
    Acknowledged,
    Actor,
    AnyEvent,
    Category,
    Message,
    PageSent,
    SeverityChanged,
    StatusChanged,
    TermsFrozen,
    Ticket,
    TicketRecord,
    Timeline,
)
from slabot.policy import Policy, load_policy
from slabot.reports.backtest.replay import Replayed, end_of, replay
from slabot.reports.local_time import seconds
from slabot.reports.rows import Outcome
from slabot.rules import Kind

POLICY = """\
version: 1
calendars: {always: {always: true}, office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}}}
severities:
  critical: {means: Unusable, respond_within: 2h, calendar: always, priority: urgent}
  low: {means: A question, respond_within: 6h, calendar: office}
classify:
  rules: [{name: Unusable, severity: critical, when: {text: [production down]}}]
  priorities: {urgent: critical}
  otherwise: low
rotas: {primary: {people: [maya@acme.example, joe@acme.example], hand_over: mon 09:00, time_zone: Europe/Berlin,
  begins: 2026-01-05}}
escalate: [{severity: critical, rungs: [{at: 50% used, notify: "rota:primary"}, {at: breach}]}]
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support"}
waiting: {mode: act, calendar: office, follow_ups: 1, on_business_days: [1], or_after: 7d}
solved: {mode: act}
"""
CREATED = datetime.fromisoformat("2026-01-12T10:00:00+01:00")
NOW = CREATED + timedelta(days=60)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


def at(**after: float) -> datetime:
    return CREATED + timedelta(**after)


def ticket(*events: AnyEvent, text: str = "production down", text_gone: bool = False) -> TicketRecord:
    request = Message(at=CREATED, id="c0", by=Actor.CUSTOMER, by_id="r1", text=text, text_gone=text_gone)
    return TicketRecord(Ticket(helpdesk="acme", id="1", created_at=CREATED), Timeline.of((request, *events)))


def answer(**after: float) -> Message:
    return Message(at=at(**after), id="a", by=Actor.AGENT, by_id="a7", text="We are on it.")


def run(record: TicketRecord, policy: Policy, *, reads_words: bool = False) -> Replayed:
    return replay(record, policy, end_of(record, NOW), reads_words=reads_words)


def acts(found: Replayed, *kinds: Kind) -> list[tuple[Kind, float]]:
    return [(act.kind, (act.at - found.created) / 3600) for act in found.acts if act.kind in kinds]


def test_pages_go_out_until_somebody_answers(policy: Policy) -> None:
    found = run(ticket(answer(hours=1.5)), policy)
    assert acts(found, Kind.PAGE) == [(Kind.PAGE, 1.0), (Kind.PAGE, 1.0)]  # the channel, and who is on call
    assert [clock.outcome for clock in found.clocks] == [Outcome.MET]
    assert found.clocks[0].paged == seconds(at(hours=1))


def test_a_rota_is_whoever_was_on_call_then(policy: Policy) -> None:
    found = run(ticket(answer(hours=1.5)), policy)
    later = replace(ticket().ticket, created_at=at(days=7))
    week_after = replay(TicketRecord(later, Timeline()), policy, at(days=7, hours=1), reads_words=False)
    assert {act.person for act in found.acts} == {"#support", "joe@acme.example"}
    assert "joe@acme.example" not in {act.person for act in week_after.acts}


def test_what_slabot_did_and_froze_is_dropped(policy: Policy) -> None:
    own = (
        PageSent(at=at(minutes=5), id="p", clock="first_response", rung="of another policy", severity="critical"),
        TermsFrozen(at=CREATED, id="t", clock="first_response", agreement="default", target="90h", calendar="always"),
        StatusChanged(at=at(hours=3), id="s", by=Actor.SLABOT, to=Category.SOLVED),
    )
    found = run(ticket(*own, answer(hours=5)), policy)
    plain = run(ticket(answer(hours=5)), policy)
    assert found.clocks == plain.clocks
    assert found.acts == plain.acts
    assert [clock.outcome for clock in found.clocks] == [Outcome.MISSED]


def test_what_people_did_with_a_page_is_kept(policy: Policy) -> None:
    acknowledged = Acknowledged(at=at(hours=1, minutes=1), id="k", by_id="U1")
    found = run(ticket(acknowledged, answer(hours=2, minutes=10)), policy)
    assert [act.rung for act in found.acts if act.kind is Kind.PAGE] != ["50% used", "50% used", "breach"]


def test_follow_ups_and_solves_are_played_forward(policy: Policy) -> None:
    asked = answer(hours=1)
    waits = StatusChanged(at=at(hours=1), id="s", by_id="a7", to=Category.WAITING_ON_CUSTOMER)
    again = Message(at=at(days=20), id="c9", by=Actor.CUSTOMER, by_id="r1", text="It is back, please help")
    found = run(ticket(asked, waits, again), policy)
    kinds = [act.kind for act in found.acts]
    assert kinds.index(Kind.FOLLOW_UP) < kinds.index(Kind.AUTO_SOLVE) < kinds.index(Kind.AUTO_CLOSE)
    [solve] = [act for act in found.acts if act.kind is Kind.AUTO_SOLVE]
    assert solve.again == seconds(again.at)


def test_a_ticket_has_diverged_from_the_first_act_that_only_one_side_has(policy: Policy) -> None:
    sent = [
        PageSent(
            at=at(hours=1, seconds=4), clock="first_response", rung="50% used", severity="critical", repetition=0, to=to
        )
        for to in ("channel", "rota:primary")
    ]
    assert run(ticket(*sent, answer(hours=1.5)), policy).diverged is None
    assert run(ticket(*sent[:1], answer(hours=1.5)), policy).diverged == seconds(at(hours=1))
    assert run(ticket(answer(hours=1.5)), policy).diverged == seconds(at(hours=1))
    assert run(ticket(answer(minutes=5)), policy).diverged is None


def test_where_words_are_gone_the_outcome_is_unknown_unless_a_person_chose(policy: Policy) -> None:
    gone = ticket(answer(hours=3), text="", text_gone=True)
    chosen = SeverityChanged(at=at(minutes=1), id="v", by=Actor.AGENT, to="critical")
    of_person = ticket(chosen, answer(hours=3), text="", text_gone=True)
    assert [clock.outcome for clock in run(gone, policy, reads_words=True).clocks] == [Outcome.UNKNOWN]
    assert run(gone, policy, reads_words=True).words_gone
    assert not run(gone, policy).words_gone
    assert [clock.outcome for clock in run(of_person, policy, reads_words=True).clocks] == [Outcome.MISSED]


def test_a_ticket_is_played_for_a_month_after_the_last_that_was_told_of_it() -> None:
    assert end_of(ticket(answer(hours=1)), NOW) == at(hours=1, days=30)
    assert end_of(ticket(answer(hours=1)), at(days=2)) == at(days=2)
