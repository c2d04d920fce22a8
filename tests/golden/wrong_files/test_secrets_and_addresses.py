"""What is said about a secret in the file, and about an address that is not safe?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import office, printed, refusal

WRONG: dict[str, tuple[str | bytes, str]] = {
    "a secret": (
        office(("version: 1\n", 'version: 1\nslack:\n  token_env: xoxb-2847-secret-word\n  channel: "#support"\n')),
        """
config.yaml:3:14: error: this should be the name of an environment variable  [secret-in-file]
      token_env: •••••••••••••••••••••
                 ^^^^^^^^^^^^^^^^^^^^^
  fix: write a name such as ZENDESK_TOKEN here and put the secret into that variable
1 problem
""",
    ),
    "a secret under a name of its own": (
        office(
            (
                "version: 1\n",
                'version: 1\nslack: {token: correct-horse, channel: "#support", token_env: SLACK_BOT_TOKEN}\n',
            )
        ),
        """
config.yaml:2:9: error: "token" is not a setting of slack  [unknown-setting]
    slack: {token: •••••••••••••, channel: "#support", token_env: SLACK_BOT_TOKEN}
            ^^^^^
  fix: write token_env with the name of the environment variable that holds it
1 problem
""",
    ),
    "a password in an address": (
        office(("version: 1\n", "version: 1\nstore:\n  url: postgresql://slabot:correct-horse@db.example/slabot\n")),
        """
config.yaml:3:8: error: this address holds a password  [secret-in-file]
      url: •••••••••••••••••••••••••••••••••••••••••••••••••••
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: put it into a variable: url_env: DATABASE_URL
1 problem
""",
    ),
    "an address that is not encrypted": (
        office(
            (
                "version: 1\n",
                'version: 1\nslack: {token_env: SLACK, channel: "#support", api_url: "http://slack.example"}\n',
            )
        ),
        """
config.yaml:2:57: error: "http://slack.example" is no address that a token may be sent to  [bad-address]
    slack: {token_env: SLACK, channel: "#support", api_url: "http://slack.example"}
                                                            ^^^^^^^^^^^^^^^^^^^^^^
  fix: use https://…; plain http is accepted for 127.0.0.1, ::1 and localhost only
1 problem
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_secret_or_an_address_is_described_in_these_words(text: str | bytes, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_file_with_a_secret_or_an_address(text: str | bytes) -> None:
    assert refusal(text) == printed(text)
