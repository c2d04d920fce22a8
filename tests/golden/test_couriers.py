"""Do mails, alerts and webhooks still say what was agreed that they say?

After a wanted change, write them anew and read the difference:

    SLABOT_REWRITE_GOLDEN=1 python -m pytest tests/golden/test_couriers.py
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slabot.paging.couriers import Dispatch, words
from slabot.paging.couriers.body import body_of
from slabot.paging.examples import PAGES

KEPT = Path(__file__).parent / "couriers"
NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)

DISPATCHES = {name: Dispatch(key=view.key, view=view) for name, view in PAGES.items()}
DISPATCHES["possible_repeat"] = Dispatch(key=PAGES["open"].key, view=PAGES["open"], repeat=True)


def written(dispatch: Dispatch) -> str:
    parts = {
        "Mail": f"Subject: {words.headline(dispatch)}\n\n{words.letter(dispatch)}",
        "PagerDuty": json.dumps(
            {"summary": words.summary(dispatch, 1024), "custom_details": words.details(dispatch)},
            ensure_ascii=False,
            indent=2,
        ),
        "Webhook": json.dumps(body_of(dispatch, NOW), ensure_ascii=False, indent=2),
    }
    return "".join(f"── {name} ──\n{part.rstrip()}\n\n" for name, part in parts.items())


@pytest.mark.parametrize("name", DISPATCHES)
def test_a_page_reads_as_it_was_agreed_by_every_way(name: str) -> None:
    kept = KEPT / f"{name}.txt"
    if os.environ.get("SLABOT_REWRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(written(DISPATCHES[name]), encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == written(DISPATCHES[name])


def test_nothing_is_kept_of_pages_that_are_gone() -> None:
    assert {path.stem for path in KEPT.glob("*.txt")} == set(DISPATCHES)
