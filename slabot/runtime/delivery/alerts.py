"""Alert people that something is wrong with slabot itself.

Promise: an alert is put into the outbox in the transaction that found the problem. It is sent at least once as long as
it is true (to the main destination of the policy), and about one problem at most once an hour. It has a lane of its
own: neither pages nor updates wait for it, nor it for them. That pages do not leave is sent at once or not at all:
where no channel takes pages, none takes an alert either, and afterwards each page says itself how late it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, MessageRef, Outcome, Sent, Unknown, Waits
from slabot.runtime.audit.condition import is_still_so
from slabot.runtime.delivery.fallbacks import Overdue, owe_instead, sent_elsewhere
from slabot.runtime.delivery.loop import RETRY, Crashed, hold, pause
from slabot.runtime.delivery.plain_lane import PlainLane
from slabot.runtime.delivery.texts import TextSender
from slabot.runtime.parts import Parts, brings_work
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, ledger, outbox
from slabot.store.work import Alert

AT_ONCE = 20
BEGINS = "About slabot itself: "
PAGES = "pages/"  # how the names of what is wrong with pages begin


def owe_alert(conn: Connection, parts: Parts, what: str, text: str, now: datetime) -> bool:
    """Put an alert into the outbox; False if there was one about this within the hour, or there is no destination.

    Args:
        conn: of a `Parts.write`.
        parts: of the runtime.
        what: the thing that is wrong, the same each time: ``feed/acme``, ``breaker``.
        text: what happened, why, what happens next and what you can do, in whole sentences; nothing of a customer's.
        now: the present instant.
    """
    key = f"alert/{what}/{now:%Y%m%dT%H}"
    raised = ledger.write(conn, now, LedgerEvent.ALERT_RAISED, text, None, None, key)
    to = parts.policy.main_destination
    if not raised or to is None:
        return False
    if not outbox.owe(conn, Alert(what, text), key=key, to=to, now=now):
        return False
    brings_work(conn)
    return True


class Alerts(PlainLane):
    """Alerts, as one lane of the outbox."""

    lane = Lane.ALERT
    at_once = AT_ONCE

    def __init__(self, parts: Parts) -> None:
        self._parts, self._texts, self._overdue = parts, TextSender(parts), Overdue(parts, Lane.ALERT)

    def finish(self, now: datetime) -> bool:
        """What has waited for too long goes elsewhere as well."""
        return self._overdue.drain()

    def next_instant(self) -> datetime | None:
        """When the next alert has waited for too long."""
        return self._overdue.next_instant()

    def send(self, row: OutboxRow) -> Outcome:
        """Send it, if it is still true."""
        return self._send(row, looked_for=False, repeat=False)

    def look_up(self, row: OutboxRow) -> Outcome | None:
        """Look for it, and send it if it is not there."""
        found = self._texts.find(row, since=row.created_at)
        match found:
            case Waits():
                return found
            case MessageRef():
                return Sent(found)
            case None:
                return self._send(row, looked_for=True, repeat=False)
            case Failed():
                return self._send(row, looked_for=True, repeat=True)  # nobody can look for it
            case _:
                assert_never(found)

    def _send(self, row: OutboxRow, *, looked_for: bool, repeat: bool) -> Outcome:
        alert = _alert(row)
        if alert.what.startswith(PAGES) and (looked_for or not self._texts.answers(row)):
            return Dropped("nobody answered there, and the pages say themselves how late they are")
        parts, now = self._parts, self._parts.now()
        if not parts.store.read(lambda conn: is_still_so(conn, parts, alert.what, now)):
            return Dropped("it was over before anybody could be told")
        if parts.store.read(lambda conn: sent_elsewhere(conn, parts, row)):
            return Dropped("people were told elsewhere meanwhile")
        return self._texts.send(row, "About slabot itself", f"{BEGINS}{alert.text}", repeat=repeat)

    def save(self, row: OutboxRow, result: Outcome | Crashed, *, was_unknown: bool) -> None:
        """Write it down."""
        now, alert = self._parts.now(), _alert(row)
        about_pages = alert.what.startswith(PAGES) and not was_unknown
        match result:
            case Sent(place):
                self._parts.write(lambda conn: self._save_sent(conn, row, place, now))
            case Dropped(why):
                self._drop(row, why)
            case Waits(why=why) | Failed(why=why) if about_pages:
                self._drop(row, f"nobody could be told: {why}")
            case Waits(until, why):
                self._later(row, max(until, now + pause(row, now)), why, unknown=was_unknown)
            case Unknown(why):
                self._later(row, now + pause(row, now), why, unknown=True)
            case Failed(why):
                self._later(row, now + RETRY, why, unknown=was_unknown, refused=True)
            case Crashed(why):
                self._later(row, now + RETRY, why, unknown=True)
            case _:
                assert_never(result)

    def again(self, row: OutboxRow) -> None:
        """Never: what is looked up here is sent in the same turn."""
        raise AssertionError(f"{row.key} was to take its turn again")

    def _save_sent(self, conn: Connection, row: OutboxRow, place: MessageRef | None, now: datetime) -> None:
        outcome = None if place is None else {"channel": place.address, "ts": place.ref}
        if outbox.settle(conn, row.key, OutboxState.SENT, "told", outcome):
            ledger.write(conn, now, LedgerEvent.ALERT_SENT, f"told people: {_alert(row).text}", None, None, row.key)

    def _drop(self, row: OutboxRow, why: str) -> None:
        self._parts.write(lambda conn: outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why))

    def _later(self, row: OutboxRow, until: datetime, why: str, *, unknown: bool, refused: bool = False) -> None:
        now = self._parts.now()

        def put_off(conn: Connection) -> None:
            hold(conn, row, until, why, unknown=unknown)
            if refused:
                owe_instead(conn, self._parts, row, why, now)

        self._parts.write(put_off)


def _alert(row: OutboxRow) -> Alert:
    assert isinstance(row.work, Alert), "the lane of alerts holds nothing else"
    return row.work
