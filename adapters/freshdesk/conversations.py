"""What was said on this ticket?

Promise: the ticket's description comes first, then every reply and note with Freshdesk's own id, public as it is now.
The description is the customer's request, unless the ticket is an outbound e-mail: then an agent wrote it. Whose a
conversation is, `adapters.freshdesk.authors` says.

A survey's answer is neither a question nor feedback, the line of a merge is nobody's answer though it stands in an
agent's name, and a forward goes to somebody else and answers nobody.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from adapters.freshdesk.authors import FORWARD, NOTE, PeopleAround
from adapters.freshdesk.merges import MergeNotes
from adapters.http.fields import Raw, Unreadable, ident, instant, own_id, text
from slabot.domain import Actor, Message

OUTBOUND = 10  # the source of a ticket that an agent began
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr)>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def read_messages(
    ticket: Raw, conversations: Iterable[Raw], people: PeopleAround, merges: MergeNotes
) -> tuple[Message, ...]:
    """The messages of a ticket, oldest first as Freshdesk lists them.

    Raises:
        Unreadable: one of them without id or time, or one that does not say which way it went.
    """
    said = [_message(raw, people, merges, place) for place, raw in enumerate(conversations, 1)]
    return (_description(ticket, people), *said)


def words_of(raw: Raw, key: str) -> str:
    """The plain text beside a field in HTML; made from it where it is missing."""
    plain = raw.get(f"{key}_text")
    return plain if isinstance(plain, str) else plain_text(text(raw.get(key)))


def plain_text(markup: str) -> str:
    """The plain text of HTML."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip()


def _description(ticket: Raw, people: PeopleAround) -> Message:
    at = instant(ticket, "created_at", "a ticket")
    words = words_of(ticket, "description")
    if ticket.get("source") == OUTBOUND:
        return Message(at=at, by=Actor.AGENT, id="description", public=True, text=words)
    return Message(
        at=at,
        by=Actor.CUSTOMER,
        by_id=people.requester,
        id="description",
        public=True,
        text=words,
        email=people.requester_email,
        organization=people.organization,
    )


def _message(raw: Raw, people: PeopleAround, merges: MergeNotes, place: int) -> Message:
    number = own_id(raw, "a conversation")
    private, incoming = raw.get("private"), raw.get("incoming")
    if not isinstance(private, bool) or not isinstance(incoming, bool):
        raise Unreadable(f"conversation {number} does not say whether it is private and which way it went")
    author = people.author(raw, incoming=incoming)
    words = words_of(raw, "body")
    merged = not incoming and merges.is_line(raw, words)
    return Message(
        at=instant(raw, "created_at", f"conversation {number}"),
        by=Actor.SYSTEM if merged else author.by,
        by_id=ident(raw.get("user_id")),
        id=f"conversation:{number}",
        seq=place,
        public=not private and raw.get("source") != FORWARD,
        text=words,
        auto_reply=raw.get("auto_response") is True,
        email=author.email,
        organization=author.organization,
        light_agent=author.light_agent,
        as_note=not private and not incoming and raw.get("source") == NOTE,
    )
