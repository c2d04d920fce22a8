"""Has every sentence of the agreement, DESIGN §3 to §6, a test, or a reason for having none?

Promise: each paragraph of a test's docstring in `tests/golden/agreement` is a clause of DESIGN. What is tested
elsewhere or not kept yet is listed in `agreement/elsewhere.py`. The number of clauses is fixed below; and where DESIGN
is at hand, what they leave over of a section is nothing but punctuation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.golden.agreement.elsewhere import ELSEWHERE, NOT_YET

AGREEMENT = Path(__file__).resolve().parent / "agreement"
SECTIONS = (3, 4, 5, 6)
CLAUSES = 139  # distinct ones, with a test or a reason
JOINTS = re.compile(r"[\s·;:,.()|—-]*(and|then|so|the)?[\s·;:,.()|—-]*")


def _plain(text: str) -> str:
    """Without markup, in one line."""
    return " ".join(re.sub(r"[*`]", "", text).split())


def _tested() -> Iterator[str]:
    """The clauses that have a test."""
    for path in sorted(AGREEMENT.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.FunctionDef(name=name) if name.startswith("test_"):
                    said = ast.get_docstring(node)
                    assert said, f"{path.name}: {name} has no docstring"
                    yield from (_plain(paragraph) for paragraph in said.split("\n\n"))
                case _:
                    pass


def _design(shared_dir: Path, section: int) -> str:
    """One section of DESIGN, without markup."""
    design = (shared_dir / "DESIGN.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {section}\. (.*?)^## {section + 1}\. ", design, re.MULTILINE | re.DOTALL)
    assert found is not None
    return _plain(re.sub(r"^- ", "", found[1], flags=re.MULTILINE))


def test_the_number_of_clauses_is_what_it_was() -> None:
    assert all(ELSEWHERE.values()), "a clause is left out without a reason"
    assert len({*_tested(), *map(_plain, ELSEWHERE)}) == CLAUSES


def test_every_clause_is_in_the_design(shared_dir: Path) -> None:
    design = "\n".join(_design(shared_dir, section) for section in SECTIONS)
    clauses = (*_tested(), *map(_plain, ELSEWHERE), *map(_plain, NOT_YET))
    assert [clause for clause in clauses if clause not in design] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_nothing_of_the_section_is_left_out(section: int, shared_dir: Path) -> None:
    text = _design(shared_dir, section)
    covered = bytearray(len(text))
    for clause in (*_tested(), *map(_plain, ELSEWHERE), *map(_plain, NOT_YET)):
        for place in re.finditer(re.escape(clause), text):
            covered[place.start() : place.end()] = b"\1" * len(clause)
    left = "".join(character if not mark else "\0" for character, mark in zip(text, covered, strict=True))
    rest = [piece for piece in left.split("\0") if piece and not JOINTS.fullmatch(piece)]
    assert rest == []
