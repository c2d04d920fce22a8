"""A page that leaves later than its time says how late it is, and why.

Promise: later than a minute is late. The page names the time that it was planned for and what was in the way: Slack,
slabot not running, or the helpdesk that told of the ticket only later. A page on time says nothing of the kind.
"""

from __future__ import annotations

from datetime import timedelta

from tests.promises.harness import Harness


def test_a_page_on_time_says_nothing_of_lateness(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).never_says("late:")
    h.answers(ticket)


def test_slack_was_in_the_way(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.is_down(for_="21m")
    h.fast_forward("22m30s")
    h.escalations.expects_page(ticket).says("minutes late: Slack did not take it at")
    h.answers(ticket)


def test_slabot_was_not_running(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("30m")
    h.kill()
    h.fast_forward("40m")
    h.starts()
    h.escalations.expects_page(ticket).within("2s").says("10 minutes late: slabot was not running")
    h.answers(ticket)


def test_the_helpdesk_told_late(h: Harness) -> None:
    h.scene.sweep_every = timedelta(hours=2)
    h.starts()
    h.helpdesk.loses_webhooks(1)
    ticket = h.asks()
    h.fast_forward("80m")
    h.helpdesk.loses_webhooks(0)
    h.starts()  # whose first sweep finds it
    h.fast_forward("5m")
    h.escalations.expects_page(ticket).says("minutes late")
    h.answers(ticket)


def test_a_rung_that_a_later_one_has_overtaken_is_named_by_it(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.expects_alarms()
    h.slack.is_down(for_="45m")
    h.fast_forward("50m")
    h.escalations.expects_page(ticket).says("passed before it without a page: 50% used")
    h.answers(ticket)
