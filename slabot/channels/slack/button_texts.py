"""The labels of a page's buttons, and what a screen reader says for them.

Promise: a button says what it does in a word or two, aloud in a sentence; no two of a page sound the same.
"""

from __future__ import annotations

from slabot.messages.page_text import OPEN_TICKET
from slabot.messages.styles import bare
from slabot.messages.view import PageView, SnoozedUntil, State

BUTTONS = {
    "acknowledge": "Acknowledge",
    "unacknowledge": "Unacknowledge",
    "claim": "Claim",
    "snooze": "Snooze",
    "escalate": "Escalate now",
    "set_severity": "Set severity",
    "give_reason": "Reason",
    "open_ticket": OPEN_TICKET,
    "declare_reply": "Automatic or An answer",
}


def button(act: str, state: State) -> str:
    """The label of a button."""
    if act == "unacknowledge" and isinstance(state, SnoozedUntil):
        return "End snooze"
    return BUTTONS[act]


def label(act: str, view: PageView) -> str:
    """What a screen reader says of a button."""
    ticket = f"ticket {bare(view.ticket, 30)}"
    match act:
        case "acknowledge":
            return f"Acknowledge the page about {ticket}: you are on it"
        case "unacknowledge":
            if isinstance(view.state, SnoozedUntil):
                return f"End the snooze of {ticket}: pages go on"
            return f"Take back that somebody is on {ticket}: pages go on"
        case "claim":
            return f"Claim {ticket}: assign it to yourself"
        case "snooze":
            return f"Snooze {ticket}: choose until when, in a dialog"
        case "escalate":
            return f"Escalate {ticket}: the next page goes out now"
        case "set_severity":
            return f"Set the severity of {ticket}, in a dialog"
        case "give_reason":
            return f"Say why the deadline of {ticket} was missed, in a dialog"
        case _:
            return f"{BUTTONS[act]}: {ticket} in the helpdesk"
