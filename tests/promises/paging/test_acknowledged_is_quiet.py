"""Acknowledging a page stops the ladder.

Promise: from the click on nobody is paged about that clock until `re_page_after` has passed without an answer; then
the pages go on, and say who had it. A death in between changes nothing.
"""

from __future__ import annotations

from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness


def paged(h: Harness) -> tuple[int, object]:
    ticket = h.asks()
    h.fast_forward("1h")
    return ticket, h.escalations.expects_page(ticket).heard


def test_the_ladder_is_quiet_until_re_page_after(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").acknowledges(page)
    h.escalations.expects_update(ticket).within("5s").says("Acknowledged", "Quiet now")
    h.stays_quiet(for_="29m50s")
    h.fast_forward("15s")
    h.escalations.expects_reply(ticket).says("It needs somebody again", "still unanswered")
    h.answers(ticket)


def test_the_policy_says_how_long(harness: MakeHarness) -> None:
    h = harness(re_page_after="45m")
    ticket = h.asks()
    h.fast_forward("1h")
    h.user("maya").acknowledges(h.escalations.expects_page(ticket).heard)
    h.stays_quiet(for_="44m50s")
    h.escalations.expects_reply(ticket).within("15s")
    h.answers(ticket)


def test_an_answer_in_the_quiet_ends_it_for_good(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.user("maya").acknowledges(h.escalations.expects_page(ticket).heard)
    h.fast_forward("10m")
    h.answers(ticket)
    h.stays_quiet(for_="5h")


def test_a_death_between_click_and_end_of_the_quiet_changes_nothing(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.user("maya").acknowledges(h.escalations.expects_page(ticket).heard)
    h.fast_forward("5m")
    h.kill()
    h.fast_forward("5m")
    h.starts()
    h.stays_quiet(for_="19m50s")
    h.escalations.expects_reply(ticket).within("15s")
    h.answers(ticket)


def test_one_ticket_s_quiet_is_not_another_s(h: Harness) -> None:
    ticket, other = h.asks(), h.asks(who="bo@contoso.example")
    h.fast_forward("61m")
    h.user("maya").acknowledges(h.escalations.expects_page(ticket).heard)
    h.escalations.expects_page(other)
    h.fast_forward("29m30s")
    h.escalations.expects_reply(other)
    h.answers(other)
    h.answers(ticket)


def test_a_page_that_waits_for_slack_is_not_sent_once_somebody_is_on_it(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.fast_forward("29m")
    h.slack.takes_no_messages(for_="5m")
    h.fast_forward("2m")  # the next rung waits
    h.user("maya").acknowledges(page)
    h.stays_quiet(for_="20m")
    h.answers(ticket)
