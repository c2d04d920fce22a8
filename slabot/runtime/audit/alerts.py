"""How are people told that something is wrong with slabot itself?

Promise: an alert is owed in the transaction that noticed, told at least once in the policy's channel as long as it is
true, and about one thing at most once an hour. It has a lane of its own: neither pages nor updates wait for it, nor it
for them. That pages do not leave is told at once or not at all: where Slack takes no pages, it takes no alert either,
and afterwards each page says itself how late it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.paging import (
    Rendered,
    SendError,
    SendOutcomeUnknown,
    SendRetry,
    SlackError,
    SlackPermanent,
    SlackRetry,
    SlackSender,
)
from slabot.paging.markup import escaped
from slabot.runtime import lanes
from slabot.runtime.audit.condition import is_still_so
from slabot.runtime.mistakes import mistake
from slabot.runtime.parts import Parts, brings_work
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxKind,
    OutboxRow,
    OutboxState,
    StoreUnavailable,
    ledger,
    outbox,
)

AT_ONCE = 20
RETRY = timedelta(seconds=60)
LONGEST = 3000  # characters of an alert
BEGINS = "About slabot itself: "
AGAIN = "(Perhaps told before.) "
PAGES = "pages/"  # how the names of what is wrong with pages begin


def owe_alert(conn: Connection, parts: Parts, what: str, words: str, now: datetime) -> bool:
    """Have people told; False if they were told of this thing within this hour, or there is nobody to tell.

    Args:
        conn: of a `Parts.write`.
        parts: of the runtime.
        what: the thing that is wrong, the same each time: ``feed/acme``, ``breaker``.
        words: what happened, why, what happens next and what you can do, in whole sentences; nothing of a customer's.
        now: the present instant.
    """
    key = f"alert/{what}/{now:%Y%m%dT%H}"
    told = ledger.write(conn, now, LedgerEvent.ALERT_RAISED, words, None, None, key)
    slack = parts.policy.slack
    if not told or slack is None:
        return False
    row = OutboxRow(
        key=key,
        kind=OutboxKind.ALERT,
        lane=Lane.ALERT,
        helpdesk="",
        ticket_id="",
        channel=slack.channel,
        body={"what": what, "words": words},
        urgency=now,
        not_before=now,
        created_at=now,
    )
    if not outbox.put(conn, row):
        return False
    brings_work(conn)
    return True


class AlertDelivery:
    """Works off the lane of alerts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def drain(self) -> bool:
        """Send what may be sent now; True if there was anything."""
        sender = self._parts.sender
        if sender is None:
            return False
        return lanes.work_off(
            self._parts, Lane.ALERT, AT_ONCE, lambda row, doubtful: self._one(sender, row, doubtful=doubtful)
        )

    def next_instant(self) -> datetime | None:
        """When something may be sent next; None where nothing can be sent at all."""
        return None if self._parts.sender is None else lanes.next_instant(self._parts, Lane.ALERT)

    def _one(self, sender: SlackSender, row: OutboxRow, *, doubtful: bool) -> None:
        now = self._parts.now()
        try:
            self._send(sender, row, doubtful=doubtful)
        except (SendRetry, SlackPermanent) as error:
            if str(row.body["what"]).startswith(PAGES) and not doubtful:
                self._drop(row, f"nobody could be told: {error}")
                return
            until = error.until if isinstance(error, SendRetry) else now + RETRY
            self._later(row, max(until, now + lanes.pause(row, now)), str(error), in_doubt=doubtful)
        except SendOutcomeUnknown as error:
            self._later(row, self._parts.now() + lanes.pause(row, now), str(error), in_doubt=True)
        except SendError as error:
            self._later(row, now + RETRY, str(error), in_doubt=doubtful)
        except StoreUnavailable:
            raise  # no fault of this alert
        except Exception as error:
            why = mistake("alert.broke", error, RETRY, key=row.key)
            self._later(row, now + RETRY, why, in_doubt=True)

    def _send(self, sender: SlackSender, row: OutboxRow, *, doubtful: bool) -> None:
        channel, found, again = row.channel or "", None, ""
        if doubtful:
            try:
                found = sender.find(channel, row.key, row.created_at)
            except SlackRetry:
                raise
            except SlackError:
                again = AGAIN  # nobody can look for it
        if found is None and str(row.body["what"]).startswith(PAGES) and (doubtful or not sender.answers):
            self._drop(row, "Slack did not answer, and the pages say themselves how late they are")
            return
        if found is None and not self._is_still_so(row):
            self._drop(row, "it was over before anybody could be told")
            return
        if found is None:
            text = escaped(f"{again}{BEGINS}{row.body['words']}", LONGEST)
            found = sender.post(channel, Rendered(text), key=row.key)
        place, now = {"channel": found.channel, "ts": found.ts}, self._parts.now()

        def keep(conn: Connection) -> None:
            if outbox.settle(conn, row.key, OutboxState.SENT, "told", place):
                words = f"told people: {row.body['words']}"
                ledger.write(conn, now, LedgerEvent.ALERT_SENT, words, None, None, row.key)

        self._parts.write(keep)

    def _is_still_so(self, row: OutboxRow) -> bool:
        parts, now = self._parts, self._parts.now()
        return parts.store.read(lambda conn: is_still_so(conn, parts, str(row.body["what"]), now))

    def _drop(self, row: OutboxRow, why: str) -> None:
        self._parts.write(lambda conn: outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why))

    def _later(self, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        def put_off(conn: Connection) -> None:
            if in_doubt:
                lanes.stays_in_doubt(conn, row.key, until)
            else:
                outbox.hold(conn, row.key, until, why)

        self._parts.write(put_off)
