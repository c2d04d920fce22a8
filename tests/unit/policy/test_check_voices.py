"""Is an admin told where the file does not say rightly who speaks, and by which channels requests come?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slabot.policy import Policy, Problem

from .conftest import RIGHT

Check = Callable[..., tuple[Policy | None, tuple[Problem, ...]]]
Warned = Callable[..., list[tuple[str, str, str]]]
FRESHDESK = "  partners: {kind: freshdesk, domain: partners.freshdesk.com, token_env: FRESHDESK_KEY}\n"
BOTH = ("helpdesks:\n", f"helpdesks:\n{FRESHDESK}")


def also(text: str) -> tuple[str, str]:
    return ("waiting:", f"{text}\nwaiting:")


# ── Third parties ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("entry", ["help@vendor.example", '"@vendor.example"', "Help@Vendor.Example", "a@b.co.uk"])
def test_an_address_or_a_domain_is_a_third_party(check: Check, entry: str) -> None:
    policy, problems = check(also(f"third_parties: [{entry}]"))

    assert problems == ()
    assert policy is not None
    assert policy.is_third_party(entry if entry[0] != '"' else "anybody@VENDOR.example")


@pytest.mark.parametrize(
    ("entry", "fix"),
    [
        ("vendor.example", 'write "@vendor.example" for everybody there'),
        ('"*@vendor.example"', 'write "@vendor.example" for everybody there'),
        ("https://vendor.example/help", 'write "@vendor.example" for everybody there'),
        ('"Max <max@vendor.example>"', "write the address alone: max@vendor.example"),
        ('"360001234"', 'write an address such as help@vendor.example, or "@vendor.example" for everybody there'),
        ('"@vendor"', 'write an address such as help@vendor.example, or "@vendor.example" for everybody there'),
    ],
)
def test_what_is_neither_is_refused_with_what_was_meant(check: Check, entry: str, fix: str) -> None:
    policy, (problem,) = check(also(f"third_parties: [{entry}]"))

    assert policy is None
    assert (problem.code, problem.fix) == ("bad-third-party", fix)


@pytest.mark.parametrize(
    ("more", "entry", "named"),
    [
        ("bots: [Hooks@acme.example]", "hooks@acme.example", "(bots)"),
        ("bots: [hooks@acme.example]", '"@acme.example"', "(bots)"),
        ("rotas: {main: {time_zone: UTC, people: [maya@acme.example]}}", '"@acme.example"', "(rotas.main)"),
        ("fallback: {to: [user:maya@acme.example]}", "maya@acme.example", "(fallback)"),
        ("email: {host: smtp.acme.example, from: pages@acme.example}", '"@acme.example"', "(email.from)"),
    ],
)
def test_somebody_of_support_is_no_third_party(warned: Warned, more: str, entry: str, named: str) -> None:
    found = warned(also(f"{more}\nthird_parties: [x@vendor.example, {entry}]"))

    assert [(code, path) for code, path, _ in found] == [("third-party-of-ours", "third_parties[1]")]
    assert named in found[0][2]


def test_the_agent_that_slabot_acts_as_is_of_support(warned: Warned) -> None:
    token = ("auth: {", "email: bot@acme.example, token_env: ZENDESK_TOKEN, auth: {")
    found = warned(token, also('third_parties: ["@acme.example"]'))

    assert "third-party-of-ours" in [code for code, *_ in found]


def test_a_domain_that_only_ends_alike_is_another_one(warned: Warned) -> None:
    assert warned(also('bots: [hooks@notacme.example]\nthird_parties: ["@acme.example"]')) == []


# ── Channels ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("requests: {channels: [Email, emial]}", "requests.channels[1]"),
        ("requests: {not_from_channels: [emial]}", "requests.not_from_channels[0]"),
    ],
)
def test_a_channel_that_slabot_has_not_heard_of_is_named_with_the_one_that_was_meant(
    check: Check, text: str, path: str
) -> None:
    _, (problem,) = check(also(text))

    assert (problem.code, problem.severity, problem.path) == ("unknown-channel", "warning", path)
    assert problem.fix.endswith('did you mean "email"?')


@pytest.mark.parametrize("key", ["when", "unless"])
def test_so_is_one_in_a_rule(warned: Warned, key: str) -> None:
    other = "" if key == "when" else "when: {text: [down]}, "
    rule = f"rules: [{{name: Down, severity: high, {other}{key}: {{channel: [chatt]}}}}]"
    found = warned(("otherwise: low", f"otherwise: low\n  {rule}"))

    assert [(code, path) for code, path, _ in found] == [("unknown-channel", f"classify.rules[0].{key}.channel[0]")]


def test_a_channel_in_both_lists_is_an_error_in_any_case(check: Check) -> None:
    policy, problems = check(also("requests: {channels: [WEB], not_from_channels: [email, web]}"))

    assert policy is None
    assert [(one.code, one.path) for one in problems] == [("channel-in-both", "requests.not_from_channels[1]")]


# ── Requests that an agent writes down ──────────────────────────────────────────────────────────────────────────────


def test_the_difference_between_both_kinds_of_helpdesk_is_said(warned: Warned) -> None:
    ((code, path, message),) = warned(BOTH)

    assert (code, path) == ("written-by-agents-differs", "helpdesks")
    assert "from its creation at Freshdesk, and at Zendesk not before the customer writes" in message


@pytest.mark.parametrize("setting", ["as_the_helpdesk_says", "from_creation", "from_the_customer"])
def test_whoever_says_which_is_meant_is_asked_no_more(warned: Warned, setting: str) -> None:
    assert warned(BOTH, also(f"requests: {{written_by_agents: {setting}}}")) == []


def test_where_all_helpdesks_are_of_one_kind_nothing_differs(warned: Warned) -> None:
    second = RIGHT.split("helpdesks:\n")[1].split("calendars:")[0].replace("acme", "beta")
    assert warned(("helpdesks:\n", f"helpdesks:\n{second}")) == []


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["[]", "[Out of office]", "[不在]", "Abwesenheitsnotiz"])
def test_a_word_is_enough_and_no_words_switch_it_off(check: Check, words: str) -> None:
    policy, problems = check(also(f"automatic_replies: {{words: {words}}}"))

    assert (policy is not None, problems) == (True, ())


def test_either_apostrophe_is_the_same_word(check: Check) -> None:
    policy, _ = check()
    assert policy is not None
    assert policy.looks_automatic("I’m out of\n the office until Monday")
    assert not policy.looks_automatic("Is the automatic reply broken?")
