"""Update posted pages and questions, and send notes and questions about a ticket.

Promise: an update shows the latest state and notifies nobody; an outdated one is dropped. A note or a question to
people is sent once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, MessageRef, Outcome, Sent, Unknown, Waits
from slabot.domain import Noted
from slabot.messages.message import PageMessage, QuestionMessage
from slabot.messages.question_view import QuestionView
from slabot.messages.view import PageView
from slabot.policy import Way
from slabot.runtime.delivery.loop import RETRY, Crashed, pause, put_off
from slabot.runtime.delivery.plain_lane import PlainLane
from slabot.runtime.delivery.questions import Questions, SentQuestion
from slabot.runtime.delivery.recipients import Nobody
from slabot.runtime.delivery.texts import TextSender
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import digest as digest_of
from slabot.runtime.refresh import refresh_messages, shown, view_in_place, with_name, with_names
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxRow,
    OutboxState,
    PostedPage,
    ledger,
    messages,
    outbox,
    tickets,
)
from slabot.store.work import Ask, Note, Update

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Updated:
    """A message shows the present state."""

    message: PostedPage
    view: PageView | QuestionView


Result = Updated | SentQuestion | Nobody | Outcome


class Updates(PlainLane):
    """Updates in place, notes, and questions."""

    lane = Lane.UPDATE
    at_once = AT_ONCE

    def __init__(self, parts: Parts) -> None:
        self._parts, self._texts, self._questions = parts, TextSender(parts), Questions(parts)

    def send(self, row: OutboxRow) -> Result:
        """Update a message, or send a note or a question."""
        match row.work:
            case Update() as update:
                return self._update(row, update)
            case Note() as note if self._parts.may_be_forgotten(note.at):
                return self._find_or_send(row, note)
            case Note() as note:
                return self._send_note(row, note, repeat=False)
            case Ask() as ask if self._parts.may_be_forgotten(ask.at):
                return self._find_or_ask(row, ask)
            case Ask() as ask:
                return self._questions.send(row, ask, repeat=False)
            case _:
                raise AssertionError(f"{row.key} is no update, no note and no question")

    def look_up(self, row: OutboxRow) -> Result | None:
        """An update repeats without harm; a note or a question is looked for."""
        match row.work:
            case Note() as note:
                return self._find_or_send(row, note)
            case Ask() as ask:
                return self._find_or_ask(row, ask)
            case _:
                return self.send(row)

    def _find_or_ask(self, row: OutboxRow, ask: Ask) -> Result:
        found = self._questions.find(row, ask)
        match found:
            case Waits():
                return found
            case MessageRef():
                return SentQuestion(found)
            case None:
                return self._questions.send(row, ask, repeat=False)
            case Failed():
                return self._questions.send(row, ask, repeat=True)  # nobody can look for it
            case _:
                assert_never(found)

    def _find_or_send(self, row: OutboxRow, note: Note) -> Result:
        found = self._texts.find(row, since=min(row.created_at, note.at))
        match found:
            case Waits():
                return found
            case MessageRef():
                return Sent(found)
            case None:
                return self._send_note(row, note, repeat=False)
            case Failed():
                return self._send_note(row, note, repeat=True)  # nobody can look for it
            case _:
                assert_never(found)

    def _send_note(self, row: OutboxRow, note: Note, *, repeat: bool) -> Outcome:
        about = f"{row.helpdesk}/{row.ticket_id}"
        return self._texts.send(row, f"About ticket {about}", f"{about}: {note.because}", repeat=repeat)

    def _update(self, row: OutboxRow, update: Update) -> Result:
        found = self._parts.store.read(lambda conn: self._current(conn, row, update))
        if found is None:
            return Dropped("the page shows the latest state already")
        message, view = found
        channel = self._parts.channels.get(message.way)
        if channel is None:
            return Dropped(f"the policy no longer names a way to {row.to}")
        place, shows = MessageRef(message.address, message.ref), self._message(row, view)
        came = channel.update(place, shows)
        return Updated(message, view) if isinstance(came, Sent) else came

    def _message(self, row: OutboxRow, view: PageView | QuestionView) -> PageMessage | QuestionMessage:
        if isinstance(view, QuestionView):
            return QuestionMessage(key=row.key, view=with_name(self._parts, view))
        [named] = with_names(self._parts, [view])
        return PageMessage(key=row.key, view=named)

    def _current(
        self, conn: Connection, row: OutboxRow, update: Update
    ) -> tuple[PostedPage, PageView | QuestionView] | None:
        """The message and what it should show; None if it shows that already."""
        parts = self._parts
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        place = (Way(update.way), update.address, update.ref)
        known = messages.of_clock(conn, row.helpdesk, row.ticket_id, update.clock)
        message = next((each for each in known if (each.way, each.address, each.ref) == place), None)
        if stored is None or message is None:
            return None
        decision = parts.decide(stored, parts.now())
        view = view_in_place(parts, stored, decision, message)
        return None if digest_of(view) == message.digest else (message, view)

    def save(self, row: OutboxRow, result: Result | Crashed, *, was_unknown: bool) -> None:
        """Write it down."""
        now = self._parts.now()
        is_note = isinstance(row.work, Note | Ask)
        match result:
            case Updated(message, view):
                self._parts.write(lambda conn: self._keep(conn, row, message, view, now))
            case SentQuestion() | Nobody() as asked:
                ask = row.work
                assert isinstance(ask, Ask), "nothing else is asked"
                self._parts.write(lambda conn: self._questions.save(conn, row, ask, asked))
            case Sent(place):
                self._parts.write(lambda conn: self._save_sent(conn, row, place, now))
            case Dropped(why):
                self._parts.write(lambda conn: outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why))
            case Waits(until, why):
                put_off(self._parts, row, max(until, now + pause(row, now)), why, unknown=is_note and was_unknown)
            case Unknown(why):
                put_off(self._parts, row, now + pause(row, now), why, unknown=is_note)
            case Failed(why):
                put_off(self._parts, row, now + RETRY, why, unknown=is_note and was_unknown)
            case Crashed(why):
                put_off(self._parts, row, now + RETRY, why, unknown=is_note)
            case _:
                assert_never(result)

    def again(self, row: OutboxRow) -> None:
        """Never: what is looked up here is sent in the same turn."""
        raise AssertionError(f"{row.key} was to take its turn again")

    def _keep(
        self, conn: Connection, row: OutboxRow, message: PostedPage, view: PageView | QuestionView, now: datetime
    ) -> None:
        tickets.lock(conn, row.helpdesk, row.ticket_id)
        outbox.settle(conn, row.key, OutboxState.SENT, "brought up to date")
        if not messages.present(conn, message):
            return  # it was posted anew meanwhile
        messages.put(conn, shown(message, view, now))
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        if stored is not None:  # the ticket may have moved on while this was on its way
            decision = self._parts.decide(stored, now)
            refresh_messages(conn, self._parts, stored, decision, now)

    def _save_sent(self, conn: Connection, row: OutboxRow, place: MessageRef | None, now: datetime) -> None:
        assert isinstance(row.work, Note), "an update ends updated"
        tickets.lock(conn, row.helpdesk, row.ticket_id)
        outcome = None if place is None else {"channel": place.address, "ts": place.ref}
        outbox.settle(conn, row.key, OutboxState.SENT, "told", outcome)
        tickets.append_event(conn, row.helpdesk, row.ticket_id, Noted(at=now, key=row.key, id=f"noted:{row.key}"))
        text = f"told people: {row.work.because}"
        ledger.write(conn, now, LedgerEvent.TICKET_NOTED, text, row.helpdesk, row.ticket_id, row.key)
