"""The sandbox as one thing: clocks, threads, ports, and the words of `serve`."""

from __future__ import annotations

import signal
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from werkzeug.test import Client

from slabot.clock import SteppedClock, SystemClock
from slabot_sandbox import LoadReport, Sandbox, SandboxError, serve
from slabot_sandbox.command import instructions
from slabot_sandbox.scheduler import Scheduler
from tests.fixtures.ports import free_port


def test_on_the_wall_clock_webhooks_leave_by_themselves(product: Any) -> None:
    arrived = threading.Event()
    product.got = _Telling(arrived)
    with Sandbox(clock=SystemClock()) as sandbox:
        sandbox.connect(product.url)
        sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
        assert arrived.wait(60)


class _Telling(list[Any]):
    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def append(self, item: Any) -> None:
        super().append(item)
        self._event.set()


def test_connections_are_kept_alive_and_answers_carry_the_sandboxes_time(sandbox: Sandbox, http: Any) -> None:
    answer = http.get("/users/me.json")
    assert "close" not in answer.headers.get("Connection", "")
    assert answer.headers["Date"] == "Sat, 10 Jan 2026 10:00:00 GMT"


def test_the_stand_ins_are_wsgi_applications_too(clock: SteppedClock) -> None:
    sandbox = Sandbox(clock=clock)
    answer = Client(sandbox.zendesk_app).get("/api/v2/users/me.json", auth=("bot@acme.example/token", "x"))
    assert answer.status_code == 200
    assert Client(sandbox.slack_app).post("/api/auth.test").json == {"ok": False, "error": "not_authed"}
    assert Client(sandbox.freshdesk_app).get("/api/v2/tickets", auth=("wrong", "X")).status_code == 401


def test_it_is_reached_from_this_machine_alone(clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[str] = []
    bind = socket.socket.bind

    def noting(self: socket.socket, address: Any) -> None:
        bound.append(address[0])
        bind(self, address)

    monkeypatch.setattr(socket.socket, "bind", noting)
    with Sandbox(clock=clock, proxied=True):
        pass
    assert len(bound) > 4  # each stand-in, and the proxy before it
    assert set(bound) == {"127.0.0.1"}


def test_a_taken_port_is_said_in_words(sandbox: Sandbox) -> None:
    port = int(sandbox.zendesk.url.rpartition(":")[2])
    with pytest.raises(SandboxError, match=f"port {port} cannot be used"):
        Sandbox(zendesk_port=port).start()


def test_it_can_be_stopped_with_connections_open(clock: SteppedClock) -> None:
    session = requests.Session()
    with Sandbox(clock=clock) as sandbox:
        url = f"{sandbox.zendesk.url}/api/v2/users/me.json"
        assert session.get(url, timeout=5).status_code == 200
    with pytest.raises(requests.ConnectionError):
        session.get(url, timeout=5)
    session.close()


def test_many_clients_at_once_are_answered_one_by_one(sandbox: Sandbox) -> None:
    ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    url = f"{sandbox.zendesk.url}/api/v2/tickets/{ticket}.json"
    auth = (f"{sandbox.zendesk.email}/token", sandbox.zendesk.token)

    def comment() -> None:
        body = {"ticket": {"comment": {"body": "x", "public": False}}}
        requests.put(url, json=body, auth=auth, timeout=10)

    threads = [threading.Thread(target=comment) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    comments = sandbox.zendesk.account.ticket(ticket).comments or []
    assert len({comment["id"] for comment in comments}) == 13


def test_serve_says_where_it_listens_and_what_to_paste(tmp_path: Path, clock: SteppedClock) -> None:
    said: list[str] = []
    stop = threading.Event()

    def say(words: str) -> None:
        said.append(words)
        stop.set()

    serve(0, [], clock, stop=stop, say=say, slabot_url="http://127.0.0.1:8080", journal=tmp_path / "j.jsonl")
    for wanted in (
        "ZENDESK_TOKEN=",
        "SLACK_SIGNING_SECRET=",
        "FRESHDESK_KEY=",
        "kind: freshdesk",
        "base_url: http://127.0.0.1:",
        "api_url: http://",
        "/connect",
    ):
        assert wanted in said[0]
    assert (tmp_path / "j.jsonl").exists()


def test_serve_replays_ticket_files_in_the_account_that_they_are_meant_for(
    checkout: Path, tmp_path: Path, clock: SteppedClock
) -> None:
    stop, seen = threading.Event(), []
    file = checkout / "docs" / "examples" / "4711.json"

    def look(words: str) -> None:
        stop.set()
        if "Freshdesk  " in words:
            url = words.partition("Freshdesk  ")[2].split()[0]
            answer = requests.get(f"{url}/api/v2/tickets/4711", auth=("sandbox-freshdesk-key", "X"), timeout=10)
            seen.append(answer.status_code)

    serve(0, [], clock, stop=stop, say=look, load_freshdesk=[file])
    stop.clear()
    serve(0, [file], clock, stop=stop, say=look)
    assert seen == [200, 404]


def test_a_port_is_followed_by_those_of_the_others(clock: SteppedClock) -> None:
    port = free_port(together=8)
    said: list[str] = []
    stop = threading.Event()
    stop.set()
    serve(port, [], clock, stop=stop, say=said.append)
    assert f"Zendesk    http://127.0.0.1:{port}\n" in said[0]
    assert f"Slack      http://127.0.0.1:{port + 1}\n" in said[0]
    assert f"Freshdesk  http://127.0.0.1:{port + 2}\n" in said[0]


def test_what_is_pasted_is_a_configuration(clock: SteppedClock, sandbox: Sandbox) -> None:
    told = instructions(sandbox, LoadReport()).split("or put this into one of yours:")[1].split("Tell the")[0]
    pasted = yaml.safe_load(told)
    assert {name: desk["kind"] for name, desk in pasted["helpdesks"].items()} == {
        "acme": "zendesk",
        "partners": "freshdesk",
    }
    assert pasted["helpdesks"]["partners"]["base_url"] == sandbox.freshdesk.url


def test_serve_tells_what_happens_as_it_happens(clock: SteppedClock) -> None:
    said: list[str] = []
    stop = threading.Event()

    def say(words: str) -> None:
        said.append(words)
        if len(said) == 1:
            url = words.partition("Zendesk    ")[2].split()[0]
            asked = {"requester": "ana@customer.example", "subject": "Agent offline", "text": "All hosts are down"}
            made = requests.post(f"{url}/_sandbox/zendesk/create_ticket", json=asked, timeout=10)
            assert made.status_code == 200
            stop.set()

    serve(0, [], clock, stop=stop, say=say)
    assert len(said) == 2
    assert said[1].endswith('  a customer asks Zendesk #1 "Agent offline"')


def test_serve_ends_when_the_process_is_asked_to(clock: SteppedClock) -> None:
    before = signal.getsignal(signal.SIGTERM)
    serve(0, [], clock, say=lambda words: signal.raise_signal(signal.SIGTERM))
    assert signal.getsignal(signal.SIGTERM) == before


class TestScheduler:
    def test_things_happen_in_time_order_and_tell_the_clock_who_waits(self) -> None:
        clock = SteppedClock(datetime(2026, 1, 10, tzinfo=UTC))
        scheduler, did = Scheduler(clock), []
        scheduler.at(clock.now() + timedelta(seconds=2), lambda: did.append("second"))
        scheduler.at(clock.now() + timedelta(seconds=1), lambda: did.append("first"))
        scheduler.at(clock.now() + timedelta(seconds=3), lambda: did.append("replaced"), key="k")
        scheduler.at(clock.now() + timedelta(seconds=3), lambda: did.append("third"), key="k")
        scheduler.at(clock.now() + timedelta(seconds=4), lambda: did.append("never"), key="n")
        scheduler.cancel("n")
        assert clock.waits()[0][1] == "sandbox"
        clock.run_until(clock.now() + timedelta(minutes=1), scheduler.run_due)
        assert did == ["first", "second", "third"]
        assert scheduler.next_instant() is None
        assert clock.waits() == ()

    def test_what_is_added_while_things_happen_happens_too(self) -> None:
        clock = SteppedClock(datetime(2026, 1, 10, tzinfo=UTC))
        scheduler, did = Scheduler(clock), []
        scheduler.at(clock.now(), lambda: scheduler.at(clock.now(), lambda: did.append("child")))
        assert scheduler.run_due() is True
        assert did == ["child"]
        assert scheduler.run_due() is False
