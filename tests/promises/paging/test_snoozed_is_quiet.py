"""Snoozing a page keeps it quiet for as long as somebody asked, and no longer.

Promise: nobody is paged about that clock before the snooze ends; then the pages go on. A death in between changes
nothing, an answer ends it for good, and ending the snooze brings the pages back at their times.
"""

from __future__ import annotations

from tests.promises.harness import Harness


def test_quiet_for_as_long_as_was_asked_and_no_longer(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").snoozes(page, "1h")
    h.escalations.expects_update(ticket).within("5s").says("Snoozed")
    h.stays_quiet(for_="59m50s")
    h.escalations.expects_reply(ticket).within("15s").says("snoozed", "still unanswered")
    h.answers(ticket)


def test_a_death_in_between_changes_nothing(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.user("maya").snoozes(h.escalations.expects_page(ticket).heard, "30m")
    h.kill()
    h.fast_forward("10m")
    h.starts()
    h.stays_quiet(for_="19m50s")
    h.escalations.expects_reply(ticket).within("15s")
    h.answers(ticket)


def test_an_answer_ends_it_for_good(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.user("maya").snoozes(h.escalations.expects_page(ticket).heard, "30m")
    h.fast_forward("10m")
    h.answers(ticket)
    h.stays_quiet(for_="3h")


def test_who_ends_the_snooze_brings_the_pages_back_at_their_times(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").snoozes(page, "4h")
    h.fast_forward("5m")
    h.user("raj").takes_it_back(page)
    h.stays_quiet(for_="24m50s")
    h.escalations.expects_reply(ticket).within("15s").at("10:30:00")
    h.answers(ticket)
