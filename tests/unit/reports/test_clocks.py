"""Do figures of clocks hold what belongs together, and nothing of another time or another kind of clock?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from slabot.domain import Person
from slabot.policy.reporting import Every
from slabot.reports.as_text import text_of
from slabot.reports.kinds import compliance, response_times
from slabot.reports.local_time import seconds
from slabot.reports.question import Cut
from slabot.reports.rows import Period
from slabot.reports.summary import summary_of
from slabot.reports.ticket_source import TicketSource
from tests.fixtures.policies import policy
from tests.fixtures.tickets import SOLVED, Story, ticket
from tests.fixtures.times import KOLKATA, at
from tests.unit.reports.test_figures import HIGH, NOW, asked, made, records, values

RESOLUTION: dict[str, Any] = {
    "name": "resolution",
    "kind": "resolution",
    "within": {"high": "24h"},
    "calendar": "support_week",
}
SOLVED_LATE = HIGH.answers("Mon 12 Jan 11:00").becomes("Fri 16 Jan 10:00", SOLVED)
INTERNAL: dict[str, Any] = {
    "agreements": [{"name": "ours", "when": {"tags": ["ours"]}, "no_promise": "our own people"}]
}


def day(text: str) -> Period:
    begins = at(text)
    return Period(seconds(begins), seconds(begins + timedelta(days=1)))


@pytest.mark.parametrize("kind", [compliance, response_times])
def test_a_clock_that_may_still_be_met_is_in_no_period_that_is_over(kind: Any) -> None:
    question = asked("Mon 12 Jan 11:00", period=day("Fri 9 Jan 00:00"))
    assert made(kind, question, HIGH, now="Mon 12 Jan 11:00").tables[0].lines == []

    question = asked("Mon 12 Jan 11:00", period=day("Mon 12 Jan 00:00"))
    assert values(made(kind, question, HIGH, now="Mon 12 Jan 11:00"), "running") == [(1,)]


def test_one_that_may_still_be_met_counts_in_the_present_month() -> None:
    late = ticket("Fri 30 Jan 23:00", priority="low")
    report = made(compliance, asked("Mon 2 Feb 10:00", by=(Cut.MONTH,)), late, now="Mon 2 Feb 10:00")
    assert values(report, "month", "running") == [("2026-02", 1)]


def test_a_clock_without_a_promise_does_not_run_towards_a_deadline() -> None:
    ours = ticket("Mon 12 Jan 10:00", priority="high", tags=("ours",))
    assert values(made(compliance, asked(), ours, **INTERNAL), "running", "no_promise") == [(0, 1)]

    answered = ours.answers("Mon 12 Jan 11:00")
    assert made(response_times, asked(), answered, **INTERNAL).tables[0].lines == [], "it did not end without an answer"


@pytest.mark.parametrize("kind", [compliance, response_times])
def test_clocks_of_several_kinds_are_never_added_up(kind: Any) -> None:
    stories = SOLVED_LATE, ticket("Mon 12 Jan 10:00", priority="urgent").answers("Mon 12 Jan 10:30")
    question = asked(by=(Cut.SEVERITY,), charts=True)
    report = made(kind, question, *stories, clocks=[RESOLUTION])

    (table,) = report.tables
    assert table.total is None
    found = {line.values[0]: line.values[2:4] for line in table.totals}
    assert set(found) == {"first_response", "resolution"}
    assert [line.values[:2] for line in table.totals] == [("first_response", "all"), ("resolution", "all")]
    assert len({chart.key for chart in report.charts}) == len(report.charts)
    assert {chart.title.rpartition(" (")[2] for chart in report.charts} == {"first response)", "resolution)"}


def test_one_kind_of_clock_has_one_total() -> None:
    stories = SOLVED_LATE, ticket("Mon 12 Jan 10:00", priority="urgent").answers("Mon 12 Jan 10:30")
    (table,) = made(compliance, asked(by=(Cut.SEVERITY,)), *stories).tables
    assert table.total is not None
    assert (table.total.values[:3], table.totals) == (("all", "", 2), ())


def told(now: str, every: Every, since: str, until: str, *stories: Story, **policy_edits: Any) -> str:
    rules = policy(policy_edits)
    source = TicketSource(records(*stories), rules, at(now))
    begins, ends = (at(each).astimezone(KOLKATA) for each in (since, until))
    return summary_of(source, asked(now), every, begins, ends).text


def test_a_month_stands_beside_the_whole_month_before_it_and_nothing_else() -> None:
    def answered(when: str) -> Story:
        return ticket(when, priority="urgent").answers(when.replace("10:00", "10:30"))

    # The last day of January, the first of February; a month of 28 days before the first of March would leave out one.
    january = answered("Sat 31 Jan 10:00")
    stories = january, answered("Sun 1 Feb 10:00"), answered("Tue 3 Mar 10:00")
    text = told("Wed 1 Apr 10:00", Every.MONTH, "Sun 1 Mar 00:00", "Wed 1 Apr 00:00", *stories)
    assert "100.0 % of 1 promises were kept (the month before: 100.0 % of 1)" in text


def test_a_summary_adds_up_no_clocks_of_several_kinds() -> None:
    text = told(NOW, Every.MONTH, "Thu 1 Jan 00:00", "Fri 30 Jan 00:00", SOLVED_LATE, clocks=[RESOLUTION])
    assert "promises kept: first response 100.0 % of 1; resolution 0.0 % of 1." in text


def test_no_name_poses_as_a_line_of_ours() -> None:
    story = ticket("Mon 12 Jan 10:00", priority="high", requester=Person(id="r1", organization="Co\nTotal 100 %"))
    question = asked(by=(Cut.ORGANIZATION,), tickets=True)
    text = text_of(made(compliance, question, story), question, config="config.yaml")
    assert not any(line.startswith("Total") for line in text.splitlines())


def test_wide_letters_and_long_names_keep_their_columns() -> None:
    names = "日本語", "e\u0301te\u0301", "A" * 5000
    stories = (
        ticket("Mon 12 Jan 10:00", priority="high", requester=Person(id="r1", organization=name)) for name in names
    )
    question = asked(by=(Cut.ORGANIZATION,), tickets=True)
    text = text_of(made(compliance, question, *stories), question, config="config.yaml")
    rows = [line for line in text.splitlines() if "0.0 % of 1" in line]
    assert len({cell_len(line) for line in rows}) == 1
    assert max(map(len, text.splitlines())) < 250
