"""Where does what the reader finds stand among the other sources of a severity?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.rules import Assessment, Kind, SeveritySource, assessments
from slabot.rules.read_severity import LONGEST_QUOTE
from slabot.rules.severity import MOST_TEXTS
from slabot.store.privacy import without_quotes
from tests.fixtures.policies import NO_RULES, policy
from tests.fixtures.tickets import AGENT, AUTOMATION, CUSTOMER, Story, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
DOWN = "All agents are offline since this morning, nobody can work."
BROKEN = "The export does not work."
QUESTION = "How do I rename a report?"


def rules(**reader: Any) -> Any:
    return policy(NO_RULES, {"classify.reader": {"mode": "act", **reader}})


def found(story: Story, **reader: Any) -> Assessment:
    return story.decide("Mon 12 Jan 12:00", rules(**reader)).severity


def test_what_was_written_decides_where_nobody_says_more() -> None:
    severity = found(ticket(START).asks(START, DOWN))
    assert (severity.severity, severity.source, severity.or_else) == ("critical", SeveritySource.READER, None)
    assert 'says "All agents are offline since this morning"' in severity.because[0]


@pytest.mark.parametrize(
    ("priority", "severity", "source"),
    [
        (None, "critical", SeveritySource.READER),
        ("low", "critical", SeveritySource.READER),
        ("high", "critical", SeveritySource.READER),
        ("urgent", "critical", SeveritySource.PRIORITY),
    ],
)
def test_it_raises_the_native_priority(priority: str | None, severity: str, source: SeveritySource) -> None:
    judged = found(ticket(START, priority=priority).asks(START, DOWN))
    assert (judged.severity, judged.source) == (severity, source)


def test_it_never_lowers_the_native_priority_and_is_shown_beside_it() -> None:
    judged = found(ticket(START, priority="urgent").asks(START, QUESTION))
    assert (judged.severity, judged.source) == ("critical", SeveritySource.PRIORITY)
    assert judged.because[1].startswith("the text reads as low: it asks for something")


def test_an_agents_choice_and_a_rule_beat_it() -> None:
    story = ticket(START).asks(START, DOWN)
    assert found(story.severity("Mon 12 Jan 10:00", "low")).source is SeveritySource.AGENT
    by_rule = policy(
        {"classify.rules": [{"name": "Agents", "severity": "low", "when": {"text": ["agents"]}}]},
        {"classify.reader": {"mode": "act"}},
    )
    judged = story.decide("Mon 12 Jan 12:00", by_rule).severity
    assert (judged.severity, judged.source) == ("low", SeveritySource.RULE)


def test_without_the_setting_nothing_is_judged() -> None:
    judged = ticket(START).asks(START, DOWN).decide("Mon 12 Jan 12:00", policy(NO_RULES)).severity
    assert (judged.severity, judged.source, len(judged.because)) == ("medium", SeveritySource.DEFAULT, 1)


def test_in_observe_it_is_shown_and_nothing_rests_on_it() -> None:
    judged = found(ticket(START).asks(START, DOWN), mode="observe")
    assert (judged.severity, judged.source) == ("medium", SeveritySource.DEFAULT)
    assert judged.because[1].startswith("the text reads as critical")


@pytest.mark.parametrize(
    ("abstain", "severity", "or_else", "source"),
    [
        ("up", "high", "medium", SeveritySource.READER),
        ("down", "medium", "high", SeveritySource.READER),
        ("neither", "medium", None, SeveritySource.DEFAULT),
    ],
)
def test_what_is_undecided_counts_as_the_file_says(
    abstain: str, severity: str, or_else: str | None, source: SeveritySource
) -> None:
    judged = found(ticket(START).asks(START, BROKEN), abstain=abstain)
    assert (judged.severity, judged.or_else, judged.source) == (severity, or_else, source)


def test_the_other_answer_is_in_the_machine_form() -> None:
    decision = ticket(START).asks(START, BROKEN).decide("Mon 12 Jan 12:00", rules())
    assert decision.as_json()["severity"]["or_else"] == "medium"
    assert decision.as_json()["severity"]["source"] == "reader"


def test_what_a_text_claims_is_shown_and_pages_nobody() -> None:
    judged = found(ticket(START, subject="URGENT!!! P1!!!").asks(START, "The logo in the report is the old one."))
    assert judged.severity == "low"
    assert 'it claims for itself, which is no evidence: says "URGENT"' in judged.because[0]


def test_messages_before_the_answer_are_read_together() -> None:
    story = (
        ticket(START, subject="Agents").asks(START, "They are offline.").asks("Mon 12 Jan 09:30", "All 900 machines!")
    )
    assert found(story).severity == "critical"


def test_a_later_message_beyond_doubt_raises_and_is_told() -> None:
    story = ticket(START).asks(START, QUESTION).answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", DOWN)
    decision = story.decide("Mon 12 Jan 12:00", rules())
    assert (decision.severity.severity, decision.severity.source) == ("critical", SeveritySource.READER)
    told = [action for action in decision.due_now if action.kind is Kind.NOTE]
    assert any("what is critical by the policy" in action.because for action in told)


def test_a_later_question_lowers_nothing() -> None:
    story = ticket(START).asks(START, DOWN).answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", QUESTION)
    assert found(story).severity == "critical"


def test_words_of_agents_and_automatic_replies_are_not_judged() -> None:
    story = ticket(START).asks(START, QUESTION).says("Mon 12 Jan 09:10", AUTOMATION, DOWN)
    story = story.says("Mon 12 Jan 09:20", AGENT, DOWN, public=False).says(
        "Mon 12 Jan 09:30", CUSTOMER, DOWN, auto_reply=True
    )
    assert found(story).severity == "low"


def test_a_ticket_whose_words_are_gone_is_not_judged_by_its_subject() -> None:
    judged = found(ticket(START, subject="All agents are offline").asks(START, "", text_gone=True))
    assert judged.source is SeveritySource.DEFAULT


@pytest.mark.parametrize("mode", ["act", "observe"])
def test_evidence_of_a_customer_who_writes_often_counts_to_the_last_message(mode: str) -> None:
    story = ticket(START).asks(START, QUESTION)
    for minute in range(MOST_TEXTS + 5):
        story = story.asks(f"Mon 12 Jan 09:{minute + 10}", QUESTION)
    story = story.asks("Mon 12 Jan 10:00", DOWN).asks("Mon 12 Jan 10:01", QUESTION)
    severity = found(story, mode=mode)
    assert "the text reads as critical" in " ".join(severity.because)
    assert severity.severity == ("critical" if mode == "act" else "medium")


def test_a_screenshot_without_a_word_takes_no_evidence_away() -> None:
    alone = ticket(START, subject="All agents are offline").asks(START, "")
    assert found(alone).severity == "critical"
    sent_after = ticket(START).asks(START, DOWN).asks("Mon 12 Jan 09:05", "")
    assert found(sent_after).severity == "critical"


def test_a_later_message_is_told_on_a_ticket_whose_words_are_gone() -> None:
    story = ticket(START).asks(START, "", text_gone=True)
    story = story.severity(START, "low", by=AUTOMATION, reason="the text reads as low")
    story = story.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", DOWN)
    told = [action.because for action in story.decide("Mon 12 Jan 12:00", rules()).due_now if action.kind is Kind.NOTE]
    assert any("what is critical by the policy" in because for because in told)


@pytest.mark.parametrize(
    "text",
    [
        'The boss says "all agents are offline" and he says "nobody can log in" today, all machines are down.',
        f"All agents are offline. There is no impact on {'the production of our second plant in Ulm ' * 4}so far.",
    ],
)
def test_quotes_of_every_shape_can_be_taken_out_of_the_reason(text: str) -> None:
    left = without_quotes(found(ticket(START).asks(START, text)).because[0])
    assert not any(word in left for word in ("boss", "agents", "offline", "Ulm", "plant"))


def test_its_quotes_can_be_taken_out_of_the_reason() -> None:
    long = f"All agents are offline {'since the update of this morning which nobody here has asked for ' * 3}"
    because = found(ticket(START, subject="P1 now").asks(START, f"{long}, and nobody can log in.")).because[0]
    assert '"' in because
    left = without_quotes(because)
    assert "agents" not in left
    assert '"' not in left
    assert LONGEST_QUOTE <= 80


def test_severities_of_other_names_are_named_by_the_file() -> None:
    levels = {"critical": "high", "high": "high", "medium": "low", "low": "low"}
    assert found(ticket(START).asks(START, DOWN), levels=levels).severity == "high"


def test_own_phrases_and_entries_that_are_off_count() -> None:
    story = ticket(START).asks(START, "All turnstiles are kaputtski.")
    assert found(story).severity != "critical"
    more = [{"shows": "core", "phrases": ["turnstile*"]}, {"shows": "broken", "phrases": "kaputtski"}]
    assert found(story, more=more).severity == "critical"
    off = ["en.broken", "en.dead", "en.stopped", "en.nobody"]
    assert found(ticket(START).asks(START, "All agents are offline."), off=off).severity != "critical"


def test_each_severity_holds_from_its_own_message_on() -> None:
    story = ticket(START, subject="Agents").asks(START, QUESTION).asks("Mon 12 Jan 10:00", DOWN)
    held = assessments(story.ticket, story.timeline, rules(), at("Mon 12 Jan 12:00"))
    assert [(one.since, one.severity) for one in held] == [
        (at(START), "low"),
        (at("Mon 12 Jan 10:00"), "critical"),
    ]


# ── Words that are no longer kept ────────────────────────────────────────────────────────────────────────────────────


def _gone(*, by_reader: bool = True, to: str = "high") -> Story:
    """An unanswered ticket whose words were deleted, after something had been found in them."""
    story = ticket(START).asks(START, "", text_gone=True)
    return story.severity(START, to, by=AUTOMATION, by_reader=by_reader, reason="it was found in what is gone")


def test_a_critical_message_raises_an_unanswered_ticket_whose_words_are_gone() -> None:
    judged = found(_gone().asks("Mon 12 Jan 11:00", DOWN))
    assert (judged.severity, judged.source) == ("critical", SeveritySource.READER)
    assert judged.since == at("Mon 12 Jan 11:00")


@pytest.mark.parametrize("text", [QUESTION, BROKEN])
def test_what_is_less_severe_or_undecided_lowers_nothing_there(text: str) -> None:
    judged = found(_gone().asks("Mon 12 Jan 11:00", text))
    assert (judged.severity, judged.source) == ("high", SeveritySource.READER)


def test_what_a_rule_had_found_in_them_is_not_raised_by_the_reader() -> None:
    judged = found(_gone(by_reader=False).asks("Mon 12 Jan 11:00", DOWN))
    assert (judged.severity, judged.source) == ("high", SeveritySource.RULE)


def test_a_rule_that_matches_later_beats_what_the_reader_had_found_in_them() -> None:
    tagged = policy(
        {"classify.rules": [{"name": "Trial", "severity": "low", "when": {"tags": ["trial"]}}]},
        {"classify.reader": {"mode": "act"}},
    )
    judged = _gone().tagged("Mon 12 Jan 11:00", "trial").decide("Mon 12 Jan 12:00", tagged).severity
    assert (judged.severity, judged.source) == ("low", SeveritySource.RULE)


def test_nothing_is_lowered_below_the_default_by_a_part_of_what_was_written() -> None:
    story = ticket(START).asks(START, "", text_gone=True)
    assert found(story.asks("Mon 12 Jan 11:00", QUESTION)).severity == "medium"
    assert found(story.asks("Mon 12 Jan 11:00", DOWN)).severity == "critical"
