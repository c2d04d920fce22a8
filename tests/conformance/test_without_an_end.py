"""What if the helpdesk never comes to an end? Every call ends in time, and at once when its adapter is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from adapters.base import Adapter
from adapters.errors import AdapterError, Closed, OutcomeUnknown, TooLarge, Unreachable
from adapters.http import session
from tests.conformance.house import ACTS, House
from tests.conformance.mailbox import Answer, Between
from tests.fixtures.peers import endless

MUCH = 10.0  # seconds of real time: far more than a call here takes, far less than for ever
OK = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "nothing": (b"", b""),
    "headers": (OK, b"X: y\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body": (OK + b"Content-Length: 100000\r\n\r\n", b" "),
}


@pytest.mark.over_http
@pytest.mark.parametrize("name", SLOW)
def test_a_read_of_an_answer_without_an_end_keeps_to_its_time(house: House, name: str) -> None:
    first, again = SLOW[name]
    with endless(first, again) as peer:
        adapter, began = house.open(url=peer.url), time.monotonic()
        with pytest.raises(Unreachable):
            adapter.fetch("1", timeout=0.3)
        assert time.monotonic() - began < MUCH


class Held:
    """A helpdesk that carries out every write, and does not answer it until it is let go."""

    def __init__(self) -> None:
        self.reached, self.over = threading.Event(), threading.Event()

    def __call__(self, method: str, path: str, answer: Answer) -> Answer:
        if method != "GET":
            self.reached.set()
            self.over.wait(MUCH)
        return answer


@pytest.mark.over_http
def test_a_write_without_an_answer_keeps_to_its_time_and_is_in_doubt(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, own = ACTS["public message"], house.create("Help")
    with Between(house.address) as between:
        adapter = house.open(url=between.url)
        seen = adapter.fetch(own).version
        held = between.changes = Held()
        monkeypatch.setattr(session, "WHOLE", 0.3)
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            act.do(house, adapter, own, seen)
        assert time.monotonic() - began < MUCH
        held.over.set()


@pytest.mark.over_http
def test_bytes_without_an_end_are_not_taken_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BODY", 2**16)
    monkeypatch.setattr(session, "OVERHEAD", 2**16)
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    with endless(chunked, b"1;" + b"x" * 60_000 + b"\r\n \r\n", every=0) as peer:
        adapter = house.open(url=peer.url)
        with pytest.raises(AdapterError) as caught:
            adapter.fetch("1", timeout=MUCH)
    assert isinstance(caught.value, TooLarge | Unreachable)  # the first call may be the one for a token


@pytest.mark.over_http
@pytest.mark.parametrize("name", SLOW)
def test_closing_ends_what_another_thread_waits_for(house: House, name: str) -> None:
    first, again = SLOW[name]
    with endless(first, again) as peer:
        adapter = house.open(url=peer.url)
        assert isinstance(_closed_meanwhile(adapter, lambda: adapter.fetch("1"), lambda: bool(peer.heard)), Closed)


@pytest.mark.over_http
def test_closing_leaves_a_write_that_is_under_way_in_doubt(house: House) -> None:
    act, own = ACTS["public message"], house.create("Help")
    with Between(house.address) as between:
        adapter = house.open(url=between.url)
        seen, held = adapter.fetch(own).version, Held()
        between.changes = held
        failed = _closed_meanwhile(adapter, lambda: act.do(house, adapter, own, seen), held.reached.is_set)
        held.over.set()
    assert isinstance(failed, OutcomeUnknown)


def _closed_meanwhile(adapter: Adapter, call: Callable[[], object], under_way: Callable[[], bool]) -> AdapterError:
    """The error with which a call ends whose adapter is closed as soon as it is under way."""
    failures: list[AdapterError] = []

    def asking() -> None:
        try:
            call()
        except AdapterError as error:
            failures.append(error)

    thread = threading.Thread(target=asking, daemon=True)
    thread.start()
    end = time.monotonic() + MUCH
    while not under_way():
        assert time.monotonic() < end
        time.sleep(0.01)
    adapter.close()
    thread.join(MUCH)
    return failures[0]


def test_nothing_is_asked_of_a_helpdesk_once_it_is_closed(house: House, adapter: Adapter) -> None:
    own = house.create("Help")
    seen = adapter.fetch(own).version
    adapter.close()
    before = house.calls()
    calls: list[Callable[[], object]] = [
        lambda: adapter.fetch(own),
        adapter.whoami,
        *(lambda act=act: act.do(house, adapter, own, seen) for act in ACTS.values()),
    ]
    for call in calls:
        with pytest.raises(Closed, match="slabot is ending"):
            call()
    in_another_thread: list[AdapterError] = []

    def ask() -> None:
        try:
            adapter.fetch(own)
        except AdapterError as error:
            in_another_thread.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(MUCH)
    assert isinstance(in_another_thread[0], Closed)
    assert house.calls() == before


@pytest.mark.over_http
def test_a_connection_is_kept_from_one_call_to_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    own = house.create("Help")
    with Between(house.address) as between:
        made: list[object] = []
        accept = between._server.get_request

        def counted() -> object:
            made.append(None)
            return accept()

        monkeypatch.setattr(between._server, "get_request", counted)
        adapter = house.open(url=between.url)
        for _ in range(3):
            adapter.fetch(own)
        adapter.close()
    assert len(made) <= 2  # one of them for the sign-in
