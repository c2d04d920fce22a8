"""`slabot check`: the same findings in four forms, and what the exit code means."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from slabot.cli import main

RIGHT = """\
version: 1
calendars:
  office: {time_zone: UTC, open: {mon-fri: ["09:00-17:00"]}}
severities:
  high: {means: No workaround, respond_within: 6h, calendar: office}
classify: {otherwise: high}
escalate: [{rungs: [{at: breach}]}]
waiting: {mode: off}
"""
DOUBTFUL = RIGHT.replace("{at: breach}", "{at: breach}, {at: breach}")
IGNORED = DOUBTFUL.replace("]}]", "]}]  # slabot: ignore[rung-twice] 100% meant")
WRONG = RIGHT.replace("otherwise: high", "otherwise: hihg").replace("6h", '"100%, ok"')

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on a file of this text, in its folder, on a day in November 2026."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("slabot.cli.check.today", lambda: date(2026, 11, 24))

    def check(text: str | None, *arguments: str) -> Result:
        if text is not None:
            (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["check", "config.yaml", *arguments])

    return check


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (DOUBTFUL, 0), (WRONG, 1), (None, 1)])
def test_warnings_alone_do_not_fail_and_problems_do_in_every_form(
    run: Run, form: str, text: str | None, code: int
) -> None:
    result = run(text, "--format", form)

    assert result.exit_code == code
    assert result.stdout
    assert result.stderr == ""


def test_a_right_file_is_one_calm_line(run: Run) -> None:
    assert run(RIGHT).stdout == "config.yaml is right: 0 helpdesks, 1 severity, 1 calendar\n"


def test_a_doubtful_file_is_right_with_its_warnings(run: Run) -> None:
    assert run(DOUBTFUL).stdout == (
        'config.yaml:7:40: warning: "breach" stands in this ladder as rung 1 too  [rung-twice]\n'
        "    escalate: [{rungs: [{at: breach}, {at: breach}]}]\n"
        "                                           ^^^^^^\n"
        "  fix: keep one; notify can name several people\n"
        "config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar\n"
    )


def test_a_wrong_file_ends_with_the_number_of_its_problems(run: Run) -> None:
    assert run(WRONG).stdout.splitlines()[-1] == "2 problems"


def test_the_json_form_is_versioned_and_complete(run: Run) -> None:
    assert json.loads(run(WRONG, "--json").stdout) == {
        "version": 1,
        "file": "config.yaml",
        "right": False,
        "summary": "2 problems",
        "problems": [
            {
                "code": "bad-duration",
                "severity": "error",
                "file": "config.yaml",
                "line": 5,
                "column": 48,
                "path": "severities.high.respond_within",
                "message": '"100%, ok" is no target',
                "fix": 'write it like "15m", "2h", "7d" or "2 business days"',
                "source_line": '  high: {means: No workaround, respond_within: "100%, ok", calendar: office}',
            },
            {
                "code": "unknown-severity",
                "severity": "error",
                "file": "config.yaml",
                "line": 6,
                "column": 23,
                "path": "classify.otherwise",
                "message": '"hihg" is not a severity of this file',
                "fix": 'use one of high; did you mean "high"?',
                "source_line": "classify: {otherwise: hihg}",
            },
        ],
        "ignored": [],
    }
    assert json.loads(run(RIGHT, "--json").stdout)["problems"] == []


def test_json_is_short_for_its_format(run: Run) -> None:
    assert run(WRONG, "--json").stdout == run(WRONG, "--format", "json").stdout


def test_the_github_form_escapes_what_would_end_the_command(run: Run, tmp_path: Path) -> None:
    lines = run(WRONG, "--format", "github").stdout.splitlines()

    assert lines[0] == (
        "::error file=config.yaml,line=5,col=48,endColumn=58,title=bad-duration::"
        '"100%25, ok" is no target; fix: write it like "15m", "2h", "7d" or "2 business days"'
    )
    assert lines[-1] == "2 problems"
    (tmp_path / "a,b:c%.yaml").write_text("", encoding="utf-8")
    strange = CliRunner().invoke(main, ["check", "a,b:c%.yaml", "--format", "github"]).stdout
    assert strange.startswith("::error file=a%2Cb%3Ac%25.yaml,title=empty-file::")


# The parts of the SARIF 2.1.0 schema that these files use, closed against anything else.
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "help"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "properties": {
                                                        "level": {"enum": ["none", "note", "warning", "error"]}
                                                    },
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "suppressions": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["kind"],
                                        "additionalProperties": False,
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "justification": {"type": "string"},
                                        },
                                    },
                                },
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["physicalLocation"],
                                        "additionalProperties": False,
                                        "properties": {
                                            "logicalLocations": {"type": "array"},
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation"],
                                                "additionalProperties": False,
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "properties": {
                                                            "uri": {"type": "string", "pattern": "^[!-~]+$"}
                                                        },
                                                    },
                                                    "region": {
                                                        "type": "object",
                                                        "required": ["startLine", "startColumn", "endColumn"],
                                                        "additionalProperties": False,
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1},
                                                            "startColumn": {"type": "integer", "minimum": 1},
                                                            "endColumn": {"type": "integer", "minimum": 1},
                                                        },
                                                    },
                                                },
                                            },
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("text", [RIGHT, DOUBTFUL, IGNORED, WRONG, "", None, "a: [\n"])
def test_the_sarif_form_has_the_shape_of_2_1_0(run: Run, text: str | None) -> None:
    sarif = json.loads(run(text, "--format", "sarif", "--show-ignored").stdout)

    Draft202012Validator(SARIF).validate(sarif)
    rules = sarif["runs"][0]["tool"]["driver"]["rules"]
    for result in sarif["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_sarif_result_names_its_line_its_setting_and_its_fix(run: Run) -> None:
    result = json.loads(run(WRONG, "--format", "sarif").stdout)["runs"][0]["results"][1]

    assert result["message"]["text"] == (
        '"hihg" is not a severity of this file. Fix: use one of high; did you mean "high"?'
    )
    place = result["locations"][0]
    assert place["physicalLocation"]["region"] == {"startLine": 6, "startColumn": 23, "endColumn": 27}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "classify.otherwise"}]


def test_ignored_warnings_are_counted_and_left_out(run: Run) -> None:
    assert run(IGNORED).stdout == ("config.yaml is right, 1 warning ignored: 0 helpdesks, 1 severity, 1 calendar\n")
    assert run(IGNORED, "--format", "github").stdout == run(IGNORED).stdout
    assert json.loads(run(IGNORED, "--format", "sarif").stdout)["runs"][0]["results"] == []
    both = IGNORED.replace("calendar: office", "calendar: office, priority: high") + "bots: []  # slabot: ignore\n"
    assert run(both).stdout.splitlines()[-1].startswith("config.yaml is right, with 1 warning, 1 ignored: ")


def test_ignored_warnings_are_listed_with_their_reasons_on_wish(run: Run) -> None:
    assert run(IGNORED, "--show-ignored").stdout == (
        'config.yaml:7:40: ignored: "breach" stands in this ladder as rung 1 too  [rung-twice]\n'
        "  reason: 100% meant\n"
        "config.yaml is right, 1 warning ignored: 0 helpdesks, 1 severity, 1 calendar\n"
    )
    assert run(IGNORED, "--show-ignored", "--format", "github").stdout.splitlines()[0] == (
        "::notice file=config.yaml,line=7,col=40,endColumn=46,title=rung-twice::"
        '"breach" stands in this ladder as rung 1 too; ignored: 100%25 meant'
    )
    (result,) = json.loads(run(IGNORED, "--show-ignored", "--format", "sarif").stdout)["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "100% meant"}]


@pytest.mark.parametrize("wish", [(), ("--show-ignored",)])
def test_the_json_form_always_lists_what_is_ignored(run: Run, wish: tuple[str, ...]) -> None:
    form = json.loads(run(IGNORED, "--json", *wish).stdout)
    doubt = json.loads(run(DOUBTFUL, "--json", *wish).stdout)

    assert form["problems"] == []
    line = {"source_line": IGNORED.splitlines()[6]}
    assert form["ignored"] == [{**doubt["problems"][0], **line, "reason": "100% meant"}]


@pytest.mark.parametrize("year", range(2026, 2032))
def test_the_example_file_has_one_warning_which_it_ignores(
    run: Run, checkout: Path, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slabot.cli.check.today", lambda: date(year, 1, 1))
    found = json.loads(run((checkout / "config.example.yaml").read_text(encoding="utf-8"), "--json").stdout)

    assert [problem["message"] for problem in found["problems"]] == []
    assert [(one["code"], one["path"]) for one in found["ignored"]] == [("waiting-does-not-fit", "waiting.or_after")]
    assert "7 days" in found["ignored"][0]["reason"]


@pytest.mark.parametrize(
    "arguments", [(), ("config.yaml", "extra"), ("config.yaml", "--format", "xml"), ("--nothing",)]
)
def test_a_command_line_that_cannot_be_understood_exits_2(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, ["check", *arguments]).exit_code == 2


def test_standard_input_is_read_for_a_dash() -> None:
    result = CliRunner().invoke(main, ["check", "-"], input="version: 2\n")

    assert result.exit_code == 1
    assert "standard input:1:10: error: this slabot does not know version 2" in result.stdout


def test_help_shows_an_example() -> None:
    assert "Example: slabot check config.yaml" in CliRunner().invoke(main, ["check", "--help"]).stdout


def test_what_cannot_be_opened_is_a_problem_with_its_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")

    def refused(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    said = {name: _said(name) for name in ("missing.yaml", "folder", "loop.yaml", "a\0b", "")}
    with monkeypatch.context() as patch:  # the tests may run as root, who may read everything
        patch.setattr(Path, "open", refused)
        said["secret.yaml"] = _said("secret.yaml")

    assert said == {
        "missing.yaml": "missing.yaml: error: there is no such file  [unreadable-file]",
        "folder": "folder: error: this is a folder  [unreadable-file]",
        "loop.yaml": f"loop.yaml: error: this file cannot be read: {os.strerror(40)}  [unreadable-file]",
        "a\0b": "a�b: error: this file cannot be read: embedded null byte  [unreadable-file]",
        "": ": error: this is a folder  [unreadable-file]",
        "secret.yaml": "secret.yaml: error: this file may not be read by you  [unreadable-file]",
    }


def _said(path: str) -> str:
    result = CliRunner().invoke(main, ["check", path])
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert result.stderr == ""
    assert lines[1].startswith("  fix: ")
    assert lines[2] == "1 problem"
    return lines[0]
