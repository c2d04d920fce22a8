"""For which tickets do other terms hold than those that the file gives to all?

Promise: of the agreements whose conditions hold for a ticket, the first in the file's order is in force; what it does
not say is the file's own. Severities stay one ladder of names for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from slabot.policy.agreement import ClockTerms, Conditions, Ladder, SeverityTerms, WhenClosed
from slabot.policy.base import Part
from slabot.policy.dated import DatedRow, DatedTargets, filled
from slabot.policy.people import QuietHours
from slabot.policy.scalars import (
    CalendarName,
    Prose,
    SeverityName,
    Text,
    one_mapping,
    refuse,
    refuse_empty,
)
from slabot.policy.silence import AgreedSolved, AgreedWaiting, Exempt

DEFAULT = "default"  # the name of the file's own terms, which no agreement may bear
ABOUT_WORDS = ("subject", "text", "priority")  # conditions about what was said, which an agreement does not rest on
KEYED = ("organization", "requester", "group", "brand", "form", "tags", "channel", "type", "helpdesk")
"""Conditions by whose values agreements are looked up, the most telling first."""

AnyPart = TypeVar("AnyPart", bound=Part)


def _reason(value: object) -> object:
    if value is False:
        raise refuse("no-promise-without-words", "this is false, and a reason is asked for here", "take it out")
    if value is None or value is True or (isinstance(value, str) and not value.strip()):
        raise refuse(
            "no-promise-without-words",
            "no reason stands here, and people are shown why nothing is promised",
            "write it, as in no_promise: monitoring mails",
        )
    return value


class AgreedTerms(Part):
    """What an agreement promises under one severity; what is left out is the file's own."""

    respond_within: DatedTargets | None = None
    calendar: CalendarName | None = None
    received_when_closed: WhenClosed | None = None


class Agreement(DatedRow):
    """The terms of some tickets.

    Attributes:
        when, unless: the conditions; an agreement without any fits every ticket.
        no_promise: why nothing is promised to these tickets: clocks run without target, pages or verdict.
        from_, until: 00:00 in the clock's calendar on which the agreement begins to hold, and from which on it does not
            any more; a clock counts by its own start.
        calendar, received_when_closed: for every severity that does not say its own here.
        clocks: further clocks; one of a name that the file has takes its place.
        escalate, quiet_hours, exempt: instead of the file's.
        waiting, solved: of these, what is given stands instead of the file's.
    """

    name: Text
    when: Conditions | None = None
    unless: Conditions | None = None
    no_promise: Annotated[Prose | None, BeforeValidator(_reason)] = None
    calendar: CalendarName | None = None
    received_when_closed: WhenClosed | None = None
    severities: dict[SeverityName, AgreedTerms] = Field(default_factory=dict)
    clocks: tuple[ClockTerms, ...] = ()
    escalate: tuple[Ladder, ...] | None = None
    quiet_hours: Annotated[tuple[QuietHours, ...] | None, BeforeValidator(one_mapping)] = None
    waiting: AgreedWaiting | None = None
    solved: AgreedSolved | None = None
    exempt: Exempt | None = None

    @model_validator(mode="after")
    def _fits(self) -> Agreement:
        refuse_empty(self, "an agreement")
        if self.name == DEFAULT:
            raise refuse(
                "bad-agreement-name", f'"{DEFAULT}" is the name of the file\'s own terms', "choose another name"
            )
        for conditions in (self.when, self.unless):
            for name in ABOUT_WORDS:
                if conditions is not None and getattr(conditions, name) is not None:
                    raise refuse(
                        "agreement-by-words",
                        f"an agreement rests on whose ticket it is, not on its {name}",
                        "use organization, requester, tags, group, brand, form, channel, type, helpdesk or fields",
                        under=("when" if conditions is self.when else "unless", name),
                    )
        if self.from_ is not None and self.until is not None and self.until <= self.from_:
            raise refuse("agreement-dates", "it ends before it begins", "set until to a day after from")
        return self

    @property
    def dated(self) -> bool:
        """True if it does not hold at all times."""
        return self.from_ is not None or self.until is not None

    @cached_property
    def key(self) -> tuple[str, tuple[str, ...]] | None:
        """One condition that must hold, with its values in small letters; None where none can be looked up."""
        if self.when is None:
            return None
        for name in KEYED:
            if (values := getattr(self.when, name)) is not None:
                return name, tuple(value.casefold() for value in values)
        return None

    def changes(self, severities: Mapping[str, SeverityTerms], clocks: tuple[ClockTerms, ...]) -> dict[str, Any]:
        """What of the file is replaced under this agreement, but for `waiting` and `solved`."""
        changed: dict[str, Any] = {
            "severities": {name: self._agreed(name, terms) for name, terms in severities.items()},
        }
        if self.clocks:
            ours = {clock.name: clock for clock in self.clocks}
            kept = tuple(_filled_clock(ours.pop(each.name), each) if each.name in ours else each for each in clocks)
            changed["clocks"] = (*kept, *ours.values())
        for name in ("escalate", "quiet_hours", "exempt"):
            if (value := getattr(self, name)) is not None:
                changed[name] = value
        return changed

    def _agreed(self, severity: str, terms: SeverityTerms) -> SeverityTerms:
        given: dict[str, Any] = {}
        if self.calendar is not None:
            given["calendar"] = self.calendar
        if self.received_when_closed is not None:
            given["received_when_closed"] = self.received_when_closed
        own = self.severities.get(severity)
        if own is not None:
            given |= {name: value for name in own.model_fields_set if (value := getattr(own, name)) is not None}
        if "respond_within" in given:
            given["respond_within"] = filled(given["respond_within"], terms.respond_within)
        return terms.model_copy(update=given) if given else terms


def _filled_clock(ours: ClockTerms, theirs: ClockTerms) -> ClockTerms:
    """Our clock; where the rows of a target do not hold, those of the file's clock of that name do."""
    severities = ours.within.keys() | (theirs.within.keys() if "*" in ours.within else ())
    within = {severity: filled(ours.targets(severity), theirs.targets(severity)) for severity in severities}
    return ours.model_copy(update={"within": within})


def given_of(part: AnyPart, ours: AnyPart | None) -> AnyPart:
    """A part of the file with what an agreement gives instead."""
    if ours is None:
        return part
    return part.model_copy(update={name: getattr(ours, name) for name in ours.model_fields_set})


class Index:
    """Which agreements can fit a ticket, found without asking each."""

    def __init__(self, agreements: tuple[Agreement, ...]) -> None:
        """Take all of them, in the file's order."""
        self._by_value: dict[tuple[str, str], list[int]] = {}
        self._always: list[int] = []
        self._names: set[str] = set()
        self._agreements = agreements
        for place, agreement in enumerate(agreements):
            if agreement.key is None:
                self._always.append(place)
                continue
            name, values = agreement.key
            self._names.add(name)
            for value in values:
                self._by_value.setdefault((name, value), []).append(place)

    def candidates(self, shown: Callable[[str], Sequence[str]]) -> list[Agreement]:
        """Those that may fit, in the file's order; what is shown as `places` takes it."""
        return [self._agreements[place] for place in self.places(shown)]

    def places(self, shown: Callable[[str], Sequence[str]]) -> list[int]:
        """The places in the file of those that may fit, in its order.

        Args:
            shown: gives what the ticket shows for one of `KEYED`, in small letters; of the requester the address and
                the ``@domain``.
        """
        places = set(self._always)
        for name in self._names:
            for value in shown(name):
                places.update(self._by_value.get((name, value), ()))
        return sorted(places)
