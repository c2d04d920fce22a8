"""Just before a page leaves, the ticket is read once more.

Promise: what was answered, deleted or merged meanwhile pages nobody, although no webhook told. If the helpdesk does
not answer, the page goes out all the same and says since when it could not be checked.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.store import LedgerEvent, OutboxState
from slabot_sandbox import FaultKind
from tests.promises.scene import AGENT, Scene, said

HOUR = timedelta(hours=1)


@pytest.fixture
def deaf(scene: Scene) -> Scene:
    """No webhook and no sweep tells what happens from the 50th minute on."""
    scene.sweep_every = timedelta(days=1)
    scene.restart()
    return scene


def due_ticket(scene: Scene) -> int:
    ticket = scene.ask()
    scene.run_for(HOUR - timedelta(minutes=10))
    scene.sandbox.zendesk.webhooks.lose(100)
    return ticket


def test_answered_meanwhile(deaf: Scene) -> None:
    ticket = due_ticket(deaf)
    deaf.answer(ticket)
    deaf.run_for(timedelta(hours=3))
    assert deaf.pages(ticket) == []
    assert "not paged: the clock had stopped (met)" in deaf.told(ticket, LedgerEvent.PAGE_SUPERSEDED)[0]


def test_deleted_meanwhile(deaf: Scene) -> None:
    ticket = due_ticket(deaf)
    deaf.sandbox.zendesk.people.delete(ticket, AGENT)
    deaf.run_for(timedelta(hours=3))
    assert deaf.pages(ticket) == []
    assert "not paged: the clock had stopped (void)" in deaf.told(ticket, LedgerEvent.PAGE_SUPERSEDED)[0]
    assert len(deaf.told(ticket, LedgerEvent.TICKET_GONE)) == 1


def test_deleted_and_restored_its_clock_goes_on(scene: Scene) -> None:
    ticket = due_ticket(scene)
    scene.sandbox.zendesk.webhooks.switches.lose = 0
    scene.sandbox.zendesk.people.delete(ticket, AGENT)
    scene.run_for(timedelta(minutes=5))
    assert any("is void" in words for words in scene.told(ticket, LedgerEvent.CLOCK_ENDED))
    scene.sandbox.zendesk.people.restore(ticket, AGENT)
    scene.run_for(timedelta(hours=1))
    assert len(scene.pages(ticket)) >= 1


def test_a_ticket_that_was_out_of_sight_for_a_while_is_taken_up_again(scene: Scene) -> None:
    """The account lost its access, or the helpdesk answered 404 by mistake: no deletion was ever told."""
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=20))
    account = scene.sandbox.zendesk.account
    hidden = account.tickets.pop(ticket)
    body = b'{"ticket_id": %d}' % ticket
    scene.post("/hooks/acme", body, _signed(scene, body, "one"))
    scene.run_for(timedelta(minutes=1))
    assert any("is void" in words for words in scene.told(ticket, LedgerEvent.CLOCK_ENDED))
    account.tickets[ticket] = hidden
    scene.post("/hooks/acme", body, _signed(scene, body, "two"))
    scene.run_for(timedelta(hours=1))
    assert len(scene.pages(ticket)) == 1
    assert "it can be read again in the helpdesk; its clocks go on." in scene.told(ticket)


def _signed(scene: Scene, body: bytes, invocation: str) -> dict[str, str]:
    from slabot_sandbox.signing import zendesk_signature

    stamp = scene.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "X-Zendesk-Webhook-Invocation-Id": invocation,
        "X-Zendesk-Webhook-Signature": zendesk_signature(
            scene.sandbox.zendesk.webhook_secret, timestamp=stamp, body=body
        ),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


def test_merged_meanwhile(deaf: Scene) -> None:
    ticket = due_ticket(deaf)
    other = deaf.ask("a question", who="bo@contoso.example")
    deaf.sandbox.zendesk.people.merge(ticket, other, AGENT)
    deaf.run_for(timedelta(hours=3))
    assert deaf.pages(ticket) == []
    assert "not paged: the clock had stopped (void)" in deaf.told(ticket, LedgerEvent.PAGE_SUPERSEDED)[0]


def test_a_helpdesk_that_is_down_keeps_no_page_back_and_the_page_says_so(scene: Scene) -> None:
    tickets = [scene.ask(who=f"c{number}@contoso.example") for number in range(3)]
    scene.sandbox.slack.api.limits.posts = None
    scene.run_for(timedelta(minutes=58))
    seen_at = scene.clock.now()
    scene.sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=timedelta(minutes=10))
    before = len(scene.sandbox.journal.calls(service="zendesk", endpoint="/tickets/{id}"))
    scene.run_for(timedelta(minutes=3))
    for ticket in tickets:
        [page] = scene.pages(ticket)
        assert page.at - (seen_at + timedelta(minutes=2)) <= timedelta(
            seconds=5
        )  # retries let stepped time pass, not the machine's
        assert "The ticket could not be re-checked since Mon 12 Jan 2026 15:00" in said(page)  # by the last sweep
    # Only the first one waited for it: a page must not pay for the ones before it.
    assert len(scene.sandbox.journal.calls(service="zendesk", endpoint="/tickets/{id}")) - before <= 3


def test_a_slow_helpdesk_holds_a_page_up_for_two_seconds_at_most(scene: Scene) -> None:
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=58))
    due = scene.clock.now() + timedelta(minutes=2)
    scene.sandbox.faults.add(FaultKind.RATE_LIMIT, service="zendesk", lasting=timedelta(minutes=10), seconds=60)
    scene.run_for(timedelta(minutes=3))
    [page] = scene.pages(ticket)
    assert page.at - due <= timedelta(seconds=2)


def test_a_page_that_was_dropped_and_is_wanted_after_all_is_sent(scene: Scene) -> None:
    """Lowered and raised again while Slack was down: the rung is owed once more, under the key that it had."""
    people = scene.sandbox.zendesk.people
    scene.restart(classify={"priorities": {"urgent": "critical", "normal": "medium"}, "otherwise": "medium"})
    ticket = scene.ask("help", priority="urgent")
    scene.run_for(timedelta(minutes=59))
    scene.sandbox.faults.add(FaultKind.UNAVAILABLE, service="slack", lasting=timedelta(minutes=7), seconds=20)
    scene.run_for(timedelta(minutes=2))
    people.agent_sets_priority(ticket, AGENT, "normal")
    scene.run_for(timedelta(minutes=2))
    [row] = [row for row in scene.rows(ticket) if "/page/" in row.key]
    assert row.state is OutboxState.SUPERSEDED
    people.agent_sets_priority(ticket, AGENT, "urgent")
    scene.run_for(timedelta(minutes=5))
    assert len(scene.pages(ticket)) == 1
    assert any("will after all page" in words for words in scene.told(ticket, LedgerEvent.PAGE_PLANNED))


def test_a_helpdesk_that_the_policy_no_longer_names_pages_nobody(scene: Scene) -> None:
    """Nobody would ever hear of an answer, so its tickets would page for ever."""
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=5))
    scene.stop()
    scene.helpdesks = {"renamed": scene.sandbox}
    scene.sandbox.zendesk.webhooks.all.clear()
    scene.start()
    scene.run_for(timedelta(hours=3))
    assert scene.pages(ticket, "acme") == []
    words = "; ".join(scene.told(ticket, LedgerEvent.TICKET_DECISION_FAILED))
    assert "the policy no longer names the helpdesk acme" in words
