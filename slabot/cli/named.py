"""Read which ticket a command names, ``acme/3``, ``acme 3`` or ``acme/#3``, and who gives it.

Promise: a helpdesk that the policy does not name is said to be unknown, with the nearest that it does; a ticket that
the store does not hold is said to be unknown, and never answered with nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem
from sqlalchemy import Connection

from slabot.cli.edge import read_policy
from slabot.domain import SlabotError
from slabot.domain.suggestions import suggestion
from slabot.policy import Policy
from slabot.runtime.declarable import in_words
from slabot.store import UnknownTicket, ledger, outbox, tickets

HOW = "name a ticket as HELPDESK/ID, such as acme/4711, or as HELPDESK ID"


class TicketArgument(click.ParamType[str]):
    """One word of a ticket's name; completes the helpdesks of the policy that was named before it."""

    name = "ticket"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The helpdesks that begin like this, each with the slash that follows."""
        config: Any = ctx.params.get("config")
        try:
            names = list(read_policy(config).helpdesks) if config else []
        except SlabotError:
            return []
        return [CompletionItem(f"{name}/") for name in names if name.startswith(incomplete)]


class PersonName(click.ParamType[str]):
    """Who gives a command, on one line; nobody is refused, for an act that nobody did cannot be read back."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name.

        Raises:
            SlabotError: there is no letter or digit in it, or it is too long.
        """
        return in_words(value, "--by")


def named_ticket(words: Sequence[str], policy: Policy) -> tuple[str, str] | None:
    """Helpdesk and id; None if nothing is named.

    Raises:
        click.UsageError: it is not the name of one ticket.
        SlabotError: the policy has no such helpdesk.
    """
    if not words:
        return None
    helpdesk, slash, ticket_id = words[0].partition("/")
    if len(words) == 2 and not slash:
        ticket_id = words[1]
    elif len(words) != 1 or not slash:
        raise click.UsageError(HOW)
    ticket_id = ticket_id.removeprefix("#")
    if not helpdesk or not ticket_id:
        raise click.UsageError(HOW)
    if helpdesk not in policy.helpdesks:
        known = list(policy.helpdesks)
        raise SlabotError(
            f'the policy has no helpdesk "{helpdesk}"',
            f"it has {', '.join(known) or 'none'}{suggestion(helpdesk, known)}",
        )
    return helpdesk, ticket_id


def named_tickets(words: Sequence[str], policy: Policy) -> list[tuple[str, str]]:
    """Helpdesk and id of each ticket of a list: ``acme/3 acme/4``, or ``acme 3 acme 4``.

    Raises:
        click.UsageError: a word names no ticket.
        SlabotError: the policy has no such helpdesk.
    """
    found, rest = [], list(words)
    while rest:
        count = 1 if "/" in rest[0] else 2
        name, rest = rest[:count], rest[count:]
        found += [named for named in [named_ticket(name, policy)] if named is not None]
    return found


def refuse_unknown(conn: Connection, helpdesk: str, ticket_id: str) -> None:
    """Let a ticket pass that the store holds, or holds anything about.

    Raises:
        UnknownTicket: it holds nothing.
    """
    if not (
        tickets.load(conn, helpdesk, ticket_id)
        or ledger.of_ticket(conn, helpdesk, ticket_id)
        or outbox.of_ticket(conn, helpdesk, ticket_id)
    ):
        raise UnknownTicket(helpdesk, ticket_id)
