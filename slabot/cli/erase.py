"""`slabot erase`: take a person out of everything that slabot keeps.

Promise: it shows what would go before anything goes; afterwards it says what went, whether the files still hold
remains, and what it cannot reach, each with what to do about it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence

import click

from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.cli.screen import working
from slabot.cli.store import policy_store
from slabot.domain import SlabotError, utc
from slabot.domain.suggestions import suggestion
from slabot.policy import Policy
from slabot.policy.problems import plural
from slabot.runtime.erasing import erase_person
from slabot.runtime.instance_lock import AlreadyRunning, InstanceLock
from slabot.store import Store, erasing
from slabot.store.erasing import KnownPerson
from slabot.store.privacy import Removed
from slabot.store.remains import Wiped, wipe

SHOWN = 10  # tickets named before the rest are counted

STAYS = (
    "That there were these tickets, when, in whose organisation, and what became of them stays: clocks and figures do."
)
BEYOND = (
    (
        "Slack, e-mail, PagerDuty",
        "Pages of these tickets lose the subject within a minute while slabot runs; replies in "
        "threads, e-mails and alerts stay. Delete them there.",
    ),
    (
        "the helpdesk",
        "It is where slabot reads; delete the person there too. What it still delivers, slabot forgets at once.",
    ),
    ("backups of the store", "Delete them, or erase again after putting one back."),
    ("logs", "slabot logs no words of customers; what the web server or the hosting service logs is theirs."),
)
FILES = {
    Wiped.GONE: "The store's file and its write-ahead log hold nothing of it any more: it was overwritten.",
    Wiped.VACUUMED: "The tables were vacuumed. Their pages are overwritten as they are used again; VACUUM FULL does it "
    "at once, and stops slabot for as long. PostgreSQL's WAL, its archive, replicas and dumps keep it until they are "
    "recycled or deleted; ask whoever runs the database.",
    Wiped.LOG_LEFT: "Something reads the store just now, so its write-ahead log (-wal) could not be emptied and still "
    "holds it. Run the same command again in a minute.",
    Wiped.REMAINS_LEFT: "The tables hold nothing of it any more. But this file is of an earlier slabot, which did not "
    "overwrite what it deleted, and it is too large to be rewritten while slabot runs. Stop slabot, run the same "
    "command again, and start it.",
    Wiped.REFUSED: "The tables hold nothing of it any more, but the database did not let us clean its files (no space, "
    "no right, or somebody writes). Run the same command again.",
}


@click.command(
    epilog="Example: slabot erase -c config.yaml ana@customer.example   or: "
    "slabot erase -c config.yaml acme/6130830002688"
)
@click.argument("requester")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would go, and erase nothing.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def erase(requester: str, config: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Erase a requester's personal data from the store, for good.

    REQUESTER is an e-mail address or the helpdesk's id of a person; HELPDESK/ID where several helpdesks could be meant.
    """
    policy = read_policy(config)
    helpdesk, person = _named(requester, policy)
    with policy_store(policy) as store:
        found = store.read(lambda conn: erasing.find(conn, person, helpdesk))
        if not found:
            _nobody(store, policy, requester, person, helpdesk, yes=yes and not dry_run, as_json=as_json)
            return
        if "@" not in person and len(found) > 1:
            names = " or ".join(f"{known.helpdesk}/{known.id}" for known in found)
            raise SlabotError(
                f"{person} is somebody at {len(found)} helpdesks, maybe not the same one", f"name {names}"
            )
        if not as_json:
            click.echo("\n".join(line for known in found for line in _plan(known)))
            click.echo(f"All words of their own tickets go, and their words on others'. {STAYS}")
        if dry_run or not (yes or _agreed(as_json)):
            if as_json:
                print_json(_json(found, None, None))
            else:
                click.echo("Nothing was erased." if dry_run else "Nothing was erased. Add --yes to erase unasked.")
            if not dry_run:
                click.get_current_context().exit(1)
            return
        now = utc(edge.now())
        in_policy = store.read(lambda conn: any(erasing.in_policies(conn, known) for known in found))
        removed = sum((erase_person(store, policy, known, now) for known in found), Removed())
        with working("Cleaning the files"):
            wiped = _wipe(store)
    beyond = _beyond(config, in_policy=in_policy)
    if as_json:
        print_json(_json(found, removed, wiped, beyond))
    else:
        click.echo(_summary(removed))
        _tell(wiped, beyond)
    if wiped not in (Wiped.GONE, Wiped.VACUUMED):
        click.get_current_context().exit(1)


def _named(requester: str, policy: Policy) -> tuple[str | None, str]:
    """The helpdesk, if one is named, and the person. An address may hold a slash, so the helpdesk must be known."""
    helpdesk, slash, person = requester.partition("/")
    if slash and helpdesk in policy.helpdesks and person:
        return helpdesk, person
    if slash and "@" not in requester:
        known = list(policy.helpdesks)
        raise SlabotError(
            f'the policy has no helpdesk "{helpdesk}"', f"it has {', '.join(known)}{suggestion(helpdesk, known)}"
        )
    return None, requester


def _nobody(
    store: Store, policy: Policy, requester: str, person: str, helpdesk: str | None, *, yes: bool, as_json: bool
) -> None:
    """Not there: erased before, and then the files may still be cleaned, or never known."""
    names = [helpdesk] if helpdesk is not None else list(policy.helpdesks)
    if not store.read(lambda conn: erasing.is_remembered(conn, person, names)):
        raise SlabotError(
            f"the store knows nobody of the name {requester}, so there is nothing to erase. Give the e-mail "
            "address, or the helpdesk's id of the person as HELPDESK/ID"
        )
    wiped = _wipe(store) if yes else None
    if as_json:
        print_json(_json((), Removed() if yes else None, wiped))
    else:
        click.echo(f"{requester} was erased before, and has not come back.")
        if wiped is not None:
            click.echo(FILES[wiped])
    if wiped not in (None, Wiped.GONE, Wiped.VACUUMED):
        click.get_current_context().exit(1)


def _wipe(store: Store) -> Wiped:
    """Clean the files; whole, if slabot does not run."""
    file = store.address.file
    try:
        alone = None if file is None else InstanceLock(file)
    except (AlreadyRunning, OSError):
        return wipe(store, alone=False)
    with alone or contextlib.nullcontext():
        return wipe(store, alone=alone is not None)


def _agreed(as_json: bool) -> bool:
    return not as_json and sys.stdin.isatty() and click.confirm("This cannot be undone. Erase?")


def _plan(known: KnownPerson) -> list[str]:
    names = ", ".join((known.id, *sorted(known.addresses)))
    lines = [f"{names} at {known.helpdesk}"]
    for ids, what in ((known.own, "of their own"), (known.elsewhere, "of other people, on which they wrote")):
        if ids:
            more = f", and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            named = ", ".join(f"{known.helpdesk}/{ticket}" for ticket in ids[:SHOWN])
            lines.append(f"  {plural(len(ids), 'ticket')} {what}: {named}{more}")
    return lines


def _summary(removed: Removed) -> str:
    parts = (
        plural(removed.tickets, "ticket of their own", "tickets of their own"),
        plural(removed.messages, "message or change", "messages and changes"),
        plural(removed.ledger_rows, "row of the ledger", "rows of the ledger"),
        plural(removed.outbox_rows, "row of the outbox", "rows of the outbox"),
        plural(removed.mentions, "mention elsewhere", "mentions elsewhere"),
    )
    return f"Erased: {', '.join(parts)}."


def _beyond(config: str, *, in_policy: bool) -> list[tuple[str, str]]:
    return [*BEYOND, *([(config, "It names the address. Take it out of the file.")] if in_policy else [])]


def _tell(wiped: Wiped, beyond: Sequence[tuple[str, str]]) -> None:
    click.echo(FILES[wiped])
    click.echo("\nslabot cannot reach:")
    for where, what_to_do in beyond:
        click.echo(f"  {where}: {what_to_do}")


def _json(
    found: Sequence[KnownPerson],
    removed: Removed | None,
    wiped: Wiped | None,
    beyond: Sequence[tuple[str, str]] = BEYOND,
) -> dict[str, object]:
    people = [
        {
            "helpdesk": known.helpdesk,
            "requester": known.id,
            "addresses": sorted(known.addresses),
            "tickets": list(known.own),
            "wrote_on": list(known.elsewhere),
        }
        for known in found
    ]
    counts = None
    if removed is not None:
        counts = {
            name: getattr(removed, name) for name in ("tickets", "messages", "ledger_rows", "outbox_rows", "mentions")
        }
    return {
        "version": 1,
        "erased": removed is not None,
        "people": people,
        "removed": counts,
        "files": None if wiped is None else {"state": wiped.value, "words": FILES[wiped]},
        "out_of_reach": [{"where": where, "what_to_do": what} for where, what in beyond],
    }
