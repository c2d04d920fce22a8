"""The checker of a campaign notices a page that was lost, doubled or late, and a write that nobody decided.

Promise: a real slabot, on a clock that jumps, does what the table of golden tickets says; each spoiled journal differs
from that in one thing, and the checker names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.clock import SteppedClock
from slabot.domain import Category, Timeline
from slabot.policy import Policy, load_policy
from slabot_sandbox import Sandbox
from tests.campaign.acts import Deed, ask, do
from tests.campaign.checker import Finding, Kind, check
from tests.campaign.evidence import (
    Evidence,
    Fault,
    SeenPage,
    SeenWrite,
    pages_of,
    sent_rows_of,
    tickets_of,
    unsettled_of,
    writes_of,
)
from tests.campaign.golden import GOLDEN, Expected
from tests.campaign.policy import HELPDESK, SETTINGS, campaign_policy
from tests.promises.scene import CHANNEL, Scene

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WATCHED = 100 * SECOND


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evidence, Policy]:
    """Every golden ticket once, undisturbed."""
    clock = SteppedClock(MONDAY)
    url = f"sqlite:///{tmp_path_factory.mktemp('campaign')}/slabot.db"
    with Sandbox(clock=clock) as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        scene = Scene(clock, sandbox, url, {HELPDESK: sandbox}, dict(SETTINGS))
        scene.start()
        golden = {ask(sandbox, number, each.script.priority): each for number, each in enumerate(GOLDEN)}
        for ticket, each in golden.items():
            for act in each.script.acts:
                clock.call_at(MONDAY + act.after * SECOND, _acting(sandbox, ticket, act.deed))
        scene.run_for(WATCHED)
        evidence = Evidence(
            pages=pages_of(sandbox.journal),
            writes=writes_of(sandbox.journal),
            tickets=tickets_of(scene.parts.adapters[HELPDESK], golden),
            created=dict.fromkeys(golden, MONDAY),
            golden=golden,
            sent_rows=sent_rows_of(scene.parts.store),
            unsettled=unsettled_of(scene.parts.store, clock.now()),
            ended=clock.now(),
        )
        policy = load_policy(campaign_policy(sandbox, url), "the campaign's policy")
        scene.stop()
    return evidence, policy


def _acting(sandbox: Sandbox, ticket: str, deed: Deed) -> Callable[[], None]:
    return lambda: do(sandbox, ticket, deed)


def found(evidence: Evidence, policy: Policy) -> list[Finding]:
    return check(evidence, policy).findings


def test_it_finds_nothing_where_nothing_was_broken(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    verdict = check(evidence, policy)
    assert verdict.findings == []
    assert (verdict.pages, verdict.repeats) == (sum(len(each.pages) for each in GOLDEN), 0)
    assert len(verdict.lateness) == verdict.pages + verdict.writes


def test_it_finds_nothing_where_what_was_due_came_within_the_second(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    moment = timedelta(seconds=0.3)
    pages = [replace(page, at=page.at + moment) for page in evidence.pages]
    writes = [replace(write, at=write.at + moment) for write in evidence.writes]
    assert found(replace(evidence, pages=pages, writes=writes), policy) == []


def test_a_page_that_is_not_there_is_lost(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    for gone in evidence.pages:
        rows = [row for row in evidence.sent_rows if row.key != gone.key]
        rest = replace(evidence, pages=[page for page in evidence.pages if page is not gone], sent_rows=rows)
        kinds = {(one.kind, one.ticket) for one in found(rest, policy)}
        assert kinds == {(Kind.LOST, gone.ticket)}, gone.key
        told = [str(one) for one in found(rest, policy)]
        assert any(gone.key in each for each in told)  # by decide()
        assert any(evidence.golden[gone.ticket].name in each for each in told)  # by hand


def test_a_page_that_the_ledger_alone_knows_of_is_named(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    gone = evidence.pages[0]
    rest = replace(evidence, pages=evidence.pages[1:])
    assert (Kind.LEDGER, gone.key) in {(one.kind, one.what) for one in found(rest, policy)}


def test_a_page_that_came_twice_is_doubled_unless_its_outcome_could_not_be_known(
    played: tuple[Evidence, Policy],
) -> None:
    evidence, policy = played
    page = evidence.pages[0]
    for marked in (False, True):
        again = replace(page, at=page.at + 7 * SECOND, marked=marked)
        twice = replace(evidence, pages=[*evidence.pages, again])
        assert [(one.kind, one.what) for one in found(twice, policy)] == [(Kind.DOUBLED, page.key)]
        killed = Fault("a worker was killed", page.at, page.at, hinders=False)
        assert (found(replace(twice, faults=[killed]), policy) == []) == marked


def test_a_page_that_came_late_is_late_unless_something_kept_it(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    page = next(page for page in evidence.pages if page.key.endswith("/breach/0"))
    late = [replace(each, at=each.at + 15 * SECOND) if each is page else each for each in evidence.pages]
    spoiled = replace(evidence, pages=late)
    assert {(one.kind, one.ticket) for one in found(spoiled, policy)} == {(Kind.LATE, page.ticket)}
    away = Fault("the store was away", page.at - SECOND, page.at + 10 * SECOND)
    assert found(replace(spoiled, faults=[away]), policy) == []
    killed = Fault("a worker was killed", page.at - SECOND, page.at - SECOND, hinders=False)
    assert found(replace(spoiled, faults=[killed]), policy) != []


def test_a_page_that_came_too_soon_is_wrong_unless_the_clock_was_ahead(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    page = evidence.pages[0]
    soon = [replace(each, at=each.at - 9 * SECOND) if each is page else each for each in evidence.pages]
    spoiled = replace(evidence, pages=soon)
    assert {(one.kind, one.ticket) for one in found(spoiled, policy)} == {(Kind.WRONG, page.ticket)}
    ahead = Fault("the clock was set ahead", page.at - 10 * SECOND, page.at, ahead=9 * SECOND)
    assert found(replace(spoiled, faults=[ahead]), policy) == []


@pytest.mark.parametrize("what", ["solved", "closed", "public comment", "internal note", "priority low"])
def test_a_write_that_nobody_decided_is_wrong(played: tuple[Evidence, Policy], what: str) -> None:
    evidence, policy = played
    ticket = next(number for number, golden in evidence.golden.items() if golden.pages)
    write = SeenWrite(ticket, what, MONDAY + 20 * SECOND)
    told = found(replace(evidence, writes=[*evidence.writes, write]), policy)
    assert {(one.kind, one.ticket) for one in told} == {(Kind.WRONG, ticket)}


def test_a_page_that_an_answer_had_made_needless_is_wrong(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    ticket = _named(evidence, "answered before the first page")
    key = f"{HELPDESK}/{ticket}/page/first_response/critical/50% used/0"
    page = SeenPage(ticket, key, MONDAY + 30 * SECOND)
    told = found(replace(evidence, pages=[*evidence.pages, page]), policy)
    assert {(one.kind, one.ticket) for one in told} == {(Kind.WRONG, ticket), (Kind.LEDGER, ticket)}


def test_a_write_that_is_not_there_is_lost_and_one_that_came_twice_is_doubled(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    for write in evidence.writes:
        told = found(replace(evidence, writes=[*evidence.writes, write]), policy)
        assert Kind.DOUBLED in {one.kind for one in told}, write
    ticket = _named(evidence, "high, nobody answers")
    expected = replace(evidence.golden[ticket], writes=(Expected("closed", 31),))
    told = found(replace(evidence, golden={**evidence.golden, ticket: expected}), policy)
    assert [(one.kind, one.ticket) for one in told] == [(Kind.LOST, ticket)]


def test_a_close_that_the_helpdesk_never_got_is_lost_by_hand_and_by_the_rules(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    ticket = _named(evidence, "solved by an agent: closed after more than 20 seconds")
    record = evidence.tickets[ticket]
    kept = [event for event in record.timeline if getattr(event, "to", None) is not Category.CLOSED]
    assert len(kept) == len(record.timeline) - 1
    without = replace(
        evidence,
        writes=[write for write in evidence.writes if write.ticket != ticket],
        tickets={**evidence.tickets, ticket: replace(record, timeline=Timeline.of(kept))},
    )
    told = found(without, policy)
    assert [(one.kind, one.ticket) for one in told] == [(Kind.LOST, ticket)] * 2


def test_what_still_waits_in_the_outbox_is_named(played: tuple[Evidence, Policy]) -> None:
    evidence, policy = played
    told = found(replace(evidence, unsettled=["acme/7/page/first_response/critical/breach/0: sending"]), policy)
    assert [(one.kind, one.ticket) for one in told] == [(Kind.UNSETTLED, "7")]


def _named(evidence: Evidence, name: str) -> str:
    return next(number for number, golden in evidence.golden.items() if golden.name == name)
