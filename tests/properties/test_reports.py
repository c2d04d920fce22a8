"""Do the figures add up, whatever the tickets, and whoever hands over the rows?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slabot.domain import TicketRecord
from slabot.reports.kinds import ageing, breaches, compliance, response_times
from slabot.reports.local_time import seconds
from slabot.reports.model import Line, Report, Share, Table
from slabot.reports.question import DAY, Cut, Question
from slabot.reports.rows import ALWAYS, CountedClock, Period, PeriodBy, StretchRow, TicketRow
from slabot.reports.ticket_source import TicketSource
from slabot.rules import decide
from slabot.rules.records import records as records_of
from slabot.runtime.reporting import StoreSource
from slabot.store import Store, open_store, records, tickets
from tests.fixtures.stores import _sqlite_template
from tests.properties.stories import FoundMessage, moments_of, told

EXAMPLES = 40


class Several:
    """The rows of several tickets, each by its own policy."""

    def __init__(self, sources: list[TicketSource]) -> None:
        self._sources = sources

    def clocks(self, period: Period, by: PeriodBy) -> Iterator[CountedClock]:
        for source in self._sources:
            yield from source.clocks(period, by)

    def running(self) -> Iterator[CountedClock]:
        for source in self._sources:
            yield from source.running()

    def tickets(self) -> Iterator[TicketRow]:
        for source in self._sources:
            yield from source.tickets()

    def every_ticket(self, period: Period) -> Iterator[TicketRow]:
        for source in self._sources:
            yield from source.every_ticket(period)

    def stretches(self, period: Period) -> Iterator[StretchRow]:
        for source in self._sources:
            yield from source.stretches(period)

    def pages(self, period: Period) -> Iterator[Any]:
        for source in self._sources:
            yield from source.pages(period)


def numbered(story: FoundMessage, number: int) -> TicketRecord:
    return TicketRecord(replace(story.ticket, id=str(number)), story.timeline)


@st.composite
def desks(draw: st.DrawFn) -> tuple[Several, datetime]:
    stories = draw(st.lists(told(), min_size=1, max_size=6))
    now = max(draw(moments_of(story)) for story in stories)
    sources = [TicketSource([numbered(each, n)], each.policy, now) for n, each in enumerate(stories)]
    return Several(sources), now


def counts(line: Line, table: Table) -> list[int]:
    """The figures of a row that can be added."""
    found = []
    for value, column in zip(line.values, table.columns, strict=True):
        if isinstance(value, Share):
            found += [value.part, value.of]
        elif isinstance(value, int) and column.unit.value == "count":
            found.append(value)
    return found


def summed(report: Report) -> list[int]:
    table = report.tables[0]
    added = [counts(line, table) for line in table.lines]
    return [sum(column) for column in zip(*added, strict=True)]


cuts = st.lists(st.sampled_from(list(Cut)), max_size=3, unique=True).map(tuple)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(desks(), cuts, st.sampled_from(list(PeriodBy)))
def test_sums_over_any_cut_equal_the_whole(desk: tuple[Several, datetime], by: Any, period_by: PeriodBy) -> None:
    source, now = desk
    zone = ZoneInfo("Asia/Kolkata")
    asked: dict[str, Any] = {"now": seconds(now), "zone": zone, "period_by": period_by}
    for kind in (compliance, response_times, ageing):
        whole = kind.build(source, Question(**asked))
        cut = kind.build(source, Question(by=by, **asked))
        assert summed(cut) == summed(whole)
        if cut.tables[0].total is not None:
            assert counts(cut.tables[0].total, cut.tables[0]) == summed(cut)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(desks(), st.sampled_from(list(PeriodBy)))
def test_the_days_of_a_period_add_up_to_it(desk: tuple[Several, datetime], period_by: PeriodBy) -> None:
    source, now = desk
    zone = ZoneInfo("Asia/Kolkata")
    end = seconds(now)
    start = end - 20 * DAY

    def judged(period: Period) -> int:
        made = compliance.build(source, Question(now=end, zone=zone, period=period, period_by=period_by))
        table = made.tables[0]
        running = [column.key for column in table.columns].index("running")
        every = [column.key for column in table.columns].index("clocks")
        total = 0
        for line in table.lines:
            found, still = line.values[every], line.values[running]
            assert isinstance(found, int)
            assert isinstance(still, int)
            total += found - (still if period_by is PeriodBy.JUDGED else 0)
        return total

    assert sum(judged(Period(start + day * DAY, start + (day + 1) * DAY)) for day in range(20)) == judged(
        Period(start, start + 20 * DAY)
    )


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(desks())
def test_the_breaches_that_are_listed_are_those_that_are_counted(desk: tuple[Several, datetime]) -> None:
    source, now = desk
    question = Question(now=seconds(now), zone=ZoneInfo("UTC"))
    counted = compliance.build(source, question).tables[0]
    place = [column.key for column in counted.columns].index("missed")
    reasons, listed = breaches.build(source, question).tables

    missed = sum(int(str(line.values[place])) for line in counted.lines)
    assert len(listed.lines) == missed == sum(int(str(line.values[1])) for line in reasons.lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


def stored(store: Store, story: FoundMessage, now: datetime) -> None:
    """As the runtime would have it, by the policy of the story."""
    record = numbered(story, 1)

    def write(conn: Any) -> None:
        kept = tickets.merge(conn, record.ticket, record.timeline, "v1", now)
        found = records_of(decide(kept.ticket, kept.timeline, story.policy, now), story.policy, 0)
        name = kept.ticket.helpdesk, kept.ticket.id
        records.save(conn, [records.changes(name, found, records.form_of(by_agent=True), records.NOTHING)])

    store.write(write)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(told(), st.data())
def test_a_store_hands_over_the_rows_that_the_tickets_themselves_do(
    folder: Path, story: FoundMessage, data: st.DataObject
) -> None:
    now = data.draw(moments_of(story))
    if story.ticket.created_at > now:
        now = story.ticket.created_at + timedelta(hours=1)
    file = folder / "one.db"
    shutil.copyfile(_sqlite_template(), file)
    for more in ("-wal", "-shm"):
        file.with_name(f"one.db{more}").unlink(missing_ok=True)
    with open_store(f"sqlite:///{file}") as store:
        stored(store, story, now)
        direct = TicketSource([numbered(story, 1)], story.policy, now)

        def compare(conn: Any) -> None:
            source = StoreSource(conn)
            for by in PeriodBy:
                assert sorted(map(str, source.clocks(ALWAYS, by))) == sorted(map(str, direct.clocks(ALWAYS, by)))
            assert sorted(map(str, source.running())) == sorted(map(str, direct.running()))
            assert list(source.tickets()) == list(direct.tickets())
            assert list(source.every_ticket(ALWAYS)) == list(direct.every_ticket(ALWAYS))
            assert sorted(source.stretches(ALWAYS)) == sorted(direct.stretches(ALWAYS))
            until = Period(None, seconds(now) + 1)
            assert sorted(map(str, source.pages(until))) == sorted(map(str, direct.pages(until)))

        store.read(compare)
