"""Format our text and escape other people's: the contract of a style, and plain text.

Promise: whatever a customer writes is shown as text on one line: it cannot hide, turn the line around or outgrow its
place.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from slabot.messages.view import Who
from slabot.rules.words import when

JOINER = "\u2060"  # word joiner: takes no room and is not spoken, but "@here" and ":fire:" no longer match
LONGEST_ADDRESS = 2000  # characters; Slack allows 3,000 for a button and 3,000 for a section that also holds text

# Would ping people. Not inside a word, so that an e-mail address stays whole.
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
# Control characters, and those that hide text or change its direction: letters without a shape, and the tags that spell
# out a second text which nobody sees, among them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff"
    r"\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>|\"`\\]")


class Style(Protocol):
    """How the sentences of `slabot.messages.page_text` are formatted."""

    def when(self, instant: datetime) -> str:
        """A day and time."""

    def hour(self, instant: datetime) -> str:
        """A time of day, where the day is plain."""

    def escape(self, text: str, most: int) -> str:
        """Somebody else's text, made harmless and cut to at most so many characters."""

    def person(self, who: Who) -> str:
        """A person."""

    def strong(self, text: str) -> str:
        """Our own text, emphasised."""

    def link(self, address: str | None, text: str) -> str:
        """Our own text, as a link."""


class PlainText:
    """Plain text: every time in full, nobody mentioned, nothing escaped."""

    def __init__(self, zone: ZoneInfo) -> None:
        """`zone` is the one in which all times are given."""
        self._zone = zone

    def when(self, instant: datetime) -> str:
        """With its offset."""
        return when(instant, self._zone)

    def hour(self, instant: datetime) -> str:
        """With its day and offset as well: nobody knows when this is read."""
        return when(instant, self._zone)

    def escape(self, text: str, most: int) -> str:
        """One line of plain text."""
        line = one_line(text)
        return line if len(line) <= most else line[: most - 1].rstrip() + "…"

    def person(self, who: Who) -> str:
        """By name; never by Slack's id, which says nothing here."""
        return self.escape(who.called, 60)

    def strong(self, text: str) -> str:
        """As it is."""
        return text

    def link(self, address: str | None, text: str) -> str:
        """The text alone; the address has a line of its own."""
        return text


def one_line(text: str) -> str:
    """Without line breaks, control characters and characters that hide or turn text around."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def unmentioned(text: str) -> str:
    """With every "@" before a name broken, so that nobody is pinged."""
    return _MENTION.sub(f"@{JOINER}", text)


def bare(text: str, most: int) -> str:
    """For `plain_text`, where Slack reads no markup: one line of at most so many characters."""
    line = unmentioned(one_line(text).translate({ord("<"): "‹", ord(">"): "›", ord("&"): "+"}))
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
