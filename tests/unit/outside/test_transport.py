"""Whatever a peer does, a call over HTTP ends within its time and its bytes."""

from __future__ import annotations

import contextlib
import gzip
import logging
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import urllib3.exceptions

from slabot.outside import AbortSignal, Limit, LimitedAdapter, read_body
from tests.fixtures.peers import CERTIFICATE, Peer, endless

SHORT = 0.3  # seconds that a call may take
MUCH = 10.0  # seconds: far more than it may take, far less than for ever
LOST = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@contextlib.contextmanager
def session(trusts: str = "") -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.mount("http://", LimitedAdapter())
        made.mount("https://", LimitedAdapter())
        made.trust_env = False
        if trusts:
            made.verify = trusts
        yield made


def ask(url: str, *, seconds: float = SHORT, most: int = 2**20, **more: Any) -> bytes:
    with session(str(CERTIFICATE) if url.startswith("https") else "") as made, Limit(seconds, most_bytes=2 * most):
        answer = made.post(url, data=b"{}", stream=True, timeout=(SHORT, MUCH), allow_redirects=False, **more)
        with answer:
            return read_body(answer, most=most)


SLOW = {
    "silence": (b"", b""),
    "its status line": (b"HTTP/1.1 ", b"2"),
    "its headers": (OK, b"X: y\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "its body": (OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "its body without a length": (OK + b"\r\n", b"x"),
    "the size of a chunk": (CHUNKED, b"0"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "what follows the last chunk": (CHUNKED + b"0\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("name", SLOW)
def test_a_peer_that_sends_a_byte_at_a_time_is_given_up_in_time(name: str, tls: bool) -> None:
    first, again = SLOW[name]
    with endless(first, again, tls=tls) as peer:
        took = _fails(peer, tls=tls)
    assert SHORT * 0.9 < took < MUCH


def _fails(peer: Peer, *, tls: bool = False) -> float:
    began = time.monotonic()
    with pytest.raises(LOST):
        ask(f"https://127.0.0.1:{peer.port}/" if tls else peer.url)
    return time.monotonic() - began


FAST = {
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "the size of a chunk": (CHUNKED, b"0" * 60_000),
    "what follows the last chunk": (CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000),
    "a line without an end": (b"", b"x" * 60_000),
    "headers": (OK, b"X: y\r\n" * 10_000),
    "words beside the chunks": (CHUNKED, b"1;" + b"x" * 60_000 + b"\r\nx\r\n"),
}


@pytest.mark.parametrize("name", FAST)
def test_a_peer_that_never_stops_is_given_up_by_its_bytes(name: str) -> None:
    first, again = FAST[name]
    tracemalloc.start()
    try:
        with endless(first, again, every=0) as peer, pytest.raises(LOST):
            ask(peer.url, seconds=60.0, most=2**16)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 16 * 2**20


@pytest.mark.parametrize("layers", [1, 2])
def test_a_small_body_that_unpacks_to_a_large_one_is_read_no_further_than_its_limit(layers: int) -> None:
    bomb = b"0" * 50_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb, 1)
    packing = ", ".join(["gzip"] * layers).encode()
    head = OK + b"Content-Encoding: " + packing + b"\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    try:
        with endless(head + bomb) as peer:
            body = ask(peer.url, seconds=60.0)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 2**20 < len(body) < 2 * 2**20
    assert most < 16 * 2**20


def test_no_log_holds_an_address_or_what_a_peer_sends(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    head = OK + b"words of a customer\r\nContent-Length: 2\r\n\r\n"  # not a header, so the library wonders at it
    with endless(head + b"{}") as peer, contextlib.suppress(*LOST):
        ask(f"{peer.url}/ping/a-secret")
    assert peer.heard
    assert caplog.text == ""


def test_a_handshake_that_comes_a_byte_at_a_time_is_given_up_in_time() -> None:
    with endless(b"\x16\x03\x03\x40\x00", b"\x02") as peer:
        assert _fails(peer, tls=True) < MUCH


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["silent", "endless headers"])
def test_a_proxy_that_does_not_come_to_an_end_is_given_up_in_time(first: bytes) -> None:
    with endless(first, b"X: y\r\n" if first else b"") as peer:
        began = time.monotonic()
        with pytest.raises(requests.RequestException):
            ask("https://helpdesk.example/", proxies={"https": peer.url})
        assert peer.heard[0].startswith(b"CONNECT helpdesk.example:443 ")
    assert time.monotonic() - began < MUCH


def test_a_proxy_whose_connections_know_no_limit_is_not_spoken_through() -> None:
    with pytest.raises(requests.exceptions.InvalidProxyURL, match="HTTP proxies only"):
        ask("https://helpdesk.example/", proxies={"https": "socks5://127.0.0.1:1"})


def test_a_name_server_that_is_silent_costs_one_thread_and_no_longer_than_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_up, answered, asked = socket.getaddrinfo, threading.Event(), []

    def silent(host: str, *given: Any, **named: Any) -> Any:
        if named.get("flags"):
            return look_up(host, *given, **named)
        asked.append(host)
        answered.wait(20)
        return look_up("127.0.0.1", *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with endless(OK + b"Content-Length: 2\r\n\r\n{}") as peer:
        for _ in range(3):
            with pytest.raises(requests.ConnectTimeout):
                ask(f"http://silent.example:{peer.port}/", seconds=0.1)
        assert asked == ["silent.example"]
        answered.set()
        assert ask(f"http://silent.example:{peer.port}/", seconds=5.0) == b"{}"


def test_a_peer_that_answers_well_is_read_to_its_end_over_a_kept_connection() -> None:
    with endless(OK + b"Content-Length: 2\r\n\r\n{}", tls=True) as peer:
        assert ask(f"https://127.0.0.1:{peer.port}/", seconds=5.0) == b"{}"


def test_a_certificate_that_nobody_knows_is_not_trusted() -> None:
    with endless(tls=True) as peer, session() as made, Limit(5.0), pytest.raises(requests.exceptions.SSLError):
        made.get(f"https://127.0.0.1:{peer.port}/", timeout=5)


def test_certificates_that_are_not_there_are_an_error_of_the_call() -> None:
    with session("/nowhere/bundle.pem") as made, Limit(5.0), pytest.raises(requests.exceptions.SSLError):
        made.get("https://127.0.0.1:1/", timeout=5)


@pytest.mark.parametrize("name", ["silence", "its headers", "its body"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_another_thread_ends_a_call_at_once_and_those_that_follow(name: str, tls: bool) -> None:
    first, again = SLOW[name]
    signal = AbortSignal()
    ended: list[float] = []

    def call() -> None:
        with Limit(signal=signal):
            try:
                ask(f"{'https' if tls else 'http'}://127.0.0.1:{peer.port}/", seconds=60.0)
            except LOST:
                ended.append(time.monotonic())

    with endless(first, again, tls=tls) as peer:
        thread = threading.Thread(target=call)
        thread.start()
        while not peer.heard:
            time.sleep(0.01)
        began = time.monotonic()
        signal.abort()
        thread.join(MUCH)
        call()
    assert len(ended) == 2
    assert ended[-1] - began < MUCH
    assert len(peer.heard) == 1, "the second one was not sent"


def test_without_a_limit_nothing_is_waited_for() -> None:
    with endless() as peer, session() as made, pytest.raises(requests.ConnectionError, match="no time is left"):
        made.get(peer.url, timeout=MUCH)
    assert not any(peer.heard)
