"""slabot in a process of its own, driven over its standard input: it can be killed between any two effects.

One line in, ``{"now": "…"}``: settle at that instant. One line out, ``{"next": "…"}``: what is waited for. The
first line in holds the policy, the secrets and the port; the first line out says that it listens.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from slabot.clock import SteppedClock
from slabot.composition import compose
from slabot.policy import load_policy
from slabot.runtime import Driven
from slabot.runtime.serving import WebServer
from webhooks import create_app


def main() -> None:
    """Serve until the input ends."""
    order = json.loads(sys.stdin.readline())
    clock = SteppedClock(datetime.fromisoformat(order["now"]))
    composed = compose(
        load_policy(order["policy"], "the campaign's policy"),
        order["policy"],
        clock=clock,
        environment=order["environment"],
        sweep_every=timedelta(seconds=order["sweep_every"]),
    )
    WebServer(create_app(composed.parts, composed.signing_secret), port=order["port"])
    driven = Driven(composed.parts, clock)
    _say({"listening": True})
    for line in sys.stdin:
        clock.elapse(datetime.fromisoformat(json.loads(line)["now"]) - clock.now())
        following = driven.settle()
        _say({"next": None if following is None else following.isoformat()})


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
