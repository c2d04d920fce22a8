"""Who is told about a rung, and how is that written down as an act?

Promise: the page's message is in one channel, and everybody else whom the rung names is told once, by a page of their
own. The same page has the same key and the same facts, however often it is worked out; only that somebody asked for it
is added.
"""

from __future__ import annotations

from functools import lru_cache

from slabot.policy import Destination, DestinationKind, Mode
from slabot.rules.case import Case
from slabot.rules.clock import Course
from slabot.rules.decision import Action, Kind
from slabot.rules.holds import Asked
from slabot.rules.steps import Step, Steps
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
    clock: Course,
    steps: Steps,
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
        steps: of that clock.
        step: the rung.
        to: one of `destinations`.
        others: rungs that have passed before it without a page.
        asked: the wish that it fulfils.
    """
    severity, policy = clock.terms.severity, case.policy
    at, because, further = step.at, steps.because(step), []
    if step.notify and (named := mentioned(step.notify)):
        further.append(("mention", named))
    if asked is not None:
        at = asked.at
        said = f"somebody asked for the next page at {when(at, policy.display_zone)}"
        because = f"{said}: {because}" if because else said
        further.append(("asked_at", at.isoformat()))
        if asked.by_id is not None:
            further.append(("asked_by", asked.by_id))
    elif (held_until := policy.quiet_until(severity, at)) is not None:
        because = f"{because}; held from {when(at, policy.display_zone)} in the quiet hours"
        at = held_until
        further.append(("held", QUIET))
    if clock.raised and clock.due_at is not None and max(clock.due_at, step.at) <= clock.in_force_since:
        because += f"; raised to {severity} at {when(clock.in_force_since, policy.display_zone)}, already past"
    if others:
        because += f"; passed before it without a page: {listed(others)}"
    repetition = str(step.repetition)
    key = f"{case.ticket.reference}/page/{clock.label}/{severity}/{step.name}/{repetition}"
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
            ("repetition", repetition),
            ("to", to),
            *further,
        ),
    )
