"""Slack answers 429 for ten minutes.

Promise: what it asks for is kept: nothing is tried before Retry-After has passed. Afterwards each page is heard once,
and says how late it is.
"""

from __future__ import annotations

import itertools
from datetime import timedelta

from tests.promises.harness import Harness


def test_each_page_is_heard_once_and_says_how_late_it_is(h: Harness) -> None:
    tickets = [h.asks(who=f"c{number}@contoso.example") for number in range(3)]
    h.fast_forward("59m")
    h.slack.takes_no_messages(for_="11m", retry_after=30)
    h.stays_quiet(for_="10m59s")
    h.fast_forward("1m")
    h.escalations.expects_bundle().says("3 pages are late", "Slack did not take them in between")
    for ticket in tickets:
        h.escalations.expects_reply(ticket).says("10 minutes late").is_no_repeat()
        h.answers(ticket)


def test_nothing_is_tried_before_retry_after_has_passed(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.takes_no_messages(for_="11m", retry_after=45)
    h.fast_forward("13m")
    calls = h.scene.sandbox.journal.calls(endpoint="chat.postMessage")
    gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(calls)]
    assert len(calls) >= 10
    assert min(gaps) >= timedelta(seconds=45)
    h.escalations.expects_page(ticket)
    h.answers(ticket)
