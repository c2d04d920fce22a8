"""How are the findings about a policy file written for people, for scripts and for code review?

Promise: four forms of the same findings, in the order of the file. The JSON and SARIF forms are versioned; what
GitHub shows is one line a finding.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from slabot import __version__
from slabot.domain.sentences import sentence
from slabot.policy import Ignored, Policy
from slabot.policy.codes import CODES
from slabot.policy.problems import Problem, count, plural
from slabot.reports.style import coloured

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Result:
    """What `slabot check` found.

    Attributes:
        policy: None if the file is not right.
        ignored: the warnings that comments of the file ignore.
        show_ignored: list them too, in the forms that otherwise only count them or leave them out.
    """

    file: str
    policy: Policy | None
    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...] = ()
    show_ignored: bool = False

    @property
    def right(self) -> bool:
        """True if the file can be used, with or without warnings."""
        return self.policy is not None

    @property
    def summary(self) -> str:
        """The last line for people."""
        if self.policy is None:
            return count(self.problems)
        warned = count(self.problems)
        told = f", with {warned}" if warned else ""
        if self.ignored:
            told += f", {len(self.ignored) if warned else plural(len(self.ignored), 'warning')} ignored"
        holds = [
            plural(len(self.policy.helpdesks), "helpdesk"),
            plural(len(self.policy.severities), "severity", "severities"),
            plural(len(self.policy.calendars), "calendar"),
        ]
        if self.policy.agreements:
            holds.append(plural(len(self.policy.agreements), "agreement"))
        return f"{self.file} is right{told}: {', '.join(holds)}"

    @property
    def shown(self) -> tuple[Ignored, ...]:
        """The ignored warnings that are listed."""
        return self.ignored if self.show_ignored else ()


def as_text(result: Result) -> str:
    """Each problem with its line and its fix, then the ignored ones with their reasons, then the summary."""
    said = [_coloured(problem) for problem in result.problems]
    said += [_ignored(ignored) for ignored in result.shown]
    return "\n".join([*said, result.summary])


def as_json(result: Result) -> str:
    """One object; its keys are stable, `version` says which set of them."""
    form = {
        "version": 1,
        "file": result.file,
        "right": result.right,
        "summary": result.summary,
        "problems": [_fields(problem) for problem in result.problems],
        "ignored": [{**_fields(ignored.problem), "reason": ignored.reason} for ignored in result.ignored],
    }
    return json.dumps(form, ensure_ascii=False, indent=2)


def as_github(result: Result) -> str:
    """Workflow commands: GitHub shows each beside its line; the summary is a plain line of the log."""
    said = [_command(problem.severity, problem) for problem in result.problems]
    said += [_command("notice", ignored.problem, f"; {_reason(ignored)}") for ignored in result.shown]
    return "\n".join([*said, result.summary])


def as_sarif(result: Result) -> str:
    """SARIF 2.1.0, for code scanning; ignored warnings are marked as suppressed, with their reasons."""
    codes = sorted({problem.code for problem in (*result.problems, *(one.problem for one in result.shown))})
    found = [_sarif_result(problem, codes.index(problem.code)) for problem in result.problems]
    found += [
        {
            **_sarif_result(ignored.problem, codes.index(ignored.problem.code)),
            "suppressions": [{"kind": "inSource", "justification": ignored.reason}],
        }
        for ignored in result.shown
    ]
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
        "results": found,
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}


def _fields(problem: Problem) -> dict[str, object]:
    return {
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


def _reason(ignored: Ignored) -> str:
    return f"ignored: {ignored.reason or 'no reason is given'}"


def _ignored(ignored: Ignored) -> str:
    """One line for the place and what is ignored there, one for the reason."""
    problem = ignored.problem
    place = f"{problem.file}:{problem.line}:{problem.column}"
    return f"{place}: ignored: {problem.message}  [{problem.code}]\n  reason: {ignored.reason or 'none is given'}"


def _coloured(problem: Problem) -> str:
    """Colour where the terminal shows it."""
    colour = "red" if problem.severity == "error" else "yellow"
    return problem.text(coloured(f" {problem.severity}: ", colour, bold=True))


def _command(level: str, problem: Problem, more: str = "") -> str:
    facts = {
        "file": problem.file,
        "line": problem.line,
        "col": problem.column,
        "endColumn": problem.column + problem.width if problem.line else 0,
        "title": problem.code,
    }
    said = ",".join(f"{name}={_property(str(value))}" for name, value in facts.items() if value)
    told = f"{problem.message}{more or f'; fix: {problem.fix}'}"
    return f"::{level} {said}::{_data(told)}"


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
        "message": {"text": f"{sentence(problem.message)} Fix: {sentence(problem.fix)}"},
        "locations": [location],
    }
