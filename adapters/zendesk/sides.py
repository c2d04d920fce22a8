"""Who was on the customer's side of this ticket, and since when?

Promise: requester, copies (CC) and organisation at creation and after each audit, from what the audits tell; what they
never name is as the ticket shows it. Followers are agents who watch, and take no part.

Copies come in many forms: as ids or as addresses, as a field (`email_cc_ids`, older: `collaborator_ids`,
`current_collaborators`) or as an event of its own (`EmailCcChange`, `Cc`). Where the field for CCs is told, the older
one, which holds followers too, is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.zendesk.actors import Authors, Side
from adapters.zendesk.audits import Audit, Stamp
from adapters.zendesk.fields import Raw, ident, mapping, text
from adapters.zendesk.names import ORGANIZATION, Named
from slabot.domain import AnyEvent, OrganizationChanged, ParticipantsChanged, RequesterChanged

REQUESTER = "requester_id"
_COPIES = frozenset({"email_cc_ids", "email_ccs", "current_email_ccs"})
_OLDER_COPIES = frozenset({"collaborator_ids", "collaborators", "current_collaborators"})
_ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
_SPLIT = re.compile(r"[\s,;]+")


def named(value: object) -> tuple[str, ...]:
    """People from a list or text of ids, addresses or objects, each once, in order; addresses in lower case."""
    match value:
        case list():
            found = [one for item in value for one in named(item)]
        case dict():
            found = [*named(value.get("id") or value.get("user_id") or value.get("email") or value.get("user_email"))]
        case str() if "@" in value:
            found = [address.casefold() for address in _ADDRESS.findall(value)]
        case str():
            found = [one for part in _SPLIT.split(value) if (one := ident(part)) is not None and one.isdecimal()]
        case _:
            found = [one for one in (ident(value),) if one is not None]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Sides:
    """The customer's side over the life of a ticket.

    Attributes:
        first: at creation.
        copies: who was in copy at creation, in order.
    """

    first: Side
    copies: tuple[str, ...]
    _around: Mapping[int, tuple[Side, Side]]

    def around(self, audit: Audit) -> tuple[Side, Side]:
        """Before and after an audit."""
        return self._around[audit.place]


@dataclass(slots=True)
class _State:
    requester: str | None
    copies: tuple[str, ...]
    organization: str | None

    def side(self) -> Side:
        return Side(self.requester, frozenset(self.copies), self.organization)


def read_sides(raw: Raw, audits: Sequence[Audit]) -> Sides:
    """Follow requester, copies and organisation through the audits of the ticket `raw`."""
    fields = _copy_fields(audits)
    state = _State(
        _first(audits, REQUESTER, ident(raw.get(REQUESTER))),
        _first_copies(raw, audits, fields),
        _first(audits, ORGANIZATION, ident(raw.get(ORGANIZATION))),
    )
    copies, first, around = state.copies, state.side(), {}
    for audit in audits:
        before = state.side()
        for entry, name, is_create in audit.changes():
            if name == REQUESTER and not is_create:
                state.requester = ident(entry.get("value"))
            elif name == ORGANIZATION and not is_create:
                state.organization = ident(entry.get("value"))
        now = None if audit.is_creation else _copies_after(audit, fields, state.copies)
        state.copies = state.copies if now is None else now
        around[audit.place] = (before, state.side())
    return Sides(first, copies, around)


def read_side_changes(sides: Sides, audits: Sequence[Audit], authors: Authors, names: Named) -> list[AnyEvent]:
    """The same as events."""
    events: list[AnyEvent] = []
    for audit in audits:
        before, after = sides.around(audit)
        stamp = Stamp(audit, authors, sides.around(audit))
        if after.requester != before.requester:
            email = authors.email(after.requester)
            told = stamp.of(_entry(audit, REQUESTER), "requester")
            events.append(RequesterChanged(**told, to=after.requester, email=email))
        if after.copies != before.copies:
            told = stamp.of(_entry(audit, *_COPIES, *_OLDER_COPIES), "participants")
            events.append(ParticipantsChanged(**told, to=tuple(sorted(after.copies))))
        if after.organization != before.organization:
            own = after.organization
            name = None if own is None else names.get((ORGANIZATION, own), own)
            events.append(OrganizationChanged(**stamp.of(_entry(audit, ORGANIZATION), "organization"), to=name))
    return events


def requesters(audits: Sequence[Raw]) -> set[str]:
    """The ids of everybody who was requester, by audits as they came."""
    found: set[str] = set()
    for audit in audits:
        listed = audit.get("events")
        for entry in listed if isinstance(listed, list) else ():
            if mapping(entry).get("field_name") == REQUESTER:
                found.update(named([entry.get("value"), entry.get("previous_value")]))
    return found


def _first(audits: Sequence[Audit], field: str, otherwise: str | None) -> str | None:
    """A creation's value counts; else the value before the first change; else the present one."""
    told = [(entry, is_create) for audit in audits for entry, name, is_create in audit.changes() if name == field]
    for entry, is_create in told:
        if is_create:
            return ident(entry.get("value"))
    return ident(told[0][0].get("previous_value")) if told else otherwise


def _first_copies(raw: Raw, audits: Sequence[Audit], fields: frozenset[str]) -> tuple[str, ...]:
    for audit in audits:
        found = _told(audit, fields, before=not audit.is_creation)
        if found is not None:
            return found
    followers = set(named(raw.get("follower_ids")))
    older = tuple(each for each in named(raw.get("collaborator_ids")) if each not in followers)
    return tuple(dict.fromkeys([*named(raw.get("email_cc_ids")), *older]))


def _copies_after(audit: Audit, fields: frozenset[str], copies: tuple[str, ...]) -> tuple[str, ...] | None:
    found = _told(audit, fields, before=False)
    notified = named([entry.get("recipients") for entry in audit.entries if entry.get("type") == "Cc"])
    if found is None and not notified:
        return None
    return tuple(dict.fromkeys([*(copies if found is None else found), *notified]))


def _told(audit: Audit, fields: frozenset[str], *, before: bool) -> tuple[str, ...] | None:
    """The copies before or after an audit, as far as it names them all; None where it does not."""
    found: list[str] = []
    is_told = False
    for entry in audit.entries:
        if _is_copies(entry, fields):
            is_told = True
            keys = ("previous_value", "previous_email_ccs") if before else ("value", "current_email_ccs")
            found += named([entry.get(key) for key in keys])
    return tuple(dict.fromkeys(found)) if is_told else None


def _copy_fields(audits: Sequence[Audit]) -> frozenset[str]:
    """The fields that tell the copies of this ticket. For all audits at once: a long history is gone through once."""
    is_told = any(_is_copies(entry, _COPIES) for audit in audits for entry in audit.entries)
    return _COPIES if is_told else _OLDER_COPIES


def _is_copies(entry: Raw, fields: frozenset[str]) -> bool:
    return text(entry.get("field_name")) in fields or (fields is _COPIES and "current_email_ccs" in entry)


def _entry(audit: Audit, *fields: str) -> Raw:
    """The event of the audit that changed one of these fields; for its own `via`."""
    return next((entry for entry in audit.entries if entry.get("field_name") in fields), {})
