"""Read a slash command.

Promise: a command is read as leniently as people type, and what is not understood is repeated to the user, never
guessed at. No input makes this raise anything but `BadPayload`.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from slabot.channels.errors import BadPayload
from slabot.channels.slack.interactions import form_fields
from slabot.channels.slack.membership import NOWHERE, Membership, read_membership
from slabot.messages.styles import one_line

LONGEST_TEXT = 200  # characters of what was typed that are looked at

_TICKET = re.compile(r"(?:(?P<helpdesk>[\w-]{1,60})/)?#?(?P<id>\d{1,20})", re.ASCII)


class Subcommand(StrEnum):
    """The subcommands."""

    MINE = "mine"
    NEXT = "next"
    QUIET = "quiet"
    OUTAGE = "outage"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class TicketAsked:
    """One ticket is to be explained.

    Attributes:
        helpdesk: as the policy names it; None where only a number was typed.
    """

    helpdesk: str | None
    id: str


class OutageAct(StrEnum):
    """What is done about an outage."""

    BEGIN = "begin"
    END = "end"
    HELP = "help"
    """Also where it was not understood."""


@dataclass(frozen=True, slots=True)
class OutageTyped:
    """An outage is to be logged, or its end.

    Attributes:
        rest: what stands behind the word: a service, a time, a reason; which is which the policy knows.
    """

    act: OutageAct
    rest: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something else was typed."""

    word: str


Question = Subcommand | TicketAsked | OutageTyped | NotUnderstood


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Somebody typed a slash command.

    Attributes:
        command: by what name, ``/sla``; an app may be given another one.
        channel: where; empty if Slack does not say.
        response_url: where further answers may be sent.
        id: of this one time that it was typed; empty if Slack does not say.
        membership: where it comes from.
    """

    command: str
    text: str
    user_id: str
    user_name: str
    channel: str
    response_url: str
    membership: Membership = NOWHERE
    id: str = ""

    @property
    def question(self) -> Question:
        """What is asked."""
        first, _, rest = self.text.strip().partition(" ")
        word = first.strip().casefold()
        if not word:
            return Subcommand.HELP
        if word == Subcommand.OUTAGE and rest.strip():
            return self._outage(rest.strip())
        if word in list(Subcommand) and not rest.strip():
            return Subcommand(word)
        found = _TICKET.fullmatch(first) if not rest.strip() else None
        return NotUnderstood(self.text) if found is None else TicketAsked(found["helpdesk"], found["id"])

    def _outage(self, rest: str) -> Question:
        word, _, more = rest.partition(" ")
        if word.casefold() == "list" and not more.strip():
            return Subcommand.OUTAGE
        known = word.casefold() in list(OutageAct)
        return OutageTyped(OutageAct(word.casefold()), more.strip()) if known else OutageTyped(OutageAct.HELP, rest)


def parse_command(body: bytes) -> Command:
    """Read the body of a request whose signature was good.

    Raises:
        BadPayload: it is not what Slack sends; the answer is 400.
    """
    return read_command({name: values[0] for name, values in form_fields(body).items()})


def read_command(fields: Mapping[str, object]) -> Command:
    """Read the fields of a command, from a form or from Socket Mode.

    Raises:
        BadPayload: it is not what Slack sends.
    """
    text = fields.get("text", "")
    return Command(
        command=one_line(_text(fields, "command"))[:40],
        text=one_line(text)[:LONGEST_TEXT] if isinstance(text, str) else "",
        user_id=_text(fields, "user_id"),
        user_name=_optional(fields, "user_name")[:80],
        channel=_optional(fields, "channel_id"),
        response_url=_text(fields, "response_url"),
        membership=read_membership(fields),
        id=_optional(fields, "trigger_id")[:80],
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise BadPayload(f"the command has no {name} that can be used; nothing was done")
    return value


def _optional(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return one_line(value) if isinstance(value, str) else ""
