"""What slabot writes to a helpdesk.

Promise: once, as far as the helpdesk's own history can tell, whatever happens to the request or its answer. A
conflict is decided again and never forced; a limit or an outage is waited for, and then it is decided again.
"""

from __future__ import annotations

import pytest

from slabot.store import LedgerEvent, OutboxState
from slabot_sandbox import FaultKind
from tests.promises.scene import AGENT, DAY, HOUR, MINUTE, Scene

TICKETS = "/api/v2/tickets/*"


def waiting(scene: Scene) -> int:
    """A ticket whose first follow-up is due in an hour: it waits since a day ago, less that."""
    ticket = scene.ask("Cannot log in")
    scene.run_for(MINUTE)
    scene.asks_back(ticket)
    scene.run_for(DAY - HOUR)
    assert scene.comments(ticket) == []
    return ticket


def puts(scene: Scene) -> int:
    return len(scene.sandbox.journal.calls(service="zendesk", method="PUT"))


def test_a_follow_up_is_sent_once(scene: Scene) -> None:
    ticket = waiting(scene)
    scene.run_for(3 * HOUR)
    assert len(scene.comments(ticket)) == 1
    assert len(scene.told(ticket, LedgerEvent.TICKET_FOLLOWED_UP)) == 1


def test_a_follow_up_whose_answer_was_lost_is_found_by_its_mark(scene: Scene) -> None:
    ticket = waiting(scene)
    scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="zendesk", method="PUT", times=1)
    scene.run_for(3 * HOUR)
    assert len(scene.comments(ticket)) == 1
    assert puts(scene) == 1
    assert "it had been done before its outcome was known" in scene.told(ticket, LedgerEvent.TICKET_FOLLOWED_UP)[0]


@pytest.mark.parametrize("fault", [FaultKind.TRUNCATED, FaultKind.ERROR, FaultKind.HTML, FaultKind.DROP_BEFORE])
def test_a_follow_up_that_broke_off_is_sent_once(scene: Scene, fault: FaultKind) -> None:
    ticket = waiting(scene)
    scene.sandbox.faults.add(fault, service="zendesk", method="PUT", times=2)
    scene.run_for(3 * HOUR)
    assert len(scene.comments(ticket)) == 1


def test_a_follow_up_stays_in_doubt_while_it_cannot_be_looked_for(scene: Scene) -> None:
    ticket = waiting(scene)
    scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="zendesk", method="PUT", times=1)
    scene.sandbox.faults.add(FaultKind.UNAVAILABLE, service="zendesk", path="*audits*", lasting=HOUR + 10 * MINUTE)
    scene.run_for(HOUR + 15 * MINUTE)
    assert len(scene.comments(ticket)) == 1
    assert puts(scene) == 1


def test_a_conflict_is_decided_again_and_the_customers_word_wins(scene: Scene) -> None:
    ticket = waiting(scene)
    people = scene.sandbox.zendesk.people
    # Between the reading and the write the customer answers: the helpdesk says 409 to what slabot still wants to send.
    answered: list[int] = []

    adapter = scene.parts.adapters["acme"]
    send = adapter.send_public

    def late(*args: object, **kwargs: object) -> object:
        if not answered:
            answered.append(people.customer_replies(ticket, "Version 4.2"))
        return send(*args, **kwargs)  # type: ignore[arg-type]

    adapter.send_public = late  # type: ignore[method-assign, assignment]
    scene.sandbox.zendesk.webhooks.lose(100)
    scene.run_for(3 * HOUR)
    assert answered
    assert scene.comments(ticket) == []
    conflicts = scene.sandbox.journal.calls(service="zendesk", method="PUT", status=409)
    assert len(conflicts) == 1
    [row] = [row for row in scene.rows(ticket) if "/follow_up/" in row.key]
    assert row.state is OutboxState.SUPERSEDED
    assert "the ticket has moved on" in scene.told(ticket, LedgerEvent.WRITE_SUPERSEDED)[0]


def test_a_conflict_that_changes_nothing_is_written_a_moment_later(scene: Scene) -> None:
    ticket = waiting(scene)
    adapter = scene.parts.adapters["acme"]
    send, people = adapter.send_public, scene.sandbox.zendesk.people
    tagged: list[int] = []

    def late(*args: object, **kwargs: object) -> object:
        if not tagged:
            people.agent_sets_tags(ticket, AGENT, ["vip"])
            tagged.append(1)
        return send(*args, **kwargs)  # type: ignore[arg-type]

    adapter.send_public = late  # type: ignore[method-assign, assignment]
    scene.run_for(3 * HOUR)
    assert len(scene.comments(ticket)) == 1
    assert puts(scene) == 2


@pytest.mark.parametrize("fault", [FaultKind.RATE_LIMIT, FaultKind.UNAVAILABLE, FaultKind.DOWN])
def test_a_helpdesk_that_takes_nothing_is_waited_for(scene: Scene, fault: FaultKind) -> None:
    ticket = waiting(scene)
    scene.run_for(HOUR - 2 * MINUTE)
    begin = scene.clock.now()
    scene.sandbox.faults.add(fault, service="zendesk", lasting=15 * MINUTE, seconds=60)
    scene.run_for(14 * MINUTE)
    assert scene.comments(ticket) == []
    calls = len(scene.sandbox.journal.calls(service="zendesk", since=begin))
    scene.run_for(5 * MINUTE)
    assert len(scene.comments(ticket)) == 1
    assert calls < 15 * 3 * 3  # it is not hammered meanwhile: sweeps and the act itself, a few tries a minute


def test_what_was_refused_for_good_is_told_and_not_repeated(scene: Scene) -> None:
    ticket = scene.ask("Cannot log in")
    scene.run_for(MINUTE)
    scene.sandbox.zendesk.people.solve(ticket, AGENT, "Fixed.")
    scene.run_for(3 * DAY - HOUR)
    scene.sandbox.zendesk.account.tickets[ticket].shown["assignee_id"] = None  # without one nothing can be closed
    before = puts(scene)
    scene.run_for(5 * HOUR)
    assert scene.status(ticket) == "solved"
    assert puts(scene) - before == 1
    [words] = scene.told(ticket, LedgerEvent.WRITE_FAILED)
    assert words.startswith("The helpdesk refused PUT")
    assert "or do this step by hand" in words


def test_dropping_the_mode_to_observe_and_back_loses_no_act(scene: Scene) -> None:
    ticket = waiting(scene)
    scene.run_for(HOUR - 2 * MINUTE)
    scene.sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=10 * MINUTE)
    scene.run_for(5 * MINUTE)  # it is due, and waits for the helpdesk
    scene.restart(waiting={"mode": "observe", "calendar": "support_week"})
    scene.run_for(8 * MINUTE)
    [row] = [row for row in scene.rows(ticket) if "/follow_up/" in row.key]
    assert row.state is OutboxState.SUPERSEDED
    assert scene.comments(ticket) == []
    scene.restart(waiting={"mode": "act", "calendar": "support_week"})
    scene.run_for(10 * MINUTE)
    assert len(scene.comments(ticket)) == 1
