"""What somebody reads after clicking a button.

Promise: where the page itself shows what a click did, there is no other answer. Otherwise the user who clicked, and
nobody else, reads what was done, or why nothing was, and what they can do instead. What the ledger says about clicks
is here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from slabot.channels.slack.button_texts import BUTTONS
from slabot.domain import ReplyIs
from slabot.domain.sentences import clause, sentence
from slabot.messages.page_text import REASON
from slabot.messages.styles import Style, bare
from slabot.messages.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    MissedBy,
    Open,
    Reason,
    State,
    Superseded,
    Who,
)
from slabot.messages.view import SnoozedUntil as Snoozed
from slabot.rules.words import listed


def stale(state: State, style: Style) -> str:
    """After a click on a button of an outdated page."""
    return f"This page is older than the ticket's state: {_since(state, style)}. Nothing was changed."


def other_workspace() -> str:
    """After something that a guest from another workspace did in a shared channel."""
    return "This is for members of the workspace that slabot belongs to, and you are a guest here. Nothing was changed."


def unknown_workspace() -> str:
    """While Slack has not said yet which workspace slabot belongs to."""
    return (
        "slabot does not know yet which workspace it belongs to, because Slack has not answered it since it started. "
        "Nothing was changed; try again in a few seconds."
    )


def taken(state: State, style: Style) -> str:
    """After a click by the second of two people."""
    return f"Somebody was faster: {_since(state, style)}. Nothing was changed."


def _since(state: State, style: Style) -> str:
    match state:
        case Open(earlier):
            if earlier is None:
                return "nobody has it just now, and the message shows so, or will in a moment"
            who, at = earlier
            return f"it was taken on by {style.person(who)} ({style.when(at)}), and pages have gone on since"
        case AcknowledgedBy(who, at):
            return f"it was acknowledged by {style.person(who)}, {style.when(at)}"
        case ClaimedBy(who, at):
            return f"it was claimed by {style.person(who)}, {style.when(at)}"
        case Snoozed(who, until):
            return f"it was snoozed by {style.person(who)} until {style.when(until)}"
        case AnsweredInTime(at, _):
            return f"it was answered in time, {style.when(at)}"
        case MissedBy(_, at, answered):
            return f"it was {'answered' if answered else 'closed without an answer'} {style.when(at)}"
        case Superseded(why, _):
            return f"the page no longer applies, because {clause(style.escape(why, REASON))}"
        case _:
            assert_never(state)


def severity_moved_on(severity: str, style: Style) -> str:
    """After an answer to a dialog that showed another severity than is in force."""
    return (
        f"The severity has changed while the dialog was open: it is {style.escape(severity, 40)} now. Nothing was "
        "changed. Open the dialog again if you want another one."
    )


def question_over(happened: str) -> str:
    """After a click on a question that is settled; ``happened`` is the sentence that says by what."""
    return f"{happened} Nothing was changed."


def unknown_answer(answer: str, style: Style) -> str:
    """After a click on a severity that the policy no longer has."""
    return f"The policy has no severity {style.escape(answer, 40)} any more, so nothing was changed."


def reason_given_meanwhile(reason: Reason, style: Style) -> str:
    """After an answer to a dialog that showed another reason than was given since."""
    return (
        f"{style.person(reason.who)} has given a reason while the dialog was open: "
        f"{clause(style.escape(reason.means, 100))}. Nothing was changed. Open the dialog again if it is another one."
    )


def escalated_already(who: Who, at: datetime, style: Style) -> str:
    """After Escalate now, pressed twice, or by two people."""
    return (
        f"It was escalated by {style.person(who)}, {style.when(at)}, and the page for that is out or on its way. "
        "Nothing was changed; press it again in a minute if you need the next one after that."
    )


def unknown_page() -> str:
    """After a click on a message that the store does not know."""
    return (
        "slabot does not know this page, so nothing was changed. It may come from another installation, or the ticket "
        "was erased. Open the ticket in the helpdesk instead."
    )


def not_kept() -> str:
    """After a click that could not be written down."""
    return "Your click could not be written down just now, so nothing was changed. Click again in a moment."


def not_allowed(act: str, severity: str, who: Sequence[str], ask: str, style: Style) -> str:
    """After a click by somebody whom the policy does not let do it."""
    people = listed(tuple(style.escape(name, 80) for name in who))
    return (
        f"{BUTTONS[act]} is for {people} where the severity is {style.escape(severity, 40)}, and as far as Slack says "
        f"you are not among them. Nothing was changed. Please ask {style.escape(ask, 120)}."
    )


def cannot_ask(act: str, severity: str, why: str, ask: str, style: Style) -> str:
    """After a click, while it cannot be found out whether the user is allowed to."""
    return (
        f"{BUTTONS[act]} is for certain people where the severity is {style.escape(severity, 40)}, and it could not be "
        f"found out whether you are one of them: {sentence(style.escape(why, REASON))} Nothing was changed. "
        f"Please ask {style.escape(ask, 120)}, or click again in a moment."
    )


def no_dialog(act: str, why: str, style: Style) -> str:
    """After a click whose dialog Slack did not show."""
    reason = sentence(style.escape(why, REASON))
    return f"The dialog of {BUTTONS[act]} could not be shown: {reason} Nothing was changed. Click again."


def went_wrong() -> str:
    """After a click during which slabot met an unexpected error."""
    return (
        "An error in slabot stood in the way of your click. The page shows what is so; if it does not show what you "
        "wanted, click again, and please tell the admin of slabot."
    )


def claim_refused(reason: str, style: Style) -> str:
    """After Claim that the helpdesk would not take."""
    return (
        f"The ticket was not assigned to you: {sentence(style.escape(reason, REASON))} The page is open again, so "
        "pages go on. Acknowledge it to stop them for now, and assign the ticket in the helpdesk."
    )


def severity_refused(severity: str, reason: str, style: Style) -> str:
    """After Set severity, where the helpdesk would not take it."""
    return (
        f"slabot counts the ticket as {style.escape(severity, 40)} from now on, but the helpdesk did not take it: "
        f"{sentence(style.escape(reason, REASON))} Set the priority in the helpdesk, and leave a note there why."
    )


# ── On the ticket, for agents ───────────────────────────────────────────────────────────────────────────────────────


def severity_note(who: str, severity: str, reason: str, priority: str | None) -> str:
    """The internal note about a severity that was chosen in Slack; plain text."""
    native = (
        "The policy names no priority of the helpdesk for it, so the priority was left as it is."
        if priority is None
        else f"The priority is set to {priority} to match."
    )
    return f"{who} set the severity to {severity} from Slack, because: {sentence(reason)}\n\n{native}\n\nslabot"


# ── In the ledger ───────────────────────────────────────────────────────────────────────────────────────────────────


def did(act: str, who: str) -> str:
    """What somebody did with a page."""
    verbs = {
        "acknowledge": "acknowledged the page",
        "unacknowledge": "took back that somebody is on it; pages go on",
        "claim": "claimed the ticket",
        "escalate": "asked for the next page now",
    }
    return f"{who} {verbs[act]}"


def snoozed(who: str, until: str) -> str:
    """Somebody snoozed a page."""
    return f"{who} snoozed the page until {until}"


def chose(who: str, severity: str, before: str, reason: str) -> str:
    """Somebody set the severity."""
    return f"{who} set the severity to {severity}, which was {before}: {reason}"


def declared_reply(who: str, reply: ReplyIs) -> str:
    """Somebody said what a message was, or took that back."""
    match reply:
        case ReplyIs.AUTOMATIC:
            return f"{who} said that the customer's message was automatic, so it is no feedback"
        case ReplyIs.ANSWER:
            return f"{who} said that the customer's message is an answer, so it is feedback"
        case ReplyIs.UNSAID:
            return f"{who} took back what the customer's message was, so it is what it reads as"
        case _:
            assert_never(reply)


def changed_nothing(who: str, act: str, answer: str) -> str:
    """A click that was refused."""
    return f"a click of {who} on {BUTTONS[act]} changed nothing; they were told: {answer}"


def waits(who: str, act: str) -> str:
    """After a click that waits until Slack has said who the user is."""
    return f"{who} clicked {BUTTONS[act]}; Slack is asked whether the policy lets them"


def unanswered(who: str, answer: str, why: str) -> str:
    """An answer that did not reach the user who clicked."""
    return f"{who} could not be told “{bare(answer, 300)}”: {why}"
