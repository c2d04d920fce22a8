"""How does a policy say that slabot signs in at Zendesk, and what is doubtful about it?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slabot.policy.connections import Auth, Zendesk
from tests.unit.policy.conftest import Check

AUTH = "auth: {client_id_env: ZENDESK_CLIENT_ID, client_secret_env: ZENDESK_CLIENT_SECRET}"
TOKEN = "email: bot@acme.example, token_env: ZENDESK_TOKEN"


def zendesk(check: Check, sign_in: str) -> Zendesk:
    policy, problems = check((AUTH, sign_in))
    assert policy is not None, "\n".join(map(str, problems))
    found = policy.helpdesks["acme"]
    assert isinstance(found, Zendesk)
    return found


def test_an_oauth_client_is_named_by_two_variables_and_asks_to_read_and_write(check: Check) -> None:
    found = zendesk(check, AUTH)

    assert found.auth == Auth(client_id_env="ZENDESK_CLIENT_ID", client_secret_env="ZENDESK_CLIENT_SECRET")
    assert found.auth.scope == "read write"
    assert (found.email, found.token_env) == (None, None)


def test_both_ways_may_be_given_and_no_doubt_is_left(check: Check, warned: Callable[..., list[str]]) -> None:
    both = f"{AUTH}, {TOKEN}"

    assert zendesk(check, both).auth is not None
    assert zendesk(check, both).token_env == "ZENDESK_TOKEN"
    assert warned((AUTH, both)) == []


@pytest.mark.parametrize(
    ("sign_in", "path", "message", "fix"),
    [
        ("statuses: {}", "helpdesks.acme", '"acme" does not say how slabot signs in there', "add auth: {client_id_env"),
        ("email: bot@acme.example", "helpdesks.acme.email", '"email" without token_env is half', "add token_env, or"),
        ("token_env: T", "helpdesks.acme.token_env", '"token_env" without email is half', "add email, or better, sign"),
        (f"{AUTH}, email: a@b.example", "helpdesks.acme.email", "without token_env is half", "or take email out"),
    ],
)
def test_a_sign_in_that_lacks_a_half_is_refused(check: Check, sign_in: str, path: str, message: str, fix: str) -> None:
    policy, problems = check((AUTH, sign_in))

    assert policy is None
    found = [problem for problem in problems if problem.code == "sign-in"]
    assert [problem.path for problem in found] == [path]
    assert message in found[0].message
    assert fix in found[0].fix


@pytest.mark.parametrize("wrong", ["token: x, email: a@b.example", "mail: a@b.example, token_env: T", 'email: "'])
def test_what_follows_from_another_mistake_is_not_said_as_well(check: Check, wrong: str) -> None:
    _, problems = check((AUTH, wrong))

    assert problems
    assert "sign-in" not in [problem.code for problem in problems]


def test_half_an_oauth_client_is_a_missing_setting_with_an_example(check: Check) -> None:
    _, problems = check((", client_secret_env: ZENDESK_CLIENT_SECRET", ""))

    assert [problem.code for problem in problems] == ["missing-setting"]
    assert "client_secret_env: ZENDESK_CLIENT_SECRET" in problems[0].fix


@pytest.mark.parametrize("scope", ["read, write", "", "  ", "READ", "read:", ":read", "[read]"])
def test_what_is_no_list_of_scopes_is_refused(check: Check, scope: str) -> None:
    _, problems = check((AUTH, AUTH.replace("}", f', scope: "{scope}"}}')))

    assert {problem.code for problem in problems} <= {"bad-scope", "empty-value"}
    assert problems


def test_token_sign_in_is_a_doubt_with_the_three_dates_and_the_way_over(check: Check) -> None:
    policy, problems = check((AUTH, TOKEN))

    assert policy is not None
    assert [(problem.code, problem.path) for problem in problems] == [
        ("token-sign-in-ends", "helpdesks.acme.token_env")
    ]
    assert all(day in problems[0].message for day in ("2026-07-28", "2026-10-27", "2027-04-30"))
    assert "OAuth client" in problems[0].fix
    assert "docs/zendesk.md" in problems[0].fix


@pytest.mark.parametrize(
    ("scope", "lacking"),
    [
        ("read write", []),
        ("write  read", []),
        ("read", ['without the global scope "write" nothing can be written']),
        ("tickets:read write", ['without the global scope "read" the audits of a ticket']),
        ("tickets:read tickets:write", ['the global scope "read"', 'the global scope "write"']),
    ],
)
def test_a_scope_that_is_too_narrow_is_a_doubt_that_names_what_is_lacking(
    warned: Callable[..., list[tuple[str, str, str]]], scope: str, lacking: list[str]
) -> None:
    found = warned((AUTH, AUTH.replace("}", f', scope: "{scope}"}}')))

    assert [code for code, _, _ in found] == ["scope-too-narrow"] * len(lacking)
    for (_, path, message), words in zip(found, lacking, strict=True):
        assert path == "helpdesks.acme.auth.scope"
        assert words in message
