"""Send questions to people, and reminders of them.

Promise: a question goes out once to each of its destinations, and only while it waits: the ticket is read again first.
Where a channel has buttons, the message is kept, so that it can say later what came of it; reminders go into its
thread. Other channels are sent a text that says how to answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, MessageRef, Outcome, Sent, Waits, outcome_of
from slabot.channels.errors import SendError
from slabot.domain import Noted
from slabot.messages.message import QuestionMessage, TextMessage
from slabot.messages.question_text import without_buttons
from slabot.messages.question_view import QuestionView
from slabot.rules import Action
from slabot.rules.questions import Topic, topic_of
from slabot.rules.words import listed
from slabot.runtime.delivery.rechecks import Recheck, Rechecks
from slabot.runtime.delivery.recipients import Nobody, Recipient, Recipients
from slabot.runtime.evaluation import decide_again, evaluate
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import digest, question_view, state_name, with_name
from slabot.store import (
    LedgerEvent,
    OutboxRow,
    OutboxState,
    PostedPage,
    StoredTicket,
    ledger,
    messages,
    outbox,
    tickets,
)
from slabot.store.work import Ask


@dataclass(frozen=True, slots=True)
class SentQuestion:
    """A question or a reminder arrived.

    Attributes:
        place: where it is; None where the channel does not keep it, and for what was found after its answer was lost.
        view: what it shows; None where it was found.
        whom: the people for whom the destination stood, to follow it.
    """

    place: MessageRef | None
    view: QuestionView | None = None
    whom: str = ""


@dataclass(frozen=True, slots=True)
class _Ready:
    stored: StoredTicket
    action: Action
    view: QuestionView


class Questions:
    """Sends questions. Shared by the threads that send."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._rechecks, self._recipients = parts, Rechecks(parts), Recipients(parts)

    def send(self, row: OutboxRow, ask: Ask, *, repeat: bool) -> SentQuestion | Nobody | Outcome:
        """Send a question or a reminder, unless it is settled by now."""
        found = self._rechecks.read(row)
        ready = self._parts.write(lambda conn: self._prepare(conn, row, ask, found))
        if isinstance(ready, Dropped):
            return ready
        to = self._recipients.address(row.to, ready.stored)
        if not isinstance(to, Recipient):
            return to
        called = self._recipients.called(row, ready.action, ready.stored)
        view = replace(
            ready.view, repeat=repeat, reminder=ask.reminder, mentions=called.mentions, off_call=called.off_call
        )
        whom = f" ({to.who})" if to.who else f" for {listed(called.who)}" if called.who else ""
        shown = with_name(self._parts, view, timeout=found.left)
        if not to.channel.can.ask:
            subject, text = without_buttons(shown)
            now = self._parts.now()
            came = to.channel.deliver(
                TextMessage(key=row.key, subject=subject, text=text, at=now, repeat=repeat), to.text
            )
            return SentQuestion(None, whom=whom) if isinstance(came, Sent) else came
        first = self._first(row, ask, to) if ask.reminder else None
        if isinstance(first, Failed | Waits):
            return first
        message = QuestionMessage(key=row.key, view=shown, thread=None if first is None else first.root)
        match to.channel.deliver(message, to.text):
            case Sent(place):
                # What is kept is the question itself, to be brought up to date: a reminder stays as it is.
                return SentQuestion(place, view if first is None else None, whom)
            case Failed(_, thread_gone=True) if first is not None:
                self._parts.write(lambda conn: messages.remove(conn, first))
                return Waits(self._parts.now(), "the question that it belongs to is gone, so it is posted as its own")
            case other:
                return other

    def find(self, row: OutboxRow, ask: Ask) -> MessageRef | Waits | Failed | None:
        """Look for a former attempt; `Failed` where nobody can."""
        channel = self._parts.channels.get(row.to.way)
        if channel is None or not channel.can.find:
            return Failed("nobody can look for it there")
        to = self._recipients.address(row.to, self._stored(row))
        if not isinstance(to, Recipient):
            return Failed("nobody can look for it there") if not isinstance(to, Waits) else to
        first = self._first(row, ask, to) if ask.reminder else None
        if isinstance(first, Failed | Waits):
            return first
        since = min(row.created_at, ask.at)
        return channel.find(row.key, to.text, since, None if first is None else first.root)

    def save(self, conn: Connection, row: OutboxRow, ask: Ask, asked: SentQuestion | Nobody) -> None:
        """Write down that it arrived, or that nobody is there: in the timeline too, so that nobody is asked again."""
        parts, now, about = self._parts, self._parts.now(), (row.helpdesk, row.ticket_id)
        tickets.lock(conn, *about)
        tickets.append_event(conn, *about, Noted(at=now, key=row.key, id=f"noted:{row.key}"))
        if isinstance(asked, Nobody):
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, asked.why)
            text = f"not asked {row.channel}: {asked.why}"
            ledger.write(conn, now, LedgerEvent.TRIAGE_ASKED, text, *about, row.key)
            evaluate(conn, parts, *about, now=now)
            return
        place = asked.place
        outcome = None if place is None else {"channel": place.address, "ts": place.ref}
        outbox.settle(conn, row.key, OutboxState.SENT, "asked", outcome)
        event = LedgerEvent.TRIAGE_REMINDED if ask.reminder else LedgerEvent.TRIAGE_ASKED
        verb = f"reminded {row.channel}" if ask.reminder else f"asked {row.channel}"
        if topic_of(ask.label) is Topic.REPLY:
            event, verb = LedgerEvent.TICKET_NOTED, "told people"
        ledger.write(conn, now, event, f"{verb}{asked.whom}: {ask.because}", *about, row.key)
        if place is not None and (not ask.reminder or asked.view is not None):
            view = asked.view
            posted = PostedPage(
                helpdesk=row.helpdesk,
                ticket_id=row.ticket_id,
                clock=ask.label,
                way=row.to.way,
                address=place.address,
                ref=place.ref,
                digest="" if view is None else digest(view),
                state="" if view is None else state_name(view),
                updated_at=now,
            )
            messages.put(conn, posted)
        evaluate(conn, parts, *about, now=now)  # the next reminder has its time from here on

    def _prepare(self, conn: Connection, row: OutboxRow, ask: Ask, found: Recheck) -> _Ready | Dropped:
        """Decide once more; what is settled by now is not asked."""
        about = (row.helpdesk, row.ticket_id)
        stored, decision = decide_again(
            conn, self._parts, *about, snapshot=found.snapshot, seen_at=found.seen_at, gone=found.gone
        )
        action = decision.due_by_key.get(row.key)
        if stored is None or action is None:
            return Dropped("it was settled before anybody could be asked")
        return _Ready(stored, action, question_view(self._parts, stored, decision, ask.label))

    def _first(self, row: OutboxRow, ask: Ask, to: Recipient) -> PostedPage | Failed | Waits | None:
        """The message of the question at that address."""
        known = self._parts.store.read(lambda conn: messages.of_clock(conn, row.helpdesk, row.ticket_id, ask.label))
        if not known:
            return None
        try:
            address = to.channel.address(to.text)
        except SendError as error:
            came = outcome_of(error)
            return came if isinstance(came, Failed | Waits) else Failed(came.why)
        return next((each for each in known if (each.way, each.address) == (row.to.way, address)), None)

    def _stored(self, row: OutboxRow) -> StoredTicket | None:
        return self._parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
