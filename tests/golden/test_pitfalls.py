"""Does every pitfall of docs/adapters.md name a test, and is there such a test?"""

from __future__ import annotations

import re
from pathlib import Path

PITFALLS = 10
BEGINS, ENDS = "## Ten pitfalls", "## Your own helpdesk"


def test_each_pitfall_names_tests_that_exist(checkout: Path) -> None:
    page = (checkout / "docs" / "adapters.md").read_text(encoding="utf-8")
    table = page.partition(BEGINS)[2].partition(ENDS)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| pitfall")]
    assert len(rows) == PITFALLS
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (checkout / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", tests))
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, f"no test is named for: {row}"
        assert set(named) <= there, f"no such test: {', '.join(sorted(set(named) - there))}"
