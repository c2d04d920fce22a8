"""`slabot triage`: what are people asked, and has nobody said yet?

Promise: everything that waits for an answer is listed, with until when and whom it was sent to; what is settled is not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click

from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.cli.store import policy_store
from slabot.domain import utc
from slabot.policy import Policy
from slabot.policy.problems import plural
from slabot.reports.style import coloured, one_line, strong
from slabot.rules import decide
from slabot.rules.questions import TicketQuestion, Topic
from slabot.rules.triage import doubt_text
from slabot.rules.words import length, local_time
from slabot.runtime.asked import WaitingQuestion, waiting_questions
from slabot.runtime.past_policies import StoredPolicies
from slabot.store import Store, meta, policies
from slabot.store.asked import SentTo


@click.command(epilog="Example: slabot triage -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def triage(config: str, as_json: bool) -> None:
    """List what waits for somebody to say: which severity a ticket has, and whether a message was automatic."""
    policy, now = read_policy(config), utc(edge.now())
    with policy_store(policy) as store:
        found = waiting(store, policy, now)
    if as_json:
        print_json({"version": 1, "now": now.isoformat(), "waiting": [_json(each, now) for each in found]})
        return
    for each in found:
        click.echo("\n".join(_lines(each, policy, now)))
    asks = "" if policy.classify.triage is not None else "; the policy asks about no severity (classify.triage)"
    click.echo(f"{plural(len(found), 'question')} waiting{asks}." if found else f"Nothing waits for anybody{asks}.")


def waiting(store: Store, policy: Policy, now: datetime) -> list[WaitingQuestion]:
    """What waits, by the policy of a file."""
    installed = store.read(meta.installed)
    past = StoredPolicies(store.read(policies.every), None, installed, store.read(policies.starts))
    rules = policy if installed is None else policy.starting(installed)
    return store.read(
        lambda conn: waiting_questions(
            conn, lambda stored: decide(stored.ticket, stored.timeline, rules, now, past=past)
        )
    )


def _lines(each: WaitingQuestion, policy: Policy, now: datetime) -> list[str]:
    zone, question, ticket = policy.display_zone, each.question, each.ticket
    lines = [f"{strong(ticket.reference)}  {one_line(ticket.subject)}".rstrip()]
    if question.topic is Topic.REPLY:
        lines.append(f"  Reply    automatic or an answer? Of {local_time(question.since, zone)}")
    else:
        lines.append(f"  Severity {one_line(doubt_text(question))}; it counts as {question.severity} until then")
        if question.reason:
            lines.append(f"  Reads as {one_line(question.reason)}")
    lines += [f"  Quote    “{one_line(quote)}”" for quote in question.quotes]
    lines.append(f"  Waits    since {local_time(question.since, zone)}{_until(question, now, policy)}")
    lines += [f"  Asked    {_sent(sent)}" for sent in each.to]
    return lines


def _until(question: TicketQuestion, now: datetime, policy: Policy) -> str:
    if question.due is None:
        return ""
    until = f", until {local_time(question.due, policy.display_zone)}"
    return until if question.due > now else f"{until}, {coloured(f'{length(_whole(now - question.due))} ago', 'red')}"


def _whole(amount: timedelta) -> timedelta:
    return timedelta(seconds=int(amount.total_seconds()))


def _sent(sent: SentTo) -> str:
    if not sent.sent:
        return f"{sent.to}: not yet, {one_line(sent.why)}"
    return f"{sent.to}, and reminded {plural(sent.reminders, 'time')}" if sent.reminders else sent.to


def _json(each: WaitingQuestion, now: datetime) -> dict[str, Any]:
    question = each.question
    return {
        "ticket": each.ticket.reference,
        "subject": each.ticket.subject,
        "url": each.ticket.url,
        "question": question.topic.value,
        "because": None if question.asks is None else question.asks.value,
        "between": list(question.between),
        "counts_as": question.severity,
        "reason": question.reason or None,
        "quotes": list(question.quotes),
        "since": question.since.isoformat(),
        "until": None if question.due is None else question.due.isoformat(),
        "late": question.due is not None and question.due <= now,
        "asked": [{"to": sent.to, "sent": sent.sent, "reminders": sent.reminders} for sent in each.to],
    }
