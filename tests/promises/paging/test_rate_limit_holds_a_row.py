"""Slack's limit of a channel holds a row up, never a thread.

Promise: pages for one channel leave one a second, and meanwhile those for another channel leave at once; none is lost
and none is doubled.
"""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from slabot_sandbox import Sandbox
from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness

MANY = 10


SEVERITIES = {
    "critical": {"means": "x", "respond_within": "2h", "calendar": "around_the_clock", "priority": "urgent"},
    "medium": {"means": "y", "respond_within": "12h", "calendar": "around_the_clock", "priority": "normal"},
}
LADDERS = [
    {"severity": "critical", "rungs": [{"at": "50% used"}]},
    {"severity": "medium", "rungs": [{"at": "11h before", "notify": ["#incidents"]}]},
]


@pytest.fixture
def h(harness: MakeHarness, sandbox: Sandbox) -> Harness:
    sandbox.slack.workspace.add_channel("incidents")
    return harness(severities=SEVERITIES, escalate=LADDERS)


def test_a_full_channel_holds_up_no_other(h: Harness) -> None:
    urgent = [h.asks(who=f"c{number}@contoso.example") for number in range(MANY)]
    other = h.asks("a question", who="m@contoso.example")
    h.fast_forward("62m")
    page = h.slack.channel("#incidents").expects_page(other).heard
    assert page.at - h.heard()[0].at <= timedelta(seconds=3), "it waited for pages of another channel"
    for ticket in urgent:
        h.escalations.expects_page(ticket).is_no_repeat()
    for ticket in (*urgent, other):
        h.answers(ticket)


def test_one_a_second_and_none_lost(h: Harness) -> None:
    asked = [h.asks(who=f"c{number}@contoso.example") for number in range(MANY)]
    h.fast_forward("62m")
    times = [heard.at for heard in h.heard()]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) == MANY
    assert min(gaps) >= timedelta(seconds=1)
    assert max(gaps) <= timedelta(seconds=2)
    h.expects_all(h.heard())
    for ticket in asked:
        h.answers(ticket)
