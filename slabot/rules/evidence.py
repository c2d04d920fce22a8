"""Does a request show what a rule asks for, and in which words?

Promise: every condition that holds quotes what matched, so that a person can judge the judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from slabot.domain import (
    AnyEvent,
    BrandChanged,
    FieldChanged,
    FormChanged,
    GroupChanged,
    OrganizationChanged,
    RequesterChanged,
    TagsChanged,
    Ticket,
)
from slabot.policy import ClassifyRule, Conditions, SearchText, Term, first_found
from slabot.rules.words import listed, quoted, shorten


@dataclass(slots=True)
class Request:
    """What rules may look at, as it stood at one time."""

    ticket: Ticket
    priority: str | None
    tags: tuple[str, ...]
    fields: Mapping[str, str | None]
    subject: SearchText
    email: str | None
    organization: str | None
    group: str | None
    brand: str | None
    form: str | None
    texts: list[SearchText] = field(default_factory=list)
    _without: dict[str, int] = field(default_factory=dict)  # by rule: how many texts were looked through in vain

    @classmethod
    def at_creation(cls, ticket: Ticket) -> Request:
        """As the ticket was when it was created, before anything was said."""
        person = ticket.requester
        return cls(
            ticket=ticket,
            priority=ticket.priority,
            tags=ticket.tags,
            fields=ticket.fields,
            subject=SearchText(ticket.subject),
            email=None if person is None else person.email,
            organization=None if person is None else person.organization,
            group=ticket.group,
            brand=ticket.brand,
            form=ticket.form,
        )

    def takes(self, event: AnyEvent) -> bool:
        """Follow the timeline in all but what is said; True if anything changed that a condition may ask for."""
        match event:
            case TagsChanged():
                self.tags = event.to
            case FieldChanged():
                self.fields = {**self.fields, event.name: event.to}
            case RequesterChanged():
                self.email = event.email
            case OrganizationChanged():
                self.organization = event.to
            case GroupChanged():
                self.group = event.to
            case BrandChanged():
                self.brand = event.to
            case FormChanged():
                self.form = event.to
            case _:
                return False
        return True

    def lacks(self, rule: ClassifyRule) -> bool:
        """True if surely none of the words of which a rule asks for one stands in the subject or in a message."""
        words = rule.when.words
        if not words:
            return False
        looked = self._without.get(rule.name, 0)  # each text once, however often somebody writes
        for text in self.texts[looked - 1 :] if looked else (self.subject, *self.texts):
            lowered = text.lowered
            if lowered is None:
                return False
            for word in words:
                if word in lowered:
                    return False
        self._without[rule.name] = len(self.texts) + 1
        return True

    def takes_back(self) -> None:
        """Leave the last text out again."""
        self.texts.pop()
        self._without = {rule: min(looked, len(self.texts) + 1) for rule, looked in self._without.items()}


def conditions_evidence(when: Conditions | None, unless: Conditions | None, request: Request) -> str | None:
    """What makes the conditions hold, in words (empty where none are given); None if they do not hold."""
    found = [] if when is None else _all(when, request)
    if found is None or (unless is not None and _any(unless, request)):
        return None
    return listed(tuple(found)) if found else ""


def rule_evidence(rule: ClassifyRule, request: Request) -> str | None:
    """What makes the rule hold, in words; None if it does not hold."""
    if request.lacks(rule):
        return None
    found = _all(rule.when, request)
    if found is None or (rule.unless is not None and _any(rule.unless, request)):
        return None
    return f'rule "{rule.name}": {listed(tuple(found))}'


def _all(conditions: Conditions, request: Request) -> list[str] | None:
    found: list[str] = []
    for evidence in _each(conditions, request):
        if evidence is None:
            return None
        found.append(evidence)
    return found


def _any(conditions: Conditions, request: Request) -> bool:
    return any(evidence is not None for evidence in _each(conditions, request))


def _each(conditions: Conditions, request: Request) -> Iterable[str | None]:
    """The evidence for each condition that is given, None for one that does not hold."""
    ticket = request.ticket
    for name, wanted in conditions.asked:
        match name:
            case "subject":
                yield _quoted("the subject", wanted, (request.subject,))
            case "text":
                in_subject = _quoted("the subject", wanted, (request.subject,))
                yield in_subject or _quoted("the customer", wanted, request.texts)
            case "tags":
                yield _same("it is tagged", wanted, request.tags)
            case "channel":
                yield _same("it came by", wanted, (ticket.channel,))
            case "organization":
                yield _same("the organisation is", wanted, (request.organization,))
            case "requester":
                yield _requester(wanted, request.email)
            case "group":
                yield _same("the group is", wanted, (request.group,))
            case "brand":
                yield _same("the brand is", wanted, (request.brand,))
            case "form":
                yield _same("the form is", wanted, (request.form,))
            case "type":
                yield _same("the type is", wanted, (ticket.kind,))
            case "priority":
                yield _same("the helpdesk's priority is", wanted, (request.priority,))
            case "helpdesk":
                yield _same("it is on", wanted, (ticket.helpdesk,))
            case "fields":
                for field_name, values in wanted.items():
                    yield _same(f"the field {field_name} is", values, (request.fields.get(field_name),))
            case _:
                raise AssertionError(f"the condition {name} is not looked at")


def _quoted(who: str, terms: tuple[Term, ...], texts: Iterable[SearchText]) -> str | None:
    for text in texts:
        match = first_found(terms, text)
        if match is not None:
            return f"{who} says {quoted(match)}"
    return None


def _same(words: str, wanted: tuple[str, ...], found: Iterable[str | None]) -> str | None:
    names = _names(wanted)
    match = next((value for value in found if value is not None and value.casefold() in names), None)
    return None if match is None else f'{words} "{shorten(match)}"'


@lru_cache(maxsize=1024)  # the conditions of the file
def _names(wanted: tuple[str, ...]) -> frozenset[str]:
    return frozenset(want.casefold() for want in wanted)


def _requester(wanted: tuple[str, ...], email: str | None) -> str | None:
    """An address, or everybody at a domain: ``@customer.example``."""
    if email is None:
        return None
    address = email.casefold()
    for want in wanted:
        if address == want.casefold() or (want.startswith("@") and address.endswith(want.casefold())):
            return f'the requester is "{shorten(email)}"'
    return None
