"""Drive the sandbox over HTTP, by hand or from another process.

Promise: everything that a test can do with a `Sandbox` object can be done over HTTP below `/_sandbox` on every
address: let people act, switch faults, read the journal, move stepped time. None of it is journalled as a call.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from slabot.clock import SteppedClock
from slabot_sandbox.base.application import StandInApplication
from slabot_sandbox.errors import SandboxError, SwitchError
from slabot_sandbox.faults import Fault, fault_from_json
from slabot_sandbox.middleware import CONTROL
from slabot_sandbox.proxy import InForce, rule_from_json

if TYPE_CHECKING:
    from slabot_sandbox.sandbox import Sandbox

ACTS = {
    "zendesk": (
        "create_ticket",
        "customer_replies",
        "agent_replies",
        "agent_sets_status",
        "agent_sets_priority",
        "agent_sets_tags",
        "agent_sets_assignee",
        "solve",
        "merge",
        "delete",
        "restore",
        "spam",
        "system_line",
        "start_chat",
        "say_in_chat",
        "end_chat",
        "hide_comment",
        "show_comment",
        "redact_comment",
        "change_requester",
        "add_cc",
        "remove_cc",
        "agent_sets_organization",
        "agent_sets_group",
        "agent_sets_brand",
        "agent_sets_form",
        "rate",
        "stranger_writes",
        "add_agent",
        "set_role",
        "add_brand",
        "add_form",
        "add_custom_status",
        "add_group",
        "set_languages",
        "add_client",
        "change_client",
        "revoke_client",
        "restore_client",
        "revoke_tokens",
        "set_tokens",
        "add_schedule",
        "set_sla_target",
    ),
    "freshdesk": (
        "create_ticket",
        "customer_replies",
        "agent_replies",
        "automation_replies",
        "agent_sets_status",
        "agent_sets_priority",
        "agent_sets_tags",
        "agent_sets_field",
        "agent_sets_assignee",
        "agent_sets_group",
        "agent_sets_product",
        "agent_sets_form",
        "agent_sets_company",
        "agent_sets_requester",
        "agent_sets_copies",
        "agent_forwards",
        "solve",
        "close",
        "merge",
        "survey_feedback",
        "escalate",
        "delete",
        "restore",
        "spam",
        "add_agent",
        "add_status",
        "rename_status",
        "remove_status",
        "add_field",
        "add_group",
        "add_product",
        "add_form",
        "set_languages",
        "set_merge_notes",
        "add_sla_policy",
        "set_sla_target",
        "add_business_hours",
        "stop_timer_in",
    ),
    "slack": (
        "click",
        "click_home",
        "submit_view",
        "command",
        "opens_home",
        "add_channel",
        "add_user",
        "add_group",
    ),
    "model": ("behave",),
}
HOOK_SWITCHES = {
    "zendesk": ("lose", "double", "delay", "reorder"),
    "freshdesk": ("lose", "double", "delay", "reorder", "defer"),
}
OFFERED = {
    "GET /_sandbox": "this list, the addresses and the time",
    "GET /_sandbox/journal": "everything as JSONL; ?entry=effect&kind=message.posted narrows it",
    "GET /_sandbox/counts": "calls per endpoint",
    "GET, POST, DELETE /_sandbox/faults": "what is switched on; switch on; switch off (?number=)",
    "GET, POST, DELETE /_sandbox/proxy": "how the proxy misbehaves, and what it hit; add a rule; clear (?number=)",
    "POST /_sandbox/connect": '{"url": where slabot listens, "helpdesk", "freshdesk": their names in the file}',
    "POST /_sandbox/webhooks/SWITCH": (
        f"one of {', '.join(HOOK_SWITCHES['freshdesk'])}: "
        "{'service': 'zendesk' or 'freshdesk', 'deliveries': n, 'by': seconds}"
    ),
    "POST /_sandbox/zendesk/ACT": f"one of {', '.join(ACTS['zendesk'])}",
    "POST /_sandbox/freshdesk/ACT": f"one of {', '.join(ACTS['freshdesk'])}",
    "POST /_sandbox/slack/ACT": f"one of {', '.join(ACTS['slack'])}",
    "POST /_sandbox/model/ACT": f"one of {', '.join(ACTS['model'])}",
    "GET, POST /_sandbox/time": '{"to": an instant} moves stepped time; {"name", "until"} says who waits for what',
    "POST /_sandbox/deliver": "do what is due now",
}


def build(sandbox: Sandbox) -> Flask:
    """The control application of this sandbox."""
    app = StandInApplication("sandbox control", static_folder=None)

    @app.get(CONTROL)
    def offered() -> Response:
        return _json(
            {
                "zendesk": sandbox.zendesk.url,
                "slack": sandbox.slack.url,
                "freshdesk": sandbox.freshdesk.url,
                "pagerduty": sandbox.pagerduty.url,
                "receiver": sandbox.receiver.url,
                "heartbeat": sandbox.heartbeat.url,
                "model": sandbox.model.url,
                "now": sandbox.clock.now().isoformat(),
                "offered": OFFERED,
                "zendesk_api": sandbox.zendesk.offered,
                "slack_api": sandbox.slack.offered,
                "freshdesk_api": sandbox.freshdesk.offered,
            }
        )

    @app.get(f"{CONTROL}/journal")
    def journal() -> Response:
        wanted = request.args.to_dict()
        lines = [
            line
            for line in sandbox.journal.lines()
            if all(str(json.loads(line).get(name)) == value for name, value in wanted.items())
        ]
        return Response("".join(f"{line}\n" for line in lines), content_type="application/x-ndjson; charset=utf-8")

    @app.get(f"{CONTROL}/counts")
    def counts() -> Response:
        return _json(dict(sandbox.journal.counts(service=request.args.get("service"))))

    @app.get(f"{CONTROL}/faults")
    def faults() -> Response:
        return _json({"faults": [_shown(fault) for fault in sandbox.faults.on()]})

    @app.post(f"{CONTROL}/faults")
    def add_fault() -> Response:
        return _json(_shown(sandbox.faults.add(**fault_from_json(_given()))), 201)

    @app.delete(f"{CONTROL}/faults")
    def clear_faults() -> Response:
        number = request.args.get("number", type=int)
        return _json({"cleared": sandbox.faults.clear(number)})

    @app.get(f"{CONTROL}/proxy")
    def proxy_rules() -> Response:
        rules = () if sandbox.proxy is None else sandbox.proxy.rules.on()
        return _json({"proxy": sandbox.proxy is not None, "rules": [_rule(rule) for rule in rules]})

    @app.post(f"{CONTROL}/proxy")
    def add_proxy_rule() -> Response:
        return _json(_rule(sandbox.misbehave(rule_from_json(_given()))), 201)

    @app.delete(f"{CONTROL}/proxy")
    def clear_proxy_rules() -> Response:
        number = request.args.get("number", type=int)
        return _json({"cleared": 0 if sandbox.proxy is None else sandbox.proxy.rules.clear(number)})

    @app.post(f"{CONTROL}/connect")
    def connect() -> Response:
        _call(sandbox.connect, _given())
        return _json({"connected": True})

    @app.post(f"{CONTROL}/webhooks/<switch>")
    def hook_switch(switch: str) -> Response:
        given = _given()
        service = str(given.pop("service", "zendesk"))
        if switch not in HOOK_SWITCHES.get(service, ()):
            known = "; ".join(f"{name}: {', '.join(switches)}" for name, switches in HOOK_SWITCHES.items())
            raise SwitchError(f'there is no switch "{switch}" in {service}; choose one of: {known}')
        if "by" in given:
            given["by"] = timedelta(seconds=float(given["by"]))
        webhooks = sandbox.zendesk.webhooks if service == "zendesk" else sandbox.freshdesk.webhooks
        _call(getattr(webhooks, switch), given)
        return _json({"switched": switch})

    @app.post(f"{CONTROL}/<service>/<act>")
    def act(service: str, act: str) -> Response:
        if act not in ACTS.get(service, ()):
            known = "; ".join(f"{name}: {', '.join(acts)}" for name, acts in ACTS.items())
            raise SwitchError(f'nobody can "{act}" in {service}; choose one of: {known}')
        actors = {
            "zendesk": (sandbox.zendesk.people, sandbox.zendesk.account, sandbox.zendesk.oauth),
            "freshdesk": (sandbox.freshdesk.people, sandbox.freshdesk.account),
            "slack": (sandbox.slack.people, sandbox.slack.workspace),
            "model": (sandbox.model,),
        }
        actor = next(one for one in actors[service] if hasattr(one, act))
        result = _call(getattr(actor, act), _given())
        return _json({"result": asdict(result) if hasattr(result, "__dataclass_fields__") else result})

    @app.get(f"{CONTROL}/time")
    def time() -> Response:
        return _json(_time(sandbox))

    @app.post(f"{CONTROL}/time")
    def set_time() -> Response:
        given = _given()
        if "name" in given:
            until = given.get("until")
            sandbox.clock.waiting(str(given["name"]), datetime.fromisoformat(until) if until else None)
        if "to" in given:
            if not isinstance(sandbox.clock, SteppedClock):
                raise SwitchError("the sandbox runs on the wall clock, which cannot be moved; start it stepped")
            sandbox.clock.run_until(datetime.fromisoformat(given["to"]), sandbox.deliver_due)
        return _json(_time(sandbox))

    @app.post(f"{CONTROL}/deliver")
    def deliver() -> Response:
        return _json({"did_something": sandbox.deliver_due()})

    @app.errorhandler(SandboxError)
    def wrong(error: SandboxError) -> Response:
        return _json({"error": str(error)}, 400)

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        said = f"the sandbox has no {request.method} {request.path}"
        return _json({"error": said, "offered": OFFERED}, error.code or 500)

    return app


def _call(act: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Call an act with the given arguments, or say which ones it takes."""
    signature = inspect.signature(act)
    try:
        signature.bind(**given)
    except TypeError as error:
        known = ", ".join(signature.parameters)
        raise SwitchError(f"{act.__name__}: {error}; it takes: {known}") from None
    return act(**given)


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise SwitchError("the body must be a JSON object")
    return given


def _time(sandbox: Sandbox) -> dict[str, Any]:
    clock = sandbox.clock
    told: dict[str, Any] = {"now": clock.now().isoformat(), "stepped": isinstance(clock, SteppedClock)}
    if isinstance(clock, SteppedClock):
        instant = clock.next_instant()
        told["next"] = instant.isoformat() if instant else None
        told["waits"] = [{"until": until.isoformat(), "name": name} for until, name in clock.waits()]
    return told


def _shown(fault: Fault) -> dict[str, Any]:
    return {**asdict(fault), "until": fault.until.isoformat() if fault.until else None}


def _rule(added: InForce) -> dict[str, Any]:
    """A rule as it was given, with what came of it."""
    until = added.until.isoformat() if added.until else None
    shown = {name: value for name, value in asdict(added.rule).items() if name not in ("lasting", "until")}
    return {"number": added.number, "hits": added.hits, **shown, "until": until}


def _json(body: Any, status: int = 200) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return Response(f"{text}\n", status, content_type="application/json; charset=utf-8")
