"""Will somebody be told before a deadline is missed, and once?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

Warned = Callable[..., list[tuple[str, str, str]]]
LADDER = "escalate:\n  - rungs: [{at: 50% used}, {at: breach}]\n"


def ladders(warned: Warned, *lines: str, before: str = "") -> list[tuple[str, str]]:
    text = "".join(f"\n  - {line}" for line in lines) or " []"
    return [(code, path) for code, path, _ in warned((LADDER, f"{before}escalate:{text}\n"))]


def test_a_severity_that_no_ladder_fits_is_a_doubt(warned: Warned) -> None:
    ((code, path, message),) = warned(("- rungs", "- severity: [high]\n    rungs"))

    assert (code, path) == ("severity-without-ladder", "escalate")
    assert message == "nobody is told before the first response is missed for critical, low"


def test_without_any_ladder_every_severity_is_a_doubt(warned: Warned) -> None:
    assert ladders(warned) == [("severity-without-ladder", "escalate")]


def test_a_ladder_of_another_clock_tells_nobody_about_the_first_response(warned: Warned) -> None:
    clock = "clocks: [{name: update, kind: periodic_update, within: 1h}]\n"

    assert ladders(warned, "{clock: update, rungs: [{at: breach}]}", before=clock) == [
        ("severity-without-ladder", "escalate")
    ]


@pytest.mark.parametrize(
    ("first", "second", "never"),
    [
        ("{rungs: [{at: breach}]}", "{severity: high, rungs: [{at: breach}]}", True),
        ("{severity: [high, low], rungs: [{at: breach}]}", "{severity: high, rungs: [{at: breach}]}", True),
        ("{severity: high, rungs: [{at: breach}]}", "{severity: [high, low], rungs: [{at: breach}]}", False),
        ("{severity: [critical, high, low], rungs: [{at: breach}]}", "{rungs: [{at: breach}]}", True),
        ("{tag: vip, rungs: [{at: breach}]}", "{rungs: [{at: breach}]}", False),
        ("{tag: vip, rungs: [{at: breach}]}", "{tag: vip, severity: low, rungs: [{at: breach}]}", True),
        ("{organization: A, rungs: [{at: breach}]}", "{helpdesk: acme, rungs: [{at: breach}]}", False),
    ],
)
def test_a_ladder_below_one_that_always_fits_is_never_reached(
    warned: Warned, first: str, second: str, never: bool
) -> None:
    found = ladders(warned, first, second, "{rungs: [{at: breach}]}")

    assert (("ladder-never-reached", "escalate[1]") in found) is never


def test_two_ladders_together_can_leave_nothing_to_a_third(warned: Warned) -> None:
    found = ladders(
        warned,
        "{severity: [critical, high], rungs: [{at: breach}]}",
        "{severity: low, rungs: [{at: breach}]}",
        "{rungs: [{at: breach}]}",
    )

    assert found == [("ladder-never-reached", "escalate[2]")]


@pytest.mark.parametrize(
    ("severity", "rung", "doubt"),
    [
        # critical: 2h of working time
        ("critical", "3h before", "rung-before-start"),
        ("critical", "2h before", None),
        # low: 2 business days of 8 hours; with the day on which it starts, never more than 24 hours
        ("low", "25h before", "rung-before-start"),
        ("low", "10h before", None),
    ],
)
def test_a_rung_before_the_start_of_the_clock_is_a_doubt(
    warned: Warned, severity: str, rung: str, doubt: str | None
) -> None:
    found = ladders(warned, f"{{severity: {severity}, rungs: [{{at: {rung}}}]}}", "{rungs: [{at: breach}]}")

    assert found == ([] if doubt is None else [(doubt, "escalate[0].rungs[0].at")])


def test_a_target_of_real_time_has_less_working_time_than_its_length(warned: Warned) -> None:
    found = warned(
        ("respond_within: 6h", "respond_within: 1d"),
        ("at: 50% used", "at: 25h before"),
        ("respond_within: 2h", "respond_within: 48h"),
    )

    assert [(code, path) for code, path, _ in found] == [("rung-before-start", "escalate[0].rungs[0].at")]
    assert "under high, whose target is 1d" in found[0][2]


@pytest.mark.parametrize(
    ("rungs", "doubt"),
    [
        ("[{at: breach}, {at: breach}]", True),
        ("[{at: 30m before}, {at: breach}, {at: 30m before}]", True),
        ("[{at: 50% used}, {at: 1h before}]", True),  # the same instant of critical's 2 hours
        ("[{at: 50% used}, {at: 30m before}]", False),
        ("[{at: 30m after}, {at: '30m after, then every 30m for 3 days'}]", False),
    ],
)
def test_a_rung_that_stands_twice_is_a_doubt(warned: Warned, rungs: str, doubt: bool) -> None:
    found = ladders(warned, f"{{severity: critical, rungs: {rungs}}}", "{rungs: [{at: breach}]}")

    assert [code for code, _ in found] == ["rung-twice"] * doubt


def test_the_rungs_of_a_further_clock_are_held_against_its_own_target(warned: Warned) -> None:
    clock = "clocks: [{name: update, kind: periodic_update, calendar: office, within: {high: 1h}}]\n"
    found = ladders(warned, "{clock: update, rungs: [{at: 2h before}]}", "{rungs: [{at: breach}]}", before=clock)

    assert found == [("rung-before-start", "escalate[0].rungs[0].at")]
