"""Can the questions of triage arise, and can somebody answer them?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.policy.conftest import Check

Warned = Callable[..., list[tuple[str, str, str]]]
ACTS = "reader: {mode: act, levels: {medium: high}}"
PRIORITIES = "priorities: {urgent: critical}"


def triage(text: str, *more: str) -> tuple[str, str]:
    lines = "".join(f"  {line}\n" for line in (f"triage: {{{text}}}", *more))
    return ("  otherwise: low\n", f"  otherwise: low\n{lines}")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('to: ["#t"]', "triage-without-reader", "undecided and below_priority rest on the reader, whose mode is off"),
        ('to: ["#t"], about: undecided', "triage-without-reader", "nobody would ever be asked"),
        ("to: [rota:primry], about: unconfirmed", "unknown-rota", "primry"),
        ("to: [pagerduty:main], about: unconfirmed", "unknown-way", "main"),
        ("to: [assignee], about: unconfirmed", "bad-destination", "a new ticket has none"),
        ("to: [], about: unconfirmed", "empty-value", ""),
        ("about: unconfirmed", "missing-setting", "to"),
        ('to: ["#t"], about: [undecidd]', "unknown-value", "undecidd"),
        ('to: ["#t"], about: unconfirmed, calendar: ofice', "unknown-calendar", 'did you mean "office"'),
        ('to: ["#t"], about: unconfirmed, within: soon', "bad-duration", "soon"),
        ('to: ["#t"], about: unconfirmed, reminders: 21', "out-of-range", "20"),
        ('to: ["#t"], about: unconfirmed, remind: 5m', "unknown-setting", "did you mean"),
    ],
)
def test_what_could_not_be_asked_is_an_error_with_its_line(check: Check, text: str, code: str, words: str) -> None:
    policy, problems = check(triage(text))
    assert policy is None
    assert code in [problem.code for problem in problems]
    [problem] = [each for each in problems if each.code == code]
    assert words in str(problem)
    assert problem.line == 14


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ('to: ["#t"], about: [undecided, unconfirmed]', (), "triage-partly-without-reader"),
        ('to: ["#t"], about: [undecided, below_priority]', (ACTS,), "triage-no-priorities"),
        ('to: ["#t"], within: 2h', (ACTS, PRIORITIES), "triage-too-late"),
        ("to: [email:t@acme.example]", (ACTS, PRIORITIES), "triage-without-buttons"),
    ],
)
def test_what_is_asked_in_vain_or_too_late_is_a_warning(
    warned: Warned, text: str, more: tuple[str, ...], code: str
) -> None:
    mail = ("waiting: {mode: off}\n", "waiting: {mode: off}\nemail: {host: smtp.acme.example, from: p@acme.example}\n")
    assert code in [found for found, _, _ in warned(triage(text, *more), mail)]


def test_a_file_that_asks_as_it_should_has_no_warning(warned: Warned) -> None:
    assert warned(triage('to: ["#t", "group:@leads"], within: 15m', ACTS, PRIORITIES)) == []
