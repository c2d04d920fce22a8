"""Do the terms of each agreement stand up to what is asked of the file's own?

Promise: every check of ladders, people, quiet hours, waits, exemptions and texts looks at each agreement that changes
what it is about, together with what that agreement leaves to the file. What is already said of the file is not said
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from slabot.policy.agreements import Agreement
from slabot.policy.check_exempt import exempt_warnings
from slabot.policy.check_ladders import ladder_warnings
from slabot.policy.check_late_reply import late_reply_warnings
from slabot.policy.check_people import people_warnings
from slabot.policy.check_quiet import quiet_warnings
from slabot.policy.check_waiting import waiting_warnings
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.silence import days_match, time_to_reopen

Check = Callable[[Policy], Iterator[PathProblem]]
CRITICAL = "critical"  # the agreement's name of the severity that is counted around the clock
_TARGETS = frozenset({"severities", "calendar", "clocks", "escalate"})
_MERGED = ("waiting", "solved")  # parts of which an agreement may give some settings and leave others to the file


def terms_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """Settings of agreements that do not go together with what those leave to the file."""
    yield from _of_agreements(policy, {_silence: frozenset(_MERGED)})


def terms_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """What about the terms of agreements may not be meant.

    Args:
        policy: a policy without contradictions.
        today: the first date of the year that is looked at.
    """
    checks: dict[Check, frozenset[str]] = {
        critical_warnings: frozenset({"severities", "calendar"}),
        ladder_warnings: _TARGETS,
        partial(people_warnings, today=today): _TARGETS | {"quiet_hours"},
        partial(quiet_warnings, today=today): frozenset({"quiet_hours"}),
        partial(waiting_warnings, today=today): frozenset({"waiting"}),
        exempt_warnings: frozenset({"exempt", "waiting"}),
        late_reply_warnings: frozenset({"waiting"}),
    }
    yield from _of_agreements(policy, checks)


def critical_warnings(policy: Policy) -> Iterator[PathProblem]:
    """A warning if critical is not counted around the clock."""
    terms = policy.severities.get(CRITICAL)
    if terms is None or policy.calendar(terms.calendar).spec.always:
        return
    yield PathProblem(
        "critical-not-around-the-clock",
        ("severities", CRITICAL, "calendar"),
        f"critical is answered only in {terms.calendar}; the agreement counts it around the clock",
        "name a calendar with always: true, or keep it if your agreement says so",
    )


def _silence(policy: Policy) -> Iterator[PathProblem]:
    for name, refusal in (("waiting", days_match(policy.waiting)), ("solved", time_to_reopen(policy.solved))):
        if refusal is not None:
            told = refusal.context or {}
            yield PathProblem(refusal.type, (name,), told["message"], told["fix"], at_key=True)


def _of_agreements(policy: Policy, checks: dict[Check, frozenset[str]]) -> Iterator[PathProblem]:
    known: dict[Check, set[tuple[str, Path, str]]] = {}
    for place, agreement in enumerate(policy.agreements):
        agreed = policy.under(agreement.name)
        given = agreement.model_fields_set
        if agreement.no_promise is not None:
            given = given - _TARGETS  # nobody is paged
        for check, parts in checks.items():
            if not parts & given:
                continue
            if check not in known:
                known[check] = {(said.code, said.path, said.message) for said in check(policy)}
            for said in check(agreed):
                own = _is_given(agreement, said.path)
                if said.path[0] not in Agreement.model_fields:
                    yield said  # of a rota or a calendar, which agreements share
                elif own or (said.code, said.path, said.message) not in known[check]:
                    yield _placed(said, place, agreement, own=own)


def _is_given(agreement: Agreement, path: Path) -> bool:
    """True if the setting at a path is the agreement's own."""
    part = str(path[0])
    if part not in agreement.model_fields_set:
        return False
    if part == "severities" and len(path) > 2:
        terms = agreement.severities.get(str(path[1]))
        return terms is not None and path[2] in terms.model_fields_set
    if part in _MERGED:
        return len(path) == 1 or path[1] in getattr(agreement, part).model_fields_set
    return True


def _placed(said: PathProblem, place: int, agreement: Agreement, *, own: bool) -> PathProblem:
    where: Path = ("agreements", place)
    if own:
        return replace(said, path=(*where, *said.path))
    part = "calendar" if said.path[0] == "severities" else "name"
    return replace(
        said, path=(*where, part), message=f'under "{agreement.name}", {said.message}', at_key=False, quote=""
    )
