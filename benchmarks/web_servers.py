"""Which server should answer for a web process: slabot's own, gunicorn or granian?

    python -m benchmarks.web_servers [--seconds 3] [--rounds 5] [--processes 1]

Each serves the same application, `slabot web` on a PostgreSQL (from a wheel, with its usual settings), with eight
threads a process; 16 keep-alive connections send signed webhooks, each answered after the commit. They take turns, and
medians are printed. gunicorn and granian are installed by `make bench` alone; the product does not need them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import requests

from benchmarks.stage import percentile
from benchmarks.webhook_requests import FIGURES, Round, load, web_on
from slabot.clock import SystemClock
from slabot.composition.several import web_app
from slabot.policy import load_policy
from slabot.runtime import Interactions
from tests.campaign.databases import OwnPostgres
from tests.fixtures.ports import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
POLICY = "SLABOT_BENCH_POLICY"
OWN = "own"
STARTING = 60.0  # seconds for a server to answer


def application() -> WSGIApplication:
    """What gunicorn and granian serve: the Flask application of a web process, which beats and puts hints in."""
    from webhooks.app import create_app

    text = Path(os.environ[POLICY]).read_text(encoding="utf-8")
    app = web_app(load_policy(text), text, clock=SystemClock())
    app.start()  # its own server as well, which nobody asks
    return create_app(app.parts, None, Interactions(app.parts))


def command(name: str, port: int, processes: int) -> list[str]:
    """How a server is started."""
    place = "benchmarks.web_servers:application"
    if name == "gunicorn":
        own = ["-k", "gthread", "-w", str(processes), "--threads", str(THREADS), "--keep-alive", "75"]
        return [sys.executable, "-m", "gunicorn", *own, "-b", f"127.0.0.1:{port}", f"{place}()"]
    own = ["--workers", str(processes), "--blocking-threads", str(THREADS), "--factory", "--interface", "wsgi"]
    return [sys.executable, "-m", "granian", *own, "--port", str(port), "--no-ws", place]


def answers(port: int) -> bool:
    """True once something listens and is alive."""
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    return False


def measure(seconds: float, rounds: int, processes: int) -> dict[str, list[Round]]:
    """Let them take turns."""
    with contextlib.ExitStack() as held:
        database = OwnPostgres(small=False)
        held.callback(database.close)
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        own, end, text, environment = web_on(database.url)
        held.callback(end)
        policy = folder / "policy.yaml"
        policy.write_text(text, encoding="utf-8")
        ports = {OWN: own.port}
        for name in ("gunicorn", "granian"):
            ports[name] = free_port()
            log = held.enter_context((folder / f"{name}.log").open("wb"))
            started = subprocess.Popen(
                command(name, ports[name], processes),
                env={**os.environ, **environment, POLICY: str(policy), "PORT": str(free_port())},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            held.callback(_end, started)
        for name, port in ports.items():
            until = time.monotonic() + STARTING
            while not answers(port):
                if time.monotonic() > until:
                    raise SystemExit(f"{name} does not answer:\n{(folder / f'{name}.log').read_text()[-2000:]}")
                time.sleep(0.2)
        for port in ports.values():
            load(port, 1)
        taken: dict[str, list[Round]] = {name: [] for name in ports}
        for _ in range(rounds):
            for name, port in ports.items():
                took = load(port, seconds)
                p50, p99 = (percentile(took, share) * 1000 for share in (0.5, 0.99))
                taken[name].append(Round(len(took) / seconds, p50, p99, 0.0))
        return taken


def _end(started: subprocess.Popen[bytes]) -> None:
    started.terminate()
    try:
        started.wait(15)
    except subprocess.TimeoutExpired:
        started.kill()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=1, help="of gunicorn and granian")
    given = parser.parse_args()
    taken = measure(given.seconds, given.rounds, given.processes)
    print(f"{'':10} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8}   requests beside slabot's own server")
    for name, rounds in taken.items():
        rate, p50, p99 = (median(getattr(one, what) for one in rounds) for what in FIGURES[:3])
        beside = [one.rate / own.rate for one, own in zip(rounds, taken[OWN], strict=True)]
        ratio = f"{median(beside):.2f} ({min(beside):.2f} to {max(beside):.2f})"
        print(f"{name:10} {rate:11.0f} {p50:8.1f} {p99:8.1f}   {ratio}")


if __name__ == "__main__":
    main()
