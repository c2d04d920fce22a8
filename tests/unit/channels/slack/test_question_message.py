"""Does a question keep Slack's limits, whatever the ticket and the policy hold, and harm nobody?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot.channels.errors import BadPayload
from slabot.channels.slack.interactions import Click, read_interaction
from slabot.channels.slack.message import Button
from slabot.channels.slack.question_examples import QUESTIONS, REPLY, SEVERITY, rendered
from slabot.channels.slack.question_message import render_question, render_reminder
from slabot.messages.question_text import without_buttons
from slabot.messages.question_view import Choice
from slabot.rules.questions import topic_of
from tests.unit.channels.slack.test_message import elements, texts, within_limits

HOSTILE = "<!channel> <@U0PRIYA> @here *bold* `code` https://evil.example \u202e" + "&" * 2_000
many = st.text(max_size=4_000) | st.just(HOSTILE)


@pytest.mark.parametrize("name", rendered())
def test_every_state_keeps_the_limits_of_slack(name: str) -> None:
    within_limits(rendered()[name])


@given(many, many, st.integers(1, 30))
def test_whatever_is_written_keeps_the_limits_and_pings_nobody(subject: str, words: str, severities: int) -> None:
    question = replace(SEVERITY.question, quotes=(words,) * 5, claims=(words,), reason=words)
    choices = tuple(Choice(f"p{n}", words, words[:20], n == 0) for n in range(severities))
    view = replace(SEVERITY, subject=subject, organization=subject, requester=words, question=question, choices=choices)
    for made in (render_question(view), render_reminder(replace(view, reminder=1))):
        within_limits(made)
        assert "<!channel>" not in texts(made)
        assert "<@U0PRIYA>" not in texts(made)
    assert "\n" not in without_buttons(view)[1]


def test_a_question_has_a_button_for_each_answer_and_none_once_it_is_over() -> None:
    asked = [element["text"]["text"] for element in elements(render_question(SEVERITY))]
    assert asked == ["Critical", "High", "Medium", "Low", "Open ticket"]
    for name, view in QUESTIONS.items():
        ours = [each for each in elements(render_question(view)) if each["text"]["text"] != "Open ticket"]
        undoable = "automatic" in name or "answer" in name
        assert bool(ours) == (view.question.waits or (undoable and name.startswith("question reply"))), name


def test_a_message_without_an_id_cannot_be_named_so_it_has_no_buttons() -> None:
    view = replace(REPLY, question=replace(REPLY.question, message_id=""), url=None)
    assert elements(render_question(view)) == []


def test_a_click_comes_back_as_the_answer_that_its_button_says() -> None:
    [critical, *_] = elements(render_question(SEVERITY))
    clicked = read_interaction(_payload(critical["action_id"], critical["value"]))
    assert isinstance(clicked, Click)
    assert (clicked.action, clicked.answer, clicked.key) == (Button.TRIAGE, "critical", SEVERITY.key)
    assert topic_of(SEVERITY.key.rpartition("/")[2]) is SEVERITY.question.topic


@pytest.mark.parametrize(
    "value", ['{"key": "a/1/x", "generation": 1}', '{"key": "a/1/x", "generation": 1, "answer": 3}']
)
def test_a_button_without_an_answer_is_refused(value: str) -> None:
    with pytest.raises(BadPayload):
        read_interaction(_payload("slabot_triage:critical", value))


def _payload(action_id: str, value: str) -> dict[str, object]:
    action = {"action_id": action_id, "value": value, "action_ts": "1.1"}
    return json.loads(json.dumps({"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}))  # type: ignore[no-any-return]
