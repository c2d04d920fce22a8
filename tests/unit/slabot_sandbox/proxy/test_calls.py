"""What a client sees through the proxy, byte by byte."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time

import pytest
import requests

from slabot_sandbox.proxy import Misbehaviour
from slabot_sandbox.proxy.answers import MEGABYTE
from tests.unit.slabot_sandbox.proxy.conftest import PATIENCE, Peer


def all_of(client: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = bytearray()
    with client:
        while part := client.recv(2**16):
            found += part
    return bytes(found)


def until_silent(client: socket.socket) -> bytes:
    """What comes until nothing more does for a while."""
    found = bytearray()
    with client, contextlib.suppress(TimeoutError):
        while part := client.recv(2**16):
            found += part
    return bytes(found)


def test_what_no_rule_hits_goes_through_unchanged_over_a_connection_that_is_kept(peer: Peer) -> None:
    peer.add(Misbehaviour.HANG, path="/others/*")
    first, second = peer.get("/things/7?page=2"), peer.post("/things", b"one two")
    assert (first.status_code, first.json()["path"]) == (201, "/things/7?page=2")
    assert first.json()["host"] == f"127.0.0.1:{peer.port}"
    assert second.status_code == 201
    assert peer.asked == [("GET", "/things/7?page=2", b""), ("POST", "/things", b"one two")]
    assert peer.told == []


def test_a_body_in_chunks_reaches_the_peer_whole(peer: Peer) -> None:
    answer = peer.session.post(f"http://127.0.0.1:{peer.port}/things", data=iter([b"one", b" two"]), timeout=PATIENCE)
    assert answer.status_code == 201
    assert peer.asked == [("POST", "/things", b"one two")]


@pytest.mark.parametrize("kind", [Misbehaviour.HANG, Misbehaviour.HANG_CONNECT])
def test_a_call_that_hangs_is_never_answered_and_never_reaches_the_peer(peer: Peer, kind: Misbehaviour) -> None:
    rule = peer.add(kind)
    with pytest.raises(requests.ReadTimeout):
        peer.get()
    assert (rule.hits, peer.asked) == (1, [])


def test_a_call_may_hang_after_the_peer_has_done_it(peer: Peer) -> None:
    peer.add(Misbehaviour.HANG, done=True)
    with pytest.raises(requests.ReadTimeout):
        peer.post("/things", b"one")
    assert peer.asked == [("POST", "/things", b"one")]


def test_a_connection_that_was_kept_meets_a_rule_about_new_ones_too(peer: Peer) -> None:
    assert peer.get().status_code == 201
    peer.add(Misbehaviour.HANG_CONNECT)
    with pytest.raises(requests.RequestException):
        peer.get()


def test_a_slow_connection_is_answered_in_the_end(peer: Peer) -> None:
    peer.add(Misbehaviour.SLOW_CONNECT, seconds=0.05)
    began = time.monotonic()
    assert peer.get().status_code == 201
    assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize("how", ["headers", "body"])
def test_what_drips_comes_a_byte_at_a_time_and_is_whole_in_the_end(peer: Peer, how: str) -> None:
    peer.add(Misbehaviour.DRIP, how=how, seconds=0.0005)
    answer = peer.get(timeout=5)
    assert answer.json()["text"] == "grün"
    assert len(peer.asked) == 1


def test_a_drip_is_a_byte_and_then_a_pause(peer: Peer) -> None:
    peer.add(Misbehaviour.DRIP, how="headers", seconds=60)
    assert until_silent(peer.raw()) == b"H"
    peer.rules.clear()
    peer.add(Misbehaviour.DRIP, how="body", seconds=60)
    assert until_silent(peer.raw()).endswith(b"\r\n\r\n{")


def test_a_reset_comes_before_the_answer_or_in_the_middle_of_it(peer: Peer) -> None:
    peer.add(Misbehaviour.RESET, times=1)
    with peer.raw() as client, pytest.raises(ConnectionResetError):
        client.recv(100)
    assert peer.asked == []
    peer.add(Misbehaviour.RESET, how="middle")
    with peer.raw() as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 201 ")
        with pytest.raises(ConnectionResetError):
            client.recv(1000)
    assert len(peer.asked) == 1


def test_an_oversize_body_has_so_many_megabytes(peer: Peer) -> None:
    peer.add(Misbehaviour.OVERSIZE, megabytes=3)
    assert len(peer.get(timeout=5).json()["filler"]) == 3 * MEGABYTE


def test_an_oversize_body_may_travel_small(peer: Peer) -> None:
    peer.add(Misbehaviour.OVERSIZE, how="gzip", megabytes=3)
    _, _, packed = all_of(peer.raw()).partition(b"\r\n\r\n")
    assert len(packed) < MEGABYTE / 20
    assert len(gzip.decompress(packed)) > 3 * MEGABYTE


@pytest.mark.parametrize("how", ["body", "gzip", "headers"])
def test_an_oversize_answer_without_an_end_goes_on_until_the_client_leaves(peer: Peer, how: str) -> None:
    peer.add(Misbehaviour.OVERSIZE, how=how)
    got = 0
    with peer.raw() as client:
        while got < MEGABYTE // 8:
            got += len(client.recv(2**16))
    assert peer.proxy.rules.on()[0].hits == 1


@pytest.mark.parametrize(
    ("how", "to"),
    [
        ("host", "http://elsewhere.invalid/"),
        ("loop", "http://127.0.0.1:{port}/things/7"),
        ("scheme", "https://127.0.0.1:{port}/things/7"),
        ("port", "http://127.0.0.1:9/things/7"),
    ],
)
def test_a_redirect_leads_where_it_says(peer: Peer, how: str, to: str) -> None:
    peer.add(Misbehaviour.REDIRECT, how=how)
    answer = peer.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, to.format(port=peer.port))


def test_a_redirect_may_lead_anywhere(peer: Peer) -> None:
    peer.add(Misbehaviour.REDIRECT, to="ftp://files.example/")
    assert peer.get().headers["Location"] == "ftp://files.example/"


@pytest.mark.parametrize(
    ("how", "asked", "part"),
    [
        ("charset", 1, b"charset=utf-16"),
        ("utf8", 0, b"\xff\xfe"),
        ("gzip", 1, b"Content-Encoding: gzip\r\n"),
        ("chunked", 1, b"\r\n\r\nzz\r\n"),
        ("nested", 0, b"[" * 100_000 + b"]" * 100_000),
        ("html", 0, b"<!DOCTYPE html>"),
        ("empty", 0, b"Content-Length: 0\r\n"),
        ("list", 0, b"\r\n\r\n[]"),
        ("null", 0, b"\r\n\r\nnull"),
    ],
)
def test_an_answer_in_a_wrong_encoding_is_wrong_in_that_one_way(peer: Peer, how: str, asked: int, part: bytes) -> None:
    peer.add(Misbehaviour.ENCODING, how=how)
    raw = all_of(peer.raw(b"GET /things/7 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
    assert part in raw
    assert len(peer.asked) == asked


def test_a_wrong_length_is_too_long_or_too_short(peer: Peer) -> None:
    peer.add(Misbehaviour.ENCODING, how="longer", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        peer.get()
    peer.add(Misbehaviour.ENCODING, how="shorter")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        peer.get().json()


@pytest.mark.parametrize(
    ("service", "path", "said"),
    [
        ("zendesk", "/api/v2/tickets/7", {"error": "forbidden", "description": "Forbidden"}),
        ("zendesk", "/oauth/tokens", {"error": "forbidden", "error_description": "Forbidden"}),
        ("freshdesk", "/api/v2/tickets/7", {"code": "forbidden", "message": "Forbidden"}),
        ("slack", "/api/chat.postMessage", {"ok": False, "error": "forbidden"}),
        ("pagerduty", "/v2/enqueue", {"status": "forbidden", "message": "Forbidden", "errors": ["Forbidden"]}),
        ("receiver", "/pager", {"error": "forbidden"}),
    ],
)
def test_a_status_is_said_in_the_peers_manner(peer: Peer, service: str, path: str, said: dict[str, object]) -> None:
    port = peer.proxy.stand_before(service, ("127.0.0.1", 1))
    peer.add(Misbehaviour.STATUS, status=403, retry_after="-5")
    answer = peer.session.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE)
    assert (answer.status_code, answer.json()) == (403, said)
    assert answer.headers["Retry-After"] == "-5"


def test_a_status_may_have_no_body_or_one_for_people_or_a_word_of_its_own(peer: Peer) -> None:
    peer.add(Misbehaviour.STATUS, status=503, how="empty", times=1)
    peer.add(Misbehaviour.STATUS, status=503, how="text", times=1)
    peer.add(Misbehaviour.STATUS, status=599, error="gone_fishing")
    assert [peer.get().text for _ in range(3)] == ["", "Something is not right\n", '{"error": "gone_fishing"}']


def test_the_journal_is_told_of_each_call_that_was_hit(peer: Peer) -> None:
    peer.add(Misbehaviour.STATUS, status=401, path="/things/*")
    peer.get()
    peer.get("/others")
    [(name, asked)] = peer.told
    assert (name, asked.service, asked.method, asked.path) == ("status 401", "things", "GET", "/things/7")


def test_all_is_well_at_once_when_the_rules_are_cleared_and_what_hangs_goes_on_hanging(peer: Peer) -> None:
    peer.add(Misbehaviour.HANG)
    with peer.raw() as client:
        with pytest.raises(TimeoutError):
            client.recv(100)
        assert peer.rules.clear() == 1
        assert peer.get().status_code == 201
        with pytest.raises(TimeoutError):
            client.recv(100)


def test_what_hangs_is_let_go_where_the_rule_says_so(peer: Peer) -> None:
    peer.add(Misbehaviour.HANG, lets_go=True)
    with peer.raw() as client:
        with pytest.raises(TimeoutError):
            client.recv(100)
        peer.rules.clear()
        assert client.recv(100) == b""


def test_a_peer_that_is_not_there_is_a_closed_connection(peer: Peer) -> None:
    port = peer.proxy.stand_before("nobody", ("127.0.0.1", 1))
    with pytest.raises(requests.ConnectionError):
        peer.session.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE)


def test_what_is_no_http_is_closed(peer: Peer) -> None:
    with peer.raw(b"hello\r\n\r\n") as client:
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""


def test_stopping_ends_what_hangs_and_drips_and_leaves_no_thread(peer: Peer) -> None:
    peer.add(Misbehaviour.HANG, path="/hang")
    peer.add(Misbehaviour.DRIP, path="/drip", seconds=60)
    peer.add(Misbehaviour.OVERSIZE, path="/endless")
    clients = [peer.raw(f"GET /{path} HTTP/1.1\r\n\r\n".encode()) for path in ("hang", "drip", "endless")]
    while len(peer.told) < 3:
        time.sleep(0.005)
    began = time.monotonic()
    peer.proxy.stop()
    assert time.monotonic() - began < 30  # a drop would be waited for for 60 s
    assert "faulty proxy" not in [thread.name for thread in threading.enumerate()]
    for client in clients:
        client.close()
    with pytest.raises(ConnectionRefusedError):
        peer.raw()
