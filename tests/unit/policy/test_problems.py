"""Can a problem be read without the file at hand?"""

from __future__ import annotations

import dataclasses
from typing import Literal

import pytest

from slabot.policy.errors import PolicyError
from slabot.policy.paths import holds, value_at, words
from slabot.policy.problems import SHOWN, Problem, count, in_file_order, plural
from slabot.policy.source import SourceText


def problem(line: str = "", column: int = 1, *, width: int = 1, before: int = 0) -> Problem:
    text = "\n" * before + line
    return SourceText(text, "config.yaml").problem(
        "some-code", "something is wrong", "mend it", at=(before + 1, column), width=width, path=("a", 0)
    )


def test_a_problem_shows_its_place_its_line_and_its_fix() -> None:
    assert str(problem("    severity: hihg", 15, width=4, before=40)) == (
        "config.yaml:41:15: error: something is wrong  [some-code]\n"
        "        severity: hihg\n"
        "                  ^^^^\n"
        "  fix: mend it"
    )


def test_a_problem_of_the_file_as_a_whole_shows_no_line() -> None:
    whole = SourceText("a: 1", "config.yaml").problem("some-code", "something is wrong", "mend it")

    assert str(whole) == "config.yaml: error: something is wrong  [some-code]\n  fix: mend it"
    assert (whole.line, whole.column, whole.source_line) == (0, 0, "")


@pytest.mark.parametrize(
    ("line", "column", "shown", "marks"),
    [
        ("\tkey: x", 1, "→key: x", "^"),
        ("a: \x1b[31mred", 4, "a: �[31mred", "   ^"),
        ("漢字: x", 5, "漢字: x", "      ^"),  # two cells each
        ("e\u0301: x", 5, "e\u0301: x", "   ^"),  # a combining accent takes none
        ("a:", 3, "a:", "  ^"),  # just behind the line's end
    ],
)
def test_the_mark_stands_below_the_place_whatever_the_line_holds(
    line: str, column: int, shown: str, marks: str
) -> None:
    assert str(problem(line, column)).splitlines()[1:3] == [f"    {shown}", f"    {marks}"]


@pytest.mark.parametrize("column", [1, 50, 3_000, 9_999])
def test_of_a_long_line_the_part_around_the_place_is_shown(column: int) -> None:
    line = "".join(chr(ord("a") + place % 26) for place in range(10_000))
    said = problem(line, column)

    shown, marks = (row[4:] for row in str(said).splitlines()[1:3])
    assert len(shown) <= SHOWN + 2
    assert shown[marks.index("^")] == line[column - 1]
    assert said.column == column


def test_a_long_message_is_cut_and_stays_on_one_line() -> None:
    said = SourceText("", "f").problem("some-code", "line one\nline two " + "x " * 5_000, "mend it")

    assert "\n" not in said.message
    assert len(said.message) < 500


def test_problems_come_in_the_order_of_the_file_and_once() -> None:
    first, second = problem("x", before=1), problem("x", before=9)
    warning = dataclasses.replace(first, severity="warning")

    assert in_file_order([second, warning, first, second]) == (first, warning, second)


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ([], ""),
        (["error"], "1 problem"),
        (["error"] * 3 + ["warning"], "3 problems, 1 warning"),
        (["warning"] * 2, "2 warnings"),
    ],
)
def test_problems_are_counted_in_words(severities: list[Literal["error", "warning"]], said: str) -> None:
    assert count(dataclasses.replace(problem(), severity=severity) for severity in severities) == said


def test_words_have_their_own_plurals() -> None:
    assert plural(1, "severity", "severities") == "1 severity"
    assert plural(0, "severity", "severities") == "0 severities"


def test_the_text_of_the_error_holds_every_problem_and_their_number() -> None:
    error = PolicyError((problem("x"), problem("y", before=3)))

    assert str(error) == f"{problem('x')}\n{problem('y', before=3)}\n2 problems"
    assert len(error.problems) == 2


def test_a_path_is_written_as_people_write_it() -> None:
    assert words(("escalate", 0, "rungs", 2, "at")) == "escalate[0].rungs[2].at"
    assert words(()) == ""


def test_asking_for_what_is_not_there_gives_nothing() -> None:
    value = {"a": [{"b": 1}]}

    assert value_at(value, ("a", 0, "b")) == 1
    assert [value_at(value, path) for path in (("x",), ("a", 1), ("a", -1), ("a", "b"), ("a", 0, "b", "c"))] == [
        None
    ] * 5
    assert not holds("text", 0)
