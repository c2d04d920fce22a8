"""Ask the helpdesks for their own figures, for `slabot report reconcile`.

Promise: only this report asks them, once each time that it is typed, and leaves people their share of the calls.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition import connect
from slabot.composition.figures import read_figures
from slabot.policy import Policy
from slabot.reports.rows import Period
from slabot.runtime.past_policies import StoredPolicies
from slabot.runtime.reconciling import HelpdeskFigures, ToldOf
from slabot.store import Store, meta, policies, tickets

DAYS = timedelta(days=7)  # of tickets, where the question has no beginning


def period_of(period: Period, now: int) -> Period:
    """The period of the question; the last days where it has no beginning."""
    until = now if period.until is None else period.until
    return Period(until - int(DAYS.total_seconds()) if period.since is None else period.since, until)


def ask(store: Store, policy: Policy, period: Period) -> HelpdeskFigures:
    """What the helpdesks say of the tickets that were created in a period."""
    since, until = (datetime.fromtimestamp(at or 0, UTC) for at in period)
    names = store.read(lambda conn: tickets.created_between(conn, since, until))

    def known(conn: Connection) -> tuple[Policy, StoredPolicies]:
        installed = meta.installed(conn)
        past = StoredPolicies(policies.every(conn), policies.in_force(conn), installed, policies.starts(conn))
        return policy if installed is None else policy.starting(installed), past

    current, past = store.read(known)
    with contextlib.closing(connect(policy, clock=SystemClock())) as connections, working("Asking the helpdesks"):
        read = read_figures(connections.adapters, names, since)
        told = {name: ToldOf(each.figures, each.updated_at) for name, each in read.of.items()}
        problems = (*read.problems, *(() if connections.adapters else map(str, connections.problems)))
    return HelpdeskFigures(current, past, told, len(names), problems)
