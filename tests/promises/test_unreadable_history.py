"""A ticket whose messages cannot be read.

Promise: unreadable history means do nothing. The ledger says so; clocks rest on what is known; nothing is written,
and as soon as it can be read everything goes on.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.store import LedgerEvent
from tests.promises.scene import DAY, HOUR, MINUTE, Scene


def test_nothing_is_written_while_the_messages_cannot_be_read(scene: Scene) -> None:
    ticket = scene.ask("Cannot log in")
    scene.run_for(MINUTE)
    scene.asks_back(ticket)
    kept = scene.sandbox.zendesk.account.tickets[ticket]
    audits, kept.audits = kept.audits, None
    scene.run_for(DAY + HOUR)
    assert scene.comments(ticket) == []
    [words] = scene.told(ticket, LedgerEvent.TICKET_HISTORY_INCOMPLETE)
    assert words == "its messages could not all be read, so nothing is written to it; clocks rest on what is known."
    stored = scene.stored(ticket)
    assert stored is not None
    assert not stored.ticket.history_complete
    kept.audits = audits
    scene.sandbox.zendesk.people.agent_sets_tags(ticket, "maya@acme.example", ["seen"])
    scene.run_for(10 * MINUTE)
    assert len(scene.comments(ticket)) == 1  # the follow-up that was owed


def test_a_status_that_nobody_mapped_is_a_loud_error_and_no_guess(scene: Scene) -> None:
    ticket, other = scene.ask("help"), scene.ask("production down", who="bo@contoso.example")
    scene.run_for(MINUTE)
    helpdesk = {
        "kind": "zendesk",
        "subdomain": "acme",
        "email": scene.sandbox.zendesk.email,
        "token_env": "ZENDESK_TOKEN",
        "webhook_secret_env": "ZENDESK_HOOK_SECRET",
        "base_url": scene.sandbox.zendesk.url,
        "statuses": {"new": "open", "open": "pending", "solved": "solved", "closed": "closed"},  # no word for pending
    }
    scene.restart(helpdesks={"acme": helpdesk})
    scene.asks_back(ticket)
    scene.run_for(timedelta(hours=2))
    [words] = scene.told(ticket, LedgerEvent.TICKET_DECISION_FAILED)
    assert "stands for no category" in words
    assert "add it under helpdesks.acme.statuses" in words
    assert scene.pages(other)  # it stands in nobody's way
    assert scene.writes() == []
