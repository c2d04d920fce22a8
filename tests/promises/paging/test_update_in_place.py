"""The message of a page is brought up to date in place.

Promise: the latest state wins, nobody is notified, and where nothing that people would notice has changed nothing is
sent. Updates of an outage are one.
"""

from __future__ import annotations

from tests.promises.harness import Harness
from tests.promises.heard import Way


def paged(h: Harness) -> int:
    ticket = h.asks()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket)
    return ticket


def updates(h: Harness) -> int:
    return len(h.scene.sandbox.journal.calls(endpoint="chat.update"))


def test_an_answer_is_shown_where_the_page_is_and_notifies_nobody(h: Harness) -> None:
    ticket = paged(h)
    h.answers(ticket)
    update = h.escalations.expects_update(ticket).within("5s").says("in time", "There will be no more pages").heard
    [page] = [heard for heard in h.heard() if heard.way is Way.MESSAGE]
    assert update.effect["ts"] == page.effect["ts"]
    assert h.slack.posts() == 1


def test_of_an_outage_only_the_latest_state_is_sent(h: Harness) -> None:
    ticket = paged(h)
    h.slack.is_down(for_="20m")
    for name in ("one", "two", "three"):
        h.scene.sandbox.zendesk.people.agent_sets_assignee(ticket, "maya@acme.example", f"{name}@acme.example")
        h.fast_forward("4m")
    h.answers(ticket)
    h.fast_forward("15m")
    h.escalations.expects_update(ticket).says("in time")
    shown = [heard for heard in h.unexpected() if heard.way is Way.UPDATE]
    assert shown == []
    assert len(h.scene.sandbox.journal.effects(kind="message.updated")) == 1


def test_where_nothing_that_people_would_notice_has_changed_nothing_is_sent(h: Harness) -> None:
    ticket = paged(h)
    h.scene.sandbox.zendesk.people.agent_sets_tags(ticket, "maya@acme.example", ["seen"])
    h.fast_forward("10m")
    assert updates(h) == 0
    h.answers(ticket)


def test_an_update_whose_answer_was_lost_harms_nothing(h: Harness) -> None:
    ticket = paged(h)
    h.scene.sandbox.faults.add("drop_after", service="slack", path="*chat.update", times=1)
    h.answers(ticket)
    h.fast_forward("2m")
    h.escalations.expects_update(ticket).says("in time")


def test_a_message_that_somebody_deleted_is_not_missed(h: Harness) -> None:
    ticket = paged(h)
    channel = h.scene.sandbox.slack.workspace.channel("support-escalations")
    channel.messages.clear()
    h.answers(ticket)
    h.stays_quiet(for_="10m")
    assert all(row.state.settled for row in h.scene.rows(ticket))
