"""Write to tickets at Freshdesk over HTTP, judged by the stand-in's journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.errors import (
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from adapters.freshdesk.adapter import FreshdeskAdapter
from slabot.domain import Actor, Category
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import Answer, Scripted
from .conftest import conversations, said, shown, writes


def test_only_what_changes_is_sent_so_tags_are_never_replaced(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    done = partners.set_category(own, Category.SOLVED, seen=partners.fetch(own).version, marker="m")
    assert (done.words, done.changed, done.undoable) == ("status set to Resolved", True, True)
    assert writes(sandbox) == [("PUT /api/v2/tickets/{id}", {"status": 4})]
    assert shown(desk, own)["tags"] == ["vip"]


def test_a_category_without_a_number_of_its_own_is_set_by_label(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    partners.set_category(own, Category.WAITING_ON_CUSTOMER, seen=partners.fetch(own).version, marker="m")
    assert shown(desk, own)["status"] == 6


def test_a_category_that_no_status_of_the_account_stands_for_is_refused_before_a_call(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    desk.account.remove_status(7)
    with pytest.raises(Refused, match="no status of the account stands for Waiting on Third Party"):
        partners.set_category(own, Category.WAITING_ON_THIRD_PARTY, seen=partners.fetch(own).version, marker="m")
    assert writes(sandbox) == []


def test_what_is_so_already_is_not_sent(partners: FreshdeskAdapter, sandbox: Sandbox, own: str) -> None:
    me = partners.whoami().id
    seen = partners.fetch(own).version
    assert not partners.set_category(own, Category.OPEN, seen=seen, marker="m").changed
    assert not partners.set_priority(own, "low", seen=seen, marker="m").changed
    partners.assign(own, me, seen=seen, marker="m")
    assert not partners.assign(own, me, seen=partners.fetch(own).version, marker="m").changed
    assert writes(sandbox) == [("PUT /api/v2/tickets/{id}", {"responder_id": int(me)})]


def test_a_close_cannot_be_undone(partners: FreshdeskAdapter, own: str) -> None:
    assert not partners.set_category(own, Category.CLOSED, seen=partners.fetch(own).version, marker="m").undoable


def test_a_field_that_a_close_needs_is_named(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    name = desk.account.add_field("Root cause", required_for_closure=True)
    seen = partners.fetch(own).version
    acts: list[Callable[[], object]] = [
        lambda: partners.set_category(own, Category.SOLVED, seen=seen, marker="a"),
        lambda: partners.send_public(own, "Bye", seen=seen, marker="b", category=Category.SOLVED),
    ]
    for act in acts:
        with pytest.raises(Refused, match="Root cause; fill them in on the ticket, or no longer require") as caught:
            act()
        assert name in caught.value.field
    assert conversations(desk, own) == []  # the customer has read nothing


def test_a_message_is_html_that_shows_the_text_as_it_is(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    words = "1 < 2 & <b>so</b>\n\nBye"
    done = partners.send_public(own, words, seen=partners.fetch(own).version, marker="m")
    (sent,) = conversations(desk, own)
    assert (done.source_id, done.undoable) == (str(sent["id"]), False)
    assert (sent["body_text"], sent["private"]) == (words, False)
    assert said(partners.fetch(own))[-1] == (Actor.SLABOT, True, words)


def test_a_message_and_its_status_are_two_requests_and_the_status_goes_first(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str
) -> None:
    seen = partners.fetch(own).version
    done = partners.send_public(own, "Bye", seen=seen, marker="m", category=Category.SOLVED)
    assert done.words == "message sent to the customer, status set to Resolved"
    assert [endpoint for endpoint, _ in writes(sandbox)] == [
        "PUT /api/v2/tickets/{id}",
        "POST /api/v2/tickets/{id}/reply",
    ]
    assert partners.fetch(own).status_now is Category.SOLVED


def test_a_message_that_is_refused_leaves_the_status_as_it_was(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    sandbox.faults.add(FaultKind.RATE_LIMIT, method="POST", times=1)
    with pytest.raises(RateLimited):
        partners.send_public(own, "Bye", seen=partners.fetch(own).version, marker="m", category=Category.SOLVED)
    assert (shown(desk, own)["status"], conversations(desk, own)) == (2, [])
    # Nothing is in doubt, so it may be sent later.
    assert not partners.find_marker(own, "m")
    partners.send_public(own, "Bye", seen=partners.fetch(own).version, marker="m", category=Category.SOLVED)
    assert len(conversations(desk, own)) == 1


def test_a_status_that_cannot_be_set_back_is_an_outcome_that_nobody_knows(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = partners.fetch(own).version
    sandbox.faults.add(FaultKind.UNAVAILABLE, method="POST", times=1)
    client = partners._clients.mine()
    puts = iter([client.update])

    def only_once(ticket_id: str, values: Any) -> Any:
        real = next(puts, None)
        if real is None:
            raise Unreachable("it is down", endpoint="PUT")
        return real(ticket_id, values)

    monkeypatch.setattr(client, "update", only_once)
    with pytest.raises(OutcomeUnknown, match="could not be set back"):
        partners.send_public(own, "Bye", seen=seen, marker="m", category=Category.SOLVED)


def test_too_few_calls_for_all_of_it_means_that_nothing_is_begun(book: Scripted, hostile: FreshdeskAdapter) -> None:
    raw = {"id": 7, "status": 2, "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    left = {"X-RateLimit-Total": "200", "X-RateLimit-Remaining": "2"}
    book.on("GET", "/tickets/7", Answer(body=raw, headers=left))
    with pytest.raises(RateLimited, match="too few calls are left to do all of it"):
        hostile.send_public("7", "Bye", seen="2026-01-10T09:00:00Z", marker="m", category=Category.SOLVED)
    assert [asked.method for asked in book.asked if asked.method != "GET"] == []


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda f, seen: f.set_priority("1", "critical", seen=seen, marker="m"), "priority"),
        (lambda f, seen: f.assign("1", "bob", seen=seen, marker="m"), "responder_id"),
        (lambda f, seen: f.send_public("1", "  ", seen=seen, marker="m"), "body"),
        (lambda f, seen: f.add_note("1", "a" * 70_000, marker="m"), "body"),
        (lambda f, seen: f.add_note("1", "a", marker=""), "marker"),
    ],
)
def test_what_cannot_be_written_is_refused_before_a_call(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, act: Callable[..., object], field: str
) -> None:
    seen = partners.fetch(own).version
    with pytest.raises(Refused) as caught:
        act(partners, seen)
    assert caught.value.field == field
    assert writes(sandbox) == []
