"""Who can be told, and how is that written?"""

from __future__ import annotations

import pytest

from slabot.policy import Destination, DestinationError, DestinationKind, Way, parse_destination
from tests.unit.policy.conftest import Check

K = DestinationKind
LADDER = "{at: 50% used}"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("#support", K.CHANNEL, "#support"),
        ("#böse-überraschungen", K.CHANNEL, "#böse-überraschungen"),
        ("C0614TZR7", K.CHANNEL, "C0614TZR7"),
        ("G0614TZR7X", K.CHANNEL, "G0614TZR7X"),
        ("user:maya@acme.example", K.USER, "maya@acme.example"),
        ("user:U012AB3CD", K.USER, "U012AB3CD"),
        ("user:W012AB3CD", K.USER, "W012AB3CD"),
        ("group:@support-leads", K.GROUP, "@support-leads"),
        ("group:S0614TZR7", K.GROUP, "S0614TZR7"),
        ("assignee", K.ASSIGNEE, ""),
        ("rota:primary", K.ROTA, "primary"),
        ("email:team+pages@acme.example", K.EMAIL, "team+pages@acme.example"),
        ("pagerduty:main", K.PAGERDUTY, "main"),
        ("webhook:pager_2-b", K.WEBHOOK, "pager_2-b"),
    ],
)
def test_each_form_is_read_and_written_back_as_it_stands(text: str, kind: DestinationKind, name: str) -> None:
    assert parse_destination(text) == Destination(kind, name)
    assert str(parse_destination(text)) == text


def test_spaces_around_a_destination_and_its_parts_do_not_count() -> None:
    assert str(parse_destination("  user : maya@acme.example ")) == "user:maya@acme.example"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "write "),
        ("#", "write "),
        ("#two channels", "write "),
        ("#one,#two", "write "),
        ("support", "write "),
        ("C123", "write "),
        ("maya@acme.example", "write "),
        ("Assignee", "write "),
        ("usr:maya@acme.example", 'did you mean "user"?'),
        ("user:", "an e-mail address or a Slack id"),
        ("user:maya", "an e-mail address or a Slack id"),
        ("user:S0614TZR7", "an e-mail address or a Slack id"),
        ("user:a@b, c@d", "an e-mail address or a Slack id"),
        ("group:support-leads", "a handle such as @support-leads"),
        ("email:U012AB3CD", "an e-mail address"),
        ("rota:my rota", "a name under rotas"),
        ("pagerduty:", "a name under pagerduty"),
        ("webhook:https://x.example", "a name under outgoing_webhooks"),
    ],
)
def test_what_names_nobody_is_refused_with_what_would(text: str, hint: str) -> None:
    with pytest.raises(DestinationError) as caught:
        parse_destination(text)
    assert str(caught.value).startswith(f'"{text}" names nobody who can be told; ')
    assert hint in str(caught.value)


def test_a_direct_message_is_meant_for_three_kinds_and_another_way_for_three() -> None:
    assert {kind for kind in K if kind.is_person} == {K.USER, K.ASSIGNEE, K.ROTA}
    of_slack = {kind for kind in K if Destination(kind, "x", "x").way == Way.SLACK}
    assert set(K) - of_slack == {K.EMAIL, K.PAGERDUTY, K.WEBHOOK, K.OTHER}


def test_one_destination_needs_no_brackets(check: Check) -> None:
    policy, problems = check((LADDER, "{at: 50% used, notify: user:maya@acme.example}"))
    assert policy is not None, problems
    assert policy.escalate[0].rungs[0].notify == (Destination(K.USER, "maya@acme.example"),)


@pytest.mark.parametrize(
    ("notify", "path", "message", "fix"),
    [
        ('"#one, #two"', "notify", '"#one, #two" is one text here', 'write a list: ["#one", "#two"]'),
        ("[assignee, user: maya@acme.example]", "notify[1].user", "this is a mapping", '"user:maya@acme.example"'),
        ("[assignee, [a, b]]", "notify[1]", "a list names nobody who can be told", 'write "#channel"'),
        ("7", "notify", "this should be a list", "write [one, two]"),
    ],
)
def test_the_file_is_told_where_a_destination_is_wrong(
    check: Check, notify: str, path: str, message: str, fix: str
) -> None:
    policy, (problem,) = check((LADDER, f"{{at: 50% used, notify: {notify}}}"))
    assert policy is None
    assert problem.path == f"escalate[0].rungs[0].{path}"
    assert problem.message.startswith(message)
    assert fix in problem.fix
