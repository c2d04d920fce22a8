"""Does a file become a policy, or all of its problems at once?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from slabot.domain import SlabotError
from slabot.policy import Policy, PolicyError, Problem, check_policy, load_policy
from slabot.policy.loader import MOST

Check = Callable[..., tuple[Policy | None, tuple[Problem, ...]]]


def test_a_right_file_has_no_findings(check: Check) -> None:
    policy, problems = check()

    assert problems == ()
    assert policy is not None
    assert list(policy.severities) == ["critical", "high", "low"]


def test_the_example_is_right_and_loads_from_text_and_from_bytes(checkout: Path) -> None:
    text = (checkout / "config.example.yaml").read_text(encoding="utf-8")

    as_text = load_policy(text).model_dump()
    assert load_policy(text.encode("utf-8")).model_dump() == as_text
    assert load_policy("\ufeff" + text).model_dump() == as_text


def test_a_wrong_file_raises_all_of_its_problems_in_the_order_of_the_file(checkout: Path) -> None:
    text = (checkout / "docs" / "examples" / "mistakes.yaml").read_text(encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(text, "mistakes.yaml")

    problems = caught.value.problems
    assert len(problems) == 7
    assert [(problem.line, problem.column) for problem in problems] == sorted(
        (problem.line, problem.column) for problem in problems
    )
    assert isinstance(caught.value, SlabotError)
    assert str(caught.value).endswith("\n7 problems")


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "message"),
    [
        ("version: 1", "version: 2", "unknown-value", "version", "this slabot does not know version 2"),
        ("version: 1\n", "", "missing-setting", "", 'the file has no "version"'),
        (
            "means: Unusable",
            "title: Unusable",
            "missing-setting",
            "severities.critical",
            '"severities.critical" has no "means"',
        ),
        ("kind: zendesk, ", "", "missing-setting", "helpdesks.acme", '"helpdesks.acme" has no "kind"'),
        ("kind: zendesk", "kind: zen", "unknown-value", "helpdesks.acme.kind", '"zen" is not one of the choices here'),
        (
            "means: Unusable",
            "means: 3",
            "wrong-type",
            "severities.critical.means",
            "this should be text, not the number 3",
        ),
        ("means: Unusable", "means: true", "wrong-type", "severities.critical.means", "this should be text, not true"),
        ("means: Unusable", "means: null", "wrong-type", "severities.critical.means", "this should be text, not empty"),
        ("means: Unusable", 'means: ""', "empty-value", "severities.critical.means", "this text is empty"),
        (
            "always: true",
            "always: yes",
            "wrong-type",
            "calendars.around_the_clock.always",
            'this should be true or false, not "yes"',
        ),
        (
            "classify:\n  otherwise: low",
            "classify: low",
            "wrong-type",
            "classify",
            'this should be a mapping, not "low"',
        ),
        (
            "escalate:\n  - rungs",
            "escalate:\n  x: 1\n#",
            "wrong-type",
            "escalate",
            "this should be a list, not a mapping",
        ),
        ("[{at: 50% used}, {at: breach}]", "[]", "empty-value", "escalate[0].rungs", "this list is empty"),
        ("at: breach", "at: breech", "bad-rung", "escalate[0].rungs[1].at", '"breech" is no rung'),
        ("at: breach", "at: [x]", "bad-rung", "escalate[0].rungs[1].at", "this is no rung"),
        (
            "otherwise: low",
            "otherwise: lou",
            "unknown-severity",
            "classify.otherwise",
            '"lou" is not a severity of this file',
        ),
        (
            "otherwise: low",
            "otherwise: [low]",
            "unknown-severity",
            "classify.otherwise",
            "a list is no name of a severity",
        ),
        (
            "respond_within: 2h",
            "respond_within: null",
            "bad-duration",
            "severities.critical.respond_within",
            "this is empty",
        ),
        (
            "Europe/Berlin",
            "Europe/Berln",
            "unknown-time-zone",
            "calendars.office.time_zone",
            '"Europe/Berln" is no time zone',
        ),
    ],
)
def test_each_mistake_has_its_code_its_path_and_its_words(
    check: Check, old: str, new: str, code: str, path: str, message: str
) -> None:
    policy, problems = check((old, new))

    assert policy is None
    assert (code, path, message) in [(problem.code, problem.path, problem.message) for problem in problems]
    assert all(problem.fix and problem.severity == "error" for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("otherwise: low", "otherwis: low", 'did you mean "otherwise"?'),
        ("version: 1", "version: 1\ngrace: 1h", "it stands elsewhere: waiting.grace"),
        (
            "version: 1",
            "version: 1\nslack: {token: x, channel: c}",
            "write token_env with the name of the environment variable that holds it",
        ),
        (
            "otherwise: low",
            "otherwise: low\n  zzz: 1",
            "take it out, or use one of rules, priorities, otherwise, mode, reader, model, triage",
        ),
        ("means: Unusable", "means: 3", 'put quotes around it: "3"'),
        ("means: Unusable", "means: true", 'put quotes around it: "true"'),
        ("version: 1", 'version: 1\nlimits: {writes_per_run: "5"}', "write 5 without quotes"),
        ("version: 1", "version: 1\nlimits: {writes_per_run: -5}", "write a number of at least 0"),
        ("waiting: {mode: off}", "waiting: {follow_ups: 99}", "write a number of at most 10"),
        ("kind: zendesk, ", "", "add it, for example kind: zendesk"),
        ("kind: zendesk", "kind: zendeks", 'use one of zendesk, freshdesk; did you mean "zendesk"?'),
        ("respond_within: 6h", "respond_within: .inf", "write 2h, 90m, 7d or 2 business days"),
        ("respond_within: 6h", "respond_within: 999999999999", "write 2h, 90m, 7d or 2 business days"),
    ],
)
def test_each_mistake_has_its_way_out(check: Check, old: str, new: str, fix: str) -> None:
    assert fix in [problem.fix for problem in check((old, new))[1]]


def test_problems_of_yaml_and_of_settings_come_together(check: Check) -> None:
    _, problems = check(("version: 1", "version: 1\nbots: *all\nversion: 1"), ("otherwise: low", "otherwise: nobody"))

    assert [problem.code for problem in problems] == ["alias", "duplicate-key", "unknown-severity"]


def test_nothing_more_is_said_about_a_value_that_yaml_refused(check: Check) -> None:
    _, problems = check(("respond_within: 2h", "respond_within: *two_hours"))

    assert [problem.code for problem in problems] == ["alias"]


def test_nothing_is_missing_where_a_merge_key_stood(check: Check) -> None:
    _, problems = check(("critical: {means: Unusable, ", "critical: {<<: {means: Unusable}, "))

    assert [problem.code for problem in problems] == ["merge-key"]


def test_names_are_known_although_what_they_name_is_wrong(check: Check) -> None:
    _, problems = check(("respond_within: 6h", "respond_within: soon"), ("otherwise: low", "otherwise: high"))

    assert [problem.code for problem in problems] == ["bad-duration"]


def test_entries_that_are_all_refused_make_no_empty_list(check: Check) -> None:
    _, problems = check(("[{at: 50% used}, {at: breach}]", "[{at: soon}]"))

    assert [problem.code for problem in problems] == ["bad-rung"]


RULES = """
  rules:
    - {name: A, severity: low, when: {tags: [a]}}
    - {name: B, severity: low, when: {tags: [b]}}
    - {name: A, severity: low, when: {tags: [c]}}
    - {name: B, severity: lou, when: {tags: [d]}}"""


def test_every_name_that_is_given_twice_is_said_also_where_other_things_are_wrong(check: Check) -> None:
    _, problems = check(("classify:", f"classify:{RULES}"))

    assert [(problem.code, problem.path) for problem in problems] == [
        ("duplicate-name", "classify.rules[2].name"),
        ("duplicate-name", "classify.rules[3].name"),
        ("unknown-severity", "classify.rules[3].severity"),
    ]


def test_a_name_that_is_given_twice_is_said_once(check: Check) -> None:
    _, problems = check(("classify:", f"classify:{RULES.replace('lou', 'low')}"))

    assert [problem.code for problem in problems] == ["duplicate-name", "duplicate-name"]


def test_a_ladder_for_a_clock_that_does_not_exist_is_an_error(check: Check) -> None:
    policy, (problem,) = check(("- rungs", "- clock: [first_respons]\n    rungs"))

    assert policy is None
    assert (problem.code, problem.path) == ("unknown-clock", "escalate[0].clock[0]")
    assert problem.fix == 'use one of first_response; did you mean "first_response"?'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("# nothing\n", "empty-file"),
        ("~\n", "empty-file"),
        ("- version: 1\n", "not-a-mapping"),
        ("version 1\n", "not-a-mapping"),
        ("a: [", "not-yaml"),
    ],
)
def test_a_file_without_the_form_of_a_policy_is_one_problem(check: Check, text: str, code: str) -> None:
    policy, problems = check(text=text)

    assert policy is None
    assert [problem.code for problem in problems] == [code]


def test_a_file_of_nothing_but_mistakes_ends_with_their_number(check: Check) -> None:
    wrong = "\n".join(f"key_{number}: 1" for number in range(1_000))
    _, problems = check(("version: 1", f"version: 1\n{wrong}"))

    assert len(problems) == MOST + 1
    assert problems[-1].message == f"and {1_000 - MOST} more problems from here on"


SECRET = "aB3-dE5-gH7"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("subdomain: acme", f"subdomain: acme, token_env: {SECRET}"),
        ("subdomain: acme", f"subdomain: acme, token: {SECRET}"),
        ("subdomain: acme", f"subdomain: acme, token_env: {SECRET}, webhook_secret_env: {SECRET}"),
        ("client_secret_env: ZENDESK_CLIENT_SECRET", f"client_secret_env: {SECRET}"),
        ("client_secret_env: ZENDESK_CLIENT_SECRET", f"client_secret: {SECRET}"),
        ("client_id_env: ZENDESK_CLIENT_ID", f"client_id_env: {SECRET}"),
        ("version: 1", f"version: 1\nstore: {{url: 'postgres://me:{SECRET}@host/db'}}"),
        ("version: 1", f"version: 1\nslack:\n  channel: c\n  token_env:\n    {SECRET}"),
        ("version: 1", f"version: 1\nslack: {{token_env: [{SECRET}], channel: 3}}"),
    ],
)
def test_a_secret_in_the_file_is_an_error_that_does_not_repeat_it(check: Check, old: str, new: str) -> None:
    policy, problems = check((old, new))

    assert policy is None
    assert SECRET not in "\n".join(map(str, problems))
    assert SECRET not in repr(problems)


@pytest.mark.parametrize("start", ["1999-12-31", "2026-12-01", "2099-01-01"])
def test_pages_may_start_from_any_date_which_begins_at_midnight_utc(check: Check, start: str) -> None:
    policy, problems = check(("version: 1", f"version: 1\nstart_from: {start}"))

    assert problems == ()
    assert policy is not None
    assert policy.start_from == datetime.fromisoformat(start).replace(tzinfo=UTC)


def test_a_file_may_be_closed_before_it_reopens_neither_way(check: Check) -> None:
    _, (problem,) = check(("version: 1", "version: 1\nsolved:\n  reopen_within: 3d\n  close_after: 2d"))

    assert (problem.code, problem.line, problem.column) == ("closed-before-reopen", 4, 16)


def test_the_same_file_on_the_same_day_has_the_same_findings(checkout: Path) -> None:
    text = (checkout / "config.example.yaml").read_text(encoding="utf-8")

    assert check_policy(text, "f", date(2026, 1, 1))[1] == check_policy(text, "f", date(2026, 1, 1))[1]
