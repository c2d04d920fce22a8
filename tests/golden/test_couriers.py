"""Do mails, alerts and webhooks still say what was agreed that they say?

After a wanted change, write them anew and read the difference:

    SLABOT_REWRITE_GOLDEN=1 python -m pytest tests/golden/test_couriers.py
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slabot.paging.couriers import Dispatch, words
from slabot.paging.couriers.body import body_of
from slabot.paging.couriers.webhook import signed
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


def test_the_documented_check_of_a_signature_accepts_ours_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, Any] = {}
    exec(_code("python"), shown)
    monkeypatch.setattr(shown["time"], "time", lambda: NOW.timestamp() + 299)
    body = json.dumps(body_of(DISPATCHES["open"], NOW)).encode()
    headers = signed("word", body, NOW)
    given = (headers["X-Slabot-Timestamp"], headers["X-Slabot-Signature"])

    assert shown["is_from_slabot"]("word", *given, body)
    assert not shown["is_from_slabot"]("other", *given, body)
    assert not shown["is_from_slabot"]("word", *given, body + b" ")
    assert not shown["is_from_slabot"]("word", "x", given[1], body)
    monkeypatch.setattr(shown["time"], "time", lambda: NOW.timestamp() + 301)
    assert not shown["is_from_slabot"]("word", *given, body)


def test_the_documented_body_has_the_names_of_ours() -> None:
    assert _names(json.loads(_code("json"))) == _names(body_of(DISPATCHES["open"], NOW))


def _code(language: str) -> str:
    text = (KEPT.parents[2] / "docs" / "couriers.md").read_text(encoding="utf-8")
    return text.split(f"```{language}\n", 1)[1].split("```", 1)[0]


def _names(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _names(value) for name, value in body.items()}
    return [_names(value) for value in body[:1]] if isinstance(body, list) else None
