"""How long until the last of 1,000 pages that fall due in the same second stands in Slack?

    python -m benchmarks.pages_storm [--pages 1000] [--channels 50] [--at-once]

Each page is for one of 50 channels, and Slack takes one message a second and channel, as it says it does. So 20 pages
for a channel cannot be there before 19 seconds have passed: that is the floor. Each ticket is read again and decided
again before its page leaves. Counted: that none is lost or doubled, that in each channel the more urgent come before
the less urgent, and that the limit was kept; measured: the time to the last page beside the floor. Storms of a channel
are not bundled here (``storm.above``), so that each page is a message of its own; with --at-once Slack knows no limit.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import yaml
from sqlalchemy import select

from benchmarks.stage import Scene, percentile
from slabot.clock import SteppedClock, SystemClock
from slabot.composition import embedded_app
from slabot.demo.stage import CHANNEL, environment_of, policy_of
from slabot.policy import load_policy
from slabot.runtime import make_actors
from slabot.store import Lane, schema
from slabot_sandbox import Effect, Sandbox, SlackLimits, ZendeskLimits

SECOND = timedelta(seconds=1)
PATIENCE = 120  # seconds beyond the floor
READING = timedelta(seconds=0.12)  # for each ticket: made and read by slabot ahead of the storm
LOOK = 0.1  # seconds between two looks at what is in the outbox: they take time from what they look at
UNDER_WAY = timedelta(seconds=5)  # claimed and being sent: not called back for a more urgent one
LEVELS = ("first", "second", "third", "fourth")  # severities, the most urgent first
FACTOR = 1.5  # of the floor: the aim


@dataclass(frozen=True, slots=True)
class Posted:
    """One page in Slack."""

    ticket: str
    channel: str
    at: datetime


def policy_text(sandbox: Sandbox, store: Path, channels: int, lead: timedelta) -> str:
    """One rung for each severity and channel, all at the same instant; the more urgent have the nearer deadline."""
    policy = yaml.safe_load(policy_of(sandbox, store))
    policy["start_from"] = "2020-01-01"
    policy["calendars"]["always"] = {"always": True}
    policy["severities"] = {
        level: {"means": level, "respond_within": f"{3 + place}h", "calendar": "always"}
        for place, level in enumerate(LEVELS)
    }
    rules = [{"name": level, "severity": level, "when": {"text": [f"level {level}."]}} for level in LEVELS]
    policy["classify"] = {"rules": rules, "otherwise": LEVELS[-1]}
    policy["escalate"] = [
        {
            "severity": level,
            "tag": f"team_{number}",
            "rungs": [{"at": f"{(3 + place) * 3600 - lead // SECOND}s before", "notify": [f"#team-{number}"]}],
        }
        for place, level in enumerate(LEVELS)
        for number in range(channels)
    ]
    policy["storm"] = {"above": 1000}
    for name in ("agreements", "waiting", "solved", "quiet_hours", "fallback", "rotas", "clocks"):
        policy.pop(name, None)
    return yaml.safe_dump(policy, sort_keys=False)


@contextmanager
def storm(channels: int, *, limit: timedelta | None, lead: timedelta) -> Iterator[Scene]:
    """The stage, with Slack's own pace; each ticket's rung comes so long after its creation."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SystemClock()
        sandbox = Sandbox(
            clock=clock,
            slack_limits=SlackLimits(posts=limit, tiers=False),
            zendesk_limits=ZendeskLimits(account=None, incremental=None),
        )
        for name in (CHANNEL, *(f"team-{number}" for number in range(channels))):
            sandbox.slack.workspace.add_channel(name)
        with sandbox:
            text = policy_text(sandbox, Path(folder) / "slabot.db", channels, lead)
            app = embedded_app(load_policy(text), text, clock=clock, environment=environment_of(sandbox))
            try:
                yield Scene(sandbox, app)
            finally:
                app.stop()


def ask(on: Scene, pages: int, channels: int) -> tuple[dict[str, int], datetime]:
    """Tickets of all severities for all channels, all made in this second, and read by slabot ahead."""
    account, levels = on.sandbox.zendesk.account, dict[str, int]()
    clock, created = account.clock, datetime.now(UTC).replace(microsecond=0)
    account.clock = SteppedClock(created)
    for index in range(pages):
        place = (index // channels) % len(LEVELS)
        number = on.sandbox.zendesk.people.create_ticket(
            f"c{index}@contoso.example", "Down", f"level {LEVELS[place]}.", tags=[f"team_{index % channels}"]
        )
        levels[str(number)] = place
        on.hint(number)
    account.clock = clock
    actors = make_actors(on.parts)
    while actors.readers[0].drain():
        pass
    return levels, created


def wait(on: Scene, pages: int, until: float) -> tuple[list[Posted], dict[str, datetime]]:
    """Everything that was posted, once it is all there or time is over; and when each page was seen in the outbox."""
    waiting: dict[str, datetime] = {}
    planned = select(schema.outbox.c.ticket_id).where(schema.outbox.c.lane == Lane.PAGE.value)
    while len(waiting) < pages and time.monotonic() < until:
        now = datetime.now(UTC)
        for ticket in on.parts.store.read(lambda conn: conn.execute(planned).scalars().all()):
            waiting.setdefault(ticket, now)
        time.sleep(LOOK)
    while len(_pages(on)) < pages and time.monotonic() < until:
        time.sleep(0.5)
    time.sleep(2)  # for doubles
    return _pages(on), waiting


def _pages(on: Scene) -> list[Posted]:
    """Pages of tickets, in order; words about slabot itself are none."""
    found = [_posted(effect) for effect in on.sandbox.journal.effects(kind="message.posted")]
    return [page for page in found if page.ticket.isdigit()]


def _posted(effect: Effect) -> Posted:
    key = str((effect.facts.get("metadata") or {}).get("event_payload", {}).get("key", ""))
    return Posted(key.split("/")[1] if key.count("/") > 1 else key, str(effect["channel_name"]), effect.at)


def run(pages: int, channels: int, *, limit: timedelta | None) -> bool:
    """One storm; prints what came of it, and returns whether all of it was as it should be."""
    lead = timedelta(seconds=round(max(10.0, pages * READING.total_seconds())))
    with storm(channels, limit=limit, lead=lead) as on:
        levels, created = ask(on, pages, channels)
        due = created + lead
        if datetime.now(UTC) >= due:
            print("the machine was too slow to read the tickets before the storm; the figures count from its beginning")
            due = datetime.now(UTC)
        on.app.start()
        floor = 0.0 if limit is None else (-(-pages // channels) - 1) * limit.total_seconds()
        ahead = max(0.0, (due - datetime.now(UTC)).total_seconds())
        try:
            posted, waiting = wait(on, pages, time.monotonic() + ahead + floor + PATIENCE)
        finally:
            on.app.stop()
        refused = len(on.sandbox.journal.calls(endpoint="chat.postMessage", status=429))
    return report(posted, levels, waiting, due, floor=floor, refused=refused, pages=pages, limit=limit)


def report(
    posted: list[Posted],
    levels: dict[str, int],
    waiting: dict[str, datetime],
    due: datetime,
    *,
    floor: float,
    refused: int,
    pages: int,
    limit: timedelta | None,
) -> bool:
    """Print the figures."""
    counts = Counter(page.ticket for page in posted)
    lost, doubled = levels.keys() - counts.keys(), [ticket for ticket, times in counts.items() if times > 1]
    channels: dict[str, list[Posted]] = defaultdict(list)
    for page in posted:
        channels[page.channel].append(page)
    gaps = [later.at - earlier.at for queue in channels.values() for earlier, later in pairwise(queue)]
    overtaken = sum(
        levels.get(earlier.ticket, 0) > levels.get(later.ticket, 0)
        and waiting.get(later.ticket, later.at) < earlier.at - UNDER_WAY
        for queue in channels.values()
        for earlier, later in pairwise(queue)
    )
    planning = max(waiting.values(), default=due) - due
    delays = sorted((page.at - due).total_seconds() for page in posted)
    last = delays[-1] if delays else float("nan")
    print(
        f"{len(posted)} of {pages} pages posted in {len(channels)} channels; {len(lost)} lost, {len(doubled)} doubled"
    )
    print(f"sent before a more urgent one that waited already: {overtaken} of {len(gaps)} neighbours in a channel")
    if limit is not None:
        least = min(gaps, default=limit)
        print(f"least gap in a channel: {least.total_seconds():.3f} s; calls that Slack refused: {refused}")
    print(f"decided about and put into the outbox, all of them: within {planning.total_seconds():.1f} s")
    if delays:
        print(
            f"due to posted: p50 {percentile(delays, 0.5):.1f} s, last {last:.1f} s; floor by the limit {floor:.1f} s"
        )
    kept = limit is None or all(gap >= limit for gap in gaps)
    whole = not lost and not doubled and kept and not overtaken
    print(f"nothing lost, nothing doubled, limit kept, the most urgent first: {'yes' if whole else 'NO'}")
    print(f"aim, last page within {FACTOR} times the floor: {'met' if whole and last <= FACTOR * floor else 'missed'}")
    return whole


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--channels", type=int, default=50)
    parser.add_argument("--at-once", action="store_true", help="Slack knows no limit")
    options = parser.parse_args()
    run(options.pages, options.channels, limit=None if options.at_once else SECOND)


if __name__ == "__main__":
    main()
