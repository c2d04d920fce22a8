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

from slabot.domain import Severity
from slabot.policy.agreement import Ladder
from slabot.policy.model import Policy
from slabot.policy.rungs import days_text


@dataclass(frozen=True, slots=True)
class FrozenLadders:
    """The ladders that may serve a clock, in the file's order.

    Attributes:
        re_page_after: working time from an acknowledgement to the next page.
        severities: those that the file had, in its order.
    """

    ladders: tuple[Ladder, ...]
    re_page_after: timedelta
    severities: tuple[Severity, ...] = ()

    def knows(self, severity: Severity) -> bool:
        """False where the file had no such severity, so that its ladders say nothing about it."""
        return severity in self.severities


def plan_of(policy: Policy, clock: str) -> FrozenLadders:
    """What the file says about clocks of this name now."""
    return FrozenLadders(policy.ladders_for(clock), policy.re_page_after, policy.severity_names)


def freeze(plan: FrozenLadders) -> str:
    """As text."""
    whole = {
        "ladders": [_written(ladder) for ladder in plan.ladders],
        "re_page_after": int(plan.re_page_after.total_seconds()),
        "severities": list(plan.severities),
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=256)  # policies differ little over time, and every decision asks
def thaw(text: str) -> FrozenLadders | None:
    """The plan of a text; None where it is not one that this slabot can read."""
    try:
        whole = json.loads(text)
        return FrozenLadders(
            tuple(Ladder.model_validate(ladder) for ladder in _list(whole["ladders"])),
            timedelta(seconds=_seconds(whole["re_page_after"])),
            tuple(map(str, _list(whole["severities"]))),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("this is no list")
    return value


def _seconds(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("this is no length of time")
    return value


def _written(ladder: Ladder) -> dict[str, Any]:
    selectors: dict[str, Sequence[str]] = {
        "severity": ladder.severity,
        "clock": ladder.clock,
        "helpdesk": ladder.helpdesk,
        "organization": ladder.organization,
        "tag": ladder.tag,
        "group": ladder.group,
        "brand": ladder.brand,
        "form": ladder.form,
    }
    written: dict[str, Any] = {name: list(values) for name, values in selectors.items() if values}
    written["rungs"] = [
        {"at": str(entry.rung), **({"notify": [str(to) for to in entry.notify]} if entry.notify else {})}
        for entry in ladder.rungs
    ]
    if ladder.after_repeats is not None:
        after = ladder.after_repeats
        told = {"notify": [str(to) for to in after.notify]} if after.notify else {}
        written["after_repeats"] = {"every": after.every, **told, "for": days_text(after.days)}
    return written
