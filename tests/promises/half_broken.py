"""Play one cell of the matrix: a world in which one peer misbehaves, and good tickets beside the bad ones.

Promise: everything is real (store, HTTP, SMTP, threads) but the pace of the clock. What is judged is taken from the
stand-ins, from ``/readyz`` and from the heartbeat that came, never from what slabot has in mind.

    0:00  all is well; one ticket at each helpdesk is known
    then  the fault; bad tickets and good ones are asked. Each is to be paged after half a minute, and missed after four
    then  two minutes after the first call that was hit, and a while more: does slabot say so?
    then  the fault is cleared: does all go on by itself?
    then  the fault once more, and slabot is stopped while it lasts
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.promises.matrix import Cell, Peer, Scope
from tests.promises.misbehaving import DUE, MINUTE, SECOND, STOPS_IN, TARGET, Ticket, World
from tests.promises.paced import PACE

TRUTH = 2 * MINUTE  # after the first call that was hit
MARGIN = 20 * SECOND  # half a second at the usual pace, for a busy machine
WATCHED = 70 * SECOND  # after that: the auditor looks each minute, and beats if it finds nothing
RECOVERY = 11 * MINUTE  # after the fault, with what was put off for ten
GIVEN_UP = 15 * MINUTE  # after the fault, nobody waits for it any more

BAD_TICKETS = 6  # more than are read at a time


@dataclass(slots=True)
class Outcome:
    """What happened in a cell.

    Attributes:
        problems: what should not have been, in words; empty if every promise held.
        hits: how many calls were hit until the fault was cleared.
        told_after: seconds from the first of them until `/readyz` was not ready; None if it stayed ready.
        healed_after: seconds from the end of the fault until all was well; None if it never was.
        stopped_in: real seconds; None if it did not end.
    """

    problems: list[str] = field(default_factory=list)
    hits: int = 0
    told_after: float | None = None
    healed_after: float | None = None
    stopped_in: float | None = None


def play(cell: Cell, store_url: str, pace: float = PACE) -> Outcome:
    """What happens in this cell.

    Args:
        cell: the fault, and whom it befalls.
        store_url: where slabot keeps what it knows; nothing is there yet.
        pace: seconds of the world's clock in a real one. A busy machine keeps up with fewer.
    """
    outcome = Outcome()
    with World(cell.peer, store_url, pace) as world:
        well = world.wait(world.clock.now() + 3 * MINUTE, world.is_ready)
        known = [world.ask(name) for name in world.desks]
        if not well or not world.wait(world.clock.now() + MINUTE / 2, lambda: all(map(world.is_known, known))):
            outcome.problems.append("all was not well before the fault")
            return outcome
        asked = _break(world, cell, known)
        _watch(world, cell, asked, outcome)
        _heal(world, cell, asked, outcome)
        _stop(world, cell, outcome)
    return outcome


@dataclass(slots=True)
class Asked:
    """The tickets of a cell.

    Attributes:
        good: to be paged in time.
        bad: hit by the fault, if only in part; to be paged once it is over.
        broken_at: when the fault began.
    """

    good: list[Ticket]
    bad: list[Ticket]
    broken_at: datetime


def _break(world: World, cell: Cell, known: list[Ticket]) -> Asked:
    """Let the peer misbehave, and ask."""
    desk = "partners" if cell.peer is Peer.FRESHDESK else "acme"
    last = next(ticket.number for ticket in known if ticket.desk == desk)
    some = cell.scope is Scope.TICKETS
    numbers = tuple(range(last + 1, last + 1 + BAD_TICKETS)) if some else ()
    broken_at = world.clock.now()
    _misbehave(world, cell, numbers)
    bad = [world.ask(desk) for _ in numbers]
    assert tuple(ticket.number for ticket in bad) == numbers
    fresh = {name: world.ask(name) for name in world.desks}
    if cell.peer.is_helpdesk and cell.scope in (Scope.ALL, Scope.HISTORY) and not cell.fault.is_bearable:
        bad.append(fresh.pop(desk))  # nobody can know of it
    if not cell.peer.is_helpdesk or cell.fault.is_bearable:
        return Asked([*known, *fresh.values(), *bad], bad, broken_at)  # all of them: there is a fallback
    return Asked([*known, *fresh.values()], bad, broken_at)


def _misbehave(world: World, cell: Cell, bad: tuple[int, ...]) -> None:
    for rule in cell.rules(bad, world.clock.pace):
        world.proxy.rules.add(rule)
    if cell.peer is Peer.OAUTH:
        world.sandbox.zendesk.oauth.revoke_tokens()


def _watch(world: World, cell: Cell, asked: Asked, outcome: Outcome) -> None:
    """Are good tickets paged in time, and does slabot say the truth?"""
    deadline = max(ticket.asked_at for ticket in asked.good) + TARGET
    world.wait(deadline, lambda: world.hits() > 0)
    first_hit = world.clock.now()
    end = max(deadline, first_hit + TRUTH + MARGIN + WATCHED)
    world.wait(end)
    outcome.hits = world.hits()
    if not outcome.hits:
        outcome.problems.append("the fault hit nothing")
    outcome.problems += [f"a: {problem}" for problem in _late(world, asked.good)]
    told = [at for at, ready, _ in world.ready if not ready and at >= asked.broken_at]
    if told:
        outcome.told_after = (told[0] - first_hit).total_seconds()
    outcome.problems += _untrue(world, cell, asked, first_hit + TRUTH + MARGIN)


def _untrue(world: World, cell: Cell, asked: Asked, from_then: datetime) -> list[str]:
    """What slabot says that is not so, or does not say."""
    after = [(ready, findings) for at, ready, findings in world.ready if at >= from_then]
    beats = [beat for beat in world.sandbox.heartbeat.beats if beat >= from_then]
    if cell.fault.is_bearable:
        wrong = next((findings for ready, findings in after if not ready), None)
        return [] if wrong is None else [f"b: /readyz says that all is not well: {'; '.join(wrong)}"]
    if not _is_broken(world, cell, asked):
        return []
    untrue = []
    if any(ready for ready, _ in after):
        untrue.append("b: /readyz says that all is well")
    if beats:
        untrue.append("b: the heartbeat says that all is well")
    return untrue


def _is_broken(world: World, cell: Cell, asked: Asked) -> bool:
    """True where two minutes are enough to know that something is wrong, and it is."""
    if cell.fault.name == "encoding, charset":
        return False  # whoever reads JSON by its bytes reads it right
    if "share" in cell.fault.more and cell.scope is Scope.SWEEP:
        return False  # every other list or so is read, which is often enough
    if cell.peer.is_helpdesk:
        if cell.scope is Scope.TICKETS:
            return False  # one ticket may be unread for ten minutes before it is told
        return cell.scope is Scope.SWEEP or any(world.paged_at(ticket) is None for ticket in asked.bad)
    due = world.clock.now() - TRUTH - MARGIN
    return any(
        ticket.asked_at + DUE <= due and world.paged_at(ticket, world.first_channel) is None
        for ticket in (*asked.good, *asked.bad)
    )


def _heal(world: World, cell: Cell, asked: Asked, outcome: Outcome) -> None:
    """Does all go on by itself, bad tickets too?"""
    world.proxy.rules.clear()
    cleared_at = world.clock.now()
    fresh = [world.ask(name) for name in world.desks]

    bad = [] if cell.are_bad_tickets_gone else asked.bad

    def all_is_well() -> bool:
        return world.is_well() and all(map(world.paged_at, (*bad, *fresh)))

    healed = world.wait(cleared_at + GIVEN_UP, all_is_well)
    after = world.clock.now() - cleared_at
    outcome.problems += [f"c: {problem}, asked after the fault" for problem in _late(world, fresh, cell.believed_until)]
    if healed:
        outcome.healed_after = after.total_seconds()
        if after > RECOVERY:
            outcome.problems.append(f"c: all was well only {after.seconds} s after the fault")
        return
    if lost := [str(ticket) for ticket in bad if world.paged_at(ticket) is None]:
        outcome.problems.append(f"c: bad tickets were not paged after the fault: {', '.join(lost)}")
    if not world.is_well():
        findings = "; ".join(world.ready[-1][2]) or "no heartbeat"
        outcome.problems.append(f"c: not well {GIVEN_UP // MINUTE} min after the fault: {findings}")


def _late(world: World, good: Sequence[Ticket], not_before: datetime | None = None) -> list[str]:
    """Tickets that nobody was paged about in time; where a peer asked for a pause, counted from its end."""
    late = []
    for ticket in good:
        paged_at = world.paged_at(ticket)
        in_time = TARGET + (ticket.asked_at if not_before is None else max(ticket.asked_at, not_before))
        if paged_at is None:
            late.append(f"{ticket} was not paged")
        elif paged_at > in_time:
            late.append(f"{ticket} was paged {(paged_at - in_time).seconds} s too late")
    return late


def _stop(world: World, cell: Cell, outcome: Outcome) -> None:
    """Does it end while the fault lasts?"""
    desk = "partners" if cell.peer is Peer.FRESHDESK else "acme"
    last = max(ticket for ticket in _numbers(world, desk))
    _misbehave(world, cell, tuple(range(last + 1, last + 1 + BAD_TICKETS)))
    for _ in range(BAD_TICKETS):
        world.ask(desk)
    world.wait(world.clock.now() + 2 * MINUTE, lambda: world.hits() > 0)
    began = time.monotonic()
    stopping = world.stop()
    stopping.join(STOPS_IN)
    if stopping.is_alive():
        outcome.problems.append(f"d: it did not end within {STOPS_IN:.0f} s")
    else:
        outcome.stopped_in = time.monotonic() - began


def _numbers(world: World, desk: str) -> list[int]:
    account = world.sandbox.zendesk.account if desk == "acme" else world.sandbox.freshdesk.account
    return list(account.tickets)
