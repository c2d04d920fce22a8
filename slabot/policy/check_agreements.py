"""Can each agreement hold for some ticket, and for all those that it names?

Promise: an agreement that never holds, one that leaves nothing to those below it, a name that an earlier agreement has
taken, and days for which no agreement is left are each named with the agreement that is the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from slabot.domain.suggestions import did_you_mean, nearest
from slabot.policy.agreement import Conditions
from slabot.policy.agreements import Agreement
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem

Asked = Mapping[str, tuple[str, ...]]
"""What conditions ask for, in small letters; a custom field stands under ``fields.NAME``."""

_PAGED = ("clocks", "escalate", "quiet_hours", "received_when_closed")  # what only a promise has
_FIELD = "fields."
_MANY = "tags"  # a ticket has several of these; of everything else one


class _Terms(NamedTuple):
    """An agreement as these checks look at it."""

    place: int
    agreement: Agreement
    when: Asked
    unless: Asked

    @property
    def path(self) -> Path:
        return "agreements", self.place

    @property
    def name(self) -> str:
        return self.agreement.name


def agreement_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """Agreements that cannot hold for any ticket, and those that promise and do not."""
    for each in _all_terms(policy):
        yield from _never_fits(each)
        yield from _promises_all_the_same(each)


def agreement_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """Agreements of which less holds than is written.

    Args:
        policy: a policy without contradictions.
        today: agreements that have ended by then are named.
    """
    agreements = _all_terms(policy)
    for each in agreements:
        yield from _over(each, today)
        yield from _near_clocks(policy, each)
    yield from _taken(policy, agreements)
    yield from _meetings(agreements)


def _all_terms(policy: Policy) -> list[_Terms]:
    return [
        _Terms(place, agreement, _asked(agreement.when), _asked(agreement.unless))
        for place, agreement in enumerate(policy.agreements)
    ]


def _asked(conditions: Conditions | None) -> Asked:
    found: dict[str, tuple[str, ...]] = {}
    for key, values in () if conditions is None else conditions.asked:
        listed: dict[str, Any] = values if isinstance(values, dict) else {"": values}
        for field, some in listed.items():
            found[f"{_FIELD}{field}" if field else key] = tuple(value.casefold() for value in some)
    return found


def _at(key: str) -> Path:
    return ("fields", key.removeprefix(_FIELD)) if key.startswith(_FIELD) else (key,)


def _within(value: str, wide: tuple[str, ...], key: str) -> bool:
    """True if what shows this value shows one of the others."""
    return value in wide or (key == "requester" and f"@{value.rpartition('@')[2]}" in wide)


# ── Alone ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _never_fits(each: _Terms) -> Iterator[PathProblem]:
    for key, values in each.when.items():
        wide = each.unless.get(key, ())
        if values and all(_within(value, wide, key) for value in values):
            yield PathProblem(
                "agreement-never-fits",
                (*each.path, "unless", *_at(key)),
                f'"{each.name}" never holds: every {key} that when asks for is taken out again by unless',
                f"leave out of unless.{key} what stands under when.{key}",
                at_key=True,
            )


def _promises_all_the_same(each: _Terms) -> Iterator[PathProblem]:
    ours = each.agreement
    if ours.no_promise is None:
        return
    given: list[Path] = [(key,) for key in _PAGED if getattr(ours, key) is not None and getattr(ours, key) != ()]
    given += [
        ("severities", severity, key)
        for severity, terms in ours.severities.items()
        for key in ("respond_within", "received_when_closed")
        if getattr(terms, key) is not None
    ]
    for path in given:
        yield PathProblem(
            "promise-beside-no-promise",
            (*each.path, *path),
            f'"{each.name}" promises nothing (no_promise), so its clocks have no target and nobody is paged: '
            f"{path[-1]} would never count",
            f"take {path[-1]} out, or no_promise",
            at_key=True,
        )


def _over(each: _Terms, today: date) -> Iterator[PathProblem]:
    until = each.agreement.until
    if until is not None and until <= today:
        yield PathProblem(
            "agreement-over",
            (*each.path, "until"),
            f'"{each.name}" holds for no clock that starts now: it ended as {until} began',
            "take it out, or move until; clocks that have stopped keep its terms either way",
        )


def _near_clocks(policy: Policy, each: _Terms) -> Iterator[PathProblem]:
    known = [clock.name for clock in policy.clocks]
    for place, clock in enumerate(each.agreement.clocks):
        if clock.name not in known and (near := nearest(clock.name, known)):
            yield PathProblem(
                "near-clock",
                (*each.path, "clocks", place, "name"),
                f'"{clock.name}" is a clock of its own beside "{near[0]}", which goes on as the file says',
                f"{did_you_mean(near)} An agreement replaces a clock of the file by its name",
            )


# ── One above the other ────────────────────────────────────────────────────────────────────────────────────────────


def _taken(policy: Policy, agreements: list[_Terms]) -> Iterator[PathProblem]:
    """What earlier agreements leave of each."""
    for each in agreements[:-1]:
        if not each.when and not each.unless and not each.agreement.dated:
            below = len(agreements) - each.place - 1
            yield PathProblem(
                "agreement-fits-all",
                (*each.path, "name"),
                f'"{each.name}" asks for nothing, so it holds for every ticket and the {below} below '
                f"{'it is' if below == 1 else 'it are'} never reached",
                "put it last, or say under when for whom it is",
            )
            agreements = agreements[: each.place + 1]
            break
    for each in agreements:
        above = [agreements[found] for found in _may_stand_above(policy, each)]
        if taker := next((other for other in above if _takes(other, each, each.when)), None):
            yield PathProblem(
                "agreement-never-reached",
                (*each.path, "name"),
                f'"{each.name}" is never in force: "{taker.name}" above it fits wherever it does, and the first counts',
                f'put "{each.name}" above "{taker.name}", ask for less in "{taker.name}", or take it out',
            )
        else:
            yield from _taken_values(each, above)


def _may_stand_above(policy: Policy, each: _Terms) -> list[int]:
    """The places of the earlier agreements that fit some ticket of this one, as far as a look-up tells."""

    def shown(key: str) -> tuple[str, ...]:
        values = each.when.get(key, ())
        return (*values, *(f"@{value.rpartition('@')[2]}" for value in values)) if key == "requester" else values

    return [place for place in policy.agreement_index.places(shown) if place < each.place]


def _taken_values(each: _Terms, above: list[_Terms]) -> Iterator[PathProblem]:
    """Names of a list that an earlier agreement has, so that here they count for nothing."""
    for key, values in each.when.items():
        takers = [_taker_of(value, key, each, above) for value in values]
        if all(takers):  # several together leave nothing
            names = " or ".join(dict.fromkeys(f'"{other.name}"' for other in takers if other is not None))
            yield PathProblem(
                "agreement-never-reached",
                (*each.path, "name"),
                f'"{each.name}" is never in force: each {key} that it asks for stands in {names} above it',
                f'put "{each.name}" above them, or take it out',
            )
            return
        for index, (value, taker) in enumerate(zip(values, takers, strict=True)):
            if taker is not None:
                yield PathProblem(
                    "agreement-has-it-already",
                    (*each.path, "when", *_at(key), index),
                    f'"{value}" stands in the agreement "{taker.name}" above, which counts for it: here it does '
                    "nothing",
                    f'take it out here or there, or put "{each.name}" above "{taker.name}"',
                )


def _taker_of(value: str, key: str, each: _Terms, above: list[_Terms]) -> _Terms | None:
    narrow = {**each.when, key: (value,)}
    return next((other for other in above if _takes(other, each, narrow)), None)


def _takes(above: _Terms, each: _Terms, when: Asked) -> bool:
    """True if the one above holds for every ticket and every day for which the other would under these conditions."""
    return (
        _holds_as_long(above.agreement, each.agreement)
        and all(
            key in when and all(_within(value, wide, key) for value in when[key]) for key, wide in above.when.items()
        )
        and all(_cannot_show(key, taken_out, when, each.unless) for key, taken_out in above.unless.items())
    )


def _cannot_show(key: str, taken_out: tuple[str, ...], when: Asked, unless: Asked) -> bool:
    """True if no ticket of these conditions shows one of the values that the agreement above takes out."""
    if all(_within(value, unless.get(key, ()), key) for value in taken_out):
        return True
    if key not in when or key == _MANY:
        return False
    return not any(
        _within(value, taken_out, key) or _within(out, when[key], key) for value in when[key] for out in taken_out
    )


def _holds_as_long(above: Agreement, each: Agreement) -> bool:
    begins = above.from_ is None or (each.from_ is not None and above.from_ <= each.from_)
    return begins and (above.until is None or (each.until is not None and each.until <= above.until))


# ── One after the other ────────────────────────────────────────────────────────────────────────────────────────────


def _meetings(agreements: list[_Terms]) -> Iterator[PathProblem]:
    """Days between two dated agreements of the same conditions, and days of both."""
    alike: dict[Any, list[_Terms]] = {}
    for each in agreements:
        if each.agreement.dated:
            alike.setdefault((_sorted(each.when), _sorted(each.unless)), []).append(each)
    always = [each for each in agreements if not each.agreement.dated]
    for some in alike.values():
        some.sort(key=lambda each: (each.agreement.from_ or date.min, each.agreement.until or date.max))
        for former, later in pairwise(some):
            yield from _meeting(former, later, always)


def _meeting(former: _Terms, later: _Terms, always: list[_Terms]) -> Iterator[PathProblem]:
    ends, begins = former.agreement.until, later.agreement.from_
    if ends == begins or begins is None:
        return
    if ends is not None and ends < begins:
        if not any(_takes(other, later, later.when) for other in always):
            yield PathProblem(
                "agreements-leave-a-gap",
                (*later.path, "from"),
                f'from {ends} until {begins} neither "{former.name}" nor "{later.name}" holds: clocks that start on '
                "those days have the file's own terms",
                f'write from: {ends}, or until: {begins} in "{former.name}"',
            )
        return
    inner, outer = sorted((former, later), key=lambda each: each.place)
    if _holds_as_long(inner.agreement, outer.agreement) or _holds_as_long(outer.agreement, inner.agreement):
        return  # an exception for some days above the rule, or one that is never reached, which is said elsewhere
    yield PathProblem(
        "agreements-overlap",
        (*later.path, "from"),
        f'from {begins}{"" if ends is None else f" until {ends}"} both "{former.name}" and "{later.name}" hold, and '
        f'the first in the file counts: "{inner.name}"',
        f'write until: {begins} in "{former.name}"' + ("" if ends is None else f", or from: {ends}"),
    )


def _sorted(asked: Asked) -> tuple[Any, ...]:
    return tuple(sorted((key, tuple(sorted(values))) for key, values in asked.items()))
