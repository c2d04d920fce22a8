"""A policy to change in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from slabot.policy import Policy, Problem, check_policy

TODAY = date(2026, 11, 24)

# Nothing about it is doubtful: a week without a country's holidays, ladders that fit every severity, no follow-ups.
RIGHT = """\
version: 1
helpdesks:
  acme:
    {kind: zendesk, subdomain: acme, auth: {client_id_env: ZENDESK_CLIENT_ID, client_secret_env: ZENDESK_CLIENT_SECRET}}
calendars:
  around_the_clock: {always: true}
  office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}}
severities:
  critical: {means: Unusable, respond_within: 2h, calendar: around_the_clock}
  high: {means: No workaround, respond_within: 6h, calendar: office}
  low: {means: A question, respond_within: 2 business days, calendar: office}
classify:
  otherwise: low
escalate:
  - rungs: [{at: 50% used}, {at: breach}]
waiting: {mode: off}
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support-escalations"}
"""

Check = Callable[..., tuple[Policy | None, tuple[Problem, ...]]]


@pytest.fixture
def check() -> Check:
    """Check the right policy with replacements, each (what stands there, what stands there instead)."""

    def checked(
        *replacements: tuple[str, str], text: str = RIGHT, today: date = TODAY
    ) -> tuple[Policy | None, tuple[Problem, ...]]:
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        return check_policy(text, "config.yaml", today)

    return checked


@pytest.fixture
def warned(check: Check) -> Callable[..., list[tuple[str, str, str]]]:
    """The warnings about a changed policy: code, path and message."""

    def doubted(*replacements: tuple[str, str], today: date = TODAY) -> list[tuple[str, str, str]]:
        policy, problems = check(*replacements, today=today)
        assert policy is not None, "\n".join(map(str, problems))
        return [(problem.code, problem.path, problem.message) for problem in problems]

    return doubted
