"""Has every metric a heading in the documentation?"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_metric_has_a_heading_and_every_heading_a_metric() -> None:
    source = (ROOT / "webhooks" / "metrics.py").read_text(encoding="utf-8")
    measured = set(re.findall(r'"(slabot_[a-z_]+)"', source))
    headings = set(
        re.findall(r"^## (slabot_[a-z_]+)$", (ROOT / "docs" / "metrics.md").read_text("utf-8"), re.MULTILINE)
    )

    assert measured == headings
