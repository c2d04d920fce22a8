"""A page that its channel does not take goes elsewhere as well.

Promise: after ``fallback.after``, or at once after a refusal for good, the next destination of the list is told, once,
and a note on the ticket says so. The channel gets its page when it takes pages again, and is told how late it is.
"""

from __future__ import annotations

from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness
from tests.promises.scene import said


def at_risk(harness: MakeHarness, *to: str) -> tuple[Harness, int]:
    h = harness(fallback={"after": "5m", "to": list(to)})
    h.user("lead").id  # noqa: B018  # a member of the workspace
    ticket = h.asks()
    h.fast_forward("59m")
    return h, ticket


def test_an_archived_channel_is_replaced_at_once(harness: MakeHarness) -> None:
    h, ticket = at_risk(harness, "user:lead@acme.example")
    h.slack.archives("#support-escalations")
    h.fast_forward("62s")
    h.user("lead").expects_direct_message(ticket).says("first answer").at("10:00")
    h.agents(ticket).expects_note().says("could not page #support-escalations", "user:lead@acme.example")
    h.fast_forward("3m")
    assert any("is paged as well" in words for words in h.scene.told(ticket))
    h.answers(ticket)


def test_a_channel_that_is_limited_for_long_is_replaced_after_a_while(harness: MakeHarness) -> None:
    h, ticket = at_risk(harness, "user:lead@acme.example")
    lead_first = h.scene.sandbox.slack.workspace.direct(h.user("lead").id)
    h.scene.sandbox.slack.api.limits.posts = None
    h.slack.takes_no_messages(for_="4m")
    h.fast_forward("10m")
    h.escalations.expects_page(ticket).says("late")  # it came back before the five minutes were over
    assert not lead_first.messages
    h.answers(ticket)


def test_each_page_goes_to_the_next_of_the_list_until_one_takes_it(harness: MakeHarness) -> None:
    h, ticket = at_risk(harness, "user:nobody@acme.example", "user:lead@acme.example")
    h.expects_alarms()
    h.slack.archives("#support-escalations")
    h.fast_forward("65s")
    h.user("lead").expects_direct_message(ticket)
    h.agents(ticket).expects_note()
    h.answers(ticket)


def test_the_channel_gets_its_page_when_it_takes_pages_again(harness: MakeHarness) -> None:
    h, ticket = at_risk(harness, "user:lead@acme.example")
    h.slack.archives("#support-escalations")
    h.fast_forward("10m")
    h.user("lead").expects_direct_message(ticket)
    h.agents(ticket).expects_note()
    h.slack.unarchives("#support-escalations")
    h.fast_forward("2m")
    page = h.escalations.expects_page(ticket).says("minutes late").heard
    assert "Sent again" not in said(page.effect)
    h.answers(ticket)
