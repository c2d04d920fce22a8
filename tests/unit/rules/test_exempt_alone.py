"""Can a ticket be left alone in one respect only, and is nothing solved on silence that nobody asked about?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.domain import SECOND, Person
from slabot.rules import Decision, Kind
from slabot.rules.waiting import ANNOUNCES, NOTHING
from tests.fixtures.policies import SOLVED_ACTS, WAITING_ACTS, Edits, policy
from tests.fixtures.tickets import SOLVED, Story, due, kinds, only, planned, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
ACTS = policy(WAITING_ACTS, SOLVED_ACTS)
TAGGED = ticket(START, tags=("Alone",)).waits("Mon 12 Jan 10:00")
DONE = ticket(START, tags=("Alone",)).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
ASKED_ENOUGH = TAGGED.follows_up("Tue 13 Jan 10:00").follows_up("Wed 14 Jan 10:00").follows_up("Thu 15 Jan 10:00")
PARTS = ("follow_ups", "solving", "closing")
DOING = {"follow_ups": "follow-ups", "solving": "solving", "closing": "closing"}
HELD_BACK = {"follow_ups": Kind.FOLLOW_UP, "solving": Kind.AUTO_SOLVE, "closing": Kind.AUTO_CLOSE}


def alone(part: str, **tickets: list[str]) -> Edits:
    return {f"exempt.{part}": tickets or {"tags": ["alone"]}}


def held(decision: Decision) -> list[tuple[Kind, str]]:
    return [(refusal.kind, refusal.because) for refusal in decision.refusals]


# ── Which tickets ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("tickets", "facts", "because"),
    [
        ({"tags": ["alone"]}, {"tags": ("other", "ALONE")}, 'tickets tagged "ALONE" are exempt'),
        (
            {"organizations": ["CONTOSO"]},
            {"requester": Person("r1", organization="Contoso")},
            'the organisation "Contoso" is exempt',
        ),
        ({"severities": ["high", "medium"]}, {}, "medium tickets are exempt"),
    ],
)
def test_each_list_of_each_part_exempts_from_that_act_and_says_so(
    part: str, tickets: dict[str, list[str]], facts: dict[str, object], because: str
) -> None:
    rules = policy(WAITING_ACTS, SOLVED_ACTS, alone(part, **tickets))
    story = ticket(START, **facts).answers("Mon 12 Jan 10:00")
    story = story.becomes("Mon 12 Jan 11:00", SOLVED) if part == "closing" else story.waits("Mon 12 Jan 11:00")
    decision = story.decide("Mon 12 Jan 12:00", rules)

    assert (HELD_BACK[part], f"{because} from {DOING[part]}") in held(decision)
    assert planned(decision, HELD_BACK[part]) == []
    assert planned(story.decide("Mon 12 Jan 12:00", ACTS), HELD_BACK[part]) != []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("tickets", [{"tags": ["alone2"]}, {"organizations": ["Contoso"]}, {"severities": ["high"]}])
def test_other_tickets_are_moved_on_as_ever(part: str, tickets: dict[str, list[str]]) -> None:
    rules = policy(WAITING_ACTS, SOLVED_ACTS, alone(part, **tickets))
    for story in (TAGGED, DONE):
        for now in ("Mon 12 Jan 12:00", "Tue 13 Jan 10:00", "Tue 20 Jan 10:00"):
            assert story.decide(now, rules).as_json() == story.decide(now, ACTS).as_json()


@pytest.mark.parametrize("part", PARTS)
def test_a_tag_that_is_taken_away_frees_the_ticket(part: str) -> None:
    rules = policy(WAITING_ACTS, SOLVED_ACTS, alone(part))
    for story in (TAGGED, DONE):
        freed = story.tagged("Mon 12 Jan 11:30")
        assert freed.decide("Tue 13 Jan 10:00", rules).refusals == ()
        assert freed.decide("Tue 13 Jan 10:00", rules).due_now == freed.decide("Tue 13 Jan 10:00", ACTS).due_now


# ── From follow-ups alone ───────────────────────────────────────────────────────────────────────────────────────────


def test_without_follow_ups_time_alone_solves_nothing() -> None:
    rules = policy(WAITING_ACTS, alone("follow_ups"))
    for now in ("Mon 12 Jan 12:00", "Tue 13 Jan 10:00", "Mon 19 Jan 10:00:01", "Thu 12 Feb 10:00"):
        decision = TAGGED.decide(now, rules)
        assert (kinds(decision), planned(decision, Kind.AUTO_SOLVE)) == ([], [])
        assert held(decision) == [
            (Kind.FOLLOW_UP, 'tickets tagged "Alone" are exempt from follow-ups'),
            (
                Kind.AUTO_SOLVE,
                'tickets tagged "Alone" are exempt from follow-ups, so the customer is not told that 7 days without an '
                "answer end it; it is solved only after 3 follow-ups by people",
            ),
        ]
    assert kinds(TAGGED.decide("Mon 19 Jan 10:00:01", ACTS)) == ["auto_solve"]


@pytest.mark.parametrize("sent", [1, 2])
def test_some_follow_ups_by_people_are_not_enough(sent: int) -> None:
    story = TAGGED
    for day in ("Tue 13 Jan 10:00", "Wed 14 Jan 10:00")[:sent]:
        story = story.answers(day)
    assert kinds(story.decide("Thu 12 Feb 10:00", policy(WAITING_ACTS, alone("follow_ups")))) == []


def test_follow_ups_by_people_solve_it_as_ever() -> None:
    story = TAGGED.answers("Tue 13 Jan 10:00").answers("Wed 14 Jan 10:00").answers("Thu 15 Jan 10:00")
    rules = policy(WAITING_ACTS, alone("follow_ups"))
    for now in ("Thu 15 Jan 12:00", "Fri 16 Jan 09:59:59", "Fri 16 Jan 10:00", "Mon 19 Jan 10:00:01"):
        assert story.decide(now, rules).as_json() == story.decide(now, ACTS).as_json()
        assert story.decide(now, rules).refusals == ()
    assert kinds(story.decide("Fri 16 Jan 10:00", rules)) == ["auto_solve"]


def test_an_answer_ends_the_wait_as_ever() -> None:
    for part in PARTS:
        story = TAGGED.asks("Tue 13 Jan 09:00")
        decision = story.decide("Tue 13 Jan 10:00", policy(WAITING_ACTS, alone(part)))
        assert kinds(decision) == ["set_category"]
        assert decision.refusals == ()


# ── From solving alone ──────────────────────────────────────────────────────────────────────────────────────────────


def test_without_solving_the_follow_ups_go_out_and_announce_no_end() -> None:
    rules = policy(WAITING_ACTS, alone("solving"))
    decision = TAGGED.decide("Tue 13 Jan 10:00", rules)
    (reminder,) = due(decision, Kind.FOLLOW_UP)

    assert reminder.fact(ANNOUNCES) == NOTHING
    assert planned(decision, Kind.FOLLOW_UP) == planned(TAGGED.decide("Tue 13 Jan 10:00", ACTS), Kind.FOLLOW_UP)
    assert held(decision) == [(Kind.AUTO_SOLVE, 'tickets tagged "Alone" are exempt from solving')]
    assert only(TAGGED.decide("Tue 13 Jan 10:00", ACTS), Kind.FOLLOW_UP).fact(ANNOUNCES) is None


def test_without_solving_nothing_is_solved_however_often_people_asked() -> None:
    rules = policy(WAITING_ACTS, alone("solving"))
    for now in ("Fri 16 Jan 10:00", "Mon 19 Jan 10:00:01", "Thu 12 Feb 10:00"):
        decision = ASKED_ENOUGH.decide(now, rules)
        assert (kinds(decision), decision.upcoming) == ([], ())
        assert held(decision) == [(Kind.AUTO_SOLVE, 'tickets tagged "Alone" are exempt from solving')]


def test_without_both_the_ticket_just_waits() -> None:
    rules = policy(WAITING_ACTS, alone("solving"), alone("follow_ups"))
    decision = TAGGED.decide("Thu 12 Feb 10:00", rules)

    assert (kinds(decision), decision.upcoming) == ([], ())
    assert held(decision) == [
        (Kind.FOLLOW_UP, 'tickets tagged "Alone" are exempt from follow-ups'),
        (Kind.AUTO_SOLVE, 'tickets tagged "Alone" are exempt from solving'),
    ]


# ── From closing alone ──────────────────────────────────────────────────────────────────────────────────────────────


def test_without_closing_a_solved_ticket_stays_solved_and_is_reopened_as_ever() -> None:
    rules = policy(SOLVED_ACTS, alone("closing"))
    for now in ("Mon 12 Jan 12:00", "Thu 15 Jan 11:00:01", "Thu 12 Feb 10:00"):
        assert held(DONE.decide(now, rules)) == [(Kind.AUTO_CLOSE, 'tickets tagged "Alone" are exempt from closing')]
        assert kinds(DONE.decide(now, rules)) == []
    assert kinds(DONE.decide("Thu 15 Jan 11:00:01", ACTS)) == ["auto_close"]
    replied = DONE.asks("Thu 15 Jan 10:00")
    assert kinds(replied.decide("Thu 15 Jan 10:30", rules)) == ["reopen"]
    assert replied.decide("Thu 15 Jan 10:30", rules).refusals == ()


# ── With the other guards ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("part", "story"), [("follow_ups", TAGGED), ("solving", ASKED_ENOUGH), ("closing", DONE)])
def test_another_guard_is_named_alone(part: str, story: Story) -> None:
    rules = policy(WAITING_ACTS, SOLVED_ACTS, alone(part), {"exempt.severities": ["medium"]})

    assert held(story.decide("Thu 12 Feb 10:00", rules)) == [(HELD_BACK[part], "medium tickets are exempt")]


@pytest.mark.parametrize(("part", "story"), [("follow_ups", TAGGED), ("solving", ASKED_ENOUGH), ("closing", DONE)])
def test_a_rule_that_is_off_needs_no_exemption(part: str, story: Story) -> None:
    off = {"waiting.mode": "off", "solved.mode": "off"}

    assert story.decide("Thu 12 Feb 10:00", policy(alone(part), off)).refusals == ()


def test_what_is_held_does_not_change_with_time_alone() -> None:
    """So no look is owed for it: nothing lies between two events that would alter the decision."""
    for part, story in (("follow_ups", TAGGED), ("solving", ASKED_ENOUGH), ("closing", DONE)):
        rules = policy(WAITING_ACTS, SOLVED_ACTS, alone(part))
        first = story.decide("Thu 15 Jan 12:00", rules)
        assert first.next_look is None
        for days in range(1, 30):
            later = at("Thu 15 Jan 12:00") + timedelta(days=days) + SECOND
            assert story.decide(f"{later:%a} {later.day} {later:%b %H:%M:%S}", rules).refusals == first.refusals
