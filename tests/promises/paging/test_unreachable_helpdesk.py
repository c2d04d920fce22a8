"""A helpdesk that cannot be reached keeps no page back.

Promise: the page goes out all the same, within two seconds, and says since when the ticket could not be re-checked.
"""

from __future__ import annotations

from datetime import timedelta

from tests.promises.harness import Harness


def test_the_page_goes_out_and_says_since_when(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("58m")
    h.helpdesk.is_down(for_="10m")
    h.fast_forward("2m10s")
    page = h.escalations.expects_page(ticket).says("could not be re-checked since", "may have been answered").heard
    due = h.scene.clock.now().replace(hour=10, minute=0, second=0, microsecond=0)
    assert timedelta() <= page.at - due <= timedelta(seconds=5)  # pauses between tries let stepped time pass
    h.fast_forward("20m")
    h.answers(ticket)


def test_once_it_is_back_pages_are_checked_again(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("58m")
    h.helpdesk.is_down(for_="10m")
    h.fast_forward("3m")
    h.escalations.expects_page(ticket).says("could not be re-checked since")
    h.fast_forward("29m30s")
    h.escalations.expects_reply(ticket).never_says("could not be re-checked")
    h.answers(ticket)


def test_many_pages_do_not_pay_for_it_one_after_the_other(h: Harness) -> None:
    h.scene.sandbox.slack.api.limits.posts = None
    tickets = [h.asks(who=f"c{number}@contoso.example") for number in range(6)]
    h.fast_forward("58m")
    h.helpdesk.is_down(for_="10m")
    h.fast_forward("3m")
    times = [h.escalations.expects_page(ticket).says("could not be re-checked").heard.at for ticket in tickets]
    assert max(times) - min(times) <= timedelta(seconds=5)
    h.fast_forward("10m")
    for ticket in tickets:
        h.answers(ticket)
