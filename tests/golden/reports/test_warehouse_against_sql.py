"""Does another engine give the same figures on the rows of a data warehouse?

Promise: the SQL reads the tables as they are. None of these tickets has its messages, so no verdict may be claimed
for any.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from examples.warehouse import read_all, read_warehouse
from slabot.domain import parse_instant
from slabot.policy import FIRST_RESPONSE
from slabot.reports.kinds import auto_solved, compliance, response_times
from slabot.reports.local_time import seconds
from slabot.reports.question import Question, parse_cuts
from slabot.reports.rows import PeriodBy
from slabot.reports.ticket_source import TicketSource
from tests.fixtures.policies import policy
from tests.fixtures.stores import create_database, drop_database, postgres_address
from tests.golden.reports.test_log_against_sql import asked, picked

NOW = parse_instant("2021-02-01T00:00:00Z")
TABLES = ("ticket", "ticket_comment", "ticket_field_history", "user")
# One verdict for each ticket: void where it was deleted, unknown where no row says what was written on it.
VERDICTS = """
WITH judged AS (
  SELECT t.id, to_char(t.created_at::timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM') AS month,
         CASE WHEN t.status = 'deleted' THEN 'void'
              WHEN NOT EXISTS (SELECT FROM ticket_comment c WHERE c.ticket_id = t.id) THEN 'unknown'
              ELSE 'known' END AS verdict
  FROM ticket t)
"""


@pytest.fixture(scope="module")
def folder(shared_dir: Path) -> Path:
    return shared_dir / "recorded" / "zendesk-warehouse-seeds"


@pytest.fixture(scope="module")
def source(folder: Path) -> TicketSource:
    found = (each.record for each in read_all(read_warehouse(folder), "acme"))
    return TicketSource(found, policy(), NOW)


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[psycopg.Connection]:
    name = create_database(migrated=False)
    with psycopg.connect(postgres_address(name), autocommit=True) as conn:
        for table in TABLES:
            with (folder / f"{table}_data.csv").open(encoding="utf-8", newline="") as stream:
                heads, *rows = csv.reader(stream)
            columns = ", ".join(f'"{head}" text' for head in heads)
            conn.execute(f'CREATE TABLE "{table}" ({columns})')
            with conn.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        yield conn
    drop_database(name)


def question(by: str = "", **more: Any) -> Question:
    made = policy()
    return Question(
        now=seconds(NOW),
        zone=made.display_zone,
        by=parse_cuts(by) if by else (),
        severities=made.severity_names,
        clock=FIRST_RESPONSE,
        **more,
    )


def test_no_verdict_is_claimed_where_messages_are_missing(source: TicketSource, engine: psycopg.Connection) -> None:
    report = compliance.build(source, question("month", period_by=PeriodBy.STARTED))
    mine = picked(report, "month", "clocks", "met", "missed", "unknown", "void")

    theirs = asked(
        engine,
        f"""{VERDICTS} SELECT month, count(*), 0, count(*) FILTER (WHERE verdict = 'known'),
              count(*) FILTER (WHERE verdict = 'unknown'), count(*) FILTER (WHERE verdict = 'void')
            FROM judged GROUP BY month ORDER BY month""",
    )
    assert mine == theirs
    assert sum(row[1] for row in mine) == 10


def test_no_length_is_claimed_either(source: TicketSource, engine: psycopg.Connection) -> None:
    (mine,) = picked(response_times.build(source, question()), "answered", "not_answered", "running")

    assert [mine] == asked(engine, "SELECT 0, count(*), 0 FROM ticket")


def test_solves_are_those_of_the_tickets_that_were_solved(source: TicketSource, engine: psycopg.Connection) -> None:
    mine = picked(auto_solved.build(source, question()), "solves")

    theirs = asked(engine, "SELECT count(*) FROM ticket WHERE status IN ('solved', 'closed')")
    assert sum(row[0] for row in mine) >= theirs[0][0]
    assert {
        f"acme/{row[0]}" for row in asked(engine, "SELECT id FROM ticket WHERE status IN ('solved', 'closed')")
    } == {
        ticket
        for line in auto_solved.build(source, question(tickets=True)).tables[0].lines
        for found in line.tickets.values()
        for ticket in found
    }
