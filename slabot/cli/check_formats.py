"""How are the findings about a policy file written for people, for scripts and for code review?

Promise: four forms of the same findings, in the order of the file. The JSON and SARIF forms are versioned; what
GitHub shows is one line a finding.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from slabot import __version__
from slabot.policy import Policy
from slabot.policy.codes import CODES
from slabot.policy.problems import Problem, count, plural
from slabot.reports.style import coloured

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Result:
    """What `slabot check` found.

    Attributes:
        policy: None if the file is not right.
    """

    file: str
    policy: Policy | None
    problems: tuple[Problem, ...]

    @property
    def right(self) -> bool:
        """True if the file can be used, with or without warnings."""
        return self.policy is not None

    @property
    def summary(self) -> str:
        """The last line for people."""
        if self.policy is None:
            return count(self.problems)
        doubts = count(self.problems)
        holds = ", ".join(
            (
                plural(len(self.policy.helpdesks), "helpdesk"),
                plural(len(self.policy.severities), "severity", "severities"),
                plural(len(self.policy.calendars), "calendar"),
            )
        )
        return f"{self.file} is right{f', with {doubts}' if doubts else ''}: {holds}"


def as_text(result: Result) -> str:
    """Each problem with its line and its fix, then the summary."""
    said = [_coloured(problem) for problem in result.problems]
    return "\n".join([*said, result.summary])


def as_json(result: Result) -> str:
    """One object; its keys are stable, `version` says which set of them."""
    form = {
        "version": 1,
        "file": result.file,
        "right": result.right,
        "summary": result.summary,
        "problems": [
            {
                "code": problem.code,
                "severity": problem.severity,
                "file": problem.file,
                "line": problem.line or None,
                "column": problem.column or None,
                "path": problem.path,
                "message": problem.message,
                "fix": problem.fix,
                "source_line": problem.source_line,
            }
            for problem in result.problems
        ],
    }
    return json.dumps(form, ensure_ascii=False, indent=2)


def as_github(result: Result) -> str:
    """Workflow commands: GitHub shows each beside its line; the summary is a plain line of the log."""
    return "\n".join([*(_command(problem) for problem in result.problems), result.summary])


def as_sarif(result: Result) -> str:
    """SARIF 2.1.0, for code scanning."""
    codes = sorted({problem.code for problem in result.problems})
    run = {
        "tool": {
            "driver": {
                "name": "slabot check",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, codes.index(problem.code)) for problem in result.problems],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}


def _coloured(problem: Problem) -> str:
    """Colour where the terminal shows it."""
    colour = "red" if problem.severity == "error" else "yellow"
    said = str(problem)
    mark = f" {problem.severity}: "
    before, _, after = said.partition(mark)
    return f"{before}{coloured(mark, colour, bold=True)}{after}"


def _command(problem: Problem) -> str:
    facts = {
        "file": problem.file,
        "line": problem.line,
        "col": problem.column,
        "endColumn": problem.column + problem.width if problem.line else 0,
        "title": problem.code,
    }
    said = ",".join(f"{name}={_property(str(value))}" for name, value in facts.items() if value)
    return f"::{problem.severity} {said}::{_data(f'{problem.message}; fix: {problem.fix}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _rule(code: str) -> dict[str, object]:
    check = CODES.get(code, CODES["bad-value"])
    return {
        "id": code,
        "shortDescription": {"text": check.means},
        "fullDescription": {"text": f"{check.means} {check.mend}"},
        "help": {
            "text": f"{check.means} {check.mend} See docs/checks.md.",
            "markdown": f"{check.means}\n\n{check.mend} See `docs/checks.md`, heading `{code}`.",
        },
        "defaultConfiguration": {"level": "warning" if check.warning else "error"},
    }


def _sarif_result(problem: Problem, rule: int) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": quote(problem.file)}}
    if problem.line:
        place["region"] = {
            "startLine": problem.line,
            "startColumn": problem.column,
            "endColumn": problem.column + problem.width,
        }
    location: dict[str, object] = {"physicalLocation": place}
    if problem.path:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.path}]
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": f"{_sentence(problem.message)} Fix: {_sentence(problem.fix)}"},
        "locations": [location],
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
