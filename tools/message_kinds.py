"""How does each helpdesk tell each kind of message, and which tests hold that? Writes the table for the docs.

Promise: the table of docs/adapters.md is that of `tests.message_kinds`, between its two marks, and nothing else of the
page is touched; `tests/golden/test_message_kinds.py` notices where the two differ.

    python tools/message_kinds.py
"""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from tests.message_kinds import HELPDESKS, KINDS, NOT_PROVED, MessageKind, held_by  # noqa: E402

PAGE = CHECKOUT / "docs" / "adapters.md"
BEGINS = "<!-- written by tools/message_kinds.py -->\n"
ENDS = "<!-- end of what tools/message_kinds.py writes -->\n"


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
    names = dict.fromkeys(f"`{test.rpartition('::')[2]}`" for test in held_by(kind))
    return (kind.name, *(_cell(kind, helpdesk) for helpdesk in HELPDESKS), kind.counts_as, ", ".join(names))


def _cell(kind: MessageKind, helpdesk: str) -> str:
    told = kind.told.get(helpdesk)
    if told is None:
        return kind.absent[helpdesk]
    return told.how if told.proved else f"{told.how} {NOT_PROVED}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
