"""Do the services and weights of availability fit together?

Promise: a service that the file does not name is an error where it stands, and so are weights for some services only:
the figure of all would silently leave out the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.domain.suggestions import suggestion
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem


def availability_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """Services that the file does not name, and weights that leave some out."""
    ours = policy.availability
    named: list[tuple[Path, str, bool]] = [
        (("availability", "outages", place, "service"), rule.service, False)
        for place, rule in enumerate(ours.outages)
        if rule.service is not None
    ]
    named += [(("availability", "weights", name), name, True) for name in ours.weights]
    for path, name, at_key in named:
        if name not in ours.services:
            known = f"use one of {', '.join(ours.services)}" if ours.services else "add it to availability.services"
            yield PathProblem(
                "unknown-service",
                path,
                f'"{name}" is not a service of this file',
                known + suggestion(name, ours.services),
                at_key=at_key,
            )
    missing = [name for name in ours.services if name not in ours.weights]
    if ours.weights and missing:
        yield PathProblem(
            "weights-by-half",
            ("availability", "weights"),
            f"{', '.join(missing)} has no weight, so it would not count",
            "give each service a weight, or take weights out: then the whole is down while any service is",
            at_key=True,
        )
