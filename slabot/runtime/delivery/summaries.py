"""Send the figures of a week or a month to whom the policy names.

Promise: at most once a period and destination, whatever is restarted meanwhile: the outbox holds one row for each for
good. One that may have arrived is looked for, and never sent again; one that cannot be sent within hours is skipped.
Either is told in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, MessageRef, Outcome, Sent, Unknown, Waits
from slabot.domain import utc
from slabot.messages.message import Bars, Grid
from slabot.policy.reporting import Every, SummaryTerms
from slabot.reports.summary import Summary, period_before, summary_of
from slabot.runtime.delivery.loop import Crashed, pause
from slabot.runtime.delivery.plain_lane import PlainLane
from slabot.runtime.delivery.texts import TextSender
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.reporting import StoreSource, missing_records, question_of
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, ledger, outbox
from slabot.store.work import SummaryWork

AT_ONCE = 5
LATE = timedelta(hours=12)  # after its time, a summary is no longer begun, and one that waits is given up
DAY = timedelta(days=1)


class SummaryPlanner:
    """Puts summaries into the outbox when their time has come."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._known = parts, set[str]()

    def drain(self) -> bool:
        """Put in what is due; True if there was any."""
        now = self._parts.now()
        due = [each for each in self._due(now) if each[0] not in self._known]
        if not due:
            return False

        def owe(conn: Connection) -> bool:
            new = [outbox.owe(conn, work, key=key, to=to, now=now) for key, to, work in due]
            if any(new):
                brings_work(conn)
            return any(new)

        did = self._parts.write(owe)
        self._known |= {key for key, _, _ in due}
        return did

    def next_instant(self) -> datetime:
        """When the next summary is due, now if one is that was not put in; in a day if none is wanted."""
        now, zone = self._parts.now(), self._parts.policy.display_zone
        if any(key not in self._known for key, _, _ in self._due(now)):
            return now
        found = [now + DAY]
        for terms in self._parts.policy.reports.summaries:
            at = _time(terms, now, zone)
            found.append(
                at if at > now else _time(terms, now + timedelta(days=7 if terms.every is Every.WEEK else 31), zone)
            )
        return min(at for at in found if at > now)

    def _due(self, now: datetime) -> Iterator[tuple[str, str, SummaryWork]]:
        """Key, destination and work of each whose time came within the last hours."""
        policy = self._parts.policy
        for terms in policy.reports.summaries:
            at = _time(terms, now, policy.display_zone)
            if not at <= now < at + LATE:
                continue
            since, until = period_before(terms.every, now, policy.display_zone)
            for to in terms.to:
                key = f"summary/{terms.every.value}/{since:%Y%m%d}/{to}"
                yield key, str(to), SummaryWork(terms.every.value, utc(since), utc(until))


def _time(terms: SummaryTerms, now: datetime, zone: ZoneInfo) -> datetime:
    """When the summary of the period that is over by then is due."""
    _, until = period_before(terms.every, now, zone)
    return utc(datetime.combine(until.astimezone(zone).date(), terms.at, zone))


class Summaries(PlainLane):
    """Summaries, as one lane of the outbox."""

    lane = Lane.SUMMARY
    at_once = AT_ONCE

    def __init__(self, parts: Parts) -> None:
        self._parts, self._texts = parts, TextSender(parts)

    def send(self, row: OutboxRow) -> Outcome:
        """Count, and send it, once."""
        work, parts = _work(row), self._parts
        if parts.now() > row.created_at + LATE:
            return Dropped("it could not be sent within twelve hours")
        zone = parts.policy.display_zone
        since, until = work.since.astimezone(zone), work.until.astimezone(zone)
        question = question_of(parts.policy, parts.now())

        def count(conn: Connection) -> tuple[Summary, Sequence[str]]:
            made = summary_of(StoreSource(conn), question, Every(work.every), since, until)
            return made, missing_records(conn, question)

        told, missing = parts.store.read(count)
        text = " ".join((told.text, *missing))
        return self._texts.send(row, told.subject, text, repeat=False, grid=_grid(told))

    def look_up(self, row: OutboxRow) -> Outcome | None:
        """Find out whether it arrived; it is never sent again."""
        found = self._texts.find(row, since=row.created_at)
        match found:
            case Waits():
                return found
            case MessageRef():
                return Sent(found)
            case Failed() | None:
                return Dropped("it is not known whether it arrived, and it is sent at most once")
            case _:
                assert_never(found)

    def save(self, row: OutboxRow, result: Outcome | Crashed, *, was_unknown: bool) -> None:
        """Write it down."""
        now = self._parts.now()
        match result:
            case Sent(place):
                self._settle(row, place, now)
            case Dropped(why) | Failed(why):
                self._skip(row, why, now)
            case Waits(until, why):
                if was_unknown or now > row.created_at + LATE:
                    self._skip(row, why, now)
                else:
                    at = max(until, now + pause(row, now))
                    self._parts.write(lambda conn: outbox.hold(conn, row.key, at, why))
            case Unknown(why) | Crashed(why):
                self._look_later(row, why, now)
            case _:
                assert_never(result)

    def again(self, row: OutboxRow) -> None:
        """Never: what may have arrived is not sent again."""
        raise AssertionError(f"{row.key} was to be sent again")

    def _settle(self, row: OutboxRow, place: MessageRef | None, now: datetime) -> None:
        def settle(conn: Connection) -> None:
            outcome = None if place is None else {"channel": place.address, "ts": place.ref}
            if outbox.settle(conn, row.key, OutboxState.SENT, "told", outcome):
                text = f"sent the summary of the {_work(row).every} to {row.channel}"
                ledger.write(conn, now, LedgerEvent.SUMMARY_SENT, text, None, None, row.key)

        self._parts.write(settle)

    def _skip(self, row: OutboxRow, why: str, now: datetime) -> None:
        def settle(conn: Connection) -> None:
            if outbox.settle(conn, row.key, OutboxState.FAILED, why):
                text = f"skipped the summary of the {_work(row).every} for {row.channel}: {why}"
                ledger.write(conn, now, LedgerEvent.SUMMARY_SKIPPED, text, None, None, row.key)

        self._parts.write(settle)

    def _look_later(self, row: OutboxRow, why: str, now: datetime) -> None:
        """Where it can be looked for, it stays unknown until then; elsewhere it is skipped."""
        channel = self._parts.channels.get(row.to.way)
        if channel is None or not channel.can.find:
            self._skip(row, why, now)


def _grid(told: Summary) -> Grid | None:
    """The table, and its counts as bars if there are any."""
    if not told.rows:
        return None
    drawn = any(any(counts) for _, counts in told.counted)
    bars = Bars("Promises met and missed", tuple(row[0] for row in told.rows), told.counted) if drawn else None
    return Grid(told.heads, told.rows, bars)


def _work(row: OutboxRow) -> SummaryWork:
    assert isinstance(row.work, SummaryWork), "the lane of summaries holds nothing else"
    return row.work
