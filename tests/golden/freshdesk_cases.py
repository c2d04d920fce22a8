"""What does slabot make of a Freshdesk account's answers, looked at once or several times?

Promise: a case is read from its JSON by the adapter, taken in by the store and decided about, each for real; what is
`expected` is compared by its keys, so that a new file needs no new code.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.base import Snapshot
from adapters.freshdesk.agents import read_agent
from adapters.freshdesk.reading import Gathered, read_snapshot
from adapters.freshdesk.statuses import StatusMap
from slabot.domain import parse_instant
from slabot.policy import Policy, load_policy
from slabot.policy.connections import FRESHDESK_STATUSES
from slabot.rules import Decision, Kind, decide
from slabot.store import Store, StoredTicket, tickets

HELPDESK, SLABOT = "partners", "slabot"
NOTE = "note"  # of `expected`: for readers
PAGES = "pages_due"
_AT_LEAST = re.compile(r">= (\d+)")


@dataclass(frozen=True, slots=True)
class Case:
    """One file: answers of the API at successive moments, and what is right about them at `now`."""

    name: str
    file: Mapping[str, Any]
    policy: Policy

    @property
    def now(self) -> datetime:
        """The moment of the question."""
        return parse_instant(self.file["now"])

    @property
    def expected(self) -> Mapping[str, Any]:
        """The right values by what they are about."""
        return {key: value for key, value in self.file["expected"].items() if key != NOTE}

    def looks(self) -> Iterator[Sequence[int]]:
        """Every choice of moments to look at that ends with the last: only that one, and all of them, among these."""
        *earlier, last = range(len(self.file["snapshots"]))
        for count in range(len(earlier) + 1):
            for chosen in itertools.combinations(earlier, count):
                yield (*chosen, last)

    def decide(self, store: Store, look: Sequence[int]) -> Decision:
        """The decision after looking at these moments, the last of them at `now`."""
        record = self.taken_in(store, look).record
        return decide(record.ticket, record.timeline, self.policy, self.now)

    def taken_in(self, store: Store, look: Sequence[int]) -> StoredTicket:
        """The ticket as the store knows it then."""
        stored: StoredTicket | None = None
        for number in look:
            told = self.file["snapshots"][number]
            is_last = number == len(self.file["snapshots"]) - 1
            seen_at = self.now if is_last else parse_instant(told["ticket"]["updated_at"])
            stored = _merged(store, self.read(told, seen_at), seen_at)
        assert stored is not None
        return stored

    def read(self, told: Mapping[str, Any], seen_at: datetime) -> Snapshot:
        """One moment, as the adapter reads it."""
        agents = {str(each["id"]): read_agent({"id": each["id"], "contact": each}) for each in self.file["agents"]}
        gathered = Gathered(
            ticket=told["ticket"],
            conversations=told["conversations"],
            agents={own: agent for own, agent in agents.items() if agent is not None},
            own_id=next(str(each["id"]) for each in self.file["agents"] if each["name"] == SLABOT),
            seen_at=seen_at,
        )
        statuses = StatusMap(HELPDESK, FRESHDESK_STATUSES)
        return read_snapshot(gathered, helpdesk=HELPDESK, root="https://partners.example", statuses=statuses)


def cases(folder: Path) -> Iterator[Case]:
    """The cases of a folder that are Freshdesk's."""
    for path in sorted(folder.glob("*.json")):
        file = json.loads(path.read_text(encoding="utf-8"))
        if file["kind"] == "freshdesk":
            policy = load_policy((folder / file.get("policy", "policy.yaml")).read_bytes())
            yield Case(path.stem, file, policy)


def found(decision: Decision, key: str) -> Any:
    """What a decision says about a key of `expected`: ``pages_due``, or a clock and a value of its contract form."""
    if key == PAGES:
        return sum(action.kind is Kind.PAGE for action in decision.due_now)
    clock, _, value = key.partition(".")
    written = [each for each in decision.as_json()["clocks"] if each["name"] == clock]
    assert written, f"no clock {clock}"
    return written[-1][value]


def agrees(value: Any, expected: Any) -> bool:
    """True if a value is the expected one: the same, the same instant, or at least as much as words ask for."""
    if isinstance(expected, str) and (least := _AT_LEAST.match(expected)) is not None:
        return bool(value >= int(least[1]))
    if isinstance(expected, str) and isinstance(value, str) and "T" in expected:
        return parse_instant(value) == parse_instant(expected)
    return bool(value == expected)


def _merged(store: Store, snapshot: Snapshot, seen_at: datetime) -> StoredTicket:
    return store.write(lambda conn: tickets.merge(conn, snapshot.ticket, snapshot.events, snapshot.version, seen_at))
