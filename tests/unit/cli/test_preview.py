"""The texts to a customer, as they would read for a ticket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from tests.fixtures.policies import example
from tests.unit.cli.test_promise import NOW, TICKET


@pytest.fixture
def files(tmp_path: Path) -> Path:
    whole = example()
    whole["waiting"]["templates"] = {
        "de": {"follow_up": "Guten Tag {requester}, gefragt war: {question}"},
        "solved": "Solved; reply within {reopen_within}",
    }
    (tmp_path / "config.yaml").write_text(json.dumps(whole), encoding="utf-8")
    (tmp_path / "ticket.json").write_text(json.dumps(TICKET), encoding="utf-8")
    return tmp_path


def run(files: Path, *more: str) -> Result:
    given = ["-c", str(files / "config.yaml"), "--ticket-file", str(files / "ticket.json"), "--now", NOW, *more]
    return CliRunner().invoke(main, ["preview", *given])


def test_each_text_is_shown_with_its_language_and_why(files: Path) -> None:
    result = run(files)
    assert result.exit_code == 0, result.output
    assert "acme/7  under the file's own terms, waiting.mode: observe" in result.stdout
    assert "in de: waiting.templates, because it is the requester's, as the helpdesk has it" in result.stdout
    assert "  Guten Tag Ana Ruiz, gefragt war: „Since when?“" in result.stdout
    assert "in de: slabot's own text, because it is the requester's" in result.stdout
    assert "in en: waiting.templates has no language there, so it is taken to be in the helpdesk's" in result.stdout
    assert "  Solved; reply within 3 days" in result.stdout


def test_the_machine_form_names_the_setting(files: Path) -> None:
    answer = json.loads(run(files, "--json").stdout)
    assert (answer["version"], answer["helpdesk"], answer["ticket"], answer["agreement"]) == (1, "acme", "7", "default")
    shown = {text["name"]: (text["language"], text["setting"]) for text in answer["texts"]}
    assert shown == {
        "follow_up": ("de", "waiting.templates"),
        "reminder": ("de", None),
        "solved": ("en", "waiting.templates"),
    }


def test_without_a_ticket_it_says_how_to_name_one(files: Path) -> None:
    result = CliRunner().invoke(main, ["preview", "-c", str(files / "config.yaml")])
    assert result.exit_code == 2
    assert "acme/4711" in result.output
