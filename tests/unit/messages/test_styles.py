"""Somebody else's text is one line in which everything shows."""

from __future__ import annotations

import pytest

from slabot.channels.slack.mrkdwn import escaped
from slabot.messages.styles import bare, one_line

HIDES = {
    "a line break": "\n",
    "a control character": "\x1b",
    "a soft hyphen": "\xad",
    "a joiner of graphemes": "\u034f",
    "a space without width": "\u200b",
    "an override of direction": "\u202e",
    "an isolate": "\u2066",
    "a filler": "\u3164",
    "half a filler": "\uffa0",
    "an annotation": "\ufff9",
    "a beam of musical notes": "\U0001d173",
    "a tag": "\U000e0041",
    "half of a pair": "\ud800",
}


@pytest.mark.parametrize("sign", HIDES.values(), ids=list(HIDES))
def test_what_hides_or_turns_text_around_is_taken_out_everywhere(sign: str) -> None:
    for shown in (one_line(f"to{sign}day"), bare(f"to{sign}day", 80), escaped(f"to{sign}day", 80)):
        assert shown == "to day"


@pytest.mark.parametrize("text", ["été 日本語", "می\u200cخواهم", "👩\u200d🚒 ❤\ufe0f", "葛\U000e0100城"])
def test_scripts_and_emoji_stay_whole(text: str) -> None:
    assert one_line(text) == text
