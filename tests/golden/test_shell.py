"""What the docs say about the shell: completion, and commands that keep secrets out of `ps`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli.main import COMMANDS, main

ARGUMENT = re.compile(
    r"^\s*\$?\s*(?:psql|pg_dump|pg_restore|curl|mysql|sqlite3|slabot|python)\b.*"
    r"(?:\$\{?DATABASE_URL|://[^\s/:@]+:[^\s@]+@|\$\{?\w*(?:TOKEN|SECRET|PASSWORD|KEY)\b"
    r"|--(?:token|password|secret)[ =]|(?:^|\s)-u\s+\S+:\S|PGPASSWORD=)",
    re.IGNORECASE,
)
COMMAND = re.compile(r"`([^`\n]+)`")


def complete(shell: str, words: str, number: int) -> str:
    environment = {"_SLABOT_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    return CliRunner().invoke(main, [], prog_name="slabot", env=environment).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_documented_shell_gets_its_script(checkout: Path, shell: str) -> None:
    assert f"_SLABOT_COMPLETE={shell}_source slabot" in (checkout / "docs" / "commands.md").read_text(encoding="utf-8")
    said = CliRunner().invoke(main, [], prog_name="slabot", env={"_SLABOT_COMPLETE": f"{shell}_source"})
    assert said.exit_code == 0
    assert "_slabot_completion" in said.stdout


def test_commands_are_completed() -> None:
    assert set(re.findall(r"plain,([\w-]+)", complete("bash", "slabot ", 1))) == set(COMMANDS)


def test_helpdesks_of_the_policy_are_completed(checkout: Path) -> None:
    policy = checkout / "config.example.yaml"
    assert complete("bash", f"slabot explain -c {policy} ac", 4) == "plain,acme/\n"
    assert complete("bash", "slabot explain -c nowhere.yaml ac", 4).strip() == ""


def pages(checkout: Path) -> list[Path]:
    return [checkout / "README.md", checkout / "config.example.yaml", *sorted((checkout / "docs").rglob("*.md"))]


def shows_a_secret(text: str) -> list[str]:
    commands = [*text.splitlines(), *COMMAND.findall(text)]
    return [command for command in commands if ARGUMENT.match(command)]


def test_no_documented_command_shows_a_secret_in_ps(checkout: Path) -> None:
    for page in pages(checkout):
        assert shows_a_secret(page.read_text(encoding="utf-8")) == [], page


@pytest.mark.parametrize(
    "line",
    [
        'pg_dump -Fc "$DATABASE_URL" > slabot.dump',
        "psql postgresql://slabot:hunter2@db/slabot",
        'curl -H "Authorization: Bearer $ZENDESK_TOKEN" https://acme.zendesk.com',
        "curl -u bot@acme.example/token:hunter2 https://acme.zendesk.com",
        'use `slabot migrate-store -c config.yaml --to "$DATABASE_URL"` for it',
    ],
)
def test_a_command_that_shows_one_is_found(line: str) -> None:
    assert shows_a_secret(line)
