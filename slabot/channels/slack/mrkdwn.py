"""Escape text for Slack, so that text from outside has no effect there.

Promise: whatever a customer writes is shown as text: it cannot mention anybody, make a link, start a code block, turn
the line around or outgrow its place. A time is shown to each reader in their own zone, or in full with its offset.

Slack's rules: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from slabot.messages.styles import JOINER, PlainText, one_line, unmentioned, web_address
from slabot.messages.view import Who
from slabot.rules.words import when

_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Mrkdwn:
    """For blocks: Slack's own markup."""

    def __init__(self, zone: ZoneInfo) -> None:
        """`zone` is for readers whose client cannot show local times."""
        self._zone = zone

    def when(self, instant: datetime) -> str:
        """In each reader's own zone."""
        return f"<!date^{int(instant.timestamp())}^{{date_short_pretty}} {{time}}|{when(instant, self._zone)}>"

    def hour(self, instant: datetime) -> str:
        """In each reader's own zone."""
        return f"<!date^{int(instant.timestamp())}^{{time}}|{when(instant, self._zone)}>"

    def escape(self, text: str, most: int) -> str:
        """Escaped; `most` counts the escaped characters, so the limits of a block hold."""
        return escaped(text, most)

    def person(self, who: Who) -> str:
        """As Slack shows them. In an edited message that notifies nobody; in a new one it does, and it is meant to,
        since they said that they are on it.
        """
        if who.slack_id is not None and _SLACK_ID.fullmatch(who.slack_id):
            return f"<@{who.slack_id}>"
        return escaped(who.called, 60)

    def strong(self, text: str) -> str:
        """Bold."""
        return f"*{text}*"

    def link(self, address: str | None, text: str) -> str:
        """A link, if the address is one."""
        safe = web_address(address)
        return text if safe is None else f"<{safe.replace('&', '&amp;')}|{text}>"


class Plain(PlainText):
    """For notifications and screen readers: plain text, escaped all the same, for Slack reads markup in it too."""

    def escape(self, text: str, most: int) -> str:
        """Escaped; `most` counts the escaped characters."""
        return escaped(text, most)


def escaped(text: str, most: int) -> str:
    """One harmless line of at most `most` characters, escapes included; what does not fit ends in an ellipsis."""
    line = _EMOJI.sub(f":{JOINER}", unmentioned(one_line(text).replace("`", "'")))
    pieces = [_ENTITIES.get(char, char) for char in line]
    if sum(map(len, pieces)) <= most:
        return "".join(pieces)
    kept, size = [], 1  # the ellipsis
    for piece in pieces:
        size += len(piece)
        if size > most:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"
