"""How is one ticket with all of its history read, in few calls and in the right order?

Promise: the ticket first, its history after it. So a change in between makes the history newer than the
version, never older, and a write that rests on that version is refused by the helpdesk instead of overlooking a
message. That holds for a row that a list brought as well: it was there before the history was asked for.

The history is the audits, with their authors. So an ordinary ticket takes two calls, and one where a list brought it;
one more for each further hundred audits, and one each for users and names that are not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.errors import BadAnswer, Gone, NotAllowed, SignInRefused
from adapters.zendesk import chats, sides
from adapters.zendesk.audits import newest
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, Unreadable, ident, instant, mapping, objects, text
from adapters.zendesk.messages import author_of, is_comment
from adapters.zendesk.names import KINDS, ORGANIZATION, HeardNames
from adapters.zendesk.reading import Gathered
from adapters.zendesk.users import People, User

PAGES = 100  # of audits; a ticket with ten thousand changes is none that anybody works on


@dataclass(frozen=True, slots=True)
class PeopleAndNames:
    """The people and the names of one account, as far as they were heard of. Shared by all threads."""

    people: People = field(default_factory=People)
    names: HeardNames = field(default_factory=HeardNames)

    def learn(self, answer: Raw, now: datetime) -> None:
        """Remember what came along with an answer."""
        self.people.learn(answer, now)
        self.names.learn(answer, now)


def gather(
    ticket_id: str, client: Client, directory: PeopleAndNames, *, own_id: str, now: datetime, row: Raw | None = None
) -> Gathered:
    """Read a ticket and its audits. `row` is the ticket as a list brought it, where one did.

    Raises:
        Gone: the ticket itself is not there. Where only its audits are refused, they are None.
        BadAnswer: no ticket in the answer, or pages without an end.
    """
    raw = _ticket(ticket_id, client, directory, now) if row is None else row
    audits = _audits(ticket_id, client, directory, now)
    if row is not None and (audits is None or _is_older(row, audits)):
        # Asked for after these audits, the ticket might be newer than they are: so both once more, in the right order.
        return gather(ticket_id, client, directory, own_id=own_id, now=now)
    people = directory.people.find(sorted(_people_in(raw, audits or [])), client, now)
    return Gathered(
        ticket=raw,
        audits=audits,
        people=people,
        names=directory.names.find(_names_in(raw, audits or [], people), client, now),
        own_id=own_id,
        seen_at=now,
    )


def _ticket(ticket_id: str, client: Client, directory: PeopleAndNames, now: datetime) -> Raw:
    answer = client.ticket(ticket_id)
    raw = answer.get("ticket")
    if not isinstance(raw, dict):
        raise BadAnswer("no ticket in it", endpoint=_endpoint(ticket_id))
    directory.learn(answer, now)
    return raw


def _is_older(row: Raw, audits: Sequence[Raw]) -> bool:
    """True if the history shows a change that the row does not know."""
    try:
        changed, latest = instant(row, "updated_at", "a ticket"), newest(audits)
    except Unreadable:
        return True
    return latest is not None and latest > changed


def _people_in(raw: Raw, audits: Sequence[Raw]) -> set[str]:
    """Everybody whose role or address matters: who wrote, who changed something, and whoever was requester."""
    found = {ident(raw.get("requester_id")), ident(raw.get("submitter_id")), *chats.actors(audits)}
    found |= sides.requesters(audits)
    for audit in audits:
        found.add(ident(audit.get("author_id")))
        found |= {author_of(entry, audit) for entry in objects(audit.get("events")) if is_comment(entry)}
    return {each for each in found if each is not None and each.isdecimal()}


def _names_in(raw: Raw, audits: Sequence[Raw], people: Mapping[str, User]) -> dict[str, set[str]]:
    """The ids that go by a name, by the fields that hold them; the organisations of customers among them."""
    found = {kind: {ident(raw.get(kind))} for kind in KINDS}
    found[ORGANIZATION] |= {user.organization_id for user in people.values() if not user.is_staff}
    for audit in audits:
        for entry in objects(audit.get("events")):
            if (kind := text(entry.get("field_name"))) in found:
                found[kind] |= {ident(entry.get("value")), ident(entry.get("previous_value"))}
    return {kind: {each for each in ids if each is not None and each.isdecimal()} for kind, ids in found.items()}


def has_marker(ticket_id: str, client: Client, found: Callable[[Raw], bool]) -> bool:
    """True if one of the ticket's audits is the one looked for.

    Raises:
        NotAllowed, Gone: the audits cannot be read, so that nobody can tell.
    """
    after: str | None = None
    for _ in range(PAGES):
        page = client.audits_page(ticket_id, after)
        if any(found(audit) for audit in _listed(page, ticket_id)):
            return True
        after = _next(page, after, ticket_id)
        if after is None:
            return False
    raise BadAnswer(f"more than {PAGES} pages of audits", endpoint=_endpoint(ticket_id))


def _audits(ticket_id: str, client: Client, directory: PeopleAndNames, now: datetime) -> list[Raw] | None:
    """Every audit; None where they are refused although the ticket is there."""
    found: list[Raw] = []
    after: str | None = None
    for _ in range(PAGES):
        try:
            page = client.audits_page(ticket_id, after)
        except SignInRefused:
            raise  # it says nothing about this ticket
        except (Gone, NotAllowed):
            return None
        directory.learn(page, now)
        found += _listed(page, ticket_id)
        after = _next(page, after, ticket_id)
        if after is None:
            return found
    raise BadAnswer(f"more than {PAGES} pages of audits", endpoint=_endpoint(ticket_id))


def _listed(page: Raw, ticket_id: str) -> list[Raw]:
    """The audits of a page. A list that is missing or broken is an error: never read as "none"."""
    listed = page.get("audits")
    if not isinstance(listed, list) or len(objects(listed)) != len(listed):
        raise BadAnswer("no list of audits in it", endpoint=_endpoint(ticket_id))
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
