"""Has every setting, every finding and every command its heading in the documentation, and every heading its thing?"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from slabot.cli import main
from slabot.policy import Policy
from slabot.policy.codes import CODES
from slabot.policy.shape import settings

DOCS = Path(__file__).resolve().parents[2] / "docs"


def headings(page: str, level: int) -> list[str]:
    text = re.sub(r"^```.*?^```$", "", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)


SETTINGS = [setting.path for setting in settings(Policy)]
CONTEXT = click.Context(main)
COMMANDS = main.list_commands(CONTEXT)


@pytest.mark.parametrize(
    ("page", "level", "things"),
    [("settings.md", 3, SETTINGS), ("checks.md", 3, list(CODES)), ("commands.md", 2, COMMANDS)],
)
def test_everything_has_its_heading_once_and_no_heading_is_about_nothing(
    page: str, level: int, things: list[str]
) -> None:
    found = headings(page, level)

    assert sorted(set(things) - set(found)) == [], f"without a heading in docs/{page}"
    assert sorted(set(found) - set(things)) == [], f"headings of docs/{page} that are about nothing"
    assert len(found) == len(set(found))


def test_the_parts_of_a_setting_stand_below_it() -> None:
    found = headings("settings.md", 3)
    for path in found:
        above = path.removesuffix(".NAME").rpartition(".")[0].removesuffix(".NAME")
        assert not above or found.index(above) < found.index(path)


@pytest.mark.parametrize("heading", headings("settings.md", 3))
def test_a_setting_says_whether_it_must_be_given_or_what_it_is_otherwise(heading: str) -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    part = text.split(f"\n### {heading}\n", 1)[1].split("\n#", 1)[0]
    setting = next(setting for setting in settings(Policy) if setting.path == heading)
    # A part says it through the settings in it, and conditions are all left out unless they are wanted.
    is_part = any(path.startswith(f"{heading}.") for path in SETTINGS)
    is_condition = heading.startswith("classify.rules.when.")

    assert ("equired" in part) or not setting.required
    assert setting.required or is_part or is_condition or re.search(r"Default|Required|one of them", part)


def test_warnings_are_told_apart_from_errors() -> None:
    text = (DOCS / "checks.md").read_text(encoding="utf-8")
    # Findings about ignores follow the other warnings and are warnings too.
    warnings = re.findall(r"^### (.+)$", text.split("\n## Warnings\n", 1)[1], flags=re.MULTILINE)

    assert set(warnings) == {code for code, check in CODES.items() if check.warning}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_ends_with_an_example(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    assert f"slabot {name}" in (command.epilog or "")


def test_each_promise_of_paging_is_published_with_its_test() -> None:
    page = (DOCS / "promises.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(\.\./(tests/[\w/]+\.py)\)", page))
    root = DOCS.parent
    shown = {
        str(file.relative_to(root))
        for file in (root / "tests" / "promises" / "paging").glob("test_*.py")
        if file.name not in ("test_harness.py", "test_breaks_are_noticed.py")
    }

    assert sorted(linked - {str(path.relative_to(root)) for path in (root / "tests").rglob("*.py")}) == []
    assert sorted(shown - linked) == []
