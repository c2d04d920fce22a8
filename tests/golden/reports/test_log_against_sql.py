"""Does another engine give the same figures on four years of a real helpdesk?

Promise: the SQL beside this file was written by hand from the agreement and reads the rows of the log; it shares no
line, no calendar and no library with slabot.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from examples.event_log import read_log, read_rows
from slabot.calendars import iana_zone
from slabot.domain import TicketRecord, parse_instant
from slabot.policy import load_policy
from slabot.reports.kinds import ageing, breaches, compliance, response_times
from slabot.reports.local_time import seconds
from slabot.reports.model import Report, Share
from slabot.reports.question import Question, parse_cuts
from slabot.reports.rows import Period, PeriodBy
from slabot.reports.ticket_source import TicketSource
from tests.fixtures.stores import create_database, drop_database, postgres_address

ROOT = Path(__file__).resolve().parents[3]
SQL = Path(__file__).with_name("log.sql")
NOW = "2012-03-01T16:30:00+01:00"  # tickets are open then, and clocks run
NAMES = {"critical": "Value 4", "high": "Value 1", "medium": "Value 2", "low": "Value 3"}

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def log(shared_dir: Path) -> Path:
    return shared_dir / "recorded" / "helpdesk-event-log" / "helpdesk.csv.gz"


@pytest.fixture(scope="module")
def source(log: Path) -> TicketSource:
    policy = load_policy((ROOT / "examples" / "event_log_policy.yaml").read_bytes(), "policy")

    def read() -> Iterator[TicketRecord]:
        with gzip.open(log, "rt", encoding="utf-8", newline="") as stream:
            yield from read_log(read_rows(stream, "helpdesk.csv", iana_zone("Europe/Rome")), "helpdesk", Counter())

    return TicketSource(read(), policy, parse_instant(NOW))


@pytest.fixture(scope="module")
def engine(log: Path) -> Iterator[psycopg.Connection]:
    """The log in a table, and the SQL's own tables made of it."""
    name = create_database(migrated=False)
    address = postgres_address(name).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as conn:
        wanted = ("Case ID", "Activity", "Complete Timestamp", "seriousness_2")
        columns = ", ".join(f'"{column}" text' for column in wanted)
        conn.execute(f"CREATE TABLE log (n serial, {columns})")
        with gzip.open(log, "rt", encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            heads = next(rows)
            places = [heads.index(column) for column in wanted]
            with conn.cursor() as cursor:
                into = ", ".join(f'"{column}"' for column in wanted)
                with cursor.copy(f"COPY log ({into}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row([row[place] for place in places])
        text = SQL.read_text(encoding="utf-8").replace(":now", f"timestamptz '{NOW}'")
        conn.execute(
            f"DELETE FROM log WHERE to_timestamp(\"Complete Timestamp\", 'YYYY/MM/DD HH24:MI:SS.MS')::timestamp "
            f"AT TIME ZONE 'Europe/Rome' > timestamptz '{NOW}'"
        )
        conn.execute(text)
        yield conn
    drop_database(name)


def question(by: str = "", **more: Any) -> Question:
    zone = iana_zone("Europe/Rome")
    cuts = parse_cuts(by) if by else ()
    return Question(now=seconds(parse_instant(NOW)), zone=zone, by=cuts, severities=tuple(NAMES), **more)


def asked(engine: psycopg.Connection, sql: str) -> Rows:
    return engine.execute(sql).fetchall()


def picked(report: Report, *columns: str, table: int = 0) -> Rows:
    """Some columns of a report's table; a share as its two numbers."""
    found = report.tables[table]
    places = [[column.key for column in found.columns].index(column) for column in columns]
    return [
        tuple(v.part if isinstance(v, Share) else v for v in (line.values[p] for p in places)) for line in found.lines
    ]


def by_severity(rows: Rows) -> Rows:
    order = {name: place for place, name in enumerate(NAMES.values())}
    names = {value: name for name, value in NAMES.items()}
    return [(names[row[0]], *row[1:]) for row in sorted(rows, key=lambda row: order[row[0]])]


def test_compliance_by_severity(source: TicketSource, engine: psycopg.Connection) -> None:
    report = compliance.build(source, question("severity"))
    mine = picked(report, "severity", "clocks", "met", "missed", "unanswered", "running")

    theirs = asked(
        engine,
        """SELECT severity, count(*),
                  count(*) FILTER (WHERE NOT missed AND answered IS NOT NULL),
                  count(*) FILTER (WHERE missed),
                  count(*) FILTER (WHERE NOT missed AND answered IS NULL AND stopped IS NOT NULL),
                  count(*) FILTER (WHERE NOT missed AND stopped IS NULL)
           FROM judged GROUP BY severity""",
    )
    assert mine == by_severity(theirs)
    assert sum(row[1] for row in mine) > 2000
    assert sum(row[5] for row in mine) > 0, "some run at that time"


def test_response_times_by_severity(source: TicketSource, engine: psycopg.Connection) -> None:
    report = response_times.build(source, question("severity"))
    mine = [
        row for row in picked(report, "severity", "answered", "worked_p50", "worked_p90", "worked_longest") if row[1]
    ]

    theirs = asked(
        engine,
        """WITH length AS (SELECT severity, pg_temp.counted(ticket, asked, answered, severity) AS worked
                           FROM judged WHERE answered IS NOT NULL)
           SELECT severity, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY worked),
                  percentile_disc(0.9) WITHIN GROUP (ORDER BY worked), max(worked)
           FROM length GROUP BY severity""",
    )
    assert mine == by_severity(theirs)


def test_the_tickets_that_missed(source: TicketSource, engine: psycopg.Connection) -> None:
    listed = picked(breaches.build(source, question()), "ticket", table=1)

    theirs = asked(engine, "SELECT replace(ticket, 'Case ', 'helpdesk/') FROM judged WHERE missed")
    assert sorted(listed) == sorted(theirs)


def test_real_time_to_answer_by_month_of_the_request(source: TicketSource, engine: psycopg.Connection) -> None:
    report = response_times.build(source, question("month", period_by=PeriodBy.STARTED))
    mine = [row for row in picked(report, "month", "answered", "real_p50", "real_p90") if row[1]]

    theirs = asked(
        engine,
        """WITH length AS (SELECT to_char(asked AT TIME ZONE 'Europe/Rome', 'YYYY-MM') AS month,
                                 extract(epoch FROM answered - asked)::bigint AS lasted
                          FROM ticket WHERE answered IS NOT NULL)
           SELECT month, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY lasted),
                  percentile_disc(0.9) WITHIN GROUP (ORDER BY lasted)
           FROM length GROUP BY month ORDER BY month""",
    )
    assert mine == theirs
    assert len(mine) > 20


def test_tickets_that_were_open_at_the_end_of_each_day(source: TicketSource, engine: psycopg.Connection) -> None:
    start = seconds(parse_instant("2012-02-01T00:00:00+01:00"))
    end = seconds(parse_instant("2012-02-29T00:00:00+01:00"))
    report = ageing.build(source, question(period=Period(start, end)))
    mine = picked(report, "day", "open", "age_p50", table=1)

    theirs = asked(
        engine,
        """SELECT to_char(day, 'YYYY-MM-DD'), count(*),
                  percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM till - asked)::bigint)
           FROM (SELECT day, (day + 1)::timestamp AT TIME ZONE 'Europe/Rome' AS till
                 FROM (SELECT generate_series('2012-02-01'::date, '2012-02-28', '1 day')::date AS day) AS each) AS days
           JOIN ticket ON asked < till
             AND NOT EXISTS (SELECT FROM over o WHERE o.ticket = ticket.ticket AND o.since < till
                             AND coalesce(o.until, 'infinity') >= till)
           GROUP BY day ORDER BY day""",
    )
    assert mine == theirs
    assert len(mine) == 28
