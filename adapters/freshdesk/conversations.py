"""What was said on this ticket, and by whom?

Promise: the ticket's description comes first, then every reply and note with Freshdesk's own id, public as it was
sent. The description is the customer's request, unless the ticket is an outbound e-mail: then an agent wrote it.

Freshdesk says of each conversation which way it went. What came in is the customer's; what went out is an agent's,
a rule's (`automation_id`, `auto_response`) or slabot's, which acts as an agent of its own. A survey's answer comes in
too, and is neither a question nor feedback. A forward goes to somebody else and answers nobody.
"""

from __future__ import annotations

import email.utils
import html
import re
from collections.abc import Iterable, Mapping

from adapters.freshdesk.agents import Agent
from adapters.http.fields import Raw, Unreadable, ident, instant, mapping, own_id, text
from slabot.domain import Actor, Message

OUTBOUND = 10  # the source of a ticket that an agent began
NOTE, SURVEY, FORWARD = 2, 6, 8  # the source of a conversation
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr)>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def read_messages(
    ticket: Raw, conversations: Iterable[Raw], agents: Mapping[str, Agent], *, own_id: str
) -> tuple[Message, ...]:
    """The messages of a ticket, oldest first as Freshdesk lists them. `own_id` is slabot's agent.

    Raises:
        Unreadable: one of them without id or time, or one that does not say which way it went.
    """
    requester = ident(ticket.get("requester_id"))
    said = [
        _message(raw, agents, own=own_id, requester=requester, place=place)
        for place, raw in enumerate(conversations, 1)
    ]
    return (_description(ticket, requester), *said)


def authors(conversations: Iterable[Raw]) -> set[str]:
    """The ids of everybody who wrote something that went out."""
    found = {ident(raw.get("user_id")) for raw in conversations if raw.get("incoming") is not True}
    return {each for each in found if each is not None}


def words_of(raw: Raw, key: str) -> str:
    """The plain text beside a field in HTML; made from it where it is missing."""
    plain = raw.get(f"{key}_text")
    return plain if isinstance(plain, str) else plain_text(text(raw.get(key)))


def plain_text(markup: str) -> str:
    """The plain text of HTML."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip()


def _description(ticket: Raw, requester: str | None) -> Message:
    at = instant(ticket, "created_at", "a ticket")
    words = words_of(ticket, "description")
    if ticket.get("source") == OUTBOUND:
        return Message(at=at, by=Actor.AGENT, id="description", public=True, text=words)
    address = text(mapping(ticket.get("requester")).get("email")) or None
    return Message(at=at, by=Actor.CUSTOMER, by_id=requester, id="description", public=True, text=words, email=address)


def _message(raw: Raw, agents: Mapping[str, Agent], *, own: str, requester: str | None, place: int) -> Message:
    number = own_id(raw, "a conversation")
    private, incoming = raw.get("private"), raw.get("incoming")
    if not isinstance(private, bool) or not isinstance(incoming, bool):
        raise Unreadable(f"conversation {number} does not say whether it is private and which way it went")
    user = ident(raw.get("user_id"))
    by = _actor(raw, user, agents, incoming=incoming, own=own, requester=requester)
    agent = agents.get(user) if user is not None else None
    return Message(
        at=instant(raw, "created_at", f"conversation {number}"),
        by=by,
        by_id=user,
        id=f"conversation:{number}",
        seq=place,
        public=not private and raw.get("source") != FORWARD,
        text=words_of(raw, "body"),
        auto_reply=raw.get("auto_response") is True,
        email=(agent.email or None) if agent is not None else _sender(raw, incoming=incoming),
    )


def _actor(
    raw: Raw, user: str | None, agents: Mapping[str, Agent], *, incoming: bool, own: str, requester: str | None
) -> Actor:
    if raw.get("source") == SURVEY:
        return Actor.SYSTEM
    if incoming:
        return Actor.CUSTOMER
    if raw.get("auto_response") is True or ident(raw.get("automation_id")) is not None:
        return Actor.AUTOMATION
    if user is None:
        return Actor.SYSTEM
    if user == own:
        return Actor.SLABOT
    # An agent who has left is no longer on the list; what went out is an agent's all the same.
    return Actor.CUSTOMER if user == requester and user not in agents else Actor.AGENT


def _sender(raw: Raw, *, incoming: bool) -> str | None:
    if not incoming:
        return None  # from_email is then the support address, not a person's
    return email.utils.parseaddr(text(raw.get("from_email")))[1] or None
