"""Examples: a question in each of its states, and a reminder.

Promise: one example of every end of a question, about tickets that do not exist. The snapshots in the tests are made
from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slabot.channels.slack.message import Rendered
from slabot.channels.slack.question_message import render_question, render_reminder
from slabot.domain import ReplyIs
from slabot.messages.question_view import Choice, QuestionView
from slabot.messages.view import Who
from slabot.policy import TriageAbout
from slabot.rules.questions import End, QuestionOutcome, TicketQuestion, Topic

_KOLKATA = ZoneInfo("Asia/Kolkata")
_ASKED = datetime(2026, 1, 9, 18, 0, tzinfo=_KOLKATA)
_LATER = _ASKED + timedelta(minutes=4)
_PRIYA = Who(None, "U0PRIYA")

_SEVERITY = TicketQuestion(
    topic=Topic.SEVERITY,
    since=_ASKED,
    severity="critical",
    asks=TriageAbout.UNDECIDED,
    between=("critical", "high"),
    reason="it does not work (something, all); what it is about is not said",
    quotes=("all users cannot log in",),
    due=_ASKED + timedelta(minutes=15),
)
_REPLY = TicketQuestion(
    topic=Topic.REPLY,
    since=_ASKED,
    severity="medium",
    quotes=("Automatic reply: I am away until Monday",),
    message_id="77",
)
SEVERITY = QuestionView(
    key="acme/4711/severity?20260109T123000Z",
    generation=3,
    helpdesk="acme",
    ticket="4711",
    url="https://acme.zendesk.com/agent/tickets/4711",
    subject="By the way",
    organization="Contoso Ltd",
    requester="ana@contoso.example",
    question=_SEVERITY,
    choices=(
        Choice("critical", "Severely impacts the use of the product", "urgent", likely=True),
        Choice("high", "Major functionality affected, no workaround", "high", likely=True),
        Choice("medium", "Partial impact, a workaround exists", "normal", likely=False),
        Choice("low", "Routine technical issue or inquiry", None, likely=False),
    ),
    who=None,
    at=_ASKED,
    zone=_KOLKATA,
)
REPLY = replace(SEVERITY, key="acme/4711/reply?20260109T123000Z", question=_REPLY, choices=())


def _ended(view: QuestionView, end: End, value: str = "", who: Who | None = None, why: str = "") -> QuestionView:
    outcome = QuestionOutcome(end, _LATER, value, None, why)
    return replace(view, question=replace(view.question, outcome=outcome), who=who, at=_LATER)


QUESTIONS: Mapping[str, QuestionView] = {
    "question severity undecided": SEVERITY,
    "question severity below the priority": replace(
        SEVERITY,
        question=replace(
            _SEVERITY,
            asks=TriageAbout.BELOW_PRIORITY,
            between=("critical", "low"),
            reason="it asks for something",
            quotes=("how do I rename a report?",),
            claims=("URGENT!!!",),
        ),
        mentions=("<@U0PRIYA>",),
        off_call=("nights",),
    ),
    "question severity unconfirmed": replace(
        SEVERITY, question=replace(_SEVERITY, asks=TriageAbout.UNCONFIRMED, between=("critical",)), repeat=True
    ),
    "question severity said": _ended(SEVERITY, End.SAID, "critical", _PRIYA),
    "question severity settled": _ended(SEVERITY, End.SETTLED, "critical"),
    "question severity answered": _ended(SEVERITY, End.ANSWERED),
    "question severity solved": _ended(SEVERITY, End.SOLVED),
    "question severity gone": _ended(SEVERITY, End.GONE, why="merged into 4700"),
    "question severity dropped": _ended(SEVERITY, End.DROPPED),
    "question reply": REPLY,
    "question reply automatic": _ended(REPLY, End.SAID, ReplyIs.AUTOMATIC.value, _PRIYA),
    "question reply answer": _ended(REPLY, End.SAID, ReplyIs.ANSWER.value, _PRIYA),
    "question reply looked": _ended(REPLY, End.LOOKED),
    "question reply wrote again": _ended(REPLY, End.WROTE_AGAIN),
}
REMINDER = replace(SEVERITY, reminder=2, at=_ASKED + timedelta(minutes=45))


def rendered() -> Mapping[str, Rendered]:
    """All of them as Slack shows them."""
    return {
        **{name: render_question(view) for name, view in QUESTIONS.items()},
        "question reminder": render_reminder(REMINDER),
    }
