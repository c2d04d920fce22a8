"""How does one HTTP request to Zendesk go out, and what comes back?

Each test of zenpy's habits (repeating PUTs, sleeping on 429, caching, logging) fails on zenpy's own session.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zenpy.lib.api

from adapters.errors import (
    AdapterError,
    BadAnswer,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    TooLarge,
    Unreachable,
)
from adapters.http import session as sessions
from adapters.http.address import AccountAddress
from adapters.zendesk.adapter import ZendeskAdapter
from adapters.zendesk.client import Client
from adapters.zendesk.session import HelpdeskSession, by_api_token
from slabot.clock import SteppedClock
from slabot.domain import Category

from ..conftest import Answer, Opens, Scripted

SEEN = "2026-01-10T09:00:00Z"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
TICKET = {
    "id": 7,
    "status": "open",
    "created_at": SEEN,
    "updated_at": SEEN,
    "requester_id": 5,
    "assignee_id": 900,
}
PLACE = "/tickets/7.json"
USERS = {"users": [{"id": 5, "role": "end-user", "email": "ana@customer.example"}]}


@pytest.fixture
def calm(scripted: Scripted) -> Scripted:
    """The scripted server with one ordinary ticket."""
    scripted.on("GET", PLACE, Answer(body={"ticket": TICKET, **USERS}))
    scripted.on("PUT", PLACE, Answer(body={"ticket": TICKET, "audit": {"id": 1}}))
    scripted.on("GET", "/tickets/7/audits.json", Answer(body={"audits": [], "meta": {"has_more": False}}))
    return scripted


WRITES: list[Callable[[ZendeskAdapter], object]] = [
    lambda adapter: adapter.send_public("7", "Hello", seen=SEEN, marker="m"),
    lambda adapter: adapter.add_note("7", "Hello", marker="m"),
    lambda adapter: adapter.set_category("7", Category.PENDING, seen=SEEN, marker="m"),
    lambda adapter: adapter.set_category("7", Category.SOLVED, seen=SEEN, marker="m"),
    lambda adapter: adapter.set_priority("7", "high", seen=SEEN, marker="m"),
    lambda adapter: adapter.assign("7", "12", seen=SEEN, marker="m"),
]
NAMES = ["public", "note", "status", "solve", "priority", "assign"]


# -- writes are sent once ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", WRITES, ids=NAMES)
def test_a_connection_lost_after_the_request_leaves_one_put_and_an_unknown_outcome(
    calm: Scripted, hostile: ZendeskAdapter, write: Callable[[ZendeskAdapter], object]
) -> None:
    calm.on("PUT", PLACE, Answer(drop=True))
    with pytest.raises(OutcomeUnknown, match=r"PUT /api/v2/tickets/7\.json.*look for its mark"):
        write(hostile)
    assert len(calm.of("PUT", PLACE)) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_gateway_that_fails_leaves_one_put_and_an_unknown_outcome(
    calm: Scripted, hostile: ZendeskAdapter, status: int
) -> None:
    calm.on("PUT", PLACE, Answer(status))
    with pytest.raises(OutcomeUnknown):
        hostile.send_public("7", "Hello", seen=SEEN, marker="m")
    assert len(calm.of("PUT", PLACE)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>Please log in</html>"),
        Answer(body={"ticket": TICKET}, truncate=20),
        Answer(body=b'{"ticket": {'),
        Answer(body={}),
        Answer(body={"ticket": {**TICKET, "id": 8}}),
        Answer(body=b" " * (sessions.BODY + 1)),
    ],
    ids=["html", "cut", "broken", "empty", "another ticket", "too large"],
)
def test_a_success_that_nobody_can_read_is_an_unknown_outcome(
    calm: Scripted, hostile: ZendeskAdapter, answer: Answer
) -> None:
    calm.on("PUT", PLACE, answer)
    with pytest.raises(OutcomeUnknown):
        hostile.send_public("7", "Hello", seen=SEEN, marker="m")
    assert len(calm.of("PUT", PLACE)) == 1


def test_a_write_that_gets_no_answer_in_time_is_an_unknown_outcome(
    calm: Scripted, hostile: ZendeskAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "READ", 0.2)
    calm.on("PUT", PLACE, Answer(body={"ticket": TICKET}, drip=0.05))
    monkeypatch.setattr(sessions, "WHOLE", 0.5)
    with pytest.raises(OutcomeUnknown):
        hostile.send_public("7", "Hello", seen=SEEN, marker="m")
    assert len(calm.of("PUT", PLACE)) == 1


def nobody_listens() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def client_of(url: str, clock: SteppedClock, **more: Any) -> Client:
    class Free:
        def observe(self, headers: object, now: object) -> None: ...

        def closed_until(self, now: object) -> None: ...

        def a_minute(self) -> None: ...

    address = AccountAddress.parse(url, setting="base_url", example="https://acme.zendesk.com")
    return Client(address, HelpdeskSession(address, sign_in=by_api_token("e@x", "t"), clock=clock, budget=Free()))


def test_a_connection_refused_before_the_request_did_nothing(clock: SteppedClock) -> None:
    client = client_of(nobody_listens(), clock)
    with pytest.raises(Unreachable, match="the connection was refused"):
        client.session.put(client.address.url("tickets/7.json"), json={})


def test_a_host_that_does_not_exist_did_nothing(clock: SteppedClock) -> None:
    client = client_of("https://no-such-host.invalid", clock)
    with pytest.raises(Unreachable, match="its name is unknown"):
        client.session.put(client.address.url("tickets/7.json"), json={})


@pytest.mark.parametrize("write", WRITES, ids=NAMES)
def test_a_write_that_must_wait_was_not_made_and_is_not_repeated(
    calm: Scripted, hostile: ZendeskAdapter, clock: SteppedClock, write: Callable[[ZendeskAdapter], object]
) -> None:
    before = clock.now()
    calm.on("PUT", PLACE, Answer(429, b"Number of allowed API requests per minute exceeded", {"Retry-After": "37"}))
    with pytest.raises(RateLimited) as caught:
        write(hostile)
    assert caught.value.until == before + timedelta(seconds=37)
    assert len(calm.of("PUT", PLACE)) == 1
    assert clock.now() == before  # nobody slept


# -- reads are repeated a few times --------------------------------------------------------------------------------


def test_a_read_is_tried_again_and_time_passes_on_the_clock(
    calm: Scripted, hostile: ZendeskAdapter, clock: SteppedClock
) -> None:
    before = clock.now()
    calm.on("GET", PLACE, Answer(drop=True), Answer(502), Answer(body={"ticket": TICKET, **USERS}))
    assert hostile.fetch("7").ticket.id == "7"
    assert len(calm.of("GET", PLACE)) == 3
    assert timedelta(seconds=0.5) < clock.now() - before < timedelta(seconds=10)


def test_a_read_is_given_up_after_three_tries(calm: Scripted, hostile: ZendeskAdapter) -> None:
    calm.on("GET", PLACE, Answer(drop=True))
    with pytest.raises(Unreachable, match=r"GET /api/v2/tickets/7\.json: the connection broke off"):
        hostile.fetch("7")
    assert len(calm.of("GET", PLACE)) == 3


@pytest.mark.parametrize("body", [{"error": "APIRateLimitExceeded", "description": "no"}, b"bare text", b'"a string"'])
def test_a_read_that_is_rate_limited_is_neither_slept_on_nor_repeated(
    calm: Scripted, hostile: ZendeskAdapter, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    # zenpy sleeps in the calling thread and repeats for ever; a JSON string makes it fail with AttributeError.
    monkeypatch.setattr(zenpy.lib.api, "sleep", lambda seconds: pytest.fail("zenpy slept"))
    calm.on("GET", PLACE, Answer(429, body, {"Retry-After": "5"}))
    before = clock.now()
    with pytest.raises(RateLimited):
        hostile.fetch("7")
    assert (len(calm.of("GET", PLACE)), clock.now()) == (1, before)


def test_maintenance_that_names_its_end_is_not_hammered(calm: Scripted, hostile: ZendeskAdapter) -> None:
    calm.on("GET", PLACE, Answer(503, b"<html>", {"Retry-After": "600"}))
    with pytest.raises(Unreachable) as caught:
        hostile.fetch("7")
    assert caught.value.until is not None
    assert len(calm.of("GET", PLACE)) == 1


def test_a_refusal_is_not_repeated(calm: Scripted, hostile: ZendeskAdapter) -> None:
    calm.on("GET", PLACE, Answer(401, {"error": "Couldn't authenticate you"}))
    with pytest.raises(NotAllowed):
        hostile.fetch("7")
    assert len(calm.of("GET", PLACE)) == 1


# -- limits of time and size ---------------------------------------------------------------------------------------


def test_a_whole_fetch_keeps_to_its_time_limit(calm: Scripted, hostile: ZendeskAdapter) -> None:
    calm.on("GET", PLACE, Answer(body={"ticket": TICKET, **USERS}, drip=0.1))
    began = time.monotonic()
    with pytest.raises(Unreachable):
        hostile.version_of("7", timeout=0.3)
    assert time.monotonic() - began < 10  # the answer takes 20 s


def test_no_time_left_means_no_call(calm: Scripted, hostile: ZendeskAdapter) -> None:
    with pytest.raises(Unreachable, match="no time left"):
        hostile.fetch("7", timeout=0)
    assert calm.asked == []


def test_the_limit_of_one_fetch_does_not_outlive_it(calm: Scripted, hostile: ZendeskAdapter) -> None:
    with pytest.raises(Unreachable):
        hostile.fetch("7", timeout=0)
    assert hostile.fetch("7").ticket.id == "7"


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_of_more_than_ten_megabytes_is_not_taken_in(
    calm: Scripted, hostile: ZendeskAdapter, packed: bool
) -> None:
    import gzip

    body = b" " * (sessions.BODY + 1)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    calm.on("GET", PLACE, Answer(body=gzip.compress(body) if packed else body, headers=headers))
    with pytest.raises(TooLarge, match=r"GET /api/v2/tickets/7\.json cannot be used: more than 10 MB"):
        hostile.fetch("7")


# -- credentials stay at home --------------------------------------------------------------------------------------


def test_a_redirect_is_refused_and_nothing_is_sent_there(
    calm: Scripted, hostile: ZendeskAdapter, clock: SteppedClock
) -> None:
    calm.on("GET", PLACE, Answer(302, headers={"Location": f"{calm.url}/api/v2/elsewhere"}))
    with pytest.raises(BadAnswer, match="follows no such pointer"):
        hostile.fetch("7")
    assert calm.of("GET", "/elsewhere") == []


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_no_request_goes_to_another_host(calm: Scripted, clock: SteppedClock, method: str) -> None:
    client = client_of("https://acme.zendesk.com", clock)
    with pytest.raises(BadAnswer, match=r"names another host, 127\.0\.0\.1, which is not asked"):
        client.session.request(method, f"{calm.url}/api/v2/tickets/7.json")
    assert calm.asked == []


def test_the_environment_cannot_send_the_token_elsewhere(
    calm: Scripted, hostile: ZendeskAdapter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password other\n")
    for name, value in {
        "ZENPY_FORCE_NETLOC": "127.0.0.1:1",
        "ZENPY_FORCE_SCHEME": "https",
        "NETRC": str(netrc),
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    hostile.fetch("7")
    sent = {asked.headers["Authorization"] for asked in calm.asked}
    assert sent == {"Basic Ym90QGFjbWUuZXhhbXBsZS90b2tlbjp0b2tlbg=="}  # bot@acme.example/token:token


def test_no_cookie_is_kept(calm: Scripted, hostile: ZendeskAdapter) -> None:
    calm.on("GET", PLACE, Answer(body={"ticket": TICKET, **USERS}, headers={"Set-Cookie": "a=b; Path=/"}))
    hostile.fetch("7")
    hostile.fetch("7")
    assert all("Cookie" not in asked.headers for asked in calm.asked)


# -- zenpy on our terms --------------------------------------------------------------------------------------------


def test_no_ticket_comes_from_a_cache(calm: Scripted, hostile: ZendeskAdapter) -> None:
    # zenpy keeps tickets for 30 seconds: safe_update cannot protect a decision that rests on an old one.
    hostile.fetch("7")
    calm.on("GET", PLACE, Answer(body={"ticket": {**TICKET, "status": "pending"}, **USERS}))
    assert hostile.fetch("7").status_now is Category.WAITING_ON_CUSTOMER


def test_each_thread_has_a_client_of_its_own(hostile: ZendeskAdapter) -> None:
    # zenpy keeps the object being sent in one slot of the API object, without a lock.
    clients: dict[str, list[Client]] = {}

    def ask() -> None:
        clients[threading.current_thread().name] = [hostile._clients.mine(), hostile._clients.mine()]

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ask()
    assert all(first is second for first, second in clients.values())
    everybody = [pair[0] for pair in clients.values()]
    assert len({id(client) for client in everybody}) == 5
    assert len({id(client.session) for client in everybody}) == 5


def test_writes_of_several_threads_do_not_mix(calm: Scripted, hostile: ZendeskAdapter) -> None:
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for turn in range(5):
                hostile.add_note("7", f"note {number}.{turn}", marker=f"m{number}.{turn}")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    sent = [asked.body["ticket"] for asked in calm.of("PUT", PLACE)]
    assert len(sent) == 20
    assert all(
        body["comment"]["body"].removeprefix("note ") == body["metadata"]["slabot"].removeprefix("m") for body in sent
    )


def test_zenpy_logs_no_customer_text_even_where_everything_is_logged(
    calm: Scripted, hostile: ZendeskAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for name in ("zenpy", "zenpy.lib.api"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        hostile._new_client().session.close()  # each new client quietens them again
        calm.on("GET", PLACE, Answer(body={"ticket": {**TICKET, "subject": "hunter2"}, **USERS}))
        hostile.fetch("7")
        hostile.send_public("7", "Dear Ana, hunter2", seen=SEEN, marker="m")
    assert "hunter2" not in caplog.text
    assert "Authorization" not in caplog.text


def test_importing_zenpy_does_not_switch_the_process_to_debug() -> None:
    code = (
        "import logging, os; os.environ['DEBUG_LOG'] = '1'; import adapters.zendesk.client; "
        "assert os.environ['DEBUG_LOG'] == '1'; raise SystemExit(logging.getLogger().level == logging.DEBUG)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_zendesk_warns_of_is_logged_once(
    calm: Scripted, hostile: ZendeskAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    warning = {"x-zendesk-api-warn": "Removed restricted keys [:foo] from parameters"}
    calm.on("PUT", PLACE, Answer(body={"ticket": TICKET}, headers=warning))
    for _ in range(2):
        hostile.add_note("7", "Hello", marker="m")
    assert caplog.text.count("Removed restricted keys") == 1


def test_a_proxied_address_keeps_its_path(scripted: Scripted, opened: Opens) -> None:
    adapter = opened(f"{scripted.url}/zd/")
    with pytest.raises(AdapterError):
        adapter.whoami()
    assert scripted.asked[0].path == "/zd/api/v2/users/me.json"
