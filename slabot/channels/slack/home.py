"""Lay out slabot's home tab in Slack.

Promise: the tickets with a running clock, the nearest deadline first and passed ones before all; the time of reading,
and how to refresh it. Slack's limits are kept, however many there are.

Limits: https://docs.slack.dev/reference/views/home-tab-views
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slabot.channels.slack import command_texts
from slabot.channels.slack.message import REFRESH, Block
from slabot.channels.slack.mrkdwn import Mrkdwn
from slabot.messages.view import PageView

SHOWN = 20  # clocks; each takes one block of the 100 that Slack allows
SECTION = 3000  # characters of a block


def home(views: Sequence[PageView], more: int, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The home tab.

    Args:
        views: one for each running clock, the nearest deadline first.
        more: how many tickets there are besides.
        at: when this is so.
        zone: of times where Slack cannot show a reader's own.
    """
    style = Mrkdwn(zone)
    past = [view for view in views if view.past]
    coming = [view for view in views if not view.past]
    blocks: list[Block] = [_header("Tickets whose time runs")]
    if not views:
        blocks.append(_section("No clock runs. Nobody waits for an answer."))
    for title, some in (("Past the deadline", past), ("Next deadlines", coming)):
        if some:
            blocks += [
                {"type": "divider"},
                _header(title),
                *(_section(command_texts.entry(view, style)) for view in some),
            ]
    if more > 0:
        blocks.append(_section(f"And {more} more with a later deadline."))
    footer = (
        f"As of {style.when(at)}. It is brought up to date whenever you open this tab. "
        "`/sla help` lists what you can ask."
    )
    blocks += [
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": footer}]},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": REFRESH, "text": _plain("Refresh")}],
        },
    ]
    return {"type": "home", "blocks": blocks}


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text)}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION], "verbatim": True}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
