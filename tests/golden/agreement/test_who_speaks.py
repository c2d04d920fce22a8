"""Who speaks for whom, as it was when it was said (DESIGN 5, "As it was when it was said")."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from slabot.domain import (
    Actor,
    Gap,
    OrganizationChanged,
    ParticipantsChanged,
    PrivacyChanged,
    Rated,
    RequesterChanged,
    StatusChanged,
)
from slabot.policy import Policy
from slabot.rules import Kind, Verdict
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, SOLVED_ACTS, WAITING_ACTS, policy, with_clocks
from tests.fixtures.tickets import AGENT, CLOSED, CUSTOMER, OPEN, PENDING, SOLVED, WAITING, Story, clock, ticket
from tests.fixtures.times import at

STRANGER = Actor.THIRD_PARTY
BEGAN = ticket("Mon 12 Jan 09:00", priority="high")
ANSWERED = BEGAN.answers("Mon 12 Jan 10:00", by_id="a1")
CHANGE = at("Mon 12 Jan 10:30")
NEXT: Policy = policy(with_clocks(NEXT_RESPONSE))


def _verdict(story: Story, rules: Policy | None = None) -> tuple[Verdict, datetime | None]:
    found = clock(story.decide("Mon 12 Jan 14:00", *([] if rules is None else [rules])))
    return found.verdict, found.stopped_at


def _asks_next(story: Story) -> list[datetime]:
    decision = story.decide("Mon 12 Jan 14:00", NEXT)
    return [each.started_at for each in decision.clocks if each.name == "next_response"]


MET = (Verdict.MET, at("Mon 12 Jan 10:00"))


class TestAsItWasThen:
    def test_an_answer_hidden_later_stays_an_answer(self) -> None:
        hidden = PrivacyChanged(at=at("Mon 12 Jan 11:00"), of="comment:1", public=False)
        assert _verdict(ANSWERED.happens(hidden)) == MET

    def test_the_agent_who_answered_becomes_the_requester(self) -> None:
        assert _verdict(ANSWERED.happens(RequesterChanged(at=at("Mon 12 Jan 11:00"), to="a1"))) == MET

    def test_an_agent_who_was_the_requester_then_did_not_answer(self) -> None:
        became = BEGAN.happens(RequesterChanged(at=at("Mon 12 Jan 09:30"), to="a1")).answers(
            "Mon 12 Jan 10:00", by_id="a1"
        )
        assert _verdict(became)[0] is Verdict.RUNNING
        assert _verdict(became.happens(RequesterChanged(at=at("Mon 12 Jan 11:00"), to="r1")))[0] is Verdict.RUNNING

    def test_an_agent_put_in_copy_later_had_answered(self) -> None:
        assert _verdict(ANSWERED.happens(ParticipantsChanged(at=at("Mon 12 Jan 11:00"), to=("a1",)))) == MET

    def test_an_agent_in_copy_then_speaks_for_the_customer(self) -> None:
        copied = BEGAN.happens(ParticipantsChanged(at=at("Mon 12 Jan 09:30"), to=("a1",))).answers(
            "Mon 12 Jan 10:00", by_id="a1"
        )
        assert _verdict(copied)[0] is Verdict.RUNNING
        (said,) = copied.decide("Mon 12 Jan 14:00").odd_messages
        assert said.why == "its author is an agent, but was in copy of this ticket"


class TestNobody:
    @pytest.mark.parametrize(
        ("known", "why"), [(True, "the helpdesk itself wrote it"), (False, "nobody can say who wrote it")]
    )
    def test_an_author_whom_nobody_knows_is_not_the_helpdesk(self, known: bool, why: str) -> None:
        told = BEGAN.says("Mon 12 Jan 10:00", Actor.SYSTEM, author_known=known).decide("Mon 12 Jan 14:00")
        assert [said.why for said in told.odd_messages] == [why]


class TestOutsiders:
    """A third party: neither the requester, nor in copy, nor of the organisation, or on the policy's list."""

    def test_a_stranger_starts_no_clock_and_ends_no_wait(self) -> None:
        assert _asks_next(ANSWERED.says("Mon 12 Jan 11:00", STRANGER, by_id="v1")) == []
        waits = ANSWERED.waits("Mon 12 Jan 10:30").says("Mon 12 Jan 11:00", STRANGER, by_id="v1")
        assert waits.decide("Mon 12 Jan 14:00").waiting is not None

    @pytest.mark.parametrize(
        ("change", "facts"),
        [
            (ParticipantsChanged(at=CHANGE, to=("v1",)), {"by_id": "v1"}),
            (
                ParticipantsChanged(at=CHANGE, to=("V@x.example",)),
                {"by_id": "v1", "email": "v@X.example"},
            ),
            (RequesterChanged(at=CHANGE, to="v1"), {"by_id": "v1"}),
            (
                OrganizationChanged(at=CHANGE, to="Gold Ltd"),
                {"by_id": "v1", "organization": "gold ltd"},
            ),
        ],
    )
    def test_whoever_is_on_the_customers_side_then_speaks_for_the_customer(
        self, change: Any, facts: dict[str, Any]
    ) -> None:
        spoke = ANSWERED.happens(change).says("Mon 12 Jan 11:00", STRANGER, **facts)
        assert _asks_next(spoke) == [at("Mon 12 Jan 11:00")]
        before = ANSWERED.says("Mon 12 Jan 10:15", STRANGER, **facts).happens(change)
        assert _asks_next(before) == []

    @pytest.mark.parametrize("listed", ["vendor@third.example", "@Third.example"])
    def test_the_policys_list_wins(self, listed: str) -> None:
        rules = policy({"third_parties": [listed]}, {"clocks": [NEXT_RESPONSE]})
        story = ANSWERED.says("Mon 12 Jan 11:00", CUSTOMER, email="Vendor@third.example")
        decision = story.decide("Mon 12 Jan 14:00", rules)
        assert [each.name for each in decision.clocks] == ["first_response"]
        assert [said.why for said in decision.odd_messages] == ["its author is on the list third_parties"]

    def test_a_light_agent_speaks_for_nobody(self) -> None:
        assert _verdict(BEGAN.answers("Mon 12 Jan 10:00", light_agent=True))[0] is Verdict.RUNNING


class TestChats:
    def test_the_answers_of_one_conversation_are_one_answer(self) -> None:
        story = BEGAN
        for minute, by in enumerate((CUSTOMER, AGENT, CUSTOMER, AGENT)):
            story = story.says(f"Mon 12 Jan 10:0{minute}", by, conversation="c", by_id="r1" if by is CUSTOMER else "a1")
        assert _verdict(story) == (Verdict.MET, at("Mon 12 Jan 10:01"))
        assert _asks_next(story) == []
        assert _asks_next(story.says("Mon 12 Jan 10:05", CUSTOMER, conversation="c")) == [at("Mon 12 Jan 10:05")]

    def test_another_conversation_is_another_question(self) -> None:
        story = ANSWERED.says("Mon 12 Jan 11:00", CUSTOMER, conversation="c").answers(
            "Mon 12 Jan 11:05", conversation="c"
        )
        assert _asks_next(story) == [at("Mon 12 Jan 11:00")]


class TestGaps:
    """Where history has a gap that could turn the verdict, it is unknown; a running clock is running, uncertain."""

    OPEN_CHAT = Gap(at("Mon 12 Jan 09:00"), None, "the chat is not over yet")

    def _with(self, story: Story, *gaps: Gap) -> Story:
        return replace(story, ticket=replace(story.ticket, gaps=gaps))

    def test_a_running_clock_is_uncertain_and_its_page_leaves(self) -> None:
        decision = self._with(BEGAN, self.OPEN_CHAT).decide("Mon 12 Jan 14:45")
        found = clock(decision)
        assert (found.verdict, found.certain) == (Verdict.RUNNING, False)
        assert [action.kind for action in decision.due_now] == [Kind.PAGE]
        assert decision.as_json()["clocks"][0]["uncertain_because"] == "the chat is not over yet"

    def test_nothing_is_written(self) -> None:
        waits = self._with(ANSWERED.waits("Mon 12 Jan 10:30"), self.OPEN_CHAT)
        decision = waits.decide("Tue 13 Jan 14:00", policy(WAITING_ACTS))
        assert decision.due_now == ()
        assert "the chat is not over yet, so nothing is written to it" in [each.because for each in decision.refusals]

    def test_solved_without_an_answer_that_slabot_can_see_is_unknown(self) -> None:
        solved = BEGAN.becomes("Mon 12 Jan 12:00", SOLVED)
        assert _verdict(solved)[0] is Verdict.UNANSWERED
        assert _verdict(self._with(solved, self.OPEN_CHAT))[0] is Verdict.UNKNOWN

    def test_what_was_answered_in_time_is_met_whatever_else_was_said(self) -> None:
        assert _verdict(self._with(ANSWERED, self.OPEN_CHAT)) == MET

    @pytest.mark.parametrize(
        ("since", "verdict"), [("Mon 12 Jan 15:00", Verdict.UNKNOWN), ("Mon 12 Jan 15:00:01", Verdict.MISSED)]
    )
    def test_a_gap_after_the_deadline_turns_nothing(self, since: str, verdict: Verdict) -> None:
        late = BEGAN.answers("Mon 12 Jan 16:00")
        told = self._with(late, Gap(at(since), at("Mon 12 Jan 15:30"), "it cannot be read"))
        found = clock(told.decide("Mon 12 Jan 17:00"))
        assert (found.verdict, found.certain) == (verdict, verdict is Verdict.MISSED)

    def test_a_gap_that_was_over_before_the_clock_started_is_no_matter(self) -> None:
        gap = Gap(at("Mon 12 Jan 10:00"), at("Mon 12 Jan 10:30"), "it cannot be read")
        asked = self._with(ANSWERED.asks("Mon 12 Jan 11:00"), gap).decide("Mon 12 Jan 14:00", NEXT)
        assert asked.clocks[-1].certain

    @pytest.mark.parametrize(("until", "verdict"), [("Tue 13 Jan 12:00", "missed"), ("Mon 12 Jan 10:00", "unknown")])
    def test_what_was_read_before_it_could_be_read_no_more_still_counts(self, until: str, verdict: str) -> None:
        late = BEGAN.answers("Tue 13 Jan 11:00")
        assert clock(late.decide("Tue 13 Jan 14:00")).verdict.value == "missed"
        refused = replace(late, ticket=replace(late.ticket, history_complete=False, complete_until=at(until)))
        decision = refused.decide("Tue 13 Jan 14:00")
        assert clock(decision).verdict.value == verdict

    def test_the_resolution_rests_on_the_status_alone(self) -> None:
        solved = self._with(BEGAN.becomes("Mon 12 Jan 12:00", SOLVED), self.OPEN_CHAT)
        decision = solved.decide("Mon 12 Jan 14:00", policy(with_clocks(RESOLUTION)))
        assert [(each.name, each.verdict) for each in decision.clocks] == [
            ("first_response", Verdict.UNKNOWN),
            ("resolution", Verdict.MET),
        ]


class TestAutomaticReplies:
    WAITS = BEGAN.waits("Mon 12 Jan 10:00")
    REPLIED = WAITS.asks("Mon 12 Jan 11:00", "Out of office", auto_reply=True).happens(
        StatusChanged(at=at("Mon 12 Jan 11:00"), to=OPEN, by=CUSTOMER)
    )
    ACTS: Policy = policy({"automatic_replies": {"mode": "act"}}, WAITING_ACTS, SOLVED_ACTS)

    def test_the_status_is_set_back_once_a_round(self) -> None:
        decision = self.REPLIED.decide("Mon 12 Jan 11:01", self.ACTS)
        (action,) = [action for action in decision.due_now if action.kind is Kind.SET_BACK]
        assert (action.fact("to"), action.mode.value) == ("waiting_on_customer", "act")
        again = self.REPLIED.becomes("Mon 12 Jan 11:02", WAITING, by=Actor.SLABOT)
        again = again.asks("Mon 12 Jan 12:00", "Out of office", auto_reply=True).becomes(
            "Mon 12 Jan 12:00", OPEN, by=CUSTOMER
        )
        second = again.decide("Mon 12 Jan 12:01", self.ACTS)
        assert Kind.SET_BACK not in [action.kind for action in second.due_now]
        assert "slabot has set it back to Waiting on Customer once" in second.refusals[0].because

    @pytest.mark.parametrize("since", ["waiting_on_customer", "solved"])
    def test_a_rule_of_the_helpdesk_that_moves_it_on_a_moment_later_changes_nothing(self, since: str) -> None:
        story = self.WAITS if since != "solved" else self.WAITS.becomes("Mon 12 Jan 10:30", SOLVED)
        story = story.asks("Mon 12 Jan 11:00", "Out of office", auto_reply=True)
        story = story.becomes("Mon 12 Jan 11:00", OPEN, by=CUSTOMER)
        moved = story.becomes("Mon 12 Jan 11:00:05", PENDING, by=Actor.AUTOMATION)
        (action,) = moved.decide("Mon 12 Jan 11:01", self.ACTS).due_now
        assert (action.kind, action.fact("to")) == (Kind.SET_BACK, since)
        back = moved.becomes("Mon 12 Jan 11:02", SOLVED if since == "solved" else WAITING, by=Actor.SLABOT)
        plain = self.WAITS if since != "solved" else self.WAITS.becomes("Mon 12 Jan 10:30", SOLVED)
        assert back.decide("Mon 12 Jan 14:00", self.ACTS).waiting == plain.decide("Mon 12 Jan 14:00", self.ACTS).waiting
        hours_later = story.becomes("Mon 12 Jan 13:00", PENDING, by=Actor.AUTOMATION)
        assert hours_later.decide("Mon 12 Jan 13:01", self.ACTS).due_now == ()

    def test_what_was_set_back_was_never_left(self) -> None:
        back = self.REPLIED.becomes("Mon 12 Jan 11:02", WAITING, by=Actor.SLABOT)
        found, plain = (story.decide("Mon 12 Jan 14:00", self.ACTS).waiting for story in (back, self.WAITS))
        assert found is not None
        assert found == plain

    @pytest.mark.parametrize("who", ["a person answers", "the customer writes", "an agent assigns it"])
    def test_once_anybody_has_done_anything_it_stays(self, who: str) -> None:
        match who:
            case "a person answers":
                story = self.REPLIED.answers("Mon 12 Jan 11:30")
            case "the customer writes":
                story = self.REPLIED.asks("Mon 12 Jan 11:30", "Version 7")
            case _:
                story = self.REPLIED.assigned("Mon 12 Jan 11:30")
        kinds = [action.kind for action in story.decide("Mon 12 Jan 12:00", self.ACTS).due_now]
        assert Kind.SET_BACK not in kinds

    def test_it_keeps_no_solved_ticket_open(self) -> None:
        solved = ANSWERED.becomes("Mon 12 Jan 10:30", SOLVED).asks("Mon 12 Jan 11:00", "Out of office", auto_reply=True)
        opened = solved.becomes("Mon 12 Jan 11:00", PENDING, by=Actor.SYSTEM)
        (action,) = opened.decide("Mon 12 Jan 11:01", self.ACTS).due_now
        assert (action.kind, action.fact("to")) == (Kind.SET_BACK, "solved")

    def test_words_that_look_automatic_hold_what_silence_leads_to_until_a_person_looks(self) -> None:
        story = self.WAITS.asks("Mon 12 Jan 11:00", "Automatic reply: I am away until Monday")
        decision = story.decide("Mon 12 Jan 14:00", self.ACTS)
        assert [action.kind for action in decision.due_now] == [Kind.ASK]
        assert "looks like an automatic reply" in decision.refusals[0].because
        noted = story.noted("Mon 12 Jan 14:00", decision.due_now[0].key)
        assert noted.decide("Mon 12 Jan 14:01", self.ACTS).due_now == ()
        looked = noted.assigned("Mon 12 Jan 15:00").decide("Mon 12 Jan 15:00", self.ACTS)
        assert [action.kind for action in looked.due_now] == [Kind.SET_CATEGORY]

    def test_a_request_that_looks_automatic_keeps_its_clock(self) -> None:
        story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "Automatic reply: the agent is offline")
        assert clock(story.decide("Mon 12 Jan 10:00")).verdict is Verdict.RUNNING


class TestSurveys:
    RATES = ANSWERED.becomes("Mon 12 Jan 11:00", SOLVED)

    @pytest.mark.parametrize(
        ("score", "text", "held"), [("bad", "", True), ("good", "but slow", True), ("good", "", False)]
    )
    def test_a_bad_rating_or_one_with_words_holds_the_close_and_tells_a_person(
        self, score: str, text: str, held: bool
    ) -> None:
        rated = self.RATES.happens(Rated(at=at("Mon 12 Jan 12:00"), score=score, text=text))
        rules = policy(SOLVED_ACTS)
        kinds = [action.kind for action in rated.decide("Fri 16 Jan 12:00", rules).due_now]
        assert kinds == ([Kind.NOTE] if held else [Kind.AUTO_CLOSE])
        looked = rated.assigned("Tue 13 Jan 12:00").decide("Fri 16 Jan 12:00", rules)
        assert [action.kind for action in looked.due_now] == [Kind.AUTO_CLOSE]
        assert [each.name for each in looked.clocks] == ["first_response"]

    def test_a_bad_rating_of_a_closed_ticket_is_told_and_not_one_of_before_the_start(self) -> None:
        rated = ANSWERED.becomes("Mon 12 Jan 11:00", CLOSED).happens(Rated(at=at("Mon 12 Jan 12:00"), score="bad"))
        (note,) = rated.decide("Mon 12 Jan 12:01").due_now
        assert note.because.startswith("the customer rated the closed ticket bad at Mon 12 Jan 2026 12:00")
        assert rated.noted("Mon 12 Jan 12:02", note.key).decide("Mon 12 Jan 12:03").due_now == ()
        later = policy({"start_from": "2026-01-13T00:00:00Z"})
        assert rated.decide("Mon 12 Jan 12:01", later).due_now == ()


class TestMoreAfterTheAnswer:
    def test_what_is_no_request_pages_nobody(self) -> None:
        alert = ticket("Mon 12 Jan 09:00", channel="sample_ticket").answers("Mon 12 Jan 10:00", by_id="a1")
        assert alert.asks("Mon 12 Jan 11:00", "production down").decide("Mon 12 Jan 12:00").due_now == ()

    def test_whoever_is_told_of_such_a_page_is_told_once_with_the_quote(self) -> None:
        story = ANSWERED.asks("Mon 12 Jan 11:00", "Now production down!", by_id="r1")
        decision = story.decide("Mon 12 Jan 11:00")
        notes = [action for action in decision.due_now if action.kind is Kind.NOTE]
        assert notes
        assert all("production down" in action.because for action in notes)
        assert all(action.fact("severity") == "critical" for action in notes)
        assert decision.severity.severity == "critical"
        assert clock(decision).terms.severity == "high"
        for action in notes:
            story = story.noted("Mon 12 Jan 11:01", action.key)
        story = story.asks("Mon 12 Jan 11:05", "Production down, hello?", by_id="r1")
        assert story.decide("Mon 12 Jan 11:05").due_now == ()

    def test_a_later_clock_rests_on_it(self) -> None:
        story = ANSWERED.asks("Mon 12 Jan 11:00", "Now production down!", by_id="r1")
        assert story.decide("Mon 12 Jan 11:00", NEXT).clocks[-1].terms.severity == "critical"

    def test_an_agents_choice_stays_and_people_are_told_all_the_same(self) -> None:
        story = ANSWERED.severity("Mon 12 Jan 10:30", "medium").asks("Mon 12 Jan 11:00", "production down", by_id="r1")
        decision = story.decide("Mon 12 Jan 11:00")
        assert decision.severity.severity == "medium"
        assert "it stays medium" in decision.due_now[0].because

    def test_nothing_that_is_written_later_lowers(self) -> None:
        rules = policy(
            {
                "classify.rules": [
                    {"name": "down", "when": {"text": ["down"]}, "unless": {"text": ["solved"]}, "severity": "critical"}
                ]
            }
        )
        story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "down").answers("Mon 12 Jan 10:00")
        later = story.asks("Mon 12 Jan 11:00", "solved itself").decide("Mon 12 Jan 11:00", rules)
        assert later.severity.severity == "critical"


class TestAClosedTicketThatStaysClosed:
    def test_it_is_told_to_a_person_once(self) -> None:
        closed = ANSWERED.becomes("Thu 15 Jan 12:00", CLOSED)
        wrote = closed.asks("Fri 16 Jan 09:00", "It is back")
        assert wrote.decide("Fri 16 Jan 09:00").next_look == at("Fri 16 Jan 09:01")
        (note,) = wrote.decide("Fri 16 Jan 09:01").due_now
        assert "after the ticket was closed at Thu 15 Jan 2026 12:00" in note.because
        for told in (
            wrote.noted("Fri 16 Jan 09:02", note.key),
            wrote.answers("Fri 16 Jan 09:02"),
            wrote.becomes("Fri 16 Jan 09:00", OPEN, by=Actor.SYSTEM),
            closed.asks("Fri 16 Jan 09:00", "I am away", auto_reply=True),
        ):
            assert told.decide("Fri 16 Jan 09:05").due_now == ()
