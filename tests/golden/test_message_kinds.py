"""Is every kind of message held by tests, at each helpdesk, and does docs/adapters.md say so?"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.message_kinds import HELPDESKS, KINDS, MessageKind, held_by


@pytest.fixture(scope="module")
def tool(checkout: Path) -> ModuleType:
    """The script that writes the table."""
    spec = importlib.util.spec_from_file_location("message_kinds_tool", checkout / "tools" / "message_kinds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def declared(file: Path) -> Iterator[str]:
    """The tests of a file, those of a class with its name before them."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{below.name}" for below in node.body if isinstance(below, ast.FunctionDef))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_test_of_a_kind_exists(kind: MessageKind, checkout: Path) -> None:
    for test in held_by(kind):
        file, _, name = test.partition("::")
        assert name in set(declared(checkout / "tests" / file)), f"no such test: {test}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_held_for_what_it_counts_as_and_wherever_it_is_told(kind: MessageKind) -> None:
    assert kind.tests, "nothing holds what it counts as"
    assert all(told.tests for told in kind.told.values())
    assert set(kind.told) | set(kind.absent) == set(HELPDESKS)
    assert not set(kind.told) & set(kind.absent)


def test_no_kind_is_told_twice() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))


def test_the_documentation_has_the_table_of_today(tool: ModuleType, checkout: Path) -> None:
    page = (checkout / "docs" / "adapters.md").read_text(encoding="utf-8")
    assert tool.written(page) == page, "run python tools/message_kinds.py and read the difference"


def test_a_page_without_the_marks_is_refused(tool: ModuleType) -> None:
    with pytest.raises(ValueError, match="lacks the line"):
        tool.written("# Adapters\n")
