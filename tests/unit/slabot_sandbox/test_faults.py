"""Faults on command: what the caller sees, and whether anything was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from werkzeug.test import Client

from slabot.clock import SteppedClock
from slabot_sandbox import Did, FaultKind, Sandbox, SwitchError
from tests.fixtures.sdk import NO_RETRIES

CUSTOMER = "ana@customer.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")


def commented(sandbox: Sandbox) -> int:
    return len(sandbox.journal.effects(kind=Did.COMMENT_PUBLIC, by="api"))


def comment(http: Any, ticket: int) -> requests.Response:
    answer: requests.Response = http.update(ticket, comment={"body": "Any news?", "public": True})
    return answer


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1), ("down", 0)])
def test_a_dropped_connection_says_nothing_of_what_was_done(
    sandbox: Sandbox, http: Any, ticket: int, kind: str, done: int
) -> None:
    sandbox.faults.add(kind, service="zendesk", method="PUT", path="/api/v2/tickets/*", times=1)
    with pytest.raises(requests.ConnectionError):
        comment(http, ticket)
    assert commented(sandbox) == done
    (call,) = sandbox.journal.calls(method="PUT")
    assert (call.status, call.fault) == (None, kind)
    assert comment(http, ticket).status_code == 200
    assert commented(sandbox) == done + 1


@pytest.mark.parametrize(
    ("kind", "status", "is_json"),
    [("rate_limit", 429, True), ("rate_limit_text", 429, False), ("unavailable", 503, False)],
)
def test_a_refusal_says_how_long_to_wait_and_does_nothing(
    sandbox: Sandbox, http: Any, ticket: int, kind: str, status: int, is_json: bool
) -> None:
    sandbox.faults.add(kind, lasting=timedelta(seconds=90))
    answer = comment(http, ticket)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "90")
    assert ("json" in answer.headers["Content-Type"]) is is_json
    assert commented(sandbox) == 0


def test_both_shapes_of_429_are_the_recorded_ones(sandbox: Sandbox, http: Any, recorded: Any, shared_dir: Any) -> None:
    folder = shared_dir / "recorded" / "zendesk-errors-and-signatures"
    sandbox.faults.add(FaultKind.RATE_LIMIT, times=1)
    assert http.get("/tickets.json").json().keys() == recorded(f"{folder.name}/error_429.json").keys()
    sandbox.faults.add(FaultKind.RATE_LIMIT_TEXT, times=1)
    assert http.get("/tickets.json").text == (folder / "error_429_inconsistent.txt").read_text()


def test_a_server_error_and_a_page_for_people_do_nothing(sandbox: Sandbox, http: Any, ticket: int) -> None:
    sandbox.faults.add("server_error", times=1)
    assert comment(http, ticket).status_code == 500
    sandbox.faults.add("html", times=1)
    answer = comment(http, ticket)
    assert (answer.status_code, answer.text[:9]) == (200, "<!DOCTYPE")
    assert commented(sandbox) == 0


def test_truncated_json_was_done(sandbox: Sandbox, http: Any, ticket: int) -> None:
    sandbox.faults.add("truncated", times=1)
    answer = comment(http, ticket)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert commented(sandbox) == 1


def test_a_delay_takes_the_clocks_time_and_then_all_is_well(
    sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
) -> None:
    sandbox.faults.add("delay", seconds=45, times=1)
    before = clock.now()
    assert comment(http, ticket).status_code == 200
    assert clock.now() - before == timedelta(seconds=45)


def test_a_service_is_down_for_a_span_and_then_back(
    sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
) -> None:
    sandbox.faults.add("down", service="zendesk", lasting=timedelta(hours=1))
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            http.get("/tickets.json")
    clock.elapse(timedelta(hours=1))
    assert http.get("/tickets.json").status_code == 200
    assert sandbox.faults.on() == ()


def test_faults_of_slack_have_slacks_shapes(sandbox: Sandbox, clock: SteppedClock) -> None:
    channel = sandbox.slack.workspace.add_channel("esc").id
    slack = WebClient(token=sandbox.slack.token, base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)
    sandbox.faults.add("rate_limit", service="slack", path="*chat.postMessage", times=1, seconds=30)
    slack.auth_test()
    with pytest.raises(SlackApiError) as caught:
        slack.chat_postMessage(channel=channel, text="x")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    assert caught.value.response.headers["Retry-After"] == "30"
    sandbox.faults.add("drop_after", service="slack", times=1)
    with pytest.raises(OSError):  # noqa: PT011 (what the standard library raises depends on its version)
        slack.chat_postMessage(channel=channel, text="x")
    assert len(sandbox.journal.effects(kind=Did.MESSAGE_POSTED)) == 1
    for kind, status in (("unavailable", 503), ("server_error", 500)):
        sandbox.faults.add(kind, service="slack", times=1)
        with pytest.raises(SlackApiError) as caught:
            slack.auth_test()
        assert caught.value.response.status_code == status


def test_a_fault_hits_only_what_it_names(sandbox: Sandbox, http: Any, ticket: int) -> None:
    sandbox.faults.add("server_error", service="slack")
    sandbox.faults.add("server_error", method="DELETE")
    sandbox.faults.add("server_error", path="/api/v2/users/*")
    assert comment(http, ticket).status_code == 200
    assert http.get("/users/me.json").status_code == 500


def test_faults_strike_one_after_the_other_and_can_be_cleared(sandbox: Sandbox, http: Any) -> None:
    sandbox.faults.add("server_error", times=1)
    second = sandbox.faults.add("unavailable", seconds=5)
    statuses = [http.get("/tickets.json").status_code for _ in range(2)]
    assert statuses == [500, 503]
    assert sandbox.faults.on() == (second,)
    assert sandbox.faults.clear(second.number) == 1
    assert http.get("/tickets.json").status_code == 200


def test_a_fault_that_means_nothing_is_refused_in_words(sandbox: Sandbox) -> None:
    with pytest.raises(SwitchError, match="choose one of: drop_before"):
        sandbox.faults.add("earthquake")
    with pytest.raises(SwitchError, match="how long"):
        sandbox.faults.add("delay")


def test_in_process_a_drop_is_a_reset_connection(sandbox: Sandbox) -> None:
    sandbox.faults.add("drop_before", times=1)
    client = Client(sandbox.zendesk_app)
    with pytest.raises(ConnectionResetError):
        client.get("/api/v2/users/me.json")
    assert client.get("/api/v2/users/me.json").status_code == 200
