"""How many signed webhooks a second are taken in, beside a bare Flask handler that verifies and inserts?

    python -m benchmarks.webhook_requests [--seconds 6]

Both are served by waitress with the same threads in a process of their own, write to SQLite with synchronous=FULL,
and answer only after the commit. The bare handler holds one connection a thread. 16 keep-alive connections ask in
turn; the client shares the machine's cores with the servers. Aim: at least as many requests as the floor, and a
shorter p99.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import multiprocessing
import sqlite3
import tempfile
import threading
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from flask import Flask, Response, request

from benchmarks.stage import percentile, scene
from slabot.runtime.serving import WebServer

SECRET = "sandbox-zendesk-webhook-secret"
CONNECTIONS = 16


def signed(number: int) -> tuple[bytes, dict[str, str]]:
    """A delivery of its own, as Zendesk signs it."""
    body = json.dumps({"ticket_id": str(number), "subject": "a ticket"}).encode()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return body, {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": f"01BENCH{time.time_ns():020d}{number:09d}"[:36],
    }


def serve_slabot(tell: Connection) -> None:
    """The real application on the real store."""
    with scene() as on:
        on.app.web.start()
        tell.send(on.app.web.port)
        tell.recv()


def serve_floor(tell: Connection) -> None:
    """Flask, one HMAC, one insert."""
    with tempfile.TemporaryDirectory() as folder:
        path, local = Path(folder) / "floor.db", threading.local()
        with sqlite3.connect(path) as conn:
            conn.execute("PRAGMA journal_mode=WAL")
            conn.execute("CREATE TABLE inbox (id TEXT PRIMARY KEY, ticket TEXT)")
        app = Flask("floor")

        @app.post("/hooks/acme")
        def hook() -> Response:
            body = request.get_data(cache=False)
            stamp = request.headers["X-Zendesk-Webhook-Signature-Timestamp"]
            digest = hmac.new(SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()
            if not hmac.compare_digest(
                base64.b64encode(digest).decode(), request.headers["X-Zendesk-Webhook-Signature"]
            ):
                return Response(status=401)
            if not hasattr(local, "conn"):
                local.conn = sqlite3.connect(path, timeout=30, isolation_level=None)
                local.conn.execute("PRAGMA synchronous=FULL")
            local.conn.execute(
                "INSERT INTO inbox VALUES (?, ?)",
                (request.headers["X-Zendesk-Webhook-Invocation-Id"], json.loads(body)["ticket_id"]),
            )
            return Response(status=200)

        server = WebServer(app)
        server.start()
        tell.send(server.port)
        tell.recv()


def load(port: int, seconds: float) -> list[float]:
    """Seconds that each answered request took."""
    took: list[float] = []
    lock, end = threading.Lock(), time.monotonic() + seconds

    def ask(worker: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        mine, number = [], worker * 1_000_000
        while time.monotonic() < end:
            number += 1
            body, headers = signed(number)
            began = time.perf_counter()
            connection.request("POST", "/hooks/acme", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            mine.append(time.perf_counter() - began)
        connection.close()
        with lock:
            took.extend(mine)

    threads = [threading.Thread(target=ask, args=(worker,)) for worker in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def measure(name: str, seconds: float) -> tuple[float, float, float]:
    """Requests a second, p50 and p99 in milliseconds."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve_slabot if name == "slabot" else serve_floor, args=(theirs,))
    process.start()
    port = ours.recv()
    load(port, 1)
    took = load(port, seconds)
    ours.send("stop")
    process.join(20)
    if process.is_alive():
        process.terminate()
    return len(took) / seconds, percentile(took, 0.5) * 1000, percentile(took, 0.99) * 1000


def main() -> None:
    """Measure both in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0)
    options = parser.parse_args()
    found = {name: measure(name, options.seconds) for name in ("floor", "slabot")}
    print(f"{'':10} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8}")
    for name, (rate, p50, p99) in found.items():
        print(f"{name:10} {rate:11.0f} {p50:8.1f} {p99:8.1f}")
    print(
        f"slabot / floor: {found['slabot'][0] / found['floor'][0]:.2f} of the requests, "
        f"{found['slabot'][2] / found['floor'][2]:.2f} of the p99"
    )


if __name__ == "__main__":
    main()
