"""Is what only looks like a slip left alone, and are signs of patterns warned about where they mean nothing?"""

from __future__ import annotations

import pytest

from tests.golden.slips.example_policy import changed, checked

RIGHT = [
    ("exempt.organizations", 'organizations: ["Acme, Inc."]'),
    ("exempt.organizations", "organizations:\n    - Acme, Inc."),
    ("exempt.organizations", 'organizations:\n    - "acme, inc."'),
    ("exempt.organizations", "organizations: Contoso"),
    ("exempt.organizations", "organizations: [Ben & Jerry’s]"),
    ("classify.rules.when.text", "text: ransomware"),
    ("waiting.templates.follow_up", "Guten Tag {requester}, „Ihr Fall“ : danke"),
    ("waiting.templates.follow_up", "Bonjour {requester}\u00a0: « votre demande »\u202f!"),
    ("waiting.templates.follow_up", "Hi {requester} 👩\u200d💻, plain braces {{ }} and ${{HOME}}"),
    ("severities.high", "# a comment with\u00a0another space, and “quotes”"),
    ("helpdesks.acme.statuses", "open: pending\n      Reopened: pending\n      In review: pending"),
    ("store.url", "url: postgres://db.example/slabot"),
    ("web.listen", "listen: 0.0.0.0:8080"),
    ("helpdesks.acme.statuses", "open: pending\n      on-hold: waiting_on_third_party"),
]


@pytest.mark.parametrize(("setting", "text"), RIGHT, ids=[text for _, text in RIGHT])
def test_what_only_looks_like_a_slip_is_right(example: str, setting: str, text: str) -> None:
    policy, problems = checked(changed(example, setting, text))

    assert policy is not None, [str(problem) for problem in problems]
    assert problems == ()


PATTERNS = [
    ("text: ['crash.*']", "[crash*]"),
    ("text: [down?]", "[down]"),
    ("text: ['^down$']", "[down]"),
    ("text: ['down|outage']", "[down, outage]"),
    ("text: ['\\bdown\\b']", "[down]"),
    ("text: ['sys*down']", "only a * at its very end"),
    ("requester: ['*@bank.example']", '"@bank.example"'),
    ("tags: ['vip*']", "each name out"),
]


@pytest.mark.parametrize(("text", "fix"), PATTERNS)
def test_signs_of_patterns_are_warned_about(example: str, text: str, fix: str) -> None:
    policy, problems = checked(changed(example, "classify.rules.when.text", text))
    assert policy is not None

    (warning,) = [problem for problem in problems if problem.code == "pattern-signs"]
    assert warning.severity == "warning"
    assert fix in warning.fix


def test_a_star_at_the_end_of_a_term_is_no_pattern(example: str) -> None:
    _, problems = checked(changed(example, "classify.rules.when.text", "text: ['crash*', C++, how do I]"))

    assert [problem.code for problem in problems if problem.code == "pattern-signs"] == []
