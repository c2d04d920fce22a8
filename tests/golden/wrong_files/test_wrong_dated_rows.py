"""What is said about rows of a setting that hold from one date to another?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import office, printed

ENDS = "[{within: 9h, until: 2027-01-01}]"
WEEK = '{mon: ["09:00-17:00"]}'
TARGET = "respond_within: 6h"


def targets(rows: str) -> str:
    return office((TARGET, f"respond_within: {rows}"))


def hours(rows: str) -> str:
    return office(('open: {mon-fri: ["09:00-17:00"]}', f"open: {rows}"))


WRONG: dict[str, tuple[str, list[str]]] = {
    "a gap": (
        targets("[{within: 6h, until: 2027-01-01}, {within: 2h, from: 2027-02-01}]"),
        ["no row holds from 2027-01-01 until 2027-02-01  [dated-gap]", "fix: write from: 2027-01-01 here"],
    ),
    "an overlap": (
        targets("[{within: 2h, from: 2027-01-01}, {within: 6h, until: 2027-01-15}]"),
        ["two of these rows hold at the same time  [dated-rows]", "fix: write until: 2027-01-15 in the earlier row"],
    ),
    "two rows without dates": (
        targets("[{within: 2h}, {within: 6h}]"),
        ["two of these rows hold at the same time  [dated-rows]", "fix: give each row a from"],
    ),
    "an end before the beginning": (
        targets("[{within: 2h, until: 2027-01-01}, {within: 6h, from: 2027-01-01, until: 2026-01-01}]"),
        ["this row ends before it begins  [dated-rows]", "fix: set until to a day after from"],
    ),
    "a time without a target": (
        targets("[{within: 2h, from: 2027-01-01}]"),
        [
            "these rows give no target to clocks that start before 2027-01-01  [dated-always]",
            "fix: leave out from in the first row and until in the last",
        ],
    ),
    "a further clock without a target at the end": (
        office(
            ("escalate:", f"clocks: [{{name: r, kind: resolution, within: {{high: {ENDS}}}}}]\nescalate:")
        ),
        ["these rows give no target to clocks that start from 2027-01-01 on  [dated-always]"],
    ),
    "no rows": (targets("[]"), ["this list is empty", "fix: write a value, or rows with from and until"]),
    "a wrong target in a row": (
        targets("[{within: 6x, until: 2027-01-01}, {within: 2h, from: 2027-01-01}]"),
        ['"6x" is no target  [bad-duration]'],
    ),
    "a misspelt key in a row": (
        targets("[{wihtin: 6h}]"),
        ['"wihtin" is not a setting of severities.high.respond_within[0]  [unknown-setting]', 'did you mean "within"?'],
    ),
    "hours with a gap": (
        hours(f"[{{until: 2027-01-01, hours: {WEEK}}}, {{from: 2027-02-01, hours: {WEEK}}}]"),
        ["no row holds from 2027-01-01 until 2027-02-01  [dated-gap]"],
    ),
    "hours that end": (
        hours('[{until: 2027-01-01, hours: {mon-fri: ["09:00-17:00"]}}]'),
        ["these hours say nothing for clocks that start from 2027-01-01 on  [dated-always]"],
    ),
    "a weekday that is none in a row": (
        hours('[{hours: {monday-xday: ["09:00-17:00"]}}]'),
        ["[bad-weekday]"],
    ),
    "a row that never opens": (
        hours('[{until: 2027-01-01, hours: {mon-fri: ["09:00-17:00"]}}, {from: 2027-01-01, hours: {}}]'),
        ["has no opening hours"],
    ),
    "wrong hours in a row": (
        hours('[{hours: {mon: ["09:00-25:00"]}}]'),
        ["[bad-hours]"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_each_has_its_place_and_its_fix(name: str) -> None:
    text, wanted = WRONG[name]
    said = printed(text)
    assert "1 problem" in said
    assert [part for part in wanted if part not in said] == [], said


def test_rows_that_follow_each_other_are_right() -> None:
    text = targets("[{within: 6h, until: 2027-01-01}, {within: 2h, from: 2027-01-01}]")
    assert "is right" in printed(text)
    assert "is right" in printed(hours(f"[{{until: 2027-01-01, hours: {WEEK}}}, {{from: 2027-01-01, hours: {WEEK}}}]"))
