"""Who may press what, where does a page go that its channel does not take, and by which other ways do pages leave?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.policy import ClickAct, DestinationKind, Encryption, LadderChanges, Policy
from tests.fixtures.policies import policy
from tests.fixtures.times import at
from tests.unit.policy.conftest import Check

FIRST = "version: 1\n"
PERMISSIONS = {
    "permissions": [
        {"do": ["snooze", "set_severity"], "severity": "critical", "who": "group:@leads", "ask": "#leads"},
        {"do": "snooze", "who": ["user:maya@acme.example", "rota:primary"], "ask": "Maya"},
    ],
    "rotas": {"primary": {"time_zone": "Asia/Kolkata", "people": ["maya@acme.example"]}},
}


def test_an_act_that_no_entry_covers_is_everybodys() -> None:
    rules = policy(PERMISSIONS)
    assert rules.permission_for("claim", "critical") is None
    assert rules.permission_for("set_severity", "high") is None
    assert all(policy().permission_for(act, "critical") is None for act in ClickAct)


def test_the_first_entry_that_covers_an_act_says_who_and_whom_to_ask() -> None:
    rules = policy(PERMISSIONS)
    strict, other = rules.permission_for("snooze", "critical"), rules.permission_for("snooze", "low")
    assert strict is not None
    assert other is not None
    assert ([*map(str, strict.who)], strict.ask) == (["group:@leads"], "#leads")
    assert ([*map(str, other.who)], other.ask) == (["user:maya@acme.example", "rota:primary"], "Maya")
    assert rules.permission_for("set_severity", "critical") is strict


def test_a_rota_counts_only_while_its_calendar_is_open() -> None:
    rules = policy(
        {
            "calendars.office": {"time_zone": "Asia/Kolkata", "open": {"mon-fri": ["09:00-17:00"]}},
            "rotas": {
                "day": {"time_zone": "Asia/Kolkata", "people": ["maya@acme.example"], "only_in": "office"},
                "always": {"time_zone": "Asia/Kolkata", "people": ["raj@acme.example"]},
            },
        }
    )
    assert rules.on_call("day", at("Mon 12 Jan 08:59:59")) is None
    assert rules.on_call("day", at("Mon 12 Jan 09:00")) == "maya@acme.example"
    assert rules.on_call("day", at("Mon 12 Jan 16:59:59")) == "maya@acme.example"
    assert rules.on_call("day", at("Mon 12 Jan 17:00")) is None
    assert rules.on_call("always", at("Mon 12 Jan 23:00")) == "raj@acme.example"


def test_nobody_is_on_call_in_a_rota_that_the_file_no_longer_has() -> None:
    assert policy().on_call("of an older policy", at("Mon 12 Jan 09:00")) is None


def test_what_the_file_leaves_out_is_calm() -> None:
    rules = policy()
    assert (rules.quiet_hours, rules.fallback, rules.permissions, rules.heartbeat) == ((), None, (), None)
    assert (rules.ladder_changes, rules.storm.above) == (LadderChanges.KEEP, 10)


def right(check: Check, setting: str) -> Policy:
    found, problems = check((FIRST, f"{FIRST}{setting}\n"))
    assert found is not None, problems
    return found


def test_a_fallback_comes_after_five_minutes_unless_the_file_says_otherwise(check: Check) -> None:
    found = right(check, "fallback: {to: user:maya@acme.example}").fallback
    assert found is not None
    assert (found.after, found.to[0].kind) == (timedelta(minutes=5), DestinationKind.USER)


def test_mail_is_encrypted_unless_it_stays_on_this_machine(check: Check) -> None:
    mail = right(check, "email: {host: smtp.acme.example, from: pages@acme.example}").email
    assert mail is not None
    assert (mail.port, mail.tls, mail.from_) == (587, Encryption.STARTTLS, "pages@acme.example")
    assert right(check, "email: {host: localhost, port: 25, from: a@b.example, tls: none}").email is not None


@pytest.mark.parametrize(
    ("setting", "code", "path", "words"),
    [
        ("fallback: {to: []}", "empty-value", "fallback.to", "list is empty"),
        ("fallback: {after: 2 business days, to: assignee}", "bad-duration", "fallback.after", "real time"),
        ("fallback: {to: group:@leads}", "bad-destination", "fallback.to", "takes no page of its own"),
        ("fallback: {after: 5m}", "missing-setting", "fallback", 'has no "to"'),
        ("storm: {above: 0}", "out-of-range", "storm.above", "0 is too small"),
        ("permissions: [{do: dance, who: user:U012AB, ask: x}]", "unknown-value", "permissions[0].do", '"dance"'),
        ("permissions: [{do: [], who: user:U012AB, ask: x}]", "empty-value", "permissions[0].do", "list is empty"),
        ("permissions: [{do: claim, who: [], ask: x}]", "empty-value", "permissions[0].who", "list is empty"),
        ("permissions: [{do: claim, who: user:U012AB}]", "missing-setting", "permissions[0]", 'has no "ask"'),
        (
            "permissions: [{do: claim, who: '#leads', ask: x}]",
            "bad-destination",
            "permissions[0].who",
            "is nobody who presses buttons",
        ),
        (
            "permissions: [{do: claim, severity: hihg, who: assignee, ask: x}]",
            "unknown-severity",
            "permissions[0].severity",
            '"hihg" is not a severity',
        ),
        ("email: {host: smtp.acme.example, from: a@b.example, tls: none}", "bad-address", "email.host", "unencrypted"),
        ("email: {host: 'https://x', from: a@b.example}", "bad-address", "email.host", "is no host name"),
        ("email: {host: smtp.acme.example}", "missing-setting", "email", 'has no "from"'),
        ("email: {host: x.example, from: a@b.example, port: 0}", "out-of-range", "email.port", "too small"),
        ("email: {host: x.example, from: a@b.example, tls: ssl}", "unknown-value", "email.tls", '"ssl"'),
        (
            "email: {host: x.example, from: a@b.example, username_env: USER}",
            "mail-login",
            "email",
            "needs username_env",
        ),
        (
            "email: {host: x.example, from: a@b.example, password_env: hunter2}",
            "secret-in-file",
            "email",
            "environment",
        ),
        ("pagerduty: {main: {routing_key_env: R0UT1NGk3y}}", "secret-in-file", "pagerduty.main", "environment"),
        ("pagerduty: {main: {}}", "missing-setting", "pagerduty.main", 'has no "routing_key_env"'),
        ("pagerduty: {'a b': {routing_key_env: KEY}}", "bad-name", "pagerduty", '"a b" cannot be a name'),
        ("outgoing_webhooks: {pager: {secret_env: S}}", "webhook-address", "outgoing_webhooks.pager", "url or url_env"),
        (
            "outgoing_webhooks: {pager: {url: 'https://x.example', url_env: U, secret_env: S}}",
            "webhook-address",
            "outgoing_webhooks.pager",
            "url or url_env",
        ),
        (
            "outgoing_webhooks: {pager: {url: 'http://x.example', secret_env: S}}",
            "bad-address",
            "outgoing_webhooks.pager.url",
            "",
        ),
        ("outgoing_webhooks: {pager: {url_env: U}}", "missing-setting", "outgoing_webhooks.pager", "secret_env"),
        ("heartbeat: {}", "missing-setting", "heartbeat", 'has no "url_env"'),
        ("ladder_changes: sometimes", "unknown-value", "ladder_changes", '"sometimes"'),
        ("quiet_hours: {calendar: nights, severities: low}", "unknown-calendar", "quiet_hours.calendar", '"nights"'),
        ("quiet_hours: {calendar: office, severities: []}", "empty-value", "quiet_hours.severities", "list is empty"),
        ("quiet_hours: {calendar: office}", "missing-setting", "quiet_hours", 'has no "severities"'),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(check: Check, setting: str, code: str, path: str, words: str) -> None:
    found, problems = check((FIRST, f"{FIRST}{setting}\n"))
    assert found is None
    assert code in [problem.code for problem in problems]
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.path.startswith(path)
    assert words in problem.message
    assert problem.line == 2
