"""Serve statuses, fields, SLA policies, schedules, automations, triggers and webhooks.

Promise: what an administrator would see under statuses, fields, SLA policies, automations, triggers and webhooks, as
far as slabot asks; a webhook that is made here is called like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import Routes, here, query
from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.application import body_of
from slabot_sandbox.zendesk.pagination import page
from slabot_sandbox.zendesk.webhooks import TRIGGER, Webhook

if TYPE_CHECKING:
    from slabot_sandbox.zendesk.standin import ZendeskStandIn

STATUS_CHOICES = (("open", "Open"), ("pending", "Pending"), ("hold", "On-hold"), ("solved", "Solved"))
PRIORITY_CHOICES = (("low", "Low"), ("normal", "Normal"), ("high", "High"), ("urgent", "Urgent"))
TYPE_CHOICES = (("question", "Question"), ("incident", "Incident"), ("problem", "Problem"), ("task", "Task"))


def add(routes: Routes, desk: ZendeskStandIn) -> None:
    """Register the paths of statuses, fields, policies, automations, triggers and webhooks."""
    account = desk.account
    fields = _ticket_fields(desk)
    policy = desk.account.ids.number()
    triggers = [_notify_trigger(desk)]

    @routes("GET", "/custom_statuses")
    def custom_statuses() -> Response:
        return json_response({"custom_statuses": list(account.custom_statuses.values())})

    @routes("GET", "/custom_statuses/<int:number>")
    def custom_status(number: int) -> Response:
        if number not in account.custom_statuses:
            raise refusals.not_found()
        return json_response({"custom_status": account.custom_statuses[number]})

    @routes("GET", "/ticket_fields")
    def ticket_fields() -> Response:
        return json_response(page("ticket_fields", fields, query(), url=here()))

    @routes("GET", "/slas/policies")
    def sla_policies() -> Response:
        desk.guard.admins_only(g.user)
        return json_response(page("sla_policies", [_sla_policy(desk, policy)], query(), url=here()))

    @routes("GET", "/business_hours/schedules")
    def schedules() -> Response:
        return json_response({"schedules": account.levels.schedules, "url": here()})

    @routes("GET", "/business_hours/schedules/<int:number>/holidays")
    def holidays(number: int) -> Response:
        if number not in account.levels.holidays:
            raise refusals.not_found()
        return json_response({"holidays": account.levels.holidays[number], "url": here()})

    @routes("GET", "/automations")
    def automations() -> Response:
        return json_response(page("automations", desk.automations.shown(), query(), url=here()))

    @routes("GET", "/automations/active")
    def active_automations() -> Response:
        active = [one for one in desk.automations.shown() if one["active"]]
        return json_response(page("automations", active, query(), url=here()))

    @routes("GET", "/triggers")
    def all_triggers() -> Response:
        hooks = [_webhook_trigger(desk, hook) for hook in desk.webhooks.all.values() if TRIGGER in hook.subscriptions]
        return json_response(page("triggers", [*triggers, *hooks], query(), url=here()))

    _add_webhooks(routes, desk)


def _add_webhooks(routes: Routes, desk: ZendeskStandIn) -> None:
    hooks, made_by = desk.webhooks, desk.account.bot["id"]

    def hook(number: str) -> Webhook:
        g.headers.update(desk.limits.webhook_headers())
        if number not in hooks.all:
            raise refusals.not_found()
        return hooks.all[number]

    @routes("GET", "/webhooks")
    def index() -> Response:
        g.headers.update(desk.limits.webhook_headers())
        shown = [one.shown(made_by=made_by) for one in hooks.all.values()]
        asked = {"page[size]": "100", **query()}
        return json_response(page("webhooks", shown, asked, url=here()))

    @routes("POST", "/webhooks")
    def post() -> Response:
        g.headers.update(desk.limits.webhook_headers())
        body = body_of("webhook")
        for name in ("endpoint", "http_method", "name", "request_format", "status"):
            if not body.get(name):
                raise refusals.bad_request("ParameterMissing", f"Required parameter missing: {name}")
        wanted = list(body.get("subscriptions") or [])
        if TRIGGER in wanted and len(wanted) > 1:
            raise refusals.bad_request("InvalidSubscriptions", f"{TRIGGER} cannot be combined with events")
        made = hooks.subscribe(body["endpoint"], events=wanted, trigger=wanted == [TRIGGER], name=str(body["name"]))
        made.active = body["status"] == "active"
        return json_response({"webhook": made.shown(made_by=made_by) | {"created_at": made.nanoseconds}}, 201)

    @routes("GET", "/webhooks/<string(length=26):number>")
    def show(number: str) -> Response:
        return json_response({"webhook": hook(number).shown(made_by=made_by)})

    @routes("DELETE", "/webhooks/<string(length=26):number>")
    def delete(number: str) -> Response:
        del hooks.all[hook(number).id]
        return Response(status=204)

    @routes("GET", "/webhooks/<string(length=26):number>/signing_secret")
    def secret(number: str) -> Response:
        return json_response({"signing_secret": {"secret": hook(number).secret, "algorithm": "SHA256"}})

    @routes("POST", "/webhooks/<string(length=26):number>/signing_secret")
    def new_secret(number: str) -> Response:
        hook(number).secret = desk.account.ids.token(43)
        return json_response({"signing_secret": {"secret": hook(number).secret, "algorithm": "SHA256"}}, 201)

    @routes("GET", "/webhooks/<string(length=26):number>/invocations")
    def invocations(number: str) -> Response:
        done = hook(number).invocations
        wanted = request.args.get("filter[status]")
        found = [one for one in reversed(done) if wanted in (None, one["status"])]
        return json_response(page("invocations", found, {"page[size]": "100", **query()}, url=here()))


def _ticket_fields(desk: ZendeskStandIn) -> list[Json]:
    return [
        _field(desk, 0, "subject", "Subject"),
        _field(desk, 1, "description", "Description"),
        _field(desk, 2, "status", "Status", choices=STATUS_CHOICES),
        _field(desk, 3, "tickettype", "Type", choices=TYPE_CHOICES),
        _field(desk, 4, "priority", "Priority", choices=PRIORITY_CHOICES),
        _field(desk, 5, "group", "Group"),
        _field(desk, 6, "assignee", "Assignee"),
        {
            **_field(desk, 7, "custom_status", "Ticket status"),
            "custom_statuses": list(desk.account.custom_statuses.values()),
        },
    ]


def _field(
    desk: ZendeskStandIn, position: int, type: str, title: str, *, choices: tuple[tuple[str, str], ...] = ()
) -> Json:
    number, at = desk.account.ids.number(), stamp(desk.account.clock.now())
    field: Json = {
        "url": f"{desk.account.base}/api/v2/ticket_fields/{number}.json",
        "id": number,
        "type": type,
        "title": title,
        "raw_title": title,
        "description": "",
        "raw_description": "",
        "position": position,
        "active": True,
        "required": False,
        "collapsed_for_agents": False,
        "regexp_for_validation": None,
        "title_in_portal": title,
        "raw_title_in_portal": title,
        "visible_in_portal": True,
        "editable_in_portal": True,
        "required_in_portal": True,
        "agent_can_edit": True,
        "tag": None,
        "created_at": at,
        "updated_at": at,
        "removable": False,
        "key": None,
        "agent_description": None,
    }
    if choices:
        field["system_field_options"] = [{"name": name, "value": value} for value, name in choices]
    return field


def _sla_policy(desk: ZendeskStandIn, number: int) -> Json:
    at = desk.account.levels.made
    return {
        "url": f"{desk.account.base}/api/v2/slas/policies/{number}.json",
        "id": number,
        "title": "Everybody",
        "description": "First replies as the account promises them itself",
        "position": 1,
        "filter": {"all": [{"field": "type", "operator": "is_not", "value": "task"}], "any": []},
        "policy_metrics": [
            {
                "priority": priority,
                "metric": metric,
                "target": target.minutes,
                "target_in_seconds": target.minutes * 60,
                "business_hours": target.business,
            }
            for (metric, priority), target in desk.account.levels.targets.items()
        ],
        "created_at": at,
        "updated_at": at,
    }


def _notify_trigger(desk: ZendeskStandIn) -> Json:
    action = {"field": "notification_user", "value": ["requester_id", "Request received", "#{{ticket.id}}"]}
    return _trigger(desk, desk.account.ids.number(), "Notify requester of received request", [action], "Create")


def _webhook_trigger(desk: ZendeskStandIn, hook: Webhook) -> Json:
    action = {"field": "notification_webhook", "value": [hook.id, hook.template]}
    return _trigger(desk, int(hook.id[-6:], 36), f"Tell {hook.name}", [action], "Change")


def _trigger(desk: ZendeskStandIn, number: int, title: str, actions: list[Json], on: str) -> Json:
    at = stamp(desk.account.clock.now())
    return {
        "url": f"{desk.account.base}/api/v2/triggers/{number}.json",
        "id": number,
        "title": title,
        "active": True,
        "updated_at": at,
        "created_at": at,
        "default": False,
        "actions": actions,
        "conditions": {"all": [{"field": "update_type", "operator": "is", "value": on}], "any": []},
        "description": None,
        "position": 0,
        "raw_title": title,
        "category_id": "1",
    }
