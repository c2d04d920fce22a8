"""Do the exemptions do what their author will expect?

Promise: an exemption that adds nothing, or from which something follows that nobody wrote down, is named where it
stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode
from slabot.policy.silence import ExemptTickets

_ALONE = ("follow_ups", "solving", "closing")


def exempt_warnings(policy: Policy) -> Iterator[PathProblem]:
    """What about the exemptions may not be meant."""
    exempt = policy.exempt
    everything, unsolved = set(_tickets(exempt)), set(_tickets(exempt.solving))
    for part in _ALONE:
        for place, ticket, name in _places(getattr(exempt, part)):
            path: Path = ("exempt", part, *place)
            key = ticket[0]
            if ticket in everything:
                yield PathProblem(
                    "exempt-already",
                    path,
                    f'"{name}" is exempt from everything already, by exempt.{key}',
                    f"take it out here, or out of exempt.{key} to leave it alone in this respect only",
                )
            elif part == "follow_ups" and ticket not in unsolved and policy.waiting.mode is not Mode.OFF:
                yield PathProblem(
                    "exempt-from-follow-ups-alone",
                    path,
                    f'slabot sends no follow-ups about "{name}", so silence alone does not solve these '
                    f"tickets: they are solved only after {policy.waiting.follow_ups} follow-ups by people",
                    f"add it under exempt.solving.{key} too, or leave it if people send the follow-ups",
                )
    yield from _reminder(policy)


def _reminder(policy: Policy) -> Iterator[PathProblem]:
    """Tickets that are never solved get a text of their own; whoever rewrote one of the two wants to see the other."""
    given = {path: kind for path, kind, _ in policy.waiting.templates.given()}
    for path in given if any(_tickets(policy.exempt.solving)) else ():
        if path[-1] != "follow_up" or (*path[:-1], "reminder") in given:
            continue
        yield PathProblem(
            "reminder-is-the-default",
            ("waiting", "templates", *path),
            "tickets that are exempt from solving get another follow-up, and its text is slabot's own",
            "write waiting.templates.reminder as well; it says nothing of an end",
            at_key=True,
        )


def _places(exempt: ExemptTickets) -> Iterator[tuple[Path, tuple[str, str], str]]:
    """Each entry's path, what it says (the key, and the name in any case), and the name as it is written."""
    for key in ExemptTickets.model_fields:
        for index, name in enumerate(getattr(exempt, key)):
            yield (key, index), (key, name.casefold()), name


def _tickets(exempt: ExemptTickets) -> list[tuple[str, str]]:
    return [ticket for _, ticket, _ in _places(exempt)]
