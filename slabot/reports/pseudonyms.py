"""How is a ticket shown to somebody who may know nothing of the people in it?

Promise: within one run the same person, address and organisation has the same name everywhere, in every ticket; texts
keep their length and lose their words. What the policy itself names (its bots, its team, its organisations) stays, for
the rules go by it. Tags, statuses, times and numbers of tickets stay; so do decisions, if what rested on words was
pinned before (`slabot.runtime.pinned`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from slabot.domain import (
    Actor,
    AnyEvent,
    Approved,
    AssigneeChanged,
    BreachReasonGiven,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    LadderFrozen,
    Message,
    ModelAnswered,
    Noted,
    Nudged,
    OrganizationChanged,
    PageSent,
    ParticipantsChanged,
    Person,
    PrivacyChanged,
    Rated,
    RequesterChanged,
    SeverityChanged,
    Ticket,
    TicketRecord,
    Timeline,
    Would,
)
from slabot.policy import Policy

_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")


class TextsKept(StrEnum):
    """What becomes of subjects, messages, reasons and the values of custom fields."""

    KEEP = "keep"
    NEUTRAL = "neutral"
    """Each letter an x and each digit a 0, so that lengths and lines stay."""
    DROP = "drop"


class Pseudonyms:
    """Replaces people in tickets; one for each run."""

    def __init__(self, policy: Policy, text: str, texts: TextsKept) -> None:
        """`text` is the policy's, as it is written."""
        self._policy, self._text, self._texts = policy, text, texts
        self._people: dict[str, str] = {}  # by "helpdesk/id" and by address
        self._organizations: dict[str, str] = {}
        self._reasons: dict[str, str] = {}

    def record(self, record: TicketRecord) -> TicketRecord:
        """The ticket with everybody replaced."""
        ticket = self._ticket(record.ticket)
        return TicketRecord(ticket, Timeline.of(self._event(ticket, event) for event in record.timeline))

    def without_words(self, record: TicketRecord) -> TicketRecord:
        """The ticket with its people and without their words."""
        ticket = replace(record.ticket, subject=self.text(record.ticket.subject), fields=self._fields(record.ticket))
        return TicketRecord(ticket, Timeline.of(self._wordless(event) for event in record.timeline))

    def text(self, text: str) -> str:
        """The words without what they say."""
        match self._texts:
            case TextsKept.KEEP:
                return text
            case TextsKept.NEUTRAL:
                return _DIGIT.sub("0", _LETTER.sub("x", text))
            case TextsKept.DROP:
                return ""

    def _ticket(self, ticket: Ticket) -> Ticket:
        requester = ticket.requester
        if requester is not None:
            organization = requester.organization
            requester = Person(
                self._person(ticket, requester.id, requester.email) or requester.id,
                self._address(requester.email),
                self._organization(organization),
                language=requester.language,
            )
        return replace(
            ticket,
            subject=self.text(ticket.subject),
            url=None,
            requester=requester,
            participants=self._in_copy(ticket, ticket.participants),
            assignee=self._person(ticket, ticket.assignee),
            written_by=self._person(ticket, ticket.written_by),
            fields=self._fields(ticket),
        )

    def _fields(self, ticket: Ticket) -> dict[str, str | None]:
        return {name: None if value is None else self.text(value) for name, value in ticket.fields.items()}

    def _wordless(self, event: AnyEvent) -> AnyEvent:
        match event:
            case Message() | Rated() | BreachReasonGiven() | ExcuseWithdrawn():
                return replace(event, text=self.text(event.text))
            case Excused():
                return replace(event, text=self.text(event.text), proof=self.text(event.proof))
            case FieldChanged():
                return replace(event, to=None if event.to is None else self.text(event.to))
            case SeverityChanged():
                return replace(event, reason=self._reason(event))
            case _:
                return event

    def _reason(self, event: SeverityChanged) -> str:
        """A rule's own reason quotes; another one stays another, for a severity begins anew with its evidence."""
        if event.by is not Actor.AUTOMATION:
            return self.text(event.reason)
        if not event.reason:
            return ""  # it is said then that the words are no longer kept
        first = f"a rule matched words that are left out here ({len(self._reasons) + 1})"
        return self._reasons.setdefault(event.reason, first)

    def _event(self, ticket: Ticket, event: AnyEvent) -> AnyEvent:
        address = event.email if isinstance(event, Message) else None
        if isinstance(event, RequesterChanged):
            event = replace(event, to=self._person(ticket, event.to, event.email), email=self._address(event.email))
        event = replace(event, by_id=self._person(ticket, event.by_id, address), id=self.addresses(event.id))
        match event:
            case Message():
                organization = self._organization(event.organization)
                return self._wordless(replace(event, email=self._address(event.email), organization=organization))
            case ParticipantsChanged():
                return replace(event, to=self._in_copy(ticket, event.to))
            case OrganizationChanged():
                return replace(event, to=self._organization(event.to))
            case PrivacyChanged():
                return replace(event, of=self.addresses(event.of))
            case AssigneeChanged():
                return replace(event, to=self._person(ticket, event.to))
            case PageSent():
                return replace(event, to=None if event.to is None else self.addresses(event.to))
            case LadderFrozen():
                return replace(event, plan=self.addresses(event.plan))
            case ModelAnswered():  # a digest of words tells whoever has the same words
                return replace(event, of="left out", evidence=())
            case ExcuseWithdrawn():
                return self._wordless(replace(event, of=self.addresses(event.of)))
            case Approved() | Noted() | Nudged() | Would():
                return replace(event, key=self.addresses(event.key))
            case _:
                return self._wordless(event)

    def _person(self, ticket: Ticket, person_id: str | None, address: str | None = None) -> str | None:
        """Who it is from now on."""
        if person_id is None or self._policy.is_bot(person_id, address):
            return person_id
        name = self._people.setdefault(f"{ticket.helpdesk}/{person_id}", f"person-{len(self._people) + 1}")
        if address is not None:
            self._people.setdefault(address.casefold(), name)
        return name

    def _in_copy(self, ticket: Ticket, names: tuple[str, ...]) -> tuple[str, ...]:
        """Ids and addresses."""
        return tuple((self._address(name) if "@" in name else self._person(ticket, name)) or name for name in names)

    def _address(self, address: str | None) -> str | None:
        if address is None or self._policy.is_bot(address) or self._policy.is_third_party(address):
            return address
        name = self._people.setdefault(address.casefold(), f"person-{len(self._people) + 1}")
        return f"{name}@example.invalid"

    def addresses(self, text: str) -> str:
        """Addresses in destinations and keys; the team's own, which the policy names, stay."""
        return _ADDRESS.sub(lambda found: found[0] if self._is_named(found[0]) else str(self._address(found[0])), text)

    def _organization(self, name: str | None) -> str | None:
        if name is None or self._is_named(name):
            return name
        return self._organizations.setdefault(name.casefold(), f"Organization {len(self._organizations) + 1}")

    def _is_named(self, name: str) -> bool:
        """True if the policy names it."""
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._text, re.IGNORECASE) is not None
