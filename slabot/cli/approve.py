"""`slabot approve`: let go ahead what the governor holds back.

Promise: nothing is approved that was not shown; what is approved is decided once more before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import click
from sqlalchemy import Connection

from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.cli.named import PersonName, TicketArgument, named_ticket, refuse_unknown
from slabot.cli.screen import table
from slabot.cli.store import policy_store
from slabot.domain import Approved, SlabotError, utc
from slabot.domain.sentences import sentence
from slabot.policy import Policy
from slabot.reports.style import one_line
from slabot.store import Lane, LedgerEvent, OutboxRow, Store, ledger, outbox, tickets
from slabot.store.work import RuleWrite


@dataclass(frozen=True, slots=True)
class HeldWrite:
    """A write that is held back.

    Attributes:
        subject, url: of its ticket; empty where the store knows none.
    """

    row: OutboxRow
    subject: str
    url: str

    @property
    def ticket(self) -> str:
        """``acme/4711``."""
        return f"{self.row.helpdesk}/{self.row.ticket_id}"

    @property
    def what(self) -> str:
        """What would be done, in a word or two: ``auto solve``."""
        work = self.row.work
        return (work.action.kind.value if isinstance(work, RuleWrite) else self.row.kind.value).replace("_", " ")

    @property
    def because(self) -> str:
        """Why it is wanted."""
        return self.row.work.because if isinstance(self.row.work, RuleWrite) else ""


@click.command(epilog="Example: slabot approve -c config.yaml   (shows), then: slabot approve -c config.yaml acme/4711")
@click.argument("which", nargs=-1, type=TicketArgument(), metavar="[HELPDESK/ID | KEY]...")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--all", "everything", is_flag=True, help="Approve everything that is held back now.")
@click.option(
    "--by", default="an admin", show_default=True, type=PersonName(), help="Who approves; written into the ledger."
)
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def approve(which: tuple[str, ...], config: str, everything: bool, by: str, as_json: bool) -> None:
    """Show the writes that are held back, or approve them: by ticket, by KEY, or with --all."""
    if which and everything:
        raise click.UsageError("--all approves everything that is held back; name tickets or keys, or give --all")
    policy, now = read_policy(config), utc(edge.now())
    with policy_store(policy) as store:
        held = _held(store, now)
        if not which and not everything:
            print_json(_json(held)) if as_json else _show(held)
            return
        chosen = held if everything else _chosen(store, held, which, policy)
        store.write(lambda conn: _allow(conn, chosen, by, now))
    if as_json:
        print_json({"version": 1, "approved": [one.row.key for one in chosen]})
        return
    click.echo(f"{len(chosen)} approved; slabot decides each once more and then does it, within half a minute.")


def _held(store: Store, now: datetime) -> list[HeldWrite]:
    def read(conn: Connection) -> list[HeldWrite]:
        found = []
        for row in outbox.held(conn, Lane.WRITE, now):
            stored = tickets.load(conn, row.helpdesk, row.ticket_id)
            ticket = None if stored is None else stored.ticket
            found.append(HeldWrite(row, "" if ticket is None else ticket.subject, (ticket and ticket.url) or ""))
        return found

    return store.read(read)


def _allow(conn: Connection, chosen: list[HeldWrite], by: str, now: datetime) -> None:
    for row in (one.row for one in chosen):
        act = Approved(at=now, by_id=by, key=row.key, id=f"approved:{row.key}")
        tickets.append_event(conn, row.helpdesk, row.ticket_id, act)
        outbox.hold(conn, row.key, now, f"approved by {by}")
        words = f"{by} approved it: {row.key}"
        ledger.write(conn, now, LedgerEvent.WRITE_APPROVED, words, row.helpdesk, row.ticket_id, row.key)


def _show(held: list[HeldWrite]) -> None:
    if not held:
        click.echo("Nothing is held back.")
        return
    rows = [
        (
            f"{one.ticket}\n{one.what}",
            f"{one_line(one.subject)}\n{one_line(one.url)}",
            one_line(sentence(one.row.reason or "")),
            f"{one_line(sentence(one.because))}\n{one.row.key}",
        )
        for one in held
    ]
    table(("Ticket", "Subject and link", "Held back", "Wanted because, and key"), rows)
    click.echo(f"{len(held)} held back. Approve some by ticket (acme/4711) or key, or all of them with --all.")


def _json(held: list[HeldWrite]) -> dict[str, object]:
    return {
        "version": 1,
        "held": [
            {
                "key": one.row.key,
                "helpdesk": one.row.helpdesk,
                "ticket": one.row.ticket_id,
                "subject": one.subject,
                "url": one.url or None,
                "action": one.what.replace(" ", "_"),
                "held_back": one.row.reason,
                "because": one.because,
            }
            for one in held
        ],
    }


def _chosen(store: Store, held: list[HeldWrite], which: tuple[str, ...], policy: Policy) -> list[HeldWrite]:
    """What is named: by key, by ``acme/4711``, or as ``acme 4711``, the only two words that are one name."""
    by_key = {one.row.key: [one] for one in held}
    names = [which] if len(which) == 2 and which[0] in policy.helpdesks else [(word,) for word in which]
    chosen: dict[str, HeldWrite] = {}
    for name in names:
        found = by_key.get(name[0]) or _of_ticket(store, held, name, policy)
        chosen |= {one.row.key: one for one in found}
    return list(chosen.values())


def _of_ticket(store: Store, held: list[HeldWrite], name: tuple[str, ...], policy: Policy) -> list[HeldWrite]:
    word = "/".join(name)
    if word.count("/") == 1 and (named := named_ticket(name, policy)):
        found = [one for one in held if (one.row.helpdesk, one.row.ticket_id) == named]
        if found:
            return found
        store.read(lambda conn: refuse_unknown(conn, *named))
        raise SlabotError(
            f"nothing is held back for {named[0]}/{named[1]}", "slabot approve without a name shows what is."
        )
    raise SlabotError(f'nothing is held back under "{word}"', "slabot approve without a name shows what is.")
