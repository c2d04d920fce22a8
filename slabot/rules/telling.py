"""Who is told about a rung, and how is that written down as an act?

Promise: the page's message is in one channel, and everybody else whom the rung names is told once, by a page of their
own. The same page has the same key and the same facts, however often it is worked out; only that somebody asked for it
is added.
"""

from __future__ import annotations

from functools import lru_cache

from slabot.domain import Severity
from slabot.policy import Destination, DestinationKind, Mode
from slabot.rules.case import Case
from slabot.rules.clock import ClockState
from slabot.rules.decision import Action, Kind
from slabot.rules.holds import Asked
from slabot.rules.steps import Step
from slabot.rules.words import listed, when

MAIN = "channel"  # the destination that is told of every rung: slack.channel, where the rung names no channel
QUIET = "quiet hours"


@lru_cache(maxsize=1024)  # the rungs of the file
def destinations(notify: tuple[Destination, ...]) -> tuple[str, ...]:
    """Who gets a message of their own, the channel first; groups are mentioned there."""
    own = [to for to in notify if to.kind is not DestinationKind.GROUP]
    channels = [to for to in own if to.kind is DestinationKind.CHANNEL]
    main = str(channels[0]) if channels else MAIN
    return tuple(dict.fromkeys((main, *map(str, own))))


@lru_cache(maxsize=1024)
def mentioned(notify: tuple[Destination, ...]) -> str:
    """Who is mentioned in the channel."""
    return ", ".join(dict.fromkeys(str(to) for to in notify if to.kind.is_person or to.kind is DestinationKind.GROUP))


def page(
    case: Case,
    clock: ClockState,
    step: Step,
    to: str,
    *,
    others: tuple[str, ...] = (),
    asked: Asked | None = None,
) -> Action:
    """A page about a step, for one of its destinations.

    Args:
        case: the ticket.
        clock: the clock that it is about.
        step: the rung.
        to: one of `destinations`.
        others: rungs that have passed before it without a page.
        asked: the wish that it fulfils.
    """
    severity, zone = clock.terms.severity, case.policy.display_zone
    at, because = step.at, step.because
    held = None if asked is not None else case.policy.quiet_until(severity, step.at)
    if asked is not None:
        at = asked.at
        because = f"somebody asked for the next page at {when(at, zone)}{f': {because}' if because else ''}"
    if held is not None:
        at = held
        because = f"{because}; held from {when(step.at, zone)} in the quiet hours"
    if clock.raised and clock.due_at is not None and max(clock.due_at, step.at) <= clock.in_force_since:
        because += f"; raised to {severity} at {when(clock.in_force_since, zone)}, already past"
    if others:
        because += f"; passed before it without a page: {listed(others)}"
    named = mentioned(step.notify)
    key = _key(case, clock.label, severity, step)
    return Action(
        kind=Kind.PAGE,
        mode=Mode.ACT,
        at=at,
        key=key if to == destinations(step.notify)[0] else f"{key}/to/{to}",
        because=because,
        facts=(
            ("clock", clock.label),
            ("severity", severity),
            ("rung", step.name),
            ("repetition", str(step.repetition)),
            ("to", to),
            *((("mention", named),) if named else ()),
            *((("held", QUIET),) if held is not None else ()),
            *((("asked_at", asked.at.isoformat()),) if asked is not None else ()),
            *((("asked_by", asked.by_id),) if asked is not None and asked.by_id is not None else ()),
        ),
    )


def _key(case: Case, label: str, severity: Severity, step: Step) -> str:
    return f"{case.ticket.reference}/page/{label}/{severity}/{step.name}/{step.repetition}"
