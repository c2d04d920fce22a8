"""Are the modes, guards and limits on what is written to the helpdesk as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.policy import Mode, RunLimits
from slabot.rules import Kind, Proposal, govern
from tests.fixtures.policies import SOLVED_ACTS, WAITING_ACTS, Edits, policy, starting
from tests.fixtures.tickets import SOLVED, Story, due, kinds, only, ticket
from tests.fixtures.times import at

# ── Modes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


DONE = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
WAITS = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
STORIES = {
    Kind.FOLLOW_UP: (WAITS, "Tue 13 Jan 10:00"),
    Kind.AUTO_SOLVE: (WAITS, "Mon 19 Jan 10:00:01"),
    Kind.SET_CATEGORY: (WAITS.asks("Mon 12 Jan 12:00"), "Mon 12 Jan 12:00"),
    Kind.AUTO_CLOSE: (DONE, "Thu 15 Jan 11:00:01"),
    Kind.REOPEN: (DONE.asks("Tue 13 Jan 09:00"), "Tue 13 Jan 09:00"),
    Kind.SET_SEVERITY: (ticket("Mon 12 Jan 09:00").severity("Mon 12 Jan 09:00", "high"), "Mon 12 Jan 09:00"),
}
ACTS = policy(WAITING_ACTS, SOLVED_ACTS)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("kind", STORIES)
def test_every_rule_that_writes_has_a_mode(kind: Kind, mode: Mode) -> None:
    """Every rule that writes to the helpdesk has a mode: `off`, `observe` (ledger and digest say what it would
    have done), `act`.
    """
    story, now = STORIES[kind]
    rules = policy({f"{part}.mode": mode.value for part in ("waiting", "solved", "classify")})
    decision = story.decide(now, rules)
    assert [action.mode for action in due(decision, kind)] == ([] if mode is Mode.OFF else [mode])
    assert not [refusal for refusal in decision.refusals if refusal.kind is kind]


def test_new_installations_observe_and_page() -> None:
    """New installations start in `observe`; pages are on."""
    assert only(WAITS.decide("Tue 13 Jan 10:00"), Kind.FOLLOW_UP).mode is Mode.OBSERVE
    assert only(DONE.decide("Thu 15 Jan 11:00:01"), Kind.AUTO_CLOSE).mode is Mode.OBSERVE
    assert only(ticket("Mon 12 Jan 09:00").decide("Mon 12 Jan 21:00"), Kind.PAGE).mode is Mode.ACT


# ── What began before the start ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("start", "paged"), [("Mon 12 Jan 09:00", True), ("Mon 12 Jan 09:00:01", False)])
def test_tickets_created_before_the_start_are_not_paged_about(start: str, paged: bool) -> None:
    """`start_from` (default: installation): pages for tickets created since;"""
    decision = ticket("Mon 12 Jan 09:00").decide("Mon 12 Jan 21:00", policy(starting(start)))
    assert (due(decision, Kind.PAGE) != []) is paged
    assert [refusal.kind for refusal in decision.refusals] == ([] if paged else [Kind.PAGE])


@pytest.mark.parametrize(
    ("story", "now", "begun", "kind"),
    [
        (WAITS, "Mon 19 Jan 10:00:01", "Mon 12 Jan 10:00", Kind.AUTO_SOLVE),
        (DONE, "Thu 15 Jan 11:00:01", "Mon 12 Jan 11:00", Kind.AUTO_CLOSE),
    ],
)
def test_waits_and_solves_begun_before_the_start_are_left_alone(story: Story, now: str, begun: str, kind: Kind) -> None:
    """solve and close only for waits and solves begun since."""
    since = policy(WAITING_ACTS, SOLVED_ACTS, starting(begun))
    before = policy(WAITING_ACTS, SOLVED_ACTS, starting(f"{begun}:01"))
    assert due(story.decide(now, since), kind) != []
    assert due(story.decide(now, before), kind) == []
    assert "it began before slabot's start" in " ".join(
        refusal.because for refusal in story.decide(now, before).refusals
    )


# ── Guards ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("edits", "facts", "because"),
    [
        ({"exempt.tags": ["vip"]}, {"tags": ("vip",)}, 'tickets tagged "vip" are exempt'),
        ({"exempt.organizations": ["Customer Ltd"]}, {}, 'the organisation "Customer Ltd" is exempt'),
        ({"exempt.severities": ["medium"]}, {}, "medium tickets are exempt"),
        ({}, {"history_complete": False}, "its messages could not be read, so nothing is written to it"),
    ],
)
def test_guards_keep_slabot_from_writing_and_say_why(edits: Edits, facts: dict[str, object], because: str) -> None:
    """Guards, each checked again at the moment of acting: exempt tags, organisations, severities;

    unreadable history means do nothing.
    """
    story = ticket("Mon 12 Jan 09:00", **facts).waits("Mon 12 Jan 10:00")
    decision = story.decide("Tue 13 Jan 10:00", policy(WAITING_ACTS, edits))
    assert kinds(decision) == []
    assert [(refusal.kind, refusal.because) for refusal in decision.refusals] == [(Kind.FOLLOW_UP, because)]
    assert kinds(ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00").decide("Tue 13 Jan 10:00", ACTS)) == ["follow_up"]


def test_a_severity_can_be_exempt() -> None:
    """exempt tags, organisations, severities;"""
    story = ticket("Mon 12 Jan 09:00", priority="urgent").waits("Mon 12 Jan 10:00")
    assert kinds(story.decide("Tue 13 Jan 10:00", ACTS)) == ["follow_up"]
    assert kinds(story.decide("Tue 13 Jan 10:00", policy(WAITING_ACTS, {"exempt.severities": ["critical"]}))) == []


# ── Limits of a run ──────────────────────────────────────────────────────────────────────────────────────────────────


def _follow_ups(count: int) -> list[Proposal]:
    stories = [ticket("Mon 12 Jan 09:00", id=str(number)).waits("Mon 12 Jan 10:00") for number in range(count)]
    return [
        Proposal(story.ticket.reference, only(story.decide("Tue 13 Jan 10:00", ACTS), Kind.FOLLOW_UP))
        for story in stories
    ]


def test_a_run_has_a_budget() -> None:
    """a budget per run;"""
    run = govern(
        _follow_ups(3),
        RunLimits(writes_per_run=2),
        open_tickets=100,
        now=at("Tue 13 Jan 10:00"),
        every=timedelta(minutes=1),
    )
    assert (len(run.allowed), len(run.held), run.tripped) == (2, 1, None)


@pytest.mark.parametrize(
    ("limits", "tripped"),
    [
        (RunLimits(stop_above_tickets=3), False),
        (RunLimits(stop_above_tickets=2), True),
        (RunLimits(stop_above_percent=30), False),  # 3 of 10
        (RunLimits(stop_above_percent=29.9), True),
    ],
)
def test_a_run_that_wants_too_much_stops_until_it_is_approved(limits: RunLimits, tripped: bool) -> None:
    """a circuit breaker (more than N or P % of open tickets in a run: stop, tell the admin, do nothing until
    approved);
    """
    proposals = _follow_ups(3)
    given = limits.model_copy(
        update={
            name: 100 for name in ("stop_above_tickets", "stop_above_percent") if name not in limits.model_fields_set
        }
    )
    now, every = at("Tue 13 Jan 10:00"), timedelta(minutes=1)
    run = govern(proposals, given, open_tickets=10, now=now, every=every)
    assert (run.tripped is not None) is tripped
    assert (len(run.allowed), len(run.held)) == ((0, 3) if tripped else (3, 0))
    keys = [proposal.action.key for proposal in proposals]
    assert len(govern(proposals, given, open_tickets=10, now=now, every=every, approved=keys).allowed) == 3


def test_each_kind_of_write_says_whether_it_can_be_undone() -> None:
    """Each kind of write says whether it can be undone: status and severity can (`slabot undo`), a public message and a
    close cannot, so those have the stricter guards.
    """
    assert {kind for kind in Kind if kind.can_be_undone} == {
        Kind.AUTO_SOLVE,
        Kind.REOPEN,
        Kind.SET_CATEGORY,
        Kind.SET_BACK,
        Kind.SET_SEVERITY,
    }
