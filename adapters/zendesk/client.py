"""How is zenpy used so that none of its surprises can happen?

Promise: zenpy builds addresses and payloads and decides nothing. It runs on our session (no retries, no
sleeping on 429, no other host), without its caches (a decision must never rest on a ticket that is 30 seconds
old), with one client for each thread (it keeps one slot for the object being sent), without its environment
variables (ZENPY_FORCE_NETLOC would send the token elsewhere), and with its loggers off (they print whole
bodies, and those hold customers' words). What it gives back is the JSON as it came: its objects cost twenty
times that. zenpy publishes no types, so this is the one module that imports it, and what `Client` takes and gives
is typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import requests

from adapters.errors import BadAnswer, OutcomeUnknown
from adapters.http.address import AccountAddress
from adapters.http.answers import read_object
from adapters.http.session import READ
from adapters.zendesk.hush import importing, quiet
from adapters.zendesk.session import HelpdeskSession

with importing():
    from zenpy.lib.api import CustomStatusesApi, TicketApi, UserApi, UserSearchApi
    from zenpy.lib.api_objects import Ticket
    from zenpy.lib.cache import ZenpyCacheManager

PAGE = 100  # audits in one answer; Zendesk gives no more


class _Raw:
    """What every zenpy API of ours does its own way. Comes before zenpy's class in the order of resolution."""

    address: AccountAddress

    @property
    def base_url(self) -> str:
        """The configured host, whatever the environment says."""
        return self.address.netloc

    def _build_url(self, endpoint: Any, api_prefix: str | None = None) -> str:
        endpoint.scheme = self.address.scheme
        endpoint.netloc = self.address.netloc
        endpoint.prefix_path(self.address.api)
        return str(endpoint.build())

    def _process_response(self, response: requests.Response, object_mapping: object = None) -> dict[str, Any]:
        self._dirty_object = None
        request = response.request
        endpoint = f"{request.method} {request.path_url.partition('?')[0]}"
        try:
            return read_object(response, endpoint=endpoint)
        except BadAnswer as error:
            if request.method == "GET":
                raise
            # A success that nobody can read may be anybody's: a proxy's, or an answer that broke off.
            raise OutcomeUnknown(error.what, endpoint=endpoint) from None


class Tickets(_Raw, TicketApi):  # type: ignore[misc, no-any-unimported]  # zenpy has no types
    """Tickets and their audits."""

    def _serialize(self, zenpy_object: object) -> Any:
        payload = super()._serialize(zenpy_object)
        if isinstance(payload, dict):
            payload.pop("id", None)  # stands in the address; in the body it earns a warning each time
        return payload


class Users(_Raw, UserApi):  # type: ignore[misc, no-any-unimported]  # zenpy has no types
    """Users by id, and the one we are."""


class UserSearch(_Raw, UserSearchApi):  # type: ignore[misc, no-any-unimported]  # zenpy has no types
    """Users by address."""


class CustomStatuses(_Raw, CustomStatusesApi):  # type: ignore[misc, no-any-unimported]  # zenpy has no types
    """The account's own statuses."""


class Client:
    """The endpoints that slabot uses. Not for two threads at a time."""

    def __init__(self, address: AccountAddress, session: HelpdeskSession) -> None:
        """Open nothing yet."""
        quiet()
        config = {
            "domain": address.netloc,
            "subdomain": address.netloc,
            "session": session,
            "timeout": READ,
            "ratelimit": None,
            "ratelimit_budget": None,
            "ratelimit_request_interval": 10,
            "cache": ZenpyCacheManager(True),  # disabled
        }
        self.address = address
        self.session = session
        self._tickets = Tickets(config)
        self._users = Users(config)
        self._search = UserSearch(config)
        self._custom_statuses = CustomStatuses(config)
        for api in (self._tickets, self._users, self._search, self._custom_statuses):
            api.address = address

    def ticket(self, ticket_id: str) -> dict[str, Any]:
        """The ticket, with the people and the organisation that it names."""
        return dict(self._tickets(id=ticket_id, include=["users", "organizations"]))

    def audits_page(self, ticket_id: str, after: str | None) -> dict[str, Any]:
        """One page of audits, oldest first, with the users who caused them."""
        query = {"include": "users", "page[size]": PAGE}
        if after:
            query["page[after]"] = quote(after, safe="")  # zenpy writes queries as they are
        return dict(self._tickets._query_zendesk(self._tickets.endpoint.audits, "ticket_audit", id=ticket_id, **query))

    def tickets_by_id(self, ids: Iterable[str]) -> dict[str, Any]:
        """Up to 100 tickets, with the people and the organisations that they name."""
        query = {"ids": ",".join(ids), "include": "users,organizations"}
        path = "tickets/show_many.json"
        return read_object(self.session.get(self.address.url(path), params=query), endpoint=f"GET /api/v2/{path}")

    def update(self, ticket_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """PUT these values of the ticket; sent once."""
        return dict(self._tickets.update(Ticket(id=int(ticket_id), **values)))

    def me(self) -> dict[str, Any]:
        """The account that slabot acts as."""
        return dict(self._users.me())

    def users_by_id(self, ids: Iterable[str]) -> dict[str, Any]:
        """Up to 100 users."""
        return dict(self._users(ids=list(ids)))

    def users_by_query(self, query: str) -> dict[str, Any]:
        """Users that Zendesk's search finds."""
        return dict(self._search(query=query))

    def custom_statuses(self) -> dict[str, Any]:
        """All of the account's statuses."""
        return dict(self._custom_statuses())

    def close(self) -> None:
        """Give back its connections."""
        self.session.close()
