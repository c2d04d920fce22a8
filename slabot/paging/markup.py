"""How does text from outside get into a Slack message without doing anything there?

Promise: whatever a customer writes is shown as text: it cannot mention anybody, make a link, start a code block, turn
the line around or outgrow its place. A time is shown to each reader in their own zone, or in full with its offset.

Slack's rules: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from slabot.paging.view import Who
from slabot.rules.words import when

JOINER = "\u2060"  # word joiner: takes no room and is not spoken, but "@here" and ":fire:" no longer match
LONGEST_ADDRESS = 2000  # characters; Slack allows 3,000 for a button and 3,000 for a section that also holds words

# Would ping people or become a picture. Not inside a word, so that an e-mail address stays whole.
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
# Control characters, and those that hide text or change its direction.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>|\"`\\]")


class Style(Protocol):
    """How the words of `slabot.paging.words` are written down."""

    def when(self, instant: datetime) -> str:
        """A day and time."""

    def hour(self, instant: datetime) -> str:
        """A time of day, where the day is plain."""

    def said(self, text: str, most: int) -> str:
        """Somebody else's text in at most so many characters, harmless."""

    def person(self, who: Who) -> str:
        """A person."""

    def strong(self, text: str) -> str:
        """Our own words, to be seen first."""

    def link(self, address: str | None, text: str) -> str:
        """Our own words, leading somewhere."""


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

    def said(self, text: str, most: int) -> str:
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


class Plain:
    """For notifications, screen readers and mail: sentences, every time in full."""

    def __init__(self, zone: ZoneInfo) -> None:
        """`zone` is the one in which all times are given."""
        self._zone = zone

    def when(self, instant: datetime) -> str:
        """With its offset."""
        return when(instant, self._zone)

    def hour(self, instant: datetime) -> str:
        """With its day and offset as well: nobody knows when this is read."""
        return when(instant, self._zone)

    def said(self, text: str, most: int) -> str:
        """Escaped all the same: Slack reads markup in it too."""
        return escaped(text, most)

    def person(self, who: Who) -> str:
        """By name."""
        return escaped(who.called, 60)

    def strong(self, text: str) -> str:
        """As it is."""
        return text

    def link(self, address: str | None, text: str) -> str:
        """The words alone."""
        return text


def one_line(text: str) -> str:
    """Without line breaks, control characters and characters that hide or turn text around."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def escaped(text: str, most: int) -> str:
    """One harmless line of at most `most` characters, escapes included; what does not fit ends in an ellipsis."""
    line = _EMOJI.sub(f":{JOINER}", _MENTION.sub(f"@{JOINER}", one_line(text).replace("`", "'")))
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


def bare(text: str, most: int) -> str:
    """For `plain_text`, where Slack reads no markup: one line of at most so many characters."""
    line = _MENTION.sub(f"@{JOINER}", one_line(text).translate({ord("<"): "‹", ord(">"): "›", ord("&"): "+"}))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def web_address(address: str | None) -> str | None:
    """The address if a browser can open it and it fits; else None, and there is no link."""
    if not address or len(address) > LONGEST_ADDRESS or _UNSAFE_IN_ADDRESS.search(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("https", "http") and parts.hostname else None
