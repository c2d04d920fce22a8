"""Do mails, alerts and webhooks still say what was agreed that they say?

After a wanted change, write them anew and read the difference:

    SLABOT_REWRITE_GOLDEN=1 python -m pytest tests/golden/test_plain_pages.py
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slabot.channels.slack.examples import PAGES
from slabot.channels.webhook.channel import signed
from slabot.channels.webhook.message import body_of
from slabot.messages import plain_text
from slabot.messages.message import PageMessage

KEPT = Path(__file__).parent / "plain_pages"
NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)

MESSAGES = {name: PageMessage(key=view.key, view=view) for name, view in PAGES.items()}
MESSAGES["possible_repeat"] = PageMessage(key=PAGES["open"].key, view=PAGES["open"], repeat=True)


def written(message: PageMessage) -> str:
    parts = {
        "Mail": f"Subject: {plain_text.headline(message)}\n\n{plain_text.mail_body(message)}",
        "PagerDuty": json.dumps(
            {"summary": plain_text.summary(message, 1024), "custom_details": plain_text.details(message)},
            ensure_ascii=False,
            indent=2,
        ),
        "Webhook": json.dumps(body_of(message, NOW), ensure_ascii=False, indent=2),
    }
    return "".join(f"── {name} ──\n{part.rstrip()}\n\n" for name, part in parts.items())


@pytest.mark.parametrize("name", MESSAGES)
def test_a_page_reads_as_it_was_agreed_by_every_way(name: str) -> None:
    kept = KEPT / f"{name}.txt"
    if os.environ.get("SLABOT_REWRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(written(MESSAGES[name]), encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == written(MESSAGES[name])


def test_nothing_is_kept_of_pages_that_are_gone() -> None:
    assert {path.stem for path in KEPT.glob("*.txt")} == set(MESSAGES)


def test_the_documented_check_of_a_signature_accepts_ours_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, Any] = {}
    exec(_code("python"), shown)
    monkeypatch.setattr(shown["time"], "time", lambda: NOW.timestamp() + 299)
    body = json.dumps(body_of(MESSAGES["open"], NOW)).encode()
    headers = signed("word", body, NOW)
    given = (headers["X-Slabot-Timestamp"], headers["X-Slabot-Signature"])

    assert shown["is_from_slabot"]("word", *given, body)
    assert not shown["is_from_slabot"]("other", *given, body)
    assert not shown["is_from_slabot"]("word", *given, body + b" ")
    assert not shown["is_from_slabot"]("word", "x", given[1], body)
    monkeypatch.setattr(shown["time"], "time", lambda: NOW.timestamp() + 301)
    assert not shown["is_from_slabot"]("word", *given, body)


def test_the_documented_body_has_the_names_of_ours() -> None:
    assert _names(json.loads(_code("json"))) == _names(body_of(MESSAGES["open"], NOW))


def _code(language: str) -> str:
    text = (KEPT.parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
    return text.split(f"```{language}\n", 1)[1].split("```", 1)[0]


def _names(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _names(value) for name, value in body.items()}
    return [_names(value) for value in body[:1]] if isinstance(body, list) else None
