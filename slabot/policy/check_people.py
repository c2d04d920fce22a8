"""Does everybody who is to be told exist, and is somebody on call when it counts?

Promise: every destination of the file is looked at, wherever it stands; a gap of a rota is named with its first
instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product, takewhile

from slabot.calendars import Calendar
from slabot.domain.suggestions import suggestion
from slabot.policy.agreement import Ladder
from slabot.policy.destinations import Destination, DestinationKind
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.people import QuietHours
from slabot.policy.problems import PathProblem

YEAR = timedelta(days=366)
MONTH = timedelta(days=31)


def destination_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """Destinations that name what the file does not have."""
    for path, destination in destinations(policy):
        match destination.kind:
            case DestinationKind.ROTA:
                if destination.name not in policy.rotas:
                    message, fix = _unknown(destination, "rotas", tuple(policy.rotas))
                    yield PathProblem("unknown-rota", path, message, fix)
            case DestinationKind.PAGERDUTY:
                if destination.name not in policy.pagerduty:
                    yield PathProblem("unknown-way", path, *_unknown(destination, "pagerduty", tuple(policy.pagerduty)))
            case DestinationKind.WEBHOOK:
                if destination.name not in policy.outgoing_webhooks:
                    known = tuple(policy.outgoing_webhooks)
                    yield PathProblem("unknown-way", path, *_unknown(destination, "outgoing_webhooks", known))
            case DestinationKind.OTHER:
                known = tuple(policy.channels.get(destination.word, ()))
                if destination.name not in known:
                    where = f"channels.{destination.word}"
                    yield PathProblem("unknown-way", path, *_unknown(destination, where, known))
            case DestinationKind.EMAIL if policy.email is None:
                yield PathProblem(
                    "unknown-way",
                    path,
                    f'"{destination}" asks for an e-mail, and the file names no mail server',
                    "add email: {host: smtp.acme.example, from: pages@acme.example}",
                )
            case _:
                pass
    for quiet, entry in _every_quiet(policy):
        if _never_closes(policy.calendar(entry.calendar)):
            yield PathProblem(
                "quiet-never-ends",
                (*quiet, "calendar"),
                f"{entry.calendar} stays open for weeks on end, so the pages that wait in it would never come",
                "name a calendar that is open when people want quiet, such as nights and weekends",
            )


def people_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """Where nobody may be told, although nothing is misspelt."""
    yield from _gaps(policy, today)
    yield from _quiet(policy)


def destinations(policy: Policy) -> Iterator[tuple[Path, Destination]]:
    """Everybody who is named in the file, and where."""
    for where, ladder in policy.every_ladder():
        for path, to in ladder.named():
            yield (*where, *path), to
    if policy.classify.triage is not None:
        for number, to in enumerate(policy.classify.triage.to):
            yield ("classify", "triage", "to", number), to
    if policy.fallback is not None:
        for number, to in enumerate(policy.fallback.to):
            yield ("fallback", "to", number), to
    for place, terms in enumerate(policy.reports.summaries):
        for number, to in enumerate(terms.to):
            yield ("reports", "summaries", place, "to", number), to
    for place, permission in enumerate(policy.permissions):
        for number, to in enumerate(permission.who):
            yield ("permissions", place, "who", number), to


def _every_quiet(policy: Policy) -> Iterator[tuple[Path, QuietHours]]:
    """The quiet hours of the file and those of its agreements, each with its place."""
    for place, entry in enumerate(policy.quiet_hours):
        yield ("quiet_hours", place), entry
    for number, agreement in enumerate(policy.agreements):
        for place, entry in enumerate(agreement.quiet_hours or ()):
            yield ("agreements", number, "quiet_hours", place), entry


def _unknown(destination: Destination, where: str, known: tuple[str, ...]) -> tuple[str, str]:
    fix = f"use one of {', '.join(known)}{suggestion(destination.name, known)}" if known else f"add it under {where}"
    return f'"{destination}" names nothing under {where}', fix


def _never_closes(calendar: Calendar) -> bool:
    """True if a month of it has no closed second; the first month of 2026, or of its years."""
    first, last = calendar.spec.years
    start = datetime(min(max(first, 2026), last), 1, 2, tzinfo=UTC)
    return calendar.elapsed(start, start + MONTH) == MONTH


def _gaps(policy: Policy, today: date) -> Iterator[PathProblem]:
    """Rungs that name a rota and nobody else, for clocks that count around the clock, and a time without anybody."""
    start, seen = datetime.combine(today, time(), UTC), set()
    for name in _alone(policy):
        rota = policy.rotas[name]
        at = None if name in seen else _first_gap(policy, name, start)
        seen.add(name)
        if at is not None:
            zone = rota.time_zone or UTC
            yield PathProblem(
                "rota-has-gaps",
                ("rotas", name),
                f"nobody is on call in {name} on {at.astimezone(zone):%a %d %b %Y %H:%M}, and it is told about pages "
                "that count around the clock",
                "fill the gap, or name a second destination beside it",
            )


def _alone(policy: Policy) -> Iterator[str]:
    """Weekly rotas that a rung names, for clocks that count around the clock, and nobody else but a channel."""
    for ladder in policy.escalate:
        if not _always(policy, ladder):
            continue
        after = ladder.after_repeats
        for notify in (*(entry.notify for entry in ladder.rungs), *((after.notify,) if after is not None else ())):
            people = [to for to in notify if to.kind is not DestinationKind.CHANNEL]
            if [to.kind for to in people] == [DestinationKind.ROTA] and policy.rotas[people[0].name].group is None:
                yield people[0].name


def _first_gap(policy: Policy, name: str, start: datetime) -> datetime | None:
    """The first instant of the coming year at which nobody is on call."""
    rota, end = policy.rotas[name], start + YEAR
    instants = {start, *rota.changes(start, end)}
    if rota.only_in is not None:
        closings = (closes for _, closes in policy.calendar(rota.only_in).periods(after=start))
        instants.update(takewhile(lambda at: at < end, closings))
    return next((at for at in sorted(instants) if policy.on_call(name, at) is None), None)


def _always(policy: Policy, ladder: Ladder) -> bool:
    """True if one of the clocks that the ladder serves counts around the clock."""
    own = {clock.name: clock.calendar for clock in policy.clocks if clock.calendar is not None}
    for clock, severity in product(ladder.clock, ladder.severity or policy.severities):
        calendar = policy.calendar(own[clock]) if clock in own else policy.severity_calendar(severity)
        if calendar.spec.always:
            return True
    return False


def _quiet(policy: Policy) -> Iterator[PathProblem]:
    for place, entry in enumerate(policy.quiet_hours):
        for number, severity in enumerate(entry.severities):
            if policy.severity_calendar(severity).spec.always:
                yield PathProblem(
                    "quiet-critical",
                    ("quiet_hours", place, "severities", number),
                    f"{severity} counts around the clock, and its pages would wait while {entry.calendar} is open",
                    f"take {severity} out, or count it in a calendar with hours",
                )
