"""Somebody may ask for the next page at once.

Promise: the next rung goes out now, says that somebody asked for it, and goes out once: not again when its own time
comes, and not twice for two clicks. It ends a quiet that somebody had asked for.
"""

from __future__ import annotations

from tests.promises.harness import Harness


def test_the_next_rung_goes_out_now_and_not_again_at_its_time(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.fast_forward("5m")
    h.user("maya").escalates(page)
    h.escalations.expects_reply(ticket).within("5s").says("somebody asked for the next page", "75% of 2h used")
    h.stays_quiet(for_="54m")
    h.escalations.expects_reply(ticket).within("61s").at("11:00:00")
    h.answers(ticket)


def test_two_clicks_are_one_wish(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").escalates(page)
    h.user("raj").escalates(page)
    h.escalations.expects_reply(ticket).within("5s").says("somebody asked for the next page")
    h.escalations.expects_whisper().within("1s")  # raj is told who asked before
    h.stays_quiet(for_="20m")
    h.answers(ticket)


def test_it_ends_the_quiet(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").acknowledges(page)
    h.fast_forward("5m")
    h.user("raj").escalates(page)
    h.escalations.expects_reply(ticket).within("5s").says("somebody asked for the next page")
    h.fast_forward("5m")
    h.answers(ticket)


def test_a_death_right_after_the_click_loses_nothing(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").escalates(page)
    h.kill()
    h.starts()
    h.escalations.expects_reply(ticket).within("5s").says("somebody asked for the next page")
    h.stays_quiet(for_="20m")
    h.answers(ticket)
