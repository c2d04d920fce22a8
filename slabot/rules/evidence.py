"""Does a request show what a rule asks for, and in which words?

Promise: every condition that holds quotes what matched, so that a person can judge the judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from slabot.domain import Ticket
from slabot.policy import ClassifyRule, Conditions, Term
from slabot.rules.words import listed, shorten


@dataclass(slots=True)
class Request:
    """What rules may look at, as it stood at one time."""

    ticket: Ticket
    priority: str | None
    tags: tuple[str, ...]
    fields: Mapping[str, str | None]
    texts: list[str] = field(default_factory=list)


def rule_evidence(rule: ClassifyRule, request: Request) -> str | None:
    """What makes the rule hold, in words; None if it does not hold."""
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
    ticket, requester = request.ticket, request.ticket.requester
    if conditions.subject is not None:
        yield _quoted("the subject", conditions.subject, (ticket.subject,))
    if conditions.text is not None:
        yield _quoted("the subject", conditions.text, (ticket.subject,)) or _quoted(
            "the customer", conditions.text, request.texts
        )
    if conditions.tags is not None:
        yield _same("it is tagged", conditions.tags, request.tags)
    if conditions.channel is not None:
        yield _same("it came by", conditions.channel, (ticket.channel,))
    if conditions.organization is not None:
        organization = None if requester is None else requester.organization
        yield _same("the organisation is", conditions.organization, (organization,))
    if conditions.requester is not None:
        yield _requester(conditions.requester, None if requester is None else requester.email)
    if conditions.type is not None:
        yield _same("the type is", conditions.type, (ticket.kind,))
    if conditions.priority is not None:
        yield _same("the helpdesk's priority is", conditions.priority, (request.priority,))
    if conditions.helpdesk is not None:
        yield _same("it is on", conditions.helpdesk, (ticket.helpdesk,))
    for name, values in (conditions.fields or {}).items():
        yield _same(f"the field {name} is", values, (request.fields.get(name),))


def _quoted(who: str, terms: tuple[Term, ...], texts: Iterable[str]) -> str | None:
    for text in texts:
        for term in terms:
            match = term.find(text)
            if match is not None:
                return f'{who} says "{shorten(match)}"'
    return None


def _same(words: str, wanted: tuple[str, ...], found: Iterable[str | None]) -> str | None:
    names = {want.casefold() for want in wanted}
    match = next((value for value in found if value is not None and value.casefold() in names), None)
    return None if match is None else f'{words} "{shorten(match)}"'


def _requester(wanted: tuple[str, ...], email: str | None) -> str | None:
    """An address, or everybody at a domain: ``@customer.example``."""
    if email is None:
        return None
    address = email.casefold()
    for want in wanted:
        if address == want.casefold() or (want.startswith("@") and address.endswith(want.casefold())):
            return f'the requester is "{shorten(email)}"'
    return None
