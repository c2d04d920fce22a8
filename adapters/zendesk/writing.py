"""How is something changed on a ticket, once and knowingly?

Promise: one PUT for one act, never repeated here. It carries the version that the decision saw (`safe_update`),
so that a ticket that changed since is left alone; it carries slabot's mark in the audit's metadata, so that a
lost answer can be settled by reading; and a comment always says whether it is public, since Zendesk would else
take over the last one's.

Solved needs an assignee. A ticket that has none is assigned to slabot's own agent in the same PUT, and the
words say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.base import Done, Write
from adapters.errors import BadAnswer, Conflict, OutcomeUnknown, Refused
from adapters.zendesk import fields
from adapters.zendesk.actors import MARK
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, Unreadable, ident, mapping, text
from adapters.zendesk.statuses import StatusMap
from slabot.domain import Category

PRIORITIES = ("urgent", "high", "normal", "low")
LONGEST_MESSAGE = 65_535  # characters of a comment that Zendesk keeps


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes with one thread's client.

    Attributes:
        own_id: slabot's user at the helpdesk.
    """

    client: Client
    statuses: StatusMap
    own_id: str

    def category(self, ticket_id: str, category: Category, *, seen: str, marker: str) -> Done:
        """Move the ticket; nothing is sent if it is there already."""
        values, words, is_there = self._move(ticket_id, category, seen=seen)
        if is_there:
            return Done(words=f"was {category.words} already", version=seen, changed=False)
        undoable = category is not Category.CLOSED
        return self._put(ticket_id, values, words=words, seen=seen, marker=marker, undoable=undoable)

    def priority(self, ticket_id: str, priority: str, *, seen: str, marker: str) -> Done:
        """Set the priority. Zendesk lets nobody take it away again."""
        if priority not in PRIORITIES:
            raise Refused(
                "priority",
                f'"{priority}" is none of {", ".join(PRIORITIES)}',
                endpoint=_endpoint(ticket_id),
                remedy="name one of these under severities.NAME.priority in the policy file",
            )
        return self._put(
            ticket_id, {"priority": priority}, words=f"priority set to {priority}", seen=seen, marker=marker
        )

    def assignee(self, ticket_id: str, assignee_id: str, *, seen: str, marker: str) -> Done:
        """Assign the ticket to an agent."""
        if not assignee_id.isdecimal():
            raise Refused("assignee_id", f'"{assignee_id}" is no user id', endpoint=_endpoint(ticket_id))
        return self._put(
            ticket_id,
            {"assignee_id": int(assignee_id)},
            words=f"assigned to agent {assignee_id}",
            seen=seen,
            marker=marker,
        )

    def public(self, ticket_id: str, words: str, *, seen: str, marker: str, category: Category | None) -> Done:
        """Write to the customer, and move the ticket in the same PUT."""
        values: dict[str, Any] = {"comment": self._comment(ticket_id, words, public=True)}
        done = "message sent to the customer"
        if category is not None:
            move, moved, is_there = self._move(ticket_id, category, seen=seen)
            values |= move
            done += f", {moved}" if not is_there else f", {category.words} already"
        undoable = Write.PUBLIC_MESSAGE.undoable
        return self._put(ticket_id, values, words=done, seen=seen, marker=marker, undoable=undoable)

    def note(self, ticket_id: str, words: str, *, marker: str) -> Done:
        """Leave an internal note. It rests on no version: it hides nothing and tells no customer anything."""
        comment = self._comment(ticket_id, words, public=False)
        undoable = Write.NOTE.undoable
        return self._put(
            ticket_id, {"comment": comment}, words="internal note added", seen=None, marker=marker, undoable=undoable
        )

    def _comment(self, ticket_id: str, words: str, *, public: bool) -> dict[str, Any]:
        if not words.strip():
            raise Refused("comment", "the text is empty", endpoint=_endpoint(ticket_id), remedy="check the template")
        if len(words) > LONGEST_MESSAGE:
            raise Refused(
                "comment",
                f"the text has more than {LONGEST_MESSAGE} characters",
                endpoint=_endpoint(ticket_id),
                remedy="shorten the template",
            )
        return {"body": words, "public": public}

    def _move(self, ticket_id: str, category: Category, *, seen: str) -> tuple[dict[str, Any], str, bool]:
        """What to set for a category, in words, and whether the ticket is there already."""
        target = self.statuses.to_write(category)
        if target is None:
            raise Refused(
                "status",
                f"no status that can be set stands for {category.words}"
                + (" (Zendesk never goes back to New)" if category is Category.OPEN else ""),
                endpoint=_endpoint(ticket_id),
                remedy="map one under helpdesks.NAME.statuses in the policy file",
            )
        status, custom = target
        values: dict[str, Any] = {"status": status} if custom is None else {"custom_status_id": int(custom)}
        words = f"status set to {status}" if custom is None else f"custom status set to {custom}"
        if category is not Category.SOLVED:
            return values, words, False
        raw = self._read(ticket_id, seen)
        if self.statuses.category(text(raw.get("status")), ident(raw.get("custom_status_id"))) is category:
            return {}, words, True
        if ident(raw.get("assignee_id")) is None:
            values["assignee_id"] = int(self.own_id)
            words += " and assigned to slabot, since a solved ticket needs an assignee and it had none"
        return values, words, False

    def _read(self, ticket_id: str, seen: str) -> Raw:
        raw = mapping(self.client.ticket(ticket_id).get("ticket"))
        try:
            if fields.version(raw) != seen:
                raise Conflict(ticket_id, endpoint=_endpoint(ticket_id))
        except Unreadable as error:
            raise BadAnswer(str(error), endpoint=f"GET /api/v2/tickets/{ticket_id}.json") from None
        return raw

    def _put(
        self,
        ticket_id: str,
        values: dict[str, Any],
        *,
        words: str,
        seen: str | None,
        marker: str,
        undoable: bool = True,
    ) -> Done:
        if not marker:
            raise Refused("marker", "a write without a mark could not be found again", endpoint=_endpoint(ticket_id))
        values = {**values, "metadata": {MARK: marker}}
        if seen is not None:
            values |= {"safe_update": True, "updated_stamp": seen}
        return _done(self.client.update(ticket_id, values), ticket_id, words=words, undoable=undoable)


def _done(answer: Raw, ticket_id: str, *, words: str, undoable: bool) -> Done:
    after = mapping(answer.get("ticket"))
    if ident(after.get("id")) != ticket_id:
        raise OutcomeUnknown("the answer does not show the ticket", endpoint=_endpoint(ticket_id))
    try:
        version = fields.version(after)
    except Unreadable:
        version = None
    return Done(
        words=words,
        version=version,
        undoable=undoable,
        source_id=ident(mapping(answer.get("audit")).get("id")),
    )


def _endpoint(ticket_id: str) -> str:
    return f"PUT /api/v2/tickets/{ticket_id}.json"
