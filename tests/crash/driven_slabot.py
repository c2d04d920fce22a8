"""slabot in a process of its own, driven over its standard input: it can be killed between any two effects.

One line in, ``{"now": "…"}``: settle at that instant. One line out, ``{"next": "…"}``: what is waited for. The
first line in holds the policy, the secrets and the port; the first line out says that it listens.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

import structlog

from slabot.clock import SteppedClock
from slabot.composition import stepped_app
from slabot.policy import load_policy


def main() -> None:
    """Serve until the input ends."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the output is for answers
    order = json.loads(sys.stdin.readline())
    clock = SteppedClock(datetime.fromisoformat(order["now"]))
    app = stepped_app(
        load_policy(order["policy"], "the campaign's policy"),
        order["policy"],
        clock=clock,
        environment=order["environment"],
        port=order["port"],
        sweep_every=timedelta(seconds=order["sweep_every"]),
    )
    app.start()
    _say({"listening": True})
    for line in sys.stdin:
        clock.elapse(datetime.fromisoformat(json.loads(line)["now"]) - clock.now())
        following = app.engine.settle()
        _say({"next": None if following is None else following.isoformat()})


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
