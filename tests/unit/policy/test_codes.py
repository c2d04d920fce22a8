"""Is every code that can be printed in the one list of codes?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import slabot.policy
from slabot.calendars import CalendarError
from slabot.policy.codes import CODES

POLICY = Path(slabot.policy.__file__).parent
SOURCES = [*sorted(POLICY.glob("*.py")), POLICY.parent / "cli" / "policy_file.py"]
# Functions that make a finding; the code is the first argument, or the second behind a path.
MAKERS = {"refuse", "PathProblem", "problem", "report", "_unreadable", "_text", "_add", "_problem"}


def _codes_in(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in MAKERS:
            texts = [argument.value for argument in node.args[:3] if isinstance(argument, ast.Constant)]
            yield from (
                text
                for text in texts
                if isinstance(text, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|tab|alias", text)
            )
            yield from (
                f"unknown-{what}"
                for argument in node.args[:1]
                if isinstance(argument, ast.JoinedStr)
                for what in ("severity", "calendar", "helpdesk")
            )


def _calendar_codes(error: type[CalendarError] = CalendarError) -> Iterator[str]:
    yield error.code
    for below in error.__subclasses__():
        yield from _calendar_codes(below)


def test_every_code_in_the_sources_is_listed_and_every_listed_one_can_be_printed() -> None:
    printed = {code for source in SOURCES for code in _codes_in(source)}
    printed |= set(_calendar_codes()) - {"bad-target"}  # said as bad-duration

    assert printed - set(CODES) == set()
    assert set(CODES) - printed == set()


def test_each_code_says_what_it_means_and_how_to_mend_it_in_a_sentence() -> None:
    for check in CODES.values():
        for sentence in (check.means, check.mend):
            assert sentence[0].isupper()
            assert sentence.endswith((".", "…"))
