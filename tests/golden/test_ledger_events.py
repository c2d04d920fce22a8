"""Do the names in the ledger tell the truth: is each one written by slabot, held by a test and explained?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slabot.store import LedgerEvent

ROOT = Path(__file__).parents[2]
VOCABULARY = ROOT / "slabot" / "store" / "vocabulary.py"


def texts(*folders: str, but: Path) -> str:
    """All modules of these folders but one."""
    modules = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if path != but]
    return "\n".join(path.read_text(encoding="utf-8") for path in modules)


CODE = texts("slabot", "webhooks", but=VOCABULARY)
TESTS = texts("tests", but=Path(__file__))


@pytest.mark.parametrize("event", LedgerEvent, ids=str)
def test_every_name_is_written_somewhere_and_held_by_a_test(event: LedgerEvent) -> None:
    named = re.compile(rf"\bLedgerEvent\.{event.name}\b")
    assert named.search(CODE), "nothing in slabot writes it: write it, or take it out of the vocabulary"
    assert named.search(TESTS) or f'"{event.value}"' in TESTS, "no test looks for it"


def test_the_page_about_the_ledger_explains_every_name_in_the_order_of_the_vocabulary() -> None:
    page = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(.+?)` \| .+ \|$", page, re.MULTILINE) == [event.value for event in LedgerEvent]
