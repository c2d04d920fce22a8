"""A page comes twice only if nobody can know whether the first one arrived, and then it says so.

Promise: a page in doubt is looked for by its mark before it is sent again. While it cannot be looked for it waits; if
it may never be looked for it is sent again, marked as a repeat.
"""

from __future__ import annotations

from slabot.store import LedgerEvent
from tests.promises.harness import Harness


def test_where_slack_took_it_there_is_one(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_replies()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).at("10:00:00").is_no_repeat()
    h.stays_quiet(for_="10m")
    assert h.slack.posts() == 1
    h.answers(ticket)


def test_where_slack_never_had_it_the_second_one_says_that_it_may_be_a_repeat(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_requests()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).within("15s").is_repeat()
    assert h.slack.posts() == 2
    assert len(h.scene.told(ticket, LedgerEvent.PAGE_REPEATED)) == 1
    h.answers(ticket)


def test_while_it_cannot_be_looked_for_it_is_not_sent_again(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_replies()
    h.slack.cannot_be_searched(for_="70m")
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).is_no_repeat()
    h.stays_quiet(for_="20m")
    assert h.slack.posts() == 1
    h.answers(ticket)


def test_a_slabot_that_may_not_look_sends_it_again_and_says_so(h: Harness) -> None:
    tokens, token = h.scene.sandbox.slack.api.tokens, h.scene.sandbox.slack.token
    tokens.allow(token, tokens.scopes[token] - {"channels:history", "groups:history"})
    ticket = h.asks()
    h.slack.loses_replies()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).is_no_repeat()
    h.escalations.expects_page(ticket).within("15s").is_repeat()
    h.answers(ticket)


def test_a_reply_in_doubt_is_looked_for_in_its_thread(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket)
    h.slack.loses_replies()
    h.fast_forward("30m")
    h.escalations.expects_reply(ticket).at("10:30:00").is_no_repeat()
    h.stays_quiet(for_="10m")
    assert h.slack.posts() == 2
    h.answers(ticket)


def test_doubt_survives_a_death(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_replies()
    h.slack.cannot_be_searched(for_="61m")
    h.fast_forward("1h")
    h.escalations.expects_page(ticket)
    h.kill()
    h.starts()
    h.stays_quiet(for_="5m")
    assert h.slack.posts() == 1
    h.answers(ticket)
