"""How is one ticket with all of its history read, in few calls and in the right order?

Promise: the ticket first, its history after it. So a change in between makes the history newer than the
version, never older, and a write that rests on that version is refused by the helpdesk instead of overlooking a
message.

Three calls for an ordinary ticket (ticket, audits, comments), each with its users; one more for each further
hundred comments or audits, and one each for users and for an organisation that are not known yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.errors import BadAnswer, Gone, NotAllowed, SignInRefused
from adapters.zendesk.actors import NOBODY, authors
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, ident, mapping, objects, text
from adapters.zendesk.reading import Gathered
from adapters.zendesk.users import People

PAGES = 100  # of comments or of audits; Zendesk stops a ticket at 5,000 comments


def gather(ticket_id: str, client: Client, people: People, *, own_id: str, now: datetime) -> Gathered:
    """Read a ticket, its audits and its comments.

    Raises:
        Gone: the ticket itself is not there. Where only its comments or only its audits are refused, they are None.
        BadAnswer: no ticket in the answer, or pages without an end.
    """
    answer = client.ticket(ticket_id)
    raw = answer.get("ticket")
    if not isinstance(raw, dict):
        raise BadAnswer("no ticket in it", endpoint=_endpoint(ticket_id))
    people.learn(answer, now)
    audits = _all(client.audits_page, "audits", ticket_id, people, now)
    comments = _all(client.comments_page, "comments", ticket_id, people, now)
    wanted = authors(comments or []) | authors(audits or [])
    wanted |= {each for each in (ident(raw.get("requester_id")),) if each is not None and each != NOBODY}
    return Gathered(
        ticket=raw,
        comments=comments,
        audits=audits,
        people=people.find(sorted(wanted), client, now),
        organization=people.organization(ident(raw.get("organization_id")), client, now),
        own_id=own_id,
        seen_at=now,
    )


def has_marker(ticket_id: str, client: Client, found: Callable[[Raw], bool]) -> bool:
    """True if one of the ticket's audits is the one looked for.

    Raises:
        NotAllowed, Gone: the audits cannot be read, so that nobody can tell.
    """
    after: str | None = None
    for _ in range(PAGES):
        page = client.audits_page(ticket_id, after)
        if any(found(audit) for audit in _listed(page, "audits", ticket_id)):
            return True
        after = _next(page, after, ticket_id)
        if after is None:
            return False
    raise BadAnswer(f"more than {PAGES} pages of audits", endpoint=_endpoint(ticket_id))


def _all(
    read: Callable[[str, str | None], Raw], what: str, ticket_id: str, people: People, now: datetime
) -> list[Raw] | None:
    """Every page of comments or audits; None where they are refused although the ticket is there."""
    found: list[Raw] = []
    after: str | None = None
    for _ in range(PAGES):
        try:
            page = read(ticket_id, after)
        except SignInRefused:
            raise  # it says nothing about this ticket
        except (Gone, NotAllowed):
            return None
        people.learn(page, now)
        found += _listed(page, what, ticket_id)
        after = _next(page, after, ticket_id)
        if after is None:
            return found
    raise BadAnswer(f"more than {PAGES} pages of {what}", endpoint=_endpoint(ticket_id))


def _listed(page: Raw, what: str, ticket_id: str) -> list[Raw]:
    """The objects of a page. A list that is missing or broken is an error: never read as "none"."""
    listed = page.get(what)
    if not isinstance(listed, list) or len(objects(listed)) != len(listed):
        raise BadAnswer(f"no list of {what} in it", endpoint=_endpoint(ticket_id))
    return objects(listed)


def _next(page: Raw, after: str | None, ticket_id: str) -> str | None:
    """The cursor of the next page; None at the end. Addresses of next pages are not used: they may name any host."""
    meta = mapping(page.get("meta"))
    if not meta.get("has_more"):
        if not meta and page.get("next_page"):
            # Archived tickets do not page by cursor: half a history must not pass for a whole one.
            raise BadAnswer("pages that cannot be followed by cursor", endpoint=_endpoint(ticket_id))
        return None
    cursor = text(meta.get("after_cursor"))
    if not cursor or cursor == after:
        raise BadAnswer("a next page that leads nowhere", endpoint=_endpoint(ticket_id))
    return cursor


def _endpoint(ticket_id: str) -> str:
    return f"GET /api/v2/tickets/{ticket_id}"
