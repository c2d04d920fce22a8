"""The example policy, for tests that make slips in it."""

from __future__ import annotations

from pathlib import Path

import pytest

TERM_RULES = """\
  rules:
    - name: Product unusable
      severity: critical
      when:
        text: [production down, system down, complete outage, total outage, all hosts offline, cannot start, inoperable,
               inoperative, unusable, cannot be used, can't be used, can not be used]
    - name: Security incident
      severity: critical
      when:
        text: [ransomware, data breach, active attack]
    - name: No workaround
      severity: high
      when:
        text: [no workaround, business stopped]
    - name: Routine question
      severity: low
      when:
        subject: [how to, how do I, question about, feature request]
      unless:
        priority: [urgent, high]
"""


@pytest.fixture
def example(checkout: Path) -> str:
    """The example with rules by terms, and without follow-ups, whose proof over a year takes its time."""
    text = (checkout / "config.example.yaml").read_text(encoding="utf-8")
    before, reader, after = text.partition("  reader:\n")
    assert reader
    text = before + TERM_RULES + "  priorities:  " + after.partition("  priorities:  ")[2]
    text = "".join(
        line for line in text.splitlines(keepends=True) if "slabot: ignore[waiting-does-not-fit]" not in line
    )
    head, waiting, rest = text.partition("\nwaiting:")
    return head + waiting + rest.replace("mode: observe", "mode: off", 1)
