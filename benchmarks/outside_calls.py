"""What do limits cost an ordinary call, beside `requests` without them?

Promise: both ask the same server, in a process of its own, over kept connections and over new ones, plain and
encrypted. They take turns, the best round counts, in time of the processor; the ratios are what is claimed. The aim is
printed with the figures: over a kept connection at most a tenth more.

    python benchmarks/outside_calls.py [ROUNDS] [CALLS]
"""

from __future__ import annotations

import json
import multiprocessing
import ssl
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from slabot.outside import AbortSignal, Limit, LimitedAdapter, read_body

AT_MOST = 1.1  # times requests alone, over a kept connection
CERTIFICATE = str(Path(__file__).parents[1] / "tests" / "unit" / "channels" / "certificate.pem")
BODY = json.dumps({"tickets": [{"id": number, "subject": "x" * 100} for number in range(100)]}).encode()
SIGNAL = AbortSignal()

Ask = Callable[[requests.Session, str], bytes]


class Helpdesk(BaseHTTPRequestHandler):
    """Answers with a hundred tickets."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve(pipe: Connection, tls: bool) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Helpdesk)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    pipe.send(server.server_port)
    server.serve_forever()


def alone(session: requests.Session, url: str) -> bytes:
    with session.get(url, stream=True, timeout=(5, 30)) as response:
        body = bytearray()
        while chunk := response.raw.read1(64 * 2**10, decode_content=True):
            body += chunk
        return bytes(body)


def limited(session: requests.Session, url: str) -> bytes:
    limit = Limit(60.0, most_bytes=11 * 2**20, signal=SIGNAL)
    with limit, session.get(url, stream=True, timeout=(5, 30)) as response:
        return read_body(response, most=10 * 2**20)


def session_of(adapter: HTTPAdapter) -> requests.Session:
    made = requests.Session()
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    made.trust_env, made.verify = False, CERTIFICATE
    return made


def kept(adapter: Callable[[], HTTPAdapter], ask: Ask, url: str) -> Callable[[], bytes]:
    session = session_of(adapter())
    return lambda: ask(session, url)


def fresh(adapter: Callable[[], HTTPAdapter], ask: Ask, url: str) -> Callable[[], bytes]:
    def call() -> bytes:
        with session_of(adapter()) as session:
            return ask(session, url)

    return call


def seconds(call: Callable[[], bytes], calls: int) -> float:
    began = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - began) / calls


def main(rounds: int, calls: int) -> int:
    missed = False
    for tls in (False, True):
        here, there = multiprocessing.get_context("spawn").Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, tls), daemon=True)
        server.start()
        url = f"{'https' if tls else 'http'}://127.0.0.1:{here.recv()}/"
        for name, way in (("kept", kept), ("new", fresh)):
            before, now = way(HTTPAdapter, alone, url), way(LimitedAdapter, limited, url)
            assert before() == now() == BODY
            took = [(seconds(before, calls), seconds(now, calls)) for _ in range(rounds)]
            least = [min(times) * 1e6 for times in zip(*took, strict=True)]
            ratio = least[1] / least[0]
            missed |= name == "kept" and ratio > AT_MOST
            kind = "tls" if tls else "plain"
            print(f"{name:5} {kind:6} {least[0]:6.0f} µs alone {least[1]:6.0f} µs limited {ratio:6.2f}")
        server.terminate()
        server.join()
    print(f"aim: at most {AT_MOST} over a kept connection: {'missed' if missed else 'met'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(*(int(given) for given in sys.argv[1:]), *(25, 40)[len(sys.argv) - 1 :]))
