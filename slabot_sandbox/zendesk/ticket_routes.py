"""Serve tickets, comments, audits and the incremental exports.

Promise: reads show what the account holds, writes go through the rules of `updates`, and nothing else changes a
ticket. A ticket whose messages were never recorded answers 404 for them, which is not the same as none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import g, request
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import Routes, here, query
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.zendesk import changes, refusals
from slabot_sandbox.zendesk.application import body_of, warn_of
from slabot_sandbox.zendesk.metrics import metric_set
from slabot_sandbox.zendesk.objects import Ticket, via
from slabot_sandbox.zendesk.pagination import page
from slabot_sandbox.zendesk.updates import PLAIN_FIELDS, update

if TYPE_CHECKING:
    from slabot_sandbox.zendesk.standin import ZendeskStandIn

MOST_IDS = 100  # in show_many
SEARCHED = {"assignee": "assignee_id", "status": "status"}  # what search asks for, and the ticket's field
KEY_LIFE = 7200  # seconds that an idempotency key is remembered


def add(routes: Routes, desk: ZendeskStandIn) -> None:
    """Register the paths below `/tickets` and the incremental exports."""
    account = desk.account

    def ticket(number: int) -> Ticket:
        found = account.tickets.get(number)
        if found is None or found.gone:
            raise refusals.not_found()
        return found

    @routes("GET", "/tickets/<int:number>")
    def show(number: int) -> Response:
        found = ticket(number)
        body: Json = {"ticket": dict(found.shown)}
        included = query().get("include", "")
        if "metric_set" in included:
            body["ticket"]["metric_set"] = metric_set(account, found)
        return json_response(body | _beside(desk, [found.shown], included))

    @routes("GET", "/tickets")
    def index() -> Response:
        g.headers["zendesk-ratelimit-tickets-index"] = "total=100; remaining=99; resets=60"
        return json_response(page("tickets", [one.shown for one in account.visible()], query(), url=here()))

    @routes("GET", "/tickets/show_many")
    def show_many() -> Response:
        numbers = _numbers(query().get("ids", ""))
        found = [one.shown for one in account.visible() if one.id in numbers]
        body = {"tickets": found, "next_page": None, "previous_page": None, "count": len(found)}
        return json_response(body | _beside(desk, found, query().get("include", "")))

    @routes("GET", "/search/count")
    def count() -> Response:
        wanted = dict(part.partition(":")[::2] for part in query().get("query", "").split())
        if wanted.pop("type", None) != "ticket" or wanted.keys() - SEARCHED.keys():
            raise refusals.bad_request("invalid", f"The stand-in searches type:ticket by {', '.join(SEARCHED)} alone")
        found = [
            one
            for one in account.visible()
            if all(str(one.shown[SEARCHED[key]]) == value for key, value in wanted.items())
        ]
        return json_response({"count": len(found)})

    @routes("PUT", "/tickets/<int:number>")
    def put(number: int) -> Response:
        found = ticket(number)
        g.headers.update(desk.limits.update_headers(number, g.user["id"]))
        audit, ignored = update(account, found, body_of("ticket"), actor=g.user["id"], rules=desk.rules)
        warn_of(ignored, "update")
        return json_response({"ticket": found.shown, "audit": audit})

    keys: dict[str, tuple[float, bytes, Json]] = {}

    @routes("POST", "/tickets")
    def post() -> Response:
        body, raw, now = body_of("ticket"), request.get_data(), account.clock.now().timestamp()
        key = request.headers.get("Idempotency-Key")
        if key and key in keys and now - keys[key][0] < KEY_LIFE:
            if keys[key][1] != raw:
                said = "Request parameters don't match the given idempotency key"
                raise refusals.bad_request("IdempotentRequestError", said)
            g.headers["x-idempotency-lookup"] = "hit"
            return json_response(keys[key][2], 201)
        made, audit = _create(desk, body)
        answer = {"ticket": made.shown, "audit": audit}
        if key:
            keys[key] = (now, raw, answer)
            g.headers["x-idempotency-lookup"] = "miss"
        return json_response(answer, 201)

    @routes("DELETE", "/tickets/<int:number>")
    def delete(number: int) -> Response:
        changes.delete(account, ticket(number), actor=g.user["id"])
        return Response(status=204)

    @routes("PUT", "/deleted_tickets/<int:number>/restore")
    def restore(number: int) -> Response:
        found = account.tickets.get(number)
        if found is None or not found.gone:
            raise refusals.not_found()
        changes.restore(account, found, actor=g.user["id"])
        return json_response({})

    @routes("GET", "/tickets/<int:number>/comments")
    def comments(number: int) -> Response:
        found = ticket(number).comments
        if found is None:
            raise refusals.not_found()
        body = page("comments", _sorted(found), query(), url=here())
        if "users" in query().get("include", ""):
            body["users"] = _users(desk, [comment["author_id"] for comment in body["comments"]])
        return json_response(body)

    @routes("GET", "/tickets/<int:number>/audits")
    def audits(number: int) -> Response:
        found = ticket(number).audits
        if found is None:
            raise refusals.not_found()
        body = page("audits", _sorted(found), query(), url=here())
        if "users" in query().get("include", ""):
            body["users"] = _users(desk, [audit["author_id"] for audit in body["audits"]])
        return json_response(body)

    @routes("GET", "/tickets/<int:number>/metrics")
    def metrics(number: int) -> Response:
        return json_response({"ticket_metric": metric_set(account, ticket(number))})

    @routes("GET", "/tickets/<int:number>/tags")
    def tags(number: int) -> Response:
        return json_response({"tags": ticket(number).shown["tags"]})

    def tag_writer(method: str, name: str) -> None:
        @routes(method, "/tickets/<int:number>/tags")
        def write_tags(number: int) -> Response:
            found, given = ticket(number), request.get_json(silent=True) or {}
            kept = {key: given[key] for key in ("safe_update", "updated_stamp") if key in given}
            body = {name: given.get("tags", []), **kept}
            g.headers.update(desk.limits.update_headers(number, g.user["id"]))
            update(account, found, body, actor=g.user["id"], rules=desk.rules)
            return json_response({"tags": found.shown["tags"]}, 201 if method == "POST" else 200)

    for method, name in (("PUT", "tags"), ("POST", "tags"), ("DELETE", "remove_tags")):
        # The real API names them the other way round: PUT adds, POST sets.
        tag_writer(method, "additional_tags" if method == "PUT" else name)

    def exporter(rule: str, export: Callable[..., Json]) -> None:
        @routes("GET", rule)
        def incremental() -> Response:
            desk.guard.admins_only(g.user)
            g.headers.update(desk.limits.incremental_headers())
            return json_response(export(query(), url=here()))

    exporter("/incremental/tickets/cursor", desk.exports.by_cursor)
    exporter("/incremental/tickets", desk.exports.by_time)
    exporter("/incremental/ticket_events", desk.exports.ticket_events)
    exporter("/incremental/ticket_metric_events", desk.exports.metric_events)


def _create(desk: ZendeskStandIn, body: Json) -> tuple[Ticket, Json]:
    account = desk.account
    comment = body.get("comment") or {"body": body.get("description")}
    if not (comment.get("body") or comment.get("html_body")):
        raise refusals.invalid(base="Description: cannot be blank")
    requester = g.user["id"]
    if isinstance(body.get("requester"), dict) and body["requester"].get("email"):
        wanted = body["requester"]
        requester = account.add_user(wanted["email"], name=wanted.get("name"))["id"]
    requester = body.get("requester_id") or requester
    fields = {name: body[name] for name in PLAIN_FIELDS - {"subject", "requester_id"} if body.get(name)}
    return changes.create(
        account,
        requester=requester,
        submitter=body.get("submitter_id") or g.user["id"],
        subject=body.get("subject") or "",
        text=comment.get("body") or comment["html_body"],
        html_text=comment.get("html_body"),
        public=bool(comment.get("public", True)),
        source=via("api"),
        fields=fields,
        custom=body.get("metadata"),
    )


def _sorted(items: list[Json]) -> list[Json]:
    asked = query()
    newest_first = asked.get("sort") == "-created_at" or asked.get("sort_order") == "desc"
    return items[::-1] if newest_first else items


def _users(desk: ZendeskStandIn, numbers: Any) -> list[Json]:
    known = desk.account.users
    return [known[number] for number in sorted(set(numbers) & known.keys())]


def _beside(desk: ZendeskStandIn, shown: list[Json], included: str) -> Json:
    """What is side-loaded with tickets: the users and the organisations that they name."""
    account = desk.account
    body: Json = {}
    if "users" in included:
        body["users"] = _users(desk, [one[key] for one in shown for key in ("requester_id", "assignee_id")])
    if "organizations" in included:
        wanted = {one["organization_id"] for one in shown} & account.organizations.keys()
        body["organizations"] = [account.organizations[number] for number in sorted(wanted)]
    return body


def _numbers(text: str) -> set[int]:
    numbers = {int(one) for one in text.split(",") if one.strip().isdigit()}
    if len(numbers) > MOST_IDS:
        said = f"Parameter ids cannot specify more than {MOST_IDS} values"
        raise refusals.bad_request("TooManyValues", said, max_count=MOST_IDS)
    return numbers
