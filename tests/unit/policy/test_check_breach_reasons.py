"""Can each reason for a breach be picked, and told from the others?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from slabot.policy.breach_reasons import BreachReason, meaning_of
from tests.unit.policy.conftest import Check

Warned = Callable[..., list[tuple[str, str, str]]]
OFF = "waiting: {mode: off}\n"


def reasons(entries: str) -> tuple[str, str]:
    return (OFF, f"{OFF}breach_reasons: {{{entries}}}\n")


@pytest.mark.parametrize(
    ("entries", "code", "words"),
    [
        ('ill: {means: "  "}', "empty-value", "these words are empty"),
        ('ill: {means: ""}', "empty-value", "this text is empty"),
        (r'ill: {means: "\u200B"}', "empty-value", "these words are empty"),
        ('ill: {means: "…"}', "empty-value", "these words are empty"),
        ("ill: {}", "missing-setting", "means"),
        ("ill: {means: Ill, excuse: true}", "unknown-setting", '"excuse" is not a setting'),
        ("ill: {means: Ill, excuses: sometimes}", "wrong-type", "this should be true or false"),
        ("too ill: {means: Ill}", "bad-name", '"too ill" cannot be a name'),
        (f"{'i' * 76}: {{means: Ill}}", "bad-name", "the name has 76 characters"),
        (", ".join(f"r{n}: {{means: No. {n}}}" for n in range(101)), "out-of-range", "there are 101 reasons"),
    ],
)
def test_what_could_not_be_picked_is_an_error(check: Check, entries: str, code: str, words: str) -> None:
    policy, problems = check(reasons(entries))

    assert policy is None
    assert [problem.code for problem in problems] == [code]
    assert words in str(problems[0])


@pytest.mark.parametrize(
    "entries",
    [
        "ill: {means: Too few people}, few: {means: too  few people}",
        f"one: {{means: {'x' * 75}A}}, two: {{means: {'x' * 75}B}}",
    ],
)
def test_two_reasons_that_read_the_same_in_the_dialog_are_named(warned: Warned, entries: str) -> None:
    [(code, path, message)] = warned(reasons(entries))

    assert (code, path.startswith("breach_reasons.")) == ("breach-reasons-alike", True)
    assert "reads like" in message


def test_up_to_a_hundred_reasons_with_long_names_are_right(warned: Warned) -> None:
    assert warned(reasons(", ".join(f"r{n:074}: {{means: No. {n}}}" for n in range(100)))) == []


@pytest.mark.parametrize(("name", "words"), [("ill", "Somebody was ill"), ("lost_in_mail", "lost in mail")])
def test_a_reason_that_left_the_file_is_shown_by_its_name(name: str, words: str) -> None:
    listed: Mapping[str, BreachReason] = {"ill": BreachReason(means="Somebody was ill")}

    assert meaning_of(listed, name) == words
