"""How many decisions a second do several workers make together on one PostgreSQL?

    python -m benchmarks.shared_looks [--tickets 6000] [--workers 1 2 4]

Tickets with a history of six events, all due at one instant, as at the beginning of a working day. The alarm hands
out shares of them; workers, the server of PostgreSQL and this script share the machine's cores. Measured from the
instant at which the tickets fall due until none is due any more. Aim: 600 a second in all, on two cores.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

import psycopg

from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.policy import load_policy
from slabot.runtime import make_actors
from slabot.store import inbox, looks
from slabot_sandbox import Sandbox, SlackLimits, ZendeskLimits
from tests.fixtures.several import Several
from tests.fixtures.stores import create_database, drop_database, postgres_address
from tests.promises.scene import CHANNEL, environment_of, policy_text

AIM = 600.0  # a second
PATIENCE = 300.0  # seconds

COPY = {
    "ticket": """regexp_replace(facts, '"id": ?"' || ticket.id || '"', '"id":"copy' || i || '"') AS facts, version, """
    "created_at, requester_id, seen_at, generation, NULL::bigint AS next_look, category, severity, policy_version",
    "event": "id, at, type, author, body, text, version",
    "clock": "label, name, instance, severity, target, calendar, started_at, due_at, met_until, stopped_at, "
    "paused_since, verdict, missed_severity, missed_due_at, missed_met_until",
}


def fill(url: str, tickets: int) -> None:
    """Copy the one decided ticket that the store holds; nothing is due yet."""
    with psycopg.connect(url) as connection:
        for table, columns in COPY.items():
            key = "id" if table == "ticket" else "ticket_id"
            named = re.sub(r"regexp_replace.*? AS |NULL::bigint AS ", "", columns)
            connection.execute(
                f"INSERT INTO {table} (helpdesk, {key}, {named}) SELECT helpdesk, 'copy' || i, {columns} "
                f"FROM {table}, generate_series(1, {tickets}) AS i"
            )
        connection.execute("ANALYZE")


def make_one(sandbox: Sandbox, text: str, environment: dict[str, str]) -> None:
    """Have slabot read and decide one ticket with a short history."""
    people = sandbox.zendesk.people
    number = people.create_ticket("ana@contoso.example", "A question", "How do I change the time zone?")
    for turn in range(5):
        people.customer_replies(number, f"I have tried it once more, number {turn}")
    app = embedded_app(load_policy(text), text, clock=SystemClock(), environment=environment)
    try:
        parts = app.parts
        parts.store.write(lambda conn: inbox.accept(conn, "acme", "hint", str(number), parts.now()))
        reader = make_actors(parts).readers[0]
        while parts.store.read(looks.earliest) is None:
            reader.drain()
    finally:
        app.stop()


def due(url: str) -> int:
    """How many of the copies are due."""
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM ticket WHERE id LIKE 'copy%' AND next_look <= extract(epoch FROM now())"
        (number,) = connection.execute(query).fetchone() or (0,)
        return int(number)


def measure(tickets: int, workers: int) -> float:
    """Decisions a second."""
    database = create_database(migrated=True)
    url = postgres_address(database)
    sandbox = Sandbox(
        clock=SystemClock(),
        slack_limits=SlackLimits(posts=None, tiers=False),
        zendesk_limits=ZendeskLimits(account=None, incremental=None),
    )
    sandbox.slack.workspace.add_channel(CHANNEL)
    with tempfile.TemporaryDirectory() as folder, sandbox:
        environment = environment_of(sandbox) | {"DATABASE_URL": url}
        text = policy_text({"acme": sandbox}, sandbox, url, store={"url_env": "DATABASE_URL"})
        make_one(sandbox, text, environment)
        fill(url, tickets)
        several = Several(Path(folder), environment)
        several.policy(text)
        try:
            for worker in [several.start("worker") for _ in range(workers)]:
                several.wait(worker)
            time.sleep(4)
            with psycopg.connect(url) as connection:
                connection.execute(
                    "UPDATE ticket SET next_look = floor(extract(epoch FROM now()))::bigint WHERE id LIKE 'copy%'"
                )
            began = time.monotonic()
            assert due(url) > tickets // 2, "they are due, and have not been looked at by a miracle"
            while due(url) and time.monotonic() - began < PATIENCE:
                time.sleep(0.2)
            took = time.monotonic() - began
        finally:
            several.stop()
    drop_database(database)
    return tickets / took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=6000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    best = 0.0
    for workers in options.workers:
        rate = measure(options.tickets, workers)
        best = max(best, rate)
        print(f"{workers} workers: {rate:,.0f} decisions a second", flush=True)
    print(f"aim {AIM:.0f} a second: {'met' if best >= AIM else 'missed'}")


if __name__ == "__main__":
    main()
