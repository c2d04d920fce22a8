"""What does the whole file say?

Promise: a Policy is complete and consistent; every name exists, every calendar opens, every duration is a duration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from slabot.calendars import Calendar, CalendarSpec
from slabot.domain import Category, Severity
from slabot.judgement import Reply, meaning
from slabot.policy.addresses import third_party
from slabot.policy.agreement import Classify, ClockKind, ClockTerms, Ladder, Requests, SeverityTerms
from slabot.policy.agreements import DEFAULT, Agreement, Index, given_of
from slabot.policy.availability import Availability
from slabot.policy.base import Part
from slabot.policy.breach_reasons import BreachReason
from slabot.policy.channels import HeartbeatSettings, Mail, OutgoingWebhook, PagerDuty
from slabot.policy.connections import Helpdesk, Slack, StoreSettings, Web
from slabot.policy.destinations import Way
from slabot.policy.languages import LanguageName
from slabot.policy.open_times import closes
from slabot.policy.paths import Path
from slabot.policy.people import Fallback, LadderChanges, Permission, QuietHours, Storm, TermsChanges
from slabot.policy.quiet import quiet_since, quiet_until
from slabot.policy.reporting import Reports
from slabot.policy.rotas import Rota
from slabot.policy.scalars import (
    Mode,
    RealDuration,
    StartText,
    Text,
    Texts,
    WorkingDuration,
    one_mapping,
    one_or_many,
    refuse,
)
from slabot.policy.silence import AutomaticReplies, Exempt, RunLimits, Solved, Waiting
from slabot.policy.walk import SchemaMark
from slabot.policy.words_read import Replies
from slabot.policy.working_time import CalendarEntry, specs_of

Entry = TypeVar("Entry")
Named: TypeAlias = Annotated[dict[str, Entry], SchemaMark.NEW_NAME]

ThirdParty = Annotated[Text, AfterValidator(third_party)]

_NAMED = (
    *("helpdesks", "calendars", "severities", "rotas", "pagerduty", "outgoing_webhooks", "channels"),
    "breach_reasons",
)


class Policy(Part):
    """The policy file."""

    version: Literal[1]
    helpdesks: Named[Helpdesk] = Field(default_factory=dict)
    slack: Slack | None = None
    store: StoreSettings = Field(default_factory=lambda: StoreSettings(url="sqlite:///slabot.db"))
    web: Web = Field(default_factory=Web)
    calendars: Named[CalendarEntry] = Field(min_length=1)
    severities: Named[SeverityTerms] = Field(min_length=1)
    classify: Classify
    requests: Requests = Field(default_factory=Requests)
    bots: Texts = ()
    third_parties: Annotated[tuple[ThirdParty, ...], BeforeValidator(one_or_many)] = ()
    clocks: tuple[ClockTerms, ...] = ()
    escalate: tuple[Ladder, ...] = ()
    re_page_after: WorkingDuration = timedelta(minutes=30)
    ladder_changes: LadderChanges = LadderChanges.KEEP
    terms_changes: TermsChanges = TermsChanges.KEEP
    rotas: Named[Rota] = Field(default_factory=dict)
    quiet_hours: Annotated[tuple[QuietHours, ...], BeforeValidator(one_mapping)] = ()
    fallback: Fallback | None = None
    storm: Storm = Field(default_factory=Storm)
    permissions: tuple[Permission, ...] = ()
    email: Mail | None = None
    pagerduty: Named[PagerDuty] = Field(default_factory=dict)
    outgoing_webhooks: Named[OutgoingWebhook] = Field(default_factory=dict)
    channels: Named[dict[str, dict[str, Text]]] = Field(default_factory=dict)
    heartbeat: HeartbeatSettings | None = None
    automatic_replies: AutomaticReplies = Field(default_factory=AutomaticReplies)
    replies: Replies = Field(default_factory=Replies)
    waiting: Waiting = Field(default_factory=Waiting)
    solved: Solved = Field(default_factory=Solved)
    exempt: Exempt = Field(default_factory=Exempt)
    limits: RunLimits = Field(default_factory=RunLimits)
    availability: Availability = Field(default_factory=Availability)
    agreements: tuple[Agreement, ...] = ()
    breach_reasons: Named[BreachReason] = Field(default_factory=dict)
    organization_languages: dict[Text, LanguageName] = Field(default_factory=dict)
    reports: Reports = Field(default_factory=Reports)
    start_from: StartText | None = None
    keep_text: RealDuration = timedelta(days=30)

    @field_validator("clocks")
    @classmethod
    def _clock_names(cls, clocks: tuple[ClockTerms, ...]) -> tuple[ClockTerms, ...]:
        names = [clock.name for clock in clocks]
        for name in names:
            if names.count(name) > 1:
                raise refuse("duplicate-name", f'two clocks are named "{name}"', "give each clock its own name")
        return clocks

    @field_validator("agreements")
    @classmethod
    def _agreement_names(cls, agreements: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
        seen: set[str] = set()
        for agreement in agreements:
            if agreement.name in seen:
                raise refuse(
                    "duplicate-name", f'two agreements are named "{agreement.name}"', "give each agreement its own name"
                )
            seen.add(agreement.name)
        return agreements

    @field_validator("bots")
    @classmethod
    def _one_account_each(cls, bots: tuple[str, ...]) -> tuple[str, ...]:
        for bot in bots:
            if "," in bot or " " in bot.strip():
                raise refuse(
                    "bad-account", f'"{bot}" is not one account', "write a list: [a@acme.example, b@acme.example]"
                )
        return bots

    @field_validator(*_NAMED)
    @classmethod
    def _plain_names(cls, named: dict[str, Any]) -> dict[str, Any]:
        for name in named:
            if not name.replace("_", "").replace("-", "").isalnum():
                raise refuse("bad-name", f'"{name}" cannot be a name', "use letters, digits, _ and -")
        return named

    @field_validator("calendars")
    @classmethod
    def _joined(cls, calendars: dict[str, CalendarEntry]) -> dict[str, CalendarEntry]:
        specs_of(calendars)
        return calendars

    def model_post_init(self, context: Any, /) -> None:
        """Compile the calendars now: one that contradicts itself is a problem of the file."""
        assert self._calendars

    # What is asked for again and again; a private attribute of pydantic's would be looked up ten times as slowly.

    @cached_property
    def specs(self) -> dict[str, CalendarSpec]:
        """The calendars as the file says, by name, each with those that it joins."""
        return specs_of(self.calendars)

    def with_specs(self, specs: Mapping[str, CalendarSpec]) -> Policy:
        """The same policy with other calendars under these names."""
        changed = self.model_copy()
        vars(changed)["specs"] = dict(specs)
        return changed

    @cached_property
    def _calendars(self) -> dict[str, Calendar]:
        return {name: Calendar(spec) for name, spec in self.specs.items()}

    @cached_property
    def _ranks(self) -> dict[Severity, int]:
        return {name: rank for rank, name in enumerate(self.severities)}

    @cached_property
    def _bots(self) -> frozenset[str]:
        return frozenset(bot.casefold() for bot in self.bots)

    @cached_property
    def _priorities(self) -> dict[str, Severity]:
        return {name.casefold(): severity for name, severity in self.classify.priorities.items()}

    def under(self, agreement: str) -> Policy:
        """The terms of an agreement as a policy of their own; the file's for `DEFAULT` and for a name that it lacks."""
        if agreement == DEFAULT:
            return self
        found = self._under.get(agreement)
        if found is None:
            found = self._under[agreement] = self._agreed(agreement)
        return found

    @cached_property
    def _under(self) -> dict[str, Policy]:
        return {}

    def _agreed(self, name: str) -> Policy:
        ours = self.agreement(name)
        if ours is None:
            return self
        update = ours.changes(self.severities, self.clocks)
        update |= {"waiting": given_of(self.waiting, ours.waiting), "solved": given_of(self.solved, ours.solved)}
        agreed = self.model_copy(update=update)
        vars(agreed).update(specs=self.specs, _calendars=self._calendars, _dated=self._dated)  # slow to compile
        return agreed

    def agreement(self, name: str) -> Agreement | None:
        """The agreement of that name; None for `DEFAULT`, and for one that the file does not have."""
        return self._agreements.get(name)

    @cached_property
    def _agreements(self) -> dict[str, Agreement]:
        return {agreement.name: agreement for agreement in self.agreements}

    @cached_property
    def agreement_index(self) -> Index:
        """Finds the agreements that can fit a ticket."""
        return Index(self.agreements)

    def every_ladder(self) -> Iterator[tuple[Path, Ladder]]:
        """The ladders of the file and those of its agreements, each with its place."""
        for place, ladder in enumerate(self.escalate):
            yield ("escalate", place), ladder
        for number, agreement in enumerate(self.agreements):
            for place, ladder in enumerate(agreement.escalate or ()):
                yield ("agreements", number, "escalate", place), ladder

    def calendar(self, name: str) -> Calendar:
        """The compiled calendar of that name."""
        return self._calendars[name]

    def calendar_from(self, name: str, start: datetime) -> Calendar:
        """The calendar of that name for what starts then: hours that change later do not change it."""
        if name not in self._changing:
            return self._calendars[name]
        spec = self.specs[name]
        held = spec.as_of(start.astimezone(spec.zone).date())
        key = (name, *(tuple(member.week.items()) for member in held.members))
        if key not in self._dated:
            self._dated[key] = Calendar(held)
        return self._dated[key]

    @cached_property
    def _changing(self) -> frozenset[str]:
        return frozenset(name for name, spec in self.specs.items() if spec.dated)

    @cached_property
    def _dated(self) -> dict[tuple[Any, ...], Calendar]:
        return {}

    def severity_calendar(self, severity: Severity) -> Calendar:
        """The calendar on which a severity's first response is counted."""
        return self._calendars[self.severities[severity].calendar]

    @cached_property
    def severity_names(self) -> tuple[Severity, ...]:
        """The most severe first."""
        return tuple(self.severities)

    @cached_property
    def solved_clocks(self) -> frozenset[str]:
        """The names of the clocks that a solve stops, whatever was said."""
        return frozenset(clock.name for clock in self.clocks if clock.kind is ClockKind.RESOLUTION)

    @cached_property
    def periodic_updates(self) -> dict[str, ClockTerms]:
        """The clocks that remind people of the next update, by name."""
        return {clock.name: clock for clock in self.clocks if clock.kind is ClockKind.PERIODIC_UPDATE}

    def ladders_for(self, clock: str) -> tuple[Ladder, ...]:
        """The ladders that may serve clocks of a name, in the order of the file."""
        found = self._ladders.get(clock)
        if found is None:
            found = self._ladders[clock] = tuple(ladder for ladder in self.escalate if clock in ladder.clock)
        return found

    @cached_property
    def _ladders(self) -> dict[str, tuple[Ladder, ...]]:
        return {}

    @cached_property
    def waiting_calendar(self) -> Calendar:
        """The calendar in which waits are counted: the one named, or the first that is not always open."""
        named = self.waiting.calendar
        if named is not None:
            return self._calendars[named]
        return next((c for c in self._calendars.values() if not c.spec.always), next(iter(self._calendars.values())))

    def rank(self, severity: Severity) -> int:
        """0 for the most severe, rising; the order of the file."""
        return self._ranks[severity]

    def severity_of_priority(self, priority: str) -> Severity | None:
        """What a native priority means, in any case; None where the file does not list it."""
        return self._priorities.get(priority.casefold())

    def is_bot(self, *names: str | None) -> bool:
        """True if one of these ids or addresses is on the list ``bots``."""
        bots = self._bots
        return bool(bots) and any(name is not None and name.casefold() in bots for name in names)

    def is_third_party(self, *names: str | None) -> bool:
        """True if one of these addresses, or its domain, is on the list ``third_parties``."""
        listed = self._third_parties
        return bool(listed) and any(
            name is not None and (name.casefold() in listed or f"@{name.casefold().rpartition('@')[2]}" in listed)
            for name in names
        )

    @cached_property
    def _third_parties(self) -> frozenset[str]:
        return frozenset(self.third_parties)

    def looks_automatic(self, text: str) -> bool:
        """True if the words of a message look like those of an automatic reply."""
        if self.automatic_replies.begin(text):
            return True
        return bool(text) and self.replies.mode is Mode.ACT and meaning(text).reply is Reply.AUTO_REPLY

    def language_of(self, organization: str | None) -> str | None:
        """The language in which an organisation reads, in any case of its name; None where the file does not say."""
        return None if organization is None else self._languages.get(organization.casefold())

    @cached_property
    def _languages(self) -> dict[str, str]:
        return {name.casefold(): language for name, language in self.organization_languages.items()}

    def category(self, helpdesk: str, status: str) -> Category | None:
        """The category of a helpdesk's status; None where the file does not map it."""
        entry = self.helpdesks.get(helpdesk)
        return None if entry is None else entry.statuses.get(status)

    def has_quiet_hours(self, severity: Severity) -> bool:
        """True if pages of this severity are held back at some times."""
        return any(severity in entry.severities for entry in self.quiet_hours)

    def quiet_until(self, severity: Severity, at: datetime) -> datetime | None:
        """When the quiet hours end that hold back a page of this severity due at an instant; None if none do."""
        return quiet_until(self._quiet_calendars(severity), at) if self.quiet_hours else None

    def quiet_since(self, severity: Severity, at: datetime) -> datetime | None:
        """The first instant whose pages are held back together with those of ``at``; None if those are not."""
        return quiet_since(self._quiet_calendars(severity), at)

    def _quiet_calendars(self, severity: Severity) -> list[Calendar]:
        return [self._calendars[entry.calendar] for entry in self.quiet_hours if severity in entry.severities]

    def on_call(self, rota: str, now: datetime) -> str | None:
        """Who is on call by a weekly rota: an e-mail address or a Slack id; None for nobody, and where the file has no
        rota of this name (any more: ladders that were frozen before may still name it).
        """
        entry = self.rotas.get(rota)
        if entry is None or (entry.only_in is not None and closes(self._calendars[entry.only_in], now) == now):
            return None
        return entry.on_call(now)

    def permission_for(self, act: str, severity: Severity | None) -> Permission | None:
        """Who may do something, with a page of this severity if it is one; None if everybody may."""
        return next((entry for entry in self.permissions if entry.covers(act, severity)), None)

    @cached_property
    def main_destination(self) -> str | None:
        """Who is told what is for nobody in particular: ``slack.channel``; without Slack whom the ladders name
        first, or else the fallback. None where they name nobody who can be told without Slack.
        """
        if self.slack is not None:
            return self.slack.channel
        named = [to for ladder in self.escalate for _, to in ladder.named()]
        named += self.fallback.to if self.fallback is not None else ()
        return next((str(to) for to in named if to.way != Way.SLACK), None)

    @cached_property
    def display_zone(self) -> ZoneInfo:
        """The zone in which times are shown to people: that of the first calendar with a zone of its own."""
        return next(
            (entry.time_zone for entry in self.calendars.values() if entry.time_zone is not None), ZoneInfo("UTC")
        )

    def starting(self, start_from: datetime) -> Policy:
        """The same policy with ``start_from`` filled in where the file leaves it to the day of installation."""
        if self.start_from is not None:
            return self
        return self.model_copy(update={"start_from": start_from}).with_specs(self.specs)
