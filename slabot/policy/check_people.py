"""Does everybody who is to be told exist, and is somebody on call when it counts?

Promise: every destination of the file is looked at, wherever it stands; a gap of a rota is named with its first
instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from slabot.domain.ticket_schema import nearest
from slabot.policy.agreement import Ladder
from slabot.policy.destinations import Destination, DestinationKind
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import Finding

STEP = timedelta(hours=1)  # how closely a rota is looked at
YEAR = timedelta(days=366)


def destination_contradictions(policy: Policy) -> Iterator[Finding]:
    """Destinations that name what the file does not have."""
    for path, destination in _destinations(policy):
        match destination.kind:
            case DestinationKind.ROTA:
                if destination.name not in policy.rotas:
                    message, fix = _unknown(destination, "rotas", tuple(policy.rotas))
                    yield Finding("unknown-rota", path, message, fix)
            case DestinationKind.PAGERDUTY:
                if destination.name not in policy.pagerduty:
                    yield Finding("unknown-way", path, *_unknown(destination, "pagerduty", tuple(policy.pagerduty)))
            case DestinationKind.WEBHOOK:
                if destination.name not in policy.outgoing_webhooks:
                    known = tuple(policy.outgoing_webhooks)
                    yield Finding("unknown-way", path, *_unknown(destination, "outgoing_webhooks", known))
            case DestinationKind.EMAIL if policy.email is None:
                yield Finding(
                    "unknown-way",
                    path,
                    f'"{destination}" asks for an e-mail, and the file names no mail server',
                    "add email: {host: smtp.acme.example, from: pages@acme.example}",
                )
            case _:
                pass


def people_doubts(policy: Policy, today: date) -> Iterator[Finding]:
    """Where nobody may be told, although nothing is misspelt."""
    yield from _gaps(policy, today)
    yield from _quiet(policy)


def _destinations(policy: Policy) -> Iterator[tuple[Path, Destination]]:
    for place, ladder in enumerate(policy.escalate):
        for index, entry in enumerate(ladder.rungs):
            for number, to in enumerate(entry.notify):
                yield ("escalate", place, "rungs", index, "notify", number), to
    if policy.fallback is not None:
        for number, to in enumerate(policy.fallback.to):
            yield ("fallback", "to", number), to
    for place, permission in enumerate(policy.permissions):
        for number, to in enumerate(permission.who):
            yield ("permissions", place, "who", number), to


def _unknown(destination: Destination, where: str, known: tuple[str, ...]) -> tuple[str, str]:
    fix = f"use one of {', '.join(known)}{nearest(destination.name, list(known))}" if known else f"add it under {where}"
    return f'"{destination}" names nothing under {where}', fix


def _gaps(policy: Policy, today: date) -> Iterator[Finding]:
    """Rotas that are told about a clock that counts around the clock, and name nobody at some time of the year."""
    for name in sorted({rota for ladder in policy.escalate if _always(policy, ladder) for rota in _rotas(ladder)}):
        rota = policy.rotas.get(name)
        if rota is None or rota.group is not None:
            continue
        at = _first_gap(policy, name, datetime.combine(today, time(), UTC))
        if at is not None:
            zone = rota.time_zone or UTC
            yield Finding(
                "rota-has-gaps",
                ("rotas", name),
                f"nobody is on call in {name} on {at.astimezone(zone):%a %d %b %Y %H:%M}, and it is told about pages "
                "that count around the clock",
                "fill the gap, or name a second destination beside it",
            )


def _first_gap(policy: Policy, name: str, start: datetime) -> datetime | None:
    at = start
    while at < start + YEAR:
        if policy.on_call(name, at) is None:
            return at
        at += STEP
    return None


def _always(policy: Policy, ladder: Ladder) -> bool:
    severities = ladder.severity or tuple(policy.severities)
    return any(policy.severity_calendar(severity).spec.always for severity in severities)


def _rotas(ladder: Ladder) -> Iterator[str]:
    for entry in ladder.rungs:
        yield from (to.name for to in entry.notify if to.kind is DestinationKind.ROTA)


def _quiet(policy: Policy) -> Iterator[Finding]:
    for entry in policy.quiet_hours:
        for severity in entry.severities:
            if policy.severity_calendar(severity).spec.always:
                yield Finding(
                    "quiet-critical",
                    ("quiet_hours",),
                    f"{severity} counts around the clock, and its pages would wait while {entry.calendar} is open",
                    f"take {severity} out, or count it in a calendar with hours",
                    at_key=True,
                )
