"""Resolve destinations to addresses at send time.

Promise: an assignee and a rota are resolved when the page leaves, so the page goes to whoever has the ticket or is on
call then. A person is found by e-mail address or Slack id and by nothing else. That nobody is on call is an answer,
not an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.errors import AdapterError
from slabot.channels.base import Channel, Failed, Unknown, Waits, outcome_of
from slabot.channels.errors import SendError, SendPermanent, SendRetry, SlackPermanent
from slabot.channels.slack.sender import SlackSender
from slabot.policy import Destination, DestinationKind, Way
from slabot.rules import Action
from slabot.rules.words import listed
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import assignee_of
from slabot.store import OutboxRow, StoredTicket
from slabot.store.work import Page


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is no recipient; ``why`` is a whole sentence without its full stop."""

    why: str


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a page mentions, in Slack's markup, and the rotas that name nobody."""

    mentions: tuple[str, ...] = ()
    off_call: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    """For the ledger: each destination with the people whom it stood for."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a page goes.

    Attributes:
        channel: by which it goes.
        text: the address there, as the policy names it, or the channel of direct messages with a person.
        who: the person whom the destination stood for, as text; empty where it names them itself.
    """

    channel: Channel
    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class SlackPerson:
    """Somebody in Slack; ``name`` is as the policy or the helpdesk names them: an address, or Slack's id."""

    id: str
    name: str


class Recipients:
    """Resolves destinations to addresses, at the time of sending."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def address(self, to: Destination, stored: StoredTicket | None) -> Recipient | Nobody | Waits | Unknown | Failed:
        """The address to send to: as the policy names it, or the channel of direct messages with a person; or why there
        is none, or it cannot be found out, where Slack or the helpdesk has to be asked.

        Args:
            to: the destination.
            stored: the ticket; None where it is about several.
        """
        channel = self._parts.channels.get(to.way)
        if channel is None:
            return Failed(f"the policy names no way to {to}")
        if to.kind is DestinationKind.CHANNEL or to.way != Way.SLACK:
            return Recipient(channel, to.name)
        try:
            people = self._people(to, stored)
            if isinstance(people, Nobody):
                return people
            direct = self._sender.directory.direct(people[0].id)
            return Recipient(channel, direct, people[0].name if _stands_in(to) else "")
        except SendError as error:
            return outcome_of(error)

    @property
    def _sender(self) -> SlackSender:
        sender = self._parts.sender
        if sender is None:
            raise SendPermanent(
                why="the policy names a person of Slack and no Slack",
                remedy="Add slack to the policy, or name an e-mail address, PagerDuty or a webhook.",
            )
        return sender

    def called(self, row: OutboxRow, action: Action, stored: StoredTicket) -> Called:
        """Who is mentioned in the message of the clock's channel: nobody in a page that goes elsewhere instead. Whoever
        Slack cannot name now is left out, so that the page is not delayed.

        Args:
            row: of the page.
            action: as the rules want the page now.
            stored: its ticket.
        """
        if row.key != action.key:
            return Called()
        mentions: list[str] = []
        off_call: list[str] = []
        who: list[str] = []
        for destination in Page(action).mention:
            try:
                if destination.kind is DestinationKind.GROUP:
                    group = self._sender.directory.group_id(destination.name)
                    mentions += [] if group is None else [f"<!subteam^{group}>"]
                    continue
                people = self._people(destination, stored)
            except SendError:
                continue
            if not isinstance(people, Nobody):
                mentions += [f"<@{person.id}>" for person in people]
                if _stands_in(destination):
                    who.append(f"{destination} ({listed(tuple(person.name for person in people))})")
            elif destination.kind is DestinationKind.ROTA:
                off_call.append(destination.name)
        return Called(tuple(dict.fromkeys(mentions)), tuple(off_call), tuple(who))

    def _people(self, destination: Destination, stored: StoredTicket | None) -> tuple[SlackPerson, ...] | Nobody:
        """At least one."""
        match destination.kind:
            case DestinationKind.USER:
                return self._found(destination.name)
            case DestinationKind.ASSIGNEE:
                return self._assignee(stored)
            case DestinationKind.ROTA:
                return self._on_call(destination.name)
            case _:
                return Nobody(f"{destination} is no person")

    def _on_call(self, name: str) -> tuple[SlackPerson, ...] | Nobody:
        rota = self._parts.policy.rotas.get(name)
        if rota is None:
            return Nobody(f"the policy no longer has a rota {name}")
        if rota.group is not None:
            members = tuple(SlackPerson(member, member) for member in self._sender.directory.members(rota.group))
            return members or Nobody(f"the user group {rota.group} of the rota {name} is empty")
        person = self._parts.policy.on_call(name, self._parts.now())
        return Nobody(f"nobody is on call in {name} now") if person is None else self._found(person)

    def _assignee(self, stored: StoredTicket | None) -> tuple[SlackPerson, ...] | Nobody:
        if stored is None:
            return Nobody("several tickets have no one assignee")
        agent, adapter = assignee_of(stored), self._parts.adapters.get(stored.ticket.helpdesk)
        if agent is None or adapter is None:
            return Nobody("the ticket is assigned to nobody")
        try:
            email = adapter.email_of(agent)
        except AdapterError as error:
            raise SendRetry(f"the assignee's address cannot be read: {error}", until=self._parts.now()) from None
        if not email:
            return Nobody("the assignee has no address in the helpdesk that slabot may see")
        return self._found(email)

    def _found(self, person: str) -> tuple[SlackPerson, ...]:
        user_id = self._sender.directory.user_id(person)
        if user_id is None:
            raise SlackPermanent(
                method="users.lookupByEmail",
                code="users_not_found",
                why=f"nobody in Slack has the address {person}",
                remedy="Correct the address in the policy or in Slack.",
            )
        return (SlackPerson(user_id, person),)


def _stands_in(destination: Destination) -> bool:
    """True where the recipient is known only at send time."""
    return destination.kind in (DestinationKind.ROTA, DestinationKind.ASSIGNEE)
