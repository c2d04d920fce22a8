"""Tickets that cannot be read are told to people: once, together, and as long as it is true."""

from __future__ import annotations

from datetime import timedelta

from slabot.runtime.audit.auditor import Auditor
from slabot.runtime.audit.condition import WAITING
from slabot.runtime.delivery.alerts import Alerts
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.parts import DOWN
from slabot.runtime.reading.reader import SnapshotReader
from slabot.store import LedgerEvent, feeds

from .conftest import World
from .unread_tickets import (
    BROKEN,
    FORBIDDEN,
    MINUTE,
    SECOND,
    SILENT,
    has,
    hint,
    reader,
    told,
    waiting,
)


def alerts(world: World) -> list[str]:
    return told(world, None, LedgerEvent.ALERT_RAISED)


def audit(world: World) -> tuple[str, ...]:
    world.parts.write(lambda conn: feeds.advance(conn, "acme", "c", world.parts.now(), end=True))
    return Auditor(world.parts).audit().findings


def test_a_ticket_that_cannot_be_read_for_ten_minutes_is_told_to_people_once(world: World) -> None:
    has(world, 1)
    reads = reader(world)
    reads.drain()
    world.desk.raises["1"] = FORBIDDEN
    world.later(MINUTE)
    hint(world, "1")
    reads.drain()
    world.later(3 * MINUTE)
    [finding] = audit(world)
    assert finding == "a ticket of acme waits to be read since 2026-01-12 09:01:00 UTC, and cannot be read"
    assert alerts(world) == []
    world.later(7 * MINUTE)
    audit(world)
    [text] = alerts(world)
    assert text.startswith("ticket acme/1 cannot be read since Mon 12 Jan 2026 ")
    assert "while others can: slabot may not do GET /x: a private group" in text
    assert "Its last known deadline is Mon 12 Jan 2026 " in text
    for _ in range(3):
        world.later(timedelta(hours=1))
        reads.drain()
        assert audit(world) == ()  # people know
    assert len(alerts(world)) == 1


def test_several_are_told_of_together_those_with_a_deadline_first(world: World) -> None:
    has(world, 20)
    reads = reader(world)
    reads.drain()
    hint(world, *map(str, range(1, 21)))
    world.desk.raises |= {str(number): FORBIDDEN for number in range(1, 21)}
    has(world, 99)
    while any(row.attempts == 0 for row in waiting(world).values()):
        reads.drain()
        world.later(DOWN)
    world.later(11 * MINUTE)
    audit(world)
    [text] = alerts(world)
    assert text.startswith("20 tickets of acme cannot be read for ten minutes or longer, while others can: acme/20 (")
    assert "acme/1 (no deadline of it is known)" in text
    assert "; and 10 more, which slabot status lists" in text


def fail_for(world: World, reads: SnapshotReader, span: timedelta) -> None:
    end = world.parts.now() + span
    while world.parts.now() < end:
        world.later(MINUTE)
        reads.drain()


def test_a_ticket_that_fails_anew_is_told_again_though_not_twice_within_the_hour(world: World) -> None:
    has(world, 1, 2)
    reads = reader(world)
    world.desk.raises["1"] = FORBIDDEN
    reads.drain()
    fail_for(world, reads, 11 * MINUTE)
    audit(world)
    del world.desk.raises["1"]
    fail_for(world, reads, 11 * MINUTE)
    assert waiting(world) == {}
    world.desk.raises["1"] = FORBIDDEN
    hint(world, "1")
    fail_for(world, reads, 12 * MINUTE)
    audit(world)
    assert len(alerts(world)) == 1
    fail_for(world, reads, 30 * MINUTE)
    audit(world)
    assert len(alerts(world)) == 2


def test_an_alert_about_several_tickets_is_sent_as_long_as_it_is_true_of_one(world: World) -> None:
    has(world, 1, 2, 3)
    reads = reader(world)
    world.desk.raises |= {"1": FORBIDDEN, "2": FORBIDDEN}
    reads.drain()
    fail_for(world, reads, 11 * MINUTE)
    audit(world)
    del world.desk.raises["1"]
    fail_for(world, reads, 11 * MINUTE)
    Delivery(world.parts, Alerts(world.parts)).drain()
    assert len(told(world, None, LedgerEvent.ALERT_SENT)) == 1


def test_tickets_that_failed_first_are_not_told_of_while_the_helpdesk_is_down(world: World) -> None:
    has(world, 1, 2, 3)
    reads = reader(world)
    world.desk.raises |= {"1": BROKEN, "2": BROKEN}
    reads.drain()
    world.desk.raises["*"] = BROKEN
    world.parts.write(lambda conn: feeds.failed(conn, "acme", "it is down", world.parts.now()))
    fail_for(world, reads, 20 * MINUTE)
    Auditor(world.parts).audit()
    [text] = alerts(world)
    assert text.startswith("acme has not been read to the end yet; slabot tries since 2026-01-12 09:00:00 UTC: ")
    del world.desk.raises["*"]
    fail_for(world, reads, 11 * MINUTE)
    audit(world)  # now others can be read
    assert alerts(world)[1].startswith("2 tickets of acme cannot be read")


def test_hints_that_nobody_follows_are_found_by_the_auditor_and_are_over_when_they_were(world: World) -> None:
    has(world, 1, 2)
    world.later(WAITING)
    assert audit(world) == ()
    world.later(SECOND)
    [finding] = audit(world)
    assert finding == "2 tickets of acme wait to be read, the first since 2026-01-12 09:00:00 UTC"
    assert len(alerts(world)) == 1
    reader(world).drain()
    assert audit(world) == ()


def test_a_helpdesk_that_is_down_is_told_of_as_that(world: World) -> None:
    has(world, 1, 2)
    world.desk.raises["*"] = SILENT
    reader(world).drain()
    world.later(3 * MINUTE)
    [finding] = Auditor(world.parts).audit().findings
    assert finding.startswith("acme has not been read to the end yet; slabot tries since 2026-01-12 09:00:00 UTC: ")
    assert alerts(world) == []  # not yet
