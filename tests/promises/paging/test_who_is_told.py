"""A rung tells each of its destinations once.

Promise: a person gets a direct message and is mentioned in the channel; an assignee and a rota are resolved when the
page leaves; a group is mentioned. That nobody is on call is said in the channel. Each copy is kept up to date.
"""

from __future__ import annotations

from typing import Any

from slabot.store import LedgerEvent
from slabot_sandbox import Sandbox
from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness

WEEKS = {"time_zone": "UTC", "hand_over": "mon 08:00", "begins": "2026-01-05"}


def ladder(*notify: str, at: str = "50% used", **more: Any) -> list[dict[str, Any]]:
    rungs = [{"at": at, "notify": list(notify)}]
    return [{"severity": "critical", "rungs": rungs, **more}, {"severity": "medium", "rungs": [{"at": "breach"}]}]


def known(h: Harness, *names: str) -> list[str]:
    return [h.user(name).id for name in names]


def test_a_person_gets_a_message_of_their_own_that_is_kept_up_to_date(harness: MakeHarness) -> None:
    h = harness(escalate=ladder("user:maya@acme.example"))
    [maya] = known(h, "maya")
    ticket = h.asks()
    h.fast_forward("1h1s")
    page = h.escalations.expects_page(ticket).says(f"<@{maya}>").heard
    own = h.user("maya").expects_direct_message(ticket).says("first answer").heard
    h.user("maya").acknowledges(own)
    h.escalations.expects_update(ticket).within("5s").says("is on ticket")
    h.user("maya").expects_update(ticket).within("5s").says("is on ticket")
    assert page.effect["channel"] != own.effect["channel"]
    h.answers(ticket)


def test_whoever_is_on_call_then_is_told(harness: MakeHarness) -> None:
    rotas = {"primary": WEEKS | {"people": ["maya@acme.example", "raj@acme.example"]}}
    h = harness(escalate=ladder("rota:primary"), rotas=rotas)
    known(h, "maya", "raj")
    ticket = h.asks()  # on Monday 12 January at 9:00 UTC: the second week, so it is Raj's
    h.fast_forward("1h1s")
    h.escalations.expects_page(ticket).says(f"<@{h.user('raj').id}>")
    h.user("raj").expects_direct_message(ticket)
    told = h.scene.told(ticket, LedgerEvent.PAGE_SENT)
    assert sorted(told) == [
        "paged #support-escalations for rota:primary (raj@acme.example): 50% of 2h used.",
        "paged rota:primary (raj@acme.example): 50% of 2h used.",
    ]
    h.answers(ticket)


def test_that_nobody_is_on_call_is_said_in_the_channel(harness: MakeHarness) -> None:
    away = {"from": "2026-01-12", "to": "2026-01-13", "person": "nobody"}
    rotas = {"primary": WEEKS | {"people": ["maya@acme.example"], "overrides": [away]}}
    h = harness(escalate=ladder("rota:primary"), rotas=rotas)
    ticket = h.asks()
    h.fast_forward("1h1s")
    h.escalations.expects_page(ticket).says("Nobody is on call in primary just now")
    h.fast_forward("10m")
    assert any("nobody is on call in primary now" in words for words in h.scene.told(ticket))
    h.answers(ticket)


def test_a_group_is_mentioned_and_gets_no_message_of_its_own(harness: MakeHarness) -> None:
    h = harness(escalate=ladder("group:@leads"))
    group = h.scene.sandbox.slack.workspace.add_group("leads", ["maya@acme.example"])
    ticket = h.asks()
    h.fast_forward("1h1s")
    h.escalations.expects_page(ticket).says(f"<!subteam^{group['id']}>")
    h.answers(ticket)


def test_the_assignee_is_told_and_nobody_where_there_is_none(harness: MakeHarness) -> None:
    h = harness(escalate=ladder("assignee"))
    known(h, "maya")
    alone, taken = h.asks(), h.asks(who="ben@contoso.example")
    h.scene.sandbox.zendesk.people.agent_sets_assignee(taken, "maya@acme.example", "maya@acme.example")
    h.fast_forward("1h2s")
    h.escalations.expects_page(alone)
    h.escalations.expects_page(taken)
    h.user("maya").expects_direct_message(taken)
    h.answers(alone)
    h.answers(taken)


def test_a_second_channel_has_a_message_of_its_own_that_is_kept_up_to_date(
    harness: MakeHarness, sandbox: Sandbox
) -> None:
    sandbox.slack.workspace.add_channel("incidents")
    h = harness(escalate=ladder("#support-escalations", "#incidents"))
    ticket = h.asks()
    h.fast_forward("1h1s")
    page = h.escalations.expects_page(ticket).heard
    h.slack.channel("#incidents").expects_page(ticket)
    h.user("maya").acknowledges(page)
    h.escalations.expects_update(ticket).within("5s")
    h.slack.channel("#incidents").expects_update(ticket).within("5s").says("is on ticket")
    h.answers(ticket)


def test_whoever_acknowledged_stops_the_copies_that_had_not_left(harness: MakeHarness) -> None:
    h = harness(escalate=ladder("user:nobody@acme.example"))
    h.expects_alarms()
    ticket = h.asks()
    h.fast_forward("1h1s")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").acknowledges(page)
    h.fast_forward("10m")
    assert any("nobody in Slack has the address nobody@acme.example" in words for words in h.scene.told(ticket))
    h.user("nobody").id  # noqa: B018  # now there is such a person, and the page is not wanted any more
    h.fast_forward("5m")
    h.answers(ticket)
