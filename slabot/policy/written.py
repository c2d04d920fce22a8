"""How is a value written in YAML, so that a fix can be copied as it stands?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from slabot.policy.core_schema import scalar

_NEEDS_NO_QUOTES = re.compile(r"\w(?:[\w ./()+&'@-]*[\w./()+&'*-])?")


def written(text: str) -> str:
    """A text as a value: ``vip``, ``"#support"``, ``"404"``."""
    plain = _NEEDS_NO_QUOTES.fullmatch(text) and isinstance(scalar(text), str)
    return text if plain else quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def written_list(entries: Iterable[str], *, numbers: bool = False) -> str:
    """``[production down, outage]``."""
    return f"[{', '.join(entry if numbers else written(entry) for entry in entries)}]"
