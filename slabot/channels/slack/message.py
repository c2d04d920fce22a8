"""Lay out a page in Slack.

Promise: one layout for every state, read from top to bottom: what, who, why, how long, who has it, what comes next,
what you can do. Whatever the ticket holds, Slack's limits are kept, and the text beside the blocks says the same in
sentences.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from slabot.channels.slack import button_texts
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.messages import page_text
from slabot.messages.styles import web_address
from slabot.messages.view import (
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

HEADER = 150  # characters
SECTION = 3000  # characters
TEXT = 4000  # characters beside the blocks; Slack cuts at 40,000 and advises 4,000
LABEL = 75  # characters that a screen reader says of a button
VALUE = 2000  # characters that a button carries
MARK = 12  # hexadecimal digits that tell one state of a page from another

REFRESH = "slabot_home_refresh"  # the action id of the home tab's own button

CHART = "data_visualization"  # the type of a block that draws figures

Block = dict[str, Any]


class Button(StrEnum):
    """The buttons of a page, by the action id that Slack sends back."""

    ACKNOWLEDGE = "slabot_acknowledge"
    UNACKNOWLEDGE = "slabot_unacknowledge"
    CLAIM = "slabot_claim"
    SNOOZE = "slabot_snooze"
    ESCALATE = "slabot_escalate"
    SET_SEVERITY = "slabot_set_severity"
    GIVE_REASON = "slabot_give_reason"
    OPEN_TICKET = "slabot_open_ticket"
    TRIAGE = "slabot_triage"
    """A severity, as the answer to a question; the severity stands beside it."""
    REPLY = "slabot_declare_reply"
    """What a message was, as the answer to a question."""

    @property
    def asks(self) -> bool:
        """True for the buttons of a question."""
        return self in (Button.TRIAGE, Button.REPLY)

    @property
    def act(self) -> str:
        """As the policy's `permissions` name it: ``set_severity``."""
        return "set_severity" if self is Button.TRIAGE else self.value.removeprefix("slabot_")

    @property
    def opens_dialog(self) -> bool:
        """True where a dialog asks for more before anything is done."""
        return self in (Button.SNOOZE, Button.SET_SEVERITY, Button.GIVE_REASON)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent.

    Attributes:
        text: for notifications and screen readers.
        blocks: Block Kit; empty where the text is all there is.
    """

    text: str
    blocks: tuple[Block, ...] = ()

    @property
    def simpler(self) -> Rendered:
        """The same without charts, which not every workspace takes; where there is none, without blocks."""
        others = tuple(block for block in self.blocks if block["type"] != CHART)
        return Rendered(self.text, others if len(others) < len(self.blocks) else ())

    @property
    def digest(self) -> str:
        """The same for the same message: an update to what is there already can be left out."""
        whole = json.dumps([self.text, self.blocks], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()


def render(view: PageView) -> Rendered:
    """The message of a ticket and clock, in its present state."""
    style = Mrkdwn(view.zone)
    blocks: list[Block] = [header(f"{page_text.symbol(view)} {page_text.headline(view)}")]
    if view.mentions:
        blocks.append(section("\n".join(page_text.called(view)), "called"))
    unusual = page_text.warnings(view, style)
    if unusual:
        blocks.append(section("\n".join(f"_{warning}_" for warning in unusual), "unusual"))
    blocks.append(section(f"{page_text.which(view, style)}\n{page_text.affected(view, style)}", "ticket"))
    blocks.append(section(page_text.why_severe(view, style), "severity"))
    time = "" if view.ended else f"{page_text.how_long(view, style)}\n"
    blocks.append(section(f"{time}{page_text.who_has_it(view, style)}", "state"))
    heading, *steps = page_text.what_next(view, style)
    blocks.append(section("\n".join((heading, *(f"•  {step}" for step in steps))), "next"))
    buttons = [_button(button, view) for button in _buttons(view)]
    if buttons:
        blocks.append({"type": "actions", "block_id": "slabot_buttons", "elements": buttons})
    blocks.append({"type": "context", "block_id": "slabot_footer", "elements": [mrkdwn(page_text.footer(view, style))]})
    return Rendered(whole(page_text.sentence(view, Plain(view.zone))), tuple(blocks))


def render_reply(view: PageView) -> Rendered:
    """A further rung: a reply in the thread of the page."""
    styled = "\n".join(page_text.reply(view, Mrkdwn(view.zone)))
    return Rendered(whole(page_text.sentence(view, Plain(view.zone))), (section(styled, "rung"),))


def offered(state: State, *, reasons: bool = False) -> tuple[Button, ...]:
    """What can be done about a page in this state, besides opening the ticket; the first is the likeliest.

    Args:
        state: of the page.
        reasons: True if it may be said why the deadline was missed.
    """
    why = (Button.GIVE_REASON,) if reasons else ()
    match state:
        case Open():
            return (Button.ACKNOWLEDGE, Button.CLAIM, Button.SNOOZE, Button.ESCALATE, Button.SET_SEVERITY, *why)
        case AcknowledgedBy():
            return (Button.UNACKNOWLEDGE, Button.CLAIM, Button.SNOOZE, Button.ESCALATE, Button.SET_SEVERITY, *why)
        case ClaimedBy():
            return (Button.UNACKNOWLEDGE, Button.SNOOZE, Button.ESCALATE, Button.SET_SEVERITY, *why)
        case SnoozedUntil():
            return (Button.ACKNOWLEDGE, Button.CLAIM, Button.UNACKNOWLEDGE, Button.ESCALATE, Button.SET_SEVERITY, *why)
        case MissedBy():
            return why
        case AnsweredInTime() | Superseded():
            return ()
        case _:
            assert_never(state)


def shown_by(view: PageView) -> str:
    """What a click relies on, in short: who has the page, and how severe it is."""
    return state_mark(view.state, view.severity)


def state_mark(state: State, severity: str) -> str:
    """The same for the same state and severity, whatever people are called."""
    held: tuple[object, ...]
    match state:
        case Open(earlier):
            held = () if earlier is None else (earlier[1].isoformat(),)
        case AcknowledgedBy(who, at) | ClaimedBy(who, at) | SnoozedUntil(who, at):
            held = (who.slack_id, at.isoformat())
        case _:
            held = ()
    whole = json.dumps([type(state).__name__, severity, *held])
    return hashlib.sha256(whole.encode()).hexdigest()[:MARK]


def button_value(key: str, generation: int, shows: str) -> str:
    """What a button carries: which page, of which generation of the ticket, and what the page showed then."""
    return json.dumps({"key": key, "generation": generation, "shows": shows}, separators=(",", ":"))


def _buttons(view: PageView) -> tuple[Button, ...]:
    # A key that does not fit would come back broken: rather no button than one that does nothing.
    fits = len(_value(view)) <= VALUE
    opens = (Button.OPEN_TICKET,) if web_address(view.url) is not None else ()
    return (*(offered(view.state, reasons=view.asks_reason) if fits else ()), *opens)


def _value(view: PageView) -> str:
    return button_value(view.key, view.generation, shown_by(view))


def _button(button: Button, view: PageView) -> Block:
    name = button_texts.button(button.act, view.state)
    block: Block = {
        "type": "button",
        "action_id": button.value,
        "text": {"type": "plain_text", "text": name, "emoji": False},
        "accessibility_label": button_texts.label(button.act, view)[:LABEL],
    }
    if button is Button.OPEN_TICKET:
        return block | {"url": view.url}
    block["value"] = _value(view)
    return block | {"style": "primary"} if button is Button.ACKNOWLEDGE else block


def header(text: str) -> Block:
    """A heading, without markup."""
    return {"type": "header", "text": {"type": "plain_text", "text": text[:HEADER], "emoji": True}}


def section(text: str, name: str) -> Block:
    """A paragraph, in Slack's markup."""
    return {"type": "section", "block_id": f"slabot_{name}", "text": mrkdwn(text)}


def mrkdwn(text: str) -> Block:
    """A text in Slack's markup."""
    # verbatim: Slack makes no links or mentions of its own out of a customer's words.
    assert len(text) <= SECTION, "the parts in words.py are limited so that this cannot happen"
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def whole(text: str) -> str:
    """The text beside the blocks."""
    assert len(text) <= TEXT, "the parts in words.py are limited so that this cannot happen"
    return text
