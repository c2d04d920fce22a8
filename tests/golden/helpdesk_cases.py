"""Put recorded answers of a helpdesk through reader, store and rules, and compare with the right values.

Promise: a case is told by its JSON alone, whatever its helpdesk; a further kind is a function that reads its snapshots.
Every way of looking that ends with the last snapshot is tried: the answer must not depend on how often slabot looked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from adapters.base import Snapshot
from slabot.policy import Policy, load_policy
from slabot.rules import Decision, Kind, decide
from slabot.runtime.evaluation import present_of
from slabot.store import Store, StoredTicket, tickets

HELPDESK = "acme"
Read = Callable[[dict[str, Any], dict[str, Any], datetime], Snapshot]
"""Reads one snapshot of a case as its adapter would: the case, the snapshot, when it was read."""

_AT_LEAST = re.compile(r">= (\d+)")


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes:
        raw: the file.
        policy: under which the question is asked.
    """

    name: str
    raw: dict[str, Any]
    policy: Policy

    @property
    def now(self) -> datetime:
        """The moment of the question."""
        return datetime.fromisoformat(self.raw["now"])

    @property
    def expected(self) -> dict[str, Any]:
        """The right values that a machine can compare: a clock's, and how many pages are due."""
        told: dict[str, Any] = self.raw["expected"]
        return {key: value for key, value in told.items() if key == "pages_due" or re.fullmatch(r"\w+\.\w+", key)}


def cases(folder: Path, kind: str) -> list[Case]:
    """All cases of a kind that have such values."""
    found = []
    for file in sorted(folder.glob("*.json")):
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw["kind"] == kind:
            policy = load_policy((folder / raw.get("policy", "policy.yaml")).read_text(encoding="utf-8"))
            found.append(Case(file.stem, raw, policy))
    return [case for case in found if case.expected]


def ways_of_looking(snapshots: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """At each of them, at the last alone, and at all that is between."""
    *earlier, last = snapshots
    for some in chain.from_iterable(combinations(earlier, count) for count in range(len(earlier) + 1)):
        yield (*some, last)


def decided(case: Case, looked_at: Sequence[dict[str, Any]], read: Read, store: Store) -> Decision:
    """What slabot says at the moment of the question, having looked at these snapshots."""
    stored: StoredTicket | None = None
    for place, raw in enumerate(looked_at):
        seen_at = case.now if place == len(looked_at) - 1 else _changed_at(raw)
        snapshot = read(case.raw, raw, seen_at)
        stored = store.write(partial(take, told=snapshot, seen_at=seen_at))
    assert stored is not None
    return decide(stored.ticket, stored.timeline, case.policy, case.now)


def take(conn: Connection, *, told: Snapshot, seen_at: datetime) -> StoredTicket:
    """Take in what was read, as the runtime does."""
    return tickets.merge(conn, told.ticket, told.events, told.version, seen_at, present=present_of(told))


def differences(case: Case, decision: Decision) -> dict[str, tuple[Any, Any]]:
    """What is expected and is not so, by key: the right value and ours."""
    found: dict[str, tuple[Any, Any]] = {}
    for key, right in case.expected.items():
        ours = _value(key, decision)
        if key == "pages_due" and (at_least := _AT_LEAST.match(str(right))):
            is_right = ours >= int(at_least[1])
        else:
            is_right = ours == right
        if not is_right:
            found[key] = (right, ours)
    return found


def _value(key: str, decision: Decision) -> Any:
    if key == "pages_due":
        return sum(action.kind is Kind.PAGE for action in decision.due_now)
    name, _, attribute = key.partition(".")
    clocks = [clock for clock in decision.as_json()["clocks"] if clock["name"] == name]
    value = clocks[-1].get(attribute) if clocks else None
    return value if not attribute.endswith("_at") or value is None else datetime.fromisoformat(value).isoformat()


def _changed_at(raw: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(raw["ticket"]["updated_at"])
