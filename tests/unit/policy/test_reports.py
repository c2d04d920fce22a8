"""What may be reported, and to whom it is sent: read exactly, or refused with the way out."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from slabot.policy import PolicyError
from slabot.policy.reporting import Every
from tests.fixtures.policies import policy


def refused(**reports: Any) -> str:
    with pytest.raises(PolicyError) as caught:
        policy({"reports": reports})
    return str(caught.value)


def test_figures_by_agent_exist_and_nothing_is_sent_unless_the_file_says_otherwise() -> None:
    assert policy().reports.by_agent is True
    assert policy().reports.summaries == ()


def test_a_summary_needs_no_list_and_no_time() -> None:
    (only,) = policy({"reports": {"summaries": {"every": "week", "to": "#leads"}}}).reports.summaries

    assert (only.every, only.at, [str(to) for to in only.to]) == (Every.WEEK, time(9), ["#leads"])


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ({"every": "day", "to": "#leads"}, "week"),
        ({"every": "week", "at": "9", "to": "#leads"}, "09:00"),
        ({"every": "week", "at": "24:00", "to": "#leads"}, "09:00"),
        ({"every": "week", "to": "user:maya@acme.example"}, "name a channel of Slack"),
        ({"every": "week", "to": []}, "to"),
        ({"every": "week"}, "to"),
        ({"every": "week", "to": "email:lead@acme.example"}, "names no mail server"),
    ],
)
def test_a_summary_that_cannot_be_sent_is_refused(summary: dict[str, Any], told: str) -> None:
    assert told in refused(summaries=[summary])


@pytest.mark.parametrize("value", ["no", "off", 0, None])
def test_by_agent_is_true_or_false(value: Any) -> None:
    assert "true or false" in refused(by_agent=value) or "empty" in refused(by_agent=value)
