"""Whatever bytes come, the answer is a status and a calm sentence, and nothing reaches the log but a number."""

from __future__ import annotations

import logging

import pytest

from slabot.runtime.serving.requests import LARGEST_HEADERS, LARGEST_REQUEST
from tests.unit.runtime.serving.conftest import Client

POST, END = b"POST /hooks/acme HTTP/1.1\r\nConnection: close\r\n", b"\r\n\r\nhello"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

ODD = {
    "a length of 5,000 digits": (POST + b"Content-Length: " + b"9" * 5000 + END, 400),
    "a length of 4,000 digits": (POST + b"Content-Length: " + b"9" * 4000 + END, 413),
    "a negative length": (POST + b"Content-Length: -5" + END, 400),
    "a length with a sign": (POST + b"Content-Length: +5" + END, 400),
    "a length twice in one header": (POST + b"Content-Length: 5, 5" + END, 400),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6" + END, 400),
    "a length in other digits": (POST + b"Content-Length: \xb2" + END, 400),
    "a length and chunks": (POST + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n", 400),
    "chunks in HTTP/1.0": (b"POST /hooks/acme HTTP/1.0\r\n" + CHUNKED + b"0\r\n\r\n", 400),
    "chunks in gzip": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "a chunk whose size is no number": (POST + CHUNKED + b"x\r\nhello\r\n0\r\n\r\n", 400),
    "a chunk of negative size": (POST + CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n", 400),
    "more in a chunk than it says": (POST + CHUNKED + b"2\r\nhello\r\n0\r\n\r\n", 400),
    "chunks beyond the limit": (POST + CHUNKED + b"fffff\r\n" + b"x" * 0xFFFFF + b"\r\n0\r\n\r\n", 413),
    "tiny chunks beyond the limit": (POST + CHUNKED + b"1\r\nx\r\n" * 60_000, 413),
    "a size that never ends": (POST + CHUNKED + b"f" * (LARGEST_REQUEST + 1), 413),
    "trailers that never end": (POST + CHUNKED + b"0\r\n" + b"x: y\r\n" * 60_000, 413),
    "a body beyond the limit": (POST + b"Content-Length: %d\r\n\r\n" % (LARGEST_REQUEST + 1), 413),
    "a body beyond the limit that waits to be asked for": (
        POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % 10**9,
        413,
    ),
    "headers of megabytes": (POST + b"X: " + b"x" * 3_000_000 + END, 431),
    "5,000 headers": (POST + b"".join(b"h%d: x\r\n" % number for number in range(5000)) + b"\r\n", 431),
    "101 headers": (POST + b"x: y\r\n" * 101 + b"\r\n", 400),
    "an address of 300 KB": (b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\n\r\n", 431),
    "a query of 100 KB": (b"GET /healthz?" + b"a=b&" * 25_000 + b" HTTP/1.1\r\n\r\n", 431),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a version that is none": (b"GET /healthz HTTP/9.9\r\n\r\n", 400),
    "a method in small letters": (b"get /healthz HTTP/1.1\r\n\r\n", 400),
    "half a bracket": (b"GET http://[/ HTTP/1.1\r\n\r\n", 400),
    "a header without a name": (POST + b": x\r\n\r\n", 400),
    "a header that begins with a space": (b"GET / HTTP/1.1\r\n x\r\n\r\n", 400),
    "a line feed alone": (b"GET / HTTP/1.1\r\nX: a\nY: b\r\n\r\n", 400),
    "a null in a header": (POST + b"X: \x00\r\n\r\n", 400),
    "the greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "CONNECT": (b"CONNECT example.com:443 HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
    "TRACE": (b"TRACE /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 405),
    "percent signs that mean nothing": (b"GET /%zz%00%ff%%% HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
    "a null in the address": (b"GET /\x00 HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
    "an address upwards": (b"GET /hooks/../../etc/passwd HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
    "an unknown host": (b"GET /nothing HTTP/1.1\r\nConnection: close\r\nHost: a:b:c\r\n\r\n", 404),
    "a host of odd bytes": (b"GET /nothing HTTP/1.1\r\nConnection: close\r\nHost: \xff[::\r\n\r\n", 404),
    "a host of 20 KB": (b"GET /nothing HTTP/1.1\r\nConnection: close\r\nHost: " + b"x." * 10_000 + b"\r\n\r\n", 404),
}
FINE = {
    "the largest body": (
        POST + b"Content-Length: %d\r\n\r\n" % LARGEST_REQUEST + b"x" * LARGEST_REQUEST,
        b"262144 bytes",
    ),
    "chunks": (POST + CHUNKED + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", b"5 bytes"),
    "a body that waits to be asked for": (POST + b"Expect: 100-continue\r\nContent-Length: 5" + END, b"5 bytes"),
    "no body that waits to be asked for": (
        b"GET /healthz HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
        b"alive",
    ),
    "a compressed body, which stays as it is": (
        POST + b"Content-Encoding: gzip\r\nContent-Length: 5" + END,
        b"5 bytes",
    ),
    "a whole address": (b"GET http://elsewhere/healthz HTTP/1.1\r\nConnection: close\r\n\r\n", b"alive"),
    "nearly too many headers": (
        POST + b"X: " + b"x" * (LARGEST_HEADERS - 200) + b"\r\nContent-Length: 5" + END,
        b"5 bytes",
    ),
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_odd_is_refused_calmly(client: Client, caplog: pytest.LogCaptureFixture, what: str) -> None:
    sent, status = ODD[what]
    with caplog.at_level(logging.INFO):
        answer = client.ask(sent)
    assert answer.partition(b"\r\n")[0].split()[1] == str(status).encode(), answer[:200]
    assert caplog.records == []
    assert client.is_healthy()


@pytest.mark.parametrize("what", FINE)
def test_what_is_unusual_and_right_is_answered(client: Client, what: str) -> None:
    sent, expected = FINE[what]
    assert client.ask(sent).endswith(expected)


def test_a_refusal_by_the_server_is_json_as_the_applications_are(client: Client) -> None:
    answer = client.ask(POST + b"Content-Length: x" + END)
    assert b"Content-Type: application/json" in answer
    assert answer.endswith(b'\r\n\r\n{"message": "this is no request that slabot understands"}\n')
