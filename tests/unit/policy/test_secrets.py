"""Is what looks like a secret shown nowhere?"""

from __future__ import annotations

from datetime import date

import pytest

from slabot.policy import check_policy
from slabot.policy.secrets import in_address, mask_span, masked, masked_line, why_unsendable

SECRETS = ("hunter2", "xoxb-123456-abcdef", "xapp-1-A0-b", "aB3dE5gH7jK9mN1pQ3sT", "p4ssw0rd")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("token_env: hunter2", "token_env: •••••••"),
        ("    token: hunter2 # ours", "    token: ••••••• # ours"),
        ('"token": "hunter2"', '"token": •••••••••'),
        ("token: 'hunter2' # ours", "token: ••••••••• # ours"),
        ("token: several words", "token: •••••••••••••"),
        (
            "{kind: zendesk, token: hunter2, email: bot@acme.example}",
            "{kind: zendesk, token: •••••••, email: bot@acme.example}",
        ),
        (
            "a: {token_env: hunter2, webhook_secret_env: hunter2}",
            "a: {token_env: •••••••, webhook_secret_env: •••••••}",
        ),
        ("API_KEY: hunter2", "API_KEY: •••••••"),
        ("password: hunter2", "password: •••••••"),
        ("slack: xoxb-123456-abcdef", "slack: ••••••••••••••••••"),
        ("- xapp-1-A0-b", "- •••••••••••"),
        ("url: postgres://me:p4ssw0rd@host/db", "url: postgres://me:••••••••@host/db"),
        ("subdomain: aB3dE5gH7jK9mN1pQ3sT", "subdomain: ••••••••••••••••••••"),
        ("routing_key: hunter2", "routing_key: •••••••"),
        ('url: "host=db password=hunter2"', 'url: "host=db password=•••••••"'),
        ("host: me:hunter2@smtp.example", "host: me:•••••••@smtp.example"),
        ("- 9f1b2c3d-1a2b-4c5d-8e9f-0123456789ab", "- ••••••••••••••••••••••••••••••••••••"),
        # What is harmless stays readable
        ("notify: [user:maya@acme.example, email:a@b.example]", "notify: [user:maya@acme.example, email:a@b.example]"),
        ("token_env: ZENDESK_TOKEN", "token_env: ZENDESK_TOKEN"),
        ('{token_env: "ZENDESK_TOKEN", domain: x}', '{token_env: "ZENDESK_TOKEN", domain: x}'),
        ("received_when_closed: end_of_next_working_day", "received_when_closed: end_of_next_working_day"),
        ("url: sqlite:///slabot.db", "url: sqlite:///slabot.db"),
        ("url_env: DATABASE_URL", "url_env: DATABASE_URL"),
        ("token:", "token:"),
        ("channel: '#support-escalations'", "channel: '#support-escalations'"),
    ],
)
def test_a_line_is_shown_without_its_secrets(line: str, shown: str) -> None:
    assert masked_line(line) == shown
    assert len(shown) == len(line)


def test_words_for_people_lose_tokens_and_passwords() -> None:
    for secret in SECRETS[1:4]:
        assert secret not in masked(f'this should be a mapping, not "{secret}"')
    assert masked("see postgres://me:p4ssw0rd@host") == "see postgres://me:••••••••@host"


def test_a_span_is_masked_within_its_line() -> None:
    assert mask_span("ab: cdef", 5, 2) == "ab: ••ef"
    assert mask_span("ab: cdef", 5, 99) == "ab: ••••"
    assert mask_span("ab", 5, 2) == "ab"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://user:hunter2@host", "a password"),
        ("postgresql://u:hunter2@db/slabot", "a password"),
        ("postgresql://u:a/hunter2@db/slabot", "a password"),
        ("postgresql://:hunter2@db/slabot", "a password"),
        ("https://hunter2@host", "a login"),
        ("https://host/x?token=hunter2", "a secret after its question mark"),
        ("https://host/x?a=1&api_key=hunter2", "a secret after its question mark"),
        ("postgresql://db/slabot?user=u&password=hunter2", "a secret after its question mark"),
        ("https://hooks.example/services/aB3dE5gH7jK9mN1pQ3sT", "what looks like a secret"),
        ("https://acme.zendesk.com", None),
        ("http://127.0.0.1:9000/api?page=2", None),
        ("postgresql://slabot@db/slabot?sslmode=require", None),
        ("sqlite:////var/lib/slabot@home/a:b.db", None),
    ],
)
def test_a_secret_in_an_address_is_found(address: str, found: str | None) -> None:
    assert in_address(address) == found
    assert (masked(address) == address) or "hunter2" not in masked(address)


@pytest.mark.parametrize(
    "settings",
    [
        'helpdesks: {{acme: {{kind: zendesk, subdomain: a, email: a@a.example, token_env: T, base_url: "{0}"}}}}',
        'slack: {{token_env: T, channel: "#a", api_url: "{0}"}}',
        'store: {{url: "{0}"}}',
        'web: {{listen: "127.0.0.1:80", public_url: "{0}"}}',
        'outgoing_webhooks: {{main: {{url: "{0}", secret_env: S}}}}',
    ],
)
@pytest.mark.parametrize("address", ["https://user:hunter2@host", "https://host/?token=hunter2"])
def test_check_refuses_an_address_with_a_secret_and_shows_it_nowhere(settings: str, address: str) -> None:
    text = f"""version: 1
{settings.format(address)}
calendars: {{always: {{always: true}}}}
severities: {{high: {{means: x, respond_within: 6h, calendar: always}}}}
classify: {{otherwise: high}}
"""
    _, problems = check_policy(text, "config.yaml", date(2026, 1, 1))
    assert "secret-in-file" in {problem.code for problem in problems}
    assert "hunter2" not in "".join(map(repr, problems)) + "".join(map(str, problems))


@pytest.mark.parametrize(
    "helpdesk",
    [
        'kind: zendesk, subdomain: "me:hunter2@acme", email: a@a.example, token_env: T',
        'kind: freshdesk, domain: "me:hunter2@acme.freshdesk.com", token_env: T',
        "kind: zendesk, subdomain: acme, auth: hunter2",
    ],
)
def test_a_login_where_a_name_belongs_is_shown_nowhere(helpdesk: str) -> None:
    _, problems = check_policy(f"version: 1\nhelpdesks: {{acme: {{{helpdesk}}}}}\n", "config.yaml", date(2026, 1, 1))
    assert "secret-in-file" in {problem.code for problem in problems}
    assert "hunter2" not in "".join(map(repr, problems)) + "".join(map(str, problems))


def test_a_secret_that_cannot_be_sent_is_described_and_not_shown() -> None:
    assert why_unsendable("xoxb-123 4") is None
    assert "number 2 is no plain letter" in (why_unsendable("h😀") or "")
    assert "number 3 is a line break" in (why_unsendable("ab\nc") or "")
