"""`slabot doctor`: what it prints, and what the exit code means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from slabot_sandbox import FaultKind, Sandbox

POLICY = """\
version: 1
helpdesks:
  acme: {{kind: zendesk, subdomain: acme, email: bot@acme.example, token_env: TOKEN, base_url: "{zendesk}"}}
slack: {{token_env: SLACK, channel: "#pages", api_url: "{slack}/api"}}
calendars:
  office: {{time_zone: UTC, open: {{mon-fri: ["09:00-17:00"]}}}}
severities:
  high: {{means: No workaround, respond_within: 6h, calendar: office}}
classify: {{otherwise: high}}
"""

Run = Callable[..., Result]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel("#pages")
        yield sandbox


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "0")  # any free one: other tests listen too
    monkeypatch.setenv("TOKEN", sandbox.zendesk.token)
    monkeypatch.setenv("SLACK", sandbox.slack.token)
    text = POLICY.format(zendesk=sandbox.zendesk.url, slack=sandbox.slack.url)
    Path("config.yaml").write_text(text, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(main, ["doctor", "-c", "config.yaml", *arguments])


def test_a_right_setting_is_told_place_by_place_and_ends_in_one_line(run: Run, sandbox: Sandbox) -> None:
    result = run()
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line for line in lines if line and not line.startswith(" ")][:-1] == [
        "this machine",
        "store",
        "helpdesk acme",
        "slack",
    ]
    assert lines[-1].startswith("All is right; ")
    assert 'notice   The automation "Close ticket 4 days after status is set to solved" closes tickets 96 hours' in (
        result.stdout
    )


def test_what_is_wrong_comes_with_its_remedy_and_exit_1(run: Run, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.add_channel("#pages", joined=False)
    result = run()
    assert result.exit_code == 1
    assert "  WRONG    slabot is not in the channel #pages.\n           → Write there: /invite @slabot" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1 wrong")


def test_what_could_not_be_asked_is_exit_2(run: Run, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultKind.DOWN, service="slack")
    result = run()
    assert result.exit_code == 2
    assert "could not be asked" in result.stdout.splitlines()[-1]


def test_the_machine_form_says_the_same(run: Run, sandbox: Sandbox) -> None:
    result = run("--json")
    told = json.loads(result.stdout)
    assert (told["version"], told["exit_code"], result.exit_code) == (1, 0, 0)
    assert [place["name"] for place in told["places"]] == ["this machine", "store", "helpdesk acme", "slack"]
    findings = [finding for place in told["places"] for finding in place["findings"]]
    assert {"level", "words", "remedy"} == set(findings[0])
    assert all(finding["remedy"] for finding in findings if finding["level"] != "right")


def test_no_secret_is_ever_printed(run: Run, sandbox: Sandbox) -> None:
    for arguments in ((), ("--json",)):
        said = run(*arguments).output
        assert sandbox.zendesk.token not in said
        assert sandbox.slack.token not in said


def test_a_policy_that_is_not_right_is_said_as_check_says_it(run: Run) -> None:
    Path("config.yaml").write_text("version: 2\n", encoding="utf-8")
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "config.yaml" in result.stderr
