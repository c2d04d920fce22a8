"""Do pages, dialogs, answers and the home tab still say what was agreed that they say?

Each is kept as Slack receives it. After a wanted change, write them anew and read the difference:

    SLABOT_REWRITE_GOLDEN=1 python -m pytest tests/golden/test_pages.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from slabot.channels.slack.examples import ANSWERS, BUNDLES, DIALOGS, HOMES, PAGES, REPLIES
from slabot.channels.slack.message import Rendered, render, render_reply
from slabot.channels.slack.question_examples import rendered as rendered_questions

KEPT = Path(__file__).parent / "paging"
MESSAGES: dict[str, Rendered | Mapping[str, Any]] = {name: render(view) for name, view in PAGES.items()}
MESSAGES |= {f"reply_{name}": render_reply(view) for name, view in REPLIES.items()}
MESSAGES |= {f"dialog_{name}": view for name, view in DIALOGS.items()}
MESSAGES |= {f"sla_{name}": rendered for name, rendered in ANSWERS.items()}
MESSAGES |= {f"bundle_{name}": rendered for name, rendered in BUNDLES.items()}
MESSAGES |= {f"home_{name}": view for name, view in HOMES.items()}
MESSAGES |= {name.replace(" ", "_"): shown for name, shown in rendered_questions().items()}


def written(shown: Rendered | Mapping[str, Any]) -> str:
    whole = {"text": shown.text, "blocks": shown.blocks} if isinstance(shown, Rendered) else shown
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_page_reads_as_it_was_agreed(name: str) -> None:
    kept = KEPT / f"{name}.json"
    if os.environ.get("SLABOT_REWRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(written(MESSAGES[name]), encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == written(MESSAGES[name])


def test_nothing_is_kept_of_pages_that_are_gone() -> None:
    assert {path.stem for path in KEPT.glob("*.json")} == set(MESSAGES)
