"""`slabot status`: how does the running bot stand?

Promise: it reads the store and asks nobody else, so it answers also while helpdesks and Slack do not. What is not
in order comes with what to do about it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.composition import open_policy_store
from slabot.domain import utc
from slabot.reports.style import strong
from slabot.rules.words import length, local_time
from slabot.store import Lane, OutboxState, audits, outbox
from slabot.store.audits import AuditVerdict
from slabot.store.status import Status
from slabot.store.status import status as read_status

SHOWN = 5  # waiting rows listed
NOT_LOOKED = timedelta(minutes=5)  # five audits
SILENT = timedelta(minutes=3)  # without any answer or error of a helpdesk: three sweeps


@click.command(epilog="Example: slabot status -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def status(config: str, as_json: bool) -> None:
    """Show feeds, tickets, the outbox, the next alarm and the last errors."""
    policy = read_policy(config)
    now = utc(edge.now())
    with open_policy_store(policy) as store:
        state = store.read(lambda conn: read_status(conn, now))
        verdict = store.read(audits.last_verdict)
        held = [row for lane in Lane for row in store.read(lambda conn, lane=lane: outbox.held(conn, lane, now))]  # type: ignore[misc]
    if as_json:
        print_json(
            {
                **_json(state, now),
                "audit": _audit_json(verdict),
                "held": [{"key": row.key, "why": row.words} for row in held],
            }
        )
        return
    click.echo(_text(state, now, policy.display_zone))
    click.echo("\n".join(_audit(verdict, now, policy.display_zone)))
    for row in held[:SHOWN]:
        click.echo(f"  {strong('waits')}  {row.key}\n         {row.words}")
    if len(held) > SHOWN:
        click.echo(f"  … and {len(held) - SHOWN} more; slabot approve shows writes that are held back")


def _text(state: Status, now: datetime, zone: ZoneInfo) -> str:
    def at(instant: datetime | None) -> str:
        return "never" if instant is None else local_time(instant, zone)

    lines = [f"{strong('As of')}    {local_time(now, zone)} ({zone.key}), installed {at(state.installed_at)}"]
    lines.append(
        f"{strong('Tickets')}  {state.tickets} known, {state.open_tickets} open; "
        f"{state.running_clocks} clocks run, {state.overdue_clocks} of them past their deadline"
    )
    alarm = "no ticket waits for time" if state.next_alarm is None else f"next look {at(state.next_alarm)}"
    late = f"; {state.overdue_looks} looks are owed now" if state.overdue_looks else ""
    lines.append(f"{strong('Alarm')}    {alarm}{late}")
    signs = [at for feed in state.feeds for at in (feed.ok_at, feed.error_at) if at is not None]
    if signs and now - max(signs) > SILENT:
        since = f"{local_time(max(signs), zone)}, {length(now - max(signs))} ago"
        lines.append(f"{strong('Not running')}  nothing was read or failed since {since}; is slabot run alive?")
    lines.append(strong("Feeds"))
    lines.extend(
        f"  {feed.helpdesk:<12} read to the end {at(feed.swept_at)}"
        + (f"\n  {'':<12} since {at(feed.error_at)}: {feed.error}" if feed.error else "")
        for feed in state.feeds
    )
    if not state.feeds:
        lines.append("  none yet; is slabot running?")
    lines.append(strong("Outbox"))
    for lane in Lane:
        counts = [f"{state.outbox[lane, kind]} {kind.value}" for kind in OutboxState if (lane, kind) in state.outbox]
        lines.append(f"  {lane.value:<12} {', '.join(counts) or 'empty'}")
    if state.oldest_pending is not None:
        lines.append(f"  the oldest waits for {length(now - state.oldest_pending)}")
    if state.inbox_pending:
        lines.append(f"{strong('Inbox')}    {state.inbox_pending} tickets are still to be read")
    lines.append(strong("Last errors") if state.last_errors else f"{strong('Errors')}   none")
    lines.extend(f"  {at(row.at)}  {row.event.value}: {row.words}" for row in state.last_errors)
    return "\n".join(lines)


def _audit(verdict: AuditVerdict | None, now: datetime, zone: ZoneInfo) -> list[str]:
    if verdict is None:
        return [f"{strong('Auditor')}  has not looked yet; it does a minute after the start"]
    when = f"{local_time(verdict.at, zone)}, {length(now - verdict.at)} ago"
    if now - verdict.at > NOT_LOOKED:
        return [f"{strong('Auditor')}  has not looked since {when}; is slabot run alive?"]
    if verdict.agrees:
        heard = {True: "; the heartbeat was heard", False: "; the heartbeat was not heard", None: ""}[verdict.heartbeat]
        return [f"{strong('Auditor')}  everything agreed {when}{heard}"]
    lines = [f"{strong('Auditor')}  {when} this did not agree, and the heartbeat is withheld:"]
    return [*lines, *(f"  {words}" for words in verdict.findings)]


def _audit_json(verdict: AuditVerdict | None) -> dict[str, object] | None:
    if verdict is None:
        return None
    return {
        "at": verdict.at.isoformat(),
        "agrees": verdict.agrees,
        "findings": list(verdict.findings),
        "looked_at": verdict.looked_at,
        "repaired": verdict.repaired,
        "heartbeat": verdict.heartbeat,
    }


def _json(state: Status, now: datetime) -> dict[str, object]:
    def iso(instant: datetime | None) -> str | None:
        return None if instant is None else instant.isoformat()

    return {
        "version": 1,
        "now": now.isoformat(),
        "installed_at": iso(state.installed_at),
        "policy_version": state.policy_version,
        "tickets": state.tickets,
        "open_tickets": state.open_tickets,
        "running_clocks": state.running_clocks,
        "overdue_clocks": state.overdue_clocks,
        "next_alarm": iso(state.next_alarm),
        "overdue_looks": state.overdue_looks,
        "inbox_pending": state.inbox_pending,
        "outbox": {f"{lane.value}.{kind.value}": count for (lane, kind), count in state.outbox.items()},
        "oldest_pending": iso(state.oldest_pending),
        "feeds": [
            {"helpdesk": feed.helpdesk, "swept_at": iso(feed.swept_at), "ok_at": iso(feed.ok_at), "error": feed.error}
            for feed in state.feeds
        ],
        "last_errors": [{"at": iso(row.at), "event": row.event.value, "words": row.words} for row in state.last_errors],
    }
