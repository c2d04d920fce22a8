"""What the answer of a language model changes, from when on, and when one is asked."""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import Indicated, ModelAnswered
from slabot.judgement.model import texts_digest
from slabot.policy import Policy
from slabot.rules import Assessment, SeveritySource, decide
from slabot.rules.model_question import question_due
from slabot.store.privacy import without_quotes
from tests.fixtures.policies import NO_RULES, policy
from tests.fixtures.tickets import Story, ticket
from tests.fixtures.times import at

START, LATER = "Mon 12 Jan 09:00", "Mon 12 Jan 10:00"
VANS = "Our 25 vans drive by feeling."
DOWN = "Nobody can log in at any of our sites."
EXPORT = "The export does not work. Tim reads the rows to Anna."
MODEL = {"mode": "act", "address": "http://127.0.0.1:1/v1", "name": "m"}


def rules(model: dict[str, Any] | None = None, **reader: Any) -> Policy:
    asked = MODEL if model is None else {**MODEL, **model}
    return policy(NO_RULES, {"classify.reader": {"mode": "act", **reader}}, {"classify.model": asked})


def answered(story: Story, when: str, text: str, shows: str = "dead", *texts: str, **more: str) -> Story:
    """A model shows this for all of one message, of which the story has these."""
    subject = story.ticket.subject
    known = texts or (text,)
    piece = Indicated(shows, more.get("about", "core"), more.get("hits", "all"), 1, 0, len(text))
    event = ModelAnswered(
        at=at(when), of=texts_digest(subject, known), texts=len(known), model="m", evidence=(piece,), id=f"model:{when}"
    )
    return story.happens(event)


def found(story: Story, when: str = "Mon 12 Jan 12:00", **given: Any) -> Assessment:
    return story.decide(when, rules(**given)).severity


def test_an_answer_counts_from_when_it_came() -> None:
    story = answered(ticket(START, subject="Help").asks(START, VANS), LATER, VANS)
    before, after = (found(story, when) for when in ("Mon 12 Jan 09:59", LATER))
    assert (before.severity, before.or_else) == ("medium", "low")
    assert (after.severity, after.or_else, after.source, after.since) == (
        "high",
        "critical",
        SeveritySource.READER,
        at(LATER),
    )
    assert "high counts until somebody says, since critical is not decided on its word" in after.because[0]


@pytest.mark.parametrize(
    ("abstain", "severity", "or_else"),
    [("up", "high", "critical"), ("down", "low", "critical"), ("neither", "medium", None)],
)
def test_what_is_undecided_by_it_counts_as_the_policy_says(abstain: str, severity: str, or_else: str | None) -> None:
    judged = found(answered(ticket(START, subject="Help").asks(START, VANS), LATER, VANS), abstain=abstain)
    assert (judged.severity, judged.or_else) == (severity, or_else)


def test_a_decided_one_is_not_taken_away_where_undecided_ones_count_as_neither() -> None:
    story = answered(ticket(START, subject="Help").asks(START, EXPORT), LATER, EXPORT, about="core")
    assert found(story, abstain="down").severity == "medium"


def test_a_quoted_way_round_lowers_by_a_step_until_the_customer_writes_more() -> None:
    text = "The export does not work. Our staff have no time. Tim reads the rows to Anna."
    story = answered(ticket(START, subject="Help").asks(START, text), LATER, text, "workaround")
    piece = Indicated("workaround", "unsaid", "unsaid", 1, text.index("Tim"), len(text))
    event = ModelAnswered(
        at=at(LATER), of=texts_digest(story.ticket.subject, (text,)), texts=1, model="m", evidence=(piece,)
    )
    story = ticket(START, subject="Help").asks(START, text).happens(event)
    assert [found(story, when).severity for when in (START, LATER)] == ["high", "medium"]
    more = story.asks("Mon 12 Jan 11:00", "Tim is tired now.")
    assert found(more).severity == "high"


def test_nothing_takes_critical_away_and_nothing_an_agent_or_a_rule_said() -> None:
    story = answered(ticket(START, subject="Help").asks(START, DOWN), LATER, DOWN, "question")
    assert found(story).severity == "critical"
    chosen = answered(ticket(START, subject="Help").asks(START, VANS).severity("Mon 12 Jan 09:30", "low"), LATER, VANS)
    assert (found(chosen).severity, found(chosen).source) == ("low", SeveritySource.AGENT)


def test_an_answer_about_texts_that_read_otherwise_now_counts_no_more() -> None:
    story = answered(ticket(START, subject="Help").asks(START, VANS), LATER, VANS, "dead", VANS + " Or so.")
    assert found(story).severity == "medium"


def test_an_answer_after_the_first_response_rewrites_nothing() -> None:
    story = ticket(START, subject="Help").asks(START, VANS).answers("Mon 12 Jan 09:30")
    late = answered(story, LATER, VANS)
    assert found(late).severity == found(story).severity == "medium"
    clock = late.decide("Mon 12 Jan 12:00", rules()).clock("first_response")
    assert clock is not None
    assert clock.terms.severity == "medium"


@pytest.mark.parametrize("model", [{"mode": "observe"}, {"mode": "off"}])
def test_unless_it_acts_nothing_rests_on_it(model: dict[str, Any]) -> None:
    assert (
        found(answered(ticket(START, subject="Help").asks(START, VANS), LATER, VANS), model=model).severity == "medium"
    )


def test_evidence_of_another_release_or_of_a_hand_is_left_out() -> None:
    for piece in (
        Indicated("doom", "core", "all", 1, 0, 9),
        Indicated("dead", "core", "all", 7, 0, 9),
        Indicated("dead", "core", "all", 1, 5, 9_999),
        Indicated("dead", "core", "all", -1, 0, 9),
    ):
        story = ticket(START, subject="Help").asks(START, VANS)
        of = texts_digest(story.ticket.subject, (VANS,))
        event = ModelAnswered(at=at(LATER), of=of, texts=1, model="m", evidence=(piece,))
        assert found(story.happens(event)).severity == "medium"


def test_its_quotes_go_with_the_words() -> None:
    judged = found(answered(ticket(START, subject="Help").asks(START, VANS), LATER, VANS))
    assert "vans" in judged.because[0]
    assert "vans" not in without_quotes(judged.because[0])


def due(story: Story, when: str = LATER, given: Policy | None = None) -> bool:
    asked = given or rules()
    decision = decide(story.ticket, story.timeline, asked, at(when))
    return question_due(asked, decision, at(when)) is not None


def test_it_is_asked_while_the_answer_is_owed_and_could_change_something() -> None:
    story = ticket(START, subject="Help").asks(START, VANS)
    assert due(story)
    assert not due(story, given=rules({"mode": "off"}))
    assert not due(story, "Mon 12 Jan 10:01")  # the customer's last word is older than an hour
    assert not due(ticket(START, subject="Help").asks(START, DOWN))  # critical already
    assert not due(story.answers("Mon 12 Jan 09:30"))
    assert not due(story.severity("Mon 12 Jan 09:30", "low"))
    assert not due(answered(story, "Mon 12 Jan 09:30", VANS))


def test_it_is_asked_again_when_the_customer_writes_more_and_five_times_at_most() -> None:
    story = ticket(START, subject="Help").asks(START, VANS)
    texts = [VANS]
    for number in range(5):
        when = f"Mon 12 Jan 09:{10 + number}"
        story = answered(story, when, VANS, "partial", *texts)
        assert not due(story, when)
        texts.append(f"More of it, {number}.")
        story = story.asks(f"Mon 12 Jan 09:{10 + number}", texts[-1])
        assert due(story, when) is (number < 4)


def test_nobody_asks_about_tickets_of_before() -> None:
    given = rules()
    story = ticket(START, subject="Help").asks(START, VANS)
    assert not due(story, given=given.model_copy(update={"start_from": at("Tue 13 Jan 00:00")}))
