"""The severity can be set from a page.

Promise: the clock and its pages follow the severity that somebody chose, with who chose it and why; lowered, nobody is
paged under the old one any more; raised so late that its rungs have passed, one page goes out at once and says so.
"""

from __future__ import annotations

from tests.promises.harness import Harness


def test_lowered_it_pages_by_the_lower_severitys_ladder(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").sets_severity(page, "medium", "a workaround exists")
    h.fast_forward("5s")
    h.escalations.expects_update(ticket).says("Medium", "a workaround exists")
    h.agents(ticket).expects_note().says("maya set the severity to medium", "a workaround exists")
    h.stays_quiet(for_="4h")
    h.answers(ticket)


def test_raised_late_it_pages_at_once_and_says_so(h: Harness) -> None:
    ticket = h.asks("a question")
    h.fast_forward("11h")
    page = h.escalations.expects_page(ticket).says("Medium").heard
    h.user("maya").sets_severity(page, "critical", "all of them are down")
    h.escalations.expects_reply(ticket).within("5s").says("Critical", "raised to critical", "already past")
    h.agents(ticket).expects_note().says("maya set the severity to critical", "all of them are down")
    h.answers(ticket)
