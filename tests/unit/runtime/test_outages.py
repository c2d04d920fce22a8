"""What is answered to whoever logs an outage, and what does the ledger say?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Connection

from slabot.policy import Policy
from slabot.runtime.outage_spans import spans_between
from slabot.runtime.outages import Logged, OutageLog, OutageRefused, OutageRequest
from slabot.store import LedgerEvent, Store, ledger, outages
from tests.fixtures.policies import policy
from tests.fixtures.stored import keep
from tests.fixtures.tickets import a_ticket, asked
from tests.fixtures.times import NOON, after

TWO = policy({"availability": {"services": ["console", "agents"]}})


class Log:
    """The log of a store, as people use it."""

    def __init__(self, store: Store, rules: Policy = TWO) -> None:
        self.store, self.policy, self.now, self.id = store, rules, NOON, ""

    def begin(self, service: str | None = None, at: datetime | None = None, why: str = "") -> Logged:
        return self.store.write(lambda conn: self._log(conn).begin(service, at or self.now, why))

    def add(self, begins: datetime, ends: datetime) -> Logged:
        return self.store.write(lambda conn: self._log(conn).add(None, begins, ends, "a power cut"))

    def end(self, service: str | None = None, at: datetime | None = None) -> Logged:
        return self.store.write(lambda conn: self._log(conn).end(service, at or self.now))

    def withdraw(self, number: int) -> Logged:
        return self.store.write(lambda conn: self._log(conn).withdraw(number, "it was a drill"))

    def _log(self, conn: Connection) -> OutageLog:
        return OutageLog(conn, self.policy, OutageRequest(by="maya", now=self.now, id=self.id))

    def told(self) -> list[tuple[LedgerEvent, str]]:
        rows = self.store.read(lambda conn: ledger.since(conn, after(days=-30)))
        return [(row.event, row.text) for row in rows]


@pytest.fixture
def log(store: Store) -> Log:
    return Log(store)


def test_beginning_and_ending_are_told_in_full(log: Log) -> None:
    begun = log.begin("console", why="login fails")
    assert begun.changed
    assert begun.text == "Logged as number 1: an outage of console since Fri 9 Jan 2026 17:30 +05:30."
    log.now = after(minutes=20)
    ended = log.end("console", after(minutes=15))
    assert ended.text == (
        "Number 1 is over: an outage of console from Fri 9 Jan 2026 17:30 +05:30 to Fri 9 Jan 2026 17:45 +05:30."
    )
    assert log.told() == [
        (
            LedgerEvent.OUTAGE_BEGUN,
            "maya logged an outage of console since Fri 9 Jan 2026 17:30 +05:30 (number 1): login fails.",
        ),
        (
            LedgerEvent.OUTAGE_ENDED,
            "maya logged that an outage of console was over at Fri 9 Jan 2026 17:45 +05:30 (number 1).",
        ),
    ]


def test_asking_twice_logs_once(log: Log) -> None:
    log.begin()
    log.now = after(minutes=1)
    again = log.begin()
    assert not again.changed
    assert again.entry is not None
    assert again.text == (
        "Nothing was logged: number 1 is an outage of the whole service since Fri 9 Jan 2026 17:30 +05:30, by maya, "
        "and lasts still."
    )
    assert log.end().changed
    assert (
        log.end().text
        == "Nothing was changed: no entry of an outage of the whole service lasts. The list shows what is logged."
    )
    assert len(log.told()) == 2


def test_a_request_that_comes_late_once_more_does_nothing(log: Log) -> None:
    log.id = "begin-1"
    log.begin()
    log.id, log.now = "end-1", after(minutes=5)
    log.end()
    log.id, log.now = "begin-1", after(minutes=6)
    late = log.begin()
    assert (late.changed, late.text) == (
        False,
        "This request came before, and what it asked for was done then. Nothing was changed.",
    )
    log.id = "end-1"
    assert not log.end().changed
    log.id = "begin-2"
    assert log.begin().changed


def test_one_of_the_past_is_logged_in_one_go_and_once(log: Log) -> None:
    first = log.add(after(minutes=-60), after(minutes=-30))
    assert first.text.startswith("Logged as number 1: an outage of the whole service from Fri 9 Jan 2026 16:30")
    again = log.add(after(minutes=-60), after(minutes=-30))
    assert not again.changed
    assert again.text == (
        "Nothing was logged: number 1 is an outage of the whole service since Fri 9 Jan 2026 16:30 +05:30 already."
    )
    assert log.begin(at=after(minutes=-60)).text == again.text
    assert [event for event, _ in log.told()] == [LedgerEvent.OUTAGE_BEGUN, LedgerEvent.OUTAGE_ENDED]


def test_a_mistake_is_withdrawn_and_counts_no_more(log: Log) -> None:
    log.begin()
    log.now = after(hours=1)
    assert log.withdraw(1).text == "Number 1, an outage of the whole service, is withdrawn and counts no more."
    assert not log.withdraw(1).changed
    assert log.store.read(lambda conn: spans_between(conn, TWO.availability, NOON, after(hours=2))) == []
    assert log.told()[-1] == (
        LedgerEvent.OUTAGE_WITHDRAWN,
        "maya withdrew number 1, an outage of the whole service, because it was a drill.",
    )


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (
            lambda log: log.begin("consle"),
            '"consle" is not a service of the policy; use one of console, agents; did you mean "console"?',
        ),
        (lambda log: log.begin(at=after(minutes=1)), "this time is still to come; log an outage when it has begun"),
        (lambda log: log.end(at=after(minutes=1)), "this time is still to come"),
        (
            lambda log: log.add(NOON, NOON),
            "it would end before it begins; give an end that is later than the beginning",
        ),
        (lambda log: log.withdraw(7), "no outage has the number 7; slabot outage list shows the numbers"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(log: Log, act: Callable[[Log], Logged], words: str) -> None:
    with pytest.raises(OutageRefused) as caught:
        act(log)
    assert words in str(caught.value)
    assert log.told() == []


def test_an_end_before_the_beginning_is_refused(log: Log) -> None:
    log.begin()
    with pytest.raises(OutageRefused, match=r"it would end before it began\. Number 1 is an outage of"):
        log.end(at=after(minutes=-5))
    with pytest.raises(OutageRefused, match=r"leave it out, or add it to availability\.services"):
        Log(log.store, policy()).begin("console")
    assert log.store.read(outages.all_lasting)[0].n == 1


def test_what_tickets_mark_and_what_people_log_stand_together(log: Log) -> None:
    keep(log.store, asked(), ticket=a_ticket("5", tags=("outage",)))
    log.now = after(hours=1)
    log.begin("console", at=after(minutes=30))
    found = log.store.read(lambda conn: spans_between(conn, TWO.availability, NOON, after(hours=1)))
    assert [(span.name, span.service) for span in found] == [("1", "console")]
    rules = policy({"availability": {"services": ["console"], "outages": [{"name": "D", "when": {"tags": "outage"}}]}})
    found = log.store.read(lambda conn: spans_between(conn, rules.availability, NOON, after(hours=1)))
    assert [(span.name, span.service) for span in found] == [("acme/5", None), ("1", "console")]
