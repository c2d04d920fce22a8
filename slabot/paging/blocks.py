"""How does a page look in Slack?

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
from typing import Any

from slabot.paging import words
from slabot.paging.markup import Mrkdwn, Plain, Style, web_address
from slabot.paging.view import AcknowledgedBy, ClaimedBy, Open, PageView, SnoozedUntil

HEADER = 150  # characters
SECTION = 3000  # characters
TEXT = 4000  # characters beside the blocks; Slack cuts at 40,000 and advises 4,000
LABEL = 75  # characters that a screen reader says of a button
VALUE = 2000  # characters that a button carries

Block = dict[str, Any]


class Button(StrEnum):
    """The buttons of a page, by the action id that Slack sends back."""

    ACKNOWLEDGE = "slabot_acknowledge"
    CLAIM = "slabot_claim"
    OPEN_TICKET = "slabot_open_ticket"


_NAMES = {
    Button.ACKNOWLEDGE: words.ACKNOWLEDGE,
    Button.CLAIM: words.CLAIM,
    Button.OPEN_TICKET: words.OPEN_TICKET,
}


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
    def digest(self) -> str:
        """The same for the same message: an update to what is there already can be left out."""
        whole = json.dumps([self.text, self.blocks], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()


def render(view: PageView) -> Rendered:
    """The message of a ticket and clock, in its present state."""
    style = Mrkdwn(view.zone)
    blocks: list[Block] = [_header(f"{words.symbol(view)} {words.headline(view)}")]
    unusual = words.warnings(view, style)
    if unusual:
        blocks.append(_section("\n".join(f"_{warning}_" for warning in unusual), "unusual"))
    blocks.append(_section(f"{words.which(view, style)}\n{words.affected(view, style)}", "ticket"))
    blocks.append(_section(words.why_severe(view, style), "severity"))
    time = "" if view.ended else f"{words.how_long(view, style)}\n"
    blocks.append(_section(f"{time}{words.who_has_it(view, style)}", "state"))
    heading, *steps = words.what_next(view, style)
    blocks.append(_section("\n".join((heading, *(f"•  {step}" for step in steps))), "next"))
    buttons = [_button(button, view) for button in _offered(view)]
    if buttons:
        blocks.append({"type": "actions", "block_id": "slabot_buttons", "elements": buttons})
    blocks.append({"type": "context", "block_id": "slabot_footer", "elements": [_mrkdwn(words.footer(view, style))]})
    return Rendered(_text(words.sentence(view, Plain(view.zone))), tuple(blocks))


def render_reply(view: PageView) -> Rendered:
    """A further rung: a reply in the thread of the page."""
    styled = "\n".join(words.reply(view, Mrkdwn(view.zone)))
    return Rendered(_text(words.sentence(view, Plain(view.zone))), (_section(styled, "rung"),))


def style_of(view: PageView) -> Style:
    """The style of answers to a click on this page."""
    return Mrkdwn(view.zone)


def button_value(key: str, generation: int) -> str:
    """What a button carries: which page, and of which generation of the ticket."""
    return json.dumps({"key": key, "generation": generation}, separators=(",", ":"))


def _offered(view: PageView) -> tuple[Button, ...]:
    offered: tuple[Button, ...]
    match view.state:
        case Open() | SnoozedUntil():
            offered = (Button.ACKNOWLEDGE, Button.CLAIM)
        case AcknowledgedBy():
            offered = (Button.CLAIM,)
        case ClaimedBy():
            offered = ()
        case _:
            offered = ()
    # A key that does not fit would come back broken: rather no button than one that does nothing.
    fits = len(button_value(view.key, view.generation)) <= VALUE
    opens = (Button.OPEN_TICKET,) if web_address(view.url) is not None else ()
    return (*(offered if fits else ()), *opens)


def _button(button: Button, view: PageView) -> Block:
    name = _NAMES[button]
    block: Block = {
        "type": "button",
        "action_id": button.value,
        "text": {"type": "plain_text", "text": name, "emoji": False},
        "accessibility_label": words.label(name, view)[:LABEL],
    }
    match button:
        case Button.OPEN_TICKET:
            block["url"] = view.url
        case Button.ACKNOWLEDGE:
            block |= {"value": button_value(view.key, view.generation), "style": "primary"}
        case Button.CLAIM:
            block["value"] = button_value(view.key, view.generation)
    return block


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:HEADER], "emoji": True}}


def _section(text: str, name: str) -> Block:
    return {"type": "section", "block_id": f"slabot_{name}", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    # verbatim: Slack makes no links or mentions of its own out of a customer's words.
    assert len(text) <= SECTION, "the parts in words.py are limited so that this cannot happen"
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _text(text: str) -> str:
    assert len(text) <= TEXT, "the parts in words.py are limited so that this cannot happen"
    return text
