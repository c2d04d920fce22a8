"""How is the demo's week played, told and judged?

Promise: it ends by itself, with 0 only if every promise was kept.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from slabot.demo.figures import week_in_figures
from slabot.demo.promises import Broken, Evidence, promises
from slabot.demo.stage import InProcess, Slabot, Stage, stage
from slabot.demo.story import END, IST, SERVICES, START, Week
from slabot_sandbox import Narrator

Make = Callable[..., Slabot]


def play(
    say: Callable[[str], object],
    *,
    speed: float | None = None,
    keep: bool = False,
    make: Make = InProcess,
    folder: Path | None = None,
) -> bool:
    """Play the week; True if every promise was kept.

    Args:
        say: where lines for people go.
        speed: seconds of the week in one real second; None for as fast as it goes.
        keep: leave everything running at the end, until Ctrl-C.
        make: how slabot is started.
        folder: where the store is; None for one that is thrown away.
    """
    with tempfile.TemporaryDirectory() as made, stage(START, folder or Path(made), make) as scene:
        week = Week(scene.sandbox)
        labels = {number: label for number, (label, _) in scene.sandbox.freshdesk.account.statuses.items()}
        labels |= {number: each["name"] for number, each in scene.sandbox.zendesk.account.organizations.items()}
        names = {service: name for name, service in SERVICES.items()}
        narrator = Narrator(names, labels, zone=IST, stamp="%a %d %b %H:%M:%S")
        for instant, act in week.acts():
            scene.clock.call_at(instant, act)
        pace = _Pace(scene, speed)

        def tell() -> None:
            pace.wait()
            for line in narrator.lines(scene.sandbox.journal.effects()):
                say(line)

        say("A support week in time lapse. Times are those of Asia/Kolkata; Monday 26 January is Republic Day.")
        zendesk, freshdesk = scene.sandbox.zendesk.url, scene.sandbox.freshdesk.url
        say(f"slabot listens on {scene.slabot.url}, Slack on {scene.sandbox.slack.url}.")
        say(f'The policy names two helpdesks: "acme" is a Zendesk account on {zendesk}, signed in to by OAuth;')
        say(f'"partners" is a Freshdesk account on {freshdesk}.')
        say('Three agreements: the file itself answers a critical ticket within 2 hours, "gold" within 90 minutes;')
        say('"monitoring", which promises nothing to the mails of a probe.')
        say("")
        scene.run_until(END, tell)
        say("")
        kept = judge(Evidence(scene.sandbox.journal, week.tickets), say)
        say("")
        for line in week_in_figures(scene):
            say(line)
        say("")
        say("Next: docs/first-day.md leads to a page on this machine, and from there to your own account.")
        if keep:
            _go_on(scene, tell, say)
        return kept


def judge(evidence: Evidence, say: Callable[[str], object]) -> bool:
    """Say of every promise whether it was kept; True if all were."""
    broken = 0
    for promise in promises():
        try:
            promise.judge(evidence)
        except Broken as reason:
            broken += 1
            say(f"BROKEN  {promise.words}\n        {reason}")
        else:
            say(f"kept    {promise.words}")
    total = len(promises())
    say("")
    say(f"All {total} promises were kept." if not broken else f"{broken} of {total} promises were broken.")
    return not broken


class _Pace:
    """Slows the week down to a speed that people can follow."""

    def __init__(self, scene: Stage, speed: float | None) -> None:
        self._scene, self._speed, self._last = scene, speed, scene.clock.now()

    def wait(self) -> None:
        now = self._scene.clock.now()
        if self._speed:
            time.sleep(max(0.0, (now - self._last).total_seconds() / self._speed))
        self._last = now


def _go_on(scene: Stage, tell: Callable[[], object], say: Callable[[str], object]) -> None:
    say(f"Still running: {scene.slabot.url} and {scene.sandbox.zendesk.url}/_sandbox. Ctrl-C ends it.")
    began, real = scene.clock.now(), time.monotonic()
    try:
        while True:
            time.sleep(1)
            until: datetime = began + timedelta(seconds=int(time.monotonic() - real))
            scene.run_until(until, tell)
    except KeyboardInterrupt:
        say("Ended.")
