"""What was agreed: how soon, how severe, counted when, and who is told before it is missed?

Promise: the tables of a support agreement have one place each in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictStr, ValidationInfo, model_validator

from slabot.domain import Category, Severity
from slabot.policy.base import Part
from slabot.policy.dated import DatedTarget, DatedTargets
from slabot.policy.destinations import Destination, Destinations
from slabot.policy.language_model import LanguageModel
from slabot.policy.paths import Path
from slabot.policy.rungs import After, Rung, RungError, each_day, parse_days_of_work, parse_rung
from slabot.policy.scalars import (
    CalendarName,
    CategoryName,
    HelpdeskName,
    Mode,
    ModeName,
    Priorities,
    PriorityText,
    Prose,
    SeverityName,
    Text,
    Texts,
    one_or_many,
    refuse,
    refuse_empty,
)
from slabot.policy.terms import Term
from slabot.policy.triage import Triage
from slabot.policy.walk import SchemaMark
from slabot.policy.words_read import Reader

FIRST_RESPONSE = "first_response"
DAYS_AFTER_REPEATS = 10  # of work, where the file does not say


class WhenClosed(StrEnum):
    """What a request on a date without opening is promised."""

    NEXT_WORKING_DAY = "end_of_next_working_day"
    AS_USUAL = "as_usual"


class SeverityTerms(Part):
    """One row of the agreement's table."""

    means: Prose
    respond_within: DatedTargets
    calendar: CalendarName
    priority: PriorityText | None = None
    received_when_closed: WhenClosed = WhenClosed.NEXT_WORKING_DAY


def _terms(value: object) -> object:
    value = one_or_many(value)
    if isinstance(value, list) and all(isinstance(item, str) and item.strip(" *") for item in value) and value:
        return tuple(Term(item) for item in value)
    if isinstance(value, tuple):
        return value
    raise refuse("bad-terms", "this should be a list of words or phrases", "write [production down, no workaround]")


Terms = Annotated[tuple[Term, ...], BeforeValidator(_terms), SchemaMark.TERM]


def _field_values(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {name: one_or_many(_field_text(item)) for name, item in value.items()}


def _field_text(value: object) -> object:
    """Numbers and flags as a ticket file has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


class Conditions(Part):
    """What a request must show; of each list one entry is enough, and every key that is given must hold."""

    subject: Terms | None = None
    text: Terms | None = None
    tags: Texts | None = None
    channel: Texts | None = None
    organization: Texts | None = None
    requester: Texts | None = None
    type: Texts | None = None
    priority: Priorities | None = None
    helpdesk: Annotated[tuple[HelpdeskName, ...] | None, BeforeValidator(one_or_many)] = None
    group: Texts | None = None
    brand: Texts | None = None
    form: Texts | None = None
    fields: Annotated[dict[str, tuple[StrictStr, ...]] | None, BeforeValidator(_field_values)] = None

    @model_validator(mode="after")
    def _says_something(self) -> Conditions:
        if not self.model_fields_set:
            raise refuse("empty-condition", "this condition asks for nothing", "name a key, such as text or tags")
        refuse_empty(self, "a condition")
        return self

    @cached_property
    def asked(self) -> tuple[tuple[str, Any], ...]:
        """The keys that are given, with what they ask for; in the order above."""
        given = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple((name, value) for name, value in given if value is not None)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Of these, in small letters, one must stand in the subject or in a message; none if any text will do."""
        terms = self.subject or self.text or ()
        words = tuple(term.rarest for term in terms)
        return words if all(words) else ()


class ClassifyRule(Part):
    """Evidence for one severity."""

    name: Prose
    severity: SeverityName
    when: Conditions
    unless: Conditions | None = None


class Classify(Part):
    """How a request gets its severity."""

    rules: tuple[ClassifyRule, ...] = ()
    priorities: dict[PriorityText, SeverityName] = Field(default_factory=dict)
    otherwise: SeverityName
    mode: ModeName = Mode.OFF
    reader: Reader = Field(default_factory=Reader)
    model: LanguageModel = Field(default_factory=LanguageModel)
    triage: Triage | None = None

    @model_validator(mode="after")
    def _rule_names(self) -> Classify:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.name in seen:
                raise refuse("duplicate-name", f'two rules are named "{rule.name}"', "give each rule its own name")
            seen.add(rule.name)
        return self


class WrittenByAgents(StrEnum):
    """From when a request counts that an agent wrote down for a customer (a telephone call, a forwarded mail)."""

    AS_THE_HELPDESK_SAYS = "as_the_helpdesk_says"
    """Whatever the helpdesk gives as the author of the first message: at Zendesk the agent, so that no clock starts
    until the customer writes; at Freshdesk the customer, so that it starts at the creation."""
    FROM_CREATION = "from_creation"
    FROM_THE_CUSTOMER = "from_the_customer"
    """From the first message by the customer."""


class Requests(Part):
    """Which tickets and messages are requests.

    Attributes:
        channels: if given, tickets that came by others get no clock; one that the list does not name but nobody knows
            yet gets a clock and a warning.
        received_at_field: a custom field that holds when the customer really asked, where agents write it down.
    """

    not_from_channels: Texts = ()
    channels: Texts = ()
    written_by_agents: WrittenByAgents = WrittenByAgents.AS_THE_HELPDESK_SAYS
    received_at_field: Text | None = None

    @cached_property
    def refused(self) -> frozenset[str]:
        """The channels that are no request, in small letters."""
        return frozenset(name.casefold() for name in self.not_from_channels)

    @cached_property
    def listed(self) -> frozenset[str]:
        """The channels that are requests, in small letters; none where all are."""
        return frozenset(name.casefold() for name in self.channels)


class ClockKind(StrEnum):
    """What a further clock measures."""

    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    PERIODIC_UPDATE = "periodic_update"


def _within(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, dict) else {"*": value}


Within = Annotated[dict[str, DatedTargets], BeforeValidator(_within)]


class ClockTerms(Part):
    """A clock beside the first response.

    Attributes:
        within: a target for every severity (under ``*``), or one by severity; a severity without one has no such clock.
        calendar: None for the calendar of the severity in force.
        during: categories in which a periodic update is owed.
        pause_in: categories in which a resolution clock stands still.
    """

    name: Text
    kind: ClockKind
    within: Within
    calendar: CalendarName | None = None
    during: Annotated[tuple[CategoryName, ...], BeforeValidator(one_or_many)] = (Category.WAITING_ON_THIRD_PARTY,)
    pause_in: Annotated[tuple[CategoryName, ...], BeforeValidator(one_or_many)] = (Category.WAITING_ON_CUSTOMER,)
    mode: ModeName = Mode.OBSERVE

    @model_validator(mode="after")
    def _fits(self, info: ValidationInfo) -> ClockTerms:
        if self.name == FIRST_RESPONSE or "#" in self.name or "/" in self.name:
            raise refuse(
                "bad-clock-name",
                f'"{self.name}" cannot name a further clock',
                "choose a name without # and /, such as next_response",
            )
        known = getattr(info.context, "severities", ())
        for severity in self.within:
            if known and severity != "*" and severity not in known:
                raise refuse(
                    "unknown-severity", f'"{severity}" is not a severity of this file', f"use one of {', '.join(known)}"
                )
        return self

    def targets(self, severity: Severity) -> tuple[DatedTarget, ...]:
        """The rows of this clock's target under a severity; empty where there is none."""
        return self.within.get(severity, self.within.get("*", ()))


def _rung(value: object) -> object:
    if isinstance(value, Rung):
        return value
    if not isinstance(value, str):
        raise refuse("bad-rung", "this is no rung", "write 50% used, 30m before, breach or 30m after")
    try:
        return parse_rung(value)
    except RungError as error:
        raise refuse("bad-rung", error.why, error.remedy) from None


class RungEntry(Part):
    """One rung and who is told; the page's message is in the first channel that is named, or in slack.channel."""

    at: Annotated[Any, BeforeValidator(_rung)]
    notify: Destinations = ()

    @property
    def rung(self) -> Rung:
        """The rung as a value."""
        rung: Rung = self.at
        return rung

    @cached_property
    def name(self) -> str:
        """The rung as the file writes it."""
        return str(self.at)


def _working_days(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise refuse("bad-duration", f"{value} has no unit", f'write "{value} days"')
    if not isinstance(value, str):
        raise refuse("bad-duration", "this is no number of working days", "write it like 10 days")
    try:
        return parse_days_of_work(value)
    except RungError as error:
        raise refuse("bad-duration", error.why, error.remedy) from None


class AfterRepeats(Part):
    """One page a working day once every repeat of a ladder has ended.

    Attributes:
        notify: whoever the last of the repeating rungs tells, where it is empty.
        days: how many of them; the last says that it is the last.
    """

    every: Literal["working day"]
    notify: Destinations = ()
    days: Annotated[int, BeforeValidator(_working_days)] = Field(DAYS_AFTER_REPEATS, alias="for")

    @property
    def name(self) -> str:
        """What these pages are called: ``every working day for 10 days``."""
        return each_day(self.days)


class Ladder(Part):
    """Rungs for the clocks that fit; an empty selector fits everything."""

    severity: Annotated[tuple[SeverityName, ...], BeforeValidator(one_or_many)] = ()
    clock: Texts = (FIRST_RESPONSE,)
    helpdesk: Annotated[tuple[HelpdeskName, ...], BeforeValidator(one_or_many)] = ()
    organization: Texts = ()
    tag: Texts = ()
    group: Texts = ()
    brand: Texts = ()
    form: Texts = ()
    rungs: Annotated[tuple[RungEntry, ...], Field(min_length=1)]
    after_repeats: AfterRepeats | None = None

    @property
    def repeating(self) -> tuple[tuple[int, After], ...]:
        """The rungs that are repeated, each with its place."""
        rungs = ((place, entry.rung) for place, entry in enumerate(self.rungs))
        return tuple((place, rung) for place, rung in rungs if isinstance(rung, After) and rung.every is not None)

    @cached_property
    def in_the_end(self) -> AfterRepeats | None:
        """What comes once every repeat has ended; None where none is repeated, or one without an end."""
        repeating = self.repeating
        if not repeating or any(rung.lasts is None for _, rung in repeating):
            return None
        return self.after_repeats or AfterRepeats(every="working day")

    def named(self) -> Iterator[tuple[Path, Destination]]:
        """Everybody whom it names, each with the place in it."""
        for index, entry in enumerate(self.rungs):
            for number, to in enumerate(entry.notify):
                yield ("rungs", index, "notify", number), to
        for number, to in enumerate(self.after_repeats.notify if self.after_repeats is not None else ()):
            yield ("after_repeats", "notify", number), to
