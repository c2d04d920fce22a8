"""The example policy, for tests that make slips in it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def example(checkout: Path) -> str:
    """The example without follow-ups, whose proof over a year has tests of its own and takes its time."""
    text = (checkout / "config.example.yaml").read_text(encoding="utf-8")
    text = "".join(
        line for line in text.splitlines(keepends=True) if "slabot: ignore[waiting-does-not-fit]" not in line
    )
    head, waiting, rest = text.partition("\nwaiting:")
    return head + waiting + rest.replace("mode: observe", "mode: off", 1)
