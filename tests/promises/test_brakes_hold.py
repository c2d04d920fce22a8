"""The brakes on everything that writes to a helpdesk.

Promise: a mistake in a policy reaches no more tickets than the file allows, also where acts fall due one by one. What
is held back says why, is tried again, and is written once a person allows it or the run is over; nothing spins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from slabot.domain import Approved
from slabot.runtime.alarm import Alarm
from slabot.store import Lane, LedgerEvent, outbox, tickets
from slabot_sandbox import FaultKind
from tests.promises.scene import DAY, HOUR, MINUTE, Make, Scene

SECOND = timedelta(seconds=1)


def waiting(scene: Scene, many: int, *, apart: timedelta = timedelta()) -> list[int]:
    """So many tickets whose first follow-up is due at about the same time, tomorrow."""
    scene.sandbox.zendesk.limits.limits.account = None
    made = [scene.ask("Cannot log in", who=f"c{number}@contoso.example") for number in range(many)]
    scene.run_for(MINUTE)
    for ticket in made:
        scene.asks_back(ticket)
        scene.run_for(apart)
    scene.run_for(DAY - apart * many - SECOND)
    return made


def written(scene: Scene, made: Sequence[int]) -> int:
    return sum(len(scene.comments(ticket)) for ticket in made)


def start(stage: Make, url: str, **limits: int) -> Scene:
    scene = stage(url, limits={"writes_per_run": 50, "stop_above_tickets": 100, "stop_above_percent": 100} | limits)
    scene.sweep_every = timedelta(hours=2)
    scene.start()
    return scene


def test_the_budget_of_a_run_lets_the_rest_wait_for_the_next(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, writes_per_run=3)
    made = waiting(scene, 8)
    scene.run_for(10 * SECOND)
    assert written(scene, made) == 3
    words = next(words for ticket in made for words in scene.told(ticket, LedgerEvent.WRITE_HELD))
    assert words == "held back: 3 writes went out in this run, as many as limits.writes_per_run allows."
    scene.run_for(MINUTE)
    assert written(scene, made) == 6
    scene.run_for(MINUTE)
    assert written(scene, made) == 8
    assert "lane" not in scene.get("/readyz").text


def test_the_budget_counts_what_fell_due_before_in_the_same_minute(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, writes_per_run=3)
    made = waiting(scene, 8, apart=2 * SECOND)
    scene.run_for(40 * SECOND)
    assert written(scene, made) == 3
    scene.run_for(5 * MINUTE)
    assert written(scene, made) == 8


def test_the_breaker_stops_a_run_and_says_the_limits_of_the_file(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, stop_above_tickets=5)
    made = waiting(scene, 8)
    scene.run_for(HOUR)
    assert written(scene, made) == 0
    [words] = scene.told(made[0], LedgerEvent.WRITE_HELD)
    assert words == (
        "held back: this run wants to write to 8 tickets, more than the 5 that limits.stop_above_tickets allows; "
        "nothing is written until a person approves it."
    )
    open_ = [row.text for row in scene.ledger() if row.ticket_id is None and row.event is LedgerEvent.WRITE_FAILED]
    assert open_
    assert open_[0].startswith("the circuit breaker is open: this run wants to write to 8 tickets")
    assert "lane" not in scene.get("/readyz").text  # held back on purpose: nobody need restart anything


def test_the_breaker_counts_what_fell_due_before_in_the_same_minute(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, stop_above_tickets=4)
    made = waiting(scene, 10, apart=2 * SECOND)
    scene.run_for(30 * SECOND)
    assert written(scene, made) == 4
    words = next(words for ticket in reversed(made) for words in scene.told(ticket, LedgerEvent.WRITE_HELD))
    assert "this run wants to write to 5 tickets, more than the 4 that limits.stop_above_tickets allows" in words


def test_the_breaker_counts_a_share_over_the_whole_minute_too(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, stop_above_percent=30)
    made = waiting(scene, 10, apart=2 * SECOND)
    scene.run_for(30 * SECOND)
    assert written(scene, made) == 3
    words = next(words for ticket in reversed(made) for words in scene.told(ticket, LedgerEvent.WRITE_HELD))
    assert "this run wants to write to 4 of 10 open tickets, more than the 30% that limits.stop_above_percent" in words


def test_what_a_person_approved_goes_ahead(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, stop_above_tickets=1)
    made = waiting(scene, 3)
    scene.run_for(MINUTE)
    assert written(scene, made) == 0
    [row] = scene.rows(made[1])
    act = Approved(at=scene.clock.now(), key=row.key, id="approved:1")
    scene.parts.write(lambda conn: tickets.append_event(conn, "acme", str(made[1]), act))
    scene.run_for(20 * MINUTE)
    assert [len(scene.comments(ticket)) for ticket in made] == [0, 1, 0]


def test_a_crash_between_claiming_and_braking_lets_nothing_slip_through(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, stop_above_tickets=5)
    made = waiting(scene, 8)
    assert scene.bot is not None
    scene.stop()
    scene.clock.elapse(10 * SECOND)
    bot = scene.start()
    alarm = Alarm(bot.parts)
    alarm.drain()
    now = scene.clock.now()
    # What a process that died right after the claim leaves behind.
    claimed = bot.parts.write(lambda conn: outbox.claim(conn, now, Lane.WRITE, 100))
    assert len(claimed) == 8
    scene.restart()
    scene.run_for(MINUTE)
    assert written(scene, made) == 0
    assert len([ticket for ticket in made if scene.told(ticket, LedgerEvent.WRITE_HELD)]) == 8


def test_pages_are_never_held_back(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, writes_per_run=1, stop_above_tickets=1)
    made = [scene.ask(who=f"c{number}@contoso.example") for number in range(5)]
    scene.run_for(HOUR + MINUTE)
    assert sorted({int(str(page["metadata"]["event_payload"]["key"]).split("/")[1]) for page in scene.pages()}) == made


def test_the_breaker_judges_a_backlog_as_a_whole_however_slowly_it_is_read(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url, stop_above_percent=20)
    scene.stop()
    sandbox = scene.sandbox.zendesk
    made = [scene.ask("Cannot log in", who=f"c{number}@contoso.example") for number in range(40)]
    for ticket in made[:36]:
        scene.asks_back(ticket)
    scene.clock.elapse(DAY + HOUR)
    sandbox.limits.limits.account = 8  # calls a minute: the reading takes many
    scene.start()
    scene.run_for(2 * MINUTE)
    read = [ticket for ticket in made if scene.stored(ticket)]
    assert 0 < len(read) < 40
    waits = {row.reason for ticket in read for row in scene.rows(ticket) if row.lane is Lane.WRITE}
    assert waits == {"waits until everything that changed in acme has been read, so that the limits see the whole run"}
    scene.run_for(HOUR)
    assert written(scene, made) == 0
    words = (
        "this run wants to write to 36 of 40 open tickets, more than the 20% that limits.stop_above_percent allows; "
        "nothing is written until a person approves it"
    )
    assert [scene.told(ticket, LedgerEvent.WRITE_HELD) for ticket in made[:36]] == [[f"held back: {words}."]] * 36
    alerts = [row.text for row in scene.ledger() if row.event is LedgerEvent.ALERT_SENT and "breaker" in row.text]
    assert alerts
    assert all(words in told for told in alerts)


def held_while_one_cannot_be_read(stage: Make, url: str, fault: FaultKind) -> tuple[Scene, list[int]]:
    """Four writes that the breaker stops, and a changed ticket whose reading fails."""
    scene = start(stage, url, stop_above_tickets=3)
    made = waiting(scene, 4)
    unread = scene.ask("Cannot log in")
    scene.sandbox.faults.add(fault, service="zendesk", path=f"/api/v2/tickets/{unread}*")
    scene.run_for(30 * MINUTE)
    return scene, made


def test_a_helpdesk_that_does_not_answer_keeps_its_run_waiting_for_an_hour_at_most(
    stage: Make, sqlite_url: str
) -> None:
    scene, made = held_while_one_cannot_be_read(stage, sqlite_url, FaultKind.ERROR)
    assert [scene.told(ticket, LedgerEvent.WRITE_HELD) for ticket in made] == [[]] * 4
    scene.run_for(HOUR)
    [words] = scene.told(made[0], LedgerEvent.WRITE_HELD)
    assert "allows (1 more changed and could not be read yet); nothing is written" in words


def test_no_run_waits_for_a_ticket_that_nobody_can_read(stage: Make, sqlite_url: str) -> None:
    scene, made = held_while_one_cannot_be_read(stage, sqlite_url, FaultKind.HTML)
    [words] = scene.told(made[0], LedgerEvent.WRITE_HELD)
    assert "write to 4 tickets, more than the 3 that limits.stop_above_tickets allows; nothing" in words
