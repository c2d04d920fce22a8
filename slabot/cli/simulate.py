"""`slabot simulate`: what would happen to the open tickets now, under this file?

Promise: the helpdesks are only read, by something that has no way to write (`slabot.runtime.reading.read_only`). What
slabot has done already is taken from the store, where there is one; nothing is written to it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import click

from slabot.cli import edge, past_times
from slabot.cli.edge import InstantOption, print_json, read_policy
from slabot.cli.forecast import show
from slabot.cli.named import TicketArgument, named_tickets
from slabot.cli.past_times import past_instant
from slabot.cli.progress import CountedProgress
from slabot.cli.store import policy_store
from slabot.clock import SystemClock
from slabot.composition import StartError, connect
from slabot.domain import SlabotError, TicketRecord, utc
from slabot.policy import Policy
from slabot.reports.ahead import Gathering, Window, as_json
from slabot.reports.forecast import foresee
from slabot.reports.held_back import Governor
from slabot.reports.style import faint
from slabot.rules import NO_PAST, PastPolicies, decide
from slabot.runtime.parts import SWEEP_EVERY
from slabot.runtime.past_policies import StoredPolicies
from slabot.runtime.reading.read_only import ReadOnly
from slabot.runtime.reading.records import read_records
from slabot.store import Store, meta, policies, tickets

HOURS = 24  # ahead, where nothing is said
FURTHEST = 366 * 24  # hours
SINCE = "30 days"


@click.command(epilog="Example: slabot simulate -c new.yaml   or: slabot simulate -c new.yaml acme/4711 --hours 72")
@click.argument("names", metavar="[HELPDESK/ID]...", nargs=-1, type=TicketArgument())
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--since", metavar="TIME", help=f"Open tickets that changed since, left out: {SINCE}. {past_times.HELP}")
@click.option("--hours", type=click.IntRange(1, FURTHEST), default=HOURS, help=f"So far ahead; left out: {HOURS}.")
@click.option("--json", "as_json_form", is_flag=True, help="The machine form, that of slabot forecast.")
@click.option("--now", "at", type=InstantOption(), help="As of this time, with an offset; left out: the present.")
def simulate(
    names: tuple[str, ...], config: str, since: str | None, hours: int, as_json_form: bool, at: datetime | None
) -> None:
    """Say what this file would do to tickets of the real helpdesks, now and in the next hours. Nothing is written.

    To those that are named (acme/4711), or to all open ones.
    """
    policy = read_policy(config)
    now = at if at is not None else utc(edge.now())
    named = named_tickets(names, policy)
    if named and since is not None:
        raise click.UsageError("name tickets, or give --since, not both")
    begins = past_instant(since or SINCE, now, policy.display_zone)
    window = Window(now=now, begins=now, ends=now + timedelta(hours=hours))
    progress = CountedProgress("tickets read")
    with _known(policy) as known:
        policy = policy if known.installed is None else policy.starting(known.installed)
        gathering, overdue, count = Gathering(policy, window, pages=True), 0, 0
        for read in _read(policy, named, begins):
            record = known.with_own_acts(read)
            ticket, timeline = record.ticket, record.timeline
            decision = decide(ticket, timeline, policy, now, past=known.past)
            overdue += sum(clock.running and clock.is_missed for clock in decision.clocks)
            gathering.take(foresee(ticket, timeline, policy, now, window.ends, past=known.past))
            count += not decision.category.ended
            progress.say(count)
        progress.done()
    governor = Governor(policy.limits, open_tickets=count, every=SWEEP_EVERY)
    found = gathering.forecast(governor, overdue=overdue, unread=0)
    if as_json_form:
        print_json(as_json(found) | {"knows_own_acts": known.store is not None})
        return
    show(found, policy, with_map=False)
    if known.store is None:
        click.echo(
            faint(
                "There is no store here, so what slabot has done already is not known: pages that went out before show "
                "as due now."
            )
        )
    click.echo(faint("The helpdesks were only read. Nothing was written, and nobody was told."))


@dataclass(slots=True)
class KnownActs:
    """What the store knows of slabot's own acts, if there is one."""

    store: Store | None
    installed: datetime | None = None
    past: PastPolicies = field(default=NO_PAST)

    def with_own_acts(self, record: TicketRecord) -> TicketRecord:
        """The ticket as it was read just now, with the acts and the words of people that only slabot knows of."""
        if self.store is None:
            return record
        ticket = record.ticket
        stored = self.store.read(partial(tickets.load, helpdesk=ticket.helpdesk, ticket_id=ticket.id))
        if stored is None:
            return record
        read = {event.id for event in record.timeline}
        own = [event for event in stored.timeline if event.id not in read]
        return TicketRecord(ticket, record.timeline.merged(own))


@contextlib.contextmanager
def _known(policy: Policy) -> Iterator[KnownActs]:
    with contextlib.ExitStack() as stack:
        try:
            store = stack.enter_context(policy_store(policy))
        except SlabotError:  # none is there, or it cannot be opened; it is said in the answer
            yield KnownActs(None)
            return
        installed = store.read(meta.installed)
        if installed is None:  # slabot has never run on it
            yield KnownActs(None)
            return
        versions, starts = store.read(policies.every), store.read(policies.starts)
        yield KnownActs(store, installed, StoredPolicies(versions, None, installed, starts))


def _read(policy: Policy, named: list[tuple[str, str]], since: datetime) -> Iterator[TicketRecord]:
    with contextlib.closing(connect(policy, clock=SystemClock())) as connections:
        needed = {helpdesk for helpdesk, _ in named} or set(policy.helpdesks)
        if not needed <= set(connections.adapters):
            raise StartError(connections.problems)
        readers = {name: ReadOnly(adapter) for name, adapter in connections.adapters.items()}
        yield from read_records(readers, named, None if named else since, only_open=not named)
