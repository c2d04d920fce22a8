"""The first start on a helpdesk that is full of old tickets.

Promise: `start_from` holds. Tickets that were created before slabot are known and explained, and nobody is paged
about them; waits and solves that began before are not touched. Nothing storms.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.clock import SteppedClock
from slabot.store import LedgerEvent
from slabot.store.status import status
from slabot_sandbox import Sandbox
from tests.promises.scene import AGENT, Make, Scene, keys

OLD = 120
FEW = 30  # where the number is not the point


def backlog(sandbox: Sandbox, clock: SteppedClock, size: int) -> list[int]:
    """Unanswered, waiting and solved tickets of the last weeks."""
    people = sandbox.zendesk.people
    sandbox.zendesk.automations.set_close(active=False)
    made = []
    for number in range(size):
        ticket = people.create_ticket(f"c{number}@contoso.example", "Old", "production down")
        if number % 3 == 1:
            people.agent_replies(ticket, AGENT, "Which version?", status="pending")
        if number % 3 == 2:
            people.solve(ticket, AGENT, "Fixed.")
        made.append(ticket)
    clock.elapse(timedelta(days=20))
    return made


def known(scene: Scene) -> int:
    now = scene.clock.now()
    return scene.parts.store.read(lambda conn: status(conn, now)).tickets


def test_old_tickets_are_left_alone_from_the_day_of_installation(
    stage: Make, store_url: str, sandbox: Sandbox, clock: SteppedClock
) -> None:
    size = OLD if store_url.startswith("sqlite") else FEW
    old = backlog(sandbox, clock, size)
    scene = stage(store_url, start_from=None)
    scene.start()
    scene.run_for(timedelta(minutes=5))
    assert known(scene) == 0  # what did not change since is not even read
    for ticket in old:
        sandbox.zendesk.people.agent_sets_tags(ticket, AGENT, ["moved"])
    fresh = scene.ask()
    scene.run_for(timedelta(hours=3))
    assert known(scene) == size + 1
    assert {key.split("/")[1] for key in keys(scene.pages())} == {str(fresh)}
    assert scene.writes() == []
    assert "the ticket was created before slabot's start" in "; ".join(scene.told(old[0], LedgerEvent.PAGE_REFUSED))
    assert "it began before slabot's start" in "; ".join(scene.told(old[1], LedgerEvent.WRITE_REFUSED))
    assert "it began before slabot's start" in "; ".join(scene.told(old[2], LedgerEvent.WRITE_REFUSED))
    scene.sweep_every = timedelta(hours=6)
    scene.restart()
    scene.run_for(timedelta(days=8))
    assert scene.writes() == []


def test_an_early_start_reads_the_backlog_and_pages_once_each_at_most(
    stage: Make, sqlite_url: str, sandbox: Sandbox, clock: SteppedClock
) -> None:
    begin = clock.now()
    old = backlog(sandbox, clock, FEW)
    scene = stage(
        sqlite_url,
        start_from=(begin - timedelta(days=1)).date().isoformat(),
        waiting={"mode": "observe"},
        solved={"mode": "observe"},
    )
    scene.start()
    scene.run_for(timedelta(minutes=10))
    assert known(scene) == FEW
    unanswered = {str(ticket) for ticket in old[::3]}
    paged = [key.split("/")[1] for key in keys(scene.pages())]
    assert set(paged) == unanswered
    assert len(paged) == len(unanswered)  # of several rungs that passed, only the newest
    [told] = [row.text for row in scene.ledger() if row.event is LedgerEvent.FEED_BACKLOG]
    assert told.startswith(f"{FEW} of the tickets that acme had before slabot was installed must be read")
    assert "calls a minute that the account leaves to slabot" in told
    assert scene.writes() == []


def test_the_day_of_installation_survives_a_restart(
    stage: Make, store_url: str, clock: SteppedClock, sandbox: Sandbox
) -> None:
    scene = stage(store_url, start_from=None)
    scene.start()
    ticket = scene.ask()
    scene.stop()
    clock.elapse(timedelta(days=2))
    scene.start()
    scene.run_for(timedelta(minutes=2))
    assert len(scene.pages(ticket)) == 1
    assert scene.parts.policy.start_from == clock.now() - timedelta(days=2, minutes=2)
