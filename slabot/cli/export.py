"""`slabot export`: write tickets with their history into a ticket file.

Promise: `slabot explain --ticket-file` decides about what was written as it does about the ticket itself. What the file
does not hold any more (words, people, slabot's own acts) is said on standard error, with what follows from it. Where a
ticket cannot be read, no file is left, and one that was there stays.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from slabot.cli import edge, past_times
from slabot.cli.edge import read_policy, read_text
from slabot.cli.named import TicketArgument, named_tickets
from slabot.cli.past_times import past_instant
from slabot.cli.screen import working
from slabot.cli.store import policy_store
from slabot.clock import SystemClock
from slabot.composition import StartError, connect
from slabot.domain import SlabotError, TicketRecord, utc, write_ticket
from slabot.policy import Policy
from slabot.reports.pseudonyms import Pseudonyms, TextsKept
from slabot.rules.words import local_time
from slabot.runtime.pinned import pinned
from slabot.runtime.reading.records import read_records
from slabot.store import tickets

Named = tuple[str, str]
"""Helpdesk and number of a ticket."""


class NotStored(SlabotError):
    """The store has never seen the ticket; the helpdesk can be asked."""

    def __init__(self, helpdesk: str, ticket_id: str) -> None:
        super().__init__(
            f"The store holds no ticket {helpdesk}/{ticket_id}. Read it from the helpdesk with --from-helpdesk, "
            "or check the number: slabot stores a ticket with the first sweep or webhook that brings it."
        )


@click.command(
    epilog="Example: slabot export -c config.yaml acme/4711   or: "
    "slabot export -c config.yaml --since 2026-11-01 --pseudonyms -o november.jsonl"
)
@click.argument("names", metavar="[HELPDESK/ID]...", nargs=-1, type=TicketArgument())
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--all", "everything", is_flag=True, help="Every ticket that slabot knows.")
@click.option("--since", metavar="TIME", help=f"Tickets to which anything happened since: {past_times.HELP}")
@click.option("--from-helpdesk", is_flag=True, help="Read them from the helpdesk instead of slabot's store.")
@click.option("--pseudonyms", is_flag=True, help="Replace people, addresses and organizations, and neutralize texts.")
@click.option(
    "--texts",
    type=click.Choice([each.value for each in TextsKept]),
    help="What becomes of texts; left out: kept, with --pseudonyms neutral.",
)
@click.option("-o", "--output", metavar="FILE", help="Write there, readable for you alone; left out: standard output.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export(
    names: tuple[str, ...],
    config: str,
    everything: bool,
    since: str | None,
    from_helpdesk: bool,
    pseudonyms: bool,
    texts: str | None,
    output: str | None,
    force: bool,
) -> None:
    """Write tickets into a ticket file: one JSON object a line, as explain, policy cases and the sandbox read it.

    Those that are named (acme/4711, or acme 4711), all of them, or those of a time.
    """
    policy = read_policy(config)
    if sum((bool(names), everything, since is not None)) != 1:
        raise click.UsageError("name tickets as HELPDESK/ID, or give --all, or --since TIME")
    if from_helpdesk and everything:
        raise click.UsageError("a helpdesk is not read whole; give --since TIME, or name tickets")
    named = named_tickets(names, policy)
    begins = None if since is None else past_instant(since, utc(edge.now()), policy.display_zone)
    kept = TextsKept(texts) if texts is not None else TextsKept.NEUTRAL if pseudonyms else TextsKept.KEEP
    masks = Pseudonyms(policy, read_text(config, largest=edge.POLICY_SIZE, what="policy file"), kept)
    read = _from_helpdesks(policy, named, begins) if from_helpdesk else _from_store(policy, named, begins)
    count = 0
    progress = contextlib.nullcontext() if output is None else working("Writing tickets")
    with _opened(output, force=force) as stream, progress:
        for record in read:
            if kept is not TextsKept.KEEP:
                record = pinned(record, policy, utc(edge.now()))
            if pseudonyms:
                record = masks.record(record)
            elif kept is not TextsKept.KEEP:
                record = masks.without_words(record)
            stream.write(write_ticket(record) + "\n")
            count += 1
    if begins is not None:
        _say([f"Since {local_time(begins, policy.display_zone)} ({policy.display_zone.key}):"])
    _say(_told(count, policy, kept, pseudonyms=pseudonyms, from_helpdesk=from_helpdesk))


def _say(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        click.echo(sentence, err=True)


def _told(count: int, policy: Policy, kept: TextsKept, *, pseudonyms: bool, from_helpdesk: bool) -> Iterator[str]:
    yield f"{count} {'ticket' if count == 1 else 'tickets'} written."
    if kept is not TextsKept.KEEP:
        yield (
            "The words are gone. Severities that rules found in them until now are kept as events; a changed rule "
            "about words, subjects or fields finds nothing in this file."
        )
    if pseudonyms:
        yield (
            "People, addresses and organizations are replaced, the same way everywhere in this file. Bots, and "
            "organizations that the policy names, stay. Tags stay too: look whether they name somebody."
        )
    if from_helpdesk:
        yield "The helpdesk knows nothing of pages, acknowledgements and snoozes, so the file holds none."
    if policy.start_from is None:
        yield (
            "The policy leaves start_from to the day of installation, which a ticket file does not hold. Write it into "
            "the policy that you explain the file with, or pages about earlier tickets show as due."
        )


def _from_store(policy: Policy, named: Sequence[Named], since: datetime | None) -> Iterator[TicketRecord]:
    with policy_store(policy) as store:
        for helpdesk, ticket_id in named or store.read(lambda conn: tickets.since(conn, since)):
            stored = store.read(partial(tickets.load, helpdesk=helpdesk, ticket_id=ticket_id))
            if stored is None:
                raise NotStored(helpdesk, ticket_id)
            yield stored.record


def _from_helpdesks(policy: Policy, named: Sequence[Named], since: datetime | None) -> Iterator[TicketRecord]:
    connections = connect(policy, clock=SystemClock())
    with contextlib.closing(connections):
        needed = {helpdesk for helpdesk, _ in named} or set(policy.helpdesks)
        if not needed <= set(connections.adapters):
            raise StartError(connections.problems)
        yield from read_records(connections.adapters, named, since)


@contextlib.contextmanager
def _opened(path: str | None, *, force: bool) -> Iterator[TextIO]:
    """Write to standard output, or to a file that is there only if everything could be written."""
    if path is None:
        yield sys.stdout
        return
    place = Path(path)
    if not force and os.path.lexists(place):
        raise SlabotError(f"{path} is there already", "name another file, or add --force to replace it")
    if place.exists() and not place.is_file():  # a device or a pipe takes what it is given
        with place.open("w", encoding="utf-8") as stream:
            yield stream
        return
    place = place.resolve()
    try:
        number, unfinished = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)  # for the owner alone
    except OSError as error:
        raise SlabotError(f"{path} cannot be written: {error.strerror}", "name another file with -o") from None
    try:
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            yield stream
        os.replace(unfinished, place)
    except BaseException:
        os.unlink(unfinished)
        raise
