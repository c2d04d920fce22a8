"""Serve users, organisations, groups, brands, forms and languages.

Promise: all of them as an administrator sees them. A user who was never recorded or was removed is a 404, and is left
out of lists: the role of an unknown author is not made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import g
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import Routes, here, query
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.pagination import page

if TYPE_CHECKING:
    from slabot_sandbox.zendesk.standin import ZendeskStandIn

MOST_IDS = 100  # in show_many
LISTED_ONLY = ("groups", "brands")  # the description has no show_many for these


def add(routes: Routes, desk: ZendeskStandIn) -> None:
    """Register the paths of users, organisations, groups, brands and forms."""
    account = desk.account

    @routes("GET", "/users/me")
    def me() -> Response:
        return json_response({"user": g.user})

    @routes("GET", "/users/search")
    def search() -> Response:
        wanted = query().get("query", "").removeprefix("email:").strip('"').casefold()
        found = [one for one in account.users.values() if wanted and wanted in (one["email"] or "").casefold()]
        return json_response(page("users", found, query(), url=here()))

    @routes("GET", "/locales")
    def locales() -> Response:
        return json_response({"locales": account.locales})

    for plural, singular, known in (
        ("users", "user", account.users),
        ("organizations", "organization", account.organizations),
        ("groups", "group", account.groups),
        ("brands", "brand", account.brands),
        ("ticket_forms", "ticket_form", account.forms),
    ):
        _add_kind(routes, plural, singular, known)


def _add_kind(routes: Routes, plural: str, singular: str, known: Mapping[int, Json]) -> None:
    if plural not in LISTED_ONLY:
        _add_show_many(routes, plural, known)

    @routes("GET", f"/{plural}/<int:number>")
    def show(number: int) -> Response:
        if number not in known:
            raise refusals.not_found()
        return json_response({singular: known[number]})

    @routes("GET", f"/{plural}")
    def index() -> Response:
        items = sorted(known.values(), key=lambda one: one["id"])
        if roles := query().get("role"):
            items = [one for one in items if one.get("role") in roles.split(",")]
        return json_response(page(plural, items, query(), url=here()))


def _add_show_many(routes: Routes, plural: str, known: Mapping[int, Json]) -> None:
    @routes("GET", f"/{plural}/show_many")
    def show_many() -> Response:
        numbers = [int(one) for one in query().get("ids", "").split(",") if one.strip().isdigit()]
        if len(numbers) > MOST_IDS:
            said = f"Parameter ids cannot specify more than {MOST_IDS} values"
            raise refusals.bad_request("TooManyValues", said, max_count=MOST_IDS)
        found = [known[number] for number in numbers if number in known]
        return json_response({plural: found, "next_page": None, "previous_page": None, "count": len(found)})
