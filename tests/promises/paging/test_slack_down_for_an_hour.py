"""Slack is down for an hour.

Promise: no page is lost. What fell due meanwhile is heard within a minute or so of Slack's return, once for each
ticket, and says how late it is; what was answered meanwhile is not heard of at all; nothing is tried in a spin.
"""

from __future__ import annotations

from datetime import timedelta

from tests.promises.harness import Harness


def test_everything_that_is_still_owed_is_heard_and_says_how_late_it_is(h: Harness) -> None:
    owed, answered = h.asks(), h.asks(who="bo@contoso.example")
    h.fast_forward("55m")
    h.expects_alarms()
    h.slack.is_down(for_="1h")
    h.fast_forward("20m")
    h.answers(answered)
    h.stays_quiet(for_="39m50s")
    back = h.scene.clock.now() + timedelta(seconds=10)
    h.fast_forward("2m")
    page = h.escalations.expects_page(owed).says("late: Slack did not take it").heard
    assert page.at - back <= timedelta(seconds=70)
    h.answers(owed)


def test_rungs_that_passed_meanwhile_are_one_page_that_names_them(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.expects_alarms()
    h.slack.is_down(for_="1h5m")
    h.fast_forward("1h8m")
    h.escalations.expects_page(ticket).says("passed before it without a page: 50% used and 75% used")
    h.answers(ticket)


def test_it_is_not_hammered(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("55m")
    h.expects_alarms()
    h.slack.is_down(for_="1h")
    h.fast_forward("1h3m")
    assert h.slack.calls() <= 150  # to post, and to look for what is in doubt: once a minute in the end
    h.escalations.expects_page(ticket).says("late")
    h.escalations.expects_reply(ticket).within("3m").at("11:00:00")
    h.answers(ticket)


def test_clicks_during_the_outage_are_taken(h: Harness) -> None:
    """People's clicks come in even where our messages do not go out."""
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.expects_alarms()
    h.slack.is_down(for_="1h")
    h.user("maya").acknowledges(page)
    h.stays_quiet(for_="25m")
    h.answers(ticket)
    h.fast_forward("40m")
    h.escalations.expects_update(ticket).says("in time")
