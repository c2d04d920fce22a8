"""A ticket has the terms of its customer's agreement, from whenever that is known.

Promise: an agreement that comes to hold is in the ledger with its condition; its clock keeps its start; nobody is told
twice of a rung, and nobody is told at all where nothing is promised. Who moves a ticket out of a promise near its
deadline is named, and a miss stays.
"""

from __future__ import annotations

from typing import Any

from slabot.domain import parse_instant
from slabot.store import LedgerEvent, tickets
from tests.promises.scene import AGENT, HOUR, MINUTE, Make, Scene

GOLD: dict[str, Any] = {
    "name": "gold",
    "when": {"organization": ["Gold Ltd"]},
    "severities": {"critical": {"respond_within": "90m"}},
    "escalate": [{"rungs": [{"at": "50% used"}, {"at": "breach"}]}],
}
FREE: dict[str, Any] = {"name": "free", "when": {"tags": ["no_sla"]}, "no_promise": "agreed with the customer"}


def clock_of(scene: Scene, ticket: int) -> dict[str, Any]:
    """The first response, as `slabot explain --json` shows it."""
    stored = scene.parts.store.read(lambda conn: tickets.load(conn, "acme", str(ticket)))
    assert stored is not None
    found: dict[str, Any] = scene.parts.decide(stored, scene.parts.now()).as_json()["clocks"][0]
    return found


def agreed(scene: Scene, ticket: int) -> list[str]:
    return scene.told(ticket, LedgerEvent.AGREEMENT_SET)


def test_an_organisation_that_comes_late_gives_its_terms_from_the_same_start(stage: Make, store_url: str) -> None:
    scene = stage(store_url, agreements=[GOLD])
    scene.start()
    ticket = scene.ask()
    scene.run_for(10 * MINUTE)
    before = clock_of(scene, ticket)
    assert (before["agreement"], before["target"]) == ("default", "2h")
    assert agreed(scene, ticket) == ["the file's own terms hold."]
    scene.sandbox.zendesk.people.agent_sets_organization(ticket, AGENT, "Gold Ltd")
    scene.run_for(10 * MINUTE)
    after = clock_of(scene, ticket)
    assert (after["agreement"], after["target"], after["started_at"]) == ("gold", "90m", before["started_at"])
    due = parse_instant(before["due_at"]) - parse_instant(after["due_at"])
    assert due == 30 * MINUTE
    assert agreed(scene, ticket)[1:] == ['the agreement gold holds: the organisation is "Gold Ltd".']
    scene.run_for(HOUR)
    (page,) = scene.pages(ticket)  # at 45 minutes, by Gold's ladder
    assert "promised within 1 hour 30 minutes by the agreement “gold”" in page["text"]


def test_a_rung_that_was_told_is_not_told_again_under_the_new_agreement(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, agreements=[{**GOLD, "severities": {"critical": {"respond_within": "3h"}}}])
    scene.start()
    ticket = scene.ask()
    scene.run_for(70 * MINUTE)  # half of two hours was told
    scene.sandbox.zendesk.people.agent_sets_organization(ticket, AGENT, "Gold Ltd")
    scene.run_for(45 * MINUTE)  # half of three hours has passed
    assert clock_of(scene, ticket)["agreement"] == "gold"
    assert len(scene.pages(ticket)) == 1


def test_nobody_is_paged_where_nothing_is_promised(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, agreements=[FREE])
    scene.start()
    free, other = scene.ask(tags=["no_sla"]), scene.ask()
    scene.run_for(5 * HOUR)
    assert scene.pages(free) == []
    assert len(scene.pages(other)) == 3
    assert agreed(scene, free) == [
        'the agreement free holds: it is tagged "no_sla"; nothing is promised (agreed with the customer).'
    ]
    (started,) = scene.told(free, LedgerEvent.CLOCK_STARTED)
    assert started.endswith("without a promise: agreed with the customer.")
    scene.answer(free)
    scene.run_for(10 * MINUTE)
    assert scene.told(free, LedgerEvent.CLOCK_MISSED) == []


def test_whoever_moves_a_ticket_out_of_its_promise_near_the_deadline_is_named(stage: Make, store_url: str) -> None:
    scene = stage(store_url, agreements=[FREE])
    scene.start()
    early, late, missed = scene.ask(), scene.ask(), scene.ask()
    scene.run_for(10 * MINUTE)
    scene.sandbox.zendesk.people.agent_sets_tags(early, AGENT, ["no_sla"])
    scene.run_for(100 * MINUTE)
    pages = len(scene.pages(late))
    scene.sandbox.zendesk.people.agent_sets_tags(late, AGENT, ["no_sla"])
    scene.run_for(HOUR)
    scene.sandbox.zendesk.people.agent_sets_tags(missed, AGENT, ["no_sla"])
    scene.run_for(HOUR)
    assert "moved there by" not in agreed(scene, early)[-1]
    maya = scene.sandbox.zendesk.account.add_agent(AGENT)["id"]
    assert agreed(scene, late)[-1].endswith(f". It was moved there by agent {maya} when more than half of 2h was used.")
    assert scene.told(late, LedgerEvent.CLOCK_MISSED) == []
    assert len([page for page in scene.pages(late) if page.kind == "message.posted"]) == min(pages, 1)
    assert "nothing is promised for it any more" in scene.shown(late)
    assert len(scene.told(missed, LedgerEvent.CLOCK_MISSED)) == 1
    assert clock_of(scene, missed)["verdict"] == "running"  # past its deadline, and it stays missed
