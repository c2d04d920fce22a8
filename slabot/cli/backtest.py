"""`slabot backtest`: what would a policy have done with the tickets of the past?

Promise: it only reads, and writes nothing anywhere. The rules are those that slabot runs by; what a replay cannot know
stands in every answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from slabot.cli import edge, past_times
from slabot.cli.edge import FileError, InstantOption, print_json
from slabot.cli.named import TicketArgument
from slabot.cli.past_times import past_instant
from slabot.cli.policy_file import file_name, policy_bytes
from slabot.cli.progress import CountedProgress
from slabot.cli.report_forms import print_report
from slabot.cli.ticket_lines import lines_of_file, lines_of_records, records_of_store
from slabot.clock import SystemClock
from slabot.composition import StartError, connect
from slabot.domain import TicketRecord, utc
from slabot.policy import Policy, PolicyError, Problem, load_policy
from slabot.reports.backtest import life, proposal
from slabot.reports.backtest import report as backtest_report
from slabot.reports.backtest.bench import BacktestTask, Bench, PolicyText
from slabot.reports.backtest.run import Backtested, Lines
from slabot.reports.backtest.run import backtest as replay_all
from slabot.runtime.reading.records import read_records
from slabot.runtime.reporting import question_of

FORMATS = ("text", "json", "csv", "html")


@click.command(
    epilog="Example: slabot backtest --policy new.yaml --against config.yaml --from-store --format html > page.html"
)
@click.option("-c", "--policy", "new", required=True, metavar="FILE", help="The policy that is tried.")
@click.option("--against", "old", metavar="FILE", help="The policy that it is compared with.")
@click.option("--tickets", "path", metavar="FILE", help="Of the tickets in this file (JSONL, or JSONL.gz).")
@click.option("--from-store", is_flag=True, help="Of all tickets that slabot keeps.")
@click.option("--from-helpdesk", is_flag=True, help="Of tickets that changed since --since, read from the helpdesks.")
@click.option("--since", metavar="TIME", help=f"Tickets created since: {past_times.HELP}")
@click.option("--until", metavar="TIME", help="Tickets created before; as --since.")
@click.option("--ticket", "named", metavar="HELPDESK/ID", type=TicketArgument(), help="Show one ticket, act by act.")
@click.option("--propose", is_flag=True, help="Which targets were kept, and what a Saturday shift would have bought.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="Left out: text.")
@click.option("--json", "as_json_form", is_flag=True, help="The machine form, as --format json.")
@click.option("--now", "at", type=InstantOption(), help="As of this time, with an offset; left out: the present.")
def backtest(
    new: str,
    old: str | None,
    path: str | None,
    from_store: bool,
    from_helpdesk: bool,
    since: str | None,
    until: str | None,
    named: str | None,
    propose: bool,
    form: str,
    as_json_form: bool,
    at: datetime | None,
) -> None:
    """Replay the tickets of the past through a policy, and say how they would have come out."""
    if sum((path is not None, from_store, from_helpdesk)) != 1:
        raise click.UsageError("give one of --tickets FILE, --from-store and --from-helpdesk")
    if from_helpdesk and since is None:
        raise click.UsageError("a helpdesk is not read whole; give --since TIME with --from-helpdesk")
    if named is not None and (propose or form in ("csv", "html")):
        raise click.UsageError("--ticket shows one ticket as text or JSON, and proposes nothing")
    texts = _policy_text(new), None if old is None else _policy_text(old)
    policy = load_policy(texts[0].content, texts[0].name)
    now = at if at is not None else utc(edge.now())
    first, last = (
        None if text is None else past_instant(text, now, policy.display_zone, option=option)
        for text, option in ((since, "--since"), (until, "--until"))
    )
    # What is in force knows where the store is, and what the helpdesks are; the policy that is tried may only say so.
    in_force = policy if texts[1] is None else load_policy(texts[1].content, texts[1].name)
    name = path if path is not None else "the store" if from_store else "the helpdesks"
    watched = frozenset() if named is None else frozenset({named})
    task = BacktestTask(new=texts[0], old=texts[1], now=now, name=name, first=first, last=last, watched=watched)
    with _lines(path, in_force, since=first if from_helpdesk else None) as lines:
        progress = CountedProgress("tickets replayed")
        found = replay_all(task, lines, progress.say)
        progress.done()
        if named is not None:
            _show_one(task, lines, found, policy.display_zone, as_json=as_json_form or form == "json")
            return
    if not found.tally:
        raise FileError(f"{name}: it holds no ticket of that time", "give a ticket file, or an earlier --since")
    question = question_of(policy, now, charts=form == "html" and not as_json_form)
    made = proposal.build(found, question) if propose else backtest_report.build(found, question)
    print_report(made, question, "json" if as_json_form else form, new)


def _policy_text(path: str) -> PolicyText:
    content = policy_bytes(path)
    if isinstance(content, Problem):
        raise PolicyError((content,))
    return PolicyText(file_name(path), content)


@contextlib.contextmanager
def _lines(path: str | None, policy: Policy, *, since: datetime | None) -> Iterator[Lines]:
    """Of a file, of the helpdesks where there is an instant, or else of the store."""
    if path is not None:
        yield lines_of_file(path)
        return
    progress = CountedProgress("tickets read")
    records = records_of_store(policy) if since is None else _of_helpdesks(policy, since)
    with lines_of_records(records, progress) as lines:
        progress.done()
        yield lines


def _of_helpdesks(policy: Policy, since: datetime) -> Iterator[TicketRecord]:
    with contextlib.closing(connect(policy, clock=SystemClock())) as connections:
        if not set(policy.helpdesks) <= set(connections.adapters):
            raise StartError(connections.problems)
        yield from read_records(connections.adapters, (), since)


def _show_one(task: BacktestTask, lines: Lines, found: Backtested, zone: ZoneInfo, *, as_json: bool) -> None:
    """One ticket under each policy, with what the limits would have held back of it."""
    [named] = task.watched
    sides = found.watched.get(named)
    if sides is None:
        raise FileError(f"{task.name}: there is no ticket {named} among those", "check its number, --since and --until")
    if as_json:
        print_json(life.as_json(sides))
        return
    records = (record for _, record in Bench(task).records(enumerate(lines(), 1)))
    record = next(record for record in records if record.ticket.reference == named)
    click.echo("\n".join(life.text_of(record, sides, zone)))
