"""Foresee what is to come of the stored tickets.

Promise: one instant of the store, the tickets in parts: only those about which something changes before the end of the
time that is asked about (`slabot.store.looks`) are read.
"""

from __future__ import annotations

from sqlalchemy import Connection

from slabot.policy import Policy
from slabot.reports.ahead import Forecast, Gathering, Window
from slabot.reports.forecast import foresee
from slabot.reports.held_back import Governor
from slabot.rules import PastPolicies
from slabot.runtime.parts import SWEEP_EVERY
from slabot.store import ahead, ticket_counts


def forecast(conn: Connection, policy: Policy, past: PastPolicies, window: Window, *, pages: bool = False) -> Forecast:
    """Everything to come in a window.

    Args:
        conn: of a `Store.read`.
        policy: with ``start_from`` filled in.
        past: the policies by which clocks of before are judged.
        window: of time.
        pages: list each page, too.

    Raises:
        OutsideYearsError: a calendar of the policy does not answer for that time.
    """
    gathering = Gathering(policy, window, pages=pages)
    for stored in ahead.load(conn, ahead.names(conn, window.ends)):
        gathering.take(foresee(stored.ticket, stored.timeline, policy, window.now, window.ends, past=past))
    governor = Governor(policy.limits, open_tickets=ticket_counts.count_open(conn), every=SWEEP_EVERY)
    return gathering.forecast(governor, overdue=ahead.count_overdue(conn, window.now), unread=ahead.count_unread(conn))
