"""How does each helpdesk tell each kind of message, and which tests hold that? Writes the table for the docs.

Promise: the table of docs/adapters.md is that of `tests.message_kinds`, between its two marks, and nothing else of the
page is touched; `tests/golden/test_message_kinds.py` notices where the two differ.

    python tools/message_kinds.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from tests.message_kinds import AWAITED, HELPDESKS, KINDS, NOT_PROVED, MessageKind, file_of  # noqa: E402

PAGE = CHECKOUT / "docs" / "adapters.md"
BEGINS = "<!-- written by tools/message_kinds.py -->\n"
ENDS = "<!-- end of what tools/message_kinds.py writes -->\n"
NO_TEST = "[no test yet]"


def table() -> str:
    """The table, in Markdown."""
    heads = ("kind of message", *(f"at {name}" for name in HELPDESKS.values()), "counts as", "held by")
    rows = [heads, ("---",) * len(heads), *map(_row, KINDS)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def written(page: str) -> str:
    """The page with the table as it is today.

    Raises:
        ValueError: a mark is missing.
    """
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"docs/adapters.md lacks the line {BEGINS if not begins else ENDS}")
    return f"{before}{BEGINS}\n{table()}\n{ENDS}{after}"


def _row(kind: MessageKind) -> tuple[str, ...]:
    tests = [*kind.tests, *(test for told in kind.told.values() for test in told.tests)]
    return (kind.name, *(_cell(kind, helpdesk) for helpdesk in HELPDESKS), kind.counts_as, _names(tests))


def _cell(kind: MessageKind, helpdesk: str) -> str:
    told = kind.told.get(helpdesk)
    if told is None:
        return kind.absent[helpdesk]
    marks = ("" if told.proved else f" {NOT_PROVED}", "" if _here(told.tests) else f" {NO_TEST}")
    return f"{told.how}{''.join(marks)}"


def _here(tests: Iterable[str]) -> list[str]:
    return [test for test in tests if file_of(test) not in AWAITED]


def _names(tests: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(f"`{test.rpartition('::')[2]}`" for test in _here(tests)))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
