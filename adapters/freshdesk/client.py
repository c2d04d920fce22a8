"""Which calls of Freshdesk's API does slabot make?

Promise: one method for each, what comes back is the JSON as it came, and a list says whether there is more. Addresses
of next pages are built here: only that there is one is taken from the answer's Link, since the token goes to no host
but the configured one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from adapters.errors import BadAnswer, OutcomeUnknown
from adapters.freshdesk.session import FreshdeskSession
from adapters.http.address import AccountAddress
from adapters.http.answers import read_json, read_object
from adapters.http.fields import Raw

PER_PAGE = 100  # the most that Freshdesk gives

Listed = tuple[list[Raw], bool]
"""The objects of a page, and whether there is another page."""


class Client:
    """The endpoints. Not for two threads at a time."""

    def __init__(self, address: AccountAddress, session: FreshdeskSession) -> None:
        """Open nothing yet."""
        self.address = address
        self.session = session

    def ticket(self, ticket_id: str, *, include: str = "") -> dict[str, Any]:
        """One ticket; `include` adds conversations (ten at most), stats, requester, company: one more call of the
        account's each.
        """
        return self._object("GET", f"tickets/{ticket_id}", {"include": include} if include else None)

    def conversations(self, ticket_id: str, page: int) -> Listed:
        """Replies and notes, oldest first. The ticket's description is none of them."""
        return self._list(f"tickets/{ticket_id}/conversations", {"per_page": PER_PAGE, "page": page})

    def tickets(self, *, since: str, page: int, size: int, order: str = "asc", only: str = "") -> Listed:
        """Tickets by `updated_at`. Without `since`, which is inclusive, they would be those of the last 30 days.

        Args:
            since: a time as Freshdesk writes it.
            page: from 1 to 300; further ones are refused.
            size: tickets on a page.
            order: ``asc`` or ``desc``.
            only: ``deleted`` or ``spam``, which other lists leave out.
        """
        query = {"updated_since": since, "order_by": "updated_at", "order_type": order, "per_page": size, "page": page}
        return self._list("tickets", {**query, **({"filter": only} if only else {})})

    def ticket_fields(self) -> list[Raw]:
        """The account's fields with their choices."""
        return self._list("ticket_fields", {})[0]

    def agents(self, page: int) -> Listed:
        """The account's agents."""
        return self._list("agents", {"per_page": PER_PAGE, "page": page})

    def agents_by_email(self, email: str) -> list[Raw]:
        """The agents with an address."""
        return self._list("agents", {"email": email})[0]

    def groups(self, page: int) -> Listed:
        """The account's groups of agents."""
        return self._list("groups", {"per_page": PER_PAGE, "page": page})

    def sla_policies(self, page: int) -> Listed:
        """What the account promises, in the order in which its policies are tried."""
        return self._list("sla_policies", {"per_page": PER_PAGE, "page": page})

    def business_hours(self, page: int) -> Listed:
        """The hours in which those targets count."""
        return self._list("business_hours", {"per_page": PER_PAGE, "page": page})

    def products(self, page: int) -> Listed:
        """The account's products."""
        return self._list("products", {"per_page": PER_PAGE, "page": page})

    def forms(self, page: int) -> Listed:
        """The account's ticket forms, where its plan has more than one."""
        return self._list("ticket-forms", {"per_page": PER_PAGE, "page": page})

    def contact(self, number: str) -> dict[str, Any]:
        """Somebody who is no agent."""
        return self._object("GET", f"contacts/{number}")

    def company(self, number: str) -> dict[str, Any]:
        """A company of contacts."""
        return self._object("GET", f"companies/{number}")

    def ratings(self, ticket_id: str) -> list[Raw]:
        """What the customer answered to surveys about a ticket; of very many, the first hundred."""
        return self._list(f"tickets/{ticket_id}/satisfaction_ratings", {"per_page": PER_PAGE})[0]

    def helpdesk_settings(self) -> dict[str, Any]:
        """Which languages the account has: `primary_language`, `supported_languages`, `portal_languages`."""
        return self._object("GET", "settings/helpdesk")

    def me(self) -> dict[str, Any]:
        """The agent whose key it is."""
        return self._object("GET", "agents/me")

    def update(self, ticket_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """PUT exactly these values; sent once. A list among them, tags say, would replace the ticket's."""
        return self._object("PUT", f"tickets/{ticket_id}", body=values)

    def reply(self, ticket_id: str, body: str) -> dict[str, Any]:
        """Write to the customer, in HTML; sent once."""
        return self._object("POST", f"tickets/{ticket_id}/reply", body={"body": body})

    def note(self, ticket_id: str, body: str) -> dict[str, Any]:
        """Leave a private note, in HTML; sent once."""
        return self._object("POST", f"tickets/{ticket_id}/notes", body={"body": body, "private": True})

    def close(self) -> None:
        """Give back its connections."""
        self.session.close()

    def _object(
        self, method: str, place: str, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        endpoint = f"{method} /{self.address.api}/{place}"
        answer = self.session.request(method, self.address.url(place), params=query, json=body)
        try:
            return read_object(answer, endpoint=endpoint)
        except BadAnswer as error:
            if method == "GET":
                raise
            # A success that nobody can read may be anybody's: a proxy's, or an answer that broke off.
            raise OutcomeUnknown(error.what, endpoint=endpoint) from None

    def _list(self, place: str, query: Mapping[str, Any]) -> Listed:
        endpoint = f"GET /{self.address.api}/{place}"
        answer = self.session.get(self.address.url(place), params=query)
        found = read_json(answer, endpoint=endpoint)
        if not isinstance(found, list):
            raise BadAnswer(f"no list but {type(found).__name__}", endpoint=endpoint)
        # A proxy may lose the Link; a full page is then asked behind, or half a history would pass for a whole one.
        return found, _has_next(answer) or len(found) >= int(query.get("per_page", len(found) + 1))


def _has_next(answer: requests.Response) -> bool:
    return 'rel="next"' in answer.headers.get("Link", "").replace("'", '"').lower()
