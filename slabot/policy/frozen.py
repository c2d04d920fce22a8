"""Under which ladders does a clock run, whatever the file says later?

Promise: what is thawed is what was frozen; the text is the same for the same ladders, so a change shows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from slabot.policy.agreement import Ladder
from slabot.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Plan:
    """The ladders that may serve a clock, in the file's order.

    Attributes:
        re_page_after: working time from an acknowledgement to the next page.
    """

    ladders: tuple[Ladder, ...]
    re_page_after: timedelta


def plan_of(policy: Policy, clock: str) -> Plan:
    """What the file says about clocks of this name now."""
    return Plan(tuple(ladder for ladder in policy.escalate if clock in ladder.clock), policy.re_page_after)


def freeze(plan: Plan) -> str:
    """As text."""
    whole = {
        "ladders": [_written(ladder) for ladder in plan.ladders],
        "re_page_after": int(plan.re_page_after.total_seconds()),
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=256)  # policies differ little over time, and every decision asks
def thaw(text: str) -> Plan | None:
    """The plan of a text; None where it is not one that this slabot can read."""
    try:
        whole = json.loads(text)
        ladders = tuple(Ladder.model_validate(ladder) for ladder in whole["ladders"])
        return Plan(ladders, timedelta(seconds=whole["re_page_after"]))
    except (ValueError, KeyError, TypeError):
        return None


def _written(ladder: Ladder) -> dict[str, Any]:
    selectors: dict[str, Sequence[str]] = {
        "severity": ladder.severity,
        "clock": ladder.clock,
        "helpdesk": ladder.helpdesk,
        "organization": ladder.organization,
        "tag": ladder.tag,
    }
    written: dict[str, Any] = {name: list(values) for name, values in selectors.items() if values}
    written["rungs"] = [
        {"at": str(entry.rung), **({"notify": [str(to) for to in entry.notify]} if entry.notify else {})}
        for entry in ladder.rungs
    ]
    return written
