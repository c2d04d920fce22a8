"""Whatever breaks, what was due is done, once and in time, and nothing else is.

Promise: a bounded campaign with a fixed seed on each engine, judged by the checker whose own tests are beside this one.
"""

from __future__ import annotations

import pytest

from tests.campaign.__main__ import report
from tests.campaign.campaign import Plan, play
from tests.campaign.faults import FaultKind

MINUTES = 1.5  # of load and faults
RATE = 1.0  # tickets a second: a machine that runs tests is busy


@pytest.mark.long
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_campaign_of_faults_loses_doubles_and_delays_nothing(store: str) -> None:
    outcome = play(Plan(store=store, minutes=MINUTES, rate=RATE, webs=2, workers=2), print)
    assert report(outcome), "what was found is printed above"
    assert outcome.verdict.pages > MINUTES * 60 * RATE / 3, "too few were due to prove anything"
    assert len(outcome.evidence.faults) >= 5


@pytest.mark.long
def test_kills_alone_excuse_nothing_and_pages_of_a_fail_over_leave_within_ten_seconds() -> None:
    kinds = (FaultKind.KILL_WORKER, FaultKind.KILL_WEB)
    outcome = play(Plan(minutes=MINUTES, rate=RATE, kinds=kinds, every=(4.0, 9.0)), print)
    assert report(outcome), "what was found is printed above"
    assert max(outcome.taken_over) < 10
