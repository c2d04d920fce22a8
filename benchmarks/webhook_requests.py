"""How many signed webhooks a second are taken in, beside a bare Flask handler that verifies and inserts?

    python -m benchmarks.webhook_requests [--store sqlite|postgresql] [--seconds 3] [--rounds 7]

Both are served by waitress with the same threads in a process of their own, write to SQLite with synchronous=FULL, or
to PostgreSQL (from a wheel, with its usual settings), and answer only after the commit. The bare handler holds one
connection a thread and inserts one row; slabot is what `slabot run` or `slabot web` is there. 16 keep-alive connections
ask; the client shares the machine's cores with the servers. The two take turns and medians are printed, for a machine
is seldom as busy as a minute ago. Aim: at least 0.9 of the bare handler's requests a second, with a p99 not above its
own.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import multiprocessing
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import psycopg
from flask import Flask, Response, request

from benchmarks.stage import percentile, scene
from slabot.clock import SystemClock
from slabot.composition.several import web_app
from slabot.demo.stage import CHANNEL, environment_of, policy_of
from slabot.policy import load_policy
from slabot.runtime.serving import WebServer
from slabot_sandbox import Sandbox
from tests.campaign.databases import OwnPostgres

SECRET = "sandbox-zendesk-webhook-secret"
CONNECTIONS = 16
RATE, P99 = 0.9, 1.0  # of the bare handler's: at least, and at most
FIGURES = ("rate", "p50", "p99", "cpu")


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


def answer(tell: Connection, port: int) -> None:
    """Say where the server listens, and how much processor time it has used whenever that is asked."""
    tell.send(port)
    while tell.recv() == "cpu":
        tell.send(time.process_time())


def serve_slabot(tell: Connection, url: str) -> None:
    """The real application on the real store."""
    with contextlib.ExitStack() as held:
        if url:
            web, ending, _, _ = web_on(url)
            held.callback(ending)
            answer(tell, web.port)
            return
        on = held.enter_context(scene())
        assert on.app.web is not None
        on.app.web.start()
        answer(tell, on.app.web.port)


def web_on(url: str) -> tuple[WebServer, Callable[[], object], str, dict[str, str]]:
    """`slabot web` on a PostgreSQL, in this process: its server, what ends it, its policy, and its environment."""
    sandbox = Sandbox(clock=SystemClock())
    sandbox.slack.workspace.add_channel(CHANNEL)
    sandbox.start()
    text = policy_of(sandbox, Path("x.db")).replace('url: "sqlite:///x.db"', "url_env: DATABASE_URL")
    environment = {**environment_of(sandbox), "DATABASE_URL": url}
    app = web_app(load_policy(text), text, clock=SystemClock(), environment=environment)
    app.start()
    assert app.web is not None

    def end() -> None:
        app.stop()
        sandbox.stop()

    return app.web, end, text, environment


def inserting(url: str, folder: str) -> Callable[[str, str], object]:
    """What the bare handler does with a delivery: one row, committed."""
    local = threading.local()
    if url:
        with psycopg.connect(url, autocommit=True) as made:
            made.execute("CREATE TABLE floor (id TEXT PRIMARY KEY, ticket TEXT)")

        def insert_there(delivery: str, ticket: str) -> None:
            if not hasattr(local, "conn"):
                local.conn = psycopg.connect(url, autocommit=True)
            local.conn.execute("INSERT INTO floor VALUES (%s, %s)", (delivery, ticket))

        return insert_there
    path = Path(folder) / "floor.db"
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("CREATE TABLE inbox (id TEXT PRIMARY KEY, ticket TEXT)")

    def insert(delivery: str, ticket: str) -> None:
        if not hasattr(local, "conn"):
            local.conn = sqlite3.connect(path, timeout=30, isolation_level=None)
            local.conn.execute("PRAGMA synchronous=FULL")
        local.conn.execute("INSERT INTO inbox VALUES (?, ?)", (delivery, ticket))

    return insert


def serve_floor(tell: Connection, url: str) -> None:
    """Flask, one HMAC, one insert."""
    with tempfile.TemporaryDirectory() as folder:
        insert, app = inserting(url, folder), Flask("floor")

        @app.post("/hooks/acme")
        def hook() -> Response:
            body = request.get_data(cache=False)
            stamp = request.headers["X-Zendesk-Webhook-Signature-Timestamp"]
            digest = hmac.new(SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()
            if not hmac.compare_digest(
                base64.b64encode(digest).decode(), request.headers["X-Zendesk-Webhook-Signature"]
            ):
                return Response(status=401)
            insert(request.headers["X-Zendesk-Webhook-Invocation-Id"], json.loads(body)["ticket_id"])
            return Response(status=200)

        server = WebServer(app)
        server.start()
        answer(tell, server.port)


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


@dataclass(frozen=True, slots=True)
class Round:
    """What one contestant did in one turn: requests a second, milliseconds, and processor time of the server."""

    rate: float
    p50: float
    p99: float
    cpu: float


class Server:
    """A contestant in a process of its own."""

    def __init__(self, serve: Callable[[Connection, str], None], url: str = "") -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(theirs, url))
        self._process.start()
        self._port: int = self._pipe.recv()
        load(self._port, 1)

    def turn(self, seconds: float) -> Round:
        """Ask it for so long."""
        before = self._cpu()
        took = load(self._port, seconds)
        cpu = self._cpu() - before
        p50, p99 = (percentile(took, share) * 1000 for share in (0.5, 0.99))
        return Round(len(took) / seconds, p50, p99, cpu / len(took) * 1000)

    def stop(self) -> None:
        """End it."""
        self._pipe.send("stop")
        self._process.join(20)
        if self._process.is_alive():
            self._process.terminate()

    def _cpu(self) -> float:
        self._pipe.send("cpu")
        used: float = self._pipe.recv()
        return used


def main() -> None:
    """Measure both in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with contextlib.ExitStack() as held:
        url = ""
        if options.store == "postgresql":
            database = OwnPostgres(small=False)
            held.callback(database.close)
            url = database.url
        compare(options, {"floor": Server(serve_floor, url), "slabot": Server(serve_slabot, url)})


def compare(options: argparse.Namespace, servers: dict[str, Server]) -> None:
    """Let them take turns, and print."""
    rounds = [{name: server.turn(options.seconds) for name, server in servers.items()} for _ in range(options.rounds)]
    for server in servers.values():
        server.stop()
    print(f"{'':10} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'server CPU, ms a request':>25}")
    for name in servers:
        rate, p50, p99, cpu = (median(getattr(one[name], what) for one in rounds) for what in FIGURES)
        print(f"{name:10} {rate:11.0f} {p50:8.1f} {p99:8.1f} {cpu:25.2f}")
    rate, _, p99, cpu = (
        [getattr(one["slabot"], what) / getattr(one["floor"], what) for one in rounds] for what in FIGURES
    )
    for said, ratios, met in (
        ("of the requests", rate, median(rate) >= RATE),
        ("of the p99", p99, median(p99) <= P99),
        ("of the server's CPU a request", cpu, None),
    ):
        aim = "" if met is None else ": met" if met else ": MISSED"
        print(f"slabot / floor: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) {said}{aim}")


if __name__ == "__main__":
    main()
