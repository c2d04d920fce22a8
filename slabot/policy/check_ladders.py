"""Will somebody be told before a deadline is missed, and once?

Promise: every severity of the file is looked at under every clock, with its own target.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from slabot.calendars import BusinessDays, Calendar, RealTime, Target, Worked
from slabot.policy.agreement import FIRST_RESPONSE, Ladder
from slabot.policy.check_reach import way_out
from slabot.policy.check_repeats import longest_day, repeat_warnings
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.rungs import Before, Rung, Used


def ladder_warnings(policy: Policy) -> Iterator[PathProblem]:
    """What about the ladders may not be meant."""
    yield from _nobody_is_told(policy)
    for place, ladder in enumerate(policy.escalate):
        if above := _taken_above(policy, place, ladder):
            yield PathProblem(
                "ladder-never-reached",
                ("escalate", place),
                f"this ladder is never used: the first that fits is, and {above} above it always fits",
                "put the ladder with more selectors first, or take it out",
            )
        yield from _rungs(policy, place, ladder)
        yield from repeat_warnings(place, ladder, [calendar for *_, calendar in _targets(policy, ladder)])


def _nobody_is_told(policy: Policy) -> Iterator[PathProblem]:
    told = [ladder for ladder in policy.escalate if FIRST_RESPONSE in ladder.clock]
    silent = [name for name in policy.severities if not any(_fits(ladder, name) for ladder in told)]
    if silent:
        yield PathProblem(
            "severity-without-ladder",
            ("escalate",),
            f"nobody is told before the first response is missed for {', '.join(silent)}",
            f"add a ladder: - {{severity: [{', '.join(silent)}], rungs: [{_rung(policy, '30m before')}, "
            f"{_rung(policy, 'breach')}]}}",
            at_key=True,
        )


def _rung(policy: Policy, at: str) -> str:
    """A rung as this file has to write it, so that somebody is told."""
    needs_whom = policy.slack is None and policy.helpdesks
    return f"{{at: {at}, notify: [{way_out(policy)}]}}" if needs_whom else f"{{at: {at}}}"


def _fits(ladder: Ladder, severity: str) -> bool:
    return not ladder.severity or severity in ladder.severity


def _taken_above(policy: Policy, place: int, ladder: Ladder) -> str:
    """Which earlier ladders leave nothing to this one, in words; empty if they do not."""
    takers: set[int] = set()
    severities = ladder.severity or tuple(policy.severities)
    for clock, severity in product(ladder.clock, severities):
        taker = next(
            (
                index
                for index, above in enumerate(policy.escalate[:place])
                if clock in above.clock and _fits(above, severity) and _selects_no_less(above, ladder)
            ),
            None,
        )
        if taker is None:
            return ""
        takers.add(taker + 1)
    return f"{'the ladder' if len(takers) == 1 else 'each of the ladders'} {' and '.join(map(str, sorted(takers)))}"


def _selects_no_less(wide: Ladder, narrow: Ladder) -> bool:
    pairs = (
        (wide.helpdesk, narrow.helpdesk),
        (wide.organization, narrow.organization),
        (wide.tag, narrow.tag),
    )
    return all(not one or (other and set(other) <= set(one)) for one, other in pairs)


def _rungs(policy: Policy, place: int, ladder: Ladder) -> Iterator[PathProblem]:
    seen: dict[Rung, int] = {}
    for index, entry in enumerate(ladder.rungs):
        path = ("escalate", place, "rungs", index, "at")
        if entry.rung in seen:
            yield PathProblem(
                "rung-twice",
                path,
                f'"{entry.rung}" stands in this ladder as rung {seen[entry.rung] + 1} too',
                "keep one; notify can name several people",
            )
            continue
        for clock, severity, target, calendar in _targets(policy, ladder):
            at = _from_start(entry.rung, target, calendar)
            if at is not None and at < timedelta():
                yield PathProblem(
                    "rung-before-start",
                    path,
                    f'"{entry.rung}" lies before the start of {clock} under {severity}, whose target is {target}: '
                    "the page would go out at once",
                    f"choose less than {target}, or a rung such as 50% used",
                )
                break
            twin = at and next((r for r in seen if _from_start(r, target, calendar) == at), None)
            if twin:
                yield PathProblem(
                    "rung-twice",
                    path,
                    f'"{entry.rung}" is the same instant as "{twin}" under {severity}, whose target is {target}',
                    "keep one of the two",
                )
                break
        seen[entry.rung] = index


def _targets(policy: Policy, ladder: Ladder) -> Iterator[tuple[str, str, Target, Calendar]]:
    """Each clock and severity that the ladder serves, with its target and the calendar that counts it."""
    clocks = {clock.name: clock for clock in policy.clocks}
    for name, severity in product(ladder.clock, policy.severities):
        if not _fits(ladder, severity):
            continue
        counted_in = policy.severity_calendar(severity)
        if name == FIRST_RESPONSE:
            rows = policy.severities[severity].respond_within
        else:
            rows = clocks[name].targets(severity)
            if (own := clocks[name].calendar) is not None:
                counted_in = policy.calendar(own)
        for row in rows:
            yield name, severity, row.within, counted_in


def _from_start(rung: Rung, target: Target, calendar: Calendar) -> timedelta | None:
    """Working time between the start and a rung before the deadline; None where that depends on the date."""
    match rung, target:
        case Used(percent), Worked(amount):
            return amount * percent / 100
        case Before(before), Worked(amount):
            return amount - before
        case Before(before), RealTime(amount) if before > amount:
            return amount - before
        case Before(before), BusinessDays(days) if before > (most := _longest(calendar, days)):
            return most - before
        case _:
            return None


def _longest(calendar: Calendar, days: int) -> timedelta:
    """More working time than any so many business days of a calendar have (the start's own day counts in part)."""
    return longest_day(calendar) * (days if calendar.spec.always else days + 1)
