"""Which days does the report of ages tell?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from slabot.domain import TicketRecord
from slabot.reports.kinds import ageing
from slabot.reports.local_time import seconds
from slabot.reports.question import Question
from slabot.reports.ticket_source import TicketSource
from tests.fixtures.policies import policy
from tests.fixtures.tickets import SOLVED, Story, ticket
from tests.fixtures.times import at

NOW = at("Fri 30 Jan 12:00")


def days(*stories: Story) -> tuple[list[tuple[str, int]], tuple[str, ...]]:
    """Each day that is told with how many were open at its end, and the notes."""
    question = Question(now=seconds(NOW), zone=ZoneInfo("Asia/Kolkata"))
    records = [TicketRecord(ticket=story.ticket, timeline=story.timeline) for story in stories]
    source = TicketSource(records, policy(), NOW)
    table = next(each for each in ageing.build(source, question).tables if each.key == "days")
    return [(str(line.values[0]), int(str(line.values[1]))) for line in table.lines], table.notes


def test_days_before_the_first_open_ticket_are_left_out_and_said() -> None:
    told, notes = days(ticket("Mon 26 Jan 09:00").becomes("Tue 27 Jan 09:00", SOLVED), ticket("Thu 29 Jan 09:00"))
    assert told == [("2026-01-26", 1), ("2026-01-27", 0), ("2026-01-28", 0), ("2026-01-29", 1)]
    assert notes == ("Days before the first at whose end a ticket was open are left out.",)


def test_no_day_is_left_out_where_one_was_open_from_the_beginning() -> None:
    told, notes = days(ticket("Sat 1 Nov 2025 09:00"))
    assert (len(told), notes) == (30, ())
