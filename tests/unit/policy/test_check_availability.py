"""Is an outage rule refused that could never end, and a service that nobody named?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slabot.policy import Maintenance, Policy, Problem

Check = Callable[..., tuple[Policy | None, tuple[Problem, ...]]]
OFF = "waiting: {mode: off}\n"


def availability(settings: str) -> tuple[str, str]:
    return OFF, f"{OFF}availability: {{{settings}}}\n"


def rule(settings: str) -> tuple[str, str]:
    return availability(f"services: [console], outages: {{name: Down, {settings}}}")


def test_nothing_said_means_one_service_and_maintenance_as_down(check: Check) -> None:
    policy, problems = check()

    assert problems == ()
    assert policy is not None
    ours = policy.availability
    assert (ours.services, ours.weights, ours.maintenance, ours.outages) == ((), {}, Maintenance.DOWN, ())


@pytest.mark.parametrize(
    "settings",
    [
        "when: {tags: outage}",
        "when: {fields: {impact: [outage, '3']}, helpdesk: acme}, unless: {tags: [drill]}, service: console",
        "when: {tags: [maintenance], brand: Shop}, maintenance: true",
    ],
)
def test_a_rule_that_can_end_is_right(check: Check, settings: str) -> None:
    policy, problems = check(rule(settings))

    assert problems == ()
    assert policy is not None
    assert policy.availability.outages[0].name == "Down"


@pytest.mark.parametrize(
    ("settings", "code", "path"),
    [
        ("when: {text: [everything is down]}", "outage-by-words", "availability.outages.when.text"),
        ("when: {tags: [x], priority: [urgent]}", "outage-by-words", "availability.outages.when.priority"),
        ("when: {tags: [x]}, unless: {subject: [drill]}", "outage-by-words", "availability.outages.unless.subject"),
        ("when: {organization: [Contoso]}", "outage-without-mark", "availability.outages.when"),
        ("when: {helpdesk: acme}", "outage-without-mark", "availability.outages.when"),
        ("when: {tags: [x]}, service: consle", "unknown-service", "availability.outages[0].service"),
        ("when: {tags: [x]}, maintenance: maybe", "wrong-type", "availability.outages.maintenance"),
        ("when: {tags: [x]}, whn: {tags: [x]}", "unknown-setting", "availability.outages.whn"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_where_it_stands(
    check: Check, settings: str, code: str, path: str
) -> None:
    policy, problems = check(rule(settings))

    assert policy is None
    assert [(problem.code, problem.path.replace("[0]", "")) for problem in problems] == [
        (code, path.replace("[0]", ""))
    ]


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ("services: [a, b], weights: {a: 2}", "weights-by-half", "b has no weight, so it would not count"),
        ("services: [a], weights: {a: 2, c: 1}", "unknown-service", '"c" is not a service of this file'),
        ("weights: {a: 2}", "unknown-service", '"a" is not a service of this file'),
        ("services: [a], weights: {a: 0}", "out-of-range", "0"),
        ("services: [the console]", "bad-name", '"the console" cannot be a name'),
        ("services: [maintenance]", "bad-name", '"maintenance" is a word of the command itself'),
        ("maintenance: ignored", "unknown-value", "ignored"),
        (
            "outages: [{name: A, when: {tags: x}}, {name: A, when: {tags: y}}]",
            "duplicate-name",
            'entry 1 of availability.outages is named "A" too',
        ),
    ],
)
def test_services_weights_and_names_that_do_not_fit_are_named(
    check: Check, settings: str, code: str, words: str
) -> None:
    policy, problems = check(availability(settings))

    assert policy is None
    assert [problem.code for problem in problems] == [code]
    assert words in str(problems[0])
