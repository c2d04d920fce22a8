"""`slabot rejudge`: judge clocks that have stopped anew, by the policy in force.

Promise: nothing is judged anew that was not listed first; what is, has a row in the ledger with both verdicts, who and
why.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from slabot.cli import edge, past_times
from slabot.cli.edge import POLICY_SIZE, print_json, read_text
from slabot.cli.named import PersonName, TicketArgument, named_tickets
from slabot.cli.past_times import past_instant
from slabot.cli.screen import table, working
from slabot.cli.store import policy_store
from slabot.domain import SlabotError, utc
from slabot.policy import DEFAULT, load_policy
from slabot.reports.style import one_line
from slabot.rules.words import local_time
from slabot.runtime.past_policies import StoredPolicies
from slabot.runtime.rejudging import ClockJudgement, Otherwise, Rejudging
from slabot.store import Store, meta, policies
from slabot.store.policies import PolicyVersion


@click.command(
    epilog='Example: slabot rejudge -c config.yaml --since 2026-07-01 --why "targets were wrong in July"   (shows), '
    "then the same with --yes"
)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file, which must be the one in force.")
@click.option("--since", required=True, metavar="TIME", help=f"Clocks that stopped then or later: {past_times.HELP}")
@click.option("--why", required=True, metavar="WORDS", help="Why; written into the ledger and the ticket's history.")
@click.option("--ticket", "only", multiple=True, type=TicketArgument(), metavar="HELPDESK/ID", help="Only this ticket.")
@click.option(
    "--by", default="an admin", show_default=True, type=PersonName(), help="Who judges anew; written into the ledger."
)
@click.option("--yes", is_flag=True, help="Judge anew what is listed; without it, it is only listed.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def rejudge(config: str, since: str, why: str, only: tuple[str, ...], by: str, yes: bool, as_json: bool) -> None:
    """Judge anew, by the policy in force, the clocks that stopped since a time and would come out otherwise.

    An edit of the policy moves no verdict of the past; this command alone does. It lists each clock old and new, and
    writes nothing without --yes.
    """
    text = read_text(config, largest=POLICY_SIZE, what="policy file")
    policy, now = load_policy(text, config), utc(edge.now())
    if not (why := " ".join(why.split())):
        raise click.UsageError("--why is empty; say in a few words why these clocks are judged anew")
    names = named_tickets(only, policy)
    begins = past_instant(since, now, policy.display_zone)
    with policy_store(policy) as store:
        version = _in_force(store, text, config)
        installed = store.read(meta.installed)
        rejudging = Rejudging(
            policy=policy if installed is None else policy.starting(installed),
            version=version,
            past=StoredPolicies(store.read(policies.every), version, installed, store.read(policies.starts)),
            since=begins,
            now=now,
        )
        with working("Judging what has stopped"):
            listed = rejudging.found(store, names)
        if not as_json:
            _show(listed, policy.display_zone)
        done = rejudging.write(store, listed, by, why) if yes and listed else []
    if as_json:
        print_json(_json(done if yes else listed, version, begins, written=yes))
        return
    _tell(len(listed), len(done), version, written=yes)


def _in_force(store: Store, text: str, config: str) -> int:
    """The version in force, if the file is that one.

    Raises:
        SlabotError: it is not, or slabot has never started on this store.
    """

    def read(conn: Connection) -> PolicyVersion | None:
        version = policies.in_force(conn)
        return None if version is None else policies.get(conn, version)

    known = store.read(read)
    if known is None:
        raise SlabotError(
            "no policy is in force yet, so nothing was judged by one", "start slabot once with this file: slabot run"
        )
    if known.text != text:
        raise SlabotError(
            f"{config} is not the policy in force, which is version {known.version} of {known.at:%Y-%m-%d}; clocks are "
            "judged anew by the policy in force alone",
            "name the file that slabot runs with, or restart slabot with this one first",
        )
    return known.version


def _show(listed: list[Otherwise], zone: ZoneInfo) -> None:
    if not listed:
        click.echo("Nothing comes out otherwise by the policy in force.")
        return
    rows = [
        (
            f"{other.ticket.reference}\n{other.clock.label.replace('_', ' ')}",
            f"{one_line(other.ticket.subject)}\nstopped {local_time(other.stopped_at, zone)}",
            _cell(other.old, zone),
            _cell(other.new, zone),
        )
        for other in listed
    ]
    table(("Ticket and clock", f"Subject ({zone.key})", "Was", "By the policy in force"), rows)


def _cell(judged: ClockJudgement, zone: ZoneInfo) -> str:
    due = "no due time" if judged.due_at is None else f"due {local_time(judged.due_at, zone)}"
    agreement = "" if judged.agreement == DEFAULT else f", {judged.agreement}"
    target = judged.target or "no promise"
    return f"{judged.verdict.replace('_', ' ')}\n{target} as {judged.severity}{agreement}\n{due}"


def _tell(listed: int, done: int, version: int, *, written: bool) -> None:
    if not listed:
        return
    if not written:
        click.echo(
            f"{_clocks(listed)}. Nothing was written; give --yes to judge them anew by policy version {version}."
        )
        return
    left = listed - done
    more = f" {_clocks(left)} had changed meanwhile and stay as they were; list them again." if left else ""
    click.echo(f"{_clocks(done)} judged anew by policy version {version}, each with a row in the ledger.{more}")


def _clocks(count: int) -> str:
    return f"{count} clock" if count == 1 else f"{count} clocks"


def _json(listed: list[Otherwise], version: int, since: datetime, *, written: bool) -> dict[str, object]:
    return {
        "version": 1,
        "policy_version": version,
        "since": since.isoformat(),
        "written": written,
        "clocks": [
            {
                "helpdesk": other.ticket.helpdesk,
                "ticket": other.ticket.id,
                "clock": other.clock.label,
                "stopped_at": other.stopped_at.isoformat(),
                "old": other.old.facts(),
                "new": other.new.facts(),
            }
            for other in listed
        ],
    }
