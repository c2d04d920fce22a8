"""A sandbox with a proxy before its stand-ins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from slabot.cli import main
from slabot.clock import SteppedClock
from slabot_sandbox import Did, Misbehaviour, Rule, Sandbox, SandboxError, SwitchError, serve
from tests.unit.slabot_sandbox.conftest import Http

BAD = {"kind": "status", "status": 403, "service": "zendesk", "path": "/api/v2/tickets/1*"}


@pytest.fixture
def sandbox(clock: SteppedClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, proxied=True) as sandbox:
        yield sandbox


@pytest.fixture
def panel(sandbox: Sandbox) -> Iterator[Http]:
    panel = Http(sandbox.control_url)
    yield panel
    panel.session.close()


def test_every_stand_in_is_reached_through_the_proxy_and_control_without_it(sandbox: Sandbox, panel: Http) -> None:
    sandbox.misbehave(Rule(kind=Misbehaviour.STATUS, status=418))
    told = panel.json("")
    services = ("zendesk", "slack", "freshdesk", "pagerduty", "receiver", "heartbeat", "model")
    assert [told[name] for name in services] == [getattr(sandbox, name).url for name in services]
    for name in services:
        assert requests.get(told[name], timeout=5).status_code == 418
    assert requests.get(f"{sandbox.zendesk.url}/_sandbox", timeout=5).status_code == 200


def test_what_was_hit_is_told_over_http_and_in_the_journal(sandbox: Sandbox, panel: Http, http: Http) -> None:
    sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    sandbox.zendesk.people.create_ticket("ben@customer.example", "s", "t")
    assert panel("POST", "/proxy", BAD).json()["number"] == 1
    assert (http.get("/tickets/1.json").status_code, http.get("/tickets/2.json").status_code) == (403, 200)
    [rule] = panel.json("/proxy")["rules"]
    assert (rule["hits"], rule["kind"], rule["path"]) == (1, "status", "/api/v2/tickets/1*")
    [effect] = sandbox.journal.effects(kind=Did.PROXY_STRUCK)
    assert (effect.service, effect["fault"], effect["path"]) == ("zendesk", "status 403", "/api/v2/tickets/1.json")
    assert panel("DELETE", "/proxy?number=1").json() == {"cleared": 1}
    assert http.get("/tickets/1.json").status_code == 200


def test_links_that_a_stand_in_names_lead_through_the_proxy(sandbox: Sandbox, fresh: Http) -> None:
    for number in range(2):
        sandbox.freshdesk.people.create_ticket(f"c{number}@customer.example", "s", "t")
    link = fresh.get("/tickets", per_page=1).headers["Link"]
    assert link.startswith(f"<{sandbox.freshdesk.url}/api/v2/tickets?")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "earthquake"}, "choose one of: hang"),
        ({"kind": "hang", "service": "zendessk"}, 'no service "zendessk"; choose one of: zendesk'),
        ({"kind": "hang", "share": "many"}, "give a part of the calls"),
    ],
)
def test_a_wrong_rule_is_answered_in_words(panel: Http, body: dict[str, Any], said: str) -> None:
    answer = panel("POST", "/proxy", body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_without_a_proxy_nothing_can_misbehave_on_the_way(clock: SteppedClock) -> None:
    with Sandbox(clock=clock) as sandbox:
        with pytest.raises(SwitchError, match="start the sandbox with --proxy"):
            sandbox.misbehave(Rule(kind=Misbehaviour.HANG))
        panel = Http(sandbox.control_url)
        with panel.session:
            assert panel.json("/proxy") == {"proxy": False, "rules": []}
            assert panel("DELETE", "/proxy").json() == {"cleared": 0}


def test_the_instructions_show_the_proxied_addresses_and_the_faults() -> None:
    said: list[str] = []
    stop = threading.Event()
    stop.set()
    rule = Rule(kind=Misbehaviour.DRIP, how="headers", service="slack")
    serve(stop=stop, say=lambda line: said.append(str(line)), misbehaving=[rule])
    assert "1. slack drip headers, all calls\n" in said[0]
    assert "/_sandbox/proxy   makes it well again" in said[0]


def test_a_port_that_is_taken_is_named() -> None:
    with Sandbox(proxied=True) as first:
        port = int(first.zendesk.url.rpartition(":")[2])
        with pytest.raises(SandboxError, match=f"port {port} cannot be used for the proxy before zendesk"):
            Sandbox(zendesk_port=port, proxied=True).start()


@pytest.mark.parametrize("words", ["zendesk earthquake", "zendessk hang"])
def test_the_command_refuses_a_wrong_fault_with_a_sentence(words: str) -> None:
    result = CliRunner().invoke(main, ["sandbox", "--fault", words])
    assert result.exit_code != 0
    assert "choose one of" in result.output
    assert "Traceback" not in result.output
