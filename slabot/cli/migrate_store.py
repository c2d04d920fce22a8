"""`slabot migrate-store`: move the store to another database, mostly from SQLite to PostgreSQL.

Promise: it may be ended at any moment, and the same command goes on. slabot works on one of the two stores, or on none
while the move lasts; on the new one only after both were read whole and compared.
"""

from __future__ import annotations

import os
import time
from typing import Any

import click

from slabot.cli.edge import now, print_json, read_policy
from slabot.cli.screen import counting
from slabot.composition import StartError
from slabot.composition.secrets import Secrets, store_url
from slabot.domain import SlabotError
from slabot.runtime.leases import DEAD
from slabot.setup.moving import Ends, compare_stores, give_up_move, move_store
from slabot.store.address import holds_password, read_address
from slabot.store.errors import StoresDiffer
from slabot.store.move import MoveStep

EXAMPLE = "Example: slabot migrate-store -c config.yaml --to-env DATABASE_URL"


@click.command(epilog=EXAMPLE)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file; it names the store to move.")
@click.option("--to", metavar="URL", help="Where to; an address without a password.")
@click.option("--to-env", metavar="NAME", help="The environment variable that holds the address to move to.")
@click.option("--from", "origin", metavar="URL", help="The store to move, if the policy file names another one.")
@click.option("--check", is_flag=True, help="Only compare the two stores.")
@click.option("--afresh", is_flag=True, help="Take out what an earlier move had copied there, and begin anew.")
@click.option("--give-up", is_flag=True, help="Work on the old store again, and not on the new one.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def migrate_store(
    config: str,
    to: str | None,
    to_env: str | None,
    origin: str | None,
    check: bool,
    afresh: bool,
    give_up: bool,
    as_json: bool,
) -> None:
    """Move the store to PostgreSQL, with everything in it.

    End slabot first. Everything is copied and compared, then the old store is closed: slabot refuses to start on it and
    says where it went. If the command is ended, or the machine, run it again: it goes on where it stopped.
    """
    if check + afresh + give_up > 1:
        raise click.UsageError("--check, --afresh and --give-up are three different things; give one of them.")
    target = _target(to, to_env)
    source = _source(config, origin)
    if target is None:
        if not give_up:
            raise click.UsageError("Say where to: --to-env NAME for the variable that holds the address, or --to URL.")
        _say(as_json, {"state": "given_up"}, give_up_move(source, None, _wait))
        return
    ends = Ends(source, target)
    names = {"from": str(read_address(source)), "to": str(read_address(target))}
    if give_up:
        _say(as_json, {"state": "given_up", **names}, give_up_move(source, target, _wait))
    elif check:
        _check(ends, names, as_json)
    else:
        _move(ends, names, to_env, afresh, as_json)


def _move(ends: Ends, names: dict[str, str], to_env: str | None, afresh: bool, as_json: bool) -> None:
    try:
        with counting() as show:
            moved = move_store(ends, now(), afresh=afresh, wait=_wait, progress=lambda step: show(*_shown(step)))
    except KeyboardInterrupt:
        raise SlabotError(
            "The move was stopped. What was copied stays, and slabot works on neither store.",
            "Run the same command again, and it goes on; or stay with the old store, with --give-up",
        ) from None
    tables = [{"name": name, "rows": each.rows, "digest": each.digest} for name, each in moved.tables.items()]
    found = {"state": "moved", **names, "tables": tables, "altered_rows": moved.altered}
    if moved.before:
        _say(as_json, {"state": "moved", **names}, f"Everything was moved before: the store is the {names['to']}.")
        return
    rows = sum(each.rows for each in moved.tables.values())
    text = (
        f"Moved: {rows:,} rows in {len(tables)} tables, from the {names['from']} to the {names['to']}. Both were read "
        "whole and are the same.\n"
    )
    if moved.altered:
        text += (
            f"In {moved.altered:,} of these rows stood characters that no store can hold (NUL and the like): each "
            "became U+FFFD.\n"
        )
    setting = "url: …" if to_env is None else f"url_env: {to_env}"
    text += (
        f"Now name the new store in the policy file (store: {{{setting}}}) and start slabot. The old one stays as it "
        "is; slabot does not start on it any more."
    )
    _say(as_json, found, text)


def _check(ends: Ends, names: dict[str, str], as_json: bool) -> None:
    try:
        with counting() as show:
            tables = compare_stores(ends, lambda step: show(*_shown(step)))
    except StoresDiffer as error:
        if not as_json:
            raise
        print_json(
            {"version": 1, "state": "different", **names, "table": error.table, "row": error.row, "reason": str(error)}
        )
        raise SystemExit(1) from None
    rows = sum(each.rows for each in tables.values())
    found = [{"name": name, "rows": each.rows, "digest": each.digest} for name, each in tables.items()]
    text = f"The two stores are the same: {rows:,} rows in {len(tables)} tables."
    _say(as_json, {"state": "same", **names, "tables": found}, text)


def _say(as_json: bool, found: dict[str, Any], text: str) -> None:
    if as_json:
        print_json({"version": 1, **found})
    else:
        click.echo(text)


def _shown(step: MoveStep) -> tuple[str, int, int]:
    return f"{step.act} {step.table}", step.done, step.of


def _target(to: str | None, to_env: str | None) -> str | None:
    """The address to move to, if one was given."""
    if to is not None and to_env is not None:
        raise click.UsageError("--to and --to-env are two ways to say one thing; give one of them.")
    if to is not None:
        _refuse_password(to, "--to")
        return to
    if to_env is None:
        return None
    value = os.environ.get(to_env, "").strip()
    if not value:
        raise SlabotError(
            f"--to-env names the environment variable {to_env}, which is not set",
            "put the address of the new store into it, such as postgresql://slabot:PASSWORD@db.example/slabot",
        )
    return value


def _source(config: str, origin: str | None) -> str:
    if origin is not None:
        _refuse_password(origin, "--from")
        return origin
    policy = read_policy(config)
    secrets = Secrets(os.environ)
    url = store_url(policy, secrets)
    if secrets.problems:
        raise StartError(secrets.problems)
    return url


def _refuse_password(url: str, option: str) -> None:
    if holds_password(url):
        raise click.UsageError(
            f"The address after {option} holds a password, and everybody on this machine can read it there (ps). Put "
            "the address into an environment variable and name that: --to-env NAME. Change the password, if others "
            "use this machine."
        )


def _wait() -> None:
    time.sleep(DEAD)
