"""What people do to a ticket in a campaign, and when.

Promise: an act is done once, at its second of the ticket's life or a moment later; one that the helpdesk refuses
(the ticket is closed by now) is left out, as people would.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from slabot_sandbox import ActError, Sandbox
from tests.promises.scene import AGENT


class Deed(StrEnum):
    """What somebody does."""

    ANSWERS = "an agent answers"
    NOTES = "an agent writes an internal note"
    ASKS_BACK = "an agent asks back and waits for the customer"
    SOLVES = "an agent solves it with a last word"
    REPLIES = "the customer writes again"
    RAISES = "an agent sets the priority to urgent"
    LOWERS = "an agent sets the priority to normal"
    SPAM = "an agent marks it as spam"


@dataclass(frozen=True, slots=True)
class Act:
    """One act; `after` is in seconds from the ticket's creation."""

    after: float
    deed: Deed


@dataclass(frozen=True, slots=True)
class Script:
    """The life of a ticket: the priority that it comes with, and what people do."""

    priority: str
    acts: tuple[Act, ...] = ()


def ask(sandbox: Sandbox, number: int, priority: str) -> str:
    """A request comes in; the number of the ticket."""
    people = sandbox.zendesk.people
    return str(people.create_ticket(f"c{number}@contoso.example", "Help", "It does not work", priority=priority))


def do(sandbox: Sandbox, ticket: str, deed: Deed) -> None:
    """Let somebody act on a ticket."""
    people, number = sandbox.zendesk.people, int(ticket)
    with contextlib.suppress(ActError):
        match deed:
            case Deed.ANSWERS:
                people.agent_replies(number, AGENT, "We are on it.", status="open")
            case Deed.NOTES:
                people.agent_replies(number, AGENT, "Looks like the proxy.", public=False)
            case Deed.ASKS_BACK:
                people.agent_replies(number, AGENT, "Which version is it?", status="pending")
            case Deed.SOLVES:
                people.solve(number, AGENT, "The cable was out.")
            case Deed.REPLIES:
                people.customer_replies(number, "It still does not work, version 7.")
            case Deed.RAISES:
                people.agent_sets_priority(number, AGENT, "urgent")
            case Deed.LOWERS:
                people.agent_sets_priority(number, AGENT, "normal")
            case Deed.SPAM:
                people.spam(number, AGENT)
            case _:
                assert_never(deed)
