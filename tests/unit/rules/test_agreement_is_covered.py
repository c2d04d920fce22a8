"""Has every sentence of DESIGN §3 to §6 a test, or a reason for having none?

Promise: each paragraph of a test's docstring in `test_agreement_sentences_*.py`, and each key of a table ELSEWHERE
there, is a clause of its section. What is announced and not kept yet stands in a table NOT_YET. Their number is fixed
below; and where DESIGN is at hand, what they leave over of a section is nothing but punctuation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CLAUSES = {3: 33, 4: 24, 5: 31, 6: 51}  # distinct ones, with a test or a reason
JOINTS = re.compile(r"[\s·;:,.()|—-]*(and|then|so|the)?[\s·;:,.()|—-]*")


def _plain(text: str) -> str:
    """Without markup, in one line."""
    return " ".join(re.sub(r"[*`]", "", text).split())


def _clauses(section: int) -> Iterator[str]:
    for path in sorted(HERE.glob(f"test_agreement_sentences_{section}*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            match node:
                case ast.FunctionDef(name=name) if name.startswith("test_"):
                    said = ast.get_docstring(node)
                    assert said, f"{path.name}: {name} has no docstring"
                    yield from (_plain(paragraph) for paragraph in said.split("\n\n"))
                case ast.Assign(targets=[ast.Name(id="ELSEWHERE")], value=ast.Dict() as table):
                    reasons = ast.literal_eval(ast.unparse(table).replace("CALENDARS", "'tests/unit/calendars'"))
                    assert all(reasons.values()), f"{path.name}: a clause is left out without a reason"
                    yield from (_plain(clause) for clause in reasons)
                case _:
                    pass


def _not_yet(section: int) -> Iterator[str]:
    """Clauses that are announced and not kept yet, from the tables NOT_YET."""
    for path in sorted(HERE.glob(f"test_agreement_sentences_{section}*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.Assign(targets=[ast.Name(id="NOT_YET")], value=ast.Tuple() as table):
                    yield from map(_plain, ast.literal_eval(table))
                case _:
                    pass


@pytest.mark.parametrize("section", CLAUSES)
def test_the_number_of_clauses_is_what_it_was(section: int) -> None:
    assert len(set(_clauses(section))) == CLAUSES[section]


@pytest.mark.parametrize("section", CLAUSES)
def test_nothing_of_the_section_is_left_out(section: int, shared_dir: Path) -> None:
    design = (shared_dir / "DESIGN.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {section}\. (.*?)^## {section + 1}\. ", design, re.MULTILINE | re.DOTALL)
    assert found is not None
    text = _plain(re.sub(r"^- ", "", found[1], flags=re.MULTILINE))
    covered = bytearray(len(text))
    for clause in (*_clauses(section), *_not_yet(section)):
        places = [match.start() for match in re.finditer(re.escape(clause), text)]
        assert places, f"DESIGN §{section} does not say: {clause}"
        for place in places:
            covered[place : place + len(clause)] = b"\1" * len(clause)
    left = "".join(character if not mark else "\0" for character, mark in zip(text, covered, strict=True))
    rest = [piece for piece in left.split("\0") if piece and not JOINTS.fullmatch(piece)]
    assert rest == []
