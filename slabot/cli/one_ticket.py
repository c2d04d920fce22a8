"""Read the one ticket that a command is about: from the store, or from a ticket file.

Promise: a file of several tickets is refused, and the policy has the day of installation where the store knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click

from slabot.cli.explain import read_records, stored_record
from slabot.cli.named import HOW, named_ticket
from slabot.domain import SlabotError, TicketRecord
from slabot.policy import Policy
from slabot.rules import NO_PAST, PastPolicies


class OneTicket(NamedTuple):
    """A ticket, and the policies that judge it."""

    record: TicketRecord
    policy: Policy
    past: PastPolicies


def one_ticket(policy: Policy, words: Sequence[str], ticket_file: str | None) -> OneTicket | None:
    """The ticket; None if none is named.

    Raises:
        click.UsageError: it is named twice, or not as a ticket is.
        SlabotError: the store has no such ticket, or the file holds several.
    """
    named = named_ticket(words, policy)
    if ticket_file is not None:
        if named is not None:
            raise click.UsageError(f"give --ticket-file FILE, or {HOW}")
        records = read_records(ticket_file, policy)
        if len(records) != 1:
            raise SlabotError(f"{ticket_file} holds {len(records)} tickets", "give a file with one")
        return OneTicket(records[0], policy, NO_PAST)
    if named is None:
        return None
    records, policy, past, _ = stored_record(policy, *named)
    return OneTicket(records[0], policy, past)
