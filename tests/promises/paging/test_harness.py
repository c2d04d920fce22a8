"""The harness itself.

Promise: what nobody expected makes closing fail and is named; what is missing fails where it was stated, with what
there was instead.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.promises import harness as harness_module
from tests.promises.expectations import span
from tests.promises.harness import Harness, Unexpected
from tests.promises.scene import Make, Scene


@pytest.fixture
def scene(stage: Make, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(harness_module, "REAL", 0.1)  # what is missing here is missing for ever
    made = stage(sqlite_url)
    made.start()
    return made


def test_a_message_that_nobody_expected_makes_closing_fail_and_is_named(scene: Scene) -> None:
    harness = Harness(scene)
    ticket = harness.asks()
    harness.fast_forward("1h")
    harness.answers(ticket)
    with pytest.raises(Unexpected) as failure:
        harness.close()
    said = str(failure.value)
    assert said.startswith("a message that nobody expected, before the end of the test:")
    assert "Mon 12 Jan 10:00:00 UTC  message in #support-escalations about ticket 1:" in said
    assert "1 hour left to answer ticket 1" in said


def test_what_would_come_only_after_the_test_is_waited_for_and_named(scene: Scene) -> None:
    harness = Harness(scene)
    ticket = harness.asks()
    with pytest.raises(Unexpected) as failure:
        harness.close()
    assert "after the test had ended, while slabot went on" in str(failure.value)
    assert f"about ticket {ticket}" in str(failure.value)


def test_pages_that_wait_for_an_outage_come_out_at_closing(scene: Scene) -> None:
    harness = Harness(scene)
    harness.asks()
    harness.fast_forward("59m")
    harness.slack.is_down(for_="40h")
    harness.stays_quiet(for_="10m")
    with pytest.raises(Unexpected):
        harness.close()


def test_all_that_was_expected_closes_quietly(scene: Scene) -> None:
    with Harness(scene) as harness:
        ticket = harness.asks()
        harness.fast_forward("1h")
        harness.escalations.expects_page(ticket)
        harness.answers(ticket)


def test_one_message_answers_one_expectation(scene: Scene) -> None:
    harness = Harness(scene)
    ticket = harness.asks()
    harness.fast_forward("1h")
    harness.escalations.expects_page(ticket)
    with pytest.raises(AssertionError, match="a page about ticket 1"):
        harness.escalations.expects_page(ticket).within("1s")


def test_a_missing_message_fails_with_what_was_there_instead(scene: Scene) -> None:
    harness = Harness(scene)
    ticket, other = harness.asks(), harness.asks(who="bo@contoso.example")
    harness.fast_forward("62m")
    harness.escalations.expects_page(ticket)
    with pytest.raises(AssertionError) as failure:
        harness.slack.channel("#incidents").expects_page(other).within("3s")
    said = str(failure.value)
    assert "expected a page about ticket 2 in #incidents within 3s of Mon 12 Jan 10:02:00 UTC (test_harness.py:" in said
    assert "What came instead, and nobody had expected:" in said
    assert "message in #support-escalations about ticket 2" in said


def test_where_nothing_came_the_failure_says_so(scene: Scene) -> None:
    harness = Harness(scene)
    with pytest.raises(AssertionError, match="Nothing has come at all"):
        harness.user("maya").expects_direct_message().within("1s")


def test_an_expectation_without_a_time_is_settled_by_the_next_act(scene: Scene) -> None:
    harness = Harness(scene)
    ticket = harness.asks()
    harness.escalations.expects_page(ticket)  # too early by an hour
    with pytest.raises(AssertionError, match="and none came"):
        harness.fast_forward("1h")


def test_a_page_may_still_come_within_the_time_that_was_given(scene: Scene) -> None:
    with Harness(scene) as harness:
        ticket = harness.asks()
        harness.fast_forward("59m")
        harness.escalations.expects_page(ticket).within("61s").at("10:00:00")
        harness.answers(ticket)


def test_a_page_that_says_something_else_is_shown_whole(scene: Scene) -> None:
    harness = Harness(scene)
    ticket = harness.asks()
    harness.fast_forward("1h")
    with pytest.raises(AssertionError) as failure:
        harness.escalations.expects_page(ticket).says("1 hour left", "a quarter of an hour left")
    assert "does not say 'a quarter of an hour left'" in str(failure.value)
    assert "Critical: 1 hour left to answer ticket 1" in str(failure.value)


def test_quiet_is_broken_by_any_message(scene: Scene) -> None:
    harness = Harness(scene)
    harness.asks()
    with pytest.raises(Unexpected, match="while it was to be quiet for 61m"):
        harness.stays_quiet(for_="61m")


def test_a_failure_of_the_test_itself_is_not_covered_up(scene: Scene) -> None:
    def fail() -> None:
        with Harness(scene) as harness:
            harness.asks()
            harness.fast_forward("1h")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172800), ("1.5s", 1.5)]
)
def test_spans_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "10", "ten minutes", "1h and a bit"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no span of time"):
        span(text)
