"""Lay out a question in Slack, with a button for each answer.

Promise: from top to bottom: what is asked, about which ticket, why, what the customer wrote, what the answers mean,
until when, and the buttons. Once it is settled the buttons are gone and the message says by whom and when.
"""

from __future__ import annotations

import json
from itertools import islice

from slabot.channels.slack.message import (
    LABEL,
    VALUE,
    Block,
    Button,
    Rendered,
    header,
    mrkdwn,
    section,
    whole,
)
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.domain import ReplyIs
from slabot.messages import question_text
from slabot.messages.page_text import OPEN_TICKET, capital
from slabot.messages.question_view import QuestionView
from slabot.messages.styles import bare, web_address
from slabot.rules.questions import End, Topic

MOST_BUTTONS = 20  # of a question; Slack takes 25 in a block
_ANSWERS = (ReplyIs.AUTOMATIC, ReplyIs.ANSWER)


def render_question(view: QuestionView) -> Rendered:
    """The question, or what came of it."""
    style = Mrkdwn(view.zone)
    blocks: list[Block] = [header(f"{question_text.symbol(view)} {question_text.headline(view)}")]
    if view.mentions:
        blocks.append(section(f"For {', '.join(view.mentions)}", "called"))
    if unusual := question_text.unusual(view, style):
        blocks.append(section("\n".join(f"_{line}_" for line in unusual), "unusual"))
    blocks.append(section(question_text.which(view, style), "ticket"))
    if told := question_text.outcome(view, style):
        blocks.append(section(told, "outcome"))
    else:
        blocks.append(section(question_text.why(view, style), "why"))
    if quotes := question_text.quotes(view, style):
        blocks.append(section("\n".join(f"•  {quote}" for quote in quotes), "quotes"))
    if not told:
        if meanings := question_text.definitions(view, style):
            blocks.append(section("\n".join(meanings), "definitions"))
        if until := question_text.until(view, style):
            blocks.append(section(until, "until"))
    if buttons := _buttons(view):
        blocks.append({"type": "actions", "block_id": "slabot_buttons", "elements": buttons})
    footer = mrkdwn(question_text.footer(view, style))
    blocks.append({"type": "context", "block_id": "slabot_footer", "elements": [footer]})
    return Rendered(whole(question_text.in_a_sentence(view, Plain(view.zone))), tuple(blocks))


def render_reminder(view: QuestionView) -> Rendered:
    """A reminder: a reply in the thread of the question."""
    style = Mrkdwn(view.zone)
    called = [f"For {', '.join(view.mentions)}"] if view.mentions else []
    lines = [*called, *question_text.unusual(view, style), question_text.why(view, style)]
    text = whole(question_text.in_a_sentence(view, Plain(view.zone)))
    return Rendered(text, (section("\n".join(lines), "reminder"),))


def _buttons(view: QuestionView) -> list[Block]:
    question, made = view.question, list[Block]()
    outcome = question.outcome
    if question.topic is Topic.REPLY:
        said = outcome is not None and outcome.end is End.SAID
        answers = (ReplyIs.UNSAID,) if said else _ANSWERS if question.waits and question.message_id else ()
        made = [_button(Button.REPLY, view, each.value, question_text.REPLIES[each]) for each in answers]
    elif question.waits:
        choices = islice(view.choices, MOST_BUTTONS)
        made = [_button(Button.TRIAGE, view, each.name, capital(each.name), likely=each.likely) for each in choices]
    if any(len(each["value"]) > VALUE for each in made):
        made = []  # a key that does not fit would come back broken: rather no button than one that does nothing
    if web_address(view.url) is not None:
        made.append(
            {
                "type": "button",
                "action_id": Button.OPEN_TICKET.value,
                "text": {"type": "plain_text", "text": OPEN_TICKET, "emoji": False},
                "accessibility_label": f"{OPEN_TICKET}: ticket {bare(view.ticket, 30)} in the helpdesk"[:LABEL],
                "url": view.url,
            }
        )
    return made


def _button(button: Button, view: QuestionView, answer: str, name: str, *, likely: bool = False) -> Block:
    value = {"key": view.key, "generation": view.generation, "shows": "", "answer": answer}
    block: Block = {
        "type": "button",
        "action_id": f"{button.value}:{answer}",
        "text": {"type": "plain_text", "text": name[:LABEL], "emoji": False},
        "accessibility_label": f"{name}: ticket {bare(view.ticket, 30)}"[:LABEL],
        "value": json.dumps(value, separators=(",", ":")),
    }
    return block | {"style": "primary"} if likely else block
