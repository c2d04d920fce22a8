"""Is each row of the threat model held by tests that exist, or does it say plainly why it cannot be?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "threat-model.md"
WHY_NONE = "no test: "
LONGEST_CELL = 260  # characters, without the addresses of links: a row is read at a glance


@dataclass(frozen=True)
class Section:
    """A table with its tests below it.

    Attributes:
        rows: the cells of each row after its number.
        held: by the number of a row, the tests that are named for it, or the reason why there is none.
    """

    rows: dict[str, list[str]]
    held: dict[str, list[str]]


def sections(text: str) -> Iterator[Section]:
    for part in text.split("\n## ")[1:]:
        rows: dict[str, list[str]] = {}
        for number, cells in re.findall(r"^\| ([A-Z]\d+) \|(.*)\|$", part, re.MULTILINE):
            assert number not in rows, f"two rows are {number}"
            rows[number] = [cell.strip() for cell in cells.split("|")]
        held: dict[str, list[str]] = {}
        for block in re.findall(r"^```\n(.*?)^```$", part, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                number, _, what = line.partition(" ")
                held.setdefault(number, []).append(what.strip())
        if rows or held:
            yield Section(rows, held)


@cache
def names_in(path: str) -> frozenset[str]:
    """The tests in a file, as pytest names them behind the file's own name."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=group, body=body):
                found |= {f"{group}::{each.name}" for each in body if isinstance(each, ast.FunctionDef)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


def mistakes(text: str) -> list[str]:
    found = []
    for section in sections(text):
        found += [f"{number} has no test and no reason for it" for number in section.rows.keys() - section.held.keys()]
        found += [f"{number} is no row of the table above" for number in section.held.keys() - section.rows.keys()]
        for number, named in section.held.items():
            for one in named:
                path, _, name = one.partition("::")
                if not (one.startswith(WHY_NONE) and len(one) > 40) and name not in names_in(path):
                    found.append(f"{number}: there is no {one}")
    return found


def test_each_row_names_tests_that_exist_or_says_why_there_are_none() -> None:
    assert mistakes(PAGE.read_text(encoding="utf-8")) == []


def test_each_row_says_what_stands_in_the_way_and_what_does_not() -> None:
    for section in sections(PAGE.read_text(encoding="utf-8")):
        for number, cells in section.rows.items():
            assert len(cells) == 3, number
            _, in_the_way, not_in_the_way = cells
            assert in_the_way or not_in_the_way, f"{number} says neither"
            if not in_the_way:
                assert section.held[number][0].startswith(WHY_NONE), f"{number}: what would its test hold?"
            for cell in cells:
                assert len(re.sub(r"\]\([^)]*\)", "]", cell)) <= LONGEST_CELL, f"{number} is too long: {cell}"


def test_it_is_found_from_the_index_and_from_where_vulnerabilities_are_reported() -> None:
    assert "](threat-model.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    security = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "](docs/threat-model.md)" in security
    assert "private vulnerability reporting" in security
    assert "](../SECURITY.md)" in PAGE.read_text(encoding="utf-8")


def test_a_row_that_nothing_holds_is_noticed() -> None:
    here = "tests/golden/test_threat_model.py"
    text = f"""
## Somebody

| | could want | what stands in the way | what does not |
|---|---|---|---|
| Z1 | this | that | |
| Z2 | this | that | |
| Z3 | this | that | |
| Z4 | this | | all |

```
Z2  {here}::test_that_is_gone
Z3  {here}::test_a_row_that_nothing_holds_is_noticed
Z4  no test: for short
Z5  tests/golden/test_gone.py::test_it
```
"""
    assert sorted(mistakes(text)) == [
        "Z1 has no test and no reason for it",
        f"Z2: there is no {here}::test_that_is_gone",
        "Z4: there is no no test: for short",
        "Z5 is no row of the table above",
        "Z5: there is no tests/golden/test_gone.py::test_it",
    ]
