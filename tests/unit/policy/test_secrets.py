"""Is what looks like a secret shown nowhere?"""

from __future__ import annotations

import pytest

from slabot.policy.secrets import mask_span, masked, masked_line

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
        # What is harmless stays readable
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
