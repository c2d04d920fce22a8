"""Are figures right where they are easily wrong: at the edges of periods, zones, shares and the present?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slabot.domain import TicketRecord, parse_instant
from slabot.reports.as_text import age_text, length_text, share_text, text_of
from slabot.reports.errors import UnknownCut, UnknownKind
from slabot.reports.kinds import auto_solved, compliance, forgotten, pages, severity
from slabot.reports.kinds.ageing import bucket_of
from slabot.reports.local_time import LocalTime, seconds
from slabot.reports.model import NONE, Report, Share, percentile
from slabot.reports.question import DAY, Cut, Question, parse_cuts
from slabot.reports.registry import kind
from slabot.reports.rows import Period, PeriodBy
from slabot.reports.ticket_source import TicketSource
from slabot.rules.severity import SeveritySource
from tests.fixtures.policies import policy
from tests.fixtures.tickets import SLABOT, SOLVED, Story, ticket
from tests.fixtures.times import KOLKATA, at

NOW = "Fri 30 Jan 12:00"
HIGH = ticket("Mon 12 Jan 10:00", priority="high")


def records(*stories: Story) -> list[TicketRecord]:
    return [TicketRecord(replace(each.ticket, id=str(n)), each.timeline) for n, each in enumerate(stories, 1)]


def asked(now: str = NOW, **more: Any) -> Question:
    return Question(now=seconds(at(now)), zone=KOLKATA, severities=policy().severity_names, **more)


def values(report: Report, *keys: str, table: int = 0) -> list[tuple[Any, ...]]:
    found = report.tables[table]
    places = [[column.key for column in found.columns].index(key) for key in keys]
    return [tuple(line.values[place] for place in places) for line in found.lines]


def made(kind_of: Any, question: Question, *stories: Story, now: str = NOW, **policy_edits: Any) -> Report:
    source = TicketSource(records(*stories), policy(policy_edits), at(now))
    report: Report = kind_of.build(source, question)
    return report


class TestShares:
    @pytest.mark.parametrize(
        ("share", "text"),
        [
            (Share(7, 8), "87.5 % of 8"),
            (Share(9_999, 10_000), "99.9 % of 10,000"),
            (Share(1, 100_000), "0.1 % of 100,000"),
            (Share(0, 3), "0.0 % of 3"),
            (Share(3, 3), "100.0 % of 3"),
            (Share(0, 0), "-"),
        ],
    )
    def test_what_is_not_all_never_reads_as_all(self, share: Share, text: str) -> None:
        assert share_text(share) == text

    def test_a_percentile_is_a_value_that_was_measured(self) -> None:
        assert [percentile([1, 2, 3, 4], percent) for percent in (50, 90, 100)] == [2, 4, 4]
        assert percentile([], 50) is None

    def test_lengths_of_real_time_are_told_in_days(self) -> None:
        assert [age_text(each) for each in (90, 3 * DAY, 3 * DAY + 7200)] == ["1 min", "3 d", "3 d 2 h"]
        assert [length_text(each) for each in (59, -5400)] == ["59 s", "-1 h 30 min"]


class TestPeriods:
    def test_a_miss_belongs_to_the_day_on_which_its_deadline_passed(self) -> None:
        story = HIGH.answers("Wed 14 Jan 10:00")
        day = Period(seconds(at("Mon 12 Jan 00:00")), seconds(at("Tue 13 Jan 00:00")))

        assert values(made(compliance, asked(period=day), story), "missed") == [(1,)]
        later = Period(day.until, seconds(at("Thu 15 Jan 00:00")))
        assert values(made(compliance, asked(period=later), story), "missed") == []

    def test_by_its_start_it_belongs_to_the_day_of_the_request(self) -> None:
        story = ticket("Mon 12 Jan 22:00", priority="high").answers("Wed 14 Jan 10:00")
        question = asked(by=(Cut.MONTH,), period_by=PeriodBy.STARTED)

        assert values(made(compliance, question, story), "month", "missed") == [("2026-01", 1)]

    def test_the_first_second_is_in_and_the_last_is_not(self) -> None:
        period = Period(100, 200)
        assert [period.holds(each) for each in (99, 100, 199, 200, None)] == [False, True, True, False, False]

    def test_months_begin_at_midnight_of_the_zone(self) -> None:
        local = LocalTime(ZoneInfo("Asia/Kolkata"))
        first = seconds(parse_instant("2026-02-01T00:00:00+05:30"))

        assert [local.month(first - 1), local.month(first)] == ["2026-01", "2026-02"]

    def test_an_hour_that_summer_time_skips_belongs_to_the_next(self) -> None:
        local = LocalTime(ZoneInfo("Europe/Berlin"))
        sunday = [seconds(parse_instant(f"2026-03-29T0{hour}:30:00Z")) for hour in (0, 1)]

        assert [local.hour_of_week(each) - 6 * 24 for each in sunday] == [1, 3]


def test_a_running_clock_past_its_deadline_is_missed_although_nobody_has_looked_since() -> None:
    source = TicketSource(records(HIGH), policy(), at("Mon 12 Jan 11:00"))

    before, later = (
        values(compliance.build(source, asked(now)), "missed", "running")
        for now in ("Mon 12 Jan 16:00", "Mon 12 Jan 16:01")
    )
    assert (before, later) == ([(0, 1)], [(1, 0)])


def test_tickets_stand_behind_each_figure() -> None:
    report = made(compliance, asked(tickets=True), HIGH.answers("Mon 12 Jan 11:00"), HIGH)

    assert report.tables[0].lines[0].tickets == {"met": ["acme/1"], "missed": ["acme/2"]}
    assert "slabot explain -c config.yaml HELPDESK/ID" in text_of(report, asked(tickets=True), config="config.yaml")


def test_what_is_open_is_put_by_its_age_exactly() -> None:
    assert [bucket_of(each) for each in (0, DAY - 1, DAY, 3 * DAY - 1, 90 * DAY)] == [0, 0, 1, 1, 6]


class TestForgotten:
    def test_a_ticket_in_which_the_customer_spoke_last_is_forgotten_after_three_days(self) -> None:
        answered = HIGH.answers("Mon 12 Jan 11:00")
        asks_again = answered.asks("Mon 12 Jan 12:00")
        for now, found in (("Thu 15 Jan 12:00", []), ("Thu 15 Jan 12:01", [("acme/2",)])):
            report = made(forgotten, asked(now), answered, asks_again, now=now)
            assert values(report, "ticket") == found

    def test_one_that_was_missed_and_is_open_is_listed_until_it_is_answered(self) -> None:
        report = made(forgotten, asked(), HIGH, HIGH.answers("Tue 13 Jan 10:00"))
        assert values(report, "ticket", table=1) == [("acme/1",)]

    def test_a_customer_who_waits_without_a_clock_is_listed(self) -> None:
        story = HIGH.answers("Mon 12 Jan 11:00").asks("Mon 12 Jan 12:00")
        assert values(made(forgotten, asked(), story), "ticket", table=2) == [("acme/1",)]


class TestAutoSolved:
    SOLVED_BY_US = HIGH.answers("Mon 12 Jan 11:00").becomes("Tue 13 Jan 10:00", SOLVED, by=SLABOT)
    BY_PEOPLE = HIGH.answers("Mon 12 Jan 11:00").becomes("Tue 13 Jan 10:00", SOLVED)

    def test_customers_who_wrote_again_stand_beside_those_of_people(self) -> None:
        late = "Fri 27 Feb 12:00"
        report = made(
            auto_solved,
            asked(late),
            self.SOLVED_BY_US.asks("Wed 14 Jan 10:00"),
            self.SOLVED_BY_US,
            self.BY_PEOPLE,
            now=late,
        )
        assert values(report, "by", "solves", "share") == [("slabot", 2, Share(1, 2)), ("people", 1, Share(0, 1))]

    def test_a_solve_whose_days_are_not_over_is_counted_apart(self) -> None:
        report = made(auto_solved, asked(), self.SOLVED_BY_US)
        assert values(report, "solves", "over", "pending") == [(1, 0, 1)]

    def test_a_follow_up_ticket_is_writing_again(self) -> None:
        follows = ticket("Wed 14 Jan 10:00")
        follows = Story(replace(follows.ticket, follows="1"), follows.events)
        report = made(auto_solved, asked(), self.SOLVED_BY_US, follows)
        assert values(report, "again") == [(1,)]


class TestPages:
    STORY = (
        HIGH.paged("Mon 12 Jan 15:00", "50% used", to="user:maya@acme.example", severity="high")
        .paged("Mon 12 Jan 23:30", "breach", to="channel", severity="high")
        .acknowledged("Mon 12 Jan 23:40", "first_response")
    )

    def test_a_page_is_acknowledged_by_the_first_click_at_or_after_it(self) -> None:
        report = made(pages, asked(), self.STORY)
        (only,) = values(report, "pages", "acknowledged", "within_p50", "night", "weekend")
        assert only == (2, Share(2, 2), 600, 1, 0)

    def test_without_figures_by_agent_no_person_is_named(self) -> None:
        report = made(pages, asked(by_agent=False), self.STORY)
        text = text_of(report, asked(by_agent=False), config="c")
        assert "maya" not in text
        assert "people" in text


def test_what_was_proposed_stands_beside_what_was_chosen() -> None:
    report = made(severity, asked(), HIGH.severity("Mon 12 Jan 11:00", "critical"), HIGH)

    assert values(report, "tickets", "confirmed", "raised", "unconfirmed") == [(2, 1, 1, Share(1, 2))]
    assert values(report, "proposed", "chosen", "tickets", table=1) == [("high", "critical", 1)]


class TestQuestions:
    def test_cuts_are_read_in_any_case_and_spelling(self) -> None:
        assert parse_cuts("Severity, organisation,severity") == (Cut.SEVERITY, Cut.ORGANIZATION)

    @pytest.mark.parametrize("text", ["colour", "severity,,month", ""])
    def test_an_unknown_cut_is_named_with_those_that_there_are(self, text: str) -> None:
        with pytest.raises(UnknownCut, match="severity, month"):
            parse_cuts(text)

    def test_figures_by_agent_are_refused_where_the_policy_forbids_them(self) -> None:
        with pytest.raises(UnknownCut, match="by_agent: false"):
            made(compliance, asked(by=(Cut.AGENT,), by_agent=False), HIGH)

    def test_an_unknown_kind_is_told_with_the_nearest(self) -> None:
        with pytest.raises(UnknownKind, match="compliance"):
            kind("complience")

    def test_severities_stand_in_the_order_of_the_policy_and_nothing_last(self) -> None:
        question = asked(by=(Cut.SEVERITY,))
        assert question.ordered([(NONE,), ("low",), ("critical",)]) == [("critical",), ("low",), (NONE,)]


def test_whoever_can_propose_a_severity_has_words_in_its_report() -> None:
    assert set(severity.SOURCES) == {each.value for each in SeveritySource}
