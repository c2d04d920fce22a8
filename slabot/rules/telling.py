"""Who is told about a rung, and how is that written down as an act?

Promise: where the policy has Slack, the page's message is in one channel of it, and everybody else whom the rung names
is told once, by a page of their own; without Slack, those of the other ways are told. Somebody always is. The same page
has the same key and the same facts, however often it is worked out; only that somebody asked for it is added.
"""

from __future__ import annotations

from functools import lru_cache

from slabot.policy import Destination, DestinationKind, Mode, Policy, Way
from slabot.rules.case import Case
from slabot.rules.clock import Course
from slabot.rules.decision import Action, Kind
from slabot.rules.holds import Asked
from slabot.rules.series import Step
from slabot.rules.steps import Steps
from slabot.rules.words import listed, when

MAIN = "channel"  # where a rung names nobody who can be told: `Policy.main_destination`, slack.channel as a rule
QUIET = "quiet hours"


def destinations(notify: tuple[Destination, ...], policy: Policy) -> tuple[str, ...]:
    """Who gets a message of their own, at least one; with Slack its channel first, where groups are mentioned."""
    return _with_slack(notify) if policy.slack is not None else _without_slack(notify)


@lru_cache(maxsize=1024)  # the rungs of the file
def _with_slack(notify: tuple[Destination, ...]) -> tuple[str, ...]:
    own = (str(to) for to in notify if to.kind is not DestinationKind.GROUP)
    return tuple(dict.fromkeys((_main(notify), *own)))


@lru_cache(maxsize=1024)
def _without_slack(notify: tuple[Destination, ...]) -> tuple[str, ...]:
    """A ladder that was frozen while the policy had Slack may name nobody else."""
    return tuple(dict.fromkeys(str(to) for to in notify if to.way != Way.SLACK)) or (MAIN,)


def key_to(key: str, to: str, notify: tuple[Destination, ...]) -> str:
    """The key of an act for one of its `destinations`: the act's own for the channel that it is in."""
    return key if to == _main(notify) else f"{key}/to/{to}"


def _main(notify: tuple[Destination, ...]) -> str:
    """The channel that a rung's page is in."""
    return next((str(to) for to in notify if to.kind is DestinationKind.CHANNEL), MAIN)


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
    if step.last:
        further.append(("last", "true"))
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
        key=key if to == _main(step.notify) else f"{key}/to/{to}",
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
