"""A change of the policy does not move the pages of clocks that run.

Promise: a running clock keeps the ladder under which it began; new clocks get the new one. ``ladder_changes: replan``
declares otherwise.
"""

from __future__ import annotations

from typing import Any

from tests.promises.harness import Harness


def ladder(at: str) -> list[dict[str, Any]]:
    return [{"rungs": [{"at": at}]}]


def test_a_running_clock_keeps_its_ladder(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("10m")
    h.starts(escalate=ladder("25% used"))
    h.stays_quiet(for_="49m")
    h.fast_forward("62s")
    h.escalations.expects_page(ticket).says("50% of 2h used")
    other = h.asks(who="ben@contoso.example")
    h.fast_forward("30m")
    h.escalations.expects_page(other).says("25% of 2h used")
    h.escalations.expects_reply(ticket).says("75% of 2h used")
    h.answers(ticket)
    h.answers(other)


def test_a_declared_change_moves_it(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("10m")
    h.starts(escalate=ladder("25% used"), ladder_changes="replan")
    h.fast_forward("20m1s")
    h.escalations.expects_page(ticket).says("25% of 2h used")
    h.stays_quiet(for_="89m")  # 50% is a rung no longer
    h.answers(ticket)
