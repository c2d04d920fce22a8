"""Who is this person that wrote, being neither the requester nor in copy?

Promise: one call for each such person and one for each of their companies, remembered for an hour; nobody else is
looked up. Where the key may not read contacts, or one is no longer there, nobody is known, and no ticket fails for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.errors import BadAnswer, NotAllowed
from adapters.freshdesk.client import Client
from adapters.http.fields import Raw, ident, objects, text
from adapters.http.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Contact:
    """What slabot keeps of a contact.

    Attributes:
        companies: the ids of all companies that they belong to, their own first.
        organization: the name of the first, or its id where nobody can name it; None for none.
    """

    email: str | None = None
    companies: tuple[str, ...] = ()
    organization: str | None = None


class Contacts:
    """The contacts that were looked up lately. Shared by all threads."""

    def __init__(self) -> None:
        """Know nobody."""
        self._known: Remembered[Contact] = Remembered()
        self._companies: Remembered[str] = Remembered()

    def find(self, ids: Iterable[str], client: Client, now: datetime) -> Mapping[str, Contact]:
        """The contacts with these ids; those that cannot be read are left out."""
        asked = {own: self._known.find(own, now, partial(self._ask, own, client, now)) for own in ids}
        return {own: contact for own, contact in asked.items() if contact is not None}

    def _ask(self, own: str, client: Client, now: datetime) -> Contact | None:
        try:
            raw = client.contact(own)
        except (BadAnswer, NotAllowed):
            return None
        companies = _companies(raw)
        named = None
        if companies:
            first = companies[0]
            named = self._companies.find(first, now, lambda: _company(first, client)) or first
        return Contact(text(raw.get("email")) or None, companies, named)


def _companies(raw: Raw) -> tuple[str, ...]:
    others = (ident(each.get("company_id")) for each in objects(raw.get("other_companies")))
    return tuple(dict.fromkeys(own for own in (ident(raw.get("company_id")), *others) if own is not None))


def _company(own: str, client: Client) -> str | None:
    try:
        return text(client.company(own).get("name")) or None
    except (BadAnswer, NotAllowed):
        return None
