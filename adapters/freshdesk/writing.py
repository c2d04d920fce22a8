"""How is something changed on a ticket, once and knowingly?

Promise: one request for one change, never repeated here. Freshdesk has no lock and no key that makes a repeat
harmless, so the ticket is read again just before, and left alone if it is not in the state that the decision saw;
between that reading and the write there is a moment that nobody can close. Only what is to change is sent: a list,
tags say, would replace the ticket's own.

A note ends in a line with a reference, by which it is found again: Freshdesk takes comments out of HTML, and whether
it keeps attributes is not promised. A message to a customer carries nothing; `attempts` remembers it.

A message that comes with a change of status takes two requests. The status goes first: where Freshdesk refuses it (a
field that must be filled in before), the customer has read nothing. Where its answer is lost, the ticket is read
again, and the message follows if the status stands. Where the message is refused then, the status is set back.
"""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from typing import Any

from adapters.base import Clock, Done, Write
from adapters.errors import AdapterError, BadAnswer, Conflict, Gone, OutcomeUnknown, RateLimited, Refused, Unreachable
from adapters.freshdesk.attempts import Attempts
from adapters.freshdesk.client import Client
from adapters.freshdesk.limits import Limits
from adapters.freshdesk.moves import is_assigned
from adapters.freshdesk.reading import gone, status_number
from adapters.freshdesk.statuses import StatusMap
from adapters.freshdesk.ticket_fields import AccountFields
from adapters.http.fields import Raw, Unreadable, ident, version
from slabot.domain import Category, utc

LONGEST_MESSAGE = 65_535  # characters; a longer one is a mistake in a template


def reference(marker: str) -> str:
    """The last line of a note, by which it is found again."""
    return f"slabot ref {hashlib.sha256(marker.encode()).hexdigest()[:16]}"


def markup(words: str) -> str:
    """Plain text as HTML that shows the same."""
    return f"<div>{html.escape(words, quote=False).replace(chr(10), '<br>')}</div>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes with one thread's client."""

    client: Client
    statuses: StatusMap
    fields: AccountFields
    attempts: Attempts
    limits: Limits
    clock: Clock

    def category(self, ticket_id: str, category: Category, *, seen: str, marker: str) -> Done:
        """Move the ticket; nothing is sent if it is there already."""
        _marked(marker, _put(ticket_id))
        target = self._target(ticket_id, category)
        raw = self._read(ticket_id, seen)
        if self._category(raw, ticket_id) is category:
            return Done(words=f"was {category.words} already", version=seen, changed=False)
        return self._move(ticket_id, target, category)

    def priority(self, ticket_id: str, priority: str, *, seen: str, marker: str) -> Done:
        """Set the priority, by the English word or by the account's own."""
        _marked(marker, _put(ticket_id))
        number = self.fields.priorities.get(priority.strip().casefold())
        if number is None:
            raise Refused(
                "priority",
                f'"{priority}" is none of {", ".join(self.fields.priorities)}',
                endpoint=_put(ticket_id),
                remedy="name one of these under severities.NAME.priority in the policy file",
            )
        if self._read(ticket_id, seen).get("priority") == number:
            return Done(words=f"priority was {priority} already", version=seen, changed=False)
        return self._update(ticket_id, {"priority": number}, f"priority set to {priority}")

    def assignee(self, ticket_id: str, assignee_id: str, *, seen: str, marker: str) -> Done:
        """Assign the ticket to an agent."""
        _marked(marker, _put(ticket_id))
        if not (assignee_id.isascii() and assignee_id.isdecimal()):
            raise Refused("responder_id", f'"{assignee_id}" is no agent\'s id', endpoint=_put(ticket_id))
        if ident(self._read(ticket_id, seen).get("responder_id")) == assignee_id:
            return Done(words=f"was assigned to agent {assignee_id} already", version=seen, changed=False)
        return self._update(ticket_id, {"responder_id": int(assignee_id)}, f"assigned to agent {assignee_id}")

    def public(self, ticket_id: str, words: str, *, seen: str, marker: str, category: Category | None) -> Done:
        """Write to the customer, at most once; with a category, move the ticket before."""
        endpoint = f"POST /api/v2/tickets/{ticket_id}/reply"
        _marked(marker, endpoint)
        _checked(words, endpoint)
        target = None if category is None else self._target(ticket_id, category)
        raw = self._read(ticket_id, seen)
        before = _status(raw, ticket_id)
        moves = category is not None and self._category(raw, ticket_id) is not category
        self._have_calls(3 if moves else 1, endpoint)
        if self.attempts.begin(ticket_id, marker, words, utc(self.clock.now())) is not None:
            raise Refused(
                "body",
                "it was sent before, or its answer was lost, so that it may have been",
                endpoint=endpoint,
                remedy="slabot never sends a customer the same message twice: look into the ticket, and write to the "
                "customer yourself if it is not there",
            )
        moved: Done | None = None
        try:
            if moves and target is not None and category is not None:
                moved = self._move_for_sure(ticket_id, target, category)
        except AdapterError:
            self.attempts.came_to_nothing(
                ticket_id, marker
            )  # what is in doubt is the status; the customer read nothing
            raise
        try:
            answer = self.client.reply(ticket_id, markup(words))
        except OutcomeUnknown:
            raise
        except AdapterError as error:
            self.attempts.came_to_nothing(ticket_id, marker)
            if moved is not None:
                self._move_back(ticket_id, before, error)
            raise
        number = ident(answer.get("id"))
        if number is None:
            raise OutcomeUnknown("the answer does not show the message", endpoint=endpoint)
        self.attempts.arrived(ticket_id, marker, number)
        done = "message sent to the customer"
        if category is not None:
            done += f", {category.words} already" if moved is None else f", {moved.words}"
        return Done(words=done, undoable=Write.PUBLIC_MESSAGE.undoable, source_id=number)

    def note(self, ticket_id: str, words: str, *, marker: str) -> Done:
        """Leave a private note. It rests on no version: it hides nothing and tells no customer anything."""
        endpoint = f"POST /api/v2/tickets/{ticket_id}/notes"
        _marked(marker, endpoint)
        _checked(words, endpoint)
        answer = self.client.note(ticket_id, markup(f"{words}\n\n{reference(marker)}"))
        number = ident(answer.get("id"))
        if number is None:
            raise OutcomeUnknown("the answer does not show the note", endpoint=endpoint)
        return Done(words="private note added", undoable=Write.NOTE.undoable, source_id=number)

    def _target(self, ticket_id: str, category: Category) -> int:
        number = self.statuses.to_write(category)
        if number is None:
            raise Refused(
                "status",
                f"no status of the account stands for {category.words}",
                endpoint=_put(ticket_id),
                remedy="map one under helpdesks.NAME.statuses in the policy file, by its number or by its label",
            )
        return number

    def _category(self, raw: Raw, ticket_id: str) -> Category | None:
        return self.statuses.find(_status(raw, ticket_id), assigned=is_assigned(raw))

    def _read(self, ticket_id: str, seen: str) -> Raw:
        """The ticket as it stands; the last look before a write."""
        endpoint = f"GET /api/v2/tickets/{ticket_id}"
        raw = self.client.ticket(ticket_id)
        if ident(raw.get("id")) != ticket_id:
            raise BadAnswer("another ticket, or none", endpoint=endpoint)
        if gone(raw) is not None:
            raise Gone(ticket_id, endpoint=endpoint)
        try:
            if version(raw) != seen:
                raise Conflict(ticket_id, endpoint=_put(ticket_id))
        except Unreadable as error:
            raise BadAnswer(str(error), endpoint=endpoint) from None
        return raw

    def _move(self, ticket_id: str, target: int, category: Category) -> Done:
        words = f"status set to {self.statuses.words(target)}"
        try:
            done = self._update(ticket_id, {"status": target}, words)
        except Refused as error:
            if not category.ended:
                raise
            needs = ", ".join(self.fields.to_close)
            raise Refused(
                error.field,
                error.reason,
                endpoint=error.endpoint,
                remedy=(f"the account wants these filled in before a ticket is resolved: {needs}; " if needs else "")
                + "fill them in on the ticket, or no longer require them under Admin > Ticket Fields",
            ) from None
        return done if category is not Category.CLOSED else _for_good(done)

    def _move_for_sure(self, ticket_id: str, target: int, category: Category) -> Done:
        """Move the ticket; a lost answer is settled by reading the ticket again.

        Raises:
            Unreachable: it was not moved.
            OutcomeUnknown: it cannot be read again now.
        """
        try:
            return self._move(ticket_id, target, category)
        except OutcomeUnknown as lost:
            try:
                stands = _status(self.client.ticket(ticket_id), ticket_id) == target
            except AdapterError:
                raise lost from None
            if not stands:
                raise Unreachable(f"{lost.why}, and the status was not set", endpoint=lost.endpoint) from None
            return Done(words=f"status set to {self.statuses.words(target)}")

    def _move_back(self, ticket_id: str, before: int, why: AdapterError) -> None:
        """The message was not sent, so the ticket goes back to where it was."""
        try:
            self._update(ticket_id, {"status": before}, "")
        except AdapterError:
            raise OutcomeUnknown(
                f"the status was set, the message was not sent ({why}), and the status could not be set back",
                endpoint=_put(ticket_id),
            ) from None

    def _update(self, ticket_id: str, values: dict[str, Any], words: str) -> Done:
        after = self.client.update(ticket_id, values)
        if ident(after.get("id")) != ticket_id:
            raise OutcomeUnknown("the answer does not show the ticket", endpoint=_put(ticket_id))
        try:
            return Done(words=words, version=version(after))
        except Unreadable:
            return Done(words=words)

    def _have_calls(self, calls: int, endpoint: str) -> None:
        until = self.limits.short_until(calls, self.clock.now())
        if until is not None:
            raise RateLimited(until, endpoint=endpoint, why="too few calls are left to do all of it")


def _status(raw: Raw, ticket_id: str) -> int:
    try:
        return status_number(raw)
    except Unreadable as error:
        raise BadAnswer(str(error), endpoint=f"GET /api/v2/tickets/{ticket_id}") from None


def _checked(words: str, endpoint: str) -> None:
    if not words.strip():
        raise Refused("body", "the text is empty", endpoint=endpoint, remedy="check the template")
    if len(words) > LONGEST_MESSAGE:
        raise Refused(
            "body",
            f"the text has more than {LONGEST_MESSAGE} characters",
            endpoint=endpoint,
            remedy="shorten the template",
        )


def _marked(marker: str, endpoint: str) -> None:
    if not marker:
        raise Refused("marker", "a write without a mark could not be found again", endpoint=endpoint)


def _for_good(done: Done) -> Done:
    return Done(words=done.words, version=done.version, undoable=False)


def _put(ticket_id: str) -> str:
    return f"PUT /api/v2/tickets/{ticket_id}"
