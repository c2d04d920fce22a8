"""An acknowledgement can be taken back.

Promise: from then on the pages come at their times again, as if nobody had acknowledged; what fell due in the quiet is
told at once. The message says that nobody has it.
"""

from __future__ import annotations

from tests.promises.harness import Harness


def test_the_pages_come_at_their_times_again(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").acknowledges(page)
    h.fast_forward("10m")
    h.user("maya").takes_it_back(page)
    h.fast_forward("5s")
    h.escalations.expects_update(ticket).says("Nobody has it yet")
    h.stays_quiet(for_="19m50s")
    h.escalations.expects_reply(ticket).within("10s").at("10:30:00")
    h.answers(ticket)


def test_what_fell_due_in_the_quiet_is_told_at_once(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.fast_forward("20m")
    h.user("maya").acknowledges(page)
    h.stays_quiet(for_="15m")  # the rung of 10:30 is kept back
    h.user("maya").takes_it_back(page)
    h.escalations.expects_reply(ticket).within("5s").says("75% of 2h used")
    h.answers(ticket)
