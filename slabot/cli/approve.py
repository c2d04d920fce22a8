"""`slabot approve`: let go ahead what the governor holds back.

Promise: nothing is approved that was not shown; what is approved is decided once more before it is done.
"""

from __future__ import annotations

import click
from sqlalchemy import Connection

from slabot.cli import edge
from slabot.cli.edge import read_policy
from slabot.composition import open_policy_store
from slabot.domain import Approved, SlabotError, utc
from slabot.store import Lane, LedgerEvent, OutboxRow, ledger, outbox, tickets
from slabot.store.work import RuleWrite


@click.command(epilog="Example: slabot approve -c config.yaml   (shows), then: slabot approve -c config.yaml --all")
@click.argument("keys", nargs=-1)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--all", "everything", is_flag=True, help="Approve everything that is held back now.")
@click.option("--by", default="an admin", show_default=True, help="Who approves; written into the ledger.")
def approve(keys: tuple[str, ...], config: str, everything: bool, by: str) -> None:
    """Show the writes that are held back, or approve them: by KEY, or with --all."""
    policy, now = read_policy(config), utc(edge.now())
    with open_policy_store(policy) as store:
        held = store.read(lambda conn: outbox.held(conn, Lane.WRITE, now))
        if not keys and not everything:
            _show(held)
            return
        chosen = held if everything else _named(held, keys)

        def allow(conn: Connection) -> None:
            for row in chosen:
                act = Approved(at=now, by_id=by, key=row.key, id=f"approved:{row.key}")
                tickets.add_act(conn, row.helpdesk, row.ticket_id, act)
                outbox.hold(conn, row.key, now, f"approved by {by}")
                words = f"{by} approved it: {row.key}"
                ledger.write(
                    conn,
                    now,
                    LedgerEvent.WRITE_APPROVED,
                    words,
                    row.helpdesk,
                    row.ticket_id,
                    row.key,
                )

        store.write(allow)
    click.echo(f"{len(chosen)} approved; slabot decides each once more and then does it, within half a minute.")


def _show(held: list[OutboxRow]) -> None:
    if not held:
        click.echo("Nothing is held back.")
        return
    for row in held:
        click.echo(
            f"{row.key}\n    held back: {row.words}\n    wanted because: {row.work.because if isinstance(row.work, RuleWrite) else ''}"
        )
    click.echo(f"{len(held)} held back. Approve some by their key, or all of them with --all.")


def _named(held: list[OutboxRow], keys: tuple[str, ...]) -> list[OutboxRow]:
    by_key = {row.key: row for row in held}
    unknown = [key for key in keys if key not in by_key]
    if unknown:
        raise SlabotError(f'nothing is held back under "{unknown[0]}"; slabot approve without a key shows what is')
    return [by_key[key] for key in keys]
