"""A short policy file that is right, for tests that make it wrong and read what `slabot check` prints."""

from __future__ import annotations

from datetime import date

import pytest

from slabot.cli.check_formats import Result, as_text
from slabot.policy import PolicyError, check_policy, load_policy
from slabot.reports.style import plain

OFFICE = """\
version: 1
calendars:
  office: {time_zone: UTC, open: {mon-fri: ["09:00-17:00"]}}
severities:
  high: {means: No workaround, respond_within: 6h, calendar: office}
classify: {otherwise: high}
escalate: [{rungs: [{at: breach}]}]
waiting: {mode: off}
"""


def office(*replacements: tuple[str, str]) -> str:
    """The right file with replacements, each (what stands there, what stands there instead)."""
    text = OFFICE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


def printed(text: str | bytes) -> str:
    """What the command prints about a file, on a day in November 2026."""
    return plain(as_text(Result("config.yaml", *check_policy(text, "config.yaml", date(2026, 11, 24)))))


def refusal(text: str | bytes) -> str:
    """The message with which every other command refuses to load a file."""
    with pytest.raises(PolicyError) as caught:
        load_policy(text)
    return str(caught.value)
