"""Serve what stands around tickets: people, groups, products, forms, fields, SLA policies, business hours.

Promise: they are shown as the account knows them; what is not there is 404 with an empty body, and the admin's pages
are for administrators.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import g
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import Routes, here, query
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.freshdesk import refusals
from slabot_sandbox.freshdesk.application import body
from slabot_sandbox.freshdesk.pagination import page
from slabot_sandbox.freshdesk.refusals import invalid, wrong

if TYPE_CHECKING:
    from slabot_sandbox.freshdesk.standin import FreshdeskStandIn


def add(routes: Routes, desk: FreshdeskStandIn) -> None:
    """Register agents, contacts and fields."""
    account = desk.account

    def paged(items: Iterable[Json]) -> Response:
        asked = query()
        wanted = asked.get("email", "").casefold()
        found = [one for one in items if not wanted or _email(one).casefold() == wanted]
        part, headers = page(found, asked, url=here())
        return json_response(part, headers=headers)

    @routes("GET", "/agents")
    def agents() -> Response:
        return paged(account.agents.values())

    @routes("GET", "/agents/me")
    def me() -> Response:
        return json_response(g.agent)

    @routes("GET", "/agents/<int:number>")
    def agent(number: int) -> Response:
        return _one(account.agents.get(number))

    @routes("GET", "/contacts")
    def contacts() -> Response:
        return paged(account.contacts.values())

    @routes("GET", "/contacts/<int:number>")
    def contact(number: int) -> Response:
        return _one(account.contacts.get(number))

    @routes("POST", "/contacts")
    def add_contact() -> Response:
        given = body()
        email = given.get("email")
        if not isinstance(email, str) or "@" not in email:
            raise invalid(wrong("email", "It should be in the 'valid email address' format"))
        for known in (*account.agents.values(), *account.contacts.values()):
            if _email(known).casefold() == email.casefold():
                raise refusals.duplicate("email", known["id"])
        return json_response(account.add_contact(email, name=given.get("name")), 201)

    @routes("GET", "/companies")
    def companies() -> Response:
        return paged(account.companies.values())

    @routes("GET", "/companies/<int:number>")
    def company(number: int) -> Response:
        return _one(account.companies.get(number))

    @routes("GET", "/products")
    def products() -> Response:
        return paged(account.products)

    @routes("GET", "/ticket-forms")
    def forms() -> Response:
        return paged(account.forms)

    @routes("GET", "/groups")
    def groups() -> Response:
        return paged(account.groups)

    @routes("GET", "/sla_policies")
    def sla_policies() -> Response:
        desk.guard.admins_only(g.agent)
        return paged(account.levels.policies)

    @routes("GET", "/business_hours")
    def business_hours() -> Response:
        desk.guard.admins_only(g.agent)
        return paged(account.levels.hours)

    @routes("GET", "/settings/helpdesk")
    def settings() -> Response:
        primary, *others = account.languages
        return json_response({"primary_language": primary, "supported_languages": others, "portal_languages": []})

    @routes("GET", "/ticket_fields")
    def fields() -> Response:
        return json_response(_fields(desk))

    @routes("GET", "/admin/ticket_fields")
    def admin_fields() -> Response:
        desk.guard.admins_only(g.agent)
        return json_response(_fields(desk))


def _fields(desk: FreshdeskStandIn) -> list[Json]:
    account = desk.account
    return [field.shown(account) for field in sorted(account.fields.values(), key=lambda one: one.position)]


def _one(found: Any) -> Response:
    if found is None:
        raise refusals.not_found()
    return json_response(found)


def _email(user: Json) -> str:
    return str(user.get("contact", user).get("email") or "")
