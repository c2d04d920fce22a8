"""Are silent tickets moved on in the right second, and is what comes foretold as it will be?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slabot.domain import SECOND, Category, Person
from slabot.policy import Mode, RunLimits
from slabot.rules import Action, Assessment, Kind, Proposal, SeveritySource, decide, govern
from slabot.rules.plan import RulePlan
from slabot.rules.severity import SeverityHistory
from slabot.rules.words import length, when, worked
from tests.fixtures.policies import SOLVED_ACTS, UPDATES, WAITING_ACTS, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import SOLVED, THIRD_PARTY, WAITING, Story, due, kinds, only, ticket
from tests.fixtures.times import at

ACTS = policy(WAITING_ACTS)
START = "Mon 12 Jan 09:00"


# ── The wait and its end ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_customer_said_one_second_before_the_entry_does_not_end_the_wait() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 10:59:59").becomes("Mon 12 Jan 11:00", WAITING)
    assert due(story.decide("Mon 12 Jan 12:00", ACTS), Kind.SET_CATEGORY) == []
    ended = story.asks("Mon 12 Jan 11:00:01").decide("Mon 12 Jan 12:00", ACTS)
    assert only(ended, Kind.SET_CATEGORY).at == at("Mon 12 Jan 11:00:01")


def test_the_request_itself_does_not_end_a_wait_that_began_with_the_ticket() -> None:
    waiting = ticket(START, status=Category.WAITING_ON_CUSTOMER).asks(START)
    assert due(waiting.decide("Mon 12 Jan 12:00", ACTS), Kind.SET_CATEGORY) == []
    answered = waiting.asks("Mon 12 Jan 09:00:01").decide("Mon 12 Jan 12:00", ACTS)
    assert only(answered, Kind.SET_CATEGORY).at == at("Mon 12 Jan 09:00:01")


def test_nobody_is_reminded_after_a_second_word_of_the_customer() -> None:
    story = ticket(START).asks("Mon 12 Jan 09:30").waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00")
    decision = story.decide("Mon 26 Jan 12:00", ACTS)
    assert decision.waiting is None
    assert kinds(decision) == ["set_category"]


def test_a_round_after_several_answers_begins_with_the_question_after_the_last() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00").answers("Mon 12 Jan 11:10")
    story = story.asks("Mon 12 Jan 12:00").answers("Mon 12 Jan 12:10")
    turn = story.decide("Mon 12 Jan 12:30").waiting
    assert turn is not None
    assert (turn.began, turn.waiting_since, turn.ask) == (
        at("Mon 12 Jan 12:10"),
        at("Mon 12 Jan 12:00"),
        at("Mon 12 Jan 12:10"),
    )


# ── Which message is the question ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("spoken", "question", "since"),
    [
        # The last one up to the entry at 12:00, unless one follows within four hours and none was within four before.
        (("09:00", "10:00", "12:00"), "12:00", "12:00"),
        (("08:00", "12:00:01"), "12:00:01", "12:00"),
        (("08:00", "15:59:59"), "15:59:59", "12:00"),
        (("08:00", "16:00"), "08:00", "12:00"),
        (("08:00:01", "12:30"), "08:00:01", "12:00"),
        (("08:00", "12:30"), "12:30", "12:00"),
        (("07:00", "10:00", "12:30"), "10:00", "12:00"),
        (("07:00", "12:30", "13:30"), "12:30", "12:00"),
        # None before it: the first after it; where that is more than four hours later, the wait begins with it.
        (("12:30", "13:30"), "12:30", "12:00"),
        (("16:00", "16:30", "17:00"), "16:00", "12:00"),
        (("16:00:01", "16:30", "17:00"), "16:00:01", "16:00:01"),
    ],
)
def test_the_question_and_the_beginning_of_the_wait(spoken: tuple[str, ...], question: str, since: str) -> None:
    story: Story = ticket("Mon 12 Jan 06:00")
    for time in spoken:
        story = story.answers(f"Mon 12 Jan {time}")
    turn = story.becomes("Mon 12 Jan 12:00", WAITING).decide("Mon 12 Jan 18:00").waiting
    assert turn is not None
    assert (turn.ask, turn.waiting_since) == (at(f"Mon 12 Jan {question}"), at(f"Mon 12 Jan {since}"))


def test_of_two_reasons_to_solve_the_one_that_came_first_is_given() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00")
    for when_sent in ("Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00"):
        story = story.follows_up(when_sent)
    found = only(story.decide("Mon 2 Feb 10:00", ACTS), Kind.AUTO_SOLVE)
    assert found.at == at("Fri 16 Jan 10:00")
    assert found.because.startswith("3 follow-ups without feedback")


# ── Plans ───────────────────────────────────────────────────────────────────────────────────────────────────────────

NOON = at("Mon 12 Jan 12:00")


def act(kind: Kind, seconds: int) -> Action:
    moment = NOON + timedelta(seconds=seconds)
    return Action(kind=kind, mode=Mode.ACT, at=moment, key=f"{kind}/{seconds}", because="…")


def test_of_acts_that_are_due_the_first_is_done_and_the_rest_waits() -> None:
    first, second = act(Kind.NOTE, -2), act(Kind.NOTE, -1)
    assert RulePlan(certain=(first, second)).due(NOON) == (first,)
    assert RulePlan(certain=(act(Kind.NOTE, 0),)).due(NOON) == (act(Kind.NOTE, 0),)
    assert RulePlan(certain=(act(Kind.NOTE, 1),)).due(NOON) == ()
    ending = act(Kind.AUTO_SOLVE, 0)
    assert RulePlan(certain=(first, ending)).due(NOON) == (ending,)


@pytest.mark.parametrize(("seconds", "foretold"), [(-1, False), (0, False), (1, True), (2, True)])
def test_what_supposes_a_late_act_is_not_foretold(seconds: int, foretold: bool) -> None:
    supposed = act(Kind.FOLLOW_UP, 60)
    plan = RulePlan(certain=(act(Kind.FOLLOW_UP, seconds),), expected=lambda: (supposed,))
    assert (supposed in plan.coming(NOON)) is foretold
    late = RulePlan(expected=lambda: (act(Kind.FOLLOW_UP, seconds), supposed))
    assert (supposed in late.coming(NOON)) is foretold


# ── What comes ──────────────────────────────────────────────────────────────────────────────────────────────────────


LATE = with_clocks(
    {**UPDATES, "during": ["waiting_on_customer"], "within": "4h"},  # its reminders come every four hours
    {**UPDATES, "name": "second_update", "during": ["waiting_on_customer"], "within": "5h"},
)


def test_five_acts_of_all_rules_are_foretold_in_the_order_of_their_times() -> None:
    rules = policy(WAITING_ACTS, LATE, ladders(ladder("1h before", "breach", clock=["second_update"])))
    decision = ticket(START).waits("Mon 12 Jan 10:00").decide("Mon 12 Jan 10:00", rules)
    assert [(action.kind, action.at) for action in decision.upcoming] == [
        (Kind.PAGE, at("Mon 12 Jan 14:00")),
        (Kind.NUDGE, at("Mon 12 Jan 14:00")),
        (Kind.PAGE, at("Mon 12 Jan 15:00")),
        (Kind.NUDGE, at("Mon 12 Jan 15:00")),
        (Kind.FOLLOW_UP, at("Tue 13 Jan 10:00")),
    ]
    assert [action.at for action in decision.upcoming] == sorted(action.at for action in decision.upcoming)


@pytest.mark.parametrize("second", range(-1, 4))
def test_the_next_look_is_later_than_now_around_every_deadline(second: int) -> None:
    now = at("Mon 12 Jan 21:00") + timedelta(seconds=second)  # medium is due at 21:00
    story = ticket(START)
    found = decide(story.ticket, story.timeline, policy(ladders(ladder("1h after"))), now)
    assert found.next_look is not None
    assert found.next_look > now


# ── Reminders ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reminder_is_due_in_its_second_and_foretold_by_the_key_that_it_will_have() -> None:
    story = ticket(START).answers("Mon 12 Jan 09:30").becomes("Mon 12 Jan 10:00", THIRD_PARTY)
    keys = []
    for number, day in enumerate(("Wed 14 Jan", "Fri 16 Jan", "Tue 20 Jan"), 1):
        before = story.decide(f"{day} 09:59:59")
        assert [action for action in before.due_now if action.key.endswith(f"/{number}")] == []
        (foretold,) = [action for action in before.upcoming if action.kind is Kind.NUDGE]
        assert foretold.at == at(f"{day} 10:00")
        assert foretold.key.endswith(f"/{number}")
        found = only(story.decide(f"{day} 10:00"), Kind.NUDGE)
        assert found == foretold
        assert found.fact("number") == str(number)
        keys.append(found.key)
        story = story.nudged(f"{day} 10:00", found.key)
    assert len(set(keys)) == 3


# ── Guards and the governor ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("organization", ["Aa", "Exempt", "Exempt Ltd.", "Zz"])
def test_only_the_very_organisation_is_exempt(organization: str) -> None:
    rules = policy(WAITING_ACTS, {"exempt.organizations": ["Exempt Ltd"]})
    for name, refused in [(organization, False), ("exempt LTD", True)]:
        requester = Person(id="r1", email="ana@customer.example", organization=name)
        story = ticket(START, requester=requester).waits("Mon 12 Jan 10:00")
        assert bool(story.decide("Tue 13 Jan 12:00", rules).refusals) is refused


def test_approved_writes_beyond_the_budget_leave_no_room_for_others() -> None:
    proposals = [
        Proposal(f"acme/{number}", act(Kind.AUTO_SOLVE, -number), approved=number <= 3) for number in range(1, 7)
    ]
    for budget in (0, 1, 2, 3):
        limits = RunLimits(writes_per_run=budget, stop_above_tickets=100, stop_above_percent=100)
        run = govern(proposals, limits, open_tickets=1000, now=NOON, every=timedelta(minutes=1))
        assert (len(run.allowed), len(run.held)) == (3, 3)


# ── A late reply ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_note_about_this_very_reply_says_that_people_were_told() -> None:
    rules = policy(SOLVED_ACTS)
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED).asks("Fri 16 Jan 11:00")
    note = only(story.decide("Fri 16 Jan 12:00", rules), Kind.NOTE)
    for key in ("acme/4711/a", "acme/4711/z", note.key[:-1], f"{note.key}/2"):
        told = story.noted("Fri 16 Jan 11:30", key)
        assert due(told.decide("Fri 16 Jan 12:00", rules), Kind.NOTE) == [note]
    assert due(story.noted("Fri 16 Jan 11:30", note.key).decide("Fri 16 Jan 12:00", rules), Kind.NOTE) == []


# ── Severities in the past, and words ───────────────────────────────────────────────────────────────────────────────


def test_before_the_first_severity_the_first_one_was_in_force() -> None:
    first, second = (
        Assessment(NOON + timedelta(hours=number), name, SeveritySource.RULE, ())
        for number, name in enumerate(("low", "high"))
    )
    history = SeverityHistory((first, second), (), None)
    hour = timedelta(hours=1)
    assert history.at(NOON - hour) == history.at(NOON) == history.at(NOON + hour - SECOND) == first
    assert history.at(NOON + hour) == history.at(NOON + 2 * hour) == history.current == second


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "-1 s"),
        (3_599, "59 min 59 s"),
        (86_399, "23 h 59 min 59 s"),
        (86_401, "1 d 1 s"),
        (7_199, "1 h 59 min 59 s"),
        (172_799, "1 d 23 h 59 min 59 s"),
    ],
)
def test_a_length_is_exact_one_second_before_and_after_its_units(seconds: int, said: str) -> None:
    assert length(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min 59 s"),
        (7_199, "1 h 59 min 59 s"),
        (172_799, "47 h 59 min 59 s"),
    ],
)
def test_working_time_is_said_in_hours_to_the_second(seconds: int, said: str) -> None:
    assert worked(timedelta(seconds=seconds)) == said


def test_an_offset_is_shown_in_hours_and_minutes() -> None:
    assert when(datetime(1971, 6, 1, 12, tzinfo=UTC), ZoneInfo("Africa/Monrovia")).endswith(" -00:44")
