"""Storms are bundled, never dropped.

Promise: pages for one channel that come in a storm, or late after an outage, are announced by one message. Each ticket
still has its own message, with its buttons, in the thread; the most urgent comes first, and each says how late it is.
"""

from __future__ import annotations

from datetime import timedelta

from slabot_sandbox import Effect
from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness
from tests.promises.scene import said


def many(h: Harness, count: int, *, apart: int = 0) -> list[int]:
    tickets = []
    for number in range(count):
        tickets.append(h.scene.ask(who=f"c{number}@contoso.example"))
        h.scene.run_for(timedelta(seconds=apart))
    return tickets


def bundle_of(h: Harness) -> Effect:
    [bundle] = h.scene.bundles()
    return bundle


def finish(h: Harness, tickets: list[int]) -> None:
    """Whatever came is judged by the test; nothing more comes once all are answered."""
    for ticket in tickets:
        h.scene.answer(ticket)
    h.scene.run_for(timedelta(minutes=1))
    h.expects_all(h.unexpected())


def test_a_storm_is_one_message_with_a_thread_in_which_each_ticket_has_its_own(harness: MakeHarness) -> None:
    h = harness(storm={"above": 3})
    tickets = many(h, 5)
    h.fast_forward("1h30s")
    bundle = bundle_of(h)
    assert "5 pages are due in this channel at the same time: 5 critical" in said(bundle)
    pages = h.scene.pages()
    assert sorted(key.split("/")[1] for key in map(_key, pages)) == sorted(map(str, tickets))
    assert {page["thread_ts"] for page in pages} == {bundle["ts"]}
    assert not any(page.facts.get("broadcast") for page in pages)
    assert bundle.seq < min(page.seq for page in pages)
    h.expects_all(h.unexpected())
    # A button of a message in the thread works, and the message is kept up to date there.
    h.user("maya").acknowledges(pages[0])
    h.escalations.expects_update(int(_key(pages[0]).split("/")[1])).within("10s").says("is on ticket")
    finish(h, tickets)


def test_a_later_rung_of_a_bundled_ticket_is_a_reply_that_the_channel_sees(harness: MakeHarness) -> None:
    h = harness(storm={"above": 1})
    tickets = many(h, 2)
    h.fast_forward("1h30s")
    bundle = bundle_of(h)
    h.expects_all(h.unexpected())
    h.answers(tickets[1])
    h.fast_forward("30m")
    reply = h.escalations.expects_reply(tickets[0]).shown_in_channel().heard
    assert reply.effect["thread_ts"] == bundle["ts"]
    finish(h, tickets)


def test_few_pages_at_once_are_messages_of_their_own(harness: MakeHarness) -> None:
    h = harness(storm={"above": 5})
    tickets = many(h, 5)
    h.fast_forward("1h30s")
    assert h.scene.bundles() == []
    assert len(h.scene.pages()) == 5
    finish(h, tickets)


def test_after_an_outage_one_message_says_how_late_and_each_page_too(harness: MakeHarness) -> None:
    h = harness()
    tickets = many(h, 4, apart=60)
    h.fast_forward("50m")
    h.slack.is_down(for_="40m")
    h.fast_forward("45m")
    bundle = bundle_of(h)
    assert "4 pages are late" in said(bundle)
    assert "Slack did not take them in between" in said(bundle)
    pages = h.scene.pages()
    assert [int(_key(page).split("/")[1]) for page in pages] == tickets  # the most urgent first
    assert all(" late: Slack did not take it at" in said(page) for page in pages)
    finish(h, tickets)


def test_after_a_stop_of_slabot_the_late_pages_come_as_one(harness: MakeHarness) -> None:
    h = harness()
    tickets = many(h, 3)
    h.fast_forward("30m")
    h.kill()
    h.scene.run_for(timedelta(minutes=50))
    h.starts()
    h.fast_forward("1m")
    assert "slabot was not running" in said(bundle_of(h))
    assert len(h.scene.pages()) == 3
    finish(h, tickets)


def test_what_was_answered_meanwhile_is_not_in_it(harness: MakeHarness) -> None:
    h = harness()
    tickets = many(h, 4)
    h.fast_forward("50m")
    h.slack.is_down(for_="40m")
    h.fast_forward("20m")
    h.answers(tickets[0])
    h.fast_forward("25m")
    assert "3 pages are late" in said(bundle_of(h))
    assert sorted(int(_key(page).split("/")[1]) for page in h.scene.pages()) == sorted(tickets[1:])
    finish(h, tickets)


def test_a_lost_reply_to_the_bundle_posts_it_once(harness: MakeHarness) -> None:
    h = harness(storm={"above": 1})
    tickets = many(h, 3)
    h.fast_forward("59m")
    h.slack.loses_replies()
    h.fast_forward("2m")
    assert len(h.scene.bundles()) == 1
    assert len(h.scene.pages()) == 3
    assert {page["thread_ts"] for page in h.scene.pages()} == {bundle_of(h)["ts"]}
    finish(h, tickets)


def _key(page: Effect) -> str:
    return str(page.facts["metadata"]["event_payload"]["key"])


def test_after_its_first_message_was_deleted_the_pages_that_are_left_go_singly_at_once(harness: MakeHarness) -> None:
    h = harness(storm={"above": 3}, fallback={"after": "5m", "to": ["user:lead@acme.example"]})
    h.user("lead").id  # noqa: B018  # a member of the workspace
    tickets = many(h, 5)
    h.fast_forward("59m50s")
    while not h.scene.bundles():
        h.scene.run_for(timedelta(seconds=1))
    bundle, before = bundle_of(h), h.scene.pages()
    assert len(before) < len(tickets), "some are still to come, for a channel takes one message a second"
    channel = h.scene.sandbox.slack.workspace.channels[bundle["channel"]]
    channel.messages[:] = [message for message in channel.messages if message["ts"] != bundle["ts"]]

    h.scene.run_for(timedelta(seconds=20))
    singly = h.scene.pages()[len(before) :]
    assert len(before) + len(singly) == len(tickets)
    assert {page["thread_ts"] for page in singly} == {None}
    assert not any("Sent again" in said(page) for page in singly)
    finish(h, tickets)
    assert not any("is paged as well" in words for ticket in tickets for words in h.scene.told(ticket))


def test_a_bundle_that_is_refused_keeps_no_page_from_the_fallback(harness: MakeHarness) -> None:
    h = harness(storm={"above": 2}, fallback={"after": "5m", "to": ["user:lead@acme.example"]})
    h.user("lead").id  # noqa: B018  # a member of the workspace
    tickets = many(h, 3)
    h.fast_forward("59m")
    h.slack.archives("#support-escalations")
    h.fast_forward("70s")
    told = [heard.ticket for heard in h.unexpected() if heard.where == "@lead" and heard.ticket is not None]
    assert sorted(told) == tickets
    h.expects_alarms()
    finish(h, tickets)
