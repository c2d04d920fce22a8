"""`slabot status`: how does the running bot stand?

Promise: it reads the store and asks nobody else, so it answers also while helpdesks and Slack do not. Exit 0 only while
slabot runs and all is well; what is not in order comes with what to do about it.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.cli.screen import working
from slabot.cli.store import policy_store
from slabot.cli.triage import waiting
from slabot.domain import utc
from slabot.domain.sentences import sentence
from slabot.policy import Policy
from slabot.policy.problems import plural
from slabot.reports.style import coloured, one_line, strong
from slabot.rules.words import length, listed, local_time
from slabot.runtime.asked import WaitingQuestion
from slabot.runtime.audit.condition import audit_trouble, troubles
from slabot.runtime.parts import SWEEP_EVERY
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, audits, ledger, outbox, presence
from slabot.store.audits import AuditVerdict
from slabot.store.status import Status
from slabot.store.status import status as read_status

NOT_RUNNING = (
    "slabot does not run, or cannot write to its store, so no page leaves. Start it (slabot run -c FILE), or look at "
    "what it logs."
)
SHOWN = 5  # waiting rows listed
NOT_LOOKED = timedelta(minutes=5)  # five audits


@dataclass(frozen=True, slots=True)
class WatchedStore:
    """The process whose store this is, as far as its policy and its ledger tell."""

    adapters: Collection[str]
    started_at: datetime
    sweep_every: timedelta = SWEEP_EVERY


@click.command(epilog="Example: slabot status -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def status(config: str, as_json: bool) -> None:
    """Show whether slabot runs, feeds, tickets, the outbox, the next alarm and the last errors.

    Exit 0: slabot runs and all is well. 1: it does not run, or something is not in order.
    """
    policy = read_policy(config)
    with policy_store(policy) as store:
        with working("Looking for a sign of life"):
            runs = presence.runs(store, utc(edge.now()), time.sleep)
        now = utc(edge.now())
        state = store.read(lambda conn: read_status(conn, now))
        verdict = store.read(audits.last_verdict)
        asked = waiting(store, policy, now)
        held = [row for lane in Lane for row in store.read(lambda conn, lane=lane: outbox.held(conn, lane, now))]  # type: ignore[misc]
        findings = store.read(lambda conn: _findings(conn, policy, now)) if runs else [NOT_RUNNING]
    findings += _of_another_policy(state)
    if as_json:
        print_json(
            {
                **_json(state, now),
                "running": runs,
                "well": not findings,
                "findings": findings,
                "triage_waiting": len(asked),
                "audit": _audit_json(verdict),
                "held": [{"key": row.key, "why": row.reason} for row in held],
            }
        )
    else:
        _show(state, verdict, held, findings, now, policy.display_zone, asked)
    if findings:
        raise SystemExit(1)


def _findings(conn: Connection, policy: Policy, now: datetime) -> list[str]:
    """What is not in order with a slabot that runs: as the health page has it."""
    started = next(iter(ledger.latest(conn, [LedgerEvent.SLABOT_STARTED], 1)), None)
    watched = WatchedStore(policy.helpdesks, now if started is None else started.at)
    found = [*(trouble.text for trouble in troubles(conn, watched, now)), *audit_trouble(conn, watched, now)]
    return [sentence(words) for words in found]


def _of_another_policy(state: Status) -> list[str]:
    return [
        f"The {each.kind.value} process {each.place} reads policy version {each.policy_version}, and version "
        f"{state.in_force} is in force. Restart it with the same file as the others."
        for each in state.processes
        if state.is_of_another_policy(each)
    ]


def _show(
    state: Status,
    verdict: AuditVerdict | None,
    held: list[OutboxRow],
    findings: list[str],
    now: datetime,
    zone: ZoneInfo,
    asked: list[WaitingQuestion],
) -> None:
    click.echo(_text(state, now, zone))
    if asked:
        late = sum(each.question.due is not None and each.question.due <= now for each in asked)
        click.echo(
            f"{strong('Triage')}   {plural(len(asked), 'question')} waiting for somebody to say, {late} of them past "
            "their time; slabot triage lists them"
        )
    click.echo("\n".join(_audit(verdict, now, zone)))
    for row in held[:SHOWN]:
        click.echo(f"  {strong('waits')}  {row.key}\n         {one_line(sentence(row.reason or ''))}")
    if len(held) > SHOWN:
        click.echo(f"  … and {len(held) - SHOWN} more; slabot approve shows writes that are held back")
    if not findings:
        click.echo(f"{strong('Well')}     slabot runs, and all is well.")
        return
    click.echo(coloured("Not well", "red", bold=True))
    for words in findings:
        click.echo(f"  {one_line(words)}")


def _text(state: Status, now: datetime, zone: ZoneInfo) -> str:
    def at(instant: datetime | None) -> str:
        return "never" if instant is None else local_time(instant, zone)

    lines = [f"{strong('As of')}    {local_time(now, zone)} ({zone.key}), installed {at(state.installed_at)}"]
    lines.append(
        f"{strong('Tickets')}  {state.tickets} known, {state.open_tickets} open; "
        f"{_clocks(state.running_clocks)}, {state.overdue_clocks} of them past their deadline"
    )
    if state.with_gaps:
        which = plural(state.with_gaps, "open ticket")
        lines.append(f"{strong('Gaps')}     of {which} slabot cannot see all that was said; slabot ledger says why")
    alarm = "no ticket waits for time" if state.next_alarm is None else f"next look {at(state.next_alarm)}"
    late = f"; {plural(state.overdue_looks, 'look')} owed now" if state.overdue_looks else ""
    lines.append(f"{strong('Alarm')}    {alarm}{late}")
    lines.extend(_processes(state))
    lines.append(strong("Feeds"))
    lines.extend(
        f"  {feed.helpdesk:<12} read to the end {at(feed.swept_at)}"
        + (f"\n  {'':<12} since {at(feed.error_at)}: {one_line(feed.error)}" if feed.error else "")
        for feed in state.feeds
    )
    if not state.feeds:
        lines.append("  none has been read to its end yet")
    lines.append(strong("Outbox"))
    for lane in Lane:
        counts = [f"{state.outbox[lane, kind]} {kind.value}" for kind in OutboxState if (lane, kind) in state.outbox]
        lines.append(f"  {lane.value:<12} {', '.join(counts) or 'empty'}")
    if state.oldest_pending is not None:
        lines.append(f"  the oldest waits for {length(now - state.oldest_pending)}")
    if state.inbox_pending:
        lines.append(f"{strong('Inbox')}    {plural(state.inbox_pending, 'ticket')} still to be read")
    lines.extend(
        f"  {row.helpdesk}/{row.ticket_id} cannot be read since {at(row.failing_since)}: {one_line(row.reason or '')}"
        for row in state.unreadable
    )
    if state.model_answers or state.model_drops:
        told = f"{state.model_answers} answers taken and {state.model_drops} dropped within 24 hours"
        lines.append(f"{strong('Model')}    {told}; slabot ledger says why")
    lines.append(strong("Last errors") if state.last_errors else f"{strong('Errors')}   none")
    lines.extend(f"  {at(row.at)}  {row.event.value}: {one_line(sentence(row.text))}" for row in state.last_errors)
    return "\n".join(lines)


def _processes(state: Status) -> list[str]:
    """Which of several processes does what; nothing where there is one."""
    if not state.processes:
        return []
    lines = [strong("Processes")]
    for each in state.processes:
        does = listed(tuple(sorted(lease for lease, holder in state.leases.items() if holder == each.name)))
        lines.append(f"  {each.kind.value:<12} {each.place}{f': {does}' if does else ''}")
    return lines


def _clocks(number: int) -> str:
    return "1 clock runs" if number == 1 else f"{number} clocks run"


def _audit(verdict: AuditVerdict | None, now: datetime, zone: ZoneInfo) -> list[str]:
    if verdict is None:
        return [f"{strong('Auditor')}  has not looked yet; it does a minute after the start"]
    when = f"{local_time(verdict.at, zone)}, {length(now - verdict.at)} ago"
    if now - verdict.at > NOT_LOOKED:
        return [f"{strong('Auditor')}  has not looked since {when}; it does each minute while slabot runs"]
    if verdict.agrees:
        heard = {True: "; the heartbeat was heard", False: "; the heartbeat was not heard", None: ""}[verdict.heartbeat]
        return [f"{strong('Auditor')}  everything agreed {when}{heard}"]
    lines = [f"{strong('Auditor')}  {when} this did not agree, and the heartbeat is withheld:"]
    return [*lines, *(f"  {one_line(words)}" for words in verdict.findings)]


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
        "with_gaps": state.with_gaps,
        "running_clocks": state.running_clocks,
        "overdue_clocks": state.overdue_clocks,
        "next_alarm": iso(state.next_alarm),
        "overdue_looks": state.overdue_looks,
        "inbox_pending": state.inbox_pending,
        "unreadable": [
            {
                "helpdesk": row.helpdesk,
                "ticket": row.ticket_id,
                "since": iso(row.failing_since),
                "next_try": iso(row.not_before),
                "attempts": row.attempts,
                "reason": row.reason,
            }
            for row in state.unreadable
        ],
        "outbox": {f"{lane.value}.{kind.value}": count for (lane, kind), count in state.outbox.items()},
        "oldest_pending": iso(state.oldest_pending),
        "feeds": [
            {"helpdesk": feed.helpdesk, "swept_at": iso(feed.swept_at), "ok_at": iso(feed.ok_at), "error": feed.error}
            for feed in state.feeds
        ],
        "model": {"answered": state.model_answers, "dropped": state.model_drops},
        "processes": [
            {
                "kind": each.kind.value,
                "place": each.place,
                "policy_version": each.policy_version,
                "started_at": iso(each.started_at),
                "leases": sorted(lease for lease, holder in state.leases.items() if holder == each.name),
            }
            for each in state.processes
        ],
        "last_errors": [{"at": iso(row.at), "event": row.event.value, "words": row.text} for row in state.last_errors],
    }
