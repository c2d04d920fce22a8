"""slabot as the stage needs it, in a process that may be killed at any moment and is then started anew."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from slabot.clock import SteppedClock
from slabot.demo.stage import SWEEP_EVERY
from tests.fixtures.ports import free_port

PROCESS = Path(__file__).with_name("driven_slabot.py")


class Mortal:
    """Starts again wherever it was killed."""

    def __init__(self, policy: str, environment: dict[str, str], clock: SteppedClock) -> None:
        self._policy, self._environment, self._clock = policy, environment, clock
        self._port = free_port()
        self.deaths = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._start(clock.now())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def settle(self, now: datetime) -> datetime | None:
        for _ in range(100):
            answer = self._ask({"now": now.isoformat()})
            if answer is not None:
                following = answer["next"]
                return None if following is None else datetime.fromisoformat(following)
            self.deaths += 1
            self._start(now)
        raise AssertionError("slabot died 100 times at one instant")

    def kill(self) -> None:
        """Kill it now, wherever it is."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                os.kill(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(60)
            assert self._process.stdout is not None
            self._process.stdout.close()

    def _start(self, now: datetime) -> None:
        for _ in range(20):
            with self._lock:
                self._bury()
                self._process = subprocess.Popen(
                    [sys.executable, str(PROCESS)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            order = {
                "now": now.isoformat(),
                "policy": self._policy,
                "environment": self._environment,
                "port": self._port,
                "sweep_every": SWEEP_EVERY.total_seconds(),
            }
            if self._ask(order) is not None:
                return
            self.deaths += 1
        raise AssertionError("slabot did not start")

    def _bury(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _ask(self, value: object) -> dict[str, Any] | None:
        """The answer, or None if it died before it gave one."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(value) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, OSError):
            return None
        answer: dict[str, Any] | None = json.loads(line) if line.endswith("\n") else None
        return answer
