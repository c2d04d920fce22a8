"""How are posted pages kept up to date, and people told the rest?

Promise: an update shows the latest state and notifies nobody; one that is overtaken is dropped. A note to people is
sent once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.domain import Noted
from slabot.paging import (
    AcknowledgedBy,
    ClaimedBy,
    PageView,
    Rendered,
    SendError,
    SendOutcomeUnknown,
    SendRetry,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackPermanent,
    SlackSender,
)
from slabot.paging.couriers import PagerDutyCourier
from slabot.paging.markup import escaped
from slabot.policy import DestinationKind
from slabot.rules import decide
from slabot.runtime import lanes
from slabot.runtime.acts import action_of
from slabot.runtime.mistakes import mistake
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import clock_of, refresh_messages, shown, view_of
from slabot.runtime.refresh import digest as digest_of
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxKind,
    OutboxRow,
    OutboxState,
    SlackMessage,
    StoreUnavailable,
    ledger,
    messages,
    outbox,
    tickets,
)

AT_ONCE = 20
RETRY = timedelta(seconds=60)
NOTE = 3000  # characters of a note to people


class UpdateDelivery:
    """Works off the lane of updates."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def drain(self) -> bool:
        """Send what may be sent now; True if there was anything."""
        sender = self._parts.sender
        if sender is None:
            return False
        return lanes.work_off(
            self._parts, Lane.UPDATE, AT_ONCE, lambda row, doubtful: self._one(sender, row, doubtful=doubtful)
        )

    def next_instant(self) -> datetime | None:
        """When something may be sent next; None where nothing can be sent at all."""
        return None if self._parts.sender is None else lanes.next_instant(self._parts, Lane.UPDATE)

    def _one(self, sender: SlackSender, row: OutboxRow, *, doubtful: bool) -> None:
        # An update repeats without harm; a note is in doubt from its first try until it was looked for.
        is_note, now = row.kind is OutboxKind.NOTE, self._parts.now()
        try:
            if is_note:
                self._note(sender, row, doubtful=doubtful)
            else:
                self._update(sender, row)
        except SendRetry as error:
            self._later(row, max(error.until, now + lanes.pause(row, now)), str(error), in_doubt=is_note and doubtful)
        except SendOutcomeUnknown as error:
            self._later(row, self._parts.now() + lanes.pause(row, now), str(error), in_doubt=is_note)
        except SlackHarmless as error:
            self._settle(row, OutboxState.SUPERSEDED, str(error))
        except SendError as error:
            self._later(row, now + RETRY, str(error), in_doubt=is_note and doubtful)
        except StoreUnavailable:
            raise  # no fault of this message
        except Exception as error:
            why = mistake("update.broke", error, RETRY, key=row.key)
            self._later(row, now + RETRY, why, in_doubt=is_note)

    def _later(self, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        def put_off(conn: Connection) -> None:
            if in_doubt:
                lanes.stays_in_doubt(conn, row.key, until)
            else:
                outbox.hold(conn, row.key, until, why)

        self._parts.write(put_off)

    def _update(self, sender: SlackSender, row: OutboxRow) -> None:
        found = self._parts.store.read(lambda conn: self._current(conn, row))
        if found is None:
            self._settle(row, OutboxState.SUPERSEDED, "the page shows the latest state already")
            return
        message, view = found
        if message.channel.startswith(f"{DestinationKind.PAGERDUTY.value}:"):
            self._alert(message, view)
        else:
            sender.update(message.channel, message.ts, view)
        now = self._parts.now()

        def keep(conn: Connection) -> None:
            tickets.lock(conn, row.helpdesk, row.ticket_id)
            outbox.settle(conn, row.key, OutboxState.SENT, "brought up to date")
            present = messages.get(conn, message.helpdesk, message.ticket_id, message.clock, message.channel)
            if present is None or present.ts != message.ts:
                return  # it was posted anew meanwhile
            messages.put(conn, shown(message, view, now))
            stored = tickets.load(conn, row.helpdesk, row.ticket_id)
            if stored is not None:  # the ticket may have moved on while this was on its way
                decision = decide(stored.ticket, stored.timeline, self._parts.policy, now)
                refresh_messages(conn, self._parts, stored, decision, now)

        self._parts.write(keep)

    def _alert(self, message: SlackMessage, view: PageView) -> None:
        """Bring an alert of PagerDuty up to date."""
        courier = self._parts.couriers.get(DestinationKind.PAGERDUTY)
        service = message.channel.partition(":")[2].partition("#")[0]
        if not isinstance(courier, PagerDutyCourier):
            return
        if view.ended:
            courier.resolve(message.ts, service)
        elif isinstance(view.state, AcknowledgedBy | ClaimedBy):
            courier.acknowledge(message.ts, service)

    def _current(self, conn: Connection, row: OutboxRow) -> tuple[SlackMessage, PageView] | None:
        """The message and what it should show; None if it shows that already."""
        parts, label = self._parts, str(row.body["clock"])
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        message = messages.get(conn, row.helpdesk, row.ticket_id, label, row.channel or "")
        if stored is None or message is None:
            return None
        decision = decide(stored.ticket, stored.timeline, parts.policy, parts.now())
        clock = clock_of(decision, label)
        if clock is None:
            return None
        view = view_of(parts, stored, decision, clock)
        return None if digest_of(view) == message.digest else (message, view)

    def _note(self, sender: SlackSender, row: OutboxRow, *, doubtful: bool) -> None:
        channel, action, again = row.channel or "", action_of(row), ""
        found = None
        if doubtful or self._parts.may_be_forgotten(action.at):
            try:
                found = sender.find(channel, row.key, min(row.created_at, action.at))
            except (SlackPermanent, SlackOutcomeUnknown):
                again = "(Perhaps told before.) "  # nobody can look for it
        if found is None:
            text = f"{again}{row.helpdesk}/{row.ticket_id}: {action.because}"
            found = sender.post(channel, Rendered(escaped(text, NOTE)), key=row.key)
        posted, now = found, self._parts.now()

        def keep(conn: Connection) -> None:
            tickets.lock(conn, row.helpdesk, row.ticket_id)
            outbox.settle(conn, row.key, OutboxState.SENT, "told", {"channel": posted.channel, "ts": posted.ts})
            act = Noted(at=now, key=row.key, id=f"noted:{row.key}")
            tickets.add_act(conn, row.helpdesk, row.ticket_id, act)
            ledger.write(
                conn,
                now,
                LedgerEvent.TICKET_NOTED,
                f"told people: {action.because}",
                row.helpdesk,
                row.ticket_id,
                row.key,
            )

        self._parts.write(keep)

    def _settle(self, row: OutboxRow, state: OutboxState, words: str) -> None:
        self._parts.write(lambda conn: outbox.settle(conn, row.key, state, words))
