"""Are pages lost, doubled or late where workers are killed, and how soon do tickets move again?

    python -m benchmarks.failover [--workers 3] [--webs 2] [--seconds 120] [--kill-every 10] [--rate 2]

Several processes on one PostgreSQL (from a wheel, or the one that SLABOT_TEST_PG names), beside the stand-ins.
Tickets come in at that rate, and each is paged some seconds later. Every so often a worker is killed with signal
9, at random or the one that holds the alarm by turns, and another one is started in its place. Afterwards the
journal of the stand-in for Slack says which page of which ticket came when. Measured for each death: how long
until all leases are held by processes that live, and how late the latest of the pages was that fell due in the ten
seconds after it.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from benchmarks.stage import percentile
from slabot.clock import SystemClock
from slabot_sandbox import Sandbox, SlackLimits, ZendeskLimits
from tests.fixtures.several import Running, Several
from tests.fixtures.stores import create_database, drop_database, postgres_address
from tests.promises.scene import CHANNEL, environment_of, policy_text

TARGET = 6  # seconds from a request to its page
AIM = 10.0  # seconds
PAGES = ("message.posted", "reply.posted")  # where many are due at once, they are replies below one message
REST = 25.0  # seconds after the last request, for everything that is owed


@dataclass
class Death:
    """A worker that was killed.

    Attributes:
        held: the leases that it held.
        taken_after: seconds until others held them.
    """

    at: datetime
    held: list[str]
    taken_after: float | None = None


@dataclass
class Run:
    """What came of a run."""

    asked: dict[str, datetime] = field(default_factory=dict)
    deaths: list[Death] = field(default_factory=list)


def holders(url: str) -> dict[str, tuple[str, str]]:
    """Place and name of the holder of each lease; empty where it is gone."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT lease.name, coalesce(process.place, ''), lease.holder FROM lease "
            "LEFT JOIN process ON process.name = lease.holder"
        )
        return {name: (place, holder) for name, place, holder in rows}


def ask(sandbox: Sandbox, run: Run, rate: float, over: threading.Event) -> None:
    """Requests come in at a steady rate."""
    began, number = time.monotonic(), 0
    while not over.is_set():
        ticket = sandbox.zendesk.people.create_ticket(f"c{number}@contoso.example", "Down", "production down")
        created = sandbox.zendesk.account.tickets[ticket].shown["created_at"]
        run.asked[str(ticket)] = datetime.fromisoformat(created).astimezone(UTC)
        number += 1
        over.wait(max(0.0, began + number / rate - time.monotonic()))


def kill_one(several: Several, url: str, number: int, chance: random.Random) -> Death:
    """Kill a worker: by turns the one with the alarm, and any."""
    held = holders(url)
    workers = [each for each in several.running if not each.url and each.process.poll() is None]
    leader = next((each for each in workers if held.get("alarm", ("", ""))[0].endswith(each.place)), None)
    victim: Running = leader if leader is not None and number % 2 == 0 else chance.choice(workers)
    mine = sorted(name for name, (place, _) in held.items() if place.endswith(victim.place))
    dead = {holder for place, holder in held.values() if place.endswith(victim.place)}
    victim.kill()
    death, began = Death(datetime.now(UTC), mine), time.monotonic()
    while time.monotonic() - began < 30:
        now = holders(url)
        if all(now.get(name, ("", ""))[0] and now[name][1] not in dead for name in mine):
            death.taken_after = time.monotonic() - began
            break
        time.sleep(0.1)
    return death


def measure(options: argparse.Namespace) -> Run:
    """Run, kill, and wait for what is owed."""
    run, chance, database = Run(), random.Random(options.seed), create_database(migrated=True)
    url = postgres_address(database)
    sandbox = Sandbox(
        clock=SystemClock(),
        slack_limits=SlackLimits(posts=None, tiers=False),
        zendesk_limits=ZendeskLimits(account=None, incremental=None),
    )
    sandbox.slack.workspace.add_channel(CHANNEL)
    with tempfile.TemporaryDirectory() as folder, sandbox:
        several = Several(Path(folder), environment_of(sandbox) | {"DATABASE_URL": url})
        severities = {"critical": {"means": "x", "respond_within": f"{TARGET}s", "calendar": "around_the_clock"}}
        changes = {
            "severities": severities,
            "classify": {"otherwise": "critical"},
            "escalate": [{"severity": "critical", "rungs": [{"at": "breach"}]}],
            "store": {"url_env": "DATABASE_URL"},
        }
        changes["escalate"] = [{"severity": "critical", "rungs": [{"at": "breach"}]}]
        several.policy(policy_text({"acme": sandbox}, sandbox, url, **changes))
        try:
            webs = [several.wait(several.start("web")) for _ in range(options.webs)]
            for web in webs:
                sandbox.zendesk.webhooks.subscribe(f"{web.url}/hooks/acme", secret=sandbox.zendesk.webhook_secret)
            for worker in [several.start("worker") for _ in range(options.workers)]:
                several.wait(worker)
            time.sleep(5)
            over = threading.Event()
            asking = threading.Thread(target=ask, args=(sandbox, run, options.rate, over))
            asking.start()
            end, number = time.monotonic() + options.seconds, 0
            while time.monotonic() + options.kill_every < end:
                time.sleep(options.kill_every)
                run.deaths.append(kill_one(several, url, number, chance))
                print(f"death {number + 1}: {run.deaths[-1]}", flush=True)
                several.start("worker")
                number += 1
            time.sleep(max(0.0, end - time.monotonic()))
            over.set()
            asking.join()
            time.sleep(REST)
        finally:
            several.stop()
            if options.logs:
                for each in several.running:
                    print(f"== {each.log.name}\n{each.logged()[-4000:]}")
        report(run, sandbox, url)
    drop_database(database)
    return run


def story(url: str, ticket: str) -> list[str]:
    """What the ledger says of a ticket, and what became of its page."""
    with psycopg.connect(url) as connection:
        told = connection.execute(
            "SELECT to_char(to_timestamp(at) AT TIME ZONE 'UTC', 'HH24:MI:SS'), event, words FROM ledger "
            "WHERE ticket_id = %s ORDER BY n",
            (ticket,),
        )
        kept = connection.execute(
            "SELECT kind, state, attempts, to_char(to_timestamp(not_before) AT TIME ZONE 'UTC', 'HH24:MI:SS'), words "
            "FROM outbox WHERE ticket_id = %s",
            (ticket,),
        )
        return [*(" ".join(map(str, row))[:160] for row in told), *(f"outbox: {row}" for row in kept)]


def report(run: Run, sandbox: Sandbox, url: str) -> None:
    """Compare what was asked with what was posted."""
    posts = [one for one in sandbox.journal.effects(by="api") if str(one.kind) in PAGES]
    keys = [page["metadata"]["event_payload"]["key"] for page in posts]
    first: dict[str, datetime] = {}
    for key, page in zip(keys, posts, strict=True):
        first.setdefault(key.split("/")[1], page.at)
    late = {
        ticket: (at - run.asked[ticket]).total_seconds() - TARGET for ticket, at in first.items() if ticket in run.asked
    }
    lost = sorted(set(run.asked) - set(first))
    doubled = [key for key, number in Counter(keys).items() if number > 1]
    print(
        f"{len(run.asked)} tickets, {len(run.deaths)} deaths; pages lost: {len(lost)} {lost[:5]}, "
        f"doubled: {len(doubled)} {doubled[:5]}"
    )
    values = list(late.values())
    print(
        f"due to posted: p50 {percentile(values, 0.5):.2f} s, p99 {percentile(values, 0.99):.2f} s, "
        f"worst {max(values):.2f} s"
    )
    for number, death in enumerate(run.deaths, 1):
        due = [
            late[ticket]
            for ticket, asked in run.asked.items()
            if ticket in late and timedelta() <= asked + timedelta(seconds=TARGET) - death.at <= timedelta(seconds=AIM)
        ]
        worst = f"{max(due):.1f} s" if due else "none was due"
        taken = "never" if death.taken_after is None else f"{death.taken_after:.1f} s"
        print(f"death {number}: held {len(death.held)} leases, taken over after {taken}; latest page due then {worst}")
    for ticket, seconds in late.items():
        if seconds >= AIM:
            print(
                f"ticket {ticket}, paged {seconds:.1f} s late at {first[ticket]:%H:%M:%S}:",
                *story(url, ticket),
                sep="\n  ",
            )
    taken_after = [death.taken_after for death in run.deaths if death.held]
    met = not lost and max(values) < AIM and all(after is not None and after < AIM for after in taken_after)
    print(f"aim: nothing lost, tickets move again and pages leave within {AIM:.0f} s: {'met' if met else 'missed'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--webs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--kill-every", type=float, default=10)
    parser.add_argument("--rate", type=float, default=2.0, help="requests a second")
    parser.add_argument("--seed", type=int, default=16)
    parser.add_argument("--logs", action="store_true", help="print the end of each process's log")
    measure(parser.parse_args())


if __name__ == "__main__":
    main()
