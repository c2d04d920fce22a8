"""Who is who in the account, and which fields do its tickets have?

Promise: agents, contacts, groups, languages and ticket fields are shown as the account knows them; what is not
there is 404 with an empty body, and the admin's pages are for administrators.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g
from werkzeug.wrappers import Response

from slabot_sandbox.freshdesk import listing, refusals
from slabot_sandbox.freshdesk.application import Parts, Routes, body, here, query
from slabot_sandbox.freshdesk.objects import Json
from slabot_sandbox.freshdesk.refusals import invalid, json_response, wrong


def add(routes: Routes, parts: Parts) -> None:
    """Register agents, contacts and fields."""
    account = parts.account

    def paged(items: Iterable[Json]) -> Response:
        asked = query()
        wanted = asked.get("email", "").casefold()
        found = [one for one in items if not wanted or _email(one).casefold() == wanted]
        part, headers = listing.page(found, asked, url=here())
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

    @routes("GET", "/groups")
    def groups() -> Response:
        return paged(account.groups)

    @routes("GET", "/settings/helpdesk")
    def settings() -> Response:
        primary, *others = account.languages
        return json_response({"primary_language": primary, "supported_languages": others, "portal_languages": []})

    @routes("GET", "/ticket_fields")
    def fields() -> Response:
        return json_response(_fields(parts))

    @routes("GET", "/admin/ticket_fields")
    def admin_fields() -> Response:
        parts.guard.admins_only(g.agent)
        return json_response(_fields(parts))


def _fields(parts: Parts) -> list[Json]:
    account = parts.account
    return [field.shown(account) for field in sorted(account.fields.values(), key=lambda one: one.position)]


def _one(found: Any) -> Response:
    if found is None:
        raise refusals.not_found()
    return json_response(found)


def _email(user: Json) -> str:
    return str(user.get("contact", user).get("email") or "")
