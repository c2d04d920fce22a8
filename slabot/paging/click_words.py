"""What does somebody read who has clicked a button?

Promise: the answer goes to the clicker alone and says what was done, or why nothing was, and what they can do instead.
"""

from __future__ import annotations

from typing import assert_never

from slabot.paging.markup import Style
from slabot.paging.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    MissedBy,
    Open,
    PageView,
    SnoozedUntil,
    State,
    Superseded,
)
from slabot.paging.words import REASON, owed


def acknowledged(view: PageView, style: Style) -> str:
    """After Acknowledge."""
    return f"You have acknowledged ticket {style.said(view.ticket, 40)}. {_quiet(view, style)}"


def claimed(view: PageView, style: Style) -> str:
    """After Claim."""
    return f"Ticket {style.said(view.ticket, 40)} is yours: it is assigned to you. {_quiet(view, style)}"


def _quiet(view: PageView, style: Style) -> str:
    step = next(iter(view.next_steps), None)
    if step is None:
        return "No further page is planned."
    return f"Pages stop until {style.when(step.at)}; if the {owed(view)} has not come by then, they go on."


def stale(state: State, style: Style) -> str:
    """After a click on a button that the ticket has outrun."""
    return f"This page is older than the ticket's state: {_since(state, style)}. Nothing was changed."


def already(state: State, style: Style) -> str:
    """After a click that asks for what is so already."""
    return f"There is nothing to do: {_since(state, style)}."


def _since(state: State, style: Style) -> str:
    match state:
        case Open(earlier):
            if earlier is None:
                return "something changed since this button was shown, and the message now shows it"
            who, at = earlier
            return f"it was taken on by {style.person(who)} ({style.when(at)}), and pages have gone on since"
        case AcknowledgedBy(who, at):
            return f"it was acknowledged by {style.person(who)}, {style.when(at)}"
        case ClaimedBy(who, at):
            return f"it was claimed by {style.person(who)}, {style.when(at)}"
        case SnoozedUntil(who, until):
            return f"it was snoozed by {style.person(who)} until {style.when(until)}"
        case AnsweredInTime(at, _):
            return f"it was answered in time, {style.when(at)}"
        case MissedBy(_, at, answered):
            return f"it was {'answered' if answered else 'closed without an answer'} {style.when(at)}"
        case Superseded(why, _):
            return f"the page no longer applies, because {style.said(why, REASON)}"
        case _:
            assert_never(state)


def unknown_page() -> str:
    """After a click on a message that the store does not know."""
    return (
        "slabot does not know this page, so nothing was changed. It may come from another installation, or the ticket "
        "was erased. Open the ticket in the helpdesk instead."
    )


def no_agent_account() -> str:
    """After Claim by somebody whom the helpdesk does not know."""
    return (
        "Nothing was assigned: no agent of the helpdesk has the e-mail address of your Slack account. "
        "Acknowledge the page to stop it for now, and assign the ticket in the helpdesk."
    )


def not_kept() -> str:
    """After a click that could not be written down."""
    return "Your click could not be written down just now, so nothing was changed. Click again in a moment."


def claim_refused(reason: str, style: Style) -> str:
    """After Claim that the helpdesk would not take."""
    return (
        f"The ticket was not assigned to you: {style.said(reason, REASON)}. "
        "The page counts as acknowledged; assign the ticket in the helpdesk."
    )
