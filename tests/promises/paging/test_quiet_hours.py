"""At night, what can wait waits.

Promise: pages of the severities that are named wait while the quiet calendar is open, and come as one digest when it
closes, each ticket with its own message. Critical pages come at any hour.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness
from tests.promises.scene import AGREEMENT, said

NIGHTS = {"time_zone": "UTC", "open": {"mon-sun": ["18:00-07:00"]}}


def at_night(harness: MakeHarness, **more: Any) -> Harness:
    """Monday 12 January, 9:00 UTC; medium has 12 hours of the support week, so its page is due at 20:00."""
    calendars = {**AGREEMENT["calendars"], "nights": NIGHTS}
    return harness(calendars=calendars, quiet_hours={"calendar": "nights", "severities": ["medium"]}, **more)


def test_one_page_waits_until_the_morning_and_is_not_called_late(harness: MakeHarness) -> None:
    h = at_night(harness)
    ticket = h.asks("it is slow")
    h.fast_forward("21h59m")
    h.fast_forward("62s")
    page = h.escalations.expects_page(ticket).at("07:00").says("quiet hours").heard
    assert "late:" not in said(page.effect)
    h.answers(ticket)


def test_several_come_as_one_digest(harness: MakeHarness) -> None:
    h = at_night(harness)
    tickets = [h.asks("it is slow", who=f"c{n}@contoso.example") for n in range(3)]
    h.fast_forward("22h20s")
    [digest] = h.scene.bundles()
    assert "3 pages waited for the end of the quiet hours: 3 medium" in said(digest)
    assert {page["thread_ts"] for page in h.scene.pages()} == {digest["ts"]}
    assert len(h.scene.pages()) == 3
    h.expects_all(h.unexpected())
    for ticket in tickets:
        h.scene.answer(ticket)
    h.scene.run_for(timedelta(minutes=1))
    h.expects_all(h.unexpected())


def test_critical_pages_come_at_any_hour(harness: MakeHarness) -> None:
    h = at_night(harness)
    h.fast_forward("12h")
    ticket = h.asks()
    h.fast_forward("1h2s")
    h.escalations.expects_page(ticket).at("22:00")
    h.answers(ticket)


def test_what_was_answered_in_the_night_is_not_paged_in_the_morning(harness: MakeHarness) -> None:
    h = at_night(harness)
    ticket = h.asks("it is slow")
    h.fast_forward("15h")
    h.answers(ticket)
    h.stays_quiet(for_="10h")
