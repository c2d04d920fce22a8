"""Do the sentences that people read end as sentences do, with no word or stop too many?

Looked at mechanically: every page, dialog and answer that is kept as an example. The ledger and the pages of the demo's
week are looked at where it is played (`tests/promises/test_demo_week.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slabot.domain.sentences import clause, sentence
from tests.grammar import slips

KEPT = Path(__file__).parent / "paging"


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("it is open", "it is open."),
        ("it is open.", "it is open."),
        ("it is open..", "it is open."),
        ("is it open?", "is it open?"),
        ("he said “no.”", "he said “no.”"),
        ("it goes on…", "it goes on…"),
    ],
)
def test_a_sentence_ends_in_one_stop(text: str, ended: str) -> None:
    assert sentence(text) == ended
    assert not clause(text).endswith(".")


@pytest.mark.parametrize(
    "text", ["set to Solved solved.", "it is open..", "it is open", "why .", "Slack said no.; look."]
)
def test_a_slip_is_found(text: str) -> None:
    assert slips(text)


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_shown_in_slack_has_no_slip(path: Path) -> None:
    shown = json.loads(path.read_text(encoding="utf-8"))
    texts = list(_texts(shown))
    found = {text: wrong for text in texts if path.stem != "hostile" and (wrong := slips(text, whole=False))}
    assert found == {}
    if isinstance(shown, dict) and isinstance(shown.get("text"), str):
        assert slips(shown["text"]) == []


def _texts(shown: Any) -> Iterator[str]:
    if isinstance(shown, dict):
        for name, value in shown.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from _texts(value)
