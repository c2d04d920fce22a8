"""Slack takes a message, and its answer is lost.

Promise: the message is found by its mark, adopted, and kept up to date like any other; its thread, its buttons and
its card work. Nobody hears of it twice.
"""

from __future__ import annotations

from tests.promises.harness import Harness


def test_it_is_adopted_and_kept_up_to_date(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_replies()
    h.fast_forward("61m")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").acknowledges(page)
    h.fast_forward("5s")
    update = h.escalations.expects_update(ticket).says("Acknowledged").heard
    assert update.effect["ts"] == page.effect["ts"]
    h.answers(ticket)


def test_the_next_rung_goes_into_its_thread(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_replies()
    h.fast_forward("90m")
    page = h.escalations.expects_page(ticket).heard
    reply = h.escalations.expects_reply(ticket).heard
    assert reply.effect["thread_ts"] == page.effect["ts"]
    h.answers(ticket)


def test_every_answer_of_an_hour_is_lost_and_nobody_hears_twice(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_replies(times=20)
    h.fast_forward("2h1m")
    h.escalations.expects_page(ticket)
    h.escalations.expects_reply(ticket)
    h.escalations.expects_reply(ticket)
    h.answers(ticket)
