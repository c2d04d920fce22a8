"""Serve tickets, conversations and the search.

Promise: reads show what the account holds, writes go through the rules of `updates`, and nothing else changes a
ticket. A ticket in the trash or among the spam can be looked at, and nothing else. One whose messages were never
recorded answers 404 for them, which is not the same as none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import Routes, here, query
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.freshdesk import listing, refusals, updates
from slabot_sandbox.freshdesk.application import body
from slabot_sandbox.freshdesk.objects import Ticket
from slabot_sandbox.freshdesk.pagination import LAST_PAGE, page

if TYPE_CHECKING:
    from slabot_sandbox.freshdesk.standin import FreshdeskStandIn


def add(routes: Routes, desk: FreshdeskStandIn) -> None:
    """Register the paths below `/tickets` and the search."""
    account = desk.account

    def seen(number: int) -> Ticket:
        found = account.tickets.get(number)
        if found is None:
            raise refusals.not_found()
        if not account.may_see(g.agent, found):
            raise refusals.access_denied()
        return found

    def living(number: int) -> Ticket:
        found = seen(number)
        if found.gone:
            raise refusals.not_found()
        return found

    @routes("GET", "/tickets")
    def index() -> Response:
        asked = query()
        wanted = listing.included(asked, listing.LIST_INCLUDES)
        found = listing.tickets(account, asked, agent=g.agent)
        part, headers = page(found, asked, url=here(), last=LAST_PAGE)
        shown = [listing.with_included(account, ticket, ticket.listed(), wanted) for ticket in part]
        return json_response(shown, headers=headers)

    @routes("GET", "/tickets/<int:number>")
    def show(number: int) -> Response:
        wanted = listing.included(query(), listing.VIEW_INCLUDES)
        found = seen(number)
        return json_response(listing.with_included(account, found, found.alone(), wanted))

    @routes("PUT", "/tickets/<int:number>")
    def put(number: int) -> Response:
        given, found = body(), living(number)
        updates.update(account, found, given, actor=g.agent["id"])
        return json_response(found.alone())

    @routes("GET", "/tickets/<int:number>/conversations")
    def conversations(number: int) -> Response:
        found = living(number).conversations
        if found is None:
            raise refusals.not_found()
        part, headers = page(found, query(), url=here())
        return json_response(part, headers=headers)

    @routes("GET", "/tickets/<int:number>/satisfaction_ratings")
    def ratings(number: int) -> Response:
        part, headers = page(account.ratings.get(living(number).id, []), query(), url=here())
        return json_response(part, headers=headers)

    @routes("POST", "/tickets/<int:number>/notes")
    def note(number: int) -> Response:
        given, found = body(), living(number)
        return _made(updates.note(account, found, given, actor=g.agent["id"]))

    @routes("POST", "/tickets/<int:number>/reply")
    def reply(number: int) -> Response:
        given, found = body(), living(number)
        return _made(updates.reply(account, found, given, actor=g.agent["id"]))

    @routes("GET", "/search/tickets")
    def search() -> Response:
        asked = request.args
        return json_response(desk.search.find(asked.get("query", ""), asked.get("page", "1"), agent=g.agent))


def _made(conversation: Json | None) -> Response:
    return json_response(conversation, 201)
