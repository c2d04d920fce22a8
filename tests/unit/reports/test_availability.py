"""How long was it down in a month, and how much of the month is that?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot.policy import Availability, Maintenance
from slabot.reports.availability import (
    AvailabilityFigure,
    figures,
    months,
    rules_in_words,
)
from slabot.reports.outages import OutageOrigin, OutageSpan

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def down(begins: str, ends: str | None, service: str | None = None, *, maintenance: bool = False) -> OutageSpan:
    return OutageSpan(
        begins=datetime.fromisoformat(begins),
        ends=None if ends is None else datetime.fromisoformat(ends),
        service=service,
        maintenance=maintenance,
        origin=OutageOrigin.OPERATOR,
        name="1",
        reason="",
    )


def november(*spans: OutageSpan, now: datetime = NOW, **terms: Any) -> list[AvailabilityFigure]:
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    return list(figures(spans, Availability(**terms), months(since, until, now, ZoneInfo("UTC")), now))


def minutes(figure: AvailabilityFigure) -> float:
    return float(figure.down / 60)


# ── Months ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_months_begin_at_midnight_of_the_zone_and_are_as_long_as_they_are() -> None:
    found = months(datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC), NOW, BERLIN)
    hours = {month.name: (month.ends - month.begins) // timedelta(hours=1) for month in found}

    assert (hours["2026-03"], hours["2026-10"], hours["2026-04"]) == (31 * 24 - 1, 31 * 24 + 1, 30 * 24)
    assert found[0].begins == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert list(hours) == [f"2026-{number:02}" for number in range(3, 12)]
    assert all(month.whole for month in found)


def test_the_first_and_the_last_month_may_be_cut_and_say_so() -> None:
    now = datetime(2026, 11, 30, 20, tzinfo=UTC)  # the 1st of December in Kolkata
    found = months(datetime(2026, 10, 10, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC), now, KOLKATA)

    assert [(month.name, month.whole) for month in found] == [("2026-10", False), ("2026-11", True), ("2026-12", False)]
    assert found[-1].ends == now
    assert found[-1].ends - found[-1].begins == timedelta(hours=1, minutes=30)
    assert months(now, now, now, KOLKATA) == ()


def test_an_outage_over_the_end_of_a_month_counts_in_both() -> None:
    span = down("2026-10-31T22:00+01:00", "2026-11-01T01:00+01:00")
    looked_at = months(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC), NOW, BERLIN)
    assert [minutes(figure) for figure in figures([span], Availability(), looked_at, NOW)] == [120, 60]


# ── Minutes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_counts_once_however_many_say_that_it_was_down() -> None:
    [figure] = november(
        down("2026-11-03T10:00Z", "2026-11-03T10:30Z"),
        down("2026-11-03T10:20Z", "2026-11-03T11:00Z"),
        down("2026-11-03T10:25Z", "2026-11-03T10:26Z"),
        down("2026-11-04T00:00Z", "2026-11-04T00:00:30Z"),
    )
    assert figure.down == 60 * 60 + 30
    assert len(figure.spans) == 4


def test_what_lasts_still_counts_until_now_and_so_does_the_month() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    [figure] = november(down("2026-11-01T18:00Z", None), now=now)
    assert (minutes(figure), figure.length, figure.month.whole) == (360, timedelta(days=1), False)
    assert figure.per_cent == 75


# ── Maintenance, services, weights ──────────────────────────────────────────────────────────────────────────────────

PLANNED = down("2026-11-03T10:00Z", "2026-11-03T12:00Z", maintenance=True)
WITHIN = down("2026-11-03T11:30Z", "2026-11-03T12:30Z")


@pytest.mark.parametrize(
    ("counts", "minutes_down", "left_out"),
    [(Maintenance.DOWN, 150, 0), (Maintenance.UP, 60, 0), (Maintenance.LEFT_OUT, 60, 90)],
)
def test_maintenance_counts_as_the_policy_says_and_an_outage_within_it_is_down(
    counts: Maintenance, minutes_down: int, left_out: int
) -> None:
    [figure] = november(PLANNED, WITHIN, maintenance=counts)
    assert minutes(figure) == minutes_down
    assert (figure.maintenance, figure.left_out) == (90 * MINUTE, left_out * MINUTE)
    assert figure.length == timedelta(days=30) - left_out * MINUTE


def test_a_month_of_nothing_but_maintenance_has_no_share_where_that_is_left_out() -> None:
    [figure] = november(down("2026-10-01T00:00Z", None, maintenance=True), maintenance=Maintenance.LEFT_OUT)
    assert figure.per_cent is None


def test_the_whole_is_down_while_any_service_is_and_a_service_while_the_whole_is() -> None:
    spans = [
        down("2026-11-03T10:00Z", "2026-11-03T10:30Z", "a"),
        down("2026-11-03T10:20Z", "2026-11-03T11:00Z", "b"),
        down("2026-11-05T10:00Z", "2026-11-05T10:10Z"),
    ]
    found = november(*spans, services=("a", "b"))
    assert [(figure.service, minutes(figure)) for figure in found] == [(None, 70), ("a", 40), ("b", 50)]


def test_weights_make_the_mean_of_the_services() -> None:
    found = november(down("2026-11-03T10:00Z", "2026-11-03T10:40Z", "a"), services=("a", "b"), weights={"a": 1, "b": 3})
    assert [(figure.service, minutes(figure)) for figure in found] == [(None, 10), ("a", 40), ("b", 0)]
    assert found[0].per_cent == 100 - Fraction(100 * 10, 30 * 1440)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({}, ("One service, unweighted.", "Maintenance counts as down.")),
        (
            {"services": ("a", "b"), "maintenance": Maintenance.UP},
            (
                "All is down while any service is (a, b); unweighted.",
                "Maintenance counts as up, except where an outage lies within it.",
            ),
        ),
        (
            {"services": ("a", "b"), "weights": {"b": 0.5, "a": 2}, "maintenance": Maintenance.LEFT_OUT},
            (
                "All is the mean of the services by their weights: a 2, b 0.5.",
                "Maintenance is left out of the month, except where an outage lies within it.",
            ),
        ),
    ],
)
def test_the_rules_stand_beside_the_figures_in_words(terms: dict[str, Any], words: tuple[str, str]) -> None:
    assert rules_in_words(Availability(**terms)) == words


# ── Against counting each minute ────────────────────────────────────────────────────────────────────────────────────

FIRST = datetime(2026, 11, 1, tzinfo=UTC)


@st.composite
def _span(draw: st.DrawFn) -> OutageSpan:
    begins = draw(st.integers(-500, 2_000))
    lasts = draw(st.one_of(st.none(), st.integers(0, 900)))
    return OutageSpan(
        begins=FIRST + begins * MINUTE,
        ends=None if lasts is None else FIRST + (begins + lasts) * MINUTE,
        service=draw(st.sampled_from([None, "a", "b"])),
        maintenance=draw(st.booleans()),
        origin=draw(st.sampled_from(OutageOrigin)),
        name=draw(st.sampled_from(["acme/1", "2"])),
        reason="",
    )


@given(st.lists(_span(), max_size=6), st.sampled_from(Maintenance), st.integers(1, 2_500))
def test_it_is_the_same_as_looking_at_each_minute(spans: list[OutageSpan], counts: Maintenance, until: int) -> None:
    now = FIRST + until * MINUTE
    terms = Availability(services=("a", "b"), maintenance=counts)
    found = figures(spans, terms, months(FIRST, now, now, ZoneInfo("UTC")), now)
    for figure in found:
        mine = [span for span in spans if figure.service in (None, span.service) or span.service is None]
        states = [_state(mine, FIRST + number * MINUTE) for number in range(until)]
        down_states = {"outage", "maintenance"} if counts is Maintenance.DOWN else {"outage"}
        assert minutes(figure) == sum(state in down_states for state in states)
        left = states.count("maintenance") if counts is Maintenance.LEFT_OUT else 0
        assert figure.length == (until - left) * MINUTE


def _state(spans: list[OutageSpan], at: datetime) -> str:
    here = [span for span in spans if span.begins <= at and (span.ends is None or at < span.ends)]
    return "up" if not here else "maintenance" if all(span.maintenance for span in here) else "outage"
