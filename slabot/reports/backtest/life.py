"""Show one ticket of a backtest: what was told, and what slabot does, in the order of time.

Promise: what only one side does is marked; everything else stands once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slabot.domain import AnyEvent, Message, StatusChanged, TicketRecord
from slabot.domain.ticket_schema import event_name
from slabot.policy import Mode
from slabot.reports.backtest.replay import Replayed, ReplayedAct
from slabot.reports.backtest.tally import PolicySide
from slabot.reports.local_time import seconds
from slabot.reports.play import as_told
from slabot.reports.style import faint, one_line, strong
from slabot.rules import Kind
from slabot.rules.words import local_time

VERSION = 1


def text_of(record: TicketRecord, sides: Mapping[PolicySide, Replayed], zone: ZoneInfo) -> Iterator[str]:
    """For people."""
    yield strong(f"{record.ticket.reference}  {one_line(record.ticket.subject)}")
    yield faint(f"{zone.key}; + only under the new policy, - only under the old, · what was told")
    marked = [*_acts(sides), *_told(record)]
    for at, mark, words in sorted(marked, key=lambda line: (line[0], line[1] == "·")):
        text = f"{mark} {local_time(datetime.fromtimestamp(at, zone), zone)}  {words}"
        yield faint(text) if mark == "·" else text
    for side, found in sides.items():
        for clock in found.clocks:
            late = "" if clock.met_until is None else f", met until {_local(clock.met_until, zone)}"
            outcome = clock.outcome.value.replace("_", " ")
            yield f"{side}: {clock.label} ({clock.severity}, {clock.agreement}) {strong(outcome)}{late}"
        if found.diverged is not None:
            yield faint(f"{side}: diverged from its record at {_local(found.diverged, zone)}")


def _local(at: int, zone: ZoneInfo) -> str:
    return local_time(datetime.fromtimestamp(at, zone), zone)


def _acts(sides: Mapping[PolicySide, Replayed]) -> Iterator[tuple[int, str, str]]:
    known = {side: {_same(act) for act in found.acts} for side, found in sides.items()}
    for act in sides[PolicySide.NEW].acts:
        both = PolicySide.OLD not in known or _same(act) in known[PolicySide.OLD]
        yield act.at, " " if both else "+", _words(act)
    if PolicySide.OLD in sides:
        for act in sides[PolicySide.OLD].acts:
            if _same(act) not in known[PolicySide.NEW]:
                yield act.at, "-", _words(act)


def _same(act: ReplayedAct) -> tuple[object, ...]:
    return act.at, act.kind, act.mode, act.severity, act.clock, act.rung, act.person


def _words(act: ReplayedAct) -> str:
    if act.kind is Kind.PAGE:
        return f"page {act.person}: {act.clock}, {act.severity}, {act.rung} ({one_line(act.because)})"
    mode = "" if act.mode is Mode.ACT else " (observe: only written down)"
    return f"{act.kind.value.replace('_', ' ')}{mode}: {one_line(act.because)}"


def _told(record: TicketRecord) -> Iterator[tuple[int, str, str]]:
    yield seconds(record.ticket.created_at), "·", "created"
    for event in as_told(record.timeline):
        yield seconds(event.at), "·", _event(event)


def _event(event: AnyEvent) -> str:
    match event:
        case Message():
            return f"{'message' if event.public else 'internal note'} by {event.by.value.replace('_', ' ')}"
        case StatusChanged():
            return f"{event.to.words}, by {event.by.value}"
        case _:
            return f"{event_name(event).replace('_', ' ')}, by {event.by.value.replace('_', ' ')}"


def as_json(sides: Mapping[PolicySide, Replayed]) -> dict[str, Any]:
    """For machines; version 1 of a form that is only added to. Instants are seconds since 1970 UTC."""
    return {
        "version": VERSION,
        "ticket": sides[PolicySide.NEW].reference,
        **{
            side.value: {
                "diverged": found.diverged,
                "clocks": [clock._asdict() for clock in found.clocks],
                "acts": [act._asdict() for act in found.acts],
            }
            for side, found in sides.items()
        },
    }
