"""Does the policy do what its author will expect?

Promise: a contradiction is an error, and what is only doubtful is a warning; each says what will happen, on which date
if it depends on one, and what to write instead. The same file on the same day has the same findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from slabot.domain.suggestions import suggestion
from slabot.policy.agreement import FIRST_RESPONSE, Conditions
from slabot.policy.check_agreements import agreement_contradictions, agreement_warnings
from slabot.policy.check_availability import availability_contradictions
from slabot.policy.check_breach_reasons import reason_contradictions, reason_warnings
from slabot.policy.check_exempt import exempt_warnings
from slabot.policy.check_holidays import holiday_warnings
from slabot.policy.check_ladders import ladder_warnings
from slabot.policy.check_late_reply import late_reply_warnings
from slabot.policy.check_people import destination_contradictions, people_warnings
from slabot.policy.check_quiet import quiet_warnings
from slabot.policy.check_reader import model_warnings, reader_contradictions
from slabot.policy.check_sign_in import sign_in_warnings
from slabot.policy.check_terms import critical_warnings, terms_contradictions, terms_warnings
from slabot.policy.check_traps import trap_warnings
from slabot.policy.check_triage import triage_contradictions, triage_warnings
from slabot.policy.check_voices import voice_contradictions, voice_warnings
from slabot.policy.check_waiting import waiting_warnings
from slabot.policy.dated import DatedTarget, lacking
from slabot.policy.model import Policy
from slabot.policy.paths import Path, value_at, words
from slabot.policy.problems import PathProblem
from slabot.policy.rungs import FORMS, After, Before, Breach, Used

_NAMED_LISTS: tuple[Path, ...] = (("classify", "rules"), ("clocks",), ("agreements",), ("availability", "outages"))


def second_names(value: Any) -> Iterator[PathProblem]:
    """Names that are given twice in a list whose entries are told apart by name; works on a file that is wrong."""
    agreements = value_at(value, ("agreements",))
    several = len(agreements) if isinstance(agreements, list) else 0
    for path in (*_NAMED_LISTS, *(("agreements", place, "clocks") for place in range(several))):
        entries = value_at(value, path)
        seen: dict[str, int] = {}
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            name = value_at(entry, ("name",))
            if not isinstance(name, str):
                continue
            if name in seen:
                yield PathProblem(
                    "duplicate-name",
                    (*path, index, "name"),
                    f'entry {seen[name] + 1} of {words(path)} is named "{name}" too',
                    "give each its own name; explanations and reports tell them apart by it",
                )
            seen.setdefault(name, index)


def contradictions(policy: Policy) -> Iterator[PathProblem]:
    """What makes the file unusable although each value in it is well formed."""
    yield from destination_contradictions(policy)
    yield from voice_contradictions(policy)
    yield from agreement_contradictions(policy)
    yield from terms_contradictions(policy)
    yield from availability_contradictions(policy)
    yield from reader_contradictions(policy)
    yield from triage_contradictions(policy)
    yield from reason_contradictions(policy)
    yield from _not_at_all_times(policy)
    for place, ladder in policy.every_ladder():
        for index, entry in enumerate(ladder.rungs):
            if not isinstance(entry.at, Used | Before | Breach | After):
                yield PathProblem(
                    "bad-rung",
                    (*place, "rungs", index, "at"),
                    "this is no rung",
                    f"write one of: {FORMS}",
                )
        clocks = _clocks(policy, place)
        for index, clock in enumerate(ladder.clock):
            if clock not in clocks:
                yield PathProblem(
                    "unknown-clock",
                    (*place, "clock", index),
                    f'"{clock}" is not a clock of this file',
                    f"use one of {', '.join(clocks)}{suggestion(clock, clocks)}",
                )


def _clocks(policy: Policy, ladder: Path) -> list[str]:
    """The clocks that a ladder at a place can serve: those of the file, and in an agreement its own as well."""
    clocks = policy.clocks
    if ladder[0] == "agreements":
        clocks = policy.under(policy.agreements[int(ladder[1])].name).clocks
    return [FIRST_RESPONSE, *(clock.name for clock in clocks)]


def _not_at_all_times(policy: Policy) -> Iterator[PathProblem]:
    """Dated rows of the file itself that leave out a time: nothing else could hold then."""
    rows: list[tuple[Path, tuple[DatedTarget, ...]]] = [
        (("severities", name, "respond_within"), terms.respond_within) for name, terms in policy.severities.items()
    ]
    for place, clock in enumerate(policy.clocks):
        for severity, targets in clock.within.items():
            inner: Path = () if severity == "*" else (severity,)
            rows.append((("clocks", place, "within", *inner), targets))
    for path, targets in rows:
        if when := lacking(targets):
            yield PathProblem(
                "dated-always",
                path,
                f"these rows give no target to clocks that start {when}",
                "leave out from in the first row and until in the last; only an agreement's rows may end",
            )


def warnings_of(policy: Policy, today: date) -> Iterator[PathProblem]:
    """What is well formed and may still not be meant.

    Args:
        policy: a policy without contradictions.
        today: the first date of the year that is looked at.
    """
    yield from sign_in_warnings(policy)
    yield from holiday_warnings(policy, today)
    yield from trap_warnings(policy, today)
    yield from critical_warnings(policy)
    yield from _rules_that_never_win(policy)
    yield from ladder_warnings(policy)
    yield from triage_warnings(policy)
    yield from people_warnings(policy, today)
    yield from quiet_warnings(policy, today)
    yield from waiting_warnings(policy, today)
    yield from exempt_warnings(policy)
    yield from voice_warnings(policy)
    yield from late_reply_warnings(policy)
    yield from agreement_warnings(policy, today)
    yield from terms_warnings(policy, today)
    yield from reason_warnings(policy)
    yield from model_warnings(policy)


def _rules_that_never_win(policy: Policy) -> Iterator[PathProblem]:
    rules = policy.classify.rules
    for index, rule in enumerate(rules):
        for other in rules:
            more_severe = policy.rank(other.severity) < policy.rank(rule.severity)
            if more_severe and other.unless in (None, rule.unless) and _asks_no_more(other.when, rule.when):
                yield PathProblem(
                    "rule-never-wins",
                    ("classify", "rules", index, "name"),
                    f'"{rule.name}" never decides: where it matches, "{other.name}" matches too and is more severe',
                    f'ask for something in "{rule.name}" that "{other.name}" does not ask for, or take it out',
                )
                break


def _asks_no_more(wide: Conditions, narrow: Conditions) -> bool:
    """True if whatever fulfils the narrow conditions fulfils the wide ones: each list of these holds the other's."""
    also = dict(narrow.asked)
    return all(
        key in also and not isinstance(values, dict) and set(also[key]) <= set(values) for key, values in wide.asked
    )
